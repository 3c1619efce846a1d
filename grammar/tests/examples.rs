//! Whole specs: what the language knows is read, or said to come later; nothing else is found.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests read files, settings and the clock")]

use migc_grammar::parse;
use migc_grammar::span::LineIndex;
use migc_grammar::tree::{ExprKind, Item, Member, Stmt, StrPart, TailKind};

fn findings(text: &str) -> Vec<String> {
    let lines = LineIndex::new(text);
    parse(text)
        .diagnostics
        .iter()
        .map(|d| {
            let (line, col) = lines.line_col(text, d.span.start);
            format!("{} {line}:{col} {}", d.rule.code, d.label)
        })
        .collect()
}

#[test]
fn what_this_version_builds_is_read_without_a_finding() {
    for text in [
        include_str!("specs/order_lines.mig"),
        include_str!("specs/remap.mig"),
        include_str!("specs/whole.mig"),
        include_str!("specs/routing.mig"),
        include_str!("specs/layout.mig"),
    ] {
        assert_eq!(findings(text), Vec::<String>::new());
    }
}

#[test]
fn what_the_language_knows_is_said_to_come_later() {
    for text in [include_str!("specs/records.mig"), include_str!("specs/pieces.mig")] {
        let found = findings(text);
        assert!(!found.is_empty());
        for line in found {
            assert!(line.starts_with("MIG0090"), "{line}");
        }
    }
}

#[test]
fn a_map_holds_its_statements_in_text_order() {
    let spec = parse(include_str!("specs/whole.mig")).spec;
    let map = spec.items.iter().find_map(|i| if let Item::Map(m) = i { Some(m) } else { None }).expect("a map");
    assert_eq!((map.source.text.as_str(), map.target.as_ref().map_or("", |t| t.text.as_str())), ("people", "out"));
    assert!(map.filter.is_some());
    assert!(matches!(&map.stmts[0], Stmt::Clean { column, tail: Some(t), .. }
        if column.text == "text" && matches!(&t.kind, TailKind::Reject { code, .. } if code.text == "E1")));
    assert!(matches!(&map.stmts[1], Stmt::Let { name, .. } if name.text == "r"));
    let copied = map
        .stmts
        .iter()
        .find_map(|s| if let Stmt::Copy { except, all: true, .. } = s { Some(except.len()) } else { None });
    assert_eq!(copied, Some(2));
    assert!(!map.stmts.iter().any(|s| matches!(s, Stmt::Broken(_) | Stmt::Later(_))));
    let block = map.stmts.iter().find_map(|s| match s {
        Stmt::Assign { column, value, .. } if column.text == "x" => Some(&value.kind),
        _ => None,
    });
    assert!(matches!(block, Some(ExprKind::Text(t))
        if matches!(t.parts.as_slice(), [StrPart::Text(s)] if s == "select \"a\" {b}\nfrom c")));
}

#[test]
fn docs_belong_to_what_they_stand_beside() {
    let spec = parse(include_str!("specs/whole.mig")).spec;
    assert!(matches!(&spec.items[0], Item::Migration { doc: Some(d), .. } if d.starts_with("What is read")));
    assert!(matches!(&spec.items[1], Item::Param(p) if p.doc.as_deref() == Some("where the files are")));
    assert!(matches!(&spec.items[2], Item::Param(p) if p.doc.is_none()));
}

#[test]
fn words_of_the_language_name_columns() {
    let spec = parse(include_str!("specs/whole.mig")).spec;
    let Some(Item::Place(place)) = spec.items.get(3) else { panic!("a source") };
    let names: Vec<&str> = place
        .members
        .iter()
        .filter_map(|m| if let Member::Column(c) = m { Some(c.name.text.as_str()) } else { None })
        .collect();
    assert_eq!(names, ["id", "Kunden Nr", "key", "text", "from", "born", "amount", "layer", "count"]);
}

#[test]
fn multiplication_binds_tighter_than_a_pipe_and_a_pipe_tighter_than_a_comparison() {
    let text = "map a -> b { x = p * (1 - d) |> f == 2 }";
    let Some(Item::Map(map)) = parse(text).spec.items.into_iter().next() else { panic!("a map") };
    let Some(Stmt::Assign { value, .. }) = map.stmts.first() else { panic!("an assignment") };
    let ExprKind::Binary(_, left, _) = &value.kind else { panic!("{value:?}") };
    assert!(matches!(&left.kind, ExprKind::Pipe(l, _) if matches!(l.kind, ExprKind::Binary(..))));
    assert_eq!(&text[left.span.range()], "p * (1 - d) |> f");
}

#[test]
fn ten_thousand_lines_are_read() {
    let one = include_str!("specs/order_lines.mig");
    let text = one.repeat(10_000 / one.lines().count() + 1);
    let start = std::time::Instant::now();
    let parsed = parse(&text);
    println!("{} lines, {} bytes: {:?}", text.lines().count(), text.len(), start.elapsed());
    assert!(parsed.diagnostics.is_empty());
}
