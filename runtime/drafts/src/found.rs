//! What a library has: its numbers, how much stands on each, and the grid of its coordinates.

use std::collections::BTreeMap;

use migc_layout::{Kind, Library, Repetition};

/// What a library has.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Elements by layer, datatype, and whether they are texts.
    pub(crate) numbers: BTreeMap<(u32, u32, bool), u64>,
    /// The largest number of database units of which all coordinates are multiples; 0 where all are 0.
    pub(crate) grid: i64,
}

/// Looks through a library.
pub(crate) fn found(library: &Library) -> Found {
    let mut out = Found::default();
    for cell in &library.cells {
        for e in &cell.elements {
            match e.kind {
                Kind::Instance(_) | Kind::Array(_) | Kind::Extension(_) => {}
                kind => *out.numbers.entry((e.layer, e.datatype, matches!(kind, Kind::Text(_)))).or_default() += 1,
            }
            cell.points_of(e).as_flattened().iter().for_each(|v| out.grid = gcd(out.grid, i64::from(*v)));
            match cell.repetition_of(e) {
                Some(Repetition::Regular { column_step, row_step, .. }) => {
                    [column_step, row_step].into_iter().flatten().for_each(|v| out.grid = gcd(out.grid, i64::from(*v)));
                }
                Some(Repetition::Offsets(list)) => {
                    list.as_flattened().iter().for_each(|v| out.grid = gcd(out.grid, i64::from(*v)));
                }
                None => {}
            }
        }
    }
    out
}

fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}
