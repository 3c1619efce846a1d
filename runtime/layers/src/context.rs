//! What lies round the placements of each cell: whatever comes near its shapes from outside, in any placement.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use migc_geometry::Rect;
use rayon::prelude::*;

use crate::clusters::around;
use crate::quick::Quick;
use crate::tiles::{Placed, Tiles};
use crate::{AreaError, LayerId, Layers, Place, Transform, Tree, TreeError};

/// What is known of each cell for one computation.
pub(crate) struct Boxes {
    /// The box round a cell's shapes and those below it, on the layers that are looked at.
    pub(crate) of: Vec<Option<Rect>>,
    /// The cell's own shapes.
    own: Vec<Covers>,
    /// Its placements, by their boxes.
    placed: Vec<Placed>,
}

/// Rectangles that cover a cell's own shapes.
#[derive(Default)]
struct Covers {
    rects: Vec<Rect>,
    tiles: Tiles,
}

impl Covers {
    fn new(rects: Vec<Rect>) -> Covers {
        let tiles = Tiles::new(rects.len(), &|i| rects[i]);
        Covers { rects, tiles }
    }

    #[inline]
    fn touching(&self, window: &Rect, f: &mut impl FnMut(Rect)) {
        self.tiles.touching(window, &|i| self.rects[i], &mut |i| f(self.rects[i]));
    }
}

/// A cell, another one that comes near it, and how that is seen from the first.
type Pair = (u32, u32, Transform);

type QuickSet<T> = HashSet<T, BuildHasherDefault<Quick>>;

impl Boxes {
    /// The boxes of all cells; a coordinate beyond 32 bits is an error.
    pub(crate) fn new(tree: &Tree, layers: &Layers, inputs: &[LayerId]) -> Result<Boxes, TreeError> {
        let covers = |cell| Covers::new(covers(layers, inputs, cell));
        let own: Vec<Covers> = (0..tree.places.len()).into_par_iter().map(covers).collect();
        let mut of: Vec<Option<Rect>> = own.iter().map(|c| c.rects.iter().copied().reduce(|a, b| a.join(&b))).collect();
        for cell in tree.levels.iter().flatten() {
            for p in &tree.places[*cell] {
                let Some(inner) = of[p.cell as usize] else { continue };
                let seen = p.seen.rect(&inner).map_err(|e| cannot(tree, *cell, e.into()))?;
                of[*cell] = Some(of[*cell].map_or(seen, |b| b.join(&seen)));
            }
        }
        let placed = tree.places.par_iter().map(|places| Placed::new(places, &of)).collect();
        Ok(Boxes { of, own, placed })
    }

    /// Calls `f` with each rectangle of a cell and what is below it that touches a window, all as seen from outside.
    fn each_in(&self, tree: &Tree, cell: usize, seen: &Transform, window: &Rect, f: &mut dyn FnMut(Rect)) {
        let (inner, outward) = (seen.back(window), seen.inverse());
        self.own[cell].touching(&inner, &mut |r| f(outward.back(&r)));
        self.placed[cell].touching(&inner, &mut |i| {
            let p = &tree.places[cell][i as usize];
            self.each_in(tree, p.cell as usize, &seen.after(&p.seen), window, f);
        });
    }

    /// The rectangles from outside that come within `reach` of what each cell has, in any of its placements.
    pub(crate) fn foreign(&self, tree: &Tree, reach: i32) -> Vec<Vec<Rect>> {
        let mut foreign = Foreign::new(tree.places.len());
        // What one placement has of another depends only on how the two stand to one another.
        let near: Vec<Vec<Pair>> =
            tree.places.par_iter().enumerate().map(|(cell, places)| self.pairs(cell, places, reach)).collect();
        let mut known: QuickSet<Pair> = HashSet::default();
        let pairs: Vec<Pair> = near.into_iter().flatten().filter(|pair| known.insert(*pair)).collect();
        drop(known);
        for batch in pairs.chunks(BATCH) {
            let found: Vec<(u32, Vec<Rect>)> = batch.par_iter().map(|pair| self.across(tree, pair, reach)).collect();
            found.into_iter().for_each(|(cell, rects)| foreign.add(cell, rects));
        }
        for level in tree.levels.iter().rev() {
            let found: Vec<Vec<(u32, Rect)>> =
                level.par_iter().map(|cell| self.round_places(tree, *cell, &foreign.of[*cell], reach)).collect();
            found.into_iter().flatten().for_each(|(child, rect)| foreign.add(child, [rect]));
        }
        foreign.of
    }

    /// The pairs of a cell's placements that come near one another, each once.
    fn pairs(&self, cell: usize, places: &[Place], reach: i32) -> Vec<Pair> {
        let mut known: QuickSet<Pair> = HashSet::default();
        let mut out = Vec::new();
        let placed = &self.placed[cell];
        for (i, bbox) in placed.of.iter().zip(&placed.boxes) {
            let (one, inverse) = (&places[*i as usize], places[*i as usize].seen.inverse());
            placed.touching(&around(bbox, reach), &mut |k| {
                let other = &places[k as usize];
                let pair = (one.cell, other.cell, inverse.after(&other.seen));
                if k != *i && known.insert(pair) {
                    out.push(pair);
                }
            });
        }
        out
    }

    /// What of the second cell of a pair comes near the first.
    fn across(&self, tree: &Tree, (cell, other, seen): &Pair, reach: i32) -> (u32, Vec<Rect>) {
        let mut out = Vec::new();
        if let Some(bbox) = self.of[*cell as usize] {
            let window = around(&bbox, reach);
            self.each_in(tree, *other as usize, seen, &window, &mut |r| out.push(cut(&r, &window)));
        }
        (*cell, out)
    }

    /// What of a cell itself, and of what is round it, comes near its placements, each in the frame of what is placed.
    fn round_places(&self, tree: &Tree, cell: usize, foreign: &[Rect], reach: i32) -> Vec<(u32, Rect)> {
        let mut out = Vec::new();
        let placed = &self.placed[cell];
        if foreign.is_empty() && self.own[cell].rects.is_empty() {
            return out;
        }
        let outside = Tiles::new(foreign.len(), &|i| foreign[i]);
        for (i, bbox) in placed.of.iter().zip(&placed.boxes) {
            let p = &tree.places[cell][*i as usize];
            let window = around(bbox, reach);
            let mut add = |r: Rect| out.push((p.cell, p.seen.back(&cut(&r, &window))));
            self.own[cell].touching(&window, &mut add);
            outside.touching(&window, &|i| foreign[i], &mut |k| add(foreign[k]));
        }
        out
    }
}

/// Pairs that are looked at before what they came to is put together.
const BATCH: usize = 4096;

/// What comes near each cell, each rectangle once.
struct Foreign {
    of: Vec<Vec<Rect>>,
    known: Vec<QuickSet<Rect>>,
}

impl Foreign {
    fn new(cells: usize) -> Foreign {
        let mut known = Vec::new();
        known.resize_with(cells, HashSet::default);
        Foreign { of: vec![Vec::new(); cells], known }
    }

    fn add(&mut self, cell: u32, rects: impl IntoIterator<Item = Rect>) {
        let (of, known) = (&mut self.of[cell as usize], &mut self.known[cell as usize]);
        of.extend(rects.into_iter().filter(|r| known.insert(*r)));
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
