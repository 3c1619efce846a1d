//! `encodable`, `one_line`

use crate::function::{Example, Fail, Function, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::Info;

/// `encodable(text, "encoding")`
pub(super) static ENCODABLE: Function = Function {
    name: "encodable",
    params: "text, \"encoding\"",
    summary: "The text, if every character of it can be said in an encoding; else it fails.",
    details: "A target with `encoding` asks this of every text that it is given, so that a character which it has no bytes \
              for rejects the record and is never replaced. To replace one, call it with an `else`.",
    examples: &[
        Example(r#"encodable("José", "windows-1252")"#, r#""José""#),
        Example(r#"encodable("łódź", "windows-1252")"#, "fails"),
        Example(r#"encodable("łódź", "windows-1250")"#, r#""łódź""#),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0])?;
        let name = want_constant_text(args, 1, "the name of an encoding")?;
        if migc_encodings::find(name).is_none() {
            let known: Vec<&str> = migc_encodings::names().collect();
            let message = format!("there is no encoding {name:?}; there are {}", known.join(", "));
            return Err(crate::function::Mismatch { arg: Some(1), message });
        }
        Ret::partial(Info { constant: None, ..args[0].clone() })
    },
    prepare: |args| {
        let encoding = args.get(1).and_then(Info::constant_text).and_then(migc_encodings::find);
        Box::new(move |args| {
            let Some(encoding) = encoding else { return Err(Fail::because("has no encoding")) };
            match encoding.unsayable(text(args, 0)) {
                None => Ok(args[0].clone()),
                Some(c) => Err(Fail(format!("holds {c:?}, which {} cannot say", encoding.name()))),
            }
        })
    },
    ..PLAIN
};

/// `one_line(text)`
pub(super) static ONE_LINE: Function = Function {
    name: "one_line",
    params: "text",
    summary: "The text, if no line ends in it; else it fails.",
    details: "A target of fixed width asks this of every text that it is given, since a line end would tear the record.",
    examples: &[Example(r#"one_line("a b")"#, r#""a b""#), Example(r#"one_line("a\nb")"#, "fails")],
    arity: (1, 1),
    infer: |args| {
        want_text(args, &[0])?;
        Ret::partial(Info { constant: None, ..args[0].clone() })
    },
    prepare: |_| {
        Box::new(|args| {
            if text(args, 0).contains(['\n', '\r', '\u{85}']) {
                return Err(Fail::because("holds a line end"));
            }
            Ok(args[0].clone())
        })
    },
    ..PLAIN
};
