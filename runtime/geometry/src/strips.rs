//! A region as disjoint rectangles: its strips.
//!
//! A strip is as wide as the region is at its height, and as high as that width stays. So the strips of an area are
//! always the same, and whatever goes on in one strip goes on between one left and one right wall.

use crate::Rect;
use crate::wall::{Wall, key};

/// A rectangle of the region between two of its walls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Strip {
    pub(crate) rect: Rect,
    /// The places of its left and its right wall in the list.
    pub(crate) walls: [u32; 2],
}

/// A wall at the present height.
#[derive(Debug, Clone, Copy)]
struct Standing {
    x: i32,
    wall: u32,
    /// Of a left wall: since when the strip right of it is as wide as it is.
    since: i32,
}

/// Calls with each strip, in the order of their upper sides and then from left to right.
pub(crate) fn each_strip(walls: &[Wall], mut each: impl FnMut(Strip)) {
    let mut highs: Vec<(u64, u32)> = walls.iter().enumerate().map(|(k, w)| (key(w.y1, w.x), k as u32)).collect();
    highs.sort_unstable();
    let mut standing: Vec<Standing> = Vec::new();
    let mut fresh: Vec<Standing> = Vec::new();
    let (mut begun, mut ended) = (0, 0);
    while ended < highs.len() {
        let mut y = walls[highs[ended].1 as usize].y1;
        if begun < walls.len() {
            y = y.min(walls[begun].y0);
        }
        let begin = begun;
        while begun < walls.len() && walls[begun].y0 == y {
            begun += 1;
        }
        let end = ended;
        while ended < highs.len() && walls[highs[ended].1 as usize].y1 == y {
            ended += 1;
        }
        let (starts, stops) = (&walls[begin..begun], &highs[end..ended]);
        let stop_x = |k: usize| stops.get(k).map(|s| walls[s.1 as usize].x);

        // Only the strips between the first and the last change are looked at; they are whole pairs of walls.
        let lowest = starts.first().map(|w| w.x).into_iter().chain(stop_x(0)).min().unwrap_or(0);
        let highest =
            starts.last().map(|w| w.x).into_iter().chain(stop_x(stops.len().wrapping_sub(1))).max().unwrap_or(0);
        let from = standing.partition_point(|s| s.x < lowest) & !1;
        let to = (standing.partition_point(|s| s.x <= highest) + 1) & !1;
        fresh.clear();
        let (mut s, mut e) = (0, 0);
        for old in &standing[from..to] {
            while s < starts.len() && starts[s].x < old.x {
                fresh.push(Standing { x: starts[s].x, wall: (begin + s) as u32, since: y });
                s += 1;
            }
            if stop_x(e) == Some(old.x) {
                e += 1;
            } else {
                fresh.push(*old);
            }
        }
        fresh.extend((s..starts.len()).map(|s| Standing { x: starts[s].x, wall: (begin + s) as u32, since: y }));

        replace(&mut standing, from, to, &mut fresh, y, &mut each);
    }
}

/// Puts the fresh pairs of walls in place of the old ones, and hands out the strips that end thereby.
fn replace(
    standing: &mut Vec<Standing>,
    from: usize,
    to: usize,
    fresh: &mut [Standing],
    y: i32,
    each: &mut impl FnMut(Strip),
) {
    let mut same = 0;
    for old in standing[from..to].chunks_exact(2) {
        while same < fresh.len() && fresh[same].x < old[0].x {
            fresh[same].since = y;
            same += 2;
        }
        if fresh[same..].len() >= 2 && fresh[same].wall == old[0].wall && fresh[same + 1].wall == old[1].wall {
            same += 2;
            continue;
        }
        if same < fresh.len() && fresh[same].x == old[0].x {
            fresh[same].since = y;
            same += 2;
        }
        let rect = Rect { x0: old[0].x, y0: old[0].since, x1: old[1].x, y1: y };
        each(Strip { rect, walls: [old[0].wall, old[1].wall] });
    }
    fresh[same..].iter_mut().for_each(|s| s.since = y);
    if fresh.len() == to - from {
        standing[from..to].copy_from_slice(fresh);
    } else {
        standing.splice(from..to, fresh.iter().copied());
    }
}
