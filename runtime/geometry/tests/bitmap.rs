//! Every operation on areas, against the same operation on bits.

mod common;

use common::{Bitmap, merged, polygon, rects, shapes};
use migc_geometry::{Op, Orientation, Rect, Region, Shapes};
use proptest::prelude::*;

fn grown(bits: &Bitmap, dx: i32, dy: i32) -> Bitmap {
    Bitmap::by(|x, y| (-dx..=dx).any(|i| (-dy..=dy).any(|j| bits.get(x + i, y + j))))
}

fn shrunk(bits: &Bitmap, dx: i32, dy: i32) -> Bitmap {
    Bitmap::by(|x, y| (-dx..=dx).all(|i| (-dy..=dy).all(|j| bits.get(x + i, y + j))))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn booleans_of_drawn_shapes(a in rects(), b in rects()) {
        let (x, y) = (Bitmap::of_rects(&a), Bitmap::of_rects(&b));
        for (op, bit) in [
            (Op::Or, (|a, b| a || b) as fn(bool, bool) -> bool),
            (Op::And, |a, b| a && b),
            (Op::Not, |a, b| a && !b),
            (Op::Xor, |a, b| a != b),
        ] {
            let want = Bitmap::by(|i, j| bit(x.get(i, j), y.get(i, j)));
            let direct = Region::combined(op, &shapes(&a), &shapes(&b));
            prop_assert_eq!(Bitmap::of(&direct), want.clone());
            prop_assert_eq!(&direct, &want.region());
            prop_assert_eq!(&direct, &Region::combined(op, &merged(&shapes(&a)), &merged(&shapes(&b))));
            prop_assert_eq!(direct.area(), want.0.iter().filter(|b| **b).count() as i128);
        }
    }

    #[test]
    fn a_polygon_covers_what_it_winds_round(corners in polygon(), others in rects()) {
        let mut drawn = shapes(&others);
        drawn.push_polygon(&corners);
        let (one, rest) = (Bitmap::of_winding(&corners), Bitmap::of_rects(&others));
        let want = Bitmap::by(|x, y| one.get(x, y) || rest.get(x, y));
        prop_assert_eq!(Bitmap::of(&merged(&drawn)), want);
    }

    #[test]
    fn polygons_bound_the_region(rects in rects()) {
        let bits = Bitmap::of_rects(&rects);
        let region = bits.region();
        let polygons = region.polygons();
        prop_assert_eq!(polygons.len(), bits.islands().1);
        prop_assert_eq!(polygons.len(), region.count());
        let mut again = Region::new();
        for p in polygons.iter() {
            let part = |corners| { let mut s = Shapes::new(); s.push_polygon(corners); merged(&s) };
            let holes: Vec<Region> = p.holes().map(part).collect();
            let whole = holes.iter().fold(part(p.hull()), |all, h| all.not(h));
            prop_assert!(again.and(&whole).is_empty());
            again = again.or(&whole);
            for contour in p.contours() {
                prop_assert_eq!(contour.iter().map(|p| (p[1], p[0])).min(), Some((contour[0][1], contour[0][0])));
            }
        }
        prop_assert_eq!(again, region);
    }

    #[test]
    fn strips_are_disjoint_and_cover(rects in rects()) {
        let region = merged(&shapes(&rects));
        let strips = region.strips();
        prop_assert_eq!(strips.iter().map(Rect::area).sum::<i128>(), region.area());
        prop_assert_eq!(strips.into_iter().collect::<Region>(), region);
    }

    #[test]
    fn sizing(rects in rects(), dx in -4i32..5, dy in -4i32..5) {
        let bits = Bitmap::of_rects(&rects);
        let want = shrunk(&grown(&bits, dx.max(0), dy.max(0)), -dx.min(0), -dy.min(0));
        prop_assert_eq!(Bitmap::of(&Region::sized(&shapes(&rects), dx, dy).unwrap()), want.clone());
        prop_assert_eq!(Region::sized(&bits.region(), dx, dy).unwrap(), want.region());
    }

    #[test]
    fn windows(rects in rects(), x in 0..40, y in 0..40, w in 0..20, h in 0..20) {
        let region = merged(&shapes(&rects));
        let window = Rect { x0: x, y0: y, x1: x + w, y1: y + h };
        prop_assert_eq!(region.clip(&window), region.and(&shapes(&[window])));
    }

    #[test]
    fn orientations(rects in rects()) {
        let region = merged(&shapes(&rects));
        for o in Orientation::all() {
            let turn = |[x, y]: [i32; 2]| {
                let y = if o.mirrored { -y } else { y };
                (0..o.quarters).fold([x, y], |[x, y], _| [-y, x])
            };
            let rects: Vec<Rect> = rects.iter().map(|r| Rect::new(turn([r.x0, r.y0]), turn([r.x1, r.y1]))).collect();
            prop_assert_eq!(region.oriented(o).unwrap(), merged(&shapes(&rects)));
        }
    }
}

#[test]
fn squares_that_kiss_are_one_polygon_and_holes_that_kiss_are_two() {
    let square = |x, y| Rect { x0: x, y0: y, x1: x + 10, y1: y + 10 };
    let squares: Region = [square(0, 0), square(10, 10)].into_iter().collect();
    let hull = [[0, 0], [0, 10], [10, 10], [10, 20], [20, 20], [20, 10], [10, 10], [10, 0]];
    assert_eq!(squares.count(), 1);
    assert_eq!(squares.polygons().get(0).unwrap().hull(), hull);
    let frame: Region = [Rect { x0: -10, y0: -10, x1: 30, y1: 30 }].into_iter().collect();
    let holes = frame.not(&squares).polygons();
    assert_eq!(holes.len(), 1);
    let holes: Vec<_> = holes.get(0).unwrap().holes().map(<[_]>::to_vec).collect();
    assert_eq!(holes[0], [[0, 0], [10, 0], [10, 10], [0, 10]]);
    assert_eq!(holes[1], [[10, 10], [20, 10], [20, 20], [10, 20]]);
}
