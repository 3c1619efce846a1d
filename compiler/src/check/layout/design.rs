//! Rules of layers: what a target demands, and what a source promises.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Expr, ExprKind, LayerKind, Margin, RuleKind};

use super::super::quantity;
use super::super::{Env, similar};
use super::layers::{Read, Scope};
use super::spaces::Measured;
use crate::plan::{Axis, DesignRule, Join, Layer, LayerAt, LayerExpr, LayerStep, Metric, Reach, RuleCheck};
use crate::rules;

/// What the rules of a place come to.
#[derive(Default)]
pub(in super::super) struct Rules {
    /// What is checked.
    pub(in super::super) design: Vec<DesignRule>,
    /// What its cuts join.
    pub(in super::super) joins: Vec<Join>,
    /// Its devices.
    pub(in super::super) devices: Vec<crate::plan::Device>,
    /// The pitch of the outlines of cells, by layer.
    pub(in super::super) pitches: Vec<(usize, [i64; 2])>,
    /// The layers that rules read besides their own.
    pub(in super::super) read: Read,
    /// Rules that look at nets, by their places, and where they say so.
    on_nets: Vec<(usize, Span)>,
}

impl<'t> Env<'t> {
    /// The rules of a layer; `at` is its place among the layers of the scope.
    pub(super) fn layer_rules(&mut self, layer: &'t tree::Layer, at: usize, scope: &Scope<'_>, out: &mut Rules) {
        for rule in &layer.rules {
            if layer.kind == LayerKind::Text {
                self.error(Diagnostic::new(&rules::MISPLACED, rule.span, "texts have no rules"));
                continue;
            }
            if let RuleKind::Pitch(e) = &rule.kind {
                match layer.kind {
                    LayerKind::Boundary => out.pitches.extend(self.pitch(e).map(|pitch| (at, pitch))),
                    _ => {
                        let label = "a pitch belongs to the outlines of cells";
                        let d = Diagnostic::new(&rules::MISPLACED, rule.span, label);
                        self.error(match &e.kind {
                            ExprKind::Quantity(..) => {
                                let new = format!("on track per {}", self.piece(e.span));
                                d.fix(format!("wires that lie on tracks: write `{new}`"), rule.span, new)
                            }
                            _ => d.help("declare them as `outline: boundary 235/0 { pitch 460nm x 2720nm }`"),
                        });
                    }
                }
                continue;
            }
            if let RuleKind::Joins { from, to } = &rule.kind {
                if layer.kind != LayerKind::Cut {
                    let d = Diagnostic::new(&rules::MISPLACED, rule.span, "only a cut joins layers");
                    self.error(d.help("declare it as `via1: cut 50/0 { joins metal1 to metal2 }`"));
                    continue;
                }
                let mut side = |env: &mut Self, list: &'t [Expr]| {
                    list.iter().filter_map(|e| env.layer(e, scope, &mut out.read)).collect::<Vec<_>>()
                };
                let (from, to) = (side(self, from), side(self, to));
                out.joins.push(Join { cut: at, from, to });
                continue;
            }
            if let Some(check) = self.rule_check(layer, rule, (at, scope), &mut out.read) {
                if let RuleKind::Measure { when, .. } = &rule.kind {
                    let on = when.iter().find_map(super::spaces::on_nets);
                    out.on_nets.extend(on.map(|(at, _)| (out.design.len(), at)));
                }
                let text = self.piece(rule.span).split_whitespace().collect::<Vec<_>>().join(" ");
                out.design.push(DesignRule { text, at: rule.span, layer: at, check });
            }
        }
    }

    fn rule_check(
        &mut self,
        layer: &tree::Layer,
        rule: &'t tree::LayerRule,
        (at, scope): (usize, &Scope<'_>),
        read: &mut Read,
    ) -> Option<RuleCheck> {
        match &rule.kind {
            RuleKind::Measure { what, to, cmp, value, when } => {
                let is_cut = layer.kind == LayerKind::Cut;
                let rule =
                    Measured { what: *what, to: to.as_ref(), cmp: *cmp, value, when, span: rule.span, at, is_cut };
                self.measured(&rule, scope, read)
            }
            RuleKind::Track { along, pitch, from } => {
                let along = match along.as_deref() {
                    Some("horizontal") => Some(Axis::Horizontal),
                    Some(_) => Some(Axis::Vertical),
                    None => None,
                };
                self.tracks(along, pitch, from.as_ref(), scope)
            }
            RuleKind::Size(e) => {
                if layer.kind != LayerKind::Cut {
                    let d = Diagnostic::new(&rules::MISPLACED, rule.span, "only cuts have an exact size");
                    self.error(d.help("declare the layer as a `cut`, or write `width >= …`"));
                    return None;
                }
                let size = self.exact_size(e, scope.dbu)?;
                for side in size.into_iter().flatten() {
                    if side == 0 || side % scope.grid != 0 {
                        let label = "cuts of this size do not keep to the grid";
                        let grid = quantity::shown_length(scope.grid * scope.dbu);
                        let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label);
                        self.error(
                            d.help(format!("both sides are multiples of the grid of {grid}, and more than nothing")),
                        );
                        break;
                    }
                }
                Some(RuleCheck::Size(size))
            }
            RuleKind::Inside(list) => {
                let list: Vec<Option<Reach>> = list.iter().map(|m| self.reach(m, scope, read)).collect();
                Some(RuleCheck::Inside(list.into_iter().collect::<Option<_>>()?))
            }
            RuleKind::Encloses(m) => Some(RuleCheck::Encloses(self.reach(m, scope, read)?)),
            RuleKind::Extends(m) => self.extension(m, rule.span, scope, read),
            RuleKind::Density { within, window, step } => self.density(within, window, step.as_ref(), scope),
            RuleKind::Word(word) => match word.as_str() {
                "manhattan" => Some(RuleCheck::Angles { diagonal: false }),
                "angles 45" => Some(RuleCheck::Angles { diagonal: true }),
                "on grid" => Some(RuleCheck::Grid(scope.grid)),
                "horizontal" => Some(RuleCheck::Lies(Axis::Horizontal)),
                "vertical" => Some(RuleCheck::Lies(Axis::Vertical)),
                other => self.not_yet(rule.span, &format!("the rule `{other}`")),
            },
            RuleKind::Joins { .. } | RuleKind::Pitch(_) => None,
        }
    }

    fn reach(&mut self, m: &'t Margin, scope: &Scope<'_>, read: &mut Read) -> Option<Reach> {
        let layer = self.layer(&m.layer, scope, read);
        let mut side = |e: &Option<Expr>| match e {
            Some(e) => self.in_units(e, scope.dbu).map(Some),
            None => Some(None),
        };
        let (by, opposite) = (side(&m.by), side(&m.opposite));
        let (by, opposite) = (by?.unwrap_or(0), opposite?);
        if opposite.is_some_and(|o| o < by) {
            let at = m.opposite.as_ref().map_or(m.layer.span, |e| e.span);
            let label = "on opposite sides it is more than on all sides, or nothing is said by it";
            self.error(Diagnostic::new(&rules::WRONG_QUANTITY, at, label));
        }
        let metric = match &m.metric {
            Some((_, at)) if m.by.is_none() => {
                let label = "what is demanded on opposite sides is measured across them";
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, *at, label);
                self.error(d.help("leave the word out"));
                Metric::Projection
            }
            Some((word, _)) if word == "projection" => Metric::Projection,
            Some(_) => Metric::Square,
            None => Metric::Euclidean,
        };
        Some(Reach { layer: layer?, by, opposite, metric })
    }

    /// `extends diff by 130nm`
    fn extension(&mut self, m: &'t Margin, span: Span, scope: &Scope<'_>, read: &mut Read) -> Option<RuleCheck> {
        let reach = self.reach(m, scope, read)?;
        if let Some((_, at)) = m.metric.as_ref().filter(|(word, _)| word != "projection") {
            let label = "how far a layer extends is measured across the side that it crosses";
            self.error(Diagnostic::new(&rules::WRONG_QUANTITY, *at, label).help("leave the word out"));
        } else if let Some(e) = &m.opposite {
            let label = "a layer extends beyond whichever sides it crosses";
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label);
            self.error(d.help("write one length: `extends diff by 130nm`"));
        } else if reach.by == 0 {
            self.never_broken(span);
        }
        Some(RuleCheck::Extends(Reach { metric: Metric::Projection, ..reach }))
    }

    fn density(&mut self, within: &Expr, window: &Expr, step: Option<&Expr>, scope: &Scope<'_>) -> Option<RuleCheck> {
        let share = |e: &Expr| match &e.kind {
            ExprKind::Quantity(n, unit) if unit == "%" => quantity::millionths(n),
            _ => None,
        };
        let ends = match &within.kind {
            ExprKind::Range(a, b) => share(a).zip(share(b)),
            _ => None,
        };
        let Some((least, most)) = ends.filter(|(a, b)| a <= b && *b <= 1_000_000) else {
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, within.span, "a density lies between two shares");
            self.error(d.help("write `density in 20% ..= 80% per 100um step 50um`"));
            return None;
        };
        if (least, most) == (0, 1_000_000) {
            self.never_broken(within.span);
        }
        let side = self.in_units(window, scope.dbu)?;
        let step = match step {
            Some(e) => self.in_units(e, scope.dbu)?,
            None => side,
        };
        if side == 0 || step == 0 {
            self.error(Diagnostic::new(&rules::WRONG_QUANTITY, window.span, "a window has a side"));
            return None;
        }
        Some(RuleCheck::Density { least, most, window: side, step })
    }

    /// A rule that holds whatever is drawn.
    pub(super) fn never_broken(&mut self, at: Span) {
        let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, "nothing can break this rule");
        self.error(d.help("write the least that the process allows, or leave the rule out"));
    }

    fn not_yet<T>(&mut self, at: Span, what: &str) -> Option<T> {
        let label = format!("{what} is recognised, but this version does not build it");
        self.error(Diagnostic::new(&migc_grammar::rules::NOT_YET, at, label));
        None
    }

    /// What layers of a place compute on drawn sizes, and what their rules come to.
    pub(in super::super) fn layer_promises(
        &mut self,
        place: &'t tree::Place,
        layers: &[Layer],
        (dbu, grid): (i64, i64),
    ) -> (Rules, Vec<LayerStep>) {
        let source = place.role == tree::Role::Source;
        let name = place.name.text.as_str();
        let all = vec![true; layers.len()];
        let (mut out, mut lets, mut names) = (Rules::default(), Vec::new(), Vec::<String>::new());
        for member in &place.members {
            let tree::Member::LayerLet(l) = member else { continue };
            if !source {
                let d = Diagnostic::new(&rules::MISPLACED, l.span, "a target computes nothing: its map does");
                self.error(d.help("write the `let` into the map"));
                continue;
            }
            if let Some(twice) = layers.iter().map(|l| &l.name).chain(&names).find(|n| **n == l.name.text) {
                let label = format!("`{twice}` is a layer already");
                self.error(Diagnostic::new(&rules::DEFINED_TWICE, l.name.span, label));
            }
            let scope = scope_of(name, layers, &names, &all, (dbu, grid), source);
            // What has a mistake keeps its name, so that its uses are not reported as well.
            let value = self.layer(&l.value, &scope, &mut out.read).unwrap_or(LayerExpr::Nothing);
            let to = LayerAt::Drawn(names.len());
            lets.push(LayerStep { name: l.name.text.clone(), to, value, at: l.span });
            names.push(l.name.text.clone());
        }
        for member in &place.members {
            let tree::Member::Layer(l) = member else { continue };
            let at = layers.iter().position(|known| known.name == l.name.text).unwrap_or(0);
            let scope = scope_of(name, layers, &names, &all, (dbu, grid), source);
            self.layer_rules(l, at, &scope, &mut out);
        }
        let scope = scope_of(name, layers, &names, &all, (dbu, grid), source);
        self.nets_are_known(name, layers, &out.design, &out.joins, &out.on_nets);
        out.devices = self.devices(place, &scope, &mut out.read);
        if let Some(rule) = out.design.iter().find(|r| reads_itself(r)) {
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, rule.at, "this rule compares the layer with itself");
            self.error(d.help(similar::in_scope("layers", layers.iter().map(|l| l.name.as_str()))));
        }
        (out, lets)
    }
}

fn scope_of<'s>(
    name: &'s str,
    layers: &'s [Layer],
    drawn: &'s [String],
    all: &'s [bool],
    (dbu, grid): (i64, i64),
    source: bool,
) -> Scope<'s> {
    Scope {
        from: source.then_some((name, layers)),
        drawn: if source { drawn } else { &[] },
        to: (!source).then_some((name, layers, all)),
        lets: &[],
        bare_is_target: !source,
        dbu,
        grid,
        cuts: None,
    }
}

/// Whether a rule of two layers names its own layer as the other one.
fn reads_itself(rule: &DesignRule) -> bool {
    let other = match &rule.check {
        RuleCheck::Space { to: Some(to), .. } | RuleCheck::Overlap { to, .. } => to,
        RuleCheck::Encloses(r) | RuleCheck::Extends(r) => &r.layer,
        _ => return false,
    };
    matches!(other, LayerExpr::Layer(LayerAt::Target(i) | LayerAt::Source(i)) if *i == rule.layer)
}
