//! `normalize`, `strip_accents`

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::function::{Example, Function, Mismatch, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `normalize(text, form)`
pub(super) static NORMALIZE: Function = Function {
    name: "normalize",
    params: "text, form",
    summary: "A text in one of Unicode's normal forms: `\"NFC\"`, `\"NFD\"`, `\"NFKC\"` or `\"NFKD\"`.",
    details: "Two texts that look alike can be different characters: an `é`, or an `e` with an accent behind it. `NFC` makes one character of \
              them, `NFD` two; the forms with a `K` also take variants such as `ﬁ` or full-width letters to what they stand for.",
    examples: &[
        Example(r#"length(normalize("e\u{301}", "NFC"))"#, "1"),
        Example(r#"normalize("ﬁ Ａ", "NFKC")"#, r#""fi A""#),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0])?;
        // The most characters that one becomes, as Unicode's own table of expansion says.
        let times = match want_constant_text(args, 1, "the form")? {
            "NFC" => 3,
            "NFD" => 4,
            "NFKC" | "NFKD" => 18,
            _ => return Mismatch::at(1, "the forms are \"NFC\", \"NFD\", \"NFKC\" and \"NFKD\""),
        };
        let same = args[0].constant_text().is_some_and(str::is_ascii);
        Ret::total(Info::text(args[0].chars().and_then(|c| if same { Some(c) } else { c.checked_mul(times) })))
    },
    prepare: |args| {
        let form = args[1].constant_text().unwrap_or_default().to_owned();
        Box::new(move |args| {
            let t = text(args, 0);
            Ok(Value::owned(match form.as_str() {
                _ if t.is_ascii() => t.to_owned(),
                "NFC" => t.nfc().collect(),
                "NFD" => t.nfd().collect(),
                "NFKC" => t.nfkc().collect(),
                _ => t.nfkd().collect(),
            }))
        })
    },
    ..PLAIN
};

/// `strip_accents(text)`
pub(super) static STRIP_ACCENTS: Function = Function {
    name: "strip_accents",
    params: "text",
    summary: "Letters without the marks above, below and through them: `é` becomes `e`.",
    details: "Letters that are no others with a mark stay: `ß`, `ø`, `ł`. `transliterate_ascii` takes those as well.",
    examples: &[Example(r#"strip_accents("Crème Brûlée, Łódź, ß")"#, r#""Creme Brulee, Łodz, ß""#)],
    infer: |args| {
        want_text(args, &[0])?;
        Ret::total(Info::text(args[0].chars().and_then(|c| c.checked_mul(3))))
    },
    prepare: |_| {
        Box::new(|args| {
            let t = text(args, 0);
            Ok(Value::owned(if t.is_ascii() {
                t.to_owned()
            } else {
                t.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect()
            }))
        })
    },
    ..PLAIN
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_grows_more_than_the_type_rule_says() {
        let (mut nfc, mut nfd, mut nfkd) = (0, 0, 0);
        for c in char::MIN..=char::MAX {
            nfc = nfc.max(std::iter::once(c).nfc().count());
            nfd = nfd.max(std::iter::once(c).nfd().count());
            nfkd = nfkd.max(std::iter::once(c).nfkd().count());
        }
        assert_eq!((nfc, nfd, nfkd), (3, 4, 18));
    }

    #[test]
    fn without_its_marks_a_character_is_at_most_three() {
        let longest =
            (char::MIN..=char::MAX).map(|c| std::iter::once(c).nfd().filter(|c| !is_combining_mark(*c)).count());
        assert!(longest.max().unwrap() <= 3);
    }
}
