//! Small hierarchical layouts with everything in them, judged by an independent program.

mod common;

use common::*;
use migc_layout::{Extra, Kind, Library, MigrateError, Name, Outcome, Property, Real8, Strans, migrate};

/// Migrates, and asks the oracle whether the result is the source flattened, scaled and snapped.
fn judged(name: &str, lib: &Library, factor: (i64, i64), grid: i64) -> Outcome {
    let source = save(lib, &format!("{name}.gds"));
    let (m, kernel) = keep_all(lib, factor, grid, 1_000_000);
    let done = migrate(lib, &m, &kernel).unwrap();
    let out = save(&done.library, &format!("{name}_out.gds"));
    let words = [m.scaling.factors[0].0, m.scaling.factors[0].1, grid].map(|n| n.to_string());
    let said =
        oracle(&["snapped", source.to_str().unwrap(), out.to_str().unwrap(), &words[0], &words[1], &words[2], "0.001"]);
    assert_eq!(said.unwrap_or_default(), "", "{name} by {factor:?} on {grid}: {:?}", done.notes);
    done
}

/// Leaves with rectangles, polygons with slanted edges, paths, texts; a middle with arrays; a top with all orientations.
fn everything(seed: u64) -> Library {
    let mut d = Dice(seed);
    let mut leaves = Vec::new();
    for name in ["LEAF", "LEAF2"] {
        let mut leaf = cell(name);
        for layer in 1..4 {
            for _ in 0..4 {
                let [x, y] = d.point(-300, 300);
                rect(&mut leaf, layer, [x, y, x + d.roll(1, 120), y + d.roll(1, 120)]);
            }
            polygon(&mut leaf, layer, &[d.point(-200, 200), d.point(-200, 200), d.point(-200, 200)]);
        }
        let [x, y] = d.point(-100, 100);
        let boxed = [[x, y], [x + 77, y], [x + 77, y + 33], [x, y + 33], [x, y]];
        leaf.push(Kind::Box, 6, 0, &boxed, None).unwrap();
        for (i, path_type) in [0, 1, 2, 4].into_iter().enumerate() {
            let (layer, ends) = (10 + i as u32, (path_type == 4).then(|| [d.roll(-20, 60), d.roll(0, 60)]));
            let spine = [[x, y], [x + d.roll(100, 300), y], [x + 400, y], [x + 400, y + d.roll(100, 300)]];
            let width = 2 * d.roll(2, 45) + d.roll(0, 2);
            path(&mut leaf, layer, path_type, width, ends, &spine);
            let spine = [[x, y], [x + 400, y + d.roll(0, 300)], [x + 900, y + d.roll(-400, 700)]];
            path(&mut leaf, layer, path_type, width, ends, &spine);
        }
        text(&mut leaf, 5, "label", d.point(-50, 50));
        leaves.push(leaf);
    }
    let mut middle = cell("MIDDLE");
    for o in 0..8 {
        let p = d.point(-3000, 3000);
        place(&mut middle, if o % 2 == 0 { "LEAF" } else { "LEAF2" }, p, o);
    }
    let [x, y] = d.point(0, 999);
    array(&mut middle, "LEAF", [[x, y], [x + 3 * 1250, y], [x, y + 2 * 2500]], (3, 2), d.roll(0, 8) as u8);
    let skew = d.roll(1, 9);
    array(&mut middle, "LEAF2", [[x, y], [x + 3 * 777, y + 3 * skew], [x - 2 * skew, y + 2 * 1251]], (3, 2), 0);
    array(&mut middle, "LEAF2", [[x, y], [x + 1000, y], [x, y + 2222]], (3, 4), d.roll(0, 8) as u8);
    rect(&mut middle, 1, [x, y, x + 777, y + 55]);
    let mut top = cell("TOP");
    for o in 0..8 {
        place(&mut top, "MIDDLE", d.point(-30_000, 30_000), o);
    }
    array(&mut top, "MIDDLE", [[0, 0], [5 * 9999, 0], [0, 2 * 8888]], (5, 2), d.roll(0, 8) as u8);
    let [a, b] = <[_; 2]>::try_from(leaves).unwrap();
    library(vec![top, middle, a, b])
}

#[test]
fn any_hierarchy_equals_flat_scaling_where_ties_do_not_exist() {
    for seed in 0..4 {
        judged(&format!("odd{seed}"), &everything(seed), (18, 25), 5);
        judged(&format!("up{seed}"), &everything(seed), (13, 9), 5);
    }
}

#[test]
fn any_hierarchy_equals_flat_scaling_where_ties_exist() {
    for seed in 10..14 {
        judged(&format!("half{seed}"), &everything(seed), (1, 2), 1);
        judged(&format!("even{seed}"), &everything(seed), (3, 4), 5);
        judged(&format!("grid{seed}"), &everything(seed), (1, 1), 10);
    }
}

#[test]
fn whole_multiples_keep_cells_arrays_and_paths_as_they_are() {
    let lib = everything(3);
    let done = judged("twice", &lib, (2, 1), 1);
    assert_eq!(done.counts.cells_written, 4);
    // The uneven arrays cannot stay; the others do.
    assert_eq!((done.counts.arrays_read, done.counts.arrays_split), (4, 1));
}

#[test]
fn paths_of_any_angle_have_the_oracles_outline() {
    let mut d = Dice(78);
    let mut top = cell("TOP");
    for layer in 0..400 {
        let mut p = d.point(-5000, 5000);
        let mut spine = vec![p];
        for _ in 0..d.roll(1, 5) {
            // Ways that hardly bend are left to `outline.rs`, which says why.
            let bends = |s: [i32; 2]| match spine[..] {
                [.., a, b] => {
                    let u = [i64::from(b[0] - a[0]), i64::from(b[1] - a[1])];
                    (u[0] * i64::from(s[1]) - u[1] * i64::from(s[0])).abs() > 200_000
                }
                _ => true,
            };
            let step = loop {
                let [x, y] = d.point(-3000, 3000);
                // Every fourth way is along an axis, every fourth a diagonal.
                let step = [[x, y], [x, x], [x, 0], [y, x]][d.roll(0, 4) as usize];
                if step[0].abs().max(step[1].abs()) > 1000 && bends(step) {
                    break step;
                }
            };
            p = [p[0] + step[0], p[1] + step[1]];
            spine.push(p);
        }
        let path_type = [0, 1, 2, 4][layer as usize % 4];
        let width = 2 * d.roll(2, 50) + d.roll(0, 2);
        path(&mut top, layer, path_type, width, (path_type == 4).then(|| [d.roll(0, 90), 7]), &spine);
    }
    let lib = library(vec![top]);
    judged("slanted", &lib, (2, 1), 1);
    judged("slanted_snapped", &lib, (18, 25), 5);
}

#[test]
fn short_jogs_have_the_oracles_outline() {
    let mut d = Dice(5);
    let mut top = cell("TOP");
    for layer in 0..200 {
        let mut p = d.point(-5000, 5000);
        let mut spine = vec![p];
        for i in 0..d.roll(2, 6) {
            p[i as usize % 2] += d.roll(-60, 60);
            spine.push(p);
        }
        path(&mut top, layer, [0, 2][layer as usize % 2], 2 * d.roll(1, 60), None, &spine);
    }
    judged("jogs", &library(vec![top]), (18, 25), 5);
}

#[test]
fn a_budget_of_one_names_the_cells_that_need_more() {
    let lib = everything(1);
    let (mut m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
    m.scaling.variants = Some(1);
    let Err(MigrateError::Snap(refused)) = migrate(&lib, &m, &kernel) else { panic!("it was not refused") };
    let names: Vec<&str> = refused.cells.iter().map(|c| c.0.as_str()).collect();
    assert!(names.contains(&"LEAF") && names.contains(&"MIDDLE") && !names.contains(&"TOP"), "{names:?}");
    assert_eq!(refused.before, 4);
    assert!(refused.to_string().contains("`snap exact`"));
    m.scaling.variants = Some(refused.cells[0].1 as u32);
    assert_eq!(migrate(&lib, &m, &kernel).unwrap().counts.cells_written, refused.after as u64);
}

#[test]
fn equal_results_are_one_variant_and_names_stay_unique() {
    let (mut leaf, mut top, mut other) = (cell("LEAF"), cell("TOP"), cell("LEAF$1"));
    rect(&mut leaf, 1, [0, 0, 100, 100]);
    rect(&mut other, 1, [0, 0, 10, 10]);
    for x in 0..50 {
        place(&mut top, "LEAF", [x * 500 + x, 0], 0);
    }
    place(&mut top, "LEAF$1", [0, 0], 0);
    let lib = library(vec![top, leaf, other]);
    // 100 units become 9, 10 or 11 by a tenth on a grid of 1: two results for fifty residues modulo 10.
    let done = judged("shared", &lib, (1, 10), 1);
    assert_eq!(done.counts.cells_written, 3);
    let done = judged("shared7", &lib, (1, 7), 1);
    let names: Vec<String> = done.library.cells.iter().map(|c| c.name.to_string()).collect();
    assert_eq!(names, ["TOP", "LEAF", "LEAF$2", "LEAF$1"]);
    assert_eq!(done.variants, [("LEAF".to_string(), 2)]);
}

#[test]
fn a_shape_without_area_left_is_rejected_with_its_place() {
    let mut top = cell("TOP");
    rect(&mut top, 7, [0, 0, 100, 2]);
    rect(&mut top, 7, [0, 0, 100, 50]);
    let lib = library(vec![top]);
    let (m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    let done = migrate(&lib, &m, &kernel).unwrap();
    let [r] = &done.rejects[..] else { panic!("{:?}", done.rejects) };
    assert_eq!((r.cell.as_str(), r.layer, r.bbox, r.missing, r.variants), ("TOP", 7, [0, 0, 100, 2], 1, 1));
    let c = done.counts.layers.values().next().unwrap();
    assert_eq!((c.read, c.written, c.collapsed), (2, 1, 1));
}

#[test]
fn boxes_nodes_flags_and_properties_are_kept() {
    let mut top = cell("TOP");
    let extra = Extra {
        flags: Some(1),
        plex: Some(7),
        properties: vec![Property::Attribute { number: 3, value: Name::from("value") }],
    };
    let square = [[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]];
    top.push(Kind::Box, 1, 2, &square, Some(extra.clone())).unwrap();
    top.push(Kind::Node, 1, 2, &square[..2], Some(extra.clone())).unwrap();
    let lib = library(vec![top]);
    let (m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    let out = &migrate(&lib, &m, &kernel).unwrap().library.cells[0];
    assert_eq!(out.elements.iter().map(|e| e.kind).collect::<Vec<_>>(), [Kind::Box, Kind::Node]);
    assert_eq!(out.points_of(&out.elements[0]), square.map(|p| p.map(|v| v / 2)));
    assert!(out.elements.iter().all(|e| out.extra_of(e) == Some(&extra)));
}

#[test]
fn undeclared_numbers_are_refused_with_their_count_or_counted_as_ignored() {
    let mut top = cell("TOP");
    rect(&mut top, 7, [0, 0, 100, 20]);
    text(&mut top, 7, "t", [0, 0]);
    let lib = library(vec![top]);
    let (mut m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    m.routes.retain(|r| !r.texts);
    let refused = migrate(&lib, &m, &kernel).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "1 text stands on 7/0, which the source does not declare\ndeclare them, or leave them out in words: `ignore 7/0 \"why\"`"
    );
    m.ignore_others = true;
    let done = migrate(&lib, &m, &kernel).unwrap();
    assert_eq!(done.counts.layers.values().map(|c| c.ignored).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn sizes_of_texts_scale_exactly() {
    let mut top = cell("TOP");
    text(&mut top, 7, "t", [10, 0]);
    let lib = library(vec![top]);
    let (m, kernel) = keep_all(&lib, (18, 25), 1, 1_000_000);
    let done = migrate(&lib, &m, &kernel).unwrap();
    let mag = done.library.cells[0].texts[0].strans.and_then(|s| s.mag);
    assert_eq!(mag, Some(Real8::ratio(9, 25).into()));
    // To a database unit of a tenth: coordinates grow tenfold, sizes do not.
    let (m, kernel) = keep_all(&lib, (180, 25), 1, 100_000);
    let done = migrate(&lib, &m, &kernel).unwrap();
    assert_eq!(done.library.cells[0].texts[0].strans.and_then(|s| s.mag), Some(Real8::ratio(9, 25).into()));
    assert_eq!(done.library.units.femtometres(), Some(100_000));
}

#[test]
fn rings_and_missing_cells_are_named() {
    let (mut a, mut b) = (cell("A"), cell("B"));
    place(&mut a, "B", [0, 0], 0);
    place(&mut b, "A", [0, 0], 0);
    let lib = library(vec![a, b]);
    let (m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    let refused = migrate(&lib, &m, &kernel).unwrap_err();
    assert_eq!(refused, MigrateError::Ring(vec!["A".into(), "B".into()]));
    let mut a = cell("A");
    place(&mut a, "C", [3, 4], 0);
    let refused = migrate(&library(vec![a]), &m, &kernel).unwrap_err();
    assert_eq!(refused.to_string(), "the cell `A` places `C` at (3, 4), and the file has no such cell");
}

#[test]
fn turned_by_thirty_degrees_is_refused_by_name() {
    let (mut top, mut leaf) = (cell("TOP"), cell("LEAF"));
    rect(&mut leaf, 1, [0, 0, 10, 10]);
    place(&mut top, "LEAF", [3, 4], 1);
    top.placements[0].strans = Some(Strans { flags: 0, mag: None, angle: Some(Real8::ratio(30, 1).into()) });
    let lib = library(vec![top, leaf]);
    let (m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    let said = migrate(&lib, &m, &kernel).unwrap_err().to_string();
    assert!(said.starts_with("the cell `TOP` places `LEAF` at (3, 4) turned by 30°"), "{said}");
}

#[test]
fn an_endless_array_stays_an_array() {
    let (mut top, mut leaf) = (cell("TOP"), cell("LEAF"));
    rect(&mut leaf, 1, [0, 0, 10, 10]);
    array(&mut top, "LEAF", [[0, 0], [30_000 * 50, 0], [0, 30_000 * 50]], (30_000, 30_000), 0);
    let lib = library(vec![top, leaf]);
    let (m, kernel) = keep_all(&lib, (18, 25), 1, 1_000_000);
    let done = migrate(&lib, &m, &kernel).unwrap();
    assert_eq!((done.counts.arrays_kept, done.counts.arrays_written), (1, 1));
    assert!(matches!(done.library.cells[0].elements[0].kind, Kind::Array(_)));
}
