//! A condition that is always or never true.

use migc_functions::Value;
use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint};
use crate::plan::{Op, Step};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1102",
    level: Level::Warning,
    title: "this condition decides nothing",
    explanation: "The types and what earlier lines have excluded already settle it: no record can make it true, or every \
                  record does. A `check` that can never fail checks nothing; a `drop if` that is always true drops everything.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: int16 }\ntarget t = csv(\"t.csv\") { b: int16 }\nmap s -> t {\n  reject if a > 40000 as high\n  b = a\n}\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: int16 }\ntarget t = csv(\"t.csv\") { b: int16 }\nmap s -> t {\n  reject if a > 30000 as high\n  b = a\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pass in &input.plan.passes {
        for (_, step) in pass.program.steps() {
            let condition = match step {
                Step::LeaveIf { when, .. } => when,
                Step::Check { holds, .. } => holds,
                _ => continue,
            };
            let Op::Const(Value::Bool(always)) = condition.op else { continue };
            let label = if always { "this is always true" } else { "this is never true" };
            found.push(
                Diagnostic::new(&RULE, condition.at, label)
                    .help("take the line away, or compare with a value that can occur"),
            );
        }
    }
    found
}
