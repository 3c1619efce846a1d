//! Records, their places and their faults do not depend on the size of blocks, in any form and encoding.

use migc_encodings::find;
use migc_records::{Block, Dialect, Fixed, FixedColumn, Form, JsonLines, Layout, Reader};

mod reading;

use reading::{Scratch, Seen};

fn read(bytes: &[u8], form: &Form, block_bytes: usize) -> Vec<Seen> {
    reading::read(bytes, form, block_bytes).unwrap()
}

/// Every size of block gives the same; in the order of the file, without a gap but for what is no record.
fn agrees(name: &str, bytes: &[u8], form: &Form) -> Vec<Seen> {
    let whole = read(bytes, form, 1 << 20);
    for size in [64, 65, 90, 200, 1000] {
        assert_eq!(read(bytes, form, size), whole, "{name} in blocks of {size}");
    }
    for (at, seen) in whole.iter().enumerate() {
        assert_eq!(seen.record, at as u64 + 1, "{name}");
        assert_eq!(&bytes[seen.offset as usize..][..seen.bytes.len()], seen.bytes, "{name}");
    }
    whole
}

/// A file that is compressed gives the same, overlong records among them.
fn agrees_compressed(name: &str, bytes: &[u8], form: &Form) {
    let whole = read(bytes, form, 1 << 20);
    for suffix in ["f.gz", "f.zst", "f.bz2"] {
        let compression = migc_records::Compression::of_path(suffix.as_ref()).unwrap();
        let mut packed = Vec::new();
        for piece in bytes.chunks(5000) {
            compression.compress(piece, &mut packed).unwrap();
        }
        for size in [64, 1000, 1 << 20] {
            assert_eq!(read(&packed, form, size), whole, "{name} as {suffix} in blocks of {size}");
        }
    }
}

#[test]
fn overlong_records_are_set_apart_in_every_encoding() {
    let dialect = Dialect { delimiter: b';', quote: Some(b'"'), header: true };
    let long = "ä".repeat(9000);
    let text = format!("name;n\nfirst;1\n{long};2\nthird;3\n\"{long}\n;4\nlast;5\n{long}");
    for name in ["utf-8", "windows-1252", "cp273", "utf-16le", "utf-16be", "gb18030"] {
        let form = Form { encoding: find(name).unwrap(), ..Layout::Delimited(dialect).into() };
        let bytes = encoded(name, &text);
        let seen = agrees(name, &bytes, &form);
        let good: Vec<String> = seen.iter().filter_map(|s| s.what.as_ref().ok()).map(|f| f[0].clone()).collect();
        assert_eq!(good, ["first", "third", "", "last"], "{name}");
        assert_eq!(seen.iter().filter(|s| s.what == Err("TooLong".into())).count(), 2, "{name}");
        agrees_compressed(name, &bytes, &form);
    }
    let mut json = JsonLines::default();
    assert!(json.add(&["a".into()]));
    let text = format!("{{\"a\":1}}\n{{\"a\":\"{long}\"}}\n{{\"a\":3}}");
    for name in ["utf-8", "utf-16"] {
        let form = Form { encoding: find(name).unwrap(), ..Layout::JsonLines(json.clone()).into() };
        let seen = agrees(name, &encoded(name, &text), &form);
        assert_eq!(seen.len(), 3, "{name}");
        agrees_compressed(name, &encoded(name, &text), &form);
    }
}

#[test]
fn a_list_of_objects_is_the_same_in_every_block() {
    let mut json = JsonLines::default();
    assert!(json.add(&["id".into()]) && json.add(&["note".into()]));
    let mut text = " \n [ ".to_owned();
    for i in 0..200 {
        text.push_str(&match i % 6 {
            1 => format!("{{\n  \"id\": {i},\n  \"note\": \"}}, {{ \\\" {i}\"\n}},\n"),
            2 => format!("{{\"id\":{i},\"other\":{{}}}} ,"),
            3 => format!("{i}, \"text {i}\",\n"),
            4 => format!("{{\"id\":{i},\"note\":\"{}\"}},\n", "lang ü ".repeat(i % 50)),
            _ => format!("{{\"id\":{i}}},"),
        });
    }
    text.push_str("{\"id\":999}\n]\n");
    let form: Form = Layout::JsonList(json).into();
    let seen = agrees("list", text.as_bytes(), &form);
    assert_eq!(seen[1].what, Ok(vec!["1".into(), "}, { \" 1".into()]));
    assert_eq!(seen.iter().filter(|s| s.what.is_ok()).count(), 135);
    agrees_compressed("list", text.as_bytes(), &form);
    let torn = Scratch::new(b"[{\"id\":1},");
    let reader = Reader::open(&torn.0, form.clone(), 64, 4096).unwrap();
    assert!(reader.next(&mut Block::new()).unwrap_err().to_string().contains("ends before the bracket"));
    let lines = Scratch::new(b"{\"id\":1}\n");
    assert!(Reader::open(&lines.0, form, 64, 4096).unwrap_err().to_string().contains("write `jsonl(…)`"));
}

#[test]
fn objects_that_do_not_end_or_are_too_long_are_the_same_in_every_block() {
    let mut json = JsonLines::default();
    assert!(json.add(&["id".into()]) && json.add(&["note".into()]));
    let form: Form = Layout::JsonList(json).into();
    let mut text = "[\n".to_owned();
    for i in 0..120 {
        text.push_str(&match i % 8 {
            1 => format!("{{\"id\":{i},\n"),
            2 => format!("{{\"id\":{i},\"note\":\"{}\"}},\n", "long ".repeat(20 * (i % 60))),
            3 => format!("{{\"id\":{i},\"note\":\"a stray \"quote\"}},\n"),
            4 => " ".repeat(70 * i) + "\n",
            5 => format!("{{\"id\":{i},\n{{\n"),
            _ => format!("{{\"id\":{i}}},\n"),
        });
    }
    text.push_str("{\"id\":999}\n]\n");
    let seen = agrees("damaged list", text.as_bytes(), &form);
    assert_eq!(seen.last().map(|s| s.what.clone()), Some(Ok(vec!["999".into(), String::new()])));
    agrees_compressed("damaged list", text.as_bytes(), &form);
}

#[test]
fn a_file_without_a_header_may_hold_nothing() {
    let form: Form = Layout::JsonLines(JsonLines { columns: 1, ..JsonLines::default() }).into();
    assert_eq!(read(b"", &form, 64), []);
}

fn text() -> String {
    let mut text = "name;n\n".to_owned();
    for i in 0..300 {
        text.push_str(&match i % 11 {
            1 => format!("\"two\nlines; {i}\";{i}\r\n"),
            2 => "\n".to_owned(),
            3 => format!("stray \"quote {i};1\n"),
            4 => format!("too;many;{i}\n"),
            5 => format!("\"never closed {i};1\n"),
            6 => format!("{};{i}\n", "long ".repeat(i % 70)),
            7 => format!("# a \"comment\" {i}\n"),
            _ => format!("grün {i};{i}\n"),
        });
    }
    text + "last;1"
}

fn encoded(name: &str, text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    find(name).unwrap().encode(text, &mut out).unwrap();
    out
}

#[test]
fn delimited_records_are_the_same_in_every_encoding_and_block() {
    let dialect = Dialect { delimiter: b';', quote: Some(b'"'), header: true };
    let mut fields: Vec<Vec<Result<Vec<String>, String>>> = Vec::new();
    for (comment, names) in [
        (None, ["utf-8", "windows-1252", "iso-8859-15", "cp273", "utf-16le", "gb18030"]),
        (Some(b'#'), ["utf-8", "windows-1252", "iso-8859-15", "cp500", "utf-16be", "gbk"]),
    ] {
        for name in names {
            let form = Form { encoding: find(name).unwrap(), comment, ..Layout::Delimited(dialect).into() };
            let said = agrees(name, &encoded(name, &text()), &form);
            fields.push(said.into_iter().map(|seen| seen.what).collect());
        }
    }
    for (i, other) in fields.iter().enumerate() {
        let of = &fields[i / 6 * 6];
        let good = |all: &[Result<Vec<String>, String>]| all.iter().flatten().cloned().collect::<Vec<_>>();
        assert_eq!(good(of), good(other), "{i}");
        assert_eq!(of.len(), other.len(), "{i}");
    }
}

#[test]
fn half_a_unit_behind_a_closing_quote_decides_nothing() {
    let dialect = Dialect { delimiter: b';', quote: Some(b'"'), header: true };
    let form = Form { encoding: find("utf-16le").unwrap(), ..Layout::Delimited(dialect).into() };
    let bytes = encoded("utf-16le", &("a;b\n".to_owned() + &"\"two\nlines\";\"2\"\n".repeat(20)));
    let whole = read(&bytes, &form, 1 << 20);
    assert!(whole.iter().all(|seen| seen.what.is_ok()));
    for size in 64..130 {
        assert_eq!(read(&bytes, &form, size), whole, "in blocks of {size}");
    }
}

#[test]
fn fixed_records_are_the_same_in_every_encoding_and_block() {
    let column = |first, end, both| FixedColumn { first, end, both };
    let columns = vec![column(0, 8, false), column(8, 14, true)];
    let fixed = |record_length| Fixed { columns: columns.clone(), width: 14, longer: false, record_length };
    let mut lines = String::new();
    let mut joined = String::new();
    for i in 0..200 {
        let record = format!("{:<8}{i:>6}", if i % 7 == 0 { "Grün é" } else { "plain" });
        joined.push_str(&record);
        lines.push_str(&record);
        lines.push_str(match i % 10 {
            3 => "too long\n",
            4 => "\n\n",
            5 => "\r\n",
            _ => "\n",
        });
    }
    let good = |all: Vec<Seen>| all.into_iter().filter_map(|seen| seen.what.ok()).collect::<Vec<_>>();
    let form = |name: &str, length| Form { encoding: find(name).unwrap(), ..Layout::Fixed(fixed(length)).into() };
    let wanted = good(agrees("utf-8", lines.as_bytes(), &form("utf-8", None)));
    assert_eq!((wanted.len(), &wanted[6]), (180, &vec!["Grün é".to_owned(), "7".to_owned()]));
    for name in ["windows-1252", "cp1141", "utf-16", "big5"] {
        let text = if name == "big5" { lines.replace("Grün é", "Gr中n 中") } else { lines.clone() };
        let said = good(agrees(name, &encoded(name, &text), &form(name, None)));
        assert_eq!(said.len(), wanted.len(), "{name}");
    }
    for name in ["windows-1252", "cp500"] {
        let bytes = [encoded(name, &joined), vec![b'1'; 5]].concat();
        let said = agrees(name, &bytes, &form(name, Some(14)));
        assert_eq!(said.len(), 201);
        assert_eq!(said[200].what, Err("Length { found: 5, expected: 14 }".to_owned()));
        assert_eq!(good(said).len(), 200);
    }
}

#[test]
fn json_lines_are_the_same_in_every_block() {
    let mut json = JsonLines::default();
    assert!(json.add(&["id".into()]) && json.add(&["a".into(), "b".into()]) && json.add(&["note".into()]));
    json.allow_others();
    let mut lines = String::new();
    for i in 0..300 {
        lines.push_str(&match i % 7 {
            1 => format!("{{\"id\":{i},\"a\":{{\"x\":1,\"b\":\"é{i}\"}}}}\n"),
            2 => format!("{{\"note\":\"q\\\"\\u00e9{i}\",\"id\":{i}}}\r\n"),
            3 => "\n".to_owned(),
            4 => format!("{{\"id\":{i},\"other\":1}}\n"),
            5 => format!("{{\"id\":{i},\"note\":\"{}\n", "x".repeat(i)),
            _ => format!("{{\"id\":{i},\"note\":\"{}\"}}\n", "long ".repeat(i % 60)),
        });
    }
    let form: Form = Layout::JsonLines(json).into();
    let seen = agrees("utf-8", lines.as_bytes(), &form);
    let wide = Form { encoding: find("utf-16le").unwrap(), ..form };
    let other = agrees("utf-16le", &encoded("utf-16le", &lines), &wide);
    assert!(seen.iter().map(|s| &s.what).eq(other.iter().map(|s| &s.what)));
    assert_eq!(seen[2].what, Ok(vec!["2".into(), String::new(), "q\"é2".into()]));
}
