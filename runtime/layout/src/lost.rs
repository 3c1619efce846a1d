//! What a format cannot say: counted while writing, so that nothing is lost silently.

use std::collections::BTreeMap;
use std::fmt;

/// Something of a library that the written file does not hold, or holds in another form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// What, as the end of a sentence that starts with its number.
    pub what: &'static str,
    /// How many times.
    pub count: u64,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.count, self.what)
    }
}

/// Counts what is lost.
#[derive(Default)]
pub(crate) struct Losses(BTreeMap<&'static str, u64>);

impl Losses {
    pub(crate) fn add(&mut self, what: &'static str, count: u64) {
        if count > 0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    pub(crate) fn list(self) -> Vec<Lost> {
        self.0.into_iter().map(|(what, count)| Lost { what, count }).collect()
    }
}
