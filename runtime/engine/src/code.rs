//! The two ways to run a program, as the compiler gives them.

pub(crate) use migc_compiler::interp::{Interpreter, Outcome};
pub(crate) use migc_compiler::native::{Items, Native, Sink};
