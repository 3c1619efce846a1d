//! The programs of a layout map, by native code or by the interpreter: of vertices, and of islands.

use migc_compiler::interp::Interpreter;
use migc_compiler::native::{Items, Native, Sink};
use migc_compiler::plan::{Codes, Program};
use migc_functions::Value;
use migc_layers::{Decided, MeasureKernel, Measures};
use migc_layout::{OutOfRange, VertexKernel};

use crate::error::RunError;

/// A program of numbers.
#[expect(clippy::large_enum_variant, reason = "there are few in a run")]
pub(super) enum Kernel {
    Native(Native),
    Interpreter(Interpreter),
}

impl Kernel {
    /// Compiles a program, where native code is wanted.
    pub(super) fn new(program: &Program, codes: &[Codes], native: bool) -> Result<Kernel, RunError> {
        if !native {
            return Ok(Kernel::Interpreter(Interpreter::new(program, codes)));
        }
        let native = Native::compile(program, codes, &Items::Numbers, &[Sink::Numbers]);
        native.map(Kernel::Native).map_err(|e| RunError::Internal { what: e.to_string() })
    }

    /// Runs the program over columns of one length; outputs take the place of the first inputs. Gives the items that left,
    /// in order, each with its fate's place.
    fn run_in_place(&self, columns: &mut [&mut [i64]]) -> Vec<(usize, usize)> {
        match self {
            Kernel::Native(native) => {
                let left = native.run_in_place(columns);
                left.iter().map(|e| (e.item as usize, e.fate as usize)).collect()
            }
            Kernel::Interpreter(program) => {
                let mut left = Vec::new();
                for item in 0..columns.first().map_or(0, |c| c.len()) {
                    let inputs: Vec<Value<'_>> = columns.iter().map(|c| Value::Num(i128::from(c[item]))).collect();
                    let outcome = program.run(&inputs, &[]);
                    match outcome.rows.first() {
                        Some((_, row)) => {
                            for (column, value) in columns.iter_mut().zip(row) {
                                column[item] = value.num().and_then(|n| i64::try_from(n).ok()).unwrap_or_default();
                            }
                        }
                        None => left.push((item, outcome.taken().unwrap_or_default())),
                    }
                }
                left
            }
        }
    }
}

impl VertexKernel for Kernel {
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange> {
        if self.run_in_place(&mut [x, y]).is_empty() { Ok(()) } else { Err(OutOfRange) }
    }
}

/// The programs that decide on islands.
pub(super) struct Deciders {
    kernels: Vec<Kernel>,
    /// Whether each fate of a program leaves an island out, and does not stop the run.
    drops: Vec<Vec<bool>>,
}

impl Deciders {
    pub(super) fn new(programs: &[Program], codes: &[Codes], native: bool) -> Result<Deciders, RunError> {
        let kernels = programs.iter().map(|p| Kernel::new(p, codes, native)).collect::<Result<_, _>>()?;
        let drops = |p: &Program| p.fates.iter().map(|f| f.kind == migc_compiler::plan::FateKind::Drop).collect();
        Ok(Deciders { kernels, drops: programs.iter().map(drops).collect() })
    }
}

impl MeasureKernel for Deciders {
    fn decide(&self, program: usize, of: Measures) -> Result<Decided, migc_geometry::OutOfRange> {
        let Measures { mut width, mut length, mut area } = of;
        let Some(kernel) = self.kernels.get(program) else { return Ok(Decided::default()) };
        let left = kernel.run_in_place(&mut [&mut width, &mut length, &mut area]);
        let mut kept = vec![true; width.len()];
        for (item, fate) in left {
            if !self.drops[program].get(fate).copied().unwrap_or(false) {
                return Err(migc_geometry::OutOfRange);
            }
            kept[item] = false;
        }
        Ok(Decided { kept, by: width })
    }
}
