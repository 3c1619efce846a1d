//! `uuid`

use std::borrow::Cow;

use super::time::wants_text;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_constant_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `uuid(text[, "hex"])`
pub(super) static UUID: Function = Function {
    name: "uuid",
    params: "text[, \"hex\"]",
    summary: "A universally unique identifier, from its 32 hexadecimal digits with hyphens.",
    details: "Digits in capitals become small ones. With `\"hex\"`, the text has no hyphens.",
    examples: &[
        Example(r#"uuid("6BA7B810-9DAD-11D1-80B4-00C04FD430C8")"#, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        Example(r#"uuid("6ba7b8109dad11d180b400c04fd430c8", "hex")"#, "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        Example(r#"uuid("6ba7b810")"#, "fails"),
    ],
    arity: (1, 2),
    infer: |args| {
        if args[0].ty.kind != Kind::Uuid {
            wants_text(args)?;
        }
        if args.len() > 1 && want_constant_text(args, 1, "the form")? != "hex" {
            return Mismatch::at(1, "the form is \"hex\", which is 32 digits without hyphens");
        }
        Ret::partial(Info::required(Kind::Uuid))
    },
    prepare: |args| {
        let hyphens = args.len() == 1;
        Box::new(move |args| {
            let t = text(args, 0);
            let plain = if hyphens {
                let well =
                    t.len() == 36 && t.bytes().enumerate().all(|(i, b)| [8, 13, 18, 23].contains(&i) == (b == b'-'));
                if well { Cow::Owned(t.replace('-', "")) } else { Cow::Borrowed("") }
            } else {
                Cow::Borrowed(t)
            };
            if plain.len() != 32 || !plain.bytes().all(|b| b.is_ascii_hexdigit()) {
                return Err(Fail::because(if t.is_empty() {
                    "is empty"
                } else {
                    "is no identifier of the wanted form"
                }));
            }
            Ok(Value::owned(hyphenated(&plain.to_ascii_lowercase())))
        })
    },
    ..PLAIN
};

/// 32 digits with hyphens between them.
pub(super) fn hyphenated(digits: &str) -> String {
    let mut out = String::with_capacity(36);
    for (i, c) in digits.chars().enumerate() {
        if [8, 12, 16, 20].contains(&i) {
            out.push('-');
        }
        out.push(c);
    }
    out
}
