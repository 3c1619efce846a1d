//! What a spec defines for itself: closed sets of texts, types that carry rules, and functions.

use std::collections::HashMap;

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Arg, ExprKind, Item, Name, Stmt, TypeDef, TypeRef};

use super::exprs::Body;
use super::{Column, Env};
use crate::plan::{Arm, Expr, Op};
use crate::rules;

/// A type of the spec's own.
pub(crate) struct Defined<'t> {
    pub(crate) tree: &'t TypeDef,
    /// What it holds; none where its declaration has a mistake.
    pub(crate) ty: Option<Ty>,
    /// The rules that it takes over from the type that it narrows, and then its own.
    rules: Vec<usize>,
}

/// Nodes of the tree that a call may stand for, with all that it calls.
const MOST_NODES: usize = 100_000;
/// Functions that lead to each other.
const MOST_CALLS: usize = 64;
/// Expressions inside expressions on the way through them: what walks them recurses.
const MOST_LEVELS: usize = 300;

/// What the call that is being written out has come to.
#[derive(Default)]
pub(crate) struct Written {
    /// Nodes and levels of each function by itself, as they stand in [`Env::fns`], and where each stands there.
    sizes: Vec<(usize, usize)>,
    places: HashMap<String, usize>,
    /// Nodes so far.
    nodes: usize,
    /// Levels of the functions that are open.
    levels: usize,
    /// Whether the outermost call stands in a function that is being checked.
    in_function: bool,
    /// What there is too much of.
    over: Option<&'static str>,
    /// It was said: one place is enough.
    told: bool,
    /// Functions whose own calls are too many: their calls are not told again.
    broken: Vec<String>,
}

/// The functions that an expression calls.
fn called<'e>(e: &'e tree::Expr, f: &mut dyn FnMut(&'e Name)) {
    match &e.kind {
        ExprKind::Call(name, _) => f(name),
        ExprKind::Pipe(_, to) => {
            if let ExprKind::Name(name) = &to.kind {
                f(name);
            }
        }
        _ => {}
    }
    e.each_part(&mut |part| called(part, f));
}

/// The nodes of an expression, and how deep they lie in each other.
fn size(e: &tree::Expr) -> (usize, usize) {
    let (mut nodes, mut levels) = (1, 0);
    e.each_part(&mut |part| {
        let (n, l) = size(part);
        (nodes, levels) = (nodes + n, levels.max(l));
    });
    (nodes, levels + 1)
}

impl<'t> Env<'t> {
    /// Types, in the order in which they stand on each other, and functions.
    pub(super) fn define(&mut self, spec: &'t tree::Spec) {
        let mut open: Vec<&'t TypeDef> =
            spec.items.iter().filter_map(|i| if let Item::Type(t) = i { Some(t) } else { None }).collect();
        // A type may narrow one that stands below it; a ring leaves some over.
        while !open.is_empty() {
            let waits = |t: &TypeDef| open.iter().any(|o| o.name.text == t.ty.name.text && !std::ptr::eq(*o, t));
            let own = |t: &TypeDef| t.ty.name.text == t.name.text;
            let Some(at) = open.iter().position(|t| !waits(t) && !own(t)) else {
                for t in open.drain(..) {
                    let label = format!("`{}` stands on itself", t.name.text);
                    self.error(
                        Diagnostic::new(&rules::DEFINED_BY_ITSELF, t.ty.span, label)
                            .help("a type narrows one of the language's types, or one that does"),
                    );
                    self.types.push(Defined { tree: t, ty: None, rules: Vec::new() });
                }
                break;
            };
            let t = open.remove(at);
            let ty = self.ty(&t.ty);
            let mut rules = self.rules_of(&t.ty);
            rules.push(self.types.len());
            self.types.push(Defined { tree: t, ty, rules });
        }
        self.fns = spec.items.iter().filter_map(|i| if let Item::Fn(f) = i { Some(f) } else { None }).collect();
        self.written.sizes = self.fns.iter().map(|f| size(&f.value)).collect();
        for (at, f) in self.fns.iter().enumerate() {
            self.written.places.entry(f.name.text.clone()).or_insert(at);
        }
        self.rings();
        for f in self.fns.clone() {
            self.function(f);
        }
        for at in 0..self.types.len() {
            self.type_by_itself(at);
        }
    }

    /// Checks the rules of a type by themselves: a type may have no use, and a mistake in it is not one of its uses.
    fn type_by_itself(&mut self, at: usize) {
        let Some(Defined { tree, ty: Some(ty), .. }) = self.types.get(at) else { return };
        let (info, here) = (self.info(ty), tree.name.span);
        let raw = if ty.kind.is_text() { Info::text(None).nullable(ty.nullable) } else { info.clone() };
        let mut body = Body::new(self, Vec::new());
        let slot = body.bind("it", raw);
        let value = body.slot(slot, here);
        body.cleaned(value, &[at]);
        let slot = body.bind("it", info);
        body.hold(&[at], slot, "it");
    }

    /// Functions that lead back to themselves, by way of whichever others: each ring is told once, and none of it is called.
    fn rings(&mut self) {
        let places = &self.written.places;
        let calls: Vec<Vec<(usize, Span)>> = self
            .fns
            .iter()
            .map(|f| {
                let mut out = Vec::new();
                called(&f.value, &mut |name| out.extend(places.get(&name.text).map(|at| (*at, name.span))));
                out
            })
            .collect();
        let mut told = vec![false; calls.len()];
        for at in 0..calls.len() {
            // Every function that this one leads to, with the call that does.
            let mut from: HashMap<usize, (usize, Span)> = HashMap::new();
            let mut open = vec![at];
            while let Some(f) = open.pop() {
                for (to, span) in &calls[f] {
                    if !from.contains_key(to) {
                        from.insert(*to, (f, *span));
                        open.push(*to);
                    }
                }
            }
            let Some(mut last) = from.get(&at).copied() else { continue };
            let name = &self.fns[at].name;
            self.written.broken.push(name.text.clone());
            // That a function has a name of the language's own is told elsewhere.
            if told[at] || migc_functions::find(&name.text).is_some() {
                continue;
            }
            let label = match last.0 == at {
                true => format!("`{}` calls itself", name.text),
                false => format!("this leads back to `{}`", name.text),
            };
            let mut found =
                Diagnostic::new(&rules::DEFINED_BY_ITSELF, last.1, label).also(name.span, "it is defined here");
            while last.0 != at {
                told[last.0] = true;
                let Some(before) = from.get(&last.0).copied() else { break };
                found = found.also(before.1, "by way of this call");
                last = before;
            }
            told[at] = true;
            self.error(found.help("a function is written with other functions, and ends"));
        }
    }

    /// The rules that travel with a type as written.
    pub(super) fn rules_of(&self, t: &TypeRef) -> Vec<usize> {
        self.types.iter().find(|d| d.tree.name.text == t.name.text).map_or(Vec::new(), |d| d.rules.clone())
    }

    /// `one of "A", "C"`
    pub(super) fn one_of(&mut self, t: &TypeRef) -> Option<Ty> {
        let mut texts: Vec<String> = Vec::new();
        for lit in &t.one_of {
            let text = self.plain(lit)?;
            if texts.contains(&text) {
                let label = format!("\"{text}\" stands twice");
                self.error(Diagnostic::new(&rules::DEFINED_TWICE, lit.span, label));
            } else {
                texts.push(text);
            }
        }
        Some(Ty { kind: Kind::OneOf(texts), nullable: t.nullable })
    }

    /// Checks a function by itself, so that a mistake in it is told once and not at each of its calls.
    fn function(&mut self, f: &'t tree::FnDef) {
        let params: Vec<(&Name, Option<Ty>)> = f.params.iter().map(|(name, ty)| (name, self.ty(ty))).collect();
        for (i, (name, _)) in params.iter().enumerate() {
            if let Some((first, _)) = params[..i].iter().find(|(n, _)| n.text == name.text) {
                let d = super::twice(name, first);
                self.error(d);
            }
        }
        if migc_functions::find(&f.name.text).is_some() {
            let label = format!("`{}` is a function of the language", f.name.text);
            self.error(Diagnostic::new(&rules::DEFINED_TWICE, f.name.span, label).help("give yours another name"));
        }
        let infos: Vec<Option<Info>> = params.iter().map(|(_, ty)| ty.as_ref().map(|ty| self.info(ty))).collect();
        self.calling.push(f.name.text.clone());
        self.written.in_function = true;
        let mut body = Body::new(self, Vec::new());
        for ((name, _), info) in params.iter().zip(infos) {
            match info {
                // Null in, null out: inside, a parameter that is not declared to be null is none.
                Some(info) => {
                    let slot = body.bind(&name.text, info);
                    body.names.push((name.text.clone(), slot));
                }
                None => body.broken.push(name.text.clone()),
            }
        }
        body.expr(&f.value);
        self.calling.pop();
        self.written.in_function = false;
    }

    /// Counts what a function adds to the call that is being written out; says whether that is too much.
    fn too_much(&mut self, f: &tree::FnDef) -> bool {
        let at = self.written.places.get(&f.name.text);
        let (nodes, levels) = at.and_then(|at| self.written.sizes.get(*at)).copied().unwrap_or((1, 1));
        self.written.nodes += nodes;
        self.written.levels += levels;
        if self.written.over.is_none() {
            self.written.over = if self.written.nodes > MOST_NODES {
                Some("written out with all that it calls, this is more than 100,000 expressions")
            } else if self.calling.len() > MOST_CALLS {
                Some("this leads through more than 64 functions, each of which calls the next")
            } else if self.written.levels > MOST_LEVELS {
                Some("written out with all that it calls, this nests more than 300 expressions in each other")
            } else {
                None
            };
        }
        self.written.over.is_some()
    }

    /// What is said of a call that came to too much, at the outermost call.
    fn over(&mut self, name: &Name) {
        let Some(label) = self.written.over.take() else { return };
        if let Some(function) = self.calling.first() {
            self.written.broken.push(function.clone());
        }
        if std::mem::replace(&mut self.written.told, true) {
            return;
        }
        let help = "a call is written out where it stands: bind in the map with `let` what is needed twice, and call fewer \
                    functions from each other";
        self.error(Diagnostic::new(&rules::CALLS_TOO_MUCH, name.span, label).help(help));
    }
}

impl<'t> Body<'_, 't> {
    /// A call of a function of the spec's own: its parameters are bound, then its value is computed.
    pub(super) fn call_own(&mut self, f: &'t tree::FnDef, name: &Name, args: Vec<Expr>, at: Span) -> Option<Expr> {
        if self.env.written.broken.contains(&f.name.text) {
            return None;
        }
        if args.len() != f.params.len() {
            let label = format!(
                "`{}` takes {} argument{}, and has {} here",
                f.name.text,
                f.params.len(),
                if f.params.len() == 1 { "" } else { "s" },
                args.len()
            );
            let param = |(name, ty): &(Name, TypeRef)| format!("{}: {}", name.text, self.piece(ty.span));
            let params: Vec<String> = f.params.iter().map(param).collect();
            let d = Diagnostic::new(&rules::WRONG_ARGUMENT, at, label).also(f.name.span, "it is defined here");
            return self.fail(d.help(format!("`{}({})`", f.name.text, params.join(", "))));
        }
        let mut bound = Vec::new();
        for ((param, ty), value) in f.params.iter().zip(args) {
            let ty = self.env.ty(ty)?;
            // Null in, null out, unless the parameter says that it takes null.
            let nullable = value.info.ty.nullable;
            let wanted = Ty { nullable: ty.nullable || nullable, ..ty.clone() };
            let value = self.verdict(value, &wanted, false, param, param.span)?;
            let passes_null = nullable && !ty.nullable;
            let slot = self.bind(&param.text, value.info.clone());
            bound.push((param, slot, value, passes_null));
        }
        let names = bound.iter().map(|(p, slot, ..)| (p.text.clone(), *slot)).collect();
        let outer_names = std::mem::replace(&mut self.names, names);
        let (columns, slots) = (std::mem::take(&mut self.columns), std::mem::take(&mut self.bound));
        let targets = self.target_names.take();
        let facts = self.facts.clone();
        let mut nulls = Vec::new();
        for (_, slot, value, passes_null) in &bound {
            if *passes_null {
                let here = self.slot(*slot, value.at);
                let info = Info::required(Kind::Bool);
                let is = Expr { op: Op::IsNull(Box::new(here)), info, fails: false, at: value.at };
                super::refine::refine(&mut self.facts, &is, false);
                nulls.push(is);
            }
        }
        let found = self.env.diagnostics.len();
        let outermost = self.env.calling.len() == usize::from(self.env.written.in_function);
        if outermost {
            (self.env.written.nodes, self.env.written.levels) = (0, 0);
        }
        let levels = self.env.written.levels;
        self.env.calling.push(f.name.text.clone());
        let body = if self.env.too_much(f) { None } else { self.expr(&f.value) };
        self.env.calling.pop();
        self.env.written.levels = levels;
        (self.names, self.columns, self.bound, self.target_names, self.facts) =
            (outer_names, columns, slots, targets, facts);
        // What is wrong with the function itself is told where it is defined.
        if body.is_none() {
            self.env.diagnostics.truncate(found);
        }
        if outermost {
            self.env.over(name);
        }
        let mut value = Expr { at, ..body? };
        if !nulls.is_empty() {
            let info = value.info.clone().nullable(true);
            let null = Expr { info: info.clone(), ..Expr::constant(Value::Null, info.ty.kind.clone(), at) };
            let fails = value.fails;
            let arms = vec![Arm { tests: nulls, value: null }, Arm { tests: Vec::new(), value }];
            value = Expr { op: Op::Match(None, arms), info, fails, at };
        }
        for (_, slot, given, _) in bound.into_iter().rev() {
            let (info, fails) = (value.info.clone(), value.fails || given.fails);
            value = Expr { op: Op::Bind(slot, Box::new(given), Box::new(value)), info, fails, at };
        }
        Some(value)
    }

    /// What the `clean`s of a type make of a text, before it is read as the type.
    pub(super) fn cleaned_text(&mut self, raw: Expr, column: &Column<'t>) -> Option<Expr> {
        if column.ty.kind.is_text() { self.cleaned(raw, &column.rules) } else { Some(raw) }
    }

    /// What the `clean`s of a type make of a value that is no text.
    pub(super) fn cleaned_value(&mut self, value: Expr, column: &Column<'t>) -> Option<Expr> {
        if column.ty.kind.is_text() {
            return Some(value);
        }
        let value = self.cleaned(value, &column.rules)?;
        let kind = &column.ty.kind;
        if column.rules.is_empty() || value.info.ty.kind == *kind {
            return Some(value);
        }
        Some(self.fit_into(value, kind))
    }

    /// A value after the `clean`s of the rules, each of which calls it `it`.
    pub(super) fn cleaned(&mut self, mut value: Expr, of: &[usize]) -> Option<Expr> {
        for rule in of {
            let def = self.env.types.get(*rule).map(|d| d.tree)?;
            for stmt in &def.stmts {
                let Stmt::Clean { column, value: pipe, tail, .. } = stmt else { continue };
                if column.text != "it" {
                    let label = "the value of a type is called `it`";
                    let d = Diagnostic::new(&rules::UNKNOWN_NAME, column.span, label);
                    return self.fail(d.fix("write `it`", column.span, "it"));
                }
                if let Some(tail) = tail {
                    let label = "what a type cleans does not fail, so `else` has nothing to do here";
                    self.env.error(Diagnostic::new(&rules::MISPLACED, tail.span, label));
                }
                let slot = self.bind("it", value.info.clone());
                let after = self.as_it(slot, |body| body.expr(pipe))?;
                if after.info.ty.kind.is_text() != value.info.ty.kind.is_text() {
                    let label =
                        format!("this makes {} of {}, and cleaning keeps the type", after.info.ty, value.info.ty);
                    return self.fail(
                        Diagnostic::new(&rules::WRONG_TYPE, after.at, label)
                            .help("what is only asked of the value stands in a `check`: `check length(it) > 0`"),
                    );
                }
                let (info, fails, at) = (after.info.clone(), after.fails || value.fails, value.at);
                value = Expr { op: Op::Bind(slot, Box::new(value), Box::new(after)), info, fails, at };
            }
        }
        Some(value)
    }

    /// The `check`s of the rules on a value that is bound, for the column `about`.
    pub(super) fn hold(&mut self, of: &[usize], slot: usize, about: &str) {
        // What was checked where it was read need not be checked again where it is written.
        if of.is_empty() || self.held.contains(&(slot, of.to_vec())) {
            return;
        }
        self.held.push((slot, of.to_vec()));
        for rule in of {
            let Some(def) = self.env.types.get(*rule).map(|d| d.tree) else { continue };
            for stmt in &def.stmts {
                if let Stmt::Check { cond, tail, span } = stmt {
                    let code = def.name.text.clone();
                    self.as_it(slot, |body| body.check(cond, tail.as_ref(), *span, &code, Some(about)));
                }
            }
        }
    }

    /// Runs `f` where nothing but `it` and what the spec declares has a name. A type is told of its mistakes once.
    fn as_it<T>(&mut self, slot: usize, f: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let names = std::mem::replace(&mut self.names, vec![("it".to_owned(), slot)]);
        let (columns, bound) = (std::mem::take(&mut self.columns), std::mem::take(&mut self.bound));
        let targets = self.target_names.take();
        let found = self.env.diagnostics.len();
        let made = f(self);
        (self.names, self.columns, self.bound, self.target_names) = (names, columns, bound, targets);
        let new = self.env.diagnostics.split_off(found);
        for d in new {
            let known = |k: &Diagnostic| k.span == d.span && k.rule.code == d.rule.code;
            if !self.env.diagnostics.iter().any(known) {
                self.env.diagnostics.push(d);
            }
        }
        made
    }

    /// The function of the spec's own with this name.
    pub(super) fn own_function(&self, name: &str) -> Option<&'t tree::FnDef> {
        self.env.written.places.get(name).and_then(|at| self.env.fns.get(*at)).copied()
    }
}

/// The first name of an argument, which functions do not take.
pub(super) fn named(args: &[Arg]) -> Option<&Name> {
    args.iter().find_map(|a| a.name.as_ref())
}
