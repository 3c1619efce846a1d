//! `transliterate_ascii`

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_constant_text, want_text};
use crate::types::Info;
use crate::value::Value;

/// `transliterate_ascii(text[, "german"])`
pub(super) static TRANSLITERATE_ASCII: Function = Function {
    name: "transliterate_ascii",
    params: "text[, \"german\"]",
    summary: "A text in ASCII letters: accents are taken off, and other letters and signs become those that stand for them.",
    details: "`ß` becomes `ss`, `æ` `ae`, `œ` `oe`, `ø` `o`, `đ` and `ð` `d`, `þ` `th`, `ł` `l`, `ı` `i`, `ħ` `h`, `ŋ` `ng`, and their capitals alike; \
              quotes become `'` and `\"`, dashes `-`, `…` three points, `€` `EUR`, `£` `GBP`, a blank that does not break a blank. With \
              `\"german\"`, `ä`, `ö` and `ü` become `ae`, `oe` and `ue`. A text with a character that has no such form fails.",
    examples: &[
        Example(r#"transliterate_ascii("Łódź – Straße 5 €")"#, r#""Lodz - Strasse 5 EUR""#),
        Example(r#"transliterate_ascii("Müller", "german")"#, r#""Mueller""#),
        Example(r#"transliterate_ascii("Müller")"#, r#""Muller""#),
        Example(r#"transliterate_ascii("日本")"#, "fails"),
    ],
    arity: (1, 2),
    infer: |args| {
        want_text(args, &[0])?;
        if args.len() > 1 && want_constant_text(args, 1, "the language")? != "german" {
            return Mismatch::at(1, "the one language that this knows is \"german\"");
        }
        Ret::partial(Info::text(args[0].chars().and_then(|c| c.checked_mul(LONGEST))))
    },
    prepare: |args| {
        let german = args.len() > 1;
        Box::new(move |args| {
            let t = text(args, 0);
            if t.is_ascii() {
                return Ok(Value::owned(t.to_owned()));
            }
            let mut out = String::with_capacity(t.len());
            // Composed first, so that an accent that stands by itself belongs to its letter.
            for c in t.nfc() {
                if !letter(c, german, &mut out) {
                    return Err(Fail(format!("has `{c}`, which has no form in ASCII")));
                }
            }
            Ok(Value::owned(out))
        })
    },
    ..PLAIN
};

/// The most characters that one becomes.
const LONGEST: u32 = 4;

const GERMAN: [(char, &str); 6] = [('ä', "ae"), ('ö', "oe"), ('ü', "ue"), ('Ä', "Ae"), ('Ö', "Oe"), ('Ü', "Ue")];

const OTHERS: [(char, &str); 43] = [
    ('ß', "ss"),
    ('ẞ', "SS"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ø', "o"),
    ('Ø', "O"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('Ð', "D"),
    ('þ', "th"),
    ('Þ', "Th"),
    ('ł', "l"),
    ('Ł', "L"),
    ('ı', "i"),
    ('ħ', "h"),
    ('Ħ', "H"),
    ('ŋ', "ng"),
    ('Ŋ', "NG"),
    ('‘', "'"),
    ('’', "'"),
    ('‚', "'"),
    ('‹', "'"),
    ('›', "'"),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('«', "\""),
    ('»', "\""),
    ('‐', "-"),
    ('‑', "-"),
    ('‒', "-"),
    ('–', "-"),
    ('—', "-"),
    ('−', "-"),
    ('…', "..."),
    ('€', "EUR"),
    ('£', "GBP"),
    ('×', "x"),
    ('\u{a0}', " "),
    ('\u{202f}', " "),
];

/// Appends what stands for a character; whether there is something.
fn letter(c: char, german: bool, out: &mut String) -> bool {
    if c.is_ascii() {
        out.push(c);
        return true;
    }
    let known = |table: &[(char, &'static str)]| table.iter().find(|(k, _)| *k == c).map(|(_, v)| *v);
    if let Some(text) = known(&OTHERS).or_else(|| if german { known(&GERMAN) } else { None }) {
        out.push_str(text);
        return true;
    }
    let from = out.len();
    out.extend(std::iter::once(c).nfkd().filter(|c| !is_combining_mark(*c)));
    // A mark alone becomes nothing; what is left of anything else must be ASCII.
    out.get(from..).is_some_and(|new| new.is_ascii() && (!new.is_empty() || is_combining_mark(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_becomes_more_than_the_type_rule_says() {
        let mut longest = 0;
        for c in char::MIN..=char::MAX {
            let mut out = String::new();
            if letter(c, true, &mut out) {
                longest = longest.max(out.len());
            }
        }
        assert_eq!(longest, LONGEST as usize);
    }
}
