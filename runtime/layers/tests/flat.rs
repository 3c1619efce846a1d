//! What is computed in the hierarchy, flattened, equals what is computed of flattened layers.

mod hierarchies;

use migc_geometry::{Ends, Metric, Op, OutOfRange, Rect, Region, Shapes, Size};
use migc_layers::{
    Axis, Carrier, Check, Cut, Decided, Drawn, Expr, LayerId, Layers, MeasureKernel, Measures, Nets, OnNets, Picked,
    Reach, Spacing, Tracks, Tree, check, check_on_nets, islands, local, rule,
};
use migc_layout::{Cell, Format, Kind, Library, Name, Placement, Units};
use proptest::prelude::*;

use hierarchies::library;

/// Keeps what is wide, and grows it by a third of its width.
struct Wide;

impl MeasureKernel for Wide {
    fn decide(&self, _: usize, of: Measures) -> Result<Decided, OutOfRange> {
        let kept = of.width.iter().zip(&of.area).map(|(w, a)| *w > 12 && *a > 300).collect();
        let by = of.width.iter().map(|w| (w / 6).min(4) * 2 - 2).collect();
        Ok(Decided { kept, by })
    }
}

fn exprs() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![Just(Expr::Input(0)), Just(Expr::Input(1))];
    leaf.prop_recursive(3, 8, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        let op = prop::sample::select(vec![Op::Or, Op::And, Op::Not, Op::Xor]);
        let picked = prop::sample::select(vec![Picked::Inside, Picked::Outside, Picked::Touching, Picked::Covering]);
        prop_oneof![
            (op, two.clone()).prop_map(|(op, (a, b))| Expr::Joined(op, Box::new(a), Box::new(b))),
            (inner.clone(), -3..4i32, -3..4i32).prop_map(|(a, x, y)| Expr::Size(Box::new(a), [2 * x, 2 * y])),
            (picked, two).prop_map(|(p, (a, b))| Expr::Picked(p, Box::new(a), Box::new(b))),
            inner.clone().prop_map(|a| Expr::Where(Box::new(a), 0)),
            inner.clone().prop_map(|a| Expr::SizeBy(Box::new(a), 0, 9)),
            inner.prop_map(|a| Expr::Recut(Box::new(a), [Some(12), None], 1)),
        ]
    })
}

const INPUTS: [LayerId; 2] = [LayerId(0), LayerId(1)];
const RESULT: LayerId = LayerId(9);

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn islands_are_those_of_flat_layers(seed in any::<u64>()) {
        let library = library(seed);
        let tree = Tree::new(&library).unwrap();
        let layers = Layers::read(&library, &|layer, _| Some(LayerId(layer))).unwrap();
        for id in INPUTS {
            let flat = |top: &usize| Region::merged(&layers.flat(&tree, id, *top).unwrap().to_shapes()).count() as u64;
            let wanted: u64 = tree.tops.iter().map(flat).sum();
            prop_assert_eq!(islands(&tree, &layers, id).unwrap().flat, wanted);
        }
    }

    #[test]
    fn flattened_results_are_flat_results(seed in any::<u64>(), e in exprs()) {
        let library = library(seed);
        let tree = Tree::new(&library).unwrap();
        let mut layers = Layers::read(&library, &|layer, _| Some(LayerId(layer))).unwrap();
        let top = library.cells.len() - 1;
        let flat: Vec<Shapes> =
            INPUTS.iter().map(|id| layers.flat(&tree, *id, top).unwrap().to_shapes()).collect();
        let wanted = e.area(&flat, &Wide).unwrap();
        let done = local(&tree, &layers, &INPUTS, 2 * e.reach(), e.turns(), &|shapes| e.area(shapes, &Wide)).unwrap();
        let cells = done.cells.into_iter().map(|r: Option<Region>| {
            let mut drawn = Drawn::new();
            r.iter().for_each(|r| drawn.push_region(r));
            drawn
        });
        layers.set(RESULT, cells.collect());
        let found = Region::merged(&layers.flat(&tree, RESULT, top).unwrap().to_shapes());
        prop_assert!(found == wanted, "{:?}\n{:?}\n{:?}", e, found.xor(&wanted).strips(), wanted.strips().len());
    }
}

fn metrics() -> impl Strategy<Value = Metric> + Clone {
    prop::sample::select(vec![Metric::Euclidean, Metric::Square, Metric::Projection])
}

/// Rules of spaces with conditions, between the polygons of the first layer or to the second.
fn spacings() -> impl Strategy<Value = Spacing> {
    let some = || prop::option::of(1..25i32);
    let ends = prop::option::of(prop::option::of(4..30i32));
    let array = prop::option::of((2..4usize, 2..3usize));
    (1..20i32, metrics(), any::<bool>(), some(), some(), ends, array).prop_map(|(d, m, to, wide, run, ends, array)| {
        let rule = match ends {
            Some(shorter_than) => rule(d, m).at_ends(Ends { shorter_than }),
            None => rule(d, m),
        };
        let (to, array) = (to.then_some(Expr::Input(1)), array.map(|(r, c)| [r, c]));
        // Narrow things have no wide parts, and few stand in arrays: not both at once.
        let array = array.filter(|_| wide.is_none());
        Spacing { to, wide, run, array, ..Spacing::new(rule) }
    })
}

fn rules() -> impl Strategy<Value = Check> {
    let other = || Expr::Input(1);
    let reach = move |by: i32, opposite: Option<i32>, metric| Reach { layer: other(), by, opposite, metric };
    let metric = metrics();
    let large = || Expr::Where(Box::new(Expr::Input(1)), 0);
    prop_oneof![
        (1..20i32, metric.clone()).prop_map(|(d, m)| Check::Width(rule(d, m))),
        (1..20i32, metric.clone()).prop_map(|(d, m)| Check::Notch(rule(d, m))),
        spacings().prop_map(Check::Space),
        spacings().prop_map(Check::Space),
        spacings().prop_map(Check::Space),
        (1..20i32, metric.clone()).prop_map(move |(d, m)| Check::Overlap(rule(d, m), other())),
        (1..900i64, any::<bool>()).prop_map(move |(n, some)| Check::Area(n, some.then(large))),
        (1..900i64).prop_map(Check::HoleArea),
        (1..30i64).prop_map(|side| Check::Size(Size::Bar(side))),
        (0..9i32, prop::option::of(9..15i32), metric.clone())
            .prop_map(move |(b, o, m)| Check::Inside(vec![reach(b, o, m)])),
        (0..9i32, prop::option::of(9..15i32), metric).prop_map(move |(b, o, m)| Check::Encloses(reach(b, o, m))),
        (1..9i32).prop_map(move |by| Check::Extends(reach(by, None, Metric::Projection))),
        Just(Check::Lies(Axis::Horizontal)),
        Just(Check::Lies(Axis::Vertical)),
        (2..9i32, 0..9i32, prop::sample::select(vec![None, Some(Axis::Horizontal), Some(Axis::Vertical)]))
            .prop_map(|(pitch, first, along)| Check::Tracks(Tracks { along, pitch, first })),
    ]
}

/// A library of one cell with what the top of another has on the inputs.
fn flattened(tree: &Tree, layers: &Layers, top: usize) -> Library {
    let mut flat = Library::new(Format::Gds, Name::from("LIB"), Units::of_femtometres(Format::Gds, 1_000_000));
    let mut one = Cell::new(Name::from("TOP"), Vec::new());
    for (number, id) in INPUTS.iter().enumerate() {
        for r in Region::merged(&layers.flat(tree, *id, top).unwrap().to_shapes()).strips() {
            let corners = [[r.x0, r.y0], [r.x0, r.y1], [r.x1, r.y1], [r.x1, r.y0], [r.x0, r.y0]];
            one.push(Kind::Boundary, number as u32, 0, &corners, None).unwrap();
        }
    }
    flat.cells.push(one);
    flat
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn what_breaks_a_rule_is_as_often_there_as_in_the_flat_layout(seed in any::<u64>(), of in rules()) {
        let library = library(seed);
        let tree = Tree::new(&library).unwrap();
        let layers = Layers::read(&library, &|layer, _| Some(LayerId(layer))).unwrap();
        let top = library.cells.len() - 1;
        let flat = flattened(&tree, &layers, top);
        let flat_tree = Tree::new(&flat).unwrap();
        let flat_layers = Layers::read(&flat, &|layer, _| Some(LayerId(layer))).unwrap();
        // Cells that nothing places are tops as well, and are looked at.
        prop_assume!(tree.tops == [top]);
        let found = check(&tree, &layers, INPUTS[0], &INPUTS[1..], &of, &Wide).unwrap();
        let wanted = check(&flat_tree, &flat_layers, INPUTS[0], &INPUTS[1..], &of, &Wide).unwrap();
        prop_assert!(found.flat == wanted.flat, "{:?}: {:?} {:?}", of, found, wanted);
    }

    #[test]
    fn spaces_on_other_nets_are_as_often_there_as_in_the_flat_layout(
        seed in any::<u64>(),
        of in spacings(),
        on in prop::sample::select(vec![OnNets::Other, OnNets::Same]),
        as_cut in any::<bool>(),
    ) {
        let library = library(seed);
        let tree = Tree::new(&library).unwrap();
        let layers = Layers::read(&library, &|layer, _| Some(LayerId(layer))).unwrap();
        let top = library.cells.len() - 1;
        prop_assume!(tree.tops == [top]);
        let flat = flattened(&tree, &layers, top);
        let flat_tree = Tree::new(&flat).unwrap();
        let flat_layers = Layers::read(&flat, &|layer, _| Some(LayerId(layer))).unwrap();
        let of = Spacing { nets: Some(on), ..of };
        // What both layers have in common joins them, where it is wide enough.
        let areas = INPUTS.map(|id| Region::merged(&flat_layers.flat(&flat_tree, id, 0).unwrap().to_shapes()));
        let joint = Region::sized(&areas[0].and(&areas[1]), -4, -4).unwrap();
        let nets = Nets::new(&areas, &[Cut { area: &joint, from: vec![0], to: vec![1] }]);
        let first = Carrier::Conductor(&nets, 0);
        let second = match as_cut {
            true => Carrier::cut(&areas[1], &[0], &nets),
            false => Carrier::Conductor(&nets, 1),
        };
        let carriers = [[&first, if of.to.is_some() { &second } else { &first }]];
        let all = |tree: &Tree, layers: &Layers| {
            check_on_nets(tree, layers, INPUTS[0], &INPUTS[1..], &of, &Wide, &carriers).unwrap()
        };
        let (found, wanted) = (all(&tree, &layers), all(&flat_tree, &flat_layers));
        prop_assert!(found.flat == wanted.flat, "{:?}: {:?} {:?}", of, found, wanted);
        // Other nets and the same are all there is.
        let of = |nets| Spacing { nets, ..of.clone() };
        let mut rule = of(None);
        rule.rule.shielded = rule.to.is_none();
        let rule = Check::Space(rule);
        let on = |on| check_on_nets(&tree, &layers, INPUTS[0], &INPUTS[1..], &of(Some(on)), &Wide, &carriers);
        let sum = on(OnNets::Other).unwrap().flat + on(OnNets::Same).unwrap().flat;
        prop_assert_eq!(sum, check(&tree, &layers, INPUTS[0], &INPUTS[1..], &rule, &Wide).unwrap().flat);
    }
}

/// A library of two cells: what the leaf has, and how the top places it: columns and rows with their steps, by array.
fn placed(leaf: &[[i32; 4]], arrays: &[([i32; 2], [u32; 2], [i32; 2])]) -> Library {
    let mut library = Library::new(Format::Gds, Name::from("LIB"), Units::of_femtometres(Format::Gds, 1_000_000));
    let mut cell = Cell::new(Name::from("LEAF"), Vec::new());
    for [x0, y0, x1, y1] in leaf {
        let ring = [[*x0, *y0], [*x0, *y1], [*x1, *y1], [*x1, *y0], [*x0, *y0]];
        cell.push(Kind::Boundary, 0, 0, &ring, None).unwrap();
    }
    let mut top = Cell::new(Name::from("TOP"), Vec::new());
    for ([x, y], [columns, rows], [dx, dy]) in arrays {
        let i = top.placements.len() as u32;
        let (columns, rows) = (*columns, *rows);
        top.placements.push(Placement { cell: Name::from("LEAF"), strans: None, columns, rows });
        let points = [[*x, *y], [x + dx * columns as i32, *y], [*x, y + dy * rows as i32]];
        top.push(Kind::Array(i), 0, 0, &points, None).unwrap();
    }
    library.cells = vec![cell, top];
    library
}

/// What a rail and a dot come to in arrays of thousands, against the same flattened, and their islands against those that
/// are merged.
#[test]
fn arrays_of_thousands_come_to_what_they_come_to_flattened() {
    // The rail meets its neighbour's, the dot is whole; a second array stands in the midst of the first and touches it.
    let leaf = [[0, 0, 100, 10], [40, 30, 60, 50]];
    let library = placed(&leaf, &[([0, 0], [90, 70], [100, 80]), ([7, 60], [40, 30], [170, 160])]);
    let tree = Tree::new(&library).unwrap();
    let mut layers = Layers::read(&library, &|layer, _| Some(LayerId(layer))).unwrap();
    let flat = layers.flat(&tree, LayerId(0), 1).unwrap().to_shapes();
    assert_eq!(islands(&tree, &layers, LayerId(0)).unwrap().flat, Region::merged(&flat).count() as u64);
    for e in [Expr::Input(0), Expr::Size(Box::new(Expr::Input(0)), [6, 6]), Expr::Where(Box::new(Expr::Input(0)), 0)] {
        let wanted = e.area(std::slice::from_ref(&flat), &Wide).unwrap();
        let one = |s: &[Shapes]| e.area(s, &Wide);
        let done = local(&tree, &layers, &[LayerId(0)], 2 * e.reach(), e.turns(), &one).unwrap();
        let cells = done.cells.into_iter().map(|r: Option<Region>| {
            let mut drawn = Drawn::new();
            r.iter().for_each(|r| drawn.push_region(r));
            drawn
        });
        layers.set(RESULT, cells.collect());
        assert!(Region::merged(&layers.flat(&tree, RESULT, 1).unwrap().to_shapes()) == wanted, "{e:?}");
    }
}

#[test]
fn what_nothing_comes_near_stays_in_its_cell() {
    let mut library = Library::new(Format::Gds, Name::from("LIB"), Units::of_femtometres(Format::Gds, 1_000_000));
    let mut leaf = Cell::new(Name::from("LEAF"), Vec::new());
    // One shape in the middle, and one at the side, which meets its neighbour.
    for [x0, y0, x1, y1] in [[10, 10, 20, 20], [90, 40, 100, 50], [0, 40, 5, 50]] {
        leaf.push(Kind::Boundary, 0, 0, &[[x0, y0], [x0, y1], [x1, y1], [x1, y0], [x0, y0]], None).unwrap();
    }
    let mut top = Cell::new(Name::from("TOP"), Vec::new());
    top.placements.push(Placement { cell: Name::from("LEAF"), strans: None, columns: 1000, rows: 1 });
    top.push(Kind::Array(0), 0, 0, &[[0, 0], [100_000, 0], [0, 100]], None).unwrap();
    library.cells = vec![leaf, top];
    let tree = Tree::new(&library).unwrap();
    let layers = Layers::read(&library, &|layer, _| Some(LayerId(layer))).unwrap();
    let e = Expr::Size(Box::new(Expr::Input(0)), [2, 2]);
    let done = local(&tree, &layers, &[LayerId(0)], 2 * e.reach(), e.turns(), &|s| e.area(s, &Wide)).unwrap();
    assert_eq!(done.raised, 2, "two shapes of the leaf meet those of a neighbour");
    assert_eq!(done.cells[0].as_ref().map(|r| r.strips()), Some(vec![Rect::new([8, 8], [22, 22])]));
    assert_eq!(done.cells[1].as_ref().map(Region::count), Some(1001));
}
