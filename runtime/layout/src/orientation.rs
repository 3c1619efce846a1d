//! The eight orientations of Manhattan layout: mirrored at the x axis or not, then turned by quarters.

use crate::model::Strans;

/// An orientation: bit 2 mirrors, bits 0 and 1 count quarter turns counter-clockwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Orientation(u8);

impl Orientation {
    pub(crate) const NONE: Orientation = Orientation(0);

    /// The orientation of a placement; otherwise how it is placed, in words.
    pub(crate) fn of(s: Option<&Strans>) -> Result<Orientation, String> {
        let Some(s) = s else { return Ok(Orientation::NONE) };
        if let Some(mag) = s.mag
            && mag.whole() != Some(1)
        {
            return Err(format!("magnified {mag} times"));
        }
        if s.flags & 0x0006 != 0 {
            return Err("with an absolute magnification or angle".into());
        }
        let angle = s.angle.map_or(Some(0), |a| a.whole());
        match angle {
            Some(a) if a % 90 == 0 => {
                let turns = (a / 90).rem_euclid(4) as u8;
                Ok(Orientation(turns | if s.flags & 0x8000 != 0 { 4 } else { 0 }))
            }
            _ => Err(format!("turned by {}°", s.angle.map_or(0.0, |a| a.to_f64()))),
        }
    }

    /// Whether it mirrors, and how many quarter turns follow.
    pub(crate) fn parts(self) -> (bool, u8) {
        (self.mirrors(), self.0 & 3)
    }

    /// Whether x and y change places.
    pub(crate) fn turns(self) -> bool {
        self.0 & 1 == 1
    }

    fn mirrors(self) -> bool {
        self.0 & 4 != 0
    }

    /// A point after this orientation.
    #[inline]
    pub(crate) fn apply(self, [x, y]: [i64; 2]) -> [i64; 2] {
        let y = if self.mirrors() { -y } else { y };
        match self.0 & 3 {
            0 => [x, y],
            1 => [-y, x],
            2 => [-x, -y],
            _ => [y, -x],
        }
    }

    /// The orientation that undoes this one.
    pub(crate) fn inverse(self) -> Orientation {
        // A mirrored one is its own inverse.
        if self.mirrors() { self } else { Orientation((4 - self.0) & 3) }
    }

    /// `inner` first, then this.
    pub(crate) fn after(self, inner: Orientation) -> Orientation {
        let turns = if self.mirrors() { self.0 + 4 - (inner.0 & 3) } else { self.0 + (inner.0 & 3) };
        Orientation((turns & 3) | ((self.0 ^ inner.0) & 4))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composition_and_inverse_agree_with_points() {
        let p = [3, 7];
        for a in (0..8).map(Orientation) {
            assert_eq!(a.inverse().apply(a.apply(p)), p);
            for b in (0..8).map(Orientation) {
                assert_eq!(a.after(b).apply(p), a.apply(b.apply(p)));
            }
        }
    }
}
