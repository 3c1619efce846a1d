//! The command, run as a user would run it, on files that each test makes.

mod against;
mod cases;
mod diagnostics;
mod documents;
mod draft;
mod drawing;
mod engine;
mod expectations;
mod faults;
mod fmt;
mod formats;
mod laws;
mod layers;
mod layouts;
mod outputs;
mod published;
mod records;
mod support;
mod types;
mod view;
