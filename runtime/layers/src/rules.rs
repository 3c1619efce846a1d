//! Rules of layers, and what breaks them.
//!
//! A rule is checked as anything else is computed: on clusters, in the lowest cell that has them whole. What breaks it is
//! marked there, once for all placements of the cell, and counted as often as the cell stands in a top.

use migc_geometry::{Angles, Between, EdgePair, Metric, Point, Rect, Region, Rule, Shapes, Size};

use crate::index::Index;
use crate::islands::Islands;
use crate::{AreaError, Expr, LayerId, Layers, MeasureKernel, Tree, TreeError, local};

/// How far a layer reaches beyond another: on all sides, and on two opposite ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The other layer, of the inputs behind the checked one.
    pub layer: Expr,
    /// On all sides, in database units.
    pub by: i32,
    /// On two opposite sides at least.
    pub opposite: Option<i32>,
}

/// What is checked of a layer. Lengths are in database units, areas in their squares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Check {
    /// From edge to edge inside a polygon.
    Width(Rule),
    /// Between polygons and the sides of a notch; only of what is wider than a width, where one is given.
    Space(Rule, Option<i32>),
    /// To another layer.
    SpaceTo(Rule, Expr),
    /// Between the sides of a notch.
    Notch(Rule),
    /// Within both layers.
    Overlap(Rule, Expr),
    /// The least area of a polygon.
    Area(i64),
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
    let inputs: Vec<LayerId> = [&[layer], others].concat();
    let turns = rule.others().any(Expr::turns);
    let done = local(tree, layers, &inputs, rule.reach(), turns, &|shapes: &[Shapes]| {
        let [layer, others @ ..] = shapes else { return Ok(Vec::new()) };
        rule.marks(&Region::merged(layer), others, kernel)
    })?;
    let mut out = Violations::default();
    for ((cell, marks), stands) in done.cells.into_iter().enumerate().zip(tree.stands()) {
        let Some(mut marks) = marks.filter(|m| !m.is_empty()) else { continue };
        out.in_cells += marks.len() as u64;
        out.flat += marks.len() as u64 * stands;
        marks.truncate(KEPT);
        out.cells.push((cell, marks));
    }
    Ok(out)
}

impl Check {
    /// The expressions in it.
    fn others(&self) -> impl Iterator<Item = &Expr> {
        let (one, list): (Option<&Expr>, &[Reach]) = match self {
            Check::SpaceTo(_, e) | Check::Overlap(_, e) => (Some(e), &[]),
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
            Check::Width(r) | Check::Space(r, _) | Check::SpaceTo(r, _) | Check::Notch(r) | Check::Overlap(r, _) => {
                r.distance
            }
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
            Check::Space(rule, None) => edges(layer.space_check(rule, Between::Any)),
            Check::Space(rule, Some(wide)) => wide_spaces(layer, rule, *wide)?,
            Check::SpaceTo(rule, e) => {
                let other = other(e)?;
                // What overlaps is at no distance at all.
                let mut marks = edges(layer.separation_check(&other, rule));
                marks.extend(layer.and(&other).polygons().iter().map(|p| Mark::Box(p.bbox())));
                marks
            }
            Check::Overlap(rule, e) => edges(layer.overlap_check(&other(e)?, rule)),
            Check::Area(least) => boxes(layer.area_check(i128::from(*least))),
            Check::HoleArea(least) => boxes(layer.hole_area_check(i128::from(*least))),
            Check::Size(size) => boxes(layer.size_check(*size)),
            Check::Angles(angles) => layer.angle_check(*angles).into_iter().map(|e| Mark::Edge(e)).collect(),
            Check::Grid(grid) => layer.grid_check(*grid).into_iter().map(Mark::Point).collect(),
            Check::Encloses(r) => {
                let inner = other(&r.layer)?;
                margins(layer, &inner, r)
            }
            Check::Extends(r) => edges(layer.extension_check(&other(&r.layer)?, r.by)),
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
        marks.extend(edges(outer.enclosure_check(inner, &Rule::new(r.by))));
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

/// Where what is wider than `wide` is too near to anything else of its layer.
fn wide_spaces(layer: &Region, rule: &Rule, wide: i32) -> Result<Vec<Mark>, AreaError> {
    let half = wide / 2 + wide % 2;
    let parts = Region::sized(&Region::sized(layer, -half, -half)?, half, half)?;
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let strips = parts.strips();
    let index = Index::new(strips.iter().map(|r| Some(*r)));
    let on = |edge: &[Point; 2]| {
        let mut met = false;
        let edge = Rect::new(edge[0], edge[1]);
        index.touching(&edge, &mut |k| {
            let r = &strips[k as usize];
            // More than a corner in common.
            let (x, y) = (r.x1.min(edge.x1) - r.x0.max(edge.x0), r.y1.min(edge.y1) - r.y0.max(edge.y0));
            met |= x > 0 || y > 0;
        });
        met
    };
    let pairs = layer.space_check(rule, Between::Any);
    Ok(edges(pairs.into_iter().filter(|p| on(&p.a) || on(&p.b)).collect()))
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
        let area = Region::merged(&layers.flat(tree, layer, *top)?.to_shapes());
        // The chip is whatever is drawn at all, so that an empty layer is not dense enough either.
        let Some(b) = layers.frame(tree, *top)? else { continue };
        let mut marks = Vec::new();
        let strips = area.strips();
        let index = Index::new(strips.iter().map(|r| Some(*r)));
        let starts = |from: i32, to: i32| {
            let (from, last) = (i64::from(from), (i64::from(to) - side).max(i64::from(from)));
            // The last window ends where the chip does.
            let steps = (last - from + step - 1) / step;
            (0..=steps).map(move |k| (from + k * step).min(last))
        };
        let windows = |from: i32, to: i32| starts(from, to).size_hint().0 as u64;
        let count = windows(b.x0, b.x1).saturating_mul(windows(b.y0, b.y1));
        if count > MOST_WINDOWS {
            let what = format!("its density would be looked at in {count} windows, and at most {MOST_WINDOWS} are");
            return Err(TreeError::Area { cell: tree.names[*top].clone(), what });
        }
        for y in starts(b.y0, b.y1) {
            for x in starts(b.x0, b.x1) {
                let end = |v: i64, last: i32| i32::try_from(v + side).unwrap_or(i32::MAX).min(last);
                let window = Rect { x0: x as i32, y0: y as i32, x1: end(x, b.x1), y1: end(y, b.y1) };
                let mut covered = 0;
                index.touching(&window, &mut |k| {
                    let r = &strips[k as usize];
                    let cut = Rect {
                        x0: r.x0.max(window.x0),
                        y0: r.y0.max(window.y0),
                        x1: r.x1.min(window.x1),
                        y1: r.y1.min(window.y1),
                    };
                    covered += cut.area();
                });
                let share = (covered * 1_000_000 / window.area().max(1)) as i64;
                if !(least..=most).contains(&share) {
                    marks.push(Mark::Window(window, share));
                }
            }
        }
        marks.sort_unstable();
        marks.dedup();
        if !marks.is_empty() {
            out.in_cells += marks.len() as u64;
            out.flat += marks.len() as u64;
            marks.truncate(KEPT);
            out.cells.push((*top, marks));
        }
    }
    Ok(out)
}

/// More windows than this are refused: no rule needs them, and they would take for ever.
const MOST_WINDOWS: u64 = 10_000_000;

/// A rule of distances, in the metric of rule books unless another one is said.
pub fn rule(distance: i32, metric: Metric) -> Rule {
    Rule::new(distance).metric(metric)
}
