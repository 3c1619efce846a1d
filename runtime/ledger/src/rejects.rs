//! Lines of `rejects.jsonl`: one a rejected record, with everything that failed.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A rejected record.
#[derive(Debug, Serialize)]
pub struct Reject<'a> {
    /// The run.
    pub run: &'a str,
    /// The chunk: the source's name and the chunk's number in it.
    pub chunk: &'a str,
    /// The source's path.
    pub file: &'a str,
    /// The record's number, from 1, the header not counted.
    pub record: u64,
    /// Its first byte's offset in the file.
    pub offset: u64,
    /// Its length in bytes, with its line end.
    pub length: u64,
    /// The physical line that it starts on, from 1, the header counted.
    pub line: u64,
    /// The columns that name it, as they stood; none for a record that is broken.
    pub key: Option<Key<'a>>,
    /// The code of its first failure, under which the ledger counts it.
    pub code: &'a str,
    /// Everything that failed, in the order of the spec.
    pub failures: &'a [Failure<'a>],
}

/// Names and values of the columns that name a record.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// The columns' names.
    pub names: &'a [String],
    /// Their texts.
    pub values: &'a [std::borrow::Cow<'a, str>],
}

impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.names.len()))?;
        for (name, value) in self.names.iter().zip(self.values) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// One criterion that a record failed.
#[derive(Debug, Serialize)]
pub struct Failure<'a> {
    /// Its code.
    pub code: &'a str,
    /// The column or name that it is about.
    pub column: Option<&'a str>,
    /// The text that failed.
    pub value: Option<&'a str>,
    /// Why: the end of a sentence.
    pub reason: Option<&'a str>,
    /// What the spec says of it.
    pub message: Option<&'a str>,
    /// Where in the spec, as `LINE:COLUMN`; none for what is wrong with the file.
    pub at: Option<&'a str>,
}

/// A rejected shape of a layout.
#[derive(Debug, Serialize)]
pub struct RejectedShape<'a> {
    /// The run.
    pub run: &'a str,
    /// The chunk: the source's name and the chunk's number in it.
    pub chunk: &'a str,
    /// The source's path.
    pub file: &'a str,
    /// The cell.
    pub cell: &'a str,
    /// Layer and datatype in the source.
    pub layer: (u32, u32),
    /// Left, bottom, right and top in the cell, in database units of the source.
    pub bbox: [i32; 4],
    /// The code under which the ledger counts it.
    pub code: &'a str,
    /// Everything that failed.
    pub failures: &'a [Failure<'a>],
}

impl Reject<'_> {
    /// Appends the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        line(self, out);
    }
}

/// What breaks a rule of a layer.
#[derive(Debug, Serialize)]
pub struct Violation<'a> {
    /// The run.
    pub run: &'a str,
    /// The target, or the source that promised.
    pub place: &'a str,
    /// The layer.
    pub layer: &'a str,
    /// The rule, as written.
    pub rule: &'a str,
    /// Where it stands in the spec, as `LINE:COLUMN`.
    pub at: &'a str,
    /// The cell.
    pub cell: &'a str,
    /// What marks it: `edges` (two of them, two points each), `edge`, `box` and `window` (two corners), `corner`.
    pub kind: &'a str,
    /// Points in the cell, in database units.
    pub points: &'a [[i32; 2]],
    /// Of edges, the square of their distance; of a window, the covered share in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<i64>,
}

impl Violation<'_> {
    /// Appends the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        line(self, out);
    }
}

impl RejectedShape<'_> {
    /// Appends the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        line(self, out);
    }
}

fn line(of: &impl Serialize, out: &mut Vec<u8>) {
    // Writing strings and numbers into memory does not fail.
    let _ = serde_json::to_writer(&mut *out, of);
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_everything_in_a_fixed_order() {
        let names = ["no".to_owned()];
        let values = ["1\"7".into()];
        let failure = Failure {
            code: "bad_day",
            column: Some("day"),
            value: Some("31.02."),
            reason: Some("is not a day"),
            message: None,
            at: Some("4:7"),
        };
        let reject = Reject {
            run: "r",
            chunk: "lines/0",
            file: "l.csv",
            record: 3,
            offset: 40,
            length: 12,
            line: 5,
            key: Some(Key { names: &names, values: &values }),
            code: "bad_day",
            failures: &[failure],
        };
        let mut out = Vec::new();
        reject.write(&mut out);
        let wanted = r#"{"run":"r","chunk":"lines/0","file":"l.csv","record":3,"offset":40,"length":12,"line":5,"key":{"no":"1\"7"},"code":"bad_day","failures":[{"code":"bad_day","column":"day","value":"31.02.","reason":"is not a day","message":null,"at":"4:7"}]}"#;
        assert_eq!(String::from_utf8(out).unwrap(), format!("{wanted}\n"));
    }
}
