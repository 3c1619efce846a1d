//! `a ?? b` where `a` is never null.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

use super::{Input, Lint, each_expr};
use crate::plan::Op;

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1101",
    level: Level::Warning,
    title: "this `??` never acts",
    explanation: "The left side is never null, so the right side is never used. Either the left side should be nullable \
                  (`text?` in the source, which makes an empty field null), or the `??` can go.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a ?? \"-\" }\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text? }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a ?? \"-\" }\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for pass in &input.plan.passes {
        each_expr(pass, &mut |e| {
            if let Op::Coalesce(a, b) = &e.op
                && !a.info.ty.nullable
            {
                let label = format!("this is {}, which is never null", a.info.ty);
                found.push(
                    Diagnostic::new(&RULE, a.at, label)
                        .also(b.at, "so this is never used")
                        .help("take the `??` away, or make the left side nullable where it is declared"),
                );
            }
        });
    }
    found
}
