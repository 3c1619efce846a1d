//! A rule of a layer that stays empty.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint};
use crate::plan::{LayerAt, LayerExpr, TargetFormat, Work};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1113",
    level: Level::Warning,
    title: "a rule of an empty layer",
    explanation: "The map leaves the layer empty, so nothing can break the rule, and that it holds says nothing.",
    failing: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) { a: layer 1/0 }\ntarget t = gds(\"t.gds\", dbu: 1nm) { a: layer 1/0, b: layer 2/0 { width >= 5nm } }\nmap s -> t {\n  a = a\n  b = none \"drawn by hand\"\n}\n",
    mended: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) { a: layer 1/0 }\ntarget t = gds(\"t.gds\", dbu: 1nm) { a: layer 1/0, b: layer 2/0 }\nmap s -> t {\n  a = a\n  b = none \"drawn by hand\"\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pass in &input.plan.passes {
        let Work::Shapes(shapes) = &pass.work else { continue };
        let target = pass.program.targets().first().and_then(|t| input.plan.targets.get(*t));
        let Some(TargetFormat::Layout { rules, layers, .. }) = target.map(|t| &t.format) else { continue };
        for step in &shapes.steps {
            let (LayerAt::Target(layer), LayerExpr::Nothing) = (step.to, &step.value) else { continue };
            for rule in rules.iter().filter(|r| r.layer == layer) {
                let label = format!("`{}` is empty, so nothing can break this rule", layers[layer].name);
                found.push(Diagnostic::new(&RULE, rule.at, label).also(step.at, "here it is left empty"));
            }
        }
    }
    found
}
