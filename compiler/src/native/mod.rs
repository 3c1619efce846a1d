//! Native code: a program compiled by Cranelift to one function that works on a block of items a call.
//!
//! The only module that knows Cranelift, and the only one of this crate with unsafe code. It means what the interpreter
//! means, and a differential test holds it to that. Values live in registers and on the stack: whole numbers and
//! decimals that provably fit are one word, others two; a text is its address and length; null is a flag, where it can be.

#![allow(unsafe_code)]

use std::mem::ManuallyDrop;
use std::sync::Arc;

use cranelift_codegen::ir::{self, AbiParam, types::I64};
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module};
use migc_abi::{Frame, HELPERS, Tables, Word};

use crate::plan::{Codes, FateKind, Program, RecordFile, RecordLayout, Slab, TargetFormat, TargetLayout};

mod calls;
mod emit;
mod exprs;
mod layouts;
mod logic;
mod numbers;
mod program;
mod values;

/// Where the items of a call come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Items {
    /// Fields of records.
    Fields(Fields),
    /// Columns of numbers.
    Numbers,
}

/// Where the fields of a record are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// How many positions a record has.
    pub stride: usize,
    /// Whether a field has two positions, its start and its end, and not only its end.
    pub spans: bool,
    /// Where each declared column stands in the file, and behind those what is known of the file.
    pub physical: Vec<Place>,
    /// Round fields that hold a delimiter.
    pub quote: Option<u8>,
}

impl Fields {
    /// The records of a file, which have so many fields. `physical` are the places of the declared columns; behind them stands
    /// what is known of a file: its path, the parts of the path, and the number of the record.
    pub fn of(file: &RecordFile, fields: usize, mut physical: Vec<Place>) -> Fields {
        physical.extend((0..=file.parts.len()).map(Place::File).chain([Place::Number]));
        let (spans, quote) = match &file.layout {
            RecordLayout::Delimited { quote, .. } => (false, *quote),
            RecordLayout::Fixed { .. } => (true, None),
            // An empty text stands in quotes, so that it is not taken for null.
            RecordLayout::JsonLines | RecordLayout::JsonList => (true, Some(b'"')),
        };
        Fields { stride: if spans { 2 * fields } else { fields }, spans, physical, quote }
    }
}

impl Items {
    /// Delimited records whose columns are all declared, in the order of the file.
    pub fn delimited(columns: usize, quote: Option<u8>) -> Items {
        let physical = (0..columns).map(Place::At).collect();
        Items::Fields(Fields { stride: columns, spans: false, physical, quote })
    }
    /// The records of a file whose columns stand in the order of their declaration.
    pub fn of(file: &RecordFile) -> Items {
        let columns = file.columns.len();
        Items::Fields(Fields::of(file, columns, (0..columns).map(Place::At).collect()))
    }
}

impl Sink {
    /// How records of a target are written.
    pub fn of(target: &TargetFormat) -> Sink {
        match target {
            TargetFormat::Records(file) => match &file.layout {
                TargetLayout::Delimited { delimiter } => Sink::Delimited { delimiter: *delimiter },
                TargetLayout::Fixed(slabs) => Sink::Fixed(slabs.clone()),
                TargetLayout::JsonLines => Sink::JsonLines,
            },
            TargetFormat::Layout { .. } => Sink::Numbers,
        }
    }
}

/// Where an input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The field of this number.
    At(usize),
    /// Nowhere: it is empty.
    Absent,
    /// Among the texts that are known of the file: [`Frame::file`].
    File(usize),
    /// The number of the record.
    Number,
}

/// Where the outputs of a call go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    /// Delimited text.
    Delimited {
        /// Between fields.
        delimiter: u8,
    },
    /// Columns of fixed width, in the order of their places.
    Fixed(Vec<Slab>),
    /// An object of JSON a line.
    JsonLines,
    /// Columns of numbers.
    Numbers,
}

/// Why a program did not become native code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeError(pub String);

impl std::fmt::Display for NativeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the code generator failed ({}); this is a mistake in migc, please report it with the spec", self.0)
    }
}

impl std::error::Error for NativeError {}

fn error(e: impl std::fmt::Display) -> NativeError {
    NativeError(e.to_string())
}

/// A compiled program. It owns its code, which is freed with it.
pub struct Native {
    module: ManuallyDrop<JITModule>,
    entry: unsafe extern "C" fn(*mut Frame),
    tables: Arc<Tables>,
    /// What each fate means, and the branch that it belongs to.
    fates: Vec<(FateKind, usize)>,
    /// How many numbers the code counts: branches, arrows, branches that were not concerned.
    tally: usize,
    targets: usize,
    /// How many columns it reads and writes, where it works on numbers.
    columns: usize,
}

// SAFETY: the module is not touched after it was built, until it is freed; its code keeps no state of its own.
unsafe impl Send for Native {}
// SAFETY: as above; each call works on the frame that it is given.
unsafe impl Sync for Native {}

impl Drop for Native {
    fn drop(&mut self) {
        // SAFETY: the function pointer is reachable only through this value, so nobody can call it any more.
        unsafe { ManuallyDrop::take(&mut self.module).free_memory() }
    }
}

impl Native {
    /// Compiles a program; `codes` are those of its plan.
    /// There is a sink for each of [`Program::targets`].
    pub fn compile(program: &Program, codes: &[Codes], items: &Items, sinks: &[Sink]) -> Result<Native, NativeError> {
        let made = make(program, codes, items, sinks, false)?;
        let entry = made.module.get_finalized_function(made.id);
        // SAFETY: the function was made with this signature.
        let entry = unsafe { std::mem::transmute::<*const u8, unsafe extern "C" fn(*mut Frame)>(entry) };
        let fates = program.fates.iter().map(|f| f.kind).zip(program.branch_of_fates()).collect();
        let outputs = program.of_one().map_or(0, |arrow| arrow.outputs.len());
        let columns = match items {
            Items::Numbers => program.inputs.len().max(outputs),
            Items::Fields(_) => usize::MAX,
        };
        let (tally, targets) = (2 * program.branches.len() + program.arrows().count(), sinks.len());
        let (module, tables) = (ManuallyDrop::new(made.module), Arc::new(made.tables));
        Ok(Native { module, entry, tables, fates, tally, targets, columns })
    }

    /// A frame for this code; `slots` is the program's number of slots.
    pub fn frame(&self, references: Arc<Vec<migc_abi::lookup::LookupTable>>, slots: usize) -> Frame {
        Frame::new(self.tables.clone(), references, slots, self.tally, self.targets)
    }

    /// What the code reads besides the items; a frame is made with it.
    pub fn tables(&self) -> Arc<Tables> {
        self.tables.clone()
    }

    /// Runs the program on the items of a frame.
    ///
    /// # Panics
    /// If the frame was made with the tables of another program.
    pub fn run(&self, frame: &mut Frame) {
        assert!(Arc::ptr_eq(&frame.host.tables, &self.tables), "a frame belongs to the program whose tables it holds");
        let before = frame.host.events.len();
        // SAFETY: the code reads the frame's items and tables and writes into its output, within the room that it makes
        // sure of; the frame's caller has set base, positions, items and start for one run of whole records.
        unsafe { (self.entry)(frame) }
        self.settle_events(&mut frame.host.events, before);
    }

    /// Runs a program of numbers on columns of one length, in place: column `i` is input `i`, and then output `i`. Gives
    /// what happened to items; one that left keeps its inputs.
    ///
    /// # Panics
    /// If the columns are not as many as the program's inputs and outputs, or not of one length.
    pub fn run_in_place(&self, columns: &mut [&mut [i64]]) -> Vec<migc_abi::Event> {
        let items = columns.first().map_or(0, |c| c.len());
        assert!(
            columns.iter().all(|c| c.len() == items) && columns.len() == self.columns,
            "columns do not fit the program"
        );
        let outputs: Vec<*mut i64> = columns.iter_mut().map(|c| c.as_mut_ptr()).collect();
        let inputs: Vec<*const i64> = outputs.iter().map(|p| p.cast_const()).collect();
        let mut frame = self.frame(Arc::default(), 0);
        frame.items = items as u64;
        frame.columns_in = inputs.as_ptr();
        frame.columns_out = outputs.as_ptr();
        self.run(&mut frame);
        std::mem::take(&mut frame.host.events)
    }

    /// A record that left is warned of nothing, and was not dropped either: its fate says all. One that a branch dropped
    /// is not warned of by that branch, nor one that is not its business.
    fn settle_events(&self, events: &mut Vec<migc_abi::Event>, from: usize) {
        let kind = |e: &migc_abi::Event| self.fates.get(e.fate as usize).map(|f| f.0);
        let apart = events[from..].iter().any(|e| kind(e) == Some(FateKind::Apart));
        if events.len() - from < 2 && !apart
            || self.fates.iter().all(|f| matches!(f.0, FateKind::Reject | FateKind::Abort))
        {
            return;
        }
        let (mut left, mut dropped) = (Vec::new(), Vec::new());
        for e in &events[from..] {
            match kind(e) {
                Some(FateKind::Reject | FateKind::Abort) => left.push(e.item),
                Some(FateKind::Drop | FateKind::Apart) => dropped.push((e.item, self.fates[e.fate as usize].1)),
                _ => {}
            }
        }
        let mut at = 0;
        events.retain(|e| {
            at += 1;
            if at <= from {
                return true;
            }
            match kind(e) {
                Some(FateKind::Warn) => {
                    let branch = self.fates[e.fate as usize].1;
                    left.binary_search(&e.item).is_err() && dropped.binary_search(&(e.item, branch)).is_err()
                }
                Some(FateKind::Drop) => left.binary_search(&e.item).is_err(),
                Some(FateKind::Apart) => false,
                _ => true,
            }
        });
    }
}

/// The code of a program before it is compiled, as text.
pub fn clif(program: &Program, codes: &[Codes], items: &Items, sinks: &[Sink]) -> Result<String, NativeError> {
    let made = make(program, codes, items, sinks, true)?;
    let text = made.clif.clone();
    // SAFETY: nothing of the module is used any more.
    unsafe { made.module.free_memory() }
    Ok(text)
}

struct Made {
    module: JITModule,
    id: FuncId,
    tables: Tables,
    clif: String,
}

fn make(program: &Program, codes: &[Codes], items: &Items, sinks: &[Sink], shown: bool) -> Result<Made, NativeError> {
    let mut flags = settings::builder();
    let verifier = if cfg!(debug_assertions) { "true" } else { "false" };
    // A long program keeps its values in memory anyway: what optimising it gains is less than what it costs.
    let long = program::is_long(program);
    for (flag, value) in [
        ("opt_level", if long { "none" } else { "speed" }),
        ("is_pic", "false"),
        ("regalloc_algorithm", if long { "single_pass" } else { "backtracking" }),
        ("enable_verifier", verifier),
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
    ] {
        flags.set(flag, value).map_err(error)?;
    }
    let isa = cranelift_native::builder().map_err(error)?.finish(settings::Flags::new(flags)).map_err(error)?;
    let mut builder = JITBuilder::with_isa(isa, cranelift_module::default_libcall_names());
    for helper in HELPERS {
        builder.symbol(helper.name, helper.address);
    }
    let mut module = JITModule::new(builder);
    let mut ids = Vec::with_capacity(HELPERS.len());
    for helper in HELPERS {
        let mut signature = module.make_signature();
        signature.params.extend(std::iter::repeat_n(AbiParam::new(I64), helper.params));
        let results = match helper.result {
            Word::None => 0,
            Word::One => 1,
            Word::Two => 2,
        };
        signature.returns.extend(std::iter::repeat_n(AbiParam::new(I64), results));
        ids.push(module.declare_function(helper.name, Linkage::Import, &signature).map_err(error)?);
    }
    let mut context = module.make_context();
    context.func.signature.params.push(AbiParam::new(I64));
    context.func.name = ir::UserFuncName::testcase("program");
    let mut tables = Tables::default();
    {
        let mut functions = FunctionBuilderContext::new();
        let builder = FunctionBuilder::new(&mut context.func, &mut functions);
        let mut generator =
            program::Generator::new(builder, &mut module, &ids, program, codes, items, sinks, &mut tables);
        generator.function()?;
        generator.finish();
    }
    let clif = if shown { shown_code(&context.func, &ids) } else { String::new() };
    let signature = context.func.signature.clone();
    let id = module.declare_function("program", Linkage::Local, &signature).map_err(error)?;
    module.define_function(id, &mut context).map_err(|e| NativeError(format!("{e:?}")))?;
    module.clear_context(&mut context);
    module.finalize_definitions().map_err(error)?;
    Ok(Made { module, id, tables, clif })
}

/// A function as text, helpers by name: their numbers are those of the table, which changes.
fn shown_code(function: &ir::Function, ids: &[FuncId]) -> String {
    let mut code = function.display().to_string();
    for (helper, id) in HELPERS.iter().zip(ids) {
        code = code.replace(&format!(" u0:{} ", id.as_u32()), &format!(" %{} ", helper.name));
    }
    code
}
