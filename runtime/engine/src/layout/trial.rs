//! The tests of a spec that give shapes: a cell is drawn in memory, migrated by both engines, and its layers compared.

use migc_compiler::plan::{Layer, Plan, Work};
use migc_compiler::trial::{LayoutTrial, Verdict};
use migc_geometry::{Region, Shapes};
use migc_layout::{Cell, Format, Kind, Library, Name, Units};

use super::work::LayoutMap;
use crate::error::RunError;

/// Runs a test; what is not as it should be has its place in the spec.
pub fn run(plan: &Plan, trial: &LayoutTrial) -> Verdict {
    let mut verdict = Verdict::default();
    let results: Vec<Result<Library, String>> =
        [true, false].into_iter().map(|native| migrated(plan, trial, native).map_err(|e| e.to_string())).collect();
    let [Ok(library), Ok(other)] = results.as_slice() else {
        let why = results.into_iter().find_map(Result::err).unwrap_or_default();
        verdict.failures.push((trial.at, why));
        return verdict;
    };
    for wanted in &trial.then {
        let layer = wanted.target_layer(plan);
        let mut shapes = Shapes::new();
        wanted.polygons.iter().for_each(|p| shapes.push_polygon(p));
        let want = Region::merged(&shapes);
        let (found, again) = (area(library, layer), area(other, layer));
        if found != again {
            let what = "native code and the interpreter differ; this is a mistake in migc, please report it".to_owned();
            verdict.failures.push((wanted.at, what));
        }
        let (missing, more) = (want.not(&found), found.not(&want));
        if !missing.is_empty() || !more.is_empty() {
            let name = layer.map_or("", |l| l.name.as_str());
            let mut what = format!("`{name}` is {}", shown(&found, trial.dbu));
            for (area, word) in [(missing, "missing"), (more, "too much")] {
                if !area.is_empty() {
                    what.push_str(&format!("; {word}: {}", shown(&area, trial.dbu)));
                }
            }
            verdict.failures.push((wanted.at, what));
        }
    }
    verdict
}

fn migrated(plan: &Plan, trial: &LayoutTrial, native: bool) -> Result<Library, RunError> {
    let failed = |what: String| RunError::Internal { what };
    let pass = plan.passes.get(trial.pass).ok_or_else(|| failed("the test has no map".to_owned()))?;
    let Work::Shapes(shapes) = &pass.work else { return Err(failed("the test's map is of records".to_owned())) };
    let to = pass.program.targets().first().copied().unwrap_or_default();
    let map = LayoutMap { plan, pass, to, shapes, run: "", place: &|_| String::new(), native, progress: None };
    let (from, _) = map.sides()?;
    let mut cell = Cell::new(Name::from("TEST"), vec![0; 24]);
    for (layer, corners) in &trial.given {
        let number = from.layers.get(*layer).and_then(|l| l.numbers.first());
        let (layer, datatype) = number.map_or((0, 0), |n| (n.layer.into(), n.first.into()));
        let closed: Vec<[i32; 2]> = corners.iter().chain(corners.first()).copied().collect();
        cell.push(Kind::Boundary, layer, datatype, &closed, None);
    }
    let units = Units::of_femtometres(Format::Gds, from.dbu);
    let mut library = Library::new(Format::Gds, Name::from("TEST"), units);
    library.cells.push(cell);
    Ok(map.work(library, &|why| RunError::Layout { path: "test".into(), why })?.outcome.library)
}

/// What a library of one cell has on a layer.
fn area(library: &Library, layer: Option<&Layer>) -> Region {
    let number = layer.and_then(|l| l.numbers.first());
    let mut shapes = Shapes::new();
    for cell in &library.cells {
        for e in &cell.elements {
            if number.is_some_and(|n| (e.layer, e.datatype) == (n.layer.into(), n.first.into())) {
                // A copy beyond 32 bits was refused before.
                let _ = cell.each_polygon(e, &mut |corners| shapes.push_polygon(corners));
            }
        }
    }
    Region::merged(&shapes)
}

/// An area as a test writes it, in nanometres.
fn shown(area: &Region, dbu: i64) -> String {
    let length = |n: i32| migc_compiler::trial::shown_length(i64::from(n).saturating_mul(dbu));
    let one = |p: migc_geometry::Polygon<'_>| {
        if p.is_rectangle() {
            let b = p.bbox();
            return format!("box({}, {}, {}, {})", length(b.x0), length(b.y0), length(b.x1), length(b.y1));
        }
        let corners: Vec<String> = p.hull().iter().flatten().map(|n| length(*n)).collect();
        let holes = if p.holes().len() > 0 { " with holes" } else { "" };
        format!("polygon({}){holes}", corners.join(", "))
    };
    let polygons = area.polygons();
    let mut list: Vec<String> = polygons.iter().take(6).map(one).collect();
    if polygons.len() > 6 {
        list.push(format!("{} more", polygons.len() - 6));
    }
    if list.is_empty() { "empty".to_owned() } else { list.join(", ") }
}
