//! What a layout must still be: nets, labels, devices, areas, as they were before.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, BinOp, ExprKind, Measure, RuleKind, Verified};

use super::super::{Env, offer};
use super::layers::{Read, Scope};
use crate::plan::{Device, Joined, LayerExpr, Plan, SourceFormat, TargetFormat, Verify, VerifyOf, Work};
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
            let tree::Item::Verify(v) = item else { continue };
            let Some(target) = out.targets.iter().position(|t| t.name == v.target.text) else {
                // A target with a mistake was told of.
                if !self.places.iter().any(|p| p.tree.name.text == v.target.text) {
                    let known: Vec<&str> = out.targets.iter().map(|t| t.name.as_str()).collect();
                    let label = format!("there is no target `{}`", v.target.text);
                    let d = Diagnostic::new(&rules::UNKNOWN_NAME, v.target.span, label);
                    self.error(offer(d, &v.target, "targets", &known));
                }
                continue;
            };
            let Some(pass) = out.passes.iter().position(|p| p.program.targets().contains(&target)) else { continue };
            let (SourceFormat::Gds(from), TargetFormat::Gds { layers, joins, devices, dbu, grid, .. }, Work::Shapes(_)) =
                (&out.sources[out.passes[pass].source].format, &out.targets[target].format, &out.passes[pass].work)
            else {
                let label = "`verify` compares layouts, and this is a file of records";
                let d = Diagnostic::new(&rules::MISPLACED, v.span, label);
                self.error(d.help("of records, write `expect` and `conserve`"));
                continue;
            };
            let done = vec![true; layers.len()];
            let source = out.sources[out.passes[pass].source].name.clone();
            let scope = Scope {
                from: Some((&source, &from.layers)),
                drawn: &[],
                to: Some((&v.target.text, layers, &done)),
                lets: &[],
                bare_is_target: true,
                dbu: *dbu,
                grid: *grid,
                exact: None,
            };
            let mut checks = Vec::new();
            for check in &v.checks {
                let missing = |env: &mut Self, label: &str, help: &str| {
                    let d = Diagnostic::new(&rules::WRONG_GATE, check.span, label.to_owned());
                    env.error(d.help(help.to_owned()));
                };
                let no_joins = from.joins.is_empty() || joins.is_empty();
                const JOIN: &str = "on both sides, say what cuts join: `via1: cut 50/0 { joins metal1 to metal2 }`";
                let of = match &check.what {
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
                    Verified::Nets => VerifyOf::Nets,
                    Verified::Labels => VerifyOf::Labels,
                    Verified::Devices => VerifyOf::Devices,
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
                checks.push(Verify { of, text: format!("verify {text}"), at: check.span });
            }
            if let Work::Shapes(shapes) = &mut out.passes[pass].work {
                shapes.verify.extend(checks);
            }
        }
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
