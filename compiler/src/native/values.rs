//! Values in native code, and the small moves between them.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, BlockArg, InstBuilder, MemFlagsData, Value, types};
use migc_functions::{Info, Kind};

use super::program::Generator;

/// A value: its words, and a flag that is one where it is null.
#[derive(Debug, Clone, Copy)]
pub(super) struct Val {
    pub(super) words: Words,
    pub(super) null: Option<Value>,
}

/// The words of a value. Those of null are zero, which is an empty text at no address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Words {
    /// A number, a packed day, a row.
    Num(Value),
    /// A number of two words, low first.
    Wide(Value, Value),
    /// Address and length.
    Text(Value, Value),
    /// One byte, zero or one.
    Bool(Value),
}

/// The form of a value's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Num,
    Wide,
    Text,
    Bool,
}

/// The form that a value of this type and range has.
pub(super) fn form(info: &Info) -> Form {
    match info.ty.kind {
        Kind::Bool => Form::Bool,
        ref kind if kind.held_as_text() => Form::Text,
        Kind::Null | Kind::Record(_) | Kind::Date => Form::Num,
        _ => {
            let (lo, hi) = info.bounds();
            if i64::try_from(lo).is_ok() && i64::try_from(hi).is_ok() { Form::Num } else { Form::Wide }
        }
    }
}

impl Val {
    pub(super) fn num(v: Value) -> Val {
        Val { words: Words::Num(v), null: None }
    }
    pub(super) fn text(p: Value, n: Value) -> Val {
        Val { words: Words::Text(p, n), null: None }
    }
    pub(super) fn bool(v: Value) -> Val {
        Val { words: Words::Bool(v), null: None }
    }
}

pub(super) fn trusted() -> MemFlagsData {
    MemFlagsData::trusted()
}

impl Generator<'_> {
    pub(super) fn int(&mut self, n: i64) -> Value {
        self.b.ins().iconst(types::I64, n)
    }
    pub(super) fn flag(&mut self, b: bool) -> Value {
        self.b.ins().iconst(types::I8, i64::from(b))
    }
    /// Null of a form.
    pub(super) fn null(&mut self, form: Form) -> Val {
        let words = self.zero(form);
        Val { words, null: Some(self.flag(true)) }
    }
    fn zero(&mut self, form: Form) -> Words {
        match form {
            Form::Num => Words::Num(self.int(0)),
            Form::Wide => Words::Wide(self.int(0), self.int(0)),
            // Helpers may load words round a text, so that even an empty one has an address.
            Form::Text => {
                let p = self.base_or_constant();
                Words::Text(p, self.int(0))
            }
            Form::Bool => Words::Bool(self.flag(false)),
        }
    }
    /// A value in another form that holds it.
    pub(super) fn reform(&mut self, v: Val, want: Form) -> Val {
        let words = match (v.words, want) {
            (Words::Num(n), Form::Wide) => Words::Wide(n, self.b.ins().sshr_imm_s(n, 63)),
            (Words::Wide(low, _), Form::Num) => Words::Num(low),
            (Words::Num(_), Form::Num)
            | (Words::Wide(..), Form::Wide)
            | (Words::Text(..), Form::Text)
            | (Words::Bool(_), Form::Bool) => v.words,
            // Only null comes in another form than its type's.
            _ => self.zero(want),
        };
        Val { words, null: v.null }
    }
    /// The flag of null, zero where it cannot be.
    pub(super) fn null_flag(&mut self, v: Val) -> Value {
        match v.null {
            Some(n) => n,
            None => self.flag(false),
        }
    }
    /// A block that takes a value of a form, with a flag of null if `nullable`.
    pub(super) fn join(&mut self, form: Form, nullable: bool) -> Block {
        let block = self.b.create_block();
        let words: &[types::Type] = match form {
            Form::Num => &[types::I64],
            Form::Wide | Form::Text => &[types::I64, types::I64],
            Form::Bool => &[types::I8],
        };
        for t in words {
            self.b.append_block_param(block, *t);
        }
        if nullable {
            self.b.append_block_param(block, types::I8);
        }
        block
    }
    /// Goes to a block of [`Generator::join`] with a value.
    pub(super) fn jump_with(&mut self, block: Block, v: Val, form: Form, nullable: bool) {
        let v = self.reform(v, form);
        let mut args: Vec<BlockArg> = match v.words {
            Words::Num(a) | Words::Bool(a) => vec![a.into()],
            Words::Wide(a, b) | Words::Text(a, b) => vec![a.into(), b.into()],
        };
        if nullable {
            args.push(self.null_flag(v).into());
        }
        self.b.ins().jump(block, &args);
    }
    /// The value that a block of [`Generator::join`] takes.
    pub(super) fn joined(&mut self, block: Block, form: Form, nullable: bool) -> Val {
        self.b.switch_to_block(block);
        let p = self.b.block_params(block).to_vec();
        let words = match form {
            Form::Num => Words::Num(p[0]),
            Form::Wide => Words::Wide(p[0], p[1]),
            Form::Text => Words::Text(p[0], p[1]),
            Form::Bool => Words::Bool(p[0]),
        };
        Val { words, null: if nullable { p.last().copied() } else { None } }
    }
    /// Null in, null out: where the flag can be one, goes on in a new block where it is not, and gives the block that both
    /// ways join in.
    pub(super) fn past_null(&mut self, null: Option<Value>, form: Form) -> Option<Block> {
        let null = null?;
        let join = self.join(form, true);
        let [here, none] = [(); 2].map(|()| self.b.create_block());
        self.b.ins().brif(null, none, &[], here, &[]);
        self.b.switch_to_block(none);
        let v = self.null(form);
        self.jump_with(join, v, form, true);
        self.b.switch_to_block(here);
        Some(join)
    }
    /// Goes on in a new block if the flag is zero, and to `target` if it is not.
    pub(super) fn leave_when(&mut self, flag: Value, target: Block) {
        let on = self.b.create_block();
        self.b.ins().brif(flag, target, &[], on, &[]);
        self.b.switch_to_block(on);
    }
    /// Goes on in a new block if the flag is not zero, and to `target` if it is.
    pub(super) fn leave_unless(&mut self, flag: Value, target: Block) {
        let on = self.b.create_block();
        self.b.ins().brif(flag, on, &[], target, &[]);
        self.b.switch_to_block(on);
    }
    pub(super) fn either(&mut self, a: Option<Value>, b: Option<Value>) -> Option<Value> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.b.ins().bor(a, b)),
            (a, b) => a.or(b),
        }
    }
    pub(super) fn is(&mut self, cc: IntCC, a: Value, b: i64) -> Value {
        self.b.ins().icmp_imm_s(cc, a, b)
    }
    /// Calls a helper of the table.
    pub(super) fn call(&mut self, name: &'static str, args: &[Value]) -> Vec<Value> {
        let helper = self.helper(name, args.len());
        let call = self.b.ins().call(helper, args);
        self.b.inst_results(call).to_vec()
    }
    /// The two words of a value.
    pub(super) fn two_words(&mut self, v: Val) -> (Value, Value) {
        match v.words {
            Words::Num(n) => (n, self.b.ins().sshr_imm_s(n, 63)),
            Words::Wide(a, b) | Words::Text(a, b) => (a, b),
            Words::Bool(f) => (self.b.ins().uextend(types::I64, f), self.int(0)),
        }
    }
    /// The words of a value as two words in memory.
    pub(super) fn store(&mut self, v: Val, slot: cranelift_codegen::ir::StackSlot, at: i32) {
        let (a, b) = self.two_words(v);
        self.b.ins().stack_store(types::I64, a, slot, at);
        self.b.ins().stack_store(types::I64, b, slot, at + 8);
    }
    /// Two words in memory as a value of a form.
    pub(super) fn load(&mut self, form: Form, slot: cranelift_codegen::ir::StackSlot, at: i32) -> Val {
        let a = self.b.ins().stack_load(types::I64, types::I64, slot, at);
        let words = match form {
            Form::Num => Words::Num(a),
            Form::Wide => Words::Wide(a, self.b.ins().stack_load(types::I64, types::I64, slot, at + 8)),
            Form::Text => Words::Text(a, self.b.ins().stack_load(types::I64, types::I64, slot, at + 8)),
            Form::Bool => Words::Bool(self.b.ins().ireduce(types::I8, a)),
        };
        Val { words, null: None }
    }
    /// Memory for `count` values of two words, good until the next such call: all values are made before the first is
    /// stored, so that one piece serves the whole function and the stack stays small however long the program is.
    pub(super) fn memory(&mut self, count: usize) -> cranelift_codegen::ir::StackSlot {
        use cranelift_codegen::ir::{StackSlotData, StackSlotKind};
        let bytes = 16 * count.max(1) as u32;
        let slot = match self.scratch {
            Some(slot) => slot,
            None => self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, bytes, 4)),
        };
        self.scratch = Some(slot);
        let size = &mut self.b.func.sized_stack_slots[slot].size;
        *size = bytes.max(*size);
        slot
    }
}
