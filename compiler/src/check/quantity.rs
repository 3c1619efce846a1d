//! Lengths with units, and exact ratios.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{BinOp, Expr, ExprKind};

use crate::rules;

/// Units of length in 10⁻¹⁵ m.
const UNITS: [(&str, i64); 6] = [
    ("pm", 1_000),
    ("nm", 1_000_000),
    ("um", 1_000_000_000),
    ("µm", 1_000_000_000),
    ("μm", 1_000_000_000),
    ("mm", 1_000_000_000_000),
];

/// What a quantity measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// In 10⁻¹⁵ m.
    Length,
    /// In 10⁻³⁰ m².
    Area,
}

/// A length or an area, nothing or more.
pub(crate) fn measure(e: &Expr, what: Unit) -> Result<i128, Diagnostic> {
    let (called, example) = match what {
        Unit::Length => ("a length", "`5nm`, `0.1nm`, `2um`"),
        Unit::Area => ("an area", "`0.05um2`, `2500nm2`"),
    };
    let wrong = |label: String| {
        Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label).help(format!("write {called} with its unit: {example}"))
    };
    let ExprKind::Quantity(number, unit) = &e.kind else { return Err(wrong(format!("{called} is wanted here"))) };
    let plain = match what {
        Unit::Length => Some(unit.as_str()),
        Unit::Area => unit.strip_suffix('2').or_else(|| unit.strip_suffix('²')),
    };
    let Some((_, unit)) = UNITS.iter().find(|(u, _)| Some(*u) == plain) else {
        return Err(wrong(format!("`{unit}` is not a unit of {}", called.split(' ').next_back().unwrap_or_default())));
    };
    let unit = if what == Unit::Area { i128::from(*unit) * i128::from(*unit) } else { i128::from(*unit) };
    let (n, d) = ratio_of(number).ok_or_else(|| wrong("this number is too long".to_owned()))?;
    match i128::from(n).checked_mul(unit) {
        Some(n) if n % i128::from(d) == 0 => Ok(n / i128::from(d)),
        Some(_) => Err(wrong("this is no whole number of femtometres".to_owned())),
        None => Err(wrong("this number is too long".to_owned())),
    }
}

/// A length as it is written, in the largest unit that gives a short number.
pub(crate) fn shown_length(fm: i64) -> String {
    let (unit, per) = match fm.abs() {
        n if n >= 10_000_000_000 && n % 1_000_000_000 == 0 => ("um", 1_000_000_000),
        n if n % 1_000_000 == 0 || n >= 1_000_000 => ("nm", 1_000_000),
        _ => ("pm", 1_000),
    };
    let (whole, rest) = (fm / per, (fm % per).abs());
    if rest == 0 {
        return format!("{whole}{unit}");
    }
    let digits = format!("{rest:0width$}", width = per.to_string().len() - 1);
    format!("{whole}.{}{unit}", digits.trim_end_matches('0'))
}

/// A positive length in 10⁻¹⁵ m.
pub(crate) fn length(e: &Expr) -> Result<i64, Diagnostic> {
    let wrong = |label: &str| {
        Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label.to_owned())
            .help("write a length with its unit: `5nm`, `0.1nm`, `2um`")
    };
    let ExprKind::Quantity(number, unit) = &e.kind else { return Err(wrong("a length is wanted here")) };
    let Some((_, unit)) = UNITS.iter().find(|(u, _)| u == unit) else {
        return Err(wrong(&format!("`{unit}` is not a unit of length")));
    };
    let (n, d) = ratio_of(number).ok_or_else(|| wrong("this number is too long"))?;
    match n.checked_mul(*unit) {
        Some(n) if n % d == 0 && n / d > 0 => Ok(n / d),
        Some(0) => Err(wrong("a length is more than nothing")),
        _ => Err(wrong("this length is not a whole number of femtometres")),
    }
}

/// A positive exact ratio in lowest terms: `18/25`, `0.72`, `2`.
pub(crate) fn ratio(e: &Expr) -> Result<(i64, i64), Diagnostic> {
    let wrong = |label: &str| {
        Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label.to_owned())
            .help("write the factor as an exact ratio: `scale 18/25`")
    };
    let (n, d) = match &e.kind {
        ExprKind::Int(t) | ExprKind::Decimal(t) => ratio_of(t).ok_or_else(|| wrong("this number is too long"))?,
        ExprKind::Binary(BinOp::Div, a, b) => return quotient(a, b),
        _ => return Err(wrong("an exact ratio is wanted here")),
    };
    if n <= 0 || d <= 0 {
        return Err(wrong("a factor is more than nothing"));
    }
    let g = gcd(n, d);
    Ok((n / g, d / g))
}

/// The ratio of two ratios.
pub(crate) fn quotient(a: &Expr, b: &Expr) -> Result<(i64, i64), Diagnostic> {
    let ((an, ad), (bn, bd)) = (ratio(a)?, ratio(b)?);
    match (an.checked_mul(bd), ad.checked_mul(bn)) {
        (Some(n), Some(d)) => {
            let g = gcd(n, d);
            Ok((n / g, d / g))
        }
        _ => Err(Diagnostic::new(&rules::WRONG_QUANTITY, a.span, "these numbers are too long")
            .help("write the factor as an exact ratio: `scale 18/25`")),
    }
}

/// A share in per cent, in millionths.
pub(crate) fn millionths(percent: &str) -> Option<i64> {
    let (n, d) = ratio_of(percent)?;
    let n = n.checked_mul(10_000)?;
    (n % d == 0).then(|| n / d)
}

/// Digits with an optional point as a fraction.
fn ratio_of(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let n = format!("{whole}{fraction}").parse::<i64>().ok()?;
    Some((n, 10i64.checked_pow(fraction.len() as u32)?))
}

/// The greatest common divisor of two numbers, of which one is not zero.
pub(crate) fn gcd(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}
