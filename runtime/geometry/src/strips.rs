//! A region as disjoint rectangles: its strips.
//!
//! A strip is as wide as the region is at its height, and as high as that width stays. So the strips of an area are
//! always the same, and whatever goes on in one strip goes on between one left and one right wall.

use crate::Rect;
use crate::stretches::{Stretch, Stretches};
use crate::wall::Wall;

/// A rectangle of the region between two of its walls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strip {
    pub(crate) rect: Rect,
    /// The places of its left and its right wall in the list.
    pub(crate) walls: [u32; 2],
}

/// What is made of each strip, in the order of their upper sides and then from left to right.
pub(crate) fn strips<T: Send>(walls: &[Wall], make: impl Fn(&Strip) -> T + Sync) -> Vec<T> {
    strips_in(&Stretches::of(walls), make)
}

fn strips_in<T: Send>(stretches: &Stretches<'_>, make: impl Fn(&Strip) -> T + Sync) -> Vec<T> {
    let standing = stretches.standing();
    let mut parts = stretches.map(|stretch| {
        let mut pass = Pass::at_bottom(stretches.walls, &stretch, &standing[stretch.number]);
        pass.upward(&stretch, &make);
        pass
    });
    // What stood at the bottom of a stretch began further below: where it stood at the top of the one before.
    for k in 1..parts.len() {
        let (below, above) = parts.split_at_mut(k);
        let (below, above) = (&below[k - 1], &mut above[0]);
        for (at, mut strip) in std::mem::take(&mut above.unsettled) {
            if let Some(since) = below.since(&strip) {
                strip.rect.y0 = since;
                above.made[at] = make(&strip);
            }
        }
        for pair in above.standing.chunks_exact_mut(2).filter(|p| Some(p[0].since) == above.bottom) {
            let strip = strip_of(pair, pair[0].since);
            pair[0].since = below.since(&strip).unwrap_or(pair[0].since);
        }
    }
    parts.into_iter().flat_map(|p| p.made).collect()
}

/// A wall at the present height.
#[derive(Debug, Clone, Copy)]
struct Standing {
    x: i32,
    wall: u32,
    /// Of a left wall: since when the strip right of it is as wide as it is.
    since: i32,
}

fn strip_of(pair: &[Standing], y: i32) -> Strip {
    let rect = Rect { x0: pair[0].x, y0: pair[0].since, x1: pair[1].x, y1: y };
    Strip { rect, walls: [pair[0].wall, pair[1].wall] }
}

/// A pass through one stretch.
struct Pass<T> {
    bottom: Option<i32>,
    /// The walls at the present height, from left to right: a left one, a right one, and so on.
    standing: Vec<Standing>,
    made: Vec<T>,
    /// Strips that began at the bottom of the stretch or below it, and where what was made of them is.
    unsettled: Vec<(usize, Strip)>,
}

impl<T> Pass<T> {
    fn at_bottom(walls: &[Wall], stretch: &Stretch<'_>, standing: &[u32]) -> Pass<T> {
        let since = stretch.bottom.unwrap_or(i32::MIN);
        let mut standing: Vec<Standing> =
            standing.iter().map(|&wall| Standing { x: walls[wall as usize].x, wall, since }).collect();
        standing.sort_unstable_by_key(|s| s.x);
        Pass { bottom: stretch.bottom, standing, made: Vec::new(), unsettled: Vec::new() }
    }

    /// Since when a strip between the two walls has stood, if it stands.
    fn since(&self, strip: &Strip) -> Option<i32> {
        let at = self.standing.binary_search_by_key(&strip.rect.x0, |s| s.x).ok()?;
        let pair = self.standing.get(at..at + 2)?;
        ([pair[0].wall, pair[1].wall] == strip.walls).then_some(pair[0].since)
    }

    fn upward(&mut self, stretch: &Stretch<'_>, make: &impl Fn(&Strip) -> T) {
        let (begin, ends) = (stretch.begin, stretch.ends);
        // The keys of ends and of beginnings are heights first.
        let height = |key: u64| (key >> 32) as u32;
        let mut fresh: Vec<Standing> = Vec::new();
        let (mut begun, mut ended) = (0, 0);
        while begun < begin.len() || ended < ends.len() {
            let next_begin = begin.get(begun).map(|w| height(w.key()));
            let next_end = ends.get(ended).map(|e| height(e.0));
            let now = next_begin.into_iter().chain(next_end).min().unwrap_or(0);
            let y = (now ^ 0x8000_0000) as i32;
            let from = (begun, ended);
            while begun < begin.len() && begin[begun].y0 == y {
                begun += 1;
            }
            while ended < ends.len() && height(ends[ended].0) == now {
                ended += 1;
            }
            let change =
                Change { y, first: stretch.first + from.0, begin: &begin[from.0..begun], ends: &ends[from.1..ended] };
            self.change(&change, &mut fresh, make);
        }
    }

    /// Goes over one height.
    fn change(&mut self, change: &Change<'_>, fresh: &mut Vec<Standing>, make: &impl Fn(&Strip) -> T) {
        // Only the strips between the first and the last change are looked at; they are whole pairs of walls.
        let [lowest, highest] = change.extent();
        let from = self.standing.partition_point(|s| s.x < lowest) & !1;
        let to = (self.standing.partition_point(|s| s.x <= highest) + 1) & !1;
        change.apply(&self.standing[from..to], fresh);
        let mut same = 0;
        for pair in self.standing[from..to].chunks_exact(2) {
            let [left, right] = [pair[0], pair[1]];
            while same < fresh.len() && fresh[same].x < left.x {
                fresh[same].since = change.y;
                same += 2;
            }
            if let [a, b, ..] = &mut fresh[same..]
                && a.x == left.x
            {
                same += 2;
                if [a.wall, b.wall] == [left.wall, right.wall] {
                    continue;
                }
                a.since = change.y;
            }
            let strip = strip_of(&[left, right], change.y);
            if Some(left.since) == self.bottom {
                self.unsettled.push((self.made.len(), strip));
            }
            self.made.push(make(&strip));
        }
        fresh[same..].iter_mut().for_each(|s| s.since = change.y);
        if fresh.len() == to - from {
            self.standing[from..to].copy_from_slice(fresh);
        } else {
            self.standing.splice(from..to, fresh.iter().copied());
        }
    }
}

/// What begins and ends at one height, from left to right.
struct Change<'a> {
    y: i32,
    /// The place of the first wall that begins.
    first: usize,
    begin: &'a [Wall],
    ends: &'a [(u64, u32)],
}

impl Change<'_> {
    fn end_x(&self, at: usize) -> Option<i32> {
        self.ends.get(at).map(|e| (e.0 as u32 ^ 0x8000_0000) as i32)
    }

    fn extent(&self) -> [i32; 2] {
        let first = self.begin.first().map(|w| w.x).into_iter().chain(self.end_x(0));
        let last = self.begin.last().map(|w| w.x).into_iter().chain(self.end_x(self.ends.len().wrapping_sub(1)));
        [first.min().unwrap_or(0), last.max().unwrap_or(0)]
    }

    /// The walls that stand after the change, of those that stood before.
    fn apply(&self, old: &[Standing], fresh: &mut Vec<Standing>) {
        fresh.clear();
        let begun = |(k, w): (usize, &Wall)| Standing { x: w.x, wall: (self.first + k) as u32, since: self.y };
        let mut begin = self.begin.iter().enumerate().map(begun).peekable();
        let mut ended = 0;
        for stood in old {
            while let Some(begun) = begin.next_if(|b| b.x < stood.x) {
                fresh.push(begun);
            }
            if self.end_x(ended) == Some(stood.x) {
                ended += 1;
            } else {
                fresh.push(*stood);
            }
        }
        fresh.extend(begin);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Region;

    proptest! {
        #[test]
        fn cuts_show_in_no_strip(
            rects in prop::collection::vec((0..40, 0..40, 1..20, 1..20), 0..20),
            cuts in prop::collection::btree_set(-2..64, 0..9),
        ) {
            let rect = |&(x, y, w, h): &(i32, i32, i32, i32)| Rect { x0: x, y0: y, x1: x + w, y1: y + h };
            let region: Region = rects.iter().map(rect).collect();
            let make = |s: &Strip| (s.rect, s.walls);
            let whole = strips_in(&Stretches::at(&region.walls, vec![]), make);
            prop_assert_eq!(strips_in(&Stretches::at(&region.walls, cuts.into_iter().collect()), make), whole);
        }
    }
}
