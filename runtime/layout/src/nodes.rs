//! Cells with how they are scaled: a cell that several scalings reach is as many nodes.

use crate::error::MigrateError;
use crate::hierarchy::{Gathered, Hierarchy, Stand};
use crate::library::Library;
use crate::migration::{Migration, Ways};
use crate::recipe::{Recipe, Settings, recipe};
use crate::variant::Below;
use rayon::prelude::*;

/// A cell under one scaling.
pub(crate) struct Node {
    /// The cell, by its place.
    pub(crate) cell: usize,
    /// The scaling, by its place among those of the migration.
    pub(crate) zone: usize,
    pub(crate) recipe: Recipe,
    /// How it stands in all its placements, sorted.
    pub(crate) stands: Vec<Stand>,
}

/// All nodes of a library.
pub(crate) struct Nodes<'m> {
    pub(crate) all: Vec<Node>,
    /// The nodes of each cell, by scaling.
    pub(crate) of: Vec<Vec<usize>>,
    pub(crate) settings: Vec<Settings>,
    m: &'m Migration,
}

impl<'m> Nodes<'m> {
    pub(crate) fn new(
        lib: &Library,
        m: &'m Migration,
        h: &Hierarchy<'_>,
        ways: &Ways,
        settings: Vec<Settings>,
    ) -> Result<Nodes<'m>, MigrateError> {
        let mut zones: Vec<Vec<usize>> = vec![Vec::new(); lib.cells.len()];
        h.tops.iter().for_each(|top| zones[*top].push(m.zone(*top, 0)));
        for cell in h.levels.iter().rev().flatten() {
            let mut own = std::mem::take(&mut zones[*cell]);
            own.sort_unstable();
            own.dedup();
            for child in &h.below[*cell] {
                zones[*child].extend(own.iter().map(|zone| m.zone(*child, *zone)));
            }
            zones[*cell] = own;
        }
        let flat: Vec<(usize, usize)> =
            zones.iter().enumerate().flat_map(|(cell, of)| of.iter().map(move |zone| (cell, *zone))).collect();
        let all = flat
            .par_iter()
            .map(|(cell, zone)| {
                let stays = |child: usize| m.zone(child, *zone) == *zone;
                let recipe = recipe(&lib.cells[*cell], &h.by_name, ways, &settings[*zone], &stays)?;
                Ok(Node { cell: *cell, zone: *zone, recipe, stands: Vec::new() })
            })
            .collect::<Vec<Result<_, _>>>()
            .into_iter()
            .collect::<Result<Vec<Node>, MigrateError>>()?;
        let mut of = vec![Vec::new(); lib.cells.len()];
        all.iter().enumerate().for_each(|(i, node)| of[node.cell].push(i));
        Ok(Nodes { all, of, settings, m })
    }

    /// Which node a placement in a node is of, and how that stands.
    pub(crate) fn below(&self, zone: usize, child: usize, b: Below) -> (usize, Stand) {
        let into = self.m.zone(child, zone);
        // The hierarchy has reached every child in the scalings of those that place it.
        let node = self.of[child].iter().copied().find(|n| self.all[*n].zone == into).unwrap_or_default();
        let stand = match into == zone {
            true => b.stand.below(b.at, b.orientation, &self.settings[zone]),
            false => Stand::default(),
        };
        (node, stand)
    }

    /// Finds how every node stands in all its placements.
    pub(crate) fn stand(&mut self, h: &Hierarchy<'_>) {
        let mut stands: Vec<Gathered> = self.all.iter().map(|_| Gathered::default()).collect();
        for top in &h.tops {
            self.of[*top].iter().for_each(|n| stands[*n].push(Stand::default()));
        }
        for node in h.levels.iter().rev().flatten().flat_map(|cell| &self.of[*cell]) {
            stands[*node].settle();
            let above = std::mem::take(&mut stands[*node].list);
            let Node { zone, recipe, .. } = &self.all[*node];
            for (child, orientation, at) in recipe.placed(self.settings[*zone].periods) {
                for stand in &above {
                    let (node, stand) = self.below(*zone, child, Below { stand: *stand, at, orientation });
                    stands[node].push(stand);
                }
            }
            stands[*node].list = above;
        }
        for (node, found) in self.all.iter_mut().zip(stands) {
            node.stands = found.list;
        }
    }
}
