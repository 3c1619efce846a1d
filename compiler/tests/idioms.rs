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
    let list = "migration m\nsource s = jsonl(\"s.jsonl\") { a: text, items: list<{k: text, n: int64}> }\n\
                target t = csv(\"t.csv\") { a: text, k: text }\nmap s -> t { explode items as it else drop as none\n copy a, k = it.k }\n";
    assert_eq!(mend(list).0, ["MIG0090 \"items\""]);
    let narrow = "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text(3) }\nmap s -> t { copy a }\n";
    let found = compile(narrow, &BTreeMap::new()).diagnostics;
    let help = found.first().and_then(|d| d.help.as_ref()).map(|h| h.text.as_str());
    assert!(help.is_some_and(|h| h.contains("take `a` out of the `copy`")), "{help:?}");
}
