//! What the tests share: areas as bitmaps, and strategies for shapes.
#![allow(dead_code, unreachable_pub, missing_docs)]

pub mod flat;

use migc_geometry::{Area, Point, Rect, Region, Shapes};
use proptest::prelude::*;

/// How many squares a bitmap has on each side; coordinates are from 0 up to this.
pub const SIDE: i32 = 40;

/// A bit for every unit square.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap(pub Vec<bool>);

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for row in self.0.chunks(SIDE as usize).rev() {
            writeln!(f, "{}", row.iter().map(|b| if *b { '#' } else { '.' }).collect::<String>())?;
        }
        Ok(())
    }
}

impl Bitmap {
    pub fn by(mut bit: impl FnMut(i32, i32) -> bool) -> Bitmap {
        Bitmap((0..SIDE * SIDE).map(|k| bit(k % SIDE, k / SIDE)).collect())
    }

    pub fn get(&self, x: i32, y: i32) -> bool {
        (0..SIDE).contains(&x) && (0..SIDE).contains(&y) && self.0[(y * SIDE + x) as usize]
    }

    pub fn of_rects(rects: &[Rect]) -> Bitmap {
        Bitmap::by(|x, y| rects.iter().any(|r| (r.x0..r.x1).contains(&x) && (r.y0..r.y1).contains(&y)))
    }

    /// The area that the bits cover, without any operation of the crate but the union of unit squares.
    pub fn region(&self) -> Region {
        let squares = (0..SIDE * SIDE).filter(|&k| self.0[k as usize]).map(|k| {
            let (x, y) = (k % SIDE, k / SIDE);
            Rect { x0: x, y0: y, x1: x + 1, y1: y + 1 }
        });
        squares.collect()
    }

    pub fn of(region: &Region) -> Bitmap {
        Bitmap::of_rects(&region.strips())
    }

    pub fn of_winding(corners: &[Point]) -> Bitmap {
        Bitmap::by(|x, y| {
            let mut winding = 0;
            for (k, a) in corners.iter().enumerate() {
                let b = corners[(k + 1) % corners.len()];
                if a[0] <= x && a[1] <= y && b[1] > y {
                    winding += 1;
                } else if a[0] <= x && b[1] <= y && a[1] > y {
                    winding -= 1;
                }
            }
            winding != 0
        })
    }

    /// The number of each square's island, by squares that touch at a side or at a corner; and how many there are.
    pub fn islands(&self) -> (Vec<usize>, usize) {
        let mut number = vec![usize::MAX; self.0.len()];
        let mut count = 0;
        for start in 0..self.0.len() {
            if !self.0[start] || number[start] != usize::MAX {
                continue;
            }
            let mut todo = vec![start as i32];
            while let Some(k) = todo.pop() {
                if number[k as usize] != usize::MAX {
                    continue;
                }
                number[k as usize] = count;
                let (x, y) = (k % SIDE, k / SIDE);
                for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                    if self.get(x + dx, y + dy) {
                        todo.push((y + dy) * SIDE + x + dx);
                    }
                }
            }
            count += 1;
        }
        (number, count)
    }
}

pub fn shapes(rects: &[Rect]) -> Shapes {
    rects.iter().copied().collect()
}

pub fn merged(area: &impl Area) -> Region {
    Region::merged(area)
}

/// A few rectangles well inside of the bitmap.
pub fn rects() -> impl Strategy<Value = Vec<Rect>> {
    let side = || (8..28, 1..10);
    let rect = (side(), side()).prop_map(|((x, w), (y, h))| Rect { x0: x, y0: y, x1: x + w, y1: y + h });
    prop::collection::vec(rect, 0..14)
}

/// A Manhattan polygon that crosses itself as it likes: its corners alternate between going along x and along y.
pub fn polygon() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec((4..30, 4..30), 1..9).prop_map(|turns| {
        let count = turns.len();
        (0..count).flat_map(|k| [[turns[k].0, turns[k].1], [turns[(k + 1) % count].0, turns[k].1]]).collect()
    })
}
