//! `replace`

use std::borrow::Cow;

use crate::function::{Example, Function, Mismatch, Native, Ret, text, want_constant_text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `replace(text, what, by)`
pub(super) static REPLACE: Function = Function {
    name: "replace",
    params: "text, what, by",
    summary: "Puts one text in every place where another stands.",
    details: "From left to right, without looking at what was put in. `what` and `by` are written out; `what` is not empty.",
    examples: &[
        Example(r#"replace("a\nb", "\n", " ")"#, r#""a b""#),
        Example(r#"replace("aaa", "aa", "b")"#, r#""ba""#),
        Example(r#"replace("abc", "x", "")"#, r#""abc""#),
    ],
    arity: (3, 3),
    infer: |args| {
        want_text(args, &[0, 1, 2])?;
        let what = want_constant_text(args, 1, "what is replaced")?;
        let by = want_constant_text(args, 2, "the replacement")?;
        if what.is_empty() {
            return Mismatch::at(1, "an empty text stands everywhere, so it cannot be replaced");
        }
        let (from, to) = (what.chars().count() as u32, by.chars().count() as u32);
        let chars = args[0]
            .chars()
            .and_then(|n| if to <= from { Some(n) } else { (n / from).checked_mul(to)?.checked_add(n % from) });
        Ret::total(Info::text(chars))
    },
    prepare: |args| {
        let what = args[1].constant_text().unwrap_or_default().to_owned();
        let by = args[2].constant_text().unwrap_or_default().to_owned();
        Box::new(move |args| {
            let t = text(args, 0);
            if memchr::memmem::find(t.as_bytes(), what.as_bytes()).is_none() {
                return Ok(match &args[0] {
                    Value::Text(Cow::Borrowed(t)) => Value::text(t),
                    _ => Value::owned(t.to_owned()),
                });
            }
            Ok(Value::owned(t.replace(&what, &by)))
        })
    },
    native: |args| match (args[1].constant_text().map(str::as_bytes), args[2].constant_text().map(str::as_bytes)) {
        (Some(&[what]), Some(&[by])) => Native::call("text_replace_byte", 1, &[i64::from(what), i64::from(by)]),
        _ => None,
    },
};
