//! From the syntax tree to the plan: names, types, ranges, verdicts of assignments, and every fate accounted for.
//!
//! One pass in three steps: what is declared ([`Env`]), then each map ([`records`], [`layout`]), then lints over the
//! finished plan. An error never stops the rest from being checked.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Item, Name, Role, StrPart, StringLit};

use crate::plan::{self, Template, TemplatePart};
use crate::rules;

mod calls;
mod choices;
mod definitions;
mod explode;
mod exprs;
mod foreign;
mod formats;
mod gates;
mod keys;
mod layout;
mod literals;
mod lookups;
mod meant;
mod once;
mod operators;
mod places;
pub(crate) mod quantity;
mod records;
pub(crate) mod refine;
mod routes;
pub(crate) mod similar;
mod temporal;
mod trials;
mod verdict;
mod written;

/// What is declared in a spec.
#[derive(Default)]
pub(crate) struct Env<'t> {
    /// The spec's text.
    pub(crate) text: &'t str,
    /// Where it could not be read.
    pub(crate) syntax_errors: Vec<Span>,
    /// Parameters with their values, where they have one.
    pub(crate) params: Vec<(&'t tree::Param, Ty, Option<String>)>,
    /// Code lists.
    pub(crate) codes: Vec<plan::Codes>,
    /// The texts that each of them gives, each once, in order.
    pub(crate) codes_texts: Vec<Vec<String>>,
    /// What codes lists say of texts that no row takes, by the list's place.
    pub(crate) codes_else: Vec<Option<&'t tree::Tail>>,
    /// Types of the spec's own.
    pub(crate) types: Vec<definitions::Defined<'t>>,
    /// Functions of the spec's own.
    pub(crate) fns: Vec<&'t tree::FnDef>,
    /// Those that are being called, so that none calls itself.
    pub(crate) calling: Vec<String>,
    /// What the call that is being written out has come to.
    pub(crate) written: definitions::Written,
    /// Sources, references and targets as written.
    pub(crate) places: Vec<Declared<'t>>,
    /// What maps use of the sources of records, by the source's place in the plan.
    pub(crate) uses: BTreeMap<usize, SourceUse>,
    /// The day of the run, where it is known.
    pub(crate) today: Option<Value<'static>>,
    /// Whether the spec asks for the day of the run.
    pub(crate) asks_for_today: bool,
    /// Parameters that values of records ask for and that have none.
    pub(crate) without_value: BTreeSet<String>,
    /// What must stand once, in a source or in a target; its place here is its set.
    pub(crate) sets: Vec<keys::Unique<'t>>,
    /// Gates, while maps are checked, and how many measures they have.
    pub(crate) gates: Vec<gates::Open<'t>>,
    pub(crate) measures: usize,
    /// Columns of targets that maps call otherwise, by the maps' names: they were told of where they are declared.
    pub(crate) misspelt: Vec<String>,
    /// What was found.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// What the maps of a source use of it.
#[derive(Default)]
pub(crate) struct SourceUse {
    /// Columns by their places.
    pub(crate) columns: BTreeSet<usize>,
    /// Statements with a mistake, each of which may have been meant to use a column.
    pub(crate) mistakes: usize,
    /// Where its first map goes, for advice.
    pub(crate) target: String,
}

/// A place as written, and where it stands in the plan.
pub(crate) struct Declared<'t> {
    pub(crate) tree: &'t tree::Place,
    /// Its place among those of its role; none if it could not be made.
    pub(crate) index: Option<usize>,
    /// Its columns, where it has columns.
    pub(crate) columns: Vec<Column<'t>>,
    /// The parts of its path that differ from file to file.
    pub(crate) parts: Vec<String>,
    /// The name of its encoding.
    pub(crate) encoding: &'static str,
}

/// A declared column.
#[derive(Clone)]
pub(crate) struct Column<'t> {
    pub(crate) tree: &'t tree::Column,
    pub(crate) ty: Ty,
    /// The rules that travel with its type, innermost first: places among the types of the spec's own.
    pub(crate) rules: Vec<usize>,
    /// Its declaration has a mistake, so that nothing is said of its uses.
    pub(crate) broken: bool,
    /// Texts that are null in every column of its file.
    pub(crate) nulls: Vec<String>,
    /// How its text is written, where `as` or its file says it.
    pub(crate) form: Option<String>,
    /// Null has no text in its file, whatever the column's type.
    pub(crate) knows_null: bool,
}

/// What checking a spec gives: the plan, when no error was found.
pub(crate) struct Checked {
    pub(crate) plan: Option<plan::Plan>,
    pub(crate) trials: Vec<crate::trial::Trial>,
    pub(crate) layout_trials: Vec<crate::trial::LayoutTrial>,
    pub(crate) asks_for_today: bool,
    pub(crate) without_value: Vec<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Checks a spec.
pub(crate) fn check(text: &str, parsed: &migc_grammar::Parsed, set: &BTreeMap<String, String>) -> Checked {
    let spec = &parsed.spec;
    let syntax_errors = parsed.diagnostics.iter().map(|d| d.span).collect();
    let today = set.get(crate::TODAY).and_then(|day| param_value(&Ty::required(Kind::Date), day));
    let mut env = Env { text, syntax_errors, today, ..Env::default() };
    let mut out = plan::Plan {
        version: plan::VERSION,
        migration: String::new(),
        params: Vec::new(),
        codes: Vec::new(),
        sources: Vec::new(),
        references: Vec::new(),
        targets: Vec::new(),
        gates: Vec::new(),
        key_sets: 0,
        measures: 0,
        run: plan::RunSettings::default(),
        passes: Vec::new(),
    };
    env.declare_names(spec);
    for item in &spec.items {
        match item {
            Item::Migration { name, .. } => out.migration = name.text.clone(),
            Item::Param(p) => env.param(p, set),
            Item::Codes(c) => env.code_list(c),
            Item::Run(r) => env.run_settings(r, &mut out.run),
            _ => {}
        }
    }
    env.define(spec);
    for item in &spec.items {
        if let Item::Place(place) = item {
            env.place(place, &mut out);
        }
    }
    env.open_gates(spec);
    for item in &spec.items {
        if let Item::Map(map) = item {
            env.map(map, &mut out);
        }
    }
    records::settle(&mut env, &mut out);
    env.verifications(spec, &mut out);
    env.close_gates(&mut out);
    out.key_sets = env.sets.len();
    env.unused_places(spec);
    let trials = env.trials(spec, &out);
    let layout_trials = env.layout_trials(spec, &out);
    env.each_once(spec);
    out.codes = std::mem::take(&mut env.codes);
    out.params = env
        .params
        .iter()
        .map(|(p, ty, _)| plan::Param {
            name: p.name.text.clone(),
            ty: ty.clone(),
            default: p.default.as_ref().and_then(literal_text),
        })
        .collect();
    let mut failed = env.diagnostics.iter().any(|d| d.rule.level == migc_grammar::diagnostic::Level::Error);
    if !failed
        && env.syntax_errors.is_empty()
        && let Some(at) = nothing_in_required(&out)
    {
        // The last line of defence: a value that was given up and not told.
        failed = true;
        let label = "this value could not be compiled; it is a mistake in migc, please report it";
        env.error(Diagnostic::new(&rules::NULL_INTO_REQUIRED, at, label));
    }
    let plan = if failed { None } else { Some(out) };
    Checked {
        plan,
        trials,
        layout_trials,
        asks_for_today: env.asks_for_today,
        without_value: env.without_value.into_iter().collect(),
        diagnostics: env.diagnostics,
    }
}

/// A row with a plain null in a column that has none, if there is one.
fn nothing_in_required(plan: &plan::Plan) -> Option<Span> {
    let nothing = |o: &&plan::Output| !o.ty.nullable && matches!(o.value.op, plan::Op::Const(Value::Null));
    let rows = plan.passes.iter().flat_map(|pass| pass.program.arrows()).flat_map(|(_, arrow)| &arrow.outputs);
    // Without a value for a parameter, a spec is only looked at.
    rows.filter(|o| o.value.info.ty.kind == Kind::Null).find(nothing).map(|o| o.value.at)
}

impl<'t> Env<'t> {
    pub(crate) fn error(&mut self, d: Diagnostic) {
        self.diagnostics.push(d);
    }

    /// One namespace for what items declare.
    fn declare_names(&mut self, spec: &'t tree::Spec) {
        let mut names: HashMap<&str, &Name> = HashMap::new();
        for item in &spec.items {
            let name = match item {
                Item::Param(p) => &p.name,
                Item::Place(p) => &p.name,
                Item::Codes(c) => &c.name,
                Item::Type(t) => &t.name,
                Item::Fn(f) => &f.name,
                _ => continue,
            };
            match names.get(name.text.as_str()) {
                Some(first) => self.diagnostics.push(twice(name, first)),
                None => drop(names.insert(&name.text, name)),
            }
        }
    }

    fn param(&mut self, p: &'t tree::Param, set: &BTreeMap<String, String>) {
        let ty = self.ty(&p.ty);
        let default = p.default.as_ref().and_then(literal_text);
        if let (Some(e), None) = (&p.default, &default) {
            self.error(Diagnostic::new(&rules::WRONG_TYPE, e.span, "a default is written out: a text or a number"));
        }
        let Some(ty) = ty else { return };
        if let (Some(e), Some(text)) = (&p.default, &default)
            && !is_value(&ty, text)
        {
            self.error(
                Diagnostic::new(&rules::WRONG_TYPE, e.span, format!("this is no {ty}"))
                    .also(p.ty.span, "the parameter's type"),
            );
        }
        // A value of `--set` that is none of the type is the run's business: it names the option.
        let value = set.get(&p.name.text).cloned().or(default).filter(|text| is_value(&ty, text));
        self.params.push((p, ty, value));
    }

    fn run_settings(&mut self, r: &'t tree::RunBlock, out: &mut plan::RunSettings) {
        for setting in &r.settings {
            match setting {
                // Nothing is ever visible before all of it was validated.
                tree::RunSetting::ValidateBeforeLoad(_) => {}
                tree::RunSetting::Threads(n, _) => out.threads = Some(*n),
                tree::RunSetting::Rejects(lit) => out.rejects = self.plain(lit),
            }
        }
    }

    fn code_list(&mut self, c: &'t tree::Codes) {
        let ty = self.ty(&c.ty);
        let most = match ty.map(|t| t.kind) {
            Some(Kind::Text(n)) => n,
            Some(other) => {
                let label = format!("the right sides of a list of codes are text, not {other}");
                self.error(Diagnostic::new(&rules::WRONG_TYPE, c.ty.span, label));
                None
            }
            None => None,
        };
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut known = HashSet::new();
        for (from, to) in &c.rows {
            let (Some(f), Some(t)) = (self.plain(from), self.plain(to)) else { continue };
            if let Some(n) = most
                && t.chars().count() > n as usize
            {
                let label = format!("this has {} characters, and the list holds text({n})", t.chars().count());
                let d = Diagnostic::new(&rules::MAY_NOT_FIT, to.span, label).also(c.ty.span, "the list's type");
                self.error(
                    d.help(format!("write a shorter text, or declare the list as `text({})`", t.chars().count())),
                );
            }
            if !known.insert(f.clone()) {
                self.error(
                    Diagnostic::new(&rules::DEFINED_TWICE, from.span, format!("the code \"{f}\" stands twice"))
                        .help("one code has one meaning: take one of the rows away"),
                );
                continue;
            }
            rows.push((f, t));
        }
        self.codes_texts.push(distinct(&rows));
        self.codes.push(plan::Codes { name: c.name.text.clone(), rows });
        self.codes_else.push(c.otherwise.as_ref());
    }

    /// A type as written.
    pub(crate) fn ty(&mut self, t: &tree::TypeRef) -> Option<Ty> {
        let number = |i: usize| t.args.get(i).map(|a| a.0);
        let wanted = |env: &mut Self, n: usize, form: &str| {
            let fits = t.args.len() == n;
            if !fits {
                let label = format!("`{}` takes {n} number{}: `{form}`", t.name.text, if n == 1 { "" } else { "s" });
                env.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
            }
            fits
        };
        if !t.one_of.is_empty() {
            return self.one_of(t);
        }
        let kind = match t.name.text.as_str() {
            name if let Some((_, kind)) = PLAIN.iter().find(|(n, _)| *n == name) => {
                if !wanted(self, 0, &t.name.text) {
                    return None;
                }
                kind.clone()
            }
            "bytes" => match number(0) {
                None => Kind::Bytes(None),
                Some(n @ 1..=1_000_000_000) if t.args.len() == 1 => Kind::Bytes(Some(n as u32)),
                Some(_) => {
                    let label = "`bytes(n)` holds n bytes, at least one";
                    self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                    return None;
                }
            },
            "text" => match number(0) {
                None => Kind::Text(None),
                Some(n @ 1..=1_000_000_000) if t.args.len() == 1 => Kind::Text(Some(n as u32)),
                Some(_) => {
                    let label = "`text(n)` holds n characters, at least one";
                    self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                    return None;
                }
            },
            "decimal" => {
                if !wanted(self, 2, "decimal(12, 2)") {
                    return None;
                }
                match (number(0), number(1)) {
                    (Some(p @ 1..=38), Some(s)) if (0..=p).contains(&s) => Kind::Decimal { p: p as u8, s: s as u8 },
                    _ => {
                        let label = "`decimal(p, s)` has 1 to 38 digits, and at most that many behind the point";
                        self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                        return None;
                    }
                }
            }
            name => {
                match (self.codes.iter().any(|c| c.name == name), self.types.iter().find(|d| d.tree.name.text == name))
                {
                    (true, _) => Kind::Codes(name.to_owned()),
                    (false, Some(def)) => {
                        let ty = def.ty.clone()?;
                        if !t.args.is_empty() {
                            let label = format!("`{name}` has its length from its declaration");
                            self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                        }
                        return Some(Ty { nullable: t.nullable || ty.nullable, ..ty });
                    }
                    _ => {
                        let types = self.types.iter().map(|d| d.tree.name.text.as_str());
                        self.error(unknown_type(t, self.codes.iter().map(|c| c.name.as_str()).chain(types)));
                        return None;
                    }
                }
            }
        };
        Some(Ty { kind, nullable: t.nullable })
    }

    /// What is known of a value of a declared type.
    pub(crate) fn info(&self, ty: &Ty) -> Info {
        let mut info = Info::of(ty.clone());
        if let Kind::OneOf(texts) = &ty.kind {
            info.set = Some(texts.clone());
        }
        if let Kind::Codes(name) = &ty.kind {
            let list = self.codes.iter().position(|c| c.name == *name);
            info.set = list.and_then(|at| self.codes_texts.get(at)).cloned();
        }
        info
    }

    /// A text without interpolation.
    pub(crate) fn plain(&mut self, lit: &StringLit) -> Option<String> {
        match plain_text(lit) {
            Some(t) => Some(t),
            None => {
                self.error(
                    Diagnostic::new(&rules::WRONG_TYPE, lit.span, "only a plain text can stand here")
                        .help("write the text without `{…}`; a brace that is meant is doubled: `{{`"),
                );
                None
            }
        }
    }

    /// A path with parameters in it, and the names of its parts that differ from file to file.
    pub(crate) fn template(&mut self, lit: &StringLit, role: Role) -> (Template, Vec<String>) {
        let mut parts = Vec::new();
        let mut globs: Vec<String> = Vec::new();
        for part in &lit.parts {
            match part {
                StrPart::Text(t) => parts.push(TemplatePart::Text(t.clone())),
                StrPart::Glob(name) => {
                    if role == Role::Target {
                        let label = "a target is one file";
                        self.error(Diagnostic::new(&rules::MISPLACED, name.span, label));
                    } else if globs.contains(&name.text) || name.text == "name" {
                        let label = format!("`file.{}` is something else already", name.text);
                        self.error(
                            Diagnostic::new(&rules::DEFINED_TWICE, name.span, label).help("give the part another name"),
                        );
                    }
                    globs.push(name.text.clone());
                    parts.push(TemplatePart::Glob(globs.len() - 1));
                }
                StrPart::Expr(e) => {
                    let known: Vec<&str> = self.params.iter().map(|(p, ..)| p.name.text.as_str()).collect();
                    match &e.kind {
                        tree::ExprKind::Name(n) if known.contains(&n.text.as_str()) => {
                            let at = known.iter().position(|k| *k == n.text).unwrap_or_default();
                            parts.push(TemplatePart::Param(at));
                        }
                        _ => {
                            let label = "only a parameter can stand in a path";
                            let mut help = similar::in_scope("parameters", known.iter().copied());
                            if let (tree::ExprKind::Name(n), true) = (&e.kind, role != Role::Target) {
                                help += &format!("; `{{*{}}}` stands for any text, one file for each", n.text);
                            }
                            let d = Diagnostic::new(&rules::UNKNOWN_NAME, e.span, label).help(help);
                            let d = match &e.kind {
                                tree::ExprKind::Name(n) => {
                                    // What stands there has a name all the same.
                                    globs.push(n.text.clone());
                                    match similar::did_you_mean(&n.text, &known) {
                                        Some(close) => similar::suggest(d, e.span, close),
                                        None if role != Role::Target => {
                                            let new = format!("*{}", n.text);
                                            let text = d.help.as_ref().map_or(String::new(), |h| h.text.clone());
                                            d.fix(text, e.span, new)
                                        }
                                        None => d,
                                    }
                                }
                                _ => d,
                            };
                            self.error(d);
                        }
                    }
                }
            }
        }
        (Template(parts), globs)
    }

    /// The declared place of this name and role.
    pub(crate) fn find(&self, name: &str, role: Role) -> Option<&Declared<'t>> {
        self.places.iter().find(|p| p.tree.role == role && p.tree.name.text == name)
    }

    fn map(&mut self, map: &'t tree::Map, out: &mut plan::Plan) {
        if let Some(target) = &map.target
            && self.find(&map.source.text, Role::Target).is_some()
            && self.find(&target.text, Role::Source).is_some()
        {
            let span = map.source.span.to(target.span);
            let new = format!("{} -> {}", target.text, map.source.text);
            let d = Diagnostic::new(&rules::WRONG_PLACE, span, "a map goes from a source to a target");
            self.error(d.fix(format!("write `{new}`"), span, new));
            return;
        }
        let source = self.end_of(&map.source, Role::Source);
        let targets: Vec<(&Name, Option<usize>)> =
            map.targets().map(|name| (name, self.end_of(name, Role::Target))).collect();
        let Some(source) = source else { return };
        if targets.iter().any(|(_, index)| index.is_none()) {
            // What the map takes is not known; nothing goes nowhere then.
            let columns = self.find(&map.source.text, Role::Source).map_or(0, |p| p.columns.len());
            self.uses.entry(source).or_default().columns.extend(0..columns);
        }
        let of_layout = matches!(out.sources[source].format, plan::SourceFormat::Layout(_));
        for (name, target) in &targets {
            let Some(target) = target else { continue };
            if matches!(out.targets[*target].format, plan::TargetFormat::Layout { .. }) != of_layout {
                let label = "one side holds records, and the other a layout";
                self.error(Diagnostic::new(&rules::MISPLACED, map.head, label).also(name.span, "this side"));
                return;
            }
        }
        if !of_layout {
            records::map(self, map, source, out);
            return;
        }
        let (Some(name), [(_, Some(target))]) = (&map.target, targets.as_slice()) else {
            if map.target.is_none() {
                let label = "a layout goes to one target: `map a -> b { … }`";
                self.error(Diagnostic::new(&rules::MISPLACED, map.head, label));
            }
            return;
        };
        let taken = out.passes.iter().any(|p| p.source == source || p.program.targets().contains(target));
        if taken {
            let label = "this layout already stands in a map";
            self.error(
                Diagnostic::new(&rules::ONE_MAP, map.head, label)
                    .help("declare the file a second time under another name, as a source or target of its own"),
            );
            return;
        }
        layout::map(self, map, name, source, *target, out);
    }

    fn end_of(&mut self, name: &Name, role: Role) -> Option<usize> {
        if let Some(place) = self.find(&name.text, role) {
            return place.index;
        }
        let what = if role == Role::Source { "source" } else { "target" };
        let known: Vec<&str> =
            self.places.iter().filter(|p| p.tree.role == role).map(|p| p.tree.name.text.as_str()).collect();
        let d = match self.places.iter().find(|p| p.tree.name.text == name.text) {
            Some(other) => Diagnostic::new(&rules::WRONG_PLACE, name.span, format!("this is not a {what}"))
                .also(other.tree.name.span, "it is declared here"),
            None => Diagnostic::new(&rules::UNKNOWN_NAME, name.span, format!("there is no {what} `{}`", name.text)),
        };
        self.error(offer(d, name, &format!("{what}s"), &known));
        None
    }

    /// Sources and targets that no map names.
    fn unused_places(&mut self, spec: &tree::Spec) {
        let unread = spec.items.iter().any(|i| matches!(i, Item::Later(_) | Item::Broken(_)));
        let runs = spec.items.iter().any(|i| matches!(i, Item::Migration { .. } | Item::Map(_)));
        // A map that could not be read may use them, and a file of definitions is there for others to use.
        if unread || !runs {
            return;
        }
        let maps = || spec.items.iter().filter_map(|i| if let Item::Map(m) = i { Some(m) } else { None });
        let named: HashSet<&str> =
            maps().flat_map(|m| m.targets().chain([&m.source])).map(|n| n.text.as_str()).collect();
        // A map with an unknown name was meant for one of them.
        let known = |role: Role| -> HashSet<&str> {
            self.places.iter().filter(|p| p.tree.role == role).map(|p| p.tree.name.text.as_str()).collect()
        };
        let (sources, targets) = (known(Role::Source), known(Role::Target));
        let lost = (
            maps().any(|m| !sources.contains(m.source.text.as_str())),
            maps().any(|m| m.targets().any(|t| !targets.contains(t.text.as_str()))),
        );
        for item in &spec.items {
            let Item::Place(p) = item else { continue };
            let (rule, what) = match p.role {
                Role::Source => (&rules::UNUSED, "no map reads this source"),
                Role::Target => (&rules::UNMAPPED, "no map writes this target"),
                Role::Reference => continue,
            };
            let astray = if p.role == Role::Source { lost.0 } else { lost.1 };
            if !astray && !named.contains(p.name.text.as_str()) {
                self.diagnostics
                    .push(Diagnostic::new(rule, p.name.span, what).help("write a map for it, or take it away"));
            }
        }
    }
}

/// The distinct right sides of a list of codes, in order.
fn distinct(rows: &[(String, String)]) -> Vec<String> {
    let mut known = HashSet::new();
    rows.iter().filter(|(_, to)| known.insert(to.as_str())).map(|(_, to)| to.clone()).collect()
}

/// The same name a second time.
pub(crate) fn twice(name: &Name, first: &Name) -> Diagnostic {
    Diagnostic::new(&rules::DEFINED_TWICE, name.span, format!("`{}` is already defined", name.text))
        .also(first.span, "here")
        .help("give one of them another name")
}

/// Offers the known name that is closest, or lists what is known.
pub(crate) fn offer(found: Diagnostic, name: &Name, what: &str, known: &[&str]) -> Diagnostic {
    match similar::did_you_mean(&name.text, known) {
        Some(close) => similar::suggest(found, name.span, close),
        None => found.help(similar::in_scope(what, known.iter().copied())),
    }
}

/// The text of a literal without interpolation.
pub(crate) fn plain_text(lit: &StringLit) -> Option<String> {
    let mut out = String::new();
    for part in &lit.parts {
        match part {
            StrPart::Text(t) => out.push_str(t),
            _ => return None,
        }
    }
    Some(out)
}

/// A written-out value as text, as `--set` would give it.
fn literal_text(e: &tree::Expr) -> Option<String> {
    match &e.kind {
        tree::ExprKind::Text(lit) => plain_text(lit),
        tree::ExprKind::Int(n) | tree::ExprKind::Decimal(n) => Some(n.clone()),
        tree::ExprKind::Unary(tree::UnOp::Neg, e) => Some(format!("-{}", literal_text(e)?)),
        tree::ExprKind::Bool(b) => Some(b.to_string()),
        tree::ExprKind::Date { year, month, day } => Some(format!("{year:04}-{month:02}-{day:02}")),
        _ => None,
    }
}

/// Whether a text is a value of a parameter's type.
pub(crate) fn is_value(ty: &Ty, text: &str) -> bool {
    param_value(ty, text).is_some()
}

/// The value of a parameter, from its text.
pub(crate) fn param_value(ty: &Ty, text: &str) -> Option<Value<'static>> {
    Some(match &ty.kind {
        Kind::Text(n) if n.is_none_or(|n| text.chars().count() <= n as usize) => Value::owned(text.to_owned()),
        Kind::OneOf(texts) if texts.iter().any(|t| t == text) => Value::owned(text.to_owned()),
        Kind::Bool => Value::Bool(text.parse().ok()?),
        kind if kind.is_number() => {
            let n = migc_functions::decimal::parse(text.as_bytes(), kind.scale()).ok()?;
            let (lo, hi) = kind.bounds()?;
            if n < lo || n > hi {
                return None;
            }
            Value::Num(n)
        }
        Kind::Text(_) | Kind::Codes(_) | Kind::Length | Kind::Record(_) | Kind::Null => return None,
        // The other types are read as their conversion reads them.
        kind => {
            let conversion = migc_functions::find(&exprs::type_word(kind))?;
            let value = (conversion.prepare)(&[Info::text(None)])(&[Value::text(text)]).ok()?.into_static();
            let long = value.as_text().zip(kind.most_chars()).is_some_and(|(t, n)| t.chars().count() > n as usize);
            return if long { None } else { Some(value) };
        }
    })
}

/// The types that are a word alone.
const PLAIN: [(&str, Kind); 11] = [
    ("bool", Kind::Bool),
    ("int16", Kind::Int16),
    ("int32", Kind::Int32),
    ("int64", Kind::Int64),
    ("float64", Kind::Float64),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("timestamp", Kind::Timestamp),
    ("timestamptz", Kind::TimestampTz),
    ("uuid", Kind::Uuid),
    ("json", Kind::Json),
];

/// The words of the language's own types.
pub(crate) fn type_words() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().map(|(name, _)| *name).chain(["decimal", "text", "bytes"])
}

/// The words of formats and their options.
pub(crate) fn format_words() -> Vec<&'static str> {
    formats::words()
}

/// Types of other languages, and what to write.
const FOREIGN_TYPES: &[(&str, &str)] = &[
    ("varchar", "text(n)"),
    ("varchar2", "text(n)"),
    ("nvarchar", "text(n)"),
    ("char", "text(n)"),
    ("character", "text(n)"),
    ("string", "text"),
    ("str", "text"),
    ("clob", "text"),
    ("number", "decimal(12, 2)"),
    ("numeric", "decimal(12, 2)"),
    ("money", "decimal(18, 2)"),
    ("int", "int32"),
    ("integer", "int32"),
    ("smallint", "int16"),
    ("tinyint", "int16"),
    ("bigint", "int64"),
    ("long", "int64"),
    ("float", "float64"),
    ("double", "float64"),
    ("real", "float64"),
    ("boolean", "bool"),
    ("bit", "bool"),
    ("datetime", "timestamp"),
    ("datetime2", "timestamp"),
    ("guid", "uuid"),
    ("uniqueidentifier", "uuid"),
    ("blob", "bytes"),
    ("bytea", "bytes"),
    ("binary", "bytes(n)"),
    ("varbinary", "bytes(n)"),
    ("jsonb", "json"),
];

fn unknown_type<'c>(t: &tree::TypeRef, codes: impl Iterator<Item = &'c str>) -> Diagnostic {
    let mut all: Vec<&str> = type_words().collect();
    all.extend(codes);
    let name = t.name.text.to_lowercase();
    let d = Diagnostic::new(&rules::UNKNOWN_TYPE, t.name.span, format!("there is no type `{}`", t.name.text));
    if name == "list" {
        return d.help("`list` is part of the language, and not built yet; as text it can be carried through");
    }
    if let Some((_, ours)) = FOREIGN_TYPES.iter().find(|(theirs, _)| *theirs == name) {
        return d.help(format!("write `{ours}`"));
    }
    match similar::did_you_mean(&t.name.text, &all) {
        Some(n) => similar::suggest(d, t.name.span, n),
        None => d.help(similar::in_scope("types", all.iter().copied())),
    }
}
