//! A size that closes the narrowest gap that a source may have.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint};
use crate::plan::{LayerAt, LayerExpr, RuleCheck};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1112",
    level: Level::Warning,
    title: "a size closes the narrowest gap",
    explanation: "The source promises that nothing on the layer is nearer than its `space`. Scaled, and with both sides grown, nothing is left of \
                  such a gap: what was two nets becomes one. Grow by less, or keep apart what is near.",
    failing: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) { a: layer 1/0 { space >= 100nm } }\ntarget t = gds(\"t.gds\", dbu: 1nm) { a: layer 1/0 }\nmap s -> t {\n  scale 1/2\n  a = a |> size(25nm)\n}\n",
    mended: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) { a: layer 1/0 { space >= 100nm } }\ntarget t = gds(\"t.gds\", dbu: 1nm) { a: layer 1/0 }\nmap s -> t {\n  scale 1/2\n  a = a |> size(10nm)\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (shapes, from, _) in input.layouts() {
        for step in &shapes.steps {
            each_size(&step.value, &mut |layer, by| {
                let space = from.promises.iter().find_map(|r| match &r.check {
                    RuleCheck::Space { to: None, least, when, .. } if r.layer == layer && when.is_always() => {
                        Some((*least, r.at))
                    }
                    _ => None,
                });
                let Some((least, promise)) = space else { return };
                for (axis, by) in by.iter().enumerate() {
                    let (m, d) = shapes.scaling.factors[axis];
                    let scaled = i128::from(least) * i128::from(m) / i128::from(d);
                    if i128::from(2 * by) >= scaled {
                        let label = format!("grown by {} on both sides, a gap of {scaled} units closes", by);
                        let d = Diagnostic::new(&RULE, step.at, label).also(promise, "the narrowest gap of the source");
                        found.push(d.help("grow by less than half of the scaled gap"));
                        break;
                    }
                }
            });
        }
    }
    found
}

/// Calls `f` with each layer of the source that is grown as it is, and by how much.
fn each_size(e: &LayerExpr, f: &mut dyn FnMut(usize, [i64; 2])) {
    e.each(&mut |e| {
        if let LayerExpr::Size(inner, by) = e
            && let LayerExpr::Layer(LayerAt::Source(layer)) = **inner
        {
            f(layer, *by);
        }
    });
}
