//! Operations on areas of which some polygons are slanted.
//!
//! What all shapes of both operands cover falls into islands. Those that no slanted polygon is in go the fast way, and
//! nothing of them rounds; the others, with all that is in them, go through [`crate::slanted`]. For this a slanted
//! polygon counts as its bounding box, so that whatever it rounds to stays in its island.

use crate::bands::Soup;
use crate::combine::{Op, combine};
use crate::slanted::{Slanted, overlay};
use crate::wall::Wall;
use crate::{Rect, Region};

/// What an operation makes of two soups, neither of which needs to be merged.
pub(crate) fn area_of(op: Op, a: Soup<'_>, b: Soup<'_>) -> Region {
    if a.slanted.is_empty() && b.slanted.is_empty() {
        return Region { walls: combine(op, a, b), slanted: Vec::new() };
    }
    let boxes: Vec<Rect> = a.slanted.iter().chain(b.slanted).map(Slanted::bbox).collect();
    let boxes = Region::of_walls(combine(Op::Or, Soup { rects: &boxes, ..Soup::default() }, Soup::default()));
    let drawn = combine(Op::Or, a.upright(), b.upright());
    let islands = Region::of_walls(combine(Op::Or, Soup::of(&drawn), Soup::of(&boxes.walls))).interacting(&boxes);

    let island = Soup::of(&islands.walls);
    let apart = [a, b].map(|soup| combine(Op::Not, soup.upright(), island));
    let mut walls = combine(op, Soup::of(&apart[0]), Soup::of(&apart[1]));
    let [p, q] = [a, b].map(|soup| {
        let within = Region::of_walls(combine(Op::And, soup.upright(), island));
        let polygons = within.polygons();
        polygons.iter().map(|p| Slanted::of(&p)).chain(soup.slanted.iter().cloned()).collect::<Vec<_>>()
    });
    let (upright, slanted): (Vec<_>, Vec<_>) = overlay(op, &p, &q).into_iter().partition(Slanted::is_manhattan);
    if !upright.is_empty() {
        let upright: Vec<Wall> = upright.iter().flat_map(Slanted::walls).collect();
        walls = combine(Op::Or, Soup::of(&walls), Soup::of(&upright));
    }
    Region { walls, slanted }
}
