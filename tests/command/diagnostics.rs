//! What the command says of specs.

use crate::support::{Folder, SPEC, job};

const WRONG: &str = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text, c: text }\nmap s -> t { b = left(aa, 2), c = a }\n";

#[test]
fn a_good_spec_is_said_to_be_good() {
    let folder = job(0);
    let said = folder.done("check m.mig");
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", "migc: 1 spec checked: no errors, no warnings\n"));
}

#[test]
fn an_unknown_name_is_shown_with_its_place_and_the_name_that_was_meant() {
    let folder = Folder::new();
    folder.write("w.mig", WRONG);
    let said = folder.migc("check w.mig --format short");
    assert_eq!(said.code, 1);
    assert!(said.err.starts_with("w.mig:4:23: error MIG0101: "), "{}", said.err);
    let picture = folder.migc("check w.mig").err;
    for part in ["MIG0101", "unknown name", "w.mig:4:23", "map s -> t { b = left(aa, 2), c = a }"] {
        assert!(picture.contains(part), "{part} is not in\n{picture}");
    }
    assert!(!picture.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn machines_get_spans_in_bytes_lines_and_columns() {
    let folder = Folder::new();
    folder.write("w.mig", WRONG);
    let said = folder.migc("check w.mig --format json");
    assert_eq!((said.code, said.err.as_str()), (1, ""));
    let all: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(all["version"], 1);
    let first = &all["diagnostics"][0];
    assert_eq!(first["code"], "MIG0101");
    assert_eq!(first["level"], "error");
    assert_eq!(first["file"], "w.mig");
    let at = WRONG.find("aa,").unwrap();
    assert_eq!(first["span"]["start"], serde_json::json!({ "byte": at, "line": 4, "column": 23 }));
    assert_eq!(first["span"]["end"]["byte"], at + 2);
}

#[test]
fn a_run_of_a_wrong_spec_runs_nothing() {
    let folder = Folder::new();
    folder.write("w.mig", WRONG).write("s.csv", "a\n1\n");
    let said = folder.migc("run w.mig");
    assert_eq!(said.code, 1);
    assert!(said.err.ends_with("migc: w.mig has errors; nothing was run\n"), "{}", said.err);
    assert!(!folder.has("t.csv"));
}

#[test]
fn warnings_fail_a_check_only_when_denied() {
    let folder = Folder::new();
    folder.write("m.mig", SPEC.replace("  copy no, qty, day\n", "  let unused = qty\n  copy no, qty, day\n"));
    assert_eq!(folder.migc("check m.mig").code, 0);
    assert_eq!(folder.migc("check m.mig --deny warnings").code, 1);
}

#[test]
fn what_is_no_spec_is_told_in_a_sentence() {
    let folder = Folder::new();
    folder.write("d.mig/x", "").write("b.mig", b"\x7fELF\xff\x00");
    let cases = [
        ("none.mig", 3, "migc: none.mig does not exist; name a .mig file\n"),
        ("d.mig", 3, "migc: d.mig is a directory; name a .mig file in it\n"),
        ("b.mig", 1, "migc: b.mig is not UTF-8 text (byte 4); is it a .mig file?\n"),
    ];
    for (file, code, sentence) in cases {
        let said = folder.migc(&format!("run {file}"));
        assert_eq!((said.code, said.err.as_str()), (code, sentence));
        assert_eq!(folder.migc(&format!("check {file} --format short")).code, code);
    }
    assert_eq!(folder.migc("run").code, 2);
    assert_eq!(folder.migc("check").code, 1, "b.mig stands in the working directory");
}

#[test]
fn every_diagnostic_and_function_explains_itself() {
    let folder = Folder::new();
    for (list, one) in [("explain", "explain"), ("functions", "functions")] {
        let all = folder.done(list).out;
        for line in all.lines() {
            let name = line.split([' ', '(']).next().unwrap();
            assert!(folder.done(&format!("{one} {name}")).out.contains(name));
        }
        assert_eq!(folder.migc(&format!("{one} nothing_like_it")).code, 2);
    }
}

#[test]
fn a_plan_is_shown_as_json() {
    let folder = job(0);
    let plan: serde_json::Value = serde_json::from_str(&folder.done("compile m.mig --emit plan-json").out).unwrap();
    assert_eq!(plan["migration"], "orders");
    for what in ["tree", "types", "plan", "clif"] {
        assert!(!folder.done(&format!("compile m.mig --emit {what}")).out.is_empty());
    }
}

#[test]
fn a_code_is_explained_by_its_number() {
    let folder = Folder::new();
    let whole = folder.done("explain MIG0103").out;
    for short in ["103", "0103", "mig0103", "MIG103"] {
        assert_eq!(folder.done(&format!("explain {short}")).out, whole, "{short}");
    }
    assert!(folder.done("explain 1102").out.starts_with("MIG1102"));
    for none in ["0", "99999", "migé", "-1"] {
        assert_eq!(folder.migc(&format!("explain -- {none}")).code, 2, "{none}");
    }
}

#[test]
fn a_used_file_that_is_missing_is_one_finding_with_the_one_beside_it() {
    let folder = Folder::new();
    folder.write("shared/codes.mig", "codes C: text { \"a\" => \"b\" }\ntype Email = text(20)\n");
    folder.write("shared/other.txt", "");
    let spec = "migration m\nuse \"shared/NAME\"\nsource s = csv(\"s.csv\") { a: Email }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = C(a) else reject c }\n";
    for written in ["code.mig", "codes", "Codes.mig"] {
        folder.write("m.mig", spec.replace("NAME", written));
        let said = folder.migc("check m.mig --format json");
        let found: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let text = found.to_string();
        assert_eq!(text.matches("MIG0").count(), 1, "{text}");
        assert!(text.contains("did you mean `shared/codes.mig`?"), "{text}");
    }
    folder.write("m.mig", spec.replace("NAME", "nothing_like_it.mig"));
    let said = folder.migc("check m.mig");
    assert!(said.err.contains("the path is taken from the folder"), "{}", said.err);
    folder.write("m.mig", spec.replace("NAME", "codes.mig"));
    folder.done("check m.mig");
}
