//! What goes wrong around a run: each is one sentence that names the thing and says what to do, and nothing half made stays.

use std::fs::File;

use crate::support::{CUSTOMERS, HEADER, SPEC, job, said};

/// Runs and expects this code, this sentence, and no outputs.
fn fails(folder: &crate::support::Folder, arguments: &str, code: i32, sentence: &str) {
    let said = folder.migc(arguments);
    assert_eq!((said.code, said.err.trim_end()), (code, sentence), "{arguments}");
    assert_eq!(folder.files("out"), Vec::<String>::new());
}

#[test]
fn an_output_that_is_there_is_refused_without_force() {
    let folder = job(5);
    folder.write("out/ok.csv", "mine");
    let said = folder.migc("run m.mig");
    assert_eq!(said.code, 3);
    assert_eq!(
        said.err,
        "migc: out/ok.csv already exists; remove it, name another output, or replace it with --force\n"
    );
    assert_eq!(folder.files("out"), ["ok.csv"]);
    assert_eq!(folder.text("out/ok.csv"), "mine");
    folder.done("run m.mig --force");
    assert_ne!(folder.text("out/ok.csv"), "mine");
}

#[test]
fn a_source_that_is_missing_is_named() {
    let folder = job(5);
    fails(
        &folder,
        "run m.mig --set data=nowhere",
        3,
        "migc: nowhere/lines.psv does not exist; check the path, which is taken from the working directory",
    );
}

#[test]
fn parameters_are_asked_for_by_name() {
    let folder = job(5);
    folder.write("m.mig", SPEC.replace("param data: text = \"data\"", "param data: text"));
    fails(&folder, "run m.mig", 2, "migc: a parameter has no value and no default; add --set data=…");
    fails(
        &folder,
        "run m.mig --set data=data --set date=x",
        2,
        "migc: there is no parameter `date`; the spec has data, out",
    );
    fails(
        &folder,
        "run m.mig --set data=data --as-of soon",
        2,
        "migc: --as-of soon is not a day; write it as 2026-01-31",
    );
}

#[test]
fn a_header_that_is_not_as_declared_is_told_with_what_to_write() {
    let folder = job(0);
    folder.write("data/lines.psv", "NO|CUST|OLD|qty|DAY|NOTE\n");
    fails(
        &folder,
        "run m.mig",
        3,
        "migc: data/lines.psv has no column \"QTY\", from which `lines` reads `QTY`; did you mean `QTY: … from \"qty\"`?",
    );
    folder.write("data/lines.psv", "NO|CUST|OLD|Menge|Day|NOTE\n");
    fails(
        &folder,
        "run m.mig",
        3,
        "migc: data/lines.psv has no column \"QTY\", from which `lines` reads `QTY`, \"DAY\", from which `lines` reads `DAY`; \
         did you mean `DAY: … from \"Day\"`? `lines` does not declare \"Menge\", \"Day\"",
    );
    folder.write("data/lines.psv", "NO|CUST|OLD|Menge|Tag|NOTE|FAX\n");
    fails(
        &folder,
        "run m.mig",
        3,
        "migc: data/lines.psv has no column \"QTY\", from which `lines` reads `QTY`, \"DAY\", from which `lines` reads `DAY`; \
         `lines` does not declare \"Menge\", \"Tag\", \"FAX\". Say which one it is: `QTY: … from \"…\"`",
    );
    folder.write("data/lines.psv", "NO;CUST;OLD;QTY;DAY;NOTE\n");
    let said = folder.migc("run m.mig");
    assert!(
        said.err.contains("its header is one field, \"NO;CUST;OLD;QTY;DAY;NOTE\": is the delimiter"),
        "{}",
        said.err
    );
    folder.write("data/lines.psv", "NO|CUST|OLD|QTY|DAY|NOTE|New One|LAST\n");
    fails(
        &folder,
        "run m.mig",
        3,
        "migc: data/lines.psv has columns that `lines` does not declare: \"New One\", \"LAST\". Declare them, or write in \
         it: ignore `New One`, LAST \"why\"",
    );
    folder.write("data/lines.psv", "NO|CUST|OLD|QTY|QTY|DAY|NOTE\n");
    fails(
        &folder,
        "run m.mig",
        3,
        "migc: the column \"QTY\" stands twice in the header of data/lines.psv; name one of them differently",
    );
}

#[test]
fn a_reference_must_be_right_as_a_whole() {
    let folder = job(5);
    folder.write("data/customers.psv", format!("{CUSTOMERS}x|Dee|AUTO\n"));
    let told = folder.migc("run m.mig");
    assert_eq!(told.code, 3);
    let wanted =
        "migc: record 4 of data/customers.psv (line 5) cannot be used by the reference `customers`: CUST \"x\" ";
    assert!(told.err.starts_with(wanted), "{}", told.err);
    folder.write("data/customers.psv", format!("{CUSTOMERS}2|Dee|AUTO\n"));
    fails(
        &folder,
        "run m.mig",
        3,
        "migc: records 2 and 4 of data/customers.psv have the same key (2), or ranges that overlap, in the reference `customers`; remove one, or \
         declare more columns of the key",
    );
}

#[test]
fn a_device_is_never_replaced() {
    let folder = job(5);
    folder.write("m.mig", SPEC.replace("{out}/ok.csv", "/dev/full"));
    let told = folder.migc("run m.mig --force --rejects out");
    assert_eq!(told.code, 3);
    assert_eq!(
        told.err,
        "migc: /dev/full is a directory, a device or a pipe, which is never replaced; name a file, or - for standard output\n"
    );
}

#[test]
fn a_full_disk_under_standard_output_fails_the_run() {
    let folder = job(5);
    folder.write("m.mig", SPEC.replace("{out}/ok.csv", "-"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let told = said(folder.command("run m.mig --rejects out --quiet").stdout(full).output().unwrap());
    assert_eq!(told.code, 3);
    assert_eq!(
        told.err,
        "migc: standard output cannot be written: no space is left on its disk; free some, or write to another disk\n"
    );
    let to_file = File::create(folder.path("stdout")).unwrap();
    let told = said(folder.command("run m.mig --rejects out --quiet").stdout(to_file).output().unwrap());
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(folder.text("stdout").starts_with("no,segment,qty,day,note\n"));
}

#[test]
fn a_file_with_a_header_and_nothing_else_gives_a_header_and_nothing_else() {
    let folder = job(0);
    folder.write("data/lines.psv", HEADER);
    folder.done("run m.mig");
    assert_eq!(folder.text("out/ok.csv"), "no,segment,qty,day,note\n");
    assert_eq!(folder.text("out/lines.bad"), HEADER);
    assert_eq!(folder.text("out/rejects.jsonl"), "");
}

#[test]
fn an_interruption_leaves_nothing_half_made() {
    let folder = job(120_000);
    let mut run = folder.command("run m.mig --engine interp --threads 1").spawn().unwrap();
    while !folder.files("out").iter().any(|name| name.contains("ledger.json")) {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(run.wait().unwrap().code(), Some(5));
    assert!(!folder.has("out"));
}

#[test]
fn what_is_read_is_never_replaced() {
    let folder = job(5);
    folder.write("m.mig", SPEC.replace("{data}/lines.psv", "{data}/lines.bad"));
    folder.write("data/lines.bad", HEADER);
    let sentence = "migc: data/lines.bad is what `lines` is read from; write to another path, or rejects to another folder \
                    with --rejects";
    fails(&folder, "run m.mig --rejects data --set out=other --force", 3, sentence);
    assert_eq!(folder.files("data"), ["customers.psv", "lines.bad", "lines.psv"]);
}

/// The rejects are written before the rows, so those of every block that was begun are whole.
#[test]
fn a_full_disk_leaves_nothing() {
    let folder = job(0);
    let mut data = HEADER.to_owned();
    for at in 1..=100_000 {
        data.push_str(&format!("{at}|1|x|{}|2024-01-31|a good note\n", if at % 1000 == 0 { "none" } else { "1" }));
    }
    folder.write("data/lines.psv", data);
    let binary = env!("CARGO_BIN_EXE_migc");
    // 1,000 blocks of 512 or 1,024 bytes a file at most; without the trap the signal ends the command.
    let script = format!("trap '' XFSZ; ulimit -f 1000; exec {binary} run m.mig --quiet --threads 2");
    let told = std::process::Command::new("sh").arg("-c").arg(script).current_dir(folder.path("")).output().unwrap();
    let told = said(told);
    assert_eq!(
        (told.code, told.err.as_str()),
        (
            3,
            "migc: out/ok.csv cannot be written: the file is larger than its file system or this user's limit allows\n"
        )
    );
    assert!(folder.files("out").is_empty());
}
