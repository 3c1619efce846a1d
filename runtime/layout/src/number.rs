//! Real numbers as layout files have them: each kept as it stands, so that it is written again bit for bit.

use std::fmt;

use crate::gds::real::Real8;

/// A real number exactly as its file has it. Two are equal when they are written alike, not when their values agree.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Real {
    /// The 8-byte real of GDSII.
    Excess64(Real8),
    /// A whole number (OASIS, types 0 and 1).
    Whole {
        /// Whether it is negative; OASIS can say −0.
        negative: bool,
        /// Its absolute value.
        n: u64,
    },
    /// One over a whole number (OASIS, types 2 and 3).
    Reciprocal {
        /// Whether it is negative.
        negative: bool,
        /// The denominator; never 0 in what was read.
        d: u64,
    },
    /// A ratio of whole numbers (OASIS, types 4 and 5).
    Ratio {
        /// Whether it is negative.
        negative: bool,
        /// The numerator.
        n: u64,
        /// The denominator; never 0 in what was read.
        d: u64,
    },
    /// The bits of an IEEE 754 number of 32 bits (OASIS, type 6).
    Single(u32),
    /// The bits of an IEEE 754 number of 64 bits (OASIS, type 7).
    Double(u64),
}

impl From<Real8> for Real {
    fn from(r: Real8) -> Real {
        Real::Excess64(r)
    }
}

impl Real {
    /// A whole number of at least 0.
    pub fn whole_number(n: u64) -> Real {
        Real::Whole { negative: false, n }
    }

    /// The exact value as `(n, d, power)`, which is n / d · 2^power; `None` for what is no number.
    pub fn parts(self) -> Option<(i128, u64, i32)> {
        let signed = |negative: bool, n: u64| if negative { -i128::from(n) } else { i128::from(n) };
        match self {
            Real::Excess64(r) => r.parts().map(|(n, power)| (n, 1, power)),
            Real::Whole { negative, n } => Some((signed(negative, n), 1, 0)),
            Real::Reciprocal { negative, d } => (d > 0).then(|| (signed(negative, 1), d, 0)),
            Real::Ratio { negative, n, d } => (d > 0).then(|| (signed(negative, n), d, 0)),
            Real::Single(bits) => binary(f64::from(f32::from_bits(bits))),
            Real::Double(bits) => binary(f64::from_bits(bits)),
        }
    }

    /// The whole number that this is, if it is one.
    pub fn whole(self) -> Option<i64> {
        let (n, d, power) = self.parts()?;
        if n == 0 {
            return Some(0);
        }
        let (n, power) = (n >> n.trailing_zeros(), power + n.trailing_zeros() as i32);
        if !(0..64).contains(&power) {
            // An odd numerator over a power of two; only a denominator's own factors could mend it, and reals have none.
            return None;
        }
        let n = n.checked_mul(1_i128.checked_shl(power as u32)?)?;
        (n % i128::from(d) == 0).then(|| i64::try_from(n / i128::from(d)).ok()).flatten()
    }

    /// This real times `m / d`, as the nearest 8-byte real; `None` where that cannot be computed exactly.
    pub fn times(self, m: i128, d: i128) -> Option<Real> {
        self.excess64().0.times(m, d).map(Real::Excess64)
    }

    /// The nearest 8-byte real of GDSII, and whether it has exactly this value.
    pub fn excess64(self) -> (Real8, bool) {
        if let Real::Excess64(r) = self {
            return (r, true);
        }
        let Some((n, d, power)) = self.parts() else { return (Real8(0), false) };
        let nearest = Real8::of_parts(n, i128::from(d), power);
        let exact = Real::Excess64(nearest).same_value(self);
        (nearest, exact)
    }

    /// The form of OASIS for this value, and whether it has exactly this value: itself, a whole number, a reciprocal, a
    /// ratio, or the nearest number of 64 bits.
    pub fn oasis(self) -> (Real, bool) {
        let Real::Excess64(r) = self else { return (self, true) };
        let Some((n, _, power)) = self.parts() else { return (self, false) };
        let (negative, n) = (n < 0, n.unsigned_abs());
        if n == 0 {
            return (Real::Whole { negative: false, n: 0 }, true);
        }
        let (n, power) = ((n >> n.trailing_zeros()) as u64, power + n.trailing_zeros() as i32);
        if power >= 0 && (power as u32) < n.leading_zeros() {
            return (Real::Whole { negative, n: n << power }, true);
        }
        if (-63..0).contains(&power) && n < 1 << 32 {
            let d = 1 << -power;
            return (if n == 1 { Real::Reciprocal { negative, d } } else { Real::Ratio { negative, n, d } }, true);
        }
        let double = Real::Double(r.to_f64().to_bits());
        if double.same_value(self) {
            return (double, true);
        }
        if (-63..0).contains(&power) {
            return (Real::Ratio { negative, n, d: 1 << -power }, true);
        }
        (double, false)
    }

    /// Whether both have one value, however they are written.
    pub fn same_value(self, other: Real) -> bool {
        let (Some((a, b, p)), Some((c, d, q))) = (self.parts(), other.parts()) else { return self == other };
        // a/b · 2^p = c/d · 2^q, with odd products, so that powers compare by themselves.
        let odd = |n: i128, power: i32| match n {
            0 => (0, 0),
            n => (n >> n.trailing_zeros(), power + n.trailing_zeros() as i32),
        };
        let side = |n: i128, power: i32, d: u64| {
            let ((n, p), (d, q)) = (odd(n, power), odd(i128::from(d), 0));
            n.checked_mul(d).map(|product| (product, p + if n == 0 { 0 } else { q }))
        };
        match (side(a, p, d), side(c, q, b)) {
            (Some(x), Some(y)) => x == y,
            _ => false,
        }
    }

    /// The nearest double, for messages and pictures only.
    pub fn to_f64(self) -> f64 {
        match self {
            Real::Double(bits) => f64::from_bits(bits),
            Real::Single(bits) => f64::from(f32::from_bits(bits)),
            other => other.parts().map_or(f64::NAN, |(n, d, power)| n as f64 / d as f64 * 2f64.powi(power)),
        }
    }
}

/// The exact value of a double.
fn binary(v: f64) -> Option<(i128, u64, i32)> {
    if !v.is_finite() {
        return None;
    }
    let bits = v.to_bits();
    let (exponent, fraction) = (((bits >> 52) & 0x7ff) as i32, bits & ((1 << 52) - 1));
    let (mantissa, power) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    let mantissa = i128::from(mantissa);
    Some((if v.is_sign_negative() { -mantissa } else { mantissa }, 1, power))
}

impl fmt::Debug for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = |negative: &bool| if *negative { "-" } else { "" };
        match self {
            Real::Excess64(r) => write!(f, "{r:?}"),
            Real::Whole { negative, n } => write!(f, "{}{n}", sign(negative)),
            Real::Reciprocal { negative, d } => write!(f, "{}1/{d}", sign(negative)),
            Real::Ratio { negative, n, d } => write!(f, "{}{n}/{d}", sign(negative)),
            Real::Single(bits) => write!(f, "{} (single {bits:08x})", f32::from_bits(*bits)),
            Real::Double(bits) => write!(f, "{} (double {bits:016x})", f64::from_bits(*bits)),
        }
    }
}

impl fmt::Display for Real {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_oasis_keep_the_value_of_reals_of_gdsii() {
        for (n, d) in [(0, 1), (1, 1), (-7, 1), (1, 2), (5, 2), (-1, 1000), (333, 1000), (1 << 60, 1)] {
            let real = Real::Excess64(Real8::ratio(n, d));
            let (oasis, exact) = real.oasis();
            assert!(exact && oasis.same_value(real), "{real:?} {oasis:?}");
            assert_eq!(oasis.excess64(), (Real8::ratio(n, d), true));
        }
        assert_eq!(Real::from(Real8::ratio(1, 2)).oasis().0, Real::Reciprocal { negative: false, d: 2 });
    }

    #[test]
    fn whole_numbers_are_found_in_every_form() {
        let double = |v: f64| Real::Double(v.to_bits());
        assert_eq!(double(90.0).whole(), Some(90));
        assert_eq!(double(-0.0).whole(), Some(0));
        assert_eq!(double(0.5).whole(), None);
        assert_eq!(double(f64::NAN).whole(), None);
        assert_eq!(Real::Ratio { negative: true, n: 540, d: 2 }.whole(), Some(-270));
        assert_eq!(Real::Single(1.5_f32.to_bits()).whole(), None);
    }

    #[test]
    fn a_third_is_rounded_and_says_so() {
        let third = Real::Ratio { negative: false, n: 1, d: 3 };
        assert_eq!(third.excess64(), (Real8::ratio(1, 3), false));
    }
}
