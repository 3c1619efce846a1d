//! Which polygons of one region meet which of another, and how much they share.
//!
//! Polygons are compared by their strips: two polygons meet where strips of theirs touch, and they share what their
//! strips share, since the strips of one region are disjoint. Strips are joined band by band, as in [`crate::bands`].

use rayon::prelude::*;

use crate::bands::{Bands, PARALLEL_FROM};
use crate::polygons::label;
use crate::strips::strips;
use crate::{Rect, Region};

/// A polygon of one region and one of another that touch, at least at a corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Meeting {
    /// The place of the one polygon among those of its region.
    pub a: u32,
    /// The place of the other one among those of the other region.
    pub b: u32,
    /// The area that they share, in square database units; 0 where they only touch.
    pub shared: i128,
}

/// A strip and the place of its polygon.
type Part = (Rect, u32);

impl Region {
    /// The strips of the region ([`Region::strips`]), each with the place of its polygon in canonical order.
    pub fn labelled_strips(&self) -> Vec<(Rect, u32)> {
        let (labels, _) = label(&self.walls);
        strips(&self.walls, |s| (s.rect, labels[s.walls[0] as usize]))
    }

    /// All pairs of a polygon of this region and one of another that touch, ordered by their places.
    pub fn meetings(&self, other: &Region) -> Vec<Meeting> {
        let mut meetings = joined(&self.labelled_strips(), &other.labelled_strips());
        meetings.sort_unstable();
        meetings.dedup_by(|next, kept| {
            let same = (next.a, next.b) == (kept.a, kept.b);
            if same {
                kept.shared += next.shared;
            }
            same
        });
        meetings
    }
}

/// What strips share, one by one.
fn joined(a: &[Part], b: &[Part]) -> Vec<Meeting> {
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
            meetings.push(Meeting { a: *m, b: *n, shared: both.area() });
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
