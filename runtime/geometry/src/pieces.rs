//! Polygons for formats that know neither holes nor long lists of points.

use crate::polygons::Polygon;
use crate::slanted::Slanted;
use crate::wall::Wall;
use crate::{Point, Rect, Region};

impl Region {
    /// The region as polygons without holes, of at most so many corners each (at least 4), disjoint, each clockwise
    /// from its lowest corner. Polygons that are already so stay whole; others are halved at one of their corners
    /// until they are.
    pub fn pieces(&self, corners: usize) -> Vec<Vec<Point>> {
        let mut pieces = Vec::new();
        for polygon in self.polygons().iter() {
            cut(&polygon, corners.max(4), &mut pieces);
        }
        pieces
    }
}

fn cut(polygon: &Polygon<'_>, corners: usize, pieces: &mut Vec<Vec<Point>>) {
    if polygon.holes().len() == 0 && polygon.hull().len() <= corners {
        return pieces.push(polygon.hull().to_vec());
    }
    for half in halves(polygon) {
        for part in region_of(polygon).clip(&half).polygons().iter() {
            cut(&part, corners, pieces);
        }
    }
}

/// Its bounding box in two, across the longer side where a corner lies strictly within that side, at such a corner.
fn halves(polygon: &Polygon<'_>) -> [Rect; 2] {
    let all = polygon.bbox();
    let within = |axis: usize, low: i32, high: i32| {
        let mut at: Vec<i32> =
            polygon.contours().flatten().map(|p| p[axis]).filter(|c| low < *c && *c < high).collect();
        at.sort_unstable();
        at.get(at.len() / 2).copied()
    };
    let (x, y) = (within(0, all.x0, all.x1), within(1, all.y0, all.y1));
    match (x, y) {
        (Some(x), _) if y.is_none() || all.width() >= all.height() => [Rect { x1: x, ..all }, Rect { x0: x, ..all }],
        (_, Some(y)) => [Rect { y1: y, ..all }, Rect { y0: y, ..all }],
        // Only a rectangle has no corner within; it is never cut.
        _ => [all, Rect { x1: all.x0, ..all }],
    }
}

/// The region that one polygon of a merged region covers.
pub(crate) fn region_of(polygon: &Polygon<'_>) -> Region {
    let slanted = Slanted::of(polygon);
    if !slanted.is_manhattan() {
        return Region { walls: Vec::new(), slanted: vec![slanted] };
    }
    let mut walls: Vec<Wall> = slanted.walls().collect();
    walls.sort_unstable_by_key(Wall::key);
    Region::of_walls(walls)
}
