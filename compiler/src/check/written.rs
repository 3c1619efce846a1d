//! How a column is written, said by `as`: in a source how its text is read, in a target how its value becomes text.

use migc_functions::form::NumberForm;
use migc_functions::{Info, Kind, Mismatch, Ret, Value, find};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::Role;

use super::Column;
use super::exprs::{Body, type_word};
use crate::plan::{Arm, Expr, Op};

/// The function that reads a type, and what is passed to it behind the text.
pub(super) fn conversion(kind: &Kind, form: Option<&str>) -> Option<(&'static str, Vec<(Value<'static>, Kind)>)> {
    let function = find(&type_word(kind))?.name;
    let mut more = Vec::new();
    if let Kind::Decimal { p, s } = kind {
        more.extend([*p, *s].map(|n| (Value::Num(i128::from(n)), Kind::Int64)));
    }
    more.extend(form.map(constant));
    Some((function, more))
}

/// The function that writes a type in a form, and what is passed to it behind the value.
fn writer(kind: &Kind, form: &str) -> Option<(&'static str, Vec<(Value<'static>, Kind)>)> {
    Some(match kind {
        Kind::Date | Kind::Time | Kind::Timestamp | Kind::TimestampTz => ("format_exactly", vec![constant(form)]),
        kind if kind.is_number() => ("format_number", vec![constant(form)]),
        Kind::Uuid if form == "hex" => ("replace", vec![constant("-"), constant("")]),
        Kind::Bytes(_) if form == "hex" => ("text", Vec::new()),
        Kind::Bytes(_) if form == "base64" => ("base64", Vec::new()),
        _ => return None,
    })
}

fn constant(text: &str) -> (Value<'static>, Kind) {
    (Value::owned(text.to_owned()), Kind::Text(Some(text.chars().count() as u32)))
}

/// Offers a pattern of other tools as it is written here.
pub(super) fn pattern_mended(found: Diagnostic, pattern: &str, at: Span) -> Diagnostic {
    match migc_functions::pattern::rewritten(pattern) {
        Some(ours) => {
            let new = super::literals::quoted(&ours);
            found.fix(format!("write `{new}`"), at, new)
        }
        None => found,
    }
}

/// Offers the two words of a truth value where something else parts them.
pub(super) fn words_mended(found: Diagnostic, form: &str, at: Span) -> Diagnostic {
    let parts: Vec<&str> = form.split([',', ';', '|', '-', ':']).map(str::trim).collect();
    match parts.as_slice() {
        [yes, no] if yes != no && !form.contains('/') => {
            let new = super::literals::quoted(&format!("{yes}/{no}"));
            found.fix(format!("write `{new}`"), at, new)
        }
        _ => found.help("write what stands for true, a slash, and what stands for false"),
    }
}

/// Offers the example of a form of numbers in the place of a mask of other tools.
pub(super) fn number_mended(found: Diagnostic, kind: &Kind, mask: &str, at: Span) -> Diagnostic {
    let marks: String = mask.chars().filter(|c| !c.is_ascii_digit() && *c != '#').collect();
    let fraction = kind.scale() > 0;
    let ours = match marks.as_str() {
        ".," => "1.234,56",
        ",." => "1,234.56",
        " ," => "1 234,56",
        "'." => "1'234.56",
        "." if fraction => "1.234,56",
        "," if fraction && mask.ends_with("234") => "1,234.56",
        "," if fraction => "1234,56",
        _ => return found,
    };
    let new = super::literals::quoted(ours);
    found.fix(format!("write `{new}`, if the file has the number 1234.56 so"), at, new)
}

/// Whether a form suits a type; if not, what to write.
pub(super) fn check_form(kind: &Kind, nullable: bool, form: &str, role: Role) -> Result<(), String> {
    if *kind == Kind::Bool {
        return match form.split_once('/') {
            Some(("", _) | (_, "")) if nullable && role == Role::Target => {
                Err("null is written as nothing, and so is one of the two words: give it a word, or allow no null"
                    .into())
            }
            Some((yes, no)) if yes != no && !no.contains('/') => Ok(()),
            _ => Err("the two words of a truth value are written `\"J/N\"`, true first".into()),
        };
    }
    let (call, first) = match role {
        Role::Target => (writer(kind, form), Info::required(kind.clone())),
        _ => (conversion(kind, Some(form)), Info::text(None)),
    };
    let none = || format!("{kind} is written in one way, so it takes no `as`");
    if matches!(kind, Kind::Text(_) | Kind::Codes(_) | Kind::Json) {
        return Err(none());
    }
    if role != Role::Target
        && let (Kind::Decimal { s: 1.., .. }, Ok(NumberForm::Shown { point: None, .. })) = (kind, NumberForm::new(form))
    {
        return Err(format!(
            "a number of this form is whole, and {kind} has a fraction: show its point too, `1.234,56` or `1,234.56`"
        ));
    }
    let (function, more) = call.ok_or_else(none)?;
    let infos: Vec<Info> =
        std::iter::once(first).chain(more.into_iter().map(|(value, kind)| Info::constant(value, kind))).collect();
    let infer: fn(&[Info]) -> Result<Ret, Mismatch> = find(function).ok_or_else(none)?.infer;
    infer(&infos).map(|_| ()).map_err(|m| m.message)
}

impl Body<'_, '_> {
    /// The value of a target's column as the text that its `as` asks for; none where it has no `as`.
    pub(super) fn written_as(&mut self, value: Expr, column: &Column<'_>) -> Option<Expr> {
        let form = column.form.clone()?;
        let at = value.at;
        if column.broken || value.info.ty.kind == Kind::Null {
            return None;
        }
        let nullable = value.info.ty.nullable;
        if value.info.ty.kind == Kind::Bool {
            let (yes, no) = form.split_once('/')?;
            let word = |t: &str| {
                let (text, kind) = constant(t);
                Expr::constant(text, kind, at)
            };
            let arm =
                |b: bool, t: &str| Arm { tests: vec![Expr::constant(Value::Bool(b), Kind::Bool, at)], value: word(t) };
            let chars = yes.chars().count().max(no.chars().count()) as u32;
            let info = Info::text(Some(chars)).nullable(nullable);
            let mut arms = vec![arm(true, yes), arm(false, no)];
            if nullable {
                let null = Expr { info: info.clone(), ..Expr::constant(Value::Null, info.ty.kind.clone(), at) };
                let test = Expr { info: value.info.clone(), ..Expr::constant(Value::Null, Kind::Bool, at) };
                arms.push(Arm { tests: vec![test], value: null });
            }
            return Some(Expr { op: Op::Match(Some(Box::new(value)), arms), info, fails: false, at });
        }
        if value.info.ty.kind == Kind::Float64 {
            // A comma for the whole file.
            let text = self.apply("text", vec![value], at)?;
            let marks = [".", ","].map(|mark| {
                let (mark, kind) = constant(mark);
                Expr::constant(mark, kind, at)
            });
            return self.apply("replace", std::iter::once(text).chain(marks).collect(), at);
        }
        let (function, more) = writer(&value.info.ty.kind, &form)?;
        let constants = more.into_iter().map(|(value, kind)| Expr::constant(value, kind, at));
        self.apply(function, std::iter::once(value).chain(constants).collect(), at)
    }
}
