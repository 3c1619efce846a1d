//! Whether islands are the same before and after: none torn, none grown together.

use std::cell::LazyCell;

use migc_geometry::{Rect, Shapes};

use crate::clusters::around;
use crate::index::Index;
use crate::{Drawn, LayerId, Layers, Tree, TreeError, local};

/// The islands of a layer: the box of each, by the cell that has it whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Islands {
    /// By cell, sorted.
    pub cells: Vec<Vec<Rect>>,
    /// How many there are, seen from the tops.
    pub flat: u64,
}

/// The islands of a layer.
pub fn islands(tree: &Tree, layers: &Layers, layer: LayerId) -> Result<Islands, TreeError> {
    // A polygon is cut into rectangles once, in its cell, and not wherever it stands.
    let mut cut = Layers::new(layers.cells());
    let cell = |c: usize| layers.get(layer, c).map(Drawn::cut).unwrap_or_default();
    cut.set(layer, (0..layers.cells()).map(cell).collect());
    let done = local(tree, &cut, &[layer], 0, false, &|shapes| {
        Ok(shapes.first().map(Shapes::island_boxes).unwrap_or_default())
    })?;
    let cells: Vec<Vec<Rect>> = done.cells.into_iter().map(Option::unwrap_or_default).collect();
    let flat = cells.iter().zip(tree.stands()).map(|(list, n)| list.len() as u64 * n).sum();
    Ok(Islands { cells, flat })
}

/// What differs between the islands of a layer before and after.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Islands that were there before, and are nowhere found again: torn, grown together or moved. Seen from the tops.
    pub lost: u64,
    /// Where some of these are: the cell's place, and the box there in the units of before.
    pub places: Vec<(usize, Rect)>,
}

/// Looks for each island of before among those of after, in the same cell, its sides within `near` of where `moved` puts
/// them.
pub fn compare(
    tree: &Tree,
    before: &Islands,
    after: &Islands,
    near: i32,
    moved: &dyn Fn(&Rect) -> Option<Rect>,
) -> Differences {
    let mut out = Differences::default();
    for (cell, stands) in tree.stands().into_iter().enumerate() {
        let (Some(old), Some(new)) = (before.cells.get(cell), after.cells.get(cell)) else { continue };
        let index = LazyCell::new(|| Index::new(new.iter().map(|r| Some(*r))));
        let mut taken = vec![false; new.len()];
        // Both lists are in order, which scaling mostly keeps: the next one is the first to be looked at.
        let mut next = 0;
        for r in old {
            let found = moved(r).and_then(|want| {
                let same = |k: usize| !taken[k] && near_all(&new[k], &want, near.unsigned_abs());
                if next < new.len() && same(next) {
                    return Some(next);
                }
                let mut found: Option<usize> = None;
                index.touching(&around(&want, near), &mut |k| {
                    let k = k as usize;
                    if same(k) && found.is_none_or(|other| k < other) {
                        found = Some(k);
                    }
                });
                found
            });
            next = found.map_or(next, |k| k + 1);
            match found {
                Some(k) => taken[k] = true,
                None => {
                    out.lost += stands;
                    if out.places.len() < 20 {
                        out.places.push((cell, *r));
                    }
                }
            }
        }
    }
    out
}

/// Whether each side of a rectangle is at most so far from that of another.
fn near_all(a: &Rect, b: &Rect, near: u32) -> bool {
    let close = |a: i32, b: i32| a.abs_diff(b) <= near;
    close(a.x0, b.x0) && close(a.y0, b.y0) && close(a.x1, b.x1) && close(a.y1, b.y1)
}
