//! `substring`, `char_at`

use crate::function::{Example, Function, PLAIN, Ret, num, text, want_int, want_text};
use crate::types::Info;
use crate::value::Value;

/// `substring(text, from[, n])`
pub(super) static SUBSTRING: Function = Function {
    name: "substring",
    params: "text, from[, n]",
    summary: "`n` characters of a text from a place on, or all that stand there.",
    details: "The first character is 1; below zero, places count from the end. What lies outside the text is left out.",
    examples: &[
        Example(r#"substring("017-004412", 5, 3)"#, r#""004""#),
        Example(r#"substring("017-004412", 5)"#, r#""004412""#),
        Example(r#"substring("Bend OR", -2)"#, r#""OR""#),
        Example(r#"substring("ab", 3, 2)"#, r#""""#),
    ],
    arity: (2, 3),
    infer: |args| {
        want_text(args, &[0])?;
        want_int(args, 1)?;
        want_int(args, 2)?;
        let all = args[0].chars();
        let rest = match (all, args[1].constant_int()) {
            (Some(all), Some(from)) if from > 0 => {
                Some(all.saturating_sub(u32::try_from(from - 1).unwrap_or(u32::MAX)))
            }
            (_, Some(from)) if from < 0 => {
                let n = u32::try_from(from.unsigned_abs()).unwrap_or(u32::MAX);
                Some(all.map_or(n, |all| all.min(n)))
            }
            _ => all,
        };
        let most = args.get(2).and_then(Info::constant_int).map(|n| u32::try_from(n.max(0)).unwrap_or(u32::MAX));
        Ret::total(Info::text(match (rest, most) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }))
    },
    prepare: |_| {
        Box::new(|args| {
            let t = text(args, 0);
            let n = args.get(2).map_or(usize::MAX, |n| usize::try_from(n.num().unwrap_or(0)).unwrap_or(0));
            Ok(Value::owned(t.chars().skip(start(t, num(args, 1))).take(n).collect()))
        })
    },
    ..PLAIN
};

/// `char_at(text, place)`
pub(super) static CHAR_AT: Function = Function {
    name: "char_at",
    params: "text, place",
    summary: "The character at a place of a text, or null where there is none.",
    details: "The first character is 1; below zero, places count from the end.",
    examples: &[
        Example(r#"char_at("Bend", 2)"#, r#""e""#),
        Example(r#"char_at("Bend", -1)"#, r#""d""#),
        Example(r#"char_at("Bend", 5)"#, "null"),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0])?;
        want_int(args, 1)?;
        Ret::total(Info::text(Some(1)).nullable(true))
    },
    prepare: |_| {
        Box::new(|args| {
            let (t, place) = (text(args, 0), num(args, 1));
            let outside = place == 0 || place < 0 && place.unsigned_abs() > t.chars().count() as u128;
            let found = if outside { None } else { t.chars().nth(start(t, place)) };
            Ok(found.map_or(Value::Null, |c| Value::owned(c.to_string())))
        })
    },
    ..PLAIN
};

/// How many characters stand before a place.
fn start(t: &str, place: i128) -> usize {
    if place >= 0 {
        return usize::try_from(place.saturating_sub(1).max(0)).unwrap_or(usize::MAX);
    }
    t.chars().count().saturating_sub(usize::try_from(place.unsigned_abs()).unwrap_or(usize::MAX))
}
