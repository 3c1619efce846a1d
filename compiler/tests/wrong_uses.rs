//! One mistake is one finding, at its place, and what the finding offers mends it.

use std::collections::BTreeMap;

use migc_compiler::compile;
use migc_grammar::diagnostic::Diagnostic;

fn check(text: &str) -> Vec<Diagnostic> {
    compile(text, &BTreeMap::new()).diagnostics
}

fn shown(text: &str, d: &Diagnostic) -> String {
    format!("{} {}", d.rule.code, text.get(d.span.range()).unwrap_or_default())
}

fn help(d: &Diagnostic) -> &str {
    d.help.as_ref().map_or("", |h| &h.text)
}

/// The one finding of a text.
#[track_caller]
fn one(text: &str, place: &str) -> Diagnostic {
    let found = check(text);
    let all: Vec<String> = found.iter().map(|d| shown(text, d)).collect();
    assert_eq!(all, [place], "{text}\n{:?}", found.iter().map(|d| &d.label).collect::<Vec<_>>());
    found.into_iter().next().unwrap()
}

/// One finding, whose edit leaves none.
#[track_caller]
fn mends(text: &str, place: &str, edit: &str) {
    let d = one(text, place);
    let (span, new) = d.help.as_ref().and_then(|h| h.edit.clone()).unwrap_or_else(|| panic!("no edit: {}", help(&d)));
    assert_eq!(new, edit, "{text}");
    let mut mended = text.to_owned();
    mended.replace_range(span.range(), &new);
    let left: Vec<String> = check(&mended).iter().map(|d| shown(&mended, d)).collect();
    assert_eq!(left, [""; 0], "{mended}");
}

/// One finding without an edit, whose help has these words.
#[track_caller]
fn says(text: &str, place: &str, words: &str) {
    let d = one(text, place);
    assert!(help(&d).contains(words), "{text}\n{}", help(&d));
}

const HEAD: &str = "migration m\n\
    codes C: text(1) { \"x\" => \"A\", \"y\" => \"B\" }\n\
    fn twice(it: int64) = it + it\n\
    source s = csv(\"s.csv\") { a: text, k: int64, n: int64?, y: bool as \"J/N\", d: date, m: text? }\n\
    reference r = csv(\"r.csv\") { part: int64, site: text, v: text, key (part, site) }\n\
    target t = csv(\"t.csv\") { a: text, k: int64, n: int64?, y: bool, d: date, m: text? }\n";

/// A map of all columns with these lines before them.
fn with(lines: &str) -> String {
    format!("{HEAD}map s -> t {{\n  {lines}\n  copy *\n}}\n")
}

/// A map that assigns a column.
fn assigns(column: &str, value: &str) -> String {
    format!(
        "{HEAD}map s -> t {{\n  drop if k < 0 or a == \"\" as x\n  copy * except {column}\n  {column} = {value}\n}}\n"
    )
}

#[test]
fn literals_of_another_type() {
    for (line, place, edit) in [
        ("drop if k >= \"10\" as x", "MIG0105 k >= \"10\"", "10"),
        ("drop if y == \"J\" as x", "MIG0105 y == \"J\"", "y"),
        ("drop if y == \"N\" as x", "MIG0105 y == \"N\"", "not y"),
        ("drop if y != 1 as x", "MIG0105 y != 1", "not y"),
        ("drop if d < \"2024-01-01\" as x", "MIG0105 d < \"2024-01-01\"", "2024-01-01"),
        ("drop if d < \"1.2.2024\" as x", "MIG0105 d < \"1.2.2024\"", "2024-02-01"),
        ("drop if a == 5 as x", "MIG0105 a == 5", "\"5\""),
        ("drop if d in \"2000-01-01\" ..= \"2001-01-01\" as x", "MIG0105 \"2000-01-01\"", "2000-01-01 ..= 2001-01-01"),
        ("drop if k in [\"1\"] as x", "MIG0105 \"1\"", "1"),
        ("drop if n == null as x", "MIG0105 n == null", "n is null"),
        ("drop if n != null as x", "MIG0105 n != null", "n is not null"),
    ] {
        mends(&with(line), place, edit);
    }
    for (column, value, place, edit) in [
        ("k", "n ?? \"0\"", "MIG0105 \"0\"", "0"),
        ("k", "\"12\"", "MIG0105 \"12\"", "12"),
        ("a", "5", "MIG0105 5", "\"5\""),
        ("k", "match a { \"x\" => 1, else => \"2\" }", "MIG0105 \"2\"", "2"),
        ("k", "k + \"1\"", "MIG0105 \"1\"", "1"),
    ] {
        let text = assigns(column, value);
        let d = one_of_place(&text, place);
        assert_eq!(d.help.unwrap().edit.unwrap().1, edit, "{text}");
    }
}

/// The finding at a place; other columns may be left over by the value.
#[track_caller]
fn one_of_place(text: &str, place: &str) -> Diagnostic {
    let found = check(text);
    let at = found.into_iter().find(|d| shown(text, d) == place);
    at.unwrap_or_else(|| panic!("{place}: {:?}", check(text).iter().map(|d| shown(text, d)).collect::<Vec<_>>()))
}

#[test]
fn what_can_never_be() {
    for (line, place, edit) in [
        ("drop if k in 50 ..= 1 as x", "MIG0127 50 ..= 1", "1 ..= 50"),
        (
            "drop if d in 2024-12-31 ..= 1900-01-01 as x",
            "MIG0127 2024-12-31 ..= 1900-01-01",
            "1900-01-01 ..= 2024-12-31",
        ),
    ] {
        mends(&with(line), place, edit);
    }
    let matched = |arms: &str| {
        format!("{HEAD}map s -> t {{\n  copy k, n, y, d, m\n  a = match k {{ {arms} }}\n  check source.a != \"\"\n}}\n")
    };
    says(&matched("1 => \"a\", else => \"b\", 2 => \"c\""), "MIG0127 2 => \"c\"", "last");
    says(&matched("1 => \"a\", 1 => \"b\", else => \"c\""), "MIG0127 1", "take one");
    mends(&matched("9 ..= 1 => \"a\", else => \"c\""), "MIG0127 9 ..= 1", "1 ..= 9");
    says(&with("drop if k < 1 and k > 50 as x"), "MIG1102 k > 50", "`or`");
    says(&with("drop if n < 1 and n > 50 as x"), "MIG1102 n > 50", "`or`");
    says(&with("drop if k >= 1 or k <= 50 as x"), "MIG1102 k <= 50", "`and`");
    let gate = |gate: &str| format!("{}expect t {{ {gate} }}\n", with(""));
    mends(&gate("loaded in 10 ..= 8"), "MIG0127 10 ..= 8", "8 ..= 10");
    mends(&gate("loaded >= 1.000"), "MIG0125 1.000", "1_000");
    says(&gate("rejected <= 0.5"), "MIG0125 0.5", "percent");
    let fixed = "migration m\nsource s = fixed(\"s.txt\") { a: text at 1..1, b: text at 2..9 }\ntarget t = csv(\"t.csv\") { b: text }\n\
                 map s -> t {\n  drop if a == \"--\" as x\n  copy b\n}\n";
    one(fixed, "MIG1102 \"--\"");
    let form = "migration m\nsource s = csv(\"s.csv\") { a: decimal(9, 2) as \"1.234\" }\ntarget t = csv(\"t.csv\") { a: decimal(9, 2) }\nmap s -> t { copy a }\n";
    one(form, "MIG0108 \"1.234\"");
}

#[test]
fn values_that_a_test_can_never_find() {
    let text = |then: &str| {
        format!(
            "migration m\ncodes C: text(2) {{ \"x\" => \"DE\", \"y\" => \"FR\" }}\n\
             source s = csv(\"s.csv\") {{ d: date, n: decimal(9, 2), c: text }}\n\
             target t = csv(\"t.csv\") {{ d: date, n: decimal(9, 2), c: C, e: date as \"%d.%m.%Y\" }}\n\
             map s -> t {{ copy d, n\n  c = C(c)\n  e = d }}\n\
             test \"t\" {{\n  given s {{ d: \"2024-01-01\", n: \"1\", c: \"x\" }}\n  then t {{ {then} }}\n}}\n"
        )
    };
    for (then, place, edit) in [
        ("d: \"03.07.1961\"", "MIG0124 \"03.07.1961\"", "1961-07-03"),
        ("n: \"1.250,40\"", "MIG0124 \"1.250,40\"", "1250.40"),
        ("c: \"D\"", "MIG0124 \"D\"", "\"DE\""),
    ] {
        mends(&text(then), place, edit);
    }
    says(&text("n: 1.005"), "MIG0124 1.005", "number");
    one(&text("d: null"), "MIG0124 null");
    assert!(check(&text("d: 2024-01-01, n: 1, c: \"DE\", e: \"01.01.2024\"")).is_empty());
}

#[test]
fn lookups_and_references() {
    let looks = |lookup: &str| with(&format!("let x = {lookup} else reject none\n  drop if x.v == \"\" as y"));
    mends(&looks("r[a, k]"), "MIG0112 a, k", "k, a");
    mends(&looks("r(k, a)"), "MIG0107 r", "r[k, a]");
    mends(&looks("r[\"k\", a]"), "MIG0112 \"k\"", "k");
    mends(&looks("r[\"1\", a]"), "MIG0112 \"1\"", "1");
    says(&looks("vlookup(k, r, 2)"), "MIG0107 vlookup", "r[k]");
    let named = "migration m\nsource s = csv(\"s.csv\") { part: text, site: text }\n\
                 reference r = csv(\"r.csv\") { part: text, site: text, v: text, key (part, site) }\n\
                 target t = csv(\"t.csv\") { v: text }\n\
                 map s -> t {\n  let x = r[site, part] else reject none\n  v = x.v\n}\n";
    mends(named, "MIG0112 site, part", "part, site");
    let one_key = "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: text key, v: text }\n\
                   target t = csv(\"t.csv\") { v: text }\nmap s -> t {\n  let x = lookup(r, a) else reject none\n  v = x.v\n}\n";
    mends(one_key, "MIG0107 lookup", "r[a]");
}

#[test]
fn names_that_are_like_others() {
    mends(&assigns("a", "a |> mustfit"), "MIG0107 mustfit", "must_fit");
    mends(&assigns("k", "twise(k)"), "MIG0107 twise", "twice");
    says(&assigns("k", "twice(k, 1)"), "MIG0108 twice(k, 1)", "`twice(it: int64)`");
    let format = |name: &str| {
        format!(
            "migration m\nsource s = {name}(\"s\") {{ a: text at 1..3 }}\ntarget t = csv(\"t.csv\") {{ a: text }}\nmap s -> t {{ copy a }}\n"
        )
    };
    mends(&format("fixedwidth"), "MIG0111 fixedwidth", "fixed");
    let csv = |name: &str| format(name).replace(" at 1..3", "");
    mends(&csv("cvs"), "MIG0111 cvs", "csv");
    mends(&csv("json_lines"), "MIG0111 json_lines", "jsonl");
    says(&csv("excel"), "MIG0111 excel", "save each sheet as CSV");
    let zone = "migration m\nsource s = csv(\"s.csv\") { a: timestamp }\ntarget t = csv(\"t.csv\") { a: timestamptz }\n\
                map s -> t { a = a at zone \"Europe/Berln\" else reject x }\n";
    mends(zone, "MIG0108 \"Europe/Berln\"", "\"Europe/Berlin\"");
    mends(&zone.replace("Europe/Berln", "Berlin"), "MIG0108 \"Berlin\"", "\"Europe/Berlin\"");
    let day = |value: &str| {
        format!(
            "migration m\nsource s = csv(\"s.csv\") {{ a: text }}\ntarget t = csv(\"t.csv\") {{ a: text, d: date }}\nmap s -> t {{ copy a\n  d = {value} }}\n"
        )
    };
    mends(&day("today"), "MIG0101 today", "today()");
    mends(&day("date(a, \"d.m.yy\") else reject x"), "MIG0108 \"d.m.yy\"", "\"%-d.%-m.%y\"");
    mends(&day("date(a, \"%F\") else reject x"), "MIG0108 \"%F\"", "\"%Y-%m-%d\"");
    says(&day("date(a, \"%d.%m\") else reject x"), "MIG0108 \"%d.%m\"", "date(");
    let column = "migration m\nsource s = csv(\"s.csv\") { d: date as \"dd.mm.yyyy\" }\ntarget t = csv(\"t.csv\") { d: date }\nmap s -> t { copy d }\n";
    mends(column, "MIG0108 \"dd.mm.yyyy\"", "\"%d.%m.%Y\"");
}

#[test]
fn a_declaration_that_is_misspelt_is_told_of_where_it_stands() {
    let target = "migration m\nsource s = csv(\"s.csv\") { ship_date: date, a: text }\ntarget t = csv(\"t.csv\") { shipdate: date, a: text }\n\
                  map s -> t { copy ship_date, a }\n";
    mends(target, "MIG0101 shipdate", "ship_date");
    let function = "migration m\nfn tidi(x: text) = trim(x)\nsource s = csv(\"s.csv\") { a: text, b: text }\ntarget t = csv(\"t.csv\") { a: text, b: text }\n\
                    map s -> t {\n  a = tidy(a)\n  b = tidy(b)\n}\n";
    mends(function, "MIG0107 tidi", "tidy");
    let bound = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { x: text, y: text }\n\
                 map s -> t {\n  let shrt = trim(a)\n  x = short\n  y = upper(short)\n}\n";
    mends(bound, "MIG0101 shrt", "short");
    // A column's name is that of its file: its uses are wrong.
    let column = "migration m\nsource s = csv(\"s.csv\") { amount: text }\ntarget t = csv(\"t.csv\") { x: text, y: text }\n\
                  map s -> t { x = amout, y = amout }\n";
    let found = check(column);
    assert_eq!(found.iter().map(|d| shown(column, d)).collect::<Vec<_>>(), ["MIG0101 amout"; 2]);
}

#[test]
fn columns_of_maps() {
    let ends = "migration m\nsource s = csv(\"s.csv\") { a: text, paid: text, CCY: text? }\n";
    let target = "target t = csv(\"t.csv\") { a: text, paid: text, ccy: text? }\n";
    let map = |lines: &str| format!("{ends}{target}map s -> t {{\n  {lines}\n}}\n");
    mends(&map("ccy = CCY\n  copy a, payed"), "MIG0101 payed", "paid");
    mends(&map("copy a, paid\n  copy ccy"), "MIG0101 ccy", "ccy = CCY");
    says(&map("ccy = CCY\n  copy a"), "MIG0109 map s -> t", "`copy paid`");
    says(&map("ccy = CCY"), "MIG0109 map s -> t", "`copy a, paid`");
    one(&format!("{}expect t {{ count(paid == a) == 0 }}\n", map("ccy = CCY\n  copy a")), "MIG0109 map s -> t");
    let misses = check(&map("ccy = CCY\n  copy a, payed").replace("paid: text, CCY", "x: text, CCY"));
    assert!(!misses.is_empty());
    let other = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text, status: text }\nmap s -> t { copy a }\n";
    let d = one(other, "MIG0109 map s -> t");
    assert!(!help(&d).contains("status ="), "{}", help(&d));
    let bound = "migration m\nsource s = csv(\"s.csv\") { SHIP_DT: text }\ntarget t = csv(\"t.csv\") { ship_date: text }\n\
                 map s -> t { let ship_date = SHIP_DT |> trim }\n";
    let d = one_of_place(bound, "MIG0109 map s -> t");
    assert!(help(&d).contains("`copy ship_date`"), "{}", help(&d));
    let except = "migration m\nsource s = csv(\"s.csv\") { a: text, seen: text }\ntarget t = csv(\"t.csv\") { a: text, seen: text }\n\
                  map s -> t {\n  copy * except sean\n  seen = trim(seen)\n}\n";
    mends(except, "MIG0101 sean", "seen");
    one(&with("").replace("copy *", "copy * except foo"), "MIG0101 foo");
    let clean = "migration m\nsource s = csv(\"s.csv\") { a: text, ccy: text }\ntarget t = csv(\"t.csv\") { a: text }\n\
                 map s -> t {\n  ccy = upper(ccy)\n  a = \"{a} {ccy}\"\n}\n";
    mends(clean, "MIG0101 ccy", "clean ccy |> upper");
}

#[test]
fn operators_of_other_languages() {
    mends(&assigns("k", "n || 1"), "MIG0105 n || 1", " ?? ");
    mends(&assigns("a", "m or \"-\""), "MIG0105 m or \"-\"", " ?? ");
    mends(&assigns("a", "a | must_fit"), "MIG0119 a | must_fit", " |> ");
    mends(&assigns("a", "a & \" x\""), "MIG0119 a & \" x\"", "\"{a} x\"");
    let d = one_of_place(&assigns("k", "1 + a"), "MIG0105 a");
    assert!(help(&d).contains("int64(a)"), "{}", help(&d));
}

#[test]
fn a_mistake_in_a_condition_says_nothing_of_what_it_excludes() {
    let map = |cond: &str| {
        format!(
            "migration m\nsource s = csv(\"s.csv\") {{ y: bool as \"J/N\", m: text?, z: text }}\ntarget t = csv(\"t.csv\") {{ m: text, y: bool }}\n\
             map s where {cond} -> t {{ copy m, y }}\n"
        )
    };
    one_of_place(&map("y == \"J\" and m is not null and z != \"\""), "MIG0105 y == \"J\"");
    one(&map("y == \"J\" and m is not null and z != \"\""), "MIG0105 y == \"J\"");
    one(&map("z != \"\" and m != null"), "MIG0105 m != null");
    one(&map("z != \"\" and m is not null and q"), "MIG0101 q");
    let broken = map("y and m is not null and z != \"\"").replace("y: bool as \"J/N\"", "y: bol as \"J/N\"");
    let found = check(&broken);
    assert_eq!(found.len(), 1, "{:?}", found.iter().map(|d| &d.label).collect::<Vec<_>>());
}

#[test]
fn a_wrong_default_is_one_finding() {
    let text = "migration m\nsource s = csv(\"s.csv\") { a: text, n: int64 }\ntarget t = csv(\"t.csv\") { a: text, n: int64 = \"0\" }\n\
                map s -> t { copy a }\nconserve s.n in t.n\n";
    mends(text, "MIG0105 \"0\"", "0");
}

#[test]
fn a_type_is_checked_by_itself_and_once() {
    let text = |body: &str, used: &str| {
        format!(
            "migration m\ntype E = text(9) {{\n  {body}\n}}\nsource s = csv(\"s.csv\") {{ a: {used}, b: {used} }}\n\
             target t = csv(\"t.csv\") {{ a: {used}, b: {used} }}\nmap s -> t {{ copy a, b }}\n"
        )
    };
    for used in ["text", "E"] {
        mends(&text("clean value |> trim", used), "MIG0101 value", "it");
        one(&text("clean it |> trim |> length", used), "MIG0105 it |> trim |> length");
        one(&text("check it matches r\"[a-z{2,}\"", used), "MIG0108 r\"[a-z{2,}\"");
        one(&text("check itt != \"\"", used), "MIG0101 itt");
    }
    let gates = format!("{}map s where k > 0 -> t {{\n  copy *\n}}\nexpect t {{ max(kk) <= 1 }}\n", with(""));
    one(&gates, "MIG0101 kk");
}

#[test]
fn a_code_that_no_step_has_is_not_taken_for_another() {
    let text = |code: &str| {
        format!(
            "migration m\nsource s = csv(\"s.csv\") {{ a: text }}\ntarget t = csv(\"t.csv\") {{ a: text }}\n\
             map s -> t {{\n  reject if a == \"\" as no_name\n  copy a\n}}\n\
             test \"t\" {{\n  given s {{ a: \"\" }}\n  then rejected {code}\n}}\n"
        )
    };
    mends(&text("no_nam"), "MIG0101 no_nam", "no_name");
    let d = one(&text("no_rate"), "MIG0101 no_rate");
    assert!(d.help.as_ref().is_some_and(|h| h.edit.is_none()) && help(&d).contains("no step"), "{}", help(&d));
}

#[test]
fn null_into_a_closed_set_offers_a_text_of_it() {
    let text = "migration m\nsource s = csv(\"s.csv\") { c: one of \"A\", \"B\"? }\ntarget t = csv(\"t.csv\") { c: one of \"A\", \"B\" }\n\
                map s -> t { c = c }\n";
    says(text, "MIG0104 c", "?? \"A\"");
}

#[test]
fn options_are_told_of_where_they_stand() {
    let fixed = "migration m\nsource s = fixed(\"s.txt\", record_length: 5) { a: text at 1..6 }\ntarget t = csv(\"t.csv\") { a: text }\nmap s -> t { copy a }\n";
    one(fixed, "MIG0140 5");
    let layout = "migration m\nsource s = gds(\"s.gds\", dbu: 1) { a: layer 1/0 }\ntarget t = gds(\"t.gds\", dbu: 1nm) { b: layer 1/0 }\nmap s -> t { b = a }\n";
    one(layout, "MIG0114 1");
    let mapped = layout.replace("dbu: 1)", "dbu: 1nm)");
    let forgotten = one(&mapped.replace("b = a", ""), "MIG0109 map s -> t");
    assert!(help(&forgotten).contains("`b = a`"), "{}", help(&forgotten));
    mends(&mapped.replace("a: layer", "aaaa: layer").replace("b = a", "b = aaab"), "MIG0101 aaab", "aaaa");
}

#[test]
fn what_stands_in_the_wrong_order() {
    let conserve = format!("{}conserve t.k in s.k\n", with(""));
    mends(&conserve, "MIG0113 t.k in s.k", "s.k in t.k");
    let map = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text }\nmap t -> s { copy a }\n";
    mends(map, "MIG0113 t -> s", "s -> t");
    let gate = format!("{}expect t {{ max(k) <= 1,000,000, loaded >= 1 }}\n", with(""));
    mends(&gate, "MIG0125 1,000,000", "1_000_000");
    let forgotten = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  short = trim(a)\n  b = short\n}\n";
    mends(forgotten, "MIG0101 short", "let ");
    let json = "migration m\nsource s = jsonl(\"s.jsonl\") { a: text from \"$.x.a\", b: text path \"$.a.b\" }\n\
                target t = csv(\"t.csv\") { a: text, b: text }\nmap s -> t { copy a, b }\n";
    mends(json, "MIG0119 \"$.x.a\"", "path");
    let default = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text, b: text(4) as \"club\" }\nmap s -> t { copy a }\n";
    mends(default, "MIG0108 \"club\"", "=");
    let key = "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: text unique, v: text }\n\
               target t = csv(\"t.csv\") { v: text }\nmap s -> t {\n  let x = r[a] else reject none\n  v = x.v\n}\n";
    mends(key, "MIG0119 unique", "key");
    let file = "migration m\nsource s = csv(\"{year}.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text, y: text }\nmap s -> t { copy a\n  y = file.year }\n";
    mends(file, "MIG0101 year", "*year");
}

#[test]
fn a_name_that_is_nowhere_is_told_of_once() {
    let text = "migration m\nsource s = csv(\"s.csv\") { a: Email, b: Email }\ntarget t = csv(\"t.csv\") { a: text, b: text }\n\
                map s -> t { a = tidy(a), b = tidy(b) }\n";
    let found = check(text);
    let all: Vec<String> = found.iter().map(|d| shown(text, d)).collect();
    assert_eq!(all, ["MIG0106 Email", "MIG0107 tidy"]);
}

#[test]
fn a_filter_of_elements_is_told_of_once() {
    let text = "migration m\nsource s = csv(\"s.csv\") { no: text, l: list<{k: text, n: text}> from \"K {n}\", \"N {n}\" up to 3 }\n\
                target t = csv(\"t.csv\") { no: text, k: text, n: text }\n\
                map s -> t {\n  explode l as e where k != \"-\" else drop as none\n  copy no\n  k = e.k\n  n = e.n\n}\n";
    one(text, "MIG0101 k");
}

#[test]
fn a_test_stops_where_its_reference_cannot_be_read() {
    let text = "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: text key, v: decimal(9, 3) }\n\
                target t = csv(\"t.csv\") { v: decimal(9, 3) }\nmap s -> t {\n  let x = r[a] else reject none\n  v = x.v\n}\n\
                test \"t\" {\n  given r { k: \"CHF\", v: \"0,945\" }\n  given s { a: \"CHF\" }\n  then t { v: 0.945 }\n}\n";
    let compiled = compile(text, &BTreeMap::new());
    let plan = compiled.plan.unwrap();
    let verdicts = migc_compiler::trial::run(&plan, &compiled.trials, &mut migc_compiler::trial::Coverage::default());
    let failures: Vec<&str> = verdicts[0].failures.iter().map(|(_, what)| what.as_str()).collect();
    let [one] = failures.as_slice() else { panic!("{failures:?}") };
    assert!(one.starts_with("`v` is not a number"), "{one}");
}

#[test]
fn an_assignment_to_a_name_of_the_source_is_mended_on_its_left() {
    let text = "migration m\nsource s = csv(\"s.csv\") { custno: text }\ntarget t = csv(\"t.csv\") { cust_no: text }\n\
                map s -> t { custno = trim(custno) }\n";
    mends(text, "MIG0101 custno", "cust_no");
}
