//! Maps of layouts: the seam to the layout runtime.

use std::path::Path;

use migc_compiler::plan::{Map, Plan, Shapes};
use migc_ledger::{Entry, Output};

use crate::error::RunError;

/// What a map of a layout works on.
pub(crate) struct LayoutJob<'a> {
    /// The plan.
    pub(crate) plan: &'a Plan,
    /// The map.
    pub(crate) map: &'a Map,
    /// What it does beyond its program of one vertex.
    pub(crate) shapes: &'a Shapes,
    /// The library to read.
    pub(crate) source: &'a Path,
    /// The file to write; published with everything else, or not at all.
    pub(crate) target: Output,
    /// The run's identity, for rejects.
    pub(crate) run: &'a str,
    /// Where each fate of the program stands in the spec, as `LINE:COLUMN`.
    pub(crate) at: Vec<String>,
    /// Whether native code is wanted.
    pub(crate) native: bool,
}

/// What became of a layout.
#[derive(Default)]
pub(crate) struct LayoutDone {
    /// Entries of the ledger: one a unit.
    pub(crate) entries: Vec<Entry>,
    /// Lines of `rejects.jsonl`.
    pub(crate) rejects: Vec<u8>,
    /// Why the run must stop, where an `abort` of the spec says so.
    pub(crate) stop: Option<String>,
}

/// Migrates one layout.
pub(crate) fn run(job: &LayoutJob<'_>) -> Result<LayoutDone, RunError> {
    let _ = (job.plan, job.map, job.shapes, job.source, &job.target, job.run, &job.at, job.native);
    Err(RunError::NotBuilt { what: "a map of layouts".to_owned() })
}
