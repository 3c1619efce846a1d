//! Maps of layouts: a library is read, its vertices go through the map's program, and the result is written.

use std::io::Write;
use std::path::Path;

use migc_compiler::plan::{
    self, CellFate, GdsSource, LayerAt, Pass, Plan, Shapes, SourceFormat, TargetFormat, VerifyOf,
};
use migc_layers::{Found, LayerId, Layers, Tree, TreeError, compare, islands};
use migc_layout::{LeftOut, Library, Migration, Numbers, Outcome, Route};
use migc_ledger::rejects::{Failure, RejectedShape};
use migc_ledger::{Entry, GateCount, Output, RuleCount};

use self::computed::{Computer, OWN, Setting, number, outputs};
use self::kernel::{Deciders, Kernel};
use self::verify::{Comparison, Side};
use crate::error::RunError;

mod account;
mod computed;
mod files;
mod kernel;
mod verify;
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
    /// What was compared before and after.
    pub(crate) verified: Vec<GateCount>,
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
    let left_out = leave_out(job, &mut library);
    let kernel = Kernel::new(&job.pass.program, codes, job.native)?;
    let migration = migration(job, from, to);
    let mut outcome = migc_layout::migrate(&library, &migration, &kernel).map_err(|e| failed(e.to_string()))?;
    let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
    outcome.counts.balance().map_err(|what| RunError::Internal { what })?;
    let deciders = [deciders, Deciders::new(&job.shapes.programs, codes, job.native)?];
    let mut computed =
        computed(job, from, to, &deciders, (&names, &library), &mut outcome).map_err(|e| failed(e.to_string()))?;
    rules.append(&mut computed.rules);
    report(job, &computed.report)?;

    if job.shapes.scaling.on_pitch {
        computed.torn = torn(job, from, &library, &outcome).map_err(|e| failed(e.to_string()))?;
    }
    drop(library);
    rename(job, &names, &mut outcome).map_err(failed)?;
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
    Ok(LayoutDone {
        entries: account::entries(job, &outcome, &computed, &left_out),
        rejects,
        rules,
        verified: computed.verified,
    })
}

/// Leaves out the cells that the map drops; what left, by reason.
fn leave_out(job: &LayoutJob<'_>, library: &mut Library) -> Vec<(String, LeftOut)> {
    let cells = &job.shapes.cells;
    let mut reasons: Vec<&String> = Vec::new();
    for rule in cells {
        if let CellFate::Drop(reason) = &rule.fate
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    let fate = |name: &str| cells.iter().find(|r| r.pattern.fills(name).is_some()).map(|r| &r.fate);
    let leaves = |reason: &String| {
        let which = |name: &migc_layout::Name| fate(&name.to_string()) == Some(&CellFate::Drop(reason.clone()));
        (reason.clone(), migc_layout::leave_out(library, &which))
    };
    reasons.into_iter().map(leaves).collect()
}

/// Gives cells the names that the map says; variants keep their numbers.
fn rename(job: &LayoutJob<'_>, names: &[String], outcome: &mut Outcome) -> Result<(), String> {
    let cells = &job.shapes.cells;
    if !cells.iter().any(|r| matches!(r.fate, CellFate::Rename(_))) {
        return Ok(());
    }
    let new = |i: usize, name: &migc_layout::Name| {
        let source = names.get(*outcome.origins.get(i)?)?;
        let rule = cells.iter().find(|r| r.pattern.fills(source).is_some())?;
        let CellFate::Rename(to) = &rule.fate else { return None };
        let filled = to.filled(&rule.pattern, &rule.pattern.fills(source)?);
        let number = name.to_string().strip_prefix(source.as_str()).unwrap_or_default().to_owned();
        Some(migc_layout::Name::from(format!("{filled}{number}").as_str()))
    };
    let renamed = migc_layout::rename(&mut outcome.library, &new)?;
    outcome.notes.push(format!("{renamed} cells have other names"));
    Ok(())
}

/// Looks whether islands are the same before and after: cells that are snapped in their own frames can tear what they
/// share with their neighbours. Layers by name.
fn torn(job: &LayoutJob<'_>, from: &GdsSource, library: &Library, outcome: &Outcome) -> Result<Vec<Torn>, TreeError> {
    let TargetFormat::Gds { layers: to, .. } = &job.plan.targets[job.to].format else { return Ok(Vec::new()) };
    let carried: Vec<(usize, usize)> =
        job.shapes.routes.iter().copied().filter(|(s, _)| !from.layers[*s].texts).collect();
    let has = |of: &[plan::Numbers], layer: u32, datatype: u32| {
        of.iter().any(|n| u32::from(n.layer) == layer && (u32::from(n.first)..=u32::from(n.last)).contains(&datatype))
    };
    let place = |of: &dyn Fn(usize) -> bool| (0..carried.len()).find(|i| of(*i)).map(|i| LayerId(i as u32));
    let before = Tree::new(library)?;
    let old = Layers::read(library, &|l, d| place(&|i| has(&from.layers[carried[i].0].numbers, l, d)))?;
    let after = Tree::new(&outcome.library)?;
    let new = Layers::read(&outcome.library, &|l, d| place(&|i| has(&to[carried[i].1].numbers, l, d)))?;
    let scaling = &job.shapes.scaling;
    let near = i32::try_from(scaling.grid).unwrap_or(i32::MAX);
    let moved = |r: &migc_geometry::Rect| {
        let scaled = |v: i32, axis: usize| {
            let (m, d) = scaling.factors[axis];
            i32::try_from((i128::from(v) * i128::from(m)).div_euclid(i128::from(d))).ok()
        };
        Some(migc_geometry::Rect {
            x0: scaled(r.x0, 0)?,
            y0: scaled(r.y0, 1)?,
            x1: scaled(r.x1, 0)?,
            y1: scaled(r.y1, 1)?,
        })
    };
    let mut out = Vec::new();
    for (i, (s, _)) in carried.iter().enumerate() {
        let id = LayerId(i as u32);
        let (a, b) = (islands(&before, &old, id)?, islands(&after, &new, id)?);
        let differences = compare(&before, &a, &b, near, &moved);
        let name = |c: usize| before.names.get(c).cloned().unwrap_or_default();
        let places = differences.places.into_iter().map(|(c, r)| (name(c), r)).collect();
        out.push(Torn {
            layer: from.layers[*s].name.clone(),
            before: a.flat,
            after: b.flat,
            lost: differences.lost,
            places,
        });
    }
    Ok(out)
}

/// The islands of a layer before and after.
#[derive(Debug, Default)]
pub(super) struct Torn {
    layer: String,
    before: u64,
    after: u64,
    /// Islands that are not found again.
    lost: u64,
    places: Vec<(String, migc_geometry::Rect)>,
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
    read.extend(compared(&job.shapes.verify));
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

/// The layers of the source that comparisons read, scaled.
fn compared(checks: &[plan::Verify]) -> Vec<LayerAt> {
    let mut out = Vec::new();
    for check in checks {
        if let VerifyOf::Xor(a, b, _) = &check.of {
            a.each_layer(&mut |at| out.push(at));
            b.each_layer(&mut |at| out.push(at));
        }
    }
    out
}

/// The drawn layers of the source that nets and devices are made of.
fn source_computer<'d>(
    from: &'d GdsSource,
    library: &Library,
    deciders: &'d Deciders,
) -> Result<Computer<'d>, TreeError> {
    let also = verify::read(&from.joins, &from.devices, LayerAt::Source);
    let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
    let setting = Setting {
        steps: &[],
        also: &also,
        number: &|at| match at {
            LayerAt::Source(i) => {
                let wide = |n: &plan::Numbers| (n.layer.into(), n.first.into(), n.last.into());
                from.layers[i].numbers.iter().map(wide).collect()
            }
            at => {
                let (layer, datatype) = number(at, &[]);
                vec![(layer, datatype, datatype)]
            }
        },
        known_as: &names.iter().map(String::as_str).collect::<Vec<_>>(),
        deciders,
        programs: &from.programs,
        grid: 1,
    };
    Computer::new(library, &setting)
}

/// What became of layers that were computed.
#[derive(Default)]
pub(super) struct Computed {
    /// Shapes that their cells could not keep, by step.
    raised: Vec<(String, u64)>,
    /// Islands of layers of the source, by name.
    found: Vec<(String, Found)>,
    /// Islands before and after, where cells were snapped in their own frames.
    torn: Vec<Torn>,
    /// What was compared before and after.
    verified: Vec<GateCount>,
    /// Rules of the target.
    rules: Vec<RuleCount>,
    /// What breaks them: for KLayout, and as lines of JSON.
    report: [Vec<u8>; 2],
}

/// Computes the target's layers, and takes out what was on the way.
fn computed(
    job: &LayoutJob<'_>,
    from: &GdsSource,
    to: &[plan::Layer],
    [drawn, deciders]: &[Deciders; 2],
    (names, library): (&[String], &Library),
    outcome: &mut Outcome,
) -> Result<Computed, TreeError> {
    let steps = &job.shapes.steps;
    let TargetFormat::Gds { rules, dbu, joins, devices, .. } = &job.plan.targets[job.to].format else {
        return Ok(Computed::default());
    };
    let checks = &job.shapes.verify;
    if steps.is_empty() && rules.is_empty() && checks.is_empty() {
        return Ok(Computed::default());
    }
    let known_as: Vec<&str> = outcome.origins.iter().map(|o| names[*o].as_str()).collect();
    let mut outputs = outputs(steps);
    // What a layer that was computed on drawn sizes comes to, its own layers come to.
    for (i, step) in from.lets.iter().enumerate().rev() {
        let to = outputs.get(&LayerAt::Drawn(i)).cloned().unwrap_or_default();
        step.value.each_layer(&mut |at| outputs.entry(at).or_default().extend(&to));
    }
    let mut also: Vec<LayerAt> = outputs.iter().flat_map(|(at, list)| list.iter().copied().chain([*at])).collect();
    if !rules.is_empty() || !checks.is_empty() {
        also.extend((0..to.len()).filter(|i| !to[*i].texts).map(LayerAt::Target));
        also.extend(compared(checks));
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
    for (at, outputs) in &outputs {
        let LayerAt::Source(i) = at else { continue };
        // What is carried over shape by shape is accounted for shape by shape.
        if !job.shapes.routes.iter().any(|(s, _)| s == i) {
            out.found.push((from.layers[*i].name.clone(), computer.found(*at, outputs)?));
        }
    }
    if !checks.is_empty() {
        let source = source_computer(from, library, drawn)?;
        let side = (LayerAt::Source as fn(usize) -> LayerAt, LayerAt::Target as fn(usize) -> LayerAt);
        let comparison = Comparison {
            before: Side {
                library,
                computer: &source,
                joins: &from.joins,
                devices: &from.devices,
                layers: &from.layers,
                layer: side.0,
            },
            after: Side { library: &outcome.library, computer: &computer, joins, devices, layers: to, layer: side.1 },
            origins: &outcome.origins,
            fed: &verify::fed(job.shapes, &outputs),
            scaling: &job.shapes.scaling,
        };
        out.verified = comparison.judge(checks, &job.plan.targets[job.to].name)?;
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
