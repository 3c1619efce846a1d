//! `hour`, `minute`, `second`, `microsecond`

use crate::clock;
use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, num};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `hour(time)`
pub(super) static HOUR: Function = Function {
    name: "hour",
    params: "time",
    summary: "The hour of a time or a timestamp, 0 to 23.",
    examples: &[Example(r#"hour(time("23:59:58"))"#, "23")],
    infer: |args| part(args, 23),
    prepare: |_| of_time(|t| clock::parts(t).0),
    ..PLAIN
};

/// `minute(time)`
pub(super) static MINUTE: Function = Function {
    name: "minute",
    params: "time",
    summary: "The minute of a time or a timestamp, 0 to 59.",
    examples: &[Example(r#"minute(timestamp("2024-02-29T23:59:58"))"#, "59")],
    infer: |args| part(args, 59),
    prepare: |_| of_time(|t| clock::parts(t).1),
    ..PLAIN
};

/// `second(time)`
pub(super) static SECOND: Function = Function {
    name: "second",
    params: "time",
    summary: "The second of a time or a timestamp, 0 to 59, without its fraction.",
    examples: &[Example(r#"second(time("23:59:58.5"))"#, "58")],
    infer: |args| part(args, 59),
    prepare: |_| of_time(|t| clock::parts(t).2),
    ..PLAIN
};

/// `microsecond(time)`
pub(super) static MICROSECOND: Function = Function {
    name: "microsecond",
    params: "time",
    summary: "The fraction of the second of a time or a timestamp, in microseconds.",
    examples: &[Example(r#"microsecond(time("23:59:58.5"))"#, "500000")],
    infer: |args| part(args, 999_999),
    prepare: |_| of_time(|t| clock::parts(t).3),
    ..PLAIN
};

fn part(args: &[Info], most: i128) -> Result<Ret, Mismatch> {
    match args[0].ty.kind {
        Kind::Time | Kind::Timestamp => Ret::total(Info::number(Kind::Int64, 0, most)),
        Kind::TimestampTz => Mismatch::at(
            0,
            "this is timestamptz, whose time depends on the zone: take it to one, `… at zone \"Europe/Berlin\"`",
        ),
        _ => Mismatch::at(0, format!("this is {}, and a time or a timestamp is wanted", args[0].ty)),
    }
}

fn of_time(f: fn(i64) -> u32) -> Eval {
    Box::new(move |args| Ok(Value::Num(i128::from(f(num(args, 0) as i64)))))
}
