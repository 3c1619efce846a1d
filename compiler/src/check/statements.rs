//! Statements of a map of records that come before its assignments and after them: cleaning, names, ways out, checks.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Name, Stmt, StringLit, Tail, TailKind};

use super::exprs::{Body, failing_part, type_word};
use super::refine::refine;
use crate::plan::{FateKind, Step};
use crate::rules;

impl<'t> Body<'_, 't> {
    /// A statement; the columns that it mentions count as used where it has a mistake, so that one mistake is one
    /// diagnostic.
    pub(super) fn watched(&mut self, stmt: &'t Stmt) {
        let (before, unbound) = (self.env.diagnostics.len(), self.broken.len());
        self.statement(stmt);
        let span = match stmt {
            Stmt::Clean { span, .. }
            | Stmt::Let { span, .. }
            | Stmt::DropIf { span, .. }
            | Stmt::RejectIf { span, .. } => *span,
            Stmt::Check { span, .. } | Stmt::Broken(span) => *span,
            Stmt::Later(l) => l.span,
            Stmt::Assign { .. } | Stmt::Copy { .. } | Stmt::Arrow(_) | Stmt::Explode(_) => return,
            _ => return,
        };
        let broken = matches!(stmt, Stmt::Broken(_) | Stmt::Later(_));
        if broken
            || self.env.diagnostics.len() > before
            || self.broken.len() > unbound
            || self.env.syntax_errors.iter().any(|e| e.start >= span.start && e.end <= span.end)
        {
            if broken {
                // The name that it may have given is not unknown.
                let words =
                    self.piece(span).split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
                let all: Vec<&str> = words.collect();
                let named = all.windows(2).filter(|w| w[0] == "as").map(|w| w[1]);
                let words: Vec<String> = all.iter().take(2).copied().chain(named).map(str::to_owned).collect();
                let fresh = |w: &String| !self.columns.iter().any(|c| c.tree.name.text == *w);
                let fresh: Vec<String> = words.into_iter().filter(fresh).collect();
                self.broken.extend(fresh);
            }
            match stmt {
                Stmt::Clean { .. } | Stmt::Let { .. } => self.mentioned(span),
                _ => self.undecided(span),
            }
        }
    }

    fn statement(&mut self, stmt: &'t Stmt) {
        match stmt {
            Stmt::Clean { column, value, tail, .. } => {
                self.clean(column, value, tail.as_ref());
            }
            Stmt::Let { name, value, tail, .. } => {
                self.binding(name, value, tail.as_ref());
            }
            Stmt::DropIf { cond, reason, why, .. } => {
                self.leave_if(cond, FateKind::Drop, reason, why.as_ref());
            }
            Stmt::RejectIf { cond, code, message, .. } => {
                self.leave_if(cond, FateKind::Reject, code, message.as_ref());
            }
            Stmt::Check { cond, tail, span } => {
                self.check(cond, tail.as_ref(), *span, "check", None);
            }
            Stmt::Scale { span, .. }
            | Stmt::Snap { span, .. }
            | Stmt::Cells(_, span)
            | Stmt::Every(span)
            | Stmt::CellsOf { span, .. } => {
                self.env.error(Diagnostic::new(&rules::MISPLACED, *span, "this belongs to a map of a layout"));
            }
            Stmt::Assign { .. }
            | Stmt::Copy { .. }
            | Stmt::Arrow(_)
            | Stmt::Explode(_)
            | Stmt::Later(_)
            | Stmt::Broken(_) => {}
        }
    }

    fn clean(&mut self, column: &Name, value: &tree::Expr, tail: Option<&Tail>) -> Option<()> {
        let Some(i) = self.columns.iter().position(|c| c.tree.name.text == column.text) else {
            let columns = self.columns.clone();
            self.env.unknown_column(column, &columns);
            return None;
        };
        let before = self.column(i, column.span)?;
        let value = self.expr(value)?;
        if type_word(&before.info.ty.kind) != type_word(&value.info.ty.kind)
            && !(before.info.ty.kind.is_text() && value.info.ty.kind.is_text())
        {
            let label = format!("this makes {} of {}, and cleaning keeps the type", value.info.ty, before.info.ty);
            return self
                .fail(Diagnostic::new(&rules::WRONG_TYPE, value.at, label).help("bind the new value with `let`"));
        }
        let code = format!("{}.{}", column.text, failing_part(&value));
        let (value, otherwise, info) = self.otherwise(value, tail, &column.text, &code)?;
        let slot = self.bind(&column.text, info);
        self.steps.push(Step::Clean { slot, before, value, otherwise });
        self.bound[i] = Some(slot);
        Some(())
    }

    fn binding(&mut self, name: &Name, value: &tree::Expr, tail: Option<&Tail>) -> Option<()> {
        let value = self.expr(value);
        if let Some((_, _slot)) = self.names.iter().find(|(n, _)| *n == name.text) {
            let label = format!("`{}` is already bound above", name.text);
            self.env
                .error(Diagnostic::new(&rules::DEFINED_TWICE, name.span, label).help("give one of them another name"));
        }
        let Some(value) = value else {
            // The name is known all the same, so that its uses are no further errors.
            self.broken.push(name.text.clone());
            return None;
        };
        let code = format!("{}.{}", name.text, failing_part(&value));
        let Some((value, otherwise, info)) = self.otherwise(value, tail, &name.text, &code) else {
            self.broken.push(name.text.clone());
            return None;
        };
        let slot = self.bind(&name.text, info);
        self.steps.push(Step::Let { slot, value, otherwise });
        self.names.push((name.text.clone(), slot));
        Some(())
    }

    fn leave_if(&mut self, cond: &tree::Expr, kind: FateKind, code: &Name, message: Option<&StringLit>) -> Option<()> {
        let when = self.condition(cond)?;
        let when = self.settled(when, &code.text)?;
        let message = self.message(message);
        refine(&mut self.facts, &when, false);
        let fate = self.fate(kind, &code.text, message, None, cond.span);
        self.steps.push(Step::LeaveIf { when, fate });
        Some(())
    }

    /// What must hold; `default` is the code where the spec names none.
    pub(super) fn check(
        &mut self,
        cond: &tree::Expr,
        tail: Option<&Tail>,
        at: Span,
        default: &str,
        about: Option<&str>,
    ) -> Option<()> {
        let holds = self.condition(cond)?;
        let holds = self.settled(holds, default)?;
        let fate = match tail {
            None => self.fate(FateKind::Reject, default, None, about, at),
            Some(tail) => {
                let (kind, code, message) = match &tail.kind {
                    TailKind::Reject { code, message } => (FateKind::Reject, code.text.clone(), message.as_ref()),
                    TailKind::Drop { reason, why } => (FateKind::Drop, reason.text.clone(), why.as_ref()),
                    TailKind::Warn(message) => (FateKind::Warn, default.into(), Some(message)),
                    TailKind::Abort(message) => (FateKind::Abort, "abort".into(), message.as_ref()),
                    TailKind::Value(e) => {
                        let label = "a check has no value that another could stand for";
                        return self.fail(
                            Diagnostic::new(&rules::WRONG_TYPE, e.span, label)
                                .help("write `else reject CODE`, `else drop as reason` or `else warn \"…\"`"),
                        );
                    }
                    TailKind::Broken => return None,
                };
                let message = self.message(message);
                self.fate(kind, &code, message, about, at)
            }
        };
        // After a warning the record goes on, whatever the condition was.
        if self.program.fates[fate].kind != FateKind::Warn {
            refine(&mut self.facts, &holds, true);
        }
        self.steps.push(Step::Check { holds, fate });
        Some(())
    }
}
