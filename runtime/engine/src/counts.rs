//! What one worker counted, and how it becomes an entry of the ledger.

use std::collections::BTreeMap;

use migc_abi::Total;
use migc_compiler::interp::Course;
use migc_compiler::plan::{FateKind, Program, Step};
use migc_functions::Value;
use migc_ledger::{Bytes, Entry, FileCount, Sample};
use migc_records::Fault;

use crate::error::broken_code;

/// Numbers of one worker; those of several are added up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) extracted: u64,
    /// Items that went through, by branch.
    pub(crate) loaded: Vec<u64>,
    /// Rows, by arrow.
    pub(crate) rows: Vec<u64>,
    /// Items that are not the business of a branch, by branch.
    pub(crate) apart: Vec<u64>,
    /// Drops and warnings, by fate.
    pub(crate) fates: Vec<u64>,
    /// Items that were rejected while a branch was concerned with them, by branch and fate; those that no branch claims
    /// stand behind.
    pub(crate) rejected: Vec<Vec<u64>>,
    /// Broken records, by their codes.
    pub(crate) broken: BTreeMap<&'static str, u64>,
    /// By slot.
    pub(crate) cleaned: Vec<u64>,
    /// What was measured for gates, by the measure's place in the plan.
    pub(crate) totals: Vec<Total>,
    pub(crate) blocks: u64,
    pub(crate) record_bytes: u64,
    pub(crate) blank_bytes: u64,
}

impl Counts {
    /// Nothing, for this program.
    pub(crate) fn new(program: &Program) -> Counts {
        let branches = program.branches.len();
        Counts {
            loaded: vec![0; branches],
            rows: vec![0; program.arrows().count()],
            apart: vec![0; branches],
            fates: vec![0; program.fates.len()],
            rejected: vec![vec![0; program.fates.len()]; branches + 1],
            cleaned: vec![0; program.slots.len()],
            ..Counts::default()
        }
    }
    /// Counts a broken record.
    pub(crate) fn broken(&mut self, fault: Fault) {
        *self.broken.entry(broken_code(fault)).or_default() += 1;
    }
    /// Counts an item that a fate took out of all branches.
    pub(crate) fn left(&mut self, fate: usize, courses: &[Course]) {
        let mut claimed = false;
        for (branch, course) in courses.iter().enumerate() {
            if *course == Course::Apart {
                self.apart[branch] += 1;
            } else {
                claimed = true;
                self.rejected[branch][fate] += 1;
            }
        }
        if !claimed {
            self.rejected[courses.len()][fate] += 1;
        }
    }
    /// Adds what native code counted: see [`migc_abi::Frame::tally`].
    pub(crate) fn tally(&mut self, counted: &[u64]) {
        let all = self.loaded.iter_mut().chain(&mut self.rows).chain(&mut self.apart);
        all.zip(counted).for_each(|(a, b)| *a += b);
    }
    /// Takes a measured value in: truths are counted, numbers added up, null is nothing.
    pub(crate) fn measured(&mut self, place: usize, value: &Value<'_>) {
        let n = match value {
            Value::Bool(true) => 1,
            Value::Num(n) => *n,
            _ => return,
        };
        self.total(place).see(n);
    }
    /// Takes in what native code measured.
    pub(crate) fn add_totals(&mut self, totals: &[Total]) {
        for (place, total) in totals.iter().enumerate() {
            self.total(place).add(total);
        }
    }
    fn total(&mut self, place: usize) -> &mut Total {
        if self.totals.len() <= place {
            self.totals.resize(place + 1, Total::NONE);
        }
        &mut self.totals[place]
    }
    /// Adds another worker's.
    pub(crate) fn add(&mut self, other: &Counts) {
        self.add_totals(&other.totals);
        self.extracted += other.extracted;
        self.blocks += other.blocks;
        self.record_bytes += other.record_bytes;
        self.blank_bytes += other.blank_bytes;
        let add = |into: &mut [u64], from: &[u64]| into.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        add(&mut self.loaded, &other.loaded);
        add(&mut self.rows, &other.rows);
        add(&mut self.apart, &other.apart);
        add(&mut self.fates, &other.fates);
        add(&mut self.cleaned, &other.cleaned);
        self.rejected.iter_mut().zip(&other.rejected).for_each(|(a, b)| add(a, b));
        other.broken.iter().for_each(|(code, count)| *self.broken.entry(code).or_default() += count);
    }
    /// Puts them into entries: one a branch, and one for records that no branch claims, where there are some.
    pub(crate) fn fill(
        &self,
        program: &Program,
        files: &[FileCount],
        samples: &[(usize, Sample)],
        entries: &mut [Entry],
    ) -> Option<Entry> {
        let branch_of = program.branch_of_fates();
        let sum = |of: fn(&Bytes) -> u64| files.iter().map(|f| of(&f.bytes)).sum();
        let bytes = Some(Bytes {
            size: sum(|b| b.size),
            header: sum(|b| b.header),
            records: sum(|b| b.records),
            blank: sum(|b| b.blank),
        });
        let broken = |entry: &mut Entry| {
            for (code, count) in &self.broken {
                *entry.rejected.entry((*code).to_owned()).or_default() += count;
            }
        };
        let mut cleaned_by = vec![0; program.slots.len()];
        for (branch, step) in program.steps() {
            if let Step::Clean { slot, .. } = step {
                cleaned_by[*slot] = branch;
            }
        }
        let mut first = 0;
        for (branch, entry) in entries.iter_mut().enumerate() {
            entry.extracted = self.extracted - self.apart[branch];
            entry.apart = self.apart[branch];
            entry.loaded = self.loaded[branch];
            broken(entry);
            let arrows = &program.branches[branch].arrows;
            let targets = program.branches[branch].targets();
            for (arrow, count) in arrows.iter().zip(self.rows.iter().skip(first)) {
                let at = targets.iter().position(|t| *t == arrow.target);
                if let Some(rows) = at.and_then(|at| entry.rows.get_mut(at)) {
                    rows.count += *count;
                }
            }
            first += program.branches[branch].arrows.len();
            for (at, fate) in program.fates.iter().enumerate() {
                let (kind, own) = (fate.kind, branch_of[at] == branch);
                let (counts, count) = match kind {
                    FateKind::Reject | FateKind::Abort => (&mut entry.rejected, self.rejected[branch][at]),
                    FateKind::Drop => (&mut entry.dropped, self.fates[at]),
                    FateKind::Warn => (&mut entry.warned, self.fates[at]),
                    FateKind::Apart => continue,
                };
                // What can happen in the branch is told even where it did not.
                let shown = own && kind != FateKind::Abort && program.unclaimed != Some(at);
                if (count > 0 && (own || matches!(kind, FateKind::Reject | FateKind::Abort))) || shown {
                    *counts.entry(fate.code.clone()).or_default() += count;
                }
            }
            for (slot, count) in self.cleaned.iter().enumerate().filter(|(_, count)| **count > 0) {
                if cleaned_by[slot] != branch {
                    continue;
                }
                let cleaned = entry.cleaned.entry(program.slots[slot].name.clone()).or_default();
                cleaned.count += count;
                cleaned.samples.extend(samples.iter().filter(|s| s.0 == slot).map(|s| s.1.clone()));
            }
            entry.bytes = bytes;
            if files.len() > 1 {
                entry.files = files.to_vec();
            }
        }
        // Of what no branch claims, a key that stands twice is told before that.
        let nobody = self.rejected.last().map(Vec::as_slice).unwrap_or_default();
        let extracted: u64 = nobody.iter().sum();
        let mut entry = Entry { extracted, ..Entry::default() };
        for (fate, count) in program.fates.iter().zip(nobody).filter(|(_, count)| **count > 0) {
            *entry.rejected.entry(fate.code.clone()).or_default() += count;
        }
        (extracted > 0).then_some(entry)
    }
}
