//! Cuts that shrink less than the distance between them.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint};
use crate::check::quantity::shown_length;
use crate::plan::{DesignRule, LayerAt, LayerExpr, RuleCheck, TargetFormat};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1115",
    level: Level::Warning,
    title: "cuts that shrink less than their pitch",
    explanation: "The source promises the size of its cuts and the distance between them. Scaled, two of them lie a shorter way apart than two cuts \
                  of the target's size and space need. Drawn anew about their centres they are too near to one another: such an array must be \
                  laid out anew, with fewer cuts or in more room. `grow to array` fills what is legal.",
    failing: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) {\n  a: layer 1/0\n  c: cut 2/0 { size == 100nm x 100nm, space >= 100nm, joins a to a }\n}\ntarget t = gds(\"t.gds\", dbu: 1nm) {\n  a: layer 1/0\n  c: cut 2/0 { size == 80nm x 80nm, space >= 80nm, joins a to a }\n}\nmap s -> t {\n  scale 1/2\n  a = a\n  c = c |> recut\n}\n",
    mended: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) {\n  a: layer 1/0\n  c: cut 2/0 { size == 100nm x 100nm, space >= 100nm, joins a to a }\n}\ntarget t = gds(\"t.gds\", dbu: 1nm) {\n  a: layer 1/0\n  c: cut 2/0 { size == 80nm x 80nm, space >= 80nm, joins a to a }\n}\nmap s -> t {\n  scale 1/2\n  a = a\n  c = c |> grow to array in a\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (shapes, from, target) in input.layouts() {
        let TargetFormat::Layout { rules, dbu, .. } = target else { continue };
        for step in &shapes.steps {
            let LayerAt::Target(to) = step.to else { continue };
            let LayerExpr::Recut(inner, [Some(x), Some(y)]) = &step.value else { continue };
            let LayerExpr::Layer(LayerAt::Source(layer)) = **inner else { continue };
            let (Some((old, old_space, at)), Some((_, space, _))) = (cuts(&from.promises, layer), cuts(rules, to))
            else {
                continue;
            };
            let new = [*x.min(y), *x.max(y)];
            // Both sides of a bar lie along either axis: the smaller factor is the narrower way.
            let [(a, b), (c, d)] = shapes.scaling.factors;
            let (m, d) = if i128::from(a) * i128::from(d) <= i128::from(c) * i128::from(b) { (a, b) } else { (c, d) };
            for (old, new) in old.into_iter().zip(new) {
                let pitch = i128::from(old + old_space) * i128::from(m) / i128::from(d);
                let apart = pitch - i128::from(new);
                if apart < i128::from(space) {
                    let shown = |n: i64| shown_length(n.saturating_mul(*dbu));
                    let left = match apart {
                        ..=0 => "nothing is left between two that".to_owned(),
                        n => format!("only {} are left between two that", shown(i64::try_from(n).unwrap_or(i64::MAX))),
                    };
                    let label = format!(
                        "{left} are as near as the source allows, and the target wants {} beside a cut of {}",
                        shown(space),
                        shown(new)
                    );
                    let d = Diagnostic::new(&RULE, step.at, label).also(at, "this distance, scaled");
                    found.push(d.help("let the cuts be laid out anew: `|> grow to array in a & b`"));
                    break;
                }
            }
        }
    }
    found
}

/// The sides of the cuts of a layer, the shorter one first, and how far they are from one another.
fn cuts(rules: &[DesignRule], layer: usize) -> Option<([i64; 2], i64, migc_grammar::span::Span)> {
    let own = || rules.iter().filter(|r| r.layer == layer);
    let size = own().find_map(|r| match r.check {
        RuleCheck::Size([Some(x), Some(y)]) => Some([x.min(y), x.max(y)]),
        _ => None,
    })?;
    let space = own().find_map(|r| match &r.check {
        RuleCheck::Space { to: None, least, when, .. } if when.is_always() => Some((*least, r.at)),
        _ => None,
    })?;
    Some((size, space.0, space.1))
}
