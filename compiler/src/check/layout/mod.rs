//! Maps of layout: their statements, and what becomes of them in the plan.
//!
//! A layout map lowers to the same [`Program`](crate::plan::Program) as a map of records: its inputs are the coordinates
//! of a vertex as seen from the top, its outputs are the scaled and snapped ones. What decides on an island is such a
//! program too, of the island's measures. The interpreter and native code run them as they run anything else.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Name, Stmt, StringLit};

use super::Env;
use crate::plan::{self, Plan, ScaleOverride, Shapes, SourceFormat, TargetFormat, Work};
use crate::rules;

mod assigned;
mod cells;
mod cuts;
mod design;
mod layers;
mod lengths;
mod measures;
mod scale;
mod spaces;
mod trials;
mod verify;
mod vertex;

use assigned::Layers;
use scale::{Said, Sides};
use vertex::vertex;

/// Checks a layout map and adds it to the plan.
pub(super) fn map<'t>(
    env: &mut Env<'t>,
    map: &'t tree::Map,
    to_name: &Name,
    source: usize,
    target: usize,
    out: &mut Plan,
) {
    let (SourceFormat::Layout(from), TargetFormat::Layout { dbu, grid, layers, rules, programs, every: takes, .. }) =
        (&out.sources[source].format, &out.targets[target].format)
    else {
        return;
    };
    if let Some(filter) = &map.filter {
        env.error(Diagnostic::new(&rules::MISPLACED, filter.span, "`where` belongs to maps of records"));
    }
    let before = env.diagnostics.len();
    let sides = Sides { from, to: layers, dbu: *dbu, grid: *grid };
    let drawn: Vec<String> = from.lets.iter().map(|l| l.name.clone()).collect();
    let mut work = Layers::new(map, to_name, &sides, &drawn, (rules, programs));
    let mut said = Said::default();
    let (mut cells, mut every, mut scaled_apart) = (Vec::new(), None, Vec::new());
    for stmt in &map.stmts {
        match stmt {
            Stmt::Scale { .. } | Stmt::Snap { .. } => said.take(env, stmt, &sides),
            Stmt::Assign { column, value, tail, .. } => {
                if let Some(t) = tail {
                    let label = "a layer does not fail, so `else` has nothing to do here";
                    env.error(Diagnostic::new(&rules::MISPLACED, t.span, label));
                }
                work.assign(env, column, value);
            }
            Stmt::Let { name, value, .. } => work.named(env, name, value),
            Stmt::Copy { names, all, except, span } => work.copied(env, names, all.then_some(*span), except),
            Stmt::Later(_) | Stmt::Broken(_) => {}
            Stmt::Cells(list, _) => {
                for rule in list {
                    cells.extend(env.cell_rule(rule, &cells));
                }
            }
            Stmt::Every(span) => {
                if let Some(first) = every.replace(*span) {
                    let d = Diagnostic::new(&rules::DEFINED_TWICE, *span, "every other layer is carried over already");
                    env.error(d.also(first, "here"));
                }
            }
            Stmt::CellsOf { pattern, stmts, span } => scaled_apart.push((pattern, stmts, *span)),
            Stmt::Clean { span, .. }
            | Stmt::DropIf { span, .. }
            | Stmt::RejectIf { span, .. }
            | Stmt::Explode(tree::Explode { span, .. })
            | Stmt::Arrow(tree::Arrow { span, .. })
            | Stmt::Check { span, .. } => {
                let label = "this statement is not built for layout yet";
                let d = Diagnostic::new(&migc_grammar::rules::NOT_YET, *span, label);
                env.error(d.help("a layout map has `scale`, `snap`, `cells`, `let`, `copy` and lines `layer = layer`"));
            }
        }
    }
    carried_over(env, map.head, every, [(from.every, &map.source), (*takes, to_name)]);
    work.account(env, env.diagnostics.len() - before);
    let at = said.scaled.unwrap_or(map.head);
    let Some(scaling) = said.scaling(env, &sides, map.head) else { return };
    let overrides = overrides(env, scaled_apart, &said, &sides, target);
    let Layers { routes, steps, programs, texts, .. } = work;
    let title = format!("{} -> {}", map.source.text, to_name.text);
    let Some(program) = vertex(env, &scaling, at, (target, title)) else { return };
    out.passes.push(plan::Pass {
        source,
        program,
        work: Work::Shapes(Box::new(Shapes {
            scaling,
            overrides,
            routes,
            steps,
            programs,
            cells,
            verify: Vec::new(),
            every: every.is_some(),
            texts,
        })),
    });
}

/// Every other layer is carried over by the source, the map and the target, or by none of them.
fn carried_over(env: &mut Env<'_>, head: Span, every: Option<Span>, sides: [(bool, &Name); 2]) {
    if every.is_none() && sides.iter().all(|(says, _)| !says) {
        return;
    }
    let Some((says, place)) = sides.into_iter().find(|(says, _)| *says != every.is_some()) else { return };
    let word = match says {
        true => "declares every other layer, and the map does not carry them over",
        false => "has no `every other layer`",
    };
    let d = Diagnostic::new(&rules::UNMAPPED, every.unwrap_or(head), format!("`{}` {word}", place.text));
    env.error(d.help("write `every other layer` in the source, in the target and in the map"));
}

/// Cells that are scaled by themselves: `cells "ram_{n}" { scale 13/18, snap exact }`
type Apart<'t> = (&'t StringLit, &'t Vec<Stmt>, Span);

/// How cells are scaled that are scaled by themselves.
fn overrides<'t>(
    env: &mut Env<'t>,
    apart: Vec<Apart<'t>>,
    said: &Said,
    sides: &Sides<'_>,
    target: usize,
) -> Vec<ScaleOverride> {
    let mut overrides: Vec<ScaleOverride> = Vec::new();
    for (pattern, stmts, span) in apart {
        let mut own = said.apart();
        stmts.iter().for_each(|stmt| own.take(env, stmt, sides));
        let (Some(pattern), Some(scaling)) = (env.cell_pattern(pattern), own.scaling(env, sides, span)) else {
            continue;
        };
        if overrides.iter().any(|o| o.pattern == pattern) {
            let label = "how these cells are scaled is said already";
            env.error(Diagnostic::new(&rules::DEFINED_TWICE, span, label));
            continue;
        }
        if stmts.is_empty() {
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, span, "nothing is said of how these cells are scaled");
            env.error(d.help("write `cells \"ram_{n}\" { scale 13/18, snap exact }`"));
            continue;
        }
        let title = format!("cells \"{pattern}\"");
        let program = vertex(env, &scaling, span, (target, title));
        overrides.extend(program.map(|program| ScaleOverride { pattern, scaling, program }));
    }
    overrides
}
