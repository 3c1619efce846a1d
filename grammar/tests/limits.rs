//! Texts that nobody writes: answered in time, and with a sentence.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests read files, settings and the clock")]

use std::time::{Duration, Instant};

/// On a stack of two mebibytes, as threads have it.
fn answers(text: String) -> Vec<&'static str> {
    let work = move || {
        let start = Instant::now();
        let parsed = migc_grammar::parse(&text);
        let codes: Vec<&str> = parsed.diagnostics.iter().map(|d| d.rule.code).collect();
        drop(parsed);
        (codes, start.elapsed())
    };
    let (codes, time) =
        std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread").join().expect("no panic");
    // A build without optimisation on a busy machine is the slowest case.
    assert!(time < Duration::from_secs(10), "{time:?}");
    println!("{time:?}");
    codes
}

fn in_map(value: &str) -> String {
    format!("map a -> b {{\n  x = {value}\n  y = z\n}}\n")
}

#[test]
fn nested_brackets_end_at_their_limit() {
    let n = 100_000;
    assert_eq!(answers(in_map(&format!("{}1{}", "(".repeat(n), ")".repeat(n)))), ["MIG0008"]);
    assert_eq!(answers(in_map(&format!("{}1{}", "(".repeat(128), ")".repeat(128)))), [""; 0]);
    assert_eq!(answers(in_map(&format!("{}1{}", "f(".repeat(129), ")".repeat(129)))), ["MIG0008"]);
    assert!(!answers(in_map(&"[".repeat(n))).is_empty());
    assert!(!answers("{".repeat(n)).is_empty());
    assert!(!answers(")".repeat(n)).is_empty());
}

#[test]
fn the_deepest_nesting_of_each_kind_fits_a_small_stack() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("f(", ")"), ("a[", "]"), ("match { x => ", " }"), ("match 1 { 1 => ", " }")]
    {
        assert_eq!(answers(in_map(&format!("{}1{}", open.repeat(128), close.repeat(128)))), [""; 0], "{open}");
    }
    assert_eq!(answers(in_map(&format!("{}1{}", "(not - 1 + ".repeat(120), ")".repeat(120)))), [""; 0]);
}

#[test]
fn prefix_operators_end_at_their_limit() {
    assert_eq!(answers(in_map(&format!("{}y", "not ".repeat(100_000)))), ["MIG0008"]);
    assert_eq!(answers(in_map(&format!("{}y", "- ".repeat(65)))), ["MIG0008"]);
    assert_eq!(answers(in_map(&format!("{}y", "not ".repeat(64)))), [""; 0]);
}

#[test]
fn operators_end_at_their_limit() {
    assert_eq!(answers(in_map(&format!("1{}", " + 1".repeat(100_000)))), ["MIG0008"]);
    assert_eq!(answers(in_map(&format!("1{}", " + 1".repeat(900)))), [""; 0]);
    assert_eq!(answers(in_map(&format!("y{}", "[0]".repeat(100_000)))), ["MIG0008"]);
    assert_eq!(answers(in_map(&format!("y{}", ".z".repeat(100_000)))), ["MIG0008"]);
}

#[test]
fn a_megabyte_on_a_line_is_answered() {
    let words = "abc ".repeat(250_000);
    assert!(!answers(words.clone()).is_empty());
    assert_eq!(answers(in_map(&words)).len(), 1);
    assert_eq!(answers(in_map(&format!("[{}]", "1, ".repeat(100_000)))), [""; 0]);
    assert_eq!(answers(in_map(&format!("\"{}\"", "x".repeat(1_000_000)))), [""; 0]);
    assert!(!answers("\"".repeat(1_000_001)).is_empty());
    for garbage in ["!", "„", "'", "/*\n", ";", "a=;", "`", "@", "\u{a0}", "\"\\u{", "{", "x.", "\"\"\"\n"] {
        assert!(!answers(garbage.repeat(200_000)).is_empty());
    }
    assert!(!answers(in_map(&format!("\"{}\"", "\\u{".repeat(300_000)))).is_empty());
    assert!(answers(format!("source a = csv(\"a\") {{ {} }}", "c: text ".repeat(20_000))).len() <= 21);
    assert_eq!(answers(format!("source a = csv(\"a\") {{ {} }}", "c: text, ".repeat(20_000))), [""; 0]);
}

#[test]
fn long_interpolations_end_at_their_limit() {
    assert_eq!(answers(in_map(&format!("\"{{a{}}}\"", " + (a)".repeat(1_000)))), ["MIG0008"]);
    assert_eq!(answers(in_map(&format!("\"{{f{}\"", "(".repeat(900)))), ["MIG0014"]);
}
