//! Real layouts, judged by an independent program.

mod common;

use std::fs;
use std::path::Path;
use std::time::Instant;

use common::{case, keep_all, oracle, save, save_as, scratch};
use migc_layout::{Format, Library, MigrateError, Property, migrate, read_path};

/// There and back between the formats, with the oracle's word on every file. `loses` is what OASIS cannot say of this one.
fn round_trip(name: &str, loses: &[&str]) {
    let Some(path) = case(name) else { return };
    let plain = name.trim_end_matches(".gz").trim_end_matches(".gds");
    let lib = read_path(&path).unwrap();
    let gds = save(&lib, &format!("{plain}_round.gds"));
    assert_eq!(read_path(&gds).unwrap(), lib);
    alike(&path, &gds, &[]);
    let (oas, lost) = save_as(&lib, Format::Oasis, &format!("{plain}_round.oas"));
    eprintln!("{name}: {lost:?}");
    alike(&path, &oas, loses);
    let from_oas = read_path(&oas).unwrap();
    let (again, lost) = save_as(&from_oas, Format::Oasis, &format!("{plain}_again.oas"));
    assert_eq!((lost, read_path(&again).unwrap()), (vec![], from_oas.clone()));
    assert_eq!(fs::read(&oas).unwrap(), fs::read(&again).unwrap());
    let (back, lost) = save_as(&from_oas, Format::Gds, &format!("{plain}_back.gds"));
    assert_eq!(lost, []);
    alike(&path, &back, loses);
}

/// A file of OASIS as another program packs it, read and written in both formats; `flat` is what it is in GDSII.
fn from_oasis(path: &Path, name: &str, flat: &Path, loses: &[&str]) {
    let lib = read_path(path).unwrap();
    let (oas, lost) = save_as(&lib, Format::Oasis, &format!("{name}_from.oas"));
    assert_eq!(lost, []);
    same(path, &oas);
    equal(told_anew(read_path(&oas).unwrap()), told_anew(lib.clone()));
    let (gds, lost) = save_as(&lib, Format::Gds, &format!("{name}_from.gds"));
    eprintln!("{name} to GDSII: {lost:?}");
    alike(flat, &gds, loses);
    // What a repetition became comes back as single elements.
    let (back, _) = save_as(&read_path(&gds).unwrap(), Format::Oasis, &format!("{name}_back.oas"));
    alike(flat, &back, loses);
}

/// A file of GDSII that another program turned into OASIS. Two equal shapes are a repetition without a step there, which
/// that program itself reads as one shape; so the file of GDSII is what must come out.
fn packed(name: &str) {
    let Some(path) = case(name) else { return };
    let plain = name.trim_end_matches(".gz").trim_end_matches(".gds");
    let packed = scratch(&format!("{plain}_packed.oas"));
    if oracle(&["convert", path.to_str().unwrap(), packed.to_str().unwrap()]).is_some() {
        from_oasis(&packed, plain, &path, &["names", "properties", "arrays", "texts"]);
    }
}

/// Whether both are one library; what differs is shown, and not all.
fn equal(mut a: Library, mut b: Library) {
    for (a, b) in a.cells.drain(..).zip(b.cells.drain(..)) {
        let differs = |a: &[_], b: &[_]| a.iter().zip(b).position(|(a, b)| a != b);
        let at = differs(&a.elements, &b.elements);
        assert!(
            a == b,
            "{} {} elements, {} {} repetitions, {at:?} {:?} {:?}",
            a.elements.len(),
            b.elements.len(),
            a.repetitions.len(),
            b.repetitions.len(),
            at.map(|i| (a.elements[i], a.repetition_of(&a.elements[i]))),
            at.map(|i| (b.elements[i], b.repetition_of(&b.elements[i])))
        );
    }
    assert_eq!(a, b);
}

/// Without what is told anew in each file: where cells stand in it.
fn told_anew(mut lib: Library) -> Library {
    for cell in &mut lib.cells {
        let offset = |p: &Property| matches!(p, Property::Named { name, .. } if name.bytes() == b"S_CELL_OFFSET");
        cell.name_properties.retain(|p| !offset(p));
    }
    lib.remarks.clear();
    lib
}

fn same(a: &Path, b: &Path) {
    assert_eq!(oracle(&["same", a.to_str().unwrap(), b.to_str().unwrap()]).unwrap_or_default(), "");
}

fn alike(a: &Path, b: &Path, loses: &[&str]) {
    let args = [&["alike", a.to_str().unwrap(), b.to_str().unwrap()], loses].concat();
    assert_eq!(oracle(&args).unwrap_or_default(), "");
}

/// Scales by `m/d` in database units; the result must equal flat scaling and snapping.
fn scaled(name: &str, factor: (i64, i64), grid: i64, dbu: i64) {
    let Some(path) = case(name) else { return };
    let lib = read_path(&path).unwrap();
    let (m, kernel) = keep_all(&lib, factor, grid, dbu);
    let start = Instant::now();
    let done = migrate(&lib, &m, &kernel).unwrap();
    let time = start.elapsed();
    eprintln!(
        "{name}: {} cells into {}, {:?}; {} rejects; {time:?}",
        done.counts.cells_read,
        done.counts.cells_written,
        done.notes,
        done.rejects.len()
    );
    done.counts.balance().unwrap();
    let out = save(&done.library, &format!("scaled_{}", name.trim_end_matches(".gz")));
    assert_eq!(read_path(&out).unwrap(), done.library);
    let words = [kernel.m, kernel.d, grid].map(|n| n.to_string());
    let dbu = (dbu as f64 / 1e9).to_string();
    if let Some(said) =
        oracle(&["snapped", path.to_str().unwrap(), out.to_str().unwrap(), &words[0], &words[1], &words[2], &dbu])
    {
        assert_eq!(said, "");
    }
}

#[test]
fn nangate45_comes_back_the_same() {
    round_trip("nangate45.gds", &["texts"]);
    packed("nangate45.gds");
}

#[test]
fn sky130_comes_back_the_same() {
    round_trip("ors_sky130_fd_sc_hd.gds", &["texts"]);
    packed("ors_sky130_fd_sc_hd.gds");
}

#[test]
fn many_standard_cells_come_back_the_same() {
    round_trip("ihp_stdcell_abutment.gds", &["texts"]);
    packed("ihp_stdcell_abutment.gds");
}

#[test]
fn a_routed_memory_comes_back_the_same() {
    round_trip("RAM32_1RW1R.gds.gz", &["texts"]);
    packed("RAM32_1RW1R.gds.gz");
}

#[test]
fn every_kind_of_element_comes_back_the_same() {
    // Paths of an odd width become polygons.
    round_trip("stress_all.gds", &["texts", "paths"]);
}

#[test]
fn every_repetition_comes_back_the_same() {
    let Some(path) = case("oasis_all_repetitions.oas") else { return };
    from_oasis(&path, "repetitions", &path, &["names", "arrays", "boxes"]);
}

#[test]
fn public_files_of_oasis_come_back_the_same() {
    let Some(folder) = case("oasis") else { return };
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap();
        // Where the oracle takes 0 or nothing for what was never said, these are errors here, as the standard has it.
        let why = match name {
            "t2.3" => {
                "byte 40, record CELLNAME: some names of this table have numbers of their own, and some are counted"
            }
            "t3.3" => "byte 38, record TEXTSTRING: some names of this table have numbers of their own",
            "t3.4" => "byte 54, record END: the file has no TEXTSTRING of the number 2, which it uses",
            "t3.7" => "byte 42, record TEXT, in the cell `ABC`: the record leaves out its layer of texts",
            "t3.8" => "byte 42, record TEXT, in the cell `ABC`: the record leaves out its texttype",
            "t3.11" => "byte 42, record TEXT, in the cell `ABC`: the record leaves out its text,",
            _ => {
                from_oasis(&path, name, &path, &["names", "arrays", "boxes", "properties", "ghosts"]);
                continue;
            }
        };
        let said = read_path(&path).unwrap_err().to_string();
        assert!(said.starts_with(why), "{name}: {said}");
    }
}

#[test]
fn nangate45_scaled_equals_flat_scaling() {
    // 18/25 from 0.1 nm to 1 nm.
    scaled("nangate45.gds", (18, 250), 5, 1_000_000);
}

#[test]
fn sky130_scaled_equals_flat_scaling() {
    scaled("ors_sky130_fd_sc_hd.gds", (18, 25), 5, 1_000_000);
}

#[test]
fn a_routed_memory_scaled_equals_flat_scaling() {
    scaled("RAM32_1RW1R.gds.gz", (18, 25), 5, 1_000_000);
}

#[test]
fn a_library_of_oasis_scaled_equals_flat_scaling() {
    // As another program packs it: repetitions of shapes, which stay such where their steps are on the grid.
    let Some(path) = case("nangate45.gds") else { return };
    let packed = scratch("scaled_packed.oas");
    if oracle(&["convert", path.to_str().unwrap(), packed.to_str().unwrap()]).is_none() {
        return;
    }
    let lib = read_path(&packed).unwrap();
    assert!(lib.cells.iter().any(|c| !c.repetitions.is_empty()));
    let (m, kernel) = keep_all(&lib, (18, 250), 5, 1_000_000);
    let done = migrate(&lib, &m, &kernel).unwrap();
    eprintln!("{:?}", done.notes);
    assert!(done.library.cells.iter().any(|c| !c.repetitions.is_empty()));
    let of_cells = done.library.cells.iter().flat_map(|c| &c.name_properties);
    for p in done.library.properties.iter().chain(of_cells) {
        let Property::Named { name, .. } = p else { panic!("{p:?}") };
        assert!(!["S_BOUNDING_BOX", "S_TOP_CELL"].contains(&name.to_string().as_str()));
    }
    let out = save(&done.library, "scaled_packed_out.oas");
    let words = [kernel.m, kernel.d, 5].map(|n| n.to_string());
    let args = ["snapped", packed.to_str().unwrap(), out.to_str().unwrap(), &words[0], &words[1], &words[2], "0.001"];
    assert_eq!(oracle(&args).unwrap_or_default(), "");
}

#[test]
fn a_routed_memory_needs_more_than_one_variant_a_cell() {
    let Some(path) = case("RAM32_1RW1R.gds.gz") else { return };
    let lib = read_path(&path).unwrap();
    let (mut m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
    m.scaling.variants = Some(1);
    let Err(MigrateError::Snap(refused)) = migrate(&lib, &m, &kernel) else { panic!("it was not refused") };
    eprintln!("{refused}");
    assert!(refused.cells.len() <= 10 && refused.over >= refused.cells.len());
    assert!(refused.cells.is_sorted_by(|a, b| a.1 >= b.1));
}

#[test]
fn turned_and_magnified_cells_are_copied_but_not_scaled() {
    let Some(path) = case("stress_all.gds") else { return };
    let lib = read_path(&path).unwrap();
    let (m, kernel) = keep_all(&lib, (1, 1), 1, 1_000_000);
    let copy = migrate(&lib, &m, &kernel).unwrap();
    assert_eq!(copy.library, lib);
    let (m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
    let refused = migrate(&lib, &m, &kernel).unwrap_err();
    assert!(matches!(refused, MigrateError::NotManhattan { .. }), "{refused}");
}
