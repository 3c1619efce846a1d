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

use std::collections::{BTreeMap, HashSet};

use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::files::Files;
use migc_grammar::span::Span;
use migc_grammar::tree::Item;

/// What a text compiles to.
pub struct Compiled {
    /// The tree, whatever the text.
    pub spec: migc_grammar::tree::Spec,
    /// The plan, if there was no error.
    pub plan: Option<plan::Plan>,
    /// The tests that stand in the spec.
    pub trials: Vec<trial::Trial>,
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

/// The name that a statement would have given, had it been read: its second word.
fn unread_name<'t>(item: &Item, text: &'t str) -> Option<&'t str> {
    let Item::Broken(span) = item else { return None };
    let statement = text.get(span.start as usize..span.end as usize)?;
    statement.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).nth(1)
}

/// The pieces of a text that could not be read.
struct Unread {
    /// In the order of their starts.
    spans: Vec<Span>,
    /// For each, the last end of those up to it, and the first end of those from it on.
    ends: Vec<(u32, u32)>,
}

impl Unread {
    fn of(diagnostics: &[Diagnostic]) -> Unread {
        let errors = diagnostics.iter().filter(|d| d.rule.level == Level::Error);
        let mut spans: Vec<Span> = errors.map(|d| d.span).collect();
        spans.sort_unstable();
        let mut ends: Vec<(u32, u32)> = spans.iter().map(|s| (s.end, s.end)).collect();
        for at in 1..ends.len() {
            ends[at].0 = ends[at].0.max(ends[at - 1].0);
        }
        for at in (1..ends.len()).rev() {
            ends[at - 1].1 = ends[at - 1].1.min(ends[at].1);
        }
        Unread { spans, ends }
    }
    fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
    /// Whether a place holds one of them, or lies in one.
    fn meets(&self, span: Span) -> bool {
        let begun = self.spans.partition_point(|s| s.start <= span.start);
        let from = self.spans.partition_point(|s| s.start < span.start);
        begun.checked_sub(1).is_some_and(|at| self.ends[at].0 >= span.end)
            || self.ends.get(from).is_some_and(|(_, first)| *first <= span.end)
    }
}

/// Compiles a spec of several files.
pub fn compile_files(files: &Files, set: &BTreeMap<String, String>) -> Compiled {
    let parsed = files.parse();
    let check::Checked { plan, trials, asks_for_today, without_value, diagnostics: found } =
        check::check(files.text(), &parsed, set);
    let mut diagnostics = parsed.diagnostics;
    // What the checker says of a piece that could not be read says nothing new.
    let unread = Unread::of(&diagnostics);
    diagnostics.extend(found.into_iter().filter(|d| !unread.meets(d.span)));
    // A name is not unknown when the statement that gives it, or a file that may give it, could not be read.
    let unnamed: HashSet<&str> = parsed.spec.items.iter().filter_map(|item| unread_name(item, files.text())).collect();
    let of_names = [rules::UNKNOWN_NAME.code, rules::UNKNOWN_TYPE.code, rules::UNKNOWN_FUNCTION.code];
    diagnostics.retain(|d| {
        let piece = || files.text().get(d.span.range()).unwrap_or_default();
        !of_names.contains(&d.rule.code) || !files.lacks() && !unnamed.contains(piece())
    });
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
        today: asks_for_today,
        without_value,
        diagnostics,
    }
}
