//! Which polygons of one region meet which of another, and how much they share.
//!
//! Polygons are compared by their strips: two polygons meet where strips of theirs touch, and they share what their
//! strips share, since the strips of one region are disjoint. Strips are joined band by band, as in [`crate::bands`].

use rayon::prelude::*;

use crate::bands::{Bands, PARALLEL_FROM};
use crate::combine::Op;
use crate::polygons::{Polygons, label};
use crate::slanted::{Slanted, overlay};
use crate::strips::strips;
use crate::{Point, Rect, Region};

/// A polygon of one region and one of another that touch, at least at a corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meeting {
    /// The place of the one polygon among those of its region.
    pub a: u32,
    /// The place of the other one among those of the other region.
    pub b: u32,
    /// Twice the area that they share, in square database units; 0 where they only touch.
    pub twice_shared: i128,
}

/// A strip and the place of its polygon.
type Part = (Rect, u32);

impl Region {
    /// The strips of the region ([`Region::strips`]), which leave slanted polygons out, each with the place of its polygon in canonical order.
    pub fn labelled_strips(&self) -> Vec<(Rect, u32)> {
        let (labels, _) = label(&self.walls);
        strips(&self.walls, |s| (s.rect, labels[s.walls[0] as usize]))
    }

    /// All pairs of a polygon of this region and one of another that touch, ordered by their places.
    pub fn meetings(&self, other: &Region) -> Vec<Meeting> {
        let mut meetings = joined(&self.labelled_strips(), &other.labelled_strips());
        if !(self.slanted.is_empty() && other.slanted.is_empty()) {
            meetings.append(&mut self.slanted_meetings(other));
        }
        meetings.sort_unstable();
        meetings.dedup_by(|next, kept| {
            let same = (next.a, next.b) == (kept.a, kept.b);
            if same {
                kept.twice_shared += next.twice_shared;
            }
            same
        });
        meetings
    }
}

impl Region {
    /// The meetings of two polygons one of which is slanted at least.
    fn slanted_meetings(&self, other: &Region) -> Vec<Meeting> {
        let boxes = |p: &Polygons| -> Vec<Part> { p.iter().zip(0..).map(|(p, k)| (p.bbox(), k)).collect() };
        let (mine, theirs) = (self.polygons(), other.polygons());
        let is_slanted = |k: u32, r: &Region, p: &Polygons| k as usize >= p.len() - r.slanted.len();
        let mut meetings = Vec::new();
        for near in joined(&boxes(&mine), &boxes(&theirs)) {
            if !is_slanted(near.a, self, &mine) && !is_slanted(near.b, other, &theirs) {
                continue;
            }
            let (Some(p), Some(q)) = (mine.get(near.a as usize), theirs.get(near.b as usize)) else { continue };
            let (p, q) = (Slanted::of(&p), Slanted::of(&q));
            let shared = overlay(Op::And, std::slice::from_ref(&p), std::slice::from_ref(&q));
            let twice_shared = shared.iter().map(Slanted::twice_area).sum();
            if twice_shared > 0 || p.edges().any(|e| q.edges().any(|f| touch(e, f))) {
                meetings.push(Meeting { twice_shared, ..near });
            }
        }
        meetings
    }
}

/// Whether two edges have a point in common.
pub(crate) fn touch(e: (Point, Point), f: (Point, Point)) -> bool {
    let side = |(a, b): (Point, Point), p: Point| {
        let [x, y] = [0, 1].map(|k| i128::from(b[k]) - i128::from(a[k]));
        (x * (i128::from(p[1]) - i128::from(a[1])) - y * (i128::from(p[0]) - i128::from(a[0]))).signum()
    };
    let apart = |k: usize| e.0[k].max(e.1[k]) < f.0[k].min(f.1[k]) || f.0[k].max(f.1[k]) < e.0[k].min(e.1[k]);
    !apart(0) && !apart(1) && side(e, f.0) * side(e, f.1) <= 0 && side(f, e.0) * side(f, e.1) <= 0
}

/// What strips share, one by one.
pub(crate) fn joined(a: &[Part], b: &[Part]) -> Vec<Meeting> {
    if a.len() + b.len() < PARALLEL_FROM {
        return join(a.to_vec(), b.to_vec(), |_| true);
    }
    let parts = [a, b];
    let bands = Bands::for_extents(a.len() + b.len(), |step| {
        parts.iter().flat_map(|p| p.iter().step_by(step)).map(|(r, _)| (r.y0, r.y1)).collect()
    });
    let dealt = parts.map(|part| {
        let mut dealt = vec![Vec::new(); bands.count()];
        for p in part {
            // Strips that touch at a cut are found above it, where both stand.
            (bands.holding(p.0.y0)..=bands.holding(p.0.y1)).for_each(|band| dealt[band].push(*p));
        }
        dealt
    });
    let [a, b] = dealt;
    let pairs = a.into_par_iter().zip(b).enumerate();
    pairs.map(|(band, (a, b))| join(a, b, |y| bands.holding(y) == band)).collect::<Vec<_>>().concat()
}

/// The strips that touch, told of where `holds` has the higher of their lower sides.
fn join(mut a: Vec<Part>, mut b: Vec<Part>, holds: impl Fn(i32) -> bool) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    let mut meet = |(p, m): &Part, (q, n): &Part| {
        let (y0, y1) = (p.y0.max(q.y0), p.y1.min(q.y1));
        if y0 <= y1 && holds(y0) {
            let both = Rect { x0: p.x0.max(q.x0), y0, x1: p.x1.min(q.x1), y1 };
            meetings.push(Meeting { a: *m, b: *n, twice_shared: 2 * both.area() });
        }
    };
    a.sort_unstable();
    b.sort_unstable();
    let (mut i, mut k) = (0, 0);
    // Whichever begins first is compared with all of the other side that begin before it ends.
    while i < a.len() && k < b.len() {
        if a[i].0.x0 <= b[k].0.x0 {
            b[k..].iter().take_while(|q| q.0.x0 <= a[i].0.x1).for_each(|q| meet(&a[i], q));
            i += 1;
        } else {
            a[i..].iter().take_while(|p| p.0.x0 <= b[k].0.x1).for_each(|p| meet(p, &b[k]));
            k += 1;
        }
    }
    meetings
}
