//! `date`

use super::time::{pattern, wants_text};
use crate::date;
use crate::function::{Example, Fail, Function, Mismatch, Native, Ret, text};
use crate::pattern::Want;
use crate::types::{Info, Kind};
use crate::value::Value;

/// `date(text[, pattern])`
pub(super) static DATE: Function = Function {
    name: "date",
    params: "text[, pattern]",
    summary: "A civil day from a text of exactly the given form.",
    details: "`%Y` is a year of four digits, `%y` one of two (00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999); `%m` and `%d` are \
              two digits, `%-m` and `%-d` one or two; `%b` and `%B` are the month's English name, short or long, in capitals or not; `%j` is the \
              day of the year, three digits; everything else stands for itself, and `%%` for `%`. Without a pattern, `%Y-%m-%d`. A day that \
              does not exist fails.",
    examples: &[
        Example(r#"date("02/28/1996", "%m/%d/%Y")"#, "1996-02-28"),
        Example(r#"date("1996-02-29")"#, "1996-02-29"),
        Example(r#"date("1995-02-29")"#, "fails"),
        Example(r#"date("2020-1-1")"#, "fails"),
        Example(r#"date("1-Feb-99", "%-d-%b-%y")"#, "1999-02-01"),
    ],
    arity: (1, 2),
    infer: |args| {
        if matches!(args[0].ty.kind, Kind::Timestamp | Kind::TimestampTz) {
            return Mismatch::at(0, format!("this is {}; the word that drops its time is `day(…)`", args[0].ty));
        }
        wants_text(args)?;
        pattern(args, Want::Day)?;
        Ret::partial(Info::required(Kind::Date))
    },
    prepare: |args| {
        let pattern = pattern(args, Want::Day).ok().flatten();
        let read = move |t: &[u8]| pattern.as_ref().map_or_else(|| date::parse(t), |p| p.day(t));
        Box::new(move |args| match read(text(args, 0).as_bytes()) {
            Some(day) => Ok(Value::Num(i128::from(day.0))),
            None if text(args, 0).is_empty() => Err(Fail::because("is empty")),
            None => Err(Fail::because("is not a day of the wanted form")),
        })
    },
    native: |args| match args.get(1).map_or(Some("%Y-%m-%d"), Info::constant_text)? {
        "%Y-%m-%d" => Native::call("parse_date_ymd", 1, &[i64::from(b'-')]),
        "%Y/%m/%d" => Native::call("parse_date_ymd", 1, &[i64::from(b'/')]),
        "%m/%d/%Y" => Native::call("parse_date_mdy", 1, &[i64::from(b'/')]),
        "%m-%d-%Y" => Native::call("parse_date_mdy", 1, &[i64::from(b'-')]),
        "%d.%m.%Y" => Native::call("parse_date_dmy", 1, &[i64::from(b'.')]),
        "%d/%m/%Y" => Native::call("parse_date_dmy", 1, &[i64::from(b'/')]),
        _ => None,
    },
};
