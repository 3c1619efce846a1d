//! `migc run`: runs a migration.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};
use migc_engine::{Engine, Failed, Options, Progress, Report};
use migc_functions::date::Day;
use migc_ledger::{Ending, grouped, table};
use serde::Serialize;

use crate::output::{colours, print, tell, write_people};
use crate::progress::Shown;
use crate::spec::Spec;
use crate::{Exit, render, signals, spec};

#[derive(Args)]
pub(crate) struct Run {
    /// The spec.
    file: PathBuf,
    /// Gives a parameter its value; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    set: Vec<(String, String)>,
    /// The run's day, as 2026-01-31.
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Where rejects and ledger go; beside the first target if not given.
    #[arg(long, value_name = "DIR")]
    rejects: Option<PathBuf>,
    /// Replaces outputs that are there.
    #[arg(long)]
    force: bool,
    /// Does not wait until the outputs are on the disk: faster, and torn outputs are possible after a loss of power.
    #[arg(long)]
    no_sync: bool,
    /// Does everything but publish: says what would become of the records, and leaves no file.
    #[arg(long, conflicts_with = "force")]
    dry_run: bool,
    /// How many threads work; one a core if not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Prints what became of the records to standard output.
    #[arg(long, value_enum, value_name = "FORMAT")]
    summary: Option<Summary>,
    /// Says nothing but errors.
    #[arg(long, short)]
    quiet: bool,
    /// Native code, or the reference interpreter alone: slow, and the same bytes.
    #[arg(long, value_enum, hide_short_help = true, default_value_t = EngineName::Native)]
    engine: EngineName,
}

#[derive(Clone, Copy, ValueEnum)]
enum Summary {
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum EngineName {
    Native,
    Interp,
}

/// See `specs/SUMMARY.md`.
#[derive(Serialize)]
struct Printed<'a> {
    version: u32,
    #[serde(flatten)]
    report: &'a Report,
}

pub(crate) fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// The values of `--set`, each parameter once.
pub(crate) fn values(set: &[(String, String)]) -> Result<BTreeMap<String, String>, Exit> {
    let mut values = BTreeMap::new();
    for (name, text) in set {
        if values.insert(name.clone(), text.clone()).is_some_and(|before| before != *text) {
            tell(&format!("--set gives `{name}` two values; give it one"));
            return Err(Exit::Usage);
        }
    }
    Ok(values)
}

impl Run {
    pub(crate) fn run(self) -> Exit {
        let set = match values(&self.set) {
            Ok(set) => set,
            Err(exit) => return exit,
        };
        let (spec, as_of) = match read_as_of(&self.file, &set, self.as_of) {
            Ok(read) => read,
            Err(exit) => return exit,
        };
        let found = &spec.compiled.diagnostics;
        if spec.compiled.failed() || !self.quiet {
            write_people(&render::pictures(&spec.files, found, colours(&io::stderr())));
        }
        let Some(plan) = &spec.compiled.plan else {
            tell(&format!("{} has errors; nothing was run", spec.path.display()));
            return Exit::SpecErrors;
        };
        if plan.passes.is_empty() {
            tell(&format!(
                "{} has no map, so there is nothing to run; write `map SOURCE -> TARGET {{ … }}`",
                spec.path.display()
            ));
            return Exit::SpecErrors;
        }
        let progress = Arc::new(Progress::default());
        let options = Options {
            set,
            as_of,
            rejects: self.rejects.or_else(|| plan.run.rejects.as_ref().map(PathBuf::from)),
            force: self.force,
            no_sync: self.no_sync,
            dry_run: self.dry_run,
            summary: self.summary.is_some(),
            threads: self.threads.or(plan.run.threads).map(usize::from),
            progress: Some(progress.clone()),
            spared: spec.paths(),
            engine: match self.engine {
                EngineName::Native => Engine::Native,
                EngineName::Interp => Engine::Interpreter,
            },
        };
        signals::watch();
        let shown = (!self.quiet).then(|| Shown::start(progress));
        let result = migc_engine::run(plan, &spec.files, &options);
        // What is said of the run stands where the bar was.
        drop(shown);
        let (report, exit) = match result {
            Ok(report) if report.ledger.outcome == Ending::Stopped => (Some(Box::new(report)), Exit::Gate),
            Ok(report) => (Some(Box::new(report)), Exit::Done),
            Err(Failed { error, report }) => {
                tell(&error.to_string());
                (report, if error.is_usage() { Exit::Usage } else { Exit::Failed })
            }
        };
        let Some(report) = report else { return exit };
        if let (Exit::Gate, Some(because)) = (exit, &report.ledger.because) {
            tell(because);
        }
        // Of a run that failed, nothing is known that the next one would not say anew.
        if !self.quiet && exit != Exit::Failed {
            people(&report, self.dry_run);
        }
        if self.summary.is_some() {
            let printed = Printed { version: migc_ledger::VERSION, report: &report };
            let text = serde_json::to_string_pretty(&printed).unwrap_or_default();
            let printed = print(&format!("{text}\n"));
            return if exit == Exit::Done { printed } else { exit };
        }
        exit
    }
}

/// The spec, compiled for the day of the run. A spec that asks for the day gets the one of `--as-of`, or else the machine's
/// own day of UTC, taken once here; a spec that does not ask is not told, so that its runs do not differ by the day.
fn read_as_of(
    file: &Path,
    set: &BTreeMap<String, String>,
    as_of: Option<String>,
) -> Result<(Spec, Option<String>), Exit> {
    let spec = spec::read(file, set)?;
    if !spec.compiled.today {
        return Ok((spec, as_of));
    }
    let day = match as_of {
        Some(day) => day,
        None => own_day(),
    };
    let mut set = set.clone();
    set.insert(migc_compiler::TODAY.to_owned(), day.clone());
    Ok((Spec { compiled: migc_compiler::compile_files(&spec.files, &set), ..spec }, Some(day)))
}

/// The day of UTC by the machine's clock.
fn own_day() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let days = i64::try_from(now.as_secs() / 86_400).unwrap_or_default();
    let day = Day::from_number(days + migc_functions::clock::EPOCH).unwrap_or(migc_functions::date::MAX);
    migc_functions::Value::Num(i128::from(day.0)).display(&migc_functions::Kind::Date)
}

/// What became of the items, and what is visible now.
fn people(report: &Report, dry: bool) {
    let mut text = table(&report.ledger);
    for remark in &report.remarks {
        text.push_str(remark);
        text.push('\n');
    }
    let items: u64 = report.ledger.entries.iter().map(|entry| entry.extracted).sum();
    let seconds = report.timings.total;
    let threads = if report.threads == 1 { "1 thread".to_owned() } else { format!("{} threads", report.threads) };
    text.push_str(&format!("{} in {seconds:.2} s on {threads}", grouped(items)));
    if dry {
        text.push_str("; nothing was published, as --dry-run asks");
    }
    if !report.published.is_empty() {
        let paths: Vec<String> = report.published.iter().map(|path| path.display().to_string()).collect();
        text.push_str(&format!("; published {}", paths.join(", ")));
    }
    text.push('\n');
    write_people(&text);
}
