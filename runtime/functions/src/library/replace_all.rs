//! `replace_all`, `count_matches`

use regex_automata::meta::Regex;
use regex_automata::util::{captures::Captures, interpolate};

use super::matches::regex;
use crate::function::{Example, Function, Mismatch, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `replace_all(text, pattern, by)`
pub(super) static REPLACE_ALL: Function = Function {
    name: "replace_all",
    params: "text, pattern, by",
    summary: "Puts a text in every place that a regular expression finds.",
    details: "In `by`, `${1}` is what stands in the first pair of parentheses, `${0}` all that was found, and `$$` a dollar sign. A plain text \
              is replaced by `replace`.",
    examples: &[
        Example(r#"replace_all("12.5 oz", r"[^0-9.]+", "")"#, r#""12.5""#),
        Example(r#"replace_all("Lee, Ann", r"^(\w+), (\w+)$", r"${2} ${1}")"#, r#""Ann Lee""#),
    ],
    arity: (3, 3),
    infer: |args| {
        want_text(args, &[0, 1, 2])?;
        let re = regex(args, 1)?;
        let by = want_constant_text(args, 2, "the replacement")?;
        let (mut unknown, mut name) = (None, None);
        let named = |n: &str| {
            name.get_or_insert(n.to_owned());
            None
        };
        interpolate::string(
            by,
            |i, _| {
                if i >= re.captures_len() {
                    unknown = Some(i)
                }
            },
            named,
            &mut String::new(),
        );
        if let Some(group) = unknown.map(|i| i.to_string()).or(name) {
            let groups = re.captures_len() - 1;
            let message = format!(
                "the pattern has {groups} groups, and none is called `{group}`; a group is written `${{1}}`, a dollar sign `$$`"
            );
            return Mismatch::at(2, message);
        }
        Ret::total(Info::text(if by.is_empty() { args[0].chars() } else { None }))
    },
    prepare: |args| {
        let (re, by) = (regex(args, 1).ok(), args[2].constant_text().unwrap_or_default().to_owned());
        Box::new(move |args| {
            let t = text(args, 0);
            Ok(Value::owned(re.as_ref().map_or_else(|| t.to_owned(), |re| replaced(re, t, &by))))
        })
    },
    ..PLAIN
};

/// `count_matches(text, pattern)`
pub(super) static COUNT_MATCHES: Function = Function {
    name: "count_matches",
    params: "text, pattern",
    summary: "How often a regular expression finds something in a text, without overlaps.",
    examples: &[Example(r#"count_matches("a1b22c", r"[0-9]+")"#, "2")],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        regex(args, 1)?;
        let most = args[0].chars().map_or(i128::from(u32::MAX), i128::from) + 1;
        Ret::total(Info::number(Kind::Int64, 0, most))
    },
    prepare: |args| {
        let re = regex(args, 1).ok();
        Box::new(move |args| Ok(Value::Num(re.as_ref().map_or(0, |re| re.find_iter(text(args, 0)).count() as i128))))
    },
    ..PLAIN
};

fn replaced(re: &Regex, t: &str, by: &str) -> String {
    let (mut out, mut done) = (String::with_capacity(t.len()), 0);
    let piece = |from: usize, to: usize| t.get(from..to).unwrap_or_default();
    for found in re.captures_iter(t) {
        let found: Captures = found;
        let Some(all) = found.get_match() else { continue };
        out.push_str(piece(done, all.start()));
        let group = |i: usize, out: &mut String| {
            if let Some(span) = found.get_group(i) {
                out.push_str(piece(span.start, span.end));
            }
        };
        interpolate::string(by, group, |_| None, &mut out);
        done = all.end();
    }
    out.push_str(piece(done, t.len()));
    out
}
