//! What a window shows of one layer: shapes that can be told apart one by one, the others as haze.

use crate::affine::{Affine, Extent};
use crate::copies::Copies;
use crate::sheet::{Sheet, extent, rect};

/// What one look at a layer may cost, in shapes and cells; beyond it the picture says that something is missing.
const MOST: u64 = 40_000_000;

/// Takes what a walk finds, in the coordinates of the picture.
pub(crate) trait Sink {
    /// A shape, by its corners.
    fn shape(&mut self, corners: &[[f64; 2]]);
    /// Shapes that nobody can tell apart, within a box, of which they cover a share.
    fn haze(&mut self, within: &Extent, share: f64);
}

/// A walk through what a cell places.
pub(crate) struct Walk<'s> {
    sheet: &'s Sheet,
    layer: usize,
    /// The window, in the coordinates of the picture: pixels.
    window: Extent,
    /// Cells below this depth are not entered.
    depth: usize,
    left: u64,
    corners: Vec<[f64; 2]>,
}

impl<'s> Walk<'s> {
    pub(crate) fn new(sheet: &'s Sheet, layer: usize, window: Extent, depth: usize) -> Walk<'s> {
        Walk { sheet, layer, window, depth, left: MOST, corners: Vec::new() }
    }

    /// Walks through a cell that is seen so; says whether everything was looked at.
    pub(crate) fn run(&mut self, cell: usize, seen: &Affine, sink: &mut dyn Sink) -> bool {
        self.cell(cell, seen, 0, sink);
        self.left > 0
    }

    fn cell(&mut self, cell: usize, seen: &Affine, depth: usize, sink: &mut dyn Sink) {
        let sheet = self.sheet;
        let sketch = &sheet.cells[cell];
        let Some(back) = seen.inverse() else { return };
        let window = back.extent(&self.window);
        self.shapes(cell, seen, &window, sink);
        if depth >= self.depth {
            return;
        }
        for p in &sketch.placed {
            let Some((reach, area)) = sheet.cells[p.cell].reach.get(&self.layer) else { continue };
            let one = p.seen.extent(reach);
            let all = p.copies.extent(&one);
            if !all.touches(&window) {
                continue;
            }
            let share = (area / (reach.width() * reach.height())).min(1.0);
            if self.is_haze(seen, &one, &all, &p.copies, share, sink) {
                continue;
            }
            p.copies.each(&one, &window, &mut |by| {
                self.left = self.left.saturating_sub(1);
                let within = seen.extent(&one.moved(by));
                if within.longer() < 1.0 {
                    sink.haze(&within, share);
                } else if self.left > 0 {
                    self.cell(p.cell, &seen.after(&p.seen.moved(by)), depth + 1, sink);
                }
                self.left > 0
            });
        }
    }

    /// Draws copies as one haze, where they are many and near one another.
    fn is_haze(
        &mut self,
        seen: &Affine,
        one: &Extent,
        all: &Extent,
        copies: &Copies,
        share: f64,
        sink: &mut dyn Sink,
    ) -> bool {
        if copies.count() < 2.0 {
            return false;
        }
        let pixel = seen.extent(&Extent { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 }).longer();
        if !copies.blur(0.5 / pixel) {
            return false;
        }
        let covered = share * one.width() * one.height() * copies.count();
        sink.haze(&seen.extent(all), (covered / (all.width() * all.height())).min(1.0));
        true
    }

    fn shapes(&mut self, cell: usize, seen: &Affine, window: &Extent, sink: &mut dyn Sink) {
        let sheet = self.sheet;
        let Some(own) = sheet.cells[cell].own.get(&self.layer) else { return };
        let mut each = |i: usize| {
            let s = &own.shapes[i];
            let (one, copies) = (extent(&s.one), own.copies(s));
            if self.left == 0 || self.is_haze(seen, &one, &copies.extent(&one), copies, 1.0, sink) {
                return;
            }
            copies.each(&one, window, &mut |by| {
                self.left = self.left.saturating_sub(1);
                self.corners.clear();
                match own.corners(s) {
                    Some(corners) => {
                        let at = |p: &[i32; 2]| seen.point([f64::from(p[0]) + by[0], f64::from(p[1]) + by[1]]);
                        self.corners.extend(corners.iter().map(at));
                    }
                    None => self.corners.extend(one.moved(by).corners().map(|p| seen.point(p))),
                }
                sink.shape(&self.corners);
                self.left > 0
            });
        };
        match &own.index {
            Some(index) => index.touching(&rect(window), &mut |i| each(i as usize)),
            None => (0..own.shapes.len()).for_each(each),
        }
    }
}
