//! Types, and what is known of a value beyond its type: ranges of numbers, lengths of texts, closed sets.

use serde::{Deserialize, Serialize};

use crate::value::Value;

/// A type without its nullability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// True or false.
    Bool,
    /// Two bytes, signed.
    Int16,
    /// Four bytes, signed.
    Int32,
    /// Eight bytes, signed.
    Int64,
    /// Exact, `p` digits in all (at most 38), `s` of them behind the point.
    Decimal {
        /// Digits in all.
        p: u8,
        /// Digits behind the point.
        s: u8,
    },
    /// Text of at most this many characters.
    Text(Option<u32>),
    /// A civil day of the years 0 to 9999.
    Date,
    /// A binary floating point number, finite; held as the whole number of the same order ([`crate::float::key`]).
    Float64,
    /// A time of day, in microseconds since midnight.
    Time,
    /// A point of civil time, in microseconds since 1970 as a clock on the wall shows them.
    Timestamp,
    /// A point in time, in microseconds since 1970 of UTC.
    TimestampTz,
    /// A universally unique identifier, held as its text in small letters with hyphens.
    Uuid,
    /// At most this many bytes, held as their text in hexadecimal digits of small letters.
    Bytes(Option<u32>),
    /// A JSON value, held as its text without blanks between its parts.
    Json,
    /// A value of a list of codes, by the list's name.
    Codes(String),
    /// One of these texts.
    OneOf(Vec<String>),
    /// A length on a layout, in database units of the target.
    Length,
    /// An area on a layout, in squares of database units of the target.
    Area,
    /// A record of a reference, found by a lookup: the reference's place in the plan.
    Record(usize),
    /// The type of `null` alone.
    Null,
}

impl Kind {
    /// Whether values are numbers in the sense of arithmetic.
    pub fn is_number(&self) -> bool {
        matches!(self, Kind::Int16 | Kind::Int32 | Kind::Int64 | Kind::Decimal { .. } | Kind::Length | Kind::Area)
    }
    /// Whether values are numbers with a dimension, which plain numbers are not compared with.
    pub fn has_dimension(&self) -> bool {
        matches!(self, Kind::Length | Kind::Area)
    }
    /// Whether values are whole numbers of a fixed width.
    pub fn is_int(&self) -> bool {
        matches!(self, Kind::Int16 | Kind::Int32 | Kind::Int64)
    }
    /// Whether values are plain text.
    pub fn is_text(&self) -> bool {
        matches!(self, Kind::Text(_) | Kind::Codes(_) | Kind::OneOf(_))
    }
    /// Whether values can be read wherever text is wanted.
    pub fn is_textual(&self) -> bool {
        self.is_text() || matches!(self, Kind::Uuid | Kind::Json)
    }
    /// Whether values are held as text.
    pub fn held_as_text(&self) -> bool {
        self.is_textual() || matches!(self, Kind::Bytes(_))
    }
    /// Whether values have a day in them.
    pub fn has_day(&self) -> bool {
        matches!(self, Kind::Date | Kind::Timestamp | Kind::TimestampTz)
    }
    /// The most characters of what holds a value, where the type says it.
    pub fn most_chars(&self) -> Option<u32> {
        match self {
            Kind::Text(n) => *n,
            Kind::Uuid => Some(36),
            Kind::Bytes(n) => n.map(|n| n.saturating_mul(2)),
            _ => None,
        }
    }
    /// The digits behind the point of a number: zero for whole numbers.
    pub fn scale(&self) -> u8 {
        if let Kind::Decimal { s, .. } = self { *s } else { 0 }
    }
    /// The smallest and largest unscaled value of the type, where it is held as a number.
    pub fn bounds(&self) -> Option<(i128, i128)> {
        Some(match self {
            Kind::Int16 => (i16::MIN as i128, i16::MAX as i128),
            Kind::Int32 => (i32::MIN as i128, i32::MAX as i128),
            Kind::Int64 => (i64::MIN as i128, i64::MAX as i128),
            Kind::Decimal { p, .. } => {
                let top = 10i128.pow(u32::from(*p)) - 1;
                (-top, top)
            }
            // Flattened coordinates of real layouts stay far below; the bound keeps products within 128 bits.
            Kind::Length => (-(1 << 40), 1 << 40),
            // The largest square of coordinates of 32 bits needs 64; what is larger counts as the largest.
            Kind::Area => (-i128::from(i64::MAX), i128::from(i64::MAX)),
            Kind::Date => (0, i128::from(crate::date::MAX.0)),
            Kind::Float64 => wide(crate::float::bounds()),
            Kind::Time => (0, i128::from(crate::clock::DAY - 1)),
            Kind::Timestamp | Kind::TimestampTz => wide(crate::clock::BOUNDS),
            _ => return None,
        })
    }
}

fn wide((lo, hi): (i64, i64)) -> (i128, i128) {
    (i128::from(lo), i128::from(hi))
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kind::Bool => write!(f, "bool"),
            Kind::Int16 => write!(f, "int16"),
            Kind::Int32 => write!(f, "int32"),
            Kind::Int64 => write!(f, "int64"),
            Kind::Decimal { p, s } => write!(f, "decimal({p}, {s})"),
            Kind::Text(None) => write!(f, "text"),
            Kind::Text(Some(n)) => write!(f, "text({n})"),
            Kind::Date => write!(f, "date"),
            Kind::Float64 => write!(f, "float64"),
            Kind::Time => write!(f, "time"),
            Kind::Timestamp => write!(f, "timestamp"),
            Kind::TimestampTz => write!(f, "timestamptz"),
            Kind::Uuid => write!(f, "uuid"),
            Kind::Bytes(None) => write!(f, "bytes"),
            Kind::Bytes(Some(n)) => write!(f, "bytes({n})"),
            Kind::Json => write!(f, "json"),
            Kind::Codes(name) => write!(f, "{name}"),
            Kind::OneOf(texts) => {
                let texts: Vec<String> = texts.iter().map(|t| format!("{t:?}")).collect();
                write!(f, "one of {}", texts.join(", "))
            }
            Kind::Length => write!(f, "length"),
            Kind::Area => write!(f, "area"),
            Kind::Record(_) => write!(f, "record"),
            Kind::Null => write!(f, "null"),
        }
    }
}

/// A type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ty {
    /// What it holds.
    pub kind: Kind,
    /// Whether it may hold null as well.
    pub nullable: bool,
}

impl Ty {
    /// A type that never holds null.
    pub fn required(kind: Kind) -> Ty {
        Ty { kind, nullable: false }
    }
}

impl std::fmt::Display for Ty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.kind, if self.nullable { "?" } else { "" })
    }
}

/// What is known of an expression's value: its type, and more where it can be proven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// The type.
    pub ty: Ty,
    /// The smallest and largest unscaled number (a decimal's digits without its point), where it is one.
    pub range: Option<(i128, i128)>,
    /// The only texts that it can be, where they are known.
    pub set: Option<Vec<String>>,
    /// The value itself, where it is a constant.
    pub constant: Option<Value<'static>>,
}

impl Info {
    /// All that a type alone tells.
    pub fn of(ty: Ty) -> Info {
        let range = ty.kind.bounds();
        Info { ty, range, set: None, constant: None }
    }
    /// All that a type without null tells.
    pub fn required(kind: Kind) -> Info {
        Info::of(Ty::required(kind))
    }
    /// A number of `kind` within `lo ..= hi` (unscaled).
    pub fn number(kind: Kind, lo: i128, hi: i128) -> Info {
        Info { ty: Ty::required(kind), range: Some((lo, hi)), set: None, constant: None }
    }
    /// A text of at most `n` characters.
    pub fn text(n: Option<u32>) -> Info {
        Info::required(Kind::Text(n))
    }
    /// A constant: its type is the narrowest that holds it.
    pub fn constant(value: Value<'static>, kind: Kind) -> Info {
        let range = if let Value::Num(n) = value { Some((n, n)) } else { None };
        let set = if let Value::Text(t) = &value { Some(vec![t.to_string()]) } else { None };
        let nullable = matches!(value, Value::Null);
        Info { ty: Ty { kind, nullable }, range, set, constant: Some(value) }
    }
    /// The range of a number; the whole range of its type if nothing better is known.
    pub fn bounds(&self) -> (i128, i128) {
        self.range.or(self.ty.kind.bounds()).unwrap_or((i128::MIN, i128::MAX))
    }
    /// The most characters that it can have, where it is text.
    pub fn chars(&self) -> Option<u32> {
        match (&self.set, &self.ty.kind) {
            (Some(set), _) => set.iter().map(|t| t.chars().count() as u32).max(),
            (None, kind) => kind.most_chars(),
        }
    }
    /// A constant text, for arguments that must be written out.
    pub fn constant_text(&self) -> Option<&str> {
        match &self.constant {
            Some(Value::Text(t)) => Some(t),
            _ => None,
        }
    }
    /// A constant whole number, for arguments that must be written out.
    pub fn constant_int(&self) -> Option<i128> {
        match (&self.constant, self.ty.kind.is_int()) {
            (Some(Value::Num(n)), true) => Some(*n),
            _ => None,
        }
    }
    /// The same, with null allowed or not.
    pub fn nullable(mut self, nullable: bool) -> Info {
        self.ty.nullable = nullable;
        self
    }
}

/// The number of decimal digits of the larger of two magnitudes, at least one.
pub fn digits(lo: i128, hi: i128) -> u8 {
    let mut top = lo.unsigned_abs().max(hi.unsigned_abs());
    let mut n = 1;
    while top >= 10 {
        top /= 10;
        n += 1;
    }
    n
}
