//! `time`

use crate::clock;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, text, want_constant_text};
use crate::pattern::{Pattern, Want};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `time(value[, pattern])`
pub(super) static TIME: Function = Function {
    name: "time",
    params: "value[, pattern]",
    summary: "A time of day, from a text of exactly the given form; or the time of a timestamp.",
    details: "Without a pattern, `HH:MM:SS` with an optional fraction of one to six digits. In a pattern, `%H` is the hour of 24, `%I` that of \
              12 with `%p` for AM or PM, `%M` the minute, `%S` the second, `%f` its fraction; `%-H` and `%-I` have no zero in front.",
    examples: &[
        Example(r#"time("23:59:58")"#, "23:59:58"),
        Example(r#"time("12:05 AM", "%I:%M %p")"#, "00:05:00"),
        Example(r#"time("24:00:00")"#, "fails"),
        Example(r#"time(timestamp("2024-02-29T08:15:00.5"))"#, "08:15:00.5"),
    ],
    arity: (1, 2),
    infer: |args| {
        if args[0].ty.kind == Kind::Timestamp && args.len() == 1 {
            return Ret::total(Info::required(Kind::Time));
        }
        wants_text(args)?;
        pattern(args, Want::Time)?;
        Ret::partial(Info::required(Kind::Time))
    },
    prepare: |args| {
        if args[0].ty.kind == Kind::Timestamp {
            return Box::new(|args| Ok(Value::Num(num(args, 0).rem_euclid(i128::from(clock::DAY)))));
        }
        let pattern = pattern(args, Want::Time).ok().flatten();
        Box::new(move |args| {
            let t = text(args, 0).as_bytes();
            read(
                t,
                pattern.as_ref().map_or_else(|| clock::parse_time(t), |p| p.time(t)),
                "is not a time of the wanted form",
            )
        })
    },
    ..PLAIN
};

/// The pattern written out as the second argument, if there is one.
pub(super) fn pattern(args: &[Info], want: Want) -> Result<Option<Pattern>, Mismatch> {
    if args.len() < 2 {
        return Ok(None);
    }
    let written = want_constant_text(args, 1, "the pattern")?;
    Pattern::new(written, want).map(Some).map_err(|message| Mismatch { arg: Some(1), message })
}

/// The first argument is text.
pub(super) fn wants_text(args: &[Info]) -> Result<(), Mismatch> {
    if args[0].ty.kind.is_text() {
        return Ok(());
    }
    Mismatch::at(0, format!("this is {}, and text is wanted", args[0].ty))
}

/// What was read from a text, or why it was not.
pub(super) fn read<'a>(text: &[u8], value: Option<i64>, why: &str) -> Result<Value<'a>, Fail> {
    match value {
        Some(n) => Ok(Value::Num(i128::from(n))),
        None if text.is_empty() => Err(Fail::because("is empty")),
        None => Err(Fail::because(why)),
    }
}
