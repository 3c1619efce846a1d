//! Samples of what cleaning changed: the first few of a file, whichever worker sees them.

use std::sync::{Mutex, PoisonError};

use migc_compiler::interp::Outcome;
use migc_compiler::plan::{Expr, Op, Program, Step};
use migc_functions::{Kind, Value};
use migc_ledger::Sample;

/// How many samples of one cleaning step are kept.
pub(crate) const SAMPLES: usize = 3;

/// The samples of a map.
#[derive(Debug)]
pub(crate) struct Samples {
    steps: Vec<CleanStep>,
    found: Mutex<Vec<Vec<Sample>>>,
}

#[derive(Debug)]
struct CleanStep {
    slot: usize,
    before: Expr,
    after: Kind,
}

impl Samples {
    /// No samples yet of the program's cleaning steps.
    pub(crate) fn new(program: &Program) -> Samples {
        let step = |(_, step): (usize, &Step)| match step {
            Step::Clean { slot, before, value, .. } => {
                Some(CleanStep { slot: *slot, before: before.clone(), after: value.info.ty.kind.clone() })
            }
            _ => None,
        };
        let steps: Vec<CleanStep> = program.steps().filter_map(step).collect();
        Samples { found: Mutex::new(vec![Vec::new(); steps.len()]), steps }
    }
    /// The slots of steps that a record from this number on could still give a sample of.
    ///
    /// What is known are real samples: once enough stand before this record, it cannot be among the first.
    pub(crate) fn open(&self, record: u64) -> Vec<usize> {
        if self.steps.is_empty() {
            return Vec::new();
        }
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let wants = |known: &Vec<Sample>| known.iter().filter(|s| s.record < record).count() < SAMPLES;
        self.steps.iter().zip(&*found).filter(|(_, known)| wants(known)).map(|(step, _)| step.slot).collect()
    }
    /// Keeps what this record shows, if it is among the first.
    pub(crate) fn see(&self, record: u64, inputs: &[Value<'_>], outcome: &Outcome<'_>) {
        if outcome.cleaned.is_empty() {
            return;
        }
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for (step, known) in self.steps.iter().zip(&mut *found) {
            if !outcome.cleaned.contains(&step.slot) {
                continue;
            }
            let before = match &step.before.op {
                Op::Input(at) => inputs.get(*at),
                Op::Slot(at) => outcome.slots.get(*at),
                _ => None,
            };
            let before = before.map_or(String::new(), |value| value.display(&step.before.info.ty.kind));
            let after = outcome.slots.get(step.slot).map_or(String::new(), |value| value.display(&step.after));
            let at = known.partition_point(|s| s.record < record);
            known.insert(at, Sample { file: None, record, before, after });
            known.truncate(SAMPLES);
        }
    }
    /// The samples, each with its slot.
    pub(crate) fn take(self) -> Vec<(usize, Sample)> {
        let found = self.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        let with_slot = |(step, known): (&CleanStep, Vec<Sample>)| {
            let slot = step.slot;
            known.into_iter().map(move |sample| (slot, sample))
        };
        self.steps.iter().zip(found).flat_map(with_slot).collect()
    }
}
