//! The edges of one or two regions, as lists for a scan along x and one along y.

use rayon::prelude::*;

use crate::Region;
use crate::bands::PARALLEL_FROM;
use crate::links::each_floor;
use crate::polygons::label;
use crate::wall::key;

/// An edge along the second axis of the scan: a wall, or, where the axes are swapped, a floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Side {
    /// Where it stands.
    pub(super) x: i32,
    pub(super) y0: i32,
    pub(super) y1: i32,
    /// 1 where the region lies on the side of greater x, −1 on the other side.
    pub(super) step: i8,
    /// Whether it is of the second region.
    pub(super) other: bool,
    /// The place of its polygon in the order of its region; 0 where nobody asks.
    pub(super) polygon: u32,
}

/// All sides, for both scans.
pub(super) struct Sides {
    /// Walls and floors; the axes of the floors are swapped. Either is ordered by `y0`, then `x`.
    pub(super) along: [Vec<Side>; 2],
    /// The same, ordered by `x`, then `y0`.
    pub(super) across: [Vec<Side>; 2],
}

impl Sides {
    /// The sides of a region and of another; with their polygons, if asked for.
    pub(super) fn of(region: &Region, other: Option<&Region>, polygons: bool) -> Sides {
        let (mut walls, mut floors) = (Vec::new(), Vec::new());
        push(region, false, polygons, &mut walls, &mut floors);
        if let Some(other) = other {
            push(other, true, polygons, &mut walls, &mut floors);
        }
        let sorted = |sides: &[Side], by: fn(&Side) -> u64| {
            let mut sides = sides.to_vec();
            if sides.len() < PARALLEL_FROM {
                sides.sort_by_key(by);
            } else {
                sides.par_sort_by_key(by);
            }
            sides
        };
        let (low, place): (fn(&Side) -> u64, fn(&Side) -> u64) = (|s| key(s.y0, s.x), |s| key(s.x, s.y0));
        Sides {
            along: [sorted(&walls, low), sorted(&floors, low)],
            across: [sorted(&walls, place), sorted(&floors, place)],
        }
    }
}

fn push(region: &Region, other: bool, polygons: bool, walls: &mut Vec<Side>, floors: &mut Vec<Side>) {
    let labels = if polygons { label(&region.walls).0 } else { vec![0; region.walls.len()] };
    walls.extend(region.walls.iter().zip(&labels).map(|(w, &polygon)| Side {
        x: w.x,
        y0: w.y0,
        y1: w.y1,
        step: w.step as i8,
        other,
        polygon,
    }));
    each_floor(&region.walls, |a, b| {
        let (left, right) = (&region.walls[a.wall()], &region.walls[b.wall()]);
        // Right of a wall that enters, and above its lower end, is region: so it is above the edge.
        let (y, step) = if a.is_high() { (left.y1, -left.step) } else { (left.y0, left.step) };
        floors.push(Side { x: y, y0: left.x, y1: right.x, step: step as i8, other, polygon: labels[a.wall()] });
    });
}
