//! `migc check`: everything that is wrong with specs.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migc_grammar::diagnostic::Level;
use migc_grammar::tree::Item;

use crate::against::Against;
use crate::github::annotations;
use crate::json::Findings;
use crate::levels::Levels;
use crate::output::{colours, print, tell, write_people};
use crate::run::{name_and_value, values};
use crate::sarif::Log;
use crate::spec::Spec;
use crate::{Exit, against, render, spec};

#[derive(Args)]
pub(crate) struct Check {
    /// The specs; all *.mig files of the working directory if none is named.
    files: Vec<PathBuf>,
    /// How findings are shown.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    levels: Levels,
    /// Gives a parameter its value; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    set: Vec<(String, String)>,
    /// Also holds the columns against the headers of the files, and the layers against the layouts, without running; with a
    /// layout, against that one in place of the source's own.
    #[arg(long, value_name = "LAYOUT", num_args = 0..=1)]
    against: Option<Option<PathBuf>>,
    /// The source that the layout stands for, where a spec has several.
    #[arg(long, value_name = "NAME", requires = "against")]
    source: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Pictures of the places.
    Text,
    /// One a line.
    Short,
    /// The project's own form, for machines.
    Json,
    /// SARIF 2.1.0, for code scanners.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
}

impl Check {
    pub(crate) fn run(mut self) -> Exit {
        // A spec behind the option is one that is checked: no layout is called so.
        if let Some(file) = &mut self.against {
            self.files.extend(file.take_if(|path| path.extension().is_some_and(|end| end == "mig")));
        }
        if self.files.is_empty() {
            self.files = specs_here();
        }
        if self.files.is_empty() {
            tell("there is no .mig file in the working directory; name one: migc check FILE");
            return Exit::Usage;
        }
        let weights = match self.levels.weights() {
            Ok(weights) => weights,
            Err(why) => {
                tell(&why);
                return Exit::Usage;
            }
        };
        let set = match values(&self.set) {
            Ok(set) => set,
            Err(exit) => return exit,
        };
        let (mut errors, mut warnings, mut exit) = (0, 0, Exit::Done);
        let mut specs = Vec::new();
        for path in &self.files {
            match spec::read(path, &set) {
                Ok(spec) => specs.push(spec),
                Err(why) => exit = why,
            }
        }
        if let Some(why) = wrong_value(&specs, &set) {
            tell(&why);
            return Exit::Usage;
        }
        let (mut findings, mut log) = (Findings::new(), Log::default());
        for spec in &specs {
            let mut found = spec.compiled.diagnostics.clone();
            if let Some(file) = &self.against {
                let against = Against { file: file.as_deref(), source: self.source.as_deref() };
                match against::findings(spec, &set, &against) {
                    Ok(drifts) => found.extend(drifts),
                    Err(why) => exit = first(exit, why),
                }
                found.sort_by_key(|d| (d.span.start, d.span.end, d.rule.code));
            }
            let found = weights.apply(&found);
            let count = |level: Level| found.iter().filter(|d| d.rule.level == level).count();
            errors += count(Level::Error);
            warnings += count(Level::Warning);
            match self.format {
                Format::Text => write_people(&render::pictures(&spec.files, &found, colours(&io::stderr()))),
                Format::Short => write_people(&render::lines(&spec.files, &found)),
                Format::Json => findings.add(&spec.files, &found),
                Format::Sarif => log.add(&spec.files, &found),
                Format::Github => exit = first(exit, print(&annotations(&spec.files, &found))),
            }
        }
        match self.format {
            Format::Json => exit = first(exit, print(&findings.to_text())),
            Format::Sarif => exit = first(exit, print(&log.to_text())),
            Format::Text if !specs.is_empty() => {
                let files = if specs.len() == 1 { "1 spec".to_owned() } else { format!("{} specs", specs.len()) };
                tell(&format!("{files} checked: {}, {}", many(errors, "error"), many(warnings, "warning")));
            }
            _ => {}
        }
        if exit == Exit::Done && errors > 0 { Exit::SpecErrors } else { exit }
    }
}

/// What went wrong first.
fn first(before: Exit, now: Exit) -> Exit {
    if before == Exit::Done { now } else { before }
}

/// What is wrong with the values of `--set`: each must be of a parameter of one of the specs, and of its type.
pub(crate) fn wrong_value(specs: &[Spec], set: &BTreeMap<String, String>) -> Option<String> {
    for (name, text) in set {
        let mut known = specs.iter().flat_map(|spec| &spec.compiled.spec.items);
        if !known.any(|item| matches!(item, Item::Param(param) if param.name.text == *name)) && !specs.is_empty() {
            return Some(format!("no spec has a parameter `{name}`; leave --set {name}=… out"));
        }
        let plans = specs.iter().filter_map(|spec| spec.compiled.plan.as_ref());
        let mut params = plans.flat_map(|plan| &plan.params).filter(|param| param.name == *name);
        if let Some(param) = params.find(|param| !migc_compiler::is_value(param, text)) {
            return Some(format!("--set {name}={text}: this is no {}", param.ty));
        }
    }
    None
}

fn many(n: usize, what: &str) -> String {
    match n {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{n} {what}s"),
    }
}

pub(crate) fn specs_here() -> Vec<PathBuf> {
    let is_spec = |path: &PathBuf| path.extension().is_some_and(|ext| ext == "mig") && path.is_file();
    let entries = std::fs::read_dir(".").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| PathBuf::from(entry.file_name())).filter(is_spec).collect();
    found.sort();
    found
}
