//! What a run leaves behind: outputs that become visible together or not at all.
//!
//! [`Publication`] holds a run's output files as temporaries beside their final places, and publishes them at the end.
//! [`OrderedSink`] writes the workers' finished buffers into them, in the order of the blocks.
#![forbid(unsafe_code)]

mod cause;
mod names;
mod publish;
mod sink;
#[cfg(test)]
mod testing;
mod writeback;

pub use publish::{Output, OutputId, Publication, PublishError};
pub use sink::{OrderedSink, SinkError, SinkGuard};
