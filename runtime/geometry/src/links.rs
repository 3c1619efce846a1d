//! The horizontal edges, which lie between the ends of walls.
//!
//! At each height the ends of walls, from left to right, are pairwise the ends of horizontal edges. Where two corners
//! of a region kiss, two walls end at one point, and it is to choose which of them goes on to the left: here the region
//! is connected through the corner and what is not region is parted there. That is what KLayout's merge gives
//! (`min_coherence = false`): squares that touch at a corner are one polygon, holes that touch at a corner are two.

use rayon::prelude::*;

use crate::bands::PARALLEL_FROM;
use crate::stretches::{Stretch, Stretches};
use crate::wall::Wall;

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

/// What is made of the left and the right end of every horizontal edge, upward and then from left to right.
pub(crate) fn floors<T: Send>(walls: &[Wall], make: impl Fn(End, End) -> T + Sync) -> Vec<T> {
    let parts = Stretches::of(walls).map(|stretch| {
        let mut floors = Vec::with_capacity(stretch.begin.len());
        each_floor(&stretch, |a, b| floors.push(make(a, b)));
        floors
    });
    parts.into_iter().flatten().collect()
}

fn each_floor(stretch: &Stretch<'_>, mut each: impl FnMut(End, End)) {
    let mut left: Option<End> = None;
    let mut next = |end: End| match left.take() {
        Some(from) => each(from, end),
        None => left = Some(end),
    };
    let mut highs = stretch.ends.iter().peekable();
    for (k, wall) in (stretch.first..).zip(stretch.begin) {
        let here = wall.key();
        while let Some((_, below)) = highs.next_if(|h| h.0 < here) {
            next(End::high(*below as usize));
        }
        match highs.next_if(|h| h.0 == here) {
            None => next(End::low(k)),
            // A kissing corner: the edge from the left and the wall that bound the same empty quarter go together.
            Some((_, below)) if wall.step > 0 => {
                next(End::low(k));
                next(End::high(*below as usize));
            }
            Some((_, below)) => {
                next(End::high(*below as usize));
                next(End::low(k));
            }
        }
    }
    for (_, below) in highs {
        next(End::high(*below as usize));
    }
}

/// For the lower and the upper end of each wall, the end that its horizontal edge leads to.
pub(crate) fn links(walls: &[Wall]) -> Vec<[End; 2]> {
    let mut links = vec![[End::default(); 2]; walls.len()];
    for (a, b) in floors(walls, |a, b| (a, b)) {
        links[a.wall()][usize::from(a.is_high())] = b;
        links[b.wall()][usize::from(b.is_high())] = a;
    }
    links
}

/// The horizontal edge between two ends, with its axes swapped: a wall on the other side of the diagonal.
pub(crate) fn floor_between(walls: &[Wall], a: End, b: End) -> Wall {
    let (left, right) = (&walls[a.wall()], &walls[b.wall()]);
    // Right of a wall that enters, and above its lower end, is region: so it is above the edge.
    let (y, step) = if a.is_high() { (left.y1, -left.step) } else { (left.y0, left.step) };
    Wall { x: y, y0: left.x, y1: right.x, step }
}

/// The walls of the region on the other side of the diagonal: `(x, y)` becomes `(y, x)`. Two edges that meet at a
/// kissing corner are two walls: the region changes sides there.
pub(crate) fn transposed(walls: &[Wall]) -> Vec<Wall> {
    let mut floors = floors(walls, |a, b| floor_between(walls, a, b));
    if floors.len() < PARALLEL_FROM {
        floors.sort_unstable_by_key(Wall::key);
    } else {
        floors.par_sort_unstable_by_key(Wall::key);
    }
    floors
}
