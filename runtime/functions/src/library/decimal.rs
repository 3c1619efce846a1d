//! `decimal`

use crate::decimal::{self, NotANumber};
use crate::float;
use crate::form::NumberForm;
use crate::function::{
    Example, Fail, Function, Mismatch, Native, Ret, num, text, want_constant_int, want_constant_text,
};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `decimal(value, digits, scale[, form])`
pub(super) static DECIMAL: Function = Function {
    name: "decimal",
    params: "value, digits, scale[, form]",
    summary: "An exact decimal of `digits` digits, `scale` of them behind the point.",
    details: "A text is digits, an optional sign and one point with digits on its right: no blanks, no exponent, no grouping. \
              Digits that the scale would lose fail, unless they are zeros. A `form` shows by an example how the number 1234.56 would be \
              written: `\"1.234,56\"`, `\"1,234.56\"`, `\"1 234,56\"`, `\"1234,56\"`, with the minus behind (`\"1.234,56-\"`) or as parentheses \
              (`\"(1,234.56)\"`), with what stands round it (`\"$1,234.56\"`). Groups may be left out, and are of three digits where they stand. \
              `\"implied 2\"` is digits alone, the last two of them behind the point; `\"zoned 2\"` is the same with the sign in the last \
              digit, as mainframes write it (`123}` is -12.30). A `float64` gives the shortest decimal that reads back \
              as the same number.",
    examples: &[
        Example(r#"decimal("17", 12, 2)"#, "17.00"),
        Example(r#"decimal("-0.5", 4, 2)"#, "-0.50"),
        Example(r#"decimal("0.125", 4, 2)"#, "fails"),
        Example(r#"decimal("0.120", 4, 2)"#, "0.12"),
        Example(r#"decimal("100", 4, 2)"#, "fails"),
        Example("decimal(3, 4, 2)", "3.00"),
        Example(r#"decimal("1.234,5", 12, 2, "1.234,56")"#, "1234.50"),
        Example(r#"decimal("12,50-", 12, 2, "1.234,56-")"#, "-12.50"),
        Example(r#"decimal("1.23,5", 12, 2, "1.234,56")"#, "fails"),
        Example(r#"decimal("0012345", 12, 2, "implied 2")"#, "123.45"),
        Example(r#"decimal("001234N", 12, 2, "zoned 2")"#, "-123.45"),
        Example(r#"decimal(float64("0.1"), 4, 2)"#, "0.10"),
    ],
    arity: (3, 4),
    infer: |args| {
        let (p, s) = digits(args)?;
        let kind = Kind::Decimal { p, s };
        let from = &args[0];
        if from.ty.kind.is_text() {
            form(args, 3)?;
            return Ret::partial(Info::required(kind));
        }
        no_form(args, 3)?;
        if from.ty.kind == Kind::Float64 {
            return Ret::partial(Info::required(kind));
        }
        if !from.ty.kind.is_number() || from.ty.kind.has_dimension() {
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
        let (form, float) = (form(args, 3).ok().flatten(), args[0].ty.kind == Kind::Float64);
        let top = decimal::pow10(p) - 1;
        Box::new(move |args| {
            let n = if let Some(form) = &form {
                let plain = form.canonical(text(args, 0));
                plain.and_then(|t| decimal::parse(t.as_bytes(), s)).map_err(NotANumber::reason)
            } else if from_text {
                decimal::parse(text(args, 0).as_bytes(), s).map_err(NotANumber::reason)
            } else if float {
                of_float(float::value(num(args, 0) as i64), s)
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
        if args[0].ty.kind.is_text() && args.len() == 3 && p <= 18 {
            return Native::call("parse_decimal", 1, &[i64::from(s), (decimal::pow10(p) - 1) as i64]);
        }
        None
    },
};

/// The form written out as argument `i`, if there is one.
pub(super) fn form(args: &[Info], i: usize) -> Result<Option<NumberForm>, Mismatch> {
    if args.len() <= i {
        return Ok(None);
    }
    let example = want_constant_text(args, i, "the form")?;
    NumberForm::new(example).map(Some).map_err(|message| Mismatch { arg: Some(i), message })
}

/// A number is read from no text, so it has no form.
pub(super) fn no_form(args: &[Info], i: usize) -> Result<(), Mismatch> {
    if args.len() <= i { Ok(()) } else { Mismatch::at(i, "a form belongs to a text; this value is a number already") }
}

/// The shortest decimal of a double, if it has no more than `s` digits behind the point.
pub(super) fn of_float(x: f64, s: u8) -> Result<i128, &'static str> {
    let (digits, scale) = float::shortest(x);
    let up = i32::from(s) - scale;
    match u32::try_from(up) {
        Ok(up) => {
            let unit = if up > decimal::MAX_DIGITS { None } else { Some(decimal::pow10(up as u8)) };
            unit.and_then(|u| digits.checked_mul(u)).or((digits == 0).then_some(0)).ok_or(NotANumber::Large.reason())
        }
        // The shortest form ends in no zero, so that digits behind the scale are lost.
        Err(_) => Err(NotANumber::Scale.reason()),
    }
}

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
