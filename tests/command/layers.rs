//! Maps of layouts that compute, check and compare: the command on files, by both engines, and judged by another program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use migc_layout::{Cell, Format, Kind, Library, Name, Placement, Real, Real8, Strans, TextDetail, Units, write};

use crate::cases::cases;
use crate::support::Folder;

/// A library of one cell or more, in nanometres.
fn library(cells: Vec<Cell>) -> Vec<u8> {
    let units = Units::of_femtometres(Format::Gds, 1_000_000);
    let library = Library { cells, ..Library::new(Format::Gds, Name::from("LIB"), units) };
    let mut bytes = Vec::new();
    write(&library, Format::Gds, &mut bytes).unwrap();
    bytes
}

fn cell(name: &str, boxes: &[(u32, [i32; 4])]) -> Cell {
    let mut cell = Cell::new(Name::from(name), vec![0; 24]);
    for (layer, [x0, y0, x1, y1]) in boxes {
        let corners = [[*x0, *y0], [*x0, *y1], [*x1, *y1], [*x1, *y0], [*x0, *y0]];
        cell.push(Kind::Boundary, *layer, 0, &corners, None).unwrap();
    }
    cell
}

fn text(cell: &mut Cell, layer: u32, string: &str, at: [i32; 2]) {
    let string = Name::from(string);
    cell.texts.push(TextDetail { presentation: None, path_type: None, width: None, strans: None, string });
    cell.push(Kind::Text(cell.texts.len() as u32 - 1), layer, 0, &[at], None).unwrap();
}

fn place(cell: &mut Cell, child: &str, at: [i32; 2], quarter: i128, mirrored: bool) {
    let flags = if mirrored { 0x8000 } else { 0 };
    let strans = Some(Strans { flags, mag: None, angle: Some(Real::from(Real8::ratio(90 * quarter, 1))) });
    cell.placements.push(Placement { cell: Name::from(child), strans, columns: 1, rows: 1 });
    cell.push(Kind::Instance(cell.placements.len() as u32 - 1), 0, 0, &[at], None).unwrap();
}

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
    text(&mut top, 4, "A", [1000, 100]);
    text(&mut top, 4, "B", [1000, 1100]);
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
        text(&mut top, 4, "A", [1000, 100]);
        text(&mut top, 4, "B", [1000, 500]);
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
        assert!(said.err.contains("new.m: width >= 100nm  10 violations, 1 in 1 cells"), "{}", said.err);
        assert!(said.err.contains("new.m: space >= 100nm  10 violations, 1 in 1 cells"), "{}", said.err);
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
                let corners = [[x, y], [x, y + h], [x + w, y + h], [x + w, y], [x, y]];
                cell.push(Kind::Boundary, d.roll(2) as u32 + 1, 0, &corners, None).unwrap();
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

#[test]
fn worked_layouts_give_their_golden_results_and_their_tests_hold() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (spec, result) in
        [("block_180_to_130", "block_130.gds"), ("remap", "remap.gds"), ("cuts", "cuts.gds"), ("copy", "block_180.oas")]
    {
        let path = format!("specs/layout/{spec}.mig");
        for engine in ["native", "interp"] {
            let folder = Folder::new();
            let done = Command::new(env!("CARGO_BIN_EXE_migc"))
                .current_dir(root)
                .args(["run", &path, "--quiet", "--engine", engine, "--set"])
                .arg(format!("out={}", folder.path("out").display()))
                .output()
                .unwrap();
            assert!(done.status.success(), "{spec}: {}", String::from_utf8_lossy(&done.stderr));
            let wanted = fs::read(root.join("specs/layout/expected").join(result)).unwrap();
            assert!(folder.bytes(&format!("out/{result}")) == wanted, "{spec} with {engine}");
            let picture = Command::new(env!("CARGO_BIN_EXE_migc"))
                .current_dir(root)
                .args(["view", "--spec", &path, "--show", "both", "--set"])
                .arg(format!("out={}", folder.path("out").display()))
                .output()
                .unwrap();
            let accepted = root.join(format!("specs/layout/expected/{spec}.svg"));
            assert!(picture.stdout == fs::read(&accepted).unwrap(), "the picture of {spec} is another one");
        }
        let tested = Command::new(env!("CARGO_BIN_EXE_migc")).current_dir(root).args(["test", &path]).output().unwrap();
        assert!(tested.status.success(), "{spec}: {}", String::from_utf8_lossy(&tested.stdout));
    }
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
    let spec: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/layers");
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
