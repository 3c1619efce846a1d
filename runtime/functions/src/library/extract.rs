//! `extract`

use regex_automata::util::captures::Captures;

use super::matches::regex;
use crate::function::{Example, Function, Mismatch, Ret, generic, text, want_constant_int, want_text};
use crate::types::Info;
use crate::value::Value;

/// `extract(text, pattern[, group])`
pub(super) static EXTRACT: Function = Function {
    name: "extract",
    params: "text, pattern[, group]",
    summary: "The first part of a text that a regular expression finds, or null.",
    details: "With `group`, what stands in that pair of parentheses; without it, the first pair's if there is one, else all that was found.",
    examples: &[
        Example(r#"extract("12.0 oz. can", r"^[0-9.]+")"#, r#""12.0""#),
        Example(r#"extract("San Diego CA", r"^(.*) ([A-Z]{2})$", 2)"#, r#""CA""#),
        Example(r#"extract("Bend", r"[0-9]+")"#, "null"),
    ],
    arity: (2, 3),
    infer: |args| {
        want_text(args, &[0, 1])?;
        let re = regex(args, 1)?;
        if args.len() > 2 {
            let group = want_constant_int(args, 2, 0, "the group")?;
            let groups = re.captures_len() as i128;
            if group >= groups {
                return Mismatch::at(
                    2,
                    format!("the pattern has {} groups, and this asks for number {group}", groups - 1),
                );
            }
        }
        Ret::total(Info::text(args[0].chars()).nullable(true))
    },
    prepare: |args| {
        let re = regex(args, 1).ok();
        let wanted = args.get(2).and_then(Info::constant_int).map(|g| g as usize);
        Box::new(move |args| {
            let Some(re) = &re else { return Ok(Value::Null) };
            let t = text(args, 0);
            let mut found: Captures = re.create_captures();
            re.captures(t, &mut found);
            let group = wanted.unwrap_or(usize::from(re.captures_len() > 1));
            Ok(match found.get_group(group) {
                Some(span) => Value::owned(t[span.range()].to_owned()),
                None => Value::Null,
            })
        })
    },
    native: generic,
};
