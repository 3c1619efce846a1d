//! The same checks where edges of slanted polygons take part.
//!
//! In the frame of one edge, the part of another that is too near is where it lies on the side that the rule looks to
//! and within the distance: a piece of a straight line in a convex figure. Whether two edges are near enough at all is
//! decided in whole numbers; where the part begins and ends is computed in floating point and rounded to units. Edges
//! that enclose a right angle or less do not face each other, as in KLayout, so that a corner sharper than a right
//! angle is always too narrow.
//!
//! KLayout reports the same pairs of the edges of one region, where the parts of slanted edges may begin and end a unit
//! apart. Of two regions it also reports edges that only touch in a point without facing each other; these are left out
//! here, and so is an edge of a slanted polygon as something that hides two edges of upright ones.

use super::ends::is_among;
use super::facing::{Facing, Look};
use super::sides::Owner;
use super::{EdgePair, Metric, Rule};
use crate::meet::{joined, touch};
use crate::polygons::Polygons;
use crate::{Point, Rect, Region};

/// An edge, with its polygon on the right.
#[derive(Debug, Clone, Copy)]
struct Edge {
    ends: [Point; 2],
    owner: Owner,
    /// Whether it is the end of a line, where that is asked.
    end: bool,
}

/// The pairs of which at least one edge is of a slanted polygon, and the polygons of both edges.
pub(super) fn found(
    region: &Region,
    other: Option<&Region>,
    rule: &Rule,
    facing: &Facing<'_>,
) -> Vec<(EdgePair, [u32; 2])> {
    let slanted = |r: &Region| !r.is_manhattan();
    if rule.distance <= 0 || !(slanted(region) || other.is_some_and(slanted)) {
        return Vec::new();
    }
    let mut edges = Vec::new();
    let mut begins = Vec::new();
    for (region, is_other) in [Some(region), other].into_iter().flatten().zip([false, true]) {
        let polygons = region.polygons();
        let upright = polygons.len() - region.slanted.len();
        push(&polygons, is_other, |polygon| begins.push(polygon >= upright), &mut edges);
    }
    if let Some(ends) = rule.ends {
        let ends = ends.of(region);
        edges.iter_mut().filter(|e| !e.owner.other).for_each(|e| e.end = is_among(&ends, e.ends));
    }
    let boxed = |k: usize, by: i32| {
        let e: &Edge = &edges[k];
        (Rect::new(e.ends[0], e.ends[1]).grown_within(by, by), k as u32)
    };
    let all: Vec<_> = (0..edges.len()).map(|k| boxed(k, 0)).collect();
    let of_slanted: Vec<_> = (0..edges.len()).filter(|&k| begins[k]).map(|k| boxed(k, rule.distance)).collect();
    let mut near: Vec<(u32, u32)> = joined(&of_slanted, &all).into_iter().map(|m| (m.a, m.b)).collect();
    near.sort_unstable();
    near.dedup();

    let mut pairs = Vec::new();
    for group in near.chunk_by(|p, q| p.0 == q.0) {
        for &(a, b) in group {
            // Of two edges of slanted polygons, the pair comes up twice.
            if a == b || (begins[b as usize] && b < a) {
                continue;
            }
            let (e, f) = (&edges[a as usize], &edges[b as usize]);
            let (e, f) = if e.owner.other && !f.owner.other { (f, e) } else { (e, f) };
            let Some(pair) = pair_of(e, f, rule, facing) else { continue };
            let thirds = group.iter().map(|n| n.1).filter(|n| *n != a && *n != b).map(|n| &edges[n as usize]);
            let may = |t: &&Edge| facing.hides(t.owner, e.owner, f.owner);
            if rule.shielded && pair.squared > 0 && thirds.filter(may).any(|t| hides(t, &pair)) {
                continue;
            }
            pairs.push((pair, [e.owner.polygon, f.owner.polygon]));
        }
    }
    pairs
}

fn push(polygons: &Polygons, other: bool, mut each: impl FnMut(usize), edges: &mut Vec<Edge>) {
    for (at, polygon) in polygons.iter().enumerate() {
        for contour in polygon.contours() {
            for (p, q) in contour.iter().zip(contour.iter().cycle().skip(1)) {
                each(at);
                edges.push(Edge { ends: [*p, *q], owner: Owner { other, polygon: at as u32 }, end: false });
            }
        }
    }
}

fn pair_of(e: &Edge, f: &Edge, rule: &Rule, facing: &Facing<'_>) -> Option<EdgePair> {
    let look = facing.looks(e.owner, f.owner)?;
    if rule.ends.is_some() && !e.end && !f.end {
        return None;
    }
    let along = |e: &Edge| [0, 1].map(|k| i128::from(e.ends[1][k]) - i128::from(e.ends[0][k]));
    let (u, v) = (along(e), along(f));
    let dot = u[0] * v[0] + u[1] * v[1];
    if if look.opposed { dot >= 0 } else { dot <= 0 } {
        return None;
    }
    let squared = squared_distance(e, f);
    let d = i128::from(rule.distance);
    // Of the other metrics, the zone reaches further than the crow flies at its corners.
    let reach = if rule.metric == Metric::Square { 2 * d * d } else { d * d };
    let collinear = cross(e, f.ends[0]) == 0 && cross(e, f.ends[1]) == 0;
    if squared >= reach || (collinear && squared > 0) {
        return None;
    }
    let b = near_part(e, f, look.first, rule)?;
    let a = near_part(f, e, look.second, rule)?;
    let (a, b) = if !e.owner.other && !f.owner.other && b < a { (b, a) } else { (a, b) };
    Some(EdgePair { a, b, squared: i64::try_from(squared).ok()? })
}

/// How far left of an edge a point lies, times the edge's length.
fn cross(e: &Edge, p: Point) -> i128 {
    let d = |a: Point, b: Point, k: usize| i128::from(b[k]) - i128::from(a[k]);
    let [a, b] = e.ends;
    d(a, b, 0) * d(a, p, 1) - d(a, b, 1) * d(a, p, 0)
}

/// The square of the smallest distance of two edges, rounded down: below a whole number exactly when it is.
fn squared_distance(e: &Edge, f: &Edge) -> i128 {
    if touch((e.ends[0], e.ends[1]), (f.ends[0], f.ends[1])) {
        return 0;
    }
    let from = |e: &Edge, p: Point| {
        let [a, b] = e.ends;
        let d = |a: Point, b: Point| [0, 1].map(|k| i128::from(b[k]) - i128::from(a[k]));
        let dot = |u: [i128; 2], v: [i128; 2]| u[0] * v[0] + u[1] * v[1];
        let (along, to) = (d(a, b), d(a, p));
        let at = dot(along, to);
        let length = dot(along, along);
        if at <= 0 {
            dot(to, to)
        } else if at >= length {
            dot(d(b, p), d(b, p))
        } else {
            let across = cross(e, p).unsigned_abs();
            // What does not fit is further away than any rule asks for.
            across.checked_mul(across).map_or(i128::MAX, |s| (s / length.unsigned_abs()) as i128)
        }
    };
    let all = [from(e, f.ends[0]), from(e, f.ends[1]), from(f, e.ends[0]), from(f, e.ends[1])];
    all.into_iter().min().unwrap_or(i128::MAX)
}

/// The part of `f` that lies on the side of `e` that is looked to, and too near to it.
fn near_part(e: &Edge, f: &Edge, look: Look, rule: &Rule) -> Option<[Point; 2]> {
    let [a, b] = e.ends.map(|p| p.map(f64::from));
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = (along[0] * along[0] + along[1] * along[1]).sqrt();
    let side = if look == Look::Outward { 1.0 } else { -1.0 };
    // In the frame of the edge: along it, and away from it to the side that is looked to. The height is zero exactly
    // where the point lies on the edge's line.
    let local = |p: Point| {
        let to = [f64::from(p[0]) - a[0], f64::from(p[1]) - a[1]];
        [(to[0] * along[0] + to[1] * along[1]) / length, cross(e, p) as f64 * side / length]
    };
    let line = Line { from: local(f.ends[0]), to: local(f.ends[1]) };
    let d = f64::from(rule.distance);
    let level = meet(line.at_least(1, 0.0)?, line.at_most(1, d)?)?;
    let beside = |low: f64, high: f64| meet(meet(line.at_least(0, low)?, line.at_most(0, high)?)?, level);
    let spans = match rule.metric {
        Metric::Projection => [beside(0.0, length), None, None],
        Metric::Square => [beside(-d, length + d), None, None],
        Metric::Euclidean => {
            let round = |x: f64| meet(line.in_disc(x, d)?, level);
            [beside(0.0, length), round(0.0), round(length)]
        }
    };
    // Together the three make a convex figure, so that nothing lies between their spans.
    let all = spans.into_iter().flatten().reduce(|s, t| [s[0].min(t[0]), s[1].max(t[1])]);
    let [from, to] = all.filter(|s| s[1] - s[0] > 1e-12)?;
    let at = |t: f64| {
        [0, 1].map(|k| {
            let (p, q) = (f64::from(f.ends[0][k]), f64::from(f.ends[1][k]));
            (p + (q - p) * t + 0.5).floor() as i32
        })
    };
    Some([at(from), at(to)])
}

/// From where to where along a line, as parts of its whole.
type Span = [f64; 2];

fn meet(s: Span, t: Span) -> Option<Span> {
    let both = [s[0].max(t[0]), s[1].min(t[1])];
    (both[0] <= both[1]).then_some(both)
}

/// A line between two points of a frame.
struct Line {
    from: [f64; 2],
    to: [f64; 2],
}

impl Line {
    fn at_least(&self, axis: usize, bound: f64) -> Option<Span> {
        let (p, q) = (self.from[axis] - bound, self.to[axis] - bound);
        match (p >= 0.0, q >= 0.0) {
            (true, true) => Some([0.0, 1.0]),
            (true, false) => Some([0.0, p / (p - q)]),
            (false, true) => Some([p / (p - q), 1.0]),
            (false, false) => None,
        }
    }

    fn at_most(&self, axis: usize, bound: f64) -> Option<Span> {
        let turned = |p: [f64; 2]| p.map(|c| -c);
        Line { from: turned(self.from), to: turned(self.to) }.at_least(axis, -bound)
    }

    /// Within a distance of a point on the first axis.
    fn in_disc(&self, x: f64, radius: f64) -> Option<Span> {
        let p = [self.from[0] - x, self.from[1]];
        let v = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let (a, b) = (v[0] * v[0] + v[1] * v[1], p[0] * v[0] + p[1] * v[1]);
        let rest = b * b - a * (p[0] * p[0] + p[1] * p[1] - radius * radius);
        let root = (rest >= 0.0).then(|| rest.sqrt())?;
        meet([(-b - root) / a, (-b + root) / a], [0.0, 1.0])
    }
}

/// Whether a third edge meets both lines that join the ends of the two parts.
fn hides(third: &Edge, pair: &EdgePair) -> bool {
    let EdgePair { a, b, .. } = pair;
    let along = |e: &[Point; 2], k: usize| i128::from(e[1][k]) - i128::from(e[0][k]);
    let opposed = along(a, 0) * along(b, 0) + along(a, 1) * along(b, 1) < 0;
    let ends = if opposed { [(a[0], b[1]), (a[1], b[0])] } else { [(a[0], b[0]), (a[1], b[1])] };
    // What touches the line between two points is mostly what these belong to, and must cross it.
    let points = a[0] == a[1] && b[0] == b[1];
    let crosses = |line: (Point, Point)| [line.0, line.1].iter().all(|p| cross(third, *p) != 0);
    let meets = |line| touch((third.ends[0], third.ends[1]), line) && (!points || crosses(line));
    ends.into_iter().all(meets)
}
