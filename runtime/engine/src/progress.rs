//! How far a run is: counted by the workers, looked at by whoever shows it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How far a run is.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicU64,
    done: AtomicU64,
    records: AtomicU64,
    phase: AtomicUsize,
}

/// What is done to a layout, in words; a run of records has the first one.
const PHASES: [&str; 7] = [
    "",
    "reading the layout",
    "holding promises against it",
    "scaling and snapping",
    "looking for torn islands",
    "computing and comparing layers, checking rules",
    "writing the layout",
];

/// A step of a run of layouts, by its place among the phases.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    Reading = 1,
    Promises,
    Scaling,
    Islands,
    Layers,
    Writing,
}

impl Progress {
    /// What is done to a layout, in words; nothing in a run of records.
    pub fn phase(&self) -> &'static str {
        PHASES.get(self.phase.load(Ordering::Relaxed)).copied().unwrap_or_default()
    }
    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.store(phase as usize, Ordering::Relaxed);
    }
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
