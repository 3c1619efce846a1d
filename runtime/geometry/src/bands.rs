//! Low bands across the layer, each of which is swept by itself.
//!
//! Cutting serves speed twice: the stops of one band are few, and bands are the work that threads share. It shows in
//! no result: a wall that a cut went through is joined again ([`Bands::join`]), and the walls of an area are the same
//! however it was cut.

use rayon::prelude::*;

use crate::Rect;
use crate::slanted::Slanted;
use crate::sweep::Piece;
use crate::wall::Wall;

/// Pieces in a band, about. A band of this size stays in the cache of one core while it is sorted and swept.
const PIECES_PER_BAND: usize = 6_000;
/// Shapes in a chunk of input that is distributed over the bands at a time.
const SHAPES_PER_CHUNK: usize = 1 << 16;
/// Shapes that are looked at to find where the cuts go.
const SAMPLE: usize = 1 << 13;
/// Below this many shapes, threads cost more than they bring.
pub(crate) const PARALLEL_FROM: usize = 1 << 14;

/// Shapes as both operands of an operation have them. Rectangles are shapes; walls are counted by their steps.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Soup<'a> {
    pub(crate) rects: &'a [Rect],
    pub(crate) walls: &'a [Wall],
    /// Polygons with slanted edges, which no scanline of this kind can take.
    pub(crate) slanted: &'a [Slanted],
}

impl<'a> Soup<'a> {
    pub(crate) fn of(walls: &'a [Wall]) -> Soup<'a> {
        Soup { walls, ..Soup::default() }
    }

    /// All but what is slanted.
    pub(crate) fn upright(self) -> Soup<'a> {
        Soup { slanted: &[], ..self }
    }

    pub(crate) fn len(&self) -> usize {
        self.rects.len() + self.walls.len()
    }

    /// The heights between which a few of its shapes lie.
    fn sample(&self, step: usize) -> impl Iterator<Item = (i32, i32)> {
        let rects = self.rects.iter().step_by(step).map(|r| (r.y0, r.y1));
        rects.chain(self.walls.iter().step_by(step).map(|w| (w.y0, w.y1)))
    }

    /// Its pieces, in parts that are made independently.
    fn chunks(&self) -> Vec<Soup<'_>> {
        let rects = self.rects.chunks(SHAPES_PER_CHUNK).map(|rects| Soup { rects, ..Soup::default() });
        rects.chain(self.walls.chunks(SHAPES_PER_CHUNK).map(Soup::of)).collect()
    }

    /// Calls with every piece; the operand says for which cover it counts.
    fn pieces(&self, operand: usize, mut each: impl FnMut(Piece)) {
        let piece = |x, y0, y1, step: i32| {
            // A step is 1 or −1: whoever makes walls sees to that.
            let step = step as i16;
            Piece { x, y0, y1, a: if operand == 0 { step } else { 0 }, b: if operand == 0 { 0 } else { step } }
        };
        for r in self.rects {
            each(piece(r.x0, r.y0, r.y1, 1));
            each(piece(r.x1, r.y0, r.y1, -1));
        }
        for w in self.walls {
            each(piece(w.x, w.y0, w.y1, w.step));
        }
    }
}

/// Where the layer is cut: band `k` reaches from cut `k - 1` up to cut `k`.
#[derive(Debug)]
pub(crate) struct Bands {
    cuts: Vec<i32>,
}

/// Pieces of one chunk in the order of their bands, and where those of each band begin.
struct Dealt {
    pieces: Vec<Piece>,
    starts: Vec<usize>,
}

impl Bands {
    /// Cuts for the shapes of some operands.
    pub(crate) fn of(operands: &[Soup<'_>]) -> Bands {
        let shapes = operands.iter().map(Soup::len).sum();
        Bands::for_extents(shapes, |step| operands.iter().flat_map(|s| s.sample(step)).collect())
    }

    /// Cuts so that bands have about equally many pieces, and that shapes are not cut into more than twice as many.
    /// The sample, of one in so many of the shapes, is from where up to where they reach.
    pub(crate) fn for_extents(shapes: usize, sample: impl FnOnce(usize) -> Vec<(i32, i32)>) -> Bands {
        Bands::lower(shapes, PIECES_PER_BAND / 2, sample)
    }

    /// The same, with about so many shapes in a band.
    pub(crate) fn lower(shapes: usize, each: usize, sample: impl FnOnce(usize) -> Vec<(i32, i32)>) -> Bands {
        let mut sample = sample(shapes / SAMPLE + 1);
        sample.sort_unstable();
        let mut count = (shapes / each).min(sample.len() / 4);
        while count > 1 {
            let mut cuts: Vec<i32> = (1..count).map(|k| sample[k * sample.len() / count].0).collect();
            cuts.dedup();
            let bands = Bands { cuts };
            let pieces: usize = sample.iter().map(|&(y0, y1)| bands.ending(y1) - bands.holding(y0) + 1).sum();
            if pieces <= 2 * sample.len() {
                return bands;
            }
            count /= 2;
        }
        Bands::none()
    }

    /// No cuts: one band of everything.
    pub(crate) fn none() -> Bands {
        Bands { cuts: Vec::new() }
    }

    /// Bands of the given cuts, which ascend.
    #[cfg(test)]
    pub(crate) fn at(cuts: Vec<i32>) -> Bands {
        Bands { cuts }
    }

    pub(crate) fn count(&self) -> usize {
        self.cuts.len() + 1
    }

    /// Where a band begins; the lowest has no beginning.
    pub(crate) fn bottom(&self, band: usize) -> Option<i32> {
        self.cuts.get(band.checked_sub(1)?).copied()
    }

    /// Where a band ends; the highest has no end.
    pub(crate) fn top(&self, band: usize) -> Option<i32> {
        self.cuts.get(band).copied()
    }

    /// The bands that what reaches from one height up to another touches, both of two where it ends at a cut.
    pub(crate) fn touched(&self, y0: i32, y1: i32) -> std::ops::RangeInclusive<usize> {
        self.ending(y0)..=self.holding(y1)
    }

    /// The band that `y` lies in, the upper one of two.
    pub(crate) fn holding(&self, y: i32) -> usize {
        self.cuts.partition_point(|&c| c <= y)
    }

    /// The band that `y` lies in, the lower one of two.
    fn ending(&self, y: i32) -> usize {
        self.cuts.partition_point(|&c| c < y)
    }

    /// Sweeps every band by itself and joins what the cuts went through.
    pub(crate) fn sweep(&self, operands: &[Soup<'_>], each: impl Fn(&mut [Piece]) -> Vec<Wall> + Sync) -> Vec<Wall> {
        let chunks: Vec<(usize, Soup<'_>)> =
            operands.iter().enumerate().flat_map(|(k, s)| s.chunks().into_iter().map(move |c| (k, c))).collect();
        let dealt: Vec<Dealt> = chunks.par_iter().map(|(operand, chunk)| self.deal(*operand, chunk)).collect();
        let swept = (0..self.count()).into_par_iter().map(|band| {
            let parts = dealt.iter().map(|d| &d.pieces[d.starts[band]..d.starts[band + 1]]);
            let mut pieces = Vec::with_capacity(parts.clone().map(<[Piece]>::len).sum());
            parts.for_each(|p| pieces.extend_from_slice(p));
            each(&mut pieces)
        });
        self.join(swept.collect())
    }

    /// Cuts the pieces of a chunk and puts those of each band together.
    fn deal(&self, operand: usize, chunk: &Soup<'_>) -> Dealt {
        let mut starts = vec![0; self.count() + 1];
        chunk.pieces(operand, |p| {
            for band in self.holding(p.y0)..=self.ending(p.y1) {
                starts[band + 1] += 1;
            }
        });
        for band in 1..starts.len() {
            starts[band] += starts[band - 1];
        }
        let mut next = starts.clone();
        let mut pieces = vec![Piece::default(); starts[self.count()]];
        chunk.pieces(operand, |p| {
            let (first, last) = (self.holding(p.y0), self.ending(p.y1));
            for band in first..=last {
                let y0 = if band == first { p.y0 } else { self.cuts[band - 1] };
                let y1 = if band == last { p.y1 } else { self.cuts[band] };
                pieces[next[band]] = Piece { y0, y1, ..p };
                next[band] += 1;
            }
        });
        Dealt { pieces, starts }
    }

    /// Joins walls that end at a cut with those that go on above it, from the top down, and puts the bands together.
    fn join(&self, mut bands: Vec<Vec<Wall>>) -> Vec<Wall> {
        for (k, cut) in self.cuts.iter().enumerate().rev() {
            let [low, high] = &mut bands[k..k + 2] else { unreachable!("a cut lies between two bands") };
            let beginning = high.partition_point(|w| w.y0 <= *cut);
            for wall in low.iter_mut().filter(|w| w.y1 == *cut) {
                if let Ok(at) = high[..beginning].binary_search_by_key(&wall.x, |w| w.x)
                    && high[at].step == wall.step
                {
                    wall.y1 = high[at].y1;
                    // Nothing has a step of 0; it is left out below, after the order of `high` was needed.
                    high[at].step = 0;
                }
            }
        }
        let counts: Vec<usize> = bands.par_iter().map(|b| b.iter().filter(|w| w.step != 0).count()).collect();
        let mut walls = vec![Wall::default(); counts.iter().sum()];
        let mut rest = walls.as_mut_slice();
        let mut places = Vec::with_capacity(bands.len());
        for (band, count) in bands.iter().zip(counts) {
            let (place, after) = rest.split_at_mut(count);
            places.push((band, place));
            rest = after;
        }
        places.into_par_iter().for_each(|(band, place)| {
            place.iter_mut().zip(band.iter().filter(|w| w.step != 0)).for_each(|(to, wall)| *to = *wall);
        });
        walls
    }
}

/// All pieces at once, for what is too little to be cut.
pub(crate) fn whole(operands: &[Soup<'_>]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(operands.iter().map(|s| 2 * s.rects.len() + s.walls.len()).sum());
    for (operand, soup) in operands.iter().enumerate() {
        soup.pieces(operand, |p| pieces.push(p));
    }
    pieces
}
