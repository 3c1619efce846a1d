//! Repetitions: one element that stands at many places, kept as one.

use crate::model::Point;

/// Where the copies of an element stand, as offsets from the element itself. The element is the first copy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Repetition {
    /// Columns and rows at regular steps.
    Regular {
        /// How many columns, from 1.
        columns: u32,
        /// How many rows, from 1.
        rows: u32,
        /// From a column to the next.
        column_step: Point,
        /// From a row to the next.
        row_step: Point,
    },
    /// The offsets of all copies but the first.
    Offsets(Vec<Point>),
}

impl Repetition {
    /// How many copies there are, the element itself included.
    pub fn copies(&self) -> u64 {
        match self {
            Repetition::Regular { columns, rows, .. } => u64::from(*columns) * u64::from(*rows),
            Repetition::Offsets(offsets) => offsets.len() as u64 + 1,
        }
    }

    /// The offsets of all copies, the first `[0, 0]`: column by column.
    pub fn offsets(&self) -> Box<dyn Iterator<Item = [i64; 2]> + '_> {
        let wide = |p: &Point| p.map(i64::from);
        match self {
            Repetition::Regular { columns, rows, column_step, row_step } => {
                let (c, r) = (wide(column_step), wide(row_step));
                let (columns, rows) = (i64::from(*columns), i64::from(*rows));
                let at = move |i: i64, j: i64| [i * c[0] + j * r[0], i * c[1] + j * r[1]];
                Box::new((0..columns).flat_map(move |i| (0..rows).map(move |j| at(i, j))))
            }
            Repetition::Offsets(offsets) => Box::new(std::iter::once([0, 0]).chain(offsets.iter().map(wide))),
        }
    }
}
