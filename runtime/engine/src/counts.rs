//! What one worker counted, and how it becomes an entry of the ledger.

use migc_compiler::plan::{FateKind, Program};
use migc_ledger::{Bytes, Entry, Sample};
use migc_records::Fault;

use crate::error::broken_code;

/// Numbers of one worker; those of several are added up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) extracted: u64,
    pub(crate) loaded: u64,
    /// By fate.
    pub(crate) fates: Vec<u64>,
    /// Broken records, by [`BROKEN`].
    pub(crate) broken: [u64; BROKEN.len()],
    /// By slot.
    pub(crate) cleaned: Vec<u64>,
    pub(crate) blocks: u64,
    pub(crate) record_bytes: u64,
    pub(crate) blank_bytes: u64,
}

/// The codes of broken records.
pub(crate) const BROKEN: [&str; 4] = ["bad_fields", "bad_quoting", "bad_encoding", "too_long"];

impl Counts {
    /// Nothing, for this program.
    pub(crate) fn new(program: &Program) -> Counts {
        Counts { fates: vec![0; program.fates.len()], cleaned: vec![0; program.slots.len()], ..Counts::default() }
    }
    /// Counts a broken record.
    pub(crate) fn broken(&mut self, fault: Fault) {
        let code = broken_code(fault);
        for (known, count) in BROKEN.iter().zip(&mut self.broken) {
            *count += u64::from(*known == code);
        }
    }
    /// Adds another worker's.
    pub(crate) fn add(&mut self, other: &Counts) {
        self.extracted += other.extracted;
        self.loaded += other.loaded;
        self.blocks += other.blocks;
        self.record_bytes += other.record_bytes;
        self.blank_bytes += other.blank_bytes;
        let add = |into: &mut [u64], from: &[u64]| into.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        add(&mut self.fates, &other.fates);
        add(&mut self.broken, &other.broken);
        add(&mut self.cleaned, &other.cleaned);
    }
    /// Puts them into an entry, by code, reason and column.
    pub(crate) fn fill(
        &self,
        program: &Program,
        size: u64,
        header: u64,
        samples: Vec<(usize, Sample)>,
        entry: &mut Entry,
    ) {
        entry.extracted = self.extracted;
        entry.loaded = self.loaded;
        for (code, count) in BROKEN.iter().zip(self.broken).filter(|(_, count)| *count > 0) {
            *entry.rejected.entry((*code).to_owned()).or_default() += count;
        }
        for (fate, count) in program.fates.iter().zip(&self.fates) {
            let counts = match fate.kind {
                FateKind::Reject | FateKind::Abort => &mut entry.rejected,
                FateKind::Drop => &mut entry.dropped,
                FateKind::Warn => &mut entry.warned,
            };
            if *count > 0 || fate.kind != FateKind::Abort {
                *counts.entry(fate.code.clone()).or_default() += count;
            }
        }
        for (slot, count) in self.cleaned.iter().enumerate().filter(|(_, count)| **count > 0) {
            let cleaned = entry.cleaned.entry(program.slots[slot].name.clone()).or_default();
            cleaned.count += count;
            cleaned.samples.extend(samples.iter().filter(|s| s.0 == slot).map(|s| s.1.clone()));
        }
        entry.bytes = Some(Bytes { size, header, records: self.record_bytes, blank: self.blank_bytes });
    }
}
