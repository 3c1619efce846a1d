//! First specs of layouts: what a library has, by the names of a layer properties file, with the rules of a technology.
//!
//! A spec is one text that says everything. So a list of names, or a file of rules, is not read by every run: it is written
//! into the spec once, where it is seen, checked and changed.
#![forbid(unsafe_code)]

mod draft;
mod found;
mod length;
mod names;
mod rules;
mod technology;

pub use draft::{Draft, draft};
pub use names::{Names, NamesError};
pub use technology::{Layer, Stackup, Technology, TechnologyError};
