//! From the corners of one drawn Manhattan polygon to its walls.

use crate::sweep::{Piece, sweep};
use crate::wall::Wall;
use crate::{Point, Rect};

/// Up to this many vertical edges, comparing every pair of edges is cheaper than sweeping the polygon.
const FEW: usize = 12;

/// The rectangle that the corners are, drawn in either direction from any corner, closed or not.
pub(crate) fn rectangle(corners: &[Point]) -> Option<Rect> {
    let (a, b, c, d) = match *corners {
        [a, b, c, d] => (a, b, c, d),
        [a, b, c, d, e] if a == e => (a, b, c, d),
        _ => return None,
    };
    let upright = a[0] == b[0] && b[1] == c[1] && c[0] == d[0] && d[1] == a[1];
    let lying = a[1] == b[1] && b[0] == c[0] && c[1] == d[1] && d[0] == a[0];
    (upright || lying).then(|| Rect::new(a, c))
}

/// Whether every edge is vertical or horizontal.
pub(crate) fn is_manhattan(corners: &[Point]) -> bool {
    edges(corners).all(|(a, b)| a[0] == b[0] || a[1] == b[1])
}

fn edges(corners: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    let next = corners.iter().cycle().skip(1);
    corners.iter().zip(next).map(|(a, b)| (*a, *b)).filter(|(a, b)| a != b)
}

/// Adds walls whose steps add up to 1 inside of the Manhattan polygon and to 0 outside.
pub(crate) fn push_walls(corners: &[Point], walls: &mut Vec<Wall>) {
    let from = walls.len();
    for ([x, y0], [x1, y1]) in edges(corners) {
        if x == x1 {
            // An edge upward has the inside of a clockwise outline on its right.
            walls.push(Wall { x, y0: y0.min(y1), y1: y0.max(y1), step: if y0 < y1 { 1 } else { -1 } });
        }
    }
    if walls.len() - from <= FEW && is_simple(corners, &walls[from..]) {
        let own = &mut walls[from..];
        let area: i128 =
            own.iter().map(|w| -i128::from(w.step) * i128::from(w.x) * (i128::from(w.y1) - i128::from(w.y0))).sum();
        if area < 0 {
            own.iter_mut().for_each(|w| w.step = -w.step);
        }
        return;
    }
    let piece = |w: &Wall| Piece { x: w.x, y0: w.y0, y1: w.y1, a: w.step as i16, b: 0 };
    let mut pieces: Vec<Piece> = walls[from..].iter().map(piece).collect();
    walls.truncate(from);
    walls.append(&mut sweep(&mut pieces, |[winding, _]| winding != 0));
}

/// Whether no two edges meet but neighbours at their common corner, judged narrowly: edges that go straight on or back
/// are not taken for simple, and are left to the sweep.
fn is_simple(corners: &[Point], walls: &[Wall]) -> bool {
    let floors: Vec<(Point, Point)> = edges(corners).filter(|(a, b)| a[1] == b[1]).collect();
    if floors.len() != walls.len() {
        return false;
    }
    // Each floor touches exactly the two walls at its ends; any further meeting is a crossing or a touch.
    let meets = |w: &Wall, (a, b): &(Point, Point)| {
        (a[0].min(b[0])..=a[0].max(b[0])).contains(&w.x) && (w.y0..=w.y1).contains(&a[1])
    };
    floors.iter().all(|floor| walls.iter().filter(|w| meets(w, floor)).count() == 2)
        && walls.iter().enumerate().all(|(k, w)| walls[..k].iter().all(|v| v.x != w.x || v.y1 < w.y0 || w.y1 < v.y0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(corners: &[Point]) -> i64 {
        let mut walls = Vec::new();
        push_walls(corners, &mut walls);
        walls.iter().map(|w| -i64::from(w.step) * i64::from(w.x) * i64::from(w.y1 - w.y0)).sum()
    }

    #[test]
    fn an_l_covers_the_same_in_both_directions() {
        let mut l = vec![[0, 0], [0, 20], [10, 20], [10, 10], [20, 10], [20, 0]];
        assert_eq!(area(&l), 300);
        l.reverse();
        assert_eq!(area(&l), 300);
    }

    #[test]
    fn a_figure_of_eight_covers_both_loops() {
        assert_eq!(area(&[[0, 0], [20, 0], [20, 20], [10, 20], [10, -10], [0, -10]]), 300);
    }

    #[test]
    fn what_winds_twice_counts_once() {
        assert_eq!(area(&[[0, 0], [0, 10], [10, 10], [10, 0], [0, 0], [0, 10], [10, 10], [10, 0]]), 100);
    }

    #[test]
    fn a_line_there_and_back_is_nothing() {
        assert_eq!(area(&[[0, 0], [0, 10]]), 0);
        assert_eq!(area(&[[0, 0], [0, 10], [5, 10], [0, 10]]), 0);
        assert_eq!(area(&[]), 0);
    }
}
