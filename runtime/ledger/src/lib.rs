//! What a run leaves behind: outputs that become visible together or not at all.
//!
//! [`Publication`] holds a run's output files as temporaries beside their final places, and publishes them at the end.
//! [`OrderedSink`] writes the workers' finished buffers into them, in the order of the blocks. The [`Ledger`] counts what
//! became of every item and must balance; rejected records stand in [`rejects`].
#![deny(unsafe_code)]

mod cause;
mod fingerprint;
mod ledger;
mod names;
mod partials;
mod publish;
pub mod rejects;
mod sink;
mod table;
#[cfg(test)]
mod testing;
mod writeback;

pub use fingerprint::{fingerprint, hash, hash_text};
pub use ledger::{
    Bytes, Cleaned, Ending, Entry, FileCount, GateCount, Imbalance, Ledger, Rows, RuleCount, Sample, SourceFacts,
    VERSION,
};
pub use partials::{PartialsGuard, add as add_partial, forget as forget_partial, remove_partials};
pub use publish::{Output, OutputId, Publication, PublishError, Published};
pub use sink::{OrderedSink, SinkError, SinkGuard};
pub use table::{grouped, table};
