//! `json`, `json_text`

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::time::wants_text;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `json(text)`
pub(super) static JSON: Function = Function {
    name: "json",
    params: "text",
    summary: "A JSON value, from a text that must be one.",
    details: "Blanks between its parts go; keys keep their order, and numbers their digits.",
    examples: &[Example(r#"json("[1.50, true]")"#, "[1.50,true]"), Example(r#"json("[1,")"#, "fails")],
    infer: |args| {
        wants_text(args)?;
        Ret::partial(Info::required(Kind::Json))
    },
    prepare: |_| {
        Box::new(|args| match text(args, 0) {
            "" => Err(Fail::because("is empty")),
            t => match serde_json::from_str::<&RawValue>(t) {
                Ok(_) => Ok(Value::owned(compact(t))),
                Err(_) => Err(Fail::because("is not JSON")),
            },
        })
    },
    ..PLAIN
};

/// `json_text(json, path)`
pub(super) static JSON_TEXT: Function = Function {
    name: "json_text",
    params: "json, path",
    summary: "What stands at a path of a JSON value, as text; or null where nothing stands there.",
    details: "A path is `$` and then `.name`, `[\"name\"]` or `[0]` for each step. A string is given without its quotes, a number with its digits, \
              `null` as null, an object or a list as its JSON text. A text that is not JSON fails.",
    examples: &[
        Example(r#"json_text("[\"a\", {{\"b\": 1.50}}]", "$[1].b")"#, r#""1.50""#),
        Example(r#"json_text("[\"a\\u00e9\"]", "$[0]")"#, r#""aé""#),
        Example(r#"json_text("[1, 2]", "$[2]")"#, "null"),
        Example(r#"json_text("[1", "$[0]")"#, "fails"),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0])?;
        path(args)?;
        Ok(Ret { info: Info::text(None).nullable(true), fails: args[0].ty.kind != Kind::Json })
    },
    prepare: |args| {
        let path = path(args).unwrap_or_default();
        Box::new(move |args| {
            let Ok(mut at) = serde_json::from_str::<&RawValue>(text(args, 0)) else {
                return Err(Fail::because("is not JSON"));
            };
            for step in &path {
                let next = match step {
                    Step::Name(name) => serde_json::from_str::<BTreeMap<String, &RawValue>>(at.get())
                        .ok()
                        .and_then(|map| map.get(name).copied()),
                    Step::Place(n) => {
                        serde_json::from_str::<Vec<&RawValue>>(at.get()).ok().and_then(|list| list.get(*n).copied())
                    }
                };
                match next {
                    Some(next) => at = next,
                    None => return Ok(Value::Null),
                }
            }
            Ok(match at.get() {
                "null" => Value::Null,
                t if t.starts_with('"') => serde_json::from_str::<String>(t).map_or(Value::Null, Value::owned),
                t => Value::owned(compact(t)),
            })
        })
    },
    ..PLAIN
};

/// A step of a path.
enum Step {
    Name(String),
    Place(usize),
}

fn path(args: &[Info]) -> Result<Vec<Step>, Mismatch> {
    let written = want_constant_text(args, 1, "the path")?;
    steps(written).ok_or_else(|| Mismatch {
        arg: Some(1),
        message: "a path is `$` and steps behind it: \"$.address.lines[0]\", \"$[\\\"a name\\\"]\"".into(),
    })
}

fn steps(path: &str) -> Option<Vec<Step>> {
    let mut rest = path.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(['.', '[']).unwrap_or(behind.len());
            let (name, tail) = behind.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = tail;
        } else if let Some(behind) = rest.strip_prefix("[\"") {
            let (name, tail) = behind.split_once("\"]")?;
            steps.push(Step::Name(name.to_owned()));
            rest = tail;
        } else {
            let (n, tail) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Place(n.parse().ok()?));
            rest = tail;
        }
    }
    Some(steps)
}

/// A JSON text without blanks between its parts.
fn compact(t: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    let keep = |c: &char| {
        if inside {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            inside = !ends;
            return true;
        }
        inside = *c == '"';
        !matches!(c, ' ' | '\t' | '\n' | '\r')
    };
    t.chars().filter(keep).collect()
}
