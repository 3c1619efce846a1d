//! Sets records apart that are not UTF-8.
//!
//! Delimiters and line ends are ASCII, so a run of records is UTF-8 exactly if each of its records is.

use crate::index::{Broken, Run};
use crate::machine::Fault;

/// Copies `runs` to `good` without the records that are not UTF-8, which go to `broken`.
pub(crate) fn split(
    runs: &[Run],
    positions: &[u32],
    columns: usize,
    data: &[u8],
    good: &mut Vec<Run>,
    broken: &mut Vec<Broken>,
) {
    for &run in runs {
        let mut rest = run;
        while rest.records > 0 {
            let cuts = &positions[rest.first_position..][..rest.records as usize * columns];
            // One past the line end of the rest's record `nth`.
            let end_of = |nth: usize| data.len().min(cuts[(nth + 1) * columns - 1] as usize + 1);
            let bytes = &data[rest.start as usize..end_of(rest.records as usize - 1)];
            let Err(error) = std::str::from_utf8(bytes) else {
                good.push(rest);
                break;
            };
            let bad = rest.start as usize + error.valid_up_to();
            let nth = first_past(rest.records as usize, |nth| end_of(nth) > bad);
            if nth > 0 {
                good.push(Run { records: nth as u32, ..rest });
            }
            let start = if nth == 0 { rest.start as usize } else { end_of(nth - 1) };
            let end = end_of(nth);
            broken.push(Broken {
                start: start as u32,
                len: (end - start) as u64,
                record: rest.first_record + nth as u32,
                fault: Fault::Utf8 { at: (bad - start) as u32 },
            });
            let done = nth as u32 + 1;
            rest = Run {
                start: end as u32,
                first_position: rest.first_position + done as usize * columns,
                records: rest.records - done,
                first_record: rest.first_record + done,
            };
        }
    }
}

/// The first of `0..count` for which `past` holds, which it does from there on; the last if it never does.
fn first_past(count: usize, past: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count - 1);
    while low < high {
        let middle = (low + high) / 2;
        if past(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
