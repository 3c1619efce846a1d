//! A field's text, from its bytes.

use std::borrow::Cow;

use memchr::memchr;

use crate::Dialect;

/// The text of a field: without the quotes around it, and with each doubled quote as one. Borrows unless it must not.
///
/// The field is one of a good record; of others the result is only what can be made of it.
pub fn unquote(field: &[u8], quote: u8) -> Cow<'_, [u8]> {
    let Some(inner) = field.strip_prefix(&[quote]) else { return Cow::Borrowed(field) };
    let inner = inner.strip_suffix(&[quote]).unwrap_or(inner);
    if memchr(quote, inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(quote, rest) {
        text.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 1..];
        rest = rest.strip_prefix(&[quote]).unwrap_or(rest);
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// The record without its `\n`, `\r\n`, or the `\r` of a line end torn off at the file's end.
pub fn trim_line_end(record: &[u8]) -> &[u8] {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    record.strip_suffix(b"\r").unwrap_or(record)
}

/// The fields of one well-quoted record, as they stand. For headers: one record a file.
pub(crate) fn split(record: &[u8], dialect: Dialect) -> Vec<&[u8]> {
    let record = trim_line_end(record);
    let (mut inside, mut start, mut fields) = (false, 0, Vec::new());
    for (at, &byte) in record.iter().enumerate() {
        if Some(byte) == dialect.quote {
            inside = !inside;
        } else if byte == dialect.delimiter && !inside {
            fields.push(&record[start..at]);
            start = at + 1;
        }
    }
    fields.push(&record[start..]);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubled_quote_is_one() {
        assert_eq!(unquote(br#""a ""b"" c""#, b'"').as_ref(), br#"a "b" c"#);
        assert_eq!(unquote(br#""""""#, b'"').as_ref(), br#"""#);
        assert_eq!(unquote(br#""""#, b'"').as_ref(), b"");
    }

    #[test]
    fn a_field_without_doubled_quotes_is_borrowed() {
        assert!(matches!(unquote(b"\"a|b\"", b'"'), Cow::Borrowed(b"a|b")));
        assert!(matches!(unquote(b"ab", b'"'), Cow::Borrowed(b"ab")));
    }

    #[test]
    fn a_delimiter_in_quotes_does_not_split() {
        let fields = split(b"a|\"b|c\"|\r\n", Dialect { delimiter: b'|', quote: Some(b'"'), header: true });
        assert_eq!(fields, [&b"a"[..], b"\"b|c\"", b""]);
    }
}
