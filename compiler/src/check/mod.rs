//! From the syntax tree to the plan: names, types, ranges, verdicts of assignments, and every fate accounted for.
//!
//! One pass in three steps: what is declared ([`Env`]), then each map ([`records`], [`layout`]), then lints over the
//! finished plan. An error never stops the rest from being checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use migc_functions::{Kind, Ty, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Item, Name, Role, StrPart, StringLit};

use crate::{plan, rules};

mod assignments;
mod calls;
mod choices;
mod codes;
mod definitions;
mod explode;
mod exprs;
mod fates;
mod foreign;
mod formats;
mod gates;
mod keys;
mod layout;
mod literals;
mod lookups;
mod maps;
mod meant;
mod once;
mod operators;
mod params;
mod paths;
mod places;
pub(crate) mod quantity;
mod records;
pub(crate) mod refine;
mod routes;
pub(crate) mod similar;
mod statements;
mod temporal;
mod trials;
mod types;
mod verdict;
mod written;

use params::literal_text;
pub(crate) use params::{is_value, param_value};
pub(crate) use similar::offer;
pub(crate) use types::type_words;

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

    /// The declared place of this name and role.
    pub(crate) fn find(&self, name: &str, role: Role) -> Option<&Declared<'t>> {
        self.places.iter().find(|p| p.tree.role == role && p.tree.name.text == name)
    }
}

/// The same name a second time.
pub(crate) fn twice(name: &Name, first: &Name) -> Diagnostic {
    Diagnostic::new(&rules::DEFINED_TWICE, name.span, format!("`{}` is already defined", name.text))
        .also(first.span, "here")
        .help("give one of them another name")
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

/// The words of formats and their options.
pub(crate) fn format_words() -> Vec<&'static str> {
    formats::words()
}
