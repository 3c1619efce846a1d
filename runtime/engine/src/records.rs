//! A map of records: what its workers share, and how their counts become one entry.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use migc_abi::FileTexts;
use migc_abi::lookup::LookupTable;
use migc_compiler::interp::Interpreter;
use migc_compiler::native::{Fields, Items, Native, Sink};
use migc_compiler::plan::{Codes, Output, Program, RecordFile};
use migc_compiler::uniques::Sighting;
use migc_ledger::{Bytes, OrderedSink, Sample};
use migc_records::Reader;
use rayon::ThreadPool;

use crate::binding;
use crate::cleaned::Samples;
use crate::counts::Counts;
use crate::error::RunError;
use crate::files::SourceFile;
use crate::finish::Finish;
use crate::rejects::Filing;
use crate::worker::{self, Done};

/// A file of a source whose header is bound.
pub(crate) struct Opened {
    pub(crate) file: SourceFile,
    pub(crate) binding: Fields,
    /// How many bytes it holds; none if that is not known before it is read.
    pub(crate) size: Option<u64>,
    /// The file's bytes before its data.
    pub(crate) header: Vec<u8>,
    /// Which code of the pass runs over it: files that are bound alike share it.
    pub(crate) code: usize,
    /// Which of the pass's files of rejected records it has: files with one header share it.
    pub(crate) bad: usize,
}

/// Which streams of the sink a pass writes.
#[derive(Debug, Clone)]
pub(crate) struct Streams {
    pub(crate) rejects: usize,
    pub(crate) bad: usize,
    /// One for each target of the program.
    pub(crate) targets: Vec<usize>,
    /// How many the sink has.
    pub(crate) all: usize,
}

/// The record that stops a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stop {
    /// Its block.
    pub(crate) seq: u64,
    /// Its number among the block's records, from 0.
    pub(crate) record: u32,
    /// Why, as a sentence.
    pub(crate) because: String,
}

/// An arrow of a program, and where its rows go.
pub(crate) struct ArrowWork<'a> {
    pub(crate) outputs: &'a [Output],
    /// How its rows are written.
    pub(crate) sink: Sink,
    /// The stream.
    pub(crate) stream: usize,
}

/// What the workers of a pass share.
pub(crate) struct Job<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) binding: &'a Fields,
    pub(crate) program: &'a Program,
    pub(crate) interpreter: &'a Interpreter,
    /// None runs the interpreter.
    pub(crate) native: Option<&'a Native>,
    pub(crate) references: Arc<Vec<LookupTable>>,
    pub(crate) filing: Filing,
    /// What is known of the file: its path and the parts of it, for native code and for the interpreter.
    pub(crate) file: FileTexts,
    pub(crate) texts: Vec<String>,
    /// What stands between two rejected records, where it is no part of them.
    pub(crate) between: &'static [u8],
    /// Where it is counted how far the run is.
    pub(crate) progress: Option<Arc<crate::Progress>>,
    /// What becomes of the rows of a block: their stream, and the path of the target.
    pub(crate) finishes: Vec<(usize, Finish, PathBuf)>,
    /// By their places in the program.
    pub(crate) arrows: Vec<ArrowWork<'a>>,
    pub(crate) sink: &'a OrderedSink,
    /// The sink's number of the pass's first block.
    pub(crate) first_seq: u64,
    pub(crate) streams: Streams,
    pub(crate) samples: Samples,
    /// Only notes keys: nothing is written or counted.
    pub(crate) survey: Option<Mutex<Vec<Sighting>>>,
    /// The number of the file among those of the source.
    pub(crate) number: usize,
    /// Records that meet a fate because of a key.
    pub(crate) banned: &'a BTreeMap<(u64, u32), usize>,
    /// Work only up to here, where an earlier pass found out that the run stops here.
    pub(crate) limit: Option<Stop>,
    /// The first block known to stop the run.
    pub(crate) stop_at: AtomicU64,
}

/// Binds the headers of a source's files. Every file is bound by itself.
pub(crate) fn open(name: &str, files: Vec<SourceFile>, format: &RecordFile) -> Result<Vec<Opened>, RunError> {
    let mut opened: Vec<Opened> = Vec::with_capacity(files.len());
    let (mut codes, mut headers) = (0, 0);
    for file in files {
        let (reader, binding) = binding::open(name, &file.path, &file.shown, format)?;
        let header = reader.header_bytes().to_vec();
        let number = |known: Option<usize>, count: &mut usize| {
            known.unwrap_or_else(|| {
                *count += 1;
                *count - 1
            })
        };
        let code = number(opened.iter().find(|o| o.binding == binding).map(|o| o.code), &mut codes);
        let bad = number(opened.iter().find(|o| o.header == header).map(|o| o.bad), &mut headers);
        opened.push(Opened { size: reader.known_size(), file, binding, header, code, bad });
    }
    Ok(opened)
}

/// Native code for each way in which files of a pass are bound; `sinks` are those of the program's targets.
pub(crate) fn compile(
    program: &Program,
    codes: &[Codes],
    opened: &[Opened],
    sinks: &[Sink],
) -> Result<Vec<Native>, String> {
    let mut made = Vec::new();
    for opened in opened {
        if opened.code == made.len() {
            let native = Native::compile(program, codes, &Items::Fields(opened.binding.clone()), sinks);
            made.push(native.map_err(|error| error.to_string())?);
        }
    }
    Ok(made)
}

/// Reads a source for its keys alone.
pub(crate) fn survey(job: &Job<'_>, pool: &ThreadPool) -> Result<Vec<Sighting>, RunError> {
    for result in pool.broadcast(|_| worker::work(job)) {
        result?;
    }
    let seen = job.survey.as_ref().map(|all| std::mem::take(&mut *all.lock().unwrap_or_else(PoisonError::into_inner)));
    Ok(seen.unwrap_or_default())
}

/// What was found in a file.
pub(crate) struct Ran {
    pub(crate) counts: Counts,
    /// How many blocks it had.
    pub(crate) blocks: u64,
    /// What cleaning changed first, by slot.
    pub(crate) samples: Vec<(usize, Sample)>,
    /// Where its bytes went.
    pub(crate) bytes: Bytes,
    /// The record that stops the run.
    pub(crate) stop: Option<Stop>,
    /// Why it did not come to its end.
    pub(crate) error: Option<RunError>,
}

/// Works through a file on every worker.
pub(crate) fn run(job: Job<'_>, pool: &ThreadPool) -> Ran {
    let results = pool.broadcast(|_| worker::work(&job));
    let mut counts = Counts::new(job.program);
    let mut stop: Option<Stop> = None;
    let mut error: Option<RunError> = None;
    for result in results {
        match result {
            Ok(Done { counts: of, stop: at }) => {
                counts.add(&of);
                let earlier = |at: &Stop| stop.as_ref().is_none_or(|s| (at.seq, at.record) < (s.seq, s.record));
                if let Some(at) = at.filter(earlier) {
                    stop = Some(at);
                }
            }
            // A worker that was told to stop says less than the one that told it.
            Err(RunError::Sink(migc_ledger::SinkError::Abandoned)) if error.is_some() => {}
            Err(other) => {
                if !matches!(other, RunError::Sink(_)) || error.is_none() {
                    error = Some(other);
                }
            }
        }
    }
    let bytes = Bytes {
        size: job.reader.size(),
        header: job.reader.header_bytes().len() as u64,
        records: counts.record_bytes,
        blank: counts.blank_bytes,
    };
    Ran { blocks: counts.blocks, counts, samples: job.samples.take(), bytes, stop, error }
}
