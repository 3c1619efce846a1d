//! Islands before and after, where some cells are scaled by themselves: seen from each top, shape by shape.

use migc_compiler::plan::LayoutSource;
use migc_geometry::Region;
use migc_layers::{LayerId, Nets, Pieces, TreeError, Zones, match_nets};
use migc_layout::{Library, Migration, Outcome};
use rayon::prelude::*;

use super::torn::{Carried, Torn};
use super::work::LayoutMap;

/// Looks whether each island of the layers that are carried over is one island after. Where scales differ, no box tells: so
/// parts of islands are looked for where their shapes went.
pub(super) fn torn_apart(
    map: &LayoutMap<'_>,
    from: &LayoutSource,
    library: &Library,
    migration: &Migration,
    outcome: &Outcome,
) -> Result<Vec<Torn>, TreeError> {
    let Carried { layers, before: (before, old), after: (after, new) } = Carried::new(map, from, library, outcome)?;
    let factors: Vec<_> = migration.scalings().map(|s| s.factors).collect();
    let zone = |cell: usize, around: usize| migration.zone(cell, around);
    let grid = i32::try_from(map.shapes.scaling.grid).unwrap_or(i32::MAX);
    let look = |(i, layer): (usize, &&str)| {
        let id = LayerId(i as u32);
        let mut out = Torn { layer: (*layer).to_owned(), ..Torn::default() };
        for top in &before.tops {
            let Some(now) = after.tops.iter().find(|a| outcome.origins.get(**a) == Some(top)) else { continue };
            let was = Region::merged(&old.flat(&before, id, *top)?.to_shapes());
            let is = Region::merged(&new.flat(&after, id, *now)?.to_shapes());
            let (was, is) = (Nets::new(&[was], &[]), Nets::new(&[is], &[]));
            let pieces = Pieces::new(&before, &old, id, *top, &Zones { of: &zone, factors: &factors })?;
            let matched = match_nets(&was, &is, &[(0, 0)], &|_, r, f| pieces.moved_within(r, grid, f));
            let torn = matched.split.iter().map(|(n, _)| n).chain(&matched.lost).copied();
            let joined = matched.merged.iter().flat_map(|(_, from)| from.iter().copied());
            let mut all: Vec<u32> = torn.chain(joined).collect();
            all.sort_unstable();
            all.dedup();
            out.before += was.count as u64;
            out.after += is.count as u64;
            out.lost += all.len() as u64;
            let room = 20_usize.saturating_sub(out.places.len());
            let named = all.iter().filter_map(|n| was.places.get(*n as usize)).take(room);
            out.places.extend(named.map(|(_, r)| (before.names[*top].clone(), *r)));
        }
        Ok(out)
    };
    layers.par_iter().enumerate().map(look).collect()
}
