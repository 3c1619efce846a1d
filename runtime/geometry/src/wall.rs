//! The one representation of a Manhattan region: its walls.
//!
//! A wall is a longest vertical piece of the boundary with the region on one and the same side. The set of walls says
//! everything about an area and there is only one such set for it, so that equal areas compare equal as lists; and the
//! walls alone are what a scanline needs, at 16 bytes each. Horizontal edges lie between the ends of walls and are
//! found again where they are asked for ([`crate::links`]).

/// A vertical piece of boundary. Lists of walls are ordered by `(y0, x)`, which no two walls of one region share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Wall {
    /// Its lower end.
    pub(crate) y0: i32,
    /// Where it stands.
    pub(crate) x: i32,
    /// Its upper end, above `y0`.
    pub(crate) y1: i32,
    /// What crossing it to the right adds to the cover: 1 enters the region, −1 leaves it.
    pub(crate) step: i32,
}

impl Wall {
    /// The place of a wall in the order of lists.
    pub(crate) fn key(&self) -> u64 {
        key(self.y0, self.x)
    }
}

/// Two coordinates as one number of the same order, which sorts faster than a pair.
pub(crate) fn key(major: i32, minor: i32) -> u64 {
    u64::from(major as u32 ^ 0x8000_0000) << 32 | u64::from(minor as u32 ^ 0x8000_0000)
}
