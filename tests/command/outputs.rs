//! The forms in which `migc check` tells what it finds, what weighs how much, and specs held against files.

use serde_json::{Value, json};

use crate::support::{Folder, SPEC, job};

const WRONG: &str = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text, c: text }\nmap s -> t { b = left(ä, 2), c = a }\n";

fn unused() -> String {
    SPEC.replace("  copy no, qty, day\n", "  let unused = qty\n  copy no, qty, day\n")
}

#[test]
fn scanners_get_regions_rules_and_fixes() {
    let folder = Folder::new();
    folder.write("w x.mig", "migration m\nsource s = csv(\"s.csv\") { name: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = nmae }\n");
    let said = folder.command("check --format sarif").arg("w x.mig").output().unwrap();
    assert_eq!(said.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let result = &run["results"][0];
    assert_eq!((&result["ruleId"], &result["level"]), (&json!("MIG0101"), &json!("error")));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "w%20x.mig");
    assert_eq!(
        place["region"],
        json!({ "startLine": 4, "startColumn": 18, "endLine": 4, "endColumn": 22, "byteOffset": 104, "byteLength": 4 })
    );
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], "MIG0101");
    assert!(rule["help"]["text"].as_str().unwrap().contains("This mends it:"));
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(
        (&change["insertedContent"]["text"], &change["deletedRegion"]["startColumn"]),
        (&json!("name"), &json!(18))
    );
}

#[test]
fn a_log_without_findings_is_a_log() {
    let folder = job(0);
    let log: Value = serde_json::from_str(&folder.done("check m.mig --format sarif").out).unwrap();
    assert_eq!((&log["runs"][0]["results"], &log["runs"][0]["tool"]["driver"]["rules"]), (&json!([]), &json!([])));
}

#[test]
fn workflows_get_annotations() {
    let folder = Folder::new();
    folder.write("w.mig", WRONG).write("u.mig", unused());
    let said = folder.migc("check u.mig w.mig --format github");
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let lines: Vec<&str> = said.out.lines().collect();
    assert!(lines[0].starts_with("::warning file=u.mig,line=32,"), "{}", said.out);
    assert!(lines[0].contains("title=MIG110"), "{}", said.out);
    assert!(lines[1].starts_with("::error file=w.mig,line=4,endLine=4,col=23,endColumn=24,title=MIG"), "{}", said.out);
    assert!(lines.iter().all(|line| line.starts_with("::")), "a message is one line: {}", said.out);
}

#[test]
fn levels_go_by_code_and_by_group() {
    let folder = Folder::new();
    folder.write("u.mig", unused());
    let code = folder.migc("check u.mig --format short").err;
    let code = &code[code.find("MIG").unwrap()..][..7].to_owned();
    let exit = |arguments: &str| {
        let said = folder.migc(&format!("check u.mig --format short {arguments}"));
        let shown = if said.err.is_empty() { "" } else { said.err.split(' ').nth(1).unwrap() }.to_owned();
        (said.code, shown)
    };
    assert_eq!(exit(""), (0, "warning".into()));
    assert_eq!(exit("--deny warnings"), (1, "error".into()));
    assert_eq!(exit(&format!("--deny {code}")), (1, "error".into()));
    assert_eq!(exit(&format!("--allow {code}")), (0, String::new()));
    assert_eq!(exit(&format!("--deny warnings --allow {}", code.to_lowercase())), (0, String::new()));
    assert_eq!(exit(&format!("--deny warnings --warn {code}")), (0, "warning".into()));
}

#[test]
fn levels_that_mean_nothing_are_wrong_usage() {
    let folder = job(0);
    for (arguments, why) in [
        ("--deny MIG9999", "there is no diagnostic MIG9999"),
        ("--allow MIG0101", "MIG0101 is an error"),
        ("--warn MIG0101", "MIG0101 is an error"),
        ("--allow MIG1102 --deny MIG1102", "is given two levels"),
        ("--deny warnings --allow warnings", "is given two levels"),
        ("--set nothing=1", "no spec has a parameter `nothing`"),
        ("--set nothing", "NAME=VALUE"),
    ] {
        let said = folder.migc(&format!("check m.mig {arguments}"));
        assert_eq!(said.code, 2, "{arguments}: {}", said.err);
        assert!(said.err.contains(why), "{arguments}: {}", said.err);
    }
}

#[test]
fn a_value_of_another_type_is_wrong_usage() {
    let folder = Folder::new();
    folder.write("m.mig", SPEC.replace("param out", "param limit: int64\nparam out"));
    assert_eq!(folder.done("check m.mig --set limit=5").code, 0);
    assert_eq!(folder.migc("check m.mig --set limit=five").code, 2);
}

#[test]
fn a_spec_is_held_against_the_headers_of_its_files() {
    let folder = job(3);
    folder.done("check m.mig --against");
    folder
        .write("data/lines.psv", "NO|CUST|OLD|Quantity|DAY|NOTE|FAX\n")
        .write("data/customers.psv", "CUST|NAME|Segment\n");
    let said = folder.migc("check m.mig --against --format short");
    assert_eq!(said.code, 1);
    let lines: Vec<&str> = said.err.lines().collect();
    assert_eq!(
        lines,
        [
            "m.mig:6:8: error MIG0191: data/lines.psv has a column \"Quantity\" that is neither declared nor ignored",
            "m.mig:6:8: error MIG0191: data/lines.psv has a column \"FAX\" that is neither declared nor ignored",
            "m.mig:7:25: error MIG0190: data/lines.psv has no column \"QTY\"",
            "m.mig:13:20: error MIG0190: data/customers.psv has no column \"SEGMENT\"; it has \"Segment\", which nothing declares",
        ]
    );
    let picture = folder.migc("check m.mig --against").err;
    assert!(picture.contains("SEGMENT: text(10) from \"Segment\""), "{picture}");
    assert!(!folder.has("out"), "nothing is run");
}

#[test]
fn another_delimiter_than_that_of_the_file_is_one_finding() {
    let folder = job(3);
    for (header, written) in [("NO;CUST;OLD;QTY;DAY;NOTE\n", ";"), ("NO\tCUST\tOLD\tQTY\tDAY\tNOTE\n", "\\t")] {
        folder.write("data/lines.psv", header);
        let said = folder.migc("check m.mig --against --format short");
        let lines: Vec<&str> = said.err.lines().collect();
        let [line] = lines.as_slice() else { panic!("{}", said.err) };
        assert!(line.starts_with("m.mig:6:8: error MIG0190: the header of data/lines.psv is one field, "), "{line}");
        let picture = folder.migc("check m.mig --against").err;
        assert!(picture.contains(&format!("delimiter: \"{written}\"")), "{picture}");
    }
    folder.write("m.mig", "migration m\nsource s = csv(\"s.csv\") { a: text, b: text, c: text? absent null }\ntarget t = csv(\"t.csv\") { a: text, b: text }\nmap s -> t { a = a, b = \"{b}{c}\" }\n");
    folder.write("s.csv", "a|b\n");
    let said = folder.migc("check m.mig --against");
    assert!(said.err.contains("csv(\"s.csv\", delimiter: \"|\")"), "{}", said.err);
    // A header of one column that is simply another one.
    folder.write("s.csv", "total\n");
    assert_eq!(folder.migc("check m.mig --against --format short").err.lines().count(), 3);
}

#[test]
fn a_spec_is_held_against_the_members_of_json() {
    let folder = Folder::new();
    folder.write("m.mig", "migration m\nsource s = jsonl(\"s.jsonl\") {\n  no: int64\n  amount: text\n  note: text?\n  city: text path \"$.address.city\"\n  ignore `address.zip` \"no\"\n}\ntarget t = csv(\"t.csv\") { no: int64, amount: text, note: text?, city: text }\nmap s -> t { copy * }\n");
    folder.write("s.jsonl", "{\"no\":1,\"amount\":\"1\",\"address\":{\"city\":\"x\",\"zip\":1}}\n");
    folder.done("check m.mig --against --deny warnings");
    folder.write("s.jsonl", "{\"no\":1,\"amounts\":\"1\",\"address\":{\"town\":\"x\"},\"fax\":2}\n{\"no\":2,\"amounts\":\"1\",\"tel\":3}\nbroken\n");
    let said = folder.migc("check m.mig --against --format short");
    assert_eq!(said.code, 1);
    let lines: Vec<&str> = said.err.lines().collect();
    assert_eq!(
        lines,
        [
            "m.mig:2:8: error MIG0191: s.jsonl has a member \"address.town\" that is neither declared nor ignored",
            "m.mig:2:8: error MIG0191: s.jsonl has a member \"fax\" that is neither declared nor ignored",
            "m.mig:2:8: error MIG0191: s.jsonl has a member \"tel\" that is neither declared nor ignored",
            "m.mig:4:3: error MIG0190: s.jsonl has no member \"amount\"; it has \"amounts\", which nothing declares",
            "m.mig:6:3: error MIG0190: s.jsonl has no member \"address.city\"",
        ]
    );
    assert!(folder.migc("check m.mig --against").err.contains("amount: text path \"$.amounts\""));
}

#[test]
fn a_file_that_is_not_there_cannot_be_compared() {
    let folder = Folder::new();
    folder.write("m.mig", SPEC);
    assert_eq!(folder.done("check m.mig").code, 0);
    let said = folder.migc("check m.mig --against");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("data/lines.psv"), "{}", said.err);
    let said = folder.migc("check m.mig --against --set data=elsewhere");
    assert!(said.err.contains("elsewhere/lines.psv"), "{}", said.err);
}

#[test]
fn shells_complete_every_subcommand_and_option() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = folder.done(&format!("completions {shell}")).out;
        for word in ["check", "fmt", "explain", "completions", "against"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(folder.migc("completions tcsh").code, 2);
}

#[test]
fn the_manual_has_a_page_for_the_command_and_for_each_subcommand() {
    let folder = Folder::new();
    let page = folder.done("man").out;
    assert!(page.contains(".TH migc 1") && page.contains("migc\\-check(1)"), "{page}");
    let page = folder.done("man check").out;
    assert!(page.contains(".TH migc-check 1") && page.contains("\\-\\-against"), "{page}");
    assert_eq!(folder.migc("man nothing").code, 2);
}
