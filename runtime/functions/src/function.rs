//! What a function is: one entry of the one table.

use crate::clock;
use crate::date::Day;
use crate::types::{Info, Kind};
use crate::value::Value;

/// An entry of the table of functions.
pub struct Function {
    /// Its name in a spec.
    pub name: &'static str,
    /// Its parameters, as they are shown: `text, from: text, to: text`.
    pub params: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The rest of the story; may be empty.
    pub details: &'static str,
    /// Calls and what they give; each runs as a test on the interpreter and on native code.
    pub examples: &'static [Example],
    /// The type rule: what it gives for arguments of these types. The arguments are never null (null in, null out is the
    /// caller's business) and have the right number.
    pub infer: fn(&[Info]) -> Result<Ret, Mismatch>,
    /// The least and the most arguments.
    pub arity: (usize, usize),
    /// Its meaning for arguments of these types: constants are taken in (a pattern is read once, not once a record).
    pub prepare: fn(&[Info]) -> Eval,
    /// The hand-made entry of native code that means the same, if there is one for these arguments.
    pub native: fn(&[Info]) -> Option<Native>,
}

/// A call and its result, both as they stand in a spec: `trim("  a ")` gives `"a"`; `fails` stands for a failure.
pub struct Example(pub &'static str, pub &'static str);

/// What a call gives.
#[derive(Debug, Clone)]
pub struct Ret {
    /// Its type and all that is known of its value.
    pub info: Info,
    /// Whether the call can fail.
    pub fails: bool,
}

impl Ret {
    /// A call that always succeeds.
    pub fn total(info: Info) -> Result<Ret, Mismatch> {
        Ok(Ret { info, fails: false })
    }
    /// A call that can fail.
    pub fn partial(info: Info) -> Result<Ret, Mismatch> {
        Ok(Ret { info, fails: true })
    }
}

/// Why a call does not compile.
#[derive(Debug, Clone)]
pub struct Mismatch {
    /// The argument that is wrong, counted from zero.
    pub arg: Option<usize>,
    /// What is wrong with it.
    pub message: String,
}

impl Mismatch {
    /// Argument `arg` is wrong.
    pub fn at<T>(arg: usize, message: impl Into<String>) -> Result<T, Mismatch> {
        Err(Mismatch { arg: Some(arg), message: message.into() })
    }
}

/// Why a call failed on a value, said as the end of a sentence: `is not a day`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fail(pub String);

impl Fail {
    /// A failure with this reason.
    pub fn because(reason: &str) -> Fail {
        Fail(reason.to_owned())
    }
}

/// A prepared call.
pub type Eval = Box<dyn for<'a> Fn(&[Value<'a>]) -> Result<Value<'a>, Fail> + Send + Sync>;

/// A hand-made entry of native code: its symbol in the table of the `abi` crate, and numbers to pass after the arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Native {
    /// The symbol.
    pub symbol: &'static str,
    /// How many of the call's arguments are passed (the others are in `extra`).
    pub args: usize,
    /// Numbers passed behind them.
    pub extra: Vec<i64>,
}

impl Native {
    /// An entry that takes the first `args` arguments and then `extra`.
    pub fn call(symbol: &'static str, args: usize, extra: &[i64]) -> Option<Native> {
        Some(Native { symbol, args, extra: extra.to_vec() })
    }
}

/// No hand-made entry: native code calls the function's own meaning.
pub fn generic(_: &[Info]) -> Option<Native> {
    None
}

/// What an entry of the table has unless it says otherwise: nothing more to tell, and no hand-made entry.
pub(crate) const PLAIN: Function = Function {
    name: "",
    params: "",
    summary: "",
    details: "",
    examples: &[],
    arity: (1, 1),
    infer: |_| Mismatch::at(0, "nothing is known of this function"),
    prepare: |_| Box::new(|_| Err(Fail::because("has no meaning"))),
    native: generic,
};

/// A number argument; for type rules.
pub fn want_number(args: &[Info], i: usize) -> Result<(), Mismatch> {
    match args.get(i) {
        Some(arg) if !arg.ty.kind.is_number() || arg.ty.kind.has_dimension() => {
            Mismatch::at(i, format!("this is {}, and a number is wanted", arg.ty))
        }
        _ => Ok(()),
    }
}

/// A whole number argument; for type rules.
pub fn want_int(args: &[Info], i: usize) -> Result<(), Mismatch> {
    match args.get(i) {
        Some(arg) if !arg.ty.kind.is_int() => {
            Mismatch::at(i, format!("this is {}, and a whole number is wanted", arg.ty))
        }
        _ => Ok(()),
    }
}

/// An argument with a day in it that no zone decides; for type rules.
pub fn want_day(args: &[Info], i: usize) -> Result<(), Mismatch> {
    match args.get(i).map(|a| &a.ty.kind) {
        Some(Kind::Date | Kind::Timestamp) | None => Ok(()),
        Some(Kind::TimestampTz) => Mismatch::at(
            i,
            "this is timestamptz, whose day depends on the zone: take it to one, `… at zone \"Europe/Berlin\"`",
        ),
        Some(kind) if kind.is_text() => Mismatch::at(i, format!("this is {kind}, and a day is wanted: `date(…)`")),
        Some(kind) => Mismatch::at(i, format!("this is {kind}, and a day is wanted")),
    }
}

/// The day of a value of a kind that has one.
pub fn day_of(kind: &Kind, n: i128) -> Day {
    if *kind == Kind::Date { Day(n as u32) } else { clock::split(n as i64).0 }
}

/// Text arguments, by their index; for type rules.
pub fn want_text(args: &[Info], which: &[usize]) -> Result<(), Mismatch> {
    for &i in which {
        if let Some(arg) = args.get(i)
            && !arg.ty.kind.is_textual()
        {
            return Mismatch::at(i, format!("this is {}, and text is wanted", arg.ty));
        }
    }
    Ok(())
}

/// A whole number written out, at least `least`; for type rules.
pub fn want_constant_int(args: &[Info], i: usize, least: i128, what: &str) -> Result<i128, Mismatch> {
    match args.get(i).and_then(Info::constant_int) {
        Some(n) if n >= least => Ok(n),
        Some(n) => Mismatch::at(i, format!("{what} is at least {least}, and this is {n}")),
        None => Mismatch::at(i, format!("{what} must be written out as a whole number")),
    }
}

/// A text written out; for type rules.
pub fn want_constant_text<'i>(args: &'i [Info], i: usize, what: &str) -> Result<&'i str, Mismatch> {
    match args.get(i).and_then(Info::constant_text) {
        Some(t) => Ok(t),
        None => Mismatch::at(i, format!("{what} must be written out as a text")),
    }
}

/// The text argument of a call whose type rule wanted text.
pub fn text<'v, 'a>(args: &'v [Value<'a>], i: usize) -> &'v str {
    args.get(i).and_then(Value::as_text).unwrap_or("")
}

/// The number argument of a call whose type rule wanted a number.
pub fn num(args: &[Value<'_>], i: usize) -> i128 {
    args.get(i).and_then(Value::num).unwrap_or(0)
}
