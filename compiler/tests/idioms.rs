//! What people write who know other tools: one mistake is one finding, at its place, and what the finding offers mends it.

use std::collections::BTreeMap;

use migc_compiler::compile;

const SOURCE: &str = "migration m\nsource s = csv(\"s.csv\") { a: text, b: text, n: int64 }\n";
const TARGET: &str = "target t = csv(\"t.csv\") { a: text?, b: text, n: int64 }\n";

/// The codes of what is found, and the text with everything done that is offered.
fn mend(text: &str) -> (Vec<String>, String) {
    let found = compile(text, &BTreeMap::new()).diagnostics;
    let mut edits: Vec<_> = found.iter().filter_map(|d| d.help.as_ref()?.edit.clone()).collect();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut mended = text.to_owned();
    for (span, new) in edits {
        mended.replace_range(span.range(), &new);
    }
    let shown = |d: &migc_grammar::diagnostic::Diagnostic| {
        format!("{} {:?}", d.rule.code, text.get(d.span.range()).unwrap_or_default())
    };
    (found.iter().map(shown).collect(), mended)
}

#[track_caller]
fn mends(text: &str, expected: &[&str]) {
    let (found, mended) = mend(text);
    assert_eq!(found, expected, "{text}");
    let (left, _) = mend(&mended);
    assert_eq!(left, [""; 0], "{mended}");
}

#[test]
fn in_a_map() {
    for (statements, expected) in [
        (
            "a = CASE WHEN b = \"x\" THEN \"y\" ELSE a END, copy b, n",
            "MIG0018 \"CASE WHEN b = \\\"x\\\" THEN \\\"y\\\" ELSE a END\"",
        ),
        ("a = case b when \"x\" then a end, copy b, n", "MIG0018 \"case b when \\\"x\\\" then a end\""),
        ("a = a || \"_\" || b, copy b, n", "MIG0105 \"a || \\\"_\\\" || b\""),
        ("a = a || b, copy b, n", "MIG0105 \"a || b\""),
        ("drop if n == 1 || n == 2 as x\n copy *", "MIG0016 \"||\""),
        ("var c = a\n a = c, copy b, n", "MIG0011 \"var\""),
        ("set a = a\n copy b, n", "MIG0011 \"set\""),
        ("clean b = trim(b)\n copy *", "MIG0001 \"b = trim(b)\""),
        ("clean b = replace(b, \"x\", \"y\")\n copy *", "MIG0001 \"b = replace(b, \\\"x\\\", \\\"y\\\")\""),
        ("a = a.trim(), copy b, n", "MIG0001 \".trim()\""),
        ("drop if n between 1 and 50 as x\n copy *", "MIG0001 \"between\""),
        ("drop if a in (\"x\", \"y\") as x\n copy *", "MIG0001 \"(\\\"x\\\", \\\"y\\\")\""),
        ("drop if n == 1 AND b == \"x\" as x\n copy *", "MIG0016 \"AND\""),
        ("a = a,, copy b, n", "MIG0001 \",\""),
        ("a = (match { b == a => NULL, else => a }), copy b, n", "MIG0016 \"NULL\""),
    ] {
        mends(&format!("{SOURCE}{TARGET}map s -> t {{ {statements} }}\n"), &[expected]);
    }
}

#[test]
fn in_a_column() {
    for (column, expected) in [
        ("a: text NOT NULL", "MIG0001 \"NOT NULL\""),
        ("a: text NULL", "MIG0001 \"NULL\""),
        ("a: text KEY", "MIG0001 \"KEY\""),
        ("a: text primary key", "MIG0001 \"primary key\""),
        ("a: text from Nazwa", "MIG0001 \"Nazwa\""),
        ("first name: text", "MIG0012 \"first name\""),
    ] {
        let name = if column.starts_with("first") { "`first name`" } else { "a" };
        let text = format!(
            "migration m\nsource s = csv(\"s.csv\") {{ {column}, b: text }}\ntarget t = csv(\"t.csv\") {{ a: text?, b: text }}\n\
             map s -> t {{ a = {name}, b = b }}\n"
        );
        mends(&text, &[expected]);
    }
    let fixed = "migration m\nsource s = fixed(\"s.txt\") { a: text at 1-5, b: text at 6..8 }\n\
                 target t = csv(\"t.csv\") { a: text, b: text }\nmap s -> t { copy a, b }\n";
    mends(fixed, &["MIG0001 \"-\""]);
}

#[test]
fn around_maps() {
    let routed = "target u = csv(\"u.csv\") { b: text }\nmap s { -> t when n == 1 { copy a, b, n }\n -> u if n == 2 { copy b }\n else drop as x \"y\" }\n";
    mends(&format!("{SOURCE}{TARGET}{routed}"), &["MIG0001 \"if\""]);
    mends(&format!("{SOURCE}{TARGET}map s -> t when n == 1 {{ copy * }}\n"), &["MIG0001 \"when\""]);
    let whole = format!("{SOURCE}{TARGET}map s -> t {{ copy * }}\n");
    mends(&format!("{whole}conserve s.n = t.n\n"), &["MIG0001 \"s.n = t.n\""]);
    let codes = "codes C : text { \"D\" => \"DE\" else reject bad }\n";
    mends(&format!("{SOURCE}{TARGET}{codes}map s -> t {{ a = C(a), copy b, n }}\n"), &["MIG0001 \"else\""]);
    let test = "test \"x\" { given s { a: \"1\", b: \"2\", n: \"3\" }\n then reject x }\n";
    let text = format!("{SOURCE}{TARGET}map s -> t {{ reject if n == 3 as x\n copy * }}\n{test}");
    mends(&text, &["MIG0001 \"reject\""]);
}

#[test]
fn what_cannot_be_offered_is_one_finding_all_the_same() {
    let reference = "reference r = csv(\"r.csv\") { k: text key, v: text }\n";
    for (items, statements, expected) in [
        ("", "copy a |> must_fit, b, n", "MIG0001 \"|>\""),
        ("", "a = b, copy b, n\n a = b", "MIG0102 \"a\""),
        (reference, "a = r.v, copy b, n", "MIG0101 \"r\""),
        (
            "reference q = csv(\"r.csv\") { k: text, v: text }\n",
            "let x = q[a] else reject none\n a = x.v, copy b, n",
            "MIG0118 \"q\"",
        ),
        ("", "aa = a\n copy b, n", "MIG0101 \"aa\""),
        ("", "bb = a\n copy n, a = b", "MIG0101 \"bb\""),
        ("", "n = CAST(b AS BIGINT), copy a, b", "MIG0001 \"CAST(b AS BIGINT)\""),
        ("", "check n > 0 else reject \"bad\"\n copy *", "MIG0001 \"\\\"bad\\\"\""),
    ] {
        let (found, _) = mend(&format!("{SOURCE}{TARGET}{items}map s -> t {{ {statements} }}\n"));
        assert_eq!(found, [expected], "{statements}");
    }
    let (found, _) = mend(&format!("{SOURCE}{TARGET}map s -> tt {{ copy * }}\n"));
    assert_eq!(found, ["MIG0101 \"tt\""]);
    let list = "migration m\nsource s = csv(\"s.csv\") { a: text, items: list<{k: text, n: int64}> }\n\
                target t = csv(\"t.csv\") { a: text, k: text }\nmap s -> t { explode items as it else drop as none\n copy a, k = it.k }\n";
    assert_eq!(mend(list).0, ["MIG0001 \"items: list<{k: text, n: int64}>\""]);
    let narrow = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text(3) }\nmap s -> t { copy a }\n";
    let found = compile(narrow, &BTreeMap::new()).diagnostics;
    let help = found.first().and_then(|d| d.help.as_ref()).map(|h| h.text.as_str());
    assert!(help.is_some_and(|h| h.contains("take `a` out of the `copy`")), "{help:?}");
}

#[test]
fn words_and_signs_of_other_languages_in_a_map() {
    for (statements, expected) in [
        ("a <- a\n copy b, n", "MIG0011 \"<-\""),
        ("a -> a\n copy b, n", "MIG0011 \"a -> a\""),
        ("a as a\n copy b, n", "MIG0011 \"a as a\""),
        ("a: text = a\n copy b, n", "MIG0011 \": text\""),
        ("copy a b, n", "MIG0001 \"b\""),
        ("a\n copy b, n", "MIG0011 \"a\""),
        ("delete if n == 1 as gone\n copy *", "MIG0011 \"delete\""),
        ("join c = a\n a = c, copy b, n", "MIG0011 \"join\""),
        ("drop when n == 1 as gone\n copy *", "MIG0001 \"when\""),
        ("drop if n == 1 gone\n copy *", "MIG0001 \"gone\""),
        ("drop n == 1 as gone\n copy *", "MIG0001 \"n\""),
        ("drop if n == 1 as \"gone\"\n copy *", "MIG0001 \"\\\"gone\\\"\""),
        ("drop gone if n == 1 \"why\"\n copy *", "MIG0001 \"gone\""),
        ("drop if n === 1 as gone\n copy *", "MIG0001 \"===\""),
        ("drop if n =< 1 as gone\n copy *", "MIG0001 \"=<\""),
        ("drop if n lt 1 as gone\n copy *", "MIG0001 \"lt\""),
        ("drop if a is \"\" as gone\n copy *", "MIG0001 \"is\""),
        ("drop if a contains \"x\" as gone\n copy *", "MIG0001 \"a contains \\\"x\\\"\""),
        ("drop if a ilike \"%X%\" as gone\n copy *", "MIG0001 \"a ilike \\\"%X%\\\"\""),
        ("drop if a =~ r\"x\" as gone\n copy *", "MIG0016 \"=~\""),
        ("copy *\n check if n > 1 else reject low", "MIG0001 \"if\""),
        ("copy *\n check n => 1 else reject low", "MIG0001 \"=>\""),
        ("copy *\n check n > 0,00 else reject low", "MIG0001 \"0,00\""),
        ("copy *\n check n * .01 > 2 else reject low", "MIG0001 \".01\""),
        ("copy *\n check n > 1 else rejct low", "MIG0001 \"rejct\""),
        ("copy *\n check n > 1 else raise low", "MIG0001 \"raise\""),
        ("copy *\n check n > 1 esle reject low", "MIG0001 \"esle\""),
        ("copy *\n check n > 1 otherwise reject low", "MIG0001 \"otherwise\""),
        ("copy *\n check n > 1 else: reject low", "MIG0001 \"else:\""),
        ("copy *\n check n > 1 else low \"{n} is low\"", "MIG0001 \"low\""),
        ("copy *\n check n > 1, else reject low", "MIG0001 \",\""),
        ("copy *\n check n > 1 else drop low", "MIG0001 \"low\""),
        ("copy *\n check n > 1 else reject too-low", "MIG0001 \"too-low\""),
        ("drop if date(a) > 01.01.1900 as gone\n copy *", "MIG0001 \"01.01.1900\""),
        ("let c = a::text\n a = c, copy b, n", "MIG0001 \"a::text\""),
        ("let c = a as text\n a = c, copy b, n", "MIG0001 \"a as text\""),
        ("a = a.strip(), copy b, n", "MIG0001 \".strip()\""),
        ("a = f\"{a}\", copy b, n", "MIG0001 \"f\""),
        ("a = {{ a }}, copy b, n", "MIG0001 \"{{ a }}\""),
        ("a = switch b { \"x\" => \"y\", else => a }, copy b, n", "MIG0001 \"switch\""),
        ("a = match b { \"x\" -> \"y\", else -> a }, copy b, n", "MIG0001 \"->\""),
        ("a = match b { \"x\": \"y\", else: a }, copy b, n", "MIG0001 \":\""),
        ("a = match b { \"x\" => \"y\", _ => a }, copy b, n", "MIG0001 \"_\""),
        ("a = match n { 1..9 => \"y\", else => a }, copy b, n", "MIG0001 \"..\""),
        ("a = if n == 1 then b else a\n copy b, n", "MIG0018 \"if\""),
        ("a = n == 1 ? b : a\n copy b, n", "MIG0018 \"?\""),
        ("a = $a, copy b, n", "MIG0016 \"$\""),
        ("copy * exclude a\n a = a", "MIG0001 \"exclude\""),
    ] {
        mends(&format!("{SOURCE}{TARGET}map s -> t {{ {statements} }}\n"), &[expected]);
    }
}

#[test]
fn words_and_signs_of_other_languages_in_a_column() {
    for (column, expected) in [
        ("a: text fron \"A\"", "MIG0001 \"fron\""),
        ("a: text form \"A\"", "MIG0001 \"form\""),
        ("a: text nullif \"-\"", "MIG0001 \"nullif\""),
        ("a: text null if [\"-\", \"x\"]", "MIG0001 \"[\\\"-\\\", \\\"x\\\"]\""),
        ("a: text null if \"-\" or \"x\"", "MIG0001 \"or\""),
        ("a: text null when \"-\"", "MIG0001 \"when\""),
        ("a: text \"A\"", "MIG0001 \"\\\"A\\\"\""),
        ("a: text from \"A\", \"B\"", "MIG0001 \"from \\\"A\\\", \\\"B\\\"\""),
        ("a: text from \"A\" | \"B\"", "MIG0001 \"|\""),
        ("a: one of (\"A\", \"B\")", "MIG0001 \"(\\\"A\\\", \\\"B\\\")\""),
        ("a: oneof \"A\", \"B\"", "MIG0001 \"oneof\""),
        ("a: enum(\"A\", \"B\")", "MIG0001 \"enum(\\\"A\\\", \\\"B\\\")\""),
        ("a: optional text", "MIG0001 \"optional text\""),
        ("a: ?text", "MIG0001 \"?text\""),
        ("a: text[4]", "MIG0001 \"[4]\""),
        ("a text", "MIG0012 \"text\""),
    ] {
        let text = format!(
            "migration m\nsource s = csv(\"s.csv\") {{ {column}, b: text }}\ntarget t = csv(\"t.csv\") {{ a: text?, b: text }}\n\
             map s -> t {{ copy a, b }}\n"
        );
        mends(&text, &[expected]);
    }
}

#[test]
fn braces_and_names_that_are_missing() {
    let whole = format!("{SOURCE}{TARGET}map s -> t {{\n  copy *\n}}\n");
    for (right, wrong, expected) in [
        ("-> t {\n", "-> t\n", "MIG0005 \"\""),
        ("-> t {\n", "-> t {{\n", "MIG0005 \"{\""),
        ("-> t {\n", "-> t [\n", "MIG0005 \"[\""),
        ("map s -> t", "map s to t", "MIG0001 \"to\""),
        ("map s -> t", "map s => t", "MIG0001 \"=>\""),
        ("map s -> t", "map t <- s", "MIG0001 \"<-\""),
        ("csv(\"s.csv\")", "csv(\"s.csv\", delimiter = \";\")", "MIG0016 \"=\""),
        ("migration m\n", "migration my-files\n", "MIG0001 \"my-files\""),
        ("migration m\n", "migration \"m\"\n", "MIG0001 \"\\\"m\\\"\""),
        ("source s =", "source s:", "MIG0001 \":\""),
    ] {
        mends(&whole.replacen(right, wrong, 1), &[expected]);
    }
    for (items, expected) in [
        ("run  threads 4 }\n", "MIG0005 \"\""),
        ("run { thread 4 }\n", "MIG0001 \"thread 4\""),
        ("run { threads: 4 }\n", "MIG0001 \"threads: 4\""),
        ("run { threads 4, rejects out/rejects }\n", "MIG0001 \"out/rejects\""),
        ("expect t (\n  loaded > 0\n}\n", "MIG0005 \"(\""),
        (
            "test a title\" {\n  given s { a: \"1\", b: \"2\", n: \"3\" }\n  then t { n: 3 }\n}\n",
            "MIG0002 \"a title\\\"\"",
        ),
        ("test \"a title\" {\n  given s  a: \"1\", b: \"2\", n: \"3\" }\n  then t { n: 3 }\n}\n", "MIG0005 \"\""),
        (
            "test \"a title\" {\n  given s { a: \"1\", b: \"2\", n: \"3\" }\n  expect t { n: 3 }\n}\n",
            "MIG0001 \"expect\"",
        ),
    ] {
        mends(&format!("{whole}{items}"), &[expected]);
    }
    for (member, expected) in
        [("unique a keep first else reject twice", "MIG0012 \"a\""), ("key a, b", "MIG0012 \"a, b\"")]
    {
        let text = whole.replacen("n: int64 }\nmap", &format!("n: int64\n  {member}\n}}\nmap"), 1);
        mends(&text, &[expected]);
    }
    for (codes, expected) in [
        ("\"D\": \"DE\"", "MIG0001 \":\""),
        ("\"D\" => \"DE\",, \"A\" => \"AT\"", "MIG0001 \",\""),
        ("\"D\" => \"DE\" \"A\" => \"AT\"", "MIG0013 \"\\\"A\\\"\""),
        ("\"D\" => \"DE\", reject bad", "MIG0001 \"reject\""),
        ("\"D\" => \"DE\", else bad \"no such\"", "MIG0001 \"bad\""),
    ] {
        let other = if codes.contains("bad") { "" } else { " else reject bad" };
        let text =
            format!("{SOURCE}{TARGET}codes C : text {{ {codes} }}\nmap s -> t {{ a = C(a){other}, copy b, n }}\n");
        mends(&text, &[expected]);
    }
    let skipped = whole.replacen("n: int64 }", "n: int64\n  skip c \"why\"\n}", 1);
    mends(&skipped, &["MIG0012 \"skip\""]);
}

#[test]
fn what_cannot_be_read_leaves_its_names_in_scope() {
    for (source, statements, expected) in [
        (
            "items: list<{k: text}> from \"K {n}\" up to 99",
            "explode items as it else drop as none\n a = a, k = it.k",
            "MIG0001 \"99\"",
        ),
        (
            "items: list<{k: text}> from \"K {i}\" up to 9",
            "explode items as it else drop as none\n a = a, k = it.k",
            "MIG0001 \"\\\"K {i}\\\"\"",
        ),
        (
            "items: list<{k: text}> from \"K\" up to 9",
            "explode items as it else drop as none\n a = a, k = it.k",
            "MIG0001 \"\\\"K\\\"\"",
        ),
        (
            "items: array<{k: text}> from \"K {n}\" up to 9",
            "explode items as it else drop as none\n a = a, k = it.k",
            "MIG0001 \"array\"",
        ),
        (
            "items: list<{k: text}> from \"K {n}\" max 9",
            "explode items as it else drop as none\n a = a, k = it.k",
            "MIG0001 \"max\"",
        ),
        ("items: list<{k: text}> from \"K {n}\" up to 9", "explode items\n a = a, k = it.k", "MIG0001 \"\""),
        (
            "items: list<{k: text}> from \"K {n}\" up to 9",
            "for it in items else drop as none\n a = a, k = it.k",
            "MIG0011 \"for it in items\"",
        ),
        ("k: text?", "drop if k is nothing as gone\n copy a, k", "MIG0001 \"is\""),
        ("k: text?", "drop if k is null as \"no k at all\"\n copy a, k", "MIG0001 \"\\\"no k at all\\\"\""),
    ] {
        let text = format!(
            "migration m\nsource s = csv(\"s.csv\") {{\n  a: text\n  {source}\n}}\n\
             target t = csv(\"t.csv\") {{ a: text, k: text }}\nmap s -> t {{\n {statements}\n}}\n"
        );
        assert_eq!(mend(&text).0, [expected], "{text}");
    }
    for line in ["use codes.mig", "import codes", "use \"a\" as b"] {
        let text = format!("{SOURCE}{TARGET}{line}\nmap s -> t {{ a = C(a), copy b, n }}\n");
        assert_eq!(mend(&text).0.len(), 1, "{text}");
    }
    let nameless = "migration m\nsource = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text }\nmap s -> t { copy a }\n";
    assert_eq!(mend(nameless).0, ["MIG0001 \"source\""]);
}

#[test]
fn what_stands_once_is_told_of_twice() {
    let whole = format!("{SOURCE}{TARGET}map s -> t {{ copy * }}\n");
    for (items, expected) in [
        ("migration n\n", "MIG0102 \"migration n\""),
        ("run { threads 4 }\nrun { threads 2 }\n", "MIG0102 \"run { threads 2 }\""),
    ] {
        assert_eq!(mend(&format!("{whole}{items}")).0, [expected]);
    }
    let dollar = "migration m\nparam d: text\nsource s = csv(\"${d}/s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text }\nmap s -> t { copy a }\n";
    mends(dollar, &["MIG0016 \"$\""]);
    mends(&dollar.replace("${d}", "{d"), &["MIG0014 \"{\""]);
}
