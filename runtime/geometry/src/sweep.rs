//! The scanline: from pieces of boundary of overlapping shapes to the walls of one area.
//!
//! It goes over the pieces from left to right and keeps, as a list of stops upward, how often each height is covered by
//! the first and by the second operand. Pieces at one x that touch are taken together, so that what comes out are
//! whole walls. A stop list is short because areas are cut into low bands first ([`crate::bands`]); a list in one
//! piece of memory is then faster than any tree.

use crate::wall::{Wall, key};

/// A piece of boundary of one shape; what crossing it to the right adds to either operand's cover.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Piece {
    pub(crate) x: i32,
    pub(crate) y0: i32,
    pub(crate) y1: i32,
    pub(crate) a: i16,
    pub(crate) b: i16,
}

/// How often both operands cover what lies from `y` to the next stop.
#[derive(Debug, Clone, Copy)]
struct Stop {
    y: i32,
    cover: [i32; 2],
}

/// Something that begins or ends at `y`, and what it adds from there on.
#[derive(Debug, Clone, Copy)]
struct End {
    y: i32,
    adds: [i32; 2],
}

/// The walls of the area where `inside` holds of the two covers, in the order of `(y0, x)`. The pieces are sorted.
pub(crate) fn sweep(pieces: &mut [Piece], inside: impl Fn([i32; 2]) -> bool) -> Vec<Wall> {
    pieces.sort_unstable_by_key(|p| key(p.x, p.y0));
    let mut line = Line { stops: Vec::new(), fresh: Vec::new(), ends: Vec::new(), walls: Vec::new() };
    let mut from = 0;
    while from < pieces.len() {
        let Piece { x, mut y1, .. } = pieces[from];
        let mut to = from + 1;
        while to < pieces.len() && pieces[to].x == x && pieces[to].y0 <= y1 {
            y1 = y1.max(pieces[to].y1);
            to += 1;
        }
        line.cross(x, &pieces[from..to], &inside);
        from = to;
    }
    line.walls.sort_unstable_by_key(Wall::key);
    line.walls
}

struct Line {
    stops: Vec<Stop>,
    /// The stops that replace some, while they are made.
    fresh: Vec<Stop>,
    ends: Vec<End>,
    walls: Vec<Wall>,
}

impl Line {
    /// Goes over pieces at one x that touch one another.
    fn cross(&mut self, x: i32, pieces: &[Piece], inside: &impl Fn([i32; 2]) -> bool) {
        self.ends.clear();
        self.fresh.clear();
        for p in pieces {
            let (a, b) = (i32::from(p.a), i32::from(p.b));
            self.ends.push(End { y: p.y0, adds: [a, b] });
            self.ends.push(End { y: p.y1, adds: [-a, -b] });
        }
        if pieces.len() > 1 {
            self.ends.sort_unstable_by_key(|e| e.y);
        }
        let low = self.ends[0].y;
        let from = self.stops.partition_point(|s| s.y < low);
        let mut old = if from > 0 { self.stops[from - 1].cover } else { [0, 0] };
        let (mut last, mut added) = (old, [0, 0]);
        let (mut run_from, mut run_step) = (low, 0);
        let (mut to, mut e) = (from, 0);
        while e < self.ends.len() {
            let mut y = self.ends[e].y;
            if let Some(stop) = self.stops.get(to).filter(|s| s.y <= y) {
                (y, old) = (stop.y, stop.cover);
                to += 1;
            }
            while e < self.ends.len() && self.ends[e].y == y {
                added = sum(added, self.ends[e].adds);
                e += 1;
            }
            let new = sum(old, added);
            if new != last {
                self.fresh.push(Stop { y, cover: new });
                last = new;
            }
            let step = i32::from(inside(new)) - i32::from(inside(old));
            if step != run_step {
                if run_step != 0 {
                    self.walls.push(Wall { y0: run_from, x, y1: y, step: run_step });
                }
                (run_from, run_step) = (y, step);
            }
        }
        if self.fresh.len() == to - from {
            self.stops[from..to].copy_from_slice(&self.fresh);
        } else {
            self.stops.splice(from..to, self.fresh.iter().copied());
        }
    }
}

fn sum(a: [i32; 2], b: [i32; 2]) -> [i32; 2] {
    [a[0] + b[0], a[1] + b[1]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(x: i32, y0: i32, y1: i32, a: i16) -> Piece {
        Piece { x, y0, y1, a, b: 0 }
    }

    #[test]
    fn two_overlapping_squares_have_six_walls() {
        let mut pieces = [piece(0, 0, 10, 1), piece(10, 0, 10, -1), piece(5, 5, 15, 1), piece(15, 5, 15, -1)];
        let walls = sweep(&mut pieces, |c| c[0] > 0);
        let wall = |y0, x, y1, step| Wall { y0, x, y1, step };
        assert_eq!(walls, [wall(0, 0, 10, 1), wall(0, 10, 5, -1), wall(5, 15, 15, -1), wall(10, 5, 15, 1)]);
    }

    #[test]
    fn abutting_squares_have_no_wall_between() {
        let mut pieces = [piece(0, 0, 10, 1), piece(10, 0, 10, -1), piece(10, 0, 10, 1), piece(20, 0, 10, -1)];
        assert_eq!(sweep(&mut pieces, |c| c[0] > 0).len(), 2);
    }
}
