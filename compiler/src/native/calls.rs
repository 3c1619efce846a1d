//! Calls in native code: functions, code lists, lookups and the columns that they find.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value as Word, types};
use migc_abi::codes::CodeTable;
use migc_abi::generic::{DONE, FAILED, Generic, NULL, Shape};
use migc_functions::find;

use super::NativeError;
use super::exprs::{Made, infos};
use super::program::{Generator, at};
use super::values::{Form, Val, Words, trusted};
use crate::plan::Expr;

impl<'a> Generator<'a> {
    pub(super) fn column(&mut self, record: &'a Expr, reference: usize, column: usize, e: &Expr) -> Made {
        let record = self.expr(record)?;
        let (want, nullable) = (self.form_of(e), e.info.ty.nullable);
        let Words::Num(row) = record.words else { return Ok(record) };
        let join = self.past_null(record.null, want);
        let v = if want == Form::Text {
            let r = self.reference_text(reference, column, row);
            let none = self.is(IntCC::Equal, r[0], 0);
            // A null text has no address; helpers want one.
            let base = self.base_or_constant();
            let p = if nullable { self.b.ins().select(none, base, r[0]) } else { r[0] };
            Val { words: Words::Text(p, r[1]), null: nullable.then_some(none) }
        } else {
            let (reference, column) = (self.int(reference as i64), self.int(column as i64));
            let slot = self.memory(1);
            let zero = self.int(0);
            self.b.ins().stack_store(types::I64, zero, slot, 0);
            self.b.ins().stack_store(types::I64, zero, slot, 8);
            let address = self.b.ins().stack_addr(types::I64, slot, 0);
            let r = self.call("reference_number", &[self.frame, reference, column, row, address]);
            let none = self.is(IntCC::Equal, r[0], 0);
            let v = self.load(want, slot, 0);
            Val { null: nullable.then_some(none), ..v }
        };
        Ok(match join {
            Some(join) => {
                self.jump_with(join, v, want, true);
                self.joined(join, want, true)
            }
            None => v,
        })
    }

    /// A text of a row: read in place where one byte tells which text it is, else by the helper. An address of zero is null.
    pub(super) fn reference_text(&mut self, reference: usize, column: usize, row: Word) -> [Word; 2] {
        let number = match self.tables.columns.iter().position(|c| *c == (reference, column)) {
            Some(n) => n,
            None => {
                self.tables.columns.push((reference, column));
                self.tables.columns.len() - 1
            }
        };
        let (join, near, far) = (self.join(Form::Text, false), self.b.create_block(), self.b.create_block());
        let frame = self.frame;
        let columns = self.b.ins().load(types::I64, trusted(), frame, at::TEXTS);
        let rows = self.b.ins().load(types::I64, trusted(), columns, 16 * number as i32);
        let texts = self.b.ins().load(types::I64, trusted(), columns, 16 * number as i32 + 8);
        self.b.ins().brif(rows, near, &[], far, &[]);
        self.b.switch_to_block(near);
        let place = self.b.ins().iadd(rows, row);
        let which = self.b.ins().uload8(types::I64, trusted(), place, 0);
        let offset = self.b.ins().ishl_imm_s(which, 4);
        let text = self.b.ins().iadd(texts, offset);
        let p = self.b.ins().load(types::I64, trusted(), text, 0);
        let n = self.b.ins().load(types::I64, trusted(), text, 8);
        self.b.ins().jump(join, &[p.into(), n.into()]);
        self.b.switch_to_block(far);
        let (reference, column) = (self.int(reference as i64), self.int(column as i64));
        let r = self.call("reference_text", &[frame, reference, column, row]);
        self.b.ins().jump(join, &[r[0].into(), r[1].into()]);
        self.b.switch_to_block(join);
        let params = self.b.block_params(join);
        [params[0], params[1]]
    }

    pub(super) fn function_call(&mut self, function: &str, args: &'a [Expr], e: &Expr) -> Made {
        let Some(f) = find(function) else { return Err(NativeError(format!("there is no function {function}"))) };
        let mut values = Vec::with_capacity(args.len());
        for a in args {
            values.push(self.expr(a)?);
        }
        let null = values.iter().fold(None, |n, v| self.either(n, v.null));
        let (want, nullable) = (self.form_of(e), e.info.ty.nullable);
        let join = self.past_null(null, want);
        let v = match (f.native)(&infos(args)) {
            Some(native) if values.iter().take(native.args).all(|v| matches!(v.words, Words::Text(..))) => {
                self.native_call(&native, &values[..native.args], e)?
            }
            _ => self.generic_call(f, args, &values, want, nullable),
        };
        Ok(match join {
            Some(join) => {
                self.jump_with(join, v, want, true);
                self.joined(join, want, true)
            }
            None => v,
        })
    }

    /// A call of a hand-made entry.
    pub(super) fn native_call(&mut self, native: &migc_functions::function::Native, args: &[Val], e: &Expr) -> Made {
        let mut words = vec![self.frame];
        for a in args {
            if let Words::Text(p, n) = a.words {
                words.extend([p, n]);
            }
        }
        for n in &native.extra {
            words.push(self.int(*n));
        }
        if native.symbol == "text_trim" {
            return Ok(self.trim(&words));
        }
        let r = self.call(native.symbol, &words);
        let (want, fails) = (self.form_of(e), e.fails);
        Ok(match want {
            Form::Text => Val::text(r[0], r[1]),
            Form::Bool => Val::bool(self.b.ins().ireduce(types::I8, r[0])),
            _ => {
                if fails {
                    let failed = self.fail;
                    self.leave_unless(r[1], failed);
                }
                Val::num(r[0])
            }
        })
    }

    /// Most texts have no blanks at their ends: that is seen here, and the helper is called for the others.
    pub(super) fn trim(&mut self, words: &[Word]) -> Val {
        let (p, n) = (words[1], words[2]);
        let end = self.b.ins().iadd(p, n);
        let first = self.b.ins().uload8(types::I64, trusted(), p, 0);
        let last = self.b.ins().uload8(types::I64, trusted(), end, -1);
        let (a, b) = (self.is(IntCC::Equal, first, i64::from(b' ')), self.is(IntCC::Equal, last, i64::from(b' ')));
        let blank = self.b.ins().bor(a, b);
        let (cold, join) = (self.b.create_block(), self.join(Form::Text, false));
        self.b.set_cold_block(cold);
        self.b.ins().brif(blank, cold, &[], join, &[p.into(), n.into()]);
        self.b.switch_to_block(cold);
        let r = self.call("text_trim", words);
        self.b.ins().jump(join, &[r[0].into(), r[1].into()]);
        self.joined(join, Form::Text, false)
    }

    /// A call of a function's own meaning.
    pub(super) fn generic_call(
        &mut self,
        f: &migc_functions::Function,
        args: &[Expr],
        values: &[Val],
        want: Form,
        nullable: bool,
    ) -> Val {
        let shape = |v: &Val| match v.words {
            Words::Text(..) => Shape::Text,
            Words::Bool(_) => Shape::Bool,
            _ => Shape::Number,
        };
        self.tables
            .functions
            .push(Generic { eval: (f.prepare)(&infos(args)), args: values.iter().map(shape).collect() });
        let number = self.int(self.tables.functions.len() as i64 - 1);
        let slot = self.memory(values.len());
        for (i, v) in values.iter().enumerate() {
            self.store(*v, slot, 16 * i as i32);
        }
        let address = self.b.ins().stack_addr(types::I64, slot, 0);
        let status = self.call("call_generic", &[self.frame, number, address])[0];
        if (f.infer)(&infos(args)).is_ok_and(|r| r.fails) {
            let (failed, failure) = (self.is(IntCC::Equal, status, FAILED), self.fail);
            self.leave_when(failed, failure);
        }
        if !nullable {
            return self.load(want, slot, 0);
        }
        let join = self.join(want, true);
        let [none, some] = [(); 2].map(|()| self.b.create_block());
        let done = self.is(IntCC::Equal, status, DONE);
        debug_assert_ne!(DONE, NULL);
        self.b.ins().brif(done, some, &[], none, &[]);
        self.b.switch_to_block(none);
        let v = self.null(want);
        self.jump_with(join, v, want, true);
        self.b.switch_to_block(some);
        let v = self.load(want, slot, 0);
        self.jump_with(join, v, want, true);
        self.joined(join, want, true)
    }

    pub(super) fn code(&mut self, list: usize, a: &'a Expr, e: &Expr) -> Made {
        let v = self.expr(a)?;
        let Words::Text(p, n) = v.words else { return Ok(v) };
        let number = match self.code_tables.get(&list) {
            Some(t) => *t,
            None => {
                let rows = self.codes.get(list).map(|c| c.rows.as_slice()).unwrap_or_default();
                self.tables.codes.push(CodeTable::new(rows.iter().map(|(a, b)| (a.as_str(), b.as_str()))));
                let number = self.tables.codes.len() - 1;
                self.code_tables.insert(list, number);
                number
            }
        };
        let table = self.int(number as i64);
        let r = self.call("codes_find", &[self.frame, table, p, n]);
        let none = self.is(IntCC::Equal, r[0], 0);
        if e.fails {
            let bad = match v.null {
                Some(null) => self.b.ins().band_not(none, null),
                None => none,
            };
            let failed = self.fail;
            self.leave_when(bad, failed);
        }
        if v.null.is_none() {
            return Ok(Val::text(r[0], r[1]));
        }
        let base = self.base_or_constant();
        let p = self.b.ins().select(none, base, r[0]);
        Ok(Val { words: Words::Text(p, r[1]), null: v.null })
    }

    /// Puts a key together from its parts, in the frame.
    pub(super) fn key_parts(&mut self, values: &[Val]) {
        self.call("key_begin", &[self.frame]);
        for v in values {
            let shape = self.int(match v.words {
                Words::Text(..) => 0,
                Words::Num(_) | Words::Wide(..) => 1,
                Words::Bool(_) => 2,
            });
            let (a, b) = self.two_words(*v);
            self.call("key_part", &[self.frame, shape, a, b]);
        }
    }

    /// `within` says whether the last key lies in a range.
    pub(super) fn lookup(&mut self, reference: usize, within: bool, keys: &'a [Expr]) -> Made {
        let mut values = Vec::with_capacity(keys.len());
        for k in keys {
            values.push(self.expr(k)?);
        }
        let failed = self.fail;
        for v in &values {
            if let Some(null) = v.null {
                self.leave_when(null, failed);
            }
        }
        let number = self.int(reference as i64);
        let r = match values.as_slice() {
            [equal @ .., at] if within => {
                self.key_parts(equal);
                let (a, b) = self.two_words(*at);
                self.call("lookup_within", &[self.frame, number, a, b])
            }
            [Val { words: Words::Num(key), .. }] if keys[0].info.ty.kind.is_int() => {
                self.call("lookup_int", &[self.frame, number, *key])
            }
            [Val { words: Words::Num(_) | Words::Wide(..), .. }] => {
                let (a, b) = self.two_words(values[0]);
                self.call("lookup_number", &[self.frame, number, a, b])
            }
            values => {
                self.key_parts(values);
                self.call("lookup_key", &[self.frame, number])
            }
        };
        self.leave_unless(r[1], failed);
        Ok(Val::num(r[0]))
    }

    pub(super) fn concat(&mut self, parts: &'a [Expr]) -> Made {
        let mut values = Vec::with_capacity(parts.len());
        for p in parts {
            values.push(self.expr(p)?);
        }
        let slot = self.memory(values.len());
        for (i, v) in values.iter().enumerate() {
            let mut v = *v;
            if let (Words::Text(p, n), Some(null)) = (v.words, v.null) {
                let zero = self.int(0);
                v = Val::text(p, self.b.ins().select(null, zero, n));
            }
            self.store(v, slot, 16 * i as i32);
        }
        let address = self.b.ins().stack_addr(types::I64, slot, 0);
        let count = self.int(values.len() as i64);
        let r = self.call("text_concat", &[self.frame, address, count]);
        Ok(Val::text(r[0], r[1]))
    }
}
