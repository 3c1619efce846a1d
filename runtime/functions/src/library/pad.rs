//! `pad_left`, `pad_right`

use crate::function::{
    Eval, Example, Function, Mismatch, PLAIN, Ret, text, want_constant_int, want_constant_text, want_text,
};
use crate::types::Info;
use crate::value::Value;

/// `pad_left(text, n[, fill])`
pub(super) static PAD_LEFT: Function = Function {
    name: "pad_left",
    params: "text, n[, fill]",
    summary: "Puts characters in front of a text until it has `n` of them.",
    details: "`fill` is one character, a blank if none is given. A longer text stays whole.",
    examples: &[
        Example(r#"pad_left("17", 5, "0")"#, r#""00017""#),
        Example(r#"pad_left("123456", 5, "0")"#, r#""123456""#),
    ],
    arity: (2, 3),
    infer: padded,
    prepare: |args| pad(args, true),
    ..PLAIN
};

/// `pad_right(text, n[, fill])`
pub(super) static PAD_RIGHT: Function = Function {
    name: "pad_right",
    params: "text, n[, fill]",
    summary: "Puts characters behind a text until it has `n` of them.",
    details: "`fill` is one character, a blank if none is given. A longer text stays whole.",
    examples: &[Example(r#"pad_right("é", 3, ".")"#, r#""é..""#)],
    arity: (2, 3),
    infer: padded,
    prepare: |args| pad(args, false),
    ..PLAIN
};

fn padded(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0])?;
    let n = want_constant_int(args, 1, 0, "the number of characters")?;
    if n > 10_000 {
        return Mismatch::at(1, "a text is padded to 10,000 characters at most");
    }
    if args.len() > 2 && want_constant_text(args, 2, "the fill")?.chars().count() != 1 {
        return Mismatch::at(2, "the fill is one character");
    }
    Ret::total(Info::text(args[0].chars().map(|c| c.max(n as u32))))
}

fn pad(args: &[Info], left: bool) -> Eval {
    let n = args[1].constant_int().and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
    let fill = args.get(2).and_then(Info::constant_text).and_then(|t| t.chars().next()).unwrap_or(' ');
    Box::new(move |args| {
        let t = text(args, 0);
        let more = std::iter::repeat_n(fill, n.saturating_sub(t.chars().count()));
        Ok(Value::owned(if left { more.chain(t.chars()).collect() } else { t.chars().chain(more).collect() }))
    })
}
