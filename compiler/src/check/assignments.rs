//! What columns of a target are assigned, and how each value fits its column.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, ExprKind, Name, Stmt, Tail};

use super::exprs::{Body, failing_part};
use super::meant::Assigned;
use super::records::{Stage, broken, of_stage};
use super::{Column, similar};
use crate::plan::{Expr, Op, Otherwise, Step};
use crate::rules;

impl<'t> Body<'_, 't> {
    /// The columns that statements assign, with where they do.
    pub(super) fn assignments(&mut self, stmts: &'t [Stmt], wanted: &[Column<'t>]) -> Assigned {
        let mut assigned = Assigned::new();
        for stmt in of_stage(stmts, Stage::Assignments) {
            match stmt {
                Stmt::Assign { column, value, tail, span } => {
                    if self.cleans(column, value, wanted, *span) {
                        continue;
                    }
                    if self.is_let(column, wanted) {
                        self.mentioned(*span);
                        continue;
                    }
                    let Some(c) = self.assignable(column, false, wanted, &mut assigned) else {
                        self.mentioned(*span);
                        continue;
                    };
                    let value = if c.broken {
                        // Nothing can be said of how it fits; its own mistakes still are.
                        self.expr(fitted(value).0);
                        None
                    } else {
                        self.assignment(column, value, tail.as_ref(), c)
                    };
                    if value.is_none() {
                        self.mentioned(*span);
                        self.broken_outputs.push(column.text.clone());
                    }
                    // After an error the column still counts as assigned, so that one mistake is one diagnostic.
                    assigned.insert(column.text.clone(), (value.unwrap_or_else(|| broken(column.span)), column.span));
                }
                Stmt::Copy { names, all, except, span } => {
                    let mut listed: Vec<Name> = names.clone();
                    let mut but: Vec<&str> = except.iter().map(|e| e.text.as_str()).collect();
                    for name in except {
                        let of = |columns: &[Column<'t>]| columns.iter().any(|c| c.tree.name.text == name.text);
                        if !of(wanted) && !of(&self.columns) {
                            self.env.unknown_column(name, wanted);
                            let known: Vec<&str> = wanted.iter().map(|c| c.tree.name.text.as_str()).collect();
                            but.extend(similar::did_you_mean(&name.text, &known));
                        }
                    }
                    if *all {
                        let free = |n: &str| !but.contains(&n) && !assigned.contains_key(n);
                        let known = |n: &str| {
                            self.names.iter().any(|(k, _)| k == n) || self.columns.iter().any(|c| c.tree.name.text == n)
                        };
                        listed = wanted
                            .iter()
                            .map(|c| &c.tree.name.text)
                            .filter(|n| free(n) && known(n))
                            .map(|n| Name { text: n.clone(), span: *span })
                            .collect();
                    }
                    let unread = self.env.syntax_errors.iter().any(|e| span.holds(*e));
                    for name in &listed {
                        let Some(c) = self.assignable(name, true, wanted, &mut assigned) else {
                            self.mentioned(name.span);
                            continue;
                        };
                        let value = tree::Expr { kind: ExprKind::Name(name.clone()), span: name.span };
                        let before = self.env.diagnostics.len();
                        let value = match c.broken || unread {
                            true => self.expr(&value).and(None),
                            false => self.assignment(name, &value, None, c),
                        };
                        let whole = (names.len() == 1).then_some(*span);
                        self.out_of_copy(before, name, *all, whole);
                        if value.is_none() {
                            self.broken_outputs.push(name.text.clone());
                        }
                        assigned.insert(name.text.clone(), (value.unwrap_or_else(|| broken(name.span)), name.span));
                    }
                }
                _ => {}
            }
        }
        assigned
    }

    /// The column of the target that a name assigns, if it has not been assigned before.
    fn assignable<'w>(
        &mut self,
        name: &Name,
        copied: bool,
        wanted: &'w [Column<'t>],
        assigned: &mut Assigned,
    ) -> Option<&'w Column<'t>> {
        let Some(c) = wanted.iter().find(|c| c.tree.name.text == name.text) else {
            self.no_such_column(name, copied, wanted, assigned);
            return None;
        };
        if let Some((_, first)) = assigned.get(&name.text) {
            let label = format!("`{}` is assigned a second time", name.text);
            let d = Diagnostic::new(&rules::DEFINED_TWICE, name.span, label).also(*first, "the first time");
            return self.fail(d.help("take one of the two away; a `match` chooses between two values"));
        }
        Some(c)
    }

    /// The value of a column of the target, bound by a step where it can fail.
    pub(super) fn assignment(
        &mut self,
        column: &Name,
        value: &tree::Expr,
        tail: Option<&Tail>,
        c: &Column<'t>,
    ) -> Option<Expr> {
        let (ty, declared) = (&c.ty, c.tree.name.span);
        let (value, must_fit) = fitted(value);
        let value = self.expr(value)?;
        let value = self.cleaned(value, &c.rules)?;
        let value = self.verdict(value, ty, must_fit, column, declared)?;
        let code = format!("{}.{}", column.text, failing_part(&value));
        let mut made = value;
        if made.fails || tail.is_some() {
            let at = made.at;
            let (value, otherwise, info) = self.otherwise(made, tail, &column.text, &code)?;
            if let Otherwise::Value(other, _) = &otherwise {
                self.verdict((**other).clone(), ty, false, column, declared)?;
            }
            made = value;
            if otherwise != Otherwise::Never {
                let slot = self.bind(&column.text, info);
                self.steps.push(Step::Let { slot, value: made, otherwise });
                made = self.slot(slot, at);
            }
        }
        let checked = c.rules.iter().any(|r| {
            self.env.types.get(*r).is_some_and(|d| d.tree.stmts.iter().any(|s| matches!(s, Stmt::Check { .. })))
        });
        if checked {
            let at = made.at;
            let slot = match made.op {
                Op::Slot(slot) => slot,
                _ => {
                    let slot = self.bind(&column.text, made.info.clone());
                    self.steps.push(Step::Let { slot, value: made, otherwise: Otherwise::Never });
                    slot
                }
            };
            self.hold(&c.rules, slot, &column.text);
            made = self.slot(slot, at);
        }
        Some(made)
    }
}

/// A value without the `|> must_fit` behind it, and whether that was there.
fn fitted(value: &tree::Expr) -> (&tree::Expr, bool) {
    match &value.kind {
        ExprKind::Pipe(left, right) if matches!(&right.kind, ExprKind::Name(n) if n.text == "must_fit") => (left, true),
        _ => (value, false),
    }
}
