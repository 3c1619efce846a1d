//! The table of what generated code can call, and the entries that work on the frame itself.

use migc_functions::Value;

use crate::frame::{Event, Noted, Total};
use crate::generic::{Shape, value};
use crate::lookup::{encode_key, print_of};
use crate::{Frame, Pair, emit, generic, layouts, parse, text};

/// How many words a helper gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// None.
    None,
    /// One.
    One,
    /// Two: a [`Pair`].
    Two,
}

/// An entry of the table: all parameters are words.
pub struct Helper {
    /// The symbol.
    pub name: &'static str,
    /// How many words it takes.
    pub params: usize,
    /// How many it gives.
    pub result: Word,
    /// Its address.
    pub address: *const u8,
}

// SAFETY: the address is that of code.
unsafe impl Sync for Helper {}

macro_rules! helpers {
    ($($function:path, $params:literal, $result:ident;)*) => {
        &[$(Helper {
            name: last(stringify!($function)),
            params: $params,
            result: Word::$result,
            address: $function as *const u8,
        }),*]
    };
}

/// The last part of a path.
const fn last(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 && bytes[at - 1] != b':' && bytes[at - 1] != b' ' {
        at -= 1;
    }
    path.split_at(at).1
}

/// Everything that generated code can call.
pub static HELPERS: &[Helper] = helpers! {
    parse::parse_int, 5, Two;
    parse::parse_decimal, 5, Two;
    parse::parse_date_ymd, 4, Two;
    parse::parse_date_mdy, 4, Two;
    parse::parse_date_dmy, 4, Two;
    text::text_trim, 3, Two;
    text::text_upper, 3, Two;
    text::text_replace_byte, 5, Two;
    text::text_contains8, 5, Two;
    text::text_compare, 5, One;
    text::text_chars, 3, One;
    text::text_concat, 3, Two;
    text::field_unquote, 3, Two;
    emit::emit_int, 2, One;
    emit::emit_decimal, 3, One;
    emit::emit_wide, 4, One;
    emit::emit_date, 2, One;
    emit::emit_bool, 2, One;
    emit::emit_value, 3, One;
    emit::emit_text, 4, One;
    emit::pass_int, 4, One;
    layouts::emit_json, 3, One;
    layouts::emit_raw, 3, One;
    layouts::pad_column, 5, One;
    generic::call_generic, 3, One;
    codes_find, 4, Two;
    lookup_int, 3, Two;
    lookup_number, 4, Two;
    key_begin, 1, None;
    key_part, 4, None;
    lookup_key, 2, Two;
    lookup_within, 4, Two;
    reference_text, 4, Two;
    reference_number, 5, One;
    wide_arith, 4, One;
    leave, 3, None;
    cleaned, 2, None;
    measure, 4, None;
    note_key, 3, None;
    grow, 4, One;
};

/// The right side of a text in a list of codes.
///
/// # Safety
/// The frame is the caller's own, and `p` a text of `n` bytes.
pub unsafe extern "C" fn codes_find(frame: *mut Frame, table: usize, p: *const u8, n: usize) -> Pair {
    // SAFETY: as the caller promises.
    unsafe {
        let tables = &(*frame).host.tables;
        match tables.codes[table].find(p, n) {
            Some((p, n)) => Pair::text(p, n),
            None => Pair::NONE,
        }
    }
}

/// The row of a reference with a whole number as its key.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn lookup_int(frame: *mut Frame, reference: usize, key: i64) -> Pair {
    // SAFETY: as the caller promises.
    let table = unsafe { &(&(*frame).host.references)[reference] };
    table.find_int(key).map_or(Pair::NONE, |row| Pair::value(i64::from(row)))
}

/// The row of a reference with one number of two words as its key.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn lookup_number(frame: *mut Frame, reference: usize, low: u64, high: u64) -> Pair {
    // SAFETY: as the caller promises.
    let table = unsafe { &(&(*frame).host.references)[reference] };
    let key = (u128::from(high) << 64 | u128::from(low)) as i128;
    table.find(&[Value::Num(key)]).map_or(Pair::NONE, |row| Pair::value(i64::from(row)))
}

/// Begins a key of several parts, or of text.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn key_begin(frame: *mut Frame) {
    // SAFETY: as the caller promises.
    let key = unsafe { &mut (*frame).host.key };
    key.clear();
}

/// Adds a part to the key: a text if `shape` is 0, a number if it is 1, a truth value if it is 2.
///
/// # Safety
/// The frame is the caller's own; a text is one.
pub unsafe extern "C" fn key_part(frame: *mut Frame, shape: i64, a: u64, b: u64) {
    let shape = match shape {
        0 => Shape::Text,
        1 => Shape::Number,
        _ => Shape::Bool,
    };
    // SAFETY: as the caller promises. A part is never null, so that it always has a code.
    unsafe {
        let _ = encode_key(&[value(Pair(a, b), shape)], &mut (*frame).host.key);
    }
}

/// The row of a reference with the key that was put together.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn lookup_key(frame: *mut Frame, reference: usize) -> Pair {
    // SAFETY: as the caller promises.
    let host = unsafe { &(*frame).host };
    host.references[reference].find_bytes(&host.key).map_or(Pair::NONE, |row| Pair::value(i64::from(row)))
}

/// The row of a reference behind the key that was put together, whose range holds a number of two words.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn lookup_within(frame: *mut Frame, reference: usize, low: u64, high: u64) -> Pair {
    // SAFETY: as the caller promises.
    let host = unsafe { &(*frame).host };
    let at = (u128::from(high) << 64 | u128::from(low)) as i128;
    host.references[reference].find_within(&host.key, at).map_or(Pair::NONE, |row| Pair::value(i64::from(row)))
}

/// A text of a reference's row; null is no text.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn reference_text(frame: *mut Frame, reference: usize, column: usize, row: u64) -> Pair {
    // SAFETY: as the caller promises.
    let table = unsafe { &(&(*frame).host.references)[reference] };
    table.text(column, row as u32).map_or(Pair::NONE, |t| Pair::text(t.as_ptr(), t.len()))
}

/// A number of a reference's row, put into `slot`; zero if it is null.
///
/// # Safety
/// The frame is the caller's own, and `slot` can be written.
pub unsafe extern "C" fn reference_number(
    frame: *mut Frame,
    reference: usize,
    column: usize,
    row: u64,
    slot: *mut Pair,
) -> i64 {
    // SAFETY: as the caller promises.
    unsafe {
        let table = &(&(*frame).host.references)[reference];
        match table.number(column, row as u32) {
            Some(n) => {
                *slot = Pair(n as u64, (n >> 64) as u64);
                1
            }
            None => 0,
        }
    }
}

/// Arithmetic on two words: `slots` holds both numbers and then the bounds of the result, which replaces the first.
/// `op` is 0 for `+`, 1 for `-`, 2 for `*`, 3 for division that rounds down, 4 for comparison (which gives -1, 0, 1).
/// Zero if the result is out of bounds.
///
/// # Safety
/// `slots` holds four numbers.
pub unsafe extern "C" fn wide_arith(_: *mut Frame, op: i64, slots: *mut Pair, checked: i64) -> i64 {
    let number = |i: usize| {
        // SAFETY: as the caller promises.
        let slot = unsafe { *slots.add(i) };
        (u128::from(slot.1) << 64 | u128::from(slot.0)) as i128
    };
    let (a, b) = (number(0), number(1));
    let result = match op {
        0 => a.checked_add(b),
        1 => a.checked_sub(b),
        2 => a.checked_mul(b),
        3 => a.checked_div_euclid(b),
        _ => Some(a.cmp(&b) as i128),
    };
    match result {
        Some(n) if checked == 0 || op == 4 || n >= number(2) && n <= number(3) => {
            // SAFETY: as the caller promises.
            unsafe { *slots = Pair(n as u64, (n >> 64) as u64) };
            1
        }
        _ => 0,
    }
}

/// A record meets a fate.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn leave(frame: *mut Frame, item: u64, fate: u64) {
    // SAFETY: as the caller promises.
    unsafe { (*frame).host.events.push(Event { item: item as u32, fate: fate as u32 }) }
}

/// A cleaning step changed its value.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn cleaned(frame: *mut Frame, slot: usize) {
    // SAFETY: as the caller promises.
    unsafe { (&mut (*frame).host.cleaned)[slot] += 1 }
}

/// The key that was put together is one of the record's.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn note_key(frame: *mut Frame, item: u64, key: usize) {
    // SAFETY: as the caller promises.
    let host = unsafe { &mut (*frame).host };
    if host.noting {
        let print = print_of(&host.key);
        host.keys.push(Noted { item: item as u32, key: key as u32, print });
    }
}

/// A number of two words is measured of a row.
///
/// # Safety
/// The frame is the caller's own.
pub unsafe extern "C" fn measure(frame: *mut Frame, place: usize, low: u64, high: u64) {
    // SAFETY: as the caller promises.
    let totals = unsafe { &mut (*frame).host.totals };
    if totals.len() <= place {
        totals.resize(place + 1, Total::NONE);
    }
    totals[place].see((u128::from(high) << 64 | u128::from(low)) as i128);
}

/// Makes room for `need` more bytes behind `out`, the cursor of a target, and gives its place from now on.
///
/// # Safety
/// The frame is the caller's own, the target one of it, and `out` its output cursor.
pub unsafe extern "C" fn grow(frame: *mut Frame, target: usize, out: *mut u8, need: usize) -> *mut u8 {
    // SAFETY: as the caller promises.
    unsafe { (*frame).grow(target, out, need) }
}
