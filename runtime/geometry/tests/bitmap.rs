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
    fn selections(a in rects(), b in rects()) {
        let (x, y) = (Bitmap::of_rects(&a), Bitmap::of_rects(&b));
        let (p, q) = (x.region(), y.region());
        let ((of_a, count), (of_b, others)) = (x.islands(), y.islands());
        let pick = |wanted: &dyn Fn(usize) -> bool| {
            Bitmap::by(|i, j| x.get(i, j) && wanted(of_a[(j * common::SIDE + i) as usize])).region()
        };
        let squares = || (0..common::SIDE).flat_map(|j| (0..common::SIDE).map(move |i| (i, j)));
        let mut shared = vec![vec![0; others]; count];
        let mut touches = vec![false; count];
        let (mut own, mut theirs) = (vec![0; count], vec![0; others]);
        for (i, j) in squares() {
            let at = (j * common::SIDE + i) as usize;
            if y.get(i, j) {
                theirs[of_b[at]] += 1;
            }
            if x.get(i, j) {
                own[of_a[at]] += 1;
                if y.get(i, j) {
                    shared[of_a[at]][of_b[at]] += 1;
                }
                touches[of_a[at]] |= (-1..=1).any(|m| (-1..=1).any(|n| y.get(i + m, j + n)));
            }
        }
        let all = |k: usize| shared[k].iter().sum::<i32>();
        prop_assert_eq!(p.interacting(&q), pick(&|k| touches[k]));
        prop_assert_eq!(p.overlapping(&q), pick(&|k| all(k) > 0));
        prop_assert_eq!(p.outside(&q), pick(&|k| all(k) == 0));
        prop_assert_eq!(p.inside(&q), pick(&|k| all(k) == own[k]));
        prop_assert_eq!(p.covering(&q), pick(&|k| (0..others).any(|n| shared[k][n] == theirs[n])));
    }

    #[test]
    fn pieces_without_holes(rects in rects(), corners in 4..12_usize) {
        let region = merged(&shapes(&rects));
        let mut again = Region::new();
        for piece in region.pieces(corners) {
            prop_assert!(piece.len() <= corners);
            let mut drawn = Shapes::new();
            drawn.push_polygon(&piece);
            prop_assert!(again.and(&drawn).is_empty());
            again = again.or(&drawn);
        }
        prop_assert_eq!(again, region);
    }

    #[test]
    fn densities(rects in rects(), w in 1..15, h in 1..15, sx in 1..15, sy in 1..15) {
        let bits = Bitmap::of_rects(&rects);
        let frame = Rect { x0: 3, y0: 5, x1: 33, y1: 31 };
        let windows = bits.region().densities(&frame, [w, h], [sx, sy]).unwrap();
        for d in &windows {
            let r = d.window;
            let want = (r.x0..r.x1).map(|x| (r.y0..r.y1).filter(|y| bits.get(x, *y)).count()).sum::<usize>();
            prop_assert_eq!(d.covered, want as i128);
        }
        let reach = |f: fn(&Rect) -> i32| windows.iter().map(|d| f(&d.window)).max().unwrap();
        prop_assert_eq!([reach(|r| r.x1), reach(|r| r.y1)], [33, 31]);
    }

    #[test]
    fn snapping(rects in rects(), grid in 1i32..8) {
        let region = merged(&shapes(&rects));
        let snap = |v: i32| (2 * v + grid).div_euclid(2 * grid) * grid;
        let strips = region.strips().into_iter().map(|r| Rect {
            x0: snap(r.x0), y0: snap(r.y0), x1: snap(r.x1), y1: snap(r.y1),
        });
        prop_assert_eq!(region.snapped(grid).unwrap(), strips.collect::<Region>());
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
