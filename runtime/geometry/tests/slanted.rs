//! Areas with slanted edges: what holds exactly although crossings round.

mod common;

use common::{merged, rects, shapes};
use migc_geometry::{Op, Orientation, Rect, Region, Shapes, SizeError};
use proptest::prelude::*;

fn octagon(x: i32, y: i32, s: i32) -> Vec<[i32; 2]> {
    [[0, 1], [0, 2], [1, 3], [2, 3], [3, 2], [3, 1], [2, 0], [1, 0]].map(|[i, j]| [x + i * s, y + j * s]).to_vec()
}

fn of(polygons: &[Vec<[i32; 2]>]) -> Region {
    let mut drawn = Shapes::new();
    polygons.iter().for_each(|p| drawn.push_polygon(p));
    merged(&drawn)
}

#[test]
fn an_octagon_keeps_its_corners() {
    let region = of(&[octagon(0, 0, 10)]);
    assert_eq!((region.count(), region.area(), region.is_manhattan()), (1, 700, false));
    let hull = [[10, 0], [0, 10], [0, 20], [10, 30], [20, 30], [30, 20], [30, 10], [20, 0]];
    assert_eq!(region.polygons().get(0).unwrap().hull(), hull);
    assert_eq!(region.bbox(), Some(Rect { x0: 0, y0: 0, x1: 30, y1: 30 }));
}

#[test]
fn an_octagon_grows_by_its_edges() {
    let grown = Region::sized(&of(&[octagon(0, 0, 100)]), 10, 10).unwrap();
    // A diagonal moves by 10 across, so that its corners move by 10 (√2 - 1) = 4 along the sides.
    let hull = [[96, -10], [-10, 96], [-10, 204], [96, 310], [204, 310], [310, 204], [310, 96], [204, -10]];
    assert_eq!(grown.polygons().get(0).unwrap().hull(), hull);
    assert_eq!(Region::sized(&grown, 3, 4), Err(SizeError::Unequal));
}

#[test]
fn what_no_slanted_polygon_touches_stays_upright() {
    let mut drawn = Shapes::new();
    drawn.push_polygon(&octagon(0, 0, 10));
    drawn.push_rect(Rect { x0: 25, y0: 0, x1: 60, y1: 15 });
    drawn.push_rect(Rect { x0: 61, y0: 0, x1: 90, y1: 15 });
    let region = merged(&drawn);
    assert_eq!(region.count(), 2);
    // Upright polygons come first.
    assert_eq!(region.polygons().get(0).unwrap().bbox(), Rect { x0: 61, y0: 0, x1: 90, y1: 15 });
    assert_eq!(region.strips(), [Rect { x0: 61, y0: 0, x1: 90, y1: 15 }]);
    assert!(region.select(|p| p.is_rectangle()).is_manhattan());
}

#[test]
fn a_slanted_polygon_whose_corners_are_cut_off_is_upright_again() {
    let region = of(&[octagon(0, 0, 10)]).and(&Region::from_iter([Rect { x0: 10, y0: 0, x1: 20, y1: 30 }]));
    assert!(region.is_manhattan());
    assert_eq!(region, Region::from_iter([Rect { x0: 10, y0: 0, x1: 20, y1: 30 }]));
}

#[test]
fn selections_of_slanted_polygons() {
    let region = of(&[octagon(0, 0, 10), octagon(40, 0, 10), octagon(80, 0, 10)]);
    // In the first one; at the cut-off corner of the second, outside; touching the third one's diagonal.
    let other = Region::from_iter([
        Rect { x0: 10, y0: 10, x1: 20, y1: 20 },
        Rect { x0: 40, y0: 0, x1: 44, y1: 4 },
        Rect { x0: 80, y0: 0, x1: 85, y1: 5 },
    ]);
    let at = |k: i32| of(&[octagon(40 * k, 0, 10)]);
    assert_eq!(region.interacting(&other), at(0).or(&at(2)));
    assert_eq!(region.overlapping(&other), at(0));
    assert_eq!(region.covering(&other), at(0));
    assert_eq!(other.inside(&region).count(), 1);
    assert_eq!(other.outside(&region).count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn moved_turned_and_cut(rects in rects(), x in 0..30, y in 0..30, s in 1..8) {
        let mut drawn = shapes(&rects);
        drawn.push_polygon(&octagon(x, y, s));
        let region = merged(&drawn);
        for o in Orientation::all() {
            let turned = region.oriented(o).unwrap();
            prop_assert_eq!(turned.area(), region.area());
            prop_assert_eq!(turned.count(), region.count());
        }
        let there = region.moved(17, -5).unwrap();
        prop_assert_eq!(there.moved(-17, 5).unwrap(), region.clone());
        prop_assert_eq!(merged(&region), region.clone());
        prop_assert!(region.xor(&region).is_empty());
        prop_assert_eq!(Region::sized(&region, 0, 0).unwrap(), region.clone());
        // Diagonals and upright lines cross in whole units, so that nothing rounds.
        let half = Rect { x0: -100, y0: -100, x1: 15, y1: 100 };
        let [left, right] = [Op::And, Op::Not].map(|op| Region::combined(op, &region, &shapes(&[half])));
        prop_assert_eq!(left.clone(), region.clip(&half));
        prop_assert!((region.area() - left.area() - right.area()).abs() <= 1);
        let pieces = region.pieces(6).iter().map(|p| of(std::slice::from_ref(p)).area()).sum::<i128>();
        prop_assert!((pieces - region.area()).abs() <= 20);
        let frame = region.bbox().unwrap();
        let dense = region.densities(&frame, [100, 100], [100, 100]).unwrap();
        prop_assert_eq!(dense.iter().map(|d| d.covered).sum::<i128>(), region.area());
    }
}
