//! The boxes of islands, found without merging anything.
//!
//! Where only the extents of islands are asked for, shapes need not be merged: rectangles that touch are of one island.
//! A scan goes over each low band from left to right and keeps the rectangles that reach so far. One that covers what
//! another has left stands for it, so that shapes drawn many times over cost no more.

use rayon::prelude::*;

use crate::bands::{Bands, PARALLEL_FROM};
use crate::polygons::Sets;
use crate::{Rect, Region, Shapes};

/// Rectangles in a band, about.
const RECTS_PER_BAND: usize = 512;

impl Shapes {
    /// The boxes of the polygons that the shapes merge to, sorted: those of [`Region::polygons`] in another order.
    pub fn island_boxes(&self) -> Vec<Rect> {
        let (rects, walls, slanted) = self.parts();
        let mut boxes = if slanted.is_empty() {
            let mut rects = rects.to_vec();
            if !walls.is_empty() {
                let mut polygons = Shapes::new();
                polygons.push_walls(walls);
                rects.append(&mut Region::merged(&polygons).strips());
            }
            boxes(&rects)
        } else {
            Region::merged(self).polygons().iter().map(|p| p.bbox()).collect()
        };
        boxes.sort_unstable();
        boxes
    }
}

/// The boxes of rectangles that touch one another.
fn boxes(rects: &[Rect]) -> Vec<Rect> {
    let bands =
        Bands::lower(rects.len(), RECTS_PER_BAND, |step| rects.iter().step_by(step).map(|r| (r.y0, r.y1)).collect());
    let mut starts = vec![0; bands.count() + 1];
    for band in rects.iter().flat_map(|r| bands.touched(r.y0, r.y1)) {
        starts[band + 1] += 1;
    }
    for band in 1..starts.len() {
        starts[band] += starts[band - 1];
    }
    let mut next = starts.clone();
    let mut dealt = vec![(Rect { x0: 0, y0: 0, x1: 0, y1: 0 }, 0); starts[bands.count()]];
    for (i, r) in rects.iter().enumerate() {
        for band in bands.touched(r.y0, r.y1) {
            dealt[next[band]] = (*r, i as u32);
            next[band] += 1;
        }
    }
    let mut parts: Vec<&mut [(Rect, u32)]> = Vec::with_capacity(bands.count());
    let mut rest = dealt.as_mut_slice();
    for pair in starts.windows(2) {
        let (part, after) = rest.split_at_mut(pair[1] - pair[0]);
        parts.push(part);
        rest = after;
    }
    let mut sets = Sets::new(rects.len());
    if rects.len() < PARALLEL_FROM {
        parts.into_iter().flat_map(meeting).for_each(|(a, b)| sets.join(a, b));
    } else {
        let met: Vec<Vec<(u32, u32)>> = parts.into_par_iter().map(meeting).collect();
        met.into_iter().flatten().for_each(|(a, b)| sets.join(a, b));
    }
    let mut place = vec![u32::MAX; rects.len()];
    let mut boxes: Vec<Rect> = Vec::new();
    for (i, r) in rects.iter().enumerate() {
        let root = sets.root(i as u32) as usize;
        if place[root] == u32::MAX {
            place[root] = boxes.len() as u32;
            boxes.push(*r);
        } else {
            let of = &mut boxes[place[root] as usize];
            *of = of.join(r);
        }
    }
    boxes
}

/// Pairs of rectangles that touch, enough of them to join all that hang together.
fn meeting(rects: &mut [(Rect, u32)]) -> Vec<(u32, u32)> {
    rects.sort_unstable_by_key(|(r, i)| (r.x0, *i));
    let mut met = Vec::new();
    // Those that reach as far as the present one begins.
    let mut open: Vec<(Rect, u32)> = Vec::new();
    for (r, i) in rects.iter() {
        let (mut covered, mut at) = (false, 0);
        while let Some((o, k)) = open.get(at) {
            if o.x1 < r.x0 {
                open.swap_remove(at);
                continue;
            }
            at += 1;
            if o.y0 > r.y1 || r.y0 > o.y1 {
                continue;
            }
            met.push((*k, *i));
            covered = o.x1 >= r.x1 && o.y0 <= r.y0 && o.y1 >= r.y1;
            if covered {
                // What else the present one touches, it meets by way of what covers it.
                break;
            }
            if r.x1 >= o.x1 && r.y0 <= o.y0 && r.y1 >= o.y1 {
                at -= 1;
                open.swap_remove(at);
            }
        }
        if !covered {
            open.push((*r, *i));
        }
    }
    met
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rectangles, corners of polygons with vertical and horizontal sides, and slanted ones.
    fn shapes(slanted: bool) -> impl Strategy<Value = Shapes> {
        let one = (0..400i32, 0..400i32, 1..40i32, 1..40i32, 0..if slanted { 8 } else { 7 });
        prop::collection::vec(one, 0..1500).prop_map(|list| {
            let mut shapes = Shapes::new();
            for (x, y, w, h, kind) in list {
                match kind {
                    0 | 1 => shapes.push_polygon(&[
                        [x, y],
                        [x, y + h],
                        [x + 2, y + h],
                        [x + 2, y + 1],
                        [x + w + 2, y + 1],
                        [x + w + 2, y],
                    ]),
                    7 => shapes.push_polygon(&[[x, y], [x + w, y + h], [x + w, y]]),
                    k => shapes.push_rect(Rect { x0: x, y0: y, x1: x + w / k + 1, y1: y + h / k + 1 }),
                }
            }
            shapes
        })
    }

    fn merged(shapes: &Shapes) -> Vec<Rect> {
        let mut boxes: Vec<Rect> = Region::merged(shapes).polygons().iter().map(|p| p.bbox()).collect();
        boxes.sort_unstable();
        boxes
    }

    proptest! {
        #[test]
        fn boxes_are_those_of_merged_polygons(shapes in prop_oneof![4 => shapes(false), 1 => shapes(true)]) {
            prop_assert_eq!(shapes.island_boxes(), merged(&shapes));
        }
    }

    #[test]
    fn many_rectangles_in_many_bands_are_the_same_islands() {
        // Columns that go through all bands, rows that touch them at corners only, and the same things over again.
        let mut shapes = Shapes::new();
        for i in 0..200 {
            for j in 0..150 {
                let (x, y) = (i * 100, j * 100);
                shapes.push_rect(Rect { x0: x, y0: y, x1: x + 40 + (i + j) % 2 * 60, y1: y + 40 });
                shapes.push_rect(Rect { x0: x + 40, y0: y + 40, x1: x + 60, y1: y + 60 + i % 3 * 40 });
            }
            shapes.push_rect(Rect { x0: 0, y0: 7, x1: 40, y1: 15_000 });
        }
        assert_eq!(shapes.island_boxes(), merged(&shapes));
    }
}
