//! What becomes of records.

use crate::support::{CUSTOMERS, Folder, HEADER, SPEC, job, lines};

fn one(lines: &[u8]) -> Folder {
    let folder = Folder::new();
    folder.write("m.mig", SPEC).write("data/customers.psv", CUSTOMERS).write("data/lines.psv", lines);
    folder
}

#[test]
fn every_record_has_its_fate() {
    let folder = job(23);
    let said = folder.done("run m.mig");
    let table = "\
lines -> ok         22  records
  loaded            12  54.545 %
  rejected           9  40.909 %
    bad_day          1
    bad_encoding     1
    bad_fields       2
    bad_no           1
    bad_qty          1
    bad_quoting      1
    bad_segment      1
    no_customer      1
  dropped            1  4.545 %
    obsolete         1
  warned             1
    check            1
  cleaned            1
    NOTE             1
";
    // Shares stand behind groups; only the counts are compared.
    let plain = |text: &str| {
        text.lines()
            .map(|line| line.split_whitespace().filter(|w| !w.contains('.') && *w != "%").collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    let wanted = plain(table);
    assert_eq!(plain(&said.err)[..wanted.len()], wanted, "{}", said.err);
    assert_eq!(folder.files("out"), ["ledger.json", "lines.bad", "ok.csv", "rejects.jsonl"]);
}

#[test]
fn rows_are_written_as_the_target_says() {
    let data = format!("{HEADER}1|2|x|3.5|2024-01-31|  a, \"\"\n");
    let folder = one(data.replace("  a, \"\"", "\"  a, \"\"b\"\" \"").as_bytes());
    folder.done("run m.mig");
    assert_eq!(folder.text("out/ok.csv"), "no,segment,qty,day,note\n1,auto,3.50,2024-01-31,\"a, \"\"b\"\"\"\n");
}

#[test]
fn a_reject_tells_where_it_stands_and_everything_that_failed() {
    let folder = one(format!("{HEADER}1|2|x|3.5|2024-01-31|good\nx2|1|x|five|2024-02-30|bad\n").as_bytes());
    folder.done("run m.mig");
    let line: serde_json::Value = serde_json::from_str(folder.text("out/rejects.jsonl").trim()).unwrap();
    let get = |name: &str| line[name].clone();
    assert_eq!(get("chunk"), "lines/0");
    assert_eq!(get("file"), "data/lines.psv");
    assert_eq!((get("record"), get("line"), get("offset"), get("length")), (2.into(), 3.into(), 51.into(), 27.into()));
    assert_eq!(get("key"), serde_json::json!({ "NO": "x2" }));
    assert_eq!(get("code"), "bad_no");
    let failures = line["failures"].as_array().unwrap();
    let codes: Vec<&str> = failures.iter().map(|f| f["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["bad_no", "bad_qty", "bad_day"]);
    assert_eq!(failures[1]["message"], "x2 has the quantity five");
    assert_eq!(failures[1]["value"], "five");
    assert_eq!(failures[2]["column"], "day");
    let (line, text) = SPEC.lines().enumerate().find(|(_, text)| text.contains("else reject bad_day")).unwrap();
    assert_eq!(failures[2]["at"], format!("{}:{}", line + 1, text.find("else").unwrap() + 1));
}

#[test]
fn rejected_records_are_kept_byte_for_byte_behind_their_header() {
    let bad = [
        &b"4|1|x|5\r\n"[..],
        b"5|1|x|5|2024-01-31|stray \" quote\r\n",
        b"6|1|x|5|2024-01-31|\xff\r\n",
        b"7|9|x|5|2024-01-31|\"a\r\nb\"",
    ];
    let header = [b"\xef\xbb\xbf", HEADER.replace('\n', "\r\n").as_bytes()].concat();
    let good = b"1|1|x|1|2024-01-31|good\r\n";
    let data = [&header[..], good, bad[0], bad[1], good, bad[2], b"\r\n", bad[3]].concat();
    let folder = one(&data);
    folder.done("run m.mig");
    let wanted = [&header[..], bad[0], bad[1], bad[2], bad[3]].concat();
    assert_eq!(folder.bytes("out/lines.bad"), wanted);
    assert_eq!(folder.text("out/ok.csv").lines().count(), 3);
    let ledger: serde_json::Value = serde_json::from_slice(&folder.bytes("out/ledger.json")).unwrap();
    let bytes = &ledger["entries"][0]["bytes"];
    assert_eq!(bytes["size"], data.len());
    assert_eq!(bytes["header"], header.len());
    assert_eq!(bytes["blank"], 2);
}

#[test]
fn line_ends_marks_and_a_missing_last_newline_change_nothing() {
    let plain = one(&lines(100, "\n"));
    plain.done("run m.mig");
    let crlf = lines(100, "\r\n");
    let marked = [b"\xef\xbb\xbf", &crlf[..crlf.len() - 2]].concat();
    let folder = one(&marked);
    folder.done("run m.mig");
    assert_eq!(folder.text("out/ok.csv"), plain.text("out/ok.csv"));
}

#[test]
fn cleaning_is_counted_and_shown() {
    let mut data = HEADER.to_owned();
    for at in 1..=9 {
        let note = if at % 2 == 0 { " n " } else { "n" };
        data.push_str(&format!("{at}|1|x|1|2024-01-31|{note}\n"));
    }
    let folder = one(data.as_bytes());
    for engine in ["native", "interp"] {
        folder.done(&format!("run m.mig --force --engine {engine}"));
        let ledger: serde_json::Value = serde_json::from_slice(&folder.bytes("out/ledger.json")).unwrap();
        let cleaned = &ledger["entries"][0]["cleaned"]["NOTE"];
        assert_eq!(cleaned["count"], 4);
        let sample = |record: u64| serde_json::json!({ "record": record, "before": " n ", "after": "n" });
        assert_eq!(cleaned["samples"], serde_json::json!([sample(2), sample(4), sample(6)]));
    }
}

#[test]
fn the_summary_goes_to_standard_output_and_nothing_else() {
    let folder = job(23);
    let said = folder.done("run m.mig --summary json --quiet --as-of 2026-01-31");
    assert_eq!(said.err, "");
    let summary: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(summary["version"], 1);
    assert_eq!(summary["ledger"]["as_of"], "2026-01-31");
    assert_eq!(summary["ledger"]["entries"][0]["extracted"], 22);
    assert!(summary["timings"]["total"].is_number());
    let published: serde_json::Value = serde_json::from_slice(&folder.bytes("out/ledger.json")).unwrap();
    assert_eq!(summary["ledger"], published);
}

#[test]
fn several_maps_share_one_file_of_rejects_in_the_order_of_the_spec() {
    let folder = Folder::new();
    let spec = r#"migration two
source a = csv("a.csv") { x: text }
source b = csv("b.csv") { x: text, y: text, identify by y }
target p = csv("out/p.csv", delimiter: ";") { x: int32 }
target q = csv("out/q.csv") { x: int32?, y: text }
map a -> p { x = int32(x) else reject bad_a }
map b -> q {
  x = int32(x) else null warn "no number"
  y = y
  check y != "no" else reject bad_b
}
"#;
    folder.write("m.mig", spec).write("a.csv", "x\n1\nx\n3\n").write("b.csv", "x,y\n1,a\nz,b\nz,no\n");
    for engine in ["native", "interp"] {
        let said = folder.done(&format!("run m.mig --force --engine {engine}"));
        assert_eq!(folder.text("out/p.csv"), "x\n1\n3\n", "{}", said.err);
        assert_eq!(folder.text("out/q.csv"), "x,y\n1,a\n,b\n");
        let codes: Vec<String> = folder
            .text("out/rejects.jsonl")
            .lines()
            .map(|line| {
                let reject: serde_json::Value = serde_json::from_str(line).unwrap();
                format!("{} {} {}", reject["chunk"], reject["code"], reject["key"])
            })
            .collect();
        assert_eq!(codes, ["\"a/0\" \"bad_a\" null", "\"b/0\" \"bad_b\" {\"y\":\"no\"}"]);
        assert_eq!(folder.text("out/a.bad"), "x\nx\n");
        assert_eq!(folder.text("out/b.bad"), "x,y\nz,no\n");
        let ledger: serde_json::Value = serde_json::from_slice(&folder.bytes("out/ledger.json")).unwrap();
        assert_eq!(ledger["entries"][1]["warned"].as_object().unwrap().values().next().unwrap(), 1);
    }
}

#[test]
fn a_reference_by_consensus_gives_the_most_frequent_value() {
    let folder = Folder::new();
    let spec = r#"migration two
source a = csv("a.csv") { k: text }
reference r = csv("r.csv") { k: text, v: text(5)?, consensus by k }
target p = csv("out/p.csv") { k: text, v: text(5) }
map a -> p {
  let row = r[k] else reject unknown
  copy k
  v = row.v ?? "none"
}
"#;
    folder
        .write("m.mig", spec)
        .write("a.csv", "k\n1\n2\n3\n4\n")
        .write("r.csv", "k,v\n1,a\n1,b\n1,b\n2,\n2,z\n2,y\n3,\n");
    for engine in ["native", "interp"] {
        folder.done(&format!("run m.mig --force --engine {engine}"));
        assert_eq!(folder.text("out/p.csv"), "k,v\n1,b\n2,z\n3,none\n");
        assert_eq!(folder.text("out/a.bad"), "k\n4\n");
    }
}

#[test]
fn a_record_that_is_too_long_is_kept_whole_and_those_after_it_survive() {
    let long = format!("2|1|x|5|2024-01-31|{}\n", "long ".repeat(2 << 20));
    let data = format!("{HEADER}1|1|x|5|2024-01-31|a\n{long}3|1|x|5|2024-01-31|b\n");
    let folder = one(data.as_bytes());
    folder.done("run m.mig --quiet");
    assert!(folder.text("out/lines.bad") == format!("{HEADER}{long}"));
    let rows: Vec<String> = folder.text("out/ok.csv").lines().map(str::to_owned).collect();
    assert_eq!(rows[1..], ["1,bld,5.00,2024-01-31,a", "3,bld,5.00,2024-01-31,b"]);
    let reject: serde_json::Value = serde_json::from_str(&folder.text("out/rejects.jsonl")).unwrap();
    assert_eq!((&reject["code"], &reject["record"], &reject["line"]), (&"too_long".into(), &2.into(), &3.into()));
    assert_eq!(reject["length"], long.len());
}
