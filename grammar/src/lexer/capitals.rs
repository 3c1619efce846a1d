//! Operators in capitals, and `CASE … END`: read as what is written here instead, after a finding.

use std::collections::BTreeSet;

use super::{Kind, Lexed};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::span::Span;

/// Words that join operands.
const BETWEEN: [&str; 7] = ["and", "or", "like", "in", "is", "not", "else"];

/// Words that stand for a value.
const VALUES: [&str; 3] = ["null", "true", "false"];

/// How far the `WHEN` of a `CASE` is looked for, in tokens.
const NEAR: usize = 24;

/// How many tokens a `CASE` has at most.
const LONGEST: usize = 400;

/// Reports what stands in capitals, and makes it what was meant.
pub(super) fn read(lexed: &mut Lexed) {
    cases(lexed);
    let mut text = std::mem::take(&mut lexed.text).into_bytes();
    let mut found = Vec::new();
    // What the spec gives as a name is that name.
    let word = |at: usize| text.get(lexed.span(at).range());
    let names: BTreeSet<Vec<u8>> = (0..lexed.tokens.len())
        .filter(|at| lexed.kind(*at) == Kind::Word)
        .filter_map(|at| Some((at, text.get(lexed.span(at).range())?)))
        .filter(|(_, word)| word.len() <= 5 && word.iter().all(u8::is_ascii_uppercase))
        .filter(|(at, _)| word(at + 1) == Some(b":") || *at > 0 && word(at - 1) == Some(b"fn"))
        .map(|(_, word)| word.to_vec())
        .collect();
    let layouts = (0..lexed.tokens.len()).any(|at| {
        matches!(word(at), Some(b"gds" | b"oasis")) && lexed.kind(at) == Kind::Word && word(at + 1) == Some(b"(")
    });
    for at in 0..lexed.tokens.len() {
        let Some(span) = lexed.tokens.get(at).filter(|t| t.kind == Kind::Word).map(|t| t.span) else { continue };
        let Some(word) = text.get(span.range()).filter(|w| w.len() <= 5 && w.iter().all(u8::is_ascii_uppercase)) else {
            continue;
        };
        if names.contains(word) {
            continue;
        }
        let lower = String::from_utf8_lossy(word).to_ascii_lowercase();
        if layouts && let Some(change) = layer_sign(lexed, &text, at, &lower) {
            found.push(change.found);
            if change.sign.is_none() {
                for (byte, small) in text.iter_mut().skip(span.start as usize).zip(lower.bytes()) {
                    *byte = small;
                }
            }
            if let Some((gap, sign)) = change.sign {
                text.iter_mut().take(gap.end as usize).skip(gap.start as usize).for_each(|byte| *byte = b' ');
                if let (Some(byte), Some(token)) = (text.get_mut(gap.start as usize), lexed.tokens.get_mut(at)) {
                    *byte = sign;
                    (token.kind, token.span) = (Kind::Op, Span { start: gap.start, end: gap.start + 1 });
                }
            }
            continue;
        }
        if !meant(lexed, &text, at, &lower) {
            continue;
        }
        let label = format!("`{}` is written `{lower}`", lower.to_ascii_uppercase());
        found.push(Diagnostic::new(&rules::FOREIGN_SIGN, span, label).fix(
            format!("write `{lower}`"),
            span,
            lower.clone(),
        ));
        for (byte, small) in text.iter_mut().skip(span.start as usize).zip(lower.bytes()) {
            *byte = small;
        }
    }
    lexed.text = String::from_utf8(text).unwrap_or_default();
    lexed.diagnostics.extend(found.into_iter().take(super::MOST));
}

/// Whether a word in capitals stands where only an operator or a value can be meant.
fn meant(lexed: &Lexed, text: &[u8], at: usize, lower: &str) -> bool {
    let word = |at: usize| -> String {
        let bytes = lexed.tokens.get(at).and_then(|t| text.get(t.span.range())).unwrap_or_default();
        String::from_utf8_lossy(bytes).trim().to_ascii_lowercase()
    };
    let kind = |at: usize| lexed.kind(at);
    let operator = |at: usize| {
        kind(at) == Kind::Word && (BETWEEN.contains(&word(at).as_str()) || matches!(word(at).as_str(), "then" | "when"))
    };
    let operand_before = at > 0
        && match kind(at - 1) {
            Kind::Number | Kind::Str | Kind::Backtick | Kind::Close => true,
            Kind::Word => !operator(at - 1),
            _ => false,
        };
    let next = word(at + 1);
    let opens = kind(at + 1) == Kind::Open;
    let operand_behind = matches!(kind(at + 1), Kind::Word | Kind::Backtick | Kind::Number | Kind::Str)
        || opens && next != "{"
        || next == "-";
    // A column or a name can be called so.
    let named =
        matches!(next.as_str(), ":" | "=" | "=>" | "." | "|>") || at > 0 && matches!(word(at - 1).as_str(), ".");
    if named {
        return false;
    }
    match lower {
        "and" | "or" | "else" => operand_before && operand_behind,
        "like" => operand_before && matches!(kind(at + 1), Kind::Str | Kind::Word),
        "in" => (operand_before || at > 0 && word(at - 1) == "not") && (opens || matches!(kind(at + 1), Kind::Number)),
        "is" => operand_before && matches!(next.as_str(), "null" | "not"),
        // `NOT NULL` behind a type is something else.
        "not" if next == "null" => at > 0 && word(at - 1) == "is",
        "not" => operand_behind && (!operand_before || matches!(next.as_str(), "in" | "like" | "matches")),
        _ if VALUES.contains(&lower) => {
            let asked = at > 0
                && match kind(at - 1) {
                    Kind::Op => !matches!(word(at - 1).as_str(), "," | "?" | ":"),
                    Kind::Open => !matches!(word(at - 1).as_str(), "{"),
                    Kind::Word if word(at - 1) == "not" => at > 1 && (lower != "null" || word(at - 2) == "is"),
                    Kind::Word => operator(at - 1),
                    _ => false,
                };
            let listed = at > 0 && word(at - 1) == "," && matches!(next.as_str(), "," | "]" | ")");
            asked || listed
        }
        _ => false,
    }
}

/// A word that joins layers in other tools.
struct LayerSign {
    found: Diagnostic,
    /// The sign that takes its place, and the characters that it replaces.
    sign: Option<(Span, u8)>,
}

/// `a AND b`, `a OR b`, `a XOR b`, `a NOT b` where layers are joined, which conditions are not.
fn layer_sign(lexed: &Lexed, text: &[u8], at: usize, lower: &str) -> Option<LayerSign> {
    let (sign, means) = match lower {
        "and" => (b'&', "&"),
        "or" => (b'|', "|"),
        "xor" => (b'^', "^"),
        "not" => (b'-', "-"),
        _ => return None,
    };
    let word = |at: usize| lexed.tokens.get(at).and_then(|t| text.get(t.span.range())).unwrap_or_default();
    // A value begins behind its `=`; what comes before a condition does not reach as far.
    let begin = (at.saturating_sub(NEAR)..at).rev().find(|i| {
        matches!(word(*i), b"=" | b"where" | b"match" | b"when" | b"if" | b"check" | b"," | b"{" | b"=>" | b"==")
    })?;
    if word(begin) != b"=" || !matches!(lexed.kind(at + 1), Kind::Word | Kind::Backtick | Kind::Open) {
        return None;
    }
    let span = lexed.span(at);
    let shown = lower.to_ascii_uppercase();
    if at > 0 && matches!(lexed.kind(at - 1), Kind::Word | Kind::Backtick | Kind::Close) {
        let label = format!("`{shown}` of layers is written `{means}`");
        let found = Diagnostic::new(&rules::FOREIGN_SIGN, span, label).fix(format!("write `{means}`"), span, means);
        return Some(LayerSign { found, sign: Some((span, sign)) });
    }
    let label = format!("`{shown}` stands between two layers, and is written `{means}`");
    let found = Diagnostic::new(&rules::FOREIGN_SIGN, span, label);
    // What is read on is what was meant, though no layer is meant by it.
    (lower == "not").then(|| LayerSign { found: found.help("write what it is taken from: `diff - poly`"), sign: None })
}

/// Makes one token of each `CASE … END`, with a `match` to write instead.
fn cases(lexed: &mut Lexed) {
    let mut at = 0;
    while at < lexed.tokens.len() {
        let Some((end, closed)) = case_at(lexed, at) else {
            at += 1;
            continue;
        };
        let span = lexed.span(at).to(lexed.span(end - 1));
        let found = Diagnostic::new(&rules::NO_IF, span, "a choice is a `match`");
        let found = match closed.then(|| instead(lexed, at + 1..end - 1)).flatten() {
            Some(text) => found.fix(format!("write `{text}`"), span, text),
            None => found.help("write `match { cond => value, else => other }`"),
        };
        lexed.diagnostics.retain(|d| d.span.start < span.start || d.span.end > span.end);
        lexed.diagnostics.push(found);
        if let Some(first) = lexed.tokens.get_mut(at) {
            (first.kind, first.span) = (Kind::Bad, span);
        }
        lexed.tokens.drain(at + 1..end);
        at += 1;
    }
}

/// Where the `CASE` that begins here ends, and whether it says so. All three words can be names: only a `WHEN` with a
/// `THEN` behind it, and no braces or arrows between, make one.
fn case_at(lexed: &Lexed, at: usize) -> Option<(usize, bool)> {
    let is = |at: usize, what: &str| lexed.kind(at) == Kind::Word && lexed.word(at).eq_ignore_ascii_case(what);
    if !is(at, "case") {
        return None;
    }
    let (mut cases, mut brackets, mut when, mut then, mut line) = (1_usize, 0_usize, false, false, None);
    let mut end = at + 1;
    while end < lexed.tokens.len() && end - at < LONGEST {
        let word = lexed.word(end);
        match lexed.kind(end) {
            Kind::End => break,
            Kind::Open if word != "{" => brackets += 1,
            Kind::Close if word != "}" && brackets > 0 => brackets -= 1,
            Kind::Open | Kind::Close => break,
            Kind::Op if matches!(word, "->" | "=>" | ":") => break,
            _ if brackets > 0 => {}
            _ if is(end, "case") => cases += 1,
            _ if is(end, "end") => {
                cases -= 1;
                if cases == 0 {
                    return then.then_some((end + 1, true));
                }
            }
            _ if is(end, "when") => when = true,
            _ => then |= when && is(end, "then"),
        }
        if then && line.is_none() && lexed.tokens.get(end).is_some_and(|t| t.first) {
            line = Some(end);
        }
        if !when && end - at > NEAR {
            return None;
        }
        end += 1;
    }
    // Without an end, it goes as far as its line.
    then.then_some((line.unwrap_or(end), false))
}

/// The `match` that a `CASE` without others inside means.
fn instead(lexed: &Lexed, within: std::ops::Range<usize>) -> Option<String> {
    let mut parts: Vec<(String, String)> = vec![(String::new(), String::new())];
    let mut gap = Span::default();
    for at in within {
        let word = lexed.word(at);
        let lower = word.to_ascii_lowercase();
        match lower.as_str() {
            "case" => return None,
            "when" | "then" | "else" => {
                gap = Span::default();
                parts.push((lower, String::new()));
                continue;
            }
            _ => {}
        }
        let here = lexed.span(at);
        let (_, text) = parts.last_mut()?;
        if !text.is_empty() && gap.end != here.start {
            text.push(' ');
        }
        gap = here;
        match lower.as_str() {
            "=" => text.push_str("=="),
            "<>" => text.push_str("!="),
            "and" | "or" | "not" | "null" | "is" | "in" | "like" | "true" | "false" => text.push_str(&lower),
            _ => text.push_str(word),
        }
    }
    let mut parts = parts.into_iter();
    let (_, subject) = parts.next()?;
    let (mut arms, mut otherwise) = (Vec::new(), None);
    while let Some((word, text)) = parts.next() {
        match word.as_str() {
            "when" => {
                let (then, value) = parts.next()?;
                if then != "then" || text.is_empty() || value.is_empty() {
                    return None;
                }
                arms.push(format!("{text} => {value}"));
            }
            "else" if otherwise.is_none() && !text.is_empty() => otherwise = Some(text),
            _ => return None,
        }
    }
    if arms.is_empty() {
        return None;
    }
    arms.push(format!("else => {}", otherwise.unwrap_or_else(|| "null".to_owned())));
    let subject = if subject.is_empty() { subject } else { format!("{subject} ") };
    Some(format!("match {subject}{{ {} }}", arms.join(", ")))
}

#[cfg(test)]
mod tests {
    /// The text that is read on, and what is offered.
    fn read(text: &str) -> (String, Vec<String>) {
        let lexed = crate::lexer::lex(text);
        let edit = |d: &crate::diagnostic::Diagnostic| d.help.as_ref()?.edit.as_ref().map(|(_, text)| text.clone());
        let offered = lexed.diagnostics.iter().filter(|d| d.rule.code != "MIG0004").filter_map(edit).collect();
        (lexed.text, offered)
    }

    #[test]
    fn operators_and_values_in_capitals_are_those_of_the_language() {
        for (text, offered) in [
            ("a == 1 AND b IS NOT NULL", vec!["and", "is", "not", "null"]),
            ("x = NOT a OR b", vec!["not", "or"]),
            ("a = NULL", vec!["null"]),
            ("f(a, NULL)", vec!["null"]),
            ("a NOT IN (1)", vec!["not", "in"]),
            ("a LIKE \"x\" ELSE FALSE", vec!["like", "else", "false"]),
        ] {
            let (read, found) = read(text);
            assert_eq!(found, offered, "{text}");
            assert_eq!(read, text.to_lowercase());
        }
    }

    #[test]
    fn names_in_capitals_stay() {
        for text in ["NULL: text", "copy AND, OR", "s.NOT", "OR = x", "a: text NOT NULL", "IN: int64", "a: text NULL"] {
            assert_eq!(read(text), (text.to_owned(), vec![]), "{text}");
        }
    }

    #[test]
    fn a_case_is_one_finding_with_a_match() {
        for (text, offered) in [
            (
                "CASE WHEN a = 'x' AND b <> 2 THEN 'y' ELSE f(a, 1) END",
                "match { a == \"x\" and b != 2 => \"y\", else => f(a, 1) }",
            ),
            ("case k when 1 then \"a\" when 2 then \"b\" end", "match k { 1 => \"a\", 2 => \"b\", else => null }"),
        ] {
            assert_eq!(read(text).1, [offered]);
        }
        let (_, found) = read("CASE WHEN a THEN CASE WHEN b THEN 1 END END");
        assert_eq!(found.len(), 0);
        for text in [
            "let c = r[case] else reject e\n-> t when c.v != \"\" { v = c.v }",
            "case = case\nwhen = when\nend = end",
            "match case { \"a\" => when, \"b\" => end, else => case }",
            "case == \"a\" or when == \"b\" or end == \"c\"",
            "{ NULL: text }\nNULL = NULL\ncheck NULL == 1",
        ] {
            assert_eq!(read(text), (text.to_owned(), vec![]), "{text}");
        }
    }
}
