//! Pictures of layouts: what is drawn, what is said of it, and what is refused.

use std::fs;

use migc_layout::{Kind, Real, Repetition, Strans};

use crate::drawing::{array, cell, instance, inverter, library, root, text};
use crate::support::Folder;

/// A folder with the inverters and their spec.
fn inverters() -> Folder {
    let folder = Folder::new();
    let spec = fs::read_to_string(root().join("specs/layout/inverter.mig")).unwrap();
    folder.write("a.gds", inverter()).write("data/inverter.gds", inverter());
    folder.write("m.mig", spec.replace("\"specs/layout\"", "\"data\"").replace("\"target/layout\"", "\"out\""));
    folder
}

/// The pixels of a picture: how wide it is, and red, green and blue of each.
fn pixels(bytes: &[u8]) -> (usize, Vec<[u8; 3]>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut out = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut out).unwrap();
    let rgb = out.chunks(3).map(|p| [p[0], p[1], p[2]]).collect();
    (info.width as usize, rgb)
}

#[test]
fn a_small_cell_has_the_picture_that_was_accepted() {
    let folder = Folder::new();
    let mut top = cell("TOP", &[(1, [0, 0, 1000, 400]), (2, [100, 100, 300, 300])]);
    text(&mut top, (1, 0), "A<B>", [500, 200]);
    folder.write("a.gds", library(vec![top]));
    let said = folder.done("view a.gds --size 200");
    let accepted = root().join("tests/command/view.svg");
    if std::env::var_os("MIGC_ACCEPT").is_some() {
        fs::write(&accepted, &said.out).unwrap();
    }
    assert_eq!(said.out, fs::read_to_string(accepted).unwrap(), "MIGC_ACCEPT=1 accepts the new picture");
    assert_eq!(said.out, folder.done("view a.gds --size 200").out);
}

#[test]
fn a_bitmap_has_paper_outlines_and_hatched_areas() {
    let folder = Folder::new();
    folder.write("a.gds", library(vec![cell("TOP", &[(1, [0, 0, 1000, 1000])])]));
    folder.done("view a.gds --window=-1um,-1um,2um,2um --size 300 -o a.png");
    let (width, pixels) = pixels(&folder.bytes("a.png"));
    // The panel stands at (16, 42): a third of its 300 pixels is the square.
    let at = |x: usize, y: usize| pixels[(42 + y) * width + 16 + x];
    assert_eq!(at(50, 50), [255; 3]);
    assert_eq!(at(100, 150), [0, 114, 178]);
    let inside: Vec<[u8; 3]> = (110..126).map(|x| at(x, 150)).collect();
    assert!(inside.iter().all(|p| p[0] < p[2] && *p != [255; 3]), "{inside:?}");
    assert!(inside.iter().any(|p| *p != inside[0]), "it is not hatched: {inside:?}");
}

#[test]
fn both_sides_of_a_spec_are_drawn_with_its_names() {
    let folder = inverters();
    let before = folder.done("view --spec m.mig");
    assert!(before.out.contains(">metal1  49/0<") && !before.out.contains(">met1  68/20<"));
    folder.done("run m.mig --quiet");
    let both = folder.done("view --spec m.mig --size 300");
    for word in [">before: ROW<", ">after: ROW<", ">metal1  49/0<", ">met1  68/20<", "inverter_shrink: old -&gt; new"] {
        assert!(both.out.contains(word), "{word}");
    }
    let over = folder.done("view --spec m.mig --show overlay --size 300").out;
    assert!(over.contains("before in outlines, after filled") && over.contains(">before<"), "{over}");
    // Both lie upon one another: the sides of a cell are the same pixels before and after.
    let sides = |of: &str| of.matches("<clipPath").count();
    assert_eq!((sides(&over), sides(&both.out)), (1, 2));
}

#[test]
fn what_breaks_rules_is_marked_and_named() {
    let folder = inverters();
    let spec = folder.text("m.mig").replace("layer 68/20", "layer 68/20 { space >= 300nm }");
    folder.write("m.mig", spec);
    folder.done("run m.mig --quiet");
    let marked = folder.done("view --spec m.mig --show after --violations out/new.violations.jsonl").out;
    assert!(marked.contains("met1: space &gt;= 300nm (26)"), "{marked}");
    assert!(marked.matches("stroke=\"#cc0022\"").count() > 26);
    let none = folder.migc("view --spec m.mig --violations m.mig");
    assert_eq!(none.code, 3);
    assert!(none.err.contains("m.mig, line 1, is no violation"), "{}", none.err);
}

#[test]
fn a_window_and_layers_choose_what_is_drawn() {
    let folder = Folder::new();
    folder.write("a.gds", inverter());
    let part = folder.done("view a.gds --window 0,0,1um,1um --layers 49/0,47/0").out;
    assert!(part.contains("(0, 0) … (1, 1) µm"), "{part}");
    assert!(part.contains(">49/0<") && part.contains(">47/0<") && !part.contains(">43/0<"));
    let deep = folder.done("view a.gds --depth 0").out;
    assert!(deep.contains(">INV<") && !deep.contains(">49/0<"), "{deep}");
}

#[test]
fn millions_of_shapes_make_a_small_picture_that_says_so() {
    let folder = Folder::new();
    let (mut top, mut block) = (cell("TOP", &[]), cell("BLOCK", &[]));
    array(&mut block, "DOT", 2000, 1000, 20);
    array(&mut top, "BLOCK", 4, 4, 50_000);
    let mut one = cell("DOT", &[(1, [0, 0, 10, 10])]);
    one.push(Kind::Boundary, 2, 0, &[[0, 0], [0, 5], [5, 5], [5, 0], [0, 0]], None).unwrap();
    one.repeat_last(Repetition::Regular { columns: 2, rows: 2, column_step: [8, 0], row_step: [0, 8] }).unwrap();
    folder.write("a.gds", library(vec![top, block, one]));
    let whole = folder.done("view a.gds").out;
    assert!(whole.len() < 200_000, "{}", whole.len());
    assert!(
        whole.contains("Shapes smaller than a pixel are drawn as the share of each pixel that they cover: 1/0, 2/0.")
    );
    let near = folder.done("view a.gds --window 0,0,200nm,200nm").out;
    assert!(near.contains("<path") && !near.contains("<image"), "{near}");
}

#[test]
fn instances_of_every_kind_are_drawn() {
    let folder = Folder::new();
    let mut top = cell("TOP", &[]);
    let turned = Strans { flags: 0, mag: Some(Real::whole_number(2)), angle: Some(Real::whole_number(45)) };
    instance(&mut top, "A", [0, 0], Some(turned));
    instance(&mut top, "GONE", [0, 0], None);
    folder.write("a.gds", library(vec![top, cell("A", &[(1, [0, 0, 100, 100])])]));
    let said = folder.done("view a.gds").out;
    assert!(said.contains("1 placement is of cells that the file does not have."), "{said}");
    // A square of twice 100 that stands on its corner is as wide as its diagonal.
    assert!(said.contains("(-0.147, -0.006) … (0.147, 0.288) µm"), "{said}");
}

#[test]
fn what_cannot_be_drawn_is_told_with_what_to_do() {
    let folder = Folder::new();
    folder.write("a.gds", inverter()).write("bad.gds", "nothing").write("there.svg", "mine");
    let mut ring = [cell("A", &[]), cell("B", &[])];
    array(&mut ring[0], "B", 1, 1, 1);
    array(&mut ring[1], "A", 1, 1, 1);
    folder.write("ring.gds", library(ring.to_vec()));
    folder.write("m.mig", "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n");
    for (arguments, code, sentence) in [
        ("view", 2, "required arguments"),
        ("view none.gds", 3, "migc: none.gds does not exist; check the path"),
        ("view bad.gds", 3, "migc: bad.gds cannot be read: byte 0"),
        ("view a.gds --cell INVV", 2, "migc: a.gds has no cell `INVV`; did you mean `INV`?"),
        ("view a.gds --layers 99/0", 2, "migc: a.gds has no layer 99/0; it has 41/0, 43/0, 47/0"),
        ("view a.gds --window 0,0,10,10", 2, "is no length; write it as 10um"),
        ("view a.gds -o a.jpg", 2, "migc: a.jpg is neither NAME.svg nor NAME.png; call it so"),
        ("view a.gds -o there.svg", 3, "migc: there.svg already exists; name another file, or replace it with --force"),
        ("view a.gds -o no/a.svg", 3, "migc: no/a.svg cannot be written: its folder does not exist"),
        ("view ring.gds", 3, "stands in itself, so it has no picture"),
        ("view --spec m.mig", 1, "migc: m.mig has no map of layouts"),
    ] {
        let said = folder.migc(arguments);
        assert_eq!(said.code, code, "{arguments}: {}", said.err);
        assert!(said.err.contains(sentence), "{arguments}: {}", said.err);
    }
    assert_eq!(folder.text("there.svg"), "mine");
    let spec = inverters();
    let said = spec.migc("view --spec m.mig --show after");
    assert_eq!(said.code, 3);
    assert!(said.err.contains("out/inverter.gds does not exist; run the migration first"), "{}", said.err);
}
