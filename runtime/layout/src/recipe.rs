//! What of a cell goes through the kernel: its points in one list, and what is made of them.

use std::collections::{BTreeMap, HashMap};

use crate::arrays::{self, Part};
use crate::copies::{Copies, Group, Room, groups};
use crate::counts::Key;
use crate::error::MigrateError;
use crate::migration::Ways;
use crate::model::*;
use crate::orientation::Orientation;
use crate::outline::{Ends, circle, outline};

/// What holds for all cells of a migration.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) copies: bool,
    pub(crate) ties: bool,
    pub(crate) on_pitch: bool,
    pub(crate) periods: [i64; 2],
    pub(crate) factors: [(i64, i64); 2],
    /// Target database unit over source database unit times the factor along y: what heights of texts are multiplied with.
    pub(crate) physical: (i128, i128),
    pub(crate) source_grid: i64,
    pub(crate) room: Room,
}

/// What becomes of some points.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Make {
    /// The element with other points.
    Same,
    /// A polygon, given without its closing point; a box stays a box.
    Polygon,
    /// A circle: its centre, the rest its outline.
    Circle { ends: Ends },
    /// A path: so many points are its spine, the rest its outline.
    Path { spine: u32, ends: Ends },
    /// A text.
    Text,
    /// An instance.
    Instance { child: u32, orientation: Orientation },
    /// An array: the points are its origin, the next column's, and the next row's.
    Array { child: u32, orientation: Orientation, columns: u32, rows: u32 },
    /// An instance or array of a layout that is copied.
    Copied { child: u32 },
}

/// One thing to make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    /// The element it comes from.
    pub(crate) element: u32,
    /// Layer and datatype in the target.
    pub(crate) to: (u32, u32),
    /// Its points in the recipe; the last ones say where its copies stand: as far from its first point as they are from
    /// the item.
    pub(crate) at: usize,
    pub(crate) count: usize,
    pub(crate) make: Make,
    pub(crate) copies: Copies,
}

/// A cell, ready for the kernel.
pub(crate) struct Recipe {
    pub(crate) points: Vec<[i64; 2]>,
    pub(crate) items: Vec<Item>,
    /// Elements left out, by number.
    pub(crate) ignored: BTreeMap<Key, u64>,
    /// Arrays that are several items, by their elements.
    pub(crate) split: Vec<u32>,
    /// Other elements whose repetition is several items.
    pub(crate) repetitions_split: Vec<u32>,
    /// Points off the source's grid.
    pub(crate) off_grid: u64,
}

/// The recipe of a cell. `stays` says of a cell that it places whether it is scaled as this one is.
pub(crate) fn recipe(
    cell: &Cell,
    by_name: &HashMap<&[u8], usize>,
    ways: &Ways,
    s: &Settings,
    stays: &dyn Fn(usize) -> bool,
) -> Result<Recipe, MigrateError> {
    let (points, items) = (Vec::with_capacity(cell.points.len()), Vec::with_capacity(cell.elements.len()));
    let mut r = Recipe {
        points,
        items,
        ignored: BTreeMap::new(),
        split: Vec::new(),
        repetitions_split: Vec::new(),
        off_grid: 0,
    };
    let mut last: Option<(Key, &[(u32, u32)])> = None;
    for (i, e) in cell.elements.iter().enumerate() {
        let element = i as u32;
        let Some(key) = Key::of(e) else {
            placement(cell, e, element, by_name, (s, stays), &mut r)?;
            continue;
        };
        let way = match last {
            Some((k, w)) if k == key => w,
            _ => ways.get(&key).map_or(&[][..], Vec::as_slice),
        };
        last = Some((key, way));
        for to in way {
            shape(cell, e, element, *to, s, &mut r)?;
        }
        if way.is_empty() {
            *r.ignored.entry(key).or_default() += 1;
        }
    }
    if s.source_grid > 1 {
        r.off_grid = r.points.iter().flatten().filter(|c| **c % s.source_grid != 0).count() as u64;
    }
    Ok(r)
}

fn wide(p: &Point) -> [i64; 2] {
    [i64::from(p[0]), i64::from(p[1])]
}

fn shape(
    cell: &Cell,
    e: &Element,
    element: u32,
    to: (u32, u32),
    s: &Settings,
    r: &mut Recipe,
) -> Result<(), MigrateError> {
    let first = (r.points.len(), r.items.len());
    let mut points = cell.points_of(e);
    // Sizes of texts can change even where no coordinate does: through the database unit.
    let mut make = if matches!(e.kind, Kind::Text(_)) { Make::Text } else { Make::Same };
    if !s.copies {
        match e.kind {
            Kind::Boundary | Kind::Rectangle | Kind::Box => {
                make = Make::Polygon;
                if let [first, rest @ .., last] = points
                    && first == last
                {
                    points = &points[..=rest.len()];
                }
            }
            Kind::Circle => {
                if let Some(outline) = circle(points) {
                    let half = diameter(points) / 2;
                    make = Make::Circle { ends: Ends { begin: half, end: half, round: true } };
                    r.points.push(wide(&points[0]));
                    r.points.extend(outline);
                    points = &[];
                }
            }
            Kind::ExtensionGeometry(_) => return Err(extension(cell, e)),
            Kind::Path(i) => {
                let spine: Vec<[i64; 2]> = points.iter().map(wide).collect();
                let (width, ends) = ends(cell, e, &cell.paths[i as usize])?;
                if width != 0 {
                    let outline = outline(&spine, width, ends);
                    make = Make::Path { spine: spine.len() as u32, ends };
                    r.points.extend(spine);
                    r.points.extend(outline);
                    points = &[];
                }
            }
            _ => {}
        }
    }
    r.points.extend(points.iter().map(wide));
    let item = Item { element, to, at: first.0, count: r.points.len() - first.0, make, copies: Copies::One };
    r.items.push(item);
    repeated(cell, e, s, r)?;
    if r.items.len() - first.1 > 1 {
        r.repetitions_split.push(element);
    }
    Ok(())
}

/// What only an extension understands has a size that nobody here can scale.
fn extension(cell: &Cell, e: &Element) -> MigrateError {
    let at = cell.points_of(e).first().copied().unwrap_or_default();
    let what = "what only an extension of OASIS understands,".into();
    MigrateError::Unsupported { cell: cell.name.to_string(), at, what }
}

/// Makes of the last item as many as its element's copies need.
fn repeated(cell: &Cell, e: &Element, s: &Settings, r: &mut Recipe) -> Result<(), MigrateError> {
    let Some(repetition) = cell.repetition_of(e) else { return Ok(()) };
    let Some(item) = r.items.pop() else { return Ok(()) };
    let periods = if s.copies { [1, 1] } else { s.periods };
    let groups = groups(repetition, periods, &s.room).ok_or(MigrateError::Parts)?;
    let plain = r.points.split_off(item.at);
    for Group { origin, copies, offsets } in groups {
        let at = r.points.len();
        r.points.extend(plain.iter().map(|p| [p[0] + origin[0], p[1] + origin[1]]));
        let first = r.points.get(at).copied().unwrap_or_default();
        r.points.extend(offsets.iter().map(|o| [first[0] + o[0], first[1] + o[1]]));
        r.items.push(Item { at, count: r.points.len() - at, copies, ..item });
    }
    Ok(())
}

/// Width and ends of a path.
pub(crate) fn ends(cell: &Cell, e: &Element, p: &PathDetail) -> Result<(i64, Ends), MigrateError> {
    let width = i64::from(p.width.unwrap_or(0)).abs();
    let half = width / 2;
    let ends = match p.path_type.unwrap_or(0) {
        1 => Ends { begin: half, end: half, round: true },
        2 => Ends { begin: half, end: half, round: false },
        // Flush ends, unless somebody says otherwise all the same.
        0 | 4 => Ends { begin: i64::from(p.begin.unwrap_or(0)), end: i64::from(p.end.unwrap_or(0)), round: false },
        other => {
            let at = cell.points_of(e).first().copied().unwrap_or_default();
            let what = format!("a path of type {other}, which GDSII does not define,");
            return Err(MigrateError::Unsupported { cell: cell.name.to_string(), at, what });
        }
    };
    Ok((width, ends))
}

fn placement(
    cell: &Cell,
    e: &Element,
    element: u32,
    by_name: &HashMap<&[u8], usize>,
    (s, stays): (&Settings, &dyn Fn(usize) -> bool),
    r: &mut Recipe,
) -> Result<(), MigrateError> {
    let Some(i) = e.placement() else {
        if !s.copies {
            return Err(extension(cell, e));
        }
        let (at, copies) = (r.points.len(), Copies::One);
        r.items.push(Item { element, to: (0, 0), at, count: 0, make: Make::Same, copies });
        return Ok(());
    };
    let p = &cell.placements[i as usize];
    let points = cell.points_of(e);
    // The hierarchy has refused missing cells.
    let child = by_name.get(p.cell.bytes()).map_or(0, |c| *c as u32);
    let push = |r: &mut Recipe, points: &[[i64; 2]], make| {
        let at = r.points.len();
        r.points.extend_from_slice(points);
        r.items.push(Item { element, to: (0, 0), at, count: points.len(), make, copies: Copies::One });
    };
    let before = r.items.len();
    let points: Vec<[i64; 2]> = points.iter().map(wide).collect();
    if s.copies {
        push(r, &points, Make::Copied { child });
        return repeated(cell, e, s, r);
    }
    let at = cell.points_of(e).first().copied().unwrap_or_default();
    let orientation = Orientation::of(p.strans.as_ref()).map_err(|how| MigrateError::NotManhattan {
        cell: cell.name.to_string(),
        placed: p.cell.to_string(),
        at,
        how,
    })?;
    if orientation.turns() && s.factors[0] != s.factors[1] && stays(child as usize) {
        let (placed, how) = (p.cell.to_string(), "turned by a quarter, where x and y have factors of their own".into());
        return Err(MigrateError::NotManhattan { cell: cell.name.to_string(), placed, at, how });
    }
    let (Kind::Array(_), &[a, b, c]) = (e.kind, &points[..]) else {
        push(r, &points, Make::Instance { child, orientation });
        repeated(cell, e, s, r)?;
        if r.items.len() - before > 1 {
            r.split.push(element);
        }
        return Ok(());
    };
    let parts =
        if p.columns == 0 || p.rows == 0 { None } else { arrays::parts([a, b, c], p.columns, p.rows, s.periods) };
    let Some(parts) = parts else {
        let what = format!("an array of {} × {} whose pitch is not on the target's grid", p.columns, p.rows);
        return Err(MigrateError::Unsupported { cell: cell.name.to_string(), at, what });
    };
    s.room.take(parts.len() as u64).ok_or(MigrateError::Parts)?;
    let whole = parts.len() == 1;
    for Part { origin, column_step, row_step, columns, rows } in parts {
        if !whole && columns == 1 && rows == 1 {
            push(r, &[origin], Make::Instance { child, orientation });
        } else {
            let next = |step: [i64; 2]| [origin[0] + step[0], origin[1] + step[1]];
            let make = Make::Array { child, orientation, columns, rows };
            push(r, &[origin, next(column_step), next(row_step)], make);
        }
    }
    if !whole {
        r.split.push(element);
    }
    Ok(())
}

impl Recipe {
    /// The placements that differ in child, orientation or residue.
    pub(crate) fn placed(&self, periods: [i64; 2]) -> Vec<(usize, Orientation, [i64; 2])> {
        let mut list: Vec<_> = self
            .items
            .iter()
            .filter_map(|i| {
                let [x, y] = *self.points.get(i.at)?;
                let at = [x.rem_euclid(periods[0]), y.rem_euclid(periods[1])];
                match i.make {
                    Make::Instance { child, orientation } | Make::Array { child, orientation, .. } => {
                        Some((child as usize, orientation, at))
                    }
                    Make::Copied { child } => Some((child as usize, Orientation::NONE, [0, 0])),
                    _ => None,
                }
            })
            .collect();
        list.sort_unstable();
        list.dedup();
        list
    }
}
