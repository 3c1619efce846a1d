//! Texts as they are seen from one top.

use migc_layout::{Kind, Library};

use crate::{Transform, Tree};

/// Where every text stands whose layer and texttype `which` wants, seen from a cell: what it says, and its point in database
/// units. In the order of the hierarchy.
pub fn texts(library: &Library, tree: &Tree, cell: usize, which: &dyn Fn(u32, u32) -> bool) -> Vec<(String, [i64; 2])> {
    let mut has: Vec<bool> = library
        .cells
        .iter()
        .map(|c| c.elements.iter().any(|e| matches!(e.kind, Kind::Text(_)) && which(e.layer, e.datatype)))
        .collect();
    for cell in tree.levels.iter().flatten() {
        has[*cell] |= tree.places[*cell].iter().any(|p| has[p.cell as usize]);
    }
    let mut out = Vec::new();
    walk(library, tree, cell, &Transform::NONE, which, &has, &mut out);
    out
}

fn walk(
    library: &Library,
    tree: &Tree,
    at: usize,
    seen: &Transform,
    which: &dyn Fn(u32, u32) -> bool,
    has: &[bool],
    out: &mut Vec<(String, [i64; 2])>,
) {
    let cell = &library.cells[at];
    for e in &cell.elements {
        let Kind::Text(i) = e.kind else { continue };
        let (true, Some(text), Some(p)) =
            (which(e.layer, e.datatype), cell.texts.get(i as usize), cell.points_of(e).first())
        else {
            continue;
        };
        let [x, y] = p.map(i64::from);
        let mut add = |[dx, dy]: [i64; 2]| out.push((text.string.to_string(), seen.wide([x + dx, y + dy])));
        match cell.repetition_of(e) {
            Some(r) => r.offsets().for_each(add),
            None => add([0, 0]),
        }
    }
    for p in tree.places[at].iter().filter(|p| has[p.cell as usize]) {
        walk(library, tree, p.cell as usize, &seen.after(&p.seen), which, has, out);
    }
}
