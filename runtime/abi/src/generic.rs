//! Calls that go through a function's own meaning: slower than a hand-made entry, and there for every function.

use std::borrow::Cow;

use migc_functions::{Eval, Value};

use crate::text::keep;
use crate::{Frame, Pair};

/// How a value stands in two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Address and length.
    Text,
    /// A number, low word first.
    Number,
    /// One word, zero or one.
    Bool,
}

/// A prepared call with the shapes of its arguments and result.
pub struct Generic {
    /// The meaning.
    pub eval: Eval,
    /// The arguments.
    pub args: Vec<Shape>,
}

/// A call failed.
pub const FAILED: i64 = 0;
/// A call gave a value.
pub const DONE: i64 = 1;
/// A call gave null.
pub const NULL: i64 = 2;

/// Calls function `number` of the frame's tables on the values in `slots`, puts the result into the first of them, and
/// says how it went.
///
/// # Safety
/// The frame is the caller's own, and `slots` holds the call's arguments (and at least one slot).
pub unsafe extern "C" fn call_generic(frame: *mut Frame, number: usize, slots: *mut Pair) -> i64 {
    // SAFETY: the caller's frame and slots; texts are valid UTF-8 by the contract of this crate.
    unsafe {
        // The tables outlive the call: they belong to the program that makes it.
        let tables = std::sync::Arc::as_ptr(&(*frame).host.tables);
        let function = &(&(*tables).functions)[number];
        let slot = |i: usize| *slots.add(i);
        let values: Vec<Value<'_>> = function.args.iter().enumerate().map(|(i, s)| value(slot(i), *s)).collect();
        match (function.eval)(&values) {
            Err(_) => FAILED,
            Ok(Value::Null) => NULL,
            Ok(result) => {
                *slots = match result {
                    Value::Bool(b) => Pair(u64::from(b), 0),
                    Value::Num(n) => Pair(n as u64, (n >> 64) as u64),
                    // A piece of an argument is padded as the argument is; another text is not.
                    Value::Text(Cow::Borrowed(t)) if values.iter().any(|v| holds(v, t)) => {
                        Pair::text(t.as_ptr(), t.len())
                    }
                    Value::Text(Cow::Borrowed(t)) => keep(frame, t.as_bytes()),
                    Value::Text(Cow::Owned(t)) => keep(frame, t.as_bytes()),
                    Value::Row(r) => Pair(u64::from(r), 0),
                    Value::Null => Pair::NONE,
                };
                DONE
            }
        }
    }
}

/// Whether a text is a piece of a value.
fn holds(value: &Value<'_>, t: &str) -> bool {
    let Some(whole) = value.as_text() else { return false };
    let (from, to) = (whole.as_ptr() as usize, whole.as_ptr() as usize + whole.len());
    t.as_ptr() as usize >= from && t.as_ptr() as usize + t.len() <= to
}

/// The value that stands in two words.
///
/// # Safety
/// A text is one that lives as long as the value.
pub(crate) unsafe fn value<'v>(slot: Pair, shape: Shape) -> Value<'v> {
    match shape {
        Shape::Text => {
            // SAFETY: as the caller promises.
            Value::text(unsafe { std::str::from_utf8_unchecked(crate::text::bytes(slot.0 as _, slot.1 as _)) })
        }
        Shape::Number => Value::Num((u128::from(slot.1) << 64 | u128::from(slot.0)) as i128),
        Shape::Bool => Value::Bool(slot.0 != 0),
    }
}
