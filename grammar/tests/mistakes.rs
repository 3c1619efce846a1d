//! Broken specs, and what is said about each: one finding a mistake, none that follows from another.

use migc_grammar::parse;
use migc_grammar::span::LineIndex;
use migc_grammar::tree::{Item, Member, Stmt};

fn findings(text: &str) -> Vec<String> {
    let lines = LineIndex::new(text);
    let found = parse(text).diagnostics;
    found
        .iter()
        .map(|d| {
            let (line, col) = lines.line_col(text, d.span.start);
            format!("{} {line}:{col} {}", d.rule.code, d.label)
        })
        .collect()
}

/// Statements of a map; the first stands on line 2, column 3.
const IN_MAP: &[(&str, &[&str])] = &[
    ("let x y", &["MIG0001 2:9 expected `=` after the new name, found `y`"]),
    ("x = y z", &["MIG0001 2:9 expected the end of the statement or an operator, found `z`"]),
    ("x =", &["MIG0001 2:6 expected a value, found the end of the statement"]),
    ("x = (y", &["MIG0005 2:7 this `(` is never closed"]),
    ("x = [1, 2", &["MIG0005 2:7 this `[` is never closed"]),
    ("x = f(y,, z)", &["MIG0001 2:11 `,` does not belong here"]),
    ("x = y +", &["MIG0001 2:10 expected a value, found the end of the statement"]),
    ("x => y", &["MIG0016 2:5 `=>` does not assign"]),
    ("x: y", &["MIG0011 2:4 `x` is assigned with `=`"]),
    (
        "drop if x == \"a\"",
        &["MIG0001 2:19 expected `as` and a reason after the condition, found the end of the statement"],
    ),
    ("drop x as gone", &["MIG0001 2:8 `if` is missing before this"]),
    (
        "reject if x <> 1 || y = 2 as odd",
        &[
            "MIG0016 2:15 `<>` is written `!=`",
            "MIG0016 2:20 `||` is written `or`",
            "MIG0016 2:25 `=` assigns; two values are compared with `==`",
        ],
    ),
    ("check x > 1 else rejekt CODE", &["MIG0001 2:20 `rejekt` is written `reject` here"]),
    ("check x > 1 reject CODE", &["MIG0001 2:15 `reject` stands behind `else` here"]),
    ("x = y else reject", &["MIG0001 2:20 expected a name, found the end of the statement"]),
    ("x = y else drop gone", &["MIG0001 2:19 `as` is missing before this"]),
    ("x = y if z else w", &["MIG0018 2:9 there is no conditional of this kind"]),
    ("x = match y { \"a\" => 1 \"b\" => 2 }", &["MIG0013 2:26 expected a comma or a new line before this arm"]),
    ("x = match y { \"a\" -> 1 }", &["MIG0001 2:21 an arm of a `match` is written with `=>`"]),
    ("x = 2023-02-29", &["MIG0009 2:7 this day does not exist"]),
    ("x = 1 < 2 < 3", &["MIG0022 2:13 comparisons do not chain"]),
    ("x = y |> 2", &["MIG0023 2:12 behind `|>` stands a function"]),
    ("x = a | b - c", &["MIG0019 2:11 `-` mixed with `&`, `|` or `^` needs parentheses"]),
    ("x = 'abc'", &["MIG0004 2:7 strings stand between straight double quotes"]),
    ("x = \"a {1} b\"", &["MIG0014 2:10 an interpolation starts with a name"]),
    ("x = \"a } b\"", &["MIG0014 2:10 this `}` closes no interpolation"]),
    ("x = y @ z", &["MIG0003 2:9 `@` means nothing here"]),
    ("x = y; z = w", &["MIG0016 2:8 a statement ends with its line, without `;`"]),
    ("copy a b", &["MIG0001 2:10 `,` is missing before this"]),
    ("clean name", &["MIG0001 2:9 expected a column's name and a pipe after `clean`"]),
    ("snap exact variants < 3", &["MIG0001 2:23 `<` is written `<=` here"]),
    ("claen name |> trim", &["MIG0011 2:3 `claen` begins no statement of a map"]),
    ("set x = y", &["MIG0011 2:3 a column is assigned without a word before it"]),
    ("x = y)", &["MIG0006 2:8 this `)` closes nothing"]),
    ("x = !y", &["MIG0016 2:7 negation is the word `not`"]),
    ("if x { y = z }", &["MIG0011 2:3 a map has no `if`"]),
];

/// Members of a source; the first stands on line 2, column 3.
const IN_SOURCE: &[(&str, &[&str])] = &[
    ("a text", &["MIG0012 2:5 expected `:` after the column's name"]),
    ("a = text", &["MIG0012 2:5 expected `:` after the column's name"]),
    ("a:", &["MIG0001 2:5 expected a name of a type after `:`, found the end of the statement"]),
    ("a: text(x)", &["MIG0001 2:11 expected a number, found `x`"]),
    ("a: text(10", &["MIG0005 2:10 this `(` is never closed"]),
    ("a: text b: text", &["MIG0013 2:11 expected a comma or a new line before `b`"]),
    ("a: text else null as \"%d\"", &["MIG0001 2:21 `as` stands too late"]),
    ("a: text as", &["MIG0001 2:13 expected a string, found the end of the statement"]),
    ("a: NVARCHAR2(10)", &["MIG0017 2:6 the type `NVARCHAR2` is called `text` here"]),
    ("a: number(12, 2)", &["MIG0017 2:6 the type `number` is called `decimal` here"]),
    ("ignore a, b", &["MIG0021 2:14 expected a string that says why"]),
    ("identify a", &["MIG0001 2:12 `by` is missing before this"]),
    ("m: layer 66", &["MIG0001 2:12 expected layer numbers such as `66/20`, found `66`"]),
    ("m: layer 66/70000", &["MIG0020 2:12 layer and datatype numbers end at 65535"]),
    ("m: layer 66/20 label x", &["MIG0001 2:18 `label` is written `labels` here"]),
    ("m: border 235/0", &["MIG0012 2:6 `border` is called `boundary` here"]),
    ("m: layer 5/9..2", &["MIG0020 2:12 the range `9..2` is empty"]),
];

/// Whole files.
const FILES: &[(&str, &[&str])] = &[
    ("migration\n", &["MIG0001 1:10 expected a name, found the end of the statement"]),
    ("param x\n", &["MIG0001 1:8 expected `:` and a type after the parameter's name, found the end of the statement"]),
    ("param x: text = \n", &["MIG0001 1:16 expected a value, found the end of the statement"]),
    ("source a csv(\"a\") { x: text }\n", &["MIG0001 1:10 `=` is missing before this"]),
    ("map a b { x = y }\n", &["MIG0001 1:7 expected `->` after the source's name, found `b`"]),
    ("map a -> { x = y }\n", &["MIG0001 1:9 expected a name on both sides of `->`, found the end of the statement"]),
    ("map a -> b\n", &["MIG0001 1:11 expected `{` and the statements of the map, found the end of the statement"]),
    (
        "codes C { \"a\" => \"b\" }\n",
        &["MIG0001 1:8 expected `:` and the type of the right sides after the name, found the end of the statement"],
    ),
    (
        "codes C : text { \"a\" -> \"b\", c => \"d\" }\n",
        &["MIG0016 1:22 a row of codes is written with `=>`", "MIG0025 1:30 both sides of a row of codes are strings"],
    ),
    ("map a -> b {\n  x = y\n\nmap c -> d {\n  x = y\n}\n", &["MIG0005 1:12 this `{` is never closed"]),
    ("map a -> b {\n  x = y\n}}\nmap c -> d { x = y }\n", &["MIG0006 3:2 this `}` closes nothing"]),
    ("sink b = csv(\"b\") { x: text }\n", &["MIG0010 1:1 `sink` begins no statement"]),
    ("souce b = csv(\"b\") { x: text }\n", &["MIG0010 1:1 `souce` begins no statement"]),
    ("x = y\n", &["MIG0010 1:1 `x` begins no statement"]),
    ("17;Miller;London\n", &["MIG0001 1:1 this looks like a line of data, not of a spec"]),
    ("source a = csv(\"a\") [\n  x: text\n}\n", &["MIG0005 1:21 `[` is closed by `}`"]),
    ("map a -> b\n  x = y\n}\n", &["MIG0005 1:11 `{` is missing here"]),
    ("map a -> b {{\n  x = y\n}\n", &["MIG0005 1:13 this `{` stands twice"]),
    ("source a = csv(\"a\"} { x: text }\n", &["MIG0005 1:19 `(` is closed by `}`"]),
    ("source a = csv(\"a\") { x: text ]\n", &["MIG0005 1:31 `{` is closed by `]`"]),
    (
        "source a = csv(\"a\") { x: list[text] from \"A {n}\" up to 3 }\n",
        &["MIG0001 1:30 what a list holds stands between `<` and `>`"],
    ),
    (
        "source a = csv(\"a\") { x: list of text(8) from \"A {n}\" up to 3 }\n",
        &["MIG0001 1:31 what a list holds stands between `<` and `>`"],
    ),
    ("run  threads 4 }\n", &["MIG0005 1:4 `{` is missing here"]),
    ("source = csv(\"a\") { x: text }\n", &["MIG0001 1:1 the name is missing: `source name = …`"]),
    ("test member = csv(\"a\") {\n  x: text\n}\n", &["MIG0001 1:1 a `test` has a title, and no format"]),
    ("codes C : text { \"a\" => \"b\",, \"c\" => \"d\" }\n", &["MIG0001 1:29 a comma with nothing behind it"]),
    ("map a -> b { x = y } map c -> d { x = y }\n", &["MIG0013 1:22 expected a new line before `map`"]),
];

fn check(kind: &str, table: &[(&str, &[&str])], wrap: impl Fn(&str) -> String) {
    let mut wrong = String::new();
    for (text, expected) in table {
        let found = findings(&wrap(text));
        if found != *expected {
            wrong += &format!("    ({text:?}, &{found:?}),\n");
        }
    }
    assert!(wrong.is_empty(), "{kind}: found instead\n{wrong}");
}

/// Whether what stands behind the mistake is in the tree: the entry `last`, and the item after the block.
fn rest_is_read(text: &str) -> bool {
    let items = parse(text).spec.items;
    let last = match items.first() {
        Some(Item::Map(map)) => {
            matches!(map.stmts.last(), Some(Stmt::Assign { column, .. }) if column.text == "last")
        }
        Some(Item::Place(place)) => {
            matches!(place.members.last(), Some(Member::Column(column)) if column.name.text == "last")
        }
        _ => false,
    };
    last && matches!(items.last(), Some(Item::Param(param)) if param.name.text == "p")
}

#[test]
fn the_entries_after_a_mistake_are_in_the_tree() {
    for (text, _) in IN_MAP {
        let whole = in_map(text);
        assert!(rest_is_read(&whole), "{whole}");
    }
    for (text, _) in IN_SOURCE {
        let whole = in_source(text);
        assert!(rest_is_read(&whole), "{whole}");
    }
}

#[test]
fn fourteen_mistakes_give_fourteen_findings() {
    let text = include_str!("specs/twelve_mistakes.txt");
    let found = findings(text);
    let codes: Vec<&str> = found.iter().filter_map(|f| f.split(' ').next()).collect();
    let expected = [
        "MIG0012", "MIG0001", "MIG0021", "MIG0016", "MIG0010", "MIG0017", "MIG0013", "MIG0001", "MIG0005", "MIG0009",
        "MIG0016", "MIG0018", "MIG0002", "MIG0016",
    ];
    assert_eq!(codes, expected, "{found:#?}");
    let items = parse(text).spec.items;
    assert!(matches!(items.last(), Some(Item::Place(place)) if place.name.text == "c"));
}

#[test]
fn a_name_stays_in_scope_when_its_value_is_broken() {
    let items = parse("map a -> b {\n  let x = f(\n  let y = 1 +\n  z = x\n}\n").spec.items;
    let Some(Item::Map(map)) = items.first() else { panic!("a map") };
    assert!(matches!(map.stmts.first(), Some(Stmt::Let { name, .. }) if name.text == "x"));
    assert!(matches!(map.stmts.get(1), Some(Stmt::Let { name, .. }) if name.text == "y"));
}

#[test]
fn a_fix_is_a_replacement_that_mends() {
    let maps = IN_MAP.iter().map(|(text, _)| in_map(text));
    let sources = IN_SOURCE.iter().map(|(text, _)| in_source(text));
    for whole in maps.chain(sources).chain(FILES.iter().map(|(text, _)| text.to_string())) {
        let found = parse(&whole).diagnostics;
        let [one] = found.as_slice() else { continue };
        let Some((span, new)) = one.help.as_ref().and_then(|h| h.edit.as_ref()) else { continue };
        let mut mended = whole.clone();
        mended.replace_range(span.range(), new);
        assert_eq!(findings(&mended), Vec::<String>::new(), "{mended}");
    }
}

fn in_map(text: &str) -> String {
    format!("map a -> b {{\n  {text}\n  last = z\n}}\nparam p: text\n")
}

fn in_source(text: &str) -> String {
    format!("source a = csv(\"a\") {{\n  {text}\n  last: text\n}}\nparam p: text\n")
}

#[test]
fn a_mistake_in_a_map_is_found_once() {
    check("map", IN_MAP, in_map);
}

#[test]
fn a_mistake_in_a_source_is_found_once() {
    check("source", IN_SOURCE, in_source);
}

#[test]
fn a_mistake_between_items_is_found_once() {
    check("file", FILES, str::to_string);
}
