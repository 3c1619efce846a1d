//! What becomes of a record whose value fails: tails, and the fates that they name.

use migc_functions::Info;
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{StringLit, Tail, TailKind};

use super::exprs::{Body, failing_part};
use crate::plan::{Expr, Fate, FateKind, Op, Otherwise, Step};
use crate::rules;

impl<'t> Body<'_, 't> {
    /// A condition that cannot fail any more: one that can is bound first, and its failure rejects the record.
    pub(super) fn settled(&mut self, cond: Expr, about: &str) -> Option<Expr> {
        if !cond.fails {
            return Some(cond);
        }
        let code = format!("{about}.{}", failing_part(&cond));
        let at = cond.at;
        let (cond, otherwise, info) = self.otherwise(cond, None, about, &code)?;
        let slot = self.bind(&format!("${about}"), info);
        self.steps.push(Step::Let { slot, value: cond, otherwise });
        Some(self.slot(slot, at))
    }

    /// A message; columns that nothing has bound yet are shown as they stood.
    pub(super) fn message(&mut self, lit: Option<&StringLit>) -> Option<Expr> {
        let lit = lit?;
        self.in_message = true;
        let message = self.text(lit);
        self.in_message = false;
        message
    }

    pub(super) fn fate(
        &mut self,
        kind: FateKind,
        code: &str,
        message: Option<Expr>,
        about: Option<&str>,
        at: Span,
    ) -> usize {
        self.program.fates.push(Fate { kind, code: code.to_owned(), message, about: about.map(str::to_owned), at });
        self.program.fates.len() - 1
    }

    /// What happens when a value fails; `code` is the reject code where the spec names none. Gives the value too, which a
    /// replacement may have brought to another scale, and what is known once the tail has acted.
    pub(super) fn otherwise(
        &mut self,
        value: Expr,
        tail: Option<&Tail>,
        about: &str,
        code: &str,
    ) -> Option<(Expr, Otherwise, Info)> {
        let known = value.info.clone();
        let of_codes = tail.is_none();
        let tail = tail.or_else(|| self.tail_of_codes(&value));
        let Some(tail) = tail else {
            if !value.fails {
                return Some((value, Otherwise::Never, known));
            }
            let fate = self.fate(FateKind::Reject, code, None, Some(about), value.at);
            return Some((value, Otherwise::Leave(fate), known));
        };
        let (kind, code, message) = match &tail.kind {
            TailKind::Broken => return None,
            TailKind::Value(e) => {
                let other = self.expr(e)?;
                let (mut both, info) = self.unify(vec![value, other])?;
                let other = both.pop()?;
                let value = both.pop()?;
                if other.fails {
                    return self.fail(Diagnostic::new(
                        &rules::WRONG_TYPE,
                        e.span,
                        "what stands instead must not fail itself",
                    ));
                }
                if !value.fails {
                    return Some((value, Otherwise::Never, known));
                }
                let message = self.message(tail.warn.as_ref());
                let warn = tail.warn.as_ref().map(|w| self.fate(FateKind::Warn, code, message, Some(about), w.span));
                return Some((value, Otherwise::Value(Box::new(other), warn), info));
            }
            TailKind::Reject { code, message } => (FateKind::Reject, code.text.clone(), message.as_ref()),
            TailKind::Drop { reason, why } => (FateKind::Drop, reason.text.clone(), why.as_ref()),
            TailKind::Abort(message) => (FateKind::Abort, "abort".into(), message.as_ref()),
            TailKind::Warn(message) => {
                let label = "after a warning alone, there is no value to go on with";
                return self.fail(
                    Diagnostic::new(&rules::WRONG_TYPE, message.span, label).help("write `else null warn \"…\"`"),
                );
            }
        };
        let before = self.env.diagnostics.len();
        let message = self.message(message);
        if of_codes {
            for found in self.env.diagnostics.iter_mut().skip(before) {
                found.also.push((value.at, "where the list is used".to_owned()));
            }
        }
        if !value.fails {
            return Some((value, Otherwise::Never, known));
        }
        let fate = self.fate(kind, &code, message, Some(about), tail.span);
        Some((value, Otherwise::Leave(fate), known))
    }

    /// What the list of codes whose conversion fails says of texts that it does not take.
    fn tail_of_codes(&self, value: &Expr) -> Option<&'t Tail> {
        fn failing(e: &Expr) -> Option<usize> {
            let mut found = None;
            let mut inner = false;
            e.each_part(&mut |part| {
                if part.fails && !inner {
                    (inner, found) = (true, failing(part));
                }
            });
            match e.op {
                Op::Codes(list, _) if !inner => Some(list),
                _ => found,
            }
        }
        let list = failing(value).filter(|_| value.fails)?;
        self.env.codes_else.get(list).copied().flatten().filter(|t| !matches!(t.kind, TailKind::Value(_)))
    }
}
