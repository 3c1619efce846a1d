//! The open outputs of a run, and which stream of the sink each is.

use std::path::{Path, PathBuf};

use migc_compiler::plan::{Plan, SourceFormat, TargetFormat};
use migc_ledger::{Output, OutputId, Publication, SourceFacts};

use crate::error::RunError;
use crate::params;
use crate::records::{Opened, Streams};
use crate::report::Options;

/// The open outputs of a run.
pub(super) struct Outputs {
    pub(super) ledger: Output,
    rejects: Output,
    /// Bytes of rejected records, by pass and by header; none for layouts.
    pub(super) bad: Vec<Vec<Output>>,
    /// By target.
    pub(super) targets: Vec<Output>,
    /// Reports of what breaks the rules of a layout, as KLayout reads them and as lines of JSON; by target.
    pub(super) reports: Vec<Option<[Output; 2]>>,
    /// The same of what a layout promises, by pass.
    pub(super) promises: Vec<Option<[Output; 2]>>,
}

impl Outputs {
    pub(super) fn create(
        plan: &Plan,
        values: &[String],
        options: &Options,
        opened: &[Option<Vec<Opened>>],
        all: &mut Publication,
    ) -> Result<Outputs, RunError> {
        let paths: Vec<PathBuf> = plan.targets.iter().map(|t| params::path(&t.path, values)).collect();
        // Rejects stand beside what the first map writes.
        let first = plan.passes.first().and_then(|p| p.program.targets().first().copied()).unwrap_or_default();
        let standard = paths.iter().any(|p| p == Path::new("-"));
        if standard && options.summary {
            return Err(RunError::SummaryAndTarget);
        }
        if standard && options.rejects.is_none() {
            return Err(RunError::NoPlace);
        }
        let beside = paths.get(first).and_then(|p| p.parent()).unwrap_or(Path::new("")).to_owned();
        let directory = options.rejects.clone().unwrap_or(beside);
        let mut create = |path: &Path, always: bool| -> Result<Output, RunError> {
            let id: OutputId = all.create(path, always)?;
            Ok(all.file(id))
        };
        let (mut bad, mut targets) = (Vec::new(), Vec::new());
        for (pass, opened) in plan.passes.iter().zip(opened) {
            // Records go back with a header of their own kind: one file for each that the source's files have.
            let kinds = opened.iter().flatten().map(|o| o.bad + 1).max().unwrap_or(0);
            let name = file_name(&plan.sources[pass.source].name);
            let mut files = Vec::new();
            for kind in 1..=kinds {
                let name = if kind == 1 { format!("{name}.bad") } else { format!("{name}.{kind}.bad") };
                files.push(create(&directory.join(name), true)?);
            }
            bad.push(files);
        }
        for path in &paths {
            targets.push(create(path, false)?);
        }
        let mut report = |name: &str, ruled: bool| -> Result<Option<[Output; 2]>, RunError> {
            if !ruled {
                return Ok(None);
            }
            let name = file_name(name);
            let ends = ["lyrdb", "violations.jsonl"];
            let [marks, lines] = ends.map(|end| create(&directory.join(format!("{name}.{end}")), true));
            Ok(Some([marks?, lines?]))
        };
        let mut reports = Vec::new();
        for target in &plan.targets {
            let ruled = match &target.format {
                TargetFormat::Layout { rules, devices, .. } => !rules.is_empty() || !devices.is_empty(),
                TargetFormat::Records(_) => false,
            };
            reports.push(report(&target.name, ruled)?);
        }
        let mut promises = Vec::new();
        for pass in &plan.passes {
            let source = &plan.sources[pass.source];
            let ruled = match &source.format {
                SourceFormat::Layout(from) => !from.promises.is_empty() || !from.devices.is_empty(),
                SourceFormat::Records(_) => false,
            };
            promises.push(report(&source.name, ruled)?);
        }
        let rejects = create(&directory.join("rejects.jsonl"), true)?;
        Ok(Outputs { ledger: create(&directory.join("ledger.json"), true)?, rejects, bad, targets, reports, promises })
    }
    /// Makes sure that no output replaces what is read, whatever `--force` says.
    pub(super) fn spare(&self, read: &[SourceFacts], spared: &[PathBuf]) -> Result<(), RunError> {
        let real = |path: &Path| path.canonicalize().ok();
        for output in self.all() {
            let of = |fact: &&SourceFacts| real(Path::new(&fact.path)).is_some_and(|p| real(&output.path) == Some(p));
            let same = |path: &PathBuf| real(path).is_some_and(|p| real(&output.path) == Some(p));
            if spared.iter().any(same) {
                return Err(RunError::Overwrites { path: output.path.to_path_buf(), source: "the spec".to_owned() });
            }
            if let Some(fact) = read.iter().find(of) {
                return Err(RunError::Overwrites { path: output.path.to_path_buf(), source: fact.name.clone() });
            }
        }
        Ok(())
    }
    /// The streams of the sink: rejects before rows, so that a full disk under a target leaves the rejects whole.
    pub(super) fn streams(&self) -> Vec<Output> {
        std::iter::once(&self.rejects).chain(self.bad.iter().flatten()).chain(&self.targets).cloned().collect()
    }
    pub(super) fn bad_stream(&self, pass: usize, kind: usize) -> usize {
        1 + self.bad.iter().take(pass).map(Vec::len).sum::<usize>() + kind
    }
    pub(super) fn target_stream(&self, target: usize) -> usize {
        self.bad_stream(self.bad.len(), target)
    }
    /// The places of a pass's streams among them; `targets` are those of its program.
    pub(super) fn of(&self, pass: usize, kind: usize, targets: &[usize]) -> Streams {
        let targets = targets.iter().map(|t| self.target_stream(*t)).collect();
        Streams { rejects: 0, bad: self.bad_stream(pass, kind), targets, all: self.target_stream(self.targets.len()) }
    }
    fn all(&self) -> impl Iterator<Item = &Output> {
        [&self.ledger, &self.rejects]
            .into_iter()
            .chain(self.bad.iter().flatten())
            .chain(&self.targets)
            .chain(self.reports.iter().chain(&self.promises).flatten().flatten())
    }
    /// Makes ready for another pass.
    pub(super) fn empty(&self) -> Result<(), RunError> {
        for output in self.all() {
            let emptied = output.file.set_len(0).and_then(|()| std::io::Seek::rewind(&mut &*output.file));
            emptied.map_err(|source| {
                let path = output.path.to_path_buf();
                migc_ledger::PublishError::Io { path, tried: "cannot be emptied for a second pass", source }
            })?;
        }
        Ok(())
    }
}

/// A source's name as that of a file: what means something in a path stands as the number of its byte.
fn file_name(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        match c {
            '/' | '\\' | '%' | '\0'..='\x1f' => out.push_str(&format!("%{:02X}", u32::from(c))),
            '.' if at == 0 => out.push_str("%2E"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_name_leads_out_of_the_folder() {
        assert_eq!(super::file_name("../evil"), "%2E.%2Fevil");
        assert_eq!(super::file_name("Käufe 2024"), "Käufe 2024");
        assert_ne!(super::file_name("a/b"), super::file_name("a%2Fb"));
    }
}
