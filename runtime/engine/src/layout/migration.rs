//! What the plan says of carrying over, scaling and snapping, as layouts know it.

use migc_compiler::plan::{self, LayerAt, LayoutSource, TargetFormat};
use migc_layout::{Library, Migration, Numbers, Override, Route, Scaling};

use super::computed::number;
use super::work::{LayoutMap, compared};

/// What the plan says of carrying over, scaling and snapping.
pub(super) fn migration(map: &LayoutMap<'_>, from: &LayoutSource, to: &[plan::Layer], library: &Library) -> Migration {
    let TargetFormat::Layout { dbu, .. } = &map.plan.targets[map.to].format else { return Migration::default() };
    let mut routes = Vec::new();
    for (s, t) in &map.shapes.routes {
        let (s, name) = (&from.layers[*s], to[*t].name.clone());
        routes.push(Route {
            from: numbers(&s.numbers),
            texts: s.texts,
            to: number(LayerAt::Target(*t), to),
            to_name: name,
        });
    }
    // What is computed with is carried over under a number of the program's own.
    let mut read: Vec<LayerAt> = Vec::new();
    read.extend(compared(&map.shapes.verify));
    let steps = map.shapes.steps.iter().chain(&from.lets);
    steps.for_each(|step| step.value.each_layer(&mut |at| read.push(at)));
    read.sort_unstable();
    read.dedup();
    for at in read {
        let (from, name) = match at {
            LayerAt::Source(i) => (numbers(&from.layers[i].numbers), from.layers[i].name.clone()),
            LayerAt::Drawn(i) => {
                let (layer, datatype) = number(at, to);
                (vec![Numbers { layer, first: datatype, last: datatype }], from.lets[i].name.clone())
            }
            LayerAt::Target(_) | LayerAt::Let(_) => continue,
        };
        routes.push(Route { from, texts: false, to: number(at, to), to_name: name });
    }
    // What was drawn for another such layer alone goes nowhere.
    let mut ignored = numbers(&from.ignored);
    ignored.push(Numbers { layer: number(LayerAt::Drawn(0), to).0, first: 0, last: u32::MAX });
    let names: Vec<String> = match map.shapes.overrides.is_empty() {
        true => Vec::new(),
        false => library.cells.iter().map(|c| c.name.to_string()).collect(),
    };
    let apart = |o: &plan::ScaleOverride| Override {
        cells: names.iter().map(|n| o.pattern.fills(n).is_some()).collect(),
        scaling: scaling(&o.scaling),
    };
    Migration {
        routes,
        ignored,
        ignore_others: from.ignore_others,
        every: map.shapes.every,
        reserved: to
            .iter()
            .enumerate()
            .map(|(i, l)| (l.texts, number(LayerAt::Target(i), to), l.name.clone()))
            .collect(),
        scaling: scaling(&map.shapes.scaling),
        overrides: map.shapes.overrides.iter().map(apart).collect(),
        source_grid: from.grid.map_or(1, |grid| grid / from.dbu).max(1),
        dbu: *dbu,
    }
}

fn scaling(of: &plan::Scaling) -> Scaling {
    Scaling {
        factors: of.factors,
        grid: of.grid,
        periods: of.periods,
        on_pitch: of.on_pitch,
        ties: of.ties,
        variants: of.variants,
    }
}

fn numbers(of: &[plan::Numbers]) -> Vec<Numbers> {
    of.iter().map(|n| Numbers { layer: n.layer.into(), first: n.first.into(), last: n.last.into() }).collect()
}
