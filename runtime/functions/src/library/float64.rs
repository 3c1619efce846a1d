//! `float64`

use crate::decimal::NotANumber;
use crate::float;
use crate::form::NumberForm;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `float64(value[, form])`
pub(super) static FLOAT64: Function = Function {
    name: "float64",
    params: "value[, form]",
    summary: "A binary floating point number of eight bytes, from a text or another number.",
    details: "A text is digits with an optional sign, point and exponent. What no double is equal to becomes the nearest one. There is no \
              infinity and no NaN: what is too large fails. A `form` shows how numbers are written, as in `decimal`.",
    examples: &[
        Example(r#"float64("0.1")"#, "0.1"),
        Example(r#"float64("1.5e-7")"#, "1.5e-7"),
        Example(r#"float64("-0")"#, "0.0"),
        Example(r#"float64("1e999")"#, "fails"),
        Example(r#"float64("NaN")"#, "fails"),
        Example(r#"float64("1.234,5", "1.234,56")"#, "1234.5"),
        Example(r#"float64("1,5e3", "1234,56")"#, "1500.0"),
        Example("float64(12.50)", "12.5"),
    ],
    arity: (1, 2),
    infer: |args| {
        let from = &args[0].ty.kind;
        if from.is_text() {
            super::decimal::form(args, 1)?;
            return Ret::partial(Info::required(Kind::Float64));
        }
        if !from.is_number() || from.has_dimension() {
            return Mismatch::at(0, format!("this is {}, and a text or a number is wanted", args[0].ty));
        }
        super::decimal::no_form(args, 1)?;
        let (lo, hi) = args[0].bounds();
        let key = |n: i128| float::key(nearest(n, from.scale())).map_or(0, i128::from);
        Ret::total(Info::number(Kind::Float64, key(lo), key(hi)))
    },
    prepare: |args| {
        if args[0].ty.kind.is_text() {
            let form = super::decimal::form(args, 1).ok().flatten();
            return Box::new(move |args| read(text(args, 0), form.as_ref()).map(|k| Value::Num(i128::from(k))));
        }
        let scale = args[0].ty.kind.scale();
        Box::new(move |args| Ok(Value::Num(float::key(nearest(num(args, 0), scale)).map_or(0, i128::from))))
    },
    ..PLAIN
};

fn read(text: &str, form: Option<&NumberForm>) -> Result<i64, Fail> {
    let plain: std::borrow::Cow<'_, str> = match form {
        // The form says how digits are grouped and pointed; an exponent stands behind them in any form.
        Some(form) => {
            let (digits, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
            let digits = form.canonical(digits).map_err(|e| Fail::because(e.reason()))?;
            format!("{digits}{exponent}").into()
        }
        None => text.into(),
    };
    let found = float::parse(&plain).and_then(float::key);
    let why = if text.is_empty() { NotANumber::Empty } else { NotANumber::Form };
    found.ok_or_else(|| Fail::because(why.reason()))
}

/// The double nearest to a decimal: that of its text, which is read exactly.
fn nearest(n: i128, scale: u8) -> f64 {
    let mut text = Vec::new();
    crate::decimal::write(n, scale, &mut text);
    std::str::from_utf8(&text).ok().and_then(|t| t.parse().ok()).unwrap_or(0.0)
}
