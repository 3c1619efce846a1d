//! `match`, and values brought to one type.

use migc_functions::types::digits;
use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, ExprKind};

use super::exprs::{Body, clash, type_word};
use crate::plan::{Arm, Expr, Op};
use crate::rules;

impl Body<'_, '_> {
    pub(super) fn choose(&mut self, subject: Option<&tree::Expr>, arms: &[tree::Arm], at: Span) -> Option<Expr> {
        self.arms_once(arms);
        let subject = match subject {
            Some(s) => Some(self.expr(s)?),
            None => None,
        };
        let ranges = arms.iter().flat_map(|a| &a.tests).any(|t| matches!(t.kind, ExprKind::Range(..)));
        if let (Some(subject), true) = (&subject, ranges) {
            return self.choose_by_range(subject.clone(), arms, at);
        }
        let (mut tests, mut values) = (Vec::new(), Vec::new());
        let mut covered: Vec<Value<'static>> = Vec::new();
        let mut total = false;
        for arm in arms {
            let mut these = Vec::new();
            for t in &arm.tests {
                match &subject {
                    None => these.push(self.condition(t)?),
                    Some(s) => {
                        let v = self.expr(t)?;
                        if v.info.ty.kind == Kind::Null {
                            covered.push(Value::Null);
                            these.push(Expr::constant(Value::Null, s.info.ty.kind.clone(), t.span));
                            continue;
                        }
                        let Some(c) = self.constant_like(&v, &s.info.ty.kind) else {
                            let label = format!("a written-out {} is wanted here", type_word(&s.info.ty.kind));
                            let d = clash(t.span, label);
                            let d = self.as_literal(d, &v, &s.info.ty.kind).unwrap_or_else(|d| d);
                            return self.fail(d);
                        };
                        covered.push(c.clone());
                        these.push(Expr::constant(c, s.info.ty.kind.clone(), t.span));
                    }
                }
            }
            total |= arm.tests.is_empty();
            tests.push(these);
            values.push(self.expr(&arm.value)?);
        }
        if values.is_empty() {
            return self.fail(clash(at, "a `match` has at least one arm".into()));
        }
        let complete = subject
            .as_ref()
            .and_then(|s| s.info.set.as_ref())
            .is_some_and(|set| set.iter().all(|t| covered.iter().any(|c| c.as_text() == Some(t))));
        let (values, info) = self.unify(values)?;
        // Null is a value like another here: it fits the pattern `null` and `else`, or nothing.
        let complete =
            complete && (covered.contains(&Value::Null) || !subject.as_ref().is_some_and(|s| s.info.ty.nullable));
        let nullable = info.ty.nullable;
        let part_fails = values.iter().chain(tests.iter().flatten()).chain(&subject).any(|v| v.fails);
        let fails = part_fails || !(total || complete);
        let arms = tests.into_iter().zip(values).map(|(tests, value)| Arm { tests, value }).collect();
        Some(Expr { op: Op::Match(subject.map(Box::new), arms), info: info.nullable(nullable), fails, at })
    }

    /// An arm behind `else`, or with a pattern that an earlier one has, is never taken.
    fn arms_once(&mut self, arms: &[tree::Arm]) {
        let mut known: Vec<(String, Span)> = Vec::new();
        let mut otherwise: Option<Span> = None;
        for arm in arms {
            if let Some(first) = otherwise {
                let d = Diagnostic::new(&rules::NEVER, arm.span, "this arm stands behind `else`, so it is never taken");
                self.env.error(d.also(first, "this takes what is left").help("write `else => …` last"));
                return;
            }
            if arm.tests.is_empty() {
                otherwise = Some(arm.span);
            }
            for test in &arm.tests {
                let text: String = self.piece(test.span).split_whitespace().collect::<Vec<_>>().join(" ");
                match known.iter().find(|(k, _)| *k == text) {
                    Some((_, first)) => {
                        let label = "an arm above has this pattern, so this one is never taken";
                        let d = Diagnostic::new(&rules::NEVER, test.span, label).also(*first, "it stands here");
                        self.env.error(d.help("take one of the two away"));
                    }
                    None => known.push((text, test.span)),
                }
            }
        }
    }

    /// A match with ranges among its patterns: conditions on the subject, which is computed once.
    fn choose_by_range(&mut self, subject: Expr, arms: &[tree::Arm], at: Span) -> Option<Expr> {
        let slot = self.bind("$subject", subject.info.clone());
        let here = |body: &Self| body.slot(slot, subject.at);
        let (mut tests, mut values, mut total) = (Vec::new(), Vec::new(), false);
        for arm in arms {
            let mut these = Vec::new();
            for t in &arm.tests {
                let x = here(self);
                these.push(match &t.kind {
                    ExprKind::Range(lo, hi) => self.between(x, lo, hi, t.span)?,
                    _ => {
                        let v = self.expr(t)?;
                        if v.info.ty.kind == Kind::Null {
                            let info = Info::required(Kind::Bool);
                            Expr { op: Op::IsNull(Box::new(x)), info, fails: false, at: t.span }
                        } else {
                            self.compare(crate::plan::Cmp::Eq, x, v, t.span)?
                        }
                    }
                });
            }
            total |= arm.tests.is_empty();
            tests.push(these);
            values.push(self.expr(&arm.value)?);
        }
        let (values, info) = self.unify(values)?;
        let fails = !total || values.iter().chain(tests.iter().flatten()).any(|v| v.fails);
        let arms = tests.into_iter().zip(values).map(|(tests, value)| Arm { tests, value }).collect();
        let fails_too = subject.fails;
        let body = Expr { op: Op::Match(None, arms), info: info.clone(), fails, at };
        let op = Op::Bind(slot, Box::new(subject), Box::new(body));
        Some(Expr { op, info, fails: fails || fails_too, at })
    }

    /// Values brought to one type.
    pub(crate) fn unify(&mut self, values: Vec<Expr>) -> Option<(Vec<Expr>, Info)> {
        let nullable = values.iter().any(|v| v.info.ty.nullable);
        let typed: Vec<&Expr> = values.iter().filter(|v| v.info.ty.kind != Kind::Null).collect();
        let Some(first) = typed.first() else {
            let info = values.first()?.info.clone();
            return Some((values, info));
        };
        let kind = first.info.ty.kind.clone();
        if typed.iter().all(|v| matches!(v.info.ty.kind, Kind::Bytes(_))) {
            let bytes = typed.iter().try_fold(0u32, |n, v| Some(n.max(v.info.chars()?.div_ceil(2))));
            return Some((values, Info::required(Kind::Bytes(bytes)).nullable(nullable)));
        }
        if typed.iter().all(|v| v.info.ty.kind.is_textual()) {
            let chars = typed.iter().try_fold(0u32, |n, v| Some(n.max(v.info.chars()?)));
            let set = typed.iter().try_fold(Vec::new(), |mut all: Vec<String>, v| {
                all.extend(v.info.set.as_ref()?.iter().filter(|t| !all.contains(t)).cloned().collect::<Vec<_>>());
                (all.len() <= 64).then_some(all)
            });
            // A type that knows its values also takes a text that can only be one of them.
            let holds = |kind: &Kind, v: &Expr| {
                v.info.ty.kind == *kind
                    || match (&v.info.set, self.env.info(&Ty { kind: kind.clone(), nullable: false }).set) {
                        (Some(have), Some(all)) => have.iter().all(|t| all.contains(t)),
                        _ => false,
                    }
            };
            let common = typed.iter().map(|v| &v.info.ty.kind).find(|k| {
                matches!(k, Kind::Codes(_) | Kind::OneOf(_) | Kind::Uuid | Kind::Json)
                    && typed.iter().all(|v| holds(k, v))
            });
            let info = Info { set, ..Info::required(common.cloned().unwrap_or(Kind::Text(chars))) };
            return Some((values, info.nullable(nullable)));
        }
        if typed
            .iter()
            .all(|v| v.info.ty.kind.is_number() && (!v.info.ty.kind.has_dimension() || v.info.ty.kind == kind))
        {
            let same = typed.iter().all(|v| v.info.ty.kind == kind);
            let range = |vs: &[Expr]| {
                vs.iter()
                    .filter(|v| v.info.ty.kind != Kind::Null)
                    .map(|v| v.info.bounds())
                    .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
            };
            let (values, s) = self.align(values)?;
            let (lo, hi) = range(&values)?;
            let kind = if same {
                kind
            } else if s == 0 && values.iter().all(|v| v.info.ty.kind.is_int() || v.info.ty.kind == Kind::Null) {
                Kind::Int64
            } else {
                Kind::Decimal { p: digits(lo, hi).max(s).min(38), s }
            };
            return Some((values, Info::number(kind, lo, hi).nullable(nullable)));
        }
        if let Some(other) = typed.iter().find(|v| v.info.ty.kind != kind) {
            let label = format!("this is {}, and the other value is {}", other.info.ty, first.info.ty);
            let (span, also) = (other.at, first.at);
            for (word, wanted) in [(*other, *first), (*first, *other)] {
                let quotes = wanted.info.ty.kind.is_text() && wanted.info.set.is_some();
                if !quotes
                    && self.is_written(word)
                    && let Ok(d) = self.as_literal(clash(span, label.clone()), word, &wanted.info.ty.kind)
                    && d.help.as_ref().is_some_and(|h| h.edit.is_some())
                {
                    return self.fail(d.also(also, "the other value"));
                }
            }
            return self.fail(
                clash(span, label)
                    .also(also, "the other value")
                    .help("values that stand for each other have one type: convert one of them by its name"),
            );
        }
        let info = Info::required(kind).nullable(nullable);
        Some((values, info))
    }
}
