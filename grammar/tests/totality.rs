//! Whatever the text: a tree, no panic, and spans that lie in the text on whole characters.

use proptest::prelude::*;

mod spans;

use spans::check;

const SPECS: [&str; 6] = [
    include_str!("specs/whole.mig"),
    include_str!("specs/records.mig"),
    include_str!("specs/layout.mig"),
    include_str!("specs/pieces.mig"),
    include_str!("specs/order_lines.mig"),
    include_str!("specs/remap.mig"),
];

const PIECES: [&str; 36] = [
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "“",
    "”",
    "`",
    ",",
    ":",
    "=",
    "=>",
    "->",
    "|>",
    "..=",
    "else",
    "not ",
    "match {",
    "map ",
    "\n",
    "\nsource ",
    "//",
    "///",
    "/*",
    "1-2-3",
    "5nm",
    "{x}",
    "\\",
    "é",
    "\u{a0}",
    "≤",
    "<<<<<<<\n",
    ">>>>>>>\n",
];

fn cut(text: &str, at: usize) -> usize {
    let mut at = at % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_is_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn pieces_of_the_language_in_any_order_are_read(picks in prop::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = picks.iter().map(|i| PIECES[*i]).collect();
        check(&text);
        check(&format!("map a -> b {{\n  x = {text}\n}}"));
        check(&format!("source a = csv(\"a\") {{\n  x: {text}\n}}"));
    }

    #[test]
    fn mutated_specs_are_read(
        spec in 0..SPECS.len(),
        edits in prop::collection::vec((any::<usize>(), 0..40_usize, 0..PIECES.len()), 1..5),
    ) {
        let mut text = SPECS[spec].to_string();
        for (at, len, piece) in edits {
            let from = cut(&text, at);
            let to = cut(&text, from + len).max(from);
            text.replace_range(from..to, PIECES[piece]);
        }
        check(&text);
    }
}
