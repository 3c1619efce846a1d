//! `trim`

use std::borrow::Cow;

use crate::function::{Example, Function, Native, Ret, text, want_constant_text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `trim(text[, characters])`
pub(super) static TRIM: Function = Function {
    name: "trim",
    params: "text[, characters]",
    summary: "Takes blanks off both ends.",
    details: "Without `characters`, the blank is the ASCII space alone; tabs and line ends stay unless they are named.",
    examples: &[
        Example(r#"trim("  a b ")"#, r#""a b""#),
        Example(r#"trim("..a.", ".")"#, r#""a""#),
        Example(r#"trim("   ")"#, r#""""#),
    ],
    arity: (1, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        if args.len() > 1 {
            want_constant_text(args, 1, "the characters")?;
        }
        Ret::total(Info::text(args[0].chars()))
    },
    prepare: |args| {
        let set: Vec<char> = args.get(1).and_then(Info::constant_text).unwrap_or(" ").chars().collect();
        Box::new(move |args| {
            let strip = |c: char| set.contains(&c);
            Ok(match &args[0] {
                Value::Text(Cow::Borrowed(t)) => Value::text(t.trim_matches(strip)),
                _ => Value::owned(text(args, 0).trim_matches(strip).to_owned()),
            })
        })
    },
    native: |args| if args.len() == 1 { Native::call("text_trim", 1, &[]) } else { None },
};
