//! What meets across placements.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use migc_geometry::Rect;
use rayon::prelude::*;

use super::parts::{Meeting, Own, Part};
use crate::clusters::around;
use crate::tiles::Placed;
use crate::{Place, Transform, Tree};

/// The layers of which something is not proven.
pub(super) struct Doubts(Vec<AtomicBool>);

impl Doubts {
    pub(super) fn new(layers: usize) -> Doubts {
        Doubts((0..layers).map(|_| AtomicBool::new(false)).collect())
    }

    pub(super) fn layers(&self) -> usize {
        self.0.len()
    }

    pub(super) fn add(&self, layer: usize) {
        self.0[layer].store(true, Ordering::Relaxed);
    }

    pub(super) fn has(&self, layer: usize) -> bool {
        self.0[layer].load(Ordering::Relaxed)
    }
}

/// Layouts beyond this are not looked at: what is turned back into a cell's frame could leave 32 bits, and meet what it
/// does not meet.
const FURTHEST: i32 = 1 << 29;

/// More contacts than this, and than so many for each place, are not looked at one by one: cells that stand on top of one
/// another have as many as their copies squared.
const MOST: u64 = 1 << 20;
const MOST_A_PLACE: u64 = 16;

/// Both sides of a hierarchy, ready to be asked what touches.
pub(super) struct Stack<'t> {
    /// The trees before and after.
    pub(super) trees: [&'t Tree; 2],
    pub(super) own: Vec<Own>,
    /// The box round each cell and all below it, before.
    boxes: Vec<Option<Rect>>,
    placed: Vec<Placed>,
    /// Which layers each cell has, itself or below.
    has: Vec<bool>,
    layers: usize,
    slack: i32,
    /// How many contacts were met, and may be.
    met: AtomicU64,
    most: u64,
}

/// A group somewhere below a cell: the places that lead there, and its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) under: Vec<u32>,
    pub(super) group: u32,
}

/// What of two cells touches. What is not sure touches on one side only, or nobody knows: that is no matter where both
/// hang together anyway.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Touch<A, B> {
    pub(super) a: A,
    pub(super) b: B,
    pub(super) sure: bool,
}

/// How two cells stand to one another: the second seen from the first, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    pub(super) cells: [u32; 2],
    between: [Transform; 2],
}

impl Pair {
    fn new(a: [&Place; 2], b: [&Place; 2]) -> Pair {
        let between = [0, 1].map(|side| a[side].seen.inverse().after(&b[side].seen));
        Pair { cells: [a[0].cell, b[0].cell], between }
    }

    /// The same pair, of its two names the lesser; and whether it is turned round.
    fn settled(self) -> (Pair, bool) {
        let [a, b] = self.cells;
        let turned = Pair { cells: [b, a], between: self.between.map(|t| t.inverse()) };
        let rank = |p: &Pair| (p.cells, p.between.map(|t| (t.at, t.orientation.quarters, t.orientation.mirrored)));
        if rank(&turned) < rank(&self) { (turned, true) } else { (self, false) }
    }
}

impl<'t> Stack<'t> {
    /// Makes cells ready; `None` where the layout reaches too far.
    pub(super) fn new(trees: [&'t Tree; 2], own: Vec<Own>, slack: i32, layers: usize) -> Option<Stack<'t>> {
        let n = own.len();
        let mut boxes: Vec<Option<[Rect; 2]>> = own.iter().map(Own::bbox).collect();
        let mut has = vec![false; n * layers];
        for cell in trees[0].levels.iter().flatten() {
            own[*cell].groups.iter().for_each(|layer| has[cell * layers + *layer as usize] = true);
            for (p, q) in trees[0].places[*cell].iter().zip(&trees[1].places[*cell]) {
                let child = p.cell as usize;
                let Some([old, new]) = boxes[child] else { continue };
                let seen = [p.seen.rect(&old).ok()?, q.seen.rect(&new).ok()?];
                boxes[*cell] = Some(boxes[*cell].map_or(seen, |b| [b[0].join(&seen[0]), b[1].join(&seen[1])]));
                for layer in 0..layers {
                    has[cell * layers + layer] |= has[child * layers + layer];
                }
            }
            let within = |r: &Rect| r.x0 > -FURTHEST && r.y0 > -FURTHEST && r.x1 < FURTHEST && r.y1 < FURTHEST;
            if !boxes[*cell].iter().flatten().all(within) {
                return None;
            }
        }
        let boxes: Vec<Option<Rect>> = boxes.into_iter().map(|b| b.map(|b| b[0])).collect();
        let placed = trees[0].places.par_iter().map(|places| Placed::new(places, &boxes)).collect();
        let places: usize = trees[0].places.iter().map(Vec::len).sum();
        let most = MOST.max(MOST_A_PLACE.saturating_mul(places as u64));
        let mut stack = Stack { trees, own, boxes, placed, has, layers, slack, met: AtomicU64::new(0), most };
        let tops = &trees[0].tops;
        // Nobody looks into a top.
        stack.own.par_iter_mut().enumerate().filter(|(cell, _)| !tops.contains(cell)).for_each(|(_, own)| own.index());
        Some(stack)
    }

    /// Calls `f` with the places and groups of what touches a part, of a cell and all below it, and whether that is sure.
    fn probe(&self, cell: usize, part: &Part, under: &mut Vec<u32>, f: &mut dyn FnMut(&[u32], u32, bool)) {
        if self.is_spent() {
            return;
        }
        let window = around(&part.before, self.slack);
        let mut met = 0;
        self.own[cell].each_on(part.layer as usize, &window, &mut |other| {
            let meeting = part.meets(other);
            if meeting != Meeting::Apart {
                met += 1;
                f(under, other.group, meeting == Meeting::Touch);
            }
        });
        self.met.fetch_add(met, Ordering::Relaxed);
        self.placed[cell].touching(&window, &mut |i| {
            let child = self.trees[0].places[cell][i as usize].cell as usize;
            if self.has(child, part.layer) {
                under.push(i);
                self.probe(child, &self.inside(cell, i, part), under, f);
                under.pop();
            }
        });
    }

    /// Whether there are more contacts than are looked at. Whether all of them are too many does not depend on who comes first.
    pub(super) fn is_spent(&self) -> bool {
        self.met.load(Ordering::Relaxed) > self.most
    }

    /// Whether a cell, or one below it, has something on a layer.
    fn has(&self, cell: usize, layer: u32) -> bool {
        self.has[cell * self.layers + layer as usize]
    }

    /// A part as it is seen from a placed cell.
    fn inside(&self, cell: usize, place: u32, part: &Part) -> Part {
        let [before, after] = self.trees.map(|t| &t.places[cell][place as usize].seen);
        Part { before: before.back(&part.before), after: after.back(&part.after), ..*part }
    }

    /// What a cell's own parts touch below it: the group, and the place with what is there.
    pub(super) fn below(&self, cell: usize) -> Vec<Touch<u32, (u32, Spot)>> {
        if self.placed[cell].of.is_empty() {
            return Vec::new();
        }
        let places = &self.trees[0].places[cell];
        let mut children: Vec<u32> = places.iter().map(|p| p.cell).collect();
        children.sort_unstable();
        children.dedup();
        let met = |layer| children.iter().any(|child| self.has(*child as usize, layer));
        let met: Vec<bool> = (0..self.layers as u32).map(met).collect();
        let one = |parts: &[Part]| {
            let (mut out, mut under) = (Vec::new(), Vec::new());
            for part in parts.iter().filter(|p| met[p.layer as usize]) {
                self.placed[cell].touching(&around(&part.before, self.slack), &mut |i| {
                    let child = places[i as usize].cell as usize;
                    if !self.has(child, part.layer) {
                        return;
                    }
                    self.probe(child, &self.inside(cell, i, part), &mut under, &mut |under, group, sure| {
                        let spot = Spot { under: under.to_vec(), group };
                        let found = Touch { a: part.group, b: (i, spot), sure };
                        if out.last() != Some(&found) {
                            out.push(found);
                        }
                    });
                });
            }
            out
        };
        self.own[cell].parts.par_chunks(4096).map(one).collect::<Vec<_>>().into_iter().flatten().collect()
    }

    /// Calls `f` with the pairs of placements of a cell that come near one another.
    pub(super) fn pairs(&self, cell: usize, f: &mut dyn FnMut(u32, u32, Pair, bool)) {
        let placed = &self.placed[cell];
        let place = |i: u32| self.trees.map(|t| &t.places[cell][i as usize]);
        for (at, i) in placed.of.iter().enumerate() {
            self.placed[cell].touching(&around(&placed.boxes[at], self.slack), &mut |k| {
                if *i < k {
                    let (pair, turned) = Pair::new(place(*i), place(k)).settled();
                    f(*i, k, pair, turned);
                }
            });
        }
    }

    /// What of two cells touches, as they stand to one another.
    pub(super) fn across(&self, pair: &Pair) -> Vec<Touch<Spot, Spot>> {
        let [a, b] = pair.cells.map(|c| c as usize);
        let mut out = Vec::new();
        let Some(window) = self.boxes[b].and_then(|r| pair.between[0].rect(&r).ok()) else { return out };
        let window = around(&window, self.slack);
        let (mut over, mut under) = (Vec::new(), Vec::new());
        self.each(a, [Transform::NONE; 2], &window, b, &mut over, &mut |over, part| {
            let [before, after] = &pair.between;
            let inner = Part { before: before.back(&part.before), after: after.back(&part.after), ..*part };
            self.probe(b, &inner, &mut under, &mut |under, group, sure| {
                let spot = |under: &[u32], group| Spot { under: under.to_vec(), group };
                out.push(Touch { a: spot(over, part.group), b: spot(under, group), sure });
            });
        });
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Calls `f` with the parts of a cell and of all below it that touch a window, as they are seen from outside, if the
    /// other cell has something on their layers.
    fn each(
        &self,
        cell: usize,
        seen: [Transform; 2],
        window: &Rect,
        other: usize,
        over: &mut Vec<u32>,
        f: &mut dyn FnMut(&[u32], &Part),
    ) {
        let inner = seen[0].back(window);
        self.own[cell].each(&inner, &mut |part| {
            if !self.has(other, part.layer) {
                return;
            }
            if let (Ok(before), Ok(after)) = (seen[0].rect(&part.before), seen[1].rect(&part.after)) {
                f(over, &Part { before, after, ..*part });
            }
        });
        self.placed[cell].touching(&inner, &mut |i| {
            let [a, b] = self.trees.map(|t| &t.places[cell][i as usize]);
            over.push(i);
            self.each(a.cell as usize, [seen[0].after(&a.seen), seen[1].after(&b.seen)], window, other, over, f);
            over.pop();
        });
    }
}
