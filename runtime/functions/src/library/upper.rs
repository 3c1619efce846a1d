//! `upper`

use crate::function::{Example, Function, Native, Ret, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `upper(text)`
pub(super) static UPPER: Function = Function {
    name: "upper",
    params: "text",
    summary: "Turns small letters into capitals, one character into one.",
    details: "Unicode's simple mapping: a letter whose capital form is several characters (`ß`) stays, so that a text never grows.",
    examples: &[Example(r#"upper("reg air")"#, r#""REG AIR""#), Example(r#"upper("straße é")"#, r#""STRAßE É""#)],
    arity: (1, 1),
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::text(args[0].chars()))
    },
    prepare: |_| Box::new(|args| Ok(Value::owned(simple_upper(text(args, 0))))),
    native: |_| Native::call("text_upper", 1, &[]),
};

/// Every character's capital, where that is one character.
pub fn simple_upper(t: &str) -> String {
    if t.is_ascii() {
        return t.to_ascii_uppercase();
    }
    let one = |c: char| {
        let mut up = c.to_uppercase();
        if let (Some(u), None) = (up.next(), up.next()) { u } else { c }
    };
    t.chars().map(one).collect()
}
