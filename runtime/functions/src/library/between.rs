//! `days_between`, `months_between`, `age_years`, `seconds_between`

use crate::clock;
use crate::date::Day;
use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, day_of, num, want_day};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `days_between(from, to)`
pub(super) static DAYS_BETWEEN: Function = Function {
    name: "days_between",
    params: "from, to",
    summary: "The days from one day to another; below zero, if the other is earlier.",
    details: "Of points in time, their days count. The operator means the same: `to - from`.",
    examples: &[Example("days_between(2024-02-28, 2024-03-01)", "2"), Example("2024-01-01 - 2024-12-31", "-365")],
    arity: (2, 2),
    infer: |args| days(args, 3_652_424),
    prepare: |args| of_days(args, |from, to| to.number() - from.number()),
    ..PLAIN
};

/// `months_between(from, to)`
pub(super) static MONTHS_BETWEEN: Function = Function {
    name: "months_between",
    params: "from, to",
    summary: "The whole months from one day to another; below zero, if the other is earlier.",
    details: "A month is over on the day of the same number, or on the last day of a month that is too short.",
    examples: &[
        Example("months_between(2024-01-31, 2024-02-28)", "0"),
        Example("months_between(2024-01-31, 2024-02-29)", "1"),
        Example("months_between(2024-03-15, 2024-01-16)", "-1"),
    ],
    arity: (2, 2),
    infer: |args| days(args, 120_000),
    prepare: |args| of_days(args, months),
    ..PLAIN
};

/// `age_years(born, day)`
pub(super) static AGE_YEARS: Function = Function {
    name: "age_years",
    params: "born, day",
    summary: "The age in whole years on a day.",
    details: "Who was born on the 29th of February has a birthday on the 28th where the year has no 29th.",
    examples: &[Example("age_years(2000-02-29, 2023-02-28)", "23"), Example("age_years(1990-06-15, 2024-06-14)", "33")],
    arity: (2, 2),
    infer: |args| days(args, 10_000),
    prepare: |args| of_days(args, |from, to| months(from, to) / 12),
    ..PLAIN
};

/// `seconds_between(from, to)`
pub(super) static SECONDS_BETWEEN: Function = Function {
    name: "seconds_between",
    params: "from, to",
    summary: "The seconds from one point in time to another, with six digits behind the point.",
    details: "Both are timestamps, or both are timestamptz, or both are times.",
    examples: &[Example(
        r#"seconds_between(timestamp("2024-01-01T00:00:00"), timestamp("2024-01-01T00:01:00.5"))"#,
        "60.500000",
    )],
    arity: (2, 2),
    infer: |args| {
        let timed = |k: &Kind| matches!(k, Kind::Timestamp | Kind::TimestampTz | Kind::Time);
        for (i, arg) in args.iter().enumerate() {
            if !timed(&arg.ty.kind) {
                return Mismatch::at(i, format!("this is {}, and a point in time is wanted", arg.ty));
            }
        }
        if args[0].ty.kind != args[1].ty.kind {
            return Mismatch::at(1, format!("this is {}, and the other is {}", args[1].ty, args[0].ty));
        }
        let ((al, ah), (bl, bh)) = (args[0].bounds(), args[1].bounds());
        Ret::total(Info::number(Kind::Decimal { p: 18, s: 6 }, bl - ah, bh - al))
    },
    prepare: |_| Box::new(|args| Ok(Value::Num(num(args, 1) - num(args, 0)))),
    ..PLAIN
};

fn days(args: &[Info], most: i128) -> Result<Ret, Mismatch> {
    want_day(args, 0)?;
    want_day(args, 1)?;
    Ret::total(Info::number(Kind::Int64, -most, most))
}

fn of_days(args: &[Info], f: fn(Day, Day) -> i64) -> Eval {
    let (a, b) = (args[0].ty.kind.clone(), args[1].ty.kind.clone());
    Box::new(move |args| Ok(Value::Num(i128::from(f(day_of(&a, num(args, 0)), day_of(&b, num(args, 1)))))))
}

/// The whole months from one day to another.
fn months(from: Day, to: Day) -> i64 {
    if to < from {
        return -months(to, from);
    }
    let ((y, m, _), (z, n, _)) = (from.parts(), to.parts());
    let all = (i64::from(z) - i64::from(y)) * 12 + i64::from(n) - i64::from(m);
    if from.add_months(all).is_some_and(|d| d <= to) { all } else { all - 1 }
}

/// What [`clock::BOUNDS`] promise: the seconds between two points in time have at most 18 digits with their fraction.
const _: () = assert!(clock::BOUNDS.1 - clock::BOUNDS.0 < 1_000_000_000_000_000_000);
