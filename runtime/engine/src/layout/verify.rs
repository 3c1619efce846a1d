//! What a layout must still be: nets, labels, devices and areas, before and after.

use std::collections::{BTreeMap, BTreeSet};

use migc_compiler::plan::{self, Device, Join, Joined, Layer, LayerAt, LayerExpr, Verify, VerifyOf};
use migc_geometry::{Rect, Region};
use migc_layers::{Channel, Cut, Matched, Nets, Pieces, TreeError, Zones, channels, match_nets, scaled, texts, within};
use migc_layout::{Library, Migration, gcd};
use migc_ledger::GateCount;

use super::computed::Computer;
use super::texts::Rewriter;
use super::work::LayoutMap;

/// One side of the comparison.
pub(super) struct Side<'s> {
    pub(super) library: &'s Library,
    pub(super) computer: &'s Computer<'s>,
    pub(super) joins: &'s [Join],
    pub(super) devices: &'s [Device],
    pub(super) layers: &'s [Layer],
    /// Where a layer of this side is.
    pub(super) layer: fn(usize) -> LayerAt,
}

/// What is compared.
pub(super) struct Comparison<'s> {
    pub(super) before: Side<'s>,
    pub(super) after: Side<'s>,
    /// The map.
    pub(super) map: &'s LayoutMap<'s>,
    /// For each cell of after, the cell of before that it comes from.
    pub(super) origins: &'s [usize],
    /// Which layers of the target are fed by which of the source.
    pub(super) fed: &'s BTreeSet<(LayerAt, usize)>,
    pub(super) scaling: &'s plan::Scaling,
    /// How the library was migrated.
    pub(super) migration: &'s Migration,
    /// The database units before and after, in 10⁻¹⁵ m.
    pub(super) dbus: [i64; 2],
}

/// A conductor: what a cut joins.
pub(super) type Conductors<'s> = Vec<&'s LayerExpr>;

/// How many places are named.
const NAMED: usize = 3;

impl Comparison<'_> {
    /// Judges every check; `target` is the target's name.
    pub(super) fn judge(&self, checks: &[Verify], target: &str) -> Result<Vec<GateCount>, TreeError> {
        let mut out = Vec::new();
        let wants = |of: &VerifyOf| checks.iter().any(|c| c.of == *of);
        let nets = if wants(&VerifyOf::Nets) || wants(&VerifyOf::Labels) { self.nets()? } else { Vec::new() };
        for check in checks {
            let (held, found) = match &check.of {
                VerifyOf::Nets => self.same_nets(&nets),
                VerifyOf::Labels => self.same_labels(&nets),
                VerifyOf::Devices => self.same_devices()?,
                VerifyOf::Xor(a, b, within) => self.same_area(a, b, *within)?,
                VerifyOf::NoNewGaps => self.no_new_gaps()?,
                VerifyOf::Area { new, old, least, most } => self.area_share(*new, *old, [*least, *most])?,
            };
            out.push(GateCount { target: target.to_owned(), gate: check.text.clone(), held, found });
        }
        Ok(out)
    }

    /// The tops of before, each with its place after.
    fn tops(&self) -> Vec<(usize, usize)> {
        let after = &self.after.computer.tree().tops;
        let same = |b: &usize| after.iter().find(|a| self.origins.get(**a) == Some(b)).map(|a| (*b, *a));
        self.before.computer.tree().tops.iter().filter_map(same).collect()
    }

    /// Where a layer of before lies after, seen from a top; of the expression of a conductor, its first layer.
    fn ways(&self, layer: Option<LayerAt>, top: usize) -> Result<Ways, TreeError> {
        let scaling = self.scaling;
        let pieces = match layer.filter(|_| !self.migration.overrides.is_empty()) {
            Some(layer) => {
                let factors: Vec<_> = self.migration.scalings().map(|s| s.factors).collect();
                let of = |cell: usize, around: usize| self.migration.zone(cell, around);
                self.before.computer.pieces(layer, top, &Zones { of: &of, factors: &factors })?
            }
            None => None,
        };
        Ok(Ways { pieces, factors: scaling.factors, grid: i32::try_from(scaling.grid).unwrap_or(i32::MAX) })
    }

    /// The nets of each top, before and after, and how they match.
    fn nets(&self) -> Result<Vec<TopNets>, TreeError> {
        let (old, new) = (conductors(self.before.joins), conductors(self.after.joins));
        let mut pairs = Vec::new();
        for (b, from) in old.iter().enumerate() {
            for (a, to) in new.iter().enumerate() {
                if let (Some(from), Some(LayerAt::Target(to))) = (first(from), first(to))
                    && self.fed.contains(&(from, to))
                {
                    pairs.push((b, a));
                }
            }
        }
        let mut out = Vec::new();
        for (b, a) in self.tops() {
            let (before, after) = (self.before.nets(&old, b)?, self.after.nets(&new, a)?);
            let ways = old.iter().map(|e| self.ways(first(e), b)).collect::<Result<Vec<Ways>, _>>()?;
            let matched = match_nets(&before, &after, &pairs, &|conductor, r, f| ways[conductor].each(r, f));
            out.push(TopNets { top: (b, a), before, after, matched });
        }
        Ok(out)
    }

    fn same_nets(&self, tops: &[TopNets]) -> (bool, String) {
        let count = |f: fn(&Matched) -> usize| tops.iter().map(|t| f(&t.matched)).sum::<usize>();
        let (before, after) = (count(|m| m.before), count(|m| m.after));
        let wrong = [
            (count(|m| m.split.len()), "split"),
            (count(|m| m.merged.len()), "grown together"),
            (count(|m| m.lost.len()), "lost"),
            (count(|m| m.new.len()), "new"),
        ];
        let mut said: Vec<String> =
            wrong.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
        let mut places = Vec::new();
        for t in tops {
            let name = &self.after.computer.cells()[t.top.1];
            let was = &self.before.computer.cells()[t.top.0];
            let at = |nets: &Nets, net: u32| {
                let r = nets.places.get(net as usize).map_or(Rect { x0: 0, y0: 0, x1: 0, y1: 0 }, |p| p.1);
                format!("({}, {}; {}, {})", r.x0, r.y0, r.x1, r.y1)
            };
            let all = |nets: &Nets, list: &[u32]| list.iter().take(NAMED).map(|n| at(nets, *n)).collect::<Vec<_>>();
            for (net, to) in &t.matched.split {
                places.push(format!(
                    "the net of `{was}` at {} is split, at {} of `{name}`",
                    at(&t.before, *net),
                    all(&t.after, to).join(" and ")
                ));
            }
            for (net, from) in &t.matched.merged {
                let from = all(&t.before, from).join(" and ");
                places.push(format!("the nets of `{was}` at {from} are one at {} of `{name}`", at(&t.after, *net)));
            }
            places
                .extend(t.matched.lost.iter().map(|n| format!("the net of `{was}` at {} is lost", at(&t.before, *n))));
            places.extend(t.matched.new.iter().map(|n| format!("the net of `{name}` at {} is new", at(&t.after, *n))));
        }
        let held = said.is_empty();
        said.extend(places.into_iter().take(NAMED));
        let tail = if held { "each found again".to_owned() } else { said.join("; ") };
        let s = if before == 1 { "" } else { "s" };
        (held, format!("{before} net{s} before, {after} after; {tail}"))
    }

    fn same_labels(&self, tops: &[TopNets]) -> (bool, String) {
        let (mut all, mut off, mut wrong) = (0, 0, Vec::new());
        for t in tops {
            // Labels are compared by what they come to.
            let mut rewriters: BTreeMap<usize, Rewriter> =
                self.map.shapes.texts.iter().filter_map(|t| Some((t.from, Rewriter::new(self.map, t)?))).collect();
            let mut said = |layer: usize, string: String| match rewriters.get_mut(&layer) {
                Some(rewriter) => rewriter.string(&string),
                None => string,
            };
            let before = self.before.labels(t.top.0, &t.before, &mut said);
            let after = self.after.labels(t.top.1, &t.after, &mut |_, string| string);
            let was = &self.before.computer.cells()[t.top.0];
            all += before.values().map(BTreeSet::len).sum::<usize>();
            off += before.get(&None).map_or(0, BTreeSet::len);
            for (net, labels) in &before {
                let Some(net) = net else { continue };
                let to = t.matched.of.get(*net as usize).copied().flatten();
                let found = to.and_then(|to| after.get(&Some(to)));
                if found != Some(labels) {
                    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
                    let now = found.map_or("none".to_owned(), list);
                    wrong.push(format!("the net of `{was}` called {} is called {now}", list(labels)));
                }
            }
        }
        let mut said = if all == 1 { "1 label of a net".to_owned() } else { format!("{all} labels of nets") };
        if off > 0 {
            said.push_str(&format!(", {off} of them on no conductor"));
        }
        let held = wrong.is_empty();
        if !held {
            let n = wrong.len();
            wrong.truncate(NAMED);
            let are = if n == 1 { "net is" } else { "nets are" };
            said.push_str(&format!("; {n} {are} called otherwise: {}", wrong.join("; ")));
        }
        (held, said)
    }

    fn same_devices(&self) -> Result<(bool, String), TreeError> {
        let (mut said, mut held) = (Vec::new(), true);
        for old in self.before.devices {
            let Some(new) = self.after.devices.iter().find(|d| d.name == old.name) else {
                held = false;
                said.push(format!("{}: not a device of the target", old.name));
                continue;
            };
            let (mut before, mut after, mut lost, mut sizes) = (0, 0, Vec::new(), Vec::new());
            for (b, a) in self.tops() {
                let (was, is) = (self.before.channels(old, b)?, self.after.channels(new, a)?);
                before += was.len();
                after += is.len();
                let area: Region = is.iter().map(|c| c.bbox).collect();
                let single = Nets::new(&[area], &[]);
                let mut taken = BTreeSet::new();
                let ways = self.ways(first(&old.gate), b)?;
                for channel in &was {
                    let mut found = Vec::new();
                    ways.each(&channel.bbox, &mut |r| single.under(0, &r, &mut |n| found.push(n)));
                    if found.first().is_none_or(|n| !taken.insert(*n)) {
                        let r = channel.bbox;
                        let name = &self.before.computer.cells()[b];
                        lost.push(format!("`{name}` ({}, {}; {}, {})", r.x0, r.y0, r.x1, r.y1));
                    }
                }
                let out = |n: i64, [least, most]: [Option<i64>; 2]| {
                    least.is_some_and(|l| n < l) || most.is_some_and(|m| n > m)
                };
                let name = &self.after.computer.cells()[a];
                for c in is.iter().filter(|c| out(c.length, new.length) || out(c.width, new.width)) {
                    sizes.push(format!(
                        "`{name}` ({}, {}): length {}, width {}",
                        c.bbox.x0, c.bbox.y0, c.length, c.width
                    ));
                }
            }
            held &= before == after && lost.is_empty() && sizes.is_empty();
            let mut text = format!("{before} {} before, {after} after", old.name);
            for (list, what) in [(lost, "not found again"), (sizes, "of a size that is not allowed")] {
                if !list.is_empty() {
                    let first = list.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
                    text.push_str(&format!(", {} {what}: {first}", list.len()));
                }
            }
            said.push(text);
        }
        Ok((held, said.join("; ")))
    }

    /// Slits of a grid step, before and after: in drawn layers as wide as a grid step of the target comes from.
    fn no_new_gaps(&self) -> Result<(bool, String), TreeError> {
        let grid = i32::try_from(self.scaling.grid).unwrap_or(1);
        let (m, d) = self.scaling.factors[0];
        let drawn = i32::try_from((self.scaling.grid * d + m - 1) / m).unwrap_or(grid);
        let (mut old_gaps, mut new_gaps, mut fresh) = (0, 0, Vec::new());
        for (i, layer) in self.after.layers.iter().enumerate().filter(|(_, l)| !l.texts) {
            let from: Vec<LayerAt> = self.fed.iter().filter(|(_, t)| *t == i).map(|(s, _)| *s).collect();
            for (b, a) in self.tops() {
                let (mut was, mut near) = (0, Vec::new());
                for source in from.iter().filter(|s| matches!(s, LayerAt::Source(_))) {
                    let area = self.before.computer.flat_area(&LayerExpr::Layer(*source), b)?;
                    let gaps = area.gaps(drawn).map_err(|e| self.cannot(a, e.to_string()))?;
                    was += gaps.count();
                    // Where one was, one may be, a few grid steps round.
                    let ways = self.ways(Some(*source), b)?;
                    for p in gaps.polygons().iter() {
                        ways.round(&p.bbox(), &mut |r| near.extend(r.grown(3 * grid, 3 * grid).ok()));
                    }
                }
                old_gaps += was;
                let near: Region = near.into_iter().collect();
                let area = self.after.computer.flat_area(&LayerExpr::Layer((self.after.layer)(i)), a)?;
                let gaps = area.gaps(grid).map_err(|e| self.cannot(a, e.to_string()))?;
                new_gaps += gaps.count();
                let name = &self.after.computer.cells()[a];
                for p in gaps.outside(&near).polygons().iter() {
                    let r = p.bbox();
                    fresh.push(format!("`{}` in `{name}` ({}, {}; {}, {})", layer.name, r.x0, r.y0, r.x1, r.y1));
                }
            }
        }
        let said = format!("{old_gaps} gap{} before, {new_gaps} after", if old_gaps == 1 { "" } else { "s" });
        if fresh.is_empty() {
            return Ok((true, said));
        }
        let n = fresh.len();
        fresh.truncate(NAMED);
        let are = if n == 1 { "is" } else { "are" };
        Ok((false, format!("{said}; {n} {are} new: {}", fresh.join("; "))))
    }

    fn cannot(&self, cell: usize, what: String) -> TreeError {
        TreeError::Area { cell: self.after.computer.cells()[cell].clone(), what }
    }

    /// The area of a layer as a share of a drawn one, both in square metres.
    fn area_share(&self, new: usize, old: usize, [least, most]: [i64; 2]) -> Result<(bool, String), TreeError> {
        let (mut before, mut after) = (0i128, 0i128);
        for (b, a) in self.tops() {
            before += self.before.computer.flat_area(&LayerExpr::Layer((self.before.layer)(old)), b)?.area();
            after += self.after.computer.flat_area(&LayerExpr::Layer((self.after.layer)(new)), a)?.area();
        }
        // In units of the square of the greatest common part of both database units.
        let (b, a) = (i128::from(self.dbus[0]), i128::from(self.dbus[1]));
        let g = gcd(a, b);
        let (before, after) = (before * (b / g) * (b / g), after * (a / g) * (a / g));
        let share = |n: i64| before.saturating_mul(i128::from(n));
        let found = after.saturating_mul(1_000_000);
        let held = found >= share(least) && found <= share(most);
        let ten_thousandths = if before > 0 { after.saturating_mul(1_000_000) / before } else { 0 };
        Ok((held, format!("it is {}.{:04}%", ten_thousandths / 10_000, ten_thousandths % 10_000)))
    }

    fn same_area(&self, a: &LayerExpr, b: &LayerExpr, within: i64) -> Result<(bool, String), TreeError> {
        let not = |a: &LayerExpr, b: &LayerExpr| {
            // Both as they are drawn: merging rounds where slanted edges cross.
            let b = match within {
                0 => b.clone(),
                _ => LayerExpr::Size(Box::new(b.clone()), [within, within]),
            };
            LayerExpr::Joined(Joined::Not, Box::new(a.clone()), Box::new(b))
        };
        let e = LayerExpr::Joined(Joined::Or, Box::new(not(a, b)), Box::new(not(b, a)));
        let (count, places) = self.after.computer.differing(&e)?;
        let places: Vec<String> = places
            .iter()
            .take(NAMED)
            .map(|(cell, r)| format!("`{cell}` ({}, {}; {}, {})", r.x0, r.y0, r.x1, r.y1))
            .collect();
        match count {
            0 if within == 0 => Ok((true, "they cover the same".to_owned())),
            0 => Ok((true, "they cover the same, but for what is nearer than that".to_owned())),
            1 => Ok((false, format!("they differ at 1 place: {}", places.join(", ")))),
            n => Ok((false, format!("they differ at {n} places: {}", places.join(", ")))),
        }
    }
}

/// The first layer of an expression, whose shapes its parts mostly are.
fn first(e: &LayerExpr) -> Option<LayerAt> {
    let mut first = None;
    e.each_layer(&mut |at| first = first.or(Some(at)));
    first
}

/// Where the parts of a layer of before lie after.
struct Ways {
    /// Its shapes, where cells are scaled by themselves.
    pieces: Option<Pieces>,
    factors: [(i64, i64); 2],
    grid: i32,
}

impl Ways {
    /// Calls `f` with where a rectangle of before lies after, a grid step further in, so that rounding reaches no neighbour.
    fn each(&self, r: &Rect, f: &mut dyn FnMut(Rect)) {
        match &self.pieces {
            Some(pieces) => pieces.moved_within(r, self.grid, f),
            None => scaled(r, self.factors).and_then(|r| within(&r, self.grid)).into_iter().for_each(f),
        }
    }

    /// Calls `f` with where what lies beside the shapes of a rectangle of before may lie after.
    fn round(&self, r: &Rect, f: &mut dyn FnMut(Rect)) {
        match &self.pieces {
            // A gap lies beside its shapes: where they go, it goes.
            Some(pieces) => {
                if let Ok(wide) = r.grown(self.grid, self.grid) {
                    pieces.moved(&wide, f);
                }
            }
            None => scaled(r, self.factors).into_iter().for_each(f),
        }
    }
}

/// The nets of one top.
struct TopNets {
    top: (usize, usize),
    before: Nets,
    after: Nets,
    matched: Matched,
}

/// Every conductor that a cut names, each once.
pub(super) fn conductors(joins: &[Join]) -> Conductors<'_> {
    let mut out: Conductors<'_> = Vec::new();
    for e in joins.iter().flat_map(|j| j.from.iter().chain(&j.to)) {
        if !out.contains(&e) {
            out.push(e);
        }
    }
    out
}

/// The nets of a top: what cuts join of conductors. `layer` says where the layers of a place are.
pub(super) fn nets_of(
    computer: &Computer<'_>,
    joins: &[Join],
    layer: fn(usize) -> LayerAt,
    conductors: &Conductors<'_>,
    top: usize,
) -> Result<Nets, TreeError> {
    let areas: Vec<Region> = conductors.iter().map(|e| computer.flat_area(e, top)).collect::<Result<_, _>>()?;
    let at = |list: &[LayerExpr]| -> Vec<usize> {
        list.iter().filter_map(|e| conductors.iter().position(|c| *c == e)).collect()
    };
    let mut cuts = Vec::new();
    for join in joins {
        let cut = computer.flat_area(&LayerExpr::Layer(layer(join.cut)), top)?;
        cuts.push((cut, at(&join.from), at(&join.to)));
    }
    let cuts: Vec<Cut<'_>> =
        cuts.iter().map(|(area, from, to)| Cut { area, from: from.clone(), to: to.clone() }).collect();
    Ok(Nets::new(&areas, &cuts))
}

impl Side<'_> {
    fn nets(&self, conductors: &Conductors<'_>, top: usize) -> Result<Nets, TreeError> {
        nets_of(self.computer, self.joins, self.layer, conductors, top)
    }

    /// The labels of each net; those on no conductor stand under none.
    fn labels(
        &self,
        top: usize,
        nets: &Nets,
        said: &mut dyn FnMut(usize, String) -> String,
    ) -> BTreeMap<Option<u32>, BTreeSet<String>> {
        let conductors = conductors(self.joins);
        let mut out: BTreeMap<Option<u32>, BTreeSet<String>> = BTreeMap::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let Some(labelled) = layer.labels else { continue };
            let named: Vec<usize> = conductors
                .iter()
                .enumerate()
                .filter(|(_, e)| {
                    let mut has = false;
                    e.each_layer(&mut |at| has |= at == (self.layer)(labelled));
                    has
                })
                .map(|(i, _)| i)
                .collect();
            let which = |l: u32, d: u32| layer.holds(l, d);
            for (string, [x, y]) in texts(self.library, self.computer.tree(), top, &which) {
                let (Ok(x), Ok(y)) = (i32::try_from(x), i32::try_from(y)) else { continue };
                let net = named.iter().find_map(|c| nets.at(*c, [x, y]));
                out.entry(net).or_default().insert(said(at, string));
            }
        }
        out
    }

    fn channels(&self, device: &Device, top: usize) -> Result<Vec<Channel>, TreeError> {
        let (gate, active) =
            (self.computer.flat_area(&device.gate, top)?, self.computer.flat_area(&device.active, top)?);
        Ok(channels(&gate, &active))
    }
}

/// Which layers of the target are fed by which of the source.
pub(super) fn fed(shapes: &plan::Shapes, outputs: &BTreeMap<LayerAt, Vec<LayerAt>>) -> BTreeSet<(LayerAt, usize)> {
    let mut out: BTreeSet<(LayerAt, usize)> = shapes.routes.iter().map(|(s, t)| (LayerAt::Source(*s), *t)).collect();
    for (from, list) in outputs {
        for to in list {
            if let LayerAt::Target(t) = to {
                out.insert((*from, *t));
            }
        }
    }
    out
}
