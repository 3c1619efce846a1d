//! Outputs in native code: room is made once an item, then every value is written straight behind the last.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use migc_abi::emit::NUMBER_ROOM;
use migc_functions::Kind;

use super::program::{Generator, Source};
use super::values::{Val, Words, trusted};
use super::{NativeError, Sink};
use crate::plan::{Op, Output};

/// What the outputs of an item need at most.
struct Room {
    /// How often each field is passed on: they are parts of the record, which counts as often as one of them does.
    times: BTreeMap<usize, i64>,
    /// The length of all other texts.
    texts: Option<Value>,
    /// Bytes for everything else.
    fixed: i64,
    /// How many bytes one of a text can become.
    growth: i64,
}

impl<'a> Generator<'a> {
    /// Writes the outputs of an item.
    pub(super) fn outputs(&mut self, outputs: &'a [Output]) -> Result<(), NativeError> {
        let sink = self.sink();
        // A field that is only passed on is read when it is written: in a wide table, holding them all would cost more
        // than reading them.
        let passed = |o: &Output| match (&o.value.op, &sink) {
            (Op::Input(i), Sink::Delimited { .. }) => {
                self.in_record(*i) && !self.inputs.iter().any(|r| r.contains_key(i))
            }
            _ => false,
        };
        let passed: Vec<bool> = outputs.iter().map(passed).collect();
        let mut values = Vec::with_capacity(outputs.len());
        let mut room = Room { times: BTreeMap::new(), texts: None, fixed: 0, growth: 2 };
        for (o, passed) in outputs.iter().zip(&passed) {
            if let (Op::Input(i), true) = (&o.value.op, *passed) {
                *room.times.entry(*i).or_default() += 1;
                values.push(None);
                continue;
            }
            let v = self.expr(&o.value)?;
            match v.words {
                Words::Text(_, n) => {
                    room.texts = Some(match room.texts {
                        Some(sum) => self.b.ins().iadd(sum, n),
                        None => n,
                    });
                }
                _ => room.fixed += NUMBER_ROOM as i64,
            }
            // What is kept in memory is loaded again when it is written.
            let again = self.in_memory()
                && matches!(o.value.op, Op::Slot(_) | Op::Input(_) | Op::Const(_))
                && matches!(sink, Sink::Delimited { .. });
            values.push((!again).then_some(v));
        }
        match &sink {
            Sink::Numbers => {
                for (i, v) in values.iter().enumerate() {
                    if let Some(Val { words: Words::Num(n), .. }) = v {
                        self.store_number(i, *n);
                    }
                }
            }
            Sink::JsonLines => {
                room.fixed += Self::framing(outputs, None);
                room.growth = 6;
                self.make_room(outputs.len(), &room);
                self.json_line(outputs, &values)?;
            }
            Sink::Fixed(slabs) => {
                room.fixed += Self::framing(outputs, Some(slabs));
                self.make_room(outputs.len(), &room);
                self.fixed_line(slabs, outputs, &values)?;
            }
            Sink::Delimited { delimiter } => {
                let delimiter = *delimiter;
                self.make_room(outputs.len(), &room);
                for (i, (o, v)) in outputs.iter().zip(&values).enumerate() {
                    let v = match v {
                        Some(v) => *v,
                        None => self.apart(&o.value)?,
                    };
                    let only = outputs.len() == 1;
                    self.write(o, v, delimiter, only);
                    let end = if i + 1 == outputs.len() { b'\n' } else { delimiter };
                    let out = self.b.use_var(self.out);
                    let byte = self.b.ins().iconst(types::I8, i64::from(end));
                    self.b.ins().store(trusted(), byte, out, 0);
                    let out = self.b.ins().iadd_imm_s(out, 1);
                    self.b.def_var(self.out, out);
                }
            }
        }
        Ok(())
    }

    fn store_number(&mut self, column: usize, n: Value) {
        let columns = self.columns_out;
        let base = self.b.ins().load(types::I64, trusted(), columns, 8 * column as i32);
        let item = self.b.use_var(self.item);
        let offset = self.b.ins().ishl_imm_s(item, 3);
        let to = self.b.ins().iadd(base, offset);
        self.b.ins().store(trusted(), n, to, 0);
    }

    fn either_sum(&mut self, a: Option<Value>, b: Option<Value>) -> Option<Value> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.b.ins().iadd(a, b)),
            (a, b) => a.or(b),
        }
    }

    /// Makes sure that all values fit behind the cursor: a text grows, when all of it must be escaped.
    fn make_room(&mut self, outputs: usize, room: &Room) {
        let fixed = 64 + 8 * outputs as i64 + room.fixed;
        let passed = room.times.values().max().map(|times| {
            let length = self.record_length();
            self.b.ins().imul_imm_s(length, *times)
        });
        let texts = self.either_sum(passed, room.texts);
        let need = match texts {
            Some(sum) => {
                let grown = self.b.ins().imul_imm_s(sum, room.growth);
                self.b.ins().iadd_imm_s(grown, fixed)
            }
            None => self.int(fixed),
        };
        let out = self.b.use_var(self.out);
        let frame = self.frame;
        let (outs, offset) = self.cursor();
        let limit = self.b.ins().load(types::I64, trusted(), outs, offset + 8);
        let end = self.b.ins().iadd(out, need);
        let fits = self.b.ins().icmp(IntCC::UnsignedLessThanOrEqual, end, limit);
        let [grow, on] = [(); 2].map(|()| self.b.create_block());
        self.b.set_cold_block(grow);
        self.b.ins().brif(fits, on, &[], grow, &[]);
        self.b.switch_to_block(grow);
        let target = self.int(self.target as i64);
        let out = self.call("grow", &[frame, target, out, need])[0];
        self.b.def_var(self.out, out);
        self.b.ins().jump(on, &[]);
        self.b.switch_to_block(on);
    }

    fn write(&mut self, output: &Output, v: Val, delimiter: u8, only: bool) {
        let end = self.b.create_block();
        if let Some(null) = v.null {
            let some = self.b.create_block();
            self.b.ins().brif(null, end, &[], some, &[]);
            self.b.switch_to_block(some);
        }
        let out = self.b.use_var(self.out);
        match v.words {
            Words::Text(p, n) => {
                // An empty text where null can stand, or alone on its line, is shown by its quotes.
                if output.ty.nullable || only {
                    let [empty, full] = [(); 2].map(|()| self.b.create_block());
                    self.b.set_cold_block(empty);
                    self.b.ins().brif(n, full, &[], empty, &[]);
                    self.b.switch_to_block(empty);
                    let quotes = self.b.ins().iconst(types::I16, 0x2222);
                    self.b.ins().store(trusted(), quotes, out, 0);
                    let behind = self.b.ins().iadd_imm_s(out, 2);
                    self.b.def_var(self.out, behind);
                    self.b.ins().jump(end, &[]);
                    self.b.switch_to_block(full);
                }
                let d = self.int(i64::from(delimiter));
                let behind = self.call("emit_text", &[out, p, n, d])[0];
                self.b.def_var(self.out, behind);
            }
            _ => self.plain(output, v),
        }
        self.b.ins().jump(end, &[]);
        self.b.switch_to_block(end);
    }

    /// Writes a value that is no text and not null.
    pub(super) fn plain(&mut self, output: &Output, v: Val) {
        let out = self.b.use_var(self.out);
        let kind = &output.value.info.ty.kind;
        let behind = match (v.words, kind) {
            (Words::Text(..), _) => out,
            (Words::Bool(t), _) => {
                let t = self.b.ins().uextend(types::I64, t);
                self.call("emit_bool", &[out, t])[0]
            }
            (Words::Wide(a, b), kind) => {
                let s = self.int(i64::from(kind.scale()));
                self.call("emit_wide", &[out, a, b, s])[0]
            }
            (Words::Num(n), Kind::Date) => match self.source_of(output) {
                Some((Source::Day, p, _)) => {
                    let a = self.b.ins().load(types::I64, trusted(), p, 0);
                    let b = self.b.ins().load(types::I16, trusted(), p, 8);
                    self.b.ins().store(trusted(), a, out, 0);
                    self.b.ins().store(trusted(), b, out, 8);
                    self.b.ins().iadd_imm_s(out, 10)
                }
                _ => self.call("emit_date", &[out, n])[0],
            },
            (Words::Num(n), kind) if let Some(code) = migc_abi::emit::code(kind) => {
                let code = self.int(code);
                self.call("emit_value", &[out, n, code])[0]
            }
            (Words::Num(n), kind) if kind.scale() > 0 => {
                let s = self.int(i64::from(kind.scale()));
                self.call("emit_decimal", &[out, n, s])[0]
            }
            (Words::Num(n), _) => match self.source_of(output) {
                Some((Source::Int, p, len)) => self.call("pass_int", &[out, p, len, n])[0],
                _ => self.call("emit_int", &[out, n])[0],
            },
        };
        self.b.def_var(self.out, behind);
    }

    /// The text that an output's number was read from.
    fn source_of(&self, output: &Output) -> Option<(Source, Value, Value)> {
        match output.value.op {
            Op::Slot(s) => self.read_from.get(&s).copied(),
            _ => None,
        }
    }
}
