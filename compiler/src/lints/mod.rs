//! Lints: what compiles and is probably not what was meant. One file each, and one line in the table.

use migc_grammar::diagnostic::{Diagnostic, Rule};

use crate::plan::{Expr, Map, Plan, Step};

mod idle_coalesce;
mod idle_condition;
mod no_map;
mod stage_order;
mod unused_let;

/// A lint.
pub struct Lint {
    /// Its entry in the table of diagnostics.
    pub rule: &'static Rule,
    /// Finds what it is about.
    pub find: fn(&Input<'_>) -> Vec<Diagnostic>,
}

/// What a lint looks at.
pub struct Input<'a> {
    /// What was written.
    pub spec: &'a migc_grammar::tree::Spec,
    /// What it means.
    pub plan: &'a Plan,
}

/// Every lint, a line each.
#[rustfmt::skip]
pub static LINTS: &[Lint] = &[
    idle_coalesce::LINT,
    idle_condition::LINT,
    no_map::LINT,
    stage_order::LINT,
    unused_let::LINT,
];

/// Runs every lint.
pub fn run(input: &Input<'_>) -> Vec<Diagnostic> {
    LINTS.iter().flat_map(|l| (l.find)(input)).collect()
}

/// Calls `f` on every expression of a map, parts after wholes.
pub fn each_expr<'p>(map: &'p Map, f: &mut dyn FnMut(&'p Expr)) {
    fn walk<'p>(e: &'p Expr, f: &mut dyn FnMut(&'p Expr)) {
        f(e);
        e.each_part(&mut |part| walk(part, f));
    }
    let mut tops: Vec<&Expr> = Vec::new();
    for step in &map.program.steps {
        match step {
            Step::Let { value, otherwise, .. } => {
                tops.push(value);
                tops.extend(otherwise.value());
            }
            Step::Clean { before, value, otherwise, .. } => {
                tops.extend([before, value]);
                tops.extend(otherwise.value());
            }
            Step::LeaveIf { when: e, .. } | Step::Check { holds: e, .. } => tops.push(e),
        }
    }
    tops.extend(map.program.outputs.iter().map(|o| &o.value));
    tops.extend(map.program.fates.iter().filter_map(|f| f.message.as_ref()));
    for e in tops {
        walk(e, f);
    }
}
