//! Islands before and after, where cells are snapped in their own frames.

use migc_compiler::plan::{LayerAt, LayoutSource, TargetFormat};
use migc_layers::{LayerId, Layers, Scale, Side, Tree, TreeError, compare, islands, kept, scaled};
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
    let Carried { layers, before: (before, old), after: (after, new) } = Carried::new(map, from, library, outcome)?;
    let scaling = &map.shapes.scaling;
    let near = i32::try_from(scaling.grid).unwrap_or(i32::MAX);
    let ids: Vec<LayerId> = (0..layers.len() as u32).map(LayerId).collect();
    let scale = Scale { factors: scaling.factors, near };
    let sides = [Side { tree: &before, layers: &old }, Side { tree: &after, layers: &new }];
    let kept = kept(sides[0], sides[1], &ids, &scale);
    // Layers know nothing of one another; most of what one costs is too little to be shared by threads.
    let look = |(i, layer): (usize, &&str)| {
        let (id, layer) = (LayerId(i as u32), (*layer).to_owned());
        if let Some(n) = kept[i] {
            return Ok(Torn { layer, before: n, after: n, lost: 0, places: Vec::new() });
        }
        let (a, b) = (islands(&before, &old, id)?, islands(&after, &new, id)?);
        let differences = compare(&before, &a, &b, near, &|r| scaled(r, scaling.factors));
        let name = |c: usize| before.names.get(c).cloned().unwrap_or_default();
        let places = differences.places.into_iter().map(|(c, r)| (name(c), r)).collect();
        Ok(Torn { layer, before: a.flat, after: b.flat, lost: differences.lost, places })
    };
    layers.par_iter().enumerate().map(look).collect()
}

/// The layers that are carried over, before and after: all that is asked of islands is asked of these.
pub(super) struct Carried<'p> {
    /// Their names; each is known by its place here.
    pub(super) layers: Vec<&'p str>,
    pub(super) before: (Tree, Layers),
    pub(super) after: (Tree, Layers),
}

impl<'p> Carried<'p> {
    /// Reads both sides.
    pub(super) fn new(
        map: &LayoutMap<'_>,
        from: &'p LayoutSource,
        library: &Library,
        outcome: &Outcome,
    ) -> Result<Carried<'p>, TreeError> {
        let carried = carried(map, from);
        let id = |at: Option<usize>| at.map(|i| LayerId(i as u32));
        let (before, after) = rayon::join(
            || side(library, &|l, d| id(carried.iter().position(|(s, _)| from.layers[*s].holds(l, d)))),
            || side(&outcome.library, &|l, d| id(carried.iter().position(|(_, to)| *to == (l, d)))),
        );
        let layers = carried.iter().map(|(s, _)| from.layers[*s].name.as_str()).collect();
        Ok(Carried { layers, before: before?, after: after? })
    }
}

/// Where each layer of shapes is after snapping: in the target, or on the way to what is computed of it.
fn carried(map: &LayoutMap<'_>, from: &LayoutSource) -> Vec<(usize, (u32, u32))> {
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
