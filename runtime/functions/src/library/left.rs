//! `left`

use crate::function::{Example, Function, Mismatch, Ret, generic, num, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `left(text, n)`
pub(super) static LEFT: Function = Function {
    name: "left",
    params: "text, n",
    summary: "The first `n` characters.",
    details: "A shorter text stays whole; with a negative `n`, all but the last `-n` characters.",
    examples: &[
        Example(r#"left("017-004412", 3)"#, r#""017""#),
        Example(r#"left("ab", 3)"#, r#""ab""#),
        Example(r#"left("Bend OR", -3)"#, r#""Bend""#),
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
            Ok(Value::owned(t.chars().take(kept(t, num(args, 1))).collect()))
        })
    },
    native: generic,
};

/// The characters that a cut of `n` keeps of `t`.
pub(super) fn kept(t: &str, n: i128) -> usize {
    if n >= 0 {
        return usize::try_from(n).unwrap_or(usize::MAX);
    }
    t.chars().count().saturating_sub(usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX))
}

/// The most characters after a cut: known from a written-out count, else from the text.
pub(super) fn cut_chars(args: &[Info]) -> Option<u32> {
    let all = args[0].chars();
    match args[1].constant_int() {
        Some(n) if n >= 0 => Some(u32::try_from(n).unwrap_or(u32::MAX).min(all.unwrap_or(u32::MAX))),
        Some(n) => all.map(|a| a.saturating_sub(u32::try_from(n.unsigned_abs()).unwrap_or(u32::MAX))),
        None => all,
    }
}
