//! How many islands there are, by what touches across placements.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use migc_geometry::Sets;
use rayon::prelude::*;

use super::meet::{Doubts, Pair, Spot, Stack, Touch};
use super::parts::Own;
use crate::Tree;
use crate::quick::Quick;

type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// What of a cell takes part in something: its own groups, by their numbers, and after them what is met from outside a
/// placed cell.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    /// The layer of each.
    layers: Vec<u32>,
    /// The place and the number there of those that are not the cell's own.
    raised: Vec<(u32, u32)>,
    known: QuickMap<(u32, u32), u32>,
    /// Whether it is met from outside the cell, in any of its placements.
    open: Vec<bool>,
    /// How many are the cell's own.
    own: usize,
}

impl Nodes {
    /// Of which layers something is met from outside.
    pub(super) fn leaks(&self, layers: usize) -> Vec<bool> {
        let mut out = vec![false; layers];
        self.layers
            .iter()
            .zip(&self.open)
            .filter(|(_, open)| **open)
            .for_each(|(layer, _)| out[*layer as usize] = true);
        out
    }
}

/// What touches in a cell, across its placements.
#[derive(Debug, Default)]
pub(super) struct Contacts {
    /// An own group, and a place and the number there.
    below: Vec<Touch<u32, (u32, u32)>>,
    /// Two places, and which pair of cells they are; whether it is turned round.
    across: Vec<(u32, u32, u32, bool)>,
}

/// What touches in all cells.
pub(super) struct AllContacts {
    cells: Vec<Contacts>,
    /// What touches in pairs of cells, by number in the one and in the other; and where each pair begins.
    pairs: Vec<Touch<u32, u32>>,
    starts: Vec<usize>,
}

impl AllContacts {
    fn pair(&self, pair: u32) -> &[Touch<u32, u32>] {
        &self.pairs[self.starts[pair as usize]..self.starts[pair as usize + 1]]
    }
}

/// Pairs that are looked at before what they came to is taken down, so that it takes little room.
const BATCH: usize = 2048;

/// Looks for what touches across placements.
pub(super) fn contacts(stack: &Stack<'_>) -> (Vec<Nodes>, AllContacts) {
    let tree = stack.trees[0];
    let mut nodes: Vec<Nodes> = stack.own.iter().map(Nodes::new).collect();
    let found: Vec<_> = (0..nodes.len())
        .into_par_iter()
        .map(|cell| {
            let mut own: (Vec<Pair>, QuickMap<Pair, u32>) = Default::default();
            let mut across = Vec::new();
            stack.pairs(cell, &mut |a, b, pair, turned| across.push((a, b, numbered(&mut own, pair), turned)));
            (stack.below(cell), own.0, across)
        })
        .collect();
    let mut all: (Vec<Pair>, QuickMap<Pair, u32>) = Default::default();
    let mut cells = Vec::with_capacity(nodes.len());
    for (cell, (below, pairs, mut across)) in found.into_iter().enumerate() {
        let number: Vec<u32> = pairs.into_iter().map(|p| numbered(&mut all, p)).collect();
        across.iter_mut().for_each(|(_, _, pair, _)| *pair = number[*pair as usize]);
        let below = below.into_iter().map(|Touch { a, b: (place, spot), sure }| {
            let child = tree.places[cell][place as usize].cell as usize;
            Touch { a, b: (place, meet(&mut nodes, tree, child, &spot)), sure }
        });
        cells.push(Contacts { below: below.collect(), across });
    }
    let mut out = AllContacts { cells, pairs: Vec::new(), starts: vec![0] };
    for batch in all.0.chunks(BATCH) {
        let found: Vec<Vec<Touch<Spot, Spot>>> = batch.par_iter().map(|pair| stack.across(pair)).collect();
        for (pair, list) in batch.iter().zip(found) {
            let [a, b] = pair.cells.map(|c| c as usize);
            out.pairs.extend(list.into_iter().map(|t| {
                let (a, b) = (meet(&mut nodes, tree, a, &t.a), meet(&mut nodes, tree, b, &t.b));
                Touch { a, b, sure: t.sure }
            }));
            out.starts.push(out.pairs.len());
        }
    }
    (nodes, out)
}

/// The number of a pair, a new one where it is not known.
fn numbered((list, known): &mut (Vec<Pair>, QuickMap<Pair, u32>), pair: Pair) -> u32 {
    *known.entry(pair).or_insert_with(|| {
        list.push(pair);
        list.len() as u32 - 1
    })
}

impl Nodes {
    fn new(own: &Own) -> Nodes {
        let n = own.groups.len();
        Nodes { layers: own.groups.clone(), open: vec![false; n], own: n, ..Nodes::default() }
    }
}

/// The number that what is met from outside a cell has there.
fn meet(nodes: &mut [Nodes], tree: &Tree, cell: usize, spot: &Spot) -> u32 {
    let node = node(nodes, tree, cell, &spot.under, spot.group);
    nodes[cell].open[node as usize] = true;
    node
}

fn node(nodes: &mut [Nodes], tree: &Tree, cell: usize, under: &[u32], group: u32) -> u32 {
    let [place, under @ ..] = under else { return group };
    let child = tree.places[cell][*place as usize].cell as usize;
    let inner = node(nodes, tree, child, under, group);
    nodes[child].open[inner as usize] = true;
    let layer = nodes[child].layers[inner as usize];
    let of = &mut nodes[cell];
    *of.known.entry((*place, inner)).or_insert_with(|| {
        of.layers.push(layer);
        of.open.push(false);
        of.raised.push((*place, inner));
        of.layers.len() as u32 - 1
    })
}

/// What goes up from a cell: what is met from outside, hung together.
#[derive(Debug, Default)]
struct Raised {
    /// The layer of each.
    layers: Vec<u32>,
    /// Where each number of the cell is among these.
    at: Vec<u32>,
}

/// How many islands each layer has, seen from the tops. A layer of which something touches on one side only is doubted,
/// unless it hangs together anyway.
pub(super) fn islands(tree: &Tree, nodes: &[Nodes], contacts: &AllContacts, doubts: &Doubts) -> Vec<u64> {
    let stands = tree.stands();
    let mut counts = vec![0u64; doubts.layers()];
    let mut raised: Vec<Raised> = Vec::new();
    raised.resize_with(nodes.len(), Raised::default);
    for level in &tree.levels {
        let done: Vec<(Raised, Vec<u64>)> =
            level.par_iter().map(|cell| raise(tree, *cell, nodes, contacts, &raised, doubts)).collect();
        for (cell, (up, closed)) in level.iter().zip(done) {
            raised[*cell] = up;
            for (sum, n) in counts.iter_mut().zip(closed) {
                *sum = sum.saturating_add(n.saturating_mul(stands[*cell]));
            }
        }
    }
    counts
}

/// What of a cell goes up, and how many islands of each layer are whole in it.
fn raise(
    tree: &Tree,
    cell: usize,
    nodes: &[Nodes],
    contacts: &AllContacts,
    raised: &[Raised],
    doubts: &Doubts,
) -> (Raised, Vec<u64>) {
    let (of, met, places) = (&nodes[cell], &contacts.cells[cell], &tree.places[cell]);
    // The cell's own groups come first, then what each placement has raised.
    let mut layer: Vec<u32> = of.layers[..of.own].to_vec();
    let mut first = Vec::with_capacity(places.len());
    for p in places {
        first.push(layer.len() as u32);
        layer.extend_from_slice(&raised[p.cell as usize].layers);
    }
    let at = |place: u32, node: u32| {
        let child = places[place as usize].cell as usize;
        first[place as usize] + raised[child].at[node as usize]
    };
    let mut sets = Sets::new(layer.len());
    let each = |f: &mut dyn FnMut(u32, u32, bool)| {
        met.below.iter().for_each(|t| f(t.a, at(t.b.0, t.b.1), t.sure));
        for (a, b, pair, turned) in &met.across {
            let (a, b) = if *turned { (*b, *a) } else { (*a, *b) };
            contacts.pair(*pair).iter().for_each(|t| f(at(a, t.a), at(b, t.b), t.sure));
        }
    };
    let mut unsure = false;
    each(&mut |a, b, sure| match sure {
        true => sets.join(a, b),
        false => unsure = true,
    });
    if unsure {
        each(&mut |a, b, sure| {
            if !sure && sets.root(a) != sets.root(b) {
                doubts.add(layer[a as usize] as usize);
            }
        });
    }
    let mut up = Raised { layers: Vec::new(), at: vec![u32::MAX; of.open.len()] };
    let mut number = vec![u32::MAX; layer.len()];
    for node in (0..of.open.len()).filter(|node| of.open[*node]) {
        let here = match node.checked_sub(of.own) {
            None => node as u32,
            Some(i) => at(of.raised[i].0, of.raised[i].1),
        };
        let root = sets.root(here) as usize;
        if number[root] == u32::MAX {
            number[root] = up.layers.len() as u32;
            up.layers.push(layer[root]);
        }
        up.at[node] = number[root];
    }
    let mut closed = vec![0; doubts.layers()];
    for i in 0..layer.len() {
        if sets.root(i as u32) as usize == i && number[i] == u32::MAX {
            closed[layer[i] as usize] += 1;
        }
    }
    (up, closed)
}
