//! The 8-byte real of GDSII: sign, excess-64 exponent of 16, 56 bits of mantissa (GDSII Stream Format, data type 5).

use std::fmt;

/// An 8-byte real, kept bit for bit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Real8(pub u64);

impl Real8 {
    /// The number 1.
    pub const ONE: Real8 = Real8(0x4110_0000_0000_0000);

    /// Mantissa with sign and the power of two it is multiplied with: the exact value. `None` is never given for files.
    pub fn parts(self) -> Option<(i128, i32)> {
        let mantissa = i128::from(self.0 & 0x00ff_ffff_ffff_ffff);
        let exponent = ((self.0 >> 56) & 0x7f) as i32 - 64;
        let sign = if self.0 >> 63 == 1 { -1 } else { 1 };
        Some((sign * mantissa, exponent * 4 - 56))
    }

    /// The nearest real to `n / d` (`d` > 0), ties to even.
    pub fn ratio(n: i128, d: i128) -> Real8 {
        quotient(n, d, 0)
    }

    /// The nearest real to `n / d · 2^power` (`d` > 0), ties to even.
    pub(crate) fn of_parts(n: i128, d: i128, power: i32) -> Real8 {
        quotient(n, d, power)
    }

    /// This real times `m / d`, correctly rounded; `None` where the factor is too large for exact arithmetic.
    pub fn times(self, m: i128, d: i128) -> Option<Real8> {
        let (mantissa, power) = self.parts()?;
        let n = mantissa.checked_mul(m)?;
        Some(quotient(n, d, power))
    }

    /// The whole number that this real is, if it is one.
    pub fn whole(self) -> Option<i64> {
        let (mantissa, power) = self.parts()?;
        if mantissa == 0 {
            return Some(0);
        }
        if power >= 0 {
            return (power < 8).then(|| i64::try_from(mantissa << power).ok()).flatten();
        }
        let shift = (-power).min(126);
        let whole = mantissa >> shift;
        (whole << shift == mantissa).then(|| i64::try_from(whole).ok()).flatten()
    }

    /// The nearest double, for messages and pictures only.
    pub fn to_f64(self) -> f64 {
        let (mantissa, power) = self.parts().unwrap_or((0, 0));
        mantissa as f64 * 2f64.powi(power)
    }
}

/// The nearest real to `n / d · 2^power`.
fn quotient(n: i128, d: i128, power: i32) -> Real8 {
    let negative = n < 0;
    let (n, d) = (n.unsigned_abs(), d.unsigned_abs().max(1));
    if n == 0 {
        return Real8(0);
    }
    // As many bits of the quotient as the numerator leaves room for, in steps of one; a sticky bit keeps the rest.
    let (mut n, mut power) = (n, power);
    let room = n.leading_zeros();
    n <<= room;
    power -= room as i32;
    let mut q = n / d;
    let mut rest = n % d;
    while q < 1 << 60 && rest < 1 << 126 && d < 1 << 126 {
        rest <<= 1;
        q <<= 1;
        if rest >= d {
            rest -= d;
            q |= 1;
        }
        power -= 1;
    }
    let mut sticky = rest != 0;
    // Bring the exponent to a multiple of four, with a mantissa of 53 to 56 bits.
    let bits = 128 - q.leading_zeros() as i32;
    let mut drop = (bits - 56).max(0);
    while (power + drop) & 3 != 0 {
        drop += 1;
    }
    let mut mantissa = if drop > 0 {
        let kept = q >> drop;
        let lost = q & ((1 << drop) - 1);
        let half = 1_u128 << (drop - 1);
        sticky |= lost & (half - 1) != 0;
        let up = lost & half != 0 && (sticky || kept & 1 == 1);
        kept + u128::from(up)
    } else {
        q
    };
    power += drop;
    if mantissa >> 56 != 0 {
        mantissa >>= 4;
        power += 4;
    }
    while mantissa >> 52 == 0 {
        mantissa <<= 4;
        power -= 4;
    }
    let exponent = (power + 56) / 4 + 64;
    let sign = if negative { 1 << 63 } else { 0 };
    match exponent {
        ..0 => Real8(0),
        0..=127 => Real8(sign | (exponent as u64) << 56 | mantissa as u64),
        _ => Real8(sign | 0x7fff_ffff_ffff_ffff),
    }
}

impl fmt::Debug for Real8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:016x})", self.to_f64(), self.0)
    }
}

impl fmt::Display for Real8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_units_have_their_usual_bytes() {
        // Correctly rounded; files made by way of doubles end in 54 for 1e-9, one more in the last place.
        assert_eq!(Real8::ratio(1, 1000), Real8(0x3e41_8937_4bc6_a7f0));
        assert_eq!(Real8::ratio(1, 1_000_000_000), Real8(0x3944_b82f_a09b_5a53));
        assert_eq!(Real8::ratio(1, 1), Real8::ONE);
        assert_eq!(Real8::ratio(90, 1), Real8(0x425a_0000_0000_0000));
    }

    #[test]
    fn scaling_a_size_is_exact_where_the_result_can_be_held() {
        assert_eq!(Real8::ratio(5, 2).times(18, 25), Some(Real8::ratio(9, 5)));
        assert_eq!(Real8::ratio(-5, 2).times(2, 1), Some(Real8::ratio(-5, 1)));
        assert_eq!(Real8::ratio(270, 1).whole(), Some(270));
        assert_eq!(Real8::ratio(-90, 1).whole(), Some(-90));
        assert_eq!(Real8::ratio(5, 2).whole(), None);
    }

    #[test]
    fn database_units_are_known_in_femtometres() {
        use crate::library::{Format, Units};
        for dbu in [1_000_000, 100_000, 250_000, 500, 1] {
            assert_eq!(Units::of_femtometres(Format::Gds, dbu).femtometres(), Some(dbu));
        }
    }
}
