//! Input that no layout should have, and that must not break anything.

mod common;

use common::{Dice, merged, shapes};
use migc_geometry::{
    Area, Between, Meeting, Metric, Op, Orientation, Point, Rect, Region, Rule, Shapes, Size, SizeError, TooManyWindows,
};

const LOW: i32 = i32::MIN;
const HIGH: i32 = i32::MAX;

/// Everything that can be asked; only that it comes back matters.
fn ask_everything(area: &impl Area, other: &Region) {
    let region = merged(area);
    for op in [Op::Or, Op::And, Op::Not, Op::Xor] {
        let made = Region::combined(op, area, other);
        assert_eq!(made.is_empty(), made.count() == 0);
    }
    for d in [0, 1, -1, 1000, -1000, HIGH, LOW] {
        _ = Region::sized(area, d, d);
        _ = Region::sized(area, d, 0);
        _ = region.moved(d, d);
        _ = region.gaps(d);
        _ = region.snapped(d);
        _ = region.grid_check(d);
        for metric in [Metric::Euclidean, Metric::Square, Metric::Projection] {
            for shielded in [false, true] {
                let rule = Rule { distance: d, metric, shielded, ends: None };
                _ = region.width_check(&rule);
                _ = region.space_check(&rule, Between::Any);
                _ = region.space_check(&rule, Between::Nets(&[1, 1]));
                _ = region.separation_check(other, &rule);
                _ = region.enclosure_check(other, &rule);
                _ = region.overlap_check(other, &rule);
            }
        }
        _ = region.extension_check(other, d);
        _ = region.opposite_enclosure_check(other, d);
    }
    for orientation in Orientation::all() {
        _ = region.oriented(orientation);
    }
    let frame = Rect { x0: LOW, y0: LOW, x1: HIGH, y1: HIGH };
    _ = region.densities(&frame, [HIGH, HIGH], [HIGH, HIGH]).unwrap();
    assert_eq!(region.densities(&frame, [1, 1], [1, 1]), Err(TooManyWindows));
    assert_eq!(region.clip(&frame), region);
    _ = region.clip(&Rect { x0: 5, y0: 5, x1: 5, y1: 5 });
    _ = region.pieces(0);
    _ = (region.area(), region.bbox(), region.strips(), region.areas());
    _ = (region.size_check(Size::Bar(3)), region.area_check(7), region.hole_area_check(7));
    let meetings: Vec<Meeting> = region.meetings(other);
    assert!(meetings.is_sorted());
    _ = (region.interacting(other), region.inside(other), region.outside(other), region.covering(other));
    assert_eq!(region.select(|p| p.area() >= 0 && p.width() <= p.length() && p.perimeter() >= 0), region);
}

#[test]
fn nothing_at_all() {
    ask_everything(&Shapes::new(), &Region::new());
    ask_everything(&Region::new(), &Region::from_iter([Rect { x0: 0, y0: 0, x1: 5, y1: 5 }]));
}

#[test]
fn the_whole_plane() {
    let plane = Rect { x0: LOW, y0: LOW, x1: HIGH, y1: HIGH };
    let hole = Rect { x0: -5, y0: LOW + 1, x1: 5, y1: HIGH - 1 };
    let other = Region::from_iter([hole]);
    ask_everything(&shapes(&[plane]), &other);
    ask_everything(&Region::from_iter([plane]).not(&other), &other);
    assert_eq!(Region::from_iter([plane]).area(), ((1_i128 << 32) - 1).pow(2));
    assert_eq!(Region::sized(&shapes(&[plane]), 1, 1), Err(SizeError::OutOfRange));
}

#[test]
fn corners_at_the_end_of_the_plane() {
    let mut drawn = Shapes::new();
    drawn.push_polygon(&[[LOW, LOW], [LOW, HIGH], [HIGH, HIGH]]);
    drawn.push_polygon(&[[LOW, 0], [0, HIGH], [HIGH, 0], [0, LOW]]);
    ask_everything(&drawn, &Region::from_iter([Rect { x0: LOW, y0: -7, x1: HIGH, y1: 7 }]));
    ask_everything(&Region::from_iter([Rect { x0: LOW, y0: -7, x1: HIGH, y1: 7 }]), &merged(&drawn));
}

#[test]
fn polygons_without_area() {
    let mut drawn = Shapes::new();
    for corners in [
        &[][..],
        &[[1, 1]],
        &[[1, 1], [1, 1]],
        &[[0, 0], [5, 5]],
        &[[0, 0], [5, 5], [0, 0], [5, 5]],
        &[[0, 0], [5, 5], [10, 10]],
        &[[0, 0], [0, 5], [0, 9]],
        &[[0, 0], [0, 0], [0, 0], [0, 0]],
        &[[LOW, LOW], [HIGH, HIGH], [LOW, LOW]],
    ] {
        drawn.push_polygon(corners);
    }
    drawn.push_rect(Rect { x0: 7, y0: 0, x1: 3, y1: 9 });
    assert!(merged(&drawn).is_empty());
    ask_everything(&drawn, &Region::new());
}

#[test]
fn polygons_of_random_corners() {
    let mut dice = Dice(9);
    for _ in 0..60 {
        let mut drawn = Shapes::new();
        for _ in 0..dice.roll(1, 4) {
            let wide = [8, 60, 1 << 20][dice.roll(0, 3) as usize];
            let count = dice.roll(0, 9);
            let corners: Vec<Point> = (0..count).map(|_| [dice.roll(-wide, wide), dice.roll(-wide, wide)]).collect();
            drawn.push_polygon(&corners);
        }
        let others = dice.rects(5, 40, 30);
        ask_everything(&drawn, &merged(&shapes(&others)));
        ask_everything(&merged(&shapes(&others)), &merged(&drawn));
    }
}
