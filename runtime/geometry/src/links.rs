//! The horizontal edges, which lie between the ends of walls.
//!
//! At each height the ends of walls, from left to right, are pairwise the ends of horizontal edges. Where two corners
//! of a region kiss, two walls end at one point, and it is to choose which of them goes on to the left: here the region
//! is connected through the corner and what is not region is parted there. That is what KLayout's merge gives
//! (`min_coherence = false`): squares that touch at a corner are one polygon, holes that touch at a corner are two.

use rayon::prelude::*;

use crate::bands::PARALLEL_FROM;
use crate::wall::{Wall, key};

/// One end of a wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct End(u32);

impl End {
    fn low(wall: usize) -> End {
        End((wall as u32) << 1)
    }

    fn high(wall: usize) -> End {
        End((wall as u32) << 1 | 1)
    }

    /// The place of its wall in the list.
    pub(crate) fn wall(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether it is the upper end.
    pub(crate) fn is_high(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Calls with the left and the right end of every horizontal edge, upward and then from left to right.
pub(crate) fn each_floor(walls: &[Wall], mut each: impl FnMut(End, End)) {
    let mut highs: Vec<(u64, u32)> = walls.iter().enumerate().map(|(k, w)| (key(w.y1, w.x), k as u32)).collect();
    if highs.len() < PARALLEL_FROM {
        highs.sort_unstable();
    } else {
        highs.par_sort_unstable();
    }
    let mut left: Option<End> = None;
    let mut next = |end: End| match left.take() {
        Some(from) => each(from, end),
        None => left = Some(end),
    };
    let mut highs = highs.into_iter().peekable();
    for (k, wall) in walls.iter().enumerate() {
        let here = wall.key();
        while let Some((_, below)) = highs.next_if(|h| h.0 < here) {
            next(End::high(below as usize));
        }
        match highs.next_if(|h| h.0 == here) {
            None => next(End::low(k)),
            // A kissing corner: the edge from the left and the wall that bound the same empty quarter go together.
            Some((_, below)) if wall.step > 0 => {
                next(End::low(k));
                next(End::high(below as usize));
            }
            Some((_, below)) => {
                next(End::high(below as usize));
                next(End::low(k));
            }
        }
    }
    for (_, below) in highs {
        next(End::high(below as usize));
    }
}

/// For the lower and the upper end of each wall, the end that its horizontal edge leads to.
pub(crate) fn links(walls: &[Wall]) -> Vec<[End; 2]> {
    let mut links = vec![[End::default(); 2]; walls.len()];
    each_floor(walls, |a, b| {
        links[a.wall()][usize::from(a.is_high())] = b;
        links[b.wall()][usize::from(b.is_high())] = a;
    });
    links
}

/// The walls of the region on the other side of the diagonal: `(x, y)` becomes `(y, x)`.
pub(crate) fn transposed(walls: &[Wall]) -> Vec<Wall> {
    let mut floors = Vec::with_capacity(walls.len());
    each_floor(walls, |a, b| {
        let (left, right) = (&walls[a.wall()], &walls[b.wall()]);
        // Right of a wall that enters, and above its lower end, is region: so it is above the edge.
        let (y, step) = if a.is_high() { (left.y1, -left.step) } else { (left.y0, left.step) };
        floors.push(Wall { x: y, y0: left.x, y1: right.x, step });
    });
    // Two edges that meet at a kissing corner are two walls: the region changes sides there.
    if floors.len() < PARALLEL_FROM {
        floors.sort_unstable_by_key(Wall::key);
    } else {
        floors.par_sort_unstable_by_key(Wall::key);
    }
    floors
}
