//! What both engines, the ledger and the tests of a spec say of the same records, and how runs end.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{CUSTOMERS, Folder, HEADER, SPEC, job, said};

fn ledger(folder: &Folder, name: &str) -> Value {
    serde_json::from_slice(&folder.bytes(name)).unwrap()
}

fn rejects(folder: &Folder, name: &str) -> Vec<Value> {
    folder.text(name).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_key_that_stands_twice_is_told_before_anything_that_a_map_says() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = csv("s.csv") { k: int64 key, a: text, n: text }
target t = csv("out/t.csv") { k: int64, n: int32 }
map s -> t {
  check a != "stop" else abort "enough"
  drop if a == "gone" as gone
  copy k
  n = int32(n) else reject bad_n
}
test "twice" {
  given s { k: "1", a: "stop", n: "x" }
  given s { k: "1", a: "gone", n: "1" }
  then rejected duplicate_key
  then rejected duplicate_key
}
"#;
    folder.write("m.mig", spec).write("s.csv", "k,a,n\n1,stop,x\n2,,2\n1,gone,1\n3,,z\n");
    folder.done("test m.mig");
    for engine in ["native", "interp"] {
        let said = folder.done(&format!("run m.mig --force --engine {engine}"));
        assert_eq!(folder.text("out/t.csv"), "k,n\n2,2\n", "{}", said.err);
        let ledger = ledger(&folder, "out/ledger.json");
        assert_eq!(ledger["outcome"], "done");
        assert_eq!(
            ledger["entries"][0]["rejected"],
            json!({ "duplicate_key": 2, "bad_n": 1, "k.int64": 0 }),
            "{engine}"
        );
        let codes = |of: &Value| of["failures"].as_array().unwrap().iter().map(|f| f["code"].clone()).collect();
        let told: Vec<Vec<Value>> = rejects(&folder, "out/rejects.jsonl").iter().map(codes).collect();
        assert_eq!(json!(told), json!([["duplicate_key", "bad_n"], ["duplicate_key"], ["bad_n"]]), "{engine}");
    }
    // One that stands once stops the run.
    folder.write("s.csv", "k,a,n\n1,,1\n2,stop,2\n1,,1\n");
    for engine in ["native", "interp"] {
        let said = folder.migc(&format!("run m.mig --force --engine {engine}"));
        assert_eq!(said.code, 4, "{}", said.err);
        let rejected = &ledger(&folder, "out/ledger.json")["entries"][0]["rejected"];
        assert_eq!(*rejected, json!({ "duplicate_key": 1, "abort": 1, "bad_n": 0, "k.int64": 0 }), "{engine}");
    }
}

#[test]
fn a_key_that_stands_twice_in_records_that_no_map_claims_keeps_its_code() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = csv("s.csv") { k: text key, a: text }
target t = csv("out/t.csv") { k: text, a: text }
map s where a == "x" -> t { copy k, a }
"#;
    folder.write("m.mig", spec).write("s.csv", "k,a\n1,y\n2,x\n1,y\n3,y\n");
    for engine in ["native", "interp"] {
        folder.done(&format!("run m.mig --force --engine {engine}"));
        let codes: Vec<Value> = rejects(&folder, "out/rejects.jsonl").iter().map(|r| r["code"].clone()).collect();
        assert_eq!(codes, ["duplicate_key", "duplicate_key", "unclaimed"]);
        let entry = &ledger(&folder, "out/ledger.json")["entries"][1];
        assert_eq!(entry["rejected"], json!({ "duplicate_key": 2, "unclaimed": 1 }), "{engine}");
    }
}

#[test]
fn records_that_a_lone_map_does_not_claim_are_rejected() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = csv("s.csv") { a: text }
target t = csv("out/t.csv") { a: text }
map s where a == "x" -> t { copy a }
test "claimed and not" {
  given s { a: "x" }
  given s { a: "y" }
  then t { a: "x" }
  then rejected unclaimed
}
"#;
    folder.write("m.mig", spec).write("s.csv", "a\nx\ny\n");
    let said = folder.done("test m.mig");
    assert!(said.out.ends_with("1 passed, 0 failed\n"), "{}", said.out);
    for engine in ["native", "interp"] {
        folder.done(&format!("run m.mig --force --engine {engine}"));
        assert_eq!(folder.text("out/t.csv"), "a\nx\n");
        assert_eq!(folder.text("out/s.bad"), "a\ny\n");
        let codes: Vec<Value> = rejects(&folder, "out/rejects.jsonl").iter().map(|r| r["code"].clone()).collect();
        assert_eq!(codes, ["unclaimed"]);
        let entries = ledger(&folder, "out/ledger.json")["entries"].clone();
        let counts = |at: usize| (entries[at]["extracted"].clone(), entries[at]["loaded"].clone());
        assert_eq!(counts(0), (json!(1), json!(1)), "{engine}");
        assert_eq!(entries[0]["apart"], 1);
        assert_eq!(counts(1), (json!(1), json!(0)));
        assert_eq!(entries[1]["rejected"], json!({ "unclaimed": 1 }));
    }
}

#[test]
fn an_interruption_behind_the_publication_does_not_say_that_nothing_was_published() {
    let folder = Folder::new();
    // The ledger shows the cleaned text, so that the summary is more than a pipe holds, and waits to be read.
    let note = format!(" {} ", "n".repeat(200_000));
    folder
        .write("m.mig", SPEC)
        .write("data/customers.psv", CUSTOMERS)
        .write("data/lines.psv", format!("{HEADER}1|1|x|1|2024-01-31|{note}\n"));
    let mut command = folder.command("run m.mig --quiet --summary json");
    let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !folder.has("out/ledger.json") {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is published");
        std::thread::sleep(Duration::from_millis(2));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(kill.success());
    std::thread::sleep(Duration::from_millis(300));
    let said = said(run.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.ends_with("}\n"), "the summary is whole");
    assert_eq!(folder.files("out"), ["ledger.json", "lines.bad", "ok.csv", "rejects.jsonl"]);
}

#[test]
fn tests_of_a_spec_take_the_consensus_of_a_reference() {
    let folder = Folder::new();
    let spec = r#"migration m
source a = csv("a.csv") { k: text }
reference r = csv("r.csv") { k: text, v: text(5)?, consensus by k }
target p = csv("out/p.csv") { k: text, v: text(5) }
map a -> p {
  let row = r[k] else reject unknown
  copy k
  v = row.v ?? "none"
}
test "the most frequent value" {
  given r { k: "1", v: "x" }
  given r { k: "1", v: "y" }
  given r { k: "1", v: "y" }
  given a { k: "1" }
  then p { k: "1", v: "y" }
}
"#;
    folder.write("m.mig", spec);
    let said = folder.done("test m.mig");
    assert!(said.out.contains("the most frequent value ... ok"), "{}", said.out);
}

#[test]
fn tests_of_a_spec_find_the_range_of_a_reference() {
    let folder = Folder::new();
    let spec = r#"migration m
source a = csv("a.csv") { c: text, n: int32 }
reference r = csv("r.csv") { c: text, since: int32, until: int32?, v: text(5), key (c, since ..= until) }
target p = csv("out/p.csv") { v: text(5) }
map a -> p { v = r[c, n].v else reject unknown }
test "the range that holds it" {
  given r { c: "A", since: "1", until: "5", v: "x" }
  given r { c: "A", since: "6", v: "y" }
  given a { c: "A", n: "5" }
  given a { c: "A", n: "6" }
  given a { c: "A", n: "0" }
  then p { v: "x" }
  then p { v: "y" }
  then rejected unknown
}
"#;
    folder.write("m.mig", spec.replace("y\" }\n  given a", "y\", until: null }\n  given a"));
    let said = folder.done("test m.mig");
    assert!(said.out.contains("the range that holds it ... ok"), "{}", said.out);
}

#[test]
fn tests_of_a_spec_read_fixed_fields_as_a_file_is_read() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = fixed("s.txt") { name: text? at 1..4, n: int32 at 5..8 }
target t = csv("out/t.csv") { name: text?, n: int32 }
map s -> t { copy name, n }
test "padding" {
  given s { name: " ab ", n: "  7 " }
  given s { name: "    ", n: "8" }
  then t { name: " ab", n: 7 }
  then t { name: null, n: 8 }
}
"#;
    folder.write("m.mig", spec).write("s.txt", " ab   7 \n       8\n");
    let said = folder.done("test m.mig");
    assert!(said.out.contains("padding ... ok"), "{}", said.out);
    folder.done("run m.mig");
    assert_eq!(folder.text("out/t.csv"), "name,n\n ab,7\n,8\n");
}

#[test]
fn what_waits_for_the_standard_streams_can_be_read_by_its_owner_alone() {
    let folder = Folder::new();
    let spec = SPEC.replace("{data}/lines.psv", "-").replace("{out}/ok.csv", "-");
    folder.write("m.mig", spec).write("data/customers.psv", CUSTOMERS);
    let temporary = folder.path("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = folder.command("run m.mig --quiet --rejects out");
    let mut run = command.env("TMPDIR", &temporary).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut given = run.stdin.take().unwrap();
    let lines = format!("{HEADER}1|1|x|1|2024-01-31|{}\n", "n".repeat(200_000));
    std::io::Write::write_all(&mut given, lines.as_bytes()).unwrap();
    let all_private = |kind: &str| {
        let begun = Instant::now();
        loop {
            let found: Vec<String> = folder.files("temporary").into_iter().filter(|n| n.contains(kind)).collect();
            if !found.is_empty() {
                for name in found {
                    let mode = std::fs::metadata(temporary.join(&name)).unwrap().permissions().mode();
                    assert_eq!(mode & 0o777, 0o600, "{name}");
                }
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no copy of {kind}");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    all_private("stdin");
    drop(given);
    // The row is more than a pipe holds, and waits to be read.
    all_private("stdout");
    assert_eq!(run.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!(folder.files("temporary"), Vec::<String>::new());
}

#[test]
fn what_is_accepted_is_replaced_as_a_whole() {
    let folder = Folder::new();
    folder.write("m.mig", SPEC).write("real.plan", "old");
    std::os::unix::fs::symlink("real.plan", folder.path("m.plan")).unwrap();
    folder.done("test m.mig --accept");
    assert!(folder.path("m.plan").is_symlink());
    assert!(folder.text("real.plan").starts_with("plan 2 of orders"));
    std::fs::set_permissions(folder.path("real.plan"), PermissionsExt::from_mode(0o444)).unwrap();
    folder.write("m.mig", SPEC.replace("bad_day", "wrong_day"));
    let said = folder.migc("test m.mig --accept");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("m.plan cannot be written: it is read-only"), "{}", said.err);
    assert_eq!(folder.files(""), ["m.mig", "m.plan", "real.plan"]);
}

#[test]
fn a_member_that_is_not_declared_is_named() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = jsonl("s.jsonl") { a: text }
target t = csv("out/t.csv") { a: text }
map s -> t { copy a }
"#;
    folder.write("m.mig", spec).write("s.jsonl", "{\"a\":\"x\"}\n{\"a\":\"y\",\"f\\\"ax\":{\"b\":1}}\n");
    folder.done("run m.mig");
    let failure = &rejects(&folder, "out/rejects.jsonl")[0]["failures"][0];
    assert_eq!(failure["column"], "f\\\"ax");
    assert_eq!(failure["reason"], "a member that is neither declared nor ignored, 10 bytes into the record");
    let spec = spec.replace("source s =", "reference r = jsonl(\"r.jsonl\") { a: text key }\nsource s =");
    let spec =
        spec.replace("copy a", "copy a\n  let row = r[a] else reject unknown\n  check row.a == a else reject other");
    folder.write("m.mig", spec).write("r.jsonl", "{\"a\":\"x\",\"tel\":1}\n");
    let said = folder.migc("run m.mig --force");
    assert!(said.err.contains("\"tel\" is a member that is neither declared nor ignored, 10 bytes"), "{}", said.err);
}

#[test]
fn the_runs_identity_covers_its_parameters() {
    let folder = job(3);
    folder.done("run m.mig --set out=one");
    folder.done("run m.mig --set out=two");
    let run = |name: &str| ledger(&folder, name)["run"].clone();
    assert_ne!(run("one/ledger.json"), run("two/ledger.json"));
    folder.done("run m.mig --set out=two --force");
    folder.done("run m.mig --set out=two --rejects three --force");
    assert_eq!(run("two/ledger.json"), run("three/ledger.json"));
}

#[test]
fn samples_of_several_files_name_their_file() {
    let folder = Folder::new();
    folder
        .write("m.mig", SPEC.replace("lines.psv", "lines-{*part}.psv"))
        .write("data/customers.psv", CUSTOMERS)
        .write("data/lines-1.psv", format!("{HEADER}1|1|x|1|2024-01-31|n\n2|1|x|1|2024-01-31| n\n"))
        .write("data/lines-2.psv", format!("{HEADER}1|1|x|1|2024-01-31| n\n"));
    for engine in ["native", "interp"] {
        folder.done(&format!("run m.mig --force --engine {engine}"));
        let samples = ledger(&folder, "out/ledger.json")["entries"][0]["cleaned"]["NOTE"]["samples"].clone();
        let sample = |file: &str, record: u64| json!({ "file": file, "record": record, "before": " n", "after": "n" });
        assert_eq!(samples, json!([sample("data/lines-1.psv", 2), sample("data/lines-2.psv", 1)]), "{engine}");
    }
}

#[test]
fn gates_count_the_records_of_a_target_whatever_it_is_called() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = csv("s.csv") { x: text }
source r = csv("r.csv") { x: text }
target `a, b` = csv("out/ab.csv") { x: int32 }
target b = csv("out/b.csv") { x: int32 }
map s -> `a, b` { x = int32(x) else reject bad }
map r -> b { x = int32(x) else reject bad }
expect `a, b` { rejected == 1 }
expect b { rejected == 2, loaded == 1 }
"#;
    folder.write("m.mig", spec).write("s.csv", "x\n1\nx\n").write("r.csv", "x\nx\ny\n3\n");
    for engine in ["native", "interp"] {
        let said = folder.done(&format!("run m.mig --force --engine {engine}"));
        let gates = ledger(&folder, "out/ledger.json")["gates"].clone();
        assert!(gates.as_array().unwrap().iter().all(|gate| gate["held"] == true), "{gates}\n{}", said.err);
    }
}

#[test]
fn a_sum_that_leaves_its_digits_on_the_way_is_the_same_on_any_number_of_threads() {
    let folder = Folder::new();
    let spec = r#"migration m
source s = csv("s.csv") { x: text }
target t = csv("out/t.csv") { x: decimal(38, 0) }
map s -> t { x = decimal(x, 38, 0) else reject bad }
expect t { sum(x) == 0 }
"#;
    let row = |sign: &str| format!("{sign}{}\n", "9".repeat(38));
    folder.write("m.mig", spec).write("s.csv", format!("x\n{}{}", row("").repeat(60_000), row("-").repeat(60_000)));
    for (engine, threads) in [("native", 1), ("native", 3), ("interp", 1), ("interp", 3)] {
        let said = folder.done(&format!("run m.mig --force --engine {engine} --threads {threads}"));
        assert!(said.err.contains("120,000"), "{}", said.err);
    }
}

#[test]
fn a_run_that_does_not_begin_leaves_no_folders() {
    let folder = job(3);
    folder.write("data/customers.psv", format!("{CUSTOMERS}2|Dee|AUTO\n"));
    assert_eq!(folder.migc("run m.mig --set out=deep/out --rejects other").code, 3);
    assert!(!folder.has("deep") && !folder.has("other"));
}

/// Runs with both engines, expects the same end and the same bytes, and gives the exit code.
fn alike(folder: &Folder) -> i32 {
    let native = folder.migc("run m.mig --rejects native --force");
    let files = |of: &str| -> Vec<(String, Vec<u8>)> {
        let published = |name: String| (name.clone(), folder.bytes(&format!("{of}/{name}")));
        folder.files(of).into_iter().map(published).collect()
    };
    let targets = files("out");
    let interpreted = folder.migc("run m.mig --engine interp --rejects interp --force");
    assert_eq!(native.code, interpreted.code, "{}\n{}", native.err, interpreted.err);
    assert_eq!(files("native"), files("interp"));
    assert_eq!(files("out"), targets);
    native.code
}

#[test]
fn what_stands_behind_the_record_that_aborts_is_not_counted() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"p.csv\") { a: text, n: int64 }\n\
        target t = csv(\"out/t.csv\") { a: text }\ntarget u = csv(\"out/u.csv\") { n: int64 }\n\
        map p where n > 2 -> t { copy a }\nmap p -> u { copy n\n check n != 1 else abort \"one\" }\n",
    );
    folder.write("p.csv", "a,n\nx,2\nx,2\ny,1\nz,2\nz,2\nz,2\nz,2\n");
    assert_eq!(alike(&folder), 4);
    assert!(folder.text("native/ledger.json").contains("\"abort\": 1"), "{}", folder.text("native/ledger.json"));
}

#[test]
fn a_record_that_aborts_in_one_map_is_counted_where_it_is_its_business() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"p.csv\") { a: text, n: int64 }\n\
        target t = csv(\"out/t.csv\") { a: text }\ntarget u = csv(\"out/u.csv\") { n: int64 }\n\
        map p where n > 2 -> t { copy a\n check a != \"x\" else abort \"x\" }\nmap p where n < 3 -> u { copy n }\n",
    );
    folder.write("p.csv", "a,n\nb,3\nc,1\nx,7\n");
    assert_eq!(alike(&folder), 4);
    let ledger: serde_json::Value = serde_json::from_str(&folder.text("native/ledger.json")).unwrap();
    let counts = |at: usize| ["extracted", "apart"].map(|of| ledger["entries"][at][of].as_u64());
    assert_eq!([counts(0), counts(1)], [[Some(2), Some(1)], [Some(1), Some(2)]], "{ledger:#}");
}

#[test]
fn a_record_that_is_not_the_business_of_a_map_is_not_warned_of_by_it() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"p.csv\") { a: int64, k: int64? else null warn \"w\" }\n\
        target t = csv(\"out/t.csv\") { a: int64, k: int64? }\ntarget u = csv(\"out/u.csv\") { a: int64 }\n\
        map p where k > 2 -> t { copy * }\nmap p -> u { copy a }\nexpect t { warned == 0 }\n",
    );
    folder.write("p.csv", "a,k\n1,5\n2,x\n3,1\n4,y\n");
    assert_eq!(alike(&folder), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn no_file_that_fits_a_pattern_is_left_out() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"in/{*f}.csv\") { a: text }\n\
        target t = csv(\"out/t.csv\") { a: text }\nmap p -> t { copy a }\n",
    );
    folder.write("in/a.csv", "a\n1\n");
    folder.done("run m.mig --rejects native");
    let odd = folder.path("in").join(std::ffi::OsStr::from_bytes(b"b\xff.csv"));
    std::fs::write(&odd, "a\n2\n").unwrap();
    let said = folder.migc("run m.mig --force --rejects native");
    assert_eq!(said.code, 3);
    assert!(said.err.contains("its name is not UTF-8"), "{}", said.err);
    std::fs::remove_file(odd).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path("in/z.csv")).unwrap();
    let said = folder.migc("run m.mig --force --rejects native");
    assert_eq!(said.code, 3);
    assert!(said.err.contains("in/z.csv"), "{}", said.err);
}

#[test]
fn no_name_of_a_source_leads_its_rejects_elsewhere() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource `../evil` = csv(\"p.csv\") { a: int64 }\n\
        target t = csv(\"out/t.csv\") { a: int64 }\nmap `../evil` -> t { copy a }\n",
    );
    folder.write("p.csv", "a\nx\n");
    folder.done("run m.mig --rejects native");
    assert!(folder.has("native/%2E.%2Fevil.bad") && !folder.has("evil.bad"));
}

#[test]
fn a_record_with_several_rows_is_conserved_once_and_files_are_held_against_gates_one_by_one() {
    let folder = Folder::new();
    let spec = "migration m\nsource orders = jsonl(\"in/{*day}.jsonl\") {\n  id: int64, total: decimal(8, 2)\n\
        items: list<{amount: decimal(8, 2)}> up to 3\n}\n\
        target lines = csv(\"out/lines.csv\") { id: int64, amount: decimal(8, 2) }\n\
        target halves = csv(\"out/halves.csv\") { id: int64, half: decimal(8, 2) }\n\
        map orders -> lines {\n  explode items as item else drop as no_items\n  reject if id == 3 as three\n\
        copy id, amount = item.amount\n}\n\
        map orders {\n  -> halves { copy id, half = total |> must_fit }\n  -> halves when id != 2 { copy id, half = 0 }\n}\n\
        expect lines { GATE }\nconserve orders.total in lines.amount\nconserve orders.total in halves.half\n";
    folder.write("in/a.jsonl", "{\"id\":1,\"total\":3.00,\"items\":[{\"amount\":1},{\"amount\":2}]}\n{\"id\":2,\"total\":1,\"items\":[{\"amount\":1}]}\n");
    folder.write(
        "in/b.jsonl",
        "{\"id\":3,\"total\":1,\"items\":[{\"amount\":1}]}\n{\"id\":4,\"total\":7,\"items\":[{\"amount\":7}]}\n",
    );
    folder.write("m.mig", spec.replace("GATE", "per file rejected <= 50%, rejected == 1"));
    assert_eq!(alike(&folder), 0);
    let ledger = ledger(&folder, "native/ledger.json");
    let found: Vec<&str> =
        ledger["gates"].as_array().unwrap().iter().map(|gate| gate["found"].as_str().unwrap()).collect();
    assert_eq!(found[0], "2 files");
    assert_eq!(found[2..], ["11.00 went in, 11.00 came out"; 2]);
    folder.write("m.mig", spec.replace("GATE", "per file rejected <= 49%"));
    assert_eq!(alike(&folder), 4);
    let said = folder.migc("run m.mig --rejects native --force");
    assert!(said.err.contains("1 of 2, which is 50.000 % in in/b.jsonl"), "{}", said.err);
    folder.write("m.mig", spec.replace("GATE", "per file share(id == 1) >= 1%"));
    let said = folder.migc("check m.mig");
    assert!(said.err.contains("of each file, records are counted"), "{}", said.err);
}

#[test]
fn a_dry_run_says_what_would_become_of_the_records_and_leaves_nothing() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"p.csv\") { a: int64 }\n\
        target t = csv(\"new/t.csv\") { a: int64 }\nmap p -> t { copy a }\nexpect t { rejected == 0 }\n",
    );
    folder.write("p.csv", "a\n1\nx\n");
    let said = folder.migc("run m.mig --dry-run --rejects new/r");
    assert_eq!(said.code, 4);
    assert!(said.err.contains("would have loaded") && said.err.contains("nothing was published"), "{}", said.err);
    assert_eq!(folder.files("."), ["m.mig", "p.csv"]);
    folder.write("new/t.csv", "there before\n").write("p.csv", "a\n1\n");
    folder.done("run m.mig --dry-run");
    assert_eq!(folder.text("new/t.csv"), "there before\n");
    assert_eq!(folder.files("new"), ["t.csv"]);
    assert_eq!(folder.migc("run m.mig --set a=1 --set a=2").code, 2);
}

#[test]
fn an_accepted_plan_that_cannot_be_read_is_told() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"p.csv\") { a: int64 }\n\
        target t = csv(\"t.csv\") { a: int64 }\nmap p -> t { copy a }\n",
    );
    folder.write("m.plan", b"\xff");
    let said = folder.migc("test m.mig");
    assert_eq!(said.code, 3);
    assert!(said.err.contains("m.plan cannot be read"), "{}", said.err);
    folder.done("test m.mig --accept");
    folder.done("test m.mig");
}

#[test]
fn a_run_that_fails_publishes_nothing_on_any_number_of_threads() {
    let folder = Folder::new();
    folder.write(
        "m.mig",
        "migration m\nsource p = csv(\"p.csv.gz\") { a: int64 }\n\
        target t = csv(\"out/t.csv\") { a: int64 }\nmap p -> t { copy a }\n",
    );
    let mut lines = String::from("a\n");
    (0..300_000).for_each(|at| lines.push_str(if at % 2 == 0 { "1\n" } else { "x\n" }));
    let compression = migc_records::Compression::of_path("p.gz".as_ref()).unwrap();
    let mut packed = Vec::new();
    compression.compress(lines.as_bytes(), &mut packed).unwrap();
    folder.write("p.csv.gz", &packed[..packed.len() - 20]);
    for threads in [1, 2, 5] {
        let said = folder.migc(&format!("run m.mig --rejects out --summary json --threads {threads}"));
        assert_eq!(said.code, 3);
        assert!(said.err.contains("p.csv.gz") && said.err.lines().count() == 1, "{}", said.err);
        assert!(!folder.has("out"));
        let summary: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!((&summary["ledger"]["outcome"], &summary["ledger"]["entries"]), (&json!("failed"), &json!([])));
    }
}
