//! Where shapes go, where cells are scaled by themselves: each shape by the scaling of the cell that it stands in.

use migc_geometry::{OutOfRange, Rect};

use crate::index::Index;
use crate::{LayerId, Layers, Transform, Tree, TreeError};

/// How cells are scaled: which scaling holds for a cell, and what it is.
pub struct Zones<'z> {
    /// The scaling of a cell that is placed where another one holds; a top is placed where the first one holds.
    pub of: &'z dyn Fn(usize, usize) -> usize,
    /// The factors `(m, d)` of each scaling along x and y.
    pub factors: &'z [[(i64, i64); 2]],
}

/// A frame in which cells are scaled: how its origin is seen from the top before, and where it goes.
#[derive(Debug, Clone, Copy)]
struct Frame {
    before: Transform,
    after: [i64; 2],
    factors: [(i64, i64); 2],
}

impl Frame {
    /// Where a point of the top goes, to a database unit.
    fn point(&self, p: [i64; 2]) -> [i64; 2] {
        let local = self.before.inverse().wide(p);
        let scaled = [0, 1].map(|k| {
            let (m, d) = self.factors[k];
            (i128::from(local[k]) * i128::from(m)).div_euclid(i128::from(d)) as i64
        });
        let turned = Transform { at: self.after, ..self.before };
        turned.wide(scaled)
    }

    fn rect(&self, r: &Rect) -> Option<Rect> {
        let narrow = |[x, y]: [i64; 2]| Some([i32::try_from(x).ok()?, i32::try_from(y).ok()?]);
        let at = |x: i32, y: i32| narrow(self.point([i64::from(x), i64::from(y)]));
        Some(Rect::new(at(r.x0, r.y0)?, at(r.x1, r.y1)?))
    }
}

/// The shapes of a layer as they are seen from one top, each with the frame in which it is scaled.
pub struct Pieces {
    rects: Vec<(Rect, u32)>,
    index: Index,
    frames: Vec<Frame>,
}

impl Pieces {
    /// The shapes of a layer below a top.
    pub fn new(
        tree: &Tree,
        layers: &Layers,
        layer: LayerId,
        top: usize,
        zones: &Zones<'_>,
    ) -> Result<Pieces, TreeError> {
        let zone = (zones.of)(top, 0);
        let factors = |zone: usize| zones.factors.get(zone).copied().unwrap_or([(1, 1); 2]);
        let first = Frame { before: Transform::NONE, after: [0, 0], factors: factors(zone) };
        let mut walk = Walk { tree, layers, layer, zones, rects: Vec::new(), frames: vec![first] };
        walk.cell(top, &Transform::NONE, zone, 0).map_err(|e| {
            let what = e.to_string();
            TreeError::Area { cell: tree.names[top].clone(), what }
        })?;
        let index = Index::new(walk.rects.iter().map(|(r, _)| Some(*r)));
        Ok(Pieces { rects: walk.rects, index, frames: walk.frames })
    }

    /// Calls `f` with where the parts of a rectangle go that lie on shapes: each part by the frame of its shape.
    pub fn moved(&self, r: &Rect, f: &mut dyn FnMut(Rect)) {
        self.index.touching(r, &mut |i| {
            let (piece, frame) = &self.rects[i as usize];
            let part =
                Rect { x0: r.x0.max(piece.x0), y0: r.y0.max(piece.y0), x1: r.x1.min(piece.x1), y1: r.y1.min(piece.y1) };
            if !part.is_empty() {
                self.frames[*frame as usize].rect(&part).into_iter().for_each(&mut *f);
            }
        });
    }

    /// The same, with each part so much further in that rounding reaches no neighbour; at least its middle is left.
    pub fn moved_within(&self, r: &Rect, inset: i32, f: &mut dyn FnMut(Rect)) {
        self.moved(r, &mut |r| within(&r, inset).into_iter().for_each(&mut *f));
    }
}

/// A rectangle so much further in on all sides. Of what is too narrow for that, what lies about its middle is left, half as
/// far on both sides: there it still is when its sides are rounded.
pub fn within(r: &Rect, inset: i32) -> Option<Rect> {
    let inner = |a: i32, b: i32| {
        let (a, b, inset) = (i64::from(a), i64::from(b), i64::from(inset));
        let (from, to) = match b - a > 2 * inset {
            true => (a + inset, b - inset),
            false => {
                let (middle, half) = ((a + b).div_euclid(2), (inset + 1) / 2);
                (middle - half, middle + half.max(1))
            }
        };
        Some((i32::try_from(from).ok()?, i32::try_from(to).ok()?))
    };
    let ((x0, x1), (y0, y1)) = (inner(r.x0, r.x1)?, inner(r.y0, r.y1)?);
    Some(Rect { x0, y0, x1, y1 })
}

/// A rectangle scaled by factors `(m, d)` along x and y, to a database unit; `None` where it leaves 32 bits.
pub fn scaled(r: &Rect, factors: [(i64, i64); 2]) -> Option<Rect> {
    let side = |v: i32, axis: usize| {
        let (m, d) = factors[axis];
        // 64 bits hold nearly all, and are divided in a tenth of the time.
        match i64::from(v).checked_mul(m) {
            Some(wide) => i32::try_from(wide.div_euclid(d)).ok(),
            None => i32::try_from((i128::from(v) * i128::from(m)).div_euclid(i128::from(d))).ok(),
        }
    };
    Some(Rect { x0: side(r.x0, 0)?, y0: side(r.y0, 1)?, x1: side(r.x1, 0)?, y1: side(r.y1, 1)? })
}

struct Walk<'w> {
    tree: &'w Tree,
    layers: &'w Layers,
    layer: LayerId,
    zones: &'w Zones<'w>,
    rects: Vec<(Rect, u32)>,
    frames: Vec<Frame>,
}

impl Walk<'_> {
    fn cell(&mut self, cell: usize, seen: &Transform, zone: usize, frame: u32) -> Result<(), OutOfRange> {
        if let Some(drawn) = self.layers.get(self.layer, cell) {
            for s in &drawn.shapes {
                let mut fits = Ok(());
                drawn.cover(s, &mut |r| match seen.rect(&r) {
                    Ok(r) => self.rects.push((r, frame)),
                    Err(e) => fits = Err(e),
                });
                fits?;
            }
        }
        for p in &self.tree.places[cell] {
            let child = p.cell as usize;
            let below = seen.after(&p.seen);
            let into = (self.zones.of)(child, zone);
            let mut inner = frame;
            if into != zone {
                let after = self.frames[frame as usize].point(below.at);
                let factors = self.zones.factors.get(into).copied().unwrap_or([(1, 1); 2]);
                inner = self.frames.len() as u32;
                self.frames.push(Frame { before: below, after, factors });
            }
            self.cell(child, &below, into, inner)?;
        }
        Ok(())
    }
}
