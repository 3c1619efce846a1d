//! `before`, `after`, `before_last`, `after_last`, `split_part`

use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, num, text, want_int, want_text};
use crate::types::Info;
use crate::value::Value;

/// `before(text, mark)`
pub(super) static BEFORE: Function = Function {
    name: "before",
    params: "text, mark",
    summary: "What stands before the first place of a mark, or null where the mark does not stand.",
    examples: &[Example(r#"before("Lee, Ann", ", ")"#, r#""Lee""#), Example(r#"before("Lee", ", ")"#, "null")],
    arity: (2, 2),
    infer: part,
    prepare: |_| side(|t, mark| t.split_once(mark).map(|(a, _)| a)),
    ..PLAIN
};

/// `after(text, mark)`
pub(super) static AFTER: Function = Function {
    name: "after",
    params: "text, mark",
    summary: "What stands behind the first place of a mark, or null where the mark does not stand.",
    examples: &[Example(r#"after("a=b=c", "=")"#, r#""b=c""#), Example(r#"after("abc", "=")"#, "null")],
    arity: (2, 2),
    infer: part,
    prepare: |_| side(|t, mark| t.split_once(mark).map(|(_, b)| b)),
    ..PLAIN
};

/// `before_last(text, mark)`
pub(super) static BEFORE_LAST: Function = Function {
    name: "before_last",
    params: "text, mark",
    summary: "What stands before the last place of a mark, or null where the mark does not stand.",
    examples: &[Example(r#"before_last("a.tar.gz", ".")"#, r#""a.tar""#)],
    arity: (2, 2),
    infer: part,
    prepare: |_| side(|t, mark| t.rsplit_once(mark).map(|(a, _)| a)),
    ..PLAIN
};

/// `after_last(text, mark)`
pub(super) static AFTER_LAST: Function = Function {
    name: "after_last",
    params: "text, mark",
    summary: "What stands behind the last place of a mark, or null where the mark does not stand.",
    examples: &[Example(r#"after_last("a.tar.gz", ".")"#, r#""gz""#)],
    arity: (2, 2),
    infer: part,
    prepare: |_| side(|t, mark| t.rsplit_once(mark).map(|(_, b)| b)),
    ..PLAIN
};

/// `split_part(text, separator, n)`
pub(super) static SPLIT_PART: Function = Function {
    name: "split_part",
    params: "text, separator, n",
    summary: "The part with the number `n` of a text that is cut at every separator, or null where there is none.",
    details: "The first part is 1; below zero, parts count from the end.",
    examples: &[
        Example(r#"split_part("a/b/c", "/", 2)"#, r#""b""#),
        Example(r#"split_part("a/b/c", "/", -1)"#, r#""c""#),
        Example(r#"split_part("a/b", "/", 3)"#, "null"),
    ],
    arity: (3, 3),
    infer: |args| {
        want_int(args, 2)?;
        part(args)
    },
    prepare: |_| {
        Box::new(|args| {
            let (t, separator, n) = (text(args, 0), text(args, 1), num(args, 2));
            let place = usize::try_from(n.unsigned_abs()).unwrap_or(0);
            let found = match place.checked_sub(1) {
                None => None,
                Some(skip) if separator.is_empty() => (skip == 0).then_some(t),
                Some(skip) if n > 0 => t.split(separator).nth(skip),
                Some(skip) => t.rsplit(separator).nth(skip),
            };
            Ok(found.map_or(Value::Null, |p| Value::owned(p.to_owned())))
        })
    },
    ..PLAIN
};

fn part(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0, 1])?;
    if args[1].constant_text() == Some("") {
        return Mismatch::at(1, "an empty text stands everywhere, so nothing is cut at it");
    }
    Ret::total(Info::text(args[0].chars()).nullable(true))
}

fn side(f: for<'t> fn(&'t str, &str) -> Option<&'t str>) -> Eval {
    Box::new(move |args| Ok(f(text(args, 0), text(args, 1)).map_or(Value::Null, |p| Value::owned(p.to_owned()))))
}
