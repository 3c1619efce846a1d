//! A `let` that nothing uses.

use std::collections::BTreeSet;

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::tree::{Item, Stmt};

use super::{Input, Lint, each_expr};
use crate::plan::{Op, Otherwise, Step};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1104",
    level: Level::Warning,
    title: "a `let` is never used",
    explanation: "Its value goes nowhere. A `let` that can reject or drop is kept silent, since that may be its purpose; one that \
                  can do neither has no effect at all.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  let x = upper(a)\n  b = a\n}\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  let x = upper(a)\n  b = x\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let (mut bound, mut used) = (BTreeSet::new(), BTreeSet::new());
    for pass in &input.plan.passes {
        let mut slots = BTreeSet::new();
        each_expr(pass, &mut |e| {
            if let Op::Slot(s) = e.op {
                slots.insert(s);
            }
        });
        let name = |slot: usize| pass.program.slots.get(slot).map_or("", |s| s.name.as_str());
        used.extend(slots.into_iter().map(name));
        for (_, step) in pass.program.steps() {
            if let Step::Let { slot, otherwise: Otherwise::Never, .. } = step {
                bound.insert(name(*slot));
            }
        }
    }
    let maps = input.spec.items.iter().filter_map(|i| if let Item::Map(m) = i { Some(m) } else { None });
    let lets =
        maps.flat_map(|m| m.all_stmts()).filter_map(|s| if let Stmt::Let { name, .. } = s { Some(name) } else { None });
    lets.filter(|name| bound.contains(name.text.as_str()) && !used.contains(name.text.as_str()))
        .map(|name| {
            Diagnostic::new(&RULE, name.span, format!("`{}` is never used", name.text))
                .help("take the line away, or use the value")
        })
        .collect()
}
