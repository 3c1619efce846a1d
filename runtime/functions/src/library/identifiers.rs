//! `iban_valid`, `isbn_valid`, `isin_valid`, `issn_valid`, `lei_valid`, `vin_valid`

use super::check_digits::{digits, gtin, luhn, rest_of_97, truth};
use crate::function::{Eval, Example, Function, PLAIN, text};
use crate::value::Value;

/// `iban_valid(text)`
pub(super) static IBAN_VALID: Function = Function {
    name: "iban_valid",
    params: "text",
    summary: "Whether a text is an international bank account number (ISO 13616) with right check digits.",
    details: "Letters are capitals, and nothing stands between the characters: `upper(remove(x, \" \"))` first. Where the registry has the country, \
              its length counts too.",
    examples: &[
        Example(r#"iban_valid("DE89370400440532013000")"#, "true"),
        Example(r#"iban_valid("DE88370400440532013000")"#, "false"),
        Example(r#"iban_valid("DE8937040044053201300")"#, "false"),
    ],
    infer: truth,
    prepare: |_| whether(iban),
    ..PLAIN
};

/// `isbn_valid(text)`
pub(super) static ISBN_VALID: Function = Function {
    name: "isbn_valid",
    params: "text",
    summary: "Whether a text is a book number of 10 or 13 digits with a right check digit.",
    details: "Hyphens and blanks between the digits do not count. The check digit of ten may be `X`.",
    examples: &[
        Example(r#"isbn_valid("978-3-16-148410-0")"#, "true"),
        Example(r#"isbn_valid("0-8044-2957-X")"#, "true"),
        Example(r#"isbn_valid("978-3-16-148410-1")"#, "false"),
    ],
    infer: truth,
    prepare: |_| whether(isbn),
    ..PLAIN
};

/// `isin_valid(text)`
pub(super) static ISIN_VALID: Function = Function {
    name: "isin_valid",
    params: "text",
    summary: "Whether a text is an international securities number (ISO 6166) with a right check digit.",
    details: "It is two capitals, nine capitals or digits, and the check digit.",
    examples: &[Example(r#"isin_valid("US0378331005")"#, "true"), Example(r#"isin_valid("US0378331006")"#, "false")],
    infer: truth,
    prepare: |_| whether(isin),
    ..PLAIN
};

/// `issn_valid(text)`
pub(super) static ISSN_VALID: Function = Function {
    name: "issn_valid",
    params: "text",
    summary: "Whether a text is a serial number (ISO 3297) with a right check digit.",
    details: "It is eight digits, of which the last may be `X`, with or without a hyphen in the middle.",
    examples: &[Example(r#"issn_valid("0378-5955")"#, "true"), Example(r#"issn_valid("0378-5954")"#, "false")],
    infer: truth,
    prepare: |_| whether(issn),
    ..PLAIN
};

/// `lei_valid(text)`
pub(super) static LEI_VALID: Function = Function {
    name: "lei_valid",
    params: "text",
    summary: "Whether a text is a legal entity identifier (ISO 17442) with right check digits.",
    details: "It is 18 capitals or digits and two check digits.",
    examples: &[
        Example(r#"lei_valid("5493001KJTIIGC8Y1R12")"#, "true"),
        Example(r#"lei_valid("5493001KJTIIGC8Y1R13")"#, "false"),
    ],
    infer: truth,
    prepare: |_| whether(|t| t.len() == 20 && capitals(t) && rest_of_97(t) == Some(1)),
    ..PLAIN
};

/// `vin_valid(text)`
pub(super) static VIN_VALID: Function = Function {
    name: "vin_valid",
    params: "text",
    summary: "Whether a text is a vehicle number of 17 characters with a right check digit.",
    details: "Letters are capitals, without I, O and Q. The check digit, which is the ninth character, is law in North America and not everywhere.",
    examples: &[
        Example(r#"vin_valid("1M8GDM9AXKP042788")"#, "true"),
        Example(r#"vin_valid("1M8GDM9A1KP042788")"#, "false"),
    ],
    infer: truth,
    prepare: |_| whether(|t| vin(t).unwrap_or(false)),
    ..PLAIN
};

fn whether(f: fn(&str) -> bool) -> Eval {
    Box::new(move |args| Ok(Value::Bool(f(text(args, 0)))))
}

/// Whether there is nothing but ASCII capitals and digits.
fn capitals(t: &str) -> bool {
    t.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Lengths by country, as the registry of ISO 13616 has them.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 \
                       FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 \
                       LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 \
                       SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

fn iban(t: &str) -> bool {
    let Some((head, body)) = t.split_at_checked(4) else { return false };
    let Some((country, check)) = head.split_at_checked(2) else { return false };
    let formed =
        country.bytes().all(|b| b.is_ascii_uppercase()) && check.bytes().all(|b| b.is_ascii_digit()) && capitals(body);
    let length = LENGTHS.split(' ').find_map(|entry| entry.strip_prefix(country)).and_then(|n| n.parse().ok());
    let long = length.map_or((15..=34).contains(&t.len()), |n: usize| t.len() == n);
    formed && long && rest_of_97(&format!("{body}{head}")) == Some(1)
}

fn isbn(t: &str) -> bool {
    let plain: String = t.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    match plain.len() {
        13 => (plain.starts_with("978") || plain.starts_with("979")) && digits(&plain).is_some_and(|d| gtin(&d)),
        10 => modulo_11(&plain),
        _ => false,
    }
}

fn issn(t: &str) -> bool {
    let plain = match t.split_once('-') {
        Some((a, b)) if a.len() == 4 => format!("{a}{b}"),
        _ => t.to_owned(),
    };
    plain.len() == 8 && modulo_11(&plain)
}

/// Digits weighted 1, 2, 3, … from the right give a sum that 11 divides; the last may be an `X`, which is 10.
fn modulo_11(t: &str) -> bool {
    let Some((body, last)) = t.split_at_checked(t.len().saturating_sub(1)) else { return false };
    let check = match last {
        "X" | "x" => Some(10),
        d => digits(d).and_then(|d| d.first().copied()),
    };
    let sum = digits(body).map(|d| d.iter().rev().zip(2..).map(|(d, w)| d * w).sum::<u32>());
    sum.zip(check).is_some_and(|(sum, check)| (sum + check).is_multiple_of(11))
}

fn isin(t: &str) -> bool {
    let country = t.get(..2).is_some_and(|c| c.bytes().all(|b| b.is_ascii_uppercase()));
    if t.len() != 12 || !country || !capitals(t) || !t.ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let spread: String = t.chars().filter_map(|c| c.to_digit(36)).map(|n| n.to_string()).collect();
    digits(&spread).is_some_and(|d| luhn(&d))
}

/// What letters count in a vehicle number, from A on; I, O and Q do not stand in one.
const VIN_LETTERS: &[u8; 26] = b"12345678012345070923456789";
const VIN_WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

fn vin(t: &str) -> Option<bool> {
    if t.len() != 17 || !capitals(t) || t.contains(['I', 'O', 'Q']) {
        return Some(false);
    }
    let value = |b: u8| {
        if b.is_ascii_digit() {
            u32::from(b - b'0')
        } else {
            VIN_LETTERS.get(usize::from(b - b'A')).map_or(0, |v| u32::from(v - b'0'))
        }
    };
    let rest = t.bytes().zip(VIN_WEIGHTS).map(|(b, w)| value(b) * w).sum::<u32>() % 11;
    let check = if rest == 10 { 'X' } else { char::from_digit(rest, 10)? };
    Some(t.chars().nth(8) == Some(check))
}
