//! Forms of numbers, said by an example: the number 1234.56 as the file would write it, such as `1.234,56` or `(1,234.56)`.

use std::borrow::Cow;

use crate::decimal::{self, NotANumber};

/// How a number is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberForm {
    /// As the example shows.
    Shown {
        /// What stands in front, such as `$`.
        before: String,
        /// What stands behind, such as ` €`.
        behind: String,
        /// What parts groups of three digits.
        group: Option<char>,
        /// What parts the fraction.
        point: Option<char>,
        /// Where a number below zero has its sign.
        negative: Negative,
    },
    /// Digits alone; the point is thought to stand before so many of them.
    Implied(u8),
    /// The same, with the sign in the last digit, as mainframes write signed zoned decimals: `123{` is 12.30, `123}` is -12.30.
    Zoned(u8),
}

/// The last digit of a zoned decimal that is zero or more, and of one below zero, in each national page: the characters of
/// the bytes C0 to C9 and D0 to D9, of which only the first differs from page to page. The first of each is written.
const ZONED: [(&str, &str); 2] = [("{äéàæ", "ABCDEFGHI"), ("}üèå", "JKLMNOPQR")];

/// Where a number below zero has its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Negative {
    /// `-1`
    Leading,
    /// `1-`
    Trailing,
    /// `(1)`
    Parentheses,
}

const EXAMPLES: &str = "write the number 1234.56 as the file would: \"1.234,56\", \"1,234.56\", \"1 234,56\", \"1234,56\", \"1.234,56-\", \
                        \"(1,234.56)\", \"$1,234.56\", a whole number as \"1.234\"; or \"implied 2\", or \"zoned 2\"";

impl NumberForm {
    /// Reads an example; says what to write instead where it is none.
    pub fn new(example: &str) -> Result<NumberForm, String> {
        if let Some((word @ ("implied" | "zoned"), n)) = example.split_once(' ') {
            return match n.parse::<u8>() {
                Ok(n) if n <= 38 && word == "zoned" => Ok(NumberForm::Zoned(n)),
                Ok(n) if n <= 38 => Ok(NumberForm::Implied(n)),
                _ => Err(format!("`{word}` is followed by the number of digits behind the point: \"{word} 2\"")),
            };
        }
        let (body, negative) = if let Some(inner) = example.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
            (inner, Negative::Parentheses)
        } else if let Some(body) = example.strip_suffix('-') {
            (body, Negative::Trailing)
        } else {
            (example.strip_prefix('-').unwrap_or(example), Negative::Leading)
        };
        let wrong = || EXAMPLES.to_owned();
        let first = body.find(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
        let last = body.rfind(|c: char| c.is_ascii_digit()).ok_or_else(wrong)?;
        let (before, rest) = body.split_at_checked(first).ok_or_else(wrong)?;
        let (number, behind) = rest.split_at_checked(last + 1 - first).ok_or_else(wrong)?;
        // The digits count up, so that what parts `1` from `234` is the grouping, and what stands behind `1234` the point.
        let rest = number.strip_prefix('1').ok_or_else(wrong)?;
        let group = rest.chars().next().filter(|c| !c.is_ascii_digit());
        let rest = rest.get(group.map_or(0, char::len_utf8)..).and_then(|r| r.strip_prefix("234")).ok_or_else(wrong)?;
        let point = rest.chars().next();
        let fraction = rest.get(point.map_or(0, char::len_utf8)..).unwrap_or_default();
        let separators = [group, point].into_iter().flatten().all(|c| ".,' \u{a0}\u{202f}’_".contains(c));
        let counts = fraction.bytes().zip(b'5'..=b'9').all(|(a, b)| a == b) && fraction.len() <= 5;
        let edges = before.chars().chain(behind.chars()).all(|c| !c.is_ascii_digit() && !"+-.,()".contains(c));
        if !separators
            || !counts
            || !edges
            || point.is_some() == fraction.is_empty()
            || group.is_some() && group == point
        {
            return Err(wrong());
        }
        Ok(NumberForm::Shown { before: before.to_owned(), behind: behind.to_owned(), group, point, negative })
    }

    /// A text of this form as `[-]digits[.digits]`.
    pub fn canonical<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, NotANumber> {
        if text.is_empty() {
            return Err(NotANumber::Empty);
        }
        match self {
            NumberForm::Implied(n) => implied(text, usize::from(*n)).map(Cow::Owned),
            NumberForm::Zoned(n) => zoned(text, usize::from(*n)).map(Cow::Owned),
            NumberForm::Shown { before, behind, group, point, negative } => {
                let (minus, body) = match negative {
                    Negative::Parentheses => match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
                        Some(inner) => (true, inner),
                        None => (false, text),
                    },
                    Negative::Trailing => {
                        text.strip_suffix('-').map_or((false, text.strip_suffix('+').unwrap_or(text)), |t| (true, t))
                    }
                    Negative::Leading => {
                        text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |t| (true, t))
                    }
                };
                let body = body
                    .strip_prefix(before.as_str())
                    .and_then(|t| t.strip_suffix(behind.as_str()))
                    .ok_or(NotANumber::Form)?;
                let (whole, fraction) = match point {
                    Some(p) => body.split_once(*p).map_or((body, None), |(w, f)| (w, Some(f))),
                    None => (body, None),
                };
                let mut out = String::with_capacity(text.len() + 1);
                if minus {
                    out.push('-');
                }
                ungroup(whole, *group, &mut out)?;
                if let Some(f) = fraction {
                    if f.is_empty() || !f.bytes().all(|b| b.is_ascii_digit()) {
                        return Err(NotANumber::Form);
                    }
                    out.push('.');
                    out.push_str(f);
                }
                Ok(Cow::Owned(out))
            }
        }
    }

    /// Appends a number of `s` digits behind its point in this form.
    pub fn write(&self, n: i128, s: u8, out: &mut Vec<u8>) {
        let mut plain = Vec::new();
        match self {
            NumberForm::Implied(digits) => {
                let n = n.saturating_mul(decimal::pow10(digits.saturating_sub(s)));
                decimal::write(n, 0, out);
            }
            NumberForm::Zoned(digits) => {
                let n = n.saturating_mul(decimal::pow10(digits.saturating_sub(s)));
                decimal::write(n.saturating_abs(), 0, out);
                let (zero, others) = ZONED[usize::from(n < 0)];
                let last = out.pop().map_or(0, |digit| digit.wrapping_sub(b'0'));
                let letters = zero.as_bytes().first().into_iter().chain(others.as_bytes());
                out.extend(letters.skip(usize::from(last)).take(1));
            }
            NumberForm::Shown { before, behind, group, point, negative } => {
                // The digits are written without the sign, which has its own place.
                decimal::write(n, s, &mut plain);
                let unsigned = plain.strip_prefix(b"-").unwrap_or(&plain);
                let minus = n < 0;
                match negative {
                    Negative::Leading if minus => out.push(b'-'),
                    Negative::Parentheses if minus => out.push(b'('),
                    _ => {}
                }
                out.extend_from_slice(before.as_bytes());
                let whole = unsigned.iter().position(|b| *b == b'.').unwrap_or(unsigned.len());
                let mut char_bytes = [0; 4];
                for (i, b) in unsigned.iter().enumerate() {
                    if let (Some(g), true) = (group, i > 0 && i < whole && (whole - i).is_multiple_of(3)) {
                        out.extend_from_slice(g.encode_utf8(&mut char_bytes).as_bytes());
                    }
                    match (b, point) {
                        (b'.', Some(p)) => out.extend_from_slice(p.encode_utf8(&mut char_bytes).as_bytes()),
                        (b, _) => out.push(*b),
                    }
                }
                out.extend_from_slice(behind.as_bytes());
                match negative {
                    Negative::Trailing if minus => out.push(b'-'),
                    Negative::Parentheses if minus => out.push(b')'),
                    _ => {}
                }
            }
        }
    }

    /// Whether numbers of `s` digits behind the point can be written in this form without losing any.
    pub fn holds(&self, s: u8) -> bool {
        match self {
            NumberForm::Implied(n) | NumberForm::Zoned(n) => *n >= s,
            NumberForm::Shown { point, .. } => s == 0 || point.is_some(),
        }
    }
}

/// Digits whose last one says the sign; a plain last digit is that of a number without a sign.
fn zoned(text: &str, n: usize) -> Result<String, NotANumber> {
    let last = text.chars().next_back().ok_or(NotANumber::Empty)?;
    let head = text.strip_suffix(last).unwrap_or_default();
    let found = ZONED.iter().zip([false, true]).find_map(|((zeros, others), minus)| {
        let digit = if zeros.contains(last) { Some(0) } else { others.find(last).map(|at| at + 1) };
        digit.map(|digit| (digit, minus))
    });
    match found {
        // A sign in front would be a second one.
        Some(_) if !head.bytes().all(|b| b.is_ascii_digit()) => Err(NotANumber::Form),
        Some((digit, minus)) => implied(&format!("{}{head}{digit}", if minus { "-" } else { "" }), n),
        None if text.bytes().all(|b| b.is_ascii_digit()) => implied(text, n),
        None => Err(NotANumber::Form),
    }
}

/// Digits with the point thought before the last `n`.
fn implied(text: &str, n: usize) -> Result<String, NotANumber> {
    let (minus, digits) = match (text.strip_prefix(['-', '+']), text.strip_suffix(['-', '+'])) {
        (Some(rest), _) => (text.starts_with('-'), rest),
        (None, Some(rest)) => (text.ends_with('-'), rest),
        (None, None) => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotANumber::Form);
    }
    let padded = format!("{digits:0>width$}", width = n + 1);
    let (whole, fraction) = padded.split_at_checked(padded.len() - n).ok_or(NotANumber::Form)?;
    let sign = if minus { "-" } else { "" };
    Ok(if n == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

/// Appends the digits of a whole part: where groups stand, they are of three digits.
fn ungroup(whole: &str, group: Option<char>, out: &mut String) -> Result<(), NotANumber> {
    // A blank between groups is often one that does not break the line.
    let parts = |c: char| group.is_some_and(|g| c == g || g == ' ' && (c == '\u{a0}' || c == '\u{202f}'));
    for (i, piece) in whole.split(parts).enumerate() {
        let fits = match i {
            0 if piece.len() == whole.len() => !piece.is_empty(),
            0 => (1..=3).contains(&piece.len()),
            _ => piece.len() == 3,
        };
        if !fits || !piece.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotANumber::Form);
        }
        out.push_str(piece);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(example: &str, text: &str) -> Option<String> {
        NumberForm::new(example).unwrap().canonical(text).ok().map(Cow::into_owned)
    }

    #[test]
    fn an_example_says_how_numbers_are_written() {
        for (example, text, number) in [
            ("1.234,56", "1.234.567,8", "1234567.8"),
            ("1.234,56", "-1234,5", "-1234.5"),
            ("1 234,56", "12\u{a0}345,00", "12345.00"),
            ("1234,56", "+7,5", "7.5"),
            ("1.234,56-", "12,50-", "-12.50"),
            ("(1,234.56)", "(1,234.50)", "-1234.50"),
            ("$1,234.56", "-$1,000.00", "-1000.00"),
            ("1.234,56 €", "3,00 €", "3.00"),
            ("1.234", "12.345", "12345"),
            ("implied 2", "1234", "12.34"),
            ("implied 2", "5-", "-0.05"),
            ("zoned 2", "123{", "12.30"),
            ("zoned 2", "123}", "-12.30"),
            ("zoned 2", "000J", "-00.01"),
            ("zoned 0", "12I", "129"),
            ("zoned 1", "12ü", "-12.0"),
            ("zoned 2", "1234", "12.34"),
        ] {
            assert_eq!(read(example, text).as_deref(), Some(number), "{text} as {example}");
        }
    }

    #[test]
    fn groups_have_three_digits() {
        for bad in ["1.23,00", "1234.567,00", ".234", "1..234", "1,2,3", "1,", "", "a", "1.234.56"] {
            assert_eq!(read("1.234,56", bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_no_example_is_refused() {
        for bad in
            ["", "1", "12.345", "1.234.56", "1,234,56", "1234.", "1x234", "implied", "implied x", "9.876,54", "1234.65"]
        {
            assert!(NumberForm::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for example in [
            "1.234,56",
            "1,234.56",
            "1 234,56",
            "1234,56",
            "1.234,56-",
            "(1,234.56)",
            "$1,234.56",
            "implied 2",
            "zoned 2",
        ] {
            let form = NumberForm::new(example).unwrap();
            for n in [0, 5, -5, 123_456, -99_999_999, i128::from(i64::MAX)] {
                let (mut written, mut plain) = (Vec::new(), Vec::new());
                form.write(n, 2, &mut written);
                decimal::write(n, 2, &mut plain);
                let text = String::from_utf8(written).unwrap();
                assert_eq!(form.canonical(&text).unwrap().as_bytes(), plain, "{text}");
            }
        }
    }
}
