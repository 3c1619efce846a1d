//! Pest's work is linear: two alternatives that start alike would make it exponential. A binary of its own, since pest's
//! limit belongs to the process.

use std::num::NonZeroUsize;

#[test]
fn reading_takes_a_bounded_number_of_calls_a_byte() {
    let nested = |open: &str, close: &str| {
        let n = 100;
        format!("map a -> b {{\n  x = {}1{}\n}}\n", open.repeat(n), close.repeat(n))
    };
    let mut texts = vec![
        include_str!("specs/whole.mig").to_string(),
        include_str!("specs/order_lines.mig").to_string(),
        include_str!("specs/remap.mig").to_string(),
    ];
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("f(a: ", ")"),
        ("a[b: ", "]"),
        ("match { x => ", " }"),
        ("match x { 1 => ", " }"),
        ("(1 else ", ")"),
    ] {
        texts.push(nested(open, close));
    }
    for text in texts {
        // The statement that is read is no longer than its file.
        let longest = text.split("\n  ").map(str::len).max().unwrap_or(0);
        pest::set_call_limit(NonZeroUsize::new(200 * longest + 10_000));
        let found: Vec<String> = migc_grammar::parse(&text).diagnostics.into_iter().map(|d| d.label).collect();
        assert!(found.is_empty(), "{found:?} in {text}");
    }
}
