//! `migc draft`: a spec made of a layout is checked, runs, and carries everything over.

use migc_layout::Format;

use crate::drawing::{cell, library_in, rectangle, text};
use crate::support::Folder;

const NAMES: &str = "<layer-properties><properties><name>met1.drawing - 68/20</name><source>68/20@1</source></properties>\
    <properties><name>via.drawing</name><source>68/44@1</source></properties>\
    <properties><name>met2</name><source>69/20@1</source></properties>\
    <properties><name>met1.label</name><source>68/5@1</source></properties></layer-properties>";

const RULES: &str = "MANUFACTURINGGRID 0.005 ;
LAYER met1
  TYPE ROUTING ; WIDTH 0.14 ; AREA 0.083 ; MINSTEP 0.1 ;
  SPACINGTABLE PARALLELRUNLENGTH 0 WIDTH 0 0.14 WIDTH 3 0.28 ;
END met1
LAYER via
  TYPE CUT ; WIDTH 0.15 ; SPACING 0.17 ; ENCLOSURE BELOW 0.055 0.085 ;
END via
LAYER met2
  TYPE ROUTING ; WIDTH 0.14 ; SPACING 0.14 ;
END met2
LAYER met9
  TYPE ROUTING ; WIDTH 1 ;
END met9
";

fn layout(format: Format) -> Vec<u8> {
    let mut top = cell("TOP", &[]);
    for (layer, corners) in [
        ((68, 20), [0, 0, 2000, 400]),
        ((68, 44), [100, 100, 250, 250]),
        ((69, 20), [0, 0, 400, 2000]),
        ((7, 7), [0, 0, 10, 10]),
    ] {
        rectangle(&mut top, layer, corners);
    }
    text(&mut top, (68, 5), "VDD", [30, 30]);
    library_in(format, vec![top])
}

#[test]
fn a_draft_names_its_layers_has_their_rules_and_carries_everything_over() {
    let folder = Folder::new();
    folder.write("a.gds", layout(Format::Gds)).write("tech.lyp", NAMES).write("tech.lef", RULES);
    folder.done("draft a.gds --layers tech.lyp --rules tech.lef -o a.mig");
    let text = folder.text("a.mig");
    for line in [
        "source old = gds(\"a.gds\", dbu: 1nm, grid: 10nm) {",
        "target new = gds(\"out/a.gds\", dbu: 1nm, grid: 5nm) {",
        "    space >= 280nm where width > 3000nm",
        "    area >= 0.083um2",
        "    size == 150nm x 150nm",
        "    inside met1 by 55nm, 85nm on opposite sides",
        "    joins met1 to met2",
        "  // no rule here for: MINSTEP 0.1",
        "// Layers of the technology that no layer here is called like: met9",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(text.contains("met1_label : text 68/5") && text.contains("labels met1"), "{text}");
    let said = folder.done("check a.mig");
    assert!(said.err.contains("no errors, no warnings"), "{}", said.err);
    assert_eq!(folder.migc("fmt a.mig --check").code, 0, "a draft is in the one style");
    folder.done("run a.mig");
    let (was, is) = (migc_layout::read(&layout(Format::Gds)[..]).unwrap(), folder.bytes("out/a.gds"));
    assert_eq!(migc_layout::read(&is[..]).unwrap().cells, was.cells);
}

#[test]
fn a_draft_goes_to_standard_output_and_replaces_nothing_unasked() {
    let folder = Folder::new();
    folder.write("b.oas", layout(Format::Oasis));
    let said = folder.done("draft b.oas --to gds");
    assert!(
        said.out.contains("source old = oasis(\"b.oas\"") && said.out.contains("gds(\"out/b.gds\""),
        "{}",
        said.out
    );
    folder.write("b.mig", "mine");
    let refused = folder.migc("draft b.oas -o b.mig");
    assert_eq!((refused.code, folder.text("b.mig").as_str()), (3, "mine"), "{}", refused.err);
    folder.done("draft b.oas -o b.mig --force");
    folder.done("run b.mig");
    for (args, said) in [
        ("draft gone.gds", "gone.gds does not exist"),
        ("draft b.mig", "b.mig cannot be read"),
        ("draft b.oas --layers b.mig", "b.mig cannot be read: it cannot be read as XML"),
        ("draft b.oas --rules b.mig", "b.mig cannot be read: line 1: it has no `LAYER`"),
    ] {
        let refused = folder.migc(args);
        assert_eq!(refused.code, 3, "{args}");
        assert!(refused.err.contains(said), "{}", refused.err);
    }
}
