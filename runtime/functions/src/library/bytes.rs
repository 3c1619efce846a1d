//! `bytes`, `base64`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::hashes::hex;
use super::time::wants_text;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_constant_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `bytes(text[, form])`
pub(super) static BYTES: Function = Function {
    name: "bytes",
    params: "text[, form]",
    summary: "Bytes, from a text of two hexadecimal digits for each.",
    details: "The form is `\"hex\"`, which is meant without one, `\"base64\"` (RFC 4648, with its padding), or `\"utf8\"` for the bytes of the text \
              itself. Bytes are written as hexadecimal digits in small letters.",
    examples: &[
        Example(r#"bytes("00FF")"#, "00ff"),
        Example(r#"bytes("AP8=", "base64")"#, "00ff"),
        Example(r#"bytes("é", "utf8")"#, "c3a9"),
        Example(r#"bytes("0")"#, "fails"),
        Example(r#"bytes("xy")"#, "fails"),
    ],
    arity: (1, 2),
    infer: |args| {
        wants_text(args)?;
        let chars = args[0].chars();
        Ok(match form(args)? {
            Form::Hex => Ret { info: Info::required(Kind::Bytes(chars.map(|c| c / 2))), fails: true },
            Form::Base64 => Ret { info: Info::required(Kind::Bytes(chars.map(|c| c / 4 * 3))), fails: true },
            Form::Utf8 => Ret { info: Info::required(Kind::Bytes(chars.and_then(|c| c.checked_mul(4)))), fails: false },
        })
    },
    prepare: |args| {
        let form = form(args).unwrap_or(Form::Hex);
        Box::new(move |args| {
            let t = text(args, 0);
            match form {
                Form::Utf8 => Ok(Value::owned(hex(t.as_bytes()))),
                _ if t.is_empty() => Err(Fail::because("is empty")),
                Form::Hex if t.len().is_multiple_of(2) && t.bytes().all(|b| b.is_ascii_hexdigit()) => {
                    Ok(Value::owned(t.to_ascii_lowercase()))
                }
                Form::Hex => Err(Fail::because("is not pairs of hexadecimal digits")),
                Form::Base64 => match STANDARD.decode(t) {
                    Ok(bytes) => Ok(Value::owned(hex(&bytes))),
                    Err(_) => Err(Fail::because("is not base64")),
                },
            }
        })
    },
    ..PLAIN
};

/// `base64(bytes)`
pub(super) static BASE64: Function = Function {
    name: "base64",
    params: "bytes",
    summary: "Bytes as a text in base64 (RFC 4648), with its padding.",
    examples: &[Example(r#"base64(bytes("00ff"))"#, r#""AP8=""#)],
    infer: |args| match args[0].ty.kind {
        Kind::Bytes(n) => Ret::total(Info::text(n.and_then(|n| n.div_ceil(3).checked_mul(4)))),
        _ => Mismatch::at(0, format!("this is {}, and bytes are wanted: `bytes(…, \"utf8\")`", args[0].ty)),
    },
    prepare: |_| Box::new(|args| Ok(Value::owned(STANDARD.encode(held(text(args, 0)))))),
    ..PLAIN
};

#[derive(Clone, Copy)]
enum Form {
    Hex,
    Base64,
    Utf8,
}

fn form(args: &[Info]) -> Result<Form, Mismatch> {
    if args.len() < 2 {
        return Ok(Form::Hex);
    }
    match want_constant_text(args, 1, "the form")? {
        "hex" => Ok(Form::Hex),
        "base64" => Ok(Form::Base64),
        "utf8" => Ok(Form::Utf8),
        _ => Mismatch::at(1, "the forms are \"hex\", \"base64\" and \"utf8\""),
    }
}

/// The bytes that hexadecimal digits hold.
pub(super) fn held(digits: &str) -> Vec<u8> {
    let value = |b: u8| (b as char).to_digit(16).unwrap_or(0) as u8;
    digits.as_bytes().as_chunks::<2>().0.iter().map(|[a, b]| value(*a) << 4 | value(*b)).collect()
}
