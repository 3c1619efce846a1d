//! `timestamp`

use super::time::{pattern, read, wants_text};
use crate::clock;
use crate::date::Day;
use crate::function::{Example, Function, Mismatch, PLAIN, Ret, num, text};
use crate::pattern::Want;
use crate::types::{Info, Kind};
use crate::value::Value;

/// `timestamp(value[, pattern])`
pub(super) static TIMESTAMP: Function = Function {
    name: "timestamp",
    params: "value[, pattern or time]",
    summary: "A day with a time, as a clock on the wall shows them: from a text of exactly the given form, or from a day and a time.",
    details: "Without a pattern, a text is `YYYY-MM-DDTHH:MM:SS` with an optional fraction of one to six digits. A day alone is its midnight. \
              Patterns have the parts of `date` and of `time`. A point in time of UTC is another type: `timestamptz`.",
    examples: &[
        Example(r#"timestamp("2024-02-29T23:59:58.25")"#, "2024-02-29T23:59:58.25"),
        Example(r#"timestamp("29.02.2024 08:15", "%d.%m.%Y %H:%M")"#, "2024-02-29T08:15:00"),
        Example(r#"timestamp("2023-02-29T00:00:00")"#, "fails"),
        Example("timestamp(2024-02-29)", "2024-02-29T00:00:00"),
        Example(r#"timestamp(2024-02-29, time("08:15:00"))"#, "2024-02-29T08:15:00"),
    ],
    arity: (1, 2),
    infer: |args| {
        if args[0].ty.kind == Kind::Date {
            if let Some(second) = args.get(1)
                && second.ty.kind != Kind::Time
            {
                return Mismatch::at(1, format!("this is {}, and a time is wanted beside a day", second.ty));
            }
            return Ret::total(Info::required(Kind::Timestamp));
        }
        if args[0].ty.kind == Kind::TimestampTz {
            return Mismatch::at(
                0,
                "this is timestamptz: its local time is that of a zone, `… at zone \"Europe/Berlin\"`",
            );
        }
        wants_text(args)?;
        pattern(args, Want::Moment)?;
        Ret::partial(Info::required(Kind::Timestamp))
    },
    prepare: |args| {
        if args[0].ty.kind == Kind::Date {
            return Box::new(|args| {
                Ok(Value::Num(i128::from(clock::join(Day(num(args, 0) as u32), num(args, 1) as i64))))
            });
        }
        let pattern = pattern(args, Want::Moment).ok().flatten();
        Box::new(move |args| {
            let t = text(args, 0).as_bytes();
            let at = pattern.as_ref().map_or_else(|| clock::parse(t), |p| p.moment(t));
            read(t, at, "is not a timestamp of the wanted form")
        })
    },
    ..PLAIN
};
