//! `only_digits`, `only_letters`, `remove`, `remove_control`, `translate`

use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `only_digits(text)`
pub(super) static ONLY_DIGITS: Function = Function {
    name: "only_digits",
    params: "text",
    summary: "The ASCII digits of a text, without anything else.",
    examples: &[Example(r#"only_digits("+49 (30) 901-820")"#, r#""4930901820""#)],
    infer: shorter,
    prepare: |_| kept(|c| c.is_ascii_digit()),
    ..PLAIN
};

/// `only_letters(text)`
pub(super) static ONLY_LETTERS: Function = Function {
    name: "only_letters",
    params: "text",
    summary: "The letters of a text, of any script, without anything else.",
    examples: &[Example(r#"only_letters("Café 24/7!")"#, r#""Café""#)],
    infer: shorter,
    prepare: |_| kept(char::is_alphabetic),
    ..PLAIN
};

/// `remove_control(text)`
pub(super) static REMOVE_CONTROL: Function = Function {
    name: "remove_control",
    params: "text",
    summary: "A text without control characters, such as tabs, line ends and zero bytes.",
    details: "Marks of byte order and the invisible characters of zero width go as well.",
    examples: &[Example(r#"remove_control("a\tb\u{0}c\u{200b}")"#, r#""abc""#)],
    infer: shorter,
    prepare: |_| {
        kept(|c| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
    },
    ..PLAIN
};

/// `remove(text, characters)`
pub(super) static REMOVE: Function = Function {
    name: "remove",
    params: "text, characters",
    summary: "A text without any of these characters.",
    details: "`characters` is written out. A text is taken out of another by `replace(text, what, \"\")`.",
    examples: &[Example(r#"remove("(030) 901-820", "() -")"#, r#""030901820""#)],
    arity: (2, 2),
    infer: |args| {
        want_constant_text(args, 1, "what is removed")?;
        shorter(args)
    },
    prepare: |args| {
        let gone: Vec<char> = args[1].constant_text().unwrap_or_default().chars().collect();
        Box::new(move |args| Ok(Value::owned(text(args, 0).chars().filter(|c| !gone.contains(c)).collect())))
    },
    ..PLAIN
};

/// `translate(text, from, to)`
pub(super) static TRANSLATE: Function = Function {
    name: "translate",
    params: "text, from, to",
    summary: "Puts for every character of one list the one at its place in another.",
    details: "Both lists are written out and of one length, and no character stands in the first one twice.",
    examples: &[Example(r#"translate("2.345,6", ".,", ",.")"#, r#""2,345.6""#)],
    arity: (3, 3),
    infer: |args| {
        let from: Vec<char> = want_constant_text(args, 1, "what is replaced")?.chars().collect();
        let to = want_constant_text(args, 2, "what stands in its place")?.chars().count();
        if from.len() != to {
            return Mismatch::at(
                2,
                format!("there are {} characters to replace, and {to} to put in their place", from.len()),
            );
        }
        if let Some(c) = from.iter().enumerate().find(|(i, c)| from.iter().position(|d| d == *c) != Some(*i)) {
            return Mismatch::at(1, format!("`{}` stands twice in this list", c.1));
        }
        shorter(args)
    },
    prepare: |args| {
        let list = |i: usize| args[i].constant_text().unwrap_or_default().chars();
        let pairs: Vec<(char, char)> = list(1).zip(list(2)).collect();
        let one = move |c: char| pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
        Box::new(move |args| Ok(Value::owned(text(args, 0).chars().map(&one).collect())))
    },
    ..PLAIN
};

fn shorter(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0])?;
    Ret::total(Info::text(args[0].chars()))
}

fn kept(keep: fn(char) -> bool) -> Eval {
    Box::new(move |args| Ok(Value::owned(text(args, 0).chars().filter(|c| keep(*c)).collect())))
}
