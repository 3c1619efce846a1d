//! Values as the interpreter sees them, and how each type is written.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::types::Kind;
use crate::{clock, date, decimal, float};

/// A value. Its type is known from where it stands: whole numbers, unscaled decimals, packed days, microseconds, doubles
/// and lengths are all [`Value::Num`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A number: of a decimal, its digits without the point; of a day, [`date::Day`]'s number; of a time or a point in time,
    /// microseconds; of a double, its [`float::key`].
    Num(i128),
    /// Text.
    Text(Cow<'a, str>),
    /// A record of a reference, by its row.
    Row(u32),
}

impl<'a> Value<'a> {
    /// A text that lives as long as the record.
    pub fn text(t: &'a str) -> Value<'a> {
        Value::Text(Cow::Borrowed(t))
    }
    /// A text of its own.
    pub fn owned(t: String) -> Value<'a> {
        Value::Text(Cow::Owned(t))
    }
    /// The number, if it is one.
    pub fn num(&self) -> Option<i128> {
        if let Value::Num(n) = self { Some(*n) } else { None }
    }
    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(t) = self { Some(t) } else { None }
    }
    /// Frees it from what it borrowed.
    pub fn into_static(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(b) => Value::Bool(b),
            Value::Num(n) => Value::Num(n),
            Value::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Value::Row(r) => Value::Row(r),
        }
    }
    /// The one way in which a value of `kind` is written; null is written as nothing.
    pub fn write(&self, kind: &Kind, out: &mut Vec<u8>) {
        match self {
            Value::Null => {}
            Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
            Value::Num(n) => match kind {
                Kind::Date => date::Day(*n as u32).write(out),
                Kind::Decimal { s, .. } => decimal::write(*n, *s, out),
                Kind::Float64 => float::write(float::value(*n as i64), out),
                Kind::Time => clock::write_time(*n as i64, out),
                Kind::Timestamp => clock::write(*n as i64, out),
                Kind::TimestampTz => {
                    clock::write(*n as i64, out);
                    out.push(b'Z');
                }
                _ => decimal::write(*n, 0, out),
            },
            Value::Text(t) => out.extend_from_slice(t.as_bytes()),
            Value::Row(r) => out.extend_from_slice(r.to_string().as_bytes()),
        }
    }
    /// [`Value::write`] as a string.
    pub fn display(&self, kind: &Kind) -> String {
        let mut out = Vec::new();
        self.write(kind, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}
