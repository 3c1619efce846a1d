//! Points and rectangles in database units.

/// A point in database units, `[x, y]`.
pub type Point = [i32; 2];

/// A coordinate that does not fit into 32 bits would have come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

impl std::fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a coordinate would be beyond {} … {} database units", i32::MIN, i32::MAX)
    }
}

impl std::error::Error for OutOfRange {}

/// An upright rectangle in database units, from `(x0, y0)` up to `(x1, y1)`. It has an area where `x0 < x1` and
/// `y0 < y1`, and is nothing otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rect {
    /// Left.
    pub x0: i32,
    /// Bottom.
    pub y0: i32,
    /// Right.
    pub x1: i32,
    /// Top.
    pub y1: i32,
}

impl Rect {
    /// The rectangle between two opposite corners, in any order.
    pub fn new(a: Point, b: Point) -> Rect {
        Rect { x0: a[0].min(b[0]), y0: a[1].min(b[1]), x1: a[0].max(b[0]), y1: a[1].max(b[1]) }
    }

    /// Whether it has no area.
    pub fn is_empty(&self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    /// Its extent in x; at most 2³² − 1.
    pub fn width(&self) -> i64 {
        i64::from(self.x1) - i64::from(self.x0)
    }

    /// Its extent in y.
    pub fn height(&self) -> i64 {
        i64::from(self.y1) - i64::from(self.y0)
    }

    /// Its area in square database units.
    pub fn area(&self) -> i128 {
        if self.is_empty() { 0 } else { i128::from(self.width()) * i128::from(self.height()) }
    }

    /// The smallest rectangle round both.
    pub fn join(&self, other: &Rect) -> Rect {
        Rect {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Every side moved outward by so much, inward where negative. What shrinks away has no area.
    pub fn grown(&self, dx: i32, dy: i32) -> Result<Rect, OutOfRange> {
        let moved = |c: i32, by: i64| i32::try_from(i64::from(c) + by).map_err(|_| OutOfRange);
        let (dx, dy) = (i64::from(dx), i64::from(dy));
        Ok(Rect {
            x0: moved(self.x0, -dx)?,
            y0: moved(self.y0, -dy)?,
            x1: moved(self.x1, dx)?,
            y1: moved(self.y1, dy)?,
        })
    }

    /// The same, but a side that would leave 32 bits stays at the last coordinate. For areas that are cut away from
    /// what lies within 32 bits anyway.
    pub(crate) fn grown_within(&self, dx: i32, dy: i32) -> Rect {
        Rect {
            x0: self.x0.saturating_sub(dx),
            y0: self.y0.saturating_sub(dy),
            x1: self.x1.saturating_add(dx),
            y1: self.y1.saturating_add(dy),
        }
    }

    /// Its corners, clockwise from the lower left.
    pub fn corners(&self) -> [Point; 4] {
        [[self.x0, self.y0], [self.x0, self.y1], [self.x1, self.y1], [self.x1, self.y0]]
    }
}
