//! The hierarchical result against a flat computation made here, vertex for vertex.

mod common;

use std::collections::{BTreeMap, HashMap};

use common::{Dice, Plain, array, cell, keep_all, library, place, polygon, rect};
use migc_layout::{Cell, Kind, Library, Override, Repetition, VertexKernel, migrate, migrate_with};
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
        let copies: Vec<[i64; 2]> = c.repetition_of(e).map_or(vec![[0, 0]], |r| r.offsets().collect());
        let (Kind::Instance(i) | Kind::Array(i)) = e.kind else {
            for [x, y] in copies {
                let copy = points.iter().map(|p| seen([p[0] + x, p[1] + y])).collect();
                *flat.entry((e.layer, copy)).or_default() += 1;
            }
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
        for [x, y] in copies {
            walk(cells, &p.cell.to_string(), seen([points[0][0] + x, points[0][1] + y]), &inner, flat);
        }
        if !matches!(e.kind, Kind::Array(_)) {
            continue;
        }
        for column in 0..i64::from(p.columns) {
            for row in 0..i64::from(p.rows) {
                if column + row == 0 {
                    continue;
                }
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
    // Repetitions of shapes and instances, on any pitch and on none.
    for c in [&mut leaf, &mut middle] {
        for pitch in [1, 7, 50, 125] {
            let [x, y] = d.point(-500, 500);
            rect(c, 2, [x, y, x + d.roll(100, 300), y + d.roll(100, 300)]);
            let step = |d: &mut Dice| [d.roll(-9, 9) * pitch, d.roll(-9, 9) * pitch];
            c.repeat_last(match d.roll(0, 2) {
                0 => Repetition::Offsets((0..d.roll(0, 9)).map(|_| step(&mut d)).collect()),
                _ => {
                    let (columns, rows) = (d.roll(1, 5) as u32, d.roll(1, 5) as u32);
                    let (column_step, row_step) = (step(&mut d), step(&mut d));
                    Repetition::Regular { columns, rows, column_step, row_step }
                }
            })
            .unwrap();
        }
    }
    for far in [50, 333] {
        place(&mut middle, "LEAF", d.point(-5000, 5000), d.roll(0, 8) as u8);
        middle.repeat_last(Repetition::Offsets((1..6).map(|i| [i * far, d.roll(-2, 2) * far]).collect())).unwrap();
        place(&mut top, "LEAF", d.point(-5000, 5000), d.roll(0, 8) as u8);
        let steps = ([d.roll(-999, 999), far], [0, d.roll(-999, 999)]);
        top.repeat_last(Repetition::Regular { columns: 3, rows: 2, column_step: steps.0, row_step: steps.1 }).unwrap();
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

/// What a library flattens to, where `MIDDLE` is a frame of its own: its content is snapped by the second kernel as seen from
/// it, and its places by the first one.
fn snapped_apart(lib: &Library, [outer, inner]: [&Plain; 2]) -> Flat {
    let content = snapped(flatten(lib, "MIDDLE"), inner);
    // A marker in place of the cell says where it stands, and how it is turned.
    let mut marked = lib.clone();
    let middle = marked.cells.iter_mut().find(|c| c.name.to_string() == "MIDDLE").unwrap();
    *middle = cell("MIDDLE");
    polygon(middle, 99, &[[0, 0], [1, 0], [0, 2]]);
    let (places, rest): (Flat, Flat) = flatten(&marked, "TOP").into_iter().partition(|((layer, _), _)| *layer == 99);
    let mut out = snapped(rest, outer);
    for ((_, mark), n) in places {
        let [o, x, y] = [mark[0], mark[1], mark[2]];
        let (mut ox, mut oy) = (vec![o[0]], vec![o[1]]);
        outer.run(&mut ox, &mut oy).unwrap();
        // The images of both axes.
        let (ex, ey) = ([x[0] - o[0], x[1] - o[1]], [(y[0] - o[0]) / 2, (y[1] - o[1]) / 2]);
        let seen = |p: &[i64; 2]| [0, 1].map(|k| [ox[0], oy[0]][k] + ex[k] * p[0] + ey[k] * p[1]);
        for ((layer, points), m) in &content {
            *out.entry((*layer, points.iter().map(seen).collect())).or_default() += n * m;
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn cells_that_are_scaled_by_themselves_are_frames_of_their_own(
        seed in any::<u64>(),
        (m, d) in (10..30_i64, 10..30_i64),
        (n, e) in (10..30_i64, 10..30_i64),
        grid in 1..8_i64,
    ) {
        let lib = layouts(seed);
        let (mut migration, outer) = keep_all(&lib, (m, d), grid, 1_000_000);
        let (other, inner) = keep_all(&lib, (n, e), grid, 1_000_000);
        let cells = lib.cells.iter().map(|c| c.name.to_string() == "MIDDLE").collect();
        migration.overrides.push(Override { cells, scaling: other.scaling });
        let done = migrate_with(&lib, &migration, &[&outer, &inner]).unwrap();
        prop_assert_eq!(flatten(&done.library, "TOP"), snapped_apart(&lib, [&outer, &inner]));
        prop_assert!(done.counts.balance().is_ok());
    }
}

#[test]
fn a_broken_promise_of_a_grid_does_not_make_results_wrong() {
    let lib = layouts(9);
    let (mut m, kernel) = keep_all(&lib, (1, 2), 5, 1_000_000);
    // On multiples of 10 no tie exists, and these coordinates are on no such grid.
    (m.source_grid, m.scaling.ties) = (10, false);
    let done = migrate(&lib, &m, &kernel).unwrap();
    assert!(done.counts.off_grid > 0);
    assert_eq!(flatten(&done.library, "TOP"), snapped(flatten(&lib, "TOP"), &kernel));
}

#[test]
fn a_repetition_on_the_grid_stays_one() {
    let mut top = cell("TOP");
    rect(&mut top, 1, [3, 3, 103, 203]);
    let on = Repetition::Regular { columns: 900, rows: 800, column_step: [250, 0], row_step: [25, 500] };
    top.repeat_last(on).unwrap();
    rect(&mut top, 1, [3, 3, 103, 203]);
    top.repeat_last(Repetition::Offsets(vec![[250, 0], [-125, 375], [0, 0]])).unwrap();
    rect(&mut top, 1, [3, 3, 103, 203]);
    top.repeat_last(Repetition::Offsets(vec![[250, 0], [1, 375]])).unwrap();
    let lib = library(vec![top]);
    let (m, kernel) = keep_all(&lib, (18, 25), 1, 1_000_000);
    let done = migrate(&lib, &m, &kernel).unwrap();
    let c = &done.library.cells[0];
    let repetitions: Vec<_> = c.elements.iter().map(|e| c.repetition_of(e).cloned()).collect();
    let regular = Repetition::Regular { columns: 900, rows: 800, column_step: [180, 0], row_step: [18, 360] };
    let offsets = Repetition::Offsets(vec![[180, 0], [-90, 270], [0, 0]]);
    assert_eq!(repetitions, [Some(regular), Some(offsets), Some(Repetition::Offsets(vec![[180, 0]])), None]);
    assert_eq!((done.counts.repetitions_split, done.counts.layers.values().next().unwrap().written), (1, 3));
}

#[test]
fn results_do_not_depend_on_threads() {
    let lib = layouts(4);
    let (m, kernel) = keep_all(&lib, (18, 25), 5, 1_000_000);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let (a, b) = (one.install(|| migrate(&lib, &m, &kernel)).unwrap(), migrate(&lib, &m, &kernel).unwrap());
    assert_eq!((a.library, a.counts, a.rejects, a.variants), (b.library, b.counts, b.rejects, b.variants));
}
