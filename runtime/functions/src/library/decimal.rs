//! `decimal`

use crate::decimal::{self, NotANumber};
use crate::function::{Example, Fail, Function, Mismatch, Native, Ret, num, text, want_constant_int};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `decimal(value, digits, scale)`
pub(super) static DECIMAL: Function = Function {
    name: "decimal",
    params: "value, digits, scale",
    summary: "An exact decimal of `digits` digits, `scale` of them behind the point.",
    details: "A text is digits, an optional sign and one point with digits on its right: no blanks, no exponent, no grouping. \
              Digits that the scale would lose fail, unless they are zeros.",
    examples: &[
        Example(r#"decimal("17", 12, 2)"#, "17.00"),
        Example(r#"decimal("-0.5", 4, 2)"#, "-0.50"),
        Example(r#"decimal("0.125", 4, 2)"#, "fails"),
        Example(r#"decimal("0.120", 4, 2)"#, "0.12"),
        Example(r#"decimal("100", 4, 2)"#, "fails"),
        Example("decimal(3, 4, 2)", "3.00"),
    ],
    arity: (3, 3),
    infer: |args| {
        let (p, s) = digits(args)?;
        let kind = Kind::Decimal { p, s };
        let from = &args[0];
        if from.ty.kind.is_text() {
            return Ret::partial(Info::required(kind));
        }
        if !from.ty.kind.is_number() || from.ty.kind == Kind::Length {
            return Mismatch::at(0, format!("this is {}, and a text or a number is wanted", from.ty));
        }
        let full = Info::required(kind.clone());
        let (lo, hi) = from.bounds();
        let scale = from.ty.kind.scale();
        let scaled = if scale <= s { decimal::rescale(lo, scale, s).zip(decimal::rescale(hi, scale, s)) } else { None };
        match scaled {
            Some((lo, hi)) if lo >= full.bounds().0 && hi <= full.bounds().1 => Ret::total(Info::number(kind, lo, hi)),
            _ => Ret::partial(full),
        }
    },
    prepare: |args| {
        let (p, s) = digits(args).unwrap_or((38, 0));
        let (from_text, from_scale) = (args[0].ty.kind.is_text(), args[0].ty.kind.scale());
        let top = decimal::pow10(p) - 1;
        Box::new(move |args| {
            let n = if from_text {
                decimal::parse(text(args, 0).as_bytes(), s).map_err(NotANumber::reason)
            } else {
                exact(num(args, 0), from_scale, s)
            };
            match n {
                Ok(n) if n >= -top && n <= top => Ok(Value::Num(n)),
                Ok(_) => Err(Fail(format!("is too large for decimal({p}, {s})"))),
                Err(why) => Err(Fail(why.to_owned())),
            }
        })
    },
    native: |args| {
        let (p, s) = digits(args).ok()?;
        if args[0].ty.kind.is_text() && p <= 18 {
            return Native::call("parse_decimal", 1, &[i64::from(s), (decimal::pow10(p) - 1) as i64]);
        }
        None
    },
};

/// The digits and the scale that are written out.
fn digits(args: &[Info]) -> Result<(u8, u8), Mismatch> {
    let p = want_constant_int(args, 1, 1, "the number of digits")?;
    let s = want_constant_int(args, 2, 0, "the scale")?;
    if p > 38 {
        return Mismatch::at(1, format!("a decimal has at most 38 digits, and this asks for {p}"));
    }
    if s > p {
        return Mismatch::at(2, format!("the scale {s} is more than the {p} digits there are"));
    }
    Ok((p as u8, s as u8))
}

/// `n` in another scale, if nothing is lost.
fn exact(n: i128, from: u8, to: u8) -> Result<i128, &'static str> {
    if to >= from {
        return decimal::rescale(n, from, to).ok_or(NotANumber::Large.reason());
    }
    let unit = decimal::pow10(from - to);
    if n % unit == 0 { Ok(n / unit) } else { Err(NotANumber::Scale.reason()) }
}
