//! Expressions in native code.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, types};
use migc_functions::{Info, Value, decimal, find};

use super::program::{Generator, Source};
use super::values::{Form, Val, Words, form, trusted};
use super::{Fields, Items, NativeError};
use crate::plan::{Cmp, Expr, Op};

pub(super) type Made = Result<Val, NativeError>;

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
                if let Words::Text(p, n) = text.words
                    && !self.in_memory()
                {
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
                let v = self.kept(*s).ok_or_else(|| NativeError(format!("slot {s} is used before it is bound")))?;
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
            Op::Lookup { reference, within, keys } => self.lookup(*reference, *within, keys),
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
            Op::Bind(slot, value, body) => {
                let v = self.expr(value)?;
                let v = self.reform(v, form(&self.program.slots[*slot].info));
                self.keep(*slot, v);
                let v = self.expr(body)?;
                Ok(self.reform(v, want))
            }
        }
    }

    /// An expression that runs only on some ways: inputs that it loads are not known outside it.
    pub(super) fn apart(&mut self, e: &'a Expr) -> Made {
        self.inputs.push(BTreeMap::new());
        let v = self.expr(e);
        self.inputs.pop();
        v
    }

    pub(super) fn constant(&mut self, v: &Value<'static>, want: Form) -> Val {
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

    pub(super) fn input(&mut self, i: usize) -> Val {
        if let Some(v) = self.inputs.iter().rev().find_map(|r| r.get(&i)) {
            return *v;
        }
        let input = &self.program.inputs[i];
        let v = match self.items {
            Items::Numbers => Val::num(self.coordinate(input.column)),
            Items::Fields(_) if self.is_number(input.column) => Val::num(self.record_number()),
            Items::Fields(Fields { quote, .. }) => {
                let (p, n) = self.field(input.column);
                let (mut v, mut quoted) = (Val::text(p, n), None);
                // What is known of the file stands in no quotes.
                if let Some(quote) = quote.filter(|_| self.is_field(input.column)) {
                    let first = self.b.ins().uload8(types::I64, trusted(), p, 0);
                    let is_quote = self.is(IntCC::Equal, first, i64::from(quote));
                    // Behind an empty field at the end of the file stands anything.
                    let some = self.is(IntCC::NotEqual, n, 0);
                    let is_quote = self.b.ins().band(is_quote, some);
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
        let in_memory = self.in_memory();
        if let Some(region) = self.inputs.last_mut().filter(|_| !in_memory) {
            region.insert(i, v);
        }
        v
    }
}

pub(super) fn infos(args: &[Expr]) -> Vec<Info> {
    args.iter().map(|a| a.info.clone()).collect()
}
