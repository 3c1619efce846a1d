//! Lengths with units, and exact ratios.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{BinOp, Expr, ExprKind};

use crate::rules;

/// Units of length in 10⁻¹⁵ m.
const UNITS: [(&str, i64); 5] =
    [("pm", 1_000), ("nm", 1_000_000), ("um", 1_000_000_000), ("µm", 1_000_000_000), ("mm", 1_000_000_000_000)];

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
        ExprKind::Binary(BinOp::Div, a, b) => {
            let ((an, ad), (bn, bd)) = (ratio(a)?, ratio(b)?);
            match (an.checked_mul(bd), ad.checked_mul(bn)) {
                (Some(n), Some(d)) => (n, d),
                _ => return Err(wrong("these numbers are too long")),
            }
        }
        _ => return Err(wrong("an exact ratio is wanted here")),
    };
    if n <= 0 || d <= 0 {
        return Err(wrong("a factor is more than nothing"));
    }
    let g = gcd(n, d);
    Ok((n / g, d / g))
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
