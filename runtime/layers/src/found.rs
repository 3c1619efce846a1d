//! Which islands of a layer are found again in what was computed of it.

use migc_geometry::{Rect, Region, Shapes};

use crate::{LayerId, Layers, Tree, TreeError, local};

/// Islands of a layer, counted as they are seen from the tops.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many there are.
    pub islands: u64,
    /// How many of them overlap nothing that was computed.
    pub missing: u64,
    /// Where some of these are: the cell's name and the box there, in the order of the cells.
    pub places: Vec<(String, Rect)>,
}

/// Places that are named of each layer.
const NAMED: usize = 20;

/// Looks for every island of a layer in the outputs: it overlaps one, or one lies within a distance of it.
pub fn found_again(
    tree: &Tree,
    layers: &Layers,
    layer: LayerId,
    outputs: &[LayerId],
    near: i32,
) -> Result<Found, TreeError> {
    let inputs: Vec<LayerId> = [&[layer], outputs].concat();
    let done = local(tree, layers, &inputs, near, false, &|shapes: &[Shapes]| {
        let [layer, outputs @ ..] = shapes else { return Ok((0, Vec::new())) };
        let islands = Region::merged(layer);
        let mut all = Region::new();
        for output in outputs {
            all = all.or(output);
        }
        let mut missing = islands.outside(&all);
        if near > 0 && !missing.is_empty() {
            missing = missing.outside(&Region::sized(&all, near, near)?);
        }
        let missing = missing.polygons().iter().map(|p| p.bbox()).collect::<Vec<_>>();
        Ok((islands.count() as u64, missing))
    })?;
    let mut out = Found::default();
    for ((cell, came), stands) in done.cells.into_iter().enumerate().zip(tree.stands()) {
        let Some((islands, missing)) = came else { continue };
        out.islands += islands * stands;
        out.missing += missing.len() as u64 * stands;
        let room = NAMED - out.places.len();
        out.places.extend(missing.into_iter().take(room).map(|r| (tree.names[cell].clone(), r)));
    }
    Ok(out)
}
