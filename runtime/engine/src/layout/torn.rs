//! Islands before and after, where cells are snapped in their own frames.

use migc_compiler::plan::{self, LayerAt, LayoutSource, TargetFormat};
use migc_layers::{LayerId, Layers, Scale, Side, Tree, TreeError, compare, islands, kept};
use migc_layout::{Library, Outcome};
use rayon::prelude::*;

use super::computed::number;
use super::work::LayoutMap;

/// Looks whether islands are the same before and after: cells that are snapped in their own frames can tear what they
/// share with their neighbours. Layers by name.
pub(super) fn torn(
    map: &LayoutMap<'_>,
    from: &LayoutSource,
    library: &Library,
    outcome: &Outcome,
) -> Result<Vec<Torn>, TreeError> {
    let carried = carried(map, from);
    let place = |of: &dyn Fn(usize) -> bool| (0..carried.len()).find(|i| of(*i)).map(|i| LayerId(i as u32));
    let sides = rayon::join(
        || side(library, &|l, d| place(&|i| on_numbers(&from.layers[carried[i].0].numbers, l, d))),
        || side(&outcome.library, &|l, d| place(&|i| carried[i].1 == (l, d))),
    );
    let ((before, old), (after, new)) = (sides.0?, sides.1?);
    let scaling = &map.shapes.scaling;
    let near = i32::try_from(scaling.grid).unwrap_or(i32::MAX);
    let moved = |r: &migc_geometry::Rect| {
        let scaled = |v: i32, axis: usize| {
            let (m, d) = scaling.factors[axis];
            // 64 bits hold nearly all, and are divided in a tenth of the time.
            match i64::from(v).checked_mul(m) {
                Some(wide) => i32::try_from(wide.div_euclid(d)).ok(),
                None => i32::try_from((i128::from(v) * i128::from(m)).div_euclid(i128::from(d))).ok(),
            }
        };
        Some(migc_geometry::Rect {
            x0: scaled(r.x0, 0)?,
            y0: scaled(r.y0, 1)?,
            x1: scaled(r.x1, 0)?,
            y1: scaled(r.y1, 1)?,
        })
    };
    let ids: Vec<LayerId> = (0..carried.len() as u32).map(LayerId).collect();
    let scale = Scale { factors: scaling.factors, near };
    let sides = [Side { tree: &before, layers: &old }, Side { tree: &after, layers: &new }];
    let kept = kept(sides[0], sides[1], &ids, &scale);
    // Layers know nothing of one another; most of what one costs is too little to be shared by threads.
    let look = |(i, (s, _)): (usize, &(usize, (u32, u32)))| {
        let id = LayerId(i as u32);
        let layer = from.layers[*s].name.clone();
        if let Some(n) = kept[i] {
            return Ok(Torn { layer, before: n, after: n, lost: 0, places: Vec::new() });
        }
        let (a, b) = (islands(&before, &old, id)?, islands(&after, &new, id)?);
        let differences = compare(&before, &a, &b, near, &moved);
        let name = |c: usize| before.names.get(c).cloned().unwrap_or_default();
        let places = differences.places.into_iter().map(|(c, r)| (name(c), r)).collect();
        Ok(Torn { layer, before: a.flat, after: b.flat, lost: differences.lost, places })
    };
    carried.par_iter().enumerate().map(look).collect()
}

/// Where each layer of shapes is after snapping: in the target, or on the way to what is computed of it.
pub(super) fn carried(map: &LayoutMap<'_>, from: &LayoutSource) -> Vec<(usize, (u32, u32))> {
    let TargetFormat::Layout { layers: to, .. } = &map.plan.targets[map.to].format else { return Vec::new() };
    let mut read: Vec<LayerAt> = Vec::new();
    map.shapes.steps.iter().for_each(|s| s.value.each_layer(&mut |at| read.push(at)));
    let mut carried = Vec::new();
    for s in (0..from.layers.len()).filter(|s| !from.layers[*s].texts) {
        match map.shapes.routes.iter().find(|(from, _)| *from == s) {
            Some((_, t)) => carried.push((s, number(LayerAt::Target(*t), to))),
            None if read.contains(&LayerAt::Source(s)) => carried.push((s, number(LayerAt::Source(s), to))),
            None => {}
        }
    }
    carried
}

/// Whether a layer and datatype are among some numbers.
pub(super) fn on_numbers(of: &[plan::Numbers], layer: u32, datatype: u32) -> bool {
    of.iter().any(|n| u32::from(n.layer) == layer && (u32::from(n.first)..=u32::from(n.last)).contains(&datatype))
}

/// A library as it is looked at.
fn side(library: &Library, layer: &(dyn Fn(u32, u32) -> Option<LayerId> + Sync)) -> Result<(Tree, Layers), TreeError> {
    Ok((Tree::new(library)?, Layers::read(library, layer)?))
}

/// The islands of a layer before and after.
#[derive(Debug, Default)]
pub(super) struct Torn {
    pub(super) layer: String,
    pub(super) before: u64,
    pub(super) after: u64,
    /// Islands that are not found again.
    pub(super) lost: u64,
    pub(super) places: Vec<(String, migc_geometry::Rect)>,
}
