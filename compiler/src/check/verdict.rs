//! Whether a value fits its column: as it is, by adding zeros behind the point, or because the spec says what happens.

use migc_functions::{Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::Name;

use super::exprs::{Body, type_word};
use crate::plan::Expr;
use crate::rules;

impl Body<'_, '_> {
    /// Whether a value fits its column: as it is, by adding zeros behind the point, or because the spec says what happens.
    pub(super) fn verdict(
        &mut self,
        value: Expr,
        ty: &Ty,
        must_fit: bool,
        column: &Name,
        declared: Span,
    ) -> Option<Expr> {
        let (have, want) = (&value.info.ty.kind, &ty.kind);
        let at = value.at;
        let target = format!("`{}` is {ty}", column.text);
        if *have == Kind::Null {
            if !ty.nullable {
                let d = Diagnostic::new(&rules::NULL_INTO_REQUIRED, at, "this is null").also(declared, target);
                return self.fail(d.help("write a value, or allow null where the column is declared, with `?`"));
            }
            return Some(value);
        }
        let related = match (have, want) {
            (Kind::Codes(a), Kind::Codes(b)) if a == b => true,
            // A text that can only be one of the list's right sides.
            (a, Kind::Codes(_)) if a.is_textual() => match (&value.info.set, self.env.info(ty).set) {
                (Some(have), Some(want)) => have.iter().all(|t| want.contains(t)),
                _ => false,
            },
            (a, Kind::OneOf(_)) if a.is_text() => true,
            (a, b) if a.is_textual() && b.is_text() => true,
            (Kind::Bytes(_), Kind::Bytes(_)) => true,
            (a, b) if a.is_number() && b.is_number() && !a.has_dimension() => true,
            (a, b) => a == b,
        };
        if !related {
            let label = format!("this is {}", value.info.ty);
            let word = type_word(want);
            let call = match want {
                Kind::Decimal { p, s } => format!("decimal(…, {p}, {s})"),
                _ => format!("{word}(…)"),
            };
            let d = Diagnostic::new(&rules::WRONG_TYPE, at, label).also(declared, target);
            let d = match self.as_literal(d, &value, want) {
                Ok(d) => return self.fail(d),
                Err(d) => d,
            };
            return self.fail(match (have, want) {
                (Kind::Record(_), _) => d.help("name one of its columns: `record.column`"),
                (_, Kind::Bool) => {
                    d.help("make a truth value of it: `x == \"Y\"`, or `match x { \"Y\" => true, \"N\" => false }`")
                }
                (have, want) if let Some(word) = super::temporal::word(have, want) => d.help(word),
                _ => d.help(format!("convert it: `{call}`, and say with `else` what happens when that fails")),
            });
        }
        if value.info.ty.nullable && !ty.nullable {
            if must_fit {
                let value = self.required(value);
                return self.verdict(value, ty, true, column, declared);
            }
            if self.is_unsure(&value) {
                return None;
            }
            let d = Diagnostic::new(&rules::NULL_INTO_REQUIRED, at, "this may be null").also(declared, target);
            let set = self.env.info(ty).set;
            let other = match want {
                Kind::Date => "1900-01-01".to_owned(),
                Kind::Bool => "false".to_owned(),
                k if k.is_number() => "0".to_owned(),
                _ => super::literals::quoted(set.iter().flatten().next().map_or("", String::as_str)),
            };
            let help = format!(
                "say what stands instead: `… ?? {other}`, or let the record leave: `reject if … is null as CODE`"
            );
            return self.fail(d.help(help));
        }
        let by = want.scale().saturating_sub(have.scale());
        let loses = have.is_number() && have.scale() > want.scale();
        let value = if have.is_number() && !loses { self.scaled(value, by)? } else { value };
        let (lo, hi) = value.info.bounds();
        let fits = match want {
            Kind::OneOf(texts) => value.info.set.as_ref().is_some_and(|set| set.iter().all(|t| texts.contains(t))),
            Kind::Text(Some(_)) | Kind::Bytes(Some(_)) => {
                want.most_chars().is_none_or(|n| value.info.chars().is_some_and(|c| c <= n))
            }
            _ if want.is_number() => !loses && want.bounds().is_some_and(|(l, h)| lo >= l && hi <= h),
            _ => true,
        };
        if fits {
            return Some(value);
        }
        if must_fit {
            return Some(self.fit_into(value, want));
        }
        let (label, help) = match want {
            Kind::OneOf(texts) => {
                let outside = |set: &Vec<String>| set.iter().find(|t| !texts.contains(t)).cloned();
                let label = match value.info.set.as_ref().and_then(outside) {
                    Some(t) => format!("this can be \"{t}\""),
                    None => "this can be any text".to_owned(),
                };
                (label, "reject what is outside: `… |> must_fit`, or translate it with `match` or `codes`".to_owned())
            }
            Kind::Text(Some(n)) => {
                let have = value.info.chars().map_or("any length".to_owned(), |c| format!("up to {c} characters"));
                (
                    format!("this is text of {have}"),
                    format!("reject what does not fit: `… |> must_fit`, or cut it: `… |> left({n})`"),
                )
            }
            Kind::Bytes(Some(n)) => (
                value
                    .info
                    .chars()
                    .map_or("this can have any length".to_owned(), |c| format!("this has up to {} bytes", c / 2)),
                format!("reject what has more than {n} bytes: `… |> must_fit`"),
            ),
            _ if loses => (
                format!("this has {} digits behind the point", value.info.ty.kind.scale()),
                format!("round it: `… |> round({})`, or reject what does not fit: `… |> must_fit`", want.scale()),
            ),
            _ => (
                format!(
                    "this can be {} ..= {}",
                    Value::Num(lo).display(&value.info.ty.kind),
                    Value::Num(hi).display(&value.info.ty.kind)
                ),
                "reject what does not fit: `… |> must_fit`".into(),
            ),
        };
        self.fail(Diagnostic::new(&rules::MAY_NOT_FIT, at, label).also(declared, target).help(help))
    }
}
