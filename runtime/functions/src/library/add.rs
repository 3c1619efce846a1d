//! `add_days`, `add_months`, `add_years`, `add_hours`, `add_minutes`, `add_seconds`

use crate::clock;
use crate::date::Day;
use crate::function::{Eval, Example, Fail, Function, Mismatch, PLAIN, Ret, num, want_int};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `add_days(day, n)`
pub(super) static ADD_DAYS: Function = Function {
    name: "add_days",
    params: "day, n",
    summary: "A day or a point in time so many days later; earlier, if `n` is below zero.",
    details: "The operator means the same: `born + 30 days`, `due - 2 weeks`.",
    examples: &[
        Example("add_days(2024-02-28, 2)", "2024-03-01"),
        Example("add_days(2024-01-01, -1)", "2023-12-31"),
        Example("add_days(9999-12-31, 1)", "fails"),
        Example("2024-02-28 + 1 day", "2024-02-29"),
    ],
    arity: (2, 2),
    infer: whole_days,
    prepare: |args| {
        let kind = args[0].ty.kind.clone();
        Box::new(move |args| {
            let (at, n) = (num(args, 0), num(args, 1));
            if kind == Kind::Date {
                let number = i128::from(Day(at as u32).number()).saturating_add(n);
                return day(i64::try_from(number).ok().and_then(Day::from_number));
            }
            moment(at.saturating_add(n.saturating_mul(i128::from(clock::DAY))))
        })
    },
    ..PLAIN
};

/// `add_months(day, n)`
pub(super) static ADD_MONTHS: Function = Function {
    name: "add_months",
    params: "day, n",
    summary: "A day or a point in time so many months later; earlier, if `n` is below zero.",
    details: "A day that the month does not have becomes the last day of the month.",
    examples: &[
        Example("add_months(2024-01-31, 1)", "2024-02-29"),
        Example("add_months(2024-03-31, -13)", "2023-02-28"),
        Example("add_months(9999-12-31, 1)", "fails"),
    ],
    arity: (2, 2),
    infer: whole_days,
    prepare: |args| months(args, 1),
    ..PLAIN
};

/// `add_years(day, n)`
pub(super) static ADD_YEARS: Function = Function {
    name: "add_years",
    params: "day, n",
    summary: "A day or a point in time so many years later; earlier, if `n` is below zero.",
    details: "The 29th of February becomes the 28th where the year has none.",
    examples: &[Example("add_years(2024-02-29, 1)", "2025-02-28"), Example("add_years(2024-02-29, 4)", "2028-02-29")],
    arity: (2, 2),
    infer: whole_days,
    prepare: |args| months(args, 12),
    ..PLAIN
};

/// `add_hours(moment, n)`
pub(super) static ADD_HOURS: Function = Function {
    name: "add_hours",
    params: "moment, n",
    summary: "A point in time so many hours later.",
    details: "The operator means the same: `seen + 36 hours`.",
    examples: &[Example(r#"add_hours(timestamp("2024-02-28T23:00:00"), 2)"#, "2024-02-29T01:00:00")],
    arity: (2, 2),
    infer: of_time,
    prepare: |_| seconds(3600),
    ..PLAIN
};

/// `add_minutes(moment, n)`
pub(super) static ADD_MINUTES: Function = Function {
    name: "add_minutes",
    params: "moment, n",
    summary: "A point in time so many minutes later.",
    details: "The operator means the same: `seen + 90 minutes`.",
    examples: &[Example(r#"timestamp("2024-02-28T23:59:00") + 2 minutes"#, "2024-02-29T00:01:00")],
    arity: (2, 2),
    infer: of_time,
    prepare: |_| seconds(60),
    ..PLAIN
};

/// `add_seconds(moment, n)`
pub(super) static ADD_SECONDS: Function = Function {
    name: "add_seconds",
    params: "moment, n",
    summary: "A point in time so many seconds later.",
    details: "The operator means the same: `seen - 1 second`.",
    examples: &[
        Example(r#"timestamp("2024-03-01T00:00:00") - 1 second"#, "2024-02-29T23:59:59"),
        Example(r#"add_seconds(timestamp("9999-12-31T23:59:59"), 1)"#, "fails"),
    ],
    arity: (2, 2),
    infer: of_time,
    prepare: |_| seconds(1),
    ..PLAIN
};

fn whole_days(args: &[Info]) -> Result<Ret, Mismatch> {
    want_int(args, 1)?;
    if !args[0].ty.kind.has_day() {
        return Mismatch::at(0, format!("this is {}, and a day or a point in time is wanted", args[0].ty));
    }
    Ret::partial(Info::required(args[0].ty.kind.clone()))
}

fn of_time(args: &[Info]) -> Result<Ret, Mismatch> {
    want_int(args, 1)?;
    match &args[0].ty.kind {
        kind @ (Kind::Timestamp | Kind::TimestampTz) => Ret::partial(Info::required(kind.clone())),
        Kind::Date => Mismatch::at(0, "this is a whole day, which has no hours: `timestamp(…)` is its midnight"),
        _ => Mismatch::at(0, format!("this is {}, and a point in time is wanted", args[0].ty)),
    }
}

fn months(args: &[Info], each: i128) -> Eval {
    let kind = args[0].ty.kind.clone();
    Box::new(move |args| {
        let at = num(args, 0);
        let n = i64::try_from(num(args, 1).saturating_mul(each)).ok();
        if kind == Kind::Date {
            return day(n.and_then(|n| Day(at as u32).add_months(n)));
        }
        let (of, time) = clock::split(at as i64);
        match n.and_then(|n| of.add_months(n)) {
            Some(day) => Ok(Value::Num(i128::from(clock::join(day, time)))),
            None => Err(outside()),
        }
    })
}

fn seconds(each: i64) -> Eval {
    Box::new(move |args| {
        moment(num(args, 0).saturating_add(num(args, 1).saturating_mul(i128::from(each * clock::SECOND))))
    })
}

fn outside() -> Fail {
    Fail::because("would lie outside the years 0 to 9999")
}

fn day<'a>(day: Option<Day>) -> Result<Value<'a>, Fail> {
    day.map(|d| Value::Num(i128::from(d.0))).ok_or_else(outside)
}

fn moment<'a>(at: i128) -> Result<Value<'a>, Fail> {
    i64::try_from(at).ok().and_then(clock::inside).map(|at| Value::Num(i128::from(at))).ok_or_else(outside)
}
