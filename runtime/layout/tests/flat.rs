//! The hierarchical result against a flat computation made here, vertex for vertex.

mod common;

use std::collections::{BTreeMap, HashMap};

use common::{Dice, Plain, array, cell, keep_all, library, place, rect};
use migc_layout::{Cell, Kind, Library, VertexKernel, migrate};
use proptest::prelude::*;

type Flat = BTreeMap<(u32, Vec<[i64; 2]>), usize>;

/// All polygons as seen from `top`, counted.
fn flatten(lib: &Library, top: &str) -> Flat {
    let cells: HashMap<String, &Cell> = lib.cells.iter().map(|c| (c.name.to_string(), c)).collect();
    let mut flat = Flat::new();
    walk(&cells, top, [0, 0], &|p| p, &mut flat);
    flat
}

fn walk(cells: &HashMap<String, &Cell>, name: &str, o: [i64; 2], turn: &dyn Fn([i64; 2]) -> [i64; 2], flat: &mut Flat) {
    let c = cells[name];
    let seen = |[x, y]: [i64; 2]| {
        let [x, y] = turn([x, y]);
        [x + o[0], y + o[1]]
    };
    for e in &c.elements {
        let points: Vec<[i64; 2]> = c.points_of(e).iter().map(|p| p.map(i64::from)).collect();
        let (Kind::Instance(i) | Kind::Array(i)) = e.kind else {
            *flat.entry((e.layer, points.into_iter().map(seen).collect())).or_default() += 1;
            continue;
        };
        let p = &c.placements[i as usize];
        let strans = p.strans.unwrap_or_default();
        let quarter = strans.angle.and_then(|a| a.whole()).unwrap_or(0) / 90;
        let inner = |[x, y]: [i64; 2]| {
            let mut v = if strans.flags & 0x8000 != 0 { [x, -y] } else { [x, y] };
            for _ in 0..quarter {
                v = [-v[1], v[0]];
            }
            turn(v)
        };
        for column in 0..i64::from(p.columns) {
            for row in 0..i64::from(p.rows) {
                let at = [0, 1].map(|k| match points[..] {
                    [o, c, r] => {
                        let step = |end: [i64; 2], n: u32| (end[k] - o[k]) / i64::from(n);
                        o[k] + column * step(c, p.columns) + row * step(r, p.rows)
                    }
                    _ => points[0][k],
                });
                walk(cells, &p.cell.to_string(), seen(at), &inner, flat);
            }
        }
    }
}

fn snapped(flat: Flat, kernel: &Plain) -> Flat {
    let mut out = Flat::new();
    for ((layer, points), n) in flat {
        let (mut x, mut y): (Vec<i64>, Vec<i64>) = points.iter().map(|p| (p[0], p[1])).unzip();
        kernel.run(&mut x, &mut y).unwrap();
        *out.entry((layer, x.into_iter().zip(y).map(|(x, y)| [x, y]).collect())).or_default() += n;
    }
    out
}

fn layouts(seed: u64) -> Library {
    let mut d = Dice(seed);
    let (mut leaf, mut middle, mut top) = (cell("LEAF"), cell("MIDDLE"), cell("TOP"));
    // Wide enough that nothing collapses, so that every vertex can be compared.
    for c in [&mut leaf, &mut middle, &mut top] {
        for layer in 1..4 {
            let [x, y] = d.point(-500, 500);
            rect(c, layer, [x, y, x + d.roll(100, 300), y + d.roll(100, 300)]);
        }
    }
    for (c, child) in [(&mut middle, "LEAF"), (&mut top, "MIDDLE")] {
        for _ in 0..5 {
            place(c, child, d.point(-5000, 5000), d.roll(0, 8) as u8);
        }
        let [x, y] = d.point(-500, 500);
        let (columns, rows) = (d.roll(1, 6), d.roll(1, 6));
        let far =
            [[x, y], [x + columns * d.roll(1, 999), y + columns * d.roll(0, 2)], [x, y + rows * d.roll(-999, 999)]];
        array(c, child, far, (columns as u32, rows as u32), d.roll(0, 8) as u8);
    }
    library(vec![top, middle, leaf])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn flattened_results_are_flat_results(seed in any::<u64>(), m in 1..30_i64, d in 1..30_i64, grid in 1..11_i64) {
        // Nothing may collapse: the smallest rectangle stays wider than the grid.
        prop_assume!(100 * m > 2 * d * grid);
        let lib = layouts(seed);
        let (migration, kernel) = keep_all(&lib, (m, d), grid, 1_000_000);
        let done = migrate(&lib, &migration, &kernel).unwrap();
        prop_assert_eq!(flatten(&done.library, "TOP"), snapped(flatten(&lib, "TOP"), &kernel));
        prop_assert_eq!(done.rejects.len(), 0);
    }
}

#[test]
fn a_broken_promise_of_a_grid_does_not_make_results_wrong() {
    let lib = layouts(9);
    let (mut m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    // On multiples of 10 no tie exists, and these coordinates are on no such grid.
    (m.source_grid, m.ties) = (10, false);
    let done = migrate(&lib, &m, &kernel).unwrap();
    assert!(done.counts.off_grid > 0);
    assert_eq!(flatten(&done.library, "TOP"), snapped(flatten(&lib, "TOP"), &kernel));
}

#[test]
fn results_do_not_depend_on_threads() {
    let lib = layouts(4);
    let (m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (a, b) = (one.install(|| migrate(&lib, &m, &kernel)).unwrap(), migrate(&lib, &m, &kernel).unwrap());
    assert_eq!((a.library, a.counts, a.rejects, a.variants), (b.library, b.counts, b.rejects, b.variants));
}
