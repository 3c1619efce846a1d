//! `epoch_seconds`, `from_epoch`

use crate::clock;
use crate::decimal;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, want_number};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `epoch_seconds(moment)`
pub(super) static EPOCH_SECONDS: Function = Function {
    name: "epoch_seconds",
    params: "moment",
    summary: "The whole seconds of a timestamptz since 1970-01-01T00:00:00Z; below zero, if it is earlier.",
    details: "A fraction of a second is cut toward the past.",
    examples: &[
        Example(r#"epoch_seconds(timestamptz("2024-01-01T00:00:00Z"))"#, "1704067200"),
        Example(r#"epoch_seconds(timestamptz("1969-12-31T23:59:59.5Z"))"#, "-1"),
    ],
    infer: |args| match args[0].ty.kind {
        Kind::TimestampTz => {
            let (lo, hi) = args[0].bounds();
            let second = i128::from(clock::SECOND);
            Ret::total(Info::number(Kind::Int64, lo.div_euclid(second), hi.div_euclid(second)))
        }
        Kind::Timestamp => {
            Mismatch::at(0, "this is timestamp, which is a point in time only in a zone: `… at zone \"UTC\"`")
        }
        _ => Mismatch::at(0, format!("this is {}, and a timestamptz is wanted", args[0].ty)),
    },
    prepare: |_| Box::new(|args| Ok(Value::Num(num(args, 0).div_euclid(i128::from(clock::SECOND))))),
    ..PLAIN
};

/// `from_epoch(seconds)`
pub(super) static FROM_EPOCH: Function = Function {
    name: "from_epoch",
    params: "seconds",
    summary: "The point in time so many seconds after 1970-01-01T00:00:00Z.",
    details: "A decimal has parts of a second, of which more than microseconds fail. Milliseconds are `from_epoch(ms * 0.001)`.",
    examples: &[
        Example("from_epoch(1704067200)", "2024-01-01T00:00:00Z"),
        Example("from_epoch(-0.5)", "1969-12-31T23:59:59.5Z"),
        Example("from_epoch(1704067200123 * 0.001)", "2024-01-01T00:00:00.123Z"),
        Example("from_epoch(999999999999)", "fails"),
    ],
    infer: |args| {
        want_number(args, 0)?;
        Ret::partial(Info::required(Kind::TimestampTz))
    },
    prepare: |args| {
        let scale = args[0].ty.kind.scale();
        Box::new(move |args| {
            let n = num(args, 0);
            let micros = if scale <= 6 {
                n.checked_mul(decimal::pow10(6 - scale))
            } else {
                let unit = decimal::pow10(scale - 6);
                if n % unit != 0 {
                    return Err(Fail::because("is finer than a microsecond"));
                }
                Some(n / unit)
            };
            let at = micros.and_then(|m| i64::try_from(m).ok()).and_then(clock::inside);
            at.map(|at| Value::Num(i128::from(at))).ok_or_else(|| Fail::because("lies outside the years 0 to 9999"))
        })
    },
    ..PLAIN
};
