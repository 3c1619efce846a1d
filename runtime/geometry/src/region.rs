//! The merged area of a layer, and what is asked of it as a whole.

use crate::bands::Soup;
use crate::combine::{Op, combine};
use crate::mixed::area_of;
use crate::polygons::{Polygons, label, polygons};
use crate::shapes::{Area, private};
use crate::slanted::Slanted;
use crate::strips::strips;
use crate::wall::Wall;
use crate::{Orientation, OutOfRange, Point, Rect};

/// The merged area of a layer.
///
/// Two regions of vertical and horizontal edges are equal exactly when they cover the same. Polygons with slanted edges
/// are compared by their corners: where their edges cross, corners are rounded, and two ways to one area can then differ
/// by a unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Region {
    pub(crate) walls: Vec<Wall>,
    /// Its polygons with slanted edges, in canonical order; all others are bounded by the walls.
    pub(crate) slanted: Vec<Slanted>,
}

impl Region {
    /// Nothing.
    pub fn new() -> Region {
        Region::default()
    }

    /// What the shapes cover together.
    pub fn merged(shapes: &impl Area) -> Region {
        Region::combined(Op::Or, shapes, &Region::new())
    }

    /// What an operation makes of two areas, which need not be merged before.
    pub fn combined(op: Op, a: &impl Area, b: &impl Area) -> Region {
        area_of(op, private::Soups::soup(a), private::Soups::soup(b))
    }

    /// A region of walls that are merged.
    pub(crate) fn of_walls(walls: Vec<Wall>) -> Region {
        Region { walls, slanted: Vec::new() }
    }

    /// Whether it has vertical and horizontal edges alone.
    pub fn is_manhattan(&self) -> bool {
        self.slanted.is_empty()
    }

    /// What lies in this region or in the other area.
    pub fn or(&self, other: &impl Area) -> Region {
        Region::combined(Op::Or, self, other)
    }

    /// What lies in this region and in the other area.
    pub fn and(&self, other: &impl Area) -> Region {
        Region::combined(Op::And, self, other)
    }

    /// What lies in this region and not in the other area.
    pub fn not(&self, other: &impl Area) -> Region {
        Region::combined(Op::Not, self, other)
    }

    /// What lies in exactly one of both.
    pub fn xor(&self, other: &impl Area) -> Region {
        Region::combined(Op::Xor, self, other)
    }

    /// Whether it covers nothing.
    pub fn is_empty(&self) -> bool {
        self.walls.is_empty() && self.slanted.is_empty()
    }

    /// Its area in square database units; half a unit, as slanted edges can leave it, is left off.
    pub fn area(&self) -> i128 {
        let slanted: i128 = self.slanted.iter().map(Slanted::twice_area).sum();
        let wall = |w: &Wall| -i128::from(w.step) * i128::from(w.x) * (i128::from(w.y1) - i128::from(w.y0));
        self.walls.iter().map(wall).sum::<i128>() + slanted / 2
    }

    /// The smallest rectangle round it; `None` where it is empty.
    pub fn bbox(&self) -> Option<Rect> {
        let rect = |w: &Wall| Rect { x0: w.x, y0: w.y0, x1: w.x, y1: w.y1 };
        self.walls.iter().map(rect).chain(self.slanted.iter().map(Slanted::bbox)).reduce(|a, b| a.join(&b))
    }

    /// Its polygons: hulls with holes, in canonical order.
    pub fn polygons(&self) -> Polygons {
        let mut all = polygons(&self.walls);
        all.extend(&self.slanted);
        all
    }

    /// How many polygons it has.
    pub fn count(&self) -> usize {
        label(&self.walls).1 + self.slanted.len()
    }

    /// Its polygons of vertical and horizontal edges as disjoint rectangles: each as wide as the region is at its height, and as high as that width stays. They
    /// are the same however the region came about, ordered by their upper sides and then from left to right.
    pub fn strips(&self) -> Vec<Rect> {
        strips(&self.walls, |s| s.rect)
    }

    /// What of it lies in a window. Where the region reaches beyond the window, the window's sides bound the result.
    pub fn clip(&self, window: &Rect) -> Region {
        if window.is_empty() {
            return Region::new();
        }
        if !self.slanted.is_empty() {
            return self.and(&Region::from_iter([*window]));
        }
        // A wall left of the window counts for all of the window, and so does it at the window's left side.
        let inside = |w: &Wall| {
            let (y0, y1) = (w.y0.max(window.y0), w.y1.min(window.y1));
            (y0 < y1).then(|| Wall { x: w.x.clamp(window.x0, window.x1), y0, y1, step: w.step })
        };
        let from_above = self.walls.partition_point(|w| w.y0 < window.y1);
        let walls: Vec<Wall> = self.walls[..from_above].iter().filter_map(inside).collect();
        Region::of_walls(combine(Op::Or, Soup::of(&walls), Soup::default()))
    }

    /// It moved by `(dx, dy)`.
    pub fn moved(&self, dx: i32, dy: i32) -> Result<Region, OutOfRange> {
        let wall = |w: &Wall| {
            let (x, y0, y1) = (w.x.checked_add(dx)?, w.y0.checked_add(dy)?, w.y1.checked_add(dy)?);
            Some(Wall { x, y0, y1, step: w.step })
        };
        // A shift keeps the order.
        let walls = self.walls.iter().map(wall).collect::<Option<_>>().ok_or(OutOfRange)?;
        let point = |[x, y]: Point| Some([x.checked_add(dx)?, y.checked_add(dy)?]);
        let slanted = self.slanted.iter().map(|s| s.mapped(point, false)).collect::<Option<_>>().ok_or(OutOfRange)?;
        Ok(Region { walls, slanted })
    }

    /// It mirrored and turned about the origin.
    pub fn oriented(&self, orientation: Orientation) -> Result<Region, OutOfRange> {
        let mut walls =
            if orientation.swaps_axes() { crate::links::transposed(&self.walls) } else { self.walls.clone() };
        let (flip_x, flip_y) = orientation.flips();
        for w in walls.iter_mut().filter(|_| flip_x) {
            w.x = w.x.checked_neg().ok_or(OutOfRange)?;
            w.step = -w.step;
        }
        for w in walls.iter_mut().filter(|_| flip_y) {
            let low = w.y1.checked_neg().ok_or(OutOfRange)?;
            w.y1 = w.y0.checked_neg().ok_or(OutOfRange)?;
            w.y0 = low;
        }
        walls.sort_unstable_by_key(Wall::key);
        let signed = |v: i32, flip: bool| if flip { v.checked_neg() } else { Some(v) };
        let point = |[x, y]: Point| {
            let [x, y] = if orientation.swaps_axes() { [y, x] } else { [x, y] };
            Some([signed(x, flip_x)?, signed(y, flip_y)?])
        };
        let turned = self.slanted.iter().map(|s| s.mapped(point, orientation.mirrored));
        let mut slanted: Vec<Slanted> = turned.collect::<Option<_>>().ok_or(OutOfRange)?;
        slanted.sort_by_key(|s| (s.contours[0][0][1], s.contours[0][0][0]));
        Ok(Region { walls, slanted })
    }
}

impl FromIterator<Rect> for Region {
    fn from_iter<I: IntoIterator<Item = Rect>>(rects: I) -> Region {
        Region::merged(&rects.into_iter().collect::<crate::Shapes>())
    }
}

impl private::Soups for Region {
    #[allow(private_interfaces)]
    fn soup(&self) -> Soup<'_> {
        Soup { slanted: &self.slanted, ..Soup::of(&self.walls) }
    }
}

impl Area for Region {}
