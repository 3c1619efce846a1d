//! A list of codes that has no row for a text that its column can be.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint};
use crate::plan::{Expr, Op, Otherwise, Step};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1106",
    level: Level::Warning,
    title: "a list of codes misses a code",
    explanation: "The texts that the column can be are known (`one of`, a `match`, what earlier lines have left), and the list has no row for one of \
                  them: its records are rejected, though nothing in the spec says so. Add the row, or say behind the conversion what \
                  becomes of what the list does not have (`else reject CODE`, `else drop as reason`, `else null`).",
    failing: "migration m\ncodes C: text(1) { \"A\" => \"a\" }\nsource s = csv(\"s.csv\") { a: one of \"A\", \"B\" }\ntarget t = csv(\"t.csv\") { b: text(1) }\nmap s -> t { b = C(a) }\n",
    mended: "migration m\ncodes C: text(1) { \"A\" => \"a\", \"B\" => \"b\" }\nsource s = csv(\"s.csv\") { a: one of \"A\", \"B\" }\ntarget t = csv(\"t.csv\") { b: text(1) }\nmap s -> t { b = C(a) }\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for pass in &input.plan.passes {
        for (_, step) in pass.program.steps() {
            let (value, fate) = match step {
                Step::Let { value, otherwise: Otherwise::Leave(fate), .. }
                | Step::Clean { value, otherwise: Otherwise::Leave(fate), .. } => (value, fate),
                _ => continue,
            };
            // A spec that says what happens calls the fate otherwise.
            let silent = |f: &crate::plan::Fate| f.code.ends_with(".codes") && f.message.is_none();
            if !pass.program.fates.get(*fate).is_some_and(silent) {
                continue;
            }
            walk(value, &mut |e| {
                let Op::Codes(list, of) = &e.op else { return };
                let (Some(set), Some(codes)) = (&of.info.set, input.plan.codes.get(*list)) else { return };
                let known: std::collections::HashSet<&str> = codes.rows.iter().map(|(from, _)| from.as_str()).collect();
                let missing: Vec<String> =
                    set.iter().filter(|t| !known.contains(t.as_str())).map(|t| format!("\"{t}\"")).collect();
                if missing.is_empty() || found.iter().any(|d| d.span == e.at) {
                    return;
                }
                let label = format!("`{}` has no row for {}", codes.name, missing.join(", "));
                let help = "add it to the list, or say what happens: `… else reject CODE`, `else drop as reason`";
                found.push(Diagnostic::new(&RULE, e.at, label).help(help));
            });
        }
    }
    found
}

fn walk<'p>(e: &'p Expr, f: &mut dyn FnMut(&'p Expr)) {
    f(e);
    e.each_part(&mut |part| walk(part, f));
}
