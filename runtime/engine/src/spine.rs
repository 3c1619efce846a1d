//! The one way through a run, whatever is migrated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use migc_abi::lookup::LookupTable;
use migc_abi::{FileTexts, Total};
use migc_compiler::native::Place;
use migc_compiler::plan::{Branch, Pass, Plan, RecordFile, RecordLayout, SourceFormat, TargetFormat, Work};
use migc_grammar::files::Files;
use migc_ledger::{
    Ending, Entry, FileCount, Ledger, OrderedSink, Output, OutputId, Publication, Rows, SourceFacts, VERSION,
    fingerprint, hash, hash_text,
};
use migc_records::Reader;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::binding;
use crate::cleaned::{SAMPLES, Samples};
use crate::code::{Interpreter, Native, Sink};
use crate::counts::{Counts, targets_of};
use crate::error::{Failed, RunError};
use crate::files::{Input, SourceFile};
use crate::finish::Finish;
use crate::gates;
use crate::layout::{self, LayoutJob};
use crate::params;
use crate::progress::Progress;
use crate::records::{self, ArrowWork, Job, Opened, Stop, Streams};
use crate::rejects::Filing;
use crate::report::{Engine, Options, Report, Timings};
use migc_compiler::uniques::{Banned, Uniques};

/// The stack of a worker: a program of ten thousand values needs a few hundred kilobytes.
const STACK: usize = 8 << 20;

/// Runs a plan; `spec` are the texts that it was compiled from.
///
/// Rejects and ledger are published whatever happens once work has begun; targets only if everything held.
pub fn run(plan: &Plan, spec: &Files, options: &Options) -> Result<Report, Failed> {
    let begun = Instant::now();
    let mut timings = Timings::default();
    let mut prepared = Prepared::new(plan, spec, options)?;
    timings.open = begun.elapsed().as_secs_f64();

    let since = Instant::now();
    let load = |r: &migc_compiler::plan::Reference| {
        let own = prepared.read.iter().filter(|(name, _)| *name == r.name).map(|(_, file)| file.clone());
        crate::references::load(r, &own.collect::<Vec<_>>(), &plan.codes, &prepared.pool)
    };
    let references = plan.references.iter().map(load).collect::<Result<Vec<LookupTable>, RunError>>()?;
    prepared.references = Arc::new(references);
    timings.references = since.elapsed().as_secs_f64();

    let since = Instant::now();
    prepared.compile(options);
    timings.compile = since.elapsed().as_secs_f64();

    let since = Instant::now();
    let mut ledger = prepared.ledger(options);
    let mut result = prepared.attempt(None, &mut ledger);
    if let Ok(Some(stop)) = &result {
        // Workers ahead of the record that stops the run have counted and written too much. A second pass goes
        // exactly up to it, so that rejects and ledger are the same on any number of workers.
        let stop = stop.clone();
        result = prepared.reset().and_then(|()| prepared.attempt(Some(&stop), &mut ledger));
        (ledger.outcome, ledger.because) = (Ending::Stopped, Some(stop.at.because));
    }
    let broken: Vec<String> =
        ledger.gates.iter().filter(|g| !g.held).map(|g| format!("{}: {} ({})", g.target, g.gate, g.found)).collect();
    if result.is_ok() && !broken.is_empty() {
        ledger.outcome = Ending::Stopped;
        ledger.because = Some(format!("what the spec expects does not hold: {}", broken.join("; ")));
    }
    let result = result.and_then(|_| Ok(ledger.balance()?));
    timings.run = since.elapsed().as_secs_f64();

    let since = Instant::now();
    if let Err(error) = &result {
        (ledger.outcome, ledger.because) = (Ending::Failed, Some(error.to_string()));
    }
    let (published, late) = prepared.publish(&ledger);
    timings.publish = since.elapsed().as_secs_f64();
    timings.total = begun.elapsed().as_secs_f64();
    let (threads, remarks) = (prepared.pool.current_num_threads(), prepared.remarks);
    let report = Report { ledger, published, timings, threads, remarks };
    match result.and(late) {
        Ok(()) => Ok(report),
        Err(error) => Err(Failed { error: Box::new(error), report: Some(Box::new(report)) }),
    }
}

/// Everything that is known before work begins.
struct Prepared<'p> {
    plan: &'p Plan,
    pool: ThreadPool,
    /// Every file that is read, by the name of its source or reference.
    read: Vec<(String, SourceFile)>,
    /// The files of a pass, in order; none for layouts.
    opened: Vec<Option<Vec<Opened>>>,
    publication: Option<Publication>,
    outputs: Outputs,
    references: Arc<Vec<LookupTable>>,
    /// Native code, by pass, one for each way in which files are bound; none where the interpreter runs.
    native: Vec<Option<Vec<Native>>>,
    engine: Engine,
    facts: Vec<SourceFacts>,
    spec: String,
    /// Where each fate stands in the spec, by pass.
    at: Vec<Vec<String>>,
    run: String,
    remarks: Vec<String>,
    no_sync: bool,
    progress: Option<Arc<Progress>>,
}

/// The open outputs of a run.
struct Outputs {
    ledger: Output,
    rejects: Output,
    /// Bytes of rejected records, by pass and by header; none for layouts.
    bad: Vec<Vec<Output>>,
    /// By target.
    targets: Vec<Output>,
}

/// Where a run stops.
#[derive(Debug, Clone)]
struct StopAt {
    pass: usize,
    /// The file of the pass's source.
    file: usize,
    at: Stop,
}

impl<'p> Prepared<'p> {
    fn new(plan: &'p Plan, spec: &Files, options: &Options) -> Result<Prepared<'p>, RunError> {
        let values = params::resolve(plan, &options.set)?;
        if let Some(day) = &options.as_of
            && migc_functions::date::parse(day.as_bytes()).is_none()
        {
            return Err(RunError::BadDay { text: day.clone() });
        }
        let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let pool = ThreadPoolBuilder::new().num_threads(threads.clamp(1, 1024)).stack_size(STACK).build();
        let pool = pool.map_err(|error| RunError::Threads { why: error.to_string() })?;
        let mut input = Input::default();
        let mut read: Vec<(String, SourceFile)> = Vec::new();
        let all =
            plan.sources.iter().map(|s| (&s.name, &s.path)).chain(plan.references.iter().map(|r| (&r.name, &r.path)));
        for (name, template) in all {
            let files = input.files(name, template, &values)?;
            read.extend(files.into_iter().map(|file| (name.clone(), file)));
        }
        let mut opened = Vec::new();
        for pass in &plan.passes {
            let source = &plan.sources[pass.source];
            opened.push(match &source.format {
                SourceFormat::Records(format) => {
                    let own = read.iter().filter(|(name, _)| *name == source.name);
                    Some(records::open(&source.name, own.map(|(_, file)| file.clone()).collect(), format)?)
                }
                SourceFormat::Gds(_) => None,
            });
        }
        if let Some(progress) = &options.progress {
            // Of compressed files nobody knows how much they hold.
            let sizes = opened.iter().flatten().flatten().map(|o| o.size).collect::<Option<Vec<u64>>>();
            progress.expect(sizes.map_or(0, |sizes| sizes.iter().sum()));
        }
        let mut facts = Vec::new();
        for (name, file) in &read {
            facts.push(fact(name, file)?);
        }
        let spec_hash = hash_text(spec.text().as_bytes());
        let programs = serde_json::to_vec(plan).unwrap_or_default();
        let mut parts = vec![spec_hash.as_bytes(), &programs, options.as_of.as_deref().unwrap_or("").as_bytes()];
        parts.extend(facts.iter().map(|f| f.fingerprint.as_bytes()));
        let run = hash(parts)[..16].to_owned();
        let place = |fate: &migc_compiler::plan::Fate| spec.place(fate.at.start);
        let at = plan.passes.iter().map(|p| p.program.fates.iter().map(place).collect()).collect();
        let mut publication = Publication::new(options.force).lazy(options.no_sync);
        let outputs = Outputs::create(plan, &values, options, &opened, &mut publication)?;
        outputs.spare(&facts, &options.spared)?;
        Ok(Prepared {
            plan,
            pool,
            read,
            opened,
            publication: Some(publication),
            outputs,
            references: Arc::default(),
            native: Vec::new(),
            engine: options.engine,
            facts,
            spec: spec_hash,
            at,
            run,
            remarks: Vec::new(),
            no_sync: options.no_sync,
            progress: options.progress.clone(),
        })
    }

    /// Makes native code for the passes over records.
    fn compile(&mut self, options: &Options) {
        for (pass, opened) in self.plan.passes.iter().zip(&self.opened) {
            let native = match opened {
                Some(opened) if options.engine == Engine::Native => {
                    let target = |t: &usize| Sink::of(&self.plan.targets[*t].format);
                    let sinks: Vec<Sink> = pass.program.targets().iter().map(target).collect();
                    match records::compile(&pass.program, &self.plan.codes, opened, &sinks) {
                        Ok(native) => Some(native),
                        Err(why) => {
                            let name = &self.plan.sources[pass.source].name;
                            self.remarks.push(format!("{name}: runs with the interpreter, slowly, since {why}"));
                            None
                        }
                    }
                }
                _ => None,
            };
            self.native.push(native);
        }
    }

    fn ledger(&self, options: &Options) -> Ledger {
        Ledger {
            version: VERSION,
            run: self.run.clone(),
            migration: self.plan.migration.clone(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            spec: self.spec.clone(),
            as_of: options.as_of.clone(),
            outcome: Ending::Done,
            because: None,
            sources: self.facts.clone(),
            entries: Vec::new(),
            gates: Vec::new(),
        }
    }

    /// Works through every map, or up to where an earlier pass stopped.
    fn attempt(&mut self, limit: Option<&StopAt>, ledger: &mut Ledger) -> Result<Option<StopAt>, RunError> {
        ledger.entries.clear();
        let streams = self.outputs.streams();
        let mut sink = OrderedSink::new(streams, 4 * self.pool.current_num_threads()).lazy(self.no_sync);
        for (at, opened) in self.opened.iter().enumerate() {
            let mut headed = 0;
            for opened in opened.iter().flatten().filter(|o| o.bad < self.outputs.bad[at].len()) {
                if opened.bad == headed {
                    sink.head(self.outputs.bad_stream(at, opened.bad), &opened.header)?;
                    headed += 1;
                }
            }
        }
        for (at, target) in self.plan.targets.iter().enumerate() {
            if let TargetFormat::Records(target) = &target.format {
                let path = &self.outputs.targets[at].path;
                let head = Finish::new(target, path).head(target, path)?;
                sink.head(self.outputs.target_stream(at), &head)?;
            }
        }
        let mut seq = 0;
        let mut uniques = Uniques::new(self.plan.key_sets);
        ledger.gates.clear();
        let (mut totals, mut rows): (Vec<Total>, Vec<u64>) = (Vec::new(), vec![0; self.plan.targets.len()]);
        for (at, pass) in self.plan.passes.iter().enumerate() {
            let limit = limit.filter(|stop| stop.pass == at);
            let stop = match &pass.work {
                Work::Records => {
                    let mut entries: Vec<Entry> = pass.program.branches.iter().map(|b| self.entry(pass, b)).collect();
                    let result = self.records(at, limit, &sink, &mut seq, &mut entries, &mut uniques);
                    ledger.entries.extend(entries);
                    let Passed { stop, unclaimed, counts } = result?;
                    totals.resize(totals.len().max(counts.totals.len()), Total::NONE);
                    totals.iter_mut().zip(&counts.totals).for_each(|(a, b)| a.add(b));
                    let written = if pass.program.of_one().is_some() { &counts.loaded } else { &counts.rows };
                    for ((_, arrow), count) in pass.program.arrows().zip(written) {
                        rows[arrow.target] += count;
                    }
                    let source = &self.plan.sources[pass.source].name;
                    ledger.entries.extend(unclaimed.map(|entry| Entry {
                        map: format!("{source} -> nowhere"),
                        unit: "records".to_owned(),
                        source: source.clone(),
                        ..entry
                    }));
                    stop
                }
                Work::Shapes(shapes) => {
                    let to = pass.program.targets().first().copied().unwrap_or_default();
                    let name = &self.plan.sources[pass.source].name;
                    let source = self.read.iter().find(|(of, _)| of == name).map(|(_, file)| file.path.clone());
                    let source = source.unwrap_or_default();
                    let done = layout::run(&LayoutJob {
                        plan: self.plan,
                        pass,
                        to,
                        shapes,
                        source: &source,
                        target: self.outputs.targets[to].clone(),
                        run: &self.run,
                        at: self.at[at].clone(),
                        native: self.engine == Engine::Native,
                    })?;
                    ledger.entries.extend(done.entries);
                    let mut buffers = vec![done.rejects];
                    sink.put(seq, &mut buffers)?;
                    seq += 1;
                    done.stop.map(|because| (0, Stop { seq: 0, record: 0, because }))
                }
            };
            if let Some((file, stop)) = stop {
                // What is still parked belongs to blocks that this pass does not count.
                return Ok(Some(StopAt { pass: at, file, at: stop }));
            }
        }
        sink.finish()?;
        ledger.gates = gates::judge(self.plan, &ledger.entries, &totals, &rows);
        Ok(None)
    }

    /// Works through the files of a pass, one after the other.
    fn records(
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
            for sample in ran.samples {
                // The first few of all files.
                if samples.iter().filter(|(slot, _)| *slot == sample.0).count() < SAMPLES {
                    samples.push(sample);
                }
            }
            counted.push(FileCount {
                file: opened.file.shown.clone(),
                records: ran.counts.extracted,
                bytes: ran.bytes,
            });
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
        let unclaimed = counts.fill(&pass.program, &counted, &samples, entries);
        match error {
            Some(error) => Err(error),
            None => Ok(Passed { stop, unclaimed, counts }),
        }
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
        let arrow = |(_, arrow): (usize, &'a migc_compiler::plan::Arrow)| ArrowWork {
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
            TargetFormat::Gds { .. } => None,
        };
        let targets = pass.program.targets();
        let texts: Vec<String> = std::iter::once(&opened.file.shown).chain(&opened.file.parts).cloned().collect();
        Job {
            reader,
            binding: &opened.binding,
            program: &pass.program,
            interpreter: Interpreter::new(&pass.program, &plan.codes),
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

    fn entry(&self, pass: &Pass, branch: &Branch) -> Entry {
        let name = |target: usize| self.plan.targets[target].name.clone();
        let targets: Vec<String> = targets_of(&branch.arrows).into_iter().map(name).collect();
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

    /// Makes ready for another pass: empties the outputs.
    fn reset(&mut self) -> Result<(), RunError> {
        for output in self.outputs.all() {
            let emptied = output.file.set_len(0).and_then(|()| std::io::Seek::rewind(&mut &*output.file));
            emptied.map_err(|source| {
                let path = output.path.to_path_buf();
                migc_ledger::PublishError::Io { path, tried: "cannot be emptied for a second pass", source }
            })?;
        }
        Ok(())
    }

    /// Publishes all of it if the run is done, else rejects and ledger.
    fn publish(&mut self, ledger: &Ledger) -> (Vec<PathBuf>, Result<(), RunError>) {
        let Some(publication) = self.publication.take() else { return (Vec::new(), Ok(())) };
        let done = ledger.outcome == Ending::Done;
        let written = (&*self.outputs.ledger.file, ledger.to_json());
        if let Err(source) = std::io::Write::write_all(&mut { written.0 }, &written.1) {
            let path = self.outputs.ledger.path.to_path_buf();
            let error = migc_ledger::PublishError::Io { path, tried: "cannot be written", source };
            return (Vec::new(), Err(error.into()));
        }
        match publication.publish(done) {
            Ok(paths) => (paths, Ok(())),
            Err(error) => (Vec::new(), Err(error.into())),
        }
    }
}

impl Outputs {
    fn create(
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
            let name = &plan.sources[pass.source].name;
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
        let rejects = create(&directory.join("rejects.jsonl"), true)?;
        Ok(Outputs { ledger: create(&directory.join("ledger.json"), true)?, rejects, bad, targets })
    }
    /// Makes sure that no output replaces what is read, whatever `--force` says.
    fn spare(&self, read: &[SourceFacts], spared: &[PathBuf]) -> Result<(), RunError> {
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
    fn streams(&self) -> Vec<Output> {
        std::iter::once(&self.rejects).chain(self.bad.iter().flatten()).chain(&self.targets).cloned().collect()
    }
    fn bad_stream(&self, pass: usize, kind: usize) -> usize {
        1 + self.bad.iter().take(pass).map(Vec::len).sum::<usize>() + kind
    }
    fn target_stream(&self, target: usize) -> usize {
        self.bad_stream(self.bad.len(), target)
    }
    /// The places of a pass's streams among them; `targets` are those of its program.
    fn of(&self, pass: usize, kind: usize, targets: &[usize]) -> Streams {
        let targets = targets.iter().map(|t| self.target_stream(*t)).collect();
        Streams { rejects: 0, bad: self.bad_stream(pass, kind), targets, all: self.target_stream(self.targets.len()) }
    }
    fn all(&self) -> impl Iterator<Item = &Output> {
        [&self.ledger, &self.rejects].into_iter().chain(self.bad.iter().flatten()).chain(&self.targets)
    }
}

fn fact(name: &str, file: &SourceFile) -> Result<SourceFacts, RunError> {
    let failed = |source: std::io::Error| {
        let path = file.path.clone();
        RunError::Read(match source.kind() {
            std::io::ErrorKind::NotFound => migc_records::ReadError::Missing { path },
            _ if path.is_dir() => migc_records::ReadError::Directory { path },
            _ => migc_records::ReadError::Io { path, offset: 0, source },
        })
    };
    let size = std::fs::metadata(&file.path).map_err(failed)?.len();
    let fingerprint = fingerprint(&file.path).map_err(failed)?;
    Ok(SourceFacts { name: name.to_owned(), path: file.shown.clone(), size, fingerprint })
}

/// What a pass over a source of records came to.
struct Passed {
    /// The file and the record that stop the run.
    stop: Option<(usize, Stop)>,
    /// The count of records that no map claims.
    unclaimed: Option<Entry>,
    /// Everything that was counted.
    counts: Counts,
}
