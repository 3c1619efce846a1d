//! The functions of the language, and the values and types that they are about: the one table that serves type
//! checking, constant folding, the interpreter, native code and the reference. No I/O.
//!
//! A function is one file: its signature as a type rule, its documentation, examples that run as tests, and its
//! meaning. Native code calls the same meaning, through a generic entry or through a hand-made fast one that a
//! property test holds to it.

#![forbid(unsafe_code)]

pub mod clock;
pub mod date;
pub mod decimal;
pub mod float;
pub mod form;
pub mod function;
pub mod pattern;
pub mod types;
pub mod value;
pub mod zone;

mod library;

pub use function::{Eval, Example, Fail, Function, Mismatch, Ret};
pub use library::{FUNCTIONS, find, simple_upper};
pub use types::{Info, Kind, Ty};
pub use value::Value;
