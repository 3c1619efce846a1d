//! Maps of layout: which layers go where, what is computed, and the arithmetic of one vertex.
//!
//! A layout map lowers to the same [`Program`](crate::plan::Program) as a map of records: its inputs are the coordinates
//! of a vertex as seen from the top, its outputs are the scaled and snapped ones. What decides on an island is such a
//! program too, of the island's measures. The interpreter and native code run them as they run anything else.

use std::collections::BTreeMap;

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Expr as Written, ExprKind, Name, Role, Stmt};

use super::exprs::Body;
use super::{Env, similar, twice};
use crate::plan::{
    self, Arith, Expr, Fate, FateKind, Input, Layer, LayerAt, LayerExpr, LayerStep, Op, Otherwise, Output, Plan,
    RuleCheck, Scaling, Shapes, SourceFormat, SpaceWhen, Step, TargetFormat, TextOf, Work,
};
use crate::rules;

mod design;
mod layers;
mod measures;

mod scale;
mod spaces;
mod trials;
mod verify;

pub(super) use layers::Scope;

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
    let sides = scale::Sides { from, to: layers, dbu: *dbu, grid: *grid };
    let drawn: Vec<String> = from.lets.iter().map(|l| l.name.clone()).collect();
    let mut work = Layers {
        map,
        to_name,
        sides: &sides,
        cuts: layers.iter().enumerate().map(|(i, _)| cut_rules(rules, i)).collect(),
        drawn: &drawn,
        done: vec![false; layers.len()],
        assigned: BTreeMap::new(),
        lets: Vec::new(),
        used: from.lets.iter().flat_map(|l| layers_of(&l.value)).collect(),
        routes: Vec::new(),
        steps: Vec::new(),
        programs: programs.clone(),
        texts: Vec::new(),
    };
    let mut said = scale::Said::default();
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
    let sides_say = [(from.every, &map.source), (*takes, to_name)];
    for (says, place) in sides_say {
        if says != every.is_some() && sides_say.iter().any(|(s, _)| *s) | every.is_some() {
            let word = if says {
                "declares every other layer, and the map does not carry them over"
            } else {
                "has no `every other layer`"
            };
            let at = every.unwrap_or(map.head);
            let d = Diagnostic::new(&rules::UNMAPPED, at, format!("`{}` {word}", place.text));
            env.error(d.help("write `every other layer` in the source, in the target and in the map"));
            break;
        }
    }
    work.account(env, env.diagnostics.len() - before);
    let at = said.scaled.unwrap_or(map.head);
    let Some(scaling) = said.scaling(env, &sides, map.head) else { return };
    let mut overrides: Vec<plan::ScaleOverride> = Vec::new();
    for (pattern, stmts, span) in scaled_apart {
        let mut own = said.apart();
        stmts.iter().for_each(|stmt| own.take(env, stmt, &sides));
        let (Some(pattern), Some(scaling)) = (env.cell_pattern(pattern), own.scaling(env, &sides, span)) else {
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
        overrides.extend(program.map(|program| plan::ScaleOverride { pattern, scaling, program }));
    }
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

impl<'t> Env<'t> {
    /// What becomes of cells by their names.
    fn cell_rule(&mut self, rule: &tree::CellRule, before: &[plan::CellRule]) -> Option<plan::CellRule> {
        let pattern = self.cell_pattern(&rule.pattern)?;
        let everything = |p: &plan::CellPattern| matches!(p.0.as_slice(), [plan::CellPart::Hole(_)]);
        if before.iter().any(|b| b.pattern == pattern || everything(&b.pattern)) {
            let label = "no cell reaches this line: one above takes all that it names";
            self.error(Diagnostic::new(&rules::DEFINED_TWICE, rule.span, label));
        }
        let fate = match &rule.what {
            tree::CellFate::Keep => plan::CellFate::Keep,
            tree::CellFate::Drop(reason, _) => plan::CellFate::Drop(reason.text.clone()),
            tree::CellFate::Rename(to) => {
                let new = self.cell_pattern(to)?;
                let holes = |p: &plan::CellPattern| -> Vec<String> {
                    let hole =
                        |p: &plan::CellPart| if let plan::CellPart::Hole(n) = p { Some(n.clone()) } else { None };
                    p.0.iter().filter_map(hole).collect()
                };
                let empty = |p: &plan::CellPart| matches!(p, plan::CellPart::Text(t) if t.is_empty());
                if new.0.iter().all(empty) {
                    let label = "a cell has a name";
                    self.error(Diagnostic::new(&rules::WRONG_QUANTITY, to.span, label));
                }
                let known = holes(&pattern);
                if let Some(other) = holes(&new).into_iter().find(|h| !known.contains(h)) {
                    let label = format!("the hole `{{{other}}}` is not in the names before");
                    let d = Diagnostic::new(&rules::UNKNOWN_NAME, to.span, label);
                    self.error(d.help(similar::in_scope("holes", known.iter().map(String::as_str))));
                } else if let Some(lost) = known.iter().find(|h| !holes(&new).contains(h)) {
                    let label = format!("what fills `{{{lost}}}` is lost, so that several cells would be called alike");
                    self.error(Diagnostic::new(&rules::WRONG_QUANTITY, to.span, label));
                }
                plan::CellFate::Rename(new)
            }
        };
        Some(plan::CellRule { pattern, fate })
    }
}

/// The layers of a map, while it is being read.
struct Layers<'m, 't> {
    map: &'t tree::Map,
    to_name: &'m Name,
    sides: &'m scale::Sides<'m>,
    /// What each target layer demands of its cuts.
    cuts: Vec<Option<layers::CutRules>>,
    /// What the source computes on drawn sizes.
    drawn: &'m [String],
    /// Which target layers have a value.
    done: Vec<bool>,
    assigned: BTreeMap<String, Span>,
    lets: Vec<String>,
    /// Layers of the source that something reads.
    used: Vec<usize>,
    routes: Vec<(usize, usize)>,
    steps: Vec<LayerStep>,
    programs: Vec<plan::Program>,
    texts: Vec<plan::Texts>,
}

impl<'t> Layers<'_, 't> {
    /// `layer = …`
    fn assign(&mut self, env: &mut Env<'t>, column: &Name, value: &'t Written) {
        let (from, to) = (&self.sides.from.layers, self.sides.to);
        let Some(t) = to.iter().position(|l| l.name == column.text) else {
            self.mention(value);
            if !unread(env, self.to_name, &column.text) {
                let known: Vec<&str> = to.iter().map(|l| l.name.as_str()).collect();
                env.unknown_layer(column, "target", &known);
            }
            return;
        };
        if let Some(first) = self.assigned.insert(column.text.clone(), column.span) {
            self.mention(value);
            let d = twice(column, &Name { text: column.text.clone(), span: first });
            return env.error(d.help(format!("several layers become one where it is said: `{} = a | b`", column.text)));
        }
        let direct = match &value.kind {
            ExprKind::Name(n) if !self.lets.contains(&n.text) => {
                from.iter().position(|l| l.name == n.text).map(|s| (n, s))
            }
            _ => None,
        };
        if let Some((n, s)) = direct {
            return self.carried(env, n, s, t);
        }
        if let (true, ExprKind::Texts(of, fields)) = (to[t].texts, &value.kind) {
            return self.texts(env, t, of, fields);
        }
        if to[t].texts && matches!(value.kind, ExprKind::Nothing(_)) {
            self.done[t] = true;
            return;
        }
        if to[t].texts {
            self.mention(value);
            if !matches!(value.kind, ExprKind::Broken) {
                let label = format!("`{}` holds texts, and takes a layer of texts", column.text);
                let same = from.iter().filter(|l| l.texts).map(|l| l.name.as_str());
                env.error(
                    Diagnostic::new(&rules::WRONG_TYPE, value.span, label).help(similar::in_scope("texts", same)),
                );
            }
            return;
        }
        if let Some(value) = self.value(env, value, Some(t)) {
            let (name, to) = (column.text.clone(), LayerAt::Target(t));
            self.steps.push(LayerStep { name, to, value, at: column.span });
        }
        self.done[t] = true;
    }

    /// A layer that is carried over element for element.
    fn carried(&mut self, env: &mut Env<'t>, n: &Name, s: usize, t: usize) {
        let (from, to) = (&self.sides.from.layers, self.sides.to);
        self.used.push(s);
        if from[s].texts == to[t].texts {
            self.routes.push((s, t));
            self.done[t] = true;
            return;
        }
        let what = |texts| if texts { "texts" } else { "shapes" };
        let (holds, wants) = (what(from[s].texts), what(to[t].texts));
        let label = format!("`{}` holds {holds}, and `{}` holds {wants}", n.text, to[t].name);
        let same = from.iter().filter(|l| l.texts == to[t].texts).map(|l| l.name.as_str());
        env.error(Diagnostic::new(&rules::WRONG_TYPE, n.span, label).help(similar::in_scope(wants, same)));
    }

    /// `copy metal1, metal2`, `copy * except metal1`: layers that are called alike on both sides; `all` is the place of the
    /// star.
    fn copied(&mut self, env: &mut Env<'t>, names: &[Name], all: Option<Span>, except: &[Name]) {
        let (from, to) = (&self.sides.from.layers, self.sides.to);
        let place = |layers: &[Layer], name: &str| layers.iter().position(|l| l.name == name);
        for name in except.iter().filter(|n| place(from, &n.text).is_none() && place(to, &n.text).is_none()) {
            let known: Vec<&str> = to.iter().map(|l| l.name.as_str()).collect();
            env.unknown_layer(name, "target", &known);
        }
        let mut listed = names.to_vec();
        if let Some(span) = all {
            let own =
                |l: &str| self.map.stmts.iter().any(|s| matches!(s, Stmt::Assign { column, .. } if column.text == l));
            let named = |l: &&Layer| place(from, &l.name).is_some() && !own(&l.name);
            let free = to.iter().filter(named).filter(|l| except.iter().all(|n| n.text != l.name));
            listed.extend(free.map(|l| Name { text: l.name.clone(), span }));
        }
        for name in &listed {
            let Some(t) = place(to, &name.text) else {
                let known: Vec<&str> = to.iter().map(|l| l.name.as_str()).collect();
                env.unknown_layer(name, "target", &known);
                continue;
            };
            if let Some(first) = self.assigned.insert(name.text.clone(), name.span) {
                env.error(twice(name, &Name { text: name.text.clone(), span: first }));
                continue;
            }
            match place(from, &name.text) {
                Some(s) => self.carried(env, name, s, t),
                None => {
                    let known: Vec<&str> = from.iter().map(|l| l.name.as_str()).collect();
                    env.unknown_layer(name, "source", &known);
                }
            }
        }
    }

    /// `pin = m1text { string = upper(string), size = 200nm }`
    fn texts(&mut self, env: &mut Env<'t>, to: usize, of: &Written, fields: &'t [(Name, Written)]) {
        let from = &self.sides.from.layers;
        self.mention(of);
        let source = match &of.kind {
            ExprKind::Name(n) => match from.iter().position(|l| l.name == n.text) {
                Some(i) if from[i].texts => i,
                Some(_) => {
                    let label = format!("`{}` holds shapes, and texts are wanted", n.text);
                    return env.error(Diagnostic::new(&rules::WRONG_TYPE, n.span, label));
                }
                None => {
                    let known: Vec<&str> = from.iter().filter(|l| l.texts).map(|l| l.name.as_str()).collect();
                    return env.unknown_layer(n, "source", &known);
                }
            },
            ExprKind::Broken => return,
            _ => {
                let label = "a layer of texts stands before the braces";
                return env.error(Diagnostic::new(&rules::WRONG_TYPE, of.span, label));
            }
        };
        self.routes.push((source, to));
        self.done[to] = true;
        let mut done: Vec<(TextOf, Span)> = Vec::new();
        let mut written = Vec::new();
        for (name, value) in fields {
            let Some((_, of)) = TextOf::ALL.iter().find(|(known, _)| *known == name.text) else {
                let known = TextOf::ALL.map(|(known, _)| known);
                let d = Diagnostic::new(&rules::UNKNOWN_NAME, name.span, format!("a text has no `{}`", name.text));
                env.error(match similar::did_you_mean(&name.text, &known) {
                    Some(close) => similar::suggest(d, name.span, close),
                    None => d.help("a text has `string`, `at`, `size` and `angle`"),
                });
                continue;
            };
            if let Some((_, first)) = done.iter().find(|(other, _)| other == of) {
                env.error(twice(name, &Name { text: name.text.clone(), span: *first }));
                continue;
            }
            done.push((*of, name.span));
            let program = measures::text(env, *of, value, self.sides.dbu);
            written.extend(program.map(|program| plan::TextField { of: *of, program }));
        }
        self.texts.push(plan::Texts { from: source, to, fields: written });
    }

    /// `let name = …`
    fn named(&mut self, env: &mut Env<'t>, name: &Name, value: &'t Written) {
        let taken = self.sides.from.layers.iter().any(|l| l.name == name.text) || self.drawn.contains(&name.text);
        if taken || self.lets.contains(&name.text) {
            let label = format!("`{}` is a layer already", name.text);
            env.error(Diagnostic::new(&rules::DEFINED_TWICE, name.span, label));
        }
        let value = self.value(env, value, None);
        let to = LayerAt::Let(self.lets.len());
        self.lets.push(name.text.clone());
        if let Some(value) = value {
            self.steps.push(LayerStep { name: name.text.clone(), to, value, at: name.span });
        }
    }

    fn value(&mut self, env: &mut Env<'t>, value: &'t Written, to: Option<usize>) -> Option<LayerExpr> {
        let errors = env.diagnostics.len();
        let scope = Scope {
            from: Some((&self.map.source.text, &self.sides.from.layers)),
            drawn: self.drawn,
            to: Some((&self.to_name.text, self.sides.to, &self.done)),
            lets: &self.lets,
            bare_is_target: false,
            dbu: self.sides.dbu,
            grid: self.sides.grid,
            cuts: to.and_then(|t| self.cuts[t].as_ref()),
        };
        let mut read = layers::Read { before: self.programs.len(), ..Default::default() };
        let found = env.layer(value, &scope, &mut read);
        self.used.extend(read.layers.iter().filter_map(|l| if let LayerAt::Source(i) = l { Some(*i) } else { None }));
        self.programs.extend(read.programs);
        if env.diagnostics.len() > errors {
            // What it names counts as used, so that one mistake is one diagnostic.
            self.mention(value);
        }
        found
    }

    /// Counts every layer of the source that an expression names as used.
    fn mention(&mut self, value: &Written) {
        let from = &self.sides.from.layers;
        each_name(value, &mut |n| self.used.extend(from.iter().position(|l| l.name == n.text)));
    }

    /// Every layer of the target has a value, and every layer of the source goes somewhere.
    fn account(&mut self, env: &mut Env<'t>, mistakes: usize) {
        let (from, to) = (&self.sides.from.layers, self.sides.to);
        let declared = |env: &Env<'t>, role, place: &Name, layer: &str| {
            let place = env.find(&place.text, role)?;
            place.tree.members.iter().find_map(|m| match m {
                tree::Member::Layer(l) if l.name.text == layer => Some(l.name.span),
                _ => None,
            })
        };
        // Each mistake may have been meant for a layer that is left.
        let left = from.iter().enumerate().filter(|(i, _)| !self.used.contains(i)).count();
        let missing: Vec<&Layer> = to.iter().filter(|l| !self.assigned.contains_key(&l.name)).collect();
        let mut one = None;
        if let ([to], Some((i, l)), 1) =
            (missing.as_slice(), from.iter().enumerate().find(|(i, _)| !self.used.contains(i)), left)
            && to.texts == l.texts
        {
            // A line that was forgotten is one finding.
            self.used.push(i);
            one = Some(l.name.clone());
        }
        for l in to {
            if !self.assigned.contains_key(&l.name) && missing.len() > mistakes {
                let label = format!("the layer `{}` is not mapped", l.name);
                let d = Diagnostic::new(&rules::UNMAPPED, self.map.head, label);
                let d = match declared(env, Role::Target, self.to_name, &l.name) {
                    Some(at) => d.also(at, "this layer of the target"),
                    None => d,
                };
                let layer = one.as_deref().unwrap_or("LAYER");
                let d = match one.as_ref().and_then(|one| declared(env, Role::Source, &self.map.source, one)) {
                    Some(at) => d.also(at, "this layer of the source goes nowhere"),
                    None => d,
                };
                env.error(
                    d.help(format!("add a line `{} = {layer}`; a layer without shapes is `none \"why\"`", l.name)),
                );
            }
        }
        for (i, l) in from.iter().enumerate() {
            if !self.used.contains(&i)
                && left > mistakes
                && let Some(at) = declared(env, Role::Source, &self.map.source, &l.name)
            {
                let label = format!("the layer `{}` goes nowhere", l.name);
                env.error(
                    Diagnostic::new(&rules::UNUSED, at, label)
                        .help("map it, or write `ignore` with its numbers and a reason in place of it"),
                );
            }
        }
    }
}

/// What the rules of a target demand of the cuts of a layer; none where they have no exact size.
fn cut_rules(rules: &[plan::DesignRule], layer: usize) -> Option<layers::CutRules> {
    let own = || rules.iter().filter(|r| r.layer == layer).map(|r| &r.check);
    let size = own().find_map(|check| if let RuleCheck::Size(size) = check { Some(*size) } else { None })?;
    let spaces = own().filter_map(|check| match check {
        RuleCheck::Space { to: None, least, when, .. } if when.is_always() => Some(*least),
        _ => None,
    });
    let dense = own().find_map(|check| match check {
        RuleCheck::Space { to: None, least, when: when @ SpaceWhen { array: Some(array), .. }, .. }
            if (SpaceWhen { array: None, ..when.clone() }).is_always() =>
        {
            Some((*array, *least))
        }
        _ => None,
    });
    let mut margin = Some(0);
    for check in own() {
        let RuleCheck::Inside(list) = check else { continue };
        margin = match list.as_slice() {
            [plan::Reach { by, opposite: None, .. }] => margin.map(|m: i64| m.max(*by)),
            _ => None,
        };
    }
    Some(layers::CutRules { size, space: spaces.max(), margin, dense })
}

/// The layers of the source that an expression on drawn sizes reads.
fn layers_of(value: &LayerExpr) -> Vec<usize> {
    let mut out = Vec::new();
    value.each_layer(&mut |at| out.extend(if let LayerAt::Source(i) = at { Some(i) } else { None }));
    out
}

/// The program of one vertex: `floor((2 m x + d g) / (2 d g)) g`, which is rounding to the grid, half up.
fn vertex(env: &mut Env<'_>, scaling: &Scaling, at: Span, (target, title): (usize, String)) -> Option<plan::Program> {
    let mut body = Body::new(env, Vec::new());
    let whole = |n: i64| Expr::constant(Value::Num(i128::from(n)), Kind::Int64, at);
    let mut outputs = Vec::new();
    let grid = scaling.grid;
    for (i, axis) in ["x", "y"].into_iter().enumerate() {
        let (m, d) = scaling.factors[i];
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
