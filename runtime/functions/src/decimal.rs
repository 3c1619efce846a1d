//! Exact decimals of up to 38 digits: an `i128` of digits, and a scale that the type knows.

/// The most digits that a decimal has.
pub const MAX_DIGITS: u32 = 38;

/// Ten to the `n`, for `n` up to 38.
pub fn pow10(n: u8) -> i128 {
    10i128.pow(u32::from(n).min(MAX_DIGITS))
}

/// Why a text is not a number of the wanted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotANumber {
    /// There is nothing.
    Empty,
    /// Something else than digits, one point and a sign.
    Form,
    /// More digits behind the point than the type keeps.
    Scale,
    /// More digits than the type holds.
    Large,
}

impl NotANumber {
    /// Said as the end of a sentence: `"12.345" …`.
    pub fn reason(self) -> &'static str {
        match self {
            NotANumber::Empty => "is empty",
            NotANumber::Form => "is not a number",
            NotANumber::Scale => "has more digits behind the point than the type keeps",
            NotANumber::Large => "is too large for the type",
        }
    }
}

/// Reads `[+|-]digits[.digits]` as a number of `s` digits behind the point; a point wants digits on its right, and zeros
/// that a longer fraction ends in are dropped because nothing is lost. At least one digit must stand.
pub fn parse(text: &[u8], s: u8) -> Result<i128, NotANumber> {
    let (negative, rest) = match text {
        [] => return Err(NotANumber::Empty),
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let (whole, mut fraction) = match memchr::memchr(b'.', rest) {
        Some(i) if i + 1 < rest.len() => (&rest[..i], &rest[i + 1..]),
        Some(_) => return Err(NotANumber::Form),
        None => (rest, &rest[..0]),
    };
    if whole.is_empty() && fraction.is_empty() || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return Err(NotANumber::Form);
    }
    while fraction.len() > s as usize {
        match fraction.split_last() {
            Some((b'0', rest)) => fraction = rest,
            _ => return Err(NotANumber::Scale),
        }
    }
    let mut n = 0i128;
    let padding = std::iter::repeat_n(&b'0', s as usize - fraction.len());
    for d in whole.iter().chain(fraction).chain(padding) {
        if n >= 10i128.pow(MAX_DIGITS - 1) {
            return Err(NotANumber::Large);
        }
        n = n * 10 + i128::from(d - b'0');
    }
    Ok(if negative { -n } else { n })
}

/// Writes an unscaled number with `s` digits behind the point: `-0.05`, `17.00`.
pub fn write(n: i128, s: u8, out: &mut Vec<u8>) {
    let mut digits = [0u8; 40];
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    let least = s as usize + 1;
    while rest > 0 || digits.len() - at < least {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if n < 0 {
        out.push(b'-');
    }
    let point = digits.len() - s as usize;
    out.extend_from_slice(&digits[at..point]);
    if s > 0 {
        out.push(b'.');
        out.extend_from_slice(&digits[point..]);
    }
}

/// `n` of scale `from` with `to` digits behind the point, half away from zero where digits are lost.
pub fn rescale(n: i128, from: u8, to: u8) -> Option<i128> {
    if to >= from {
        return n.checked_mul(pow10(to - from));
    }
    Some(half_away(n, pow10(from - to)))
}

/// `n` divided by `unit`, which is positive, half away from zero.
pub fn half_away(n: i128, unit: i128) -> i128 {
    let (quotient, rest) = (n / unit, n % unit);
    if rest.unsigned_abs() * 2 >= unit.unsigned_abs() { quotient + n.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(n: i128, s: u8) -> String {
        let mut out = Vec::new();
        write(n, s, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn reads_the_one_lexical_form() {
        assert_eq!(parse(b"17", 2), Ok(1700));
        assert_eq!(parse(b"-0.5", 2), Ok(-50));
        assert_eq!(parse(b"+.25", 2), Ok(25));
        assert_eq!(parse(b"1.2500", 2), Ok(125));
        for bad in ["", "-", ".", "1.", "1e3", " 1", "1,5", "1.2.3", "٣"] {
            assert!(parse(bad.as_bytes(), 2).is_err(), "{bad:?}");
        }
        assert_eq!(parse(b"1.255", 2), Err(NotANumber::Scale));
        assert_eq!(parse(&[b'9'; 39], 0), Err(NotANumber::Large));
    }

    #[test]
    fn writes_what_it_reads() {
        for (n, s, text) in [
            (0, 0, "0"),
            (-5, 2, "-0.05"),
            (1700, 2, "17.00"),
            (i128::MAX, 0, "170141183460469231731687303715884105727"),
        ] {
            assert_eq!(shown(n, s), text);
        }
    }

    #[test]
    fn rounds_half_away_from_zero() {
        assert_eq!(rescale(125, 2, 1), Some(13));
        assert_eq!(rescale(-125, 2, 1), Some(-13));
        assert_eq!(rescale(124, 2, 1), Some(12));
        assert_eq!(rescale(5, 0, 2), Some(500));
    }
}
