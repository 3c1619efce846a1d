//! Rectangles by the tiles of a grid in which they lie: an index that costs little to build.

use migc_geometry::Rect;

use crate::Place;
use crate::index::touch;

/// Fewer rectangles are one list.
const FEW: usize = 16;

/// Rectangles by tile; each is in every tile that it touches.
#[derive(Debug, Default)]
pub(crate) struct Tiles {
    low: [i32; 2],
    /// The sides of tiles, as powers of two.
    shift: [u32; 2],
    /// How many there are along x and y.
    counts: [usize; 2],
    /// Where the list of each tile begins, row by row.
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Tiles {
    /// The tiles of so many rectangles.
    pub(crate) fn new(n: usize, rect: &impl Fn(usize) -> Rect) -> Tiles {
        let Some(all) = (0..n).map(rect).reduce(|a, b| a.join(&b)) else { return Tiles::default() };
        let mut tiles = Tiles { low: [all.x0, all.y0], shift: [32; 2], ..Tiles::default() };
        if n > FEW {
            // Square tiles, about one for four rectangles.
            let side = (all.width() as f64 * all.height() as f64 * 6.0 / n as f64).sqrt().max(1.0);
            tiles.shift = [side.log2() as u32; 2];
        }
        let extent = [all.width(), all.height()];
        loop {
            tiles.counts = [0, 1].map(|axis| (extent[axis] >> tiles.shift[axis]) as usize + 1);
            let longer = usize::from(tiles.counts[1] > tiles.counts[0]);
            if tiles.counts[0].saturating_mul(tiles.counts[1]) > 2 * n + FEW {
                tiles.shift[longer] += 1;
                continue;
            }
            // What is long lies in many tiles: they are made longer until that is no matter.
            let (mut all, mut along) = (0, [0, 0]);
            for i in 0..n {
                let [x, y] = tiles.spans(&rect(i));
                let lengths = [x.1 - x.0, y.1 - y.0];
                all += (lengths[0] + 1) * (lengths[1] + 1);
                along = [along[0] + lengths[0], along[1] + lengths[1]];
            }
            if all <= 4 * n {
                break;
            }
            tiles.shift[usize::from(along[1] > along[0])] += 1;
        }
        tiles.deal(n, rect);
        tiles
    }

    /// Puts each rectangle into the lists of its tiles.
    fn deal(&mut self, n: usize, rect: &impl Fn(usize) -> Rect) {
        let mut starts = vec![0u32; self.counts[0] * self.counts[1] + 1];
        for i in 0..n {
            self.each(self.spans(&rect(i)), &mut |tile, _| starts[tile + 1] += 1);
        }
        for tile in 1..starts.len() {
            starts[tile] += starts[tile - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![0u32; starts.last().map_or(0, |n| *n as usize)];
        for i in 0..n {
            self.each(self.spans(&rect(i)), &mut |tile, _| {
                entries[next[tile] as usize] = i as u32;
                next[tile] += 1;
            });
        }
        (self.starts, self.entries) = (starts, entries);
    }

    /// The first and the last tile along x and y in which a rectangle lies, which must touch what there is.
    #[inline]
    fn spans(&self, r: &Rect) -> [(usize, usize); 2] {
        let at = |axis: usize, v: i32| self.at(axis, v);
        [(at(0, r.x0), at(0, r.x1)), (at(1, r.y0), at(1, r.y1))]
    }

    #[inline]
    fn at(&self, axis: usize, v: i32) -> usize {
        let far = (i64::from(v) - i64::from(self.low[axis])).max(0) >> self.shift[axis];
        (far as usize).min(self.counts[axis].saturating_sub(1))
    }

    #[inline]
    fn each(&self, [x, y]: [(usize, usize); 2], f: &mut impl FnMut(usize, [usize; 2])) {
        for row in y.0..=y.1 {
            for column in x.0..=x.1 {
                f(row * self.counts[0] + column, [column, row]);
            }
        }
    }

    /// What lies in each tile.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|w| &self.entries[w[0] as usize..w[1] as usize])
    }

    /// Calls `f` with each rectangle that touches a window, once.
    #[inline]
    pub(crate) fn touching(&self, window: &Rect, rect: &impl Fn(usize) -> Rect, f: &mut impl FnMut(usize)) {
        if self.entries.is_empty() {
            return;
        }
        let spans = self.spans(window);
        let one = spans[0].0 == spans[0].1 && spans[1].0 == spans[1].1;
        self.each(spans, &mut |tile, at| {
            for i in &self.entries[self.starts[tile] as usize..self.starts[tile + 1] as usize] {
                let r = rect(*i as usize);
                if !touch(&r, window) {
                    continue;
                }
                // What is in several tiles is told of in that of the lowest corner of what is in common.
                if one || at == [self.at(0, r.x0.max(window.x0)), self.at(1, r.y0.max(window.y0))] {
                    f(*i as usize);
                }
            }
        });
    }
}

/// The placements of a cell that have something, by the boxes round it.
#[derive(Debug, Default)]
pub(crate) struct Placed {
    /// Which placements these are.
    pub(crate) of: Vec<u32>,
    pub(crate) boxes: Vec<Rect>,
    tiles: Tiles,
}

impl Placed {
    /// The placements of a cell; `boxes` are those round what each cell has.
    pub(crate) fn new(places: &[Place], boxes: &[Option<Rect>]) -> Placed {
        let seen = |(i, p): (usize, &Place)| Some((i as u32, p.seen.rect(&boxes[p.cell as usize]?).ok()?));
        let (of, boxes): (Vec<u32>, Vec<Rect>) = places.iter().enumerate().filter_map(seen).unzip();
        let tiles = Tiles::new(boxes.len(), &|i| boxes[i]);
        Placed { of, boxes, tiles }
    }

    /// Calls `f` with each placement whose box touches a window.
    #[inline]
    pub(crate) fn touching(&self, window: &Rect, f: &mut impl FnMut(u32)) {
        self.tiles.touching(window, &|i| self.boxes[i], &mut |i| f(self.of[i]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_looking_at_all_finds(
            rects in prop::collection::vec((0..300i32, 0..200i32, 0..400i32, 0..9i32), 0..300),
            (x, y, w, h) in (-50..300i32, -50..300i32, 0..80i32, 0..80i32),
        ) {
            let rects: Vec<Rect> = rects.iter().map(|(x, y, w, h)| Rect::new([*x, *y], [x + w / (h + 1), y + h])).collect();
            let window = Rect::new([x, y], [x + w, y + h]);
            let tiles = Tiles::new(rects.len(), &|i| rects[i]);
            let mut found = Vec::new();
            tiles.touching(&window, &|i| rects[i], &mut |i| found.push(i));
            found.sort_unstable();
            let all: Vec<usize> = (0..rects.len()).filter(|i| touch(&rects[*i], &window)).collect();
            prop_assert_eq!(found, all);
            // What touches is in one list somewhere.
            let mut met = Vec::new();
            for list in tiles.lists() {
                for a in list {
                    met.extend(list.iter().map(|b| (*a as usize, *b as usize)));
                }
            }
            for (i, a) in rects.iter().enumerate() {
                for (k, _) in rects.iter().enumerate().filter(|(_, b)| touch(a, b)) {
                    prop_assert!(met.contains(&(i, k)));
                }
            }
        }
    }
}
