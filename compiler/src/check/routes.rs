//! Maps that route: several arrows, each with a condition and a row of its own.

use migc_functions::{Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, Arrow, Stmt, TailKind};

use super::exprs::Body;
use super::records::Row;
use super::refine::{Known, refine};
use crate::plan::{self, Cmp, Expr, FateKind, Op, Step};
use crate::rules;

impl<'t> Body<'_, 't> {
    /// The arrows of a map that has no target in its head.
    pub(super) fn routes(&mut self, map: &'t tree::Map) -> Vec<plan::Arrow> {
        for stmt in &map.stmts {
            if let Stmt::Assign { span, .. } | Stmt::Copy { span, .. } = stmt {
                self.mentioned(*span);
                let label = "an assignment stands in an arrow here";
                let help = "write it between the braces of the arrow whose target has the column: `-> b when … { … }`";
                self.env.error(Diagnostic::new(&rules::MISPLACED, *span, label).help(help));
            }
            if let Stmt::Check { .. } = stmt {
                self.watched(stmt);
            }
        }
        let trees: Vec<&'t Arrow> = map.arrows().collect();
        // All conditions are decided before the first row is made, so that none depends on what an arrow binds.
        let mut whens = Vec::new();
        let mut whole = true;
        for arrow in &trees {
            let Some(when) = &arrow.when else {
                whens.push(None);
                continue;
            };
            let before = self.env.diagnostics.len();
            let cond = self.condition(when).and_then(|c| self.settled(c, "when"));
            if self.env.diagnostics.len() > before || cond.is_none() {
                self.undecided(when.span);
            }
            whole &= cond.is_some();
            whens.push(cond);
        }
        self.otherwise_of(map, &trees, &whens, whole);
        let mut arrows = Vec::new();
        for (arrow, when) in trees.into_iter().zip(whens) {
            arrows.extend(self.route(arrow, when, &map.source.text));
        }
        arrows
    }

    /// One arrow. What it binds and learns stays in it.
    fn route(&mut self, arrow: &'t Arrow, when: Option<Expr>, source: &str) -> Option<plan::Arrow> {
        let steps = std::mem::take(&mut self.steps);
        let (names, bound, facts) = (self.names.len(), self.bound.clone(), self.facts.clone());
        let (broken, outputs) = (self.broken.len(), self.broken_outputs.len());
        if let Some(when) = &when {
            refine(&mut self.facts, when, true);
        }
        for stmt in &arrow.stmts {
            match stmt {
                Stmt::Clean { span, .. } => {
                    self.mentioned(*span);
                    let label = "cleaning stands before the arrows: it is the same for all of them";
                    self.env.error(
                        Diagnostic::new(&rules::MISPLACED, *span, label).help("move the line up, into the map itself"),
                    );
                }
                Stmt::Arrow(inner) => {
                    self.mentioned(inner.span);
                    let label = "an arrow inside an arrow";
                    let help = "write both conditions at one arrow: `-> b when x and y { … }`";
                    self.env.error(Diagnostic::new(&rules::MISPLACED, inner.head, label).help(help));
                }
                Stmt::Assign { .. } | Stmt::Copy { .. } | Stmt::Check { .. } => {}
                other => self.watched(other),
            }
        }
        let row = self.rows(&arrow.stmts, &arrow.target, source, arrow.head);
        let target = self.target_of(&arrow.target);
        self.names.truncate(names);
        self.broken.truncate(broken);
        self.broken_outputs.truncate(outputs);
        (self.bound, self.facts) = (bound, facts);
        let steps = std::mem::replace(&mut self.steps, steps);
        let Row { outputs, measures, keys } = row?;
        Some(plan::Arrow { target: target?, when, steps, outputs, measures, keys })
    }

    /// What happens to a record for which no arrow holds.
    fn otherwise_of(&mut self, map: &'t tree::Map, trees: &[&'t Arrow], whens: &[Option<Expr>], whole: bool) {
        let covers = trees.iter().any(|a| a.when.is_none()) || covered(whens);
        for early in trees.iter().rev().skip(1) {
            if let Some(tail) = &early.otherwise {
                let label = "`else` stands behind the last arrow: it takes what no arrow takes";
                self.env.error(Diagnostic::new(&rules::MISPLACED, tail.span, label));
            }
        }
        let tail = trees.last().and_then(|a| a.otherwise.as_ref());
        let Some(tail) = tail else {
            if !covers && whole {
                let label = "a record for which no arrow holds has no fate";
                let mut d = Diagnostic::new(&rules::NOT_COVERED, map.head, label);
                for arrow in trees {
                    d = d.also(arrow.head, "one of the arrows");
                }
                let help =
                    "say behind the last arrow what becomes of it: `else drop as other \"why\"`, or `else reject CODE`";
                self.env.error(d.help(help));
            }
            return;
        };
        let at = tail.span;
        let (kind, code, message) = match &tail.kind {
            TailKind::Reject { code, message } => (FateKind::Reject, code.text.clone(), message.as_ref()),
            TailKind::Drop { reason, why } => (FateKind::Drop, reason.text.clone(), why.as_ref()),
            TailKind::Abort(message) => (FateKind::Abort, "abort".to_owned(), message.as_ref()),
            TailKind::Broken => return,
            TailKind::Value(_) | TailKind::Warn(_) => {
                let label = "the record leaves here: `else drop as reason`, `else reject CODE` or `else abort \"…\"`";
                self.env.error(Diagnostic::new(&rules::WRONG_TYPE, at, label));
                return;
            }
        };
        let message = self.message(message);
        let some: Vec<Expr> = whens.iter().flatten().map(|w| self.surely(w.clone())).collect();
        if some.len() != trees.len() {
            return;
        }
        let any = match some.len() {
            1 => some.into_iter().next(),
            _ => {
                let info = migc_functions::Info::required(Kind::Bool);
                Some(Expr { op: Op::Or(some), info, fails: false, at })
            }
        };
        let Some(any) = any else { return };
        let when = self.not(any, at);
        let fate = self.fate(kind, &code, message, None, at);
        self.steps.push(Step::LeaveIf { when, fate });
    }

    /// A condition that is false where it is null.
    pub(super) fn surely(&mut self, cond: Expr) -> Expr {
        if !cond.info.ty.nullable {
            return cond;
        }
        let at = cond.at;
        let no = Expr::constant(Value::Bool(false), Kind::Bool, at);
        let info = migc_functions::Info::required(Kind::Bool);
        Expr { op: Op::Coalesce(Box::new(cond), Box::new(no)), info, fails: false, at }
    }
}

/// The texts that conditions name of one value, the only ones that it can be, and whether it can be null.
type Named<'a> = (Known, Vec<&'a str>, &'a Option<Vec<String>>, bool);

/// Whether conditions provably take every record: one is always true, or together they name every text of a closed set.
fn covered(whens: &[Option<Expr>]) -> bool {
    let mut named: Vec<Named<'_>> = Vec::new();
    for when in whens.iter().flatten() {
        if when.op == Op::Const(Value::Bool(true)) {
            return true;
        }
        let mut parts = vec![when];
        while let Some(part) = parts.pop() {
            let (of, texts) = match &part.op {
                Op::Or(more) => {
                    parts.extend(more);
                    continue;
                }
                Op::Compare(Cmp::Eq, a, b) => match (&a.info.constant, &b.info.constant) {
                    (_, Some(Value::Text(t))) => (a, vec![&**t]),
                    (Some(Value::Text(t)), _) => (b, vec![&**t]),
                    _ => continue,
                },
                Op::OneOf(a, values) => (a, values.iter().filter_map(Value::as_text).collect()),
                _ => continue,
            };
            let Some(known) = Known::of(of) else { continue };
            match named.iter_mut().find(|(k, ..)| *k == known) {
                Some((_, all, ..)) => all.extend(texts),
                None => named.push((known, texts, &of.info.set, of.info.ty.nullable)),
            }
        }
    }
    named.iter().any(|(_, texts, set, nullable)| {
        !nullable && set.as_ref().is_some_and(|set| set.iter().all(|t| texts.contains(&t.as_str())))
    })
}
