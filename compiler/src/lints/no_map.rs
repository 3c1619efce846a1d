//! A spec without a map.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::span::Span;
use migc_grammar::tree::Item;

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1105",
    level: Level::Warning,
    title: "nothing runs",
    explanation: "A spec has at least one map: without one there is nothing to run.",
    failing: "migration m\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let has = |wanted: fn(&Item) -> bool| input.spec.items.iter().any(wanted);
    let mut found = Vec::new();
    // A file of definitions is there for others to use.
    let defines = |i: &Item| {
        matches!(i, Item::Codes(_) | Item::Type(_) | Item::Fn(_) | Item::Param(_) | Item::Place(_) | Item::Use(_))
    };
    let runs = |i: &Item| matches!(i, Item::Migration { .. } | Item::Map(_));
    if !input.spec.items.iter().any(runs) && has(defines) {
        return found;
    }
    if !has(|i| matches!(i, Item::Map(_))) {
        let d = Diagnostic::new(&RULE, Span::new(0, 0), "this spec has no map, so there is nothing to run");
        found.push(d.help("write `map SOURCE -> TARGET { … }`"));
    }
    found
}
