//! `lower`

use crate::function::{Example, Function, Ret, generic, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `lower(text)`
pub(super) static LOWER: Function = Function {
    name: "lower",
    params: "text",
    summary: "Turns capitals into small letters, one character into one.",
    details: "Unicode's simple mapping: a letter whose small form is several characters stays, so that a text never grows.",
    examples: &[Example(r#"lower("REG Air")"#, r#""reg air""#), Example(r#"lower("É")"#, r#""é""#)],
    arity: (1, 1),
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::text(args[0].chars()))
    },
    prepare: |_| Box::new(|args| Ok(Value::owned(simple_lower(text(args, 0))))),
    native: generic,
};

/// Every character's small form, where that is one character.
pub(super) fn simple_lower(t: &str) -> String {
    if t.is_ascii() {
        return t.to_ascii_lowercase();
    }
    let one = |c: char| {
        let mut low = c.to_lowercase();
        if let (Some(l), None) = (low.next(), low.next()) { l } else { c }
    };
    t.chars().map(one).collect()
}
