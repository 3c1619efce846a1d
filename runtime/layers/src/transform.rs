//! How a placed cell is seen from the cell that places it.

use migc_geometry::{Orientation, OutOfRange, Point, Rect};

/// An orientation, and a move after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Transform {
    /// The orientation.
    pub orientation: Orientation,
    /// The move, in database units.
    pub at: [i64; 2],
}

impl Transform {
    /// What leaves everything where it is.
    pub const NONE: Transform = Transform { orientation: Orientation { mirrored: false, quarters: 0 }, at: [0, 0] };

    /// A point as it is seen from outside.
    #[inline]
    pub fn wide(&self, p: [i64; 2]) -> [i64; 2] {
        let [x, y] = turn(self.orientation, p);
        [x + self.at[0], y + self.at[1]]
    }

    /// The same, where it fits.
    #[inline]
    pub fn point(&self, p: Point) -> Result<Point, OutOfRange> {
        let [x, y] = self.wide(p.map(i64::from));
        match (i32::try_from(x), i32::try_from(y)) {
            (Ok(x), Ok(y)) => Ok([x, y]),
            _ => Err(OutOfRange),
        }
    }

    /// A rectangle as it is seen from outside.
    #[inline]
    pub fn rect(&self, r: &Rect) -> Result<Rect, OutOfRange> {
        Ok(Rect::new(self.point([r.x0, r.y0])?, self.point([r.x1, r.y1])?))
    }

    /// A rectangle seen from outside as it is seen from inside; what reaches further than 32 bits ends there.
    pub fn back(&self, r: &Rect) -> Rect {
        let inverse = inverse(self.orientation);
        let clamp = |v: i64| v.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32;
        let corner = |x: i32, y: i32| {
            let p = turn(inverse, [i64::from(x) - self.at[0], i64::from(y) - self.at[1]]);
            p.map(clamp)
        };
        Rect::new(corner(r.x0, r.y0), corner(r.x1, r.y1))
    }

    /// What undoes this.
    pub fn inverse(&self) -> Transform {
        let orientation = inverse(self.orientation);
        let [x, y] = turn(orientation, self.at);
        Transform { orientation, at: [-x, -y] }
    }

    /// `inner` first, then this.
    pub fn after(&self, inner: &Transform) -> Transform {
        let (outer, i) = (self.orientation, inner.orientation);
        let quarters = if outer.mirrored { 4 - (i.quarters & 3) } else { i.quarters & 3 };
        let orientation =
            Orientation { mirrored: outer.mirrored != i.mirrored, quarters: (outer.quarters + quarters) & 3 };
        Transform { orientation, at: self.wide(inner.at) }
    }
}

#[inline]
fn turn(o: Orientation, [x, y]: [i64; 2]) -> [i64; 2] {
    let y = if o.mirrored { -y } else { y };
    match o.quarters & 3 {
        0 => [x, y],
        1 => [-y, x],
        2 => [-x, -y],
        _ => [y, -x],
    }
}

fn inverse(o: Orientation) -> Orientation {
    // A mirrored one is its own inverse.
    if o.mirrored { o } else { Orientation { mirrored: false, quarters: (4 - (o.quarters & 3)) & 3 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composition_and_inverse_agree_with_points() {
        let r = Rect::new([3, 7], [10, 9]);
        for a in Orientation::all() {
            let a = Transform { orientation: a, at: [100, -20] };
            assert_eq!(a.back(&a.rect(&r).unwrap()), r);
            assert_eq!(a.inverse().after(&a), Transform::NONE);
            for b in Orientation::all() {
                let b = Transform { orientation: b, at: [-5, 11] };
                assert_eq!(a.after(&b).rect(&r).unwrap(), a.rect(&b.rect(&r).unwrap()).unwrap());
            }
        }
    }
}
