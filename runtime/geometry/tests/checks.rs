//! What checks mean, by small examples and against runs of bits.

mod common;

use common::{Bitmap, merged, rects, shapes};
use migc_geometry::{Between, EdgePair, Ends, Metric, Rect, Region, Rule, Shapes, Size};
use proptest::prelude::*;

fn rect(x0: i32, y0: i32, x1: i32, y1: i32) -> Rect {
    Rect { x0, y0, x1, y1 }
}

fn region(rects: &[Rect]) -> Region {
    merged(&shapes(rects))
}

/// What lies between the edges of pairs that lie side by side.
fn between(pairs: &[EdgePair]) -> Bitmap {
    let area = |p: &EdgePair| {
        let [a, b] = [Rect::new(p.a[0], p.a[1]), Rect::new(p.b[0], p.b[1])];
        a.join(&b)
    };
    Bitmap::of_rects(&pairs.iter().map(area).collect::<Vec<_>>())
}

/// The squares of runs shorter than a distance along rows and columns; `kind` tells which run a square belongs to.
fn short_runs(kind: impl Fn(i32, i32) -> bool, d: i32) -> Bitmap {
    let long = |x: i32, y: i32, [dx, dy]: [i32; 2]| {
        let reach = |s: i32| (1..=d).take_while(|k| kind(x + s * k * dx, y + s * k * dy)).count() as i32;
        reach(1) + reach(-1) + 1
    };
    Bitmap::by(|x, y| kind(x, y) && (long(x, y, [1, 0]) < d || long(x, y, [0, 1]) < d))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_narrow_place_is_found(rects in rects(), d in 1i32..15) {
        let bits = Bitmap::of_rects(&rects);
        let rule = Rule::new(d).metric(Metric::Projection);
        let found = between(&bits.region().width_check(&rule));
        let narrow = short_runs(|x, y| bits.get(x, y), d);
        prop_assert!((0..40).all(|y| (0..40).all(|x| !narrow.get(x, y) || found.get(x, y))));
        prop_assert_eq!(found == Bitmap::by(|_, _| false), narrow == Bitmap::by(|_, _| false));
    }

    #[test]
    fn every_tight_space_is_found(rects in rects(), d in 1i32..15) {
        let bits = Bitmap::of_rects(&rects);
        let rule = Rule::new(d).metric(Metric::Projection);
        let found = between(&bits.region().space_check(&rule, Between::Any));
        // Outside of the bitmap, nothing ends.
        let tight = short_runs(|x, y| !bits.get(x, y), d);
        let tight = Bitmap::by(|x, y| tight.get(x, y) && (d..40 - d).contains(&x) && (d..40 - d).contains(&y));
        prop_assert!((0..40).all(|y| (0..40).all(|x| !tight.get(x, y) || found.get(x, y))));
    }

    #[test]
    fn spaces_are_notches_or_between_polygons(rects in rects(), d in 1i32..15) {
        let region = region(&rects);
        let open = Rule { shielded: false, ..Rule::new(d) };
        let mut parts = region.space_check(&open, Between::Same);
        parts.append(&mut region.space_check(&open, Between::Different));
        parts.sort();
        parts.dedup();
        prop_assert_eq!(parts, region.space_check(&open, Between::Any));
        // One net for all is no check at all, and a net for each is the check between polygons.
        let nets: Vec<u32> = (0..region.count() as u32).collect();
        prop_assert_eq!(region.space_check(&open, Between::Nets(&vec![0; nets.len()])), vec![]);
        prop_assert_eq!(
            region.space_check(&open, Between::Nets(&nets)),
            region.space_check(&open, Between::Different)
        );
    }

    #[test]
    fn spaces_at_ends_are_those_of_which_an_edge_lies_on_an_end(rects in rects(), d in 1i32..15, most in 2i32..12) {
        let region = region(&rects);
        let ends = Ends { shorter_than: Some(most) };
        // Across, a part of an edge is more than a point, and lies on one edge alone.
        let rule = Rule::new(d).metric(Metric::Projection);
        let list = region.ends(ends);
        let on = |e: &[[i32; 2]; 2]| {
            list.iter().any(|end| {
                let (part, whole) = (Rect::new(e[0], e[1]), Rect::new(end[0], end[1]));
                part.join(&whole) == whole
            })
        };
        let mut wanted = region.space_check(&rule, Between::Any);
        wanted.retain(|p| on(&p.a) || on(&p.b));
        prop_assert_eq!(region.space_check(&rule.at_ends(ends), Between::Any), wanted);
    }

    #[test]
    fn enclosed_is_what_shrinking_leaves(a in rects(), b in rects(), d in 1i32..8) {
        // No pair and nothing outside is the same as lying inside of what is left when the outer region shrinks.
        let (outer, inner) = (region(&a), region(&b));
        let rule = Rule { distance: d, metric: Metric::Square, shielded: false, ends: None };
        let near = !outer.enclosure_check(&inner, &rule).is_empty() || !inner.not(&outer).is_empty();
        let left = Region::sized(&outer, -d, -d).unwrap();
        if !near {
            prop_assert!(inner.not(&left).is_empty());
        }
    }
}

#[test]
fn ends_lie_between_convex_corners_and_are_shorter_than_what_is_beside_them() {
    let any = Ends { shorter_than: None };
    // A T: the ends of its bar and of its stem.
    let tee = region(&[rect(0, 50, 100, 60), rect(45, 0, 55, 50)]);
    assert_eq!(tee.ends(any), [[[0, 50], [0, 60]], [[55, 0], [45, 0]], [[100, 60], [100, 50]]]);
    assert_eq!(tee.ends(Ends { shorter_than: Some(10) }), [[[0i32; 2]; 2]; 0]);
    assert_eq!(tee.ends(Ends { shorter_than: Some(11) }).len(), 3);
    // A square has none, a frame neither, and a step has one corner that is not convex.
    assert!(region(&[rect(0, 0, 10, 10)]).ends(any).is_empty());
    assert_eq!(region(&[rect(0, 0, 10, 40), rect(10, 0, 30, 20)]).ends(any), [[[0, 40], [10, 40]]]);
    // A slanted wire.
    let mut wire = Shapes::new();
    wire.push_polygon(&[[0, 0], [-10, 10], [90, 110], [100, 100]]);
    assert_eq!(merged(&wire).ends(any).len(), 2);
}

#[test]
fn a_pair_tells_the_squared_distance() {
    let corner = region(&[rect(0, 0, 100, 100), rect(103, 104, 200, 200)]);
    let pairs = corner.space_check(&Rule::new(6), Between::Any);
    assert_eq!(pairs.iter().map(|p| p.squared).collect::<Vec<_>>(), [25, 25]);
    assert!(corner.space_check(&Rule::new(5), Between::Any).is_empty());
    assert!(corner.space_check(&Rule::new(50).metric(Metric::Projection), Between::Any).is_empty());
    let square = corner.space_check(&Rule::new(5).metric(Metric::Square), Between::Any);
    assert_eq!(square.iter().map(|p| p.squared).collect::<Vec<_>>(), [16, 16]);
}

#[test]
fn opposite_enclosure_asks_for_one_axis_only() {
    let metal = region(&[rect(0, 0, 100, 20), rect(200, 0, 220, 20)]);
    let cut = |x| rect(x, 5, x + 10, 15);
    // The first cut has 45 to the left and right and 5 above and below; the second has 5 everywhere.
    let cuts = region(&[cut(45), cut(205)]);
    let pairs = metal.opposite_enclosure_check(&cuts, 30);
    assert_eq!(pairs.len(), 4);
    assert!(pairs.iter().all(|p| p.b.iter().all(|q| q[0] >= 205)));
    assert!(metal.opposite_enclosure_check(&cuts, 5).is_empty());
}

#[test]
fn a_gate_must_extend_beyond_its_active() {
    let active = region(&[rect(0, 0, 100, 50)]);
    let gate = region(&[rect(40, -20, 50, 55)]);
    let pairs = gate.extension_check(&active, 10);
    assert_eq!(pairs, [EdgePair { a: [[40, 55], [50, 55]], b: [[40, 50], [50, 50]], squared: 25 }]);
    assert!(gate.extension_check(&active, 5).is_empty());
}

#[test]
fn sizes_areas_holes_and_grid() {
    let cuts = region(&[rect(0, 0, 10, 10), rect(20, 0, 30, 12), rect(40, 0, 50, 10), rect(50, 5, 52, 7)]);
    assert_eq!(cuts.size_check(Size::Exactly(10, 10)), [rect(20, 0, 30, 12), rect(40, 0, 52, 10)]);
    assert_eq!(cuts.size_check(Size::Exactly(12, 10)), [rect(0, 0, 10, 10), rect(40, 0, 52, 10)]);
    assert_eq!(cuts.size_check(Size::Upright(12, 10)).len(), 3);
    assert_eq!(cuts.size_check(Size::Bar(10)), [rect(40, 0, 52, 10)]);
    assert_eq!(cuts.area_check(120), [rect(0, 0, 10, 10), rect(40, 0, 52, 10)]);
    let ring = region(&[rect(0, 0, 30, 30)]).not(&region(&[rect(10, 10, 15, 20)]));
    assert_eq!(ring.hole_area_check(51), [rect(10, 10, 15, 20)]);
    assert!(ring.hole_area_check(50).is_empty());
    assert_eq!(cuts.grid_check(10), [[20, 12], [30, 12], [50, 7], [52, 7], [52, 5], [50, 5]]);
    assert!(cuts.grid_check(1).is_empty());
}

#[test]
fn angles_beyond_what_a_rule_allows() {
    let mut drawn = Shapes::new();
    drawn.push_polygon(&[[0, 0], [0, 10], [10, 20], [20, 20], [20, 0]]);
    drawn.push_polygon(&[[100, 0], [103, 10], [110, 0]]);
    let region = merged(&drawn);
    assert_eq!(region.angle_check(migc_geometry::Angles::Upright).len(), 3);
    assert_eq!(region.angle_check(migc_geometry::Angles::Octagonal).len(), 2);
}
