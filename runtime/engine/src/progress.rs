//! How far a run is: counted by the workers, looked at by whoever shows it.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far a run is.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicU64,
    done: AtomicU64,
    records: AtomicU64,
}

impl Progress {
    /// Bytes that there are to read; zero while that is not known, as of compressed files.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }
    /// Bytes that were worked through.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
    /// Records that were worked through.
    pub fn records(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }
    pub(crate) fn expect(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }
    pub(crate) fn add(&self, bytes: u64, records: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
        self.records.fetch_add(records, Ordering::Relaxed);
    }
}
