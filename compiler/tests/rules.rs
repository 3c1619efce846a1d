//! The table of diagnostics: every entry shows itself.

use std::collections::{BTreeMap, BTreeSet};

use migc_compiler::{compile, rules};

#[test]
fn no_code_stands_twice() {
    let all = rules::all();
    let codes: BTreeSet<&str> = all.iter().map(|r| r.code).collect();
    assert_eq!(codes.len(), all.len());
}

#[test]
fn every_failing_example_shows_its_code_and_the_mended_one_shows_nothing() {
    // Those of files are shown by the tests of the command.
    let of_files = |rule: &&&migc_grammar::diagnostic::Rule| rules::AGAINST.iter().any(|r| r.code == rule.code);
    for rule in rules::all().iter().filter(|rule| !of_files(rule)) {
        let failing = compile(rule.failing, &BTreeMap::new());
        let codes: Vec<&str> = failing.diagnostics.iter().map(|d| d.rule.code).collect();
        assert!(codes.contains(&rule.code), "{}: the failing example shows {codes:?}", rule.code);
        let mended = compile(rule.mended, &BTreeMap::new());
        // Examples of syntax are pieces that only have to read well.
        let syntax = migc_grammar::rules::RULES.iter().any(|r| r.code == rule.code);
        let counts = |d: &&migc_grammar::diagnostic::Diagnostic| !syntax || d.rule.code < "MIG0100";
        let left: Vec<String> =
            mended.diagnostics.iter().filter(counts).map(|d| format!("{} {}", d.rule.code, d.label)).collect();
        assert!(left.is_empty(), "{}: the mended example shows {left:?}", rule.code);
    }
}
