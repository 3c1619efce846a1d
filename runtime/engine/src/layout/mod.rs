//! Maps of layouts: a library is read, its vertices go through the map's program, and the result is written.

use std::io::Write;
use std::path::Path;

use migc_compiler::plan::LayoutSource;
use migc_layout::{Library, ScaleMark};
use migc_ledger::rejects::{Failure, RejectedShape};
use migc_ledger::{Entry, GateCount, Output, RuleCount};

pub(crate) use self::work::LayoutMap;
use crate::error::RunError;
use crate::progress::Phase;

mod account;
pub(crate) mod against;
mod apart;
mod cells;
mod computed;
mod files;
mod kernel;
mod migration;
pub(crate) mod pairs;

mod texts;
mod torn;
pub(crate) mod trial;
mod verify;
mod violations;
mod work;

/// What a map of a layout works on.
pub(crate) struct LayoutJob<'a> {
    /// The map.
    pub(crate) map: LayoutMap<'a>,
    /// The library to read.
    pub(crate) source: &'a Path,
    /// The file to write; published with everything else, or not at all.
    pub(crate) target: Output,
    /// Where each fate of the program stands in the spec, as `LINE:COLUMN`.
    pub(crate) at: Vec<String>,
    /// Where reports of what breaks the rules of the source and of the target go: for KLayout, and as lines of JSON.
    pub(crate) reports: [Option<[Output; 2]>; 2],
}

/// What became of a layout.
#[derive(Default)]
pub(crate) struct LayoutDone {
    /// Entries of the ledger: one a unit.
    pub(crate) entries: Vec<Entry>,
    /// Lines of `rejects.jsonl`.
    pub(crate) rejects: Vec<u8>,
    /// Rules of layers, and how often they are broken.
    pub(crate) rules: Vec<RuleCount>,
    /// What was compared before and after.
    pub(crate) verified: Vec<GateCount>,
}

/// The code of a shape that snapping leaves no area.
const COLLAPSED: &str = "collapsed";

/// Migrates one layout.
pub(crate) fn run(job: &LayoutJob<'_>) -> Result<LayoutDone, RunError> {
    let (from, to) = job.map.sides()?;
    let failed = |why: String| RunError::Layout { path: job.source.to_owned(), why };
    job.map.enter(Phase::Reading);
    let library = migc_layout::read_path(job.source).map_err(|e| failed(e.to_string()))?;
    files::keeps_its_format(from.file, &library).map_err(failed)?;
    keeps_its_unit(from, &library).map_err(failed)?;
    let mark = scale_mark(&job.map, from, &library).map_err(failed)?;
    let mut worked = job.map.work(library, &failed)?;
    job.map.enter(Phase::Writing);
    report(job, &worked.computed.reports)?;
    files::write(job, to, mark, &mut worked.outcome)?;

    let mut rejects = Vec::new();
    let source = &job.map.plan.sources[job.map.pass.source];
    let (chunk, file) = (format!("{}/0", source.name), job.source.display().to_string());
    let at = job.at.first().map(String::as_str);
    for r in &worked.outcome.rejects {
        let failure = Failure { code: COLLAPSED, column: None, value: None, reason: Some(r.why), message: None, at };
        let (layer, bbox) = ((r.layer, r.datatype), r.bbox);
        let (run, chunk, file, cell) = (job.map.run, chunk.as_str(), file.as_str(), r.cell.as_str());
        let line = RejectedShape { run, chunk, file, cell, layer, bbox, code: COLLAPSED, failures: &[failure] };
        line.write(&mut rejects);
    }
    let entries = account::entries(&job.map, &worked);
    Ok(LayoutDone { entries, rejects, rules: worked.rules, verified: worked.computed.verified })
}

/// Writes the reports of what breaks rules.
fn report(job: &LayoutJob<'_>, reports: &[work::Report; 2]) -> Result<(), RunError> {
    let wanted = job.reports.iter().zip(reports).filter_map(|(outputs, report)| Some((outputs.as_ref()?, report)));
    for (output, bytes) in wanted.flat_map(|(outputs, report)| outputs.iter().zip(report)) {
        (&*output.file).write_all(bytes).map_err(|e| {
            let path = output.path.to_path_buf();
            RunError::Layout { path, why: format!("the report cannot be written: {e}") }
        })?;
    }
    Ok(())
}

/// The promise of the database unit is the guard against scaling twice.
fn keeps_its_unit(from: &LayoutSource, library: &Library) -> Result<(), String> {
    let (promised, found) = (from.file_dbu, library.units.femtometres());
    if found == Some(promised) {
        return Ok(());
    }
    let shown = |fm: i64| match fm % 1_000_000 {
        0 => format!("{}nm", fm / 1_000_000),
        _ => format!("{}pm", fm / 1000),
    };
    let found = found.map_or("no whole number of femtometres".to_owned(), shown);
    let promised = shown(promised);
    Err(format!(
        "its database unit is {found}, and the spec promises {promised}; write `dbu: {found}` if the file is the right one"
    ))
}

/// What the target says of its scale: what the source says of its own, and that of the map. A layout that says that it was
/// scaled is not scaled again, unless the spec knows of it.
fn scale_mark(map: &LayoutMap<'_>, from: &LayoutSource, library: &Library) -> Result<Option<ScaleMark>, String> {
    let marks = library.scale_marks();
    let said = match marks.as_slice() {
        [] => None,
        [one] => Some(*one),
        several => {
            let list: Vec<String> = several.iter().map(ScaleMark::to_string).collect();
            return Err(format!(
                "parts of it say that they were scaled by {}: it has no one scale",
                list.join(" and by ")
            ));
        }
    };
    let own = map.scale().ok_or("the scale of the map is too long a ratio")?;
    match (from.scaled.map(ScaleMark), said) {
        (None, Some(said)) if own != ScaleMark::NONE => {
            return Err(format!(
                "it says that it was scaled by {said} already; if it is to be scaled once more, write `scaled: {said}` behind its path"
            ));
        }
        (Some(promised), said) if said != Some(promised) => {
            let found =
                said.map_or("says nothing of a scale".to_owned(), |s| format!("says that it was scaled by {s}"));
            return Err(format!("the spec promises that it was scaled by {promised}, and the file {found}"));
        }
        _ => {}
    }
    let all = said.unwrap_or(ScaleMark::NONE).then(own).ok_or("its scales together are too long a ratio")?;
    Ok((all != ScaleMark::NONE).then_some(all))
}
