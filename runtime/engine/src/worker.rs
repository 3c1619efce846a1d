//! One worker of a map of records: takes blocks until there are none, and hands in what became of them.

use std::sync::atomic::Ordering;

use migc_records::{Block, Index};

use crate::block::BlockWork;
use crate::counts::Counts;
use crate::error::RunError;
use crate::records::{Job, Stop};
use crate::rejects::Filer;

/// What a worker brings back.
pub(crate) struct Done {
    pub(crate) counts: Counts,
    /// The first record that it saw stop the run.
    pub(crate) stop: Option<Stop>,
}

/// Works until the source is at its end, or somebody stops the run. Should this worker fail, the others stop as well.
pub(crate) fn work(job: &Job<'_>) -> Result<Done, RunError> {
    let guard = job.sink.guard();
    let result = blocks(job);
    if let Err(error) = &result
        && !matches!(error, RunError::Sink(_))
    {
        job.sink.abandon();
    }
    drop(guard);
    result
}

fn blocks(job: &Job<'_>) -> Result<Done, RunError> {
    let (mut block, mut index) = (Block::new(), Index::new());
    let mut buffers = vec![Vec::new(); job.streams.all];
    let frame = job.native.as_ref().map(|native| native.frame(job.references.clone(), job.program.slots.len()));
    let mut work = BlockWork::new(job, Filer::new(&job.filing, job.program), frame);
    let mut stop: Option<Stop> = None;
    while job.reader.next(&mut block)? {
        // A block behind the one that stops the run is handed in empty, so that nobody waits for it.
        let behind = block.seq > job.stop_at.load(Ordering::Relaxed);
        if !behind {
            job.reader.index(&mut block, &mut index);
            work.swap(&mut buffers);
            let stopped = work.run(&block, &index);
            work.swap(&mut buffers);
            for (stream, finish, path) in &job.finishes {
                if let Some(rows) = buffers.get_mut(*stream) {
                    finish.apply(rows, path)?;
                }
            }
            if let Some(at) = stopped? {
                job.stop_at.fetch_min(block.seq, Ordering::Relaxed);
                stop.get_or_insert(at);
            }
        }
        if job.survey.is_some() {
            buffers.iter_mut().for_each(Vec::clear);
            continue;
        }
        let seq = job.first_seq + block.seq;
        job.sink.put(seq, &mut buffers)?;
        if let Some(progress) = job.progress.as_ref().filter(|_| !behind) {
            let good: u32 = index.runs.iter().map(|run| run.records).sum();
            progress.add(block.covered(), u64::from(good) + index.broken.len() as u64);
        }
        if behind {
            break;
        }
    }
    Ok(Done { counts: work.finish(), stop })
}
