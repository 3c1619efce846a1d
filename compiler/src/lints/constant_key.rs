//! What must stand once in a target, and is the same in every row.

use migc_functions::Value;
use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint};
use crate::plan::{Expr, Op};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1110",
    level: Level::Warning,
    title: "what must stand once is the same in every row",
    explanation: "A `key` or `unique` of the target is given a value that does not depend on the record: the first record is loaded, and \
                  every other is rejected. Take a column that tells records apart, or the uniqueness away.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { id: text unique, b: text }\nmap s -> t { id = \"-\", b = a }\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { id: text unique, b: text }\nmap s -> t { id = a, b = a }\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for pass in &input.plan.passes {
        for (_, arrow) in pass.program.arrows() {
            // One of several rows of a record, or a map of some records alone, may be meant to make one row.
            if arrow.when.is_some() {
                continue;
            }
            for (key, values) in &arrow.keys {
                let same = |e: &Expr| matches!(&e.op, Op::Const(value) if *value != Value::Null);
                let (true, Some(first)) = (values.iter().all(same), values.first()) else { continue };
                let fate = pass.program.keys.get(*key).and_then(|k| pass.program.fates.get(k.fate));
                let label = "every row has this value, and one of them can stand";
                let mut d = Diagnostic::new(&RULE, first.at, label);
                if let Some(fate) = fate {
                    d = d.also(fate.at, "it must stand once");
                }
                if found.iter().all(|known| known.span != first.at) {
                    found.push(d.help("assign what tells records apart, or take the uniqueness away"));
                }
            }
        }
    }
    found
}
