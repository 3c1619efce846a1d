//! A cut that joins nothing, where nets are compared.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::tree::{Item, LayerKind, Member, Place, RuleKind, Verified};

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1114",
    level: Level::Warning,
    title: "a cut that joins nothing",
    explanation: "Nets are compared, and this cut does not say what it joins: what it connects counts as apart, before and after, so that a net that is \
                  split there is not found.",
    failing: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) { a: layer 1/0, b: layer 2/0, c: layer 3/0, u: cut 4/0 { joins a to b }, v: cut 5/0 }\ntarget t = gds(\"t.gds\", dbu: 1nm) { a: layer 1/0, b: layer 2/0, c: layer 3/0, u: cut 4/0 { joins a to b }, v: cut 5/0 { joins b to c } }\nmap s -> t { a = a, b = b, c = c, u = u, v = v }\nverify t { nets }\n",
    mended: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm) { a: layer 1/0, b: layer 2/0, c: layer 3/0, u: cut 4/0 { joins a to b }, v: cut 5/0 { joins b to c } }\ntarget t = gds(\"t.gds\", dbu: 1nm) { a: layer 1/0, b: layer 2/0, c: layer 3/0, u: cut 4/0 { joins a to b }, v: cut 5/0 { joins b to c } }\nmap s -> t { a = a, b = b, c = c, u = u, v = v }\nverify t { nets }\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in &input.spec.items {
        let Item::Verify(v) = item else { continue };
        if !v.checks.iter().any(|c| matches!(c.what, Verified::Nets | Verified::Labels)) {
            continue;
        }
        let maps = input.maps().filter(|m| m.targets().any(|t| t.text == v.target.text));
        let sides: Vec<&str> = maps.map(|m| m.source.text.as_str()).chain([v.target.text.as_str()]).collect();
        let places = input.spec.items.iter().filter_map(|i| if let Item::Place(p) = i { Some(p) } else { None });
        for place in places.filter(|p| sides.contains(&p.name.text.as_str())) {
            found.extend(loose(place));
        }
    }
    found
}

fn loose(place: &Place) -> Vec<Diagnostic> {
    let cuts = place.members.iter().filter_map(|m| match m {
        Member::Layer(l) if l.kind == LayerKind::Cut => Some(l),
        _ => None,
    });
    let loose = cuts.filter(|l| !l.rules.iter().any(|r| matches!(r.kind, RuleKind::Joins { .. })));
    loose
        .map(|l| {
            let label = format!("`{}` does not say what it joins, and nets are compared", l.name.text);
            Diagnostic::new(&RULE, l.name.span, label).help("write `{ joins LAYER to LAYER }` behind its numbers")
        })
        .collect()
}
