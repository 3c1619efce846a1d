//! `null_if`, `empty_to_null`

use crate::decimal;
use crate::function::{Example, Function, Mismatch, PLAIN, Ret, num, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `null_if(value, other, …)`
pub(super) static NULL_IF: Function = Function {
    name: "null_if",
    params: "value, other, …",
    summary: "A value, or null where it is one of the others.",
    details: "The others are of the value's type. What stands for null in a column of a source is said there: `null if \"-\", \"N/A\"`.",
    examples: &[
        Example(r#"null_if("N/A", "-", "N/A")"#, "null"),
        Example(r#"null_if("A", "-", "N/A")"#, r#""A""#),
        Example("null_if(9999-12-31, 9999-12-31)", "null"),
        Example("null_if(0.00, 0)", "null"),
    ],
    arity: (2, 64),
    infer: |args| {
        let first = &args[0].ty;
        for (i, other) in args.iter().enumerate().skip(1) {
            let (a, b) = (&first.kind, &other.ty.kind);
            if !(a == b || a.is_textual() && b.is_textual() || a.is_number() && b.is_number()) {
                return Mismatch::at(i, format!("this is {}, and the value is {first}", other.ty));
            }
        }
        Ret::total(Info { constant: None, ..args[0].clone() }.nullable(true))
    },
    prepare: |args| {
        let scales: Vec<u8> = args.iter().map(|a| a.ty.kind.scale()).collect();
        let most = scales.iter().max().copied().unwrap_or(0);
        Box::new(move |args| {
            // A number too long to be written with more digits is none of those that are written so.
            let level = |i: usize| match &args[i] {
                Value::Num(_) => decimal::rescale(num(args, i), scales[i], most).map(Value::Num),
                other => Some(other.clone()),
            };
            let first = level(0);
            let is_one = (1..args.len()).any(|i| first.is_some() && level(i) == first);
            Ok(if is_one { Value::Null } else { args[0].clone() })
        })
    },
    ..PLAIN
};

/// `empty_to_null(text)`
pub(super) static EMPTY_TO_NULL: Function = Function {
    name: "empty_to_null",
    params: "text",
    summary: "A text, or null where there is nothing in it but blanks.",
    examples: &[Example(r#"empty_to_null(" \t")"#, "null"), Example(r#"empty_to_null(" a ")"#, r#"" a ""#)],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info { constant: None, ..args[0].clone() }.nullable(true))
    },
    prepare: |_| Box::new(|args| Ok(if text(args, 0).trim().is_empty() { Value::Null } else { args[0].clone() })),
    ..PLAIN
};
