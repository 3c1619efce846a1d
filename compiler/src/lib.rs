//! From the text of a spec to what runs: names, types, ranges, lints, the plan, and its two meanings, the interpreter's
//! and native code's. No I/O.

#![deny(unsafe_code)]

mod check;
pub mod interp;
pub mod lints;
pub mod native;
pub mod plan;
pub mod reference;
pub mod row;
pub mod rules;
pub mod show;
pub mod trial;
pub mod uniques;
mod unread;

use std::collections::BTreeMap;

use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::files::Files;
use unread::{Lost, Unread};

/// What a text compiles to.
pub struct Compiled {
    /// The tree, whatever the text.
    pub spec: migc_grammar::tree::Spec,
    /// The plan, if there was no error.
    pub plan: Option<plan::Plan>,
    /// The tests that stand in the spec.
    pub trials: Vec<trial::Trial>,
    /// Its tests that give shapes.
    pub layout_trials: Vec<trial::LayoutTrial>,
    /// Whether the spec asks for the day of the run, by `today()`.
    pub today: bool,
    /// The parameters that values of records ask for and that have no value.
    pub without_value: Vec<String>,
    /// Everything that was found, in text order.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// Whether there was an error.
    pub fn failed(&self) -> bool {
        self.diagnostics.iter().any(|d| d.rule.level == Level::Error)
    }
}

/// Whether a text, as `--set` gives it, is a value of a parameter's type.
pub fn is_value(param: &plan::Param, text: &str) -> bool {
    check::is_value(&param.ty, text)
}

/// The name under which the day of the run is given beside the values of parameters: no parameter can be called so.
pub const TODAY: &str = "today()";

/// The known name that is closest to what was written, if one is close.
pub fn did_you_mean<'n>(written: &str, known: &[&'n str]) -> Option<&'n str> {
    check::similar::did_you_mean(written, known)
}

/// The words of the language's own types.
pub fn type_words() -> impl Iterator<Item = &'static str> {
    check::type_words()
}

/// The words of formats and their options.
pub fn format_words() -> Vec<&'static str> {
    check::format_words()
}

/// Compiles a spec; `set` gives values of parameters, as text, and under [`TODAY`] the day of the run.
pub fn compile(text: &str, set: &BTreeMap<String, String>) -> Compiled {
    compile_files(&Files::one("spec", text), set)
}

/// What a spec has once.
fn said_twice(spec: &migc_grammar::tree::Spec) -> Vec<Diagnostic> {
    use migc_grammar::tree::Item;
    let migrations = spec.items.iter().filter_map(|item| match item {
        Item::Migration { span, .. } => Some((*span, "migration")),
        _ => None,
    });
    let runs = spec.items.iter().filter_map(|item| match item {
        Item::Run(run) => Some((run.span, "run")),
        _ => None,
    });
    let mut out = Vec::new();
    for all in [migrations.collect::<Vec<_>>(), runs.collect()] {
        let Some(((first, _), rest)) = all.split_first() else { continue };
        out.extend(rest.iter().map(|(span, what)| {
            Diagnostic::new(&rules::DEFINED_TWICE, *span, format!("a spec has one `{what}`"))
                .also(*first, "the first one")
                .help("take one of the two away")
        }));
    }
    out
}

/// Compiles a spec of several files.
pub fn compile_files(files: &Files, set: &BTreeMap<String, String>) -> Compiled {
    let parsed = files.parse();
    let check::Checked { plan, trials, layout_trials, asks_for_today, without_value, diagnostics: found } =
        check::check(files.text(), &parsed, set);
    let mut diagnostics = parsed.diagnostics;
    // What the checker says of a piece that could not be read says nothing new.
    let unread = Unread::of(&diagnostics);
    let lost = Lost::of(&parsed.spec, files.text(), &diagnostics);
    diagnostics.extend(found.into_iter().filter(|d| !unread.meets(d.span) && !lost.explains(d)));
    diagnostics.extend(said_twice(&parsed.spec));
    // A name is not unknown when a file that may give it could not be read.
    diagnostics.retain(|d| !unread::OF_NAMES.contains(&d.rule.code) || !files.lacks());
    // A plan of a text that could not be read whole would be judged wrongly.
    if let (Some(plan), true) = (&plan, unread.is_empty()) {
        let input = lints::Input { spec: &parsed.spec, plan, text: files.text(), name: files.name(0) };
        diagnostics.extend(lints::run(&input));
    }
    diagnostics.sort_by_key(|d| (d.span.start, d.span.end, d.rule.code));
    let failed = diagnostics.iter().any(|d| d.rule.level == Level::Error);
    Compiled {
        spec: parsed.spec,
        plan: plan.filter(|_| !failed),
        trials,
        layout_trials,
        today: asks_for_today,
        without_value,
        diagnostics,
    }
}
