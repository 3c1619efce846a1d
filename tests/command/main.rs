//! The command, run as a user would run it, on files that each test makes.

mod cases;
mod diagnostics;
mod documents;
mod expectations;
mod faults;
mod fmt;
mod formats;
mod laws;
mod outputs;
mod published;
mod records;
mod support;
mod types;
