//! Rows of delimited text, as the interpreter's values are written. Native code writes the same.

use migc_functions::{Kind, Value};

/// Appends a row.
pub(crate) fn write(values: &[Value<'_>], kinds: &[Kind], delimiter: u8, out: &mut Vec<u8>) {
    for (at, (value, kind)) in values.iter().zip(kinds).enumerate() {
        if at > 0 {
            out.push(delimiter);
        }
        match value {
            Value::Text(text) => field(text.as_bytes(), delimiter, out),
            other => other.write(kind, out),
        }
    }
    out.push(b'\n');
}

/// The header of these columns.
pub(crate) fn header<'n>(names: impl IntoIterator<Item = &'n str>, delimiter: u8) -> Vec<u8> {
    let mut out = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        if at > 0 {
            out.push(delimiter);
        }
        field(name.as_bytes(), delimiter, &mut out);
    }
    out.push(b'\n');
    out
}

/// Appends a text, in quotes where it holds the delimiter, a quote or a line end.
fn field(text: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    if !text.iter().any(|b| [delimiter, b'"', b'\n', b'\r'].contains(b)) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_needs_quotes() {
        let values = [Value::text("a,b"), Value::text("c\"d"), Value::text("e f"), Value::Null, Value::Num(-1205)];
        let decimal = Kind::Decimal { p: 6, s: 2 };
        let kinds = [Kind::Text(None), Kind::Text(None), Kind::Text(None), Kind::Int64, decimal];
        let mut out = Vec::new();
        write(&values, &kinds, b',', &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\"a,b\",\"c\"\"d\",e f,,-12.05\n");
    }
}
