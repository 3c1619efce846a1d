//! A pass over a source of records: file by file, first for its keys where something must stand once.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;

use migc_abi::FileTexts;
use migc_compiler::native::{Place, Sink};
use migc_compiler::plan::{Arrow, Branch, Pass, RecordFile, RecordLayout, SourceFormat, TargetFormat};
use migc_compiler::uniques::{Banned, Uniques};
use migc_ledger::{Entry, FileCount, OrderedSink, Rows};
use migc_records::Reader;

use super::{Prepared, StopAt};
use crate::binding;
use crate::cleaned::{SAMPLES, Samples};
use crate::counts::Counts;
use crate::error::RunError;
use crate::finish::Finish;
use crate::gates::OfFile;
use crate::records::{self, ArrowWork, Job, Opened, Stop};
use crate::rejects::Filing;

/// What a pass over a source of records came to.
pub(super) struct Passed {
    /// The file and the record that stop the run.
    pub(super) stop: Option<(usize, Stop)>,
    /// The count of records that no map claims.
    pub(super) unclaimed: Option<Entry>,
    /// Everything that was counted.
    pub(super) counts: Counts,
    /// What each file gave, where gates ask for it.
    pub(super) of_files: Vec<OfFile>,
}

impl Prepared<'_> {
    /// Works through the files of a pass, one after the other.
    pub(super) fn records(
        &self,
        at: usize,
        limit: Option<&StopAt>,
        sink: &OrderedSink,
        seq: &mut u64,
        entries: &mut [Entry],
        uniques: &mut Uniques,
    ) -> Result<Passed, RunError> {
        let (plan, pass) = (self.plan, &self.plan.passes[at]);
        let source = &plan.sources[pass.source];
        let (Some(files), SourceFormat::Records(format)) = (&self.opened[at], &source.format) else {
            return Err(RunError::NotBuilt { what: "a map from records to a layout, or back".to_owned() });
        };
        let banned = self.survey(at, files, format, sink, uniques)?;
        let mut counts = Counts::new(&pass.program);
        let (mut samples, mut counted, mut stop, mut error) = (Vec::new(), Vec::new(), None, None);
        let judged = plan.gates.iter().any(|gate| gate.per_file);
        let mut of_files = Vec::new();
        for (number, opened) in files.iter().enumerate() {
            let limit = limit.filter(|stop| stop.file == number).map(|stop| &stop.at);
            let (reader, _) = binding::open(&source.name, &opened.file.path, &opened.file.shown, format)?;
            if reader.header_bytes() != opened.header {
                return Err(RunError::Changed { path: opened.file.path.clone() });
            }
            let job = Job { number, ..self.job(at, format, opened, &reader, limit, sink, *seq, &banned[number]) };
            let ran = records::run(job, &self.pool);
            *seq += ran.blocks;
            counts.add(&ran.counts);
            let count = FileCount { file: opened.file.shown.clone(), records: ran.counts.extracted, bytes: ran.bytes };
            if judged && ran.stop.is_none() {
                of_files.push(self.of_file(pass, &ran.counts, &count));
            }
            for mut sample in ran.samples {
                sample.1.file = (files.len() > 1).then(|| opened.file.shown.clone());
                // The first few of all files.
                if samples.iter().filter(|(slot, _)| *slot == sample.0).count() < SAMPLES {
                    samples.push(sample);
                }
            }
            counted.push(count);
            error = ran.error;
            stop = ran.stop.map(|stop| (number, stop));
            if error.is_some() || stop.is_some() {
                break;
            }
        }
        if format.layout == RecordLayout::JsonList && error.is_none() && stop.is_none() {
            // A list of rejected records ends as a list does.
            let mut buffers = vec![Vec::new(); self.outputs.streams().len()];
            for kind in 0..self.outputs.bad[at].len() {
                buffers[self.outputs.bad_stream(at, kind)] = b"]\n".to_vec();
            }
            sink.put(*seq, &mut buffers)?;
            *seq += 1;
        }
        // Native code has counted what stands behind the record that stops: the run is done again up to that record.
        let whole = stop.is_none() || limit.is_some();
        let unclaimed = if whole { counts.fill(&pass.program, &counted, &samples, entries) } else { None };
        match error {
            Some(error) => Err(error),
            None => Ok(Passed { stop, unclaimed, counts, of_files }),
        }
    }

    /// What one file gave, as entries of its own.
    fn of_file(&self, pass: &Pass, counts: &Counts, file: &FileCount) -> OfFile {
        let mut entries: Vec<Entry> = pass.program.branches.iter().map(|branch| self.entry(pass, branch)).collect();
        counts.fill(&pass.program, std::slice::from_ref(file), &[], &mut entries);
        let mut rows = vec![0; self.plan.targets.len()];
        for ((_, arrow), count) in pass.program.arrows().zip(&counts.rows) {
            rows[arrow.target] += count;
        }
        let targets = pass.program.branches.iter().map(Branch::targets);
        OfFile { file: file.file.clone(), entries: entries.into_iter().zip(targets).collect(), rows }
    }

    /// Reads the files of a pass for their keys, where something must stand once; gives the records that meet a fate for it.
    fn survey(
        &self,
        at: usize,
        files: &[Opened],
        format: &RecordFile,
        sink: &OrderedSink,
        uniques: &mut Uniques,
    ) -> Result<Banned, RunError> {
        let pass = &self.plan.passes[at];
        if pass.program.keys.is_empty() {
            return Ok(vec![BTreeMap::new(); files.len()]);
        }
        let (source, none) = (&self.plan.sources[pass.source], BTreeMap::new());
        let mut seen = Vec::new();
        for (number, opened) in files.iter().enumerate() {
            let (reader, _) = binding::open(&source.name, &opened.file.path, &opened.file.shown, format)?;
            let job = self.job(at, format, opened, &reader, None, sink, 0, &none);
            let job = Job { number, survey: Some(Mutex::default()), ..job };
            seen.append(&mut records::survey(&job, &self.pool)?);
        }
        Ok(uniques.judge(&pass.program, seen, files.len()))
    }

    /// What the workers share for one file of a pass.
    #[expect(clippy::too_many_arguments, reason = "the parts of one job, each from another place")]
    fn job<'a>(
        &'a self,
        at: usize,
        format: &RecordFile,
        opened: &'a Opened,
        reader: &'a Reader,
        limit: Option<&Stop>,
        sink: &'a OrderedSink,
        first_seq: u64,
        banned: &'a BTreeMap<(u64, u32), usize>,
    ) -> Job<'a> {
        let (plan, pass) = (self.plan, &self.plan.passes[at]);
        let source = &plan.sources[pass.source];
        let place = |column: &usize| opened.binding.physical.get(*column).copied().unwrap_or(Place::Absent);
        let filing = Filing {
            run: self.run.clone(),
            source: source.name.clone(),
            file: opened.file.shown.clone(),
            key: source.identify.iter().map(|c| format.columns[*c].name.clone()).collect(),
            places: source.identify.iter().map(place).collect(),
            quote: opened.binding.quote,
            at: self.at[at].clone(),
        };
        let arrow = |(_, arrow): (usize, &'a Arrow)| ArrowWork {
            outputs: &arrow.outputs,
            sink: Sink::of(&plan.targets[arrow.target].format),
            stream: self.outputs.target_stream(arrow.target),
        };
        let finish = |target: usize| match &plan.targets[target].format {
            TargetFormat::Records(records) => {
                let path = self.outputs.targets[target].path.to_path_buf();
                let finish = Finish::new(records, &path);
                (!finish.is_nothing()).then(|| (self.outputs.target_stream(target), finish, path))
            }
            TargetFormat::Layout { .. } => None,
        };
        let targets = pass.program.targets();
        let texts: Vec<String> = std::iter::once(&opened.file.shown).chain(&opened.file.parts).cloned().collect();
        Job {
            reader,
            binding: &opened.binding,
            program: &pass.program,
            interpreter: &self.interpreters[at],
            native: self.native.get(at).and_then(Option::as_ref).and_then(|codes| codes.get(opened.code)),
            references: self.references.clone(),
            filing,
            file: FileTexts::new(&texts),
            texts,
            between: if format.layout == RecordLayout::JsonList { b",\n" } else { b"" },
            progress: self.progress.clone(),
            finishes: targets.iter().filter_map(|t| finish(*t)).collect(),
            arrows: pass.program.arrows().map(arrow).collect(),
            sink,
            first_seq,
            streams: self.outputs.of(at, opened.bad, &targets),
            samples: Samples::new(&pass.program),
            survey: None,
            number: 0,
            banned,
            limit: limit.cloned(),
            stop_at: AtomicU64::new(limit.map_or(u64::MAX, |stop| stop.seq)),
        }
    }

    pub(super) fn entry(&self, pass: &Pass, branch: &Branch) -> Entry {
        let name = |target: usize| self.plan.targets[target].name.clone();
        let targets: Vec<String> = branch.targets().into_iter().map(name).collect();
        let routes = branch.arrows.len() > 1 || branch.arrows.iter().any(|a| a.when.is_some());
        let rows = targets.iter().filter(|_| routes).map(|t| Rows { target: t.clone(), count: 0 }).collect();
        Entry {
            map: branch.title.clone(),
            unit: "records".to_owned(),
            source: self.plan.sources[pass.source].name.clone(),
            target: targets.join(", "),
            rows,
            ..Entry::default()
        }
    }
}
