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
    let mut found = Vec::new();
    let trees = input.spec.items.iter().filter_map(|i| if let Item::Map(m) = i { Some(m) } else { None });
    for (map, tree) in input.plan.maps.iter().zip(trees) {
        let mut used = BTreeSet::new();
        each_expr(map, &mut |e| {
            if let Op::Slot(s) = e.op {
                used.insert(s);
            }
        });
        for step in &map.program.steps {
            let Step::Let { slot, otherwise: Otherwise::Never, .. } = step else { continue };
            let written = tree.stmts.iter().find_map(|s| match s {
                Stmt::Let { name, .. } if name.text == map.program.slots[*slot].name => Some(name),
                _ => None,
            });
            if let (Some(name), false) = (written, used.contains(slot)) {
                found.push(
                    Diagnostic::new(&RULE, name.span, format!("`{}` is never used", name.text))
                        .help("take the line away, or use the value"),
                );
            }
        }
    }
    found
}
