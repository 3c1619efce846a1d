//! `right`

use super::left::{cut_chars, kept};
use crate::function::{Example, Function, Mismatch, Ret, generic, num, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `right(text, n)`
pub(super) static RIGHT: Function = Function {
    name: "right",
    params: "text, n",
    summary: "The last `n` characters.",
    details: "A shorter text stays whole; with a negative `n`, all but the first `-n` characters.",
    examples: &[
        Example(r#"right("Bend OR", 2)"#, r#""OR""#),
        Example(r#"right("ab", 3)"#, r#""ab""#),
        Example(r#"right("abc", -1)"#, r#""bc""#),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0])?;
        if !args[1].ty.kind.is_int() {
            return Mismatch::at(1, format!("this is {}, and a whole number is wanted", args[1].ty));
        }
        Ret::total(Info::text(cut_chars(args)))
    },
    prepare: |_| {
        Box::new(|args| {
            let t = text(args, 0);
            let skip = t.chars().count().saturating_sub(kept(t, num(args, 1)));
            Ok(Value::owned(t.chars().skip(skip).collect()))
        })
    },
    native: generic,
};
