//! Real files made by others, which are not part of the project: found where `MIGC_CASES` says, or beside the checkout;
//! skipped, and said so, where they are absent.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Folder;

pub(crate) fn cases(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let at = std::env::var_os("MIGC_CASES").map_or_else(|| root.join("../shared/cases"), PathBuf::from).join(name);
    if at.exists() {
        return Some(at.canonicalize().unwrap());
    }
    println!("skipped: {} is not there", at.display());
    None
}

fn run(spec: &str, data: &Path, folder: &Folder, more: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_migc"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", spec, "--force", "--set", &format!("data={}", data.display()), "--set"])
        .arg(format!("out={}", folder.path("out").display()))
        .args(more)
        .output()
        .unwrap();
    (done.status.code().unwrap(), String::from_utf8_lossy(&done.stderr).into_owned())
}

/// Records of a small file without line ends in its fields.
fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    for c in text.chars() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            '\r' if !quoted => {}
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.retain(|r| r.len() > 1);
    rows
}

/// Cells that were wrong: repaired, left, made something else; and cells that were right and are not any more.
fn compared(data: &Path, result: &str) -> [usize; 4] {
    let read = |name: &str| rows(&fs::read_to_string(data.join(name)).unwrap());
    let (dirty, clean, result) = (read("dirty.csv"), read("clean.csv"), rows(result));
    assert_eq!(result.len(), clean.len(), "every record is accounted for");
    let mut counts = [0; 4];
    for ((d, c), r) in dirty.iter().zip(&clean).zip(&result).skip(1) {
        for ((d, c), r) in d.iter().zip(c).zip(r) {
            match (d == c, r == c) {
                (true, true) => {}
                (true, false) => counts[3] += 1,
                (false, true) => counts[0] += 1,
                (false, false) if r == d => counts[1] += 1,
                (false, false) => counts[2] += 1,
            }
        }
    }
    counts
}

#[test]
fn every_dirty_cell_of_the_beers_is_repaired_and_no_other_is_touched() {
    let Some(data) = cases("dirty/beers") else { return };
    let folder = Folder::new();
    assert_eq!(run("specs/dirty/beers.mig", &data, &folder, &[]).0, 0);
    assert_eq!(compared(&data, &folder.text("out/beers.csv")), [4362, 0, 0, 0]);
}

#[test]
fn what_dirty_rows_of_the_hospitals_tell_about_each_other_repairs_them() {
    let Some(data) = cases("dirty/hospital") else { return };
    let folder = Folder::new();
    assert_eq!(run("specs/dirty/hospital.mig", &data, &folder, &[]).0, 0);
    let [repaired, left, wrong, broken] = compared(&data, &folder.text("out/hospital.csv"));
    // What is left has lost a digit that nothing else in the file holds.
    assert_eq!((repaired + left, wrong, broken), (509, 0, 0));
    assert!(repaired >= 490, "{repaired}");
}

#[test]
fn real_layouts_come_out_the_same_by_both_engines_and_on_any_number_of_threads() {
    let Some(data) = cases("layout") else { return };
    for (spec, name) in
        [("specs/layout/nangate45.mig", "nangate45.gds"), ("specs/layout/sky130_shrink.mig", "sky130.gds")]
    {
        let mut first: Option<Vec<u8>> = None;
        for more in [["--threads", "1"], ["--threads", "8"], ["--engine", "interp"]] {
            let folder = Folder::new();
            let (code, said) = run(spec, &data, &folder, &more);
            assert_eq!(code, 0, "{said}");
            let bytes = folder.bytes(&format!("out/{name}"));
            assert!(first.get_or_insert_with(|| bytes.clone()) == &bytes, "{spec} {more:?}");
        }
    }
}
