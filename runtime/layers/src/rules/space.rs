//! Spaces: between the polygons of a layer, and from one layer to another, where a rule says that they count.

use migc_geometry::{Between, EdgePair, Point, Polygon, Rect, Region, Rule, Shapes};

use super::arrays::in_arrays;
use super::{Mark, OnNets};
use crate::clusters::around;
use crate::drawn::is_upright;
use crate::index::Index;
use crate::islands::region_of;
use crate::{AreaError, Expr};

/// A least distance, and where it holds. What is given holds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spacing {
    /// The distance, how it is measured, and whether it is one of ends of lines alone.
    pub rule: Rule,
    /// To another layer; none is between the polygons of the layer, and the sides of its notches.
    pub to: Option<Expr>,
    /// Only of what is wider than this: one of both, or, to another layer, the layer itself.
    pub wide: Option<i32>,
    /// Only where both run side by side for more than this.
    pub run: Option<i32>,
    /// Only where one of both stands in an array of so many rows and columns, or columns and rows.
    pub array: Option<[usize; 2]>,
    /// Only between polygons of other nets, or of the same; that is for [`check_on_nets`](crate::check_on_nets) to see.
    pub nets: Option<OnNets>,
}

/// Two edges that are too near, and the polygons that have them.
type Pair = (EdgePair, [u32; 2]);

/// What breaks a rule of spaces.
pub(super) struct Found {
    pub(super) mark: Mark,
    /// A corner of either polygon, where nets are asked for: what is there, is of the polygon.
    pub(super) corners: [Point; 2],
}

impl Spacing {
    /// A distance that holds everywhere.
    pub fn new(rule: Rule) -> Spacing {
        Spacing { rule, to: None, wide: None, run: None, array: None, nets: None }
    }

    /// What is too near, whatever nets it is of.
    pub(super) fn found(&self, layer: &Region, to: Option<&Region>) -> Result<Vec<Found>, AreaError> {
        let mut pairs = match to {
            // What a cut lies in is of its own net, and hides nothing from it.
            Some(to) if self.nets.is_some() => layer.separation_pairs(to, &Rule { shielded: false, ..self.rule }),
            Some(to) => layer.separation_pairs(to, &self.rule),
            None if self.array.is_some() || self.nets.is_some() => layer.space_pairs(&self.rule, Between::Any),
            // Nobody asks for their polygons.
            None => layer.space_check(&self.rule, Between::Any).into_iter().map(|p| (p, [0; 2])).collect(),
        };
        if let Some(run) = self.run {
            side_by_side(&mut pairs, run);
        }
        let wide = self.wide.map(|w| wide_parts(layer, w)).transpose()?;
        if let Some(parts) = &wide {
            on_wide(&mut pairs, parts, to.is_none());
        }
        let arrayed = self.array.map(|least| in_arrays(layer, least, self.rule.distance));
        if let Some(arrayed) = &arrayed {
            let stands = |polygon: u32| arrayed.get(polygon as usize).copied().unwrap_or(false);
            pairs.retain(|(_, [a, b])| stands(*a) || to.is_none() && stands(*b));
        }
        let mut found = Vec::with_capacity(pairs.len());
        // Polygons are only looked up where somebody asks for their nets.
        let corners = |of: &Region| -> Vec<Point> {
            let first = |p: Polygon<'_>| p.hull().first().copied().unwrap_or_default();
            if self.nets.is_some() { of.polygons().iter().map(first).collect() } else { Vec::new() }
        };
        let own = corners(layer);
        let others = to.map(corners);
        let others = others.as_ref().unwrap_or(&own);
        let corner = |list: &[Point], polygon: u32| list.get(polygon as usize).copied().unwrap_or_default();
        for (pair, [a, b]) in pairs {
            let mark = Mark::Edges([pair.a, pair.b], pair.squared);
            found.push(Found { mark, corners: [corner(&own, a), corner(others, b)] });
        }
        if let Some(to) = to {
            // What overlaps is at no distance at all.
            let arrays = arrayed.map(|stands| {
                let mut at = stands.into_iter();
                layer.select(|_| at.next().unwrap_or(false))
            });
            let common = match (&wide, &arrays) {
                (None, None) => layer.and(to),
                (Some(some), None) | (None, Some(some)) => some.and(to),
                (Some(wide), Some(arrays)) => wide.and(arrays).and(to),
            };
            let at_ends = self.rule.ends.map(|ends| with_edges(&common, &layer.ends(ends)));
            let counts = |i: usize| at_ends.as_ref().is_none_or(|at| at[i]);
            for (_, p) in common.polygons().iter().enumerate().filter(|(i, _)| counts(*i)) {
                let corner = p.hull().first().copied().unwrap_or_default();
                found.push(Found { mark: Mark::Box(p.bbox()), corners: [corner; 2] });
            }
        }
        Ok(found)
    }
}

/// Which islands have a side along one of these edges, for more than a point. Where slanted edges were cut, corners were
/// rounded, so that a side may be a unit off its edge.
fn with_edges(of: &Region, edges: &[[Point; 2]]) -> Vec<bool> {
    let index = Index::new(edges.iter().map(|[a, b]| Some(around(&Rect::new(*a, *b), 1))));
    let along = |a: Point, b: Point| [0, 1].map(|k| i128::from(b[k]) - i128::from(a[k]));
    let beside = |[a, b]: [Point; 2], p: Point, q: Point| {
        let u = along(a, b);
        let long = u[0] * u[0] + u[1] * u[1];
        let off = if u.contains(&0) { 0 } else { long };
        let near = |v: [i128; 2]| (u[0] * v[1] - u[1] * v[0]).pow(2) <= off;
        let at = |v: [i128; 2]| (u[0] * v[0] + u[1] * v[1]).clamp(0, long);
        let (p, q) = (along(a, p), along(a, q));
        near(p) && near(q) && at(p) != at(q)
    };
    let has = |p: Polygon<'_>| {
        p.contours().any(|c| {
            c.iter().zip(c.iter().cycle().skip(1)).any(|(p, q)| {
                let mut met = false;
                index.touching(&Rect::new(*p, *q), &mut |k| met |= beside(edges[k as usize], *p, *q));
                met
            })
        })
    };
    of.polygons().iter().map(has).collect()
}

/// Those of which both edges run side by side for more than a length: as much of both lies across from the other.
fn side_by_side(pairs: &mut Vec<Pair>, run: i32) {
    let longer = |(p, _): &Pair| {
        let shared = |axis: usize| {
            let ends = |e: &[Point; 2]| {
                let of = |p: &Point| i64::from(p[axis]);
                (of(&e[0]).min(of(&e[1])), of(&e[0]).max(of(&e[1])))
            };
            let (a, b) = (ends(&p.a), ends(&p.b));
            (a.1.min(b.1) - a.0.max(b.0)).max(0)
        };
        shared(0).max(shared(1)) > i64::from(run)
    };
    pairs.retain(longer);
}

/// The parts of a layer that are wider than a width.
fn wide_parts(layer: &Region, wide: i32) -> Result<Region, AreaError> {
    let half = wide / 2 + wide % 2;
    Ok(Region::sized(&Region::sized(layer, -half, -half)?, half, half)?)
}

/// Those with an edge of what is wide: the first one, or either.
fn on_wide(pairs: &mut Vec<Pair>, parts: &Region, either: bool) {
    let strips = parts.strips();
    let index = Index::new(strips.iter().map(|r| Some(*r)));
    // Slanted parts are opened with rounding: what is within two units of one is on it.
    let slanted: Vec<(Rect, Region)> =
        parts.polygons().iter().filter(|p| !p.contours().all(is_upright)).map(|p| (p.bbox(), region_of(p))).collect();
    let on = |edge: &[Point; 2]| {
        let mut met = false;
        let all = Rect::new(edge[0], edge[1]);
        index.touching(&all, &mut |k| {
            let r = &strips[k as usize];
            // More than a corner in common.
            let (x, y) = (r.x1.min(all.x1) - r.x0.max(all.x0), r.y1.min(all.y1) - r.y0.max(all.y0));
            met |= x > 0 || y > 0;
        });
        met || slanted.iter().any(|(bbox, part)| near(bbox, &all) && !part.and(&band(edge)).is_empty())
    };
    pairs.retain(|(p, _)| on(&p.a) || either && on(&p.b));
}

/// Whether two boxes are within two units of one another.
fn near(a: &Rect, b: &Rect) -> bool {
    let far = |x: i32, y: i32| i64::from(x) - i64::from(y) > 2;
    !(far(a.x0, b.x1) || far(b.x0, a.x1) || far(a.y0, b.y1) || far(b.y0, a.y1))
}

/// What is within two units of an edge, but for its ends: these belong to its neighbours as well.
fn band(edge: &[Point; 2]) -> Region {
    let [a, b] = edge.map(|p| p.map(f64::from));
    let along = [b[0] - a[0], b[1] - a[1]];
    let length = along[0].hypot(along[1]).max(1.0);
    let unit = along.map(|c| c / length);
    let inset = (length / 4.0).min(3.0);
    let corner = |end: [f64; 2], ahead: f64, aside: f64| {
        [end[0] + unit[0] * ahead - unit[1] * aside, end[1] + unit[1] * ahead + unit[0] * aside]
            .map(|c| c.round() as i32)
    };
    let mut shapes = Shapes::new();
    shapes.push_polygon(&[
        corner(a, inset, -2.0),
        corner(a, inset, 2.0),
        corner(b, -inset, 2.0),
        corner(b, -inset, -2.0),
    ]);
    Region::merged(&shapes)
}
