//! Maps of layouts: a library is read, its vertices go through the map's program, and the result is written.

use std::io::Write;
use std::path::Path;

use migc_compiler::plan::{self, GdsSource, LayerAt, Pass, Plan, Shapes, SourceFormat, TargetFormat};
use migc_layers::{Found, TreeError};
use migc_layout::{Library, Migration, Numbers, Outcome, Route};
use migc_ledger::rejects::{Failure, RejectedShape};
use migc_ledger::{Entry, Output, RuleCount};

use self::computed::{Computer, OWN, Setting, number, outputs};
use self::kernel::{Deciders, Kernel};
use crate::error::RunError;

mod account;
mod computed;
mod files;
mod kernel;
mod violations;

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
    /// Where reports of what breaks the target's rules go: for KLayout, and as lines of JSON.
    pub(crate) reports: Option<[Output; 2]>,
    /// Where a byte of the spec is, as `LINE:COLUMN`.
    pub(crate) place: &'a (dyn Fn(u32) -> String + Sync),
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
    /// Rules of layers, and how often they are broken.
    pub(crate) rules: Vec<RuleCount>,
}

/// The code of a shape that snapping leaves no area.
const COLLAPSED: &str = "collapsed";

/// Migrates one layout.
pub(crate) fn run(job: &LayoutJob<'_>) -> Result<LayoutDone, RunError> {
    let source = &job.plan.sources[job.pass.source];
    let (SourceFormat::Gds(from), TargetFormat::Gds { file, layers: to, .. }) =
        (&source.format, &job.plan.targets[job.to].format)
    else {
        return Err(RunError::NotBuilt { what: "a map from records to a layout, or back".to_owned() });
    };
    let failed = |why: String| RunError::Layout { path: job.source.to_owned(), why };
    let mut library = migc_layout::read_path(job.source).map_err(|e| failed(e.to_string()))?;
    files::keeps_its_format(from.file, &library).map_err(failed)?;
    keeps_its_unit(from, &library).map_err(failed)?;
    let codes = &job.plan.codes;
    let deciders = Deciders::new(&from.programs, codes, job.native)?;
    let mut rules = drawn(job, from, &mut library, &deciders).map_err(|e| failed(e.to_string()))?;
    let kernel = Kernel::new(&job.pass.program, codes, job.native)?;
    let migration = migration(job, from, to);
    let mut outcome = migc_layout::migrate(&library, &migration, &kernel).map_err(|e| failed(e.to_string()))?;
    let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
    drop(library);
    outcome.counts.balance().map_err(|what| RunError::Internal { what })?;
    let deciders = Deciders::new(&job.shapes.programs, codes, job.native)?;
    let mut computed = computed(job, to, &deciders, &names, &mut outcome).map_err(|e| failed(e.to_string()))?;
    rules.append(&mut computed.rules);
    report(job, &computed.report)?;
    files::write(job, *file, to, &mut outcome)?;

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
    Ok(LayoutDone { entries: account::entries(job, &outcome, &computed), rejects, rules })
}

/// Writes the reports of what breaks the target's rules.
fn report(job: &LayoutJob<'_>, report: &[Vec<u8>; 2]) -> Result<(), RunError> {
    for (output, bytes) in job.reports.iter().flatten().zip(report) {
        (&*output.file).write_all(bytes).map_err(|e| {
            let path = output.path.to_path_buf();
            RunError::Layout { path, why: format!("the report cannot be written: {e}") }
        })?;
    }
    Ok(())
}

/// Adds what the source computes on drawn sizes to its cells, and counts what breaks its promises.
fn drawn(
    job: &LayoutJob<'_>,
    from: &GdsSource,
    library: &mut Library,
    deciders: &Deciders,
) -> Result<Vec<RuleCount>, TreeError> {
    if from.lets.is_empty() && from.promises.is_empty() {
        return Ok(Vec::new());
    }
    let also: Vec<LayerAt> = (0..from.layers.len()).map(LayerAt::Source).collect();
    let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
    let setting = Setting {
        steps: &from.lets,
        also: &also,
        number: &|at| match at {
            LayerAt::Source(i) => {
                let wide = |n: &plan::Numbers| (n.layer.into(), n.first.into(), n.last.into());
                from.layers[i].numbers.iter().map(wide).collect()
            }
            _ => Vec::new(),
        },
        known_as: &names.iter().map(String::as_str).collect::<Vec<_>>(),
        deciders,
        programs: &from.programs,
        grid: 1,
    };
    let mut computer = Computer::new(library, &setting)?;
    for step in &from.lets {
        computer.run(step)?;
    }
    for step in &from.lets {
        computer.write(step.to, number(step.to, &[]), &mut library.cells)?;
    }
    let place = (job.plan.sources[job.pass.source].name.as_str(), from.dbu.unwrap_or(1_000_000));
    let checked = violations::check(&computer, place, &from.promises, &from.layers, LayerAt::Source)?;
    Ok(checked.counts(job.place))
}

/// What the plan says of carrying over, scaling and snapping.
fn migration(job: &LayoutJob<'_>, from: &GdsSource, to: &[plan::Layer]) -> Migration {
    let TargetFormat::Gds { dbu, .. } = &job.plan.targets[job.to].format else { return Migration::default() };
    let mut routes = Vec::new();
    for (s, t) in &job.shapes.routes {
        let (s, name) = (&from.layers[*s], to[*t].name.clone());
        routes.push(Route {
            from: numbers(&s.numbers),
            texts: s.texts,
            to: number(LayerAt::Target(*t), to),
            to_name: name,
        });
    }
    // What is computed with is carried over under a number of the program's own.
    let mut read: Vec<LayerAt> = Vec::new();
    let steps = job.shapes.steps.iter().chain(&from.lets);
    steps.for_each(|step| step.value.each_layer(&mut |at| read.push(at)));
    read.sort_unstable();
    read.dedup();
    for at in read {
        let (from, name) = match at {
            LayerAt::Source(i) => (numbers(&from.layers[i].numbers), from.layers[i].name.clone()),
            LayerAt::Drawn(i) => {
                let (layer, datatype) = number(at, to);
                (vec![Numbers { layer, first: datatype, last: datatype }], from.lets[i].name.clone())
            }
            LayerAt::Target(_) | LayerAt::Let(_) => continue,
        };
        routes.push(Route { from, texts: false, to: number(at, to), to_name: name });
    }
    // What was drawn for another such layer alone goes nowhere.
    let mut ignored = numbers(&from.ignored);
    ignored.push(Numbers { layer: number(LayerAt::Drawn(0), to).0, first: 0, last: u32::MAX });
    let scaling = &job.shapes.scaling;
    Migration {
        routes,
        ignored,
        ignore_others: from.ignore_others,
        factors: scaling.factors,
        grid: scaling.grid,
        periods: scaling.periods,
        on_pitch: scaling.on_pitch,
        ties: scaling.ties,
        source_grid: from.grid.zip(from.dbu).map_or(1, |(grid, dbu)| grid / dbu).max(1),
        variants: scaling.variants,
        dbu: *dbu,
    }
}

/// What became of layers that were computed.
#[derive(Default)]
pub(super) struct Computed {
    /// Shapes that their cells could not keep, by step.
    raised: Vec<(String, u64)>,
    /// Islands of layers of the source, by name.
    found: Vec<(String, Found)>,
    /// Rules of the target.
    rules: Vec<RuleCount>,
    /// What breaks them: for KLayout, and as lines of JSON.
    report: [Vec<u8>; 2],
}

/// Computes the target's layers, and takes out what was on the way.
fn computed(
    job: &LayoutJob<'_>,
    to: &[plan::Layer],
    deciders: &Deciders,
    names: &[String],
    outcome: &mut Outcome,
) -> Result<Computed, TreeError> {
    let steps = &job.shapes.steps;
    let TargetFormat::Gds { rules, dbu, .. } = &job.plan.targets[job.to].format else { return Ok(Computed::default()) };
    if steps.is_empty() && rules.is_empty() {
        return Ok(Computed::default());
    }
    let known_as: Vec<&str> = outcome.origins.iter().map(|o| names[*o].as_str()).collect();
    let mut outputs = outputs(steps);
    if let SourceFormat::Gds(from) = &job.plan.sources[job.pass.source].format {
        // What a layer that was computed on drawn sizes comes to, its own layers come to.
        for (i, step) in from.lets.iter().enumerate().rev() {
            let to = outputs.get(&LayerAt::Drawn(i)).cloned().unwrap_or_default();
            step.value.each_layer(&mut |at| outputs.entry(at).or_default().extend(&to));
        }
    }
    let mut also: Vec<LayerAt> = outputs.iter().flat_map(|(at, list)| list.iter().copied().chain([*at])).collect();
    if !rules.is_empty() {
        also.extend((0..to.len()).filter(|i| !to[*i].texts).map(LayerAt::Target));
    }
    let setting = Setting {
        steps,
        also: &also,
        number: &|at| {
            let (layer, datatype) = number(at, to);
            vec![(layer, datatype, datatype)]
        },
        known_as: &known_as,
        deciders,
        programs: &job.shapes.programs,
        grid: job.shapes.scaling.grid,
    };
    let mut computer = Computer::new(&outcome.library, &setting)?;
    for step in steps {
        computer.run(step)?;
    }
    for cell in &mut outcome.library.cells {
        cell.elements.retain(|e| e.layer < OWN);
    }
    for step in steps.iter().filter(|s| matches!(s.to, LayerAt::Target(_))) {
        computer.write(step.to, number(step.to, to), &mut outcome.library.cells)?;
    }
    let mut out = Computed::default();
    if let SourceFormat::Gds(from) = &job.plan.sources[job.pass.source].format {
        for (at, outputs) in outputs {
            let LayerAt::Source(i) = at else { continue };
            // What is carried over shape by shape is accounted for shape by shape.
            if !job.shapes.routes.iter().any(|(s, _)| *s == i) {
                out.found.push((from.layers[i].name.clone(), computer.found(at, &outputs)?));
            }
        }
    }
    let place = (job.plan.targets[job.to].name.as_str(), *dbu);
    let checked = violations::check(&computer, place, rules, to, LayerAt::Target)?;
    out.rules = checked.counts(job.place);
    out.report = [checked.lyrdb(computer.top()).into_bytes(), Vec::new()];
    checked.lines(job.run, job.place, &mut out.report[1]);
    out.raised = computer.raised;
    Ok(out)
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
