//! `length`

use crate::function::{Example, Function, Ret, generic, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `length(text)`
pub(super) static LENGTH: Function = Function {
    name: "length",
    params: "text",
    summary: "The number of characters.",
    details: "Characters are Unicode scalar values, as in `text(n)`.",
    examples: &[Example(r#"length("café")"#, "4"), Example(r#"length("")"#, "0")],
    arity: (1, 1),
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::number(Kind::Int64, 0, args[0].chars().map_or(i128::from(u32::MAX), i128::from)))
    },
    prepare: |_| Box::new(|args| Ok(Value::Num(text(args, 0).chars().count() as i128))),
    native: generic,
};
