//! Lints: what compiles and is probably not what was meant. One file each, and one line in the table.

use migc_grammar::diagnostic::{Diagnostic, Rule};
use migc_grammar::tree::{self, Item, Stmt, Tail, TailKind};

use crate::plan::{Expr, LayoutSource, Pass, Plan, Shapes, SourceFormat, Step, TargetFormat, Work};

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
    /// The text, to which places belong.
    pub text: &'a str,
    /// The name of the spec's file.
    pub name: &'a str,
}

impl<'a> Input<'a> {
    /// The maps.
    fn maps(&self) -> impl Iterator<Item = &'a tree::Map> {
        self.spec.items.iter().filter_map(|i| if let Item::Map(m) = i { Some(m) } else { None })
    }

    /// The maps of layouts, each with its source and its target.
    fn layouts(&self) -> impl Iterator<Item = (&'a Shapes, &'a LayoutSource, &'a TargetFormat)> {
        let plan = self.plan;
        plan.passes.iter().filter_map(|pass| {
            let (Work::Shapes(shapes), SourceFormat::Layout(from)) = (&pass.work, &plan.sources[pass.source].format)
            else {
                return None;
            };
            let target = pass.program.targets().first().and_then(|t| plan.targets.get(*t))?;
            Some((&**shapes, from, &target.format))
        })
    }

    /// Calls `f` on every expression of maps and gates as it is written, parts after wholes. Those of types and functions are
    /// left out: what they come to differs from use to use.
    fn each_written(&self, f: &mut dyn FnMut(&'a tree::Expr)) {
        let mut tops: Vec<&'a tree::Expr> = Vec::new();
        for item in &self.spec.items {
            match item {
                Item::Map(map) => {
                    tops.extend(&map.filter);
                    tops.extend(map.arrows().filter_map(|a| a.when.as_ref()));
                    map.all_stmts().for_each(|stmt| of_statement(stmt, &mut tops));
                }
                Item::Expect(expect) => tops.extend(expect.conditions.iter().map(|(cond, _)| cond)),
                _ => {}
            }
        }
        let mut open: Vec<&'a tree::Expr> = tops.into_iter().rev().collect();
        while let Some(e) = open.pop() {
            f(e);
            e.each_part(&mut |part| open.push(part));
        }
    }
}

fn of_statement<'a>(stmt: &'a Stmt, tops: &mut Vec<&'a tree::Expr>) {
    let value = |tail: &'a Option<Tail>| match tail {
        Some(Tail { kind: TailKind::Value(e), .. }) => Some(&**e),
        _ => None,
    };
    match stmt {
        Stmt::Clean { value: e, tail, .. }
        | Stmt::Let { value: e, tail, .. }
        | Stmt::Assign { value: e, tail, .. }
        | Stmt::Check { cond: e, tail, .. } => {
            tops.push(e);
            tops.extend(value(tail));
        }
        Stmt::DropIf { cond, .. } | Stmt::RejectIf { cond, .. } => tops.push(cond),
        Stmt::Explode(explode) => tops.extend(&explode.filter),
        _ => {}
    }
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
    closed_gap;
    constant_key;
    idle_coalesce;
    idle_condition;
    loose_cut;
    missing_code;
    mixed_pipe;
    no_map;
    no_name;
    repeated_exit;
    secret;
    stage_order;
    tied_pitch;
    tight_cuts;
    unfed_rule;
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
