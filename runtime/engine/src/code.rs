//! The two ways to run a program, as the compiler gives them.

pub(crate) use migc_compiler::interp::{Interpreter, Outcome};

use migc_abi::Frame;
use migc_compiler::plan::{Codes, Program};
use std::sync::Arc;

/// Native code of one program.
pub(crate) struct Native;
/// What native code reads.
pub(crate) enum Items {
    Fields { stride: usize, physical: Vec<usize>, quote: Option<u8> },
}
/// What native code writes.
pub(crate) enum Sink {
    Delimited { delimiter: u8 },
}
impl Native {
    pub(crate) fn compile(_: &Program, _: &[Codes], _: &Items, _: &Sink) -> Result<Native, String> {
        Err("native code is not built yet".to_owned())
    }
    pub(crate) fn tables(&self) -> Arc<migc_abi::Tables> {
        Arc::default()
    }
    pub(crate) fn run(&self, _: &mut Frame) {}
}
