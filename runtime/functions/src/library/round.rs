//! `round`

use crate::decimal;
use crate::function::{Example, Function, Mismatch, Ret, generic, num, want_constant_int};
use crate::types::{Info, Kind, digits};
use crate::value::Value;

/// `round(number, scale)`
pub(super) static ROUND: Function = Function {
    name: "round",
    params: "number, scale",
    summary: "A decimal with fewer digits behind its point, half away from zero.",
    details: "A number that has no more digits than that stays as it is.",
    examples: &[
        Example("round(0.125, 2)", "0.13"),
        Example("round(-0.125, 2)", "-0.13"),
        Example("round(17, 2)", "17"),
    ],
    arity: (2, 2),
    infer: |args| {
        let s = want_constant_int(args, 1, 0, "the scale")?.min(38) as u8;
        let from = &args[0];
        match from.ty.kind {
            Kind::Decimal { s: have, .. } if have > s => {
                let (lo, hi) = from.bounds();
                let ends = decimal::rescale(lo, have, s).zip(decimal::rescale(hi, have, s));
                let (lo, hi) = ends.unwrap_or((lo, hi));
                let p = digits(lo, hi).clamp(s.max(1), 38);
                Ret::total(Info::number(Kind::Decimal { p, s }, lo, hi))
            }
            Kind::Decimal { .. } | Kind::Int16 | Kind::Int32 | Kind::Int64 => {
                Ret::total(Info { constant: None, ..from.clone() })
            }
            _ => Mismatch::at(0, format!("this is {}, and a number is wanted", from.ty)),
        }
    },
    prepare: |args| {
        let have = args[0].ty.kind.scale();
        let want = args[1].constant_int().unwrap_or(0).min(38) as u8;
        Box::new(move |args| {
            let n = num(args, 0);
            Ok(Value::Num(if have > want { decimal::rescale(n, have, want).unwrap_or(n) } else { n }))
        })
    },
    native: generic,
};
