//! `position`, `count_of`

use crate::function::{Example, Function, Mismatch, PLAIN, Ret, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `position(text, what)`
pub(super) static POSITION: Function = Function {
    name: "position",
    params: "text, what",
    summary: "The place of the first character at which a text holds another: 1 is the first, 0 means that it does not.",
    examples: &[Example(r#"position("café au lait", "au")"#, "6"), Example(r#"position("abc", "x")"#, "0")],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        Ret::total(Info::number(Kind::Int64, 0, most(args)))
    },
    prepare: |_| {
        Box::new(|args| {
            let t = text(args, 0);
            let at = t.find(text(args, 1)).and_then(|at| t.get(..at));
            Ok(Value::Num(at.map_or(0, |before| before.chars().count() as i128 + 1)))
        })
    },
    ..PLAIN
};

/// `count_of(text, what)`
pub(super) static COUNT_OF: Function = Function {
    name: "count_of",
    params: "text, what",
    summary: "How often a text stands in another, from left to right and without overlaps.",
    examples: &[Example(r#"count_of("a;b;c", ";")"#, "2"), Example(r#"count_of("aaa", "aa")"#, "1")],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        if args[1].constant_text() == Some("") {
            return Mismatch::at(1, "an empty text stands everywhere, so it cannot be counted");
        }
        Ret::total(Info::number(Kind::Int64, 0, most(args)))
    },
    prepare: |_| {
        Box::new(|args| {
            let what = text(args, 1);
            Ok(Value::Num(if what.is_empty() { 0 } else { text(args, 0).matches(what).count() as i128 }))
        })
    },
    ..PLAIN
};

/// No text has more places than characters, and one behind them.
fn most(args: &[Info]) -> i128 {
    args[0].chars().map_or(i128::from(u32::MAX), i128::from) + 1
}
