//! How much of each window a region covers.

use crate::combine::Op;
use crate::slanted::{Slanted, overlay};
use crate::{Rect, Region};

/// A window of a density check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Density {
    /// Where it is; in a frame that is smaller than a window, what of it is in the frame.
    pub window: Rect,
    /// The area that the region covers in it, in square database units; half a unit is left off.
    pub covered: i128,
}

/// There would be so many windows that nobody could look at them: more than 2²².
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyWindows;

impl std::fmt::Display for TooManyWindows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the frame has more than {MOST} windows; the step is too small for it")
    }
}

impl std::error::Error for TooManyWindows {}

const MOST: i64 = 1 << 22;

/// The windows along one axis.
#[derive(Clone, Copy)]
struct Axis {
    from: i64,
    to: i64,
    size: i64,
    step: i64,
}

impl Axis {
    /// As many as it takes until one reaches the end of the frame.
    fn count(self) -> i64 {
        1 + (self.to - self.from - self.size).max(0).div_ceil_of(self.step)
    }

    /// Where the last window begins.
    fn last(self) -> i64 {
        (self.to - self.size).max(self.from)
    }

    fn window(self, k: i64) -> (i64, i64) {
        // The last one ends where the frame does.
        let from = (self.from + k * self.step).min(self.last());
        (from, (from + self.size).min(self.to))
    }

    /// The windows that a piece can lie in.
    fn touched(self, (low, high): (i32, i32)) -> std::ops::Range<i64> {
        let first = (i64::from(low) - self.from - self.size).max(0) / self.step;
        let last = (i64::from(high) - self.from).max(0).div_ceil_of(self.step);
        first..if i64::from(high) > self.last() { self.count() } else { last.min(self.count()) }
    }
}

trait DivCeil {
    fn div_ceil_of(self, by: i64) -> i64;
}

impl DivCeil for i64 {
    /// For what is not negative.
    fn div_ceil_of(self, by: i64) -> i64 {
        self / by + i64::from(self % by > 0)
    }
}

impl Region {
    /// What the region covers of windows of a size, in database units, that begin at the lower left of a frame and then
    /// at every step to the right and up, until the frame is covered, the last of a row and of a column where it ends with
    /// the frame; row by row. Sizes and steps below 1 are 1.
    pub fn densities(&self, frame: &Rect, size: [i32; 2], step: [i32; 2]) -> Result<Vec<Density>, TooManyWindows> {
        if frame.is_empty() {
            return Ok(Vec::new());
        }
        let axis = |from: i32, to: i32, k: usize| Axis {
            from: i64::from(from),
            to: i64::from(to),
            size: i64::from(size[k].max(1)),
            step: i64::from(step[k].max(1)),
        };
        let (x, y) = (axis(frame.x0, frame.x1, 0), axis(frame.y0, frame.y1, 1));
        let (columns, rows) = (x.count(), y.count());
        if columns.saturating_mul(rows) > MOST {
            return Err(TooManyWindows);
        }
        let mut covered = vec![0; (columns * rows) as usize];
        let common = |(from, to): (i64, i64), (low, high): (i32, i32)| {
            i128::from((to.min(i64::from(high)) - from.max(i64::from(low))).max(0))
        };
        let within = self.clip(frame);
        for strip in within.strips() {
            let (across, up) = ((strip.x0, strip.x1), (strip.y0, strip.y1));
            for row in y.touched(up) {
                let height = common(y.window(row), up);
                for column in x.touched(across) {
                    covered[(row * columns + column) as usize] += height * common(x.window(column), across);
                }
            }
        }
        let mut twice_slanted = vec![0; covered.len()];
        let window = |k: i64| {
            let ((x0, x1), (y0, y1)) = (x.window(k % columns), y.window(k / columns));
            // Windows lie in the frame, whose coordinates are of 32 bits.
            Rect { x0: x0 as i32, y0: y0 as i32, x1: x1 as i32, y1: y1 as i32 }
        };
        for polygon in &within.slanted {
            let all = polygon.bbox();
            for (row, column) in
                y.touched((all.y0, all.y1)).flat_map(|r| x.touched((all.x0, all.x1)).map(move |c| (r, c)))
            {
                let at = row * columns + column;
                let part = overlay(Op::And, std::slice::from_ref(polygon), &[Slanted::rect(&window(at))]);
                twice_slanted[at as usize] += part.iter().map(Slanted::twice_area).sum::<i128>();
            }
        }
        let covered = covered.into_iter().zip(twice_slanted).map(|(upright, twice): (i128, i128)| upright + twice / 2);
        Ok((0..).zip(covered).map(|(k, covered)| Density { window: window(k), covered }).collect())
    }
}
