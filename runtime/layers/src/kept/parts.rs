//! What each cell itself has, before and after: rectangles that correspond, and which of them hang together.

use std::ops::Range;

use migc_geometry::{Point, Rect, Region, Sets, Shapes};
use rayon::prelude::*;

use super::drift::{Drift, Scale, join};
use super::meet::Doubts;
use crate::clusters::around;
use crate::drawn::is_upright;
use crate::index::touch;
use crate::tiles::Tiles;
use crate::{Drawn, LayerId, Layers};

/// A rectangle before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) before: Rect,
    pub(super) after: Rect,
    pub(super) layer: u32,
    /// What of its cell it hangs together with, by number.
    pub(super) group: u32,
    pub(super) form: Form,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A rectangle on both sides.
    Plain,
    /// No more than the box round a slanted shape.
    Vague,
    /// A rectangle before, of which snapping leaves no area.
    Gone,
}

/// How two parts of a layer stand to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// They touch neither before nor after.
    Apart,
    /// They touch on both sides.
    Touch,
    /// They touch before only.
    Before,
    /// They touch after only.
    After,
    /// Nobody knows.
    Unknown,
}

impl Part {
    #[inline]
    pub(super) fn meets(&self, other: &Part) -> Meeting {
        let there = self.form != Form::Gone && other.form != Form::Gone;
        match (touch(&self.before, &other.before), there && touch(&self.after, &other.after)) {
            (false, false) => Meeting::Apart,
            _ if self.form == Form::Vague || other.form == Form::Vague => Meeting::Unknown,
            (true, true) => Meeting::Touch,
            (true, false) => Meeting::Before,
            (false, true) => Meeting::After,
        }
    }

    /// Whether whatever touches the other one touches this one as well, on the same sides.
    fn covers(&self, other: &Part) -> bool {
        contains(&self.before, &other.before) && contains(&self.after, &other.after)
    }
}

fn contains(a: &Rect, b: &Rect) -> bool {
    a.x0 <= b.x0 && a.y0 <= b.y0 && a.x1 >= b.x1 && a.y1 >= b.y1
}

/// What a cell itself has.
#[derive(Debug, Default)]
pub(super) struct Own {
    /// Sorted by layer; what others cover goes once parts are grouped.
    pub(super) parts: Vec<Part>,
    /// Where each layer begins.
    starts: Vec<u32>,
    /// The layers that have many parts, by tiles.
    tiles: Vec<(u32, Tiles)>,
    /// All parts by tiles.
    all: Tiles,
    /// The layer of each group.
    pub(super) groups: Vec<u32>,
    /// How far the parts of each layer are from where they should be.
    pub(super) drifts: Vec<Option<Drift>>,
}

impl Own {
    /// What a cell has on both sides, not yet grouped. Layers whose shapes do not correspond are doubted.
    pub(super) fn new(
        cell: usize,
        before: &Layers,
        after: &Layers,
        layers: &[LayerId],
        scale: &Scale,
        doubts: &Doubts,
    ) -> Own {
        let mut own = Own { drifts: vec![None; layers.len()], ..Own::default() };
        for (layer, id) in layers.iter().enumerate() {
            own.starts.push(own.parts.len() as u32);
            let pair = (before.get(*id, cell), after.get(*id, cell));
            if pair.0.is_none() && pair.1.is_none() {
                continue;
            }
            let found = pair.0.zip(pair.1).and_then(|(a, b)| own.pair(layer, a, b, scale));
            if found.is_none() {
                doubts.add(layer);
                own.drifts[layer] = None;
                own.parts.truncate(own.starts[layer] as usize);
            }
        }
        own.starts.push(own.parts.len() as u32);
        own
    }

    /// Adds the shapes of a layer; `None` where they do not correspond, each near its scaled place. What snapping leaves no
    /// area is not among those of after.
    fn pair(&mut self, layer: usize, before: &Drawn, after: &Drawn, scale: &Scale) -> Option<()> {
        let all = before.len() == after.len();
        self.parts.reserve(before.len());
        let mut next = after.shapes.iter();
        for a in &before.shapes {
            if !all && let Some(flat) = scale.snapped_rect(&a.bbox).filter(Rect::is_empty) {
                self.add(layer, a.bbox, flat, Form::Gone, scale)?;
                continue;
            }
            let b = next.next()?;
            let (old, new) = (before.corners(a), after.corners(b));
            match (old, new) {
                (None, None) => self.add(layer, a.bbox, b.bbox, Form::Plain, scale)?,
                (Some(old), None) if is_upright(old) => self.cut(layer, old, &b.bbox.corners(), scale)?,
                (Some(old), Some(new)) if is_upright(old) && is_upright(new) => self.cut(layer, old, new, scale)?,
                (Some(old), Some(new)) if is_whole(old) && is_whole(new) => {
                    self.add(layer, a.bbox, b.bbox, Form::Vague, scale)?;
                }
                _ => return None,
            }
        }
        next.next().is_none().then_some(())
    }

    fn add(&mut self, layer: usize, before: Rect, after: Rect, form: Form, scale: &Scale) -> Option<()> {
        join(&mut self.drifts[layer], &scale.drift(&before, &after)?);
        self.parts.push(Part { before, after, layer: layer as u32, group: 0, form });
        Some(())
    }

    /// Adds an upright polygon in rectangles.
    fn cut(&mut self, layer: usize, before: &[Point], after: &[Point], scale: &Scale) -> Option<()> {
        for (before, after) in cut(before, after, scale)? {
            let form = if after.is_empty() { Form::Gone } else { Form::Plain };
            self.add(layer, before, after, form, scale)?;
        }
        Some(())
    }

    /// The parts of a layer, by their places.
    fn of(&self, layer: usize) -> Range<usize> {
        self.starts[layer] as usize..self.starts[layer + 1] as usize
    }

    /// Finds what hangs together within the cell, and drops parts that others cover.
    pub(super) fn group(&mut self, slack: i32, doubts: &Doubts) {
        let layers: Vec<&mut [Part]> = self.parts.chunk_by_mut(|a, b| a.layer == b.layer).collect();
        let one = |parts: &mut [Part]| {
            let (layer, groups) = (parts.first().map_or(0, |p| p.layer), group(parts, slack));
            if groups.is_none() {
                doubts.add(layer as usize);
            }
            (layer, groups.unwrap_or(0))
        };
        let found: Vec<(u32, u32)> = layers.into_par_iter().map(one).collect();
        let mut first = vec![0; self.drifts.len()];
        for (layer, groups) in found {
            first[layer as usize] = self.groups.len() as u32;
            self.groups.resize(self.groups.len() + groups as usize, layer);
        }
        self.starts.fill(0);
        self.parts.retain_mut(|p| {
            let kept = p.group != NONE && !doubts.has(p.layer as usize);
            p.group = p.group.wrapping_add(first[p.layer as usize]);
            self.starts[p.layer as usize + 1] += u32::from(kept);
            kept
        });
        for layer in 1..self.starts.len() {
            self.starts[layer] += self.starts[layer - 1];
        }
    }

    /// Makes the parts ready to be asked for by window.
    pub(super) fn index(&mut self) {
        let layers = (0..self.drifts.len()).map(|layer| (layer, self.of(layer))).filter(|(_, of)| of.len() > MANY);
        let tiles = |(layer, of): (usize, Range<usize>)| {
            let parts = &self.parts[of];
            (layer as u32, Tiles::new(parts.len(), &|i| parts[i].before))
        };
        self.tiles = layers.map(tiles).collect();
        if self.parts.len() > MANY {
            self.all = Tiles::new(self.parts.len(), &|i| self.parts[i].before);
        }
    }

    /// Calls `f` with each part of a layer that touches a window before.
    #[inline]
    pub(super) fn each_on(&self, layer: usize, window: &Rect, f: &mut impl FnMut(&Part)) {
        let parts = &self.parts[self.of(layer)];
        if parts.len() > MANY
            && let Ok(at) = self.tiles.binary_search_by_key(&(layer as u32), |t| t.0)
        {
            return self.tiles[at].1.touching(window, &|i| parts[i].before, &mut |i| f(&parts[i]));
        }
        parts.iter().filter(|p| touch(&p.before, window)).for_each(f);
    }

    /// Calls `f` with each part that touches a window before.
    pub(super) fn each(&self, window: &Rect, f: &mut impl FnMut(&Part)) {
        if self.parts.len() > MANY {
            return self.all.touching(window, &|i| self.parts[i].before, &mut |i| f(&self.parts[i]));
        }
        self.parts.iter().filter(|p| touch(&p.before, window)).for_each(f);
    }

    /// The box round all parts, before and after.
    pub(super) fn bbox(&self) -> Option<[Rect; 2]> {
        self.parts.iter().map(|p| [p.before, p.after]).reduce(|a, b| [a[0].join(&b[0]), a[1].join(&b[1])])
    }
}

/// More parts than this are found by tiles.
const MANY: usize = 24;

/// The group of a part that others cover.
const NONE: u32 = u32::MAX;

/// Numbers the groups of parts of one layer, and says how many there are; `None` where parts that do not hang together
/// touch on one side only. What others cover gets no number.
fn group(parts: &mut [Part], slack: i32) -> Option<u32> {
    let mut sets = Sets::new(parts.len());
    let mut unsure: Vec<(u32, u32, Meeting)> = Vec::new();
    let tiles = Tiles::new(parts.len(), &|i| around(&parts[i].before, slack));
    let (mut order, mut open): (Vec<(i32, u32)>, Vec<u32>) = (Vec::new(), Vec::new());
    for list in tiles.lists() {
        order.clear();
        open.clear();
        order.extend(list.iter().map(|i| (parts[*i as usize].before.x0, *i)));
        order.sort_unstable();
        for (x, i) in &order {
            let p = parts[*i as usize];
            let (mut at, mut covered) = (0, p.group == NONE);
            while let Some(k) = open.get(at).filter(|_| !covered) {
                let (k, o) = (*k, parts[*k as usize]);
                at += 1;
                if o.before.x1.saturating_add(slack) < *x {
                    at -= 1;
                    open.swap_remove(at);
                    continue;
                }
                match o.meets(&p) {
                    Meeting::Apart => continue,
                    Meeting::Touch => sets.join(k, *i),
                    other => {
                        unsure.push((k, *i, other));
                        continue;
                    }
                }
                // What is covered touches nothing that what covers it does not touch.
                covered = o.covers(&p);
                if !covered && p.covers(&o) {
                    parts[k as usize].group = NONE;
                    at -= 1;
                    open.swap_remove(at);
                }
            }
            match covered {
                true => parts[*i as usize].group = NONE,
                false => open.push(*i),
            }
        }
    }
    let gone = parts.iter().any(|p| p.form == Form::Gone);
    if (gone || !unsure.is_empty()) && !settle(&mut sets, &unsure, parts) {
        return None;
    }
    let (mut number, mut groups) = (vec![NONE; parts.len()], 0);
    for (i, p) in parts.iter_mut().enumerate() {
        let root = sets.root(i as u32) as usize;
        if number[root] == NONE {
            number[root] = groups;
            groups += 1;
        }
        if p.group != NONE {
            p.group = number[root];
        }
    }
    Some(groups)
}

/// Joins what touches on one side only, if on both sides the same hangs together in the end. Says whether it does. What has
/// no area after belongs to what it touches before, and may not reach further than that.
fn settle(sets: &mut Sets, unsure: &[(u32, u32, Meeting)], parts: &[Part]) -> bool {
    let (mut after, mut round) = (sets.clone(), vec![None; parts.len()]);
    let gone = |i: u32| parts[i as usize].form == Form::Gone;
    for (a, b, how) in unsure {
        match how {
            Meeting::Before => sets.join(*a, *b),
            Meeting::After => after.join(*a, *b),
            _ => {}
        }
        for (i, k) in [(*a, *b), (*b, *a)] {
            if gone(i) && parts[k as usize].form == Form::Plain {
                let of = &mut round[i as usize];
                if of.is_none() {
                    after.join(i, k);
                }
                let plain = parts[k as usize].after;
                *of = Some(of.map_or(plain, |r: Rect| r.join(&plain)));
            }
        }
    }
    let stays = |i: u32| !gone(i) || round[i as usize].is_some_and(|r| contains(&r, &parts[i as usize].after));
    (0..parts.len() as u32).all(|i| sets.root(i) == after.root(i) && stays(i))
        && unsure.iter().all(|(a, b, _)| sets.root(*a) == sets.root(*b))
}

/// Whether a slanted shape is one island by itself.
fn is_whole(corners: &[Point]) -> bool {
    merged(corners).count() == 1
}

/// An upright polygon of both sides, cut into the same rectangles, of which some can have no area after; `None` where it is
/// not the same polygon moved a little. What takes each coordinate to its own, and turns none round, takes areas to areas.
fn cut(before: &[Point], after: &[Point], scale: &Scale) -> Option<Vec<(Rect, Rect)>> {
    let axis = |axis: usize| by_corners(before, after, axis);
    let (x, y, sure) = match axis(0).zip(axis(1)) {
        Some((x, y)) => (x, y, true),
        // Corners that snapping made idle are no longer there.
        None => (by_scale(before, 0, scale)?, by_scale(before, 1, scale)?, false),
    };
    let to = |list: &[(i32, i32)], v: i32| list.binary_search_by_key(&v, |p| p.0).ok().map(|i| list[i].1);
    let moved = |r: Rect| {
        let after = Rect { x0: to(&x, r.x0)?, y0: to(&y, r.y0)?, x1: to(&x, r.x1)?, y1: to(&y, r.y1)? };
        Some((r, after))
    };
    let cut: Vec<(Rect, Rect)> = merged(before).strips().into_iter().map(moved).collect::<Option<_>>()?;
    let same = || cut.iter().map(|c| c.1).filter(|r| !r.is_empty()).collect::<Region>() == merged(after);
    (sure || same()).then_some(cut)
}

/// Where each coordinate of a polygon has gone, by its corners.
fn by_corners(before: &[Point], after: &[Point], axis: usize) -> Option<Vec<(i32, i32)>> {
    let mut list: Vec<(i32, i32)> = before.iter().zip(after).map(|(a, b)| (a[axis], b[axis])).collect();
    list.sort_unstable();
    list.dedup();
    let forward = list.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1);
    (forward && before.len() == after.len()).then_some(list)
}

/// Where each coordinate of a polygon should have gone.
fn by_scale(before: &[Point], axis: usize, scale: &Scale) -> Option<Vec<(i32, i32)>> {
    let mut list: Vec<i32> = before.iter().map(|p| p[axis]).collect();
    list.sort_unstable();
    list.dedup();
    list.into_iter().map(|v| Some((v, scale.snapped(axis, v)?))).collect()
}

fn merged(corners: &[Point]) -> Region {
    let mut one = Shapes::new();
    one.push_polygon(corners);
    Region::merged(&one)
}
