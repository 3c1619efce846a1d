//! Comparisons, truth values and choices in native code.

use std::collections::BTreeMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value as Word, types};
use migc_abi::codes::CodeTable;
use migc_functions::Value;

use super::exprs::Made;
use super::program::Generator;
use super::values::{Form, Val, Words, form};
use crate::plan::{Arm, Cmp, Expr, Op};

impl<'a> Generator<'a> {
    /// One where two values of one form are equal.
    pub(super) fn equal(&mut self, a: Val, b: Val) -> Word {
        self.compare(Cmp::Eq, a, b)
    }

    pub(super) fn compare(&mut self, cmp: Cmp, a: Val, b: Val) -> Word {
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

    pub(super) fn one_of(&mut self, v: Val, values: &[Value<'static>]) -> Word {
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
            // A number of one word is never one that needs two.
            if form == Form::Num && c.num().is_some_and(|n| i64::try_from(n).is_err()) {
                continue;
            }
            let c = self.constant(c, form);
            let same = self.equal(v, c);
            any = self.b.ins().bor(any, same);
        }
        any
    }

    /// `and` with `stop` false, `or` with `stop` true.
    pub(super) fn chain(&mut self, parts: &'a [Expr], stop: bool, e: &Expr) -> Made {
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

    pub(super) fn choose(&mut self, subject: Option<&'a Expr>, arms: &'a [Arm], e: &Expr) -> Made {
        let (want, nullable) = (self.form_of(e), e.info.ty.nullable);
        let join = self.join(want, nullable);
        let subject = match subject {
            Some(s) => Some(self.expr(s)?),
            None => None,
        };
        self.inputs.push(BTreeMap::new());
        let mut open = true;
        for arm in arms {
            let [yes, next] = [(); 2].map(|()| self.b.create_block());
            for t in &arm.tests {
                let v = self.expr(t)?;
                let fits = match (subject, v.words, v.null) {
                    // The null pattern fits null, and no other pattern does.
                    (Some(s), _, Some(_)) => self.null_flag(s),
                    (Some(s), ..) => {
                        let same = self.equal(s, v);
                        match s.null {
                            Some(null) => self.b.ins().band_not(same, null),
                            None => same,
                        }
                    }
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
}

/// Whether an expression is a comparison of numbers or truth values at hand, without calls or ways out.
pub(super) fn plain(e: &Expr) -> bool {
    let leaf = |e: &Expr| matches!(e.op, Op::Slot(_) | Op::Const(_)) && matches!(form(&e.info), Form::Num | Form::Bool);
    match &e.op {
        Op::Not(a) => plain(a),
        Op::Compare(_, a, b) => leaf(a) && leaf(b),
        Op::Between(a, b, c) => leaf(a) && leaf(b) && leaf(c),
        _ => leaf(e),
    }
}
