//! What must hold for any data: the same bytes however it is run, and nothing lost between a load and its mended rest.

use crate::support::{CUSTOMERS, Folder, HEADER, SPEC, job};

const FILES: [&str; 4] = ["ok.csv", "rejects.jsonl", "lines.bad", "ledger.json"];

#[test]
fn threads_and_engines_give_the_same_bytes() {
    // Some megabytes, so that there are several blocks.
    let folder = job(120_000);
    folder.done("run m.mig --threads 1 --quiet");
    let wanted = FILES.map(|file| folder.bytes(&format!("out/{file}")));
    assert!(folder.bytes("data/lines.psv").len() > 3 << 20);
    for how in ["--threads 2", "--threads 8", "--threads 3 --engine interp", "--threads 1 --engine interp"] {
        folder.done(&format!("run m.mig --force --quiet {how}"));
        for (file, wanted) in FILES.iter().zip(&wanted) {
            assert!(folder.bytes(&format!("out/{file}")) == *wanted, "{file} differs with {how}");
        }
    }
}

#[test]
fn a_run_that_is_stopped_leaves_the_same_rejects_on_any_number_of_threads() {
    let folder = job(120_000);
    let spec = SPEC
        .replace("  copy no, qty, day\n", "  check no != 70000 else abort \"seventy thousand\"\n  copy no, qty, day\n");
    let spec = spec.replace("check no != 70000", "check not no in 70000 ..= 70030");
    folder.write("m.mig", spec);
    let mut wanted = None;
    for how in ["--threads 1", "--threads 8", "--threads 2 --engine interp"] {
        let said = folder.migc(&format!("run m.mig --force {how}"));
        assert_eq!(said.code, 4, "{}", said.err);
        assert!(said.err.contains("seventy thousand"), "{}", said.err);
        assert!(!folder.has("out/ok.csv"));
        let now = FILES[1..].iter().map(|file| folder.bytes(&format!("out/{file}"))).collect::<Vec<_>>();
        assert!(*wanted.get_or_insert_with(|| now.clone()) == now, "{how}");
    }
    let last = folder.text("out/rejects.jsonl");
    assert!(last.lines().last().unwrap().contains("\"code\":\"abort\""));
}

/// load(good) + load(mended bad) = load(all mended).
#[test]
fn what_is_mended_and_fed_again_completes_the_load() {
    let mend = |text: &str| text.replace("|five|", "|5|").replace("|2024-02-30|", "|2024-02-29|").replace("x2", "2");
    let mut data = HEADER.to_owned();
    for at in 1..=2000 {
        data.push_str(&match at % 7 {
            2 => format!("x2{at}|1|x|five|2024-02-30|\"many\nfaults\"\n"),
            3 => format!("{at}|2|x|5|2024-02-30|bad day\n"),
            _ => format!("{at}|1|x|{at}|2024-01-31|good\n"),
        });
    }
    let first = Folder::new();
    first.write("m.mig", SPEC).write("data/customers.psv", CUSTOMERS).write("data/lines.psv", &data);
    first.done("run m.mig");
    let again = Folder::new();
    again.write("m.mig", SPEC).write("data/customers.psv", CUSTOMERS);
    again.write("data/lines.psv", mend(&first.text("out/lines.bad")));
    again.done("run m.mig");
    let whole = Folder::new();
    whole.write("m.mig", SPEC).write("data/customers.psv", CUSTOMERS).write("data/lines.psv", mend(&data));
    whole.done("run m.mig");
    assert_eq!(whole.text("out/rejects.jsonl"), "");
    let rows = |folders: &[&Folder]| {
        let mut rows = Vec::new();
        for folder in folders {
            let text = folder.text("out/ok.csv");
            let mut records: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
            rows.append(&mut records);
        }
        rows.sort();
        rows
    };
    assert_eq!(rows(&[&first, &again]), rows(&[&whole]));
}
