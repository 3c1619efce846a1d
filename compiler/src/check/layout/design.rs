//! Rules of layers: what a target demands, and what a source promises.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, BinOp, Expr, ExprKind, LayerKind, Margin, Measure, RuleKind, RuleWhen};

use super::super::quantity::{self, Unit};
use super::super::{Env, similar};
use super::layers::{Read, Scope};
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
}

impl<'t> Env<'t> {
    /// The rules of a layer; `at` is its place among the layers of the scope.
    pub(in super::super) fn layer_rules(
        &mut self,
        layer: &'t tree::Layer,
        at: usize,
        scope: &Scope<'_>,
        out: &mut Rules,
    ) {
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
                        self.error(d.help("declare them as `outline: boundary 235/0 { pitch 460nm x 2720nm }`"));
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
            if let Some(check) = self.rule_check(layer, rule, scope, &mut out.read) {
                let text = self.piece(rule.span).split_whitespace().collect::<Vec<_>>().join(" ");
                out.design.push(DesignRule { text, at: rule.span, layer: at, check });
            }
        }
    }

    fn rule_check(
        &mut self,
        layer: &tree::Layer,
        rule: &'t tree::LayerRule,
        scope: &Scope<'_>,
        read: &mut Read,
    ) -> Option<RuleCheck> {
        match &rule.kind {
            RuleKind::Measure { what, to, cmp, value, when } => {
                self.measured(*what, to.as_ref(), *cmp, value, when, rule.span, scope, read)
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
            RuleKind::Extends(m) => Some(RuleCheck::Extends(self.reach(m, scope, read)?)),
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

    #[expect(clippy::too_many_arguments, reason = "the parts of one rule")]
    fn measured(
        &mut self,
        what: Measure,
        to: Option<&'t Expr>,
        cmp: BinOp,
        value: &'t Expr,
        when: &'t [RuleWhen],
        span: Span,
        scope: &Scope<'_>,
        read: &mut Read,
    ) -> Option<RuleCheck> {
        if cmp != BinOp::Ge {
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, span, "a rule of a layer says the least that is allowed");
            let name = self.piece(span).split([' ', '<', '>', '=']).next().unwrap_or("width").to_owned();
            let text = self.piece(value.span).to_owned();
            self.error(match cmp {
                BinOp::Gt => d.help(format!("write `{name} >= {text}`, or the next length on the grid")),
                _ => d.help("write `width >= 150nm`; exact sizes of cuts are `size == 150nm x 150nm`"),
            });
            return None;
        }
        if let Some(e) = to.filter(|_| !matches!(what, Measure::Space | Measure::Overlap)) {
            let d = Diagnostic::new(&rules::MISPLACED, e.span, "only `space` and `overlap` look at another layer");
            self.error(d.help("write `space to diff >= 75nm`; `encloses diff by 75nm` for what lies inside"));
            return None;
        }
        if matches!(what, Measure::Area | Measure::HoleArea) {
            if let Some(first) = when.first() {
                let at = match first {
                    RuleWhen::Where(e) | RuleWhen::Run(_, e) => e.span,
                    RuleWhen::Word(_, at) => *at,
                };
                return self.not_yet(at, "a condition on an area");
            }
            let per = i128::from(scope.dbu) * i128::from(scope.dbu);
            let area = match quantity::measure(value, Unit::Area) {
                // An area that is no whole number of squares is reached by the next one.
                Ok(n) => i64::try_from((n + per - 1) / per).ok(),
                Err(d) => {
                    self.error(d);
                    return None;
                }
            };
            return Some(if what == Measure::Area { RuleCheck::Area(area?) } else { RuleCheck::HoleArea(area?) });
        }
        let least = self.in_units(value, scope.dbu)?;
        let to = match to {
            Some(e) => Some(self.layer(e, scope, read)?),
            None => None,
        };
        let (mut metric, mut wide, mut run) = (Metric::Euclidean, None, None);
        for when in when {
            match when {
                RuleWhen::Word(word, _) if word == "projection" => metric = Metric::Projection,
                RuleWhen::Word(word, _) if word == "square" => metric = Metric::Square,
                RuleWhen::Where(e) if what == Measure::Space => wide = Some(self.wider(e, scope)?),
                RuleWhen::Run(BinOp::Gt, e) if what == Measure::Space => run = Some(self.in_units(e, scope.dbu)?),
                RuleWhen::Run(_, e) if what == Measure::Space => {
                    let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "a run is longer than something");
                    let text = self.piece(e.span).to_owned();
                    self.error(d.help(format!("write `run > {text}`")));
                    return None;
                }
                RuleWhen::Where(e) | RuleWhen::Run(_, e) => return self.not_yet(e.span, "this condition of a rule"),
                RuleWhen::Word(word, at) => return self.not_yet(*at, &format!("`{word}`")),
            }
        }
        match (what, to) {
            (Measure::Width, _) => Some(RuleCheck::Width { least, metric }),
            (Measure::Notch, _) => Some(RuleCheck::Notch { least, metric }),
            (Measure::Space, Some(_)) if wide.is_some() => {
                self.not_yet(span, "a condition on the space to another layer")
            }
            (Measure::Space, to) => Some(RuleCheck::Space { to, least, metric, wide, run }),
            (Measure::Overlap, Some(to)) => Some(RuleCheck::Overlap { to, least, metric }),
            (Measure::Overlap, None) => {
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, span, "it is not said with what it overlaps");
                self.error(d.help("write `overlap to diff >= 50nm`"));
                None
            }
            _ => {
                let d = Diagnostic::new(&rules::MISPLACED, span, "a length belongs to a device");
                self.error(d.help("of a layer, write `width >= …` or `area >= …`"));
                None
            }
        }
    }

    /// `width > 3um`
    fn wider(&mut self, e: &Expr, scope: &Scope<'_>) -> Option<i64> {
        match &e.kind {
            ExprKind::Binary(BinOp::Gt, a, b) if matches!(&a.kind, ExprKind::Name(n) if n.text == "width") => {
                self.in_units(b, scope.dbu)
            }
            ExprKind::Broken => None,
            _ => {
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "a rule of spaces can depend on widths alone");
                self.error(d.help("write `space >= 280nm where width > 3um`"));
                None
            }
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
        Some(Reach { layer: layer?, by, opposite })
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
