//! `format_date`, `format_exactly`

use crate::clock;
use crate::date::Day;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, want_constant_text};
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
            let (day, time) = parts(&kind, n);
            let mut out = Vec::new();
            if let Some(p) = &pattern {
                p.write(day, time, &mut out);
            }
            Ok(Value::owned(String::from_utf8(out).unwrap_or_default()))
        })
    },
    ..PLAIN
};

/// `format_exactly(value, pattern)`
pub(super) static FORMAT_EXACTLY: Function = Function {
    name: "format_exactly",
    params: "value, pattern",
    summary: "The same, where the pattern says all of the value; else it fails.",
    details: "What a pattern leaves out must be nothing: seconds that are zero, the first day of a month, a year that two digits say. \
              A target's column with `as` asks this of its values, so that none is narrowed silently.",
    examples: &[
        Example(r#"format_exactly(2024-02-09, "%d.%m.%Y")"#, r#""09.02.2024""#),
        Example(r#"format_exactly(time("12:30:00"), "%H:%M")"#, r#""12:30""#),
        Example(r#"format_exactly(time("12:30:15"), "%H:%M")"#, "fails"),
        Example(r#"format_exactly(1901-02-03, "%d.%m.%y")"#, "fails"),
        Example(r#"format_exactly(timestamp("2024-02-09T08:00:00"), "%Y-%m-%d")"#, "fails"),
    ],
    infer: |args| {
        let pattern = pattern(args)?;
        let info = Info::text(Some(pattern.longest()));
        if args[0].ty.kind == Kind::TimestampTz && !pattern.says_the_offset() {
            let message = "the pattern has no offset: `%z`; for the time of a zone, take it there first: `x at zone \"Europe/Berlin\"`";
            return Err(Mismatch { arg: Some(1), message: message.into() });
        }
        if pattern.says_all(&args[0].ty.kind) { Ret::total(info) } else { Ret::partial(info) }
    },
    prepare: |args| {
        let (pattern, kind) = (pattern(args).ok(), args[0].ty.kind.clone());
        let format = (FORMAT_DATE.prepare)(args);
        Box::new(move |args| {
            let n = num(args, 0) as i64;
            let (day, time) = parts(&kind, n);
            match pattern.as_ref().and_then(|p| p.loses(&kind, day, time)) {
                Some(part) => Err(Fail(format!("has {part}, which the form does not say"))),
                None => format(args),
            }
        })
    },
    ..FORMAT_DATE
};

/// The day and the time of a value; the day of a time, and the time of a day, is nothing.
fn parts(kind: &Kind, n: i64) -> (Day, i64) {
    match kind {
        Kind::Date => (Day(n as u32), 0),
        Kind::Time => (Day(0), n),
        _ => clock::split(n),
    }
}

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
