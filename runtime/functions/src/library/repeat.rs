//! `repeat`, `reverse`

use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_constant_int, want_text};
use crate::types::Info;
use crate::value::Value;

/// `repeat(text, n)`
pub(super) static REPEAT: Function = Function {
    name: "repeat",
    params: "text, n",
    summary: "A text `n` times in a row.",
    details: "`n` is written out, and at most 1,000. What would have more than 8 MiB fails.",
    examples: &[Example(r#"repeat("ab", 3)"#, r#""ababab""#), Example(r#"repeat("ab", 0)"#, r#""""#)],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0])?;
        let n = want_constant_int(args, 1, 0, "the number of times")?;
        if n > 1000 {
            return Mismatch::at(1, "a text is repeated 1,000 times at most");
        }
        let chars = args[0].chars().and_then(|c| c.checked_mul(n as u32));
        // A character has four bytes at most.
        let fits = n <= 1 || chars.is_some_and(|c| c as usize <= LONGEST / 4);
        Ok(Ret { info: Info::text(chars), fails: !fits })
    },
    prepare: |args| {
        let n = args[1].constant_int().map_or(0, |n| n.clamp(0, 1000) as usize);
        Box::new(move |args| {
            let t = text(args, 0);
            if n > 1 && t.len().saturating_mul(n) > LONGEST {
                return Err(Fail::because("would have more than 8 MiB"));
            }
            Ok(Value::owned(t.repeat(n)))
        })
    },
    ..PLAIN
};

/// The most bytes that a repeated text has: as many as a record.
const LONGEST: usize = 8 << 20;

/// `reverse(text)`
pub(super) static REVERSE: Function = Function {
    name: "reverse",
    params: "text",
    summary: "The characters of a text from the last to the first.",
    examples: &[Example(r#"reverse("café")"#, r#""éfac""#)],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::text(args[0].chars()))
    },
    prepare: |_| Box::new(|args| Ok(Value::owned(text(args, 0).chars().rev().collect()))),
    ..PLAIN
};
