//! What the checker says of whole specs: one finding for one mistake, with what to write instead, in bounded time.

// The tests measure how long a check takes.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::{Duration, Instant};

use migc_compiler::{Compiled, compile, compile_files, rules};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::files::{Files, Unread};

fn check(text: &str) -> Compiled {
    compile(text, &BTreeMap::new())
}

/// Code and label of each finding.
fn told(compiled: &Compiled) -> Vec<String> {
    compiled.diagnostics.iter().map(|d| format!("{} {}", d.rule.code, d.label)).collect()
}

/// Each finding's code, and the piece of the text it points at.
fn places<'t>(text: &'t str, compiled: &Compiled) -> Vec<(&'static str, &'t str)> {
    compiled.diagnostics.iter().map(|d| (d.rule.code, &text[d.span.range()])).collect()
}

/// The text after the edit of a finding.
fn mended(text: &str, d: &Diagnostic) -> String {
    let (span, new) = d.help.as_ref().and_then(|h| h.edit.as_ref()).unwrap_or_else(|| panic!("no edit: {}", d.label));
    let mut text = text.to_owned();
    text.replace_range(span.range(), new);
    text
}

const ENDS: &str = "source s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\n";

#[test]
fn calls_that_double_are_told_once_and_soon() {
    let started = Instant::now();
    let function = |n: usize| format!("fn f{n}(x: text) = \"{{f{}(x)}}{{f{}(x)}}\"\n", n - 1, n - 1);
    for backwards in [false, true] {
        let mut functions: Vec<String> = (1..=30).map(function).collect();
        if backwards {
            functions.reverse();
        }
        let functions = functions.concat();
        let text = format!("migration m\nfn f0(x: text) = x\n{functions}{ENDS}map s -> t {{ b = f30(a) }}\n");
        let found = check(&text);
        let codes: Vec<&str> = found.diagnostics.iter().map(|d| d.rule.code).collect();
        assert_eq!(codes, ["MIG0126"], "{:?}", told(&found));
    }
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_long_chain_of_functions_ends_in_a_finding() {
    for backwards in [false, true] {
        let mut functions: Vec<String> =
            (1..=3_000).map(|n| format!("fn f{n}(x: int64) = f{}(x) + 1\n", n - 1)).collect();
        if backwards {
            functions.reverse();
        }
        let text = format!(
            "migration m\nfn f0(x: int64) = x\n{}{ENDS}map s -> t {{ b = \"{{f3000(1)}}{{a}}\" }}\n",
            functions.concat()
        );
        let found = check(&text);
        let codes: Vec<&str> = found.diagnostics.iter().map(|d| d.rule.code).collect();
        assert_eq!(codes, ["MIG0126"], "{:?}", told(&found));
    }
}

#[test]
fn functions_that_nest_deeply_by_themselves_end_in_a_finding() {
    let body = |n: usize| format!("{}f{}(x){}", "(1 + ".repeat(60), n - 1, ")".repeat(60));
    let functions: String = (1..=60).map(|n| format!("fn f{n}(x: int64) = {}\n", body(n))).collect();
    let text = format!("migration m\nfn f0(x: int64) = x\n{functions}{ENDS}map s -> t {{ b = \"{{f60(1)}}{{a}}\" }}\n");
    let codes: Vec<&str> = check(&text).diagnostics.iter().map(|d| d.rule.code).collect();
    assert_eq!(codes, ["MIG0126"]);
}

#[test]
fn functions_within_the_limits_compile() {
    let functions: String = (1..=60).map(|n| format!("fn f{n}(x: text) = trim(f{}(x))\n", n - 1)).collect();
    let text = format!("migration m\nfn f0(x: text) = x\n{functions}{ENDS}map s -> t {{ b = f60(a) }}\n");
    assert_eq!(told(&check(&text)), [""; 0]);
}

#[test]
fn a_file_that_is_missing_is_one_finding() {
    let text = "migration m\nuse \"kodes.mig\"\nsource s = csv(\"s.csv\") { a: Email, k: text, c: text }\n\
                target t = csv(\"t.csv\") { b: text, k: Kind, c: text, d: text }\n\
                map s -> t {\n  let r = countries[c] else reject none\n  b = short(a)\n  k = Kind(k)\n  c = r.name\n  d = prefix\n}\n\
                test \"x\" {\n  given countries { code: \"x\" }\n  given s { a: \"x\" }\n  then rejected none\n}\n";
    let missing = Unread { why: "does not exist".to_owned(), meant: Some("codes.mig".to_owned()) };
    let files = Files::load("m.mig", text, &|_, _| Err(missing.clone()));
    let found = compile_files(&files, &BTreeMap::new());
    assert_eq!(told(&found), ["MIG0026 \"kodes.mig\" does not exist"]);
    assert!(mended(text, &found.diagnostics[0]).contains("use \"codes.mig\"\n"));
}

#[test]
fn a_type_or_function_that_could_not_be_read_is_not_unknown() {
    let text = format!("migration m\ntype Email text(5)\nfn twice(x: text) x\n{ENDS}map s -> t {{ b = twice(a) }}\n");
    let text = text.replace("a: text }", "a: Email }");
    let found = check(&text);
    assert!(found.diagnostics.iter().all(|d| d.rule.code < "MIG0100"), "{:?}", told(&found));
}

/// A spec with a column of a closed set, and a map.
fn of_set(nullable: &str, head: &str, stmts: &str) -> String {
    format!(
        "migration m\nsource s = csv(\"s.csv\") {{ k: one of \"alpha\", \"beta\"{nullable}, a: text }}\n\
         target t = csv(\"t.csv\") {{ b: text, n: int64 = 0 }}\n{head} {{\n{stmts}\n}}\n"
    )
}

#[test]
fn a_text_that_a_closed_set_does_not_have_is_found_wherever_it_is_compared() {
    for nullable in ["", "?"] {
        for (head, stmts, at) in [
            ("map s -> t", "  drop if k == \"alpa\" as x\n  b = a", "alpa"),
            ("map s -> t", "  drop if a == \"\" or k != \"alpa\" as x\n  b = a", "alpa"),
            ("map s -> t", "  drop if \"alpa\" == k as x\n  b = a", "alpa"),
            ("map s where k == \"alpa\" -> t", "  b = a", "alpa"),
            ("map s where k in [\"alpha\", \"alpa\"] -> t", "  b = a", "alpa"),
            ("map s -> t", "  b = match k { \"alpha\" => a, \"alpa\" => \"x\", else => \"y\" }", "alpa"),
            ("map s", "  -> t when k == \"alpa\" { b = a }\n  else drop as y", "alpa"),
            ("map s -> t", "  b = match { k == \"alpa\" => a, else => \"x\" }", "alpa"),
        ] {
            let text = of_set(nullable, head, stmts);
            let found = check(&text);
            let shown = places(&text, &found);
            let [(code, place)] = shown.as_slice() else { panic!("{text}\n{:?}", told(&found)) };
            assert!(*code == "MIG1102" && place.contains(at), "{text}\n{:?}", told(&found));
            let again = mended(&text, &found.diagnostics[0]);
            assert!(!again.contains("alpa\"") && again.contains("alpha"), "{again}");
        }
    }
}

#[test]
fn a_list_that_has_every_text_of_a_closed_set_decides_nothing() {
    let text = of_set("", "map s -> t", "  b = a\n  check source.k in [\"alpha\", \"beta\"] else reject e");
    let found = check(&text);
    assert_eq!(places(&text, &found), [("MIG1102", "source.k in [\"alpha\", \"beta\"]")]);
    assert_eq!(found.diagnostics[0].label, "this is always true");
}

#[test]
fn comparisons_that_can_hold_are_not_told_of() {
    let text = of_set(
        "?",
        "map s where k in [\"alpha\", \"beta\"] -> t",
        "  drop if k == \"alpha\" and a == \"x\" as x\n  b = match k { \"alpha\" => a, null => \"-\", else => \"y\" }\n  check b != \"z\" else reject z",
    );
    assert_eq!(told(&check(&text)), [""; 0]);
    // What a parameter decides, another run decides otherwise.
    let text = "migration m\nparam mode: text = \"full\"\n".to_owned()
        + ENDS
        + "map s -> t {\n  drop if mode == \"short\" and a == \"\" as x\n  drop if mode == \"other\" as y\n  b = a\n}\n";
    assert_eq!(told(&check(&text)), [""; 0]);
}

#[test]
fn what_earlier_lines_take_is_told_at_the_later_one() {
    let text = format!(
        "migration m\n{ENDS}map s -> t {{\n  drop if a == \"\" or a  ==  \"X\" as x\n  reject if a == \"X\" as y\n  reject if a == \"Y\" as z\n  b = a\n}}\n"
    );
    assert_eq!(places(&text, &check(&text)), [("MIG1107", "a == \"X\"")]);
}

#[test]
fn a_list_that_misses_a_code_is_told_of_unless_the_spec_says_what_happens() {
    let text = |value: &str| {
        format!(
            "migration m\ncodes C: text(1) {{ \"alpha\" => \"a\" }}\nsource s = csv(\"s.csv\") {{ k: one of \"alpha\", \"beta\" }}\n\
             target t = csv(\"t.csv\") {{ b: text(9)? }}\nmap s -> t {{ b = {value} }}\n"
        )
    };
    assert_eq!(told(&check(&text("C(k)"))), ["MIG1106 `C` has no row for \"beta\""]);
    for said in ["C(k) else reject E1 \"no\"", "C(k) else null", "C(k) else drop as other"] {
        assert_eq!(told(&check(&text(said))), [""; 0], "{said}");
    }
}

#[test]
fn a_spec_without_a_name_is_told_so_with_one_after_its_file() {
    let text = format!("{ENDS}map s -> t {{ b = a }}\n");
    let none = |_: &str, _: &str| Err("does not exist".to_owned().into());
    let found = compile_files(&Files::load("specs/branch-to-crm.mig", &text, &none), &BTreeMap::new());
    assert_eq!(told(&found), ["MIG1109 the ledger of a run does not say what has run"]);
    assert!(!found.failed());
    let again = mended(&text, &found.diagnostics[0]);
    assert!(again.starts_with("migration branch_to_crm\nsource s"));
    assert_eq!(told(&check(&again)), [""; 0]);
}

#[test]
fn a_code_that_no_map_gives_is_unknown_in_a_test() {
    let text = |then: &str| {
        format!(
            "migration m\n{ENDS}map s -> t {{\n  drop if a == \"x\" as obsolete\n  reject if a == \"y\" as bad_country\n  b = a\n  \
             check b != \"w\" else warn \"w\"\n}}\ntest \"t\" {{\n  given s {{ a: \"x\" }}\n  then {then}\n}}\n"
        )
    };
    for (wrong, right) in
        [("dropped obsolet", "obsolete"), ("rejected bad_contry", "bad_country"), ("warned chek", "check")]
    {
        let text = text(wrong);
        let found = check(&text);
        let codes: Vec<&str> = found.diagnostics.iter().map(|d| d.rule.code).collect();
        assert_eq!(codes, ["MIG0101"], "{:?}", told(&found));
        assert!(mended(&text, &found.diagnostics[0]).contains(&format!("{right}\n}}")), "{right}");
    }
    // A code of another kind is no better.
    assert_eq!(told(&check(&text("rejected obsolete"))), ["MIG0101 no map rejects a record as `obsolete`"]);
    for right in ["dropped obsolete", "rejected bad_country", "warned check", "dropped", "rejected", "apart"] {
        assert_eq!(told(&check(&text(right))), [""; 0], "{right}");
    }
}

#[test]
fn names_in_gates_and_tests_have_an_edit() {
    let with = |more: &str| {
        format!(
            "migration m\nsource srcs = csv(\"s.csv\") {{ amount: int64 }}\ntarget trgt = csv(\"t.csv\") {{ total: int64 }}\n\
                 map srcs -> trgt {{ total = amount }}\n{more}\n"
        )
    };
    for (more, right) in [
        ("conserve srs.amount in trgt.total", "conserve srcs.amount"),
        ("conserve srcs.amout in trgt.total", "srcs.amount in"),
        ("conserve srcs.amount in trg.total", "in trgt.total"),
        ("conserve srcs.amount in trgt.totl", "trgt.total\n"),
        ("expect trg { rejected == 0 }", "expect trgt"),
        ("expect trgt { rejectd == 0 }", "{ rejected"),
        ("expect trgt { sume(total) == 0 }", "{ sum("),
        ("expect trgt { sum(totl) == 0 }", "sum(total)"),
        ("test \"t\" {\n  given srs { amount: \"1\" }\n  then trgt { total: 1 }\n}", "given srcs"),
        ("test \"t\" {\n  given srcs { amout: \"1\" }\n  then trgt { total: 1 }\n}", "{ amount"),
        ("test \"t\" {\n  given srcs { amount: \"1\" }\n  then trg { total: 1 }\n}", "then trgt"),
        ("test \"t\" {\n  given srcs { amount: \"1\" }\n  then trgt { totl: 1 }\n}", "{ total: 1"),
    ] {
        let text = with(more);
        let found = check(&text);
        assert_eq!(found.diagnostics.len(), 1, "{more}: {:?}", told(&found));
        let again = mended(&text, &found.diagnostics[0]);
        assert!(again.contains(right), "{again}");
        assert_eq!(told(&check(&again)), [""; 0], "{again}");
    }
}

#[test]
fn explanations_name_every_type_and_option() {
    let of = |code: &str| rules::all().into_iter().find(|r| r.code == code).unwrap().explanation;
    let word = |text: &str, word: &str| text.contains(&format!("`{word}`")) || text.contains(&format!("`{word}("));
    let types = of("MIG0106");
    for name in migc_compiler::type_words() {
        assert!(word(types, name), "MIG0106 does not name the type {name}");
    }
    let options = of("MIG0111");
    for name in migc_compiler::format_words() {
        assert!(word(options, name), "MIG0111 does not name {name}");
    }
}

#[test]
fn a_list_of_fifty_thousand_codes_is_checked_soon() {
    let mut text = "migration m\ncodes C : text {\n".to_owned();
    for n in 0..50_000 {
        let _ = writeln!(text, "  \"c{n}\" => \"t{n}\"");
    }
    text += "}\nsource s = csv(\"s.csv\") { a: text, k: C }\ntarget t = csv(\"t.csv\") { b: C, k: C }\nmap s -> t {\n  b = C(a)\n  k = k\n}\n";
    let started = Instant::now();
    let found = check(&text);
    assert_eq!(told(&found), [""; 0]);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

/// A spec of about ten thousand lines; with a wrong name in every fifth map line.
fn large(wrong: bool) -> String {
    let (maps, columns) = (150, 20);
    let mut text = "migration large\n".to_owned();
    for m in 0..maps {
        let _ = writeln!(text, "source s{m} = csv(\"s{m}.csv\") {{");
        for c in 0..columns {
            let _ = writeln!(text, "  column_{c} : text(20) from \"Column {c}\"");
        }
        let _ = writeln!(text, "}}\ntarget t{m} = csv(\"t{m}.csv\") {{");
        for c in 0..columns {
            let _ = writeln!(text, "  out_{c} : text(40)");
        }
        let _ = writeln!(text, "}}\nmap s{m} -> t{m} {{");
        for c in 0..columns {
            let name = if wrong && c % 3 == 0 { "colunm" } else { "column" };
            let _ = writeln!(text, "  out_{c} = {name}_{c} |> trim |> upper");
        }
        text += "}\n";
    }
    text
}

#[test]
fn ten_thousand_lines_are_checked_soon() {
    for (wrong, most) in [(false, 0), (true, 1_050)] {
        let text = large(wrong);
        assert!(text.lines().count() > 9_500);
        let started = Instant::now();
        let found = check(&text);
        assert_eq!(found.diagnostics.len(), most, "{:?}", told(&found).first());
        // Generous: what is quadratic takes minutes.
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    }
}
