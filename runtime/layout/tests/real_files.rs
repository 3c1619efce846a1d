//! Real layouts, judged by an independent program.

mod common;

use std::time::Instant;

use common::{case, keep_all, oracle, save};
use migc_layout::{MigrateError, migrate, read_path};

fn round_trip(name: &str) {
    let Some(path) = case(name) else { return };
    let lib = read_path(&path).unwrap();
    let out = save(&lib, &format!("round_{name}"));
    assert_eq!(read_path(&out).unwrap(), lib);
    if let Some(said) = oracle(&["same", path.to_str().unwrap(), out.to_str().unwrap()]) {
        assert_eq!(said, "");
    }
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
    round_trip("nangate45.gds");
}

#[test]
fn sky130_comes_back_the_same() {
    round_trip("ors_sky130_fd_sc_hd.gds");
}

#[test]
fn every_kind_of_element_comes_back_the_same() {
    round_trip("stress_all.gds");
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
fn a_routed_memory_needs_more_than_one_variant_a_cell() {
    let Some(path) = case("RAM32_1RW1R.gds.gz") else { return };
    let lib = read_path(&path).unwrap();
    let (mut m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
    m.variants = Some(1);
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
