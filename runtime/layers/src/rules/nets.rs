//! Spaces between polygons of other nets, or of the same.
//!
//! A net is known from a top only. So what is too near is looked for as any rule is, in the lowest cell that has it whole,
//! and then counted wherever its cell stands: as often as both polygons are of other nets there.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use migc_geometry::{OutOfRange, Point, Region, Shapes};

use super::{KEPT, Spacing, Violations};
use crate::islands::Islands;
use crate::{LayerId, Layers, MeasureKernel, Nets, Transform, Tree, TreeError, local};

/// Between which nets a space counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnNets {
    /// Those that have no net in common.
    Other,
    /// Those that have one, and the sides of one polygon.
    Same,
}

/// A layer whose polygons are of nets, seen from one top.
pub enum Carrier<'n> {
    /// A conductor, by its place: each polygon is of one net.
    Conductor(&'n Nets, usize),
    /// A cut: each polygon is of the nets of whatever it joins.
    Cut(CutNets),
}

/// The nets of cuts.
pub struct CutNets {
    islands: Islands,
    nets: Vec<Vec<u32>>,
}

impl<'n> Carrier<'n> {
    /// The nets of a cut that joins these conductors.
    pub fn cut(area: &Region, conductors: &[usize], nets: &Nets) -> Carrier<'n> {
        let islands = Islands::new(area);
        let mut of = vec![Vec::new(); islands.len()];
        for conductor in conductors {
            islands.each_part(&mut |r, island| nets.under(*conductor, r, &mut |net| of[island].push(net)));
        }
        for list in &mut of {
            list.sort_unstable();
            list.dedup();
        }
        Carrier::Cut(CutNets { islands, nets: of })
    }

    /// The nets of the polygon that has a corner there.
    fn at(&self, corner: Point) -> Vec<u32> {
        match self {
            Carrier::Conductor(nets, conductor) => nets.at(*conductor, corner).into_iter().collect(),
            Carrier::Cut(cuts) => {
                let mut found: Option<usize> = None;
                cuts.islands.at_point(corner, &mut |i| found = Some(found.map_or(i, |f| f.min(i))));
                found.map_or(Vec::new(), |i| cuts.nets[i].clone())
            }
        }
    }
}

/// Checks a rule of spaces on other nets, or on the same. `carriers` are, for each top, the layer and the one to which
/// the space is; the same twice, if it is between the polygons of one.
pub fn check_on_nets(
    tree: &Tree,
    layers: &Layers,
    layer: LayerId,
    others: &[LayerId],
    rule: &Spacing,
    kernel: &dyn MeasureKernel,
    carriers: &[[&Carrier<'_>; 2]],
) -> Result<Violations, TreeError> {
    let on = rule.nets.unwrap_or(OnNets::Other);
    let inputs: Vec<LayerId> = [&[layer], others].concat();
    let turns = rule.to.as_ref().is_some_and(|e| e.turns());
    let reach = rule.rule.distance.saturating_add(rule.to.as_ref().map_or(0, |e| e.reach()).saturating_mul(2));
    let done = local(tree, layers, &inputs, reach, turns, &|shapes: &[Shapes]| {
        let [layer, others @ ..] = shapes else { return Ok(Vec::new()) };
        let to = rule.to.as_ref().map(|e| e.area(others, kernel)).transpose()?;
        let mut found: Vec<_> = rule.found(&Region::merged(layer), to.as_ref())?;
        found.sort_unstable_by(|a, b| (&a.mark, a.corners).cmp(&(&b.mark, b.corners)));
        found.dedup_by(|a, b| a.mark == b.mark && a.corners == b.corners);
        Ok(found)
    })?;
    let cells: Vec<Vec<_>> = done.cells.into_iter().map(Option::unwrap_or_default).collect();
    let mut counts: Vec<Vec<u64>> = cells.iter().map(|c| vec![0; c.len()]).collect();
    let below = holding(tree, &cells.iter().map(|c| !c.is_empty()).collect::<Vec<_>>());
    for (top, carriers) in tree.tops.iter().zip(carriers) {
        each_stand(tree, &below, *top, &Transform::NONE, &mut |cell, seen| {
            // Most polygons are in several pairs.
            let mut known: [BTreeMap<Point, Vec<u32>>; 2] = Default::default();
            for (found, count) in cells[cell].iter().zip(&mut counts[cell]) {
                for ((known, carrier), corner) in known.iter_mut().zip(carriers).zip(found.corners) {
                    if let Entry::Vacant(free) = known.entry(corner) {
                        let failed =
                            |e: OutOfRange| TreeError::Area { cell: tree.names[cell].clone(), what: e.to_string() };
                        free.insert(carrier.at(seen.point(corner).map_err(failed)?));
                    }
                }
                let [a, b] = [0, 1].map(|side: usize| known[side].get(&found.corners[side]));
                let one = rule.to.is_none() && found.corners[0] == found.corners[1];
                let shared = one || a.zip(b).is_some_and(|(a, b)| a.iter().any(|net| b.contains(net)));
                *count += u64::from(shared == (on == OnNets::Same));
            }
            Ok(())
        })?;
    }
    let mut out = Violations::default();
    for (cell, (found, counts)) in cells.into_iter().zip(counts).enumerate() {
        let stands = found.into_iter().zip(counts).filter(|(_, count)| *count > 0);
        let mut marks = Vec::new();
        for (found, count) in stands {
            out.in_cells += 1;
            out.flat += count;
            if marks.len() < KEPT {
                marks.push(found.mark);
            }
        }
        if !marks.is_empty() {
            out.cells.push((cell, marks));
        }
    }
    Ok(out)
}

/// Which cells have something, themselves or in what they place.
fn holding(tree: &Tree, own: &[bool]) -> Vec<bool> {
    let mut has = own.to_vec();
    for cell in tree.levels.iter().flatten() {
        has[*cell] |= tree.places[*cell].iter().any(|p| has[p.cell as usize]);
    }
    has
}

/// Calls `f` with each cell that a top has of those that hold something, and how it stands there.
fn each_stand(
    tree: &Tree,
    holds: &[bool],
    cell: usize,
    seen: &Transform,
    f: &mut dyn FnMut(usize, &Transform) -> Result<(), TreeError>,
) -> Result<(), TreeError> {
    if !holds[cell] {
        return Ok(());
    }
    f(cell, seen)?;
    let mut each = tree.places[cell].iter();
    each.try_for_each(|p| each_stand(tree, holds, p.cell as usize, &seen.after(&p.seen), f))
}
