//! `a |> f == b`: which of the two binds tighter has to be known.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::tree::{self, BinOp, ExprKind};

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG2101",
    level: Level::Hint,
    title: "a pipe is compared without parentheses",
    explanation: "`|>` binds tighter than a comparison: `a |> trim == b` compares the trimmed `a`, and `a == b |> trim` trims `b` alone. \
                  Parentheses say so to those who read it.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: text, b: text }\ntarget t = csv(\"t.csv\") { a: text }\nmap s -> t {\n  reject if a == b |> trim as same\n  a = a\n}\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text, b: text }\ntarget t = csv(\"t.csv\") { a: text }\nmap s -> t {\n  reject if a == (b |> trim) as same\n  a = a\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    input.each_written(&mut |e| {
        let ExprKind::Binary(op, a, b) = &e.kind else { return };
        if !matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge) {
            return;
        }
        for side in [a, b] {
            if matches!(side.kind, ExprKind::Pipe(..)) && !enclosed(input.text, side) {
                let text = input.text.get(side.span.range()).unwrap_or_default();
                let label = "`|>` binds tighter than the comparison beside it";
                let fixed = format!("({text})");
                found.push(Diagnostic::new(&RULE, side.span, label).fix(
                    "write parentheses round it",
                    side.span,
                    fixed,
                ));
            }
        }
    });
    found
}

/// Whether parentheses stand round an expression: its place has them, or lies between them.
fn enclosed(text: &str, e: &tree::Expr) -> bool {
    let (from, to) = (e.span.start as usize, e.span.end as usize);
    let own = text.get(e.span.range()).is_some_and(|t| t.starts_with('(') && t.ends_with(')'));
    let before = text.get(..from).unwrap_or_default().trim_end().ends_with('(');
    own || before && text.get(to..).unwrap_or_default().trim_start().starts_with(')')
}
