//! Expressions in native code.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value as Word, types};
use migc_abi::codes::CodeTable;
use migc_abi::generic::{DONE, FAILED, Generic, NULL, Shape};
use migc_functions::{Info, Kind, Value, decimal, find};

use super::program::{Generator, Source, at};
use super::values::{Form, Val, Words, form, trusted};
use super::{Items, NativeError};
use crate::plan::{Arith, Arm, Cmp, Expr, Op};

type Made = Result<Val, NativeError>;

impl<'a> Generator<'a> {
    /// The value of a slot: an expression whose text is remembered where the slot's number was read from it.
    pub(super) fn slot_value(&mut self, e: &'a Expr, slot: usize) -> Made {
        if let Op::Call { function, args } = &e.op
            && let [arg] | [arg, ..] = args.as_slice()
            && let Some(native) = find(function).and_then(|f| (f.native)(&infos(args)))
            && !arg.info.ty.nullable
        {
            let source = match (native.symbol, native.extra.as_slice()) {
                ("parse_int", _) => Some(Source::Int),
                ("parse_date_ymd", [sep]) if *sep == i64::from(b'-') => Some(Source::Day),
                _ => None,
            };
            if let Some(source) = source {
                let text = self.expr(arg)?;
                if let Words::Text(p, n) = text.words {
                    self.read_from.insert(slot, (source, p, n));
                }
                return self.native_call(&native, &[text], e);
            }
        }
        self.expr(e)
    }

    pub(super) fn expr(&mut self, e: &'a Expr) -> Made {
        let want = self.form_of(e);
        match &e.op {
            Op::Const(v) => Ok(self.constant(v, want)),
            Op::Input(i) => Ok(self.input(*i)),
            Op::Slot(s) => {
                let v = self.slots[*s].ok_or_else(|| NativeError(format!("slot {s} is used before it is bound")))?;
                let v = self.reform(v, want);
                Ok(Val { null: if e.info.ty.nullable { v.null } else { None }, ..v })
            }
            Op::Column { record, reference, column } => self.column(record, *reference, *column, e),
            Op::Call { function, args } => self.function_call(function, args, e),
            Op::Arith(op, a, b) => self.arith(*op, a, b, e),
            Op::Scale(a, by) => {
                let v = self.expr(a)?;
                let unit = decimal::pow10(*by);
                self.scaled(v, unit, want)
            }
            Op::Compare(cmp, a, b) => {
                let (a, b) = (self.expr(a)?, self.expr(b)?);
                let truth = self.compare(*cmp, a, b);
                Ok(Val { words: Words::Bool(truth), null: self.either(a.null, b.null) })
            }
            Op::Between(x, lo, hi) => {
                let (x, lo, hi) = (self.expr(x)?, self.expr(lo)?, self.expr(hi)?);
                let (above, below) = (self.compare(Cmp::Ge, x, lo), self.compare(Cmp::Le, x, hi));
                let truth = self.b.ins().band(above, below);
                let null = self.either(x.null, lo.null);
                Ok(Val { words: Words::Bool(truth), null: self.either(null, hi.null) })
            }
            Op::OneOf(a, values) => {
                let v = self.expr(a)?;
                let truth = self.one_of(v, values);
                Ok(Val { words: Words::Bool(truth), null: v.null })
            }
            Op::And(parts) => self.chain(parts, false, e),
            Op::Or(parts) => self.chain(parts, true, e),
            Op::Not(a) => {
                let v = self.expr(a)?;
                let Words::Bool(t) = v.words else { return Ok(v) };
                let truth = self.b.ins().bxor_imm_s(t, 1);
                Ok(Val { words: Words::Bool(truth), null: v.null })
            }
            Op::IsNull(a) => {
                let v = self.expr(a)?;
                let null = self.null_flag(v);
                Ok(Val::bool(null))
            }
            Op::Coalesce(a, b) => {
                let v = self.expr(a)?;
                let Some(null) = v.null else { return Ok(self.reform(v, want)) };
                let nullable = e.info.ty.nullable;
                let join = self.join(want, nullable);
                let [other, here] = [(); 2].map(|()| self.b.create_block());
                self.b.ins().brif(null, other, &[], here, &[]);
                self.b.switch_to_block(here);
                self.jump_with(join, Val { null: None, ..v }, want, nullable);
                self.b.switch_to_block(other);
                let v = self.apart(b)?;
                self.jump_with(join, v, want, nullable);
                Ok(self.joined(join, want, nullable))
            }
            Op::Codes(list, a) => self.code(*list, a, e),
            Op::Lookup(reference, keys) => self.lookup(*reference, keys),
            Op::Match(subject, arms) => self.choose(subject.as_deref(), arms, e),
            Op::Fit(a) => self.fit(a, e),
            Op::Else(a, b) => {
                let nullable = e.info.ty.nullable;
                let join = self.join(want, nullable);
                let failed = self.b.create_block();
                let outer = std::mem::replace(&mut self.fail, failed);
                let v = self.apart(a)?;
                self.fail = outer;
                self.jump_with(join, v, want, nullable);
                self.b.switch_to_block(failed);
                let v = self.apart(b)?;
                self.jump_with(join, v, want, nullable);
                Ok(self.joined(join, want, nullable))
            }
            Op::Concat(parts) => self.concat(parts),
        }
    }

    /// An expression that runs only on some ways: inputs that it loads are not known outside it.
    fn apart(&mut self, e: &'a Expr) -> Made {
        self.inputs.push(BTreeMap::new());
        let v = self.expr(e);
        self.inputs.pop();
        v
    }

    fn constant(&mut self, v: &Value<'static>, want: Form) -> Val {
        match v {
            Value::Null => self.null(want),
            Value::Bool(b) => Val::bool(self.flag(*b)),
            Value::Num(n) => {
                let low = self.int(*n as i64);
                if want == Form::Wide {
                    let high = self.int((*n >> 64) as i64);
                    return Val { words: Words::Wide(low, high), null: None };
                }
                Val::num(low)
            }
            Value::Row(r) => Val::num(self.int(i64::from(*r))),
            Value::Text(t) => {
                let number = self.tables.constant(t);
                let constants = self.constants;
                let p = self.b.ins().load(types::I64, trusted(), constants, 8 * number as i32);
                let n = self.int(t.len() as i64);
                Val::text(p, n)
            }
        }
    }

    fn input(&mut self, i: usize) -> Val {
        if let Some(v) = self.inputs.iter().rev().find_map(|r| r.get(&i)) {
            return *v;
        }
        let input = &self.program.inputs[i];
        let v = match self.items {
            Items::Numbers => Val::num(self.coordinate(input.column)),
            Items::Fields { quote, .. } => {
                let (p, n) = self.field(input.column);
                let (mut v, mut quoted) = (Val::text(p, n), None);
                if let Some(quote) = quote {
                    let first = self.b.ins().uload8(types::I64, trusted(), p, 0);
                    let is_quote = self.is(IntCC::Equal, first, i64::from(*quote));
                    let (cold, join) = (self.b.create_block(), self.join(Form::Text, true));
                    self.b.set_cold_block(cold);
                    let plain = self.flag(false);
                    self.b.ins().brif(is_quote, cold, &[], join, &[p.into(), n.into(), plain.into()]);
                    self.b.switch_to_block(cold);
                    let inner = self.call("field_unquote", &[self.frame, p, n]);
                    let yes = self.flag(true);
                    self.b.ins().jump(join, &[inner[0].into(), inner[1].into(), yes.into()]);
                    let joined = self.joined(join, Form::Text, true);
                    quoted = joined.null;
                    v = Val { null: None, ..joined };
                }
                let Words::Text(_, n) = v.words else { return v };
                if input.empty_is_null {
                    let empty = self.is(IntCC::Equal, n, 0);
                    v.null = Some(match quoted {
                        Some(q) => self.b.ins().band_not(empty, q),
                        None => empty,
                    });
                }
                if !input.null_if.is_empty() {
                    let listed: Vec<Value<'static>> = input.null_if.iter().map(|t| Value::owned(t.clone())).collect();
                    let listed = self.one_of(v, &listed);
                    v.null = self.either(v.null, Some(listed));
                }
                v
            }
        };
        if let Some(region) = self.inputs.last_mut() {
            region.insert(i, v);
        }
        v
    }

    fn column(&mut self, record: &'a Expr, reference: usize, column: usize, e: &Expr) -> Made {
        let record = self.expr(record)?;
        let (want, nullable) = (self.form_of(e), e.info.ty.nullable);
        let Words::Num(row) = record.words else { return Ok(record) };
        let join = record.null.map(|null| {
            let join = self.join(want, true);
            let [here, none] = [(); 2].map(|()| self.b.create_block());
            self.b.ins().brif(null, none, &[], here, &[]);
            self.b.switch_to_block(none);
            let v = self.null(want);
            self.jump_with(join, v, want, true);
            self.b.switch_to_block(here);
            join
        });
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
    fn reference_text(&mut self, reference: usize, column: usize, row: Word) -> [Word; 2] {
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

    fn function_call(&mut self, function: &str, args: &'a [Expr], e: &Expr) -> Made {
        let Some(f) = find(function) else { return Err(NativeError(format!("there is no function {function}"))) };
        let mut values = Vec::with_capacity(args.len());
        for a in args {
            values.push(self.expr(a)?);
        }
        let null = values.iter().fold(None, |n, v| self.either(n, v.null));
        let (want, nullable) = (self.form_of(e), e.info.ty.nullable);
        let join = null.map(|null| {
            let join = self.join(want, true);
            let [here, none] = [(); 2].map(|()| self.b.create_block());
            self.b.ins().brif(null, none, &[], here, &[]);
            self.b.switch_to_block(none);
            let v = self.null(want);
            self.jump_with(join, v, want, true);
            self.b.switch_to_block(here);
            join
        });
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
    fn native_call(&mut self, native: &migc_functions::function::Native, args: &[Val], e: &Expr) -> Made {
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
    fn trim(&mut self, words: &[Word]) -> Val {
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
    fn generic_call(
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

    fn arith(&mut self, op: Arith, a: &'a Expr, b: &'a Expr, e: &Expr) -> Made {
        let (x, y) = (self.expr(a)?, self.expr(b)?);
        let null = self.either(x.null, y.null);
        // Null's words are zero, so that nothing can trap on them; whether they are out of bounds does not count.
        let bounds = e.info.ty.kind.bounds().filter(|_| overflows(op, a, b, e));
        let (Words::Num(m), Words::Num(n), Form::Num) = (x.words, y.words, self.form_of(e)) else {
            return self.wide(op, x, y, bounds, null, self.form_of(e));
        };
        let exact = exact(op, &a.info, &b.info);
        let within = exact.is_some_and(|(lo, hi)| i64::try_from(lo).is_ok() && i64::try_from(hi).is_ok());
        let (result, over) = match op {
            Arith::FloorDiv => (self.floor_div(m, b), None),
            Arith::Add if within => (self.b.ins().iadd(m, n), None),
            Arith::Sub if within => (self.b.ins().isub(m, n), None),
            Arith::Mul if within => (self.b.ins().imul(m, n), None),
            Arith::Add => pair(self.b.ins().sadd_overflow(m, n)),
            Arith::Sub => pair(self.b.ins().ssub_overflow(m, n)),
            Arith::Mul => pair(self.b.ins().smul_overflow(m, n)),
        };
        let mut bad = over;
        if let Some((least, most)) = bounds {
            if let (true, Ok(least), Ok(most)) = (within || over.is_none(), i64::try_from(least), i64::try_from(most)) {
                let (low, high) =
                    (self.is(IntCC::SignedLessThan, result, least), self.is(IntCC::SignedGreaterThan, result, most));
                bad = Some(self.b.ins().bor(low, high));
            } else if let (Some(over), Ok(least), Ok(most)) = (over, i64::try_from(least), i64::try_from(most)) {
                let (low, high) =
                    (self.is(IntCC::SignedLessThan, result, least), self.is(IntCC::SignedGreaterThan, result, most));
                let out = self.b.ins().bor(low, high);
                bad = Some(self.b.ins().bor(over, out));
            }
        }
        if let Some(bad) = bad {
            let bad = match null {
                Some(null) => self.b.ins().band_not(bad, null),
                None => bad,
            };
            let failed = self.fail;
            self.leave_when(bad, failed);
        }
        Ok(Val { words: Words::Num(result), null })
    }

    /// Division by a positive constant, rounded down.
    fn floor_div(&mut self, m: Word, b: &Expr) -> Word {
        let divisor = match b.info.constant {
            Some(Value::Num(n)) if n > 0 => n as i64,
            _ => 1,
        };
        let by = self.int(divisor);
        let quotient = self.b.ins().sdiv(m, by);
        let back = self.b.ins().imul(quotient, by);
        let above = self.b.ins().icmp(IntCC::SignedGreaterThan, back, m);
        let above = self.b.ins().uextend(types::I64, above);
        self.b.ins().isub(quotient, above)
    }

    /// Arithmetic on two words, by the helper.
    fn wide(
        &mut self,
        op: Arith,
        x: Val,
        y: Val,
        bounds: Option<(i128, i128)>,
        null: Option<Word>,
        want: Form,
    ) -> Made {
        let slot = self.memory(4);
        self.store(x, slot, 0);
        self.store(y, slot, 16);
        if let Some((least, most)) = bounds {
            let (least, most) =
                (self.constant(&Value::Num(least), Form::Wide), self.constant(&Value::Num(most), Form::Wide));
            self.store(least, slot, 32);
            self.store(most, slot, 48);
        }
        let code = match op {
            Arith::Add => 0,
            Arith::Sub => 1,
            Arith::Mul => 2,
            Arith::FloorDiv => 3,
        };
        let (code, checked) = (self.int(code), self.int(i64::from(bounds.is_some())));
        let address = self.b.ins().stack_addr(types::I64, slot, 0);
        let ok = self.call("wide_arith", &[self.frame, code, address, checked])[0];
        if bounds.is_some() {
            let bad = self.is(IntCC::Equal, ok, 0);
            let bad = match null {
                Some(null) => self.b.ins().band_not(bad, null),
                None => bad,
            };
            let failed = self.fail;
            self.leave_when(bad, failed);
        }
        let v = self.load(want, slot, 0);
        Ok(Val { null, ..v })
    }

    /// A number times a power of ten, which the types say fits.
    fn scaled(&mut self, v: Val, unit: i128, want: Form) -> Made {
        match (v.words, want, i64::try_from(unit)) {
            (Words::Num(n), Form::Num, Ok(unit)) => {
                let unit = self.int(unit);
                Ok(Val { words: Words::Num(self.b.ins().imul(n, unit)), null: v.null })
            }
            _ => {
                let unit = self.constant(&Value::Num(unit), Form::Wide);
                self.wide(Arith::Mul, v, unit, None, v.null, want)
            }
        }
    }

    /// One where two values of one form are equal.
    pub(super) fn equal(&mut self, a: Val, b: Val) -> Word {
        self.compare(Cmp::Eq, a, b)
    }

    fn compare(&mut self, cmp: Cmp, a: Val, b: Val) -> Word {
        let cc = match cmp {
            Cmp::Eq => IntCC::Equal,
            Cmp::Ne => IntCC::NotEqual,
            Cmp::Lt => IntCC::SignedLessThan,
            Cmp::Le => IntCC::SignedLessThanOrEqual,
            Cmp::Gt => IntCC::SignedGreaterThan,
            Cmp::Ge => IntCC::SignedGreaterThanOrEqual,
        };
        match (a.words, b.words) {
            (Words::Num(x), Words::Num(y)) | (Words::Bool(x), Words::Bool(y)) => self.b.ins().icmp(cc, x, y),
            (Words::Text(p, n), Words::Text(q, m)) => {
                let order = self.call("text_compare", &[self.frame, p, n, q, m])[0];
                self.is(cc, order, 0)
            }
            _ => {
                let slot = self.memory(4);
                self.store(a, slot, 0);
                self.store(b, slot, 16);
                let (code, unchecked) = (self.int(4), self.int(0));
                let address = self.b.ins().stack_addr(types::I64, slot, 0);
                self.call("wide_arith", &[self.frame, code, address, unchecked]);
                let order = self.b.ins().stack_load(types::I64, types::I64, slot, 0);
                self.is(cc, order, 0)
            }
        }
    }

    fn one_of(&mut self, v: Val, values: &[Value<'static>]) -> Word {
        if let Words::Text(p, n) = v.words {
            let texts: Vec<&str> = values.iter().filter_map(Value::as_text).collect();
            self.tables.codes.push(CodeTable::new(texts.iter().map(|t| (*t, ""))));
            let table = self.int(self.tables.codes.len() as i64 - 1);
            let r = self.call("codes_find", &[self.frame, table, p, n]);
            return self.is(IntCC::NotEqual, r[0], 0);
        }
        let mut any = self.flag(false);
        for c in values {
            let form = if matches!(v.words, Words::Wide(..)) { Form::Wide } else { Form::Num };
            let c = self.constant(c, form);
            let same = self.equal(v, c);
            any = self.b.ins().bor(any, same);
        }
        any
    }

    /// `and` with `stop` false, `or` with `stop` true.
    fn chain(&mut self, parts: &'a [Expr], stop: bool, e: &Expr) -> Made {
        let nullable = e.info.ty.nullable;
        // What neither fails nor costs a call runs without branches.
        if !nullable && parts.iter().all(|p| !p.fails && plain(p)) {
            let mut all = None;
            for p in parts {
                let v = self.expr(p)?;
                let Words::Bool(t) = v.words else { continue };
                all = Some(match all {
                    None => t,
                    Some(before) if stop => self.b.ins().bor(before, t),
                    Some(before) => self.b.ins().band(before, t),
                });
            }
            let truth = match all {
                Some(t) => t,
                None => self.flag(!stop),
            };
            return Ok(Val::bool(truth));
        }
        let join = self.join(Form::Bool, nullable);
        let mut null = None;
        self.inputs.push(BTreeMap::new());
        for p in parts {
            let v = self.expr(p)?;
            let Words::Bool(t) = v.words else {
                // The null literal: neither true nor false.
                null = Some(self.flag(true));
                continue;
            };
            let mut decides = if stop { t } else { self.b.ins().bxor_imm_s(t, 1) };
            if let Some(n) = v.null {
                decides = self.b.ins().band_not(decides, n);
            }
            let (truth, not_null) = (self.flag(stop), self.flag(false));
            let on = self.b.create_block();
            let args: Vec<_> = if nullable { vec![truth.into(), not_null.into()] } else { vec![truth.into()] };
            self.b.ins().brif(decides, join, &args, on, &[]);
            self.b.switch_to_block(on);
            null = self.either(null, v.null);
        }
        self.inputs.pop();
        let truth = self.flag(!stop);
        let v = Val { words: Words::Bool(truth), null };
        self.jump_with(join, v, Form::Bool, nullable);
        Ok(self.joined(join, Form::Bool, nullable))
    }

    fn code(&mut self, list: usize, a: &'a Expr, e: &Expr) -> Made {
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

    fn lookup(&mut self, reference: usize, keys: &'a [Expr]) -> Made {
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
        let int_key = keys.len() == 1 && keys[0].info.ty.kind.is_int();
        let r = match values.as_slice() {
            [Val { words: Words::Num(key), .. }] if int_key => self.call("lookup_int", &[self.frame, number, *key]),
            _ => {
                let slot = self.memory(values.len());
                let mut texts = 0u64;
                for (i, v) in values.iter().enumerate() {
                    self.store(*v, slot, 16 * i as i32);
                    if matches!(v.words, Words::Text(..)) {
                        texts |= 1 << i;
                    }
                }
                let address = self.b.ins().stack_addr(types::I64, slot, 0);
                let (count, texts) = (self.int(values.len() as i64), self.int(texts as i64));
                self.call("lookup_key", &[self.frame, number, address, count, texts])
            }
        };
        self.leave_unless(r[1], failed);
        Ok(Val::num(r[0]))
    }

    fn choose(&mut self, subject: Option<&'a Expr>, arms: &'a [Arm], e: &Expr) -> Made {
        let (want, nullable) = (self.form_of(e), e.info.ty.nullable);
        let join = self.join(want, nullable);
        let subject = match subject {
            Some(s) => Some(self.expr(s)?),
            None => None,
        };
        if let Some(null) = subject.and_then(|s| s.null) {
            let [none, on] = [(); 2].map(|()| self.b.create_block());
            self.b.ins().brif(null, none, &[], on, &[]);
            self.b.switch_to_block(none);
            let v = self.null(want);
            self.jump_with(join, v, want, nullable);
            self.b.switch_to_block(on);
        }
        self.inputs.push(BTreeMap::new());
        let mut open = true;
        for arm in arms {
            let [yes, next] = [(); 2].map(|()| self.b.create_block());
            for t in &arm.tests {
                let v = self.expr(t)?;
                let fits = match (subject, v.words, v.null) {
                    (Some(s), ..) => self.equal(s, v),
                    (None, Words::Bool(t), Some(null)) => self.b.ins().band_not(t, null),
                    (None, Words::Bool(t), None) => t,
                    _ => self.flag(false),
                };
                let on = self.b.create_block();
                self.b.ins().brif(fits, yes, &[], on, &[]);
                self.b.switch_to_block(on);
            }
            self.b.ins().jump(if arm.tests.is_empty() { yes } else { next }, &[]);
            self.b.switch_to_block(yes);
            let v = self.apart(&arm.value)?;
            self.jump_with(join, v, want, nullable);
            if arm.tests.is_empty() {
                open = false;
                break;
            }
            self.b.switch_to_block(next);
        }
        self.inputs.pop();
        if open {
            // Where the arms provably cover everything, this is never reached.
            if e.fails {
                let failed = self.fail;
                self.b.ins().jump(failed, &[]);
            } else {
                let v = self.null(want);
                self.jump_with(join, v, want, nullable);
            }
        }
        Ok(self.joined(join, want, nullable))
    }

    fn fit(&mut self, a: &'a Expr, e: &Expr) -> Made {
        let mut v = self.expr(a)?;
        let failed = self.fail;
        if let (Some(null), false) = (v.null, e.info.ty.nullable) {
            self.leave_when(null, failed);
            v.null = None;
        }
        let want = self.form_of(e);
        // A null that may stay fits as it is.
        let skip = v.null.map(|null| {
            let join = self.join(want, true);
            let [none, on] = [(); 2].map(|()| self.b.create_block());
            self.b.ins().brif(null, none, &[], on, &[]);
            self.b.switch_to_block(none);
            let n = self.null(want);
            self.jump_with(join, n, want, true);
            self.b.switch_to_block(on);
            join
        });
        let v = match (&e.info.ty.kind, v.words) {
            (Kind::Text(Some(most)), Words::Text(p, n)) => {
                let [long, on] = [(); 2].map(|()| self.b.create_block());
                self.b.set_cold_block(long);
                // A character is at least one byte.
                let short = self.is(IntCC::UnsignedLessThanOrEqual, n, i64::from(*most));
                self.b.ins().brif(short, on, &[], long, &[]);
                self.b.switch_to_block(long);
                let chars = self.call("text_chars", &[self.frame, p, n])[0];
                let fits = self.is(IntCC::UnsignedLessThanOrEqual, chars, i64::from(*most));
                self.b.ins().brif(fits, on, &[], failed, &[]);
                self.b.switch_to_block(on);
                v
            }
            (kind, Words::Num(_) | Words::Wide(..)) if kind.is_number() => self.fit_number(v, a, e)?,
            _ => v,
        };
        Ok(match skip {
            Some(join) => {
                self.jump_with(join, v, want, true);
                self.joined(join, want, true)
            }
            None => self.reform(v, want),
        })
    }

    fn fit_number(&mut self, v: Val, a: &Expr, e: &Expr) -> Made {
        let failed = self.fail;
        let mut v = Val { null: None, ..v };
        let lost = a.info.ty.kind.scale().saturating_sub(e.info.ty.kind.scale());
        if lost > 0 {
            let unit = self.constant(&Value::Num(decimal::pow10(lost)), Form::Wide);
            let wide = self.reform(v, Form::Wide);
            let quotient = self.wide(Arith::FloorDiv, wide, unit, None, None, Form::Wide)?;
            let back = self.wide(Arith::Mul, quotient, unit, None, None, Form::Wide)?;
            let same = self.equal(back, wide);
            self.leave_unless(same, failed);
            v = quotient;
        }
        let (least, most) = e.info.ty.kind.bounds().unwrap_or((i128::MIN, i128::MAX));
        let (low, high) = a.info.bounds();
        if lost == 0 && low >= least && high <= most {
            return Ok(v);
        }
        let end = |g: &mut Self, n: i128, v: Val| {
            let form = match v.words {
                Words::Num(_) if i64::try_from(n).is_ok() => Form::Num,
                _ => Form::Wide,
            };
            (g.constant(&Value::Num(n), form), g.reform(v, form))
        };
        let (least, x) = end(self, least, v);
        let above = self.compare(Cmp::Ge, x, least);
        let (most, x) = end(self, most, v);
        let below = self.compare(Cmp::Le, x, most);
        let fits = self.b.ins().band(above, below);
        self.leave_unless(fits, failed);
        Ok(v)
    }

    fn concat(&mut self, parts: &'a [Expr]) -> Made {
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

fn infos(args: &[Expr]) -> Vec<Info> {
    args.iter().map(|a| a.info.clone()).collect()
}

fn pair((a, b): (Word, Word)) -> (Word, Option<Word>) {
    (a, Some(b))
}

/// The exact range of a result, where 128 bits hold it.
fn exact(op: Arith, a: &Info, b: &Info) -> Option<(i128, i128)> {
    let ((al, ah), (bl, bh)) = (a.bounds(), b.bounds());
    let ends = match op {
        Arith::Add => vec![al.checked_add(bl)?, ah.checked_add(bh)?],
        Arith::Sub => vec![al.checked_sub(bh)?, ah.checked_sub(bl)?],
        Arith::Mul => vec![al.checked_mul(bl)?, al.checked_mul(bh)?, ah.checked_mul(bl)?, ah.checked_mul(bh)?],
        Arith::FloorDiv => vec![al.checked_div_euclid(bl)?, ah.checked_div_euclid(bl)?],
    };
    Some((*ends.iter().min()?, *ends.iter().max()?))
}

/// Whether the result itself can be out of its type's bounds.
fn overflows(op: Arith, a: &Expr, b: &Expr, e: &Expr) -> bool {
    match (exact(op, &a.info, &b.info), e.info.ty.kind.bounds()) {
        (Some((lo, hi)), Some((least, most))) => lo < least || hi > most,
        _ => true,
    }
}

/// Whether an expression is a comparison of numbers or truth values at hand, without calls or ways out.
fn plain(e: &Expr) -> bool {
    let leaf = |e: &Expr| matches!(e.op, Op::Slot(_) | Op::Const(_)) && matches!(form(&e.info), Form::Num | Form::Bool);
    match &e.op {
        Op::Not(a) => plain(a),
        Op::Compare(_, a, b) => leaf(a) && leaf(b),
        Op::Between(a, b, c) => leaf(a) && leaf(b) && leaf(c),
        _ => leaf(e),
    }
}
