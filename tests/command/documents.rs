//! What the documents say holds: examples compile, the worked specs give their golden results, generated pages are fresh.

use std::fs;
use std::process::Command;

use crate::drawing::root;
use crate::support::Folder;

/// The blocks of a document that are marked as whole specs, without the indentation of the list that they stand in.
fn specs(document: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let (mut found, mut open): (Vec<String>, Option<(usize, String)>) = (Vec::new(), None);
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        match &mut open {
            None if line.trim() == "```mig" => open = Some((indent, String::new())),
            None => {}
            Some((_, block)) if line.trim() == "```" => {
                found.push(std::mem::take(block));
                open = None;
            }
            Some((indent, block)) => {
                block.push_str(line.get(*indent..).unwrap_or_default());
                block.push('\n');
            }
        }
    }
    found
}

#[test]
fn every_spec_in_the_documents_compiles_without_a_word() {
    let folder = Folder::new();
    for document in ["README.md", "specs/LANGUAGE.md"] {
        let specs = specs(document);
        assert!(!specs.is_empty(), "{document}");
        for (i, spec) in specs.iter().enumerate() {
            folder.write("example.mig", spec);
            let said = folder.migc("check --deny warnings example.mig");
            assert_eq!(said.code, 0, "example {} of {document}:\n{}", i + 1, said.err);
        }
    }
}

#[test]
fn the_start_section_holds_exactly_two_commands() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    let start = text.split("## Start").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks: Vec<&str> = start.split("```").skip(1).step_by(2).collect();
    assert_eq!(blocks.len(), 1);
    let commands: Vec<&str> = blocks[0].lines().skip(1).filter(|l| !l.trim().is_empty()).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    assert_eq!(commands[1], "sh tests/run.sh");
}

#[test]
fn the_generated_pages_are_fresh() {
    for (what, page) in [("functions", "FUNCTIONS.md"), ("diagnostics", "DIAGNOSTICS.md")] {
        let made = Command::new("sh")
            .current_dir(root())
            .args(["specs/generate.sh", what, env!("CARGO_BIN_EXE_migc")])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let stands = fs::read_to_string(root().join("specs").join(page)).unwrap();
        assert!(
            String::from_utf8(made.stdout).unwrap() == stands,
            "specs/{page} is stale: sh specs/generate.sh {what} target/release/migc > specs/{page}"
        );
    }
}

/// A line of rejects without the run's identity, which changes with every change of the spec.
fn without_run(line: &str) -> String {
    let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["run"] = serde_json::Value::Null;
    line.to_string()
}

#[test]
fn the_order_lines_give_their_golden_results() {
    golden("orders", "order_lines", &["ok.csv", "lines.bad"]);
}

#[test]
fn the_ledger_of_a_mainframe_gives_its_golden_results() {
    golden("ledger", "ledger", &["bookings.jsonl", "slips.txt", "bookings.bad"]);
}

#[test]
fn the_catalogue_of_a_shop_gives_its_golden_results() {
    golden("catalogue", "catalogue", &["articles.csv", "articles.bad"]);
}

#[test]
fn the_customers_of_a_branch_give_their_golden_results() {
    golden("customers", "customers", &["customers.csv", "subscribers.csv", "customers.bad", "signups.bad"]);
}

#[test]
fn the_events_of_a_shop_give_their_golden_results() {
    golden("events", "events", &["bookings.csv", "parcels.csv", "leavers.jsonl", "events.bad"]);
}

#[test]
fn the_worked_specs_compile_without_a_word_and_their_own_tests_hold() {
    let layouts = LAYOUTS.map(|(spec, _)| format!("layout/{spec}"));
    for spec in ["customers/customers", "events/events"].into_iter().chain(layouts.iter().map(String::as_str)) {
        for command in [&["check", "--deny", "warnings"][..], &["test"]] {
            let done = Command::new(env!("CARGO_BIN_EXE_migc"))
                .current_dir(root())
                .args(command)
                .arg(format!("specs/{spec}.mig"))
                .output()
                .unwrap();
            let said = [done.stdout, done.stderr].concat();
            assert!(done.status.success(), "{spec} {command:?}:\n{}", String::from_utf8_lossy(&said));
        }
    }
}

/// Runs a spec of `specs` on the data beside it, and compares what it writes with what is expected there.
fn golden(directory: &str, spec: &str, files: &[&str]) {
    let folder = Folder::new();
    let out = folder.path("out");
    let done = Command::new(env!("CARGO_BIN_EXE_migc"))
        .current_dir(root())
        .args(["run", &format!("specs/{directory}/{spec}.mig"), "--quiet", "--no-sync"])
        .args(["--set", &format!("data=specs/{directory}"), "--set", &format!("out={}", out.display())])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let expected = root().join(format!("specs/{directory}/expected"));
    for name in files {
        let wanted = fs::read(expected.join(name)).unwrap();
        assert!(
            folder.bytes(&format!("out/{name}")) == wanted,
            "{name} differs from specs/{directory}/expected/{name}"
        );
    }
    let wanted = fs::read_to_string(expected.join("rejects.jsonl")).unwrap();
    let found = folder.text("out/rejects.jsonl");
    assert_eq!(found.lines().map(without_run).collect::<Vec<_>>(), wanted.lines().map(without_run).collect::<Vec<_>>());
}

/// The worked specs of layouts, with what each writes.
const LAYOUTS: [(&str, &str); 5] = [
    ("inverter", "inverter.gds"),
    ("block_180_to_130", "block_130.gds"),
    ("remap", "remap.gds"),
    ("cuts", "cuts.gds"),
    ("copy", "block_180.oas"),
];

#[test]
fn the_layouts_give_their_golden_results_with_both_engines() {
    for (spec, file) in LAYOUTS {
        for engine in ["native", "interp"] {
            let folder = Folder::new();
            let out = folder.path("out");
            let done = Command::new(env!("CARGO_BIN_EXE_migc"))
                .current_dir(root())
                .args(["run", &format!("specs/layout/{spec}.mig"), "--quiet", "--engine", engine, "--set"])
                .arg(format!("out={}", out.display()))
                .output()
                .unwrap();
            assert!(done.status.success(), "{spec}: {}", String::from_utf8_lossy(&done.stderr));
            let wanted = fs::read(root().join("specs/layout/expected").join(file)).unwrap();
            assert!(folder.bytes(&format!("out/{file}")) == wanted, "{spec}, {engine}");
            let picture = Command::new(env!("CARGO_BIN_EXE_migc"))
                .current_dir(root())
                .args(["view", "--spec", &format!("specs/layout/{spec}.mig"), "--show", "both", "--set"])
                .arg(format!("out={}", out.display()))
                .output()
                .unwrap();
            let accepted = fs::read(root().join(format!("specs/layout/expected/{spec}.svg"))).unwrap();
            assert!(picture.stdout == accepted, "the picture of {spec} is another one");
        }
    }
}
