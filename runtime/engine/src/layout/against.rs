//! A layout held against what a spec says of its source, without running: numbers, units, promises, and a dry pass that
//! tells what snapping would cost.

use std::collections::BTreeMap;
use std::path::Path;

use migc_compiler::plan::{LayerAt, LayoutSource, Plan, SourceFormat, Work};
use migc_grammar::span::Span;
use migc_layout::{Element, Fault, Kind, Library, MigrateError, faults};

use super::kernel::Deciders;
use super::migration::migration;
use super::work::{LayoutMap, drawn_computer};
use super::{cells::leave_out, files, keeps_its_unit, scale_mark, violations};
use crate::error::RunError;

/// Places that are named of each finding.
const NAMED: usize = 3;

/// What a layout has and its spec does not say, or the other way round.
#[derive(Debug, Clone, PartialEq)]
pub enum LayoutDrift {
    /// The file has another format or unit than promised; a sentence.
    Promise(String),
    /// A number that is neither declared nor ignored.
    Number {
        /// The layer and the datatype, or texttype.
        number: (u32, u32),
        /// Whether texts stand on it.
        texts: bool,
        /// How many elements stand on it.
        count: u64,
        /// A cell that has some.
        cell: String,
        /// The layer of the other kind that is declared with this number, by its place.
        other: Option<usize>,
    },
    /// A layer, by its place, that the file lacks.
    Empty(usize),
    /// Points off the promised grid.
    OffGrid {
        /// The layer, by its place; `None` are instances.
        layer: Option<usize>,
        /// How many there are.
        count: u64,
        /// The first ones.
        places: Vec<(String, [i32; 2])>,
    },
    /// A rule that a layer promises, and that does not hold.
    Broken {
        /// Where it stands in the spec.
        at: Span,
        /// The layer or the device.
        name: String,
        /// The rule, as written.
        rule: String,
        /// How often it is broken, seen from the tops.
        count: u64,
        /// The first places.
        places: Vec<(String, [i32; 2])>,
    },
    /// Something in the hierarchy that no run takes.
    Fault(Fault),
    /// Something else that the map cannot scale; a sentence.
    Refused(String),
    /// Cells that need several variants.
    Variants(Variants),
}

/// What snapping costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variants {
    /// The cells with how many variants they need, the most first.
    pub cells: Vec<(String, usize)>,
    /// How many a cell may have; `None` is as many as it takes.
    pub allowed: Option<u32>,
    /// Whether a run refuses them.
    pub refused: bool,
    /// How many cells the source has, and the target would have.
    pub in_all: [u64; 2],
    /// How many shapes and texts the source has, and the target would have.
    pub elements: [u64; 2],
}

/// Holds a layout against a source of layouts, given by its place in the plan.
///
/// # Errors
/// If the file cannot be read, or the program of its map cannot be compiled.
pub fn compare_layout(plan: &Plan, source: usize, path: &Path) -> Result<Vec<LayoutDrift>, RunError> {
    let Some(SourceFormat::Layout(from)) = plan.sources.get(source).map(|s| &s.format) else { return Ok(Vec::new()) };
    let failed = |why: String| RunError::Layout { path: path.to_owned(), why };
    let library = migc_layout::read_path(path).map_err(|e| failed(e.to_string()))?;
    let mut found = Vec::new();
    let promises = [files::keeps_its_format(from.file, &library), keeps_its_unit(from, &library)];
    let unit = promises[1].is_ok();
    found.extend(promises.into_iter().filter_map(|p| p.err().map(LayoutDrift::Promise)));
    let pass = plan.passes.iter().find(|p| p.source == source);
    let shapes = pass.and_then(|p| if let Work::Shapes(shapes) = &p.work { Some((p, shapes)) } else { None });
    numbers(from, &library, shapes.is_some_and(|(_, s)| s.every), &mut found);
    if unit {
        off_grid(from, &library, &mut found);
    }
    // Where cells are scaled by themselves, the dry pass says which turns cannot be.
    let faults = faults(&library, shapes.is_none_or(|(_, s)| s.scaling.is_even() || !s.overrides.is_empty()));
    let sound = faults.is_empty();
    found.extend(faults.into_iter().map(LayoutDrift::Fault));
    if sound && unit {
        let map = shapes.map(|(pass, shapes)| {
            let to = pass.program.targets().first().copied().unwrap_or_default();
            LayoutMap { plan, pass, to, shapes, run: "", place: &|_| String::new(), native: true, progress: None }
        });
        let scaled = map.as_ref().map(|map| scale_mark(map, from, &library));
        found.extend(scaled.and_then(Result::err).map(LayoutDrift::Promise));
        computed(plan, from, map.as_ref(), library, &mut found)?;
    }
    Ok(found)
}

/// The layer of a kind that has a number, by its place.
fn layer_of(from: &LayoutSource, layer: u32, datatype: u32, texts: bool) -> Option<usize> {
    from.layers.iter().position(|l| l.texts == texts && l.holds(layer, datatype))
}

/// Numbers that are not declared, and layers that are not there; `every` carries over what is not declared.
fn numbers(from: &LayoutSource, library: &Library, every: bool, found: &mut Vec<LayoutDrift>) {
    let mut on: BTreeMap<(u32, u32, bool), (u64, usize)> = BTreeMap::new();
    for (i, cell) in library.cells.iter().enumerate() {
        for e in cell.elements.iter().filter(|e| is_drawn(e)) {
            let texts = matches!(e.kind, Kind::Text(_));
            on.entry((e.layer, e.datatype, texts)).or_insert((0, i)).0 += 1;
        }
    }
    let mut there = vec![false; from.layers.len()];
    for ((layer, datatype, texts), (count, cell)) in on {
        if let Some(i) = layer_of(from, layer, datatype, texts) {
            there[i] = true;
            continue;
        }
        let ignored = from.ignored.iter().any(|n| n.hold(layer, datatype));
        if !every && !from.ignore_others && !ignored {
            let other = layer_of(from, layer, datatype, !texts);
            let cell = library.cells[cell].name.to_string();
            found.push(LayoutDrift::Number { number: (layer, datatype), texts, count, cell, other });
        }
    }
    let empty = there.iter().enumerate().filter(|(_, there)| !**there);
    found.extend(empty.map(|(i, _)| LayoutDrift::Empty(i)));
}

/// Whether an element stands on a layer.
fn is_drawn(e: &Element) -> bool {
    e.placement().is_none() && !matches!(e.kind, Kind::Extension(_))
}

/// Cells, and points in them.
type Places = Vec<(String, [i32; 2])>;

/// Points that are not on the grid that the source promises: of declared layers, and of instances.
fn off_grid(from: &LayoutSource, library: &Library, found: &mut Vec<LayoutDrift>) {
    let (Some(grid), dbu) = (from.grid, from.dbu) else { return };
    let Some(step) = i32::try_from(grid / dbu).ok().filter(|step| *step > 1) else { return };
    let mut off: BTreeMap<Option<usize>, (u64, Places)> = BTreeMap::new();
    for cell in &library.cells {
        for e in &cell.elements {
            let layer = match e.placement() {
                Some(_) => None,
                None if !is_drawn(e) => continue,
                None => match layer_of(from, e.layer, e.datatype, matches!(e.kind, Kind::Text(_))) {
                    Some(i) => Some(i),
                    None => continue,
                },
            };
            let points = match (cell.points_of(e), layer) {
                // The points of an array lie at its far ends; its origin is what stands on a grid.
                ([at, ..], None) => std::slice::from_ref(at),
                ([first, rest @ .., last], Some(_)) if first == last => &cell.points_of(e)[..=rest.len()],
                (points, _) => points,
            };
            for p in points.iter().filter(|p| p.iter().any(|c| c % step != 0)) {
                let (count, places) = off.entry(layer).or_default();
                *count += 1;
                if places.len() < NAMED && places.last().is_none_or(|(_, at)| at != p) {
                    places.push((cell.name.to_string(), *p));
                }
            }
        }
    }
    found.extend(off.into_iter().map(|(layer, (count, places))| LayoutDrift::OffGrid { layer, count, places }));
}

/// What needs areas and the map: promises of layers, and the price of snapping.
fn computed(
    plan: &Plan,
    from: &LayoutSource,
    map: Option<&LayoutMap<'_>>,
    mut library: Library,
    found: &mut Vec<LayoutDrift>,
) -> Result<(), RunError> {
    if !from.promises.is_empty() || !from.lets.is_empty() || !from.devices.is_empty() {
        let deciders = Deciders::new(&from.programs, &plan.codes, true)?;
        let checked = drawn_computer(from, &library, &deciders).and_then(|computer| {
            let rules = (from.promises.as_slice(), from.joins.as_slice(), from.devices.as_slice());
            let checked = violations::check(&computer, ("", from.dbu), rules, &from.layers, LayerAt::Source)?;
            for step in &from.lets {
                computer.write(step.to, super::computed::number(step.to, &[]), &mut library.cells)?;
            }
            Ok(checked)
        });
        match checked {
            Ok(checked) => found.extend(checked.broken().into_iter().map(|b| LayoutDrift::Broken {
                at: b.rule.at,
                name: b.rule.name.to_owned(),
                rule: b.rule.text.clone(),
                count: b.count,
                places: b.places,
            })),
            Err(e) => {
                found.push(LayoutDrift::Refused(e.to_string()));
                return Ok(());
            }
        }
    }
    let Some(map) = map else { return Ok(()) };
    leave_out(map, &mut library);
    let (from, to) = map.sides()?;
    let allowed = map.shapes.scaling.variants;
    let mut dry = migration(map, from, to, &library);
    dry.ignore_others = !map.shapes.every;
    let as_written = dry.clone();
    dry.scaling.variants = None;
    dry.overrides.iter_mut().for_each(|o| o.scaling.variants = None);
    match map.migrate(&library, &dry)? {
        Ok(mut outcome) if !outcome.variants.is_empty() => {
            outcome.variants.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let layers = || outcome.counts.layers.iter().filter(|(key, _)| key.layer < super::computed::OWN);
            let read = layers().map(|(_, c)| c.read - c.ignored).sum();
            let out = layers().map(|(_, c)| c.out).sum();
            let in_all = [outcome.counts.cells_read, outcome.counts.cells_written];
            let refused = matches!(map.migrate(&library, &as_written)?, Err(MigrateError::Snap(_)));
            found.push(LayoutDrift::Variants(Variants {
                cells: outcome.variants,
                allowed,
                refused,
                in_all,
                elements: [read, out],
            }));
        }
        Ok(_) => {}
        Err(e) => found.push(LayoutDrift::Refused(e.to_string())),
    }
    Ok(())
}
