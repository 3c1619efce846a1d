//! The migration of a layout: every cell scaled and snapped as its placements see it, with as few variants as exactness
//! allows.
//!
//! Placements whose origins have one residue modulo the period snap alike, and variants whose content came out the same
//! are one. Both are decided from the leaves up, so that a parent sees its children's shared variants.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use rayon::prelude::*;

use crate::copies::Room;
use crate::counts::{Counts, Key, LayoutReject};
use crate::error::{MigrateError, SnapRefused};
use crate::head;
use crate::hierarchy::hierarchy;
use crate::library::Library;
use crate::migration::{Migration, Scaling, VertexKernel, gcd, ways};
use crate::model::*;
use crate::nodes::{Node, Nodes};
use crate::recipe::{Recipe, Settings};
use crate::variant::{Below, Fate, Variant, variant};

/// What a migration gives.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The migrated library.
    pub library: Library,
    /// The cell of the source that each cell of the result comes from, by its place.
    pub origins: Vec<usize>,
    /// The account; it balances.
    pub counts: Counts,
    /// Shapes that snapping leaves no area, in the order of the source.
    pub rejects: Vec<LayoutReject>,
    /// The cells with more than one variant, and how many; in the order of the source.
    pub variants: Vec<(String, usize)>,
    /// What else is worth saying, as sentences.
    pub notes: Vec<String>,
}

/// A cell that is done: its variants, each with the node that it was built for, and which of them serves which stand.
#[derive(Default)]
struct Done {
    variants: Vec<(usize, Variant)>,
    names: Vec<Name>,
    /// By node of the cell, and place in the node's sorted list of stands.
    serves: Vec<Vec<u32>>,
}

/// Variants built before they are compared, so that their memory stays bounded.
const BATCH: usize = 256;

/// Migrates a library. The result flattened is the source flattened, its vertices run through the kernel.
pub fn migrate(lib: &Library, m: &Migration, kernel: &dyn VertexKernel) -> Result<Outcome, MigrateError> {
    migrate_with(lib, m, &[kernel])
}

/// Migrates a library with the kernels of the map and of each override, in order.
pub fn migrate_with(lib: &Library, m: &Migration, kernels: &[&dyn VertexKernel]) -> Result<Outcome, MigrateError> {
    m.check()?;
    if kernels.len() != m.overrides.len() + 1 {
        return Err(MigrateError::Numbers("there is not one kernel for each scaling".into()));
    }
    let ways = ways(lib, m)?;
    let h = hierarchy(lib)?;
    let settings = m.scalings().map(|s| settings(lib, m, s)).collect::<Result<_, _>>()?;
    let mut nodes = Nodes::new(lib, m, &h, &ways, settings)?;
    // Points are the same in each node of a cell.
    let off_grid = nodes.of.iter().filter_map(|of| of.first()).map(|n| nodes.all[*n].recipe.off_grid).sum();
    if off_grid > 0 {
        nodes.settings.iter_mut().zip(m.scalings()).for_each(|(s, m)| s.ties |= m.ties_off_grid());
    }
    nodes.stand(&h);
    let taken: HashSet<&[u8]> = lib.cells.iter().map(|c| c.name.bytes()).collect();
    let mut done: Vec<Done> = lib.cells.iter().map(|_| Done::default()).collect();
    for level in &h.levels {
        let built: Vec<Result<Done, MigrateError>> = level
            .par_iter()
            .map(|c| {
                let named = |zone: usize, child: usize, b: Below| {
                    let (node, stand) = nodes.below(zone, child, b);
                    let which = nodes.of[child].iter().position(|n| *n == node).unwrap_or_default();
                    let at = nodes.all[node].stands.binary_search(&stand).unwrap_or(0);
                    done[child].names[done[child].serves[which][at] as usize].clone()
                };
                variants(&lib.cells[*c], &nodes, &nodes.of[*c], kernels, &named, &taken)
            })
            .collect();
        for (c, d) in level.iter().zip(built) {
            done[*c] = d?;
        }
    }
    within_budget(lib, &nodes, &done, m)?;
    outcome(lib, m, &nodes, done, off_grid)
}

fn settings(lib: &Library, m: &Migration, scaling: &Scaling) -> Result<Settings, MigrateError> {
    let (n, d) = (i128::from(scaling.factors[1].0), i128::from(scaling.factors[1].1));
    let physical = if m.dbu == 0 {
        (n, d)
    } else {
        // Only sizes of texts need it: a strange unit without them is no obstacle.
        let sized = |t: &TextDetail| t.strans.is_some_and(|s| s.mag.is_some());
        match lib.units.femtometres() {
            Some(dbu) => {
                let (n, d) = (n * i128::from(m.dbu), d * i128::from(dbu));
                let g = gcd(n, d);
                (n / g, d / g)
            }
            None if lib.cells.iter().any(|c| c.texts.iter().any(sized)) => return Err(MigrateError::Units),
            None => (n, d),
        }
    };
    Ok(Settings {
        copies: scaling.copies(),
        ties: scaling.ties,
        on_pitch: scaling.on_pitch,
        periods: scaling.periods,
        factors: scaling.factors,
        physical,
        source_grid: m.source_grid,
        room: Room::new(),
    })
}

/// All variants of a cell, equal ones shared; numbered in the order of its nodes and their stands.
fn variants(
    cell: &Cell,
    nodes: &Nodes<'_>,
    own: &[usize],
    kernels: &[&dyn VertexKernel],
    named: &(dyn Fn(usize, usize, Below) -> Name + Sync),
    taken: &HashSet<&[u8]>,
) -> Result<Done, MigrateError> {
    let mut done = Done::default();
    // Variants by their content's hash; equality decides.
    let mut by_hash: HashMap<u64, Vec<u32>> = HashMap::new();
    let alone = own.iter().map(|n| nodes.all[*n].stands.len()).sum::<usize>() <= 1;
    for n in own {
        let Node { zone, recipe, stands, .. } = &nodes.all[*n];
        let mut serves = Vec::with_capacity(stands.len());
        for batch in stands.chunks(BATCH) {
            let built: Vec<_> = batch
                .par_iter()
                .map(|stand| {
                    let named = |child, below| named(*zone, child, below);
                    let v = variant(cell, recipe, *stand, &nodes.settings[*zone], kernels[*zone], &named)?;
                    let hash = if alone { 0 } else { content_hash(&v.cell) };
                    Ok((hash, v))
                })
                .collect();
            for b in built {
                let (hash, v) = b?;
                let same = by_hash.entry(hash).or_default();
                let found = same.iter().copied().find(|i| done.variants[*i as usize].1.cell == v.cell);
                serves.push(found.unwrap_or_else(|| {
                    let i = done.variants.len() as u32;
                    same.push(i);
                    done.variants.push((*n, v));
                    i
                }));
            }
        }
        done.serves.push(serves);
    }
    let mut number = 0_u64;
    for i in 0..done.variants.len() {
        let mut name = cell.name.clone();
        while i > 0 && taken.contains(name.bytes()) {
            number += 1;
            let mut bytes = cell.name.bytes().to_vec();
            bytes.extend_from_slice(format!("${number}").as_bytes());
            name = Name::from(&bytes[..]);
        }
        done.names.push(name);
    }
    Ok(done)
}

fn content_hash(cell: &Cell) -> u64 {
    let mut h = DefaultHasher::new();
    cell.points.as_flattened().hash(&mut h);
    cell.elements.len().hash(&mut h);
    cell.placements.hash(&mut h);
    h.finish()
}

fn within_budget(lib: &Library, nodes: &Nodes<'_>, done: &[Done], m: &Migration) -> Result<(), MigrateError> {
    // The scalings are held to their budgets in turn, so that one answer speaks of one budget.
    for (zone, budget) in m.scalings().enumerate().filter_map(|(i, s)| Some((i, s.variants?))) {
        let mut over: Vec<(String, usize)> = Vec::new();
        for ((cell, d), of) in lib.cells.iter().zip(done).zip(&nodes.of) {
            let Some(which) = of.iter().position(|n| nodes.all[*n].zone == zone) else { continue };
            let serves: BTreeSet<u32> = d.serves[which].iter().copied().collect();
            if serves.len() > budget as usize {
                over.push((cell.name.to_string(), serves.len()));
            }
        }
        if !over.is_empty() {
            let after = done.iter().map(|d| d.variants.len()).sum();
            let n = over.len();
            over.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            over.truncate(10);
            return Err(MigrateError::Snap(SnapRefused {
                cells: over,
                over: n,
                budget,
                before: lib.cells.len(),
                after,
            }));
        }
    }
    Ok(())
}

/// Puts the result together and counts.
fn outcome(
    lib: &Library,
    m: &Migration,
    nodes: &Nodes<'_>,
    done: Vec<Done>,
    off_grid: u64,
) -> Result<Outcome, MigrateError> {
    let mut counts = Counts { cells_read: lib.cells.len() as u64, off_grid, ..Counts::default() };
    let (mut rejects, mut many, mut cells, mut origins) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, ((cell, of), d)) in lib.cells.iter().zip(&nodes.of).zip(done).enumerate() {
        account(cell, nodes, of, &d, &mut counts, &mut rejects);
        if d.variants.len() > 1 {
            many.push((cell.name.to_string(), d.variants.len()));
        }
        for ((_, mut v), name) in d.variants.into_iter().zip(d.names) {
            v.cell.name = name;
            cells.push(v.cell);
            origins.push(at);
        }
    }
    counts.cells_written = cells.len() as u64;
    counts.balance().map_err(MigrateError::Unbalanced)?;
    let mut notes = notes(&counts, &many, m);
    let library = head::library(lib, m, cells, &mut notes);
    Ok(Outcome { library, origins, counts, rejects, variants: many, notes })
}

/// What became of an element in all variants of its cell.
#[derive(Clone, Copy)]
struct Met {
    /// How often it was written.
    out: u64,
    /// In how many variants some of it is missing.
    missing: u32,
    worst: Fate,
}

impl Met {
    /// What is left out.
    const NOTHING: Met = Met { out: 0, missing: 0, worst: Fate::Written };

    fn is_nothing(&self) -> bool {
        self.out == 0 && self.missing == 0
    }
}

/// Counts the fates of a cell's elements; an element's fate is the worst it meets in any variant.
fn account(
    cell: &Cell,
    nodes: &Nodes<'_>,
    own: &[usize],
    d: &Done,
    counts: &mut Counts,
    rejects: &mut Vec<LayoutReject>,
) {
    let mut met = vec![Met::NOTHING; cell.elements.len()];
    for n in own {
        let recipe = &nodes.all[*n].recipe;
        let variants: Vec<&Variant> = d.variants.iter().filter(|(of, _)| of == n).map(|(_, v)| v).collect();
        let mut fates = vec![(Fate::Written, 0_usize); recipe.items.len()];
        for (i, fate) in variants.iter().flat_map(|v| &v.fates) {
            let entry = &mut fates[*i as usize];
            entry.0 = entry.0.max(*fate);
            entry.1 += usize::from(*fate == Fate::Collapsed);
        }
        let mut at = 0;
        // The parts of what came apart stand one after the other.
        for items in recipe.items.chunk_by(|a, b| a.element == b.element) {
            let parts = &fates[at..at + items.len()];
            at += items.len();
            let (worst, missing) =
                parts.iter().fold((Fate::Written, 0), |(f, n), (fate, missing)| (f.max(*fate), n.max(*missing)));
            let out: u64 = parts.iter().map(|(_, missing)| (variants.len() - missing) as u64).sum();
            let entry = &mut met[items[0].element as usize];
            entry.worst = entry.worst.max(worst);
            entry.out += out;
            entry.missing += u32::try_from(missing).unwrap_or(u32::MAX);
        }
    }
    for (_, v) in &d.variants {
        for e in v.cell.elements.iter().filter(|e| e.placement().is_some()) {
            counts.instances_written += u64::from(!is_array(e));
            counts.arrays_written += u64::from(is_array(e));
        }
    }
    // What is left out is so in every node.
    for (key, n) in own.first().into_iter().flat_map(|n| &nodes.all[*n].recipe.ignored) {
        counts.layers.entry(*key).or_default().ignored += n;
    }
    let mut arrays_seen = 0;
    for (e, met) in cell.elements.iter().zip(met) {
        if met.is_nothing() {
            continue;
        }
        let Met { worst, out, missing } = met;
        let Some(key) = Key::of(e) else {
            if e.placement().is_some() {
                counts.instances_kept += u64::from(!is_array(e));
                arrays_seen += u64::from(is_array(e));
            }
            continue;
        };
        let c = counts.layers.entry(key).or_default();
        c.out += out;
        match worst {
            Fate::Written => c.written += 1,
            Fate::Polygon => c.polygons += 1,
            Fate::Collapsed => {
                c.collapsed += 1;
                rejects.push(reject(cell, e, missing as usize, d.variants.len()));
            }
        }
    }
    let in_any = |list: fn(&Recipe) -> &Vec<u32>| {
        let all: BTreeSet<u32> = own.iter().flat_map(|n| list(&nodes.all[*n].recipe)).copied().collect();
        all.len() as u64
    };
    let split = in_any(|r| &r.split);
    counts.arrays_split += split;
    counts.arrays_kept += arrays_seen - split;
    counts.repetitions_split += in_any(|r| &r.repetitions_split);
    // What was read is counted on its own way, so that the balance can fail.
    for e in &cell.elements {
        match (e.kind, Key::of(e)) {
            (_, Some(key)) => counts.layers.entry(key).or_default().read += 1,
            (Kind::Extension(_), None) => {}
            (_, None) if is_array(e) => counts.arrays_read += 1,
            (_, None) => counts.instances_read += 1,
        }
    }
}

/// Whether a placement stands at several places.
fn is_array(e: &Element) -> bool {
    matches!(e.kind, Kind::Array(_)) || e.repetition > 0
}

fn reject(cell: &Cell, e: &Element, missing: usize, variants: usize) -> LayoutReject {
    let points = cell.points_of(e);
    let mut bbox = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];
    for [x, y] in points {
        bbox = [bbox[0].min(*x), bbox[1].min(*y), bbox[2].max(*x), bbox[3].max(*y)];
    }
    let path = matches!(e.kind, Kind::Path(_));
    let why = if !path && (bbox[0] == bbox[2] || bbox[1] == bbox[3]) {
        "it has no area in the source"
    } else {
        "on the target's grid it has no area left"
    };
    let (layer, datatype) = (e.layer, e.datatype);
    LayoutReject { cell: cell.name.to_string(), layer, datatype, bbox, why, missing, variants }
}

fn notes(counts: &Counts, many: &[(String, usize)], m: &Migration) -> Vec<String> {
    let mut notes = Vec::new();
    if !many.is_empty() {
        let total: usize = many.iter().map(|c| c.1).sum();
        notes.push(format!(
            "{} cell{} in {total} variants",
            many.len(),
            if many.len() == 1 { " stands" } else { "s stand" }
        ));
    }
    let polygons: u64 = counts.layers.values().map(|c| c.polygons).sum();
    if polygons > 0 {
        notes.push(match polygons {
            1 => "1 path or circle became a polygon, because none has its snapped outline".to_owned(),
            n => format!("{n} paths and circles became polygons, because none has their snapped outline"),
        });
    }
    if counts.arrays_split > 0 {
        notes.push(match counts.arrays_split {
            1 => "1 array was split, because its pitch is not on the target's grid".to_owned(),
            n => format!("{n} arrays were split, because their pitch is not on the target's grid"),
        });
    }
    if counts.repetitions_split > 0 {
        notes.push(match counts.repetitions_split {
            1 => "1 repetition of shapes was split, because its pitch is not on the target's grid".to_owned(),
            n => format!("{n} repetitions of shapes were split, because their pitch is not on the target's grid"),
        });
    }
    if counts.off_grid > 0 {
        let (n, grid) = (counts.off_grid, m.source_grid);
        let are = if n == 1 { "point is" } else { "points are" };
        let units = if grid == 1 { "unit" } else { "units" };
        notes.push(format!("{n} {are} not on the source's grid of {grid} {units}"));
    }
    notes
}
