//! Wires on tracks: their centre lines lie on lines at equal distances, as seen from the top.
//!
//! A wire lies along the longer side of its bounding box. One that is no rectangle, since it has wider ends or an arm, is
//! known by the longest rectangle in it along that side, as wide as the wire is there. What has slanted sides is on none.
//!
//! Whether one does depends on where its cell stands, and of that only on what is left when whole pitches are taken off.
//! So each wire is looked at once for each way in which its cell lies to the tracks.

use std::collections::BTreeMap;

use migc_geometry::{Orientation, Polygon, Rect, Region, Shapes};

use super::{Axis, KEPT, Mark, Violations};
use crate::islands::region_of;
use crate::{AreaError, LayerId, Layers, Tree, TreeError, local};

/// Lines on which centre lines lie. Lengths are in database units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracks {
    /// Only of wires that are at least as long along this axis as across it; otherwise of all.
    pub along: Option<Axis>,
    /// From one track to the next.
    pub pitch: i32,
    /// Where one of them is.
    pub first: i32,
}

/// How a cell lies to the tracks: its orientation, and its origin without whole pitches.
type Lie = (bool, u8, [i64; 2]);

/// A wire: what it covers, and its centre lines, each of a rectangle along x (or along y). One is the rule.
struct Wire {
    bbox: Rect,
    lines: Vec<(Rect, bool)>,
}

impl Wire {
    fn new(p: Polygon<'_>) -> Result<Wire, AreaError> {
        let bbox = p.bbox();
        // A square lies either way.
        let ways = [(true, bbox.width() >= bbox.height()), (false, bbox.height() >= bbox.width())];
        let mut lines = Vec::new();
        for (along_x, _) in ways.into_iter().filter(|(_, lies)| *lies) {
            if p.is_rectangle() {
                lines.push((bbox, along_x));
                continue;
            }
            let transposed = Orientation { mirrored: true, quarters: 1 };
            let area = region_of(p);
            let strips = if along_x { area.strips() } else { area.oriented(transposed)?.strips() };
            let longest = strips.iter().map(Rect::width).max();
            for r in strips.iter().filter(|r| Some(r.width()) == longest) {
                let r = if along_x { *r } else { Rect { x0: r.y0, y0: r.x0, x1: r.y1, y1: r.x1 } };
                lines.push((r, along_x));
            }
        }
        Ok(Wire { bbox, lines })
    }
}

/// Checks the wires of a layer.
pub(super) fn check(tree: &Tree, layers: &Layers, layer: LayerId, on: &Tracks) -> Result<Violations, TreeError> {
    let done = local(tree, layers, &[layer], 0, false, &|shapes: &[Shapes]| {
        let area = shapes.first().map(Region::merged).unwrap_or_default();
        area.polygons().iter().map(Wire::new).collect::<Result<Vec<_>, _>>()
    })?;
    let mut out = Violations::default();
    for ((cell, found), lies) in done.cells.into_iter().enumerate().zip(on.lies(tree)) {
        let mut marks = Vec::new();
        for wire in found.into_iter().flatten() {
            let count: u64 = lies.iter().filter(|(lie, _)| on.misses(&wire, lie)).map(|(_, n)| *n).sum();
            out.in_cells += u64::from(count > 0);
            out.flat += count;
            if count > 0 {
                marks.push(Mark::Box(wire.bbox));
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

    /// Whether a wire of a cell that lies so is on no track, though one is wanted for it.
    fn misses(&self, wire: &Wire, (mirrored, quarters, at): &Lie) -> bool {
        let orientation = Orientation { mirrored: *mirrored, quarters: *quarters };
        let seen = crate::Transform { orientation, at: *at };
        let (mut lies, mut on) = (wire.lines.is_empty(), false);
        for (r, along_x) in &wire.lines {
            let horizontal = *along_x != (quarters & 1 == 1);
            if self.along.is_some_and(|axis| horizontal != (axis == Axis::Horizontal)) {
                continue;
            }
            lies = true;
            let [a, b] = [[r.x0, r.y0], [r.x1, r.y1]].map(|p| seen.wide(p.map(i64::from)));
            let across = usize::from(horizontal);
            // Twice the centre, so that none lies between two units.
            let centre = a[across] + b[across] - 2 * i64::from(self.first);
            on |= centre % (2 * i64::from(self.pitch.max(1))) == 0;
        }
        lies && !on
    }
}
