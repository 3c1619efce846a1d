//! `is_ascii`, `byte_length`, `codepoint`

use crate::function::{Example, Function, PLAIN, Ret, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `is_ascii(text)`
pub(super) static IS_ASCII: Function = Function {
    name: "is_ascii",
    params: "text",
    summary: "Whether all characters of a text are ASCII.",
    examples: &[Example(r#"is_ascii("cafe")"#, "true"), Example(r#"is_ascii("café")"#, "false")],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::required(Kind::Bool))
    },
    prepare: |_| Box::new(|args| Ok(Value::Bool(text(args, 0).is_ascii()))),
    ..PLAIN
};

/// `byte_length(value)`
pub(super) static BYTE_LENGTH: Function = Function {
    name: "byte_length",
    params: "value",
    summary: "How many bytes a text has in UTF-8, or how many `bytes` are.",
    examples: &[Example(r#"byte_length("café")"#, "5"), Example(r#"byte_length(bytes("00ff"))"#, "2")],
    infer: |args| {
        if !matches!(args[0].ty.kind, Kind::Bytes(_)) {
            want_text(args, &[0])?;
        }
        // A character has four bytes at most; a byte is held as two characters.
        let most = args[0].chars().map_or(i128::from(u32::MAX) * 4, |c| i128::from(c) * 4);
        Ret::total(Info::number(Kind::Int64, 0, most))
    },
    prepare: |args| {
        let each = if matches!(args[0].ty.kind, Kind::Bytes(_)) { 2 } else { 1 };
        Box::new(move |args| Ok(Value::Num((text(args, 0).len() / each) as i128)))
    },
    ..PLAIN
};

/// `codepoint(text)`
pub(super) static CODEPOINT: Function = Function {
    name: "codepoint",
    params: "text",
    summary: "The number of the first character in Unicode, or null for an empty text.",
    examples: &[Example(r#"codepoint("é")"#, "233"), Example(r#"codepoint("")"#, "null")],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::number(Kind::Int64, 0, 0x10_FFFF).nullable(true))
    },
    prepare: |_| {
        Box::new(|args| Ok(text(args, 0).chars().next().map_or(Value::Null, |c| Value::Num(i128::from(u32::from(c))))))
    },
    ..PLAIN
};
