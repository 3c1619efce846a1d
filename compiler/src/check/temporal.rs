//! Days and points in time in expressions: what is added with its unit, and the day of the run.

use migc_functions::{Info, Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, ExprKind};

use super::exprs::{Body, clash};
use crate::plan::{Expr, Op};
use crate::rules;

/// A length of time: its number as written, and the function that adds it, with how many of the function's units one is.
pub(super) struct Length<'t> {
    number: &'t str,
    function: &'static str,
    times: i64,
}

/// The length of time that an expression writes out, if it is one.
pub(super) fn span(e: &tree::Expr) -> Option<Length<'_>> {
    let ExprKind::Quantity(number, unit) = &e.kind else { return None };
    let (function, times) = match unit.strip_suffix('s').unwrap_or(unit) {
        "day" => ("add_days", 1),
        "week" => ("add_days", 7),
        "hour" => ("add_hours", 1),
        "minute" => ("add_minutes", 1),
        "second" => ("add_seconds", 1),
        "month" => ("add_months", 1),
        "year" => ("add_years", 1),
        _ => return None,
    };
    Some(Length { number, function, times })
}

/// How a value with a day or a time becomes one of another such type, where a word for it is wanted.
pub(super) fn word(have: &Kind, want: &Kind) -> Option<&'static str> {
    Some(match (have, want) {
        (Kind::Timestamp, Kind::Date) => "the word that drops its time is `day(…)`",
        (Kind::Timestamp, Kind::Time) => "the word that drops its day is `time(…)`",
        (Kind::Date, Kind::Timestamp) => {
            "the midnight of a day is `timestamp(…)`, another time of it `timestamp(day, time)`"
        }
        (Kind::TimestampTz, Kind::Date) => "its day depends on the zone: `day(… at zone \"Europe/Berlin\")`",
        (Kind::TimestampTz, Kind::Time) => "its time depends on the zone: `time(… at zone \"Europe/Berlin\")`",
        (Kind::TimestampTz, Kind::Timestamp) | (Kind::Timestamp, Kind::TimestampTz) => {
            "the zone tells one from the other: `… at zone \"Europe/Berlin\"`"
        }
        (Kind::Date, Kind::TimestampTz) => "a midnight is one of a zone: `timestamp(…) at zone \"Europe/Berlin\"`",
        _ => return None,
    })
}

impl Body<'_, '_> {
    /// A day or a point in time, later or earlier by a length of time.
    pub(super) fn shift(&mut self, a: Expr, by: Length<'_>, earlier: bool, written: Span, at: Span) -> Option<Expr> {
        let n = by.number.parse::<i64>().ok().and_then(|n| n.checked_mul(by.times));
        let Some(n) = n else {
            return self.fail(
                clash(written, "a whole number of units is wanted here".into())
                    .help("take the next smaller unit: `36 hours`, `90 minutes`"),
            );
        };
        let n = if earlier { -n } else { n };
        if matches!(by.function, "add_months" | "add_years") {
            // A month has no length: what the 31st of January and a month is, a function of that name says.
            let label = "a month and a year have no length of their own";
            let text = self.env.text.get(a.at.range()).unwrap_or("…");
            let help = format!("write `{}({text}, {n})`", by.function);
            return self.fail(Diagnostic::new(&rules::WRONG_TYPE, written, label).help(help));
        }
        let n = Expr::constant(Value::Num(i128::from(n)), Kind::Int64, written);
        self.apply(by.function, vec![a, n], at)
    }

    /// The day of the run: like a parameter, it is fixed before the run begins, and unknown where a spec is only looked at.
    pub(super) fn today(&mut self, at: Span) -> Expr {
        self.env.asks_for_today = true;
        match &self.env.today {
            Some(day) => Expr::constant(day.clone(), Kind::Date, at),
            None => Expr { op: Op::Const(Value::Null), info: Info::required(Kind::Date), fails: false, at },
        }
    }
}
