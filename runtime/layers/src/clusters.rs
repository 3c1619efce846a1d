//! Which of many rectangles hang together.

use migc_geometry::{Rect, Sets};

use crate::tiles::Tiles;

/// Joins the owners of rectangles that are no further apart than `within` along both axes; rectangles that touch are 0
/// apart. `owners[i]` owns `rects[i]`; from the place `own` on, rectangles belong to one owner and are not joined to one
/// another.
pub(crate) fn join_near(rects: &[Rect], owners: &[u32], own: usize, within: i32, sets: &mut Sets) {
    let tiles = Tiles::new(rects.len(), &|i| rects[i]);
    for (r, owner) in rects.iter().zip(owners).take(own) {
        tiles.touching(&around(r, within), &|i| rects[i], &mut |other| sets.join(owners[other], *owner));
    }
}

/// A rectangle grown on all sides, at most up to the last coordinate.
pub(crate) fn around(r: &Rect, by: i32) -> Rect {
    Rect {
        x0: r.x0.saturating_sub(by),
        y0: r.y0.saturating_sub(by),
        x1: r.x1.saturating_add(by),
        y1: r.y1.saturating_add(by),
    }
}
