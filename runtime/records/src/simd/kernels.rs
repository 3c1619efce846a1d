//! The two scans, over any [`Lanes`].

use super::lanes::Lanes;
use super::{Count, Found};
use crate::Dialect;

/// The bits below `bit`, which is at most 64.
#[inline(always)]
fn below(bit: usize) -> u64 {
    if bit >= 64 { !0 } else { (1 << bit) - 1 }
}

/// Counts records and checks the place of quotes; see [`super::count`].
///
/// # Safety
/// `buffer[from - 1 .. to + 64]` is readable, and the processor has what `L` needs.
#[inline(always)]
pub(super) unsafe fn count<L: Lanes>(buffer: *const u8, from: usize, to: usize, dialect: Dialect) -> Count {
    let (delimiter, quote) = (dialect.delimiter, dialect.quote.unwrap_or(0));
    let quoting = if dialect.quote.is_some() { !0u64 } else { 0 };
    let mut count = Count { end: from, ..Count::default() };
    // All ones while the byte before the group is inside quotes.
    let mut inside = 0u64;
    // Bit 0: a closing quote, bit 1: a closing quote and a '\r', end the previous group.
    let mut pending = 0u64;
    // Record starts: bit 0 of this group, and bit 63 of the previous group.
    let (mut starts_here, mut started_last) = (1u64, 0u64);
    // Newlines inside quotes: all of them, and those up to the last record's end.
    let (mut quoted, mut quoted_at_end) = (0u64, 0u64);
    let (mut last_group, mut last_newlines) = (from, 0u64);
    let mut at = from;
    while at < to {
        // SAFETY: at < to, and 64 bytes past `to` are readable.
        let group = unsafe { L::load(buffer.add(at)) };
        let valid = below(to - at);
        // SAFETY: the processor has what L needs, as for every call below.
        let mut newlines = unsafe { group.eq(b'\n') } & valid;
        // SAFETY: as above.
        let quotes = unsafe { group.eq(quote) } & valid & quoting;
        let mut quoted_here = 0;
        if (quotes | inside | pending) != 0 {
            // SAFETY: as above.
            let within = unsafe { L::prefix_xor(quotes) } ^ inside;
            // SAFETY: as above.
            let (delimiters, returns) = unsafe { (group.eq(delimiter), group.eq(b'\r')) };
            let (opening, closing) = (quotes & within, quotes & !within);
            // SAFETY: from >= 1.
            let before = unsafe { *buffer.add(at - 1) };
            let field_start = at == from || before == delimiter || before == b'\n' || before == quote;
            let first = u64::from(inside == 0 && field_start);
            let may_open = ((((delimiters | newlines) & !within) | closing) << 1) | first;
            let after = (closing << 1) | (pending & 1);
            let return_after = after & returns;
            let after_return = (return_after << 1) | (pending >> 1);
            let bad = (opening & !may_open)
                | (after & !(delimiters | newlines | quotes | returns))
                | (after_return & !newlines);
            let bad = bad & valid;
            quoted_here = newlines & within;
            newlines &= !within;
            if bad != 0 {
                let fine = below(bad.trailing_zeros() as usize);
                newlines &= fine;
                quoted_here &= fine;
                count.trouble = true;
            }
            inside = ((within as i64) >> 63) as u64;
            pending = (closing >> 63) | ((return_after >> 63) << 1);
        }
        let starts = (newlines << 1) | starts_here;
        if (newlines & (starts | (starts << 1) | started_last)) != 0 {
            // SAFETY: as above; from >= 1.
            let (returns, before) = unsafe { (group.eq(b'\r'), *buffer.add(at - 1)) };
            let torn = started_last & u64::from(before == b'\r');
            let blank = newlines & (starts | ((starts & returns) << 1) | torn);
            count.blanks += u64::from(blank.count_ones());
        }
        count.records += u64::from(newlines.count_ones());
        if newlines != 0 {
            (last_group, last_newlines) = (at, newlines);
            quoted_at_end = quoted;
            if quoted_here != 0 {
                let last = 63 - newlines.leading_zeros() as usize;
                quoted_at_end += u64::from((quoted_here & below(last)).count_ones());
            }
        }
        quoted += u64::from(quoted_here.count_ones());
        if count.trouble {
            break;
        }
        (starts_here, started_last) = (newlines >> 63, starts >> 63);
        at += 64;
    }
    if last_newlines != 0 {
        count.end = last_group + 64 - last_newlines.leading_zeros() as usize;
    }
    count.lines = count.records + quoted_at_end;
    count
}

/// Writes the places of delimiters and newlines; see [`super::index`]. Gives how many.
///
/// # Safety
/// `buffer[from .. to + 64]` is readable, `to - from + 64` slots are writable at `out`, and the processor has what `L`
/// needs.
#[inline(always)]
pub(super) unsafe fn index<L: Lanes>(
    buffer: *const u8,
    (origin, from, to): (usize, usize, usize),
    dialect: Dialect,
    out: *mut u32,
) -> (usize, Found) {
    let (delimiter, quote) = (dialect.delimiter, dialect.quote.unwrap_or(0));
    let quoting = if dialect.quote.is_some() { !0u64 } else { 0 };
    let (mut written, mut newlines, mut inside) = (0usize, 0usize, 0u64);
    let mut at = from;
    if at == to {
        return (0, Found { newlines: 0, ascii: true });
    }
    // SAFETY: at < to, and 64 bytes past `to` are readable.
    let mut seen = unsafe { L::load(buffer.add(at)) };
    let mut high = 0;
    while at < to {
        // SAFETY: as above.
        let group = unsafe { L::load(buffer.add(at)) };
        // SAFETY: the processor has what L needs, as for every call below.
        let (mut lines, mut cuts, mut quotes) =
            unsafe { (group.eq(b'\n'), group.eq(delimiter), group.eq(quote) & quoting) };
        if to - at < 64 {
            // The last group: what is behind the end counts for nothing.
            let valid = below(to - at);
            (lines, cuts, quotes) = (lines & valid, cuts & valid, quotes & valid);
            // SAFETY: as above.
            high |= unsafe { group.high() } & valid;
            if at == from {
                // SAFETY: as above.
                seen = unsafe { L::load([0u8; 64].as_ptr()) };
            }
        } else {
            // SAFETY: as above.
            seen = unsafe { seen.or(group) };
        }
        if (quotes | inside) != 0 {
            // SAFETY: as above.
            let within = unsafe { L::prefix_xor(quotes) } ^ inside;
            inside = ((within as i64) >> 63) as u64;
            lines &= !within;
            cuts &= !within;
        }
        let both = lines | cuts;
        newlines += lines.count_ones() as usize;
        // SAFETY: written <= at - from, so that 64 slots are left.
        unsafe { L::flatten(both, (at - origin) as u32, out.add(written)) };
        written += both.count_ones() as usize;
        at += 64;
    }
    // SAFETY: as above.
    high |= unsafe { seen.high() };
    (written, Found { newlines, ascii: high == 0 })
}
