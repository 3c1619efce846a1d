//! Lints: what compiles and is probably not what was meant. One file each, and one line in the table.

use migc_grammar::diagnostic::{Diagnostic, Rule};

use crate::plan::{Expr, Pass, Plan, Step};

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

macro_rules! lints {
    ($($file:ident;)*) => {
        $(mod $file;)*
        /// Every lint.
        pub static LINTS: &[Lint] = &[$($file::LINT),*];
    };
}

// A new lint is a file and a line here.
lints! {
    idle_coalesce;
    idle_condition;
    no_map;
    stage_order;
    unused_let;
}

/// Runs every lint.
pub fn run(input: &Input<'_>) -> Vec<Diagnostic> {
    LINTS.iter().flat_map(|l| (l.find)(input)).collect()
}

/// Calls `f` on every expression of a pass, parts after wholes.
pub fn each_expr<'p>(pass: &'p Pass, f: &mut dyn FnMut(&'p Expr)) {
    fn walk<'p>(e: &'p Expr, f: &mut dyn FnMut(&'p Expr)) {
        f(e);
        e.each_part(&mut |part| walk(part, f));
    }
    let mut tops: Vec<&Expr> = Vec::new();
    for (_, step) in pass.program.steps() {
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
            Step::Note { values, .. } => tops.extend(values),
        }
    }
    for (_, arrow) in pass.program.arrows() {
        tops.extend(&arrow.when);
        tops.extend(arrow.outputs.iter().map(|o| &o.value));
        tops.extend(arrow.keys.iter().flat_map(|(_, values)| values));
        tops.extend(arrow.measures.iter().map(|(_, value)| value));
    }
    tops.extend(pass.program.fates.iter().filter_map(|f| f.message.as_ref()));
    for e in tops {
        walk(e, f);
    }
}
