//! Input and output as they come: encodings, compression, several files, fixed width, JSON lines, standard input and output.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Folder, Said, said};

/// A folder with a spec.
fn folder(spec: &str) -> Folder {
    let folder = Folder::new();
    folder.write("m.mig", format!("migration m\n{spec}"));
    folder
}

/// Runs with both engines, expects that they agree, and gives what the first said.
fn both(folder: &Folder, output: &str) -> Said {
    let first = folder.migc("run m.mig --rejects native");
    let bytes = folder.bytes(output);
    let other = folder.migc("run m.mig --engine interp --force --rejects interp");
    assert_eq!((first.code, first.err.is_empty()), (other.code, other.err.is_empty()), "{}{}", first.err, other.err);
    assert_eq!(bytes, folder.bytes(output));
    for file in folder.files("native") {
        let [native, interp] = ["native", "interp"].map(|of| folder.bytes(&format!("{of}/{file}")));
        assert!(native == interp, "{file} differs");
    }
    first
}

fn json(line: &str) -> serde_json::Value {
    serde_json::from_str(line).unwrap()
}

const PEOPLE: &str = "source s = csv(\"s.csv\", delimiter: \";\", encoding: \"ENCODING\") { NAME: text, N: int64 }\n\
                      target t = csv(\"t.csv\") { name: text, n: int64 }\nmap s -> t { name = NAME, n = N }\n";

#[test]
fn a_file_in_any_encoding_is_read_and_its_rejects_are_its_own_bytes() {
    let (head, good, bad) = ("NAME;N\n", "Jürgen;1\n\"a;\nb\";2\n\nÉva;3\n", "Ö;x\n");
    for (name, has) in [("windows-1252", true), ("iso-8859-15", true), ("macintosh", true), ("cp850", true)] {
        let encoding = migc_encodings::find(name).unwrap();
        let bytes = |text: &str| {
            let mut out = Vec::new();
            encoding.encode(text, &mut out).unwrap();
            out
        };
        let folder = folder(&PEOPLE.replace("ENCODING", name));
        folder.write("s.csv", bytes(&format!("{head}{good}{bad}")));
        both(&folder, "t.csv");
        assert_eq!(folder.text("t.csv"), "name,n\nJürgen,1\n\"a;\nb\",2\nÉva,3\n", "{name} {has}");
        assert_eq!(folder.bytes("native/s.bad"), bytes(&format!("{head}{bad}")));
        let reject = json(folder.text("native/rejects.jsonl").trim_end());
        let before = bytes(&format!("{head}{good}")).len();
        assert_eq!((reject["record"].as_u64(), reject["line"].as_u64()), (Some(4), Some(7)));
        assert_eq!((reject["offset"].as_u64(), reject["length"].as_u64()), (Some(before as u64), Some(4)));
    }
}

#[test]
fn a_file_of_two_bytes_a_character_is_read_the_same_and_mended_in_its_own_bytes() {
    for (name, mark, big) in
        [("utf-16", &b"\xff\xfe"[..], false), ("utf-16be", b"", true), ("utf-16", b"\xfe\xff", true)]
    {
        let bytes = |text: &str| -> Vec<u8> {
            text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let folder = folder(&PEOPLE.replace("ENCODING", name));
        let all = [mark, &bytes("NAME;N\r\n\"a;\r\n€\";2\r\n😀;x\r\nz;3")].concat();
        folder.write("s.csv", &all);
        both(&folder, "t.csv");
        assert_eq!(folder.text("t.csv"), "name,n\n\"a;\r\n€\",2\nz,3\n");
        assert_eq!(folder.bytes("native/s.bad"), [mark, &bytes("NAME;N\r\n😀;x\r\n")].concat());
        let reject = json(folder.text("native/rejects.jsonl").trim_end());
        assert_eq!((reject["record"].as_u64(), reject["line"].as_u64()), (Some(2), Some(4)));
        assert_eq!(reject["length"].as_u64(), Some(12));
    }
}

#[test]
fn letters_whose_second_byte_is_a_delimiter_do_not_split() {
    // In Shift_JIS, ー is 0x81 0x5B and ソ is 0x83 0x5C; 0x7C, the bar, is a second byte as well: ポ is 0x83 0x7C.
    let folder = folder(&PEOPLE.replace("ENCODING", "shift_jis").replace("\";\"", "\"|\""));
    folder.write("s.csv", b"NAME|N\n\x83\x7c\x83\x5c|1\n\x83|2\n\xff\xff|3\n");
    both(&folder, "t.csv");
    assert_eq!(folder.text("t.csv"), "name,n\nポソ,1\n");
    let codes: Vec<String> = folder
        .text("native/rejects.jsonl")
        .lines()
        .map(|line| json(line)["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["bad_fields", "bad_encoding"]);
}

#[test]
fn bytes_without_a_meaning_reject_their_record() {
    let folder = folder(&PEOPLE.replace("ENCODING", "windows-1252"));
    folder.write("s.csv", b"NAME;N\nok;1\nab\x81;2\n");
    both(&folder, "t.csv");
    let reject = json(folder.text("native/rejects.jsonl").trim_end());
    assert_eq!(reject["code"], "bad_encoding");
    assert_eq!(reject["failures"][0]["reason"], "a byte that means nothing in windows-1252, 2 bytes into the record");
    assert_eq!(folder.bytes("native/s.bad"), b"NAME;N\nab\x81;2\n");
}

#[test]
fn an_unknown_encoding_is_answered_with_the_known_ones() {
    let folder = folder(&PEOPLE.replace("ENCODING", "windows-1522"));
    let said = folder.migc("check m.mig");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("there is no encoding `windows-1522`"), "{}", said.err);
    assert!(said.err.contains("windows-1252"), "{}", said.err);
}

#[test]
fn a_character_that_a_target_cannot_say_rejects_its_record() {
    let folder = folder(
        "source s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\", encoding: \"iso-8859-15\") { a: text }\n\
         target u = csv(\"u.csv\", encoding: \"windows-1250\") { a: text }\n\
         map s -> t { a = a }\nmap s -> u { a = encodable(a, \"windows-1250\") else \"?\" }\n",
    );
    folder.write("s.csv", "a\nJosé €\nŁódź\n");
    both(&folder, "t.csv");
    assert_eq!(folder.bytes("t.csv"), b"a\nJos\xe9 \xa4\n");
    let reject = json(folder.text("native/rejects.jsonl").trim_end());
    assert_eq!(reject["code"], "a.encodable");
    assert_eq!(reject["failures"][0]["reason"], "holds 'Ł', which iso-8859-15 cannot say");
    assert_eq!(folder.bytes("u.csv"), b"a\nJos\xe9 \x80\n");
}

fn packed(suffix: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    migc_records::Compression::of_path(suffix.as_ref()).unwrap().compress(bytes, &mut out).unwrap();
    out
}

const COPY: &str = "source s = csv(\"s.csv\") { a: int64, b: text }\nreference r = csv(\"r.csv\") { a: int64 key, c: text }\n\
                    target t = csv(\"out/t.csvSUFFIX\") { a: int64, b: text, c: text }\n\
                    map s -> t { let x = r[a] else reject none\n copy a, b\n c = x.c }\n";

#[test]
fn compressed_files_are_known_by_their_bytes_and_written_by_their_suffix() {
    let mut text = "a,b\n".to_owned();
    let mut wanted = "a,b,c\n".to_owned();
    for i in 0..60_000 {
        text.push_str(&format!("{i},some text {i}\n"));
        if i % 2 == 0 {
            wanted.push_str(&format!("{i},some text {i},c{i}\n"));
        }
    }
    let reference: String = (0..60_000).step_by(2).map(|i| format!("{i},c{i}\n")).collect();
    for suffix in [".gz", ".zst", ".bz2"] {
        let folder = folder(&COPY.replace("SUFFIX", suffix));
        let (first, second) = text.split_at(100_000);
        folder.write("s.csv", [packed(suffix, first.as_bytes()), packed(suffix, second.as_bytes())].concat());
        folder.write("r.csv", packed(suffix, format!("a,c\n{reference}").as_bytes()));
        folder.done("run m.mig --threads 2");
        let bytes = folder.bytes(&format!("out/t.csv{suffix}"));
        assert_ne!(bytes, wanted.as_bytes());
        // What was written is read back, and nothing is lost.
        folder.write(
            "back.mig",
            "migration back\nsource s = csv(\"out/t.csvSUFFIX\") { a: int64, b: text, c: text }\n\
             target t = csv(\"back.csv\") { a: int64, b: text, c: text }\nmap s -> t { copy * }\n"
                .replace("SUFFIX", suffix),
        );
        folder.done("run back.mig --rejects back");
        assert_eq!(folder.text("back.csv"), wanted);
        let ledger = json(&folder.text("out/ledger.json"));
        assert_eq!(ledger["entries"][0]["bytes"]["size"].as_u64(), Some(text.len() as u64));
        folder.done("run m.mig --threads 1 --force");
        assert_eq!(folder.bytes(&format!("out/t.csv{suffix}")), bytes, "{suffix}");
    }
}

#[test]
fn a_torn_archive_fails_the_run_and_nothing_is_published() {
    for suffix in [".gz", ".zst", ".bz2"] {
        let folder = folder(&COPY.replace("SUFFIX", ""));
        let text: String = (0..200_000).map(|i| format!("{i},{}\n", i * 7919 % 10_007)).collect();
        let whole = packed(suffix, format!("a,b\n{text}").as_bytes());
        folder.write("s.csv", &whole[..whole.len() / 2]).write("r.csv", "a,c\n1,x\n");
        let said = folder.migc("run m.mig");
        assert_eq!(said.code, 3, "{}", said.err);
        assert!(said.err.starts_with("migc: s.csv is torn or damaged: its "), "{}", said.err);
        assert!(said.err.contains("fetch the file again"), "{}", said.err);
        assert!(!folder.has("out/t.csv"));
    }
}

const TRIPS: &str = "source s = csv(\"data/trips-{*year}-{*month}.csv\") { id: int64, note: text? absent null, ignore extra \"new\" }\n\
                     target t = csv(\"out/t.csv\") { y: text, m: text, file: text, no: int64, id: int64, note: text? }\n\
                     map s -> t { y = file.year, m = file.month, file = file.name, no = record, id = id, note = note }\n";

#[test]
fn several_files_are_one_source_in_the_order_of_their_names() {
    let folder = folder(TRIPS);
    folder.write("data/trips-2024-01.csv", "id,note\n1,a\nx,b\n").write("data/trips-2023-12.csv", "extra,id\ne,9\n");
    folder.write("data/trips-2024.csv", "no\n").write("data/.trips-2024-02.csv", "no\n");
    folder.write("data/trips-2024-03.csv", "id,note\n7,c\ny,d\n");
    both(&folder, "out/t.csv");
    assert_eq!(
        folder.text("out/t.csv"),
        "y,m,file,no,id,note\n2023,12,data/trips-2023-12.csv,1,9,\n2024,01,data/trips-2024-01.csv,1,1,a\n\
         2024,03,data/trips-2024-03.csv,1,7,c\n"
    );
    // Rejected records stand behind a header of their own: a file for each that the source's files have.
    assert_eq!(folder.text("native/s.bad"), "extra,id\n");
    assert_eq!(folder.text("native/s.2.bad"), "id,note\nx,b\ny,d\n");
    let entry = &json(&folder.text("native/ledger.json"))["entries"][0];
    let files: Vec<(String, u64, u64)> = entry["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let number = |v: &serde_json::Value| v.as_u64().unwrap();
            (f["file"].as_str().unwrap().to_owned(), number(&f["records"]), number(&f["bytes"]["size"]))
        })
        .collect();
    let wanted =
        [("data/trips-2023-12.csv", 1, 13), ("data/trips-2024-01.csv", 2, 16), ("data/trips-2024-03.csv", 2, 16)];
    assert_eq!(files, wanted.map(|(f, n, size)| (f.to_owned(), n, size)));
}

#[test]
fn what_is_wrong_with_one_of_several_files_is_said_with_its_name() {
    let folder = folder(TRIPS);
    assert_eq!(
        folder.migc("run m.mig").err,
        "migc: no file is called data/trips-*-*.csv, from which `s` is read; check the path, which is taken from the \
         working directory\n"
    );
    folder.write("data/trips-2024-01.csv", "id\n1\n").write("data/trips-2024-02.csv", "id,more\n1,2\n");
    let said = folder.migc("run m.mig");
    assert_eq!(said.code, 3);
    assert!(
        said.err.starts_with("migc: data/trips-2024-02.csv has columns that `s` does not declare: \"more\"."),
        "{}",
        said.err
    );
}

#[test]
fn a_reference_may_be_several_files_and_their_keys_are_one_set() {
    let folder = folder(
        "source s = csv(\"s.csv\") { a: int64 }\nreference r = jsonl(\"r/{*month}.jsonl\") { k: int64 key, v: text }\n\
         target t = csv(\"t.csv\") { v: text }\nmap s -> t { let x = r[a] else reject none\n v = x.v }\n",
    );
    folder.write("s.csv", "a\n2\n1\n").write("r/1.jsonl", "{\"k\":1,\"v\":\"one\"}\n");
    folder.write("r/2.jsonl", "{\"k\":7,\"v\":\"x\"}\n{\"v\":\"two\",\"k\":2}\n");
    both(&folder, "t.csv");
    assert_eq!(folder.text("t.csv"), "v\ntwo\none\n");
    folder.write("r/3.jsonl", "{\"k\":2,\"v\":\"again\"}\n");
    let said = folder.migc("run m.mig --force");
    assert_eq!(said.code, 3);
    assert!(
        said.err.starts_with("migc: record 2 of r/2.jsonl and record 1 of r/3.jsonl have the same key (2)"),
        "{}",
        said.err
    );
}

#[test]
fn an_abort_in_the_second_of_several_files_leaves_the_same_on_any_number_of_threads() {
    let folder = folder(
        "source s = csv(\"s-{*n}.csv\") { a: int64 }\ntarget t = csv(\"out/t.csv\") { a: int64 }\n\
         map s -> t { a = a\n check a < 90000 else abort \"too large: {a}\" }\n",
    );
    let rows = |from: u32| (from..from + 60_000).map(|i| format!("{i}\n")).collect::<String>();
    folder.write("s-1.csv", format!("a\n{}", rows(0))).write("s-2.csv", format!("a\n{}", rows(60_000)));
    let mut ledgers = Vec::new();
    for threads in ["1", "2", "5"] {
        let said = folder.migc(&format!("run m.mig --threads {threads} --force"));
        assert_eq!(said.code, 4, "{}", said.err);
        assert!(said.err.contains("stopped by record 30001 of s-2.csv: too large: 90000"), "{}", said.err);
        ledgers.push(folder.text("out/ledger.json"));
    }
    assert!(ledgers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(json(&ledgers[0])["entries"][0]["extracted"].as_u64(), Some(90_001));
}

#[test]
fn a_header_may_stand_on_another_line_or_nowhere() {
    let map = "target t = csv(\"t.csv\") { a: int64, b: text }\nmap s -> t { copy * }\n";
    let folder_of = |options: &str, members: &str, text: &str| {
        let folder = folder(&format!("source s = csv(\"s.csv\", {options}) {{ {members} }}\n{map}"));
        folder.write("s.csv", text);
        both(&folder, "t.csv");
        assert_eq!(folder.text("t.csv"), "a,b\n1,x\n", "{options}");
        folder
    };
    let folder = folder_of("names: line 3", "a: int64, b: text", "Report\n\"of\nb,a\nx,1\nx,y\n");
    assert_eq!(folder.text("native/s.bad"), "Report\n\"of\nb,a\nx,y\n");
    folder_of("skip: 1", "a: int64, b: text", "Report\na,b\n1,x\n");
    folder_of("names: null", "a: int64, ignore c \"empty\", b: text", "1,,x\n");
    folder_of("names: null, skip: 2", "a: int64, b: text, ignore others \"more\"", "x\ny\n1,x,4,5\n");
    let text = "# made by \"nobody\na,b\n# 7,8\n1,x\n#\n";
    let folder = folder_of("comment: \"#\"", "a: int64, b: text", text);
    let bytes = &json(&folder.text("native/ledger.json"))["entries"][0]["bytes"];
    assert_eq!((bytes["size"].as_u64(), bytes["blank"].as_u64()), (Some(text.len() as u64), Some(8)));
}

#[test]
fn null_and_commas_of_a_whole_file_are_said_once() {
    let folder = folder(
        "source s = csv(\"s.csv\", delimiter: \";\", null: [\"\", \"N/A\"], decimal: \",\") {\n  a: decimal(8, 2)?, b: text?, c: text? }\n\
         target t = csv(\"t.csv\", delimiter: \";\", decimal: \",\") { a: decimal(8, 2)?, b: text?, c: text? }\nmap s -> t { copy * }\n",
    );
    folder.write("s.csv", "a;b;c\n1,5;x;N/A\nN/A;\"\";y\n1.5;;\n");
    both(&folder, "t.csv");
    assert_eq!(folder.text("t.csv"), "a;b;c\n1,50;x;\n;;y\n");
    assert_eq!(folder.text("native/s.bad"), "a;b;c\n1.5;;\n");
}

#[test]
fn columns_of_fixed_width_are_cut_by_characters_and_padding_is_no_part_of_them() {
    let folder = folder(
        "source s = fixed(\"s.txt\") { no: int64 at 1..6, name: text at 7 for 8, ignore 15..16 \"filler\", born: date? at 17..26 }\n\
         target t = csv(\"t.csv\") { no: int64, name: text, born: date? }\nmap s -> t { copy * }\n",
    );
    let text = "000012Jürgen  xx1990-01-02\n    13ann     xx          \r\n\n000014short\n000015    bo  xx1990-01-0299\n00001aann     xx1990-01-02\n000016\"q,\"    xx1990-01-02";
    folder.write("s.txt", text);
    both(&folder, "t.csv");
    assert_eq!(folder.text("t.csv"), "no,name,born\n12,Jürgen,1990-01-02\n13,ann,\n16,\"\"\"q,\"\"\",1990-01-02\n");
    let rejects: Vec<serde_json::Value> = folder.text("native/rejects.jsonl").lines().map(json).collect();
    let seen: Vec<(&str, u64, u64)> = rejects
        .iter()
        .map(|r| (r["code"].as_str().unwrap(), r["record"].as_u64().unwrap(), r["line"].as_u64().unwrap()))
        .collect();
    assert_eq!(seen, [("bad_length", 3, 4), ("bad_length", 4, 5), ("no.int64", 5, 6)]);
    assert_eq!(rejects[0]["failures"][0]["reason"], "a length of 11 where 26 is expected");
    assert_eq!(folder.text("native/s.bad"), "000014short\n000015    bo  xx1990-01-0299\n00001aann     xx1990-01-02\n");
}

#[test]
fn records_of_one_length_need_no_line_ends() {
    let encoding = migc_encodings::find("cp273").unwrap();
    let mut bytes = Vec::new();
    encoding.encode("0001Jörg 0002Anna 000xBob  00", &mut bytes).unwrap();
    let spec = "encoding: \"cp273\", record_length: 9";
    let folder = folder(&format!(
        "source s = fixed(\"s.bin\", {spec}) {{ no: int64 at 1..4, name: text at 5..9 }}\n\
             target t = csv(\"t.csv\") {{ no: int64, name: text }}\nmap s -> t {{ copy * }}\n"
    ));
    folder.write("s.bin", &bytes);
    both(&folder, "t.csv");
    assert_eq!(folder.text("t.csv"), "no,name\n1,Jörg\n2,Anna\n");
    assert_eq!(folder.bytes("native/s.bad"), bytes[18..]);
    let rejects: Vec<serde_json::Value> = folder.text("native/rejects.jsonl").lines().map(json).collect();
    let places: Vec<(u64, u64)> =
        rejects.iter().map(|r| (r["offset"].as_u64().unwrap(), r["length"].as_u64().unwrap())).collect();
    assert_eq!(places, [(18, 9), (27, 2)]);
    assert_eq!(rejects[1]["code"], "bad_length");
}

#[test]
fn no_character_of_a_fixed_record_is_left_out_silently() {
    let check = |members: &str| {
        let folder = folder(&format!(
            "source s = fixed(\"s.txt\") {{ {members} }}\ntarget t = csv(\"t.csv\") {{ a: text, b: text }}\nmap s -> t {{ copy * }}\n"
        ));
        let said = folder.migc("check m.mig --format short");
        said.out + &said.err
    };
    assert!(check("a: text at 1..4, b: text at 6..9").contains("nothing is said of the characters 5..5"));
    assert!(check("a: text at 1..4, b: text at 4..9").contains("character 4 belongs to two"));
    assert!(check("a: text at 1..4, b: text").contains("the place of this column is not said"));
    assert!(!check("a: text at 1..4, b: text at 6..9, ignore 5 \"dash\"").contains("MIG0"));
}

#[test]
fn fixed_width_is_written_at_its_places() {
    let folder = folder(
        "source s = csv(\"s.csv\") { a: int64, b: text, d: date? }\n\
         target t = fixed(\"t.txt\") { b: text(6) at 10..15, a: decimal(5, 1) at 1..8 fill \"0\", d: date? at 16..25 align right }\n\
         map s -> t { a = decimal(a, 5, 1), b = b |> must_fit, d = d }\n",
    );
    folder.write("s.csv", "a,b,d\n-12,Grün,2024-01-31\n7,\"a\nb\",\n345,abcdef,\n1,abcdefg,\n");
    both(&folder, "t.txt");
    assert_eq!(folder.text("t.txt"), "-00012.0 Grün  2024-01-31\n000345.0 abcdef          \n");
    let codes: Vec<String> = folder
        .text("native/rejects.jsonl")
        .lines()
        .map(|line| json(line)["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes, ["b.one_line", "b.must_fit"]);
    let wide = folder.migc("check m.mig");
    assert_eq!(wide.code, 0, "{}", wide.err);
    folder.write("m.mig", "migration m\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = fixed(\"t.txt\") { a: int64 at 1..8 }\nmap s -> t { a = a }\n");
    let said = folder.migc("check m.mig");
    assert!(said.err.contains("int64 can take 20 characters, and here are 8"), "{}", said.err);
}

#[test]
fn json_lines_are_read_with_all_that_can_be_wrong_with_them() {
    let folder = folder(
        "source s = jsonl(\"s.jsonl\") {\n  id: int64, city: text? path \"$.address.city\", note: text?, amount: decimal(30, 10)?, ok: bool?\n  tags: text?\n  ignore noise, `address.zip` \"unused\"\n}\n\
         target t = jsonl(\"t.jsonl\") { id: int64, city: text?, note: text?, amount: decimal(30, 10)?, ok: bool?, tags: text? }\n\
         map s -> t { copy * }\n",
    );
    let good = [
        r#"{"id":1,"address":{"city":"Ulm","zip":"89073"},"note":"a \"b\" \\ \u00fc \ud83d\ude00 \/","amount":12345678901234567890.0123456789,"ok":true,"tags":["a",{"b":[]}]}"#,
        r#" { "id" : 2 , "note" : "" , "address" : null , "noise" : [1, 2.5e-3, {"x": null}] } "#,
        r#"{"amount":-0.5,"id":3,"note":"\"","ok":false}"#,
        "{\"note\":\"tab\\tand ünïcode\",\"id\":4}\r",
    ];
    let bad = [
        (r#"{"id":5,"other":1}"#, "bad_members"),
        (r#"{"id":6,"id":7}"#, "bad_json"),
        (r#"{"id":8"#, "bad_json"),
        (r#"{"id":01}"#, "bad_json"),
        (r#"{"id":9,"note":"\ud800"}"#, "bad_json"),
        ("{\"id\":10,\"note\":\"a\tb\"}", "bad_json"),
        (r#"{"id":11} x"#, "bad_json"),
        (r#"[1]"#, "bad_json"),
        (r#"{"note":"no id"}"#, "id.int64"),
        (r#"{"id":"x"}"#, "id.int64"),
        (r#"{"id":12,"address":"Ulm"}"#, "bad_json"),
    ];
    let deep = format!("{{\"id\":13,\"noise\":{}{}}}", "[".repeat(200), "]".repeat(200));
    let mut text = format!("{}\n\n", good.join("\n"));
    bad.iter().for_each(|(line, _)| text.push_str(&format!("{line}\n")));
    text.push_str(&deep);
    let mut bytes = text.clone().into_bytes();
    bytes.extend_from_slice(b"\n{\"id\":14,\"note\":\"\xff\"}\n");
    folder.write("s.jsonl", &bytes);
    both(&folder, "t.jsonl");
    let wanted = [
        r#"{"id":1,"city":"Ulm","note":"a \"b\" \\ ü 😀 /","amount":12345678901234567890.0123456789,"ok":true,"tags":"[\"a\",{\"b\":[]}]"}"#,
        r#"{"id":2,"city":null,"note":"","amount":null,"ok":null,"tags":null}"#,
        r#"{"id":3,"city":null,"note":"\"","amount":-0.5000000000,"ok":false,"tags":null}"#,
        r#"{"id":4,"city":null,"note":"tab\tand ünïcode","amount":null,"ok":null,"tags":null}"#,
    ];
    assert_eq!(folder.text("t.jsonl").lines().collect::<Vec<_>>(), wanted);
    let rejects: Vec<serde_json::Value> = folder.text("native/rejects.jsonl").lines().map(json).collect();
    let codes: Vec<&str> = rejects.iter().map(|r| r["code"].as_str().unwrap()).collect();
    let mut expected: Vec<&str> = bad.iter().map(|(_, code)| *code).collect();
    expected.extend(["bad_json", "bad_encoding"]);
    assert_eq!(codes, expected);
    let from = text.find(bad[0].0).unwrap();
    assert_eq!(folder.bytes("native/s.bad"), bytes[from..]);
    assert_eq!(rejects[0]["line"].as_u64(), Some(6));
}

#[test]
fn a_list_of_objects_is_read_and_its_rejects_are_a_list_again() {
    let folder = folder(
        "source s = json(\"s.json\") { id: int64, note: text? path \"$.more.note\" }\n\
         target t = csv(\"t.csv\") { id: int64, note: text? }\nmap s -> t { copy * }\n",
    );
    folder.write("s.json", "[\n  {\"id\": 1, \"more\": {\"note\": \"a\"}},\n  {\n    \"id\": \"x\"\n  },\n  {\"id\": 3}, {\"id\": 4, \"y\": 0}\n]\n");
    both(&folder, "t.csv");
    assert_eq!(folder.text("t.csv"), "id,note\n1,a\n3,\n");
    assert_eq!(folder.text("native/s.bad"), "[{\n    \"id\": \"x\"\n  },\n{\"id\": 4, \"y\": 0},\n]\n");
    let rejects: Vec<serde_json::Value> = folder.text("native/rejects.jsonl").lines().map(json).collect();
    let places: Vec<(u64, u64, u64)> =
        rejects.iter().map(|r| ["record", "line", "length"].map(|of| r[of].as_u64().unwrap()).into()).collect();
    assert_eq!(places, [(2, 3, 19), (4, 6, 17)]);
    // What was set apart can be mended and is then read as it is.
    let mended = folder.text("native/s.bad").replace("\"x\"", "2").replace(", \"y\": 0", "");
    folder.write("s.json", mended);
    folder.done("run m.mig --force");
    assert_eq!(folder.text("t.csv"), "id,note\n2,\n4,\n");
}

#[test]
fn standard_input_and_output_stand_where_files_do() {
    let folder =
        folder("source s = csv(\"-\") { a: int64 }\ntarget t = jsonl(\"-\") { a: int64 }\nmap s -> t { a = a }\n");
    let run = |arguments: &str| {
        let mut command = folder.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"a\n1\nx\n3\n").unwrap();
        said(child.wait_with_output().unwrap())
    };
    let without = run("run m.mig");
    assert_eq!(without.code, 2);
    assert_eq!(
        without.err,
        "migc: the target is written to standard output, so rejects and ledger have no folder; name one with --rejects\n"
    );
    let said = run("run m.mig --rejects kept");
    assert_eq!((said.code, said.out.as_str()), (0, "{\"a\":1}\n{\"a\":3}\n"), "{}", said.err);
    assert_eq!(folder.text("kept/s.bad"), "a\nx\n");
    assert_eq!(folder.files("kept"), ["ledger.json", "rejects.jsonl", "s.bad"]);
}

#[test]
fn lists_of_objects_make_a_row_of_each_element_and_lose_none() {
    let folder = folder(
        "source orders = jsonl(\"orders.jsonl\") {\n  id: int64, city: text? path \"$.address.city\"\n\
         items: list<{sku: text, n: int64?}> up to 3\n  tags: list<text> path \"$.meta.tags\" up to 2\n\
         ignore `address.zip` \"no need\"\n}\n\
         target lines = csv(\"lines.csv\") { id: int64, pos: int64, sku: text, n: int64?, city: text? }\n\
         target tags = csv(\"tags.csv\") { id: int64, tag: text }\n\
         map orders -> lines {\n  explode items as item else drop as no_items\n  copy id, city\n\
         pos = item.position, sku = item.sku, n = item.n\n}\n\
         map orders -> tags {\n  explode tags as tag else drop as no_tags\n  copy id, tag = tag.value\n}\n",
    );
    let lines = [
        r#"{"id":1,"address":{"city":"Köln","zip":"5"},"items":[{"sku":"a","n":2},{"n":null,"sku":"b"}],"meta":{"tags":["x","y"]}}"#,
        r#"{"id":2,"items":[],"meta":{"tags":[]}}"#,
        r#"{"id":3,"items":null}"#,
        r#"{"id":4,"items":[{"sku":"a"},{"sku":"a"},{"sku":"a"},{"sku":"a"}]}"#,
        r#"{"id":5,"items":[{"sku":"a"},{}]}"#,
        r#"{"id":6,"items":[null]}"#,
        r#"{"id":7,"items":[{"sku":"","n":1,"q":2}]}"#,
        r#"{"id":8,"items":[{"sku":"b"}],"address":{"street":"x"}}"#,
        r#"{"id":9,"items":{"sku":"","n":1}}"#,
        r#"{"id":10,"items":[{"sku":"","n":7}],"meta":{"tags":[""]}}"#,
        r#"{"id":11,"items":[{"sku":"x","n":1},7]}"#,
    ];
    folder.write("orders.jsonl", lines.join("\n") + "\n");
    both(&folder, "lines.csv");
    assert_eq!(folder.text("lines.csv"), "id,pos,sku,n,city\n1,1,a,2,Köln\n1,2,b,,Köln\n10,1,,7,\n");
    assert_eq!(folder.text("tags.csv"), "id,tag\n1,x\n1,y\n10,\n");
    let rejects = folder.text("native/rejects.jsonl");
    let found: Vec<(u64, String)> = rejects
        .lines()
        .map(json)
        .map(|r| (r["record"].as_u64().unwrap(), r["code"].as_str().unwrap().to_owned()))
        .collect();
    let codes = ["bad_json", "bad_json", "bad_json", "bad_members", "bad_members", "bad_json", "bad_json"];
    let expected: Vec<(u64, String)> = [4, 5, 6, 7, 8, 9, 11].into_iter().zip(codes.map(str::to_owned)).collect();
    assert_eq!(found, expected, "{rejects}");
    assert!(rejects.contains("more elements than are declared for its list"));
    assert!(rejects.contains("an element of a list with nothing in it"));
    let against = folder.migc("check --against m.mig --format short");
    for member in ["address.street", "items.q"] {
        assert!(against.out.contains(member) || against.err.contains(member), "{}{}", against.out, against.err);
    }
}

#[test]
fn a_string_in_a_column_of_json_stays_a_string() {
    let folder = folder(
        "source s = jsonl(\"s.jsonl\") { j: json?, l: list<json> up to 2 }\n\
         target t = jsonl(\"t.jsonl\") { j: json? }\ntarget u = jsonl(\"u.jsonl\") { e: json }\n\
         map s -> t { copy j }\nmap s -> u {\n  explode l as x else drop as none\n  e = x.value\n}\n",
    );
    let values = [r#""1""#, "1", r#""null""#, "null", r#""a \"b\" \u00e9""#, r#"[1,"x"]"#, r#""""#, "true"];
    let line = |value: &&str| format!("{{\"j\":{value},\"l\":[\"7\",{{\"k\":\"v\"}}]}}\n");
    folder.write("s.jsonl", values.iter().map(line).collect::<String>());
    both(&folder, "t.jsonl");
    let wanted: String = values.iter().map(|value| format!("{{\"j\":{value}}}\n")).collect();
    assert_eq!(folder.text("t.jsonl"), wanted);
    assert!(folder.text("u.jsonl").starts_with("{\"e\":\"7\"}\n{\"e\":{\"k\":\"v\"}}\n"));
    folder.write(
        "m.mig",
        "migration m\nsource s = jsonl(\"s.jsonl\") { j: json, x: text path \"$.j.x\" }\n\
        target t = csv(\"o.csv\") { x: text }\nmap s -> t { reject if json_text(j, \"$\") == \"\" as e\n copy x }\n",
    );
    assert!(folder.migc("check m.mig").err.contains("stands at the same member"));
}

#[test]
fn a_record_that_is_too_long_is_one_record_whatever_stands_in_it() {
    let folder = Folder::new();
    let head = "migration m\ntarget o = csv(\"o.csv\") { id: int64 }\nmap s -> o { copy id }\n";
    let inner = ["{\"id\":66}"; 1_000_000].join(",");
    let (of_json, of_csv) = (
        "source s = json(\"s\") { id: int64, ignore k \"x\" }\n",
        "source s = csv(\"s\") { id: int64, ignore t \"x\" }\n",
    );
    for (source, text, rows, code) in [
        (of_json, format!("[{{\"id\":1,\"k\":[{inner}]}},{{\"id\":2}}]"), "id\n2\n", "too_long"),
        (of_json, format!("[{{\"id\":1,\"k\":\"{}\"}},\n{{\"id\":2}}]", "x".repeat(9_000_000)), "id\n2\n", "too_long"),
        (of_json, "[{\"id\":1,\"k\":[{\"id\":2}},{\"id\":3}]},\n{\"id\":4}]".to_owned(), "id\n4\n", "bad_json"),
        (
            of_csv,
            format!("id,t\n1,a\n2,\"first\n{}\"\n4,y\n", "66,inner\n".repeat(1_000_000)),
            "id\n1\n4\n",
            "too_long",
        ),
    ] {
        folder.write("m.mig", format!("{head}{source}")).write("s", &text);
        let said = folder.done("run m.mig --force");
        assert_eq!(folder.text("o.csv"), rows, "{}", said.err);
        let rejects: Vec<serde_json::Value> = folder.text("rejects.jsonl").lines().map(json).collect();
        assert_eq!(rejects.iter().map(|r| r["code"].as_str().unwrap()).collect::<Vec<_>>(), [code]);
        let start = rejects[0]["offset"].as_u64().unwrap() as usize;
        let length = rejects[0]["length"].as_u64().unwrap() as usize;
        assert!(text[start + length..].starts_with(['\n', ',', '4', '{']), "{start} {length}");
    }
    for torn in ["[", "[\n", "[{\"id\":1},\n"] {
        folder.write("m.mig", format!("{head}{of_json}")).write("s", torn);
        assert_eq!(folder.migc("run m.mig --force").code, 3, "{torn:?}");
    }
}
