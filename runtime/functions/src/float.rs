//! Binary floating point numbers as the whole numbers of the same order: a comparison of two is one of integers.
//!
//! There is no infinity, nothing that is not a number, and one zero.

/// The whole number that stands for a double; none for what is no finite number.
pub fn key(x: f64) -> Option<i64> {
    // Zero plus zero takes the sign off a zero.
    x.is_finite().then(|| ordered((x + 0.0).to_bits() as i64))
}

/// The double that a whole number stands for.
pub fn value(key: i64) -> f64 {
    f64::from_bits(ordered(key) as u64)
}

/// Bits in the order of integers and back: of a negative number, all bits but the sign are turned.
fn ordered(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

/// The whole numbers of the smallest and the largest double.
pub fn bounds() -> (i64, i64) {
    (ordered(f64::MIN.to_bits() as i64), ordered(f64::MAX.to_bits() as i64))
}

/// Reads `[+|-]digits[.digits][e[+|-]digits]`, the nearest double to it; none where that is infinite, or zero for what is not.
pub fn parse(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, "0"), |(m, e)| (m, e));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let plain = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || digits(whole)) && digits(fraction),
        None => digits(mantissa),
    };
    let well = plain && digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    // What is too small is no zero, as what is too large is no largest number.
    let something = mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    if well { text.parse().ok().filter(|x: &f64| x.is_finite() && (*x != 0.0 || !something)) } else { None }
}

/// Appends the shortest form that reads back as the same double: `0.1`, `3.0`, `1e21`.
pub fn write(x: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{x:?}").as_bytes());
}

/// The shortest decimal that reads back as the same double, as digits without a point and how many stand behind it (which
/// is negative for large numbers).
pub fn shortest(x: f64) -> (i128, i32) {
    let text = format!("{x:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let fraction = mantissa.split_once('.').map_or(0, |(_, f)| f.len() as i32);
    let digits = mantissa.replace('.', "").parse().unwrap_or(0);
    (digits, fraction - exponent.parse::<i32>().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_the_numbers_do() {
        let numbers = [f64::MIN, -1e10, -1.5, -1e-300, 0.0, 5e-324, 0.1, 1.0, 1e22, f64::MAX];
        let keys: Vec<i64> = numbers.iter().map(|x| key(*x).unwrap()).collect();
        assert!(keys.is_sorted());
        assert!(numbers.iter().zip(keys).all(|(x, k)| value(k) == *x));
        assert_eq!(key(-0.0), key(0.0));
        assert_eq!((key(f64::NAN), key(f64::INFINITY)), (None, None));
    }

    #[test]
    fn only_numbers_are_read() {
        assert_eq!(parse("1.5e-3"), Some(0.0015));
        for bad in ["", "nan", "inf", "1.", "e5", "1e", "1e999", " 1", "0x10", "1_000"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_shortest_decimal_is_what_is_written() {
        assert_eq!(shortest(0.1), (1, 1));
        assert_eq!(shortest(-12.5), (-125, 1));
        assert_eq!(shortest(1e21), (1, -21));
    }
}
