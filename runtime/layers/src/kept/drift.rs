//! How far things lie from where scaling alone puts them.

use migc_geometry::Rect;

use super::count::Nodes;
use super::meet::Doubts;
use super::parts::Own;
use crate::{Transform, Tree};

/// What is expected of coordinates.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// The factors along x and y, as a fraction.
    pub factors: [(i64, i64); 2],
    /// How far a side may lie from where scaling puts it.
    pub near: i32,
}

/// Numbers beyond these are left to those who calculate with more bits.
const LARGEST_FACTOR: i64 = 1 << 24;
const FURTHEST: i64 = 1 << 33;
const MOST_NEAR: i32 = 1 << 20;

/// The least and the most along x and y by which things lie beyond their scaled places: as fractions, over the divisors of
/// the factors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drift {
    least: [i64; 2],
    most: [i64; 2],
}

impl Drift {
    fn join(&self, other: &Drift) -> Drift {
        let of = |f: fn(i64, i64) -> i64, a: [i64; 2], b: [i64; 2]| [f(a[0], b[0]), f(a[1], b[1])];
        Drift { least: of(i64::min, self.least, other.least), most: of(i64::max, self.most, other.most) }
    }

    /// The drift of what is placed, which itself is moved.
    fn seen(&self, moved: &Transform) -> Drift {
        let (a, b) = (moved.wide(self.least), moved.wide(self.most));
        Drift { least: [a[0].min(b[0]), a[1].min(b[1])], most: [a[0].max(b[0]), a[1].max(b[1])] }
    }
}

impl Scale {
    /// The drift of each place, with its orientation; `None` where the trees are not the same, or scaling is beyond what is
    /// calculated here.
    pub(super) fn moves(&self, before: &Tree, after: &Tree) -> Option<Vec<Vec<Transform>>> {
        let small = |n: i64| (1..LARGEST_FACTOR).contains(&n);
        let known = self.factors.iter().all(|(m, d)| small(*m) && small(*d)) && (0..MOST_NEAR).contains(&self.near);
        if !known || before.places.len() != after.places.len() {
            return None;
        }
        let alike = self.factors[0] == self.factors[1];
        let mut out = Vec::with_capacity(before.places.len());
        for (old, new) in before.places.iter().zip(&after.places) {
            if old.len() != new.len() {
                return None;
            }
            let moved = |(a, b): (&crate::Place, &crate::Place)| {
                let orientation = a.seen.orientation;
                let same = a.cell == b.cell && orientation == b.seen.orientation;
                let at = [self.beyond(0, a.seen.at[0], b.seen.at[0])?, self.beyond(1, a.seen.at[1], b.seen.at[1])?];
                (same && (alike || orientation.quarters & 1 == 0)).then_some(Transform { orientation, at })
            };
            out.push(old.iter().zip(new).map(moved).collect::<Option<_>>()?);
        }
        Some(out)
    }

    /// How far a coordinate lies beyond its scaled place; `None` where it is too far to be near it.
    #[inline]
    fn beyond(&self, axis: usize, before: i64, after: i64) -> Option<i64> {
        let (m, d) = self.factors[axis];
        if before.abs() > FURTHEST || after.abs() > FURTHEST {
            return None;
        }
        let by = after * d - before * m;
        (by.abs() <= i64::from(self.near) * d).then_some(by)
    }

    /// The drift of a rectangle; `None` where a side is too far from its scaled place.
    #[inline]
    pub(super) fn drift(&self, before: &Rect, after: &Rect) -> Option<Drift> {
        let beyond = |axis, a: i32, b: i32| self.beyond(axis, i64::from(a), i64::from(b));
        let low = [beyond(0, before.x0, after.x0)?, beyond(1, before.y0, after.y0)?];
        let high = [beyond(0, before.x1, after.x1)?, beyond(1, before.y1, after.y1)?];
        let point = |at: [i64; 2]| Drift { least: at, most: at };
        Some(point(low).join(&point(high)))
    }

    /// Where a coordinate lies after it was scaled and rounded to `near`: a guess.
    pub(super) fn snapped(&self, axis: usize, v: i32) -> Option<i32> {
        let ((m, d), grid) = (self.factors[axis], i64::from(self.near.max(1)));
        let steps = (2 * m * i64::from(v) + d * grid).div_euclid(2 * d * grid);
        i32::try_from(steps * grid).ok()
    }

    /// The same of a rectangle.
    pub(super) fn snapped_rect(&self, r: &Rect) -> Option<Rect> {
        let corner = |x, y| Some([self.snapped(0, x)?, self.snapped(1, y)?]);
        Some(Rect::new(corner(r.x0, r.y0)?, corner(r.x1, r.y1)?))
    }

    /// Whether nothing lies too far from its scaled place.
    pub(super) fn allows(&self, drift: &Drift) -> bool {
        (0..2).all(|axis| {
            let most = i64::from(self.near) * self.factors[axis].1;
            drift.least[axis] >= -most && drift.most[axis] <= most
        })
    }

    /// How far apart two things can be before that touch after; `None` where that is too far.
    pub(super) fn slack(&self, drifts: &[Option<Drift>]) -> Option<i32> {
        let of = |d: &Drift| (0..2).map(|axis| (d.most[axis] - d.least[axis]) / self.factors[axis].0).max();
        let most = drifts.iter().flatten().filter_map(of).max().unwrap_or(0);
        i32::try_from(most).ok().filter(|most| *most < MOST_NEAR)
    }
}

/// Joins a drift to what was there.
pub(super) fn join(to: &mut Option<Drift>, drift: &Drift) {
    *to = Some(to.map_or(*drift, |d| d.join(drift)));
}

/// The drift of each cell and of all below it.
pub(super) fn whole(tree: &Tree, own: &[Own], moves: &[Vec<Transform>]) -> Vec<Option<Drift>> {
    let mut out: Vec<Option<Drift>> =
        own.iter().map(|o| o.drifts.iter().flatten().copied().reduce(|a, b| a.join(&b))).collect();
    for cell in tree.levels.iter().flatten() {
        for (p, moved) in tree.places[*cell].iter().zip(&moves[*cell]) {
            if let Some(inner) = out[p.cell as usize] {
                join(&mut out[*cell], &inner.seen(moved));
            }
        }
    }
    out
}

/// Doubts each layer of which an island may lie too far from its place, seen from the cell that has it whole: islands that
/// are whole in a cell are judged there, and not where it stands.
pub(super) fn by_layer(
    tree: &Tree,
    own: &[Own],
    moves: &[Vec<Transform>],
    nodes: &[Nodes],
    scale: &Scale,
    doubts: &Doubts,
) {
    let mut drifts: Vec<Vec<Option<Drift>>> = own.iter().map(|o| o.drifts.clone()).collect();
    for cell in tree.levels.iter().flatten() {
        let mut of = std::mem::take(&mut drifts[*cell]);
        for (p, moved) in tree.places[*cell].iter().zip(&moves[*cell]) {
            for (layer, inner) in drifts[p.cell as usize].iter().enumerate() {
                if let Some(inner) = inner {
                    join(&mut of[layer], &inner.seen(moved));
                }
            }
        }
        let leaks = nodes[*cell].leaks(of.len());
        for (layer, drift) in of.iter_mut().enumerate() {
            if drift.is_some_and(|d| !scale.allows(&d)) {
                doubts.add(layer);
            }
            if !leaks[layer] {
                *drift = None;
            }
        }
        drifts[*cell] = of;
    }
}
