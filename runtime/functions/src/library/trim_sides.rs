//! `trim_left`, `trim_right`

use std::borrow::Cow;

use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `trim_left(text[, characters])`
pub(super) static TRIM_LEFT: Function = Function {
    name: "trim_left",
    params: "text[, characters]",
    summary: "Takes blanks off the start of a text.",
    details: "Without `characters`, the blank is the ASCII space alone.",
    examples: &[Example(r#"trim_left("  a ")"#, r#""a ""#), Example(r#"trim_left("000120", "0")"#, r#""120""#)],
    arity: (1, 2),
    infer: shorter,
    prepare: |args| cut(args, |t, set| t.trim_start_matches(|c| set.contains(&c))),
    ..PLAIN
};

/// `trim_right(text[, characters])`
pub(super) static TRIM_RIGHT: Function = Function {
    name: "trim_right",
    params: "text[, characters]",
    summary: "Takes blanks off the end of a text.",
    details: "Without `characters`, the blank is the ASCII space alone.",
    examples: &[Example(r#"trim_right("  a ")"#, r#""  a""#), Example(r#"trim_right("a.,.", ".,")"#, r#""a""#)],
    arity: (1, 2),
    infer: shorter,
    prepare: |args| cut(args, |t, set| t.trim_end_matches(|c| set.contains(&c))),
    ..PLAIN
};

fn shorter(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0, 1])?;
    if args.len() > 1 {
        want_constant_text(args, 1, "the characters")?;
    }
    Ret::total(Info::text(args[0].chars()))
}

fn cut(args: &[Info], f: for<'t> fn(&'t str, &[char]) -> &'t str) -> Eval {
    let set: Vec<char> = args.get(1).and_then(Info::constant_text).unwrap_or(" ").chars().collect();
    Box::new(move |args| {
        Ok(match &args[0] {
            Value::Text(Cow::Borrowed(t)) => Value::text(f(t, &set)),
            _ => Value::owned(f(text(args, 0), &set).to_owned()),
        })
    })
}
