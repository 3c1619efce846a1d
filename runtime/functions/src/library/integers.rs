//! `int16`, `int32`, `int64`

use crate::decimal;
use crate::float;
use crate::function::{Eval, Example, Fail, Function, Mismatch, Native, Ret, num, text};
use crate::types::{Info, Kind};
use crate::value::Value;

const DETAILS: &str = "A text is digits with an optional sign and nothing else: no blanks, no point, no exponent. A decimal \
                       converts when nothing stands behind its point, and so does a `float64`. A `form` shows how the number 1234 would be \
                       written, as in `decimal`: `\"1.234\"`, `\"1 234\"`, `\"1234-\"`.";

/// `int16(value[, form])`
pub(super) static INT16: Function = Function {
    name: "int16",
    params: "value[, form]",
    summary: "A whole number of two bytes, from a text or another number.",
    details: DETAILS,
    examples: &[Example(r#"int16("-17")"#, "-17"), Example(r#"int16("40000")"#, "fails")],
    arity: (1, 2),
    infer: |args| infer(args, Kind::Int16),
    prepare: |args| prepare(args, Kind::Int16),
    native: |args| native(args, Kind::Int16),
};

/// `int32(value[, form])`
pub(super) static INT32: Function = Function {
    name: "int32",
    params: "value[, form]",
    summary: "A whole number of four bytes, from a text or another number.",
    details: DETAILS,
    examples: &[
        Example(r#"int32("+17")"#, "17"),
        Example(r#"int32("3000000000")"#, "fails"),
        Example("int32(3.00)", "3"),
    ],
    arity: (1, 2),
    infer: |args| infer(args, Kind::Int32),
    prepare: |args| prepare(args, Kind::Int32),
    native: |args| native(args, Kind::Int32),
};

/// `int64(value[, form])`
pub(super) static INT64: Function = Function {
    name: "int64",
    params: "value[, form]",
    summary: "A whole number of eight bytes, from a text or another number.",
    details: DETAILS,
    examples: &[
        Example(r#"int64("9223372036854775807")"#, "9223372036854775807"),
        Example(r#"int64(" 1")"#, "fails"),
        Example(r#"int64("9223372036854775808")"#, "fails"),
        Example("int64(2.50)", "fails"),
        Example(r#"int64("1.234.567", "1.234")"#, "1234567"),
        Example(r#"int64("1.23", "1.234")"#, "fails"),
        Example(r#"int64(float64("1e3"))"#, "1000"),
        Example(r#"int64(float64("-9223372036854775808"))"#, "-9223372036854775808"),
        Example(r#"int64(float64("9223372036854774784"))"#, "9223372036854774784"),
    ],
    arity: (1, 2),
    infer: |args| infer(args, Kind::Int64),
    prepare: |args| prepare(args, Kind::Int64),
    native: |args| native(args, Kind::Int64),
};

fn infer(args: &[Info], kind: Kind) -> Result<Ret, Mismatch> {
    let from = &args[0];
    if from.ty.kind.is_text() {
        super::decimal::form(args, 1)?;
        return Ret::partial(Info::required(kind));
    }
    super::decimal::no_form(args, 1)?;
    if from.ty.kind == Kind::Float64 {
        return Ret::partial(Info::required(kind));
    }
    if !from.ty.kind.is_number() || from.ty.kind.has_dimension() {
        return Mismatch::at(0, format!("this is {}, and a text or a number is wanted", from.ty));
    }
    let ((lo, hi), unit) = (from.bounds(), decimal::pow10(from.ty.kind.scale()));
    let (least, most) = kind.bounds().unwrap_or_default();
    let (low, high) = (lo.div_euclid(unit), hi.div_euclid(unit));
    let fits = low >= least && high <= most;
    let info = Info::number(kind, low.clamp(least, most), high.clamp(least, most));
    Ok(Ret { info, fails: !fits || unit > 1 })
}

fn prepare(args: &[Info], kind: Kind) -> Eval {
    let (least, most) = kind.bounds().unwrap_or_default();
    let inside = move |n: i128| {
        if n >= least && n <= most {
            Ok(Value::Num(n))
        } else {
            Err(Fail(format!("is too large for {}", kind_name(least))))
        }
    };
    if args[0].ty.kind == Kind::Float64 {
        // A double that is whole is exactly one number, whatever its shortest form shows.
        return Box::new(move |args| match float::value(num(args, 0) as i64) {
            x if x.fract() == 0.0 => inside(x as i128),
            _ => Err(Fail::because("is not a whole number")),
        });
    }
    if let Ok(Some(form)) = super::decimal::form(args, 1) {
        return Box::new(move |args| {
            let whole = form.canonical(text(args, 0)).and_then(|t| decimal::parse(t.as_bytes(), 0));
            whole.map_err(|e| Fail::because(e.reason())).and_then(inside)
        });
    }
    if args[0].ty.kind.is_text() {
        return Box::new(move |args| match decimal::parse(text(args, 0).as_bytes(), 0) {
            Ok(n) if !text(args, 0).contains('.') => inside(n),
            Ok(_) => Err(Fail::because("is not a whole number")),
            Err(decimal::NotANumber::Empty) => Err(Fail::because("is empty")),
            Err(decimal::NotANumber::Large) => Err(Fail(format!("is too large for {}", kind_name(least)))),
            Err(_) => Err(Fail::because("is not a whole number")),
        });
    }
    let unit = decimal::pow10(args[0].ty.kind.scale());
    Box::new(move |args| {
        let n = num(args, 0);
        if n % unit != 0 { Err(Fail::because("is not a whole number")) } else { inside(n / unit) }
    })
}

/// The name of the type whose smallest value this is.
fn kind_name(least: i128) -> &'static str {
    [("int16", i16::MIN as i128), ("int32", i32::MIN as i128)]
        .iter()
        .find(|(_, l)| *l == least)
        .map_or("int64", |(n, _)| n)
}

fn native(args: &[Info], kind: Kind) -> Option<Native> {
    let (least, most) = kind.bounds()?;
    if args[0].ty.kind.is_text() && args.len() == 1 {
        return Native::call("parse_int", 1, &[least as i64, most as i64]);
    }
    None
}
