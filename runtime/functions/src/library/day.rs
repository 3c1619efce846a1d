//! `day`

use crate::function::{Example, Function, PLAIN, Ret, day_of, num, want_day};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `day(timestamp)`
pub(super) static DAY: Function = Function {
    name: "day",
    params: "timestamp",
    summary: "The day of a timestamp: the word by which its time is dropped.",
    details: "The number of the day in its month is `day_of_month(…)`. A `timestamptz` has a day in a zone: `day(seen at zone \"UTC\")`.",
    examples: &[Example(r#"day(timestamp("2024-02-29T23:59:58"))"#, "2024-02-29")],
    infer: |args| {
        want_day(args, 0)?;
        Ret::total(Info::required(Kind::Date))
    },
    prepare: |args| {
        let kind = args[0].ty.kind.clone();
        Box::new(move |args| Ok(Value::Num(i128::from(day_of(&kind, num(args, 0)).0))))
    },
    ..PLAIN
};
