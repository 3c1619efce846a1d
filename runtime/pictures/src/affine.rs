//! How a cell is seen from another one, and what a box becomes on the way.
//!
//! Numbers are doubles. Upright placements have whole numbers below 2⁵³ alone, so nothing of them is ever rounded; only
//! what is magnified or turned by no quarter is.

use migc_layout::Strans;

/// A box, from `(x0, y0)` up to `(x1, y1)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extent {
    /// Left.
    pub x0: f64,
    /// Bottom.
    pub y0: f64,
    /// Right.
    pub x1: f64,
    /// Top.
    pub y1: f64,
}

impl Extent {
    /// The smallest box round some points; `None` round none.
    pub fn round(points: impl IntoIterator<Item = [f64; 2]>) -> Option<Extent> {
        points.into_iter().map(|[x, y]| Extent { x0: x, y0: y, x1: x, y1: y }).reduce(|a, b| a.join(&b))
    }

    /// The smallest box round both.
    pub fn join(&self, other: &Extent) -> Extent {
        Extent {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Whether both have a point in common.
    pub fn touches(&self, other: &Extent) -> bool {
        self.x0 <= other.x1 && other.x0 <= self.x1 && self.y0 <= other.y1 && other.y0 <= self.y1
    }

    /// Its extent in x.
    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    /// Its extent in y.
    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    pub(crate) fn corners(&self) -> [[f64; 2]; 4] {
        [[self.x0, self.y0], [self.x1, self.y0], [self.x1, self.y1], [self.x0, self.y1]]
    }

    pub(crate) fn moved(&self, [x, y]: [f64; 2]) -> Extent {
        Extent { x0: self.x0 + x, y0: self.y0 + y, x1: self.x1 + x, y1: self.y1 + y }
    }

    pub(crate) fn longer(&self) -> f64 {
        self.width().max(self.height())
    }

    pub(crate) fn shorter(&self) -> f64 {
        self.width().min(self.height())
    }
}

/// How the points of one cell lie in another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Affine {
    /// The point `(x, y)` goes to `(m₀·x + m₁·y, m₂·x + m₃·y)`, moved by `at`.
    m: [f64; 4],
    at: [f64; 2],
}

impl Affine {
    pub(crate) const NONE: Affine = Affine { m: [1.0, 0.0, 0.0, 1.0], at: [0.0, 0.0] };

    /// Mirrored at the x axis, magnified, turned, and moved.
    pub(crate) fn of(strans: Option<&Strans>, at: [f64; 2]) -> Affine {
        let Some(s) = strans else { return Affine { at, ..Affine::NONE } };
        let mag = s.mag.map_or(1.0, |m| m.to_f64());
        let mag = if mag.is_finite() { mag } else { 1.0 };
        let quarter = s.angle.map_or(Some(0), |a| a.whole()).filter(|a| a % 90 == 0);
        let (sin, cos) = match quarter.map(|a| (a / 90).rem_euclid(4)) {
            Some(0) => (0.0, 1.0),
            Some(1) => (1.0, 0.0),
            Some(2) => (0.0, -1.0),
            Some(_) => (-1.0, 0.0),
            None => {
                let angle = s.angle.map_or(0.0, |a| a.to_f64());
                if angle.is_finite() { angle.to_radians().sin_cos() } else { (0.0, 1.0) }
            }
        };
        let up = if s.flags & 0x8000 != 0 { -mag } else { mag };
        Affine { m: [cos * mag, -sin * up, sin * mag, cos * up], at }
    }

    /// Stretched along both axes.
    pub(crate) fn stretched(x: f64, y: f64) -> Affine {
        Affine { m: [x, 0.0, 0.0, y], at: [0.0, 0.0] }
    }

    pub(crate) fn moved(&self, [x, y]: [f64; 2]) -> Affine {
        Affine { m: self.m, at: [self.at[0] + x, self.at[1] + y] }
    }

    /// `inner` first, then this.
    pub(crate) fn after(&self, inner: &Affine) -> Affine {
        let ([a, b, c, d], [p, q, r, s]) = (self.m, inner.m);
        let m = [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s];
        Affine { m, at: self.point(inner.at) }
    }

    pub(crate) fn point(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, c, d] = self.m;
        [a * x + b * y + self.at[0], c * x + d * y + self.at[1]]
    }

    /// The box round what a box becomes.
    pub(crate) fn extent(&self, e: &Extent) -> Extent {
        Extent::round(e.corners().map(|p| self.point(p))).unwrap_or(*e)
    }

    /// What undoes this; `None` where everything falls onto a line.
    pub(crate) fn inverse(&self) -> Option<Affine> {
        let [a, b, c, d] = self.m;
        let det = a * d - b * c;
        let m = [d / det, -b / det, -c / det, a / det];
        let [x, y] = self.at;
        let back = Affine { m, at: [-(m[0] * x + m[1] * y), -(m[2] * x + m[3] * y)] };
        (det != 0.0 && m.iter().chain(&back.at).all(|v| v.is_finite())).then_some(back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use migc_layout::Real;

    #[test]
    fn a_placement_is_mirrored_then_turned_then_moved() {
        let strans = Strans { flags: 0x8000, mag: None, angle: Some(Real::whole_number(90)) };
        let seen = Affine::of(Some(&strans), [100.0, 10.0]);
        assert_eq!(seen.point([3.0, 7.0]), [107.0, 13.0]);
        assert_eq!(seen.inverse().map(|back| back.point([107.0, 13.0])), Some([3.0, 7.0]));
        let twice = Affine::of(None, [1.0, 1.0]).after(&seen);
        assert_eq!(twice.point([3.0, 7.0]), [108.0, 14.0]);
    }
}
