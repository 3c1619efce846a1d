//! `migc fmt`.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Folder, SPEC, said};

const CROOKED: &str = "migration   m\r\n\r\n\r\nparam a:text   // why\r\n";
const FORMED: &str = "migration m\n\nparam a: text  // why\n";

#[test]
fn a_spec_is_written_in_the_one_style() {
    let folder = Folder::new();
    folder.write("m.mig", CROOKED).write("other.txt", CROOKED);
    folder.done("fmt");
    assert_eq!(folder.text("m.mig"), FORMED);
    assert_eq!(folder.text("other.txt"), CROOKED);
    assert_eq!(folder.files("."), ["m.mig", "other.txt"]);
}

#[test]
fn a_check_names_the_files_that_are_not_formatted_and_writes_nothing() {
    let folder = Folder::new();
    folder.write("a.mig", CROOKED).write("b.mig", FORMED);
    let said = folder.migc("fmt --check");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (1, "a.mig\n", ""));
    assert_eq!(folder.text("a.mig"), CROOKED);
    assert_eq!(folder.done("fmt --check b.mig").out, "");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new();
    let mut command = folder.command("fmt -");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(CROOKED.as_bytes()).unwrap();
    assert_eq!(said(child.wait_with_output().unwrap()).out, FORMED);
}

#[test]
fn what_cannot_be_formatted_stays_and_its_place_is_said() {
    let folder = Folder::new();
    folder.write("m.mig", "migration m\nmap a -> b {\n  x = (y\n}\n").write("b.mig", b"\xff");
    let said = folder.migc("fmt m.mig");
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("migc: m.mig:3:7 stays as it is: a bracket has no partner"), "{}", said.err);
    assert_eq!(folder.migc("fmt b.mig").code, 1);
    assert_eq!(folder.migc("fmt none.mig").code, 3);
    assert_eq!(folder.migc("fmt m.mig -").code, 2);
}

#[test]
fn a_formatted_spec_compiles_to_the_same_plan() {
    let folder = Folder::new();
    folder.write("a/m.mig", SPEC);
    let before = folder.done("compile a/m.mig --emit plan").out;
    folder.done("fmt a/m.mig");
    assert_eq!(folder.done("compile a/m.mig --emit plan").out, before);
}

#[test]
fn the_specs_of_the_repository_are_formatted() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["specs", "benches"].map(|name| root.join(name)) {
        for entry in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let inner = if entry.is_dir() {
                std::fs::read_dir(&entry).unwrap().map(|e| e.unwrap().path()).collect()
            } else {
                vec![entry]
            };
            paths.extend(inner.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "mig")));
        }
    }
    assert!(paths.len() > 10, "{paths:?}");
    let done =
        std::process::Command::new(env!("CARGO_BIN_EXE_migc")).args(["fmt", "--check"]).args(paths).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
