//! Nets: islands that cuts join, seen from one top.
//!
//! A conductor is a layer, or what is computed of layers. Its islands are joined where a cut lies on them; a cut joins
//! every conductor of its one side that it overlaps to every one of its other side.

use migc_geometry::{Point, Rect, Region, Sets};

use crate::index::Index;
use crate::islands::Islands;

/// A cut, and what it joins: conductors by their places.
#[derive(Debug)]
pub struct Cut<'r> {
    /// The cut, merged.
    pub area: &'r Region,
    /// The conductors of the one side.
    pub from: Vec<usize>,
    /// The conductors of the other.
    pub to: Vec<usize>,
}

impl Cut<'_> {
    /// Joins the islands on its one side to those on the other. One of either stands for all: what lies on both sides hangs
    /// together.
    fn join(&self, conductors: &[Region], first: &[usize], sets: &mut Sets) {
        const NONE: u32 = u32::MAX;
        let mut one = [vec![NONE; self.area.count()], vec![NONE; self.area.count()]];
        let mut more: Vec<(u32, usize, u32)> = Vec::new();
        for (side, list) in [(0, &self.from), (1, &self.to)] {
            for conductor in list {
                let Some(of) = conductors.get(*conductor) else { continue };
                for m in self.area.meetings(of).iter().filter(|m| m.twice_shared > 0) {
                    let island = (first[*conductor] + m.b as usize) as u32;
                    match &mut one[side][m.a as usize] {
                        free if *free == NONE => *free = island,
                        _ => more.push((m.a, side, island)),
                    }
                }
            }
        }
        for (from, to) in one[0].iter().zip(&one[1]) {
            if *from != NONE && *to != NONE {
                sets.join(*from, *to);
            }
        }
        for (cut, side, island) in more {
            let other = one[1 - side][cut as usize];
            if other != NONE {
                sets.join(island, other);
            }
        }
    }
}

/// The nets of a top.
pub struct Nets {
    /// The islands of each conductor.
    conductors: Vec<Islands>,
    /// The net of each island, by conductor.
    nets: Vec<Vec<u32>>,
    /// How many nets there are.
    pub count: usize,
    /// A place of each net: a conductor, and a box there.
    pub places: Vec<(usize, Rect)>,
}

impl Nets {
    /// Joins the islands of conductors through cuts.
    pub fn new(conductors: &[Region], cuts: &[Cut<'_>]) -> Nets {
        // Islands are numbered through all conductors.
        let mut first = Vec::with_capacity(conductors.len());
        let mut all = 0;
        for c in conductors {
            first.push(all);
            all += c.count();
        }
        let mut sets = Sets::new(all);
        cuts.iter().for_each(|cut| cut.join(conductors, &first, &mut sets));
        let islands: Vec<Islands> = conductors.iter().map(Islands::new).collect();
        let mut number = vec![u32::MAX; all];
        let (mut nets, mut places) = (Vec::with_capacity(islands.len()), Vec::new());
        for (c, i) in islands.iter().enumerate() {
            let mut of = Vec::with_capacity(i.len());
            for island in 0..i.len() {
                let root = sets.root((first[c] + island) as u32) as usize;
                if number[root] == u32::MAX {
                    number[root] = places.len() as u32;
                    places.push((c, i.bbox(island)));
                }
                of.push(number[root]);
            }
            nets.push(of);
        }
        Nets { conductors: islands, nets, count: places.len(), places }
    }

    /// The nets of a conductor that a rectangle has area in common with.
    pub fn under(&self, conductor: usize, r: &Rect, f: &mut dyn FnMut(u32)) {
        if let (Some(islands), Some(nets)) = (self.conductors.get(conductor), self.nets.get(conductor)) {
            islands.overlapped_by(r, &mut |island| f(nets[island]));
        }
    }

    /// The net of a conductor at a point, sides included; of several the first one.
    pub fn at(&self, conductor: usize, p: Point) -> Option<u32> {
        let (islands, nets) = (self.conductors.get(conductor)?, self.nets.get(conductor)?);
        let mut found: Option<u32> = None;
        islands.at_point(p, &mut |island| {
            let net = nets[island];
            found = Some(found.map_or(net, |f| f.min(net)));
        });
        found
    }

    /// Calls `f` with rectangles that lie in a conductor, and the nets they belong to.
    pub fn each_rect(&self, conductor: usize, f: &mut dyn FnMut(&Rect, u32)) {
        if let (Some(islands), Some(nets)) = (self.conductors.get(conductor), self.nets.get(conductor)) {
            islands.each_part(&mut |r, island| f(r, nets[island]));
        }
    }
}

/// How nets before correspond to nets after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Nets before.
    pub before: usize,
    /// Nets after.
    pub after: usize,
    /// Nets before whose parts lie on several nets after, with those.
    pub split: Vec<(u32, Vec<u32>)>,
    /// Nets after on which parts of several nets before lie, with those.
    pub merged: Vec<(u32, Vec<u32>)>,
    /// Nets before of which nothing is found after.
    pub lost: Vec<u32>,
    /// Nets after of which nothing was there before.
    pub new: Vec<u32>,
    /// The net after of each net before, where it has exactly one.
    pub of: Vec<Option<u32>>,
}

impl Matched {
    /// Whether each net before is one net after, and the other way round.
    pub fn is_bijection(&self) -> bool {
        self.split.is_empty() && self.merged.is_empty() && self.lost.is_empty() && self.new.is_empty()
    }
}

/// Calls its last argument with where a rectangle of a conductor of before is after.
pub type Moved<'m> = &'m dyn Fn(usize, &Rect, &mut dyn FnMut(Rect));

/// Matches nets by where their parts lie. `pairs` are conductors before and after that correspond; `moved` says where
/// they are after.
pub fn match_nets(before: &Nets, after: &Nets, pairs: &[(usize, usize)], moved: Moved<'_>) -> Matched {
    let mut links: Vec<(u32, u32)> = Vec::new();
    for (b, a) in pairs {
        before.each_rect(*b, &mut |r, net| {
            moved(*b, r, &mut |r| after.under(*a, &r, &mut |to| links.push((net, to))));
        });
        if links.len() > 1 << 22 {
            links.sort_unstable();
            links.dedup();
        }
    }
    links.sort_unstable();
    links.dedup();
    let mut out = Matched { before: before.count, after: after.count, ..Matched::default() };
    let (mut to, mut from) = (vec![Vec::new(); before.count], vec![Vec::new(); after.count]);
    for (b, a) in links {
        to[b as usize].push(a);
        from[a as usize].push(b);
    }
    for (net, to) in to.into_iter().enumerate() {
        let net = net as u32;
        out.of.push(if let [one] = to.as_slice() { Some(*one) } else { None });
        match to.len() {
            0 => out.lost.push(net),
            1 => {}
            _ => out.split.push((net, to)),
        }
    }
    for (net, from) in from.into_iter().enumerate() {
        match from.len() {
            0 => out.new.push(net as u32),
            1 => {}
            _ => out.merged.push((net as u32, from)),
        }
    }
    out
}

/// A transistor's channel: where a gate crosses an active area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Channel {
    /// Where it is.
    pub bbox: Rect,
    /// From source to drain, in database units; twice the length where the channel is no rectangle.
    pub length: i64,
    /// Along the gate.
    pub width: i64,
}

/// The channels of devices: the islands of `gate & active`. The active area goes on beyond the two sides between which the
/// length lies; of a channel that is no rectangle, the width is half of what borders on it, and the length its area by that.
pub fn channels(gate: &Region, active: &Region) -> Vec<Channel> {
    let (channel, drain) = (gate.and(active), active.not(gate));
    let around = Index::new(drain.strips().into_iter().map(Some));
    let strips = drain.strips();
    // How much of a side the active area goes on beyond.
    let border = |side: Rect| -> i64 {
        let mut found: Vec<(i32, i32)> = Vec::new();
        around.touching(&side, &mut |k| {
            let r = &strips[k as usize];
            let (x, y) = ((r.x0.max(side.x0), r.x1.min(side.x1)), (r.y0.max(side.y0), r.y1.min(side.y1)));
            if x.0 < x.1 && y.0 == y.1 {
                found.push(x);
            } else if y.0 < y.1 && x.0 == x.1 {
                found.push(y);
            }
        });
        found.sort_unstable();
        let (mut sum, mut end) = (0, i32::MIN);
        for (a, b) in found {
            let a = a.max(end);
            if b > a {
                sum += i64::from(b) - i64::from(a);
                end = b;
            }
        }
        sum
    };
    let mut out = Vec::new();
    for p in channel.polygons().iter() {
        let b = p.bbox();
        let mut borders = 0;
        let mut upright = 0;
        for contour in p.contours() {
            for (a, c) in contour.iter().zip(contour.iter().cycle().skip(1)) {
                let length = border(Rect::new(*a, *c));
                borders += length;
                if a[0] == c[0] {
                    upright += length;
                }
            }
        }
        let (length, width) = if p.is_rectangle() {
            // Sides that stand upright are left and right of it.
            if upright * 2 >= borders { (b.width(), b.height()) } else { (b.height(), b.width()) }
        } else {
            let width = (borders / 2).max(1);
            (i64::try_from(p.area() / i128::from(width)).unwrap_or(i64::MAX), width)
        };
        out.push(Channel { bbox: b, length, width });
    }
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(list: &[[i32; 4]]) -> Region {
        list.iter().map(|[a, b, c, d]| Rect::new([*a, *b], [*c, *d])).collect()
    }

    #[test]
    fn cuts_join_what_they_lie_on() {
        let metal1 = region(&[[0, 0, 100, 10], [0, 20, 100, 30], [0, 40, 100, 50]]);
        let metal2 = region(&[[0, 0, 10, 30], [50, 40, 60, 90]]);
        let via = region(&[[2, 2, 8, 8], [2, 22, 8, 28]]);
        let cut = Cut { area: &via, from: vec![0], to: vec![1] };
        let nets = Nets::new(&[metal1.clone(), metal2.clone()], &[cut]);
        // Two wires and what joins them, the third wire, the other metal.
        assert_eq!(nets.count, 3);
        assert_eq!(nets.at(0, [50, 5]), nets.at(0, [50, 25]));
        assert_ne!(nets.at(0, [50, 45]), nets.at(1, [55, 80]));
        assert_eq!(nets.at(0, [50, 15]), None);
        // Without the second via, one net is two.
        let via = region(&[[2, 2, 8, 8]]);
        let cut = Cut { area: &via, from: vec![0], to: vec![1] };
        let torn = Nets::new(&[metal1, metal2], &[cut]);
        let matched = match_nets(&nets, &torn, &[(0, 0), (1, 1)], &|_, r, f| f(*r));
        assert_eq!((matched.split.len(), matched.merged.len(), matched.lost.len(), matched.new.len()), (1, 0, 0, 0));
        let back = match_nets(&torn, &nets, &[(0, 0), (1, 1)], &|_, r, f| f(*r));
        assert_eq!((back.split.len(), back.merged.len()), (0, 1));
        assert!(match_nets(&nets, &nets, &[(0, 0), (1, 1)], &|_, r, f| f(*r)).is_bijection());
    }

    #[test]
    fn the_length_of_a_channel_lies_between_source_and_drain() {
        let poly = region(&[[40, -20, 58, 120], [200, 40, 330, 58]]);
        let active = region(&[[0, 0, 100, 100], [210, 0, 260, 100]]);
        let found = channels(&poly, &active);
        let sizes: Vec<_> = found.iter().map(|c| (c.length, c.width)).collect();
        assert_eq!(sizes, [(18, 100), (18, 50)]);
    }
}
