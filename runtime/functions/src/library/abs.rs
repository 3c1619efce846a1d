//! `abs`

use crate::function::{Example, Fail, Function, Mismatch, Ret, generic, num};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `abs(number)`
pub(super) static ABS: Function = Function {
    name: "abs",
    params: "number",
    summary: "A number without its sign.",
    details: "The smallest whole number of a type has no counterpart, and fails.",
    examples: &[Example("abs(-2.50)", "2.50"), Example("abs(3)", "3")],
    arity: (1, 1),
    infer: |args| {
        let kind = &args[0].ty.kind;
        if !kind.is_number() {
            return Mismatch::at(0, format!("this is {}, and a number is wanted", args[0].ty));
        }
        let (lo, hi) = args[0].bounds();
        let most = kind.bounds().map_or(i128::MAX, |b| b.1);
        let top = lo.saturating_abs().max(hi.saturating_abs());
        let least = if lo > 0 {
            lo
        } else if hi < 0 {
            hi.saturating_abs()
        } else {
            0
        };
        Ok(Ret { info: Info::number(kind.clone(), least, top.min(most)), fails: top > most })
    },
    prepare: |args| {
        let most = Kind::bounds(&args[0].ty.kind).map_or(i128::MAX, |b| b.1);
        Box::new(move |args| {
            let n = num(args, 0).saturating_abs();
            if n <= most { Ok(Value::Num(n)) } else { Err(Fail::because("has no positive counterpart in its type")) }
        })
    },
    native: generic,
};
