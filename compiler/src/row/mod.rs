//! How a loaded record is written: the meaning that native code follows.

use migc_functions::Value;

use crate::native::Sink;
use crate::plan::Output;

mod fixed;
mod json;

pub(crate) use json::{before as member, is_bare};

/// Appends the outputs of a record as the target wants them; of columns of numbers, nothing.
pub fn record(sink: &Sink, outputs: &[Output], values: &[Value<'_>], out: &mut Vec<u8>) {
    match sink {
        Sink::Delimited { delimiter } => write(outputs, values, *delimiter, out),
        Sink::Fixed(slabs) => fixed::write(outputs, values, slabs, out),
        Sink::JsonLines => json::write(outputs, values, out),
        Sink::Numbers => {}
    }
}

/// Appends the outputs of a record as one line. A text stands in quotes where it holds the delimiter, a quote or a line
/// end; null is nothing, so an empty text where null could stand, or alone on its line, is two quotes.
pub fn write(outputs: &[Output], values: &[Value<'_>], delimiter: u8, out: &mut Vec<u8>) {
    let last = outputs.len().saturating_sub(1);
    for (i, (output, value)) in outputs.iter().zip(values).enumerate() {
        match value {
            Value::Text(t) if t.is_empty() && (output.ty.nullable || last == 0) => out.extend_from_slice(b"\"\""),
            Value::Text(t) => field(t.as_bytes(), delimiter, out),
            other => other.write(&output.value.info.ty.kind, out),
        }
        out.push(if i == last { b'\n' } else { delimiter });
    }
}

/// Appends the line of column names.
pub fn header<'n>(names: impl IntoIterator<Item = &'n str>, delimiter: u8, out: &mut Vec<u8>) {
    for (i, name) in names.into_iter().enumerate() {
        if i > 0 {
            out.push(delimiter);
        }
        field(name.as_bytes(), delimiter, out);
    }
    out.push(b'\n');
}

fn field(t: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    if !t.iter().any(|b| [delimiter, b'"', b'\n', b'\r'].contains(b)) {
        out.extend_from_slice(t);
        return;
    }
    out.push(b'"');
    for b in t {
        if *b == b'"' {
            out.push(b'"');
        }
        out.push(*b);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_quotes() {
        let mut out = Vec::new();
        header(["a b", "c,d", "e\"f"], b',', &mut out);
        assert_eq!(out, b"a b,\"c,d\",\"e\"\"f\"\n");
    }
}
