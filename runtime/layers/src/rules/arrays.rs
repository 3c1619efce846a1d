//! Arrays of cuts: full grids of rows and columns.
//!
//! Cuts stand in a row if their centres have one height; the next one to the right is a cut's neighbour if it is nearer
//! than a distance. Columns are the same the other way. A grid is full if each of its cuts but the outer ones has its
//! neighbours, and the neighbour above that to the right is the neighbour to the right of that above.

use std::collections::BTreeMap;

use migc_geometry::{Rect, Region};

/// Which polygons stand in a full grid of so many rows and columns, or columns and rows; neighbours are nearer than
/// `within`. In the order of the polygons.
pub(super) fn in_arrays(layer: &Region, [rows, columns]: [usize; 2], within: i32) -> Vec<bool> {
    let boxes: Vec<Rect> = layer.polygons().iter().map(|p| p.bbox()).collect();
    let grid = Grid::new(&boxes, i64::from(within));
    let mut stands = grid.members(rows, columns);
    if rows != columns {
        stands.iter_mut().zip(grid.members(columns, rows)).for_each(|(s, other)| *s |= other);
    }
    stands
}

/// The neighbours of cuts.
struct Grid {
    right: Vec<Option<usize>>,
    above: Vec<Option<usize>>,
    /// All cuts, each before that to its right; and each before that above it.
    by_row: Vec<usize>,
    by_column: Vec<usize>,
}

impl Grid {
    fn new(boxes: &[Rect], within: i64) -> Grid {
        let (right, by_row) = neighbours(boxes, within, |r| [(r.y0, r.y1), (r.x0, r.x1)]);
        let (above, by_column) = neighbours(boxes, within, |r| [(r.x0, r.x1), (r.y0, r.y1)]);
        Grid { right, above, by_row, by_column }
    }

    /// Which cuts are in a full grid of so many rows and columns.
    fn members(&self, rows: usize, columns: usize) -> Vec<bool> {
        let n = self.right.len();
        // For how many steps to the right the next row stands above this one.
        let mut squares = vec![0usize; n];
        for &i in self.by_row.iter().rev() {
            let (Some(right), Some(above)) = (self.right[i], self.above[i]) else { continue };
            if self.above[right].is_some() && self.above[right] == self.right[above] {
                squares[i] = squares[right] + 1;
            }
        }
        // How many such rows stand above one another here, wide enough.
        let mut high = vec![0usize; n];
        for &i in self.by_column.iter().rev() {
            if squares[i] + 1 >= columns {
                high[i] = 1 + self.above[i].map_or(0, |above| high[above]);
            }
        }
        // From the lower left cuts of grids along their lowest rows, and from these up.
        let mut left_to_go = spread(n, &self.by_row, &self.right, columns, |i| high[i] + 1 >= rows);
        left_to_go = spread(n, &self.by_column, &self.above, rows, |i| left_to_go[i] > 0);
        left_to_go.into_iter().map(|n| n > 0).collect()
    }
}

/// How many cuts from here on are reached from those that begin, each of which reaches `far` cuts with itself.
fn spread(n: usize, order: &[usize], next: &[Option<usize>], far: usize, begins: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut to_go = vec![0usize; n];
    for &i in order {
        if begins(i) {
            to_go[i] = far;
        }
        if let (Some(next), Some(rest)) = (next[i], to_go[i].checked_sub(1)) {
            to_go[next] = to_go[next].max(rest);
        }
    }
    to_go
}

/// For each box the next one on its line if it is nearer than `within`, and an order in which it comes behind. `sides`
/// gives the sides across the line, and those along it.
fn neighbours(
    boxes: &[Rect],
    within: i64,
    sides: impl Fn(&Rect) -> [(i32, i32); 2],
) -> (Vec<Option<usize>>, Vec<usize>) {
    // Twice the centre, so that none lies between two units.
    let mut lines: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let along = |i: usize| sides(&boxes[i])[1];
    for (i, r) in boxes.iter().enumerate() {
        let (low, high) = sides(r)[0];
        lines.entry(i64::from(low) + i64::from(high)).or_default().push(i);
    }
    let (mut next, mut order) = (vec![None; boxes.len()], Vec::with_capacity(boxes.len()));
    for mut line in lines.into_values() {
        line.sort_unstable_by_key(|i| (along(*i), *i));
        for pair in line.windows(2) {
            let gap = i64::from(along(pair[1]).0) - i64::from(along(pair[0]).1);
            if 0 < gap && gap < within {
                next[pair[0]] = Some(pair[1]);
            }
        }
        order.append(&mut line);
    }
    (next, order)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cuts of 10 at these places of a lattice of 25.
    fn stands(at: &[[i32; 2]], rows: usize, columns: usize) -> usize {
        let cuts = at.iter().map(|[x, y]| Rect { x0: x * 25, y0: y * 25, x1: x * 25 + 10, y1: y * 25 + 10 });
        in_arrays(&cuts.collect(), [rows, columns], 20).into_iter().filter(|s| *s).count()
    }

    fn block(columns: i32, rows: i32) -> Vec<[i32; 2]> {
        (0..columns).flat_map(|x| (0..rows).map(move |y| [x, y])).collect()
    }

    #[test]
    fn grids_are_full_and_count_either_way_round() {
        assert_eq!(stands(&block(3, 3), 3, 3), 9);
        assert_eq!(stands(&block(2, 9), 3, 3), 0);
        assert_eq!(stands(&block(4, 2), 2, 4), 8);
        assert_eq!(stands(&block(2, 4), 2, 4), 8);
        assert_eq!(stands(&block(2, 3), 2, 4), 0);
        assert_eq!(stands(&block(7, 5), 3, 3), 35);
        // One is missing in the midst of five by five, which leaves none of three by three; of seven by five it leaves two.
        let without = |all: Vec<[i32; 2]>, hole: [i32; 2]| all.into_iter().filter(|p| *p != hole).collect::<Vec<_>>();
        assert_eq!(stands(&without(block(5, 5), [2, 2]), 3, 3), 0);
        assert_eq!(stands(&without(block(7, 5), [3, 2]), 3, 3), 30);
        // A row that goes on beyond the grid is none of it.
        let mut tail = block(3, 3);
        tail.extend([[3, 1], [4, 1]]);
        assert_eq!(stands(&tail, 3, 3), 9);
        // Two lie across from one another, and a step aside.
        assert_eq!(stands(&[[0, 0], [1, 0], [0, 1], [1, 1], [5, 0]], 2, 2), 4);
    }

    #[test]
    fn what_is_no_nearer_than_the_distance_is_no_neighbour() {
        let cuts = |step: i32| -> Region {
            block(3, 3).iter().map(|[x, y]| Rect::new([x * step, y * step], [x * step + 10, y * step + 10])).collect()
        };
        assert_eq!(in_arrays(&cuts(29), [3, 3], 20), [true; 9]);
        assert_eq!(in_arrays(&cuts(30), [3, 3], 20), [false; 9]);
    }
}
