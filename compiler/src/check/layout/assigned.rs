//! The layers of a map: what each layer of the target is assigned, and that all of both sides are accounted for.

use std::collections::BTreeMap;

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Expr, ExprKind, Name, Role, Stmt};

use super::super::{Env, similar, twice};
use super::cuts::CutRules;
use super::layers::{Read, Scope};
use super::measures;
use super::scale::Sides;
use crate::plan::{self, DesignRule, Layer, LayerAt, LayerExpr, LayerStep, Program, TextOf};
use crate::rules;

/// The layers of a map, while it is being read.
pub(super) struct Layers<'m, 't> {
    map: &'t tree::Map,
    to_name: &'m Name,
    sides: &'m Sides<'m>,
    /// What each target layer demands of its cuts.
    cuts: Vec<Option<CutRules>>,
    /// What the source computes on drawn sizes.
    drawn: &'m [String],
    /// Which target layers have a value.
    done: Vec<bool>,
    assigned: BTreeMap<String, Span>,
    lets: Vec<String>,
    /// Layers of the source that something reads.
    used: Vec<usize>,
    pub(super) routes: Vec<(usize, usize)>,
    pub(super) steps: Vec<LayerStep>,
    pub(super) programs: Vec<Program>,
    pub(super) texts: Vec<plan::Texts>,
}

impl<'m, 't> Layers<'m, 't> {
    /// Nothing is assigned yet; the target's rules and their programs are given.
    pub(super) fn new(
        map: &'t tree::Map,
        to_name: &'m Name,
        sides: &'m Sides<'m>,
        drawn: &'m [String],
        (rules, programs): (&[DesignRule], &[Program]),
    ) -> Self {
        Layers {
            map,
            to_name,
            sides,
            cuts: (0..sides.to.len()).map(|layer| CutRules::of(rules, layer)).collect(),
            drawn,
            done: vec![false; sides.to.len()],
            assigned: BTreeMap::new(),
            lets: Vec::new(),
            used: sides.from.lets.iter().flat_map(|l| layers_of(&l.value)).collect(),
            routes: Vec::new(),
            steps: Vec::new(),
            programs: programs.to_vec(),
            texts: Vec::new(),
        }
    }

    /// `layer = …`
    pub(super) fn assign(&mut self, env: &mut Env<'t>, column: &Name, value: &'t Expr) {
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
    pub(super) fn copied(&mut self, env: &mut Env<'t>, names: &[Name], all: Option<Span>, except: &[Name]) {
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
    fn texts(&mut self, env: &mut Env<'t>, to: usize, of: &Expr, fields: &'t [(Name, Expr)]) {
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
    pub(super) fn named(&mut self, env: &mut Env<'t>, name: &Name, value: &'t Expr) {
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

    fn value(&mut self, env: &mut Env<'t>, value: &'t Expr, to: Option<usize>) -> Option<LayerExpr> {
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
        let mut read = Read { before: self.programs.len(), ..Default::default() };
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
    fn mention(&mut self, value: &Expr) {
        let from = &self.sides.from.layers;
        each_name(value, &mut |n| self.used.extend(from.iter().position(|l| l.name == n.text)));
    }

    /// Every layer of the target has a value, and every layer of the source goes somewhere.
    pub(super) fn account(&mut self, env: &mut Env<'t>, mistakes: usize) {
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

/// The layers of the source that an expression on drawn sizes reads.
fn layers_of(value: &LayerExpr) -> Vec<usize> {
    let mut out = Vec::new();
    value.each_layer(&mut |at| out.extend(if let LayerAt::Source(i) = at { Some(i) } else { None }));
    out
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
