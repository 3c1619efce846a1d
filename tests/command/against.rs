//! Specs held against layouts, without running.

use migc_layout::{Real, Strans};

use crate::drawing::{cell, instance, inverter, library};
use crate::support::Folder;

const LAYERS: &str =
    "active: layer 43/0, poly: layer 41/0, cont: cut 47/0, metal1: layer 49/0, pins: text 49/1 labels metal1
  outline: boundary 235/0
  ignore 235/1 \"its name\"";

/// A spec of the inverters' source, with these options, layers and statements.
fn spec(options: &str, layers: &str, snap: &str) -> String {
    format!(
        "migration m
source old = gds(\"a.gds\", {options}) {{
  {layers}
}}
target new = gds(\"out/a.gds\", dbu: 1nm, grid: 5nm) {{
  active: layer 43/0, poly: layer 41/0, cont: cut 47/0, metal1: layer 49/0, pins: text 49/1 labels metal1, outline: boundary 235/0
}}
map old -> new {{
  scale 13/18
  {snap}
  active = active, poly = poly, cont = cont, metal1 = metal1, pins = pins, outline = outline
}}
"
    )
}

fn held(spec: String) -> Folder {
    let folder = Folder::new();
    folder.write("a.gds", inverter()).write("m.mig", spec);
    folder
}

#[test]
fn a_spec_that_fits_its_layout_has_nothing_to_say_but_its_price() {
    let folder = held(spec("dbu: 1nm, grid: 10nm", LAYERS, "snap exact"));
    for arguments in ["check m.mig --against", "check m.mig --against a.gds", "check --against m.mig"] {
        let said = folder.done(&format!("{arguments} --format short --deny warnings"));
        assert_eq!(
            said.err, "m.mig:12:3: hint MIG1192: 1 cell needs several variants for a.gds: `INV` 3\n",
            "{arguments}"
        );
    }
    let picture = folder.done("check m.mig --against").err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(picture.contains("their price: 2 cells become 4, and 19 shapes and texts 57"), "{picture}");
    assert!(!folder.has("out"));
}

#[test]
fn variants_that_a_run_would_refuse_are_an_error_with_their_price() {
    let folder = held(spec("dbu: 1nm, grid: 10nm", LAYERS, ""));
    let said = folder.migc("check m.mig --against --format short");
    assert_eq!(said.code, 1);
    assert_eq!(said.err, "m.mig:11:3: error MIG0196: 1 cell needs several variants for a.gds: `INV` 3\n");
    let picture = folder.migc("check m.mig --against").err.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(picture.contains("the price of `snap exact variants <= 3`: 2 cells become 4"), "{picture}");
    assert!(folder.migc("run m.mig").code != 0);
}

#[test]
fn numbers_grids_and_promises_are_held_against_the_file() {
    let layers = LAYERS
        .replace("pins: text 49/1", "pins: text 49/0")
        .replace("layer 43/0", "layer 43/0 { width >= 900nm }")
        .replace("boundary 235/0", "boundary 236/0");
    let folder = held(spec("dbu: 1nm, grid: 20nm", &layers, "snap exact"));
    let said = folder.migc("check m.mig --against --format short");
    assert_eq!(said.code, 1);
    for sentence in [
        "m.mig:2:8: error MIG0192: 2 texts stand on 49/1 in a.gds (in `INV`), which is neither declared nor ignored\n",
        "m.mig:2:8: error MIG0192: 1 shape stands on 235/0 in a.gds (in `INV`), which is neither declared nor ignored\n",
        "m.mig:3:24: error MIG0197: `active` does not keep `width >= 900nm` in a.gds, 15 times: `ROW` (100, 300)",
        "m.mig:3:42: warning MIG1191: 4 points of `poly` are off the promised grid in a.gds: `INV` (410, 100), `INV` (590, 100)",
        "warning MIG1190: a.gds has nothing on `pins`\n",
        "m.mig:4:3: warning MIG1190: a.gds has nothing on `outline`\n",
    ] {
        assert!(said.err.contains(sentence), "{sentence}\n{}", said.err);
    }
    let json = folder.migc("check m.mig --against a.gds --format json").out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["diagnostics"].as_array().unwrap().iter().any(|d| d["code"] == "MIG0197"));
    assert!(folder.migc("check m.mig --against --format sarif").out.contains("MIG1191"));
}

#[test]
fn texts_where_shapes_are_declared_are_told_at_the_layer() {
    let layers =
        LAYERS.replace("metal1: layer 49/0", "metal1: layer 49/0..1").replace("pins: text 49/1", "pins: text 60/1");
    let folder = held(spec("dbu: 1nm", &layers, "snap exact"));
    let said = folder.migc("check m.mig --against --format short").err;
    let sentence = "error MIG0192: 2 texts stand on 49/1 in a.gds (in `INV`), and `metal1` holds shapes alone\n";
    assert!(said.contains(sentence), "{said}");
}

#[test]
fn a_unit_or_format_that_is_not_the_promised_one_is_told() {
    let folder = held(spec("dbu: 0.5nm", LAYERS, "snap exact").replace("old = gds", "old = oasis"));
    let said = folder.migc("check m.mig --against --format short");
    assert_eq!(said.code, 1);
    assert!(said.err.contains("error MIG0193: a.gds: the file is GDSII, and the spec says `oasis(…)`"), "{}", said.err);
    assert!(
        said.err.contains("error MIG0193: a.gds: its database unit is 1nm, and the spec promises 500pm"),
        "{}",
        said.err
    );
}

#[test]
fn everything_that_is_wrong_with_the_hierarchy_is_told_at_once() {
    let folder = held(spec("dbu: 1nm", LAYERS, "snap exact"));
    let mut cells = ["TOP", "A", "A", "B"].map(|name| cell(name, &[]));
    let twice = Strans { flags: 0, mag: Some(Real::whole_number(2)), angle: None };
    instance(&mut cells[0], "A", [3, 4], Some(twice));
    instance(&mut cells[0], "GONE", [3, 4], None);
    instance(&mut cells[3], "B", [3, 4], None);
    folder.write("b.gds", library(cells.to_vec()));
    let said = folder.migc("check m.mig --against b.gds --format short");
    assert_eq!(said.code, 1);
    for sentence in [
        "error MIG0194: b.gds has 2 cells that are called `A`\n",
        "error MIG0194: b.gds has no cell `GONE`, and `TOP` places it at (3, 4)\n",
        "error MIG0194: cells of b.gds place each other in a ring: `B` → `B`\n",
        "m.mig:11:3: error MIG0195: in b.gds, `TOP` places `A` at (3, 4) magnified 2 times\n",
    ] {
        assert!(said.err.contains(sentence), "{sentence}\n{}", said.err);
    }
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let folder = held(spec("dbu: 1nm", LAYERS, "snap exact"));
    folder.write("r.mig", "migration r\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n");
    for (arguments, code, sentence) in [
        ("check m.mig --against none.gds", 3, "none.gds"),
        ("check m.mig --against a.gds --source new", 2, "m.mig has no source of layouts `new`; it has old"),
        ("check r.mig --against a.gds", 2, "r.mig has no source of layouts; write --against without a file"),
    ] {
        let said = folder.migc(arguments);
        assert_eq!(said.code, code, "{arguments}: {}", said.err);
        assert!(said.err.contains(sentence), "{arguments}: {}", said.err);
    }
    folder.done("check m.mig --against a.gds --source old --format short");
}
