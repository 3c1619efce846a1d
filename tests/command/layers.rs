//! Maps of layouts that compute, check and compare: the command on files, by both engines, and judged by another program.

use std::fs;
use std::process::Command;

use migc_layout::{Cell, Format, Kind, Real, Real8, Strans};

use crate::cases::cases;
use crate::drawing::{cell, library, place, rectangle, root, text};
use crate::support::Folder;

/// Two wires of metal 1 (layer 1), a via to each (2), and metal 2 (3) over both; texts on 4.
fn wires() -> Vec<u8> {
    let mut top = cell(
        "TOP",
        &[
            (1, [0, 0, 2000, 200]),
            (1, [0, 400, 2000, 600]),
            (2, [50, 50, 150, 150]),
            (2, [50, 450, 150, 550]),
            (3, [0, 0, 200, 600]),
            (1, [0, 1000, 2000, 1200]),
        ],
    );
    text(&mut top, (4, 0), "A", [1000, 100]);
    text(&mut top, (4, 0), "B", [1000, 1100]);
    library(vec![top])
}

/// A map of the wires; `metal` says what becomes of metal 1.
fn wired(metal: &str, more: &str) -> String {
    let layers = |grid: &str| {
        format!(
            "m1: layer 1/0 {{ width >= 100nm }}, v: cut 2/0 {{ joins m1 to m2 }}, m2: layer 3/0, t: text 4/0 labels m1 {grid}"
        )
    };
    format!(
        "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) {{ {} }}\ntarget new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) {{ {} }}\n\
         map old -> new {{\n  m1 = {metal}\n  v = v\n  m2 = m2\n  t = t\n}}\n{more}",
        layers(""),
        layers("")
    )
}

#[test]
fn nets_and_labels_that_stay_are_published() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        folder.write("a.gds", wires()).write("m.mig", wired("m1 |> size(5nm)", "verify new { nets, labels }\n"));
        let said = folder.done(&format!("run m.mig --engine {engine}"));
        assert!(said.err.contains("verify nets  held: 2 nets before, 2 after"), "{}", said.err);
        assert!(said.err.contains("verify labels  held: 2 labels of nets"), "{}", said.err);
        assert!(folder.has("out/b.gds"));
    }
}

#[test]
fn nets_that_are_split_or_grown_together_stop_the_run_and_are_named() {
    let folder = Folder::new();
    folder.write("a.gds", wires()).write("m.mig", wired("m1 |> size(150nm, 150nm)", "verify new { nets, labels }\n"));
    let said = folder.done("run m.mig");
    // Two wires that were one net already grow together; nothing is wrong with that.
    assert!(said.err.contains("verify nets  held"), "{}", said.err);
    folder.write("n.mig", wired("m1 |> size(250nm)", "verify new { nets, labels }\n").replace("out/b", "late/b"));
    let said = folder.migc("run n.mig --rejects late");
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("verify nets  BROKEN: 2 nets before, 1 after; 1 grown together"), "{}", said.err);
    assert!(said.err.contains("verify labels  BROKEN"), "{}", said.err);
    assert!(!folder.has("late/b.gds"), "a target whose nets are wrong is not published");
    assert!(folder.has("late/ledger.json"));
}

#[test]
fn every_other_layer_keeps_its_number_and_strings_are_written_anew() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m1: layer 1/0, v: cut 2/0 { joins m1 to m2 }, m2: layer 3/0, t: text 4/0 labels m1, every other layer }\n\
             target new = gds(\"out/b.gds\", dbu: 1nm) { m1: layer 11/0, v: cut 2/0 { joins m1 to m2 }, m2: layer 3/0, t: text 14/2 labels m1, every other layer }\n\
             map old -> new {\n  m1 = m1\n  v = v\n  m2 = m2\n  t = t { string = match { string == \"A\" => \"VDD\", else => lower(string) } }\n  every other layer\n}\n\
             verify new { labels }\n";
        let mut top = cell("TOP", &[(1, [0, 0, 2000, 200]), (1, [0, 400, 2000, 600]), (9, [0, 0, 50, 50])]);
        text(&mut top, (4, 0), "A", [1000, 100]);
        text(&mut top, (4, 0), "B", [1000, 500]);
        folder.write("a.gds", library(vec![top])).write("m.mig", spec);
        let said = folder.done(&format!("run m.mig --engine {engine}"));
        assert!(said.err.contains("verify labels  held: 2 labels of nets"), "{}", said.err);
        let written = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
        let mut numbers: Vec<(u32, u32)> = written.cells[0].elements.iter().map(|e| (e.layer, e.datatype)).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [(9, 0), (11, 0), (11, 0), (14, 2), (14, 2)]);
        let strings: Vec<String> = written.cells[0].texts.iter().map(|t| t.string.to_string()).collect();
        assert_eq!(strings, ["VDD", "b"]);
    }
}

#[test]
fn texts_are_records_whose_fields_are_written_anew() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m1: layer 1/0, t: text 4/0 labels m1 }\n\
             target new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m1: layer 1/0, t: text 4/0 labels m1 }\n\
             map old -> new {\n  scale 1/2\n  m1 = m1\n\
               t = t { at = (at.x + 20nm) x at.y, size = match { (size ?? 100nm) > 200nm => 200nm, else => 150nm }, angle = angle + 270 }\n}\n";
        let mut top = cell("TOP", &[(1, [0, 0, 2000, 200])]);
        text(&mut top, (4, 0), "A", [1000, 100]);
        text(&mut top, (4, 0), "B", [500, 100]);
        // 600 nm high, and turned by 180 degrees.
        let real = |n, d| Some(Real::from(Real8::ratio(n, d)));
        top.texts[1].strans = Some(Strans { flags: 0, mag: real(6, 10), angle: real(180, 1) });
        folder.write("a.gds", library(vec![top])).write("m.mig", spec);
        let said = folder.done(&format!("run m.mig --engine {engine}"));
        assert!(said.err.contains("`t`: 2 texts are written anew"), "{}", said.err);
        let written = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
        let cell = &written.cells[0];
        let texts: Vec<_> = cell.elements.iter().filter(|e| matches!(e.kind, Kind::Text(_))).collect();
        let places: Vec<_> = texts.iter().map(|e| cell.points_of(e)[0]).collect();
        assert_eq!(places, [[520, 50], [270, 50]]);
        let strans: Vec<_> = cell.texts.iter().map(|t| t.strans.unwrap()).map(|s| (s.mag, s.angle)).collect();
        assert_eq!(strans, [(real(15, 100), real(270, 1)), (real(2, 10), real(90, 1))]);
    }
}

#[test]
fn a_layout_that_was_scaled_is_not_scaled_again_unless_the_spec_knows_of_it() {
    let spec = |read: &str, from: &str, write: &str, to: &str, more: &str, scale: &str| {
        format!(
            "migration m\nsource old = {read}(\"{from}\", dbu: 1nm{more}) {{ m1: layer 1/0 }}\n\
             target new = {write}(\"{to}\", dbu: 1nm) {{ m1: layer 1/0 }}\nmap old -> new {{\n  {scale}\n  m1 = m1\n}}\n"
        )
    };
    let folder = Folder::new();
    folder.write("a.gds", library(vec![cell("TOP", &[(1, [0, 0, 2000, 200])])]));
    for (read, write, from, to) in [("gds", "gds", "a.gds", "once/b.gds"), ("gds", "oasis", "a.gds", "once/b.oas")] {
        folder.write("once.mig", spec(read, from, write, to, "", "scale 1/2"));
        folder.done("run once.mig --force");
        // A copy carries the word on, in either format.
        for (to_format, copy) in [("gds", "copy/c.gds"), ("oasis", "copy/c.oas")] {
            folder.write("copy.mig", spec(write, to, to_format, copy, "", ""));
            folder.done("run copy.mig --force");
            folder.write("again.mig", spec(to_format, copy, "gds", "twice/d.gds", "", "scale 1/2"));
            let said = folder.migc("run again.mig --force");
            assert_eq!(said.code, 3, "{}", said.err);
            assert!(said.err.contains("it says that it was scaled by 1/2 already"), "{}", said.err);
            assert!(said.err.contains("write `scaled: 1/2` behind its path"), "{}", said.err);
            assert!(!folder.has("twice/d.gds"));
            folder.write("again.mig", spec(to_format, copy, "gds", "twice/d.gds", ", scaled: 1/2", "scale 1/2"));
            folder.done("run again.mig --force");
            let written = migc_layout::read(&folder.bytes("twice/d.gds")[..]).unwrap();
            assert_eq!(written.scale_marks()[0].to_string(), "1/4");
            assert_eq!(written.cells[0].points[2], [500, 50]);
            fs::remove_file(folder.path("twice/d.gds")).unwrap();
        }
    }
    folder.write("wrong.mig", spec("gds", "a.gds", "gds", "twice/d.gds", ", scaled: 1/3", "scale 1/2"));
    let said = folder.migc("run wrong.mig --force");
    assert!(
        said.err.contains("promises that it was scaled by 1/3, and the file says nothing of a scale"),
        "{}",
        said.err
    );
    let unmarked = spec("gds", "a.gds", "gds", "plain/d.gds", "", "scale 1/2")
        .replace("dbu: 1nm) { m1: layer 1/0 }\nmap", "dbu: 1nm, mark: false) { m1: layer 1/0 }\nmap");
    folder.write("plain.mig", unmarked);
    let said = folder.done("run plain.mig");
    assert!(said.err.contains("the file does not carry that it was scaled by 1/2"), "{}", said.err);
    assert_eq!(migc_layout::read(&folder.bytes("plain/d.gds")[..]).unwrap().scale_marks(), []);
}

#[test]
fn a_file_is_read_in_the_unit_that_it_is_meant_in() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm, grid: 5nm) { read dbu 1nm as 0.25nm\n  m1: layer 1/0 { width >= 50nm } }\n\
             target new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m1: layer 1/0 { width >= 50nm } }\nmap old -> new { m1 = m1 }\n\
             expect new { violations == 0 }\n";
        folder.write("a.gds", library(vec![cell("TOP", &[(1, [0, 0, 2000, 200])])])).write("m.mig", spec);
        folder.done(&format!("run m.mig --engine {engine}"));
        let written = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
        assert_eq!(written.cells[0].points[2], [500, 50]);
        assert_eq!(written.scale_marks()[0].to_string(), "1/4", "what was meant is a scale of what stood there");
    }
}

#[test]
fn cuts_grow_to_arrays_in_what_is_legal_and_are_accounted_for() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        // A crossing of 600 by 400 nm with one cut, one that holds fewer legal cuts than it has, and a cut outside of both.
        let top = cell(
            "TOP",
            &[
                (1, [0, 0, 600, 400]),
                (3, [0, 0, 600, 2000]),
                (2, [100, 100, 200, 200]),
                (1, [2000, 0, 2260, 200]),
                (3, [2000, 0, 2260, 200]),
                (2, [2000, 50, 2080, 150]),
                (2, [2120, 50, 2200, 150]),
                (2, [3000, 0, 3100, 100]),
            ],
        );
        let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m1: layer 1/0, v: cut 2/0 { joins m1 to m2 }, m2: layer 3/0 }\n\
             target new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m1: layer 1/0, m2: layer 3/0,\n\
               v: cut 2/0 { size == 100nm x 100nm, space >= 80nm, inside (m1 & m2) by 40nm, joins m1 to m2 } }\n\
             map old -> new {\n  m1 = m1\n  m2 = m2\n  v = v |> grow to array in new.m1 & new.m2\n}\nverify new { nets }\n";
        folder.write("a.gds", library(vec![top])).write("m.mig", spec);
        let said = folder.done(&format!("run m.mig --engine {engine}"));
        assert!(!said.err.contains("without_output"), "{}", said.err);
        let written = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
        let cell = &written.cells[0];
        let mut cuts: Vec<_> = cell.elements.iter().filter(|e| e.layer == 2).map(|e| cell.points_of(e)[0]).collect();
        cuts.sort_unstable();
        // 520 by 320 nm hold three by two cuts, about the middle; the two that are too near stay, and break the rule.
        let array = [[70, 60], [70, 240], [250, 60], [250, 240], [430, 60], [430, 240]];
        assert_eq!(cuts, [&array[..], &[[1990, 50], [2110, 50], [3000, 0]]].concat());
        assert!(said.err.contains("new.v: space >= 80nm"), "{}", said.err);
    }
}

/// Two rows of cells on a pitch of 100 by 200, and a memory beside them whose bits stand on none; a wire leads from one to
/// the other.
fn memory(gap: i32) -> Vec<u8> {
    let bit = cell("bit", &[(1, [0, 0, 37, 37])]);
    let mut ram = cell("ram_1", &[(1, [-37, 0, 0, 20])]);
    for i in 0..5 {
        place(&mut ram, "bit", [i * 37, 0], 0, false);
    }
    let mut top = cell("TOP", &[(1, [100, 400, 963 + gap, 420])]);
    for i in 0..4 {
        place(&mut top, "inv", [i * 100, i / 2 * 200], 0, i % 2 == 1);
    }
    place(&mut top, "ram_1", [1000, 400], 0, false);
    let inv = cell("inv", &[(1, [0, 0, 50, 50])]);
    library(vec![top, ram, bit, inv])
}

const APART: &str = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m1: layer 1/0 }\n\
     target new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m1: layer 1/0 }\n\
     map old -> new {\n  scale on pitch 100nm x 200nm -> 70nm x 140nm\n  cells \"ram_{n}\" { scale 7/10, snap exact }\n  m1 = m1\n}\n";

#[test]
fn cells_can_be_scaled_by_themselves() {
    for engine in ["native", "interp"] {
        let folder = Folder::new();
        folder.write("a.gds", memory(0)).write("m.mig", APART);
        let said = folder.done(&format!("run m.mig --engine {engine}"));
        assert!(said.err.contains("no torn islands  held"), "{}", said.err);
        let written = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
        let names: Vec<String> = written.cells.iter().map(|c| c.name.to_string()).collect();
        // The bits need variants, the row cells none.
        assert_eq!(names.iter().filter(|n| n.starts_with("inv")).count(), 1);
        assert!(names.iter().filter(|n| n.starts_with("bit")).count() > 1, "{names:?}");
        // One variant a cell is not enough for the memory, whatever holds for the rows.
        folder.write("one.mig", APART.replace("snap exact }", "snap exact variants <= 1 }").replace("out/", "one/"));
        let said = folder.migc(&format!("run one.mig --engine {engine}"));
        assert_eq!(said.code, 3);
        assert!(said.err.contains("`bit` needs"), "{}", said.err);
        // On the pitch alone, the bits would tear.
        let plain = APART.replace("  cells \"ram_{n}\" { scale 7/10, snap exact }\n", "").replace("out/", "plain/");
        folder.write("plain.mig", plain);
        assert_eq!(folder.migc(&format!("run plain.mig --engine {engine}")).code, 4);
    }
}

#[test]
fn what_joins_a_cell_that_is_scaled_otherwise_is_looked_for_where_it_went() {
    let folder = Folder::new();
    // Half the size: its origin stays where the block puts it, and what ended at its border is apart now.
    let half = APART.replace("scale 7/10, snap exact", "scale 1/2, snap exact");
    folder.write("a.gds", memory(0)).write("half.mig", &half);
    let said = folder.migc("run half.mig --rejects half");
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("no torn islands  BROKEN"), "{}", said.err);
    // A wire that reaches the origin itself meets it at any size.
    folder.write("a.gds", memory(40));
    let said = folder.done("run half.mig --rejects half --force");
    assert!(said.err.contains("no torn islands  held"), "{}", said.err);
}

#[test]
fn coverage_of_tests_with_shapes_is_of_the_layers_that_are_computed() {
    let folder = Folder::new();
    folder.write("m.mig", wired("m1 |> size(5nm)", "test \"grows\" { given old { m1 box(0, 0, 100nm, 100nm) }, then new { m1 box(-5nm, -5nm, 105nm, 105nm) } }\n"));
    let said = folder.done("test m.mig --coverage");
    assert!(said.out.contains("m.mig: 1 of 1 covered"), "{}", said.out);
    folder.write("m.mig", wired("m1 |> size(5nm)", ""));
    let said = folder.done("test m.mig --coverage");
    assert!(said.out.contains("m.mig:5:3: the layer `m1` is not covered"), "{}", said.out);
}

#[test]
fn broken_promises_and_devices_have_reports_with_their_places() {
    let folder = Folder::new();
    let top = cell("TOP", &[(1, [0, 0, 1000, 40]), (2, [300, -100, 390, 140])]);
    let place = |kind: &str, rule: &str| {
        format!(
            "gds(\"{kind}\", dbu: 1nm) {{ active: layer 1/0, poly: layer 2/0, device fet = poly & active {{ {rule} }} }}"
        )
    };
    let spec = format!(
        "migration m\nsource old = {}\ntarget new = {}\nmap old -> new {{ copy * }}\n",
        place("a.gds", "length == 80nm"),
        place("out/b.gds", "width >= 50nm")
    );
    folder.write("a.gds", library(vec![top])).write("m.mig", &spec);
    let said = folder.migc("run m.mig --rejects out");
    assert_eq!(said.code, 4, "{}", said.err);
    let broken = "fet: length == 80nm, once; `old.violations.jsonl` has the places";
    assert!(said.err.contains(broken), "{}", said.err);
    for (file, rule) in [("old", "length == 80nm"), ("new", "width >= 50nm")] {
        let lines = folder.text(&format!("out/{file}.violations.jsonl"));
        assert!(lines.contains(&format!("\"rule\":\"{rule}\"")) && lines.contains("[[300,0],[390,40]]"), "{lines}");
        assert!(folder.text(&format!("out/{file}.lyrdb")).contains("box: (0.3,0;0.39,0.04)"));
    }
    let said = folder.migc("check m.mig --against");
    assert!(said.err.contains("`fet` does not keep `length == 80nm`"), "{}", said.err);
}

#[test]
fn a_block_under_a_new_top_says_still_that_it_was_scaled() {
    let folder = Folder::new();
    let block = cell("BLOCK", &[(1, [0, 0, 100, 100])]);
    let mut marked = migc_layout::read(&library(vec![block])[..]).unwrap();
    marked.set_scale_mark(Format::Gds, Some("13/18".parse().unwrap()));
    let mut top = cell("TOP", &[(1, [500, 500, 600, 600])]);
    place(&mut top, "BLOCK", [0, 0], 0, false);
    marked.cells.push(top);
    let mut bytes = Vec::new();
    migc_layout::write(&marked, Format::Gds, &mut bytes).unwrap();
    let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m1: layer 1/0 }\ntarget new = gds(\"out/b.gds\", dbu: 1nm) { m1: layer 1/0 }\n\
         map old -> new { scale 1/2, m1 = m1 }\n";
    folder.write("a.gds", bytes).write("m.mig", spec);
    for command in ["run m.mig", "check m.mig --against"] {
        let said = folder.migc(command);
        assert_ne!(said.code, 0);
        assert!(said.err.contains("it says that it was scaled by 13/18 already"), "{}", said.err);
    }
}

#[test]
fn cells_that_stand_on_top_of_one_another_take_no_more_than_one_does() {
    let folder = Folder::new();
    let mut cells = vec![cell("c0", &[(1, [0, 0, 360, 360])])];
    for i in 1..=20 {
        let mut c = cell(&format!("c{i}"), &[]);
        let below = format!("c{}", i - 1);
        place(&mut c, &below, [0, 0], 0, false);
        place(&mut c, &below, [0, 0], 0, false);
        cells.push(c);
    }
    let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m1: layer 1/0 }\ntarget new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m1: layer 1/0 }\n\
         map old -> new { scale on pitch 360nm x 720nm -> 260nm x 520nm, m1 = m1 }\n";
    folder.write("a.gds", library(cells)).write("m.mig", spec);
    let said = folder.done("run m.mig");
    assert!(said.err.contains("no torn islands  held: 1 island"), "{}", said.err);
}

#[test]
fn a_layer_that_shrinks_away_is_accounted_for() {
    let folder = Folder::new();
    folder.write("a.gds", wires()).write("m.mig", wired("m1 |> size(-100nm)", ""));
    let said = folder.done("run m.mig");
    assert!(said.err.contains("without_output"), "{}", said.err);
    let ledger = folder.text("out/ledger.json");
    assert!(ledger.contains("\"without_output\": 3"), "{ledger}");
}

#[test]
fn what_breaks_a_rule_is_kept_counted_and_marked() {
    let leaf = cell("LEAF", &[(1, [0, 0, 80, 400]), (1, [150, 0, 300, 400])]);
    let mut top = cell("TOP", &[]);
    for i in 0..10 {
        place(&mut top, "LEAF", [1000 * i, 0], i128::from(i % 4), i % 2 == 1);
    }
    let spec = "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\n\
                target new = gds(\"out/b.gds\", dbu: 1nm) { m: layer 1/0 { width >= 100nm, space >= 100nm, area >= 0.01um2 } }\n\
                map old -> new { m = m }\nexpect new { violations <= 20 }\n";
    for threads in ["1", "8"] {
        let folder = Folder::new();
        folder.write("a.gds", library(vec![leaf.clone(), top.clone()])).write("m.mig", spec);
        let said = folder.done(&format!("run m.mig --threads {threads}"));
        // Once in the leaf, ten times seen from the top; a narrow wire and a narrow space.
        assert!(said.err.contains("new.m: width >= 100nm  10 violations, 1 in 1 cell"), "{}", said.err);
        assert!(said.err.contains("new.m: space >= 100nm  10 violations, 1 in 1 cell"), "{}", said.err);
        assert!(said.err.contains("1 of 3 rules hold"), "{}", said.err);
        let lines = folder.text("out/new.violations.jsonl");
        assert_eq!(lines.lines().count(), 2);
        assert!(
            lines.contains(
                "\"cell\":\"LEAF\",\"kind\":\"edges\",\"points\":[[0,0],[0,400],[80,400],[80,0]],\"measured\":6400"
            ),
            "{lines}"
        );
        let report = folder.text("out/new.lyrdb");
        assert!(report.contains("<value>edge-pair: (0,0;0,0.4)|(0.08,0.4;0.08,0)</value>"), "{report}");
        folder.write("n.mig", spec.replace("<= 20", "== 0"));
        let said = folder.migc("run n.mig --force");
        assert_eq!(said.code, 4);
        assert!(said.err.contains("expect new: violations == 0  BROKEN: 20"), "{}", said.err);
    }
}

/// A spec of layers 1 to 4, with rules on each; `promises` are rules of the source's first layer.
fn ruled(rules: [&str; 4], promises: &str, more: &str) -> String {
    let [m1, v, m2, w] = rules;
    format!(
        "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) {{ m1: layer 1/0 {{ {promises} }}, v: cut 2/0 {{ joins m1 to m2 }}, m2: layer 3/0, w: layer 4/0 }}\n\
         target new = gds(\"out/b.gds\", dbu: 1nm) {{\n  m1: layer 1/0 {{ {m1} }}\n  v: cut 2/0 {{ joins m1 to m2{v} }}\n  m2: layer 3/0 {{ {m2} }}\n  w: layer 4/0 {{ {w} }}\n}}\n\
         map old -> new {{ m1 = m1, v = v, m2 = m2, w = w }}\n{more}"
    )
}

/// What is said of the rules of a run, and the lines of its violations.
#[track_caller]
fn broken(cells: Vec<Cell>, spec: &str) -> (Vec<String>, Vec<serde_json::Value>) {
    let mut all = Vec::new();
    for (engine, threads) in [("native", 1), ("interp", 8)] {
        let folder = Folder::new();
        folder.write("a.gds", library(cells.clone())).write("m.mig", spec);
        let said = folder.done(&format!("run m.mig --engine {engine} --threads {threads}"));
        let rules = said.err.lines().filter(|l| l.starts_with("new.")).map(str::to_owned).collect();
        let lines = folder.text("out/new.violations.jsonl");
        all.push((rules, lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<_>>()));
    }
    let without_run = |(rules, lines): &(Vec<String>, Vec<serde_json::Value>)| {
        (rules.clone(), lines.iter().map(|l| (l["cell"].clone(), l["points"].clone())).collect::<Vec<_>>())
    };
    assert_eq!(without_run(&all[0]), without_run(&all[1]));
    all.remove(0)
}

#[test]
fn ends_of_lines_need_more_space_than_their_sides() {
    let leaf = cell(
        "LEAF",
        &[
            // Two ends face one another, and one of them a side; two sides stand beside one another.
            (1, [0, 0, 1000, 80]),
            (1, [1085, 0, 2000, 80]),
            (1, [2085, -500, 2165, 500]),
            (1, [0, -165, 900, -85]),
            // A wide line has an end as well, a square has none.
            (1, [0, 1000, 1000, 1120]),
            (1, [1085, 1000, 2000, 1120]),
            (1, [0, 2000, 80, 2080]),
            (1, [165, 2000, 245, 2080]),
            // To another layer: an end that is near, a side that is, an end that overlaps.
            (4, [3000, 0, 3080, 1000]),
            (3, [3000, 1050, 3500, 1100]),
            (3, [2900, 0, 2950, 1000]),
            (4, [4000, 0, 4080, 1000]),
            (3, [3900, 950, 4200, 1050]),
            (3, [3900, 400, 4200, 500]),
        ],
    );
    let mut top = cell("TOP", &[]);
    (0..4).for_each(|i| place(&mut top, "LEAF", [20_000 * i, 0], i128::from(i), i % 2 == 1));
    let m1 = "space >= 90nm at line end where width < 100nm, space >= 90nm at line end, space >= 90nm";
    let spec = ruled([m1, "", "", "space to m2 >= 60nm at line end, space to m2 >= 60nm"], "", "");
    let (said, lines) = broken(vec![leaf, top], &spec);
    assert_eq!(
        said,
        [
            "new.m1: space >= 90nm at line end where width < 100nm  8 violations, 2 in 1 cell",
            "new.m1: space >= 90nm at line end  12 violations, 3 in 1 cell",
            "new.m1: space >= 90nm  20 violations, 5 in 1 cell",
            "new.w: space to m2 >= 60nm at line end  8 violations, 2 in 1 cell",
            "new.w: space to m2 >= 60nm  16 violations, 4 in 1 cell",
        ]
    );
    let at = |n: usize| (lines[n]["kind"].as_str().unwrap(), lines[n]["points"].to_string());
    assert_eq!(at(0), ("edges", "[[1000,80],[1000,0],[1085,0],[1085,80]]".to_owned()));
    assert_eq!(at(1), ("edges", "[[2000,80],[2000,0],[2085,-30],[2085,110]]".to_owned()));
}

#[test]
fn spaces_on_other_nets_count_where_the_nets_are_others() {
    // Two wires of a cell are one net where metal 2 joins them.
    let leaf = cell(
        "LEAF",
        &[
            (1, [0, 0, 1000, 100]),
            (1, [0, 250, 1000, 350]),
            (2, [20, 20, 80, 80]),
            (2, [20, 270, 80, 330]),
            // A cut of its own, near the first one.
            (2, [120, 20, 180, 80]),
        ],
    );
    let mut top = cell("TOP", &[(3, [0, 0, 100, 350]), (3, [20_000, -1000, 20_100, 0])]);
    (0..3).for_each(|i| place(&mut top, "LEAF", [10_000 * i, 0], i128::from(i), false));
    let m1 = "space >= 200nm on other nets, space >= 200nm on same net, space >= 200nm";
    let v = ", space >= 200nm on other nets, space >= 200nm on same net, space >= 200nm, space to m1 >= 200nm on other nets";
    let spec = ruled([m1, v, "", ""], "", "");
    let (said, lines) = broken(vec![leaf.clone(), top.clone()], &spec);
    assert_eq!(
        said,
        [
            "new.m1: space >= 200nm on other nets  2 violations, 1 in 1 cell",
            "new.m1: space >= 200nm on same net  1 violation, 1 in 1 cell",
            "new.m1: space >= 200nm  3 violations, 1 in 1 cell",
            // Two cuts of one wire, and each to that of the other; what lies askew is two pairs of edges.
            "new.v: space >= 200nm on other nets  6 violations, 3 in 1 cell",
            "new.v: space >= 200nm on same net  6 violations, 4 in 1 cell",
            "new.v: space >= 200nm  12 violations, 4 in 1 cell",
            // The wire of its own net hides nothing from a cut.
            "new.v: space to m1 >= 200nm on other nets  6 violations, 3 in 1 cell",
        ]
    );
    assert_eq!(lines[0]["cell"], "LEAF");
    assert_eq!(lines[0]["points"].to_string(), "[[0,100],[1000,100],[1000,250],[0,250]]");
    // A promise is held against the nets of the source, and stops the run.
    let folder = Folder::new();
    folder.write("a.gds", library(vec![leaf, top])).write("m.mig", ruled([""; 4], "space >= 200nm on other nets", ""));
    let said = folder.migc("run m.mig");
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("m1: space >= 200nm on other nets, 2 times"), "{}", said.err);
}

#[test]
fn cuts_in_arrays_need_more_space() {
    let block = |x0: i32, columns: i32, rows: i32| -> Vec<(u32, [i32; 4])> {
        let at = move |c: i32, r: i32| (2, [x0 + 300 * c, 300 * r, x0 + 300 * c + 100, 300 * r + 100]);
        (0..columns).flat_map(|c| (0..rows).map(move |r| at(c, r))).collect()
    };
    // Three by three; two by five; four by three, of which a cell draws one column and the top the others.
    let leaf = cell("LEAF", &block(0, 1, 3));
    let mut boxes = block(0, 3, 3);
    boxes.extend(block(2000, 2, 5));
    boxes.extend(block(5300, 3, 3));
    // One beside an array, off its rows: that one is of the array counts.
    boxes.push((2, [820, 150, 920, 250]));
    let mut top = cell("TOP", &boxes);
    place(&mut top, "LEAF", [5000, 0], 0, false);
    let rules = ", space >= 250nm where array >= 3 x 3, space >= 250nm where array >= 5 x 2, space >= 250nm where array >= 4 x 4";
    let (said, lines) = broken(vec![leaf, top], &ruled(["", rules, "", ""], "", ""));
    // 12 pairs of nine cuts, 17 of twelve, the single one askew to two; 13 of the two rows.
    assert_eq!(
        said,
        [
            "new.v: space >= 250nm where array >= 3 x 3  33 violations, 33 in 1 cell",
            "new.v: space >= 250nm where array >= 5 x 2  13 violations, 13 in 1 cell",
        ]
    );
    assert_eq!(lines.iter().filter(|l| l["cell"] == "TOP").count(), 46);
}

#[test]
fn wires_lie_on_tracks_seen_from_the_top() {
    // The first wire has a wider end.
    let leaf = cell(
        "LEAF",
        &[(3, [0, 0, 1000, 80]), (3, [900, -40, 1000, 100]), (3, [0, 500, 80, 1400]), (4, [0, 0, 80, 80])],
    );
    let mut top = cell("TOP", &[(4, [500, 2000, 600, 2100])]);
    // On the tracks, some pitches further; off them along x, along y, along both; turned by a quarter, and off along x.
    for at in [[0, 0], [4800, 9600], [9700, 4800], [14_400, 100], [19_300, 100]] {
        place(&mut top, "LEAF", at, 0, false);
    }
    place(&mut top, "LEAF", [24_180, 24_480], 1, false);
    let m2 =
        "horizontal on track per 480nm from 40nm, vertical on track per 480nm from 40nm, on track per 480nm from 40nm";
    let (said, lines) =
        broken(vec![leaf, top], &ruled(["", "", m2, "on track per 480nm from 40nm, on track per 20nm"], "", ""));
    assert_eq!(
        said,
        [
            // Of both rectangles either is upright in some placement.
            "new.m2: horizontal on track per 480nm from 40nm  2 violations, 1 in 1 cell",
            "new.m2: vertical on track per 480nm from 40nm  3 violations, 2 in 1 cell",
            "new.m2: on track per 480nm from 40nm  5 violations, 2 in 1 cell",
            "new.w: on track per 480nm from 40nm  2 violations, 2 in 2 cells",
            "new.w: on track per 20nm  1 violation, 1 in 1 cell",
        ]
    );
    assert_eq!(lines[0]["kind"], "box");
}

#[test]
fn areas_and_spaces_to_others_have_conditions() {
    let top = cell(
        "TOP",
        &[
            (1, [0, 0, 100, 100]),
            (1, [1000, 0, 1100, 400]),
            // Narrow and wide, each 80 from something.
            (4, [0, 1000, 200, 2000]),
            (3, [280, 1000, 380, 2000]),
            (4, [2000, 1000, 3000, 2000]),
            (3, [3080, 1000, 3180, 2000]),
            (3, [2900, 1100, 2950, 1200]),
        ],
    );
    let rules = [
        "area >= 0.05um2, area >= 0.05um2 where length < 300nm",
        "",
        "",
        "space to m2 >= 100nm where width > 500nm, space to m2 >= 100nm",
    ];
    let (said, _) = broken(vec![top], &ruled(rules, "", ""));
    assert_eq!(
        said,
        [
            "new.m1: area >= 0.05um2  2 violations, 2 in 1 cell",
            "new.m1: area >= 0.05um2 where length < 300nm  1 violation, 1 in 1 cell",
            "new.w: space to m2 >= 100nm where width > 500nm  2 violations, 2 in 1 cell",
            "new.w: space to m2 >= 100nm  3 violations, 3 in 1 cell",
        ]
    );
}

#[test]
fn cells_are_renamed_and_left_out_with_what_only_they_place() {
    let mut top = cell("TOP", &[(1, [0, 0, 5000, 100])]);
    place(&mut top, "OLD_A", [0, 200], 0, false);
    place(&mut top, "FILL_1", [1000, 200], 0, false);
    let mut fill = cell("FILL_1", &[(1, [0, 0, 100, 100])]);
    place(&mut fill, "INNER", [0, 0], 0, false);
    let cells = vec![cell("OLD_A", &[(1, [0, 0, 100, 100])]), cell("INNER", &[(1, [0, 0, 50, 50])]), fill, top];
    let folder = Folder::new();
    folder.write("a.gds", library(cells)).write(
        "m.mig",
        "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\ntarget new = gds(\"out/b.gds\", dbu: 1nm) { m: layer 1/0 }\n\
         map old -> new {\n  m = m\n  cells { rename \"OLD_{x}\" -> \"NEW_{x}\", drop \"FILL_{n}\" as fill }\n}\n",
    );
    folder.done("run m.mig");
    let back = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
    let names: Vec<String> = back.cells.iter().map(|c| c.name.to_string()).collect();
    assert_eq!(names, ["NEW_A", "TOP"]);
    let ledger: serde_json::Value = serde_json::from_str(&folder.text("out/ledger.json")).unwrap();
    let of = |unit: &str| ledger["entries"].as_array().unwrap().iter().find(|e| e["unit"] == unit).unwrap().clone();
    assert_eq!(of("shapes")["dropped"]["fill"], 2);
    assert_eq!(of("instances")["dropped"]["fill"], 2);
    assert_eq!(of("instances")["loaded"], 1);
}

#[test]
fn on_a_pitch_cells_keep_one_variant_and_islands_stay_whole() {
    // A cell of three sites with a rail to both sides, in two rows, one of them mirrored.
    let inv = cell("INV", &[(1, [0, -100, 690, 100]), (1, [115, 300, 345, 505]), (2, [0, 0, 690, 920])]);
    let mut top = cell("TOP", &[]);
    for i in 0..20 {
        place(&mut top, "INV", [690 * i, 0], 0, false);
        place(&mut top, "INV", [690 * i, 1840], 0, true);
    }
    let spec = |scale: &str| {
        format!(
            "migration m\nsource old = gds(\"a.gds\", dbu: 1nm, grid: 5nm) {{ m: layer 1/0, box: boundary 2/0 {{ pitch 230nm x 920nm }} }}\n\
             target new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) {{ m: layer 1/0, box: boundary 2/0 {{ pitch 165nm x 660nm }} }}\n\
             map old -> new {{\n  scale {scale}\n  m = m\n  box = box\n}}\n"
        )
    };
    let folder = Folder::new();
    folder.write("a.gds", library(vec![inv, top])).write("m.mig", spec("18/25 on pitch box"));
    let said = folder.done("run m.mig");
    assert!(said.err.contains("every island is found again within a grid step"), "{}", said.err);
    let back = migc_layout::read(&folder.bytes("out/b.gds")[..]).unwrap();
    assert_eq!(back.cells.len(), 2);
    // With one factor, cells off the grid would need variants, and nobody allowed them.
    folder.write("n.mig", spec("18/25"));
    let said = folder.migc("run n.mig --force");
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("`INV` needs"), "{}", said.err);
}

#[test]
fn what_grows_together_off_the_pitch_stops_the_run_and_is_named() {
    // Two cells 3 apart, which is no grid step after scaling; what else they have stays apart.
    let inv = cell("INV", &[(1, [0, -100, 690, 100]), (3, [115, 300, 345, 505]), (2, [0, 0, 690, 920])]);
    let mut top = cell("TOP", &[]);
    for x in [0, 693, 1840] {
        place(&mut top, "INV", [x, 0], 0, false);
    }
    let folder = Folder::new();
    folder.write("a.gds", library(vec![inv, top])).write(
        "m.mig",
        "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0, p: layer 3/0, box: boundary 2/0 { pitch 230nm x 920nm } }\n\
         target new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m: layer 1/0, p: layer 3/0, box: boundary 2/0 { pitch 165nm x 660nm } }\n\
         map old -> new {\n  scale 18/25 on pitch box\n  m = m\n  p = p\n  box = box\n}\n",
    );
    let said = folder.migc("run m.mig --force");
    assert_eq!(said.code, 4, "{}", said.err);
    assert!(said.err.contains("9 islands before, 7 after; 6 are torn or grown together"), "{}", said.err);
    let named = "`m`: 3 islands before and 2 after; 3 are torn or grown together: `INV` (0, -100; 690, 100)";
    assert!(said.err.contains(named), "{}", said.err);
    assert!(!said.err.contains("`p`:"), "{}", said.err);
    assert!(!folder.has("out/b.gds"));
}

#[test]
fn a_turned_instance_cannot_have_two_factors() {
    let leaf = cell("LEAF", &[(1, [0, 0, 460, 460])]);
    let mut top = cell("TOP", &[]);
    place(&mut top, "LEAF", [0, 0], 1, false);
    let folder = Folder::new();
    folder.write("a.gds", library(vec![leaf, top])).write(
        "m.mig",
        "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\ntarget new = gds(\"out/b.gds\", dbu: 1nm, grid: 5nm) { m: layer 1/0 }\n\
         map old -> new {\n  scale on pitch 460nm x 2720nm -> 330nm x 1960nm\n  m = m\n}\n",
    );
    let said = folder.migc("run m.mig");
    assert_eq!(said.code, 3);
    assert!(
        said.err.contains("`TOP`") && said.err.contains("`LEAF`") && said.err.contains("turned by a quarter"),
        "{}",
        said.err
    );
    assert!(!folder.has("out/b.gds"));
}

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn pick<'w>(&mut self, of: &[&'w str]) -> &'w str {
        of[self.roll(of.len() as u64) as usize]
    }

    fn length(&mut self) -> String {
        match self.roll(6) {
            0 => format!("{}nm", 20 + self.roll(400)),
            1 => format!("{} * width", 1 + self.roll(4)),
            2 => format!("length - {}nm", self.roll(100)),
            3 => "length - width".to_owned(),
            4 => "width".to_owned(),
            _ => "length".to_owned(),
        }
    }

    fn area(&mut self) -> String {
        match self.roll(4) {
            0 => format!("{}nm2", self.roll(100_000)),
            1 => "width * length".to_owned(),
            2 => format!("{} * area", 1 + self.roll(3)),
            _ => "area".to_owned(),
        }
    }

    fn condition(&mut self, depth: u64) -> String {
        match self.roll(if depth == 0 { 3 } else { 6 }) {
            0 | 1 => format!("{} {} {}", self.length(), self.pick(&["<", "<=", ">", ">=", "==", "!="]), self.length()),
            2 => format!("{} {} {}", self.area(), self.pick(&["<", "<=", ">", ">="]), self.area()),
            3 => format!("not ({})", self.condition(depth - 1)),
            4 => format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
            _ => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
        }
    }
}

#[test]
fn both_engines_measure_islands_alike_on_generated_maps() {
    let mut compared = 0;
    for seed in 0..48 {
        let mut d = Dice(seed * 7919 + 1);
        let mut leaf = cell("LEAF", &[]);
        let mut top = cell("TOP", &[]);
        for (cell, n) in [(&mut leaf, 6), (&mut top, 25)] {
            for _ in 0..n {
                let (x, y) = (d.roll(3000) as i32 * 5, d.roll(3000) as i32 * 5);
                let (w, h) = (d.roll(90) as i32 * 5 + 5, d.roll(90) as i32 * 5 + 5);
                rectangle(cell, (d.roll(2) as u32 + 1, 0), [x, y, x + w, y + h]);
            }
        }
        (0..4).for_each(|k| place(&mut top, "LEAF", [k * 4000, 700], i128::from(k), k % 2 == 0));
        let arms: String = (0..1 + d.roll(3)).map(|_| format!("{} => {}nm, ", d.condition(1), d.roll(9) * 5)).collect();
        let spec = format!(
            "migration m\nsource old = gds(\"a.gds\", dbu: 1nm) {{ a: layer 1/0, b: layer 2/0 }}\n\
             target new = gds(\"b.gds\", dbu: 1nm, grid: 5nm) {{ a: layer 1/0, b: layer 2/0 }}\n\
             map old -> new {{\n  scale 13/18\n  snap exact\n  a = a where {}\n  b = b |> size(match {{ {arms}else => -5nm }})\n}}\n",
            d.condition(2)
        );
        let results = ["native", "interp"].map(|engine| {
            let folder = Folder::new();
            folder.write("a.gds", library(vec![leaf.clone(), top.clone()])).write("m.mig", &spec);
            let said = folder.migc(&format!("run m.mig --engine {engine}"));
            // A condition that always holds, or never does, is refused: both engines are behind the checker.
            (said.code, if said.code == 0 { folder.bytes("b.gds") } else { Vec::new() }, said.err)
        });
        assert_eq!(results[0].0, results[1].0, "{spec}\n{}", results[0].2);
        assert!(results[0].1 == results[1].1, "the engines differ on\n{spec}");
        compared += usize::from(results[0].0 == 0);
        assert!(results[0].0 <= 1, "{spec}\n{}", results[0].2);
    }
    assert!(compared > 30, "only {compared} of the specs compile");
}

/// The independent program, if it is there.
fn python() -> Option<String> {
    let python = std::env::var("MIGC_PYTHON").unwrap_or_else(|_| "python3".into());
    let there = Command::new(&python).args(["-c", "import klayout.db"]).output().is_ok_and(|o| o.status.success());
    if !there {
        println!("skipped: no python with klayout");
    }
    there.then_some(python)
}

#[test]
fn computed_layers_and_violations_are_those_of_an_independent_program() {
    let (Some(data), Some(python)) = (cases("layout"), python()) else { return };
    let folder = Folder::new();
    let spec = root().join("tests/command/layers");
    folder.write("m.mig", fs::read(spec.join("computed.mig")).unwrap());
    let out = folder.path("out");
    folder.done(&format!("run m.mig --set data={} --set out={}", data.display(), out.display()));
    let ledger: serde_json::Value = serde_json::from_str(&folder.text("out/ledger.json")).unwrap();
    let counts: Vec<String> = ledger["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| format!("{}:{}={}", r["layer"].as_str().unwrap(), r["rule"].as_str().unwrap(), r["violations"]))
        .collect();
    let judged = Command::new(python)
        .arg(spec.join("oracle.py"))
        .arg(data.join("ors_sky130_fd_sc_hd.gds"))
        .arg(out.join("computed.gds"))
        .args(&counts)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&judged.stdout).into_owned() + &String::from_utf8_lossy(&judged.stderr);
    assert_eq!(said.lines().filter(|l| !l.starts_with("Warning")).collect::<Vec<_>>(), [""; 0]);
}
