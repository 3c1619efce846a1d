//! Who places whom, and how each cell is placed as seen from the tops.

use std::collections::HashMap;

use crate::error::MigrateError;
use crate::library::Library;
use crate::model::Cell;
use crate::orientation::Orientation;
use crate::recipe::Settings;

/// The cells of a library as a graph without rings.
pub(crate) struct Hierarchy<'a> {
    /// Places of cells by name.
    pub(crate) by_name: HashMap<&'a [u8], usize>,
    /// Cells by height: what places nothing first, and each cell after all that it places.
    pub(crate) levels: Vec<Vec<usize>>,
    /// Cells that nothing places.
    pub(crate) tops: Vec<usize>,
    /// The cells that each cell places, each once.
    pub(crate) below: Vec<Vec<usize>>,
}

/// Builds the graph; names taken twice, missing cells and rings are errors.
pub(crate) fn hierarchy(lib: &Library) -> Result<Hierarchy<'_>, MigrateError> {
    let mut by_name = HashMap::with_capacity(lib.cells.len());
    for (i, cell) in lib.cells.iter().enumerate() {
        if by_name.insert(cell.name.bytes(), i).is_some() {
            return Err(MigrateError::SameName(cell.name.to_string()));
        }
    }
    let mut placed = vec![false; lib.cells.len()];
    let mut below: Vec<Vec<usize>> = Vec::with_capacity(lib.cells.len());
    for cell in &lib.cells {
        let mut list = children(cell, &by_name)?;
        list.sort_unstable();
        list.dedup();
        list.iter().for_each(|c| placed[*c] = true);
        below.push(list);
    }
    let heights = heights(lib, &below)?;
    let mut levels = vec![Vec::new(); heights.iter().max().map_or(0, |h| h + 1)];
    for (cell, h) in heights.iter().enumerate() {
        levels[*h].push(cell);
    }
    let tops = (0..lib.cells.len()).filter(|c| !placed[*c]).collect();
    Ok(Hierarchy { by_name, levels, tops, below })
}

fn children(cell: &Cell, by_name: &HashMap<&[u8], usize>) -> Result<Vec<usize>, MigrateError> {
    let mut list = Vec::new();
    for e in &cell.elements {
        let Some(i) = e.placement() else { continue };
        let name = &cell.placements[i as usize].cell;
        let Some(child) = by_name.get(name.bytes()) else {
            let at = cell.points_of(e).first().copied().unwrap_or_default();
            return Err(MigrateError::MissingCell { cell: cell.name.to_string(), missing: name.to_string(), at });
        };
        list.push(*child);
    }
    Ok(list)
}

/// The longest way down from each cell. Iterative, so that a deep hierarchy does not exhaust the stack.
pub(crate) fn heights(lib: &Library, below: &[Vec<usize>]) -> Result<Vec<usize>, MigrateError> {
    let n = below.len();
    let (mut heights, mut open) = (vec![None; n], vec![false; n]);
    for start in 0..n {
        // A cell with the number of its children that are done.
        let mut stack: Vec<(usize, usize)> = Vec::new();
        if heights[start].is_none() {
            stack.push((start, 0));
            open[start] = true;
        }
        while let Some((cell, next)) = stack.last_mut() {
            let cell = *cell;
            match below[cell].get(*next) {
                Some(child) => {
                    *next += 1;
                    if open[*child] {
                        let from = stack.iter().position(|(c, _)| c == child).unwrap_or(0);
                        let ring = stack[from..].iter().map(|(c, _)| lib.cells[*c].name.to_string()).collect();
                        return Err(MigrateError::Ring(ring));
                    }
                    if heights[*child].is_none() {
                        open[*child] = true;
                        stack.push((*child, 0));
                    }
                }
                None => {
                    let h = below[cell].iter().filter_map(|c| heights[*c]).max().map_or(0, |h: usize| h + 1);
                    heights[cell] = Some(h);
                    open[cell] = false;
                    stack.pop();
                }
            }
        }
    }
    Ok(heights.into_iter().map(|h| h.unwrap_or(0)).collect())
}

/// How a cell stands as seen from a top, as far as snapping can tell: its orientation, and the residue of its origin
/// modulo the period. Without ties rounding commutes with orientations, so the residue is turned back into the cell's
/// own frame and the orientation forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Stand {
    pub(crate) orientation: Orientation,
    pub(crate) residue: [i64; 2],
}

impl Stand {
    /// How a cell stands that is placed at `at` with `orientation` in a cell that stands so.
    pub(crate) fn below(self, at: [i64; 2], orientation: Orientation, s: &Settings) -> Stand {
        if s.copies || s.on_pitch {
            return Stand::default();
        }
        let [x, y] = self.orientation.apply(at);
        let seen = [self.residue[0] + x, self.residue[1] + y];
        let modulo = |[x, y]: [i64; 2]| [x.rem_euclid(s.periods[0]), y.rem_euclid(s.periods[1])];
        if s.ties {
            Stand { orientation: self.orientation.after(orientation), residue: modulo(seen) }
        } else {
            Stand { orientation: Orientation::NONE, residue: modulo(orientation.inverse().apply(seen)) }
        }
    }
}

/// A set that is sorted now and then, so that repeated placements take no room.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) list: Vec<Stand>,
    settled: usize,
}

impl Gathered {
    pub(crate) fn push(&mut self, s: Stand) {
        if self.list.last() == Some(&s) {
            return;
        }
        self.list.push(s);
        if self.list.len() > 2 * self.settled + 4096 {
            self.settle();
        }
    }

    pub(crate) fn settle(&mut self) {
        self.list.sort_unstable();
        self.list.dedup();
        self.settled = self.list.len();
    }
}
