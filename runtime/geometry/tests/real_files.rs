//! Layers of real layouts, judged by an independent program.
#![allow(clippy::disallowed_macros)]

mod common;

use common::flat::Flat;
use common::{case, merged, oracle, pairs_as_text, polygons_as_text};
use migc_geometry::{Between, Op, Region, Rule, Shapes};
use migc_layout::read_path;

type Layer = (u32, u32);

/// All operations on two layers, against the oracle; the distance is for sizing and checks.
fn judge(name: &str, [a, b]: [Layer; 2], distance: i32) {
    let Some(path) = case(name) else { return };
    let lib = read_path(&path).unwrap();
    let flat = |layer: Layer| -> Shapes { Flat::of(&lib, layer).shapes(&lib) };
    let (x, y) = (flat(a), flat(b));
    let (p, q) = (merged(&x), merged(&y));
    let rule = Rule::new(distance);
    let rows: Vec<(String, Vec<String>)> = vec![
        ("merge".into(), polygons_as_text(&p)),
        ("and".into(), polygons_as_text(&Region::combined(Op::And, &x, &y))),
        ("not".into(), polygons_as_text(&Region::combined(Op::Not, &x, &y))),
        ("xor".into(), polygons_as_text(&Region::combined(Op::Xor, &x, &y))),
        (format!("size {} {}", 10, 10), polygons_as_text(&Region::sized(&x, 10, 10).unwrap())),
        (format!("size {distance} {}", distance / 2), polygons_as_text(&p.sized_by(distance, distance / 2))),
        (
            format!("size -{} -{}", distance / 3, distance / 2),
            polygons_as_text(&p.sized_by(-distance / 3, -distance / 2)),
        ),
        (format!("width {distance} euclidean shielded"), pairs_as_text(&p.width_check(&rule))),
        (format!("space {distance} euclidean shielded"), pairs_as_text(&p.space_check(&rule, Between::Any))),
        (format!("notch {distance} euclidean shielded"), pairs_as_text(&p.space_check(&rule, Between::Same))),
        (format!("isolated {distance} euclidean shielded"), pairs_as_text(&p.space_check(&rule, Between::Different))),
        (format!("separation {distance} euclidean shielded"), pairs_as_text(&p.separation_check(&q, &rule))),
        (format!("enclosure {distance} euclidean shielded"), pairs_as_text(&p.enclosure_check(&q, &rule))),
        (format!("overlap {distance} euclidean shielded"), pairs_as_text(&p.overlap_check(&q, &rule))),
    ];
    let mut text = String::new();
    let path = path.display();
    for (what, _) in &rows {
        text += &format!("case {what}\na file {path} {} {}\nb file {path} {} {}\nend\n", a.0, a.1, b.0, b.1);
    }
    let Some(answers) = oracle(&format!("real_{name}_{}", a.0), &text) else { return };
    for ((what, mine), theirs) in rows.iter().zip(&answers) {
        let only = |p: &[String], q: &[String]| {
            let q: std::collections::HashSet<&String> = q.iter().collect();
            p.iter().filter(|l| !q.contains(l)).cloned().collect::<Vec<_>>()
        };
        let (here, there) = (only(mine, theirs), only(theirs, mine));
        eprintln!("{name} {a:?} {what}: {} here, {} there", mine.len(), theirs.len());
        let few = |v: &[String]| v.iter().take(3).cloned().collect::<Vec<_>>();
        assert!(
            here.is_empty() && there.is_empty(),
            "{name} {a:?} {what}: {} only here {:?}, {} only there {:?}",
            here.len(),
            few(&here),
            there.len(),
            few(&there)
        );
    }
}

/// Sizing that is known to stay within 32 bits.
trait Sized {
    fn sized_by(&self, dx: i32, dy: i32) -> Region;
}

impl Sized for Region {
    fn sized_by(&self, dx: i32, dy: i32) -> Region {
        Region::sized(self, dx, dy).unwrap()
    }
}

#[test]
fn a_library_metal_and_contacts() {
    judge("nangate45.gds", [(11, 0), (10, 0)], 1400);
}

#[test]
fn a_library_gates_and_active() {
    judge("nangate45.gds", [(9, 0), (1, 0)], 1400);
}

#[test]
fn a_library_of_another_process() {
    judge("ors_sky130_fd_sc_hd.gds", [(67, 20), (66, 44)], 180);
    judge("ors_sky130_fd_sc_hd.gds", [(66, 20), (65, 20)], 250);
}

#[test]
fn a_routed_memory() {
    judge("RAM32_1RW1R.gds.gz", [(68, 20), (68, 44)], 180);
}

#[test]
#[ignore = "the oracle takes a minute"]
fn the_gates_of_a_routed_memory() {
    judge("RAM32_1RW1R.gds.gz", [(66, 20), (65, 20)], 250);
}
