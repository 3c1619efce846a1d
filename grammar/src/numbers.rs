//! Numbers, dates and quantities: one scanner for the lexer and for the tree, so that both see the same token.

/// What a run of digits is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Digits and underscores.
    Int,
    /// Digits with one point.
    Decimal,
    /// A number with its unit; the number ends at this byte.
    Quantity(usize),
    /// Four, two and two digits.
    Date,
    /// Three runs of digits joined by `-` that are no date: `2020-1-1` would silently be 2018.
    BadDate,
}

/// Units that may stand behind a blank. All others touch their number.
const SPACED_UNITS: [&str; 7] = ["second", "minute", "hour", "day", "week", "month", "year"];

/// Reads the number that starts at `at` (a digit); gives its end and its shape.
pub(crate) fn scan(text: &str, at: usize) -> (usize, Shape) {
    let bytes = text.as_bytes();
    let run = |from: usize| from + bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    if let Some(found) = dashed(bytes, at, &run) {
        return found;
    }
    let grouped =
        |from: usize| from + bytes.iter().skip(from).take_while(|b| b.is_ascii_digit() || **b == b'_').count();
    let mut end = grouped(at);
    let mut shape = Shape::Int;
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = grouped(end + 1);
        shape = Shape::Decimal;
    }
    match bytes.get(end) {
        Some(b'%') => (end + 1, Shape::Quantity(end)),
        Some(b) if b.is_ascii_alphabetic() => (word_end(text, end), Shape::Quantity(end)),
        // The micro sign, and the Greek letter that looks like it.
        Some(_) if text.get(end..).is_some_and(|rest| rest.starts_with(['µ', 'μ'])) => {
            (word_end(text, end), Shape::Quantity(end))
        }
        Some(b' ' | b'\t') => {
            let blanks = bytes.iter().skip(end).take_while(|b| matches!(b, b' ' | b'\t')).count();
            let stop = word_end(text, end + blanks);
            let word = text.get(end + blanks..stop).unwrap_or_default();
            let unit = word.strip_suffix('s').unwrap_or(word);
            if SPACED_UNITS.contains(&unit) { (stop, Shape::Quantity(end)) } else { (end, shape) }
        }
        _ => (end, shape),
    }
}

fn dashed(bytes: &[u8], at: usize, run: &dyn Fn(usize) -> usize) -> Option<(usize, Shape)> {
    let first = run(at);
    if bytes.get(first) != Some(&b'-') {
        return None;
    }
    let second = run(first + 1);
    if second == first + 1 || bytes.get(second) != Some(&b'-') {
        return None;
    }
    let third = run(second + 1);
    if third == second + 1 {
        return None;
    }
    let more = bytes.get(third).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80)
        || bytes.get(third) == Some(&b'-') && bytes.get(third + 1).is_some_and(u8::is_ascii_digit);
    let right = (first - at, second - first, third - second) == (4, 3, 3) && !more;
    Some((third, if right { Shape::Date } else { Shape::BadDate }))
}

/// The end of the word that starts at `at`.
pub(crate) fn word_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
}

/// The characters of a word. Letters outside ASCII are taken in here, and reported by the lexer.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && c.is_alphanumeric())
}

/// Whether this day exists (proleptic Gregorian calendar).
pub(crate) fn day_exists(year: u16, month: u8, day: u8) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_four_two_two_digits_and_other_runs_are_none() {
        assert_eq!(scan("1900-01-01 x", 0), (10, Shape::Date));
        assert_eq!(scan("2020-1-1", 0), (8, Shape::BadDate));
        assert_eq!(scan("2020 - 1 - 1", 0), (4, Shape::Int));
        assert_eq!(scan("5-3", 0), (1, Shape::Int));
    }

    #[test]
    fn a_unit_belongs_to_its_number() {
        assert_eq!(scan("5nm", 0), (3, Shape::Quantity(1)));
        assert_eq!(scan("0.5%", 0), (4, Shape::Quantity(3)));
        assert_eq!(scan("30 days keep", 0), (7, Shape::Quantity(2)));
        assert_eq!(scan("64MiB", 0), (5, Shape::Quantity(2)));
        assert_eq!(scan("30 as x", 0), (2, Shape::Int));
    }

    #[test]
    fn a_range_is_no_decimal() {
        assert_eq!(scan("2..21", 0), (1, Shape::Int));
        assert_eq!(scan("1..=50", 0), (1, Shape::Int));
        assert_eq!(scan("1_000.25", 0), (8, Shape::Decimal));
    }

    #[test]
    fn the_29th_of_february_exists_in_leap_years_only() {
        assert!(day_exists(2000, 2, 29) && !day_exists(1900, 2, 29) && !day_exists(2023, 2, 29));
    }
}
