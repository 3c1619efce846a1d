//! The one way through a run, whatever is migrated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use migc_abi::Total;
use migc_abi::lookup::LookupTable;
use migc_compiler::interp::Interpreter;
use migc_compiler::native::{Native, Sink};
use migc_compiler::plan::{Branch, Pass, Plan, SourceFormat, TargetFormat, Work};
use migc_compiler::uniques::Uniques;
use migc_grammar::files::Files;
use migc_ledger::{
    Ending, Entry, Ledger, OrderedSink, Publication, Published, SourceFacts, VERSION, fingerprint, hash, hash_text,
};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Failed, RunError};
use crate::files::{Input, SourceFile};
use crate::finish::Finish;
use crate::gates;
use crate::layout::{self, LayoutJob, LayoutMap};
use crate::params;
use crate::progress::Progress;
use crate::records::{self, Opened, Stop};
use crate::report::{Engine, Options, Report, Timings};

mod outputs;
mod pass;

use outputs::Outputs;
use pass::Passed;

/// The stack of a worker: a program of ten thousand values needs a few hundred kilobytes.
const STACK: usize = 8 << 20;

/// Runs a plan; `spec` are the texts that it was compiled from.
///
/// Rejects and ledger are published whatever the spec says of the records, targets only if everything held. Of a run that
/// fails, nothing is.
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
        result = prepared.outputs.empty().and_then(|()| prepared.attempt(Some(&stop), &mut ledger));
        (ledger.outcome, ledger.because) = (Ending::Stopped, Some(stop.at.because));
    }
    let broken: Vec<String> =
        ledger.gates.iter().filter(|g| !g.held).map(|g| format!("{}: {} ({})", g.target, g.gate, g.found)).collect();
    if result.is_ok() && !broken.is_empty() {
        ledger.outcome = Ending::Stopped;
        ledger.because = Some(format!("what the spec expects does not hold: {}", broken.join("; ")));
    }
    let result = result.and_then(|_| prepared.unchanged()).and_then(|()| Ok(ledger.balance()?));
    timings.run = since.elapsed().as_secs_f64();

    let since = Instant::now();
    let (published, late) = match &result {
        Ok(()) => prepared.publish(&ledger),
        // How far each worker came is chance: what was counted and written until then is shown to nobody.
        Err(_) => {
            prepared.publication.take();
            (Vec::new(), Ok(()))
        }
    };
    let result = result.and(late);
    if let Err(error) = &result {
        (ledger.outcome, ledger.because) = (Ending::Failed, Some(error.to_string()));
        ledger.entries.clear();
        ledger.gates.clear();
        ledger.rules.clear();
    }
    timings.publish = since.elapsed().as_secs_f64();
    timings.total = begun.elapsed().as_secs_f64();
    let (threads, remarks) = (prepared.pool.current_num_threads(), prepared.remarks);
    let report = Report { ledger, published, timings, threads, remarks };
    match result {
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
    /// By pass.
    interpreters: Vec<Interpreter>,
    engine: Engine,
    facts: Vec<SourceFacts>,
    /// Every file that is read, with what tells whether it was written to since.
    stamps: Vec<(PathBuf, Stamp)>,
    spec: String,
    /// Where each fate stands in the spec, by pass.
    at: Vec<Vec<String>>,
    /// Where each rule of a layer stands in the spec, by its first byte.
    rules_at: BTreeMap<u32, String>,
    run: String,
    remarks: Vec<String>,
    no_sync: bool,
    dry_run: bool,
    progress: Option<Arc<Progress>>,
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
                SourceFormat::Layout(_) => None,
            });
        }
        if let Some(progress) = &options.progress {
            // Of compressed files nobody knows how much they hold.
            let sizes = opened.iter().flatten().flatten().map(|o| o.size).collect::<Option<Vec<u64>>>();
            progress.expect(sizes.map_or(0, |sizes| sizes.iter().sum()));
        }
        let (mut facts, mut stamps) = (Vec::new(), Vec::new());
        for (name, file) in &read {
            stamps.push((file.path.clone(), stamp(&file.path)));
            facts.push(fact(name, file)?);
        }
        let spec_hash = hash_text(spec.text().as_bytes());
        let programs = serde_json::to_vec(plan).unwrap_or_default();
        let mut parts = vec![spec_hash.as_bytes(), &programs, options.as_of.as_deref().unwrap_or("").as_bytes()];
        // What is only in paths is no part of the plan.
        parts.extend(values.iter().map(String::as_bytes));
        parts.extend(facts.iter().map(|f| f.fingerprint.as_bytes()));
        let run = hash(parts)[..16].to_owned();
        let place = |fate: &migc_compiler::plan::Fate| spec.place(fate.at.start);
        let at = plan.passes.iter().map(|p| p.program.fates.iter().map(place).collect()).collect();
        let rules_at = plan.rules().map(|r| (r.at.start, spec.place(r.at.start))).collect();
        let mut publication = Publication::new(options.force || options.dry_run).lazy(options.no_sync);
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
            interpreters: Vec::new(),
            engine: options.engine,
            facts,
            stamps,
            spec: spec_hash,
            at,
            rules_at,
            run,
            remarks: Vec::new(),
            no_sync: options.no_sync,
            dry_run: options.dry_run,
            progress: options.progress.clone(),
        })
    }

    /// Makes ready what runs the passes: the interpreter, and native code over records.
    fn compile(&mut self, options: &Options) {
        let interpreter = |pass: &Pass| Interpreter::new(&pass.program, &self.plan.codes);
        self.interpreters = self.plan.passes.iter().map(interpreter).collect();
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
            rules: Vec::new(),
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
        ledger.rules.clear();
        let (mut totals, mut rows): (Vec<Total>, Vec<u64>) = (Vec::new(), vec![0; self.plan.targets.len()]);
        let (mut files, mut verified) = (Vec::new(), Vec::new());
        // The targets that each entry counts for.
        let mut counted: Vec<Vec<usize>> = Vec::new();
        for (at, pass) in self.plan.passes.iter().enumerate() {
            let limit = limit.filter(|stop| stop.pass == at);
            let stop = match &pass.work {
                Work::Records => {
                    let mut entries: Vec<Entry> = pass.program.branches.iter().map(|b| self.entry(pass, b)).collect();
                    let result = self.records(at, limit, &sink, &mut seq, &mut entries, &mut uniques);
                    ledger.entries.extend(entries);
                    counted.extend(pass.program.branches.iter().map(Branch::targets));
                    let Passed { stop, unclaimed, counts, of_files } = result?;
                    files.extend(of_files);
                    totals.resize(totals.len().max(counts.totals.len()), Total::NONE);
                    totals.iter_mut().zip(&counts.totals).for_each(|(a, b)| a.add(b));
                    for ((_, arrow), count) in pass.program.arrows().zip(&counts.rows) {
                        rows[arrow.target] += count;
                    }
                    let source = &self.plan.sources[pass.source].name;
                    counted.extend(unclaimed.iter().map(|_| Vec::new()));
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
                    let job = LayoutJob {
                        map: LayoutMap {
                            plan: self.plan,
                            pass,
                            to,
                            shapes,
                            run: &self.run,
                            place: &|byte| self.rules_at.get(&byte).cloned().unwrap_or_default(),
                            native: self.engine == Engine::Native,
                            progress: self.progress.as_deref(),
                        },
                        source: &source,
                        target: self.outputs.targets[to].clone(),
                        at: self.at[at].clone(),
                        reports: [self.outputs.promises[at].clone(), self.outputs.reports[to].clone()],
                    };
                    let done = self.pool.install(|| layout::run(&job))?;
                    counted.extend(done.entries.iter().map(|_| vec![to]));
                    ledger.entries.extend(done.entries);
                    ledger.rules.extend(done.rules);
                    verified.extend(done.verified);
                    let mut buffers = vec![done.rejects];
                    sink.put(seq, &mut buffers)?;
                    seq += 1;
                    None
                }
            };
            if let Some((file, stop)) = stop {
                // What is still parked belongs to blocks that this pass does not count.
                return Ok(Some(StopAt { pass: at, file, at: stop }));
            }
        }
        sink.finish()?;
        let entries: Vec<gates::Counted<'_>> = ledger.entries.iter().zip(counted.iter().map(Vec::as_slice)).collect();
        ledger.gates = gates::judge(self.plan, &entries, &totals, &rows, &files, &ledger.rules);
        ledger.gates.extend(verified);
        Ok(None)
    }

    /// What stands once was judged on a first reading: a second one of other records would not keep to it.
    fn unchanged(&self) -> Result<(), RunError> {
        match self.stamps.iter().find(|(path, before)| stamp(path) != *before) {
            Some((path, _)) => Err(RunError::Changed { path: path.clone() }),
            None => Ok(()),
        }
    }

    /// Publishes all of it if the run is done, else rejects and ledger.
    fn publish(&mut self, ledger: &Ledger) -> (Vec<PathBuf>, Result<(), RunError>) {
        // What is not published goes with it.
        let Some(publication) = self.publication.take().filter(|_| !self.dry_run) else {
            return (Vec::new(), Ok(()));
        };
        let done = ledger.outcome == Ending::Done;
        if let (true, Err(error)) = (done, publication.copy_out()) {
            return (Vec::new(), Err(error.into()));
        }
        let written = (&*self.outputs.ledger.file, ledger.to_json());
        if let Err(source) = std::io::Write::write_all(&mut { written.0 }, &written.1) {
            let path = self.outputs.ledger.path.to_path_buf();
            let error = migc_ledger::PublishError::Io { path, tried: "cannot be written", source };
            return (Vec::new(), Err(error.into()));
        }
        match publication.publish(done) {
            Ok(Published { paths, unsure }) => {
                // It is all there: to say that the run failed would be wrong.
                self.remarks.extend(unsure.map(|why| format!("{why}; a loss of power may undo what was published")));
                (paths, Ok(()))
            }
            Err(error) => (Vec::new(), Err(error.into())),
        }
    }
}

/// What tells whether a file was written to: its size, and when it was changed; none where it cannot be found.
type Stamp = Option<(u64, i64, i64)>;

fn stamp(path: &Path) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|of| (of.size(), of.mtime(), of.mtime_nsec()))
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
