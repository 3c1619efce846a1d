//! What each cell itself has on each layer.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;

use migc_geometry::{OutOfRange, Rect, Shapes};
use migc_layout::{Cell, Kind, Library};
use rayon::prelude::*;

use crate::drawn::Shape;
use crate::quick::Quick;
use crate::{Drawn, Place, Transform, Tree, TreeError};

/// A layer, by a number that whoever computes gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub u32);

/// Shapes that one thread takes at once, about, and how many such runs are done before they are put together.
const RUN: u64 = 1 << 14;
const RUNS: usize = 8;

/// The shapes of all cells, by layer.
#[derive(Debug, Default)]
pub struct Layers {
    of: BTreeMap<LayerId, Vec<Drawn>>,
    cells: usize,
}

impl Layers {
    /// No shapes in so many cells.
    pub fn new(cells: usize) -> Layers {
        Layers { of: BTreeMap::new(), cells }
    }

    /// The shapes of a library; `layer` says on which layer the shapes of a layer and datatype are, or that they are on
    /// none.
    pub fn read(library: &Library, layer: &(dyn Fn(u32, u32) -> Option<LayerId> + Sync)) -> Result<Layers, TreeError> {
        let each: Vec<Result<_, _>> = library.cells.par_iter().map(|cell| read(cell, layer)).collect();
        let mut out = Layers::new(library.cells.len());
        for (cell, of) in each.into_iter().enumerate() {
            for (id, drawn) in of? {
                out.of.entry(id).or_insert_with(|| vec![Drawn::new(); library.cells.len()])[cell] = drawn;
            }
        }
        Ok(out)
    }

    /// What a cell itself has on a layer.
    pub fn get(&self, id: LayerId, cell: usize) -> Option<&Drawn> {
        self.of.get(&id)?.get(cell).filter(|d| !d.is_empty())
    }

    /// Everything on a layer as it is seen from one cell: the shapes of the cell and of all that it places.
    pub fn flat(&self, tree: &Tree, id: LayerId, cell: usize) -> Result<Drawn, TreeError> {
        let mut out = Drawn::new();
        self.flatten(tree, id, cell, &mut |drawn, s, seen| out.push_seen(drawn, s, seen))?;
        Ok(out)
    }

    /// The same, for the operations on areas.
    pub fn flat_shapes(&self, tree: &Tree, id: LayerId, cell: usize) -> Result<Shapes, TreeError> {
        let has = self.reaching(tree, id);
        let show = |cell: usize, seen: &Transform, out: &mut Shapes| {
            let mut corners = Vec::new();
            self.descend(tree, id, cell, seen, &has, &mut |drawn, s, seen| drawn.show(s, seen, &mut corners, out))
        };
        let run = |places: &[&Place]| -> Result<Shapes, OutOfRange> {
            let mut out = Shapes::new();
            places.iter().try_for_each(|p| show(p.cell as usize, &p.seen, &mut out))?;
            Ok(out)
        };
        let flat = self.counts(tree, id);
        let all = || -> Result<Shapes, OutOfRange> {
            let mut out = Shapes::new();
            if let Some(drawn) = self.get(id, cell) {
                drawn.shapes.iter().try_for_each(|s| drawn.show(s, &Transform::NONE, &mut Vec::new(), &mut out))?;
            }
            // Some runs of placements at once, so that they take little room beside what they are put into.
            for some in Layers::runs(&tree.places[cell], &flat).chunks(RUNS) {
                let shown: Vec<Result<Shapes, OutOfRange>> = some.par_iter().map(|places| run(places)).collect();
                for shapes in shown {
                    out.append(&mut shapes?);
                }
            }
            Ok(out)
        };
        all().map_err(|e| TreeError::Area { cell: tree.names[cell].clone(), what: e.to_string() })
    }

    /// Placements that have something on a layer, in runs of about [`RUN`] shapes; `flat` is how many each cell comes to.
    fn runs<'t>(places: &'t [Place], flat: &[u64]) -> Vec<Vec<&'t Place>> {
        let (mut runs, mut shapes) = (Vec::new(), RUN);
        for p in places.iter().filter(|p| flat[p.cell as usize] > 0) {
            if shapes >= RUN {
                runs.push(Vec::new());
                shapes = 0;
            }
            shapes = shapes.saturating_add(flat[p.cell as usize]);
            if let Some(run) = runs.last_mut() {
                run.push(p);
            }
        }
        runs
    }

    /// How many shapes there are on a layer in each cell and below it.
    fn counts(&self, tree: &Tree, id: LayerId) -> Vec<u64> {
        let mut flat = vec![0u64; self.cells];
        for c in tree.levels.iter().flatten() {
            let below = tree.places[*c].iter().map(|p| flat[p.cell as usize]).fold(0, u64::saturating_add);
            flat[*c] = below.saturating_add(self.get(id, *c).map_or(0, |d| d.len() as u64));
        }
        flat
    }

    /// The box round everything on all layers, seen from a cell.
    pub fn frame(&self, tree: &Tree, cell: usize) -> Result<Option<Rect>, TreeError> {
        let own = |c: usize| {
            let of = self.of.keys().filter_map(|id| self.get(*id, c)?.bbox());
            of.reduce(|a, b| a.join(&b))
        };
        let mut boxes: Vec<Option<Rect>> = (0..self.cells).map(own).collect();
        for c in tree.levels.iter().flatten() {
            for p in &tree.places[*c] {
                let Some(inner) = boxes[p.cell as usize] else { continue };
                let seen = p.seen.rect(&inner).map_err(|e| {
                    let (cell, what) = (tree.names[*c].clone(), e.to_string());
                    TreeError::Area { cell, what }
                })?;
                boxes[*c] = Some(boxes[*c].map_or(seen, |b| b.join(&seen)));
            }
        }
        Ok(boxes[cell])
    }

    /// Which cells have something on a layer, themselves or below.
    fn reaching(&self, tree: &Tree, id: LayerId) -> Vec<bool> {
        let mut has: Vec<bool> = (0..self.cells).map(|c| self.get(id, c).is_some()).collect();
        for cell in tree.levels.iter().flatten() {
            has[*cell] |= tree.places[*cell].iter().any(|p| has[p.cell as usize]);
        }
        has
    }

    /// Calls `f` with each shape on a layer that is seen from a cell, and how it is seen.
    fn flatten(&self, tree: &Tree, id: LayerId, cell: usize, f: &mut EachSeen<'_>) -> Result<(), TreeError> {
        let has = self.reaching(tree, id);
        self.descend(tree, id, cell, &Transform::NONE, &has, f)
            .map_err(|e| TreeError::Area { cell: tree.names[cell].clone(), what: e.to_string() })
    }

    fn descend(
        &self,
        tree: &Tree,
        id: LayerId,
        cell: usize,
        seen: &Transform,
        has: &[bool],
        f: &mut EachSeen<'_>,
    ) -> Result<(), OutOfRange> {
        if let Some(drawn) = self.get(id, cell) {
            drawn.shapes.iter().try_for_each(|s| f(drawn, s, seen))?;
        }
        for p in tree.places[cell].iter().filter(|p| has[p.cell as usize]) {
            self.descend(tree, id, p.cell as usize, &seen.after(&p.seen), has, f)?;
        }
        Ok(())
    }

    /// Sets what all cells have on a layer.
    pub fn set(&mut self, id: LayerId, cells: Vec<Drawn>) {
        self.of.insert(id, cells);
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.cells
    }
}

/// What is called with a shape, and how it is seen.
type EachSeen<'f> = dyn FnMut(&Drawn, &Shape, &Transform) -> Result<(), OutOfRange> + 'f;

/// What one cell itself has, by layer.
fn read(cell: &Cell, layer: &(dyn Fn(u32, u32) -> Option<LayerId> + Sync)) -> Result<Vec<(LayerId, Drawn)>, TreeError> {
    let mut of: Vec<(LayerId, Drawn)> = Vec::new();
    // Which of these a layer and datatype go to is asked once.
    let mut known: HashMap<(u32, u32), Option<usize>, BuildHasherDefault<Quick>> = HashMap::default();
    let mut last = None;
    for e in &cell.elements {
        if matches!(e.kind, Kind::Text(_)) || e.placement().is_some() {
            continue;
        }
        let number = (e.layer, e.datatype);
        let at = match last {
            Some((of, at)) if of == number => at,
            _ => *known.entry(number).or_insert_with(|| {
                let id = layer(e.layer, e.datatype)?;
                Some(of.iter().position(|(other, _)| *other == id).unwrap_or_else(|| {
                    of.push((id, Drawn::new()));
                    of.len() - 1
                }))
            }),
        };
        last = Some((number, at));
        let Some((_, drawn)) = at.and_then(|at| of.get_mut(at)) else { continue };
        cell.each_polygon(e, &mut |corners| drawn.push_polygon(corners))
            .map_err(|what| TreeError::Area { cell: cell.name.to_string(), what })?;
    }
    Ok(of)
}
