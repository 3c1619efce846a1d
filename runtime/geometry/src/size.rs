//! Growing and shrinking by a rectangle.
//!
//! Both are exact: growing by `(dx, dy)` covers all points that a rectangle of twice that extent, centred on a point of
//! the region, reaches (the Minkowski sum); shrinking leaves the points round which such a rectangle fits. Corners stay
//! corners, what grows together is one, and holes and notches that are narrower than twice the distance are filled.
//! KLayout calls it `sized(dx, dy, 2)` of the merged region, merged again.

use crate::bands::Soup;
use crate::combine::{Op, combine};
use crate::links::transposed;
use crate::mixed::area_of;
use crate::offset::skirts;
use crate::shapes::{Area, private};
use crate::slanted::{Slanted, overlay};
use crate::wall::Wall;
use crate::{OutOfRange, Point, Rect, Region};

/// Why an area cannot be sized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeError {
    /// It would reach beyond 32 bits.
    OutOfRange,
    /// Some edges are slanted, and what is to be added differs between x and y.
    Unequal,
}

impl std::fmt::Display for SizeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SizeError::OutOfRange => OutOfRange.fmt(f),
            SizeError::Unequal => write!(f, "slanted edges can be sized only by the same distance in x and in y"),
        }
    }
}

impl std::error::Error for SizeError {}

impl From<OutOfRange> for SizeError {
    fn from(_: OutOfRange) -> SizeError {
        SizeError::OutOfRange
    }
}

impl Region {
    /// The area grown by `dx` to both sides and by `dy` up and down, in database units; shrunk where they are negative.
    /// Where one is positive and one negative, it grows first and shrinks then. What has slanted edges takes equal
    /// distances only, and rounds: a moved slanted edge can lie half a unit off in x and in y at its ends.
    pub fn sized(area: &impl Area, dx: i32, dy: i32) -> Result<Region, SizeError> {
        if (dx, dy) == (0, 0) {
            return Ok(Region::merged(area));
        }
        let soup = private::Soups::soup(area);
        if !soup.slanted.is_empty() {
            return if dx == dy { slanted_sized(&Region::merged(area), dx) } else { Err(SizeError::Unequal) };
        }
        let (grow, shrink) = ((dx.max(0), dy.max(0)), (dx.min(0), dy.min(0)));
        if shrink == (0, 0) {
            return Ok(grown(soup, grow)?);
        }
        let region = if grow == (0, 0) { Region::merged(area) } else { grown(soup, grow)? };
        Ok(shrunk(&region, shrink))
    }
}

/// The upright polygons go their own way, and the slanted ones are sized one by one.
fn slanted_sized(region: &Region, d: i32) -> Result<Region, SizeError> {
    let upright = Region::sized(&Region::of_walls(region.walls.clone()), d, d)?;
    let mut sized = Vec::new();
    for polygon in &region.slanted {
        let skirts = skirts(polygon, d)?;
        let polygon = std::slice::from_ref(polygon);
        sized.append(&mut if d < 0 { overlay(Op::Not, polygon, &skirts) } else { overlay(Op::Or, polygon, &skirts) });
    }
    Ok(area_of(Op::Or, Soup { slanted: &sized, ..Soup::of(&upright.walls) }, Soup::default()))
}

/// The union of all shapes grown one by one, which is what their union grows to.
fn grown(soup: Soup<'_>, (dx, dy): (i32, i32)) -> Result<Region, OutOfRange> {
    // Walls have no extent of their own to grow; the strips between them have.
    let strips = match soup.walls {
        [] => Vec::new(),
        walls => Region::of_walls(combine(Op::Or, Soup::of(walls), Soup::default())).strips(),
    };
    let rects = soup.rects.iter().chain(&strips).map(|r| r.grown(dx, dy));
    let rects: Vec<Rect> = rects.collect::<Result<_, _>>()?;
    Ok(Region::of_walls(combine(Op::Or, Soup { rects: &rects, ..Soup::default() }, Soup::default())))
}

/// What is left when everything nearer to the boundary than `(-dx, -dy)` is taken away.
fn shrunk(region: &Region, (dx, dy): (i32, i32)) -> Region {
    let around = |x0, y0, x1, y1| Rect { x0, y0, x1, y1 }.grown_within(dx.saturating_neg(), dy.saturating_neg());
    let walls = region.walls.iter().map(|w| around(w.x, w.y0, w.x, w.y1));
    let floors = transposed(&region.walls);
    let floors = floors.iter().map(|f| around(f.y0, f.x, f.y1, f.x));
    let edge: Vec<Rect> = walls.chain(floors).filter(|r| !r.is_empty()).collect();
    Region::of_walls(combine(Op::Not, Soup::of(&region.walls), Soup { rects: &edge, ..Soup::default() }))
}

impl Region {
    /// What growing by a distance and shrinking again fills: slits and notches narrower than twice the distance, inside
    /// of polygons and between them. A distance below 1 fills nothing.
    pub fn gaps(&self, distance: i32) -> Result<Region, SizeError> {
        if distance <= 0 {
            return Ok(Region::new());
        }
        let closed = Region::sized(&Region::sized(self, distance, distance)?, -distance, -distance)?;
        Ok(closed.not(self))
    }

    /// Every corner moved to the nearest multiple of a grid; of two that are equally near, to the greater one. What
    /// collapses is gone. A grid below 2 changes nothing.
    pub fn snapped(&self, grid: i32) -> Result<Region, OutOfRange> {
        if grid < 2 {
            return Ok(self.clone());
        }
        let grid = i64::from(grid);
        let snap = |v: i32| {
            let snapped = (2 * i64::from(v) + grid).div_euclid(2 * grid) * grid;
            i32::try_from(snapped).map_err(|_| OutOfRange)
        };
        let wall = |w: &Wall| Ok(Wall { x: snap(w.x)?, y0: snap(w.y0)?, y1: snap(w.y1)?, step: w.step });
        let walls: Vec<Wall> = self.walls.iter().map(wall).collect::<Result<_, _>>()?;
        let walls: Vec<Wall> = walls.into_iter().filter(|w| w.y0 < w.y1).collect();
        // Snapping keeps the order along each axis, so that walls still bound what lay between them.
        let point = |[x, y]: Point| Some([snap(x).ok()?, snap(y).ok()?]);
        let slanted = self.slanted.iter().map(|s| s.mapped(point, false));
        let slanted: Vec<Slanted> = slanted.collect::<Option<_>>().ok_or(OutOfRange)?;
        let slanted: Vec<Slanted> =
            slanted.iter().flat_map(|s| overlay(Op::Or, std::slice::from_ref(s), &[])).collect();
        Ok(area_of(Op::Or, Soup { slanted: &slanted, ..Soup::of(&walls) }, Soup::default()))
    }
}
