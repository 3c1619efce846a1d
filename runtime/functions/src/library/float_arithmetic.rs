//! `float_add`, `float_subtract`, `float_multiply`, `float_divide`: the operators on `float64`

use crate::float;
use crate::function::{Eval, Example, Fail, Function, Mismatch, PLAIN, Ret, num};
use crate::types::{Info, Kind};
use crate::value::Value;

const DETAILS: &str = "Rounds to the nearest double, as IEEE 754 says. What is too large for a double fails.";

/// `float_add(a, b)`, which is also the operator `a + b`
pub(super) static FLOAT_ADD: Function = Function {
    name: "float_add",
    params: "a, b",
    summary: "The sum of two `float64`, which is also written `a + b`.",
    details: DETAILS,
    examples: &[Example(r#"float64("0.1") + float64("0.2")"#, "0.30000000000000004")],
    arity: (2, 2),
    infer: two,
    prepare: |_| of_two(|a, b| a + b),
    ..PLAIN
};

/// `float_subtract(a, b)`, which is also the operator `a - b`
pub(super) static FLOAT_SUBTRACT: Function = Function {
    name: "float_subtract",
    params: "a, b",
    summary: "The difference of two `float64`, which is also written `a - b`.",
    details: DETAILS,
    examples: &[Example(r#"float64("1.5") - float64("1.5")"#, "0.0")],
    arity: (2, 2),
    infer: two,
    prepare: |_| of_two(|a, b| a - b),
    ..PLAIN
};

/// `float_multiply(a, b)`, which is also the operator `a * b`
pub(super) static FLOAT_MULTIPLY: Function = Function {
    name: "float_multiply",
    params: "a, b",
    summary: "The product of two `float64`, which is also written `a * b`.",
    details: DETAILS,
    examples: &[
        Example(r#"float64("1.5") * float64("-2")"#, "-3.0"),
        Example(r#"float64("1e300") * float64("1e300")"#, "fails"),
    ],
    arity: (2, 2),
    infer: two,
    prepare: |_| of_two(|a, b| a * b),
    ..PLAIN
};

/// `float_divide(a, b)`, which is also the operator `a / b`
pub(super) static FLOAT_DIVIDE: Function = Function {
    name: "float_divide",
    params: "a, b",
    summary: "The quotient of two `float64`, which is also written `a / b`.",
    details: "Rounds to the nearest double, as IEEE 754 says. A division by zero fails, and so does what is too large for a double.",
    examples: &[
        Example(r#"float64("1") / float64("3")"#, "0.3333333333333333"),
        Example(r#"float64("1") / float64("0")"#, "fails"),
    ],
    arity: (2, 2),
    infer: two,
    prepare: |_| of_two(|a, b| a / b),
    ..PLAIN
};

fn two(args: &[Info]) -> Result<Ret, Mismatch> {
    for (i, arg) in args.iter().enumerate() {
        if arg.ty.kind != Kind::Float64 {
            return Mismatch::at(i, format!("this is {}, and float64 is wanted: `float64(…)`", arg.ty));
        }
    }
    Ret::partial(Info::required(Kind::Float64))
}

fn of_two(f: fn(f64, f64) -> f64) -> Eval {
    Box::new(move |args| {
        let (a, b) = (float::value(num(args, 0) as i64), float::value(num(args, 1) as i64));
        match float::key(f(a, b)) {
            Some(key) => Ok(Value::Num(i128::from(key))),
            None => Err(Fail::because("gives no finite number with the other side")),
        }
    })
}
