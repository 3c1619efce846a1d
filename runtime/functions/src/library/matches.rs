//! `matches`

use regex_automata::meta::Regex;

use crate::function::{Example, Function, Mismatch, Ret, generic, text, want_constant_text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `matches(text, pattern)`, which is also the operator `text matches pattern`
pub(super) static MATCHES: Function = Function {
    name: "matches",
    params: "text, pattern",
    summary: "Whether a regular expression finds something in a text.",
    details: "The expression is not anchored: write `^…$` for the whole text. Time is linear in the text, so there are no \
              backreferences and no look-around.",
    examples: &[
        Example(r#"matches("San Diego CA", r" [A-Z]{2}$")"#, "true"),
        Example(r#"matches("Bend", r"^[0-9]+$")"#, "false"),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        regex(args, 1)?;
        Ret::total(Info::required(Kind::Bool))
    },
    prepare: |args| {
        let re = regex(args, 1).ok();
        Box::new(move |args| Ok(Value::Bool(re.as_ref().is_some_and(|re| re.is_match(text(args, 0))))))
    },
    native: generic,
};

/// The regular expression written out as argument `i`.
pub(super) fn regex(args: &[Info], i: usize) -> Result<Regex, Mismatch> {
    let pattern = want_constant_text(args, i, "the pattern")?;
    let config = Regex::config().nfa_size_limit(Some(10 << 20));
    Regex::builder().configure(config).build(pattern).map_err(|e| {
        let why = e.syntax_error().map_or_else(|| e.to_string(), |s| s.to_string());
        // The library draws the pattern over several lines; its last line says what is wrong.
        let line = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        Mismatch { arg: Some(i), message: format!("this regular expression does not compile: {line}") }
    })
}
