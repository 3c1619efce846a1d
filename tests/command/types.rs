//! Types, how they are read and written, and the day of the run.

use crate::support::Folder;

const SPEC: &str = r#"migration forms
param since: timestamptz = "2024-01-01T00:00:00Z"
source old = csv("old.csv", delimiter: ";") {
  id: uuid, at: timestamp as "%d.%m.%Y %H:%M", sum: decimal(12, 2) as "1.234,56", ratio: float64, t: time?, paid: bool as "X/"
  z: timestamptz, n: int32 as "1.234", d: date? as "%-d.%-m.%y", b: bytes(4)?, j: json?
}
reference names = csv("names.csv") { id: uuid key, name: text, since: date as "%Y%m%d" }
target new = csv("new.csv", delimiter: ";") {
  id: uuid as "hex", utc: timestamptz, sum: decimal(14, 2) as "1,234.56", ratio: float64, t: time? as "%I:%M %p"
  paid: bool as "yes/no", late: bool, n: int32 as "1 234", day: date as "%d %b %Y", born: date?, name: text, b: bytes(4)? as "base64", k: text?
}
map old -> new {
  let who = names[id] else reject no_name
  copy id, sum, t, paid, n, b
  utc = at at zone "Europe/Berlin"
  ratio = ratio * float64("2") else float64("0")
  late = z > since
  day = day(at + 36 hours)
  born = d
  name = "{who.name} {who.since}"
  k = json_text(j, "$.k")
}
"#;

const OLD: &str = "\
id;at;sum;ratio;t;paid;z;n;d;b;j
6BA7B810-9DAD-11D1-80B4-00C04FD430C8;29.02.2024 13:05;1.234.567,80;1.5e3;13:45:00;X;2024-07-01T12:00:00+02:00;12.345;1.2.99;00FF;\"{\"\"k\"\": [1, 2]}\"
6ba7b810-9dad-11d1-80b4-00c04fd430c8;31.12.2023 23:30;-1,5;-0;;;2023-07-01T12:00:00Z;-7000;;;
6ba7b810-9dad-11d1-80b4-00c04fd430c8;31.03.2024 02:30;1,00;1;;;2023-07-01T12:00:00Z;7;;;
6ba7b810-9dad-11d1-80b4-00c04fd430c8;31.03.2024 04:30;1.23,00;1;;;2023-07-01T12:00:00Z;7;;;
6ba7b810-9dad-11d1-80b4-00c04fd430c8;31.03.2024 04:30;1,00;1;;Y;2023-07-01T12:00:00Z;7;;;
6ba7b810-9dad-11d1-80b4-00c04fd430c9;31.03.2024 04:30;1,00;1;;;2023-07-01T12:00:00Z;7;;;
6ba7b810-9dad-11d1-80b4-00c04fd430c8;31.03.2024 04:30;1,00;1;;;2023-07-01T12:00:00Z;7;;0011223344;
6ba7b810-9dad-11d1-80b4-00c04fd430c8;31.03.2024 04:30;1,00;NaN;;;2023-07-01T12:00:00Z;7;;;
";

const NAMES: &str = "id,name,since\n6BA7B810-9DAD-11D1-80B4-00C04FD430C8,Ann,20200131\n";

#[test]
fn columns_are_read_and_written_in_their_forms_by_both_engines() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        folder.write("m.mig", SPEC).write("old.csv", OLD).write("names.csv", NAMES);
        folder.done(&format!("run m.mig --engine {engine}"));
        assert_eq!(
            folder.text("new.csv"),
            "id;utc;sum;ratio;t;paid;late;n;day;born;name;b;k\n\
             6ba7b8109dad11d180b400c04fd430c8;2024-02-29T12:05:00Z;1,234,567.80;3000.0;01:45 PM;yes;true;12 345;02 Mar 2024;1999-02-01;Ann 2020-01-31;AP8=;[1,2]\n\
             6ba7b8109dad11d180b400c04fd430c8;2023-12-31T22:30:00Z;-1.50;0.0;;no;false;-7 000;02 Jan 2024;;Ann 2020-01-31;;\n"
        );
        let codes: Vec<String> = folder
            .text("rejects.jsonl")
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(codes, ["utc.at_zone", "sum.decimal", "paid.bool", "no_name", "b.bytes", "ratio.float64"]);
    }
}

const TODAY: &str = r#"migration day
source s = csv("s.csv") { d: date }
target t = csv("t.csv") { d: date, age: int64, run: date }
map s -> t {
  copy d
  age = age_years(d, today())
  run = today()
  check d <= today() - 1 day else reject too_young
}
"#;

#[test]
fn the_day_of_the_run_is_an_input() {
    let folder = Folder::new();
    folder.write("m.mig", TODAY).write("s.csv", "d\n2000-06-15\n2026-01-31\n");
    folder.done("check m.mig");
    folder.done("run m.mig --as-of 2026-01-31");
    assert_eq!(folder.text("t.csv"), "d,age,run\n2000-06-15,25,2026-01-31\n");
    let (ledger, rejects) = (folder.text("ledger.json"), folder.text("rejects.jsonl"));
    assert!(ledger.contains("\"as_of\": \"2026-01-31\""), "{ledger}");
    folder.done("run m.mig --as-of 2026-01-31 --force");
    assert_eq!((ledger, rejects), (folder.text("ledger.json"), folder.text("rejects.jsonl")));
    folder.done("run m.mig --as-of 2026-06-15 --force");
    assert_eq!(folder.text("t.csv"), "d,age,run\n2000-06-15,26,2026-06-15\n2026-01-31,0,2026-06-15\n");
}

#[test]
fn a_spec_that_asks_for_the_day_gets_one_and_the_ledger_keeps_it() {
    let folder = Folder::new();
    folder.write("m.mig", TODAY).write("s.csv", "d\n2000-06-15\n");
    folder.done("run m.mig");
    let ledger: serde_json::Value = serde_json::from_str(&folder.text("ledger.json")).unwrap();
    let day = ledger["as_of"].as_str().unwrap();
    assert!(folder.text("t.csv").contains(day), "{day}");
    // A run that is given this day gives the same bytes.
    let before = folder.text("ledger.json");
    folder.done(&format!("run m.mig --force --as-of {day}"));
    assert_eq!(before, folder.text("ledger.json"));
}

#[test]
fn a_day_of_the_run_that_is_none_is_refused() {
    let folder = Folder::new();
    folder.write("m.mig", TODAY).write("s.csv", "d\n2000-06-15\n");
    assert_eq!(folder.migc("run m.mig --as-of 2026-02-30").code, 2);
}
