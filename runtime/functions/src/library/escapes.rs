//! `html_unescape`, `url_decode`, `url_encode`

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::function::{Example, Fail, Function, PLAIN, Ret, text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `html_unescape(text)`
pub(super) static HTML_UNESCAPE: Function = Function {
    name: "html_unescape",
    params: "text",
    summary: "Puts for the named and numbered characters of HTML what they stand for.",
    details: "What is no such name stays as it is.",
    examples: &[
        Example(r#"html_unescape("M&uuml;ller &amp; S&#246;hne &lt;3")"#, r#""Müller & Söhne <3""#),
        Example(r#"html_unescape("a & b")"#, r#""a & b""#),
    ],
    infer: |args| {
        want_text(args, &[0])?;
        // A name is longer than what it stands for.
        Ret::total(Info::text(args[0].chars()))
    },
    prepare: |_| Box::new(|args| Ok(Value::owned(html_escape::decode_html_entities(text(args, 0)).into_owned()))),
    ..PLAIN
};

/// `url_decode(text)`
pub(super) static URL_DECODE: Function = Function {
    name: "url_decode",
    params: "text",
    summary: "Puts for `%C3%A9` and the like of an address the characters that they stand for.",
    details: "A plus sign stays one. What is not UTF-8 then fails.",
    examples: &[
        Example(r#"url_decode("caf%C3%A9%20noir")"#, r#""café noir""#),
        Example(r#"url_decode("%ff")"#, "fails"),
    ],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::partial(Info::text(args[0].chars()))
    },
    prepare: |_| {
        Box::new(|args| match percent_decode_str(text(args, 0)).decode_utf8() {
            Ok(t) => Ok(Value::owned(t.into_owned())),
            Err(_) => Err(Fail::because("is not UTF-8 when it is decoded")),
        })
    },
    ..PLAIN
};

/// `url_encode(text)`
pub(super) static URL_ENCODE: Function = Function {
    name: "url_encode",
    params: "text",
    summary: "Writes all characters but letters, digits and `-._~` as an address does: `é` becomes `%C3%A9`.",
    examples: &[Example(r#"url_encode("café noir/1")"#, r#""caf%C3%A9%20noir%2F1""#)],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::text(args[0].chars().and_then(|c| c.checked_mul(12))))
    },
    prepare: |_| Box::new(|args| Ok(Value::owned(utf8_percent_encode(text(args, 0), PLAIN_SIGNS).to_string()))),
    ..PLAIN
};

/// All that RFC 3986 (2.3) does not leave as it is.
const PLAIN_SIGNS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
