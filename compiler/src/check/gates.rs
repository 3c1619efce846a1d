//! Gates: what must hold of a whole target before it is published, and sums that a migration must carry over.

use migc_functions::{Info, Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, BinOp, ExprKind, Item, Name, Role};

use super::exprs::Body;
use super::{Env, offer, similar};
use crate::plan::{self, Expr, Gate, GateOf, Op};
use crate::rules;

/// A gate while it is being read: what it measures is computed where rows are made.
pub(crate) struct Open<'t> {
    pub(crate) gate: Gate,
    /// The target's name, as [`Body::rows`] knows it.
    target: String,
    /// What is measured, and its place among the measures; for a gate that only counts records, nothing.
    measured: Vec<(Measured<'t>, usize)>,
    /// The types of what is measured, once they are known.
    kinds: Vec<Option<Kind>>,
}

/// What is measured of a row.
enum Measured<'t> {
    /// A condition or a value over the target's columns.
    Row(&'t tree::Expr, Wanted),
    /// A column of the source.
    Source { source: String, column: &'t Name },
    /// A column of the target.
    Target(&'t Name),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Condition,
    Number,
}

/// What a gate can measure, as help.
const HELP: &str = "a gate compares one of these with a written-out value: rejected, dropped, warned, loaded (a number, or a share \
in %), count(condition), share(condition), sum(x), min(x), max(x); of a layout: violations";

impl<'t> Env<'t> {
    /// Reads the gates of a spec, before its maps.
    pub(super) fn open_gates(&mut self, spec: &'t tree::Spec) {
        for item in &spec.items {
            match item {
                Item::Expect(expect) => {
                    let Some(index) = self.target_of_gate(&expect.target) else { continue };
                    let mut parted = 0;
                    for (cond, per_file) in &expect.conditions {
                        if cond.span.start < parted {
                            continue;
                        }
                        if let Some(d) = self.parted_by_commas(cond) {
                            parted = d.span.end;
                            self.error(d);
                            continue;
                        }
                        self.open_gate(&expect.target, index, cond, *per_file);
                    }
                }
                Item::Conserve(c) => self.conserve(c),
                _ => {}
            }
        }
    }

    /// A number whose thousands are parted by commas is read as several gates; this is the second.
    fn parted_by_commas(&self, cond: &tree::Expr) -> Option<Diagnostic> {
        let ExprKind::Int(n) = &cond.kind else { return None };
        let before = self.text.get(..cond.span.start as usize)?;
        if n.len() != 3 || !before.ends_with(',') {
            return None;
        }
        let of_number = |c: char| c.is_ascii_digit() || c == ',';
        let begin = before.trim_end_matches(of_number).len();
        let rest = self.text.get(begin..)?;
        let end = begin + rest.find(|c| !of_number(c)).unwrap_or(rest.len());
        let text = self.text.get(begin..end)?.trim_end_matches(',');
        let span = Span::new(begin, begin + text.len());
        let new = text.replace(',', "_");
        let d = Diagnostic::new(&rules::WRONG_GATE, span, "a comma parts two gates");
        Some(d.fix(format!("thousands are parted by `_`: `{new}`"), span, new))
    }

    fn target_of_gate(&mut self, name: &Name) -> Option<usize> {
        if let Some(place) = self.find(&name.text, Role::Target) {
            return place.index;
        }
        let known: Vec<&str> =
            self.places.iter().filter(|p| p.tree.role == Role::Target).map(|p| p.tree.name.text.as_str()).collect();
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, name.span, format!("there is no target `{}`", name.text));
        self.error(offer(d, name, "targets", &known));
        None
    }

    fn open_gate(&mut self, target: &Name, index: usize, cond: &'t tree::Expr, per_file: bool) -> Option<()> {
        let wrong = |span: Span, label: &str| Diagnostic::new(&rules::WRONG_GATE, span, label.to_owned()).help(HELP);
        let (left, ends) = match &cond.kind {
            ExprKind::Broken => return None,
            ExprKind::Binary(BinOp::In, x, range) => match &range.kind {
                ExprKind::Range(lo, hi) => (&**x, vec![(BinOp::Ge, &**lo), (BinOp::Le, &**hi)]),
                _ => {
                    self.error(wrong(range.span, "a range stands behind `in` here"));
                    return None;
                }
            },
            ExprKind::Binary(op, x, bound)
                if matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge) =>
            {
                (&**x, vec![(*op, &**bound)])
            }
            _ => {
                self.error(wrong(cond.span, "a gate is a comparison"));
                return None;
            }
        };
        let (of, measured) = match &left.kind {
            ExprKind::Name(n) => match n.text.as_str() {
                "rejected" => (GateOf::Rejected, None),
                "dropped" => (GateOf::Dropped, None),
                "warned" => (GateOf::Warned, None),
                "loaded" | "count" => (GateOf::Loaded, None),
                "violations" => (GateOf::Violations, None),
                _ => return self.unmeasured(n, &["rejected", "dropped", "warned", "loaded", "count", "violations"]),
            },
            ExprKind::Call(name, args) => {
                let [arg] = args.as_slice() else {
                    self.error(wrong(left.span, "one argument stands here"));
                    return None;
                };
                match name.text.as_str() {
                    "share" => (GateOf::Share, Some((&arg.value, Wanted::Condition))),
                    "count" => (GateOf::Count, Some((&arg.value, Wanted::Condition))),
                    "sum" => (GateOf::Sum, Some((&arg.value, Wanted::Number))),
                    "min" => (GateOf::Min, Some((&arg.value, Wanted::Number))),
                    "max" => (GateOf::Max, Some((&arg.value, Wanted::Number))),
                    _ => return self.unmeasured(name, &["share", "count", "sum", "min", "max"]),
                }
            }
            _ => {
                self.error(wrong(left.span, "this is nothing that a gate measures"));
                return None;
            }
        };
        let layout = self.places.iter().any(|p| p.tree.name.text == target.text && p.tree.is_layout());
        let of_layouts = matches!(of, GateOf::Rejected | GateOf::Dropped | GateOf::Violations);
        if layout != matches!(of, GateOf::Violations) && !(layout && of_layouts) {
            let d = Diagnostic::new(
                &rules::WRONG_GATE,
                left.span,
                match layout {
                    true => "this is measured of rows, and a layout has none",
                    false => "violations are of rules of layers, and this target has none",
                },
            );
            self.error(match layout {
                true => d.help("of a layout: `violations`, `rejected`, `dropped`, `no new gaps`, `total_area(a) in … of total_area(old.b)`"),
                false => d.help(HELP),
            });
            return None;
        }
        if per_file && measured.is_some() {
            self.error(wrong(left.span, "of each file, records are counted: rejected, dropped, warned or loaded"));
            return None;
        }
        let (mut bounds, mut constants) = (Vec::new(), Vec::new());
        for (op, bound) in ends {
            let percent = matches!(&bound.kind, ExprKind::Quantity(_, unit) if unit == "%");
            let value = Body::new(self, Vec::new()).expr(bound)?;
            constants.push(value.clone());
            let (Some(Value::Num(n)), true) = (&value.info.constant, value.info.ty.kind.bounds().is_some()) else {
                self.error(wrong(bound.span, "a written-out number or day is wanted here"));
                return None;
            };
            let counted = matches!(of, GateOf::Rejected | GateOf::Dropped | GateOf::Warned | GateOf::Loaded);
            if of == GateOf::Violations && percent {
                self.error(wrong(bound.span, "violations are counted, and are no share of anything"));
                return None;
            }
            if of == GateOf::Share && !percent || percent && !(counted || of == GateOf::Share) {
                self.error(wrong(bound.span, "a share is compared with a percentage, and nothing else is"));
                return None;
            }
            let whole = value.info.ty.kind.scale() == 0;
            if !percent && !whole && (counted || matches!(of, GateOf::Count | GateOf::Violations)) {
                let d = wrong(bound.span, "records are counted in whole numbers");
                let text = self.piece(bound.span);
                self.error(match text.split_once('.') {
                    Some((whole, thousands)) if thousands.len() == 3 => {
                        let new = format!("{whole}_{thousands}");
                        d.fix(format!("thousands are parted by `_`: `{new}`"), bound.span, new)
                    }
                    _ => d.help("write a whole number, or a share in percent: `rejected <= 1%`"),
                });
                return None;
            }
            let cmp = super::operators::cmp_of(op);
            bounds.push(plan::GateBound { cmp, value: *n, kind: value.info.ty.kind.clone(), share: percent });
        }
        if let [lo, hi] = constants.as_slice() {
            Body::new(self, Vec::new()).right_way_round(lo, hi)?;
        }
        let text = self.text.get(cond.span.range()).unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ");
        let text = if per_file { format!("per file {text}") } else { text };
        let measured: Vec<(Measured<'t>, usize)> =
            measured.into_iter().map(|(e, wanted)| (Measured::Row(e, wanted), self.next_measure())).collect();
        let measures = measured.iter().map(|m| (m.1, 0)).collect();
        let gate = Gate { target: index, text, at: cond.span, per_file, of, measures, bounds };
        self.gates.push(Open { gate, target: target.text.clone(), kinds: vec![None; measured.len()], measured });
        Some(())
    }

    /// Tells of a word that is no measure.
    fn unmeasured(&mut self, name: &Name, known: &[&str]) -> Option<()> {
        let d = Diagnostic::new(&rules::WRONG_GATE, name.span, "this is nothing that a gate measures");
        self.error(match similar::did_you_mean(&name.text, known) {
            Some(close) => similar::suggest(d, name.span, close),
            None => d.help(HELP),
        });
        None
    }

    fn next_measure(&mut self) -> usize {
        self.measures += 1;
        self.measures - 1
    }

    fn conserve(&mut self, c: &'t tree::Conserve) {
        if self.find(&c.to.0.text, Role::Source).is_some() && self.find(&c.from.0.text, Role::Target).is_some() {
            let span = c.from.0.span.to(c.to.1.span);
            let new = format!("{}.{} in {}.{}", c.to.0.text, c.to.1.text, c.from.0.text, c.from.1.text);
            let d = Diagnostic::new(&rules::WRONG_PLACE, span, "the source stands first, and then the target");
            return self.error(d.fix(format!("write `{new}`"), span, new));
        }
        let Some(index) = self.target_of_gate(&c.to.0) else { return };
        let Some(source) = self.find(&c.from.0.text, Role::Source) else {
            let label = format!("there is no source `{}`", c.from.0.text);
            let known: Vec<&str> =
                self.places.iter().filter(|p| p.tree.role == Role::Source).map(|p| p.tree.name.text.as_str()).collect();
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, c.from.0.span, label);
            self.error(offer(d, &c.from.0, "sources", &known));
            return;
        };
        let (from, to) = (source.columns.clone(), self.find(&c.to.0.text, Role::Target).map(|p| p.columns.clone()));
        for (name, columns) in [(&c.from.1, &from), (&c.to.1, &to.unwrap_or_default())] {
            match columns.iter().find(|k| k.tree.name.text == name.text) {
                None => return self.unknown_column(name, columns),
                Some(k) if !k.ty.kind.is_number() => {
                    let label = format!("this is {}, and a sum is of numbers", k.ty);
                    return self.error(Diagnostic::new(&rules::WRONG_TYPE, name.span, label));
                }
                Some(_) => {}
            }
        }
        let text = format!("conserve {}.{} in {}.{}", c.from.0.text, c.from.1.text, c.to.0.text, c.to.1.text);
        let measured = vec![
            (Measured::Source { source: c.from.0.text.clone(), column: &c.from.1 }, self.next_measure()),
            (Measured::Target(&c.to.1), self.next_measure()),
        ];
        let measures = measured.iter().map(|m| (m.1, 0)).collect();
        let gate =
            Gate { target: index, text, at: c.span, per_file: false, of: GateOf::Same, measures, bounds: Vec::new() };
        self.gates.push(Open { gate, target: c.to.0.text.clone(), kinds: vec![None; measured.len()], measured });
    }
}

impl<'t> Body<'_, 't> {
    /// A sum over the source counts a record once, however many rows it has in a target: in the first of them.
    pub(super) fn once_a_record(&self, arrows: &mut [plan::Arrow]) {
        let of_sources: Vec<usize> =
            self.env.gates.iter().filter(|g| g.gate.of == GateOf::Same).map(|g| g.gate.measures[0].0).collect();
        for at in 1..arrows.len() {
            let (before, rest) = arrows.split_at_mut(at);
            let Some(arrow) = rest.first_mut() else { continue };
            let earlier = before.iter().filter(|a| a.target == arrow.target);
            let whens: Option<Vec<Expr>> = earlier.map(|a| a.when.clone()).collect();
            for (_, value) in arrow.measures.iter_mut().filter(|(place, _)| of_sources.contains(place)) {
                let nothing = Expr {
                    info: value.info.clone().nullable(true),
                    ..Expr::constant(Value::Null, value.info.ty.kind.clone(), value.at)
                };
                let Some(mut whens) = whens.clone() else {
                    *value = nothing;
                    continue;
                };
                let (at, info) = (value.at, Info::required(Kind::Bool));
                let seen = match whens.len() {
                    0 => continue,
                    1 => whens.swap_remove(0),
                    _ => Expr { op: Op::Or(whens), info, fails: false, at },
                };
                let info = nothing.info.clone();
                let own = std::mem::replace(value, nothing.clone());
                let arms = vec![
                    plan::Arm { tests: vec![Expr { at, ..seen }], value: nothing },
                    plan::Arm { tests: Vec::new(), value: own },
                ];
                *value = Expr { op: Op::Match(None, arms), info, fails: false, at };
            }
        }
    }

    /// What the gates of a target measure of its rows; `self.target_names` are the row's columns.
    pub(super) fn measures(&mut self, target: &Name, source: &str) -> Vec<(usize, Expr)> {
        let mut gates = std::mem::take(&mut self.env.gates);
        let mut out = Vec::new();
        for open in gates.iter_mut().filter(|g| g.target == target.text) {
            for (i, (measured, place)) in open.measured.iter().enumerate() {
                let at = open.gate.at;
                let value = match measured {
                    Measured::Row(e, Wanted::Condition) => self.condition(e),
                    Measured::Row(e, Wanted::Number) => self.expr(e),
                    Measured::Target(name) => {
                        let e = tree::Expr { kind: ExprKind::Name((*name).clone()), span: name.span };
                        self.expr(&e)
                    }
                    Measured::Source { source: of, column } if of == source => {
                        let i = self.columns.iter().position(|c| c.tree.name.text == column.text);
                        i.and_then(|i| self.column(i, column.span))
                    }
                    // A row that comes from elsewhere carries nothing of this source.
                    Measured::Source { .. } => None,
                };
                let Some(value) = value else { continue };
                if value.fails {
                    let label = "this can fail, and a gate is computed on rows that are right";
                    self.env.error(
                        Diagnostic::new(&rules::WRONG_GATE, value.at, label).help("take a column of the target"),
                    );
                    continue;
                }
                let kind = value.info.ty.kind.clone();
                let number = kind.bounds().is_some() || kind == Kind::Bool;
                if !number {
                    let label = format!("this is {}, and a number or a day is wanted", value.info.ty);
                    self.env.error(Diagnostic::new(&rules::WRONG_GATE, value.at, label).help(HELP));
                    continue;
                }
                let known = open.kinds.get(i).cloned().flatten();
                let scale = kind.scale().max(open.gate.measures[i].1);
                let by = scale - kind.scale();
                let value = if kind.is_number() { self.scaled(value, by) } else { Some(value) };
                if known.is_some_and(|k| k.scale() < scale && k.is_number()) {
                    let label = "what is measured has more digits behind its point in one map than in another";
                    self.env.error(
                        Diagnostic::new(&rules::WRONG_GATE, at, label).help("bring both to one scale: `round(x, 2)`"),
                    );
                }
                open.gate.measures[i].1 = scale;
                open.kinds[i] = Some(kind);
                out.extend(value.map(|v| (*place, v)));
            }
        }
        self.env.gates = gates;
        out
    }
}

impl Env<'_> {
    /// The gates as the plan has them, once every map is checked.
    pub(super) fn close_gates(&mut self, out: &mut plan::Plan) {
        for open in std::mem::take(&mut self.gates) {
            let days = |k: &Kind| k.has_day() || *k == Kind::Time;
            if let (Some(kind), Some(bound)) = (open.kinds.first().and_then(Option::as_ref), open.gate.bounds.first())
                && matches!(open.gate.of, GateOf::Sum | GateOf::Min | GateOf::Max)
                && (days(kind) || days(&bound.kind))
                && *kind != bound.kind
            {
                let label = format!("this measures {kind}, and is compared with {}", bound.kind);
                self.error(Diagnostic::new(&rules::WRONG_GATE, open.gate.at, label));
            }
            out.gates.push(open.gate);
        }
        out.measures = self.measures;
    }
}
