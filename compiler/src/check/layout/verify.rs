//! What a layout must still be: nets, labels, devices, areas, as they were before.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, BinOp, ExprKind, Measure, RuleKind, Verified};

use super::super::{Env, offer, quantity, similar};
use super::layers::{Read, Scope};
use crate::plan::{Device, Joined, Layer, LayerExpr, Plan, SourceFormat, TargetFormat, Verify, VerifyOf, Work};
use crate::rules;

impl<'t> Env<'t> {
    /// The devices of a place.
    pub(super) fn devices(&mut self, place: &'t tree::Place, scope: &Scope<'_>, read: &mut Read) -> Vec<Device> {
        let mut out = Vec::new();
        for member in &place.members {
            let tree::Member::Device(d) = member else { continue };
            let Some(value) = self.layer(&d.value, scope, read) else { continue };
            let LayerExpr::Joined(Joined::And, gate, active) = value else {
                let label = "a device is where a gate crosses an active area";
                let d = Diagnostic::new(&rules::WRONG_TYPE, d.value.span, label);
                self.error(d.help("write `device nfet = poly & active`: the gate first, joined by `&`"));
                continue;
            };
            let (mut length, mut width) = ([None; 2], [None; 2]);
            for rule in &d.rules {
                let RuleKind::Measure { what, to: None, cmp, value, when } = &rule.kind else {
                    self.device_rule(rule);
                    continue;
                };
                let ends = match (what, cmp, when.is_empty()) {
                    (Measure::Length, _, true) => &mut length,
                    (Measure::Width, _, true) => &mut width,
                    _ => {
                        self.device_rule(rule);
                        continue;
                    }
                };
                let Some(n) = self.in_units(value, scope.dbu) else { continue };
                match cmp {
                    BinOp::Eq => *ends = [Some(n), Some(n)],
                    BinOp::Ge => ends[0] = Some(n),
                    BinOp::Gt => ends[0] = Some(n + 1),
                    BinOp::Le => ends[1] = Some(n),
                    _ => ends[1] = Some(n - 1),
                }
            }
            let name = d.name.text.clone();
            out.push(Device { name, gate: *gate, active: *active, length, width, at: d.span });
        }
        out
    }

    fn device_rule(&mut self, rule: &tree::LayerRule) {
        let d = Diagnostic::new(&rules::MISPLACED, rule.span, "a device has a length and a width");
        self.error(d.help("write `length == 150nm`, `width >= 150nm`"));
    }

    /// What is compared before and after, added to the passes that it is about.
    pub(in super::super) fn verifications(&mut self, spec: &'t tree::Spec, out: &mut Plan) {
        for item in &spec.items {
            let (of_target, list, span, word) = match item {
                tree::Item::Verify(v) => (&v.target, &v.checks, v.span, "verify"),
                tree::Item::Expect(e) if !e.compared.is_empty() => (&e.target, &e.compared, e.span, "expect"),
                _ => continue,
            };
            let Some(target) = out.targets.iter().position(|t| t.name == of_target.text) else {
                // A target with a mistake was told of.
                let declared = self.places.iter().find(|p| p.tree.name.text == of_target.text);
                if declared.is_none_or(|p| p.tree.role != tree::Role::Target) {
                    let known: Vec<&str> = out.targets.iter().map(|t| t.name.as_str()).collect();
                    let label = format!("there is no target `{}`", of_target.text);
                    let d = Diagnostic::new(&rules::UNKNOWN_NAME, of_target.span, label);
                    self.error(offer(d, of_target, "targets", &known));
                }
                continue;
            };
            if list.is_empty() && !self.syntax_errors.iter().any(|e| span.holds(*e)) {
                let d = Diagnostic::new(&rules::WRONG_GATE, span, "nothing is compared here");
                self.error(d.help("write what must be as it was: `verify new { nets, labels, devices }`"));
            }
            let Some(pass) = out.passes.iter().position(|p| p.program.targets().contains(&target)) else { continue };
            let (
                SourceFormat::Layout(from),
                TargetFormat::Layout { layers, joins, devices, dbu, grid, .. },
                Work::Shapes(_),
            ) = (&out.sources[out.passes[pass].source].format, &out.targets[target].format, &out.passes[pass].work)
            else {
                let label = "layouts are compared, and this is a file of records";
                let d = Diagnostic::new(&rules::MISPLACED, span, label);
                self.error(d.help("of records, write `expect` and `conserve`"));
                continue;
            };
            let done = vec![true; layers.len()];
            let drawn: Vec<String> = from.lets.iter().map(|l| l.name.clone()).collect();
            let source = out.sources[out.passes[pass].source].name.clone();
            let scope = Scope {
                from: Some((&source, &from.layers)),
                drawn: &drawn,
                to: Some((&of_target.text, layers, &done)),
                lets: &[],
                bare_is_target: true,
                dbu: *dbu,
                grid: *grid,
                cuts: None,
            };
            let mut checks = Vec::new();
            for check in list {
                let missing = |env: &mut Self, label: &str, help: &str| {
                    let d = Diagnostic::new(&rules::WRONG_GATE, check.span, label.to_owned());
                    env.error(d.help(help.to_owned()));
                };
                let no_joins = from.joins.is_empty() || joins.is_empty();
                // Labels are told of with the nets.
                let nets_told = list.iter().any(|c| matches!(c.what, Verified::Nets));
                const JOIN: &str = "on both sides, say what cuts join: `via1: cut 50/0 { joins metal1 to metal2 }`";
                let of = match &check.what {
                    Verified::Labels if no_joins && nets_told => continue,
                    Verified::Nets | Verified::Labels if no_joins => {
                        missing(self, "no nets are known: no cut says what it joins", JOIN);
                        continue;
                    }
                    Verified::Labels if !from.layers.iter().chain(layers).any(|l| l.labels.is_some()) => {
                        let help = "say what texts label: `pins: text 49/1 labels metal1`";
                        missing(self, "no texts label anything", help);
                        continue;
                    }
                    Verified::Devices if from.devices.is_empty() || devices.is_empty() => {
                        let help = "on both sides, declare them: `device nfet = poly & active`";
                        missing(self, "no devices are known", help);
                        continue;
                    }
                    Verified::NoNewGaps => VerifyOf::NoNewGaps,
                    Verified::Area(new, within, old) => {
                        let Some(area) =
                            self.area_share(new, within, old, (&of_target.text, layers), (&source, &from.layers))
                        else {
                            continue;
                        };
                        area
                    }
                    Verified::Nets => VerifyOf::Nets,
                    Verified::Labels => VerifyOf::Labels,
                    Verified::Devices => {
                        let known: Vec<&str> = devices.iter().map(|d| d.name.as_str()).collect();
                        for d in from.devices.iter().filter(|d| !known.contains(&d.name.as_str())) {
                            let label = format!("the target has no device `{}` to compare it with", d.name);
                            let found = Diagnostic::new(&rules::UNKNOWN_NAME, d.at, label);
                            let help = similar::in_scope("devices of the target", known.iter().copied());
                            self.error(found.help(help));
                        }
                        VerifyOf::Devices
                    }
                    Verified::Xor(a, b, within) => {
                        let mut read = Read::default();
                        let (a, b) = (self.layer(a, &scope, &mut read), self.layer(b, &scope, &mut read));
                        let within = match within {
                            Some(e) => self.in_units(e, *dbu),
                            None => Some(0),
                        };
                        let (Some(a), Some(b), Some(within)) = (a, b, within) else { continue };
                        if let Some(at) = measured(check) {
                            let label = "what is compared depends on no measures of islands";
                            self.error(Diagnostic::new(&rules::WRONG_TYPE, at, label));
                            continue;
                        }
                        VerifyOf::Xor(a, b, within)
                    }
                };
                let text = self.piece(check.span).split_whitespace().collect::<Vec<_>>().join(" ");
                checks.push(Verify {
                    of,
                    text: if word == "verify" { format!("verify {text}") } else { text },
                    at: check.span,
                });
            }
            if let Work::Shapes(shapes) = &mut out.passes[pass].work {
                shapes.verify.extend(checks);
            }
        }
    }
}

impl Env<'_> {
    /// `total_area(met1) in 48% ..= 56% of total_area(old.metal1)`
    fn area_share(
        &mut self,
        new: &tree::Expr,
        within: &tree::Expr,
        old: &tree::Expr,
        (target, to): (&str, &[Layer]),
        (source, from): (&str, &[Layer]),
    ) -> Option<VerifyOf> {
        let of = |e: &tree::Expr, place: &str| match &e.kind {
            ExprKind::Name(n) => Some(n.clone()),
            ExprKind::Member(of, n) if matches!(&of.kind, ExprKind::Name(p) if p.text == place) => Some(n.clone()),
            _ => None,
        };
        let mut layer = |e: &tree::Expr, place: &str, what: &str, layers: &[Layer]| {
            let Some(n) = of(e, place) else {
                let label = format!("a layer of the {what} is wanted here");
                self.error(Diagnostic::new(&rules::WRONG_TYPE, e.span, label));
                return None;
            };
            let found = layers.iter().position(|l| l.name == n.text && !l.texts);
            if found.is_none() {
                let known: Vec<&str> = layers.iter().filter(|l| !l.texts).map(|l| l.name.as_str()).collect();
                self.unknown_layer(&n, what, &known);
            }
            found
        };
        let (new, old) = (layer(new, target, "target", to), layer(old, source, "source", from));
        let share = |e: &tree::Expr| match &e.kind {
            ExprKind::Quantity(n, unit) if unit == "%" => quantity::millionths(n),
            _ => None,
        };
        let ends = match &within.kind {
            ExprKind::Range(a, b) => share(a).zip(share(b)),
            _ => None,
        };
        let Some((least, most)) = ends.filter(|(a, b)| a <= b) else {
            let d = Diagnostic::new(&rules::WRONG_GATE, within.span, "a share of an area lies between two shares");
            self.error(d.help("write `total_area(met1) in 48% ..= 56% of total_area(old.metal1)`"));
            return None;
        };
        Some(VerifyOf::Area { new: new?, old: old?, least, most })
    }
}

/// Where an entry selects by measures, which have no program here.
fn measured(check: &tree::VerifyCheck) -> Option<migc_grammar::span::Span> {
    fn of(e: &tree::Expr, found: &mut Option<migc_grammar::span::Span>) {
        if matches!(e.kind, ExprKind::Where(..) | ExprKind::Match(..)) {
            *found = Some(e.span);
        }
        e.each_part(&mut |part| of(part, found));
    }
    let mut found = None;
    if let Verified::Xor(a, b, _) = &check.what {
        of(a, &mut found);
        of(b, &mut found);
    }
    found
}
