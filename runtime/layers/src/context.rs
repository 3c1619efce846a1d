//! What lies round the placements of each cell: whatever comes near its shapes from outside, in any placement.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use migc_geometry::Rect;
use rayon::prelude::*;

use crate::clusters::around;
use crate::index::Index;
use crate::quick::Quick;
use crate::{AreaError, LayerId, Layers, Transform, Tree, TreeError};

/// What is known of each cell for one computation.
pub(crate) struct Boxes {
    /// The box round a cell's shapes and those below it, on the layers that are looked at.
    pub(crate) of: Vec<Option<Rect>>,
    /// The cell's own shapes: rectangles that cover them.
    own: Vec<Vec<Rect>>,
    own_index: Vec<Index>,
    /// Its placements, by their boxes.
    placed: Vec<Index>,
}

impl Boxes {
    /// The boxes of all cells; a coordinate beyond 32 bits is an error.
    pub(crate) fn new(tree: &Tree, layers: &Layers, inputs: &[LayerId]) -> Result<Boxes, TreeError> {
        let own: Vec<Vec<Rect>> = (0..tree.places.len()).into_par_iter().map(|c| covers(layers, inputs, c)).collect();
        let own_index = own.par_iter().map(|list| Index::new(list.iter().map(|r| Some(*r)))).collect();
        let mut of: Vec<Option<Rect>> = own.iter().map(|l| l.iter().copied().reduce(|a, b| a.join(&b))).collect();
        for cell in tree.levels.iter().flatten() {
            for p in &tree.places[*cell] {
                let Some(inner) = of[p.cell as usize] else { continue };
                let seen = p.seen.rect(&inner).map_err(|e| cannot(tree, *cell, e.into()))?;
                of[*cell] = Some(of[*cell].map_or(seen, |b| b.join(&seen)));
            }
        }
        let seen = |cell: usize| {
            let boxes = tree.places[cell].iter().map(|p| p.seen.rect(&of[p.cell as usize]?).ok());
            Index::new(boxes)
        };
        let placed = (0..tree.places.len()).into_par_iter().map(seen).collect();
        Ok(Boxes { of, own, own_index, placed })
    }

    /// Calls `f` with each rectangle of a cell and what is below it that touches a window, all as seen from outside.
    fn each_in(&self, tree: &Tree, cell: usize, seen: &Transform, window: &Rect, f: &mut dyn FnMut(Rect)) {
        let inner = seen.back(window);
        self.own_index[cell].touching(&inner, &mut |i| {
            if let Ok(r) = seen.rect(&self.own[cell][i as usize]) {
                f(r);
            }
        });
        self.placed[cell].touching(&inner, &mut |i| {
            let p = &tree.places[cell][i as usize];
            self.each_in(tree, p.cell as usize, &seen.after(&p.seen), window, f);
        });
    }

    /// The rectangles from outside that come within `reach` of what each cell has, in any of its placements.
    pub(crate) fn foreign(&self, tree: &Tree, reach: i32) -> Vec<Vec<Rect>> {
        let mut foreign: Vec<Vec<Rect>> = vec![Vec::new(); tree.places.len()];
        for level in tree.levels.iter().rev() {
            for cell in level {
                let list = &mut foreign[*cell];
                list.sort_unstable();
                list.dedup();
            }
            let found: Vec<Vec<(u32, Rect)>> =
                level.par_iter().map(|cell| self.round_places(tree, *cell, &foreign[*cell], reach)).collect();
            for (child, rect) in found.into_iter().flatten() {
                foreign[child as usize].push(rect);
            }
        }
        foreign
    }

    /// What comes near the placements of one cell, each in the frame of the cell that is placed.
    fn round_places(&self, tree: &Tree, cell: usize, foreign: &[Rect], reach: i32) -> Vec<(u32, Rect)> {
        let mut out = Vec::new();
        let outside = Index::new(foreign.iter().map(|r| Some(*r)));
        // What one placement has of another depends only on how the two stand to one another.
        let mut pairs: HashSet<(u32, u32, Transform), BuildHasherDefault<Quick>> = HashSet::default();
        for (i, p) in tree.places[cell].iter().enumerate() {
            let Some(bbox) = self.of[p.cell as usize].and_then(|b| p.seen.rect(&b).ok()) else { continue };
            let window = around(&bbox, reach);
            let inverse = p.seen.inverse();
            let mut add = |r: Rect| out.push((p.cell, p.seen.back(&cut(&r, &window))));
            self.own_index[cell].touching(&window, &mut |k| add(self.own[cell][k as usize]));
            outside.touching(&window, &mut |k| add(foreign[k as usize]));
            self.placed[cell].touching(&window, &mut |k| {
                let other = &tree.places[cell][k as usize];
                if k as usize == i {
                    return;
                }
                let between = inverse.after(&other.seen);
                if pairs.insert((p.cell, other.cell, between)) {
                    self.each_in(tree, other.cell as usize, &other.seen, &window, &mut add);
                }
            });
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// Rectangles that cover what a cell itself has on some layers.
fn covers(layers: &Layers, inputs: &[LayerId], cell: usize) -> Vec<Rect> {
    let mut out = Vec::new();
    for id in inputs {
        let Some(drawn) = layers.get(*id, cell) else { continue };
        drawn.shapes.iter().for_each(|s| drawn.cover(s, &mut |r| out.push(r)));
    }
    out
}

/// What of a rectangle lies in a window that it touches; a side or a corner may be all.
fn cut(r: &Rect, window: &Rect) -> Rect {
    Rect { x0: r.x0.max(window.x0), y0: r.y0.max(window.y0), x1: r.x1.min(window.x1), y1: r.y1.min(window.y1) }
}

pub(crate) fn cannot(tree: &Tree, cell: usize, e: AreaError) -> TreeError {
    TreeError::Area { cell: tree.names[cell].clone(), what: e.to_string() }
}
