//! A loaded record as an object of JSON.

use migc_functions::{Kind, Value};

use crate::plan::Output;

/// Appends the outputs of a record as an object on one line: numbers as numbers with all their digits, null as null, days and
/// texts as strings.
pub(super) fn write(outputs: &[Output], values: &[Value<'_>], out: &mut Vec<u8>) {
    for (i, (output, value)) in outputs.iter().zip(values).enumerate() {
        out.extend_from_slice(&before(&output.name, i == 0));
        let kind = &output.value.info.ty.kind;
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            value if is_bare(kind) => value.write(kind, out),
            Value::Text(t) => string(t, out),
            other => {
                out.push(b'"');
                other.write(kind, out);
                out.push(b'"');
            }
        }
    }
    out.extend_from_slice(b"}\n");
}

/// Whether values of a type stand in JSON as they are written, without quotes.
pub(crate) fn is_bare(kind: &Kind) -> bool {
    kind.is_number() || matches!(kind, Kind::Bool | Kind::Float64 | Kind::Json)
}

/// What stands before the value of a member.
pub(crate) fn before(name: &str, first: bool) -> Vec<u8> {
    let mut out = vec![if first { b'{' } else { b',' }];
    string(name, &mut out);
    out.push(b':');
    out
}

/// Appends a string: quotes, backslashes and control characters are escaped, and nothing else is.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    migc_abi::layouts::escape(text.as_bytes(), out);
    out.push(b'"');
}
