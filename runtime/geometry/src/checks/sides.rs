//! The edges of one or two regions, as lists for a scan along x and one along y.

use rayon::prelude::*;

use super::Ends;
use super::ends::is_among;
use crate::bands::PARALLEL_FROM;
use crate::links::{floor_between, floors};
use crate::polygons::label;
use crate::wall::{Wall, key};
use crate::{Point, Region};

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
    /// Whether it is the end of a line, where that is asked.
    pub(super) end: bool,
}

/// Which polygon an edge is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owner {
    /// Whether it is of the second region.
    pub(super) other: bool,
    /// The place of the polygon in the order of its region.
    pub(super) polygon: u32,
}

impl Side {
    pub(super) fn owner(&self) -> Owner {
        Owner { other: self.other, polygon: self.polygon }
    }
}

/// All sides of one or two regions. For a scan along x, walls are ordered by their lower ends and floors by where they
/// stand; for a scan along y, the other way round.
pub(super) struct Sides {
    pub(super) walls: Vec<Side>,
    /// Floors, with their axes swapped.
    pub(super) floors: Vec<Side>,
}

impl Sides {
    /// The sides of a region and of another; with their polygons, and with the ends of lines of the first, if asked for.
    pub(super) fn of(region: &Region, other: Option<&Region>, polygons: bool, ends: Option<Ends>) -> Sides {
        let mut sides = Sides { walls: Vec::new(), floors: Vec::new() };
        let ends = ends.map_or(Vec::new(), |e| e.of(region));
        push(region, false, polygons, &ends, &mut sides);
        if let Some(other) = other {
            push(other, true, polygons, &[], &mut sides);
        }
        sides
    }

    /// Those to compare with each other, by lower ends, and those across, by where they stand. Sorted anew each time:
    /// a second copy of a large layer costs more than its order.
    pub(super) fn scanned(&mut self, swapped: bool) -> (&[Side], &[Side]) {
        let (along, across) =
            if swapped { (&mut self.floors, &mut self.walls) } else { (&mut self.walls, &mut self.floors) };
        sort(along, |s| key(s.y0, s.x));
        sort(across, |s| key(s.x, s.y0));
        (along, across)
    }
}

fn sort(sides: &mut [Side], by: fn(&Side) -> u64) {
    if sides.is_sorted_by_key(by) {
        return;
    }
    if sides.len() < PARALLEL_FROM { sides.sort_unstable_by_key(by) } else { sides.par_sort_unstable_by_key(by) }
}

fn push(region: &Region, other: bool, polygons: bool, ends: &[[Point; 2]], sides: &mut Sides) {
    let labels = if polygons { label(&region.walls).0 } else { vec![0; region.walls.len()] };
    let is_end = |a: Point, b: Point| !ends.is_empty() && is_among(ends, [a, b]);
    sides.walls.extend(region.walls.iter().zip(&labels).map(|(w, &polygon)| {
        let end = is_end([w.x, w.y0], [w.x, w.y1]);
        side(w, other, polygon, end)
    }));
    sides.floors.append(&mut floors(&region.walls, |a, b| {
        let floor = floor_between(&region.walls, a, b);
        // Its axes are swapped.
        let end = is_end([floor.y0, floor.x], [floor.y1, floor.x]);
        side(&floor, other, labels[a.wall()], end)
    }));
}

fn side(wall: &Wall, other: bool, polygon: u32, end: bool) -> Side {
    Side { x: wall.x, y0: wall.y0, y1: wall.y1, step: wall.step as i8, other, polygon, end }
}
