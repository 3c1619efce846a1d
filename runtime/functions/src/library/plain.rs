//! `plain`

use crate::function::{Example, Function, Mismatch, Ret, generic};
use crate::types::Info;
use crate::value::Value;

/// `plain(number)`
pub(super) static PLAIN: Function = Function {
    name: "plain",
    params: "number",
    summary: "A number in its shortest form: no zeros at the end of a fraction, no lone point.",
    details: "",
    examples: &[
        Example("plain(12.00)", r#""12""#),
        Example("plain(8.40)", r#""8.4""#),
        Example("plain(100)", r#""100""#),
    ],
    arity: (1, 1),
    infer: |args| {
        if !args[0].ty.kind.is_number() {
            return Mismatch::at(0, format!("this is {}, and a number is wanted", args[0].ty));
        }
        let (lo, hi) = args[0].bounds();
        let longest = [lo, hi].iter().map(|n| Value::Num(*n).display(&args[0].ty.kind).len()).max().unwrap_or(0);
        Ret::total(Info::text(Some(longest as u32)))
    },
    prepare: |args| {
        let kind = args[0].ty.kind.clone();
        Box::new(move |args| {
            let written = args[0].display(&kind);
            let short =
                if written.contains('.') { written.trim_end_matches('0').trim_end_matches('.') } else { &written };
            Ok(Value::owned(short.to_owned()))
        })
    },
    native: generic,
};
