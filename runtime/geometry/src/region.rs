//! The merged area of a layer, and what is asked of it as a whole.

use crate::bands::Soup;
use crate::combine::{Op, combine};
use crate::polygons::{Polygons, label, polygons};
use crate::shapes::{Area, private};
use crate::strips::strips;
use crate::wall::Wall;
use crate::{Orientation, OutOfRange, Rect};

/// The merged area of a layer. Two regions are equal exactly when they cover the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Region {
    pub(crate) walls: Vec<Wall>,
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
        Region { walls: combine(op, private::Soups::soup(a), private::Soups::soup(b)) }
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
        self.walls.is_empty()
    }

    /// Its area in square database units.
    pub fn area(&self) -> i128 {
        self.walls.iter().map(|w| -i128::from(w.step) * i128::from(w.x) * (i128::from(w.y1) - i128::from(w.y0))).sum()
    }

    /// The smallest rectangle round it; `None` where it is empty.
    pub fn bbox(&self) -> Option<Rect> {
        let rect = |w: &Wall| Rect { x0: w.x, y0: w.y0, x1: w.x, y1: w.y1 };
        self.walls.iter().map(rect).reduce(|a, b| a.join(&b))
    }

    /// Its polygons: hulls with holes, in canonical order.
    pub fn polygons(&self) -> Polygons {
        polygons(&self.walls)
    }

    /// How many polygons it has.
    pub fn count(&self) -> usize {
        label(&self.walls).1
    }

    /// It as disjoint rectangles: each as wide as the region is at its height, and as high as that width stays. They
    /// are the same however the region came about, ordered by their upper sides and then from left to right.
    pub fn strips(&self) -> Vec<Rect> {
        strips(&self.walls, |s| s.rect)
    }

    /// What of it lies in a window. Where the region reaches beyond the window, the window's sides bound the result.
    pub fn clip(&self, window: &Rect) -> Region {
        if window.is_empty() {
            return Region::new();
        }
        // A wall left of the window counts for all of the window, and so does it at the window's left side.
        let inside = |w: &Wall| {
            let (y0, y1) = (w.y0.max(window.y0), w.y1.min(window.y1));
            (y0 < y1).then(|| Wall { x: w.x.clamp(window.x0, window.x1), y0, y1, step: w.step })
        };
        let from_above = self.walls.partition_point(|w| w.y0 < window.y1);
        let walls: Vec<Wall> = self.walls[..from_above].iter().filter_map(inside).collect();
        Region { walls: combine(Op::Or, Soup { rects: &[], walls: &walls }, Soup::default()) }
    }

    /// It moved by `(dx, dy)`.
    pub fn moved(&self, dx: i32, dy: i32) -> Result<Region, OutOfRange> {
        let wall = |w: &Wall| {
            let (x, y0, y1) = (w.x.checked_add(dx)?, w.y0.checked_add(dy)?, w.y1.checked_add(dy)?);
            Some(Wall { x, y0, y1, step: w.step })
        };
        // A shift keeps the order.
        Ok(Region { walls: self.walls.iter().map(wall).collect::<Option<_>>().ok_or(OutOfRange)? })
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
        Ok(Region { walls })
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
        Soup { rects: &[], walls: &self.walls }
    }
}

impl Area for Region {}
