//! The loop over the items, the steps, and the ways out.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, FuncRef, InstBuilder, Value, types};
use cranelift_frontend::{FunctionBuilder, Variable};
use cranelift_jit::JITModule;
use cranelift_module::{FuncId, Module};
use migc_abi::{Frame, HELPERS, Tables};

use super::values::{Form, Val, Words, form, trusted};
use super::{Fields, Items, NativeError, Place, Sink};
use crate::plan::{Arrow, Codes, Expr, FateKind, Otherwise, Program, Step};

/// Offsets in the frame.
pub(super) mod at {
    use super::Frame;
    pub(in super::super) const BASE: i32 = std::mem::offset_of!(Frame, base) as i32;
    pub(in super::super) const POSITIONS: i32 = std::mem::offset_of!(Frame, positions) as i32;
    pub(in super::super) const ITEMS: i32 = std::mem::offset_of!(Frame, items) as i32;
    pub(in super::super) const START: i32 = std::mem::offset_of!(Frame, start) as i32;
    pub(in super::super) const OUTS: i32 = std::mem::offset_of!(Frame, outs) as i32;
    pub(in super::super) const COLUMNS_IN: i32 = std::mem::offset_of!(Frame, columns_in) as i32;
    pub(in super::super) const COLUMNS_OUT: i32 = std::mem::offset_of!(Frame, columns_out) as i32;
    pub(in super::super) const ARENA: i32 = std::mem::offset_of!(Frame, arena) as i32;
    pub(in super::super) const ARENA_START: i32 = std::mem::offset_of!(Frame, arena_start) as i32;
    pub(in super::super) const CONSTANTS: i32 = std::mem::offset_of!(Frame, constants) as i32;
    pub(in super::super) const TEXTS: i32 = std::mem::offset_of!(Frame, texts) as i32;
    pub(in super::super) const FILE: i32 = std::mem::offset_of!(Frame, file) as i32;
    pub(in super::super) const NUMBER: i32 = std::mem::offset_of!(Frame, number) as i32;
    pub(in super::super) const TALLY: i32 = std::mem::offset_of!(Frame, tally) as i32;
}

/// Makes the function of one program.
pub(super) struct Generator<'a> {
    pub(super) b: FunctionBuilder<'a>,
    module: &'a mut JITModule,
    ids: &'a [FuncId],
    helpers: BTreeMap<&'static str, FuncRef>,
    pub(super) program: &'a Program,
    pub(super) codes: &'a [Codes],
    pub(super) items: &'a Items,
    /// One for each target of the program.
    pub(super) sinks: &'a [Sink],
    /// The targets of the program, by their places in the plan.
    targets: Vec<usize>,
    /// Which of them is being written.
    pub(super) target: usize,
    pub(super) tables: &'a mut Tables,
    /// The frame, the block's base and the constants, for the whole function.
    pub(super) frame: Value,
    pub(super) base: Value,
    pub(super) constants: Value,
    columns_in: Value,
    pub(super) columns_out: Value,
    pub(super) item: Variable,
    pub(super) place: Variable,
    pub(super) record: Variable,
    pub(super) out: Variable,
    loaded: Variable,
    /// Several branches or arrows: what they bind is kept in memory, and their ways are told by variables.
    several: bool,
    /// Where an item goes that leaves its branch, where there are several.
    branch_end: Option<Block>,
    /// What became of the item in each branch, and which arrows have a row.
    courses: Vec<Variable>,
    rows: Vec<Variable>,
    /// Whether each cleaning step changed its value, by the step's slot.
    flags: BTreeMap<usize, Variable>,
    /// Where an expression goes that fails.
    pub(super) fail: Block,
    /// Takes the number of a fate; the item meets it.
    left: Block,
    /// Blocks that lead out: the fates that they name, and where the item goes on, if not out of the program.
    failures: Vec<(Block, usize, Option<Block>)>,
    /// Values of slots, and the text that a slot's number was read from.
    slots: Vec<Option<Kept>>,
    pub(super) read_from: BTreeMap<usize, (Source, Value, Value)>,
    /// Inputs that were loaded, by the region of the code that they are good for.
    pub(super) inputs: Vec<BTreeMap<usize, Val>>,
    /// Which lists of codes have a table.
    pub(super) code_tables: BTreeMap<usize, usize>,
    changed: Vec<(usize, Changed)>,
    /// A call that the table has no helper for.
    unknown: Option<(&'static str, usize)>,
    file: Option<cranelift_codegen::ir::StackSlot>,
    /// Memory in which values are handed to helpers.
    pub(super) scratch: Option<cranelift_codegen::ir::StackSlot>,
}

/// Programs with more slots than this keep them in memory: the time to give registers to values that all live to the
/// end of a long function grows faster than their number (700 outputs took 0.5 s).
const FEW: usize = 96;

/// Whether a program is one whose slots live in memory.
pub(super) fn is_long(program: &Program) -> bool {
    program.slots.len() > FEW
}

/// Where a slot's value is.
#[derive(Debug, Clone, Copy)]
enum Kept {
    /// In registers, or where the register allocator puts it.
    Here(Val),
    /// In the function's own memory: its words, and behind them the flag of null where it has one.
    Memory { at: i32, form: Form, nullable: bool },
}

/// Whether a cleaning step changed its value.
#[derive(Debug, Clone, Copy)]
enum Changed {
    /// A flag that is at hand wherever the item is loaded.
    Here(Value),
    /// A flag that stays zero where the step is not reached, and the branch in which it counts.
    There(Variable, usize),
}

/// What became of an item in a branch, as the variable of the branch holds it.
mod course {
    /// The item is not its business.
    pub(super) const APART: i64 = 0;
    /// It dropped the item.
    pub(super) const DROPPED: i64 = 1;
    /// The item went through.
    pub(super) const THROUGH: i64 = 2;
}

/// What a slot's number was read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A whole number.
    Int,
    /// A day as it is also written.
    Day,
}

impl<'a> Generator<'a> {
    #[expect(clippy::too_many_arguments, reason = "the parts of one function, each used throughout")]
    pub(super) fn new(
        mut b: FunctionBuilder<'a>,
        module: &'a mut JITModule,
        ids: &'a [FuncId],
        program: &'a Program,
        codes: &'a [Codes],
        items: &'a Items,
        sinks: &'a [Sink],
        tables: &'a mut Tables,
    ) -> Generator<'a> {
        let entry = b.create_block();
        b.append_block_params_for_function_params(entry);
        b.switch_to_block(entry);
        let frame = b.block_params(entry)[0];
        let mut load = |offset| b.ins().load(types::I64, trusted(), frame, offset);
        let (base, constants, columns_in, columns_out) =
            (load(at::BASE), load(at::CONSTANTS), load(at::COLUMNS_IN), load(at::COLUMNS_OUT));
        let [item, place, record, out, loaded] = [(); 5].map(|()| b.declare_var(types::I64));
        let left = b.create_block();
        b.append_block_param(left, types::I64);
        b.set_cold_block(left);
        let slots = vec![None; program.slots.len()];
        let arrows = program.arrows().count();
        let several = program.branches.len() > 1 || program.of_one().is_none() && arrows > 0;
        let count = if several { (program.branches.len(), arrows) } else { (0, 0) };
        let courses = (0..count.0).map(|_| b.declare_var(types::I64)).collect();
        let rows = (0..count.1).map(|_| b.declare_var(types::I8)).collect();
        let cleaned =
            program.steps().filter_map(|(_, s)| if let Step::Clean { slot, .. } = s { Some(*slot) } else { None });
        let flags = cleaned.filter(|_| several).map(|slot| (slot, b.declare_var(types::I8))).collect();
        Generator {
            fail: left,
            b,
            module,
            ids,
            helpers: BTreeMap::new(),
            program,
            codes,
            items,
            sinks,
            targets: program.targets(),
            target: 0,
            tables,
            frame,
            base,
            constants,
            columns_in,
            columns_out,
            item,
            place,
            record,
            out,
            loaded,
            several,
            branch_end: None,
            courses,
            rows,
            flags,
            left,
            failures: Vec::new(),
            slots,
            read_from: BTreeMap::new(),
            inputs: vec![BTreeMap::new()],
            code_tables: BTreeMap::new(),
            changed: Vec::new(),
            unknown: None,
            file: None,
            scratch: None,
        }
    }

    pub(super) fn finish(mut self) {
        let target = self.module.target_config();
        self.b.seal_all_blocks();
        self.b.finalize(target);
    }

    /// A helper of the table that takes so many words. A name or a number that is not the table's makes the whole program
    /// fail: the code is then never run.
    pub(super) fn helper(&mut self, name: &'static str, words: usize) -> FuncRef {
        let place = HELPERS.iter().position(|h| h.name == name && h.params == words);
        if place.is_none() {
            self.unknown.get_or_insert((name, words));
        }
        if let Some(f) = self.helpers.get(name) {
            return *f;
        }
        let f = self.module.declare_func_in_func(self.ids[place.unwrap_or_default()], self.b.func);
        self.helpers.insert(name, f);
        f
    }

    /// An address with readable bytes round it.
    pub(super) fn base_or_constant(&mut self) -> Value {
        match self.items {
            Items::Fields(_) => self.base,
            Items::Numbers => self.frame,
        }
    }

    pub(super) fn function(&mut self) -> Result<(), NativeError> {
        let (frame, base) = (self.frame, self.base);
        let mut load = |offset| self.b.ins().load(types::I64, trusted(), frame, offset);
        let (items, start, positions) = (load(at::ITEMS), load(at::START), load(at::POSITIONS));
        let first = self.b.ins().iadd(base, start);
        let zero = self.int(0);
        self.b.def_var(self.item, zero);
        self.b.def_var(self.loaded, zero);
        self.b.def_var(self.place, positions);
        self.b.def_var(self.record, first);
        if self.writes() && !self.several {
            self.take_cursor();
        } else {
            self.b.def_var(self.out, zero);
        }
        let [head, body, next, done] = [(); 4].map(|()| self.b.create_block());
        self.b.ins().jump(head, &[]);

        self.b.switch_to_block(head);
        let item = self.b.use_var(self.item);
        let more = self.b.ins().icmp(IntCC::UnsignedLessThan, item, items);
        self.b.ins().brif(more, body, &[], done, &[]);

        self.b.switch_to_block(body);
        // The texts of the item before are given back.
        let start = self.b.ins().load(types::I64, trusted(), frame, at::ARENA_START);
        self.b.ins().store(trusted(), start, frame, at::ARENA);
        if self.several {
            self.branches()?;
        } else {
            self.only_branch()?;
        }
        self.b.ins().jump(next, &[]);

        for (block, fate, on) in std::mem::take(&mut self.failures) {
            self.b.switch_to_block(block);
            let number = self.int(fate as i64);
            let Some(on) = on else {
                self.b.ins().jump(self.left, &[number.into()]);
                continue;
            };
            if self.program.fates[fate].kind == FateKind::Drop {
                let item = self.b.use_var(self.item);
                self.call("leave", &[frame, item, number]);
            }
            self.b.ins().jump(on, &[]);
        }
        self.b.switch_to_block(self.left);
        let fate = self.b.block_params(self.left)[0];
        let item = self.b.use_var(self.item);
        self.call("leave", &[frame, item, fate]);
        self.b.ins().jump(next, &[]);

        self.b.switch_to_block(next);
        if let Items::Fields(Fields { stride, spans, .. }) = self.items {
            let place = self.b.use_var(self.place);
            if !spans {
                let last = self.b.ins().load(types::I32, trusted(), place, 4 * (*stride as i32 - 1));
                let last = self.b.ins().uextend(types::I64, last);
                let end = self.b.ins().iadd(base, last);
                let record = self.b.ins().iadd_imm_s(end, 1);
                self.b.def_var(self.record, record);
            }
            let place = self.b.ins().iadd_imm_s(place, 4 * *stride as i64);
            self.b.def_var(self.place, place);
        }
        let item = self.b.use_var(self.item);
        let item = self.b.ins().iadd_imm_s(item, 1);
        self.b.def_var(self.item, item);
        self.b.ins().jump(head, &[]);

        self.b.switch_to_block(done);
        if !self.several {
            if self.writes() {
                self.give_cursor();
            }
            let loaded = self.b.use_var(self.loaded);
            self.tally(0, loaded);
        }
        self.b.ins().return_(&[]);
        match self.unknown {
            Some((name, words)) => Err(NativeError(format!("there is no helper {name} of {words} words"))),
            None => Ok(()),
        }
    }

    /// The way of an item through a program of one branch and one arrow: values stay in registers, and nothing is asked
    /// twice.
    fn only_branch(&mut self) -> Result<(), NativeError> {
        let program = self.program;
        for (_, step) in program.steps() {
            self.step(step)?;
        }
        for (_, arrow) in program.arrows() {
            self.outputs(&arrow.outputs)?;
            self.measures(arrow)?;
        }
        self.count_changes();
        let loaded = self.b.use_var(self.loaded);
        let loaded = self.b.ins().iadd_imm_s(loaded, 1);
        self.b.def_var(self.loaded, loaded);
        Ok(())
    }

    /// The way of an item through several branches or arrows: all steps, and then all rows.
    fn branches(&mut self) -> Result<(), NativeError> {
        let program = self.program;
        let (zero, no) = (self.int(course::APART), self.flag(false));
        for v in self.courses.clone() {
            self.b.def_var(v, zero);
        }
        for v in self.rows.iter().chain(self.flags.values()).copied().collect::<Vec<_>>() {
            self.b.def_var(v, no);
        }
        let mut first = 0;
        for (place, branch) in program.branches.iter().enumerate() {
            let end = self.b.create_block();
            self.branch_end = Some(end);
            self.inputs.push(BTreeMap::new());
            // Until a `where` says that it is not, the item is the branch's business.
            let concerned = self.int(course::DROPPED);
            self.b.def_var(self.courses[place], concerned);
            for step in &branch.steps {
                self.branch_step(step, place)?;
            }
            for (i, arrow) in branch.arrows.iter().enumerate() {
                self.arrow_steps(arrow, first + i, place)?;
            }
            let through = self.int(course::THROUGH);
            self.b.def_var(self.courses[place], through);
            self.b.ins().jump(end, &[]);
            self.inputs.pop();
            self.b.switch_to_block(end);
            first += branch.arrows.len();
        }
        self.branch_end = None;
        if let Some(fate) = program.unclaimed {
            let mut all = self.b.use_var(self.courses[0]);
            for v in self.courses.clone().into_iter().skip(1) {
                let of = self.b.use_var(v);
                all = self.b.ins().bor(all, of);
            }
            let number = self.int(fate as i64);
            let claimed = self.b.create_block();
            self.b.ins().brif(all, claimed, &[], self.left, &[number.into()]);
            self.b.switch_to_block(claimed);
        }
        self.count_changes();
        let mut first = 0;
        let branches = program.branches.len();
        let arrows = program.arrows().count();
        for (place, branch) in program.branches.iter().enumerate() {
            let [through, not, apart, next] = [(); 4].map(|()| self.b.create_block());
            let course = self.b.use_var(self.courses[place]);
            let is_through = self.is(IntCC::Equal, course, course::THROUGH);
            self.b.ins().brif(is_through, through, &[], not, &[]);
            self.b.switch_to_block(not);
            let is_apart = self.is(IntCC::Equal, course, course::APART);
            self.b.ins().brif(is_apart, apart, &[], next, &[]);
            self.b.switch_to_block(apart);
            let one = self.int(1);
            self.tally(branches + arrows + place, one);
            self.b.ins().jump(next, &[]);
            self.b.switch_to_block(through);
            let one = self.int(1);
            self.tally(place, one);
            for (i, arrow) in branch.arrows.iter().enumerate() {
                let [write, on] = [(); 2].map(|()| self.b.create_block());
                let row = self.b.use_var(self.rows[first + i]);
                self.b.ins().brif(row, write, &[], on, &[]);
                self.b.switch_to_block(write);
                let one = self.int(1);
                self.tally(branches + first + i, one);
                self.inputs.push(BTreeMap::new());
                self.target = self.targets.iter().position(|t| *t == arrow.target).unwrap_or(0);
                self.take_cursor();
                self.outputs(&arrow.outputs)?;
                self.give_cursor();
                self.measures(arrow)?;
                self.inputs.pop();
                self.b.ins().jump(on, &[]);
                self.b.switch_to_block(on);
            }
            self.b.ins().jump(next, &[]);
            self.b.switch_to_block(next);
            first += branch.arrows.len();
        }
        Ok(())
    }

    /// A step of a branch: behind a `where` that does not hold, the item is apart.
    fn branch_step(&mut self, step: &'a Step, branch: usize) -> Result<(), NativeError> {
        let Step::LeaveIf { when, fate } = step else { return self.step_in(step, branch) };
        if self.program.fates[*fate].kind != FateKind::Apart {
            return self.step_in(step, branch);
        }
        let v = self.expr(when)?;
        let truth = self.truth(v);
        let [away, on] = [(); 2].map(|()| self.b.create_block());
        self.b.ins().brif(truth, away, &[], on, &[]);
        self.b.switch_to_block(away);
        let apart = self.int(course::APART);
        self.b.def_var(self.courses[branch], apart);
        // A warning on the way to the `where` is none then: see `Native::settle_events`.
        let of = self.program.branch_of_fates();
        if self.program.fates.iter().zip(of).any(|(f, of)| f.kind == FateKind::Warn && of == branch) {
            let item = self.b.use_var(self.item);
            let number = self.int(*fate as i64);
            self.call("leave", &[self.frame, item, number]);
        }
        let end = self.branch_end.unwrap_or(self.left);
        self.b.ins().jump(end, &[]);
        self.b.switch_to_block(on);
        Ok(())
    }

    /// The steps of an arrow, where it has a row.
    fn arrow_steps(&mut self, arrow: &'a Arrow, place: usize, branch: usize) -> Result<(), NativeError> {
        let on = self.b.create_block();
        if let Some(when) = &arrow.when {
            let v = self.apart(when)?;
            let truth = self.truth(v);
            let here = self.b.create_block();
            self.b.ins().brif(truth, here, &[], on, &[]);
            self.b.switch_to_block(here);
        }
        self.inputs.push(BTreeMap::new());
        for step in &arrow.steps {
            self.step_in(step, branch)?;
        }
        self.inputs.pop();
        let yes = self.flag(true);
        self.b.def_var(self.rows[place], yes);
        self.b.ins().jump(on, &[]);
        self.b.switch_to_block(on);
        Ok(())
    }

    /// Notes a key, unless one of its values is null.
    fn note(&mut self, key: usize, values: &'a [Expr]) -> Result<(), NativeError> {
        let on = self.b.create_block();
        let mut of = Vec::with_capacity(values.len());
        self.inputs.push(BTreeMap::new());
        for v in values {
            of.push(self.expr(v)?);
        }
        self.inputs.pop();
        for v in &of {
            if let Some(null) = v.null {
                self.leave_when(null, on);
            }
        }
        self.key_parts(&of);
        let (item, key) = (self.b.use_var(self.item), self.int(key as i64));
        self.call("note_key", &[self.frame, item, key]);
        self.b.ins().jump(on, &[]);
        self.b.switch_to_block(on);
        Ok(())
    }

    /// What gates, and what must stand once, want to know of a row.
    fn measures(&mut self, arrow: &'a Arrow) -> Result<(), NativeError> {
        for (key, values) in &arrow.keys {
            self.note(*key, values)?;
        }
        for (place, value) in &arrow.measures {
            let v = self.apart(value)?;
            let [count, on] = [(); 2].map(|()| self.b.create_block());
            let counts = match (v.words, v.null) {
                (Words::Bool(t), Some(null)) => self.b.ins().band_not(t, null),
                (Words::Bool(t), None) => t,
                (_, Some(null)) => self.b.ins().bxor_imm_s(null, 1),
                (_, None) => self.flag(true),
            };
            self.b.ins().brif(counts, count, &[], on, &[]);
            self.b.switch_to_block(count);
            let (low, high) = self.two_words(v);
            let place = self.int(*place as i64);
            self.call("measure", &[self.frame, place, low, high]);
            self.b.ins().jump(on, &[]);
            self.b.switch_to_block(on);
        }
        Ok(())
    }

    /// Whether the program writes rows of text.
    fn writes(&self) -> bool {
        matches!(self.sinks.first(), Some(sink) if *sink != Sink::Numbers)
    }

    /// The sink that is being written.
    pub(super) fn sink(&self) -> Sink {
        self.sinks.get(self.target).cloned().unwrap_or(Sink::Numbers)
    }

    /// Adds to a number of the frame's tally.
    fn tally(&mut self, place: usize, by: Value) {
        let frame = self.frame;
        let tally = self.b.ins().load(types::I64, trusted(), frame, at::TALLY);
        let before = self.b.ins().load(types::I64, trusted(), tally, 8 * place as i32);
        let after = self.b.ins().iadd(before, by);
        self.b.ins().store(trusted(), after, tally, 8 * place as i32);
    }

    /// The place of the target's cursor in memory; its limit stands behind it.
    pub(super) fn cursor(&mut self) -> (Value, i32) {
        let frame = self.frame;
        let outs = self.b.ins().load(types::I64, trusted(), frame, at::OUTS);
        (outs, 16 * self.target as i32)
    }

    fn take_cursor(&mut self) {
        let (outs, offset) = self.cursor();
        let out = self.b.ins().load(types::I64, trusted(), outs, offset);
        self.b.def_var(self.out, out);
    }

    fn give_cursor(&mut self) {
        let (outs, offset) = self.cursor();
        let out = self.b.use_var(self.out);
        self.b.ins().store(trusted(), out, outs, offset);
    }

    /// A step, whose changes count if the item goes through its branch.
    fn step_in(&mut self, step: &'a Step, branch: usize) -> Result<(), NativeError> {
        let before = self.changed.len();
        self.step(step)?;
        for (slot, changed) in self.changed.iter_mut().skip(before) {
            if let (Changed::Here(flag), Some(v)) = (*changed, self.flags.get(slot)) {
                self.b.def_var(*v, flag);
                *changed = Changed::There(*v, branch);
            }
        }
        Ok(())
    }

    fn step(&mut self, step: &'a Step) -> Result<(), NativeError> {
        match step {
            Step::Let { slot, value, otherwise } => {
                let v = self.guarded(value, otherwise, *slot)?;
                self.keep(*slot, v);
            }
            Step::Clean { slot, before, value, otherwise } => {
                let before = self.expr(before)?;
                let v = self.guarded(value, otherwise, *slot)?;
                let changed = self.differ(before, v);
                self.changed.push((*slot, Changed::Here(changed)));
                self.keep(*slot, v);
            }
            Step::LeaveIf { when, fate } => {
                let v = self.expr(when)?;
                let truth = self.truth(v);
                let on = self.b.create_block();
                if self.branch_end.is_some() {
                    let out = self.failure_to(*fate);
                    self.b.ins().brif(truth, out, &[], on, &[]);
                } else {
                    let fate = self.int(*fate as i64);
                    self.b.ins().brif(truth, self.left, &[fate.into()], on, &[]);
                }
                self.b.switch_to_block(on);
            }
            Step::Note { key, values } => self.note(*key, values)?,
            Step::Check { holds, fate } => {
                let v = self.expr(holds)?;
                let Words::Bool(truth) = v.words else { return Ok(()) };
                let ok = match v.null {
                    Some(null) => self.b.ins().bor(truth, null),
                    None => truth,
                };
                let on = self.b.create_block();
                let number = self.int(*fate as i64);
                if self.program.fates[*fate].kind == FateKind::Warn {
                    let warn = self.b.create_block();
                    self.b.set_cold_block(warn);
                    self.b.ins().brif(ok, on, &[], warn, &[]);
                    self.b.switch_to_block(warn);
                    let item = self.b.use_var(self.item);
                    self.call("leave", &[self.frame, item, number]);
                    self.b.ins().jump(on, &[]);
                } else if self.branch_end.is_some() {
                    let out = self.failure_to(*fate);
                    self.b.ins().brif(ok, on, &[], out, &[]);
                } else {
                    self.b.ins().brif(ok, on, &[], self.left, &[number.into()]);
                }
                self.b.switch_to_block(on);
            }
        }
        Ok(())
    }

    /// One where a condition is true, zero where it is false or null.
    fn truth(&mut self, v: Val) -> Value {
        match (v.words, v.null) {
            (Words::Bool(t), Some(null)) => self.b.ins().band_not(t, null),
            (Words::Bool(t), None) => t,
            _ => self.flag(false),
        }
    }

    /// The value of a slot, with what happens when it fails.
    fn guarded(&mut self, value: &'a Expr, otherwise: &'a Otherwise, slot: usize) -> Result<Val, NativeError> {
        let info = &self.program.slots[slot].info;
        let (want, nullable) = (form(info), info.ty.nullable);
        match otherwise {
            Otherwise::Never => {
                let v = self.slot_value(value, slot)?;
                Ok(self.reform(v, want))
            }
            Otherwise::Leave(fate) => {
                let failed = self.failure_to(*fate);
                let outer = std::mem::replace(&mut self.fail, failed);
                let v = self.slot_value(value, slot)?;
                self.fail = outer;
                Ok(self.reform(v, want))
            }
            Otherwise::Value(other, warn) => {
                let failed = self.b.create_block();
                let join = self.join(want, nullable);
                let outer = std::mem::replace(&mut self.fail, failed);
                self.inputs.push(BTreeMap::new());
                let v = self.expr(value)?;
                self.inputs.pop();
                self.fail = outer;
                self.jump_with(join, v, want, nullable);
                self.b.switch_to_block(failed);
                self.inputs.push(BTreeMap::new());
                if let Some(fate) = warn {
                    let (item, fate) = (self.b.use_var(self.item), self.int(*fate as i64));
                    self.call("leave", &[self.frame, item, fate]);
                }
                let v = self.expr(other)?;
                self.inputs.pop();
                self.jump_with(join, v, want, nullable);
                Ok(self.joined(join, want, nullable))
            }
        }
    }

    /// Whether slots live in memory, and inputs are read anew wherever they are used.
    pub(super) fn in_memory(&self) -> bool {
        self.several || is_long(self.program)
    }

    /// Binds a slot.
    pub(super) fn keep(&mut self, slot: usize, v: Val) {
        if !self.in_memory() {
            self.slots[slot] = Some(Kept::Here(v));
            return;
        }
        let file = self.file();
        let at = 24 * slot as i32;
        self.store(v, file, at);
        if let Some(null) = v.null {
            self.b.ins().stack_store(types::I64, null, file, at + 16);
        }
        let form = match v.words {
            Words::Num(_) => Form::Num,
            Words::Wide(..) => Form::Wide,
            Words::Text(..) => Form::Text,
            Words::Bool(_) => Form::Bool,
        };
        self.slots[slot] = Some(Kept::Memory { at, form, nullable: v.null.is_some() });
    }

    /// The value of a slot that is bound.
    pub(super) fn kept(&mut self, slot: usize) -> Option<Val> {
        match self.slots[slot]? {
            Kept::Here(v) => Some(v),
            Kept::Memory { at, form, nullable } => {
                let file = self.file();
                let mut v = self.load(form, file, at);
                if nullable {
                    v.null = Some(self.b.ins().stack_load(types::I64, types::I8, file, at + 16));
                }
                Some(v)
            }
        }
    }

    /// The memory in which slots are kept.
    fn file(&mut self) -> cranelift_codegen::ir::StackSlot {
        use cranelift_codegen::ir::{StackSlotData, StackSlotKind};
        let bytes = 24 * self.slots.len() as u32;
        *self.file.get_or_insert_with(|| {
            self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 4))
        })
    }

    /// A block from which the item meets a fate; filled when the steps are done.
    fn failure_to(&mut self, fate: usize) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        let stays = matches!(self.program.fates[fate].kind, FateKind::Drop | FateKind::Apart);
        self.failures.push((block, fate, self.branch_end.filter(|_| stays)));
        block
    }

    /// Counts the cleaning steps that changed something, once the item is loaded.
    fn count_changes(&mut self) {
        let mut changed = Vec::new();
        for (slot, flag) in std::mem::take(&mut self.changed) {
            let flag = match flag {
                Changed::Here(flag) => flag,
                Changed::There(v, branch) => {
                    let flag = self.b.use_var(v);
                    let course = self.b.use_var(self.courses[branch]);
                    let through = self.is(IntCC::Equal, course, course::THROUGH);
                    self.b.ins().band(flag, through)
                }
            };
            changed.push((slot, flag));
        }
        let Some(any) = changed.iter().map(|c| c.1).reduce(|a, b| self.b.ins().bor(a, b)) else { return };
        let (count, on) = (self.b.create_block(), self.b.create_block());
        self.b.set_cold_block(count);
        self.b.ins().brif(any, count, &[], on, &[]);
        self.b.switch_to_block(count);
        for (slot, flag) in changed {
            let (yes, next) = (self.b.create_block(), self.b.create_block());
            self.b.ins().brif(flag, yes, &[], next, &[]);
            self.b.switch_to_block(yes);
            let slot = self.int(slot as i64);
            self.call("cleaned", &[self.frame, slot]);
            self.b.ins().jump(next, &[]);
            self.b.switch_to_block(next);
        }
        self.b.ins().jump(on, &[]);
        self.b.switch_to_block(on);
    }

    /// A field of the item: address and length, with its quotes.
    pub(super) fn field(&mut self, column: usize) -> (Value, Value) {
        let Items::Fields(Fields { stride, spans, physical, .. }) = self.items else { return (self.base, self.base) };
        let stride = *stride;
        let physical = match physical.get(column) {
            Some(Place::At(physical)) => *physical,
            Some(Place::File(text)) => {
                let texts = self.b.ins().load(types::I64, trusted(), self.frame, at::FILE);
                let p = self.b.ins().load(types::I64, trusted(), texts, 16 * *text as i32);
                let n = self.b.ins().load(types::I64, trusted(), texts, 16 * *text as i32 + 8);
                return (p, n);
            }
            Some(Place::Absent | Place::Number) | None => return (self.base, self.int(0)),
        };
        let place = self.b.use_var(self.place);
        let end_of = |g: &mut Self, i: usize| {
            let at = g.b.ins().load(types::I32, trusted(), place, 4 * i as i32);
            let at = g.b.ins().uextend(types::I64, at);
            g.b.ins().iadd(g.base, at)
        };
        if *spans {
            let (start, end) = (end_of(self, 2 * physical), end_of(self, 2 * physical + 1));
            let n = self.b.ins().isub(end, start);
            return (start, n);
        }
        let end = end_of(self, physical);
        let start = if physical == 0 {
            self.b.use_var(self.record)
        } else {
            let before = end_of(self, physical - 1);
            self.b.ins().iadd_imm_s(before, 1)
        };
        let n = self.b.ins().isub(end, start);
        if physical + 1 < stride {
            return (start, n);
        }
        // A carriage return before the line feed belongs to the line end.
        let last = self.b.ins().uload8(types::I64, trusted(), end, -1);
        let cr = self.is(IntCC::Equal, last, i64::from(b'\r'));
        let some = self.is(IntCC::NotEqual, n, 0);
        let cut = self.b.ins().band(cr, some);
        let cut = self.b.ins().uextend(types::I64, cut);
        (start, self.b.ins().isub(n, cut))
    }

    /// Whether an input is a part of the item's record, as it stands.
    pub(super) fn in_record(&self, input: usize) -> bool {
        match (self.items, self.program.inputs.get(input)) {
            (Items::Fields(Fields { spans: false, physical, .. }), Some(input)) => {
                matches!(physical.get(input.column), Some(Place::At(_)))
            }
            _ => false,
        }
    }

    /// Whether a column is a field of the file.
    pub(super) fn is_field(&self, column: usize) -> bool {
        matches!(self.items, Items::Fields(Fields { physical, .. }) if matches!(physical.get(column), Some(Place::At(_))))
    }

    /// Whether an input is the number of the record.
    pub(super) fn is_number(&self, column: usize) -> bool {
        matches!(self.items, Items::Fields(Fields { physical, .. }) if physical.get(column) == Some(&Place::Number))
    }

    /// The number of the item's record.
    pub(super) fn record_number(&mut self) -> Value {
        let first = self.b.ins().load(types::I64, trusted(), self.frame, at::NUMBER);
        let item = self.b.use_var(self.item);
        self.b.ins().iadd(first, item)
    }

    /// The length of the item's record.
    pub(super) fn record_length(&mut self) -> Value {
        let Items::Fields(Fields { stride, .. }) = self.items else { return self.int(0) };
        let (place, record) = (self.b.use_var(self.place), self.b.use_var(self.record));
        let last = self.b.ins().load(types::I32, trusted(), place, 4 * (*stride as i32 - 1));
        let last = self.b.ins().uextend(types::I64, last);
        let end = self.b.ins().iadd(self.base, last);
        self.b.ins().isub(end, record)
    }

    /// A coordinate of the item.
    pub(super) fn coordinate(&mut self, column: usize) -> Value {
        let columns = self.columns_in;
        let base = self.b.ins().load(types::I64, trusted(), columns, 8 * column as i32);
        let item = self.b.use_var(self.item);
        let offset = self.b.ins().ishl_imm_s(item, 3);
        let at = self.b.ins().iadd(base, offset);
        self.b.ins().load(types::I64, trusted(), at, 0)
    }

    /// One where two values of one form differ.
    fn differ(&mut self, a: Val, b: Val) -> Value {
        let same = self.equal(a, b);
        let differ = self.is(IntCC::Equal, same, 0);
        match (a.null, b.null) {
            (None, None) => differ,
            (x, y) => {
                let x = match x {
                    Some(x) => x,
                    None => self.flag(false),
                };
                let y = match y {
                    Some(y) => y,
                    None => self.flag(false),
                };
                let both = self.b.ins().band(x, y);
                let one = self.b.ins().bxor(x, y);
                let values = self.b.ins().band_not(differ, both);
                self.b.ins().bor(one, values)
            }
        }
    }

    /// The form of an expression's value.
    pub(super) fn form_of(&self, e: &Expr) -> Form {
        form(&e.info)
    }
}
