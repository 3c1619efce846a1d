//! What stands above the cells of a migrated library: units, names of layers, properties.

use crate::gds::real::Real8;
use crate::library::{Interval, LayerName, Library, Units};
use crate::migration::{Migration, Numbers};
use crate::model::Cell;
use crate::property::Property;

/// Standard properties of OASIS that say something of coordinates, elements or top cells. A migration makes them untrue,
/// and even one that only copies may leave layers or cells out.
const STALE: [&[u8]; 6] = [
    b"S_TOP_CELL",
    b"S_BOUNDING_BOX",
    b"S_BOUNDING_BOXES_AVAILABLE",
    b"S_POLYGON_MAX_VERTICES",
    b"S_PATH_MAX_VERTICES",
    b"S_MAX_SIGNED_INTEGER_WIDTH",
];

/// The result of a migration out of its cells.
pub(crate) fn library(lib: &Library, m: &Migration, cells: Vec<Cell>, notes: &mut Vec<String>) -> Library {
    let layer_names = layer_names(lib, m);
    let (before, after) = (lib.layer_names.len(), layer_names.len());
    match before.saturating_sub(after) {
        0 => {}
        1 => notes.push("1 name of layers was left out, because its layers do not stay one".to_owned()),
        n => notes.push(format!("{n} names of layers were left out, because their layers do not stay one")),
    }
    let mut library = Library { layer_names, cells, ..Library::new(lib.format, lib.name.clone(), units(lib, m)) };
    library.version = lib.version;
    library.stamp.clone_from(&lib.stamp);
    library.raw.clone_from(&lib.raw);
    library.extension_names.clone_from(&lib.extension_names);
    library.table_properties.clone_from(&lib.table_properties);
    library.remarks.clone_from(&lib.remarks);
    library.properties = properties(&lib.properties);
    let all = lib.cells.iter().flat_map(|c| &c.name_properties).chain(&lib.properties);
    let stale = all.filter(|p| is_stale(p)).count();
    match stale {
        0 => {}
        1 => notes.push(
            "1 standard property of extents and top cells was left out, because it was true of the source".to_owned(),
        ),
        n => notes.push(format!(
            "{n} standard properties of extents and top cells were left out, because they were true of the source"
        )),
    }
    library
}

/// The properties that a migration keeps.
pub(crate) fn properties(list: &[Property]) -> Vec<Property> {
    list.iter().filter(|p| !is_stale(p)).cloned().collect()
}

fn is_stale(p: &Property) -> bool {
    matches!(p, Property::Named { name, standard: true, .. } if STALE.contains(&name.bytes()))
}

/// Names of layers on their new numbers. One that names several numbers stays where all of them do.
fn layer_names(lib: &Library, m: &Migration) -> Vec<LayerName> {
    let stays = |n: &LayerName| {
        let inside = |i: Interval, n: u32| (i.first..=i.last).contains(&u64::from(n));
        let named = m.routes.iter().filter(|r| r.texts == n.texts);
        let moved = |from: &Numbers, to: (u32, u32)| {
            inside(n.layers, from.layer)
                && from.first.max(u32::try_from(n.datatypes.first).unwrap_or(u32::MAX)) <= from.last
                && u64::from(from.first) <= n.datatypes.last
                && (from.layer, from.first, from.last) != (to.0, to.1, to.1)
        };
        !named.flat_map(|r| r.from.iter().map(|f| (f, r.to))).any(|(f, to)| moved(f, to))
    };
    let single = |i: Interval| u32::try_from(i.first).ok().filter(|_| i.first == i.last);
    let goes = |n: &LayerName| {
        let (layer, datatype) = (single(n.layers)?, single(n.datatypes)?);
        let has = |f: &Numbers| f.layer == layer && (f.first..=f.last).contains(&datatype);
        let route = m.routes.iter().find(|r| r.texts == n.texts && r.from.iter().any(has))?;
        let at = |n: u32| Interval { first: u64::from(n), last: u64::from(n) };
        Some(LayerName { layers: at(route.to.0), datatypes: at(route.to.1), ..n.clone() })
    };
    lib.layer_names.iter().filter_map(|n| if stays(n) { Some(n.clone()) } else { goes(n) }).collect()
}

/// The units of the result: the target's database unit, and the user unit of the source.
fn units(lib: &Library, m: &Migration) -> Units {
    let source = lib.units.femtometres();
    if m.dbu == 0 || source == Some(m.dbu) {
        return lib.units;
    }
    let micrometres = Units::of_femtometres(lib.format, m.dbu);
    let (Some(source), Units::Gds { user, .. }) = (source, lib.units) else { return micrometres };
    // Where the source's user unit is the micrometre to the last bits of its reals, the result's is the micrometre.
    let usual = Real8::ratio(i128::from(source), 1_000_000_000);
    if user.0.abs_diff(usual.0) < 16 {
        return micrometres;
    }
    let scaled = user.times(i128::from(m.dbu), i128::from(source));
    match (micrometres, scaled) {
        (Units::Gds { metres, .. }, Some(user)) => Units::Gds { user, metres },
        _ => micrometres,
    }
}
