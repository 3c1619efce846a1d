//! Parameters, and their values as text.

use std::collections::BTreeMap;

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree;

use super::{Env, exprs, plain_text};
use crate::rules;

impl<'t> Env<'t> {
    pub(super) fn param(&mut self, p: &'t tree::Param, set: &BTreeMap<String, String>) {
        let ty = self.ty(&p.ty);
        let default = p.default.as_ref().and_then(literal_text);
        if let (Some(e), None) = (&p.default, &default) {
            self.error(Diagnostic::new(&rules::WRONG_TYPE, e.span, "a default is written out: a text or a number"));
        }
        let Some(ty) = ty else { return };
        if let (Some(e), Some(text)) = (&p.default, &default)
            && !is_value(&ty, text)
        {
            self.error(
                Diagnostic::new(&rules::WRONG_TYPE, e.span, format!("this is no {ty}"))
                    .also(p.ty.span, "the parameter's type"),
            );
        }
        // A value of `--set` that is none of the type is the run's business: it names the option.
        let value = set.get(&p.name.text).cloned().or(default).filter(|text| is_value(&ty, text));
        self.params.push((p, ty, value));
    }
}

/// A written-out value as text, as `--set` would give it.
pub(super) fn literal_text(e: &tree::Expr) -> Option<String> {
    match &e.kind {
        tree::ExprKind::Text(lit) => plain_text(lit),
        tree::ExprKind::Int(n) | tree::ExprKind::Decimal(n) => Some(n.clone()),
        tree::ExprKind::Unary(tree::UnOp::Neg, e) => Some(format!("-{}", literal_text(e)?)),
        tree::ExprKind::Bool(b) => Some(b.to_string()),
        tree::ExprKind::Date { year, month, day } => Some(format!("{year:04}-{month:02}-{day:02}")),
        _ => None,
    }
}

/// Whether a text is a value of a parameter's type.
pub(crate) fn is_value(ty: &Ty, text: &str) -> bool {
    param_value(ty, text).is_some()
}

/// The value of a parameter, from its text.
pub(crate) fn param_value(ty: &Ty, text: &str) -> Option<Value<'static>> {
    Some(match &ty.kind {
        Kind::Text(n) if n.is_none_or(|n| text.chars().count() <= n as usize) => Value::owned(text.to_owned()),
        Kind::OneOf(texts) if texts.iter().any(|t| t == text) => Value::owned(text.to_owned()),
        Kind::Bool => Value::Bool(text.parse().ok()?),
        kind if kind.is_number() => {
            let n = migc_functions::decimal::parse(text.as_bytes(), kind.scale()).ok()?;
            let (lo, hi) = kind.bounds()?;
            if n < lo || n > hi {
                return None;
            }
            Value::Num(n)
        }
        Kind::Text(_) | Kind::Codes(_) | Kind::Length | Kind::Record(_) | Kind::Null => return None,
        // The other types are read as their conversion reads them.
        kind => {
            let conversion = migc_functions::find(&exprs::type_word(kind))?;
            let value = (conversion.prepare)(&[Info::text(None)])(&[Value::text(text)]).ok()?.into_static();
            let long = value.as_text().zip(kind.most_chars()).is_some_and(|(t, n)| t.chars().count() > n as usize);
            return if long { None } else { Some(value) };
        }
    })
}
