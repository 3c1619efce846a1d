//! `contains`

use crate::function::{Example, Function, Ret, generic, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `contains(text, part)`
pub(super) static CONTAINS: Function = Function {
    name: "contains",
    params: "text, part",
    summary: "Whether a text stands in another.",
    details: "",
    examples: &[Example(r##"contains("a#ERR", "#ERR")"##, "true"), Example(r#"contains("a", "b")"#, "false")],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        Ret::total(Info::required(Kind::Bool))
    },
    prepare: |_| Box::new(|args| Ok(Value::Bool(text(args, 0).contains(text(args, 1))))),
    native: generic,
};
