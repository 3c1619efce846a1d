//! Polygons with edges that are neither vertical nor horizontal.
//!
//! They are kept as contours, and operations on them are `i_overlay`'s, in integers of 64 bits. *What rounds*: a point
//! where two edges cross is moved to the nearest point of whole units, so that either edge then goes through a point at
//! most half a unit off, in x and in y, and bends there. Corners that are drawn never move. Polygons without slanted
//! edges that no slanted one touches never come here ([`crate::mixed`]), and nothing of them rounds.

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::i_float::int::point::IntPoint;

use crate::combine::Op;
use crate::outline::is_manhattan;
use crate::polygons::Polygon;
use crate::wall::Wall;
use crate::{Point, Rect};

/// A polygon by its contours, as [`Polygons`](crate::Polygons) have them: hull first, canonical start, region right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slanted {
    pub(crate) contours: Vec<Vec<Point>>,
}

impl Slanted {
    pub(crate) fn of(polygon: &Polygon<'_>) -> Slanted {
        Slanted { contours: polygon.contours().map(<[Point]>::to_vec).collect() }
    }

    pub(crate) fn rect(rect: &Rect) -> Slanted {
        Slanted { contours: vec![rect.corners().to_vec()] }
    }

    pub(crate) fn is_manhattan(&self) -> bool {
        self.contours.iter().all(|c| is_manhattan(c))
    }

    pub(crate) fn bbox(&self) -> Rect {
        let points = self.contours.iter().flatten().map(|p| Rect::new(*p, *p));
        points.reduce(|a, b| a.join(&b)).unwrap_or(Rect { x0: 0, y0: 0, x1: 0, y1: 0 })
    }

    /// Twice its area, which is a whole number.
    pub(crate) fn twice_area(&self) -> i128 {
        self.contours.iter().map(|c| twice_area(c)).sum()
    }

    /// Its corners moved one by one; `None` where one leaves 32 bits. The order of corners must stay clockwise.
    pub(crate) fn mapped(&self, place: impl Fn(Point) -> Option<Point>, turned_over: bool) -> Option<Slanted> {
        let contour = |c: &Vec<Point>| {
            let mut points: Vec<Point> = c.iter().map(|p| place(*p)).collect::<Option<_>>()?;
            if turned_over {
                points.reverse();
            }
            Some(points)
        };
        Some(canonical(self.contours.iter().map(contour).collect::<Option<_>>()?))
    }

    /// The walls of a polygon that has only vertical and horizontal edges.
    pub(crate) fn walls(&self) -> impl Iterator<Item = Wall> {
        edges_of(&self.contours).filter(|(a, b)| a[0] == b[0]).map(|([x, y0], [_, y1])| {
            // The region lies to the right of the way round: of what goes up, it lies right.
            Wall { x, y0: y0.min(y1), y1: y0.max(y1), step: if y0 < y1 { 1 } else { -1 } }
        })
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = (Point, Point)> {
        edges_of(&self.contours)
    }
}

fn edges_of(contours: &[Vec<Point>]) -> impl Iterator<Item = (Point, Point)> {
    contours.iter().flat_map(|c| c.iter().zip(c.iter().cycle().skip(1))).map(|(a, b)| (*a, *b))
}

/// Twice the area within a contour, positive where it goes clockwise.
pub(crate) fn twice_area(contour: &[Point]) -> i128 {
    let next = contour.iter().cycle().skip(1);
    let cross = |(a, b): (&Point, &Point)| i128::from(b[0]) * i128::from(a[1]) - i128::from(a[0]) * i128::from(b[1]);
    contour.iter().zip(next).map(cross).sum()
}

/// Every contour from its lowest, then leftmost corner, and the holes in order.
fn canonical(mut contours: Vec<Vec<Point>>) -> Slanted {
    for contour in &mut contours {
        let lowest = (0..contour.len()).min_by_key(|&k| (contour[k][1], contour[k][0])).unwrap_or(0);
        contour.rotate_left(lowest);
    }
    if let [_, holes @ ..] = contours.as_mut_slice() {
        holes.sort_by_key(|h| (h[0][1], h[0][0]));
    }
    Slanted { contours }
}

/// What an operation makes of polygons of two areas, in the order of where they begin. Of one area, polygons can
/// overlap.
pub(crate) fn overlay(op: Op, a: &[Slanted], b: &[Slanted]) -> Vec<Slanted> {
    let rule = match op {
        Op::Or => OverlayRule::Union,
        Op::And => OverlayRule::Intersect,
        Op::Not => OverlayRule::Difference,
        Op::Xor => OverlayRule::Xor,
    };
    run(rule, a.iter().flat_map(|p| &p.contours), b.iter().flat_map(|p| &p.contours))
}

/// The polygons that one outline winds round.
pub(crate) fn outlined(corners: &[Point]) -> Vec<Slanted> {
    run(OverlayRule::Subject, std::iter::once(&corners.to_vec()), std::iter::empty())
}

fn run<'a>(
    rule: OverlayRule,
    a: impl Iterator<Item = &'a Vec<Point>>,
    b: impl Iterator<Item = &'a Vec<Point>>,
) -> Vec<Slanted> {
    let path = |c: &'a Vec<Point>| c.iter().map(|p| IntPoint { x: i64::from(p[0]), y: i64::from(p[1]) });
    let mut overlay = Overlay::<i64>::new(64);
    a.for_each(|c| overlay.add_path_iter(path(c), ShapeType::Subject));
    b.for_each(|c| overlay.add_path_iter(path(c), ShapeType::Clip));
    // What crosses lies between the ends of both edges, and so within 32 bits.
    let point = |p: &IntPoint<i64>| -> Point { [p.x as i32, p.y as i32] };
    let shapes = overlay.overlay(rule, FillRule::NonZero);
    let contours = |shape: &Vec<Vec<IntPoint<i64>>>| -> Vec<Vec<Point>> {
        // There, hulls go counter-clockwise.
        shape.iter().map(|c| c.iter().rev().map(point).collect()).collect()
    };
    let mut polygons: Vec<Slanted> = shapes.iter().map(|s| canonical(contours(s))).collect();
    polygons.sort_by(|p, q| {
        let start = |s: &Slanted| (s.contours[0][0][1], s.contours[0][0][0]);
        start(p).cmp(&start(q)).then_with(|| p.cmp(q))
    });
    polygons
}
