//! `squeeze`

use crate::function::{Example, Function, Ret, generic, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `squeeze(text)`
pub(super) static SQUEEZE: Function = Function {
    name: "squeeze",
    params: "text",
    summary: "Makes one space of every run of blanks.",
    details: "Blanks are spaces, tabs and line ends. Those at the ends become one space too: `trim` takes them off.",
    examples: &[Example(r#"squeeze("a  b\n c")"#, r#""a b c""#)],
    arity: (1, 1),
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::text(args[0].chars()))
    },
    prepare: |_| {
        Box::new(|args| {
            let mut out = String::new();
            for c in text(args, 0).chars() {
                match c {
                    ' ' | '\t' | '\n' | '\r' if out.ends_with(' ') => {}
                    ' ' | '\t' | '\n' | '\r' => out.push(' '),
                    c => out.push(c),
                }
            }
            Ok(Value::owned(out))
        })
    },
    native: generic,
};
