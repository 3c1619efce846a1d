//! Cells that are left out or called otherwise.

use std::collections::{HashMap, HashSet};

use crate::library::Library;
use crate::model::{Kind, Name};

/// What left with cells that were left out, as it stands in the source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The cells.
    pub cells: Vec<String>,
    /// Their shapes.
    pub shapes: u64,
    /// Their texts.
    pub texts: u64,
    /// Instances in them, and of them.
    pub instances: u64,
    /// Arrays in them, and of them.
    pub arrays: u64,
}

/// Leaves out the cells that `which` names, their instances everywhere, and cells that only these place.
pub fn leave_out(library: &mut Library, which: &dyn Fn(&Name) -> bool) -> LeftOut {
    let mut gone: HashSet<Name> = library.cells.iter().map(|c| c.name.clone()).filter(|n| which(n)).collect();
    if gone.is_empty() {
        return LeftOut::default();
    }
    // What nothing placed before is a top of its own, and stays.
    let mut places: HashMap<Name, Vec<Name>> = HashMap::new();
    for cell in &library.cells {
        for p in &cell.placements {
            places.entry(p.cell.clone()).or_default().push(cell.name.clone());
        }
    }
    loop {
        let orphan =
            |n: &Name| !gone.contains(n) && places.get(n).is_some_and(|by| by.iter().all(|b| gone.contains(b)));
        let more: Vec<Name> = library.cells.iter().map(|c| c.name.clone()).filter(orphan).collect();
        if more.is_empty() {
            break;
        }
        gone.extend(more);
    }
    let mut out = LeftOut::default();
    for cell in &library.cells {
        if gone.contains(&cell.name) {
            out.cells.push(cell.name.to_string());
            for e in &cell.elements {
                match e.kind {
                    Kind::Text(_) => out.texts += 1,
                    Kind::Instance(_) if e.repetition == 0 => out.instances += 1,
                    Kind::Instance(_) | Kind::Array(_) => out.arrays += 1,
                    Kind::Extension(_) => {}
                    _ => out.shapes += 1,
                }
            }
        }
    }
    library.cells.retain(|c| !gone.contains(&c.name));
    for cell in &mut library.cells {
        let placements = std::mem::take(&mut cell.placements);
        cell.elements.retain(|e| {
            let Some(i) = e.placement() else { return true };
            let leaves = gone.contains(&placements[i as usize].cell);
            let array = matches!(e.kind, Kind::Array(_)) || e.repetition > 0;
            out.instances += u64::from(leaves && !array);
            out.arrays += u64::from(leaves && array);
            !leaves
        });
        cell.placements = placements;
    }
    out
}

/// Gives cells other names, here and where they are placed; two that would be called alike are an error in words.
pub fn rename(library: &mut Library, to: &dyn Fn(usize, &Name) -> Option<Name>) -> Result<u64, String> {
    let mut names: HashMap<Name, Name> = HashMap::new();
    let mut taken: HashMap<Name, Name> = HashMap::new();
    let mut renamed = 0;
    for (i, cell) in library.cells.iter().enumerate() {
        let new = to(i, &cell.name).unwrap_or_else(|| cell.name.clone());
        if new.bytes().is_empty() {
            return Err(format!("of the cell `{}`, no name would be left", cell.name));
        }
        renamed += u64::from(new != cell.name);
        if let Some(other) = taken.insert(new.clone(), cell.name.clone()) {
            return Err(format!("the cells `{other}` and `{}` would both be called `{new}`", cell.name));
        }
        names.insert(cell.name.clone(), new);
    }
    for cell in &mut library.cells {
        if let Some(new) = names.get(&cell.name) {
            cell.name = new.clone();
        }
        for p in &mut cell.placements {
            if let Some(new) = names.get(&p.cell) {
                p.cell = new.clone();
            }
        }
    }
    Ok(renamed)
}
