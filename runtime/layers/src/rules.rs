//! Rules of layers, and what breaks them.
//!
//! A rule is checked as anything else is computed: on clusters, in the lowest cell that has them whole. What breaks it is
//! marked there, once for all placements of the cell, and counted as often as the cell stands in a top.

mod arrays;
mod nets;
mod space;
mod tracks;

pub use nets::{Carrier, OnNets, check_on_nets};
pub use space::Spacing;
pub use tracks::Tracks;

use migc_geometry::{
    Angles, Between, EdgePair, Metric, Point, Polygon, Rect, Region, Rule, Shapes, Size, TooManyWindows,
};

use crate::islands::Islands;
use crate::{AreaError, Expr, LayerId, Layers, MeasureKernel, Tree, TreeError, local};

/// How far a layer reaches beyond another: on all sides, and on two opposite ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The other layer, of the inputs behind the checked one.
    pub layer: Expr,
    /// On all sides, in database units.
    pub by: i32,
    /// On two opposite sides at least; measured across them.
    pub opposite: Option<i32>,
    /// How the margin on all sides is measured.
    pub metric: Metric,
}

/// What is checked of a layer. Lengths are in database units, areas in their squares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// From edge to edge inside a polygon.
    Width(Rule),
    /// Between polygons and the sides of a notch, or to another layer.
    Space(Spacing),
    /// Between the sides of a notch.
    Notch(Rule),
    /// Within both layers.
    Overlap(Rule, Expr),
    /// The least area of a polygon; only of those of an area, where one is given.
    Area(i64, Option<Expr>),
    /// The least area of a hole.
    HoleArea(i64),
    /// Exact sides, in either order.
    Size(Size),
    /// Inside one of these layers, by a margin.
    Inside(Vec<Reach>),
    /// Round all of another layer, by a margin.
    Encloses(Reach),
    /// Beyond the sides of another layer that it crosses.
    Extends(Reach),
    /// The share of each window that is covered, in millionths: least, most, the window's side, the step.
    Density(i64, i64, i64, i64),
    /// Corners on multiples of this.
    Grid(i32),
    /// Sides in these directions alone.
    Angles(Angles),
    /// Rectangles that are no longer along the other axis than along this one.
    Lies(Axis),
    /// Wires with their centre lines on tracks.
    Tracks(Tracks),
}

/// Along which axis something lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From bottom to top.
    Vertical,
}

/// What breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Two edges, and the square of their distance where it is known.
    Edges([[Point; 2]; 2], i64),
    /// What lies in a box.
    Box(Rect),
    /// One edge.
    Edge([Point; 2]),
    /// A corner.
    Point(Point),
    /// A window, with the share that is covered, in millionths.
    Window(Rect, i64),
}

/// What breaks a rule, by cell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations {
    /// The cells in which something breaks it, by their places, with the first marks in canonical order.
    pub cells: Vec<(usize, Vec<Mark>)>,
    /// How many there are in all cells.
    pub in_cells: u64,
    /// How many there are seen from the tops: those of a cell as often as it stands.
    pub flat: u64,
}

impl Violations {
    /// Adds the marks of a cell, in canonical order, that stands so often in the tops.
    pub fn add(&mut self, cell: usize, mut marks: Vec<Mark>, stands: u64) {
        if marks.is_empty() {
            return;
        }
        self.in_cells += marks.len() as u64;
        self.flat += marks.len() as u64 * stands;
        marks.truncate(KEPT);
        self.cells.push((cell, marks));
    }
}

/// Marks that are kept of each cell and rule; all are counted.
const KEPT: usize = 1000;

/// Checks a rule of a layer. `others` are the inputs of the rule's expressions.
pub fn check(
    tree: &Tree,
    layers: &Layers,
    layer: LayerId,
    others: &[LayerId],
    rule: &Check,
    kernel: &dyn MeasureKernel,
) -> Result<Violations, TreeError> {
    if let Check::Density(least, most, side, step) = rule {
        return density(tree, layers, layer, [*least, *most], *side, *step);
    }
    if let Check::Tracks(on) = rule {
        return tracks::check(tree, layers, layer, on);
    }
    let inputs: Vec<LayerId> = [&[layer], others].concat();
    let turns = matches!(rule, Check::Lies(_)) || rule.others().any(Expr::turns);
    let done = local(tree, layers, &inputs, rule.reach(), turns, &|shapes: &[Shapes]| {
        let [layer, others @ ..] = shapes else { return Ok(Vec::new()) };
        rule.marks(&Region::merged(layer), others, kernel)
    })?;
    let mut out = Violations::default();
    for ((cell, marks), stands) in done.cells.into_iter().enumerate().zip(tree.stands()) {
        out.add(cell, marks.unwrap_or_default(), stands);
    }
    Ok(out)
}

impl Check {
    /// The expressions in it.
    fn others(&self) -> impl Iterator<Item = &Expr> {
        let (one, list): (Option<&Expr>, &[Reach]) = match self {
            Check::Space(s) => (s.to.as_ref(), &[]),
            Check::Area(_, of) => (of.as_ref(), &[]),
            Check::Overlap(_, e) => (Some(e), &[]),
            Check::Encloses(r) | Check::Extends(r) => (Some(&r.layer), &[]),
            Check::Inside(list) => (None, list),
            _ => (None, &[]),
        };
        one.into_iter().chain(list.iter().map(|r| &r.layer))
    }

    /// How near something must be to matter.
    fn reach(&self) -> i32 {
        let of = |r: &Reach| r.by.max(r.opposite.unwrap_or(0));
        let own = match self {
            Check::Width(r) | Check::Notch(r) | Check::Overlap(r, _) => r.distance,
            Check::Space(s) => s.rule.distance,
            Check::Inside(list) => list.iter().map(of).max().unwrap_or(0),
            Check::Encloses(r) | Check::Extends(r) => of(r),
            _ => 0,
        };
        let others = self.others().map(Expr::reach).max().unwrap_or(0);
        own.saturating_add(others.saturating_mul(2))
    }

    /// What breaks it, sorted.
    fn marks(&self, layer: &Region, others: &[Shapes], kernel: &dyn MeasureKernel) -> Result<Vec<Mark>, AreaError> {
        let other = |e: &Expr| e.area(others, kernel);
        let boxes = |list: Vec<Rect>| list.into_iter().map(Mark::Box).collect::<Vec<_>>();
        let mut marks = match self {
            Check::Width(rule) => edges(layer.width_check(rule)),
            Check::Notch(rule) => edges(layer.space_check(rule, Between::Same)),
            Check::Space(spacing) => {
                let to = spacing.to.as_ref().map(&other).transpose()?;
                spacing.found(layer, to.as_ref())?.into_iter().map(|f| f.mark).collect()
            }
            Check::Overlap(rule, e) => edges(layer.overlap_check(&other(e)?, rule)),
            Check::Area(least, None) => boxes(layer.area_check(i128::from(*least))),
            Check::Area(least, Some(of)) => boxes(other(of)?.area_check(i128::from(*least))),
            Check::HoleArea(least) => boxes(layer.hole_area_check(i128::from(*least))),
            Check::Size(size) => boxes(layer.size_check(*size)),
            Check::Angles(angles) => layer.angle_check(*angles).into_iter().map(Mark::Edge).collect(),
            Check::Grid(grid) => layer.grid_check(*grid).into_iter().map(Mark::Point).collect(),
            Check::Lies(axis) => {
                let lies = |p: &Polygon<'_>| {
                    let b = p.bbox();
                    let (x, y) = (i64::from(b.x1) - i64::from(b.x0), i64::from(b.y1) - i64::from(b.y0));
                    let along = if *axis == Axis::Horizontal { x >= y } else { y >= x };
                    along && p.area() == b.area()
                };
                layer.polygons().iter().filter(|p| !lies(p)).map(|p| Mark::Box(p.bbox())).collect()
            }
            Check::Encloses(r) => {
                let inner = other(&r.layer)?;
                margins(layer, &inner, r)
            }
            Check::Extends(r) => edges(layer.extension_check(&other(&r.layer)?, r.by)),
            Check::Tracks(_) => Vec::new(),
            Check::Inside(list) => inside(layer, list, &other)?,
            Check::Density(..) => Vec::new(),
        };
        marks.sort_unstable();
        marks.dedup();
        Ok(marks)
    }
}

fn edges(pairs: Vec<EdgePair>) -> Vec<Mark> {
    pairs.into_iter().map(|p| Mark::Edges([p.a, p.b], p.squared)).collect()
}

/// Where a layer does not reach far enough over what lies in it: edges that are too near, and what lies outside.
fn margins(outer: &Region, inner: &Region, r: &Reach) -> Vec<Mark> {
    let mut marks: Vec<Mark> = inner.not(outer).polygons().iter().map(|p| Mark::Box(p.bbox())).collect();
    if r.by > 0 {
        marks.extend(edges(outer.enclosure_check(inner, &Rule::new(r.by).metric(r.metric))));
    }
    if let Some(opposite) = r.opposite {
        marks.extend(edges(outer.opposite_enclosure_check(inner, opposite)));
    }
    marks
}

/// The islands that lie well in none of several layers.
fn inside(
    layer: &Region,
    list: &[Reach],
    other: &dyn Fn(&Expr) -> Result<Region, AreaError>,
) -> Result<Vec<Mark>, AreaError> {
    let islands = Islands::new(layer);
    let mut bad = vec![true; islands.len()];
    for r in list {
        let marks = margins(&other(&r.layer)?, layer, r);
        let mut broken = vec![false; islands.len()];
        for mark in &marks {
            let at = match mark {
                // The second edge is the inner layer's.
                Mark::Edges([_, b], _) => Rect::new(b[0], b[1]),
                Mark::Box(r) => *r,
                _ => continue,
            };
            islands.at_edge(&at, &mut |i| broken[i] = true);
        }
        bad.iter_mut().zip(broken).for_each(|(bad, broken)| *bad &= broken);
    }
    Ok(islands.boxes(&bad).into_iter().map(Mark::Box).collect())
}

/// The windows of each top whose covered share is out of bounds.
fn density(
    tree: &Tree,
    layers: &Layers,
    layer: LayerId,
    [least, most]: [i64; 2],
    side: i64,
    step: i64,
) -> Result<Violations, TreeError> {
    let mut out = Violations::default();
    for top in &tree.tops {
        // The chip is whatever is drawn at all, so that an empty layer is not dense enough either.
        let Some(frame) = layers.frame(tree, *top)? else { continue };
        let area = Region::merged(&layers.flat_shapes(tree, layer, *top)?);
        let narrow = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
        let (side, step) = ([narrow(side); 2], [narrow(step); 2]);
        let cannot = |e: TooManyWindows| TreeError::Area { cell: tree.names[*top].clone(), what: e.to_string() };
        let (mut marks, mut broken) = (Vec::new(), 0);
        for d in area.densities(&frame, side, step).map_err(cannot)? {
            let (covered, whole) = (d.covered * 1_000_000, d.window.area().max(1));
            if covered < whole * i128::from(least) || covered > whole * i128::from(most) {
                broken += 1;
                if marks.len() < KEPT {
                    marks.push(Mark::Window(d.window, (covered / whole) as i64));
                }
            }
        }
        if broken > 0 {
            out.in_cells += broken;
            out.flat += broken;
            out.cells.push((*top, marks));
        }
    }
    Ok(out)
}

/// A rule of distances, in the metric of rule books unless another one is said.
pub fn rule(distance: i32, metric: Metric) -> Rule {
    Rule::new(distance).metric(metric)
}
