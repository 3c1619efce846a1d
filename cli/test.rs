//! `migc test`: the tests of specs, and what they compile to against the picture that was accepted.

use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use migc_compiler::trial::{self, Coverage};
use migc_compiler::{show, trial::Verdict};
use similar::{ChangeTag, TextDiff};

use crate::output::{colours, print, tell, write_people};
use crate::replace::replace;
use crate::run::{name_and_value, values};
use crate::{Exit, check, render, spec};

#[derive(Args)]
pub(crate) struct Test {
    /// The specs; all *.mig files of the working directory if none is named.
    files: Vec<PathBuf>,
    /// Takes what the specs compile to now as right, and keeps it beside them as NAME.plan.
    #[arg(long)]
    accept: bool,
    /// Lists what no test goes through: rows, ways out, and arms of matches.
    #[arg(long)]
    coverage: bool,
    /// Gives a parameter its value; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    set: Vec<(String, String)>,
}

/// What came of one spec.
#[derive(Default)]
struct Score {
    held: usize,
    failed: usize,
    changed: bool,
}

impl Test {
    pub(crate) fn run(mut self) -> Exit {
        if self.files.is_empty() {
            self.files = check::specs_here();
        }
        if self.files.is_empty() {
            tell("there is no .mig file in the working directory; name one: migc test FILE");
            return Exit::Usage;
        }
        let (mut exit, mut all, mut changed) = (Exit::Done, Score::default(), 0);
        for path in &self.files {
            match self.one(path) {
                Ok(score) => {
                    all.held += score.held;
                    all.failed += score.failed;
                    changed += usize::from(score.changed);
                }
                Err(why) => exit = why,
            }
        }
        let plans = match changed {
            0 => String::new(),
            1 => "; 1 plan differs".to_owned(),
            n => format!("; {n} plans differ"),
        };
        let printed = print(&format!("{} passed, {} failed{plans}\n", all.held, all.failed));
        if exit == Exit::Done && (all.failed > 0 || changed > 0) {
            return Exit::SpecErrors;
        }
        if exit == Exit::Done { printed } else { exit }
    }

    fn one(&self, path: &Path) -> Result<Score, Exit> {
        // A test is the same on every day: one that asks for the day of the run gets this one.
        let given = values(&self.set)?;
        let mut set = given.clone();
        set.insert(migc_compiler::TODAY.to_owned(), "2000-01-01".to_owned());
        let spec = spec::read(path, &set)?;
        if let Some(why) = check::wrong_value(std::slice::from_ref(&spec), &given) {
            tell(&why);
            return Err(Exit::Usage);
        }
        let Some(plan) = &spec.compiled.plan else {
            write_people(&render::pictures(&spec.files, &spec.compiled.diagnostics, colours(&io::stderr())));
            tell(&format!("{} has errors; nothing was tested", path.display()));
            return Err(Exit::SpecErrors);
        };
        if let (Some(name), false) = (spec.compiled.without_value.first(), spec.compiled.trials.is_empty()) {
            tell(&format!("{}: the maps use the parameter `{name}`: give it a value, --set {name}=…", path.display()));
            return Err(Exit::Usage);
        }
        let mut coverage = Coverage::default();
        let of_records = trial::run(plan, &spec.compiled.trials, &mut coverage);
        let mut verdicts: Vec<(&str, Verdict)> =
            spec.compiled.trials.iter().map(|t| t.title.as_str()).zip(of_records).collect();
        let of_shapes = &spec.compiled.layout_trials;
        of_shapes.iter().for_each(|t| coverage.look(t));
        verdicts.extend(of_shapes.iter().map(|t| (t.title.as_str(), migc_engine::try_layout(plan, t))));
        let mut score = Score::default();
        let mut text = String::new();
        for (title, verdict) in &verdicts {
            let Verdict { failures } = verdict;
            let word = if failures.is_empty() { "ok" } else { "FAILED" };
            let _ = writeln!(text, "{}: {title} ... {word}", path.display());
            for (at, what) in failures {
                let _ = writeln!(text, "  {}:{}: {what}", path.display(), spec.files.place(at.start));
            }
            score.held += usize::from(failures.is_empty());
            score.failed += usize::from(!failures.is_empty());
        }
        let accepted = path.with_extension("plan");
        let now = show::plan(plan);
        let before = match std::fs::read_to_string(&accepted) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // What was accepted is there to be held against, and cannot be.
            Err(error) if !self.accept || accepted.is_dir() => {
                tell(&format!(
                    "{} cannot be read: {error}; bring it back, or take it away and accept the plan anew with --accept",
                    accepted.display()
                ));
                return Err(Exit::Failed);
            }
            Err(_) => None,
        };
        if self.accept {
            if before.as_ref() != Some(&now) {
                replace(&accepted, &now).map_err(|error| {
                    tell(&format!(
                        "{} cannot be written: {error}; give the folder write permission",
                        accepted.display()
                    ));
                    Exit::Failed
                })?;
                let _ = writeln!(text, "{}: accepted", accepted.display());
            }
        } else if let Some(before) = before
            && before != now
        {
            score.changed = true;
            let _ = writeln!(
                text,
                "{}: the plan differs from the accepted one; `migc test --accept` takes it as right",
                accepted.display()
            );
            text.push_str(&difference(&before, &now));
        }
        if self.coverage {
            let list = coverage.list(plan);
            let covered = list.iter().filter(|c| c.covered).count();
            let _ = writeln!(text, "{}: {covered} of {} covered", path.display(), list.len());
            for c in list.iter().filter(|c| !c.covered) {
                // A place in a file that is used starts with that file's name.
                let place = spec.files.place(c.at.start);
                let own = if place.contains(".mig:") { String::new() } else { format!("{}:", path.display()) };
                let _ = writeln!(text, "  {own}{place}: {} is not covered", c.what);
            }
        }
        print(&text);
        Ok(score)
    }
}

/// The lines that differ, each with a few round it.
fn difference(before: &str, now: &str) -> String {
    let diff = TextDiff::from_lines(before, now);
    let mut out = String::new();
    for (i, group) in diff.grouped_ops(2).iter().enumerate() {
        if i > 0 {
            out.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let _ = write!(out, "  {sign} {change}");
        }
    }
    out
}
