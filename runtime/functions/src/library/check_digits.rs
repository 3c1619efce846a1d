//! `luhn_valid`, `luhn_digit`, `gtin_valid`, `mod11_valid`, `mod97`

use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `luhn_valid(text)`
pub(super) static LUHN_VALID: Function = Function {
    name: "luhn_valid",
    params: "text",
    summary: "Whether the last digit of a number is its check digit by Luhn's rule, as on cards.",
    details: "The text is two digits or more, and nothing else: take blanks and hyphens out first, `remove(x, \" -\")`.",
    examples: &[
        Example(r#"luhn_valid("79927398713")"#, "true"),
        Example(r#"luhn_valid("79927398710")"#, "false"),
        Example(r#"luhn_valid("7992 7398713")"#, "false"),
    ],
    infer: truth,
    prepare: |_| Box::new(|args| Ok(Value::Bool(digits(text(args, 0)).is_some_and(|d| d.len() > 1 && luhn(&d))))),
    ..PLAIN
};

/// `luhn_digit(text)`
pub(super) static LUHN_DIGIT: Function = Function {
    name: "luhn_digit",
    params: "text",
    summary: "The digit that makes a number one with a check digit by Luhn's rule, when it is put behind it.",
    details: "The text is digits and nothing else.",
    examples: &[Example(r#"luhn_digit("7992739871")"#, "3"), Example(r#"luhn_digit("12-4")"#, "fails")],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::partial(Info::number(Kind::Int64, 0, 9))
    },
    prepare: |_| {
        Box::new(|args| {
            let mut all = digits(text(args, 0)).ok_or_else(|| Fail::because("is not digits alone"))?;
            all.push(0);
            Ok(Value::Num(i128::from((10 - luhn_sum(&all) % 10) % 10)))
        })
    },
    ..PLAIN
};

/// `gtin_valid(text)`
pub(super) static GTIN_VALID: Function = Function {
    name: "gtin_valid",
    params: "text",
    summary: "Whether a text is a trade item number with a right check digit: EAN-8, UPC-A, EAN-13 or GTIN-14.",
    details: "It is 8, 12, 13 or 14 digits and nothing else.",
    examples: &[
        Example(r#"gtin_valid("4006381333931")"#, "true"),
        Example(r#"gtin_valid("4006381333932")"#, "false"),
        Example(r#"gtin_valid("036000291452")"#, "true"),
    ],
    infer: truth,
    prepare: |_| {
        Box::new(|args| {
            let all = digits(text(args, 0)).filter(|d| matches!(d.len(), 8 | 12 | 13 | 14));
            Ok(Value::Bool(all.is_some_and(|d| gtin(&d))))
        })
    },
    ..PLAIN
};

/// `mod11_valid(text)`
pub(super) static MOD11_VALID: Function = Function {
    name: "mod11_valid",
    params: "text",
    summary: "Whether the last digit of a number is its check digit modulo 11, with the weights 2 to 7 from the right.",
    details: "The digits before the last are weighted 2, 3, 4, 5, 6, 7, 2, … from the right; the check digit adds to a sum that 11 divides, and \
              10 is written `X`.",
    examples: &[Example(r#"mod11_valid("0365327")"#, "true"), Example(r#"mod11_valid("0365328")"#, "false")],
    infer: truth,
    prepare: |_| {
        Box::new(|args| {
            let t = text(args, 0);
            let (body, last) = t.split_at_checked(t.len().saturating_sub(1)).unwrap_or(("", ""));
            let check = match last {
                "X" | "x" => Some(10),
                d => d.parse::<u32>().ok(),
            };
            let sum = digits(body)
                .filter(|d| !d.is_empty())
                .map(|d| d.iter().rev().zip((2..=7).cycle()).map(|(d, w)| d * w).sum::<u32>());
            Ok(Value::Bool(sum.zip(check).is_some_and(|(sum, check)| (sum + check).is_multiple_of(11))))
        })
    },
    ..PLAIN
};

/// `mod97(text)`
pub(super) static MOD97: Function = Function {
    name: "mod97",
    params: "text",
    summary: "What is left of a number when 97 divides it, as in ISO 7064; letters count as 10 to 35.",
    details: "The text is ASCII letters and digits and nothing else. A number with check digits leaves 1.",
    examples: &[Example(r#"mod97("3214282912345698765432161182")"#, "1"), Example(r#"mod97("a-1")"#, "fails")],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::partial(Info::number(Kind::Int64, 0, 96))
    },
    prepare: |_| {
        Box::new(|args| match rest_of_97(text(args, 0)) {
            Some(n) => Ok(Value::Num(i128::from(n))),
            None => Err(Fail::because("is not letters and digits alone")),
        })
    },
    ..PLAIN
};

pub(super) fn truth(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0])?;
    Ret::total(Info::required(Kind::Bool))
}

/// The digits of a text that has nothing else.
pub(super) fn digits(t: &str) -> Option<Vec<u32>> {
    t.bytes().map(|b| b.is_ascii_digit().then(|| u32::from(b - b'0'))).collect()
}

/// Whether the check digit by Luhn's rule is right.
pub(super) fn luhn(digits: &[u32]) -> bool {
    luhn_sum(digits).is_multiple_of(10)
}

/// Every second digit from the right counts twice; what is above nine then counts by its digits.
fn luhn_sum(digits: &[u32]) -> u32 {
    let one = |(i, d): (usize, &u32)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { *d };
    digits.iter().rev().enumerate().map(one).sum()
}

/// Whether the check digit of a trade item number is right: digits count once and three times by turns, from the right.
pub(super) fn gtin(digits: &[u32]) -> bool {
    digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 1 { d * 3 } else { *d }).sum::<u32>().is_multiple_of(10)
}

/// What 97 leaves of letters and digits.
pub(super) fn rest_of_97(t: &str) -> Option<u32> {
    if t.is_empty() {
        return None;
    }
    t.chars().try_fold(0u32, |n, c| {
        let v = if c.is_ascii() { c.to_digit(36)? } else { return None };
        Some((if v < 10 { n * 10 + v } else { n * 100 + v }) % 97)
    })
}
