//! `year`, `month`, `day_of_month`, `quarter`, `weekday`, `iso_week`, `iso_year`, `day_of_year`, `last_day`, `start_of_month`

use crate::date::{Day, days_in};
use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, day_of, num, want_day};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `year(day)`
pub(super) static YEAR: Function = Function {
    name: "year",
    params: "day",
    summary: "The year of a day or a timestamp.",
    examples: &[Example("year(2024-02-29)", "2024")],
    infer: |args| number(args, 0, 9999),
    prepare: |args| of_day(args, |d| d.parts().0),
    ..PLAIN
};

/// `month(day)`
pub(super) static MONTH: Function = Function {
    name: "month",
    params: "day",
    summary: "The month of a day or a timestamp, 1 to 12.",
    examples: &[Example("month(2024-02-29)", "2")],
    infer: |args| number(args, 1, 12),
    prepare: |args| of_day(args, |d| d.parts().1),
    ..PLAIN
};

/// `day_of_month(day)`
pub(super) static DAY_OF_MONTH: Function = Function {
    name: "day_of_month",
    params: "day",
    summary: "The number of a day in its month, 1 to 31.",
    examples: &[Example("day_of_month(2024-02-29)", "29")],
    infer: |args| number(args, 1, 31),
    prepare: |args| of_day(args, |d| d.parts().2),
    ..PLAIN
};

/// `quarter(day)`
pub(super) static QUARTER: Function = Function {
    name: "quarter",
    params: "day",
    summary: "The quarter of the year, 1 to 4.",
    examples: &[Example("quarter(2024-04-01)", "2")],
    infer: |args| number(args, 1, 4),
    prepare: |args| of_day(args, |d| d.parts().1.div_ceil(3)),
    ..PLAIN
};

/// `weekday(day)`
pub(super) static WEEKDAY: Function = Function {
    name: "weekday",
    params: "day",
    summary: "The day of the week as ISO 8601 counts: 1 is Monday, 7 is Sunday.",
    examples: &[Example("weekday(2024-02-29)", "4"), Example("weekday(2024-03-03)", "7")],
    infer: |args| number(args, 1, 7),
    prepare: |args| of_day(args, Day::weekday),
    ..PLAIN
};

/// `iso_week(day)`
pub(super) static ISO_WEEK: Function = Function {
    name: "iso_week",
    params: "day",
    summary: "The week of the year as ISO 8601 counts, 1 to 53.",
    details: "Week 1 is the one with the year's first Thursday; the year that a week belongs to is `iso_year(…)`.",
    examples: &[Example("iso_week(2021-01-03)", "53"), Example("iso_week(2024-12-30)", "1")],
    infer: |args| number(args, 1, 53),
    prepare: |args| of_day(args, |d| iso(d).1),
    ..PLAIN
};

/// `iso_year(day)`
pub(super) static ISO_YEAR: Function = Function {
    name: "iso_year",
    params: "day",
    summary: "The year that the day's week belongs to, as ISO 8601 counts.",
    details: "A week belongs to the year that its Thursday lies in. The first days of the year 0 count to it.",
    examples: &[Example("iso_year(2021-01-03)", "2020"), Example("iso_year(2024-12-30)", "2025")],
    infer: |args| number(args, 0, 10_000),
    prepare: |args| of_day(args, |d| iso(d).0),
    ..PLAIN
};

/// `day_of_year(day)`
pub(super) static DAY_OF_YEAR: Function = Function {
    name: "day_of_year",
    params: "day",
    summary: "The number of a day in its year, 1 to 366.",
    examples: &[Example("day_of_year(2024-12-31)", "366")],
    infer: |args| number(args, 1, 366),
    prepare: |args| of_day(args, Day::of_year),
    ..PLAIN
};

/// `last_day(day)`
pub(super) static LAST_DAY: Function = Function {
    name: "last_day",
    params: "day",
    summary: "The last day of the month that a day lies in.",
    examples: &[Example("last_day(2024-02-10)", "2024-02-29")],
    infer: a_day,
    prepare: |args| {
        of_day(args, |d| {
            let (year, month, _) = d.parts();
            Day::new(year, month, days_in(year, month)).unwrap_or(d).0
        })
    },
    ..PLAIN
};

/// `start_of_month(day)`
pub(super) static START_OF_MONTH: Function = Function {
    name: "start_of_month",
    params: "day",
    summary: "The first day of the month that a day lies in.",
    examples: &[Example("start_of_month(2024-02-10)", "2024-02-01")],
    infer: a_day,
    prepare: |args| {
        of_day(args, |d| {
            let (year, month, _) = d.parts();
            Day::new(year, month, 1).unwrap_or(d).0
        })
    },
    ..PLAIN
};

fn number(args: &[Info], least: i128, most: i128) -> Result<Ret, Mismatch> {
    want_day(args, 0)?;
    Ret::total(Info::number(Kind::Int64, least, most))
}

fn a_day(args: &[Info]) -> Result<Ret, Mismatch> {
    want_day(args, 0)?;
    Ret::total(Info::required(Kind::Date))
}

fn of_day(args: &[Info], f: fn(Day) -> u32) -> Eval {
    let kind = args[0].ty.kind.clone();
    Box::new(move |args| Ok(Value::Num(i128::from(f(day_of(&kind, num(args, 0)))))))
}

/// The year and the week of ISO 8601.
fn iso(day: Day) -> (u32, u32) {
    let year = day.parts().0;
    // A week is where its Thursday is.
    let thursday = i64::from(day.of_year()) + 4 - i64::from(day.weekday());
    let length = |year: u32| 337 + i64::from(days_in(year, 2));
    if thursday < 1 {
        // The year before the year 0 was as long as the year 399: calendars repeat after 400 years.
        let before = if year == 0 { 399 } else { year - 1 };
        return (year.saturating_sub(1), ((thursday + length(before) + 6) / 7) as u32);
    }
    if thursday > length(year) {
        return (year + 1, 1);
    }
    (year, ((thursday + 6) / 7) as u32)
}
