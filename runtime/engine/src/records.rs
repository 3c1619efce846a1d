//! A map of records: what its workers share, and how their counts become one entry.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use migc_abi::lookup::LookupTable;
use migc_compiler::plan::{Codes, Delimited, Output, Program};
use migc_ledger::{Entry, OrderedSink};
use migc_records::Reader;
use rayon::ThreadPool;

use crate::binding::{Binding, bind, dialect};
use crate::cleaned::Samples;
use crate::code::{Interpreter, Items, Native, Sink};
use crate::counts::Counts;
use crate::error::RunError;
use crate::rejects::Filing;
use crate::worker::{self, Done};
use crate::{BLOCK, LONGEST_RECORD};

/// A source that is open, its header bound.
pub(crate) struct Opened {
    pub(crate) reader: Reader,
    pub(crate) binding: Binding,
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
    /// Of the target.
    pub(crate) delimiter: u8,
    /// The sink's stream.
    pub(crate) stream: usize,
}

/// What the workers of a pass share.
pub(crate) struct Job<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) binding: &'a Binding,
    pub(crate) program: &'a Program,
    pub(crate) interpreter: Interpreter,
    /// None runs the interpreter.
    pub(crate) native: Option<&'a Native>,
    pub(crate) references: Arc<Vec<LookupTable>>,
    pub(crate) filing: Filing,
    /// By their places in the program.
    pub(crate) arrows: Vec<ArrowWork<'a>>,
    pub(crate) sink: &'a OrderedSink,
    /// The sink's number of the pass's first block.
    pub(crate) first_seq: u64,
    pub(crate) streams: Streams,
    pub(crate) samples: Samples,
    /// Work only up to here, where an earlier pass found out that the run stops here.
    pub(crate) limit: Option<Stop>,
    /// The first block known to stop the run.
    pub(crate) stop_at: AtomicU64,
}

/// Opens a source and binds its header.
pub(crate) fn open(name: &str, path: &Path, format: &Delimited) -> Result<Opened, RunError> {
    let reader = Reader::open(path, dialect(format), BLOCK, LONGEST_RECORD)?;
    let binding = bind(name, path, format, reader.header())?;
    Ok(Opened { reader, binding })
}

/// Native code for a pass, once its header is known; `sinks` are those of the program's targets.
pub(crate) fn compile(program: &Program, codes: &[Codes], binding: &Binding, sinks: &[Sink]) -> Result<Native, String> {
    let items = Items::Fields { stride: binding.stride, physical: binding.physical.clone(), quote: binding.quote };
    Native::compile(program, codes, &items, sinks).map_err(|error| error.to_string())
}

/// Works through a source on every worker, and fills the entries, one a branch. Gives the number of its blocks, the
/// record that stops the run, if one does, and an entry for records that no branch claims, where there are some.
pub(crate) fn run(job: Job<'_>, pool: &ThreadPool, entries: &mut [Entry]) -> Result<Ran, RunError> {
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
    let (size, header) = (job.reader.size(), job.reader.header_bytes().len() as u64);
    let blocks = counts.blocks;
    let unclaimed = counts.fill(job.program, size, header, &job.samples.take(), entries);
    match error {
        Some(error) => Err(error),
        None => Ok(Ran { blocks, stop, unclaimed }),
    }
}

/// What a pass came to.
pub(crate) struct Ran {
    /// How many blocks it had.
    pub(crate) blocks: u64,
    /// The record that stops the run.
    pub(crate) stop: Option<Stop>,
    /// The count of records that no map claims.
    pub(crate) unclaimed: Option<Entry>,
}
