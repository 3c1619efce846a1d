//! A `drop if` or `reject if` whose records an earlier one has taken.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::span::Span;
use migc_grammar::tree::{self, BinOp, ExprKind, Stmt};

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1107",
    level: Level::Warning,
    title: "an earlier line takes all of these records",
    explanation: "`drop if` and `reject if` act in the order in which they stand. Where one is about the same condition as a line above it, or \
                  about a part of what that line takes, no record ever reaches it, and its reason is never counted.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: text, b: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  drop if a == \"X\" or b == \"\" as obsolete\n  reject if b == \"\" as empty\n  b = b\n}\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text, b: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  reject if b == \"\" as empty\n  drop if a == \"X\" as obsolete\n  b = b\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for map in input.maps() {
        of_statements(input, &map.stmts, &mut found);
        map.arrows().for_each(|arrow| of_statements(input, &arrow.stmts, &mut found));
    }
    found
}

fn of_statements(input: &Input<'_>, stmts: &[Stmt], found: &mut Vec<Diagnostic>) {
    let mut taken: Vec<(String, Span)> = Vec::new();
    for stmt in stmts {
        let (Stmt::DropIf { cond, .. } | Stmt::RejectIf { cond, .. }) = stmt else { continue };
        let mut parts = Vec::new();
        alternatives(cond, &mut parts);
        let parts: Vec<(String, Span)> =
            parts.into_iter().map(|e| (plain(input.text.get(e.span.range()).unwrap_or_default()), e.span)).collect();
        let earlier = |(text, _): &(String, Span)| taken.iter().find(|(known, _)| known == text).map(|(_, at)| *at);
        let before: Option<Vec<Span>> = parts.iter().map(earlier).collect();
        if let Some(first) = before.and_then(|all| all.first().copied()) {
            let label = "no record comes here: a line above takes all that this is true of";
            let d = Diagnostic::new(&RULE, cond.span, label).also(first, "this takes them");
            found.push(d.help("take one of the two lines away, or say here what the other does not"));
        }
        taken.extend(parts);
    }
}

/// What stands between the `or`s.
fn alternatives<'a>(cond: &'a tree::Expr, out: &mut Vec<&'a tree::Expr>) {
    let mut left = cond;
    while let ExprKind::Binary(BinOp::Or, a, b) = &left.kind {
        out.push(b);
        left = a;
    }
    out.push(left);
}

/// A piece of text with one blank for each run of them.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
