//! `round`, `round_even`, `round_up`, `floor`, `ceiling`, `truncate`

use super::left::{cut_chars, kept};
use crate::decimal::{NotANumber, half_away, pow10};
use crate::float;
use crate::function::{Eval, Example, Fail, Function, Mismatch, PLAIN, Ret, num, text, want_constant_int};
use crate::types::{Info, Kind, digits};
use crate::value::Value;

const DETAILS: &str = "Without `scale`, nothing stays behind the point. A number that has no more digits than that stays as it is. A `float64` \
                       becomes a decimal: the shortest one that reads back as the same number is rounded.";

/// `round(number[, scale])`
pub(super) static ROUND: Function = Function {
    name: "round",
    params: "number[, scale]",
    summary: "A number with fewer digits behind its point, half away from zero.",
    details: DETAILS,
    examples: &[
        Example("round(0.125, 2)", "0.13"),
        Example("round(-0.125, 2)", "-0.13"),
        Example("round(17, 2)", "17"),
        Example("round(2.5)", "3"),
        Example(r#"round(float64("2.675"), 2)"#, "2.68"),
    ],
    arity: (1, 2),
    infer: |args| fewer(args, half_away),
    prepare: |args| rounded(args, half_away),
    ..PLAIN
};

/// `round_even(number[, scale])`
pub(super) static ROUND_EVEN: Function = Function {
    name: "round_even",
    params: "number[, scale]",
    summary: "A number with fewer digits behind its point, half to the even digit, as banks round.",
    details: DETAILS,
    examples: &[
        Example("round_even(0.125, 2)", "0.12"),
        Example("round_even(0.135, 2)", "0.14"),
        Example("round_even(-2.5)", "-2"),
    ],
    arity: (1, 2),
    infer: |args| fewer(args, half_even),
    prepare: |args| rounded(args, half_even),
    ..PLAIN
};

/// `round_up(number[, scale])`
pub(super) static ROUND_UP: Function = Function {
    name: "round_up",
    params: "number[, scale]",
    summary: "A number with fewer digits behind its point, away from zero.",
    details: DETAILS,
    examples: &[Example("round_up(0.121, 2)", "0.13"), Example("round_up(-0.121, 2)", "-0.13")],
    arity: (1, 2),
    infer: |args| fewer(args, away),
    prepare: |args| rounded(args, away),
    ..PLAIN
};

/// `floor(number[, scale])`
pub(super) static FLOOR: Function = Function {
    name: "floor",
    params: "number[, scale]",
    summary: "The largest number with fewer digits behind its point that is not above a number.",
    details: DETAILS,
    examples: &[Example("floor(2.7)", "2"), Example("floor(-2.71, 1)", "-2.8")],
    arity: (1, 2),
    infer: |args| fewer(args, i128::div_euclid),
    prepare: |args| rounded(args, i128::div_euclid),
    ..PLAIN
};

/// `ceiling(number[, scale])`
pub(super) static CEILING: Function = Function {
    name: "ceiling",
    params: "number[, scale]",
    summary: "The smallest number with fewer digits behind its point that is not below a number.",
    details: DETAILS,
    examples: &[Example("ceiling(2.1)", "3"), Example("ceiling(-2.79, 1)", "-2.7")],
    arity: (1, 2),
    infer: |args| fewer(args, up),
    prepare: |args| rounded(args, up),
    ..PLAIN
};

/// `truncate(value[, n])`
pub(super) static TRUNCATE: Function = Function {
    name: "truncate",
    params: "value[, n]",
    summary: "A number without the digits behind its point after the first `n`, or a text without its characters after the first `n`.",
    details: "Without `n`, nothing stays behind the point of a number; of a text, `n` must be said. A `float64` becomes a decimal.",
    examples: &[
        Example("truncate(2.79, 1)", "2.7"),
        Example("truncate(-2.7)", "-2"),
        Example(r#"truncate("Bend OR", 4)"#, r#""Bend""#),
    ],
    arity: (1, 2),
    infer: |args| {
        if args[0].ty.kind.is_textual() {
            if args.len() < 2 {
                return Mismatch::at(0, "how many characters of this text stay? `truncate(text, n)`");
            }
            want_constant_int(args, 1, 0, "the number of characters")?;
            return Ret::total(Info::text(cut_chars(args)));
        }
        fewer(args, |n, unit| n / unit)
    },
    prepare: |args| {
        if args[0].ty.kind.is_textual() {
            return Box::new(|args| {
                let t = text(args, 0);
                Ok(Value::owned(t.chars().take(kept(t, num(args, 1))).collect()))
            });
        }
        rounded(args, |n, unit| n / unit)
    },
    ..PLAIN
};

/// A way to round: a number, and the unit (a power of ten) that it is divided by. It keeps the order of numbers.
type Way = fn(i128, i128) -> i128;

fn half_even(n: i128, unit: i128) -> i128 {
    let (quotient, twice) = (n / unit, (n % unit).unsigned_abs() * 2);
    let on = twice > unit.unsigned_abs() || twice == unit.unsigned_abs() && quotient % 2 != 0;
    if on { quotient + n.signum() } else { quotient }
}

fn away(n: i128, unit: i128) -> i128 {
    if n % unit == 0 { n / unit } else { n / unit + n.signum() }
}

fn up(n: i128, unit: i128) -> i128 {
    n.div_euclid(unit) + i128::from(n % unit != 0)
}

fn scale(args: &[Info]) -> Result<u8, Mismatch> {
    if args.len() < 2 { Ok(0) } else { Ok(want_constant_int(args, 1, 0, "the scale")?.min(38) as u8) }
}

fn fewer(args: &[Info], way: Way) -> Result<Ret, Mismatch> {
    let s = scale(args)?;
    let from = &args[0];
    match from.ty.kind {
        Kind::Decimal { s: have, .. } if have > s => {
            let (lo, hi) = from.bounds();
            let (lo, hi) = (way(lo, pow10(have - s)), way(hi, pow10(have - s)));
            let p = digits(lo, hi).clamp(s.max(1), 38);
            Ret::total(Info::number(Kind::Decimal { p, s }, lo, hi))
        }
        Kind::Decimal { .. } | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
            Ret::total(Info { constant: None, ..from.clone() })
        }
        Kind::Float64 => Ret::partial(Info::required(Kind::Decimal { p: 38, s })),
        _ => Mismatch::at(0, format!("this is {}, and a number is wanted", from.ty)),
    }
}

fn rounded(args: &[Info], way: Way) -> Eval {
    let (have, want) = (args[0].ty.kind.scale(), scale(args).unwrap_or(0));
    if args[0].ty.kind == Kind::Float64 {
        return Box::new(move |args| {
            let (n, scale) = float::shortest(float::value(num(args, 0) as i64));
            let lost = scale - i32::from(want);
            let n = match u8::try_from(lost) {
                // A double has at most 17 digits, so that nothing of it is left above 10³⁸ times the unit.
                Ok(lost) => Some(way(n, pow10(lost.min(38)))),
                Err(_) if lost > 0 => Some(way(n, pow10(38))),
                Err(_) => {
                    let more = u8::try_from(-lost).ok().filter(|m| *m <= 38);
                    more.and_then(|m| n.checked_mul(pow10(m))).or((n == 0).then_some(0))
                }
            };
            match n {
                Some(n) if n.unsigned_abs() < pow10(38).unsigned_abs() => Ok(Value::Num(n)),
                _ => Err(Fail::because(NotANumber::Large.reason())),
            }
        });
    }
    let unit = pow10(have.saturating_sub(want));
    Box::new(move |args| Ok(Value::Num(if unit > 1 { way(num(args, 0), unit) } else { num(args, 0) })))
}
