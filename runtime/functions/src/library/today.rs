//! `today`

use crate::function::{Example, Fail, Function, PLAIN, Ret};
use crate::types::{Info, Kind};

/// `today()`
pub(super) static TODAY: Function = Function {
    name: "today",
    params: "",
    summary: "The day of the run: what `--as-of` says, else the day on which the run begins.",
    details: "It is an input like a parameter: fixed before the run begins, kept in the ledger, and the same for every record. A run that is \
              given the day of an earlier one gives the same bytes.",
    examples: &[Example("days_between(today(), today())", "0")],
    arity: (0, 0),
    infer: |_| Ret::total(Info::required(Kind::Date)),
    // The checker puts the day itself in place of the call.
    prepare: |_| Box::new(|_| Err(Fail::because("has no day"))),
    ..PLAIN
};
