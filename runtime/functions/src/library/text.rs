//! `text`

use crate::function::{Example, Function, Mismatch, Ret, generic};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `text(value)`
pub(super) static TEXT: Function = Function {
    name: "text",
    params: "value",
    summary: "A value as it is written.",
    details: "Decimals with all the digits of their scale, days as `YYYY-MM-DD`, timestamps as `YYYY-MM-DDTHH:MM:SS` with \
              a fraction where there is one, booleans as `true` and `false`, a `float64` in the shortest form that reads back.",
    examples: &[
        Example("text(17)", r#""17""#),
        Example("text(1.50)", r#""1.50""#),
        Example("text(1996-02-28)", r#""1996-02-28""#),
    ],
    arity: (1, 1),
    infer: |args| match &args[0].ty.kind {
        Kind::Record(_) | Kind::Null => Mismatch::at(0, format!("{} cannot be written", args[0].ty)),
        kind if kind.held_as_text() => Ret::total(Info::text(args[0].chars())),
        Kind::Float64 => Ret::total(Info::text(Some(24))),
        Kind::Time => Ret::total(Info::text(Some(15))),
        Kind::Timestamp => Ret::total(Info::text(Some(26))),
        Kind::TimestampTz => Ret::total(Info::text(Some(27))),
        Kind::Bool => Ret::total(Info::text(Some(5))),
        Kind::Date => Ret::total(Info::text(Some(10))),
        kind => {
            let (lo, hi) = args[0].bounds();
            let longest = [lo, hi].iter().map(|n| Value::Num(*n).display(kind).len()).max().unwrap_or(0);
            Ret::total(Info::text(Some(longest as u32)))
        }
    },
    prepare: |args| {
        let kind = args[0].ty.kind.clone();
        Box::new(move |args| Ok(Value::owned(args[0].display(&kind))))
    },
    native: generic,
};
