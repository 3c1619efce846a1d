//! A statement that stands after one of a later stage.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::tree::{Item, Stmt};

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1103",
    level: Level::Warning,
    title: "a line stands out of stage order",
    explanation: "The stages of a map are fixed whatever the order of lines: `where`, `clean`, then `let`, `drop if` and `reject if` \
                  in text order, then assignments, then `check`. A line that stands elsewhere runs in its stage all the same; written \
                  in order, the map reads as it runs.",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  b = a\n  reject if a == \"\" as empty\n}\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  reject if a == \"\" as empty\n  b = a\n}\n",
};

/// The stage of a statement, and its name.
fn stage(stmt: &Stmt) -> Option<(u8, &'static str, migc_grammar::span::Span)> {
    Some(match stmt {
        Stmt::Clean { span, .. } => (1, "clean", *span),
        Stmt::Let { span, .. } => (2, "let", *span),
        Stmt::DropIf { span, .. } => (2, "drop if", *span),
        Stmt::RejectIf { span, .. } => (2, "reject if", *span),
        Stmt::Assign { span, .. } => (3, "an assignment", *span),
        Stmt::Copy { span, .. } => (3, "copy", *span),
        Stmt::Check { span, .. } => (4, "check", *span),
        _ => return None,
    })
}

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in &input.spec.items {
        let Item::Map(map) = item else { continue };
        // The lines of a layout run in text order.
        let layout = |i: &Item| matches!(i, Item::Place(p) if p.name.text == map.source.text && p.is_layout());
        if input.spec.items.iter().any(layout) {
            continue;
        }
        let mut latest: Option<(u8, &str, migc_grammar::span::Span)> = None;
        for (stage, name, span) in map.stmts.iter().filter_map(stage) {
            match latest {
                Some((before, what, at)) if stage < before => {
                    let label = format!("`{name}` runs before {what}, and stands after it");
                    found.push(
                        Diagnostic::new(&RULE, span, label)
                            .also(at, "this runs later")
                            .help("move the line up, above the stage that runs after it"),
                    );
                }
                _ => latest = Some((stage, name, span)),
            }
        }
    }
    found
}
