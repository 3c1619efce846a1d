//! Repetitions in a migration: which copies of an element snap alike.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::arrays::{self, MOST, Part};
use crate::repetition::Repetition;

/// How many parts one migration may still make of repetitions and arrays.
#[derive(Debug)]
pub(crate) struct Room(AtomicU64);

impl Room {
    pub(crate) fn new() -> Room {
        Room(AtomicU64::new(0))
    }

    /// Takes room for so many parts or copied offsets; `None` is no room left. Whether the sum of all fits does not
    /// depend on who comes first.
    pub(crate) fn take(&self, n: u64) -> Option<()> {
        (self.0.fetch_add(n, Ordering::Relaxed).saturating_add(n) <= 4 * MOST).then_some(())
    }
}

/// Copies of an element that all snap alike.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The offset of the first one from the element.
    pub(crate) origin: [i64; 2],
    /// The others.
    pub(crate) copies: Copies,
    /// Where they stand, as offsets from the first one: the two steps of a regular repetition, or every other copy.
    pub(crate) offsets: Vec<[i64; 2]>,
}

/// How the copies of one item stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copies {
    /// There is one.
    One,
    /// In columns and rows.
    Regular { columns: u32, rows: u32 },
    /// Anywhere: so many beside the first.
    Offsets(usize),
}

impl Copies {
    /// How many points of an item say where its copies stand.
    pub(crate) fn points(self) -> usize {
        match self {
            Copies::One => 0,
            Copies::Regular { .. } => 2,
            Copies::Offsets(n) => n,
        }
    }
}

/// Cuts a repetition into groups whose offsets are multiples of the periods along x and y, in the order of their first copies. `None` is
/// more than there is room for.
pub(crate) fn groups(repetition: &Repetition, periods: [i64; 2], room: &Room) -> Option<Vec<Group>> {
    match repetition {
        Repetition::Regular { columns, rows, column_step, row_step } => {
            let end = |step: &[i32; 2], n: u32| step.map(|s| i64::from(s) * i64::from(n));
            let ends = [[0, 0], end(column_step, *columns), end(row_step, *rows)];
            let parts = arrays::parts(ends, *columns, *rows, periods)?;
            room.take(parts.len() as u64)?;
            let whole = parts.len() == 1;
            Some(parts.into_iter().map(|p| regular(p, whole)).collect())
        }
        Repetition::Offsets(offsets) => {
            room.take(offsets.len() as u64 + 1)?;
            let mut groups: Vec<Group> = Vec::new();
            let mut by_residue: HashMap<[i64; 2], usize> = HashMap::new();
            for at in std::iter::once([0, 0]).chain(offsets.iter().map(|p| p.map(i64::from))) {
                let residue = [at[0].rem_euclid(periods[0]), at[1].rem_euclid(periods[1])];
                let group = *by_residue.entry(residue).or_insert_with(|| {
                    groups.push(Group { origin: at, copies: Copies::One, offsets: Vec::new() });
                    groups.len() - 1
                });
                // The first copy of a group is its origin itself.
                let group = &mut groups[group];
                if group.copies == Copies::One && group.offsets.is_empty() {
                    group.copies = Copies::Offsets(0);
                } else {
                    group.offsets.push([at[0] - group.origin[0], at[1] - group.origin[1]]);
                }
            }
            let whole = groups.len() == 1;
            for g in &mut groups {
                g.copies = if g.offsets.is_empty() && !whole { Copies::One } else { Copies::Offsets(g.offsets.len()) };
            }
            Some(groups)
        }
    }
}

fn regular(part: Part, whole: bool) -> Group {
    let Part { origin, column_step, row_step, columns, rows } = part;
    if !whole && columns == 1 && rows == 1 {
        return Group { origin, copies: Copies::One, offsets: Vec::new() };
    }
    Group { origin, copies: Copies::Regular { columns, rows }, offsets: vec![column_step, row_step] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_on_the_period_stay_together() {
        let r = Repetition::Offsets(vec![[10, 0], [25, 5], [30, -10], [5, 5]]);
        let g = groups(&r, [10; 2], &Room::new()).unwrap();
        assert_eq!(g.len(), 2);
        assert_eq!((g[0].origin, &g[0].offsets[..]), ([0, 0], &[[10, 0], [30, -10]][..]));
        assert_eq!((g[1].origin, &g[1].offsets[..]), ([25, 5], &[[-20, 0]][..]));
    }

    #[test]
    fn a_regular_repetition_off_the_period_is_one_group_a_residue() {
        let r = Repetition::Regular { columns: 1000, rows: 3, column_step: [5, 0], row_step: [0, 10] };
        let g = groups(&r, [10; 2], &Room::new()).unwrap();
        let sizes: Vec<_> = g.iter().map(|g| (g.origin, g.copies)).collect();
        let half = Copies::Regular { columns: 500, rows: 3 };
        assert_eq!(sizes, [([0, 0], half), ([5, 0], half)]);
        assert_eq!(g[0].offsets, [[10, 0], [0, 10]]);
    }

    #[test]
    fn endless_groups_are_refused() {
        let r = Repetition::Regular { columns: u32::MAX, rows: u32::MAX, column_step: [1, 0], row_step: [0, 1] };
        assert_eq!(groups(&r, [1 << 39; 2], &Room::new()), None);
        assert_eq!(groups(&r, [1; 2], &Room::new()).map(|g| g.len()), Some(1));
    }
}
