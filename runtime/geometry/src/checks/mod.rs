//! Rule checks on merged regions: pairs of edges that are nearer to each other than a rule allows.
//!
//! Edges are those of merged polygons, and a pair is reported when the two run in parallel, face each other as the rule
//! says, and are nearer than the distance. What is reported of each edge is the part within the distance of the other
//! one, its ends rounded to the nearest unit. Whether a pair is reported at all is decided exactly.
//!
//! That is KLayout's meaning (`width_check`, `space_check`, `notch_check`, `isolated_check`, `separation_check`,
//! `enclosing_check`, `overlap_check` of merged regions, `whole_edges = false`), and the pairs are the same but for one
//! thing: *shielding*. A pair is not reported when a third edge stands in between, which is when that edge meets both
//! lines that join the ends of the two. Here meeting includes touching, exactly; KLayout rounds, so that of pairs that
//! face each other askew it may report one that a third edge only just touches.

mod ends;
mod facing;
mod measures;
mod oblique;
mod scan;
mod sides;

pub use ends::Ends;
pub use measures::{Angles, Size};

use facing::Facing;
use sides::Sides;

use crate::{Point, Region};

/// How the distance of two parallel edges is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Metric {
    /// From point to point, as the crow flies; at corners the forbidden zone is round.
    #[default]
    Euclidean,
    /// The same, but at corners the forbidden zone is square.
    Square,
    /// Across, where the two edges lie side by side; what only meets askew is no matter.
    Projection,
}

/// What a check looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Edges nearer than this are reported, in database units. Nothing is nearer than 0.
    pub distance: i32,
    /// How distance is measured.
    pub metric: Metric,
    /// Whether edges are left out that a third edge hides from each other.
    pub shielded: bool,
    /// Only pairs of which one edge at least is such an end of a line; of two regions, of the checked one.
    pub ends: Option<Ends>,
}

impl Rule {
    /// Euclidean and shielded, which is what a rule book means where it says no more.
    pub fn new(distance: i32) -> Rule {
        Rule { distance, metric: Metric::Euclidean, shielded: true, ends: None }
    }

    /// The same with another metric.
    pub fn metric(self, metric: Metric) -> Rule {
        Rule { metric, ..self }
    }

    /// The same at ends of lines alone.
    pub fn at_ends(self, ends: Ends) -> Rule {
        Rule { ends: Some(ends), ..self }
    }
}

/// Between which edges a space counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between<'a> {
    /// All of the region.
    Any,
    /// Those of one polygon: notches.
    Same,
    /// Those of different polygons.
    Different,
    /// Those of polygons with different nets: the net of each polygon, in the order of [`Region::polygons`]. What has
    /// no place in the list is a net of its own.
    Nets(&'a [u32]),
}

/// Two edges that are too near to each other. An edge has its polygon on its right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgePair {
    /// The part of the one edge that is too near: of the checked region, or the smaller of the two by coordinates.
    pub a: [Point; 2],
    /// The part of the other edge: of the other region, where there are two.
    pub b: [Point; 2],
    /// The square of the smallest distance between the two whole edges, in the rule's metric.
    pub squared: i64,
}

impl Region {
    /// Where the region is narrower than the rule's distance.
    pub fn width_check(&self, rule: &Rule) -> Vec<EdgePair> {
        pairs(self, None, rule, &Facing::width(), true)
    }

    /// Where parts of the region are nearer to each other than the rule's distance.
    pub fn space_check(&self, rule: &Rule, between: Between<'_>) -> Vec<EdgePair> {
        pairs(self, None, rule, &Facing::space(between), between != Between::Any)
    }

    /// The same, with the polygons of both edges: their places in the order of [`Region::polygons`].
    pub fn space_pairs(&self, rule: &Rule, between: Between<'_>) -> Vec<(EdgePair, [u32; 2])> {
        ordered(found(self, None, rule, &Facing::space(between), true))
    }

    /// What [`Region::separation_check`] finds, with the polygons of both edges, each in its own region.
    pub fn separation_pairs(&self, other: &Region, rule: &Rule) -> Vec<(EdgePair, [u32; 2])> {
        ordered(found(self, Some(other), rule, &Facing::separation(), true))
    }

    /// Where edges of this region and of another face each other from outside within the rule's distance.
    pub fn separation_check(&self, other: &Region, rule: &Rule) -> Vec<EdgePair> {
        pairs(self, Some(other), rule, &Facing::separation(), true)
    }

    /// Where this region reaches over another by less than the rule's distance: edges of the other region that lie
    /// inside of this one, or on its edge. What of the other lies outside is not found; it is `other.not(self)`.
    pub fn enclosure_check(&self, other: &Region, rule: &Rule) -> Vec<EdgePair> {
        pairs(self, Some(other), rule, &Facing::enclosure(), true)
    }

    /// Where this region and another overlap by less than the rule's distance.
    pub fn overlap_check(&self, other: &Region, rule: &Rule) -> Vec<EdgePair> {
        pairs(self, Some(other), rule, &Facing::overlap(), true)
    }

    /// Where this region, crossing another, extends beyond it by less than a distance: the end of a gate over its
    /// active area. Measured across the edge that is crossed. A region that ends before that edge is not found here;
    /// its end lies inside of the other region.
    pub fn extension_check(&self, other: &Region, distance: i32) -> Vec<EdgePair> {
        self.enclosure_check(other, &Rule::new(distance).metric(Metric::Projection))
    }

    /// The polygons of another region that this one encloses by a distance neither to the left and to the right nor
    /// above and below, with all their edges that lie too near. Measured across each edge.
    pub fn opposite_enclosure_check(&self, other: &Region, distance: i32) -> Vec<EdgePair> {
        let rule = Rule::new(distance).metric(Metric::Projection);
        let found = found(self, Some(other), &rule, &Facing::enclosure(), true);
        // Along which axes each polygon's edges lie too near; a slanted one counts for both.
        let mut near = vec![[false; 2]; other.count()];
        for (pair, polygons) in &found {
            let [p, q] = pair.b;
            let near = &mut near[polygons[1] as usize];
            near[0] |= p[1] != q[1];
            near[1] |= p[0] != q[0];
        }
        let mut pairs: Vec<EdgePair> =
            found.into_iter().filter(|(_, polygons)| near[polygons[1] as usize] == [true; 2]).map(|(p, _)| p).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}

/// The pairs that break a rule, in order.
fn pairs(region: &Region, other: Option<&Region>, rule: &Rule, facing: &Facing<'_>, polygons: bool) -> Vec<EdgePair> {
    let mut pairs: Vec<EdgePair> = found(region, other, rule, facing, polygons).into_iter().map(|(p, _)| p).collect();
    pairs.sort_unstable();
    // Corners that meet as points are found along both axes.
    pairs.dedup();
    pairs
}

/// Pairs in order, each once.
fn ordered(mut pairs: Vec<(EdgePair, [u32; 2])>) -> Vec<(EdgePair, [u32; 2])> {
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The pairs that break a rule, and the polygons of their edges, which are only looked up if asked for.
fn found(
    region: &Region,
    other: Option<&Region>,
    rule: &Rule,
    facing: &Facing<'_>,
    polygons: bool,
) -> Vec<(EdgePair, [u32; 2])> {
    let mut found = scan::found(Sides::of(region, other, polygons, rule.ends), rule, facing);
    found.append(&mut oblique::found(region, other, rule, facing));
    found
}
