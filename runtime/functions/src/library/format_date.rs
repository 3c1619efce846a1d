//! `format_date`

use crate::clock;
use crate::date::Day;
use crate::function::{Example, Function, Mismatch, PLAIN, Ret, num, want_constant_text};
use crate::pattern::{Pattern, Want};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `format_date(value, pattern)`
pub(super) static FORMAT_DATE: Function = Function {
    name: "format_date",
    params: "value, pattern",
    summary: "A day, a time or a point in time as a text of a pattern.",
    details: "The patterns are those of `date`, `time`, `timestamp` and `timestamptz`. A `timestamptz` is written as the time of UTC.",
    examples: &[
        Example(r#"format_date(2024-02-09, "%-d.%-m.%Y")"#, r#""9.2.2024""#),
        Example(r#"format_date(2024-02-09, "%d %b %y")"#, r#""09 Feb 24""#),
        Example(r#"format_date(time("00:05:00"), "%I:%M %p")"#, r#""12:05 AM""#),
        Example(r#"format_date(timestamp("2024-02-09T08:00:00.25"), "%Y%m%d%H%M%S.%f")"#, r#""20240209080000.250000""#),
    ],
    arity: (2, 2),
    infer: |args| Ret::total(Info::text(Some(pattern(args)?.longest()))),
    prepare: |args| {
        let (pattern, kind) = (pattern(args).ok(), args[0].ty.kind.clone());
        Box::new(move |args| {
            let n = num(args, 0) as i64;
            let (day, time) = match kind {
                Kind::Date => (Day(n as u32), 0),
                Kind::Time => (Day(0), n),
                _ => clock::split(n),
            };
            let mut out = Vec::new();
            if let Some(p) = &pattern {
                p.write(day, time, &mut out);
            }
            Ok(Value::owned(String::from_utf8(out).unwrap_or_default()))
        })
    },
    ..PLAIN
};

fn pattern(args: &[Info]) -> Result<Pattern, Mismatch> {
    let want = match args[0].ty.kind {
        Kind::Date => Want::Day,
        Kind::Time => Want::Time,
        Kind::Timestamp => Want::Moment,
        Kind::TimestampTz => Want::Instant,
        _ => return Mismatch::at(0, format!("this is {}, and a day, a time or a point in time is wanted", args[0].ty)),
    };
    let written = want_constant_text(args, 1, "the pattern")?;
    Pattern::partial(written, want).map_err(|message| Mismatch { arg: Some(1), message })
}
