//! Maps of layouts: a library is read, its vertices go through the map's program, and the result is written.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;

use migc_compiler::interp::Interpreter;
use migc_compiler::native::{Items, Native, Sink};
use migc_compiler::plan::{GdsSource, Pass, Plan, Shapes, SourceFormat, TargetFormat};
use migc_functions::Value;
use migc_layout::{Format, Migration, Numbers, OutOfRange, Route, VertexKernel};
use migc_ledger::rejects::{Failure, RejectedShape};
use migc_ledger::{Entry, Output};

use crate::error::RunError;

/// What a map of a layout works on.
pub(crate) struct LayoutJob<'a> {
    /// The plan.
    pub(crate) plan: &'a Plan,
    /// The pass over its source.
    pub(crate) pass: &'a Pass,
    /// The target, by its place in the plan.
    pub(crate) to: usize,
    /// What it does beyond its program of one vertex.
    pub(crate) shapes: &'a Shapes,
    /// The library to read.
    pub(crate) source: &'a Path,
    /// The file to write; published with everything else, or not at all.
    pub(crate) target: Output,
    /// The run's identity, for rejects.
    pub(crate) run: &'a str,
    /// Where each fate of the program stands in the spec, as `LINE:COLUMN`.
    pub(crate) at: Vec<String>,
    /// Runs the program where native code is not wanted.
    pub(crate) interpreter: &'a Interpreter,
    /// Whether native code is wanted.
    pub(crate) native: bool,
}

/// What became of a layout.
#[derive(Default)]
pub(crate) struct LayoutDone {
    /// Entries of the ledger: one a unit.
    pub(crate) entries: Vec<Entry>,
    /// Lines of `rejects.jsonl`.
    pub(crate) rejects: Vec<u8>,
}

/// The code of a shape that snapping leaves no area.
const COLLAPSED: &str = "collapsed";

/// Migrates one layout.
pub(crate) fn run(job: &LayoutJob<'_>) -> Result<LayoutDone, RunError> {
    let source = &job.plan.sources[job.pass.source];
    let (SourceFormat::Gds(from), TargetFormat::Gds { dbu, layers, .. }) =
        (&source.format, &job.plan.targets[job.to].format)
    else {
        return Err(RunError::NotBuilt { what: "a map from records to a layout, or back".to_owned() });
    };
    let failed = |why: String| RunError::Layout { path: job.source.to_owned(), why };
    let library = migc_layout::read_path(job.source).map_err(|e| failed(e.to_string()))?;
    keeps_its_unit(from, &library).map_err(failed)?;
    let routes = job.shapes.routes.iter().map(|(s, t)| {
        let (s, t) = (&from.layers[*s], &layers[*t]);
        let to = t.numbers.first().map_or((0, 0), |n| (n.layer.into(), n.first.into()));
        Route { from: numbers(&s.numbers), texts: s.texts, to, to_name: t.name.clone() }
    });
    let grid = from.grid.zip(from.dbu).map_or(1, |(grid, dbu)| grid / dbu).max(1);
    let migration = Migration {
        routes: routes.collect(),
        ignored: numbers(&from.ignored),
        ignore_others: from.ignore_others,
        factor: job.shapes.factor,
        grid: job.shapes.grid,
        period: job.shapes.period,
        ties: job.shapes.ties,
        source_grid: grid,
        variants: job.shapes.variants,
        dbu: *dbu,
    };
    let kernel = Kernel::new(job)?;
    let outcome = migc_layout::migrate(&library, &migration, &kernel).map_err(|e| failed(e.to_string()))?;
    drop(library);
    outcome.counts.balance().map_err(|what| RunError::Internal { what })?;
    let mut out = BufWriter::with_capacity(1 << 20, &*job.target.file);
    let written = migc_layout::write(&outcome.library, Format::Gds, &mut out);
    let cannot = |why: String| RunError::Layout { path: job.target.path.to_path_buf(), why };
    written.map_err(|e| cannot(e.to_string()))?;
    out.flush().map_err(|e| cannot(e.to_string()))?;

    let mut rejects = Vec::new();
    let (chunk, file) = (format!("{}/0", source.name), job.source.display().to_string());
    let at = job.at.first().map(String::as_str);
    for r in &outcome.rejects {
        let failure = Failure { code: COLLAPSED, column: None, value: None, reason: Some(r.why), message: None, at };
        let (layer, bbox) = ((r.layer, r.datatype), r.bbox);
        let (run, chunk, file, cell) = (job.run, chunk.as_str(), file.as_str(), r.cell.as_str());
        let line = RejectedShape { run, chunk, file, cell, layer, bbox, code: COLLAPSED, failures: &[failure] };
        line.write(&mut rejects);
    }
    Ok(LayoutDone { entries: entries(job, &outcome), rejects })
}

/// The promise of the database unit is the guard against scaling twice.
fn keeps_its_unit(from: &GdsSource, library: &migc_layout::Library) -> Result<(), String> {
    let (Some(promised), found) = (from.dbu, library.units.femtometres()) else { return Ok(()) };
    if found == Some(promised) {
        return Ok(());
    }
    let shown = |fm: i64| match fm % 1_000_000 {
        0 => format!("{}nm", fm / 1_000_000),
        _ => format!("{}pm", fm / 1000),
    };
    let found = found.map_or("no whole number of femtometres".to_owned(), shown);
    let promised = shown(promised);
    Err(format!(
        "its database unit is {found}, and the spec promises {promised}; write `dbu: {found}` if the file is the right one"
    ))
}

fn numbers(of: &[migc_compiler::plan::Numbers]) -> Vec<Numbers> {
    of.iter().map(|n| Numbers { layer: n.layer.into(), first: n.first.into(), last: n.last.into() }).collect()
}

/// The program of a vertex, by native code or by the interpreter.
#[expect(clippy::large_enum_variant, reason = "there is one a run")]
enum Kernel<'a> {
    Native(Native),
    Interpreter(&'a Interpreter),
}

impl<'a> Kernel<'a> {
    fn new(job: &LayoutJob<'a>) -> Result<Kernel<'a>, RunError> {
        let (program, codes) = (&job.pass.program, &job.plan.codes);
        if !job.native {
            return Ok(Kernel::Interpreter(job.interpreter));
        }
        let native = Native::compile(program, codes, &Items::Numbers, &[Sink::Numbers]);
        native.map(Kernel::Native).map_err(|e| RunError::Internal { what: e.to_string() })
    }
}

impl VertexKernel for Kernel<'_> {
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange> {
        match self {
            Kernel::Native(native) => {
                let left = native.run_in_place(&mut [x, y]);
                if left.is_empty() { Ok(()) } else { Err(OutOfRange) }
            }
            Kernel::Interpreter(program) => {
                for (x, y) in x.iter_mut().zip(y) {
                    let inputs = [Value::Num(i128::from(*x)), Value::Num(i128::from(*y))];
                    let outcome = program.run(&inputs, &[]);
                    let row = outcome.rows.first().map(|(_, row)| row.as_slice()).unwrap_or_default();
                    let number = |i: usize| row.get(i).and_then(Value::num).and_then(|n| i64::try_from(n).ok());
                    match (number(0), number(1)) {
                        (Some(a), Some(b)) => (*x, *y) = (a, b),
                        _ => return Err(OutOfRange),
                    }
                }
                Ok(())
            }
        }
    }
}

/// The account of a layout: shapes, texts, instances and arrays, each with one fate.
fn entries(job: &LayoutJob<'_>, outcome: &migc_layout::Outcome) -> Vec<Entry> {
    let (source, target) = (&job.plan.sources[job.pass.source].name, &job.plan.targets[job.to].name);
    let entry = |unit: &str, extracted, loaded| Entry {
        map: format!("{source} -> {target}"),
        unit: unit.to_owned(),
        source: source.clone(),
        target: target.clone(),
        extracted,
        loaded,
        ..Entry::default()
    };
    let counts = &outcome.counts;
    let (mut shapes, mut texts) = (entry("shapes", 0, 0), entry("texts", 0, 0));
    let mut missing = 0;
    for (key, c) in &counts.layers {
        let of = if key.texts { &mut texts } else { &mut shapes };
        of.extracted += c.read - c.ignored;
        of.loaded += c.written + c.polygons;
        missing += c.collapsed;
        if c.collapsed > 0 {
            *of.rejected.entry(COLLAPSED.to_owned()).or_default() += c.collapsed;
        }
        if c.ignored > 0 {
            *of.ignored.entry(format!("{}/{}", key.layer, key.datatype)).or_default() += c.ignored;
        }
    }
    if missing > 0 {
        shapes.notes.push(format!("{missing} shapes have no area after snapping; rejects.jsonl says which and where"));
    }
    if counts.cells_written != counts.cells_read {
        shapes.notes.push(format!("{} cells became {}, with their variants", counts.cells_read, counts.cells_written));
    }
    shapes.notes.extend(outcome.notes.iter().cloned());
    let instances = entry("instances", counts.instances_read, counts.instances_kept);
    let arrays = entry("arrays", counts.arrays_read, counts.arrays_kept + counts.arrays_split);
    let units = BTreeMap::from([(0, shapes), (1, texts), (2, instances), (3, arrays)]);
    units.into_values().filter(|e| e.unit == "shapes" || e.extracted > 0 || !e.ignored.is_empty()).collect()
}
