//! Displacements: the one-, two-, three-dimensional and general deltas of OASIS.

use std::io::Read;

use super::source::{Parsed, Source, fault};

/// Far beyond 32 bits, and near enough that sums of displacements cannot leave 64.
const FAR: u64 = 1 << 40;

/// The eight directions, in the order of their numbers.
const DIRECTIONS: [[i64; 2]; 8] = [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1], [-1, 1], [-1, -1], [1, -1]];

impl<R: Read> Source<R> {
    /// A size or distance of at least 0.
    #[inline]
    pub(crate) fn distance(&mut self) -> Parsed<i64> {
        let n = self.uint()?;
        if n >= FAR {
            return fault(format!("the distance {n} is far beyond 32 bits, which are refused"));
        }
        Ok(n as i64)
    }

    /// A displacement along an axis that is known.
    #[inline]
    pub(crate) fn one_delta(&mut self) -> Parsed<i64> {
        let n = self.sint()?;
        if n.unsigned_abs() >= FAR {
            return fault(format!("the displacement {n} is far beyond 32 bits, which are refused"));
        }
        Ok(n)
    }

    /// A displacement along one of the axes.
    #[inline]
    pub(crate) fn two_delta(&mut self) -> Parsed<[i64; 2]> {
        let n = self.uint()?;
        along((n & 3) as usize, n >> 2)
    }

    /// A displacement along an axis or a diagonal.
    #[inline]
    pub(crate) fn three_delta(&mut self) -> Parsed<[i64; 2]> {
        let n = self.uint()?;
        along((n & 7) as usize, n >> 3)
    }

    /// Any displacement.
    #[inline]
    pub(crate) fn g_delta(&mut self) -> Parsed<[i64; 2]> {
        let n = self.uint()?;
        if n & 1 == 0 {
            return along((n >> 1 & 7) as usize, n >> 4);
        }
        let x = along(if n & 2 == 0 { 0 } else { 2 }, n >> 2)?[0];
        Ok([x, self.one_delta()?])
    }
}

fn along(direction: usize, n: u64) -> Parsed<[i64; 2]> {
    if n >= FAR {
        return fault(format!("the displacement {n} is far beyond 32 bits, which are refused"));
    }
    Ok(DIRECTIONS[direction & 7].map(|d| d * n as i64))
}

/// The shortest form of any displacement, as the integers that stand for it.
pub(crate) fn put_g_delta([x, y]: [i64; 2], put: &mut impl FnMut(u64)) {
    let direction = DIRECTIONS.iter().position(|d| *d == [x.signum(), y.signum()]);
    let one_size = x == 0 || y == 0 || x.abs() == y.abs();
    match direction {
        Some(d) if one_size => put(x.unsigned_abs().max(y.unsigned_abs()) << 4 | (d as u64) << 1),
        _ if x == 0 && y == 0 => put(0),
        _ => {
            put(x.unsigned_abs() << 2 | u64::from(x < 0) << 1 | 1);
            put(signed(y));
        }
    }
}

/// The integer that stands for a signed one.
pub(crate) fn signed(n: i64) -> u64 {
    n.unsigned_abs() << 1 | u64::from(n < 0)
}
