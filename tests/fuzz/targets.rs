//! The targets, and the samples that they damage.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use migc_encodings::find;
use migc_grammar::diagnostic::Level;
use migc_records::{Compression, Dialect, Fixed, FixedColumn, Form, JsonLines, Layout, Step};

use crate::{fuzz, reading, spans};

/// What means something in specs.
#[rustfmt::skip]
const PIECES: [&str; 64] = [
    "(", ")", "{", "}", "[", "]", "\"", "\"\"\"", "'", "“", "`", ",", ":", ";", "=", "==", "=>", "->", "|>", "..=",
    "..", "?", "??", " ", "\n", "\n\n\n", "\r\n", "\t", "//", "/// d\n", "/*", "\\", "é", "\u{a0}", "\u{feff}", "≤",
    "<<<<<<<\n", "{x}", "5nm", "1-2-3", "170141183460469231731687303715884105728", "0.1", "-", "%", "not ", "else",
    "else null", "else reject r", "match {", "null", "true", " and ", " in ", " like ", "text", "decimal(38, 10)",
    "int64", "date", "\nmap ", "\nsource ", "\ntarget ", "\nlet x = ", "drop if ", "must_fit",
];

/// What means something in some format of records.
#[rustfmt::skip]
const DATA_PIECES: [&[u8]; 32] = [
    b"|", b";", b",", b"\"", b"\"\"", b"\n", b"\r\n", b"\r", b"\n\n", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf",
    b"\xff\xfe", b" ", b"-", b"0", b"99999999999999999999999999999999999999999", b"1e5", b"0.005", b"2024-02-30",
    b"12/31/1998", b"\xc3\xa9", b"\xe2\x82\xac", b"{", b"}", b"[", b"null", b"\\u00e9", b"\\ud800", b"\x1f\x8b\x08",
    b"#",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The specs of the repository, the blocks of its manual, and the examples of its rules.
fn specs() -> Vec<String> {
    let mut out = Vec::new();
    for folder in ["specs", "benches", "grammar/tests/specs"] {
        collect(&root().join(folder), &mut out);
    }
    let manual = fs::read_to_string(root().join("specs/LANGUAGE.md")).unwrap();
    let blocks = manual.split("```mig").skip(1).filter_map(|block| block.split_once('\n')?.1.split("```").next());
    out.extend(blocks.map(str::to_owned));
    for rule in migc_compiler::rules::all() {
        out.extend([rule.failing.to_owned(), rule.mended.to_owned()]);
    }
    out.retain(|text| text.len() < 12_000);
    assert!(out.len() > 60, "{}", out.len());
    out
}

fn collect(folder: &Path, out: &mut Vec<String>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|ext| ext == "mig") {
            out.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// Every text has a tree, and spans that lie in it.
#[test]
fn parser() {
    let specs = specs();
    fuzz("parser", |mutator| spans::check(&mutator.text(&specs, &PIECES)));
}

/// A text is refused, or formatted without loss of a character and once and for all.
#[test]
fn formatter() {
    let specs = specs();
    let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    fuzz("formatter", |mutator| {
        let text = mutator.text(&specs, &PIECES);
        let Ok(formed) = migc_grammar::format::format(&text) else { return };
        assert_eq!(solid(&text), solid(&formed));
        assert_eq!(migc_grammar::format::format(&formed).as_ref(), Ok(&formed));
    });
}

/// Every text is checked and linted, and has a plan or an error.
#[test]
fn checker() {
    let specs = specs();
    fuzz("checker", |mutator| {
        let text = mutator.text(&specs, &PIECES);
        let compiled = migc_compiler::compile(&text, &BTreeMap::new());
        for found in &compiled.diagnostics {
            let (start, end) = (found.span.start as usize, found.span.end as usize);
            assert!(text.get(start..end).is_some(), "{start}..{end} of {}", found.rule.code);
        }
        let failed = compiled.diagnostics.iter().any(|found| found.rule.level == Level::Error);
        assert!(!(failed && compiled.plan.is_some()));
    });
}

/// A file of the readers' target: its form, and bytes that are sound.
struct Sample {
    form: Form,
    bytes: Vec<u8>,
    compression: Option<Compression>,
}

fn samples() -> Vec<Sample> {
    let mut out = Vec::new();
    let mut add = |encoding: &str, layout: Layout, comment: Option<u8>, text: &str| {
        let encoding = find(encoding).unwrap();
        let (mut bytes, form) = (Vec::new(), Form { encoding, comment, skip: 0, layout });
        encoding.encode(text, &mut bytes).unwrap();
        for suffix in ["", "f.gz", "f.zst", "f.bz2"] {
            let compression = Compression::of_path(suffix.as_ref());
            out.push(Sample { form: form.clone(), bytes: bytes.clone(), compression });
        }
    };
    let csv = "name;n\nfirst;1\n\"two\nlines; \";2\r\n\n# note\ngrün;3\n\"never closed;4\nlast;5\n".repeat(3);
    let csv = csv + &"long ".repeat(1000) + ";6\nlast;7";
    for (encoding, quote, header, comment) in [
        ("utf-8", Some(b'"'), true, None),
        ("utf-8", None, false, Some(b'#')),
        ("windows-1252", Some(b'"'), true, Some(b'#')),
        ("cp273", Some(b'"'), true, None),
        ("utf-16le", Some(b'"'), false, None),
        ("utf-16", Some(b'"'), true, None),
        ("gb18030", Some(b'"'), true, Some(b'#')),
    ] {
        add(encoding, Layout::Delimited(Dialect { delimiter: b';', quote, header }), comment, &csv);
    }
    let column = |first, end, both| FixedColumn { first, end, both };
    let columns = vec![column(0, 8, false), column(8, 14, true)];
    let fixed =
        |longer, record_length| Layout::Fixed(Fixed { columns: columns.clone(), width: 14, longer, record_length });
    let lines = "plain        1\nGrün é       2\r\n\n              \nlonger line than it should   3\n".repeat(5);
    for (encoding, longer) in [("utf-8", false), ("utf-8", true), ("cp1141", false), ("utf-16be", true)] {
        add(encoding, fixed(longer, None), None, &lines);
    }
    for encoding in ["windows-1252", "cp500"] {
        add(encoding, fixed(false, Some(14)), None, &"plain        1Grün é       2".repeat(9));
    }
    let mut json = JsonLines::default();
    assert!(json.add(&["id".into()]) && json.add(&["a".into(), "b".into()]) && json.add(&["note".into()]));
    let mut element = |at, name: &str| json.add(&["list".into(), Step::Element(at), name.into()]);
    assert!([(0, "x"), (0, "y"), (1, "x"), (1, "y")].map(|(at, name)| element(at, name)).iter().all(|added| *added));
    let mut lenient = json.clone();
    lenient.allow_others();
    let objects = [
        r#"{"list":[{"x":1},{"y":[2]}],"id":7}"#,
        r#"{"list":[{"x":1},{"x":"é","y":2},{"x":3}]}"#,
        r#"{"list":[{},null]}"#,
        r#"{"id":1,"a":{"x":[1,{}],"b":"é"}}"#,
        r#"{"note":"q\"\u00e9\ud83d\ude00","id":-2.5e3}"#,
        r#"{"id":null,"other":true, "note" : "  "}"#,
    ];
    let note = format!(r#"{{"id":4,"note":"{}"}}"#, "x".repeat(5000));
    for (encoding, json) in [("utf-8", &json), ("utf-16le", &lenient)] {
        add(encoding, Layout::JsonLines(json.clone()), None, &(objects.join("\n").repeat(4) + "\n\n" + &note + "\n"));
    }
    add("utf-8", Layout::JsonList(json), None, &format!(" [{},\n{note},{{\n}} ]\n", objects.join(" , ")));
    out
}

/// Every byte of a file belongs to a record or stands between them, and blocks of any size give the same records.
#[test]
fn readers() {
    let samples = samples();
    let others: Vec<&[u8]> = samples.iter().map(|sample| sample.bytes.as_slice()).collect();
    fuzz("readers", |mutator| {
        let Sample { form, bytes, compression } = mutator.pick(&samples);
        let mut bytes = mutator.bytes(bytes, &others, &DATA_PIECES);
        let packed = compression.map(|compression| {
            let mut packed = Vec::new();
            bytes.chunks(3000).for_each(|piece| compression.compress(piece, &mut packed).unwrap());
            // Sound, or damaged itself.
            if mutator.below(2) == 0 { packed } else { mutator.bytes(&packed, &others, &DATA_PIECES) }
        });
        bytes = packed.unwrap_or(bytes);
        let whole = reading::read(&bytes, form, 1 << 20);
        for size in [64, 64 + mutator.below(900)] {
            let other = reading::read(&bytes, form, size);
            let (Ok(whole), Ok(other)) = (&whole, &other) else {
                assert_eq!(whole.is_err(), other.is_err(), "{form:?} in blocks of {size}");
                continue;
            };
            let differs = whole.iter().zip(other).find(|(a, b)| a != b);
            assert!(differs.is_none() && whole.len() == other.len(), "{form:?} in blocks of {size}: {differs:#?}");
        }
    });
}

/// The migrations that have data of their own, and which files those are.
const JOBS: [(&str, &[&str]); 7] = [
    ("specs/orders/order_lines.mig", &["order_lines.psv", "customers.psv"]),
    ("specs/orders/shipments.mig", &["order_lines.psv", "customers.psv"]),
    ("specs/customers/customers.mig", &["customers.psv", "signups.csv", "rates.csv"]),
    ("specs/catalogue/catalogue.mig", &["catalogue.csv"]),
    ("specs/events/events.mig", &["events.jsonl"]),
    ("specs/ledger/ledger.mig", &["ledger.dat"]),
    ("specs/layout/inverter.mig", &["inverter.gds"]),
];

/// Runs a spec in a folder: how it ended, and every file that it published.
fn run(folder: &Path, spec: &str, engine: &str) -> (i32, BTreeMap<PathBuf, Vec<u8>>) {
    let (text, data) = (fs::read_to_string(folder.join(spec)).unwrap(), Path::new(spec).parent().unwrap().display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_migc"));
    command.current_dir(folder).args([
        "run",
        spec,
        "--no-sync",
        "--quiet",
        "--as-of",
        "2026-01-31",
        "--engine",
        engine,
    ]);
    if text.contains("\nparam data") {
        command.args(["--set", &format!("data={data}"), "--set", "out=target/out"]);
    }
    let output = command.stdin(Stdio::null()).output().unwrap();
    let code = output.status.code().unwrap_or(-1);
    assert!([0, 3, 4].contains(&code), "{spec} {engine}: {code} {}", String::from_utf8_lossy(&output.stderr));
    let mut files = BTreeMap::new();
    let published = fs::read_dir(folder.join("target")).into_iter().flatten();
    for file in published.flat_map(|entry| fs::read_dir(entry.unwrap().path()).unwrap()) {
        let path = file.unwrap().path();
        files.insert(path.clone(), fs::read(path).unwrap());
    }
    let _ = fs::remove_dir_all(folder.join("target"));
    (code, files)
}

/// On any data, native code and the interpreter end alike and write the same bytes.
#[test]
fn engines() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("engines-{}", std::process::id()));
    for (spec, data) in JOBS {
        let from = root().join(spec);
        let into = folder.join(spec).parent().unwrap().to_owned();
        fs::create_dir_all(&into).unwrap();
        for entry in fs::read_dir(from.parent().unwrap()).unwrap().map(|entry| entry.unwrap()) {
            if entry.path().is_file() {
                fs::copy(entry.path(), into.join(entry.file_name())).unwrap();
            }
        }
        assert!(data.iter().all(|name| into.join(name).exists()));
    }
    fuzz("engines", |mutator| {
        let (spec, data) = *mutator.pick(&JOBS);
        let damaged = Path::new(spec).parent().unwrap().join(mutator.pick(data));
        let sound = fs::read(root().join(&damaged)).unwrap();
        fs::write(folder.join(&damaged), mutator.bytes(&sound, &[&sound], &DATA_PIECES)).unwrap();
        let (native, interpreter) = (run(&folder, spec, "native"), run(&folder, spec, "interp"));
        assert!(native == interpreter, "{spec}: {native:?}\n{interpreter:?}");
        fs::write(folder.join(&damaged), sound).unwrap();
    });
    fs::remove_dir_all(folder).unwrap();
}
