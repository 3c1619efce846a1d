//! `ends_with`

use crate::function::{Example, Function, Ret, generic, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `ends_with(text, end)`
pub(super) static ENDS_WITH: Function = Function {
    name: "ends_with",
    params: "text, end",
    summary: "Whether a text ends in another.",
    details: "",
    examples: &[Example(r#"ends_with("0.09%", "%")"#, "true"), Example(r#"ends_with("0.09", "%")"#, "false")],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        Ret::total(Info::required(Kind::Bool))
    },
    prepare: |_| Box::new(|args| Ok(Value::Bool(text(args, 0).ends_with(text(args, 1))))),
    native: generic,
};
