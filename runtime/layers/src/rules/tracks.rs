//! Wires on tracks: the centre lines of rectangles lie on lines at equal distances, as seen from the top.
//!
//! Whether one does depends on where its cell stands, and of that only on what is left when whole pitches are taken off.
//! So each rectangle is looked at once for each way in which its cell lies to the tracks.

use std::collections::BTreeMap;

use migc_geometry::{Orientation, Rect, Region, Shapes};

use super::{Axis, KEPT, Mark, Violations};
use crate::{LayerId, Layers, Tree, TreeError, local};

/// Lines on which centre lines lie. Lengths are in database units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracks {
    /// Only of what is at least as long along this axis as across it; otherwise each by its longer side.
    pub along: Option<Axis>,
    /// From one track to the next.
    pub pitch: i32,
    /// Where one of them is.
    pub first: i32,
}

/// How a cell lies to the tracks: its orientation, and its origin without whole pitches.
type Lie = (bool, u8, [i64; 2]);

/// Checks the rectangles of a layer, and finds what is no rectangle.
pub(super) fn check(tree: &Tree, layers: &Layers, layer: LayerId, on: &Tracks) -> Result<Violations, TreeError> {
    let done = local(tree, layers, &[layer], 0, false, &|shapes: &[Shapes]| {
        let area = shapes.first().map(Region::merged).unwrap_or_default();
        Ok(area.polygons().iter().map(|p| (p.bbox(), p.is_rectangle())).collect::<Vec<_>>())
    })?;
    let mut out = Violations::default();
    for ((cell, found), lies) in done.cells.into_iter().enumerate().zip(on.lies(tree)) {
        let mut marks = Vec::new();
        for (bbox, rectangle) in found.into_iter().flatten() {
            let off = |lie: &Lie| !rectangle || on.misses(&bbox, lie);
            let count: u64 = lies.iter().filter(|(lie, _)| off(lie)).map(|(_, n)| *n).sum();
            out.in_cells += u64::from(count > 0);
            out.flat += count;
            if count > 0 {
                marks.push(Mark::Box(bbox));
            }
        }
        marks.sort_unstable();
        marks.truncate(KEPT);
        if !marks.is_empty() {
            out.cells.push((cell, marks));
        }
    }
    Ok(out)
}

impl Tracks {
    /// How each cell lies, seen from the tops, and how often.
    fn lies(&self, tree: &Tree) -> Vec<BTreeMap<Lie, u64>> {
        let mut lies: Vec<BTreeMap<Lie, u64>> = vec![BTreeMap::new(); tree.places.len()];
        for top in &tree.tops {
            lies[*top].insert((false, 0, [0, 0]), 1);
        }
        for cell in tree.levels.iter().rev().flatten() {
            let own = lies[*cell].clone();
            for p in &tree.places[*cell] {
                for ((mirrored, quarters, at), count) in &own {
                    let orientation = Orientation { mirrored: *mirrored, quarters: *quarters };
                    let seen = crate::Transform { orientation, at: *at }.after(&p.seen);
                    let at = seen.at.map(|v| v.rem_euclid(i64::from(self.pitch.max(1))));
                    let o = seen.orientation;
                    let n = lies[p.cell as usize].entry((o.mirrored, o.quarters, at)).or_default();
                    *n = n.saturating_add(*count);
                }
            }
        }
        lies
    }

    /// Whether a rectangle of a cell that lies so is on no track, though one is wanted for it.
    fn misses(&self, r: &Rect, (mirrored, quarters, at): &Lie) -> bool {
        let orientation = Orientation { mirrored: *mirrored, quarters: *quarters };
        let seen = crate::Transform { orientation, at: *at };
        let [a, b] = [[r.x0, r.y0], [r.x1, r.y1]].map(|p| seen.wide(p.map(i64::from)));
        let long = [0, 1].map(|k| (a[k] - b[k]).abs());
        // Twice the centre, so that none lies between two units.
        let on =
            |axis: usize| (a[axis] + b[axis] - 2 * i64::from(self.first)) % (2 * i64::from(self.pitch.max(1))) == 0;
        let (horizontal, vertical) = (long[0] >= long[1], long[1] >= long[0]);
        match self.along {
            Some(Axis::Horizontal) => horizontal && !on(1),
            Some(Axis::Vertical) => vertical && !on(0),
            // A square can lie either way.
            None => !(horizontal && on(1) || vertical && on(0)),
        }
    }
}
