//! Written-out values of the wrong type, and how they are written in the right one.

use migc_functions::{Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;

use super::exprs::{Body, type_word};
use super::param_value;
use crate::plan::Expr;

/// A text as a spec writes it.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "{{").replace('}', "}}");
    format!("\"{text}\"")
}

/// What a text says, as a value of a type is written out: `1.250,40` is `1250.40`, `03.07.1961` is `1961-07-03`.
pub(super) fn meant(text: &str, kind: &Kind) -> Option<String> {
    let text = text.trim();
    let is = |new: &str| param_value(&migc_functions::Ty::required(kind.clone()), new).is_some();
    match kind {
        kind if kind.is_number() => {
            let plain = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b));
            if plain(text) && is(text) {
                return Some(text.to_owned());
            }
            let (whole, fraction) = text.split_once(',')?;
            let new = format!("{}.{fraction}", whole.replace('.', ""));
            (plain(&new) && !fraction.is_empty() && is(&new)).then_some(new)
        }
        Kind::Date => {
            if is(text) {
                return Some(text.to_owned());
            }
            let parts: Vec<&str> = text.split('.').collect();
            let [day, month, year] = parts.as_slice() else { return None };
            let new = format!("{year:0>4}-{month:0>2}-{day:0>2}");
            (year.len() == 4 && is(&new)).then_some(new)
        }
        _ => None,
    }
}

/// A written-out value as one of another type: `"12"` as `12`, `5` as `"5"`.
fn instead(written: &str, kind: &Kind) -> Option<String> {
    match written.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(text) => meant(text, kind),
        None if kind.is_text() => {
            let text = written.replace('_', "");
            text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b)).then(|| format!("\"{text}\""))
        }
        None => None,
    }
}

/// Words for true and false in files.
const WORDS: [(&str, &str); 6] = [("j", "n"), ("y", "n"), ("1", "0"), ("true", "false"), ("yes", "no"), ("ja", "nein")];

impl Body<'_, '_> {
    /// A piece of the spec.
    pub(super) fn piece(&self, at: Span) -> &str {
        self.env.text.get(at.range()).unwrap_or("…")
    }

    /// Whether an expression is a text, number or day that stands there.
    pub(super) fn is_written(&self, e: &Expr) -> bool {
        let begins = |c: char| c == '"' || c == '-' || c.is_ascii_digit();
        matches!(e.info.constant, Some(Value::Text(_) | Value::Num(_))) && self.piece(e.at).starts_with(begins)
    }

    /// What is said of a written-out value where one of this type is wanted; none if it is none, or of a type that has no
    /// such values.
    pub(super) fn as_literal(&self, d: Diagnostic, e: &Expr, kind: &Kind) -> Result<Diagnostic, Diagnostic> {
        if !self.is_written(e) {
            return Err(d);
        }
        let written = self.piece(e.at);
        if let Some(new) = instead(written, kind) {
            return Ok(d.fix(format!("write `{new}`"), e.at, new));
        }
        let quoted = written.starts_with('"');
        match kind {
            k if quoted && k.is_number() => Ok(d.help("a number is written without quotes: `12`, `12.50`")),
            Kind::Date if quoted => Ok(d.help("a day is written without quotes: `1961-07-03`")),
            Kind::Timestamp | Kind::TimestampTz | Kind::Time if quoted => {
                Ok(d.help(format!("write it with its type: `{}({written})`", type_word(kind))))
            }
            _ => Err(d),
        }
    }

    /// What is said of a truth value that is compared with a word of the file.
    pub(super) fn compared_with_word(&self, d: Diagnostic, e: &Expr, word: &Expr, equal: bool, at: Span) -> Diagnostic {
        let name = self.piece(e.at);
        let text = match &word.info.constant {
            Some(Value::Text(t)) => t.to_lowercase(),
            Some(Value::Num(n)) => n.to_string(),
            _ => String::new(),
        };
        let truth = match () {
            () if WORDS.iter().any(|(yes, _)| *yes == text) => equal,
            () if WORDS.iter().any(|(_, no)| *no == text) => !equal,
            () => return d.help(format!("a truth value stands by itself: `{name}`, or `not {name}`")),
        };
        let new = if truth { name.to_owned() } else { format!("not {name}") };
        d.fix(format!("a truth value stands by itself: `{new}`"), at, new)
    }
}
