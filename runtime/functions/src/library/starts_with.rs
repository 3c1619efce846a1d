//! `starts_with`

use crate::function::{Example, Function, Ret, generic, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `starts_with(text, start)`
pub(super) static STARTS_WITH: Function = Function {
    name: "starts_with",
    params: "text, start",
    summary: "Whether a text begins with another.",
    details: "",
    examples: &[Example(r#"starts_with("017-1", "017")"#, "true"), Example(r#"starts_with("1", "17")"#, "false")],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        Ret::total(Info::required(Kind::Bool))
    },
    prepare: |_| Box::new(|args| Ok(Value::Bool(text(args, 0).starts_with(text(args, 1))))),
    native: generic,
};
