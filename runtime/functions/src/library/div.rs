//! `div`, `quotient`, `remainder`

use crate::decimal::{self, NotANumber, pow10};
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, want_constant_int, want_int, want_number};
use crate::types::{Info, Kind, digits};
use crate::value::Value;

/// `div(a, b, scale)`
pub(super) static DIV: Function = Function {
    name: "div",
    params: "a, b, scale",
    summary: "The quotient of two numbers with `scale` digits behind the point, half away from zero.",
    details: "A division by zero fails.",
    examples: &[
        Example("div(10, 3, 2)", "3.33"),
        Example("div(-0.05, 2, 2)", "-0.03"),
        Example("div(1, 0.5, 0)", "2"),
        Example("div(1, 0, 2)", "fails"),
    ],
    arity: (3, 3),
    infer: |args| {
        want_number(args, 0)?;
        want_number(args, 1)?;
        let s = scale(args)?;
        let up = shift(args, s);
        let ((al, ah), (bl, bh)) = (args[0].bounds(), args[1].bounds());
        let least = if bl > 0 {
            bl
        } else if bh < 0 {
            bh.saturating_neg()
        } else {
            1
        };
        let top = al.saturating_abs().max(ah.saturating_abs());
        let top = if up >= 0 { grown(top, up as u8) } else { Some(top / pow10(up.unsigned_abs())) };
        let most = pow10(38) - 1;
        // One more, since what is cut may be rounded up.
        let bound = top.map_or(most, |t| (t / least).saturating_add(1).min(most));
        let sign = |negative: bool| if negative { -bound } else { 0 };
        let lo = sign(al < 0 || bl < 0);
        let info = Info::number(Kind::Decimal { p: digits(lo, bound).max(s).max(1), s }, lo, bound);
        let fails = bl <= 0 && bh >= 0 || top.is_none_or(|t| t > most) || long_divisor(up, bl, bh);
        Ok(Ret { info, fails })
    },
    prepare: |args| {
        let up = scale(args).map_or(0, |s| shift(args, s));
        Box::new(move |args| {
            let (a, b) = (num(args, 0), num(args, 1));
            let whole = if up >= 0 { (grown(a, up as u8), Some(b)) } else { (Some(a), grown(b, up.unsigned_abs())) };
            let (Some(a), Some(b)) = whole else {
                return match long(a, b, i32::from(up)) {
                    Some(q) if q.unsigned_abs() < pow10(38).unsigned_abs() => Ok(Value::Num(q)),
                    _ => Err(Fail::because(NotANumber::Large.reason())),
                };
            };
            let (Some(q), Some(rest)) = (a.checked_div(b), a.checked_rem(b)) else {
                return Err(Fail::because("is divided by zero"));
            };
            // Twice the rest against the divisor, without a product that could be too long.
            let up = rest != 0 && rest.unsigned_abs() >= b.unsigned_abs() - rest.unsigned_abs();
            let q = if up { q + if (a < 0) == (b < 0) { 1 } else { -1 } } else { q };
            if q.unsigned_abs() < pow10(38).unsigned_abs() {
                Ok(Value::Num(q))
            } else {
                Err(Fail::because(NotANumber::Large.reason()))
            }
        })
    },
    ..PLAIN
};

/// The quotient of `a` times this power of ten and `b`, half away from zero, where that product has no room; `None`: the
/// quotient has none either. Neither is larger than 38 digits, and `b` is not zero.
fn long(a: i128, b: i128, up: i32) -> Option<i128> {
    let (negative, a, b) = ((a < 0) != (b < 0), a.unsigned_abs(), b.unsigned_abs());
    let (mut quotient, mut rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    let rounds = if up >= 0 {
        for _ in 0..up {
            // Ten times the rest has no room either: its digit is counted.
            let (mut sum, mut digit) = (0_u128, 0);
            for _ in 0..10 {
                sum += rest;
                if sum >= b {
                    sum -= b;
                    digit += 1;
                }
            }
            quotient = quotient.checked_mul(10)?.checked_add(digit)?;
            rest = sum;
        }
        rest >= b - rest
    } else {
        let unit = pow10(u8::try_from(-up).ok()?).unsigned_abs();
        let behind = quotient % unit;
        quotient /= unit;
        behind >= unit / 2
    };
    let quotient = i128::try_from(quotient + u128::from(rounds)).ok()?;
    Some(if negative { -quotient } else { quotient })
}

/// `quotient(a, b)`
pub(super) static QUOTIENT: Function = Function {
    name: "quotient",
    params: "a, b",
    summary: "The quotient of two whole numbers without what is left over.",
    details: "It is cut toward zero, as in SQL. A division by zero fails.",
    examples: &[Example("quotient(17, 5)", "3"), Example("quotient(-17, 5)", "-3"), Example("quotient(1, 0)", "fails")],
    arity: (2, 2),
    infer: |args| {
        want_int(args, 0)?;
        want_int(args, 1)?;
        let ((al, ah), (bl, bh)) = (args[0].bounds(), args[1].bounds());
        let top = al.saturating_abs().max(ah.saturating_abs());
        let (least, most) = Kind::Int64.bounds().unwrap_or_default();
        let lo = if al < 0 || bl < 0 { (-top).max(least) } else { 0 };
        Ok(Ret { info: Info::number(Kind::Int64, lo, top.min(most)), fails: bl <= 0 && bh >= 0 || top > most })
    },
    prepare: |_| {
        Box::new(|args| match num(args, 0).checked_div(num(args, 1)) {
            Some(q) if i64::try_from(q).is_ok() => Ok(Value::Num(q)),
            Some(_) => Err(Fail::because("has a quotient that is too large for int64")),
            None => Err(Fail::because("is divided by zero")),
        })
    },
    ..PLAIN
};

/// `remainder(a, b)`
pub(super) static REMAINDER: Function = Function {
    name: "remainder",
    params: "a, b",
    summary: "What is left over when one number is divided by another a whole number of times.",
    details: "It has the sign of the first number, as in SQL. A division by zero fails.",
    examples: &[
        Example("remainder(17, 5)", "2"),
        Example("remainder(-17, 5)", "-2"),
        Example("remainder(7.50, 2)", "1.50"),
        Example("remainder(1, 0)", "fails"),
    ],
    arity: (2, 2),
    infer: |args| {
        want_number(args, 0)?;
        want_number(args, 1)?;
        let s = args[0].ty.kind.scale().max(args[1].ty.kind.scale());
        let level = |i: usize| {
            let ((lo, hi), have) = (args[i].bounds(), args[i].ty.kind.scale());
            decimal::rescale(lo, have, s).zip(decimal::rescale(hi, have, s))
        };
        let Some(((al, ah), (bl, bh))) = level(0).zip(level(1)) else {
            return Mismatch::at(1, "with as many digits behind the point as the other, this has more than 38 digits");
        };
        let most = bl.saturating_abs().max(bh.saturating_abs()).saturating_sub(1).max(0);
        let (lo, hi) = (al.clamp(-most, 0), ah.clamp(0, most));
        let whole = args.iter().all(|a| a.ty.kind.is_int());
        let kind = if whole { Kind::Int64 } else { Kind::Decimal { p: digits(lo, hi).max(s).clamp(1, 38), s } };
        Ok(Ret { info: Info::number(kind, lo, hi), fails: bl <= 0 && bh >= 0 })
    },
    prepare: |args| {
        let (a, b) = (args[0].ty.kind.scale(), args[1].ty.kind.scale());
        let s = a.max(b);
        Box::new(move |args| {
            let sides = decimal::rescale(num(args, 0), a, s).zip(decimal::rescale(num(args, 1), b, s));
            match sides {
                // The smallest number and -1 leave nothing over, though their quotient is too large.
                Some((_, 1 | -1)) => Ok(Value::Num(0)),
                Some((a, b)) => a.checked_rem(b).map(Value::Num).ok_or_else(|| Fail::because("is divided by zero")),
                None => Err(Fail::because(NotANumber::Large.reason())),
            }
        })
    },
    ..PLAIN
};

fn scale(args: &[Info]) -> Result<u8, Mismatch> {
    match want_constant_int(args, 2, 0, "the scale")? {
        s @ 0..=37 => Ok(s as u8),
        s => Mismatch::at(2, format!("a quotient has at most 37 digits behind the point, and this asks for {s}")),
    }
}

/// By how many digits the first number grows, so that the quotient has `s` behind the point; below zero, the second one.
fn shift(args: &[Info], s: u8) -> i8 {
    s as i8 + args[1].ty.kind.scale() as i8 - args[0].ty.kind.scale() as i8
}

/// A number with more digits; none if it is too long then.
fn grown(n: i128, digits: u8) -> Option<i128> {
    if n == 0 { Some(0) } else { 10i128.checked_pow(u32::from(digits)).and_then(|unit| n.checked_mul(unit)) }
}

/// Whether the second number may be too long when it has grown.
fn long_divisor(up: i8, lo: i128, hi: i128) -> bool {
    let by = if up < 0 { up.unsigned_abs() } else { 0 };
    grown(lo, by).is_none() || grown(hi, by).is_none()
}

#[cfg(test)]
mod tests {
    use super::long;

    #[test]
    fn a_long_division_is_that_of_small_numbers() {
        for (a, b, up) in [
            (10, 3, 2),
            (-5, 2, 0),
            (1, 8, 2),
            (7, -3, 5),
            (0, 7, 3),
            (99, 100, 0),
            (149, 1, -2),
            (-150, 1, -2),
            (12345, 7, -1),
        ] {
            let exact = (a as f64) * 10f64.powi(up) / (b as f64);
            assert_eq!(long(a, b, up), Some(exact.round() as i128), "{a} {b} {up}");
        }
        let top = 10i128.pow(38) - 1;
        assert_eq!(long(top, top, 2), Some(100));
        assert_eq!(long(-top, 7, 0), Some(-(top / 7)));
        assert_eq!(long(top, 1, 2), None);
        assert_eq!(long(top, top, -2), Some(0));
        assert_eq!(long(top, 2, -37), Some(5));
    }
}
