//! Rules that measure: widths, spaces, areas, and where they hold.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{BinOp, Expr, ExprKind, Measure, RuleWhen};

use super::super::Env;
use super::super::quantity::{self, Unit};
use super::layers::{Read, Scope};
use super::measures;
use crate::plan::{Axis, DesignRule, Join, Layer, LayerAt, LayerExpr, LineEnd, Metric, OnNets, RuleCheck, SpaceWhen};
use crate::rules;

/// More rows or columns of an array than any layout has in one.
const MOST_ROWS: u32 = 10_000;

/// The parts of a rule that measures.
pub(super) struct Measured<'t> {
    pub(super) what: Measure,
    /// The other layer.
    pub(super) to: Option<&'t Expr>,
    pub(super) cmp: BinOp,
    pub(super) value: &'t Expr,
    pub(super) when: &'t [RuleWhen],
    pub(super) span: Span,
    /// The place of its layer among those of the scope.
    pub(super) at: usize,
    /// Whether that is a cut.
    pub(super) is_cut: bool,
}

/// The condition that looks at nets, and its place.
pub(super) fn on_nets(when: &RuleWhen) -> Option<(Span, OnNets)> {
    match when {
        RuleWhen::Word(word, at) if word == "on other nets" => Some((*at, OnNets::Other)),
        RuleWhen::Word(word, at) if word == "on same net" => Some((*at, OnNets::Same)),
        _ => None,
    }
}

impl<'t> Env<'t> {
    /// `width >= 150nm`, `space to diff >= 75nm run > 1um`, `area >= 0.1um2 where width < 1um`
    pub(super) fn measured(&mut self, of: &Measured<'t>, scope: &Scope<'_>, read: &mut Read) -> Option<RuleCheck> {
        if of.cmp != BinOp::Ge {
            let label = "a rule of a layer says the least that is allowed";
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, of.span, label);
            let name = self.piece(of.span).split([' ', '<', '>', '=']).next().unwrap_or("width").to_owned();
            let text = self.piece(of.value.span).to_owned();
            self.error(match of.cmp {
                BinOp::Gt => d.help(format!("write `{name} >= {text}`, or the next length on the grid")),
                _ => d.help("write `width >= 150nm`; exact sizes of cuts are `size == 150nm x 150nm`"),
            });
            return None;
        }
        if let Some(e) = of.to.filter(|_| !matches!(of.what, Measure::Space | Measure::Overlap)) {
            let d = Diagnostic::new(&rules::MISPLACED, e.span, "only `space` and `overlap` look at another layer");
            self.error(d.help("write `space to diff >= 75nm`; `encloses diff by 75nm` for what lies inside"));
            return None;
        }
        if matches!(of.what, Measure::Area | Measure::HoleArea) {
            return self.area(of, scope, read);
        }
        let least = self.in_units(of.value, scope.dbu)?;
        let to = match of.to {
            Some(e) => Some(self.layer(e, scope, read)?),
            None => None,
        };
        let (metric, when) = self.space_when(of, scope)?;
        // What overlaps breaks a space to another layer, however small that is.
        if least == 0 && of.to.is_none_or(|_| of.what != Measure::Space) && of.what != Measure::Length {
            self.never_broken(of.span);
        }
        match (of.what, to) {
            (Measure::Width, _) => Some(RuleCheck::Width { least, metric }),
            (Measure::Notch, _) => Some(RuleCheck::Notch { least, metric }),
            (Measure::Space, to) => Some(RuleCheck::Space { to, least, metric, when }),
            (Measure::Overlap, Some(to)) => Some(RuleCheck::Overlap { to, least, metric }),
            (Measure::Overlap, None) => {
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, of.span, "it is not said with what it overlaps");
                self.error(d.help("write `overlap to diff >= 50nm`"));
                None
            }
            _ => {
                let d = Diagnostic::new(&rules::MISPLACED, of.span, "a length belongs to a device");
                self.error(d.help("of a layer, write `width >= …` or `area >= …`"));
                None
            }
        }
    }

    /// The least area of polygons, of all or of some by their measures, or of holes.
    fn area(&mut self, of: &Measured<'t>, scope: &Scope<'_>, read: &mut Read) -> Option<RuleCheck> {
        let mut some = None;
        for when in of.when {
            match when {
                RuleWhen::Where(cond) if of.what == Measure::Area && some.is_none() => some = Some(cond),
                RuleWhen::Where(e) if of.what == Measure::Area => {
                    let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "there is one condition already");
                    self.error(d.help("join both by `and`"));
                    return None;
                }
                RuleWhen::Where(e) | RuleWhen::Run(_, e) if of.what == Measure::HoleArea => {
                    let label = "the area of a hole has no condition: holes have no measures";
                    self.error(Diagnostic::new(&rules::MISPLACED, e.span, label));
                    return None;
                }
                RuleWhen::Where(e) | RuleWhen::Run(_, e) => return self.misplaced_condition(e.span),
                RuleWhen::Word(_, at) => return self.misplaced_condition(*at),
            }
        }
        let per = i128::from(scope.dbu) * i128::from(scope.dbu);
        let area = match quantity::measure(of.value, Unit::Area) {
            // An area that is no whole number of squares is reached by the next one.
            Ok(n) => i64::try_from((n + per - 1) / per).ok(),
            Err(d) => {
                self.error(d);
                None
            }
        };
        let least = area?;
        if least == 0 {
            self.never_broken(of.span);
        }
        if of.what == Measure::HoleArea {
            return Some(RuleCheck::HoleArea(least));
        }
        let of = match some {
            Some(cond) => {
                let program = measures::keeps(self, cond, scope.dbu)?;
                let own = if scope.bare_is_target { LayerAt::Target(of.at) } else { LayerAt::Source(of.at) };
                let place = read.before + read.programs.len();
                read.programs.push(program);
                Some(LayerExpr::Where(Box::new(LayerExpr::Layer(own)), place))
            }
            None => None,
        };
        Some(RuleCheck::Area { least, of })
    }

    /// How a length is measured, and where it holds.
    fn space_when(&mut self, of: &Measured<'t>, scope: &Scope<'_>) -> Option<(Metric, SpaceWhen)> {
        let (mut metric, mut out, mut narrow) = (Metric::Euclidean, SpaceWhen::default(), None);
        let kind = |when: &RuleWhen| match when {
            RuleWhen::Where(_) => "where",
            RuleWhen::Run(..) => "run",
            RuleWhen::Word(word, _) if word == "projection" || word == "square" => "metric",
            RuleWhen::Word(word, _) if word == "at line end" => "end",
            RuleWhen::Word(..) => "nets",
        };
        for (i, when) in of.when.iter().enumerate() {
            let at = match when {
                RuleWhen::Where(e) | RuleWhen::Run(_, e) => e.span,
                RuleWhen::Word(_, at) => *at,
            };
            if of.when.iter().take(i).any(|other| kind(other) == kind(when)) {
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, "a condition of this kind stands there already");
                self.error(match kind(when) {
                    "where" => d.help("join both by `and`"),
                    _ => d.help("leave one of both out"),
                });
                return None;
            }
            match when {
                RuleWhen::Word(word, _) if word == "projection" => metric = Metric::Projection,
                RuleWhen::Word(word, _) if word == "square" => metric = Metric::Square,
                _ if of.what != Measure::Space => return self.misplaced_condition(at),
                RuleWhen::Where(e) => self.where_space(e, of, scope, &mut out, &mut narrow)?,
                RuleWhen::Run(BinOp::Gt, e) => out.run = Some(self.in_units(e, scope.dbu)?),
                RuleWhen::Run(_, e) => {
                    let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "a run is longer than something");
                    let text = self.piece(e.span).to_owned();
                    self.error(d.help(format!("write `run > {text}`")));
                    return None;
                }
                RuleWhen::Word(word, _) if word == "at line end" => {
                    out.ends = Some(LineEnd { shorter_than: None });
                }
                RuleWhen::Word(..) => out.nets = on_nets(when).map(|(_, on)| on),
            }
        }
        match (&mut out.ends, narrow) {
            (Some(ends), Some((width, _))) => ends.shorter_than = Some(width),
            (None, Some((_, at))) => {
                let label = "what is narrower than something matters at ends of lines";
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, label);
                let behind = Span { start: of.span.end, end: of.span.end };
                self.error(d.fix("write `at line end` behind it", behind, " at line end"));
                return None;
            }
            _ => {}
        }
        if let (Some(_), Some(_)) = (out.ends, out.wide) {
            let label = "the end of a line is narrower than something, and not wider";
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, of.span, label);
            self.error(d.help("write `space >= 90nm at line end where width < 100nm`"));
            return None;
        }
        Some((metric, out))
    }

    /// `width > 3um`, `width < 100nm`, `array >= 3 x 3`, and several of them joined by `and`.
    fn where_space(
        &mut self,
        e: &Expr,
        of: &Measured<'t>,
        scope: &Scope<'_>,
        out: &mut SpaceWhen,
        narrow: &mut Option<(i64, Span)>,
    ) -> Option<()> {
        let is = |e: &Expr, name: &str| matches!(&e.kind, ExprKind::Name(n) if n.text == name);
        match &e.kind {
            ExprKind::Binary(BinOp::And, a, b) => {
                self.where_space(a, of, scope, out, narrow)?;
                self.where_space(b, of, scope, out, narrow)?;
            }
            ExprKind::Binary(op @ (BinOp::Gt | BinOp::Lt), a, _)
                if is(a, "width")
                    && (*op == BinOp::Gt && out.wide.is_some() || *op == BinOp::Lt && narrow.is_some()) =>
            {
                let label = "the width is compared twice in this way";
                self.error(Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label).help("leave one of both out"));
                return None;
            }
            ExprKind::Binary(BinOp::Gt, a, b) if is(a, "width") => out.wide = Some(self.in_units(b, scope.dbu)?),
            ExprKind::Binary(BinOp::Lt, a, b) if is(a, "width") => {
                let width = self.in_units(b, scope.dbu)?;
                if width == 0 {
                    self.never_broken(of.span);
                }
                *narrow = Some((width, e.span));
            }
            ExprKind::Binary(BinOp::Ge, a, b) if is(a, "array") => {
                if !of.is_cut {
                    let d = Diagnostic::new(&rules::MISPLACED, e.span, "only cuts stand in arrays");
                    self.error(d.help("declare the layer as a `cut`"));
                    return None;
                }
                out.array = Some(self.rows_and_columns(b)?);
            }
            ExprKind::Broken => return None,
            _ => {
                let label = "a space depends on widths, and on arrays of cuts";
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label);
                self.error(d.help(
                    "write `space >= 280nm where width > 3um`, `space >= 250nm where array >= 3 x 3`, or `space >= 90nm at line end where width < 100nm`",
                ));
                return None;
            }
        }
        Some(())
    }

    /// `3 x 3`
    fn rows_and_columns(&mut self, e: &Expr) -> Option<[u32; 2]> {
        let count = |e: &Expr| match &e.kind {
            ExprKind::Int(n) => n.replace('_', "").parse::<u32>().ok().filter(|n| (2..=MOST_ROWS).contains(n)),
            _ => None,
        };
        let both = match &e.kind {
            ExprKind::Binary(BinOp::By, a, b) => count(a).zip(count(b)),
            _ => None,
        };
        if both.is_none() {
            let label = "an array has two rows and two columns at least, and no more than 10000";
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label);
            self.error(d.help("write `where array >= 3 x 3`, with blanks round the `x`"));
        }
        both.map(|(a, b)| [a, b])
    }

    fn misplaced_condition<T>(&mut self, at: Span) -> Option<T> {
        let d = Diagnostic::new(&rules::MISPLACED, at, "a condition of this kind belongs to other rules");
        self.error(d.help(
            "`where width > …`, `run > …`, `at line end`, `on other nets` belong to `space`; `where`, with any measures, to `area` too",
        ));
        None
    }

    /// `horizontal on track per 480nm from 240nm`
    pub(super) fn tracks(
        &mut self,
        along: Option<Axis>,
        pitch: &Expr,
        from: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> Option<RuleCheck> {
        let (per, first) = (self.in_units(pitch, scope.dbu), from.map(|e| self.in_units(e, scope.dbu)));
        let (per, first) = (per?, first.unwrap_or(Some(0))?);
        let shown = |n: i64| quantity::shown_length(n * scope.dbu);
        let grid = shown(scope.grid);
        if per == 0 || per % scope.grid != 0 {
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, pitch.span, "tracks at this pitch leave the grid");
            let (low, high) = (per / scope.grid * scope.grid, (per / scope.grid + 1) * scope.grid);
            self.error(match low {
                0 => d.help(format!("the grid is {grid}: write a multiple of it, from `{}` on", shown(high))),
                _ => d.help(format!("the grid is {grid}: write `{}` or `{}`", shown(low), shown(high))),
            });
            return None;
        }
        // Both sides of a wire are on the grid, so that its centre is on half of it.
        if let Some(e) = from.filter(|_| 2 * first % scope.grid != 0) {
            let label = "no wire on the grid has its centre there";
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label);
            self.error(d.help(format!("write a multiple of half the grid of {grid}")));
            return None;
        }
        Some(RuleCheck::Tracks { along, pitch: per, first })
    }

    /// Rules that look at nets stand on layers that cuts join.
    pub(super) fn nets_are_known(
        &mut self,
        place: &str,
        layers: &[Layer],
        design: &[DesignRule],
        joins: &[Join],
        on_nets: &[(usize, Span)],
    ) {
        let own = |at: LayerAt| match at {
            LayerAt::Source(i) | LayerAt::Target(i) => Some(i),
            _ => None,
        };
        let joined = |layer: usize| {
            let conductors = joins.iter().flat_map(|j| j.from.iter().chain(&j.to));
            let plain = |e: &LayerExpr| matches!(e, LayerExpr::Layer(at) if own(*at) == Some(layer));
            joins.iter().any(|j| j.cut == layer) || conductors.into_iter().any(plain)
        };
        for (rule, at) in on_nets {
            let Some(rule) = design.get(*rule) else { continue };
            let to = match &rule.check {
                RuleCheck::Space { to: Some(LayerExpr::Layer(at)), .. } => own(*at),
                RuleCheck::Space { to: Some(_), .. } => {
                    let label = "nets are those of layers, and this rule looks at a computed one";
                    let d = Diagnostic::new(&rules::MISPLACED, *at, label);
                    self.error(
                        d.help("name a layer that a cut joins, or a cut: `space to poly >= 55nm on other nets`"),
                    );
                    continue;
                }
                _ => None,
            };
            let unknown = [Some(rule.layer), to].into_iter().flatten().find(|l| !joined(*l));
            let Some(layer) = unknown.and_then(|l| layers.get(l)) else { continue };
            let label = format!("no cut of `{place}` joins `{}` to anything, so its nets are not known", layer.name);
            let d = Diagnostic::new(&rules::MISPLACED, *at, label);
            self.error(
                d.help("say what cuts join, by the names of layers: `via1: cut 50/0 { joins metal1 to metal2 }`"),
            );
        }
    }
}
