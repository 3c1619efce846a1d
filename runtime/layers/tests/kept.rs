//! What is proven of islands without finding them is what is found.

mod hierarchies;

use migc_geometry::Rect;
use migc_layers::{Islands, LayerId, Layers, Scale, Side, Tree, islands, kept};
use migc_layout::{
    Cell, Format, Kind, Library, Migration, Name, Numbers, OutOfRange, Route, Scaling, Units, VertexKernel,
};
use proptest::prelude::*;

use hierarchies::{Dice, library};

/// Scales, and rounds to a grid.
struct Snap {
    factors: [(i64, i64); 2],
    grid: i64,
}

impl Snap {
    fn coordinate(&self, axis: usize, v: i64) -> i64 {
        let (m, d) = self.factors[axis];
        (2 * m * v + d * self.grid).div_euclid(2 * d * self.grid) * self.grid
    }
}

impl VertexKernel for Snap {
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange> {
        x.iter_mut().for_each(|v| *v = self.coordinate(0, *v));
        y.iter_mut().for_each(|v| *v = self.coordinate(1, *v));
        Ok(())
    }
}

const LAYERS: [LayerId; 3] = [LayerId(0), LayerId(1), LayerId(2)];

/// What each layer comes to: what is proven, and what is found: islands before and after, and how many are lost.
type Judged = Vec<(Option<u64>, [u64; 3])>;

/// Snaps each cell in its own frame, and judges what becomes of islands both ways.
fn judge(before: &Library, (m, d): (i64, i64), grid: i64) -> Judged {
    let factors = [(m, d); 2];
    let number = |layer: u32| Numbers { layer, first: 0, last: 0 };
    let route = |l: u32| Route { from: vec![number(l)], texts: false, to: (l, 0), to_name: l.to_string() };
    let migration = Migration {
        routes: (0..3).map(route).collect(),
        scaling: Scaling { factors, grid, periods: [d * grid; 2], on_pitch: true, ties: true, ..Scaling::default() },
        ..Migration::default()
    };
    let after = migc_layout::migrate(before, &migration, &Snap { factors, grid }).unwrap().library;
    let read = |library: &Library| {
        let layers = Layers::read(library, &|layer, _| Some(LayerId(layer))).unwrap();
        (Tree::new(library).unwrap(), layers)
    };
    let ((old_tree, old), (new_tree, new)) = (read(before), read(&after));
    let sides = [Side { tree: &old_tree, layers: &old }, Side { tree: &new_tree, layers: &new }];
    let near = grid as i32;
    let proven = kept(sides[0], sides[1], &LAYERS, &Scale { factors, near });
    let same = |a: &Rect, b: &Rect| {
        let close = |a: i32, b: i32| ((i64::from(a) * m).div_euclid(d) - i64::from(b)).abs() <= grid;
        close(a.x0, b.x0) && close(a.y0, b.y0) && close(a.x1, b.x1) && close(a.y1, b.y1)
    };
    let look = |(id, proven): (&LayerId, Option<u64>)| {
        let (a, b) = (islands(&old_tree, &old, *id).unwrap(), islands(&new_tree, &new, *id).unwrap());
        (proven, [a.flat, b.flat, lost(&a, &b, &same)])
    };
    LAYERS.iter().zip(proven).map(look).collect()
}

/// How many islands of before are not among those of after, in the best of all ways to match them: islands are as small as
/// the grid here, and one can be near another's place.
fn lost(before: &Islands, after: &Islands, same: &dyn Fn(&Rect, &Rect) -> bool) -> u64 {
    let mut lost = 0;
    for (old, new) in before.cells.iter().zip(&after.cells) {
        let mut of = vec![None; new.len()];
        for i in 0..old.len() {
            lost += u64::from(!matched(i, old, new, same, &mut vec![false; new.len()], &mut of));
        }
    }
    lost
}

/// Finds a place for one, and for those whose places that takes.
fn matched(
    i: usize,
    old: &[Rect],
    new: &[Rect],
    same: &dyn Fn(&Rect, &Rect) -> bool,
    seen: &mut [bool],
    of: &mut [Option<usize>],
) -> bool {
    for k in 0..new.len() {
        if seen[k] || !same(&old[i], &new[k]) {
            continue;
        }
        seen[k] = true;
        if of[k].is_none_or(|other| matched(other, old, new, same, seen, of)) {
            of[k] = Some(i);
            return true;
        }
    }
    false
}

/// Adds steps of a polygon that snapping can level, slivers that it can leave no area, and slanted shapes on a layer of their
/// own.
fn frayed(library: &mut Library, d: &mut Dice) {
    for cell in &mut library.cells {
        for _ in 0..d.roll(0, 4) {
            let [x, y, w, h] = [(-60, 60), (-60, 60), (6, 40), (4, 30)].map(|(a, b)| d.roll(a, b) as i32);
            let (step, up) = (d.roll(1, 4) as i32, d.roll(1, 4) as i32);
            let ring = match d.roll(0, 4) {
                0 => vec![[x, y], [x, y + h], [x + step, y + h], [x + step, y], [x, y]],
                1 => vec![[x, y], [x + w, y + h], [x + w, y], [x, y]],
                _ => vec![
                    [x, y],
                    [x, y + h],
                    [x + w, y + h],
                    [x + w, y + h + up],
                    [x + w + step, y + h + up],
                    [x + w + step, y],
                    [x, y],
                ],
            };
            let slanted = ring.len() == 4;
            cell.push(Kind::Boundary, if slanted { 2 } else { d.roll(0, 2) as u32 }, 0, &ring, None).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(800) })]

    #[test]
    fn what_is_proven_is_found(
        seed in any::<u64>(),
        ragged in any::<bool>(),
        (m, d) in prop::sample::select(vec![(18i64, 25i64), (2, 3), (1, 1), (3, 4), (7, 8), (9, 10)]),
        grid in 1..5i64,
    ) {
        let mut library = library(seed);
        if ragged {
            frayed(&mut library, &mut Dice(seed ^ 77));
        }
        for (proven, [before, after, lost]) in judge(&library, (m, d), grid) {
            if let Some(n) = proven {
                prop_assert_eq!((n, n, 0), (before, after, lost));
            }
        }
    }

    #[test]
    fn what_is_only_scaled_is_proven(seed in any::<u64>(), (m, d) in prop::sample::select(vec![(1i64, 2i64), (3, 1), (1, 1)])) {
        for (proven, [before, after, lost]) in judge(&library(seed), (m, d), 1) {
            prop_assert_eq!((proven, after, lost), (Some(before), before, 0));
        }
    }
}

/// A library of two cells: what the leaf has, and where it stands in the top.
fn row(leaf: &[[i32; 4]], at: &[[i32; 2]]) -> Library {
    let mut library = Library::new(Format::Gds, Name::from("LIB"), Units::of_femtometres(Format::Gds, 1_000_000));
    let (mut cell, mut top) = (Cell::new(Name::from("LEAF"), Vec::new()), Cell::new(Name::from("TOP"), Vec::new()));
    for [x0, y0, x1, y1] in leaf {
        let ring = [[*x0, *y0], [*x0, *y1], [*x1, *y1], [*x1, *y0], [*x0, *y0]];
        cell.push(Kind::Boundary, 0, 0, &ring, None).unwrap();
    }
    for (i, at) in at.iter().enumerate() {
        top.placements.push(migc_layout::Placement { cell: Name::from("LEAF"), strans: None, columns: 1, rows: 1 });
        top.push(Kind::Instance(i as u32), 0, 0, &[*at], None).unwrap();
    }
    library.cells = vec![cell, top];
    library
}

#[test]
fn rails_on_a_pitch_are_proven_and_a_tear_is_not() {
    // Rails of 230 by 18/25 are 165.6, and snap to 165: on the pitch they still meet.
    let rail = [[0, 0, 250, 10], [50, 40, 60, 90]];
    let judged = judge(&row(&rail, &[[0, 0], [250, 0], [500, 0]]), (18, 25), 5);
    assert_eq!(judged[0], (Some(4), [4, 4, 0]));
    // Off the pitch, one place is rounded away from its neighbour.
    let judged = judge(&row(&[[0, 0, 253, 10]], &[[0, 0], [253, 0], [506, 0]]), (18, 25), 5);
    let (proven, [before, after, lost]) = judged[0];
    assert_eq!((proven, before), (None, 1));
    assert!(after > 1 && lost == 1, "{after} {lost}");
}

#[test]
fn what_touches_on_one_side_only_is_no_matter_where_it_hangs_together_anyway() {
    // A gap of 2 closes; the two are joined by a third one as it is. Alone, they would grow together.
    let joined = [[0, 0, 100, 50], [102, 0, 200, 50], [50, 40, 150, 100]];
    assert_eq!(judge(&row(&joined, &[[0, 0]]), (1, 2), 4)[0], (Some(1), [1, 1, 0]));
    assert_eq!(judge(&row(&joined[..2], &[[0, 0]]), (1, 2), 4)[0].0, None);
    // The same across two cells.
    let open = [[0, 0, 100, 50], [50, 40, 152, 100]];
    let found = judge(&row(&open, &[[0, 0], [102, 0]]), (1, 2), 4);
    assert_eq!(found[0], (Some(1), [1, 1, 0]));
}
