//! Torture files and mainframe files of other projects, with what those projects expect of them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cases::cases;
use crate::support::Folder;

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// The objects of a file of lines.
fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A spec that takes every column as text.
fn of_texts(names: &[&str], target: &str) -> String {
    let mut columns = String::new();
    names.iter().for_each(|name| write!(columns, "`{name}`: text, ").unwrap());
    format!(
        "migration all\nsource rows = csv(\"rows.csv\") {{ {columns} }}\ntarget out = {target} {{ {columns} }}\n\
         map rows -> out {{ copy * }}\n"
    )
}

#[test]
fn files_of_the_csv_spectrum_are_what_their_objects_say() {
    let Some(folder) = cases("delimited/csv-spectrum") else { return };
    let mut read = 0;
    for path in below(&folder) {
        let mut bytes = fs::read(&path).unwrap();
        if stem(&path).ends_with("_crlf") && !bytes.contains(&b'\r') {
            // A checkout may have changed the ends of lines.
            bytes = String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes();
        }
        let expected = folder.with_file_name("csv-spectrum-expected").join(format!("{}.json", stem(&path)));
        let expected = fs::read(expected).unwrap();
        let header = String::from_utf8_lossy(bytes.split(|b| *b == b'\n').next().unwrap()).into_owned();
        let names: Vec<&str> = header.trim_end().split(',').collect();
        let run = Folder::new();
        run.write("m.mig", of_texts(&names, "jsonl(\"out.jsonl\")")).write("rows.csv", &bytes);
        assert_eq!(run.migc("run m.mig").code, 0, "{}", path.display());
        // One file is Latin-1, and so are its objects.
        let Ok(Value::Array(expected)) = serde_json::from_slice(&expected) else {
            assert_eq!(stem(&path), "location_coordinates");
            assert!(run.text("rejects.jsonl").contains("\"line\":2"), "{}", run.text("rejects.jsonl"));
            continue;
        };
        assert_eq!(objects(&run.text("out.jsonl")), expected, "{}", path.display());
        read += 1;
    }
    assert_eq!(read, 11);
}

#[test]
fn of_files_with_broken_records_every_good_one_is_kept_and_every_broken_one_located() {
    let Some(folder) = cases("delimited/duckdb-rejects") else { return };
    let mut seen = [0, 0];
    for kind in ["incorrect_columns", "maximum_line", "multiple_errors"] {
        for path in below(&folder.join(kind)) {
            let bytes = fs::read(&path).unwrap();
            let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
            let fields = |line: &[u8]| line.split(|b| *b == b',').count();
            let header = String::from_utf8(lines[0].trim_ascii_end().to_vec()).unwrap();
            // In these files, a quote stands only where something goes on behind it.
            let good = |line: &[u8]| {
                std::str::from_utf8(line).is_ok() && fields(line) == fields(lines[0]) && !line.contains(&b'"')
            };
            let (mut kept, mut broken) = (vec![header.clone()], Vec::new());
            for (at, line) in lines.iter().enumerate().skip(1).filter(|(_, line)| !line.trim_ascii_end().is_empty()) {
                match good(line) {
                    true => kept.push(String::from_utf8_lossy(line).trim_end_matches(['\r', '\n']).to_owned()),
                    false => broken.push(at as u64 + 1),
                }
            }
            let run = Folder::new();
            let names: Vec<&str> = header.split(',').collect();
            run.write("m.mig", of_texts(&names, "csv(\"out.csv\")")).write("rows.csv", &bytes);
            let said = run.migc("run m.mig");
            assert_eq!(said.code, 0, "{}: {}", path.display(), said.err);
            let out = run.text("out.csv");
            assert_eq!(out.lines().collect::<Vec<_>>(), kept, "{}", path.display());
            let places: Vec<u64> =
                objects(&run.text("rejects.jsonl")).iter().map(|reject| reject["line"].as_u64().unwrap()).collect();
            assert_eq!(places, broken, "{}", path.display());
            seen[0] += kept.len() - 1;
            seen[1] += broken.len();
        }
    }
    assert!(seen[0] > 2000 && seen[1] > 20, "{seen:?}");
}

/// Runs a spec on a file of fixed places, and compares members of its objects with those that others have made of it.
fn mainframe(data: &Path, columns: &str, encoding: &str, expected: &Path) {
    let run = Folder::new();
    let names: Vec<&str> = columns.lines().filter_map(|line| line.trim().split_once(':')).map(|(n, _)| n).collect();
    let typed = |name: &&str| columns.lines().find(|l| l.trim().starts_with(&format!("{name}:"))).unwrap().trim();
    let mut targets = String::new();
    for name in &names {
        let line = typed(name).replace(" as ", " at ");
        writeln!(targets, "  {}", line.split(" at ").next().unwrap()).unwrap();
    }
    let length = columns.lines().last().unwrap().trim().strip_prefix("// ").unwrap();
    let spec = format!(
        "migration m\nsource rows = fixed(\"{}\", encoding: \"{encoding}\", record_length: {length}) {{\n{columns}\n}}\n\
         target out = jsonl(\"out.jsonl\") {{\n{targets}}}\nmap rows -> out {{ copy * }}\n",
        data.display()
    );
    let said = run.write("m.mig", &spec).migc("run m.mig");
    assert_eq!(said.code, 0, "{}\n{spec}", said.err);
    let (ours, theirs) = (objects(&run.text("out.jsonl")), objects(&fs::read_to_string(expected).unwrap()));
    assert!(!theirs.is_empty() && ours.len() >= theirs.len(), "{} {}\n{}", ours.len(), theirs.len(), said.err);
    for (row, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        for name in &names {
            // Control codes are mapped in other ways there, some to blanks.
            let shown = |value: &Value| match value {
                Value::String(text) => Value::from(text.replace(char::is_control, " ").trim_end()),
                other => other.clone(),
            };
            let (a, b) = (&shown(&ours[*name]), &shown(&theirs[*name]));
            // Blanks are no number here, and zero in a field of implied digits there.
            let same = a == b
                || a.as_f64().is_some_and(|a| Some(a) == b.as_f64())
                || a.is_null() && b.as_f64() == Some(0.0) && *name == "WS_AMOUNT_FRACTION";
            assert!(same, "record {row}, {name}: {a} and {b}, {encoding}");
        }
    }
}

#[test]
fn files_of_mainframes_are_read_as_their_copybooks_say() {
    let Some(folder) = cases("copybooks") else { return };
    let numbers = "  WS_DATE_NUM: int64? at 1 for 8 else null
  WS_DATE_ALPHA: text? at 10 for 10
  WS_ACCT_ALPHA: text? at 21 for 8
  WS_AMOUNT_NUMERIC: int64? at 30 for 10 else null
  WS_AMOUNT_FRACTION: decimal(10, 2)? as \"implied 2\" at 41 for 10 else null
  WS_NAME_ALPHABET: text? at 52 for 10
  WS_AMOUNT_FRACTION2: decimal(10, 2)? at 63 for 11 else null
  ignore others \"fillers\"
  // 80";
    mainframe(
        &folder.join("test19_display_num/data.dat"),
        numbers,
        "cp037",
        &folder.join("test19_display_num_expected/test19.txt"),
    );
    let texts = "  CURRENCY: text at 1 for 3
  SIGNATURE: text at 4 for 8
  COMPANY_NAME_NP: text at 12 for 15
  COMPANY_ID: text at 27 for 10
  WEALTH_QFY: int64 at 37
  ignore 38..45 \"a binary number\"
  // 45";
    let data = folder.join("test9_data/TRAN.APR14.NPT.DATA.dat");
    for (page, expected) in [
        ("cp037", "test9_cp037_ext"),
        ("cp273", "test9_cp273"),
        ("cp500", "test9_cp500"),
        ("cp1140", "test9_cp1140"),
        ("cp1141", "test9_cp1141"),
        ("cp1148", "test9_cp1148"),
    ] {
        mainframe(&data, texts, page, &folder.join(format!("test9_expected/{expected}.txt")));
    }
    let names = texts.replace("COMPANY_NAME_NP", "COMPANY_NAME");
    mainframe(
        &folder.join("test3_data/TRAN2.AUG31.DATA.dat"),
        &names,
        "cp037",
        &folder.join("test3_expected/test3_trim_right.txt"),
    );
}
