//! What is computed of layers, placed back into the hierarchy.
//!
//! Shapes that come near one another are a *cluster*. A cluster that nothing from outside its cell comes near, in any of
//! the cell's placements, is computed in the cell, once for all placements; any other goes up, shape by shape, to the
//! cells that place it, until one has it whole. So a result equals the flat one, whatever is computed, as long as what
//! lies further away than `reach` does not matter to it.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use migc_geometry::{OutOfRange, Rect, Sets, Shapes};
use rayon::prelude::*;

use crate::clusters::join_near;
use crate::context::{Boxes, cannot};
use crate::quick::Quick;
use crate::{AreaError, Drawn, LayerId, Layers, Place, Transform, Tree, TreeError};

/// A computation on layers, and what it came to.
pub struct Local<T> {
    /// What came out in each cell.
    pub cells: Vec<Option<T>>,
    /// Shapes that a cell could not keep, because something outside comes near them: one a placement.
    pub raised: u64,
}

/// Shapes of several layers, in the order of the inputs.
type Pool = Vec<Drawn>;

/// Computes `f` on clusters of the input layers, each in the lowest cell that has it whole. `f` gets the shapes of each
/// input, in one call a cell; what it gives must not depend on anything further away than `reach`, in database units, and
/// must be nothing where there are no shapes. Where it treats x and y differently, `turns` says so: then what stands turned goes
/// up until it does not.
pub fn local<T: Send>(
    tree: &Tree,
    layers: &Layers,
    inputs: &[LayerId],
    reach: i32,
    turns: bool,
    f: &(dyn Fn(&[Shapes]) -> Result<T, AreaError> + Sync),
) -> Result<Local<T>, TreeError> {
    let boxes = Boxes::new(tree, layers, inputs)?;
    let foreign = boxes.foreign(tree, reach);
    drop(boxes);
    let leaves = if turns { tree.turned() } else { vec![false; tree.places.len()] };
    let n = tree.places.len();
    let mut raised: Vec<Pool> = Vec::new();
    raised.resize_with(n, Vec::new);
    let mut out = Local { cells: Vec::with_capacity(n), raised: 0 };
    out.cells.resize_with(n, || None);
    for level in &tree.levels {
        let done: Vec<Result<_, TreeError>> = level
            .par_iter()
            .map(|cell| {
                let failed = |e: AreaError| cannot(tree, *cell, e);
                let pool = pool(tree, layers, inputs, *cell, &raised).map_err(|e| failed(e.into()))?;
                let (whole, open) = match leaves[*cell] {
                    true => (Pool::new(), pool),
                    false => split(pool, &foreign[*cell], reach),
                };
                let value = match whole.iter().all(Drawn::is_empty) {
                    true => None,
                    false => {
                        let shapes: Vec<Shapes> = whole.iter().map(Drawn::to_shapes).collect();
                        drop(whole);
                        Some(f(&shapes).map_err(failed)?)
                    }
                };
                Ok((value, open))
            })
            .collect();
        for (cell, result) in level.iter().zip(done) {
            let (value, open) = result?;
            out.cells[*cell] = value;
            out.raised += open.iter().map(|d| d.len() as u64).sum::<u64>();
            raised[*cell] = open;
        }
    }
    Ok(out)
}

/// A cell's own shapes, and those that its placements could not keep.
fn pool(tree: &Tree, layers: &Layers, inputs: &[LayerId], cell: usize, raised: &[Pool]) -> Result<Pool, OutOfRange> {
    let mut pool: Pool = inputs.iter().map(|id| layers.get(*id, cell).cloned().unwrap_or_default()).collect();
    // What stands twice at one place covers no more than once.
    let mut known: HashSet<&Place, BuildHasherDefault<Quick>> = HashSet::default();
    for p in &tree.places[cell] {
        let below = &raised[p.cell as usize];
        if below.iter().all(Drawn::is_empty) || !known.insert(p) {
            continue;
        }
        for (to, from) in pool.iter_mut().zip(below) {
            for s in &from.shapes {
                to.push_seen(from, s, &p.seen)?;
            }
        }
    }
    Ok(pool)
}

/// Clusters that nothing from outside comes near, and the others.
fn split(pool: Pool, foreign: &[Rect], reach: i32) -> (Pool, Pool) {
    let nothing = || pool.iter().map(|_| Drawn::new()).collect::<Pool>();
    if foreign.is_empty() {
        let open = nothing();
        return (pool, open);
    }
    // Shapes are numbered through all layers; everything from outside is one more.
    let (mut rects, mut owners, mut next) = (Vec::new(), Vec::new(), 0u32);
    for drawn in &pool {
        for s in &drawn.shapes {
            drawn.cover(s, &mut |r| {
                rects.push(r);
                owners.push(next);
            });
            next += 1;
        }
    }
    if next == 0 {
        let open = nothing();
        return (pool, open);
    }
    let own = rects.len();
    rects.extend_from_slice(foreign);
    owners.resize(rects.len(), next);
    let mut sets = Sets::new(next as usize + 1);
    join_near(&rects, &owners, own, reach, &mut sets);
    let outside = sets.root(next);
    let (mut whole, mut open, mut at) = (nothing(), nothing(), 0u32);
    for (i, drawn) in pool.iter().enumerate() {
        for s in &drawn.shapes {
            let to = if sets.root(at) == outside { &mut open[i] } else { &mut whole[i] };
            at += 1;
            // Nothing is moved, so nothing leaves its range.
            let _ = to.push_seen(drawn, s, &Transform::NONE);
        }
    }
    (whole, open)
}
