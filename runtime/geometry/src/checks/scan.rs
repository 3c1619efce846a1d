//! The search for pairs of sides that are near each other.
//!
//! The plane is cut into low bands, and a side stands in every band that it reaches or nearly reaches. In a band, sides
//! are ordered by x, and each is compared with those that follow within the distance. A pair is told of in one band
//! only, the one that holds the higher of its two lower ends; whatever could hide the two stands in that band as well.

use rayon::prelude::*;

use super::facing::Facing;
use super::sides::{Side, Sides};
use super::{EdgePair, Metric, Rule};
use crate::Point;
use crate::bands::{Bands, PARALLEL_FROM};

/// The pairs of upright polygons that break a rule, in no order that would mean anything.
pub(super) fn found(mut sides: Sides, rule: &Rule, facing: &Facing<'_>) -> Vec<(EdgePair, [u32; 2])> {
    if rule.distance <= 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for swapped in [false, true] {
        let (along, across) = sides.scanned(swapped);
        let scan = Scan { rule, facing, swapped };
        found.append(&mut scan.all(along, across));
    }
    found
}

struct Scan<'a> {
    rule: &'a Rule,
    facing: &'a Facing<'a>,
    /// Whether x and y have changed places.
    swapped: bool,
}

impl Scan<'_> {
    fn all(&self, along: &[Side], across: &[Side]) -> Vec<(EdgePair, [u32; 2])> {
        // A side is looked at where it stands and as far above as another may lie.
        let reach = |s: &Side| s.y1.saturating_add(self.rule.distance);
        let bands = if along.len() < PARALLEL_FROM {
            Bands::none()
        } else {
            Bands::for_extents(along.len(), |step| along.iter().step_by(step).map(|s| (s.y0, reach(s))).collect())
        };
        // `along` is ordered by lower ends, so what begins in a band lies together; what reaches into it is noted.
        let mut reaching: Vec<Vec<u32>> = vec![Vec::new(); bands.count()];
        let mut band = 0;
        for (k, side) in along.iter().enumerate() {
            while bands.top(band).is_some_and(|top| top <= side.y0) {
                band += 1;
            }
            let mut into = band;
            while bands.top(into).is_some_and(|top| top <= reach(side)) {
                into += 1;
                reaching[into].push(k as u32);
            }
        }
        let work = |(band, reaching): (usize, &Vec<u32>)| {
            let (low, top) = (bands.bottom(band), bands.top(band));
            let begins = |y: Option<i32>, none| y.map_or(none, |y| along.partition_point(|s| s.y0 < y));
            let mut near: Vec<Side> = along[begins(low, 0)..begins(top, along.len())].to_vec();
            near.extend(reaching.iter().map(|&k| along[k as usize]));
            near.sort_unstable_by_key(|s| (s.x, s.y0, s.step, s.other));
            let first = low.map_or(0, |y| across.partition_point(|s| s.x < y.saturating_sub(self.rule.distance)));
            let last = top.map_or(across.len(), |y| across.partition_point(|s| s.x <= y));
            let mut floors: Vec<Side> = if self.rule.shielded { across[first..last].to_vec() } else { Vec::new() };
            floors.sort_unstable_by_key(|s| s.y0);
            self.band(&near, &floors, |y| low.is_none_or(|low| low <= y) && top.is_none_or(|top| y < top))
        };
        if bands.count() == 1 {
            return work((0, &reaching[0]));
        }
        reaching.par_iter().enumerate().map(work).collect::<Vec<_>>().concat()
    }

    /// The pairs of one band: of sides ordered by x, told of where `holds` has the higher of the lower ends.
    fn band(&self, sides: &[Side], floors: &[Side], holds: impl Fn(i32) -> bool) -> Vec<(EdgePair, [u32; 2])> {
        let distance = i64::from(self.rule.distance);
        let mut found = Vec::new();
        let mut standing = Standing { floors, next: 0, here: Vec::new(), tidy: 64 };
        for (k, left) in sides.iter().enumerate() {
            for (n, right) in sides[k + 1..].iter().enumerate() {
                let gap = i64::from(right.x) - i64::from(left.x);
                if gap >= distance {
                    break;
                }
                if !holds(left.y0.max(right.y0)) {
                    continue;
                }
                for (s, t) in [(left, right), (right, left)] {
                    // At the same x, either can be the left one.
                    if (gap > 0 && s.x > t.x) || !self.facing.holds(s, t) {
                        continue;
                    }
                    if self.rule.ends.is_some() && !s.end && !t.end {
                        continue;
                    }
                    let Some(near) = Near::of(s, t, self.rule) else { continue };
                    if self.rule.shielded && gap > 0 && self.is_hidden(&near, sides, (k, k + 1 + n), &mut standing) {
                        continue;
                    }
                    found.push(near.found(self.swapped));
                }
            }
        }
        found
    }

    /// Whether a third side hides the two, which have the given places among the sides.
    fn is_hidden(
        &self,
        near: &Near<'_>,
        sides: &[Side],
        (left, right): (usize, usize),
        standing: &mut Standing<'_>,
    ) -> bool {
        let may = |s: &&Side| self.facing.hides(s.owner(), near.left.owner(), near.right.owner());
        // Those that stand at the same x as one of the two can come before or after both.
        let before = sides[..left].iter().rev().take_while(|s| s.x == near.left.x);
        let after = sides[right + 1..].iter().take_while(|s| s.x == near.right.x);
        if before.chain(&sides[left + 1..right]).chain(after).filter(may).any(|s| near.is_hidden_by_wall(s)) {
            return true;
        }
        // A side along x meets both lines only where these two lie askew.
        near.is_askew() && standing.at(near).filter(may).any(|s| near.is_hidden_by_floor(s))
    }
}

/// The floors that stand at the present x, as the scan moves on.
struct Standing<'a> {
    floors: &'a [Side],
    next: usize,
    here: Vec<Side>,
    /// With how many it is worthwhile to look which have ended.
    tidy: usize,
}

impl Standing<'_> {
    fn at(&mut self, near: &Near<'_>) -> impl Iterator<Item = &Side> {
        while self.next < self.floors.len() && self.floors[self.next].y0 <= near.right.x {
            self.here.push(self.floors[self.next]);
            self.next += 1;
            if self.here.len() > self.tidy {
                self.here.retain(|f| f.y1 >= near.left.x);
                self.tidy = 64.max(2 * self.here.len());
            }
        }
        let (low, high) = near.level();
        self.here.iter().filter(move |f| low <= f.x && f.x <= high)
    }
}

/// Two sides that are nearer than the rule allows, and which parts of them are.
struct Near<'a> {
    left: &'a Side,
    right: &'a Side,
    /// The lower and the upper end of either part.
    parts: [[i64; 2]; 2],
    squared: i64,
}

impl<'a> Near<'a> {
    fn of(left: &'a Side, right: &'a Side, rule: &Rule) -> Option<Near<'a>> {
        let across = i64::from(right.x) - i64::from(left.x);
        let ends = |s: &Side| [i64::from(s.y0), i64::from(s.y1)];
        let (a, b) = (ends(left), ends(right));
        // How far apart they are along y; negative where they lie side by side.
        let apart = (a[0] - b[1]).max(b[0] - a[1]);
        if across == 0 && apart > 0 {
            return None;
        }
        let d = i64::from(rule.distance);
        let skew = apart.max(0);
        // How far a part reaches beyond the ends of the other side.
        let (reach, squared) = match rule.metric {
            // All three are below 2^31, so that squares fit.
            Metric::Euclidean => {
                let squared = across * across + if skew < d { skew * skew } else { return None };
                (squared < d * d).then(|| (root(d * d - across * across), squared))?
            }
            Metric::Square => (skew < d).then(|| (d, across.max(skew).pow(2)))?,
            Metric::Projection => (apart < 0).then_some((0, across * across))?,
        };
        let part = |s: [i64; 2], t: [i64; 2]| [s[0].max(t[0] - reach), s[1].min(t[1] + reach)];
        Some(Near { left, right, parts: [part(a, b), part(b, a)], squared })
    }

    /// Whether no height is common to the two parts but at most one.
    fn is_askew(&self) -> bool {
        let (low, high) = self.level();
        low <= high
    }

    /// From the lower of the upper ends to the higher of the lower ends, as far as these are numbers of 32 bits.
    fn level(&self) -> (i32, i32) {
        let [a, b] = self.parts;
        (a[1].min(b[1]) as i32, a[0].max(b[0]) as i32)
    }

    /// The two lines that join the lower and the upper ends; ends of a side of one direction with those of the same.
    fn lines(&self) -> [[i64; 2]; 2] {
        let [a, b] = self.parts;
        [[a[0], b[0]], [a[1], b[1]]]
    }

    /// Whether both parts are points. What merely touches the line between them is then only what they belong to.
    fn is_points(&self) -> bool {
        let [a, b] = self.parts;
        a[0] == a[1] && b[0] == b[1]
    }

    fn is_hidden_by_wall(&self, third: &Side) -> bool {
        let (px, qx) = (i64::from(self.left.x), i64::from(self.right.x));
        let x = i64::from(third.x);
        if third == self.left || third == self.right || (self.is_points() && !(px < x && x < qx)) {
            return false;
        }
        let wide = i128::from(qx - px);
        self.lines().iter().all(|&[p, q]| {
            // The height of the line at the third side, times the width.
            let height = i128::from(p) * wide + i128::from(q - p) * i128::from(x - px);
            i128::from(third.y0) * wide <= height && height <= i128::from(third.y1) * wide
        })
    }

    fn is_hidden_by_floor(&self, third: &Side) -> bool {
        let (px, qx) = (i64::from(self.left.x), i64::from(self.right.x));
        let (y, from, to) = (i64::from(third.x), i64::from(third.y0), i64::from(third.y1));
        let proper = self.is_points();
        self.lines().iter().all(|&[p, q]| {
            let (low, high) = (p.min(q), p.max(q));
            if p == q {
                return p == y && !proper && from <= qx && px <= to;
            }
            if y < low || high < y || (proper && (y == low || y == high)) {
                return false;
            }
            // Where the line has the floor's height, times its rise.
            let rise = i128::from(q - p);
            let (x, from, to) = (
                i128::from(px) * rise + i128::from(qx - px) * i128::from(y - p),
                i128::from(from) * rise,
                i128::from(to) * rise,
            );
            from.min(to) <= x && x <= from.max(to)
        })
    }

    fn found(&self, swapped: bool) -> (EdgePair, [u32; 2]) {
        let edge = |s: &Side, [low, high]: [i64; 2]| {
            // A part lies within its side, whose ends are of 32 bits.
            let (low, high) = (low as i32, high as i32);
            let point = |y: i32| -> Point { if swapped { [y, s.x] } else { [s.x, y] } };
            // The polygon is on the right of what goes up a left side, and, the axes swapped, on the left.
            if (s.step > 0) != swapped { [point(low), point(high)] } else { [point(high), point(low)] }
        };
        let mut ends = [(edge(self.left, self.parts[0]), self.left), (edge(self.right, self.parts[1]), self.right)];
        if ends[0].1.other || (!ends[1].1.other && ends[1].0 < ends[0].0) {
            ends.swap(0, 1);
        }
        let [(a, of_a), (b, of_b)] = ends;
        (EdgePair { a, b, squared: self.squared }, [of_a.polygon, of_b.polygon])
    }
}

/// The square root, rounded to the nearest; no root of a whole number lies halfway.
fn root(n: i64) -> i64 {
    let floor = n.isqrt();
    floor + i64::from(n - floor * floor > floor)
}
