//! `migc check`: everything that is wrong with specs.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migc_grammar::diagnostic::Level;

use crate::json::Findings;
use crate::output::{colours, print, tell, write_people};
use crate::{Exit, render, spec};

#[derive(Args)]
pub(crate) struct Check {
    /// The specs; all *.mig files of the working directory if none is named.
    files: Vec<PathBuf>,
    /// How findings are shown: as pictures, one a line, or as JSON for machines.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// What counts as an error too.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Vec<Deny>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Short,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

impl Check {
    pub(crate) fn run(mut self) -> Exit {
        if self.files.is_empty() {
            self.files = specs_here();
        }
        if self.files.is_empty() {
            tell("there is no .mig file in the working directory; name one: migc check FILE");
            return Exit::Usage;
        }
        let (mut errors, mut warnings, mut exit) = (0, 0, Exit::Done);
        let mut specs = Vec::new();
        for path in &self.files {
            match spec::read(path, &BTreeMap::new()) {
                Ok(spec) => specs.push(spec),
                Err(why) => exit = why,
            }
        }
        let mut findings = Findings::new();
        for spec in &specs {
            let found = &spec.compiled.diagnostics;
            let count = |level: Level| found.iter().filter(|d| d.rule.level == level).count();
            errors += count(Level::Error);
            warnings += count(Level::Warning);
            match self.format {
                Format::Text => write_people(&render::pictures(&spec.files, found, colours(&io::stderr()))),
                Format::Short => write_people(&render::lines(&spec.files, found)),
                Format::Json => findings.add(&spec.files, found),
            }
        }
        if self.format == Format::Json {
            let printed = print(&findings.to_text());
            exit = if exit == Exit::Done { printed } else { exit };
        } else if self.format == Format::Text && !specs.is_empty() {
            let files = if specs.len() == 1 { "1 spec".to_owned() } else { format!("{} specs", specs.len()) };
            tell(&format!("{files} checked: {}, {}", many(errors, "error"), many(warnings, "warning")));
        }
        let denied = self.deny.contains(&Deny::Warnings) && warnings > 0;
        if exit == Exit::Done && (errors > 0 || denied) { Exit::SpecErrors } else { exit }
    }
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
