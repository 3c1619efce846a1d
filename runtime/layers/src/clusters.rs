//! Which of many rectangles hang together.

use migc_geometry::Rect;

use crate::index::Index;

/// Numbers that are joined to sets, each known by its lowest number.
pub(crate) struct Sets {
    up: Vec<u32>,
}

impl Sets {
    pub(crate) fn new(count: usize) -> Sets {
        Sets { up: (0..count as u32).collect() }
    }

    pub(crate) fn root(&mut self, mut of: u32) -> u32 {
        while self.up[of as usize] != of {
            // Halving the path keeps later ways short.
            self.up[of as usize] = self.up[self.up[of as usize] as usize];
            of = self.up[of as usize];
        }
        of
    }

    pub(crate) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.up[a.max(b) as usize] = a.min(b);
    }
}

/// Joins the owners of rectangles that are no further apart than `within` along both axes; rectangles that touch are 0
/// apart. `owners[i]` owns `rects[i]`; from the place `own` on, rectangles belong to one owner and are not joined to one
/// another.
pub(crate) fn join_near(rects: &[Rect], owners: &[u32], own: usize, within: i32, sets: &mut Sets) {
    let index = Index::new(rects.iter().map(|r| Some(*r)));
    for (r, owner) in rects.iter().zip(owners).take(own) {
        index.touching(&around(r, within), &mut |other| sets.join(owners[other as usize], *owner));
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
