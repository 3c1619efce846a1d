//! The eight orientations of an upright shape.

/// A mirror at the x axis, or none, and then quarter turns counter-clockwise: what GDSII says of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Orientation {
    /// Whether it is mirrored at the x axis first: `(x, y)` becomes `(x, -y)`.
    pub mirrored: bool,
    /// Quarter turns counter-clockwise; taken modulo 4.
    pub quarters: u8,
}

impl Orientation {
    /// All eight.
    pub fn all() -> impl Iterator<Item = Orientation> {
        (0..8).map(|k| Orientation { mirrored: k & 4 != 0, quarters: k & 3 })
    }

    /// Whether x and y change places. They do so before [`flips`](Self::flips).
    pub(crate) fn swaps_axes(self) -> bool {
        self.quarters & 1 == 1
    }

    /// Whether x, and whether y, change their signs, after the axes were swapped or not.
    pub(crate) fn flips(self) -> (bool, bool) {
        let (x, y) = match self.quarters & 3 {
            0 => (false, false),
            1 => (true, false),
            2 => (true, true),
            _ => (false, true),
        };
        // The mirror changes what was y before the axes were swapped.
        if !self.mirrored {
            (x, y)
        } else if self.swaps_axes() {
            (!x, y)
        } else {
            (x, !y)
        }
    }
}
