//! What is wrong with the hierarchy of a library, all of it at once: a migration ends at the first.

use std::collections::{BTreeMap, HashMap};

use crate::error::MigrateError;
use crate::hierarchy::heights;
use crate::library::Library;
use crate::model::Point;
use crate::orientation::Orientation;

/// Something in the hierarchy that no migration takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Several cells have one name.
    SameName {
        /// The name.
        cell: String,
        /// How many have it.
        count: usize,
    },
    /// A cell is placed that is not there.
    MissingCell {
        /// The missing cell.
        missing: String,
        /// A cell that places it.
        cell: String,
        /// Where, in database units.
        at: Point,
        /// How many placements of it there are.
        count: u64,
    },
    /// Cells place each other in a ring: each the next, and the last the first.
    Ring(Vec<String>),
    /// Placements that are magnified, or turned by no quarter, or turned by a quarter where x and y have factors of their
    /// own.
    NotUpright {
        /// The cell that is placed.
        placed: String,
        /// A cell in which it stands.
        cell: String,
        /// Where, in database units.
        at: Point,
        /// How it is placed.
        how: String,
        /// How many such placements of it there are.
        count: u64,
    },
}

/// Everything that is wrong with the hierarchy of a library, of rings the first. With `even` factors along x and y, quarter
/// turns are no fault.
pub fn faults(library: &Library, even: bool) -> Vec<Fault> {
    let mut by_name: HashMap<&[u8], usize> = HashMap::new();
    let mut twice: BTreeMap<&[u8], usize> = BTreeMap::new();
    for (i, cell) in library.cells.iter().enumerate() {
        if by_name.insert(cell.name.bytes(), i).is_some() {
            *twice.entry(cell.name.bytes()).or_insert(1) += 1;
        }
    }
    let shown = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    let mut out: Vec<Fault> = twice.iter().map(|(name, n)| Fault::SameName { cell: shown(name), count: *n }).collect();
    let mut missing: BTreeMap<&[u8], (usize, Point, u64)> = BTreeMap::new();
    let mut askew: BTreeMap<(&[u8], String), (usize, Point, u64)> = BTreeMap::new();
    let mut below: Vec<Vec<usize>> = Vec::with_capacity(library.cells.len());
    for (i, cell) in library.cells.iter().enumerate() {
        let mut list = Vec::new();
        for e in &cell.elements {
            let Some(p) = e.placement().and_then(|at| cell.placements.get(at as usize)) else { continue };
            let at = cell.points_of(e).first().copied().unwrap_or_default();
            match by_name.get(p.cell.bytes()) {
                Some(child) => list.push(*child),
                None => missing.entry(p.cell.bytes()).or_insert((i, at, 0)).2 += 1,
            }
            let how = match Orientation::of(p.strans.as_ref()) {
                Err(how) => Some(how),
                Ok(o) if o.turns() && !even => {
                    Some("turned by a quarter, where x and y have factors of their own".to_owned())
                }
                Ok(_) => None,
            };
            if let Some(how) = how {
                askew.entry((p.cell.bytes(), how)).or_insert((i, at, 0)).2 += 1;
            }
        }
        list.sort_unstable();
        list.dedup();
        below.push(list);
    }
    let name = |i: usize| library.cells[i].name.to_string();
    out.extend(missing.into_iter().map(|(cell, (i, at, count))| Fault::MissingCell {
        missing: shown(cell),
        cell: name(i),
        at,
        count,
    }));
    if let Err(MigrateError::Ring(ring)) = heights(library, &below) {
        out.push(Fault::Ring(ring));
    }
    out.extend(askew.into_iter().map(|((cell, how), (i, at, count))| Fault::NotUpright {
        placed: shown(cell),
        cell: name(i),
        at,
        how,
        count,
    }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cell, Kind, Name, Placement, Strans};
    use crate::{Format, Real, Units};

    fn cell(name: &str, placed: &[(&str, Option<Strans>)]) -> Cell {
        let mut cell = Cell::new(Name::from(name), Vec::new());
        for (i, (child, strans)) in placed.iter().enumerate() {
            cell.placements.push(Placement { cell: Name::from(*child), strans: *strans, columns: 1, rows: 1 });
            cell.push(Kind::Instance(i as u32), 0, 0, &[[7, 9]], None);
        }
        cell
    }

    #[test]
    fn everything_that_is_wrong_is_found_at_once() {
        let mut library = Library::new(Format::Gds, Name::from("L"), Units::of_femtometres(Format::Gds, 1_000_000));
        let angle = |a| Some(Strans { flags: 0, mag: None, angle: Some(Real::whole_number(a)) });
        library.cells = vec![
            cell("TOP", &[("A", angle(45)), ("A", angle(45)), ("GONE", None), ("B", angle(90))]),
            cell("A", &[]),
            cell("B", &[("C", None)]),
            cell("C", &[("B", None)]),
            cell("A", &[]),
        ];
        let found = faults(&library, true);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[0], Fault::SameName { cell: "A".into(), count: 2 });
        let (missing, cell) = ("GONE".into(), "TOP".into());
        assert_eq!(found[1], Fault::MissingCell { missing, cell, at: [7, 9], count: 1 });
        assert_eq!(found[2], Fault::Ring(vec!["B".into(), "C".into()]));
        assert!(
            matches!(&found[3], Fault::NotUpright { placed, how, count: 2, .. } if placed == "A" && how == "turned by 45°")
        );
        assert_eq!(faults(&library, false).len(), 5);
    }
}
