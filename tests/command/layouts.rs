//! Maps between formats of layouts.

use migc_layout::{Format, Kind, Library, read};

use crate::drawing::inverter;
use crate::support::Folder;

const LAYERS: &str = "metal1: layer 49/0, cont: cut 47/0, pins: text 49/1 labels metal1, ignore others \"small\"";
const MAP: &str = "metal1 = metal1\n  cont = cont\n  pins = pins";

/// A map that moves some layers as they are.
fn spec(from: &str, to: &str) -> String {
    let target = LAYERS.replace(", ignore others \"small\"", "");
    format!(
        "migration m\nsource old = {from} {{ {LAYERS} }}\ntarget new = {to} {{ {target} }}\nmap old -> new {{\n  {MAP}\n}}\n"
    )
}

fn elements(lib: &Library) -> Vec<(u32, u32, usize, bool)> {
    let of = |e: &migc_layout::Element| (e.layer, e.datatype, e.count as usize, matches!(e.kind, Kind::Text(_)));
    lib.cells.iter().flat_map(|c| &c.elements).map(of).collect()
}

#[test]
fn a_layout_goes_to_oasis_and_back() {
    let folder = Folder::new();
    folder.write("a.gds", inverter());
    folder.write("there.mig", spec("gds(\"a.gds\", dbu: 1nm)", "oasis(\"out/a.oas\", dbu: 1nm)"));
    folder.write("back.mig", spec("oasis(\"out/a.oas\", dbu: 1nm)", "gds(\"back/b.gds\", dbu: 1nm)"));
    folder.write("straight.mig", spec("gds(\"a.gds\", dbu: 1nm)", "gds(\"straight/c.gds\", dbu: 1nm)"));
    for name in ["there", "back", "straight"] {
        let said = folder.migc(&format!("run {name}.mig"));
        assert_eq!(said.code, 0, "{}", said.err);
        let noted = (said.out + &said.err).contains("OASIS cannot hold everything: 1 head of GDSII");
        assert_eq!(noted, name == "there", "{name}");
    }
    let oasis = read(&folder.bytes("out/a.oas")[..]).unwrap();
    assert_eq!(oasis.format, Format::Oasis);
    let names: Vec<String> = oasis.layer_names.iter().map(|n| n.name.to_string()).collect();
    assert_eq!(names, ["metal1", "cont", "pins"]);
    let (back, straight) =
        (read(&folder.bytes("back/b.gds")[..]).unwrap(), read(&folder.bytes("straight/c.gds")[..]).unwrap());
    assert_eq!(elements(&back), elements(&straight));
    assert!(!elements(&back).is_empty());
}

#[test]
fn a_file_of_the_other_format_is_refused() {
    let folder = Folder::new();
    folder.write("a.gds", inverter());
    folder.write("a.mig", spec("oasis(\"a.gds\", dbu: 1nm)", "oasis(\"out/a.oas\", dbu: 1nm)"));
    let said = folder.migc("run a.mig");
    assert_ne!(said.code, 0);
    assert!(said.err.contains("the file is GDSII, and the spec says `oasis(…)`; write `gds(…)`"), "{}", said.err);
    assert!(!folder.has("out/a.oas"));
}

#[test]
fn a_damaged_file_of_oasis_is_refused_with_its_place() {
    let folder = Folder::new();
    folder.write("a.oas", b"%SEMI-OASIS\r\n\x01\x031.0\x00\xe8\x07\x01\x0e\x01A\x14\x1a\x00\x00\x00");
    folder.write("a.mig", spec("oasis(\"a.oas\", dbu: 1nm)", "gds(\"out/a.gds\", dbu: 1nm)"));
    let said = folder.migc("run a.mig");
    assert_ne!(said.code, 0);
    assert!(said.err.contains("byte 25, record RECTANGLE, in the cell `A`"), "{}", said.err);
}
