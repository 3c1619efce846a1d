//! What snapping can do to a polygon: repeated points, spikes, and no area left.

use crate::model::Point;

/// Whether `b` adds no area between its neighbours: it repeats `a`, or the way goes back on itself there.
#[inline]
fn idle(a: Point, b: Point, c: Point) -> bool {
    if a == b {
        return true;
    }
    let d = |p: Point, q: Point| [i64::from(q[0]) - i64::from(p[0]), i64::from(q[1]) - i64::from(p[1])];
    let ([ux, uy], [vx, vy]) = (d(a, b), d(b, c));
    let product = |a: i64, b: i64| i128::from(a) * i128::from(b);
    product(ux, vy) == product(uy, vx) && product(ux, vx) + product(uy, vy) < 0
}

/// Takes repeated points and spikes out of a polygon given without its closing point. Points on a straight way on stay:
/// they are drawn, and change no area. Says whether any area is left.
pub(crate) fn clean(points: &mut Vec<Point>) -> bool {
    let n = points.len();
    let clean = n >= 3
        && (1..n - 1).all(|i| !idle(points[i - 1], points[i], points[i + 1]))
        && !idle(points[n - 2], points[n - 1], points[0])
        && !idle(points[n - 1], points[0], points[1]);
    if clean {
        return true;
    }
    let mut kept: Vec<Point> = Vec::with_capacity(n);
    for p in points.drain(..) {
        while let [.., a, b] = kept[..]
            && idle(a, b, p)
        {
            kept.pop();
        }
        if kept.last() != Some(&p) {
            kept.push(p);
        }
    }
    // The same where the end meets the start.
    let mut first = 0;
    loop {
        let open = &kept[first..];
        let n = open.len();
        if n < 3 {
            return false;
        }
        if idle(open[n - 2], open[n - 1], open[0]) || open[n - 1] == open[0] {
            kept.pop();
        } else if idle(open[n - 1], open[0], open[1]) {
            first += 1;
        } else {
            break;
        }
    }
    points.extend_from_slice(&kept[first..]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(p: &[Point]) -> Option<Vec<Point>> {
        let mut p = p.to_vec();
        clean(&mut p).then_some(p)
    }

    #[test]
    fn a_polygon_without_area_is_nothing() {
        assert_eq!(cleaned(&[[0, 0], [5, 0], [5, 0], [0, 0]]), None);
        assert_eq!(cleaned(&[[0, 0], [5, 5], [10, 10], [2, 2]]), None);
        assert_eq!(cleaned(&[[1, 1], [1, 1], [1, 1]]), None);
    }

    #[test]
    fn spikes_go_and_straight_points_stay() {
        let square = [[0, 0], [0, 5], [5, 5], [5, 0]];
        assert_eq!(cleaned(&square).as_deref(), Some(&square[..]));
        assert_eq!(cleaned(&[[0, 0], [0, 9], [0, 5], [5, 5], [5, 5], [5, 0]]).as_deref(), Some(&square[..]));
        let straight = [[0, 0], [0, 2], [0, 5], [5, 5], [5, 0]];
        assert_eq!(cleaned(&straight).as_deref(), Some(&straight[..]));
    }

    #[test]
    fn a_spike_at_the_seam_goes() {
        assert_eq!(cleaned(&[[-4, 0], [0, 0], [0, 5], [5, 5], [5, 0]]).map(|p| p.len()), Some(4));
        assert_eq!(cleaned(&[[0, 0], [0, 5], [5, 5], [5, 0], [9, 0]]).map(|p| p.len()), Some(4));
    }

    #[test]
    fn a_bow_tie_keeps_its_two_triangles() {
        assert_eq!(cleaned(&[[0, 0], [10, 10], [10, 0], [0, 10]]).map(|p| p.len()), Some(4));
    }
}
