//! The header of delimited text.

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
        assert_eq!(header(["a b", "c,d", "e\"f"], b','), b"a b,\"c,d\",\"e\"\"f\"\n");
    }
}
