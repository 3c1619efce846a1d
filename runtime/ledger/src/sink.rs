//! Writes the workers' finished buffers in the order of their blocks.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::mem::{replace, take};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::cause::Cause;
use crate::publish::Output;
use crate::writeback::WriteBack;

/// Takes each block's buffers, one a stream (accepted rows, reject lines, bytes of rejected records), from any number
/// of threads, and writes each stream in the order of the blocks.
///
/// Only lengths need the order: offsets are given out in sequence under a lock, and the bytes are written outside it.
/// A block that comes before its turn is parked; when as many wait as may, its worker waits. The block whose turn it is
/// never waits, so there is no deadlock, and memory is bounded.
#[derive(Debug)]
pub struct OrderedSink {
    outputs: Vec<Output>,
    room: usize,
    state: Mutex<State>,
    changed: Condvar,
    /// One a stream, or none where the disk is left to the system.
    write_back: Vec<WriteBack>,
}

/// One block's buffers, one a stream.
type Buffers = Vec<Vec<u8>>;

#[derive(Debug)]
struct State {
    /// The block whose turn it is.
    next: u64,
    offsets: Vec<u64>,
    parked: BTreeMap<u64, Buffers>,
    /// Blocks parked, or taken from there and not yet written.
    held: usize,
    /// Somebody writes. The system lets one write to a file at a time, and a second would only spin until it is done;
    /// parking its block, it goes on with the next.
    writing: bool,
    spare: Vec<Buffers>,
    error: Option<SinkError>,
}

/// Why the sink stopped. The first error is told to everybody.
#[derive(Clone, Debug)]
pub enum SinkError {
    /// The system refused a write.
    Io {
        /// The output.
        path: Arc<Path>,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// A worker gave up, and the blocks after its own can never be written.
    Abandoned,
    /// A block was handed in twice, or never: a mistake of the program.
    OutOfSequence {
        /// The block.
        seq: u64,
    },
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SinkError::Io { path, source } => {
                write!(f, "{} cannot be written: {}", path.display(), Cause(source))
            }
            SinkError::Abandoned => write!(f, "writing stopped because a worker failed; its own error says why"),
            SinkError::OutOfSequence { seq } => {
                write!(f, "block {seq} was written twice or never; this is a mistake in migc, please report it")
            }
        }
    }
}

impl std::error::Error for SinkError {}

impl OrderedSink {
    /// A sink for one output a stream, with at most `room` blocks that wait for their turn.
    pub fn new(outputs: Vec<Output>, room: usize) -> OrderedSink {
        let state = State {
            next: 0,
            offsets: vec![0; outputs.len()],
            parked: BTreeMap::new(),
            held: 0,
            writing: false,
            spare: Vec::new(),
            error: None,
        };
        let write_back = outputs.iter().map(|_| WriteBack::default()).collect();
        OrderedSink { outputs, room, state: Mutex::new(state), changed: Condvar::new(), write_back }
    }

    /// Leaves it to the system when the outputs reach the disk, as [`crate::Publication::lazy`] does.
    pub fn lazy(mut self, lazy: bool) -> OrderedSink {
        if lazy {
            self.write_back.clear();
        }
        self
    }

    /// Writes what stands before the first block, such as a header.
    pub fn head(&mut self, stream: usize, bytes: &[u8]) -> Result<(), SinkError> {
        let offset = self.lock().offsets[stream];
        self.write(stream, bytes, offset)?;
        self.lock().offsets[stream] += bytes.len() as u64;
        Ok(())
    }

    /// Takes the buffers of block `seq`, counted from 0. They come back empty, with room from an earlier block.
    pub fn put(&self, seq: u64, buffers: &mut Buffers) -> Result<(), SinkError> {
        buffers.resize_with(self.outputs.len(), Vec::new);
        let mut state = self.lock();
        loop {
            if let Some(error) = &state.error {
                return Err(error.clone());
            }
            if seq == state.next && !state.writing {
                break;
            }
            if seq < state.next || state.parked.contains_key(&seq) {
                return Err(self.stop(state, SinkError::OutOfSequence { seq }));
            }
            if state.held < self.room {
                let empty = state.spare.pop().unwrap_or_else(|| vec![Vec::new(); self.outputs.len()]);
                state.parked.insert(seq, replace(buffers, empty));
                state.held += 1;
                return Ok(());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.writing = true;
        let mut place = state.place(buffers);
        self.changed.notify_all();
        drop(state);
        let mut result = self.write_all(buffers, &place);
        // Those that waited for this one, each out of the lock, until one is missing again.
        loop {
            let mut state = self.lock();
            if let Err(error) = result {
                return Err(self.stop(state, error));
            }
            let next = state.next;
            let Some(mut parked) = state.parked.remove(&next) else {
                state.writing = false;
                self.changed.notify_all();
                return Ok(());
            };
            place = state.place(&parked);
            self.changed.notify_all();
            drop(state);
            result = self.write_all(&mut parked, &place);
            let mut state = self.lock();
            state.held -= 1;
            state.spare.push(parked);
            self.changed.notify_all();
        }
    }

    /// Makes everybody else stop too, when a worker cannot hand in its block.
    pub fn abandon(&self) {
        let state = self.lock();
        self.stop(state, SinkError::Abandoned);
    }

    /// A guard for a worker to hold: should the worker panic, the others do not wait for its block.
    pub fn guard(&self) -> SinkGuard<'_> {
        SinkGuard { sink: self }
    }

    /// Ends the sink after the last block; gives each stream's length in bytes.
    pub fn finish(self) -> Result<Vec<u64>, SinkError> {
        let mut state = self.lock();
        if let Some(error) = state.error.take() {
            return Err(error);
        }
        if !state.parked.is_empty() {
            return Err(SinkError::OutOfSequence { seq: state.next });
        }
        Ok(take(&mut state.offsets))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock; the state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the first error, wakes all, and gives it back.
    fn stop(&self, mut state: MutexGuard<'_, State>, error: SinkError) -> SinkError {
        let first = state.error.get_or_insert(error).clone();
        self.changed.notify_all();
        first
    }

    fn write_all(&self, buffers: &mut Buffers, place: &[u64]) -> Result<(), SinkError> {
        for (stream, (buffer, &offset)) in buffers.iter_mut().zip(place).enumerate() {
            self.write(stream, buffer, offset)?;
            buffer.clear();
        }
        Ok(())
    }

    fn write(&self, stream: usize, bytes: &[u8], offset: u64) -> Result<(), SinkError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let Output { path, file } = &self.outputs[stream];
        let failed = |path: &Arc<Path>, source| SinkError::Io { path: Arc::clone(path), source: Arc::new(source) };
        file.write_all_at(bytes, offset).map_err(|source| failed(path, source))?;
        if let Some(write_back) = self.write_back.get(stream) {
            write_back.wrote(file, offset + bytes.len() as u64);
        }
        Ok(())
    }
}

impl State {
    /// Gives the next block its place in each stream.
    fn place(&mut self, buffers: &Buffers) -> Vec<u64> {
        let place = self.offsets.clone();
        for (offset, buffer) in self.offsets.iter_mut().zip(buffers) {
            *offset += buffer.len() as u64;
        }
        self.next += 1;
        place
    }
}

/// See [`OrderedSink::guard`].
#[derive(Debug)]
pub struct SinkGuard<'a> {
    sink: &'a OrderedSink,
}

impl Drop for SinkGuard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.sink.abandon();
        }
    }
}

#[cfg(test)]
mod tests;
