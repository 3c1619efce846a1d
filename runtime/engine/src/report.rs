//! What a run is asked to do, and what it says afterwards.

use std::collections::BTreeMap;
use std::path::PathBuf;

use migc_ledger::Ledger;
use serde::Serialize;

/// How a run is to be done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values of parameters, as text.
    pub set: BTreeMap<String, String>,
    /// The run's day, `YYYY-MM-DD`.
    pub as_of: Option<String>,
    /// Where rejects and ledger go; beside the first target if it is not said.
    pub rejects: Option<PathBuf>,
    /// Whether outputs replace what is there.
    pub force: bool,
    /// How many workers; none is one a core.
    pub threads: Option<usize>,
    /// What runs the programs.
    pub engine: Engine,
    /// Whether it is left to the system when outputs reach the disk.
    pub no_sync: bool,
    /// Whether standard output is wanted for something else than a target.
    pub summary: bool,
    /// Whether nothing is published, whatever comes of it; outputs may be there.
    pub dry_run: bool,
    /// Where it is counted how far the run is.
    pub progress: Option<std::sync::Arc<crate::Progress>>,
    /// Files that no output may replace, whatever `force` says: the spec.
    pub spared: Vec<PathBuf>,
}

/// What runs the programs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Engine {
    /// Native code; rejected records are run again by the interpreter for all their failures.
    #[default]
    Native,
    /// The reference interpreter alone: slow and plain, the same bytes.
    Interpreter,
}

/// What a run did.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What became of every item. The same for the same inputs.
    pub ledger: Ledger,
    /// What is visible now.
    pub published: Vec<PathBuf>,
    /// How long it took.
    pub timings: Timings,
    /// How many workers there were.
    pub threads: usize,
    /// What else should be known.
    pub remarks: Vec<String>,
}

/// How long the parts of a run took, in seconds.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Timings {
    /// Opening sources and outputs.
    pub open: f64,
    /// Loading references.
    pub references: f64,
    /// Making native code.
    pub compile: f64,
    /// Working through the sources.
    pub run: f64,
    /// Putting everything on the disk and in its place.
    pub publish: f64,
    /// All of it.
    pub total: f64,
}
