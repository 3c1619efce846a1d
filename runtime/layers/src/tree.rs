//! Who places whom.

use std::collections::HashMap;

use migc_geometry::Orientation;
use migc_layout::Library;

use crate::Transform;

/// More places than this are refused: they would fill any memory.
const MOST: u64 = 64_000_000;

/// More cells than this, seen from the tops, are refused.
const MOST_FLAT: u64 = 1 << 26;

/// A cell that stands in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The cell that is placed, by its place in the library.
    pub cell: u32,
    /// How it is seen from the cell that places it.
    pub seen: Transform,
}

/// Why a layout cannot be looked at as areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TreeError {
    /// An instance that is magnified, or turned by no quarter.
    Placed {
        /// The cell in which it stands.
        cell: String,
        /// The cell that it places.
        placed: String,
        /// How it is placed.
        how: String,
    },
    /// There are too many instances to look at one by one.
    TooMany(u64),
    /// Something in a cell cannot be computed.
    Area {
        /// The cell.
        cell: String,
        /// What, in words.
        what: String,
    },
}

impl std::fmt::Display for TreeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TreeError::Placed { cell, placed, how } => write!(
                f,
                "the cell `{cell}` places `{placed}` {how}, and layers are only computed where all instances stand upright"
            ),
            TreeError::TooMany(n) => write!(
                f,
                "it has {n} instances, those of arrays and of cells in cells counted, which are too many to look at"
            ),
            TreeError::Area { cell, what } => write!(f, "in the cell `{cell}`: {what}"),
        }
    }
}

impl std::error::Error for TreeError {}

/// The cells of a library and their placements.
#[derive(Debug)]
pub struct Tree {
    /// The places in each cell, in the order of the library.
    pub places: Vec<Vec<Place>>,
    /// Cells by height: what places nothing first, and each cell after all that it places.
    pub levels: Vec<Vec<usize>>,
    /// Cells that nothing places.
    pub tops: Vec<usize>,
    /// Their names.
    pub names: Vec<String>,
}

impl Tree {
    /// The tree of a library whose hierarchy is known to be sound: no name twice, none missing, no ring.
    pub fn new(library: &Library) -> Result<Tree, TreeError> {
        let by_name: HashMap<&[u8], u32> =
            library.cells.iter().enumerate().map(|(i, c)| (c.name.bytes(), i as u32)).collect();
        let placements = library.cells.iter().flat_map(|c| c.elements.iter().map(move |e| (c, e)));
        let all =
            placements.filter(|(_, e)| e.placement().is_some()).map(|(c, e)| c.places(e)).fold(0, u64::saturating_add);
        if all > MOST {
            return Err(TreeError::TooMany(all));
        }
        let mut places = Vec::with_capacity(library.cells.len());
        for cell in &library.cells {
            let mut list = Vec::new();
            for e in &cell.elements {
                let Some(p) = e.placement().and_then(|i| cell.placements.get(i as usize)) else { continue };
                let Some(child) = by_name.get(p.cell.bytes()).copied() else { continue };
                let mut add = |s: migc_layout::Stood| {
                    let orientation = Orientation { mirrored: s.mirrored, quarters: s.quarters };
                    list.push(Place { cell: child, seen: Transform { orientation, at: s.at } });
                };
                cell.each_place(e, &mut add).map_err(|how| TreeError::Placed {
                    cell: cell.name.to_string(),
                    placed: p.cell.to_string(),
                    how,
                })?;
            }
            places.push(list);
        }
        let levels = levels(&places);
        let mut placed = vec![false; places.len()];
        places.iter().flatten().for_each(|p| placed[p.cell as usize] = true);
        let tops = (0..places.len()).filter(|c| !placed[*c]).collect();
        let names = library.cells.iter().map(|c| c.name.to_string()).collect();
        let tree = Tree { places, levels, tops, names };
        // What nothing can hold flat is not looked at: a cell that meets its neighbours everywhere is flat in the end.
        match tree.stands().into_iter().fold(0, u64::saturating_add) {
            n if n > MOST_FLAT => Err(TreeError::TooMany(n)),
            _ => Ok(tree),
        }
    }

    /// Which cells stand turned by a quarter, seen from a top, in any of their placements.
    pub fn turned(&self) -> Vec<bool> {
        let (mut upright, mut turned) = (vec![false; self.places.len()], vec![false; self.places.len()]);
        self.tops.iter().for_each(|t| upright[*t] = true);
        for cell in self.levels.iter().rev().flatten() {
            for p in &self.places[*cell] {
                let child = p.cell as usize;
                let by = p.seen.orientation.quarters & 1 == 1;
                upright[child] |= if by { turned[*cell] } else { upright[*cell] };
                turned[child] |= if by { upright[*cell] } else { turned[*cell] };
            }
        }
        turned
    }

    /// How often each cell stands in the tops, all ways counted.
    pub fn stands(&self) -> Vec<u64> {
        let mut stands = vec![0u64; self.places.len()];
        self.tops.iter().for_each(|t| stands[*t] = 1);
        for cell in self.levels.iter().rev().flatten() {
            for p in &self.places[*cell] {
                stands[p.cell as usize] = stands[p.cell as usize].saturating_add(stands[*cell]);
            }
        }
        stands
    }
}

/// Cells by the longest way down.
fn levels(places: &[Vec<Place>]) -> Vec<Vec<usize>> {
    let mut below: Vec<Vec<u32>> = places.iter().map(|list| list.iter().map(|p| p.cell).collect()).collect();
    below.iter_mut().for_each(|list| {
        list.sort_unstable();
        list.dedup();
    });
    let mut above: Vec<Vec<u32>> = vec![Vec::new(); places.len()];
    for (cell, list) in below.iter().enumerate() {
        list.iter().for_each(|c| above[*c as usize].push(cell as u32));
    }
    let mut open: Vec<usize> = below.iter().map(Vec::len).collect();
    let mut level: Vec<usize> = (0..places.len()).filter(|c| open[*c] == 0).collect();
    let mut levels = Vec::new();
    while !level.is_empty() {
        let mut next = Vec::new();
        for cell in &level {
            for parent in &above[*cell] {
                open[*parent as usize] -= 1;
                if open[*parent as usize] == 0 {
                    next.push(*parent as usize);
                }
            }
        }
        next.sort_unstable();
        levels.push(std::mem::replace(&mut level, next));
    }
    levels
}
