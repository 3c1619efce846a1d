//! Arithmetic in native code: one word where the ranges prove it enough, else two by the helper.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value as Word, types};
use migc_functions::{Info, Kind, Value, decimal};

use super::exprs::Made;
use super::program::Generator;
use super::values::{Form, Val, Words};
use crate::plan::{Arith, Cmp, Expr};

impl<'a> Generator<'a> {
    pub(super) fn arith(&mut self, op: Arith, a: &'a Expr, b: &'a Expr, e: &Expr) -> Made {
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
    pub(super) fn floor_div(&mut self, m: Word, b: &Expr) -> Word {
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
    pub(super) fn wide(
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
    pub(super) fn scaled(&mut self, v: Val, unit: i128, want: Form) -> Made {
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

    pub(super) fn fit(&mut self, a: &'a Expr, e: &Expr) -> Made {
        let mut v = self.expr(a)?;
        let failed = self.fail;
        if let (Some(null), false) = (v.null, e.info.ty.nullable) {
            self.leave_when(null, failed);
            v.null = None;
        }
        let want = self.form_of(e);
        // A null that may stay fits as it is.
        let skip = self.past_null(v.null, want);
        let v = match (e.info.ty.kind.most_chars(), v.words) {
            (Some(most), Words::Text(p, n)) => {
                let [long, on] = [(); 2].map(|()| self.b.create_block());
                self.b.set_cold_block(long);
                // A character is at least one byte.
                let short = self.is(IntCC::UnsignedLessThanOrEqual, n, i64::from(most));
                self.b.ins().brif(short, on, &[], long, &[]);
                self.b.switch_to_block(long);
                let chars = self.call("text_chars", &[self.frame, p, n])[0];
                let fits = self.is(IntCC::UnsignedLessThanOrEqual, chars, i64::from(most));
                self.b.ins().brif(fits, on, &[], failed, &[]);
                self.b.switch_to_block(on);
                v
            }
            (_, Words::Text(..)) if let Kind::OneOf(texts) = &e.info.ty.kind => {
                let texts: Vec<Value<'static>> = texts.iter().map(|t| Value::owned(t.clone())).collect();
                let inside = self.one_of(v, &texts);
                self.leave_unless(inside, failed);
                v
            }
            (_, Words::Num(_) | Words::Wide(..)) if e.info.ty.kind.is_number() => self.fit_number(v, a, e)?,
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

    pub(super) fn fit_number(&mut self, v: Val, a: &Expr, e: &Expr) -> Made {
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
}

pub(super) fn pair((a, b): (Word, Word)) -> (Word, Option<Word>) {
    (a, Some(b))
}

/// The exact range of a result, where 128 bits hold it.
pub(super) fn exact(op: Arith, a: &Info, b: &Info) -> Option<(i128, i128)> {
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
pub(super) fn overflows(op: Arith, a: &Expr, b: &Expr, e: &Expr) -> bool {
    match (exact(op, &a.info, &b.info), e.info.ty.kind.bounds()) {
        (Some((lo, hi)), Some((least, most))) => lo < least || hi > most,
        _ => true,
    }
}
