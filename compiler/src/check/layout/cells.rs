//! Cells by their names: patterns with holes, and what becomes of the cells.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, Expr, ExprKind, StrPart, StringLit};

use super::super::{Env, similar};
use crate::plan::{self, CellPart, CellPattern};
use crate::rules;

impl Env<'_> {
    /// Names of cells, with holes: `"ram_{n}"`.
    pub(super) fn cell_pattern(&mut self, lit: &StringLit) -> Option<CellPattern> {
        let mut parts = Vec::new();
        for part in &lit.parts {
            parts.push(match part {
                StrPart::Text(text) => CellPart::Text(text.clone()),
                StrPart::Expr(Expr { kind: ExprKind::Name(n), .. }) => CellPart::Hole(n.text.clone()),
                StrPart::Glob(n) => CellPart::Hole(n.text.clone()),
                StrPart::Expr(e) => {
                    let d = Diagnostic::new(
                        &rules::WRONG_TYPE,
                        e.span,
                        "a hole in the names of cells has a name, and nothing else",
                    );
                    self.error(d.help("write `\"ram_{n}\"`"));
                    return None;
                }
            });
        }
        if parts.windows(2).any(|w| matches!(w, [CellPart::Hole(_), CellPart::Hole(_)])) {
            let label = "two holes stand side by side: where one ends and the other begins is not said";
            self.error(Diagnostic::new(&rules::WRONG_TYPE, lit.span, label));
            return None;
        }
        Some(CellPattern(parts))
    }

    /// What becomes of cells by their names.
    pub(super) fn cell_rule(&mut self, rule: &tree::CellRule, before: &[plan::CellRule]) -> Option<plan::CellRule> {
        let pattern = self.cell_pattern(&rule.pattern)?;
        let everything = |p: &CellPattern| matches!(p.0.as_slice(), [CellPart::Hole(_)]);
        if before.iter().any(|b| b.pattern == pattern || everything(&b.pattern)) {
            let label = "no cell reaches this line: one above takes all that it names";
            self.error(Diagnostic::new(&rules::DEFINED_TWICE, rule.span, label));
        }
        let fate = match &rule.what {
            tree::CellFate::Keep => plan::CellFate::Keep,
            tree::CellFate::Drop(reason, _) => plan::CellFate::Drop(reason.text.clone()),
            tree::CellFate::Rename(to) => {
                let new = self.cell_pattern(to)?;
                let holes = |p: &CellPattern| -> Vec<String> {
                    let hole = |p: &CellPart| if let CellPart::Hole(n) = p { Some(n.clone()) } else { None };
                    p.0.iter().filter_map(hole).collect()
                };
                let empty = |p: &CellPart| matches!(p, CellPart::Text(t) if t.is_empty());
                if new.0.iter().all(empty) {
                    let label = "a cell has a name";
                    self.error(Diagnostic::new(&rules::WRONG_QUANTITY, to.span, label));
                }
                let known = holes(&pattern);
                if let Some(other) = holes(&new).into_iter().find(|h| !known.contains(h)) {
                    let label = format!("the hole `{{{other}}}` is not in the names before");
                    let d = Diagnostic::new(&rules::UNKNOWN_NAME, to.span, label);
                    self.error(d.help(similar::in_scope("holes", known.iter().map(String::as_str))));
                } else if let Some(lost) = known.iter().find(|h| !holes(&new).contains(h)) {
                    let label = format!("what fills `{{{lost}}}` is lost, so that several cells would be called alike");
                    self.error(Diagnostic::new(&rules::WRONG_QUANTITY, to.span, label));
                }
                plan::CellFate::Rename(new)
            }
        };
        Some(plan::CellRule { pattern, fate })
    }
}
