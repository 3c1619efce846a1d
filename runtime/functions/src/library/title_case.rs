//! `title_case`, `capitalize`

use super::lower::simple_lower;
use super::upper::simple_upper;
use crate::function::{Example, Function, Mismatch, PLAIN, Ret, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `title_case(text)`
pub(super) static TITLE_CASE: Function = Function {
    name: "title_case",
    params: "text",
    summary: "Every word with a capital in front and small letters behind it.",
    details: "A word begins at a letter that stands behind no letter and no digit. One character becomes one, as in `upper`.",
    examples: &[
        Example(r#"title_case("ann-MARIE o'neill")"#, r#""Ann-Marie O'Neill""#),
        Example(r#"title_case("élan 2nd")"#, r#""Élan 2nd""#),
    ],
    infer: same_length,
    prepare: |_| {
        Box::new(|args| {
            let mut inside = false;
            let mut out = String::new();
            for c in text(args, 0).chars() {
                let mut one = [0; 4];
                let c = &*c.encode_utf8(&mut one);
                out.push_str(&if inside { simple_lower(c) } else { simple_upper(c) });
                inside = c.chars().all(char::is_alphanumeric);
            }
            Ok(Value::owned(out))
        })
    },
    ..PLAIN
};

/// `capitalize(text)`
pub(super) static CAPITALIZE: Function = Function {
    name: "capitalize",
    params: "text",
    summary: "A text with a capital in front and small letters behind it.",
    details: "One character becomes one, as in `upper`.",
    examples: &[Example(r#"capitalize("mAIN street")"#, r#""Main street""#), Example(r#"capitalize("")"#, r#""""#)],
    infer: same_length,
    prepare: |_| {
        Box::new(|args| {
            let t = text(args, 0);
            let (first, rest) = t.split_at_checked(t.chars().next().map_or(0, char::len_utf8)).unwrap_or((t, ""));
            Ok(Value::owned(simple_upper(first) + &simple_lower(rest)))
        })
    },
    ..PLAIN
};

fn same_length(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0])?;
    Ret::total(Info::text(args[0].chars()))
}
