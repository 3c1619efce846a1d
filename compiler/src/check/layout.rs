//! Maps of layout: which layers go where, and the arithmetic of one vertex.
//!
//! A layout map lowers to the same [`Program`](crate::plan::Program) as a map of records: its inputs are the coordinates
//! of a vertex as seen from the top, its outputs are the scaled and snapped ones. The interpreter and native code run it
//! as they run anything else.

use std::collections::BTreeMap;

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, ExprKind, Name, Role, Stmt};

use super::exprs::Body;
use super::quantity::{gcd, ratio};
use super::{Env, similar, twice};
use crate::plan::{
    self, Arith, Expr, Fate, FateKind, Input, Op, Otherwise, Output, Plan, Shapes, SourceFormat, Step, TargetFormat,
    Work,
};
use crate::rules;

/// Checks a layout map and adds it to the plan.
pub(super) fn map<'t>(
    env: &mut Env<'t>,
    map: &'t tree::Map,
    to_name: &Name,
    source: usize,
    target: usize,
    out: &mut Plan,
) {
    let (SourceFormat::Gds(from), TargetFormat::Gds { dbu, grid, layers }) =
        (&out.sources[source].format, &out.targets[target].format)
    else {
        return;
    };
    let (from, to, dbu, grid) = (from.clone(), layers.clone(), *dbu, *grid);
    let declared = |env: &Env<'t>, role, place: &Name, layer: &str| {
        let place = env.find(&place.text, role)?;
        place.tree.members.iter().find_map(|m| match m {
            tree::Member::Layer(l) if l.name.text == layer => Some(l.name.span),
            _ => None,
        })
    };
    if let Some(filter) = &map.filter {
        env.error(Diagnostic::new(&rules::MISPLACED, filter.span, "`where` belongs to maps of records"));
    }
    let (mut scale, mut variants) = ((1, 1), Some(1));
    let (mut scaled, mut snapped): (Option<Span>, Option<Span>) = (None, None);
    let mut assigned: BTreeMap<String, Span> = BTreeMap::new();
    let (mut routes, mut used) = (Vec::new(), Vec::new());
    let before = env.diagnostics.len();
    for stmt in &map.stmts {
        match stmt {
            Stmt::Scale { factor, span } => {
                if let Some(first) = scaled.replace(*span) {
                    env.error(
                        Diagnostic::new(&rules::DEFINED_TWICE, *span, "the scale is said twice").also(first, "here"),
                    );
                }
                match ratio(factor) {
                    Ok(r) => scale = r,
                    Err(d) => env.error(d),
                }
            }
            Stmt::Snap { variants: v, span } => {
                if let Some(first) = snapped.replace(*span) {
                    env.error(Diagnostic::new(&rules::DEFINED_TWICE, *span, "`snap` stands twice").also(first, "here"));
                }
                variants = match v {
                    None => None,
                    Some((n @ 1..=1_000_000, _)) => Some(*n as u32),
                    Some((_, at)) => {
                        env.error(Diagnostic::new(&rules::WRONG_QUANTITY, *at, "a cell has at least one variant"));
                        Some(1)
                    }
                };
            }
            Stmt::Assign { column, value, tail, .. } => {
                if let Some(t) = tail {
                    env.error(Diagnostic::new(
                        &rules::MISPLACED,
                        t.span,
                        "a layer does not fail, so `else` has nothing to do here",
                    ));
                }
                let Some(t) = to.iter().position(|l| l.name == column.text) else {
                    each_name(value, &mut |n| used.extend(from.layers.iter().position(|l| l.name == n.text)));
                    if unread(env, to_name, &column.text) {
                        continue;
                    }
                    let known: Vec<&str> = to.iter().map(|l| l.name.as_str()).collect();
                    env.error(unknown_layer(column, "target", &known));
                    continue;
                };
                if let Some(first) = assigned.insert(column.text.clone(), column.span) {
                    let d = twice(column, &Name { text: column.text.clone(), span: first });
                    env.error(d);
                    continue;
                }
                match &value.kind {
                    ExprKind::Name(n) => {
                        let Some(s) = from.layers.iter().position(|l| l.name == n.text) else {
                            if unread(env, &map.source, &n.text) {
                                continue;
                            }
                            let known: Vec<&str> = from.layers.iter().map(|l| l.name.as_str()).collect();
                            env.error(unknown_layer(n, "source", &known));
                            continue;
                        };
                        used.push(s);
                        if from.layers[s].texts != to[t].texts {
                            let what = |texts| if texts { "texts" } else { "shapes" };
                            let label = format!(
                                "`{}` holds {}, and `{}` holds {}",
                                n.text,
                                what(from.layers[s].texts),
                                column.text,
                                what(to[t].texts)
                            );
                            let same = from.layers.iter().filter(|l| l.texts == to[t].texts).map(|l| l.name.as_str());
                            let help = similar::in_scope(what(to[t].texts), same);
                            env.error(Diagnostic::new(&rules::WRONG_TYPE, n.span, label).help(help));
                            continue;
                        }
                        if let Some((_, first)) = routes.iter().find(|(other, _)| *other == s) {
                            let label = format!("`{}` already goes to `{}`", n.text, to[*first as usize].name);
                            env.error(
                                Diagnostic::new(&migc_grammar::rules::NOT_YET, n.span, label)
                                    .help("one layer into two is part of the language, and not built yet"),
                            );
                            continue;
                        }
                        routes.push((s, t as i64));
                    }
                    ExprKind::Broken => {}
                    _ => {
                        let label = "layer expressions are part of the language, and not built yet";
                        env.error(
                            Diagnostic::new(&migc_grammar::rules::NOT_YET, value.span, label)
                                .help("a layer of the source stands here: `met1 = metal1`"),
                        );
                        // What it names counts as used, so that one mistake is one diagnostic.
                        each_name(value, &mut |n| used.extend(from.layers.iter().position(|l| l.name == n.text)));
                    }
                }
            }
            Stmt::Later(_) | Stmt::Broken(_) => {}
            Stmt::Clean { span, .. }
            | Stmt::Let { span, .. }
            | Stmt::DropIf { span, .. }
            | Stmt::RejectIf { span, .. }
            | Stmt::Copy { span, .. }
            | Stmt::Explode(tree::Explode { span, .. })
            | Stmt::Arrow(tree::Arrow { span, .. })
            | Stmt::Check { span, .. } => {
                env.error(
                    Diagnostic::new(&migc_grammar::rules::NOT_YET, *span, "this statement is not built for layout yet")
                        .help("a layout map has `scale`, `snap` and lines `layer = layer`"),
                );
            }
        }
    }
    // Each mistake may have been meant for a layer that is left.
    let mistakes = env.diagnostics.len() - before;
    let left = from.layers.iter().enumerate().filter(|(i, _)| !used.contains(i)).count();
    let missing: Vec<&plan::Layer> = to.iter().filter(|l| !assigned.contains_key(&l.name)).collect();
    let mut one = None;
    if let ([to], Some((i, l)), 1) =
        (missing.as_slice(), from.layers.iter().enumerate().find(|(i, _)| !used.contains(i)), left)
        && to.texts == l.texts
    {
        // A line that was forgotten is one finding.
        used.push(i);
        one = Some(l.name.clone());
    }
    for l in &to {
        if !assigned.contains_key(&l.name) && missing.len() > mistakes {
            let d = Diagnostic::new(&rules::UNMAPPED, map.head, format!("the layer `{}` is not mapped", l.name));
            let d = match declared(env, Role::Target, to_name, &l.name) {
                Some(at) => d.also(at, "this layer of the target"),
                None => d,
            };
            let layer = one.as_deref().unwrap_or("LAYER");
            let d = match one.as_ref().and_then(|one| declared(env, Role::Source, &map.source, one)) {
                Some(at) => d.also(at, "this layer of the source goes nowhere"),
                None => d,
            };
            env.error(d.help(format!("add a line `{} = {layer}`", l.name)));
        }
    }
    for (i, l) in from.layers.iter().enumerate() {
        if !used.contains(&i)
            && left > mistakes
            && let Some(at) = declared(env, Role::Source, &map.source, &l.name)
        {
            let label = format!("the layer `{}` goes nowhere", l.name);
            env.error(
                Diagnostic::new(&rules::UNUSED, at, label)
                    .help("map it, or write `ignore` with its numbers and a reason in place of it"),
            );
        }
    }
    let Some(factor) = factor(scale, from.dbu.unwrap_or(dbu), dbu) else {
        let span = scaled.unwrap_or(map.head);
        env.error(Diagnostic::new(
            &rules::WRONG_QUANTITY,
            span,
            "scale and database units together are too large a ratio",
        ));
        return;
    };
    let (m, d) = factor;
    let step = d.checked_mul(grid).filter(|s| *s < 1 << 40 && m < 1 << 40);
    let Some(step) = step else {
        env.error(Diagnostic::new(
            &rules::WRONG_QUANTITY,
            scaled.unwrap_or(map.head),
            "scale and grid together are too large a ratio",
        ));
        return;
    };
    // The source grid narrows where ties can lie; without one, every database unit counts.
    let h = from.grid.zip(from.dbu).map_or(1, |(g, dbu)| g / dbu).max(1);
    let Some(steps) = m.checked_mul(h) else {
        let label = "scale and source grid together are too large a ratio";
        env.error(Diagnostic::new(&rules::WRONG_QUANTITY, scaled.unwrap_or(map.head), label));
        return;
    };
    let tie_number = step / gcd(steps, step);
    let period = step / gcd(m, step);
    let shapes = Shapes {
        routes: routes.iter().map(|(s, t)| (*s, *t as usize)).collect(),
        factor,
        grid,
        period,
        ties: tie_number % 2 == 0,
        tie_number,
        variants,
    };
    let at = scaled.unwrap_or(map.head);
    let title = format!("{} -> {}", map.source.text, to_name.text);
    let Some(program) = vertex(env, (m, d), grid, at, (target, title)) else { return };
    out.passes.push(plan::Pass { source, program, work: Work::Shapes(shapes) });
}

/// The factor from source to target units, in lowest terms.
fn factor((m, d): (i64, i64), from: i64, to: i64) -> Option<(i64, i64)> {
    let g = gcd(from, to);
    let (m, d) = (m.checked_mul(from / g)?, d.checked_mul(to / g)?);
    let g = gcd(m, d);
    Some((m / g, d / g))
}

/// The program of one vertex: `floor((2 m x + d g) / (2 d g)) g`, which is rounding to the grid, half up.
fn vertex(
    env: &mut Env<'_>,
    (m, d): (i64, i64),
    grid: i64,
    at: Span,
    (target, title): (usize, String),
) -> Option<plan::Program> {
    let mut body = Body::new(env, Vec::new());
    let whole = |n: i64| Expr::constant(Value::Num(i128::from(n)), Kind::Int64, at);
    let mut outputs = Vec::new();
    for (i, axis) in ["x", "y"].into_iter().enumerate() {
        let info = Info::required(Kind::Length);
        body.program.inputs.push(Input {
            name: axis.into(),
            info: info.clone(),
            column: i,
            empty_is_null: false,
            null_if: Vec::new(),
        });
        let x = Expr { op: Op::Input(i), info, fails: false, at };
        let step = d * grid;
        let scaled = body.arith(Arith::Mul, x, whole(2 * m), at)?;
        let half = body.arith(Arith::Add, scaled, whole(step), at)?;
        let units = body.arith(Arith::FloorDiv, half, whole(2 * step), at)?;
        let value = body.arith(Arith::Mul, units, whole(grid), at)?;
        let value = body.fit_into(value, &Kind::Length);
        body.program.fates.push(Fate {
            // A coordinate that leaves its range stops the run: a layout without a vertex is no layout.
            kind: FateKind::Abort,
            code: "out_of_range".into(),
            message: None,
            about: Some(axis.into()),
            at,
        });
        let slot = body.bind(axis, value.info.clone());
        body.steps.push(Step::Let { slot, value, otherwise: Otherwise::Leave(i) });
        let value = body.slot(slot, at);
        outputs.push(Output { name: axis.into(), ty: Ty::required(Kind::Length), value });
    }
    let arrow = plan::Arrow { target, when: None, steps: Vec::new(), outputs, measures: Vec::new(), keys: Vec::new() };
    body.program.branches.push(plan::Branch { title, steps: body.steps, arrows: vec![arrow] });
    Some(body.program)
}

/// Whether a layer of this name is declared in a way that could not be read.
fn unread(env: &Env<'_>, place: &Name, layer: &str) -> bool {
    let mut places = env.places.iter().filter(|p| p.tree.name.text == place.text);
    places.any(|p| {
        p.tree.members.iter().any(|m| match m {
            tree::Member::Column(c) => c.name.text == layer,
            tree::Member::Broken(span) => env.piece(*span).trim_start().starts_with(layer),
            _ => false,
        })
    })
}

fn unknown_layer(n: &Name, what: &str, known: &[&str]) -> Diagnostic {
    let d = Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("the {what} has no layer `{}`", n.text));
    match similar::did_you_mean(&n.text, known) {
        Some(close) => similar::suggest(d, n.span, close),
        None => d.help(similar::in_scope("layers", known.iter().copied())),
    }
}

/// Calls `f` on every name in a layer expression.
fn each_name(e: &tree::Expr, f: &mut dyn FnMut(&Name)) {
    match &e.kind {
        ExprKind::Name(n) => f(n),
        ExprKind::Member(a, _) | ExprKind::Unary(_, a) => each_name(a, f),
        ExprKind::Binary(_, a, b) | ExprKind::Pipe(a, b) | ExprKind::Range(a, b) => {
            each_name(a, f);
            each_name(b, f);
        }
        _ => {}
    }
}
