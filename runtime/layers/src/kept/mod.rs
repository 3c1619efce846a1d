//! A quick proof that islands are the same before and after, where the hierarchy is.
//!
//! Shapes of before and after correspond one by one. If two of them touch before exactly where they touch after, wherever
//! they meet, then islands are the same sets of shapes, and nothing needs to be merged. Whether two shapes touch is looked
//! at once in each cell, and once for each way in which two cells stand to one another, for all layers at once. What
//! cannot be shown so is not proven: [`islands`](crate::islands) are then found on both sides, and compared.

mod count;
mod drift;
mod meet;
mod parts;

use rayon::prelude::*;

use crate::{LayerId, Layers, Tree};
use meet::{Doubts, Stack};
use parts::Own;

pub use drift::Scale;

/// A layout as it is looked at: who places whom, and what is on which layer.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// Its tree.
    pub tree: &'s Tree,
    /// Its layers.
    pub layers: &'s Layers,
}

/// How many islands each layer has, seen from the tops, where each is found again, made of the same shapes, all within
/// `scale.near` of where scaling puts them. `None` says nothing of a layer: its islands may be the same or not.
pub fn kept(before: Side<'_>, after: Side<'_>, layers: &[LayerId], scale: &Scale) -> Vec<Option<u64>> {
    proven(before, after, layers, scale).unwrap_or_else(|| vec![None; layers.len()])
}

/// The same; `None` where nothing can be proven of any layer.
fn proven(before: Side<'_>, after: Side<'_>, layers: &[LayerId], scale: &Scale) -> Option<Vec<Option<u64>>> {
    let tree = before.tree;
    let moves = scale.moves(tree, after.tree)?;
    let doubts = Doubts::new(layers.len());
    let own = |cell: usize| Own::new(cell, before.layers, after.layers, layers, scale, &doubts);
    let mut own: Vec<Own> = (0..tree.places.len()).into_par_iter().map(own).collect();
    let drifts = drift::whole(tree, &own, &moves);
    let slack = scale.slack(&drifts)?;
    own.par_iter_mut().for_each(|o| o.group(slack, &doubts));
    let stack = Stack::new([tree, after.tree], own, slack, layers.len())?;
    let (nodes, contacts) = count::contacts(&stack);
    if stack.is_spent() {
        return None;
    }
    if !drifts.iter().flatten().all(|d| scale.allows(d)) {
        drift::by_layer(tree, &stack.own, &moves, &nodes, scale, &doubts);
    }
    let islands = count::islands(tree, &nodes, &contacts, &doubts);
    Some(islands.into_iter().enumerate().map(|(layer, n)| (!doubts.has(layer)).then_some(n)).collect())
}
