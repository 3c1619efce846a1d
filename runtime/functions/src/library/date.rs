//! `date`

use crate::date::Pattern;
use crate::function::{Example, Fail, Function, Mismatch, Native, Ret, text, want_constant_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `date(text[, pattern])`
pub(super) static DATE: Function = Function {
    name: "date",
    params: "text[, pattern]",
    summary: "A civil day from a text of exactly the given form.",
    details: "`%Y` is four digits, `%m` and `%d` are two; everything else stands for itself. Without a pattern, `%Y-%m-%d`. \
              A day that does not exist fails.",
    examples: &[
        Example(r#"date("02/28/1996", "%m/%d/%Y")"#, "1996-02-28"),
        Example(r#"date("1996-02-29")"#, "1996-02-29"),
        Example(r#"date("1995-02-29")"#, "fails"),
        Example(r#"date("2020-1-1")"#, "fails"),
    ],
    arity: (1, 2),
    infer: |args| {
        if !args[0].ty.kind.is_text() {
            return Mismatch::at(0, format!("this is {}, and text is wanted", args[0].ty));
        }
        pattern(args)?;
        Ret::partial(Info::required(Kind::Date))
    },
    prepare: |args| {
        let pattern = pattern(args).ok();
        Box::new(move |args| match pattern.as_ref().and_then(|p| p.parse(text(args, 0).as_bytes())) {
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

fn pattern(args: &[Info]) -> Result<Pattern, Mismatch> {
    let written = if args.len() > 1 { want_constant_text(args, 1, "the pattern")? } else { "%Y-%m-%d" };
    Pattern::new(written).map_err(|message| Mismatch { arg: Some(1), message })
}
