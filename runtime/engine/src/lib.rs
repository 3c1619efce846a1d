//! Runs a plan: opens what it reads, binds headers, compiles, works through blocks on every core, and publishes all of it
//! or nothing, with the rejects and a ledger that balances.
//!
//! There is one spine ([`run`]). What differs between records and layouts is a function per [`plan::Work`] that writes
//! through the same publication and returns entries of the same ledger.
//!
//! The same plan over the same sources gives the same bytes, on any number of threads and with either [`Engine`].
#![forbid(unsafe_code)]

mod binding;
mod block;
mod cleaned;
mod counts;
pub mod drift;
mod error;
mod files;
mod finish;
mod gates;
mod layout;
mod located;
mod params;
mod progress;
mod records;
mod references;
mod rejects;
mod report;
mod spine;
mod worker;

pub use error::{Failed, RunError};
pub use layout::against::{LayoutDrift, Variants, compare_layout};
pub use layout::pairs::{LayoutPair, layout_pairs};
pub use layout::trial::run as try_layout;
pub use migc_compiler::plan;
pub use progress::Progress;
pub use report::{Engine, Options, Report, Timings};
pub use spine::run;

/// Bytes of one block, the unit of reading and of one call of native code: it stays in a core's cache.
pub const BLOCK: usize = 1 << 20;
/// The longest record, in bytes; a longer one is a reject.
pub const LONGEST_RECORD: usize = 8 << 20;
/// Blocks of one chunk, the unit that rejects are filed under.
pub const CHUNK: u64 = 64;
