//! The one way through a run, whatever is migrated.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use migc_abi::lookup::LookupTable;
use migc_compiler::plan::{Branch, Pass, Plan, SourceFormat, TargetFormat, Work};
use migc_compiler::row;
use migc_grammar::span::LineIndex;
use migc_ledger::{
    Ending, Entry, Ledger, OrderedSink, Output, OutputId, Publication, Rows, SourceFacts, VERSION, fingerprint, hash,
    hash_text,
};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::cleaned::Samples;
use crate::code::{Interpreter, Native, Sink};
use crate::error::{Failed, RunError};
use crate::layout::{self, LayoutJob};
use crate::params;
use crate::records::{self, ArrowWork, Job, Opened, Ran, Stop, Streams};
use crate::rejects::Filing;
use crate::report::{Engine, Options, Report, Timings};

/// The stack of a worker: a program of ten thousand values needs a few hundred kilobytes.
const STACK: usize = 8 << 20;

/// Runs a plan; `spec` is the text that it was compiled from.
///
/// Rejects and ledger are published whatever happens once work has begun; targets only if everything held.
pub fn run(plan: &Plan, spec: &str, options: &Options) -> Result<Report, Failed> {
    let begun = Instant::now();
    let mut timings = Timings::default();
    let mut prepared = Prepared::new(plan, spec, options)?;
    timings.open = begun.elapsed().as_secs_f64();

    let since = Instant::now();
    let load = |r: &migc_compiler::plan::Reference| {
        crate::references::load(r, &params::path(&r.path, &prepared.values), &plan.codes, &prepared.pool)
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
    values: Vec<String>,
    pool: ThreadPool,
    sources: Vec<PathBuf>,
    /// What was opened, by pass; none for layouts.
    opened: Vec<Option<Opened>>,
    publication: Option<Publication>,
    outputs: Outputs,
    references: Arc<Vec<LookupTable>>,
    /// Native code, by pass; none where the interpreter runs.
    native: Vec<Option<Native>>,
    engine: Engine,
    facts: Vec<SourceFacts>,
    spec: String,
    /// Where each fate stands in the spec, by pass.
    at: Vec<Vec<String>>,
    run: String,
    remarks: Vec<String>,
    no_sync: bool,
}

/// The open outputs of a run.
struct Outputs {
    ledger: Output,
    rejects: Output,
    /// Bytes of rejected records, by pass; none for layouts.
    bad: Vec<Option<Output>>,
    /// By target.
    targets: Vec<Output>,
}

/// Where a run stops.
#[derive(Debug, Clone)]
struct StopAt {
    pass: usize,
    at: Stop,
}

impl<'p> Prepared<'p> {
    fn new(plan: &'p Plan, spec: &str, options: &Options) -> Result<Prepared<'p>, RunError> {
        let values = params::resolve(plan, &options.set)?;
        if let Some(day) = &options.as_of
            && migc_functions::date::parse(day.as_bytes()).is_none()
        {
            return Err(RunError::BadDay { text: day.clone() });
        }
        let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let pool = ThreadPoolBuilder::new().num_threads(threads.clamp(1, 1024)).stack_size(STACK).build();
        let pool = pool.map_err(|error| RunError::Threads { why: error.to_string() })?;
        let sources: Vec<PathBuf> = plan.sources.iter().map(|s| params::path(&s.path, &values)).collect();
        let mut opened = Vec::new();
        for pass in &plan.passes {
            let (source, path) = (&plan.sources[pass.source], &sources[pass.source]);
            opened.push(match &source.format {
                SourceFormat::Delimited(format) => Some(records::open(&source.name, path, format)?),
                SourceFormat::Gds(_) => None,
            });
        }
        let mut facts = Vec::new();
        let read =
            plan.sources.iter().map(|s| (&s.name, &s.path)).chain(plan.references.iter().map(|r| (&r.name, &r.path)));
        for (name, template) in read {
            facts.push(fact(name, &params::path(template, &values))?);
        }
        let spec_hash = hash_text(spec.as_bytes());
        let programs = serde_json::to_vec(plan).unwrap_or_default();
        let mut parts = vec![spec_hash.as_bytes(), &programs, options.as_of.as_deref().unwrap_or("").as_bytes()];
        parts.extend(facts.iter().map(|f| f.fingerprint.as_bytes()));
        let run = hash(parts)[..16].to_owned();
        let lines = LineIndex::new(spec);
        let place = |fate: &migc_compiler::plan::Fate| {
            let (line, column) = lines.line_col(spec, fate.at.start);
            format!("{line}:{column}")
        };
        let at = plan.passes.iter().map(|p| p.program.fates.iter().map(place).collect()).collect();
        let mut publication = Publication::new(options.force).lazy(options.no_sync);
        let outputs = Outputs::create(plan, &values, options, &mut publication)?;
        outputs.spare(&facts, &options.spared)?;
        Ok(Prepared {
            plan,
            values,
            pool,
            sources,
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
        })
    }

    /// Makes native code for the passes over records.
    fn compile(&mut self, options: &Options) {
        for (pass, opened) in self.plan.passes.iter().zip(&self.opened) {
            let native = match opened {
                Some(opened) if options.engine == Engine::Native => {
                    let sinks: Vec<Sink> = pass.program.targets().iter().map(|t| sink(self.plan, *t)).collect();
                    match records::compile(&pass.program, &self.plan.codes, &opened.binding, &sinks) {
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
        }
    }

    /// Works through every map, or up to where an earlier pass stopped.
    fn attempt(&mut self, limit: Option<&StopAt>, ledger: &mut Ledger) -> Result<Option<StopAt>, RunError> {
        ledger.entries.clear();
        let streams = self.outputs.streams();
        let mut sink = OrderedSink::new(streams, 4 * self.pool.current_num_threads()).lazy(self.no_sync);
        for (at, opened) in self.opened.iter().enumerate() {
            if let Some(opened) = opened {
                sink.head(self.outputs.bad_stream(at), opened.reader.header_bytes())?;
            }
        }
        for (at, target) in self.plan.targets.iter().enumerate() {
            if let TargetFormat::Delimited { delimiter, columns } = &target.format {
                let mut head = Vec::new();
                row::header(columns.iter().map(|c| c.0.as_str()), *delimiter, &mut head);
                sink.head(self.outputs.target_stream(at), &head)?;
            }
        }
        let mut seq = 0;
        for (at, pass) in self.plan.passes.iter().enumerate() {
            let limit = limit.filter(|stop| stop.pass == at).map(|stop| &stop.at);
            let stop = match &pass.work {
                Work::Records => {
                    let mut entries: Vec<Entry> = pass.program.branches.iter().map(|b| self.entry(pass, b)).collect();
                    let result = self.records(at, limit, &sink, seq, &mut entries);
                    ledger.entries.extend(entries);
                    let Ran { blocks, stop, unclaimed } = result?;
                    let source = &self.plan.sources[pass.source].name;
                    ledger.entries.extend(unclaimed.map(|entry| Entry {
                        map: format!("{source} -> nowhere"),
                        unit: "records".to_owned(),
                        source: source.clone(),
                        ..entry
                    }));
                    seq += blocks;
                    stop
                }
                Work::Shapes(shapes) => {
                    let to = pass.program.targets().first().copied().unwrap_or_default();
                    let done = layout::run(&LayoutJob {
                        plan: self.plan,
                        pass,
                        to,
                        shapes,
                        source: &self.sources[pass.source],
                        target: self.outputs.targets[to].clone(),
                        run: &self.run,
                        at: self.at[at].clone(),
                        native: self.engine == Engine::Native,
                    })?;
                    ledger.entries.extend(done.entries);
                    let mut buffers = vec![done.rejects];
                    sink.put(seq, &mut buffers)?;
                    seq += 1;
                    done.stop.map(|because| Stop { seq: 0, record: 0, because })
                }
            };
            if let Some(stop) = stop {
                // What is still parked belongs to blocks that this pass does not count.
                return Ok(Some(StopAt { pass: at, at: stop }));
            }
        }
        sink.finish()?;
        Ok(None)
    }

    fn records(
        &self,
        at: usize,
        limit: Option<&Stop>,
        sink: &OrderedSink,
        first_seq: u64,
        entries: &mut [Entry],
    ) -> Result<Ran, RunError> {
        let (plan, pass) = (self.plan, &self.plan.passes[at]);
        let source = &plan.sources[pass.source];
        let (Some(opened), SourceFormat::Delimited(format)) = (&self.opened[at], &source.format) else {
            return Err(RunError::NotBuilt { what: "a map from records to a layout, or back".to_owned() });
        };
        let filing = Filing {
            run: self.run.clone(),
            source: source.name.clone(),
            file: self.sources[pass.source].display().to_string(),
            key: source.identify.iter().map(|c| format.columns[*c].name.clone()).collect(),
            places: source.identify.iter().map(|c| opened.binding.physical[*c]).collect(),
            quote: format.quote,
            at: self.at[at].clone(),
        };
        let arrow = |(_, arrow): (usize, &'_ migc_compiler::plan::Arrow)| {
            let stream = self.outputs.target_stream(arrow.target);
            (arrow.target, stream)
        };
        let places: Vec<(usize, usize)> = pass.program.arrows().map(arrow).collect();
        let arrows = pass.program.arrows().zip(&places).map(|((_, arrow), (target, stream))| ArrowWork {
            outputs: &arrow.outputs,
            delimiter: delimiter(plan, *target),
            stream: *stream,
        });
        let job = Job {
            reader: &opened.reader,
            binding: &opened.binding,
            program: &pass.program,
            interpreter: Interpreter::new(&pass.program, &plan.codes),
            native: self.native.get(at).and_then(Option::as_ref),
            references: self.references.clone(),
            filing,
            arrows: arrows.collect(),
            sink,
            first_seq,
            streams: self.outputs.of(at, &pass.program.targets()),
            samples: Samples::new(&pass.program),
            limit: limit.cloned(),
            stop_at: AtomicU64::new(limit.map_or(u64::MAX, |stop| stop.seq)),
        };
        records::run(job, &self.pool, entries)
    }

    fn entry(&self, pass: &Pass, branch: &Branch) -> Entry {
        let name = |target: usize| self.plan.targets[target].name.clone();
        let targets: Vec<String> = branch.arrows.iter().map(|a| name(a.target)).collect();
        let routes = branch.arrows.len() > 1 || branch.arrows.iter().any(|a| a.when.is_some());
        let rows = branch.arrows.iter().filter(|_| routes);
        Entry {
            map: branch.title.clone(),
            unit: "records".to_owned(),
            source: self.plan.sources[pass.source].name.clone(),
            target: targets.join(", "),
            rows: rows.map(|a| Rows { target: name(a.target), count: 0 }).collect(),
            ..Entry::default()
        }
    }

    /// Makes ready for another pass: empties the outputs and opens the sources anew.
    fn reset(&mut self) -> Result<(), RunError> {
        for output in self.outputs.all() {
            let emptied = output.file.set_len(0).and_then(|()| std::io::Seek::rewind(&mut &*output.file));
            emptied.map_err(|source| {
                let path = output.path.to_path_buf();
                migc_ledger::PublishError::Io { path, tried: "cannot be emptied for a second pass", source }
            })?;
        }
        for (at, pass) in self.plan.passes.iter().enumerate() {
            let source = &self.plan.sources[pass.source];
            if let SourceFormat::Delimited(format) = &source.format {
                self.opened[at] = Some(records::open(&source.name, &self.sources[pass.source], format)?);
            }
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
    fn create(plan: &Plan, values: &[String], options: &Options, all: &mut Publication) -> Result<Outputs, RunError> {
        let paths: Vec<PathBuf> = plan.targets.iter().map(|t| params::path(&t.path, values)).collect();
        // Rejects stand beside what the first map writes.
        let first = plan.passes.first().and_then(|p| p.program.targets().first().copied()).unwrap_or_default();
        let beside = paths.get(first).and_then(|p| p.parent()).unwrap_or(Path::new("")).to_owned();
        let directory = options.rejects.clone().unwrap_or(beside);
        let mut create = |path: &Path, always: bool| -> Result<Output, RunError> {
            let id: OutputId = all.create(path, always)?;
            Ok(all.file(id))
        };
        let (mut bad, mut targets) = (Vec::new(), Vec::new());
        for pass in &plan.passes {
            bad.push(match &pass.work {
                Work::Records => {
                    let name = format!("{}.bad", plan.sources[pass.source].name);
                    Some(create(&directory.join(name), true)?)
                }
                Work::Shapes(_) => None,
            });
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
        let bad = self.bad.iter().map(|bad| bad.as_ref().unwrap_or(&self.rejects));
        std::iter::once(&self.rejects).chain(bad).chain(&self.targets).cloned().collect()
    }
    fn bad_stream(&self, pass: usize) -> usize {
        1 + pass
    }
    fn target_stream(&self, target: usize) -> usize {
        1 + self.bad.len() + target
    }
    /// The places of a pass's streams among them; `targets` are those of its program.
    fn of(&self, pass: usize, targets: &[usize]) -> Streams {
        let targets = targets.iter().map(|t| self.target_stream(*t)).collect();
        let all = 1 + self.bad.len() + self.targets.len();
        Streams { rejects: 0, bad: self.bad_stream(pass), targets, all }
    }
    fn all(&self) -> impl Iterator<Item = &Output> {
        [&self.ledger, &self.rejects].into_iter().chain(self.bad.iter().flatten()).chain(&self.targets)
    }
}

fn fact(name: &str, path: &Path) -> Result<SourceFacts, RunError> {
    let failed = |source: std::io::Error| {
        let path = path.to_owned();
        RunError::Read(match source.kind() {
            std::io::ErrorKind::NotFound => migc_records::ReadError::Missing { path },
            _ if path.is_dir() => migc_records::ReadError::Directory { path },
            _ => migc_records::ReadError::Io { path, offset: 0, source },
        })
    };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    let fingerprint = fingerprint(path).map_err(failed)?;
    Ok(SourceFacts { name: name.to_owned(), path: path.display().to_string(), size, fingerprint })
}

/// How rows of a target are written.
fn sink(plan: &Plan, target: usize) -> Sink {
    match &plan.targets[target].format {
        TargetFormat::Delimited { delimiter, .. } => Sink::Delimited { delimiter: *delimiter },
        TargetFormat::Gds { .. } => Sink::Numbers,
    }
}

fn delimiter(plan: &Plan, target: usize) -> u8 {
    match &plan.targets[target].format {
        TargetFormat::Delimited { delimiter, .. } => *delimiter,
        TargetFormat::Gds { .. } => b',',
    }
}
