//! `join_nonempty`

use crate::function::{Example, Function, PLAIN, Ret, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `join_nonempty(separator, text, …)`
pub(super) static JOIN_NONEMPTY: Function = Function {
    name: "join_nonempty",
    params: "separator, text, …",
    summary: "Texts put together with a separator between them, without those that are empty or null.",
    details: "The one function to which null is nothing: where all texts are null, it gives the empty text.",
    examples: &[
        Example(r#"join_nonempty(" ", "Ann", "", "Lee")"#, r#""Ann Lee""#),
        Example(r#"join_nonempty(", ", "", "Bend")"#, r#""Bend""#),
    ],
    arity: (2, 64),
    infer: |args| {
        want_text(args, &(0..args.len()).collect::<Vec<_>>())?;
        let texts = args.iter().skip(1).try_fold(0u32, |n, a| n.checked_add(a.chars()?));
        let gaps = args[0].chars().and_then(|c| c.checked_mul(args.len() as u32 - 2));
        Ret::total(Info::text(texts.zip(gaps).and_then(|(a, b)| a.checked_add(b))))
    },
    prepare: |_| {
        Box::new(|args| {
            let parts: Vec<&str> = args.iter().skip(1).filter_map(Value::as_text).filter(|t| !t.is_empty()).collect();
            Ok(Value::owned(parts.join(text(args, 0))))
        })
    },
    ..PLAIN
};
