//! What a map of layouts does with a library in memory.

use migc_compiler::plan::{self, LayerAt, LayoutSource, Pass, Plan, Shapes, SourceFormat, TargetFormat, VerifyOf};
use migc_layers::{Found, TreeError};
use migc_layout::{LeftOut, Library, MigrateError, Migration, Outcome, ScaleMark, VertexKernel};
use migc_ledger::{GateCount, RuleCount};
use std::collections::BTreeSet;

use super::apart::torn_apart;
use super::cells::{leave_out, rename};
use super::computed::{Computer, OWN, Setting, moves, number, outputs};
use super::kernel::{Deciders, Kernel};
use super::migration::migration;
use super::texts::rewrite;
use super::torn::{Torn, torn};
use super::verify::{self, Comparison, Side};
use super::violations;
use crate::error::RunError;
use crate::progress::{Phase, Progress};

/// A map of layouts.
pub(crate) struct LayoutMap<'a> {
    /// The plan.
    pub(crate) plan: &'a Plan,
    /// The pass over its source.
    pub(crate) pass: &'a Pass,
    /// The target, by its place in the plan.
    pub(crate) to: usize,
    /// What it does beyond its program of one vertex.
    pub(crate) shapes: &'a Shapes,
    /// The run's identity, for reports.
    pub(crate) run: &'a str,
    /// Where a byte of the spec is, as `LINE:COLUMN`.
    pub(crate) place: &'a (dyn Fn(u32) -> String + Sync),
    /// Whether native code is wanted.
    pub(crate) native: bool,
    /// Whom to tell how far it is.
    pub(crate) progress: Option<&'a Progress>,
}

/// What a library has become.
pub(super) struct Worked {
    pub(super) outcome: Outcome,
    pub(super) computed: Computed,
    /// What left with cells that were left out, by reason.
    pub(super) left_out: Vec<(String, LeftOut)>,
    /// Rules of layers, those of the source first.
    pub(super) rules: Vec<RuleCount>,
}

impl LayoutMap<'_> {
    /// The two sides, where both are layouts.
    pub(super) fn sides(&self) -> Result<(&LayoutSource, &[plan::Layer]), RunError> {
        match (&self.plan.sources[self.pass.source].format, &self.plan.targets[self.to].format) {
            (SourceFormat::Layout(from), TargetFormat::Layout { layers, .. }) => Ok((from, layers)),
            _ => Err(RunError::NotBuilt { what: "a map from records to a layout, or back".to_owned() }),
        }
    }

    /// The database unit of the target, in 10⁻¹⁵ m.
    pub(super) fn dbu(&self) -> i64 {
        match &self.plan.targets[self.to].format {
            TargetFormat::Layout { dbu, .. } => *dbu,
            _ => 1,
        }
    }

    /// How far a layout is scaled, in physical lengths; `None` where the ratio leaves 64 bits.
    pub(super) fn scale(&self) -> Option<ScaleMark> {
        let (from, _) = self.sides().ok()?;
        let units = ScaleMark([(self.dbu(), from.file_dbu); 2]);
        ScaleMark(self.shapes.scaling.factors).then(units)
    }

    /// Tells how far it is.
    pub(super) fn enter(&self, phase: Phase) {
        self.progress.into_iter().for_each(|p| p.enter(phase));
    }

    /// Migrates a library; `failed` says what a failure is called.
    pub(super) fn work(&self, mut library: Library, failed: &dyn Fn(String) -> RunError) -> Result<Worked, RunError> {
        let (from, to) = self.sides()?;
        let tree = |e: TreeError| failed(e.to_string());
        let codes = &self.plan.codes;
        let deciders = Deciders::new(&from.programs, codes, self.native)?;
        self.enter(Phase::Promises);
        let (mut rules, promises) = drawn(self, from, &mut library, &deciders).map_err(tree)?;
        let mut notes = self.unmatched(&library);
        notes.extend(self.properties_lost(from, &library));
        notes.extend(empty(from, &library));
        let some = !library.cells.is_empty();
        let left_out = leave_out(self, &mut library);
        if some && library.cells.is_empty() {
            notes.push("no cell is left: all of them are dropped, or placed by such alone".to_owned());
        }
        self.enter(Phase::Scaling);
        let migration = migration(self, from, to, &library);
        let mut outcome = self.migrate(&library, &migration)?.map_err(|e| failed(e.to_string()))?;
        outcome.counts.balance().map_err(|what| RunError::Internal { what })?;
        rewrite(self, &mut outcome).map_err(failed)?;
        let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
        let deciders = [deciders, Deciders::new(&self.shapes.programs, codes, self.native)?];
        self.enter(Phase::Islands);
        let torn = match (migration.overrides.is_empty(), migration.scaling.on_pitch) {
            (false, _) => torn_apart(self, from, &library, &migration, &outcome).map_err(tree)?,
            (true, true) => torn(self, from, &library, &outcome).map_err(tree)?,
            (true, false) => Vec::new(),
        };
        self.enter(Phase::Layers);
        let mut computed =
            computed(self, from, to, &deciders, (&names, &library, &migration), &mut outcome).map_err(tree)?;
        self.promised(&rules, &torn, &mut computed.verified);
        computed.torn = torn;
        computed.reports[0] = promises;
        rules.append(&mut computed.rules);
        drop(library);
        outcome.notes.append(&mut notes);
        rename(self, &names, &mut outcome).map_err(failed)?;
        Ok(Worked { outcome, computed, left_out, rules })
    }
}

impl LayoutMap<'_> {
    /// Scales and snaps a library.
    pub(super) fn migrate(
        &self,
        library: &Library,
        migration: &Migration,
    ) -> Result<Result<Outcome, MigrateError>, RunError> {
        let programs = [&self.pass.program].into_iter().chain(self.shapes.overrides.iter().map(|o| &o.program));
        let kernels = programs.map(|p| Kernel::new(p, &self.plan.codes, self.native)).collect::<Result<Vec<_>, _>>()?;
        let kernels: Vec<&dyn VertexKernel> = kernels.iter().map(|k| k as &dyn VertexKernel).collect();
        Ok(migc_layout::migrate_with(library, migration, &kernels))
    }

    /// Patterns of names that fit no cell of the source, as sentences.
    fn unmatched(&self, library: &Library) -> Vec<String> {
        let mut patterns: Vec<&plan::CellPattern> = self.shapes.cells.iter().map(|r| &r.pattern).collect();
        patterns.extend(self.shapes.overrides.iter().map(|o| &o.pattern));
        self.shapes.steps.iter().for_each(|s| s.value.each_pattern(&mut |p| patterns.push(p)));
        patterns.dedup();
        let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
        let fits = |p: &&plan::CellPattern| names.iter().any(|n| p.fills(n).is_some());
        patterns.into_iter().filter(|p| !fits(p)).map(|p| format!("no cell is called \"{p}\"")).collect()
    }

    /// Shapes whose properties end with them, since what is computed of them is others' as well.
    fn properties_lost(&self, from: &LayoutSource, library: &Library) -> Option<String> {
        let mut read = Vec::new();
        self.shapes.steps.iter().for_each(|s| s.value.each_layer(&mut |at| read.push(at)));
        let computed: Vec<&plan::Layer> = read
            .iter()
            .filter_map(|at| if let LayerAt::Source(i) = at { Some(*i) } else { None })
            .filter(|i| !self.shapes.routes.iter().any(|(s, _)| s == i))
            .map(|i| &from.layers[i])
            .collect();
        let lost = library.cells.iter().flat_map(|c| c.elements.iter().map(move |e| (c, e))).filter(|(c, e)| {
            c.extra_of(e).is_some_and(|x| !x.properties.is_empty())
                && computed.iter().any(|l| l.holds(e.layer, e.datatype))
        });
        match lost.count() {
            0 => None,
            1 => Some("1 shape has properties that what is computed of it does not carry on".to_owned()),
            n => Some(format!("{n} shapes have properties that what is computed of them does not carry on")),
        }
    }

    /// What must hold without being asked for: the promises of the source, and islands that stay whole on a pitch.
    fn promised(&self, promises: &[RuleCount], torn: &[Torn], held: &mut Vec<GateCount>) {
        let (source, target) = (&self.plan.sources[self.pass.source].name, &self.plan.targets[self.to].name);
        if !promises.is_empty() {
            let broken: Vec<String> = promises
                .iter()
                .filter(|r| r.violations > 0)
                .map(|r| match r.violations {
                    1 => format!("{}: {}, once", r.layer, r.rule),
                    n => format!("{}: {}, {n} times", r.layer, r.rule),
                })
                .collect();
            let found = match broken.is_empty() {
                true if promises.len() == 1 => "1 rule holds".to_owned(),
                true => format!("{} rules hold", promises.len()),
                false => format!("{}; `{source}.violations.jsonl` has the places", broken.join("; ")),
            };
            let gate = "what its layers promise".to_owned();
            held.push(GateCount { target: source.clone(), gate, held: broken.is_empty(), found });
        }
        if !torn.is_empty() {
            let lost: u64 = torn.iter().map(|t| t.lost).sum();
            let (before, after): (u64, u64) = torn.iter().fold((0, 0), |(b, a), t| (b + t.before, a + t.after));
            let whole = torn.iter().all(|t| t.lost == 0 && t.before == t.after);
            let found = match whole {
                true if before == 1 => "1 island, found again within a grid step, as its cell sees it".to_owned(),
                true => format!("{before} islands, each found again within a grid step, as its cell sees it"),
                false => {
                    let (s, are) = (if before == 1 { "" } else { "s" }, if lost == 1 { "is" } else { "are" });
                    format!("{before} island{s} before, {after} after; {lost} {are} torn or grown together")
                }
            };
            held.push(GateCount { target: target.clone(), gate: "no torn islands".to_owned(), held: whole, found });
        }
    }
}

/// The layers that are declared and that the file lacks, as a sentence.
fn empty(from: &LayoutSource, library: &Library) -> Option<String> {
    let mut there = vec![false; from.layers.len()];
    let mut last = None;
    for e in library.cells.iter().flat_map(|c| &c.elements) {
        let texts = matches!(e.kind, migc_layout::Kind::Text(_));
        // Neighbours in a file mostly share their layer.
        if e.placement().is_some() || last.replace((e.layer, e.datatype, texts)) == Some((e.layer, e.datatype, texts)) {
            continue;
        }
        let of = |l: &plan::Layer| l.texts == texts && l.holds(e.layer, e.datatype);
        from.layers.iter().zip(&mut there).filter(|(l, known)| !**known && of(l)).for_each(|(_, known)| *known = true);
    }
    let names = from.layers.iter().zip(there).filter(|(_, there)| !there).map(|(l, _)| format!("`{}`", l.name));
    match names.collect::<Vec<_>>().as_slice() {
        [] => None,
        [one] => Some(format!("the file has nothing on {one}")),
        several => Some(format!("the file has nothing on {}", several.join(", "))),
    }
}

/// Adds what the source computes on drawn sizes to its cells, and counts what breaks its promises.
fn drawn(
    map: &LayoutMap<'_>,
    from: &LayoutSource,
    library: &mut Library,
    deciders: &Deciders,
) -> Result<(Vec<RuleCount>, Report), TreeError> {
    if from.lets.is_empty() && from.promises.is_empty() && from.devices.is_empty() {
        return Ok((Vec::new(), Report::default()));
    }
    let computer = drawn_computer(from, library, deciders)?;
    for step in &from.lets {
        computer.write(step.to, number(step.to, &[]), &mut library.cells)?;
    }
    let place = (map.plan.sources[map.pass.source].name.as_str(), from.dbu);
    let rules = (from.promises.as_slice(), from.joins.as_slice(), from.devices.as_slice());
    let checked = violations::check(&computer, place, rules, &from.layers, LayerAt::Source)?;
    Ok((checked.counts(map.place), checked.reports(computer.top(), map.run, map.place)))
}

/// The layers of the source on drawn sizes, with all that it computes of them.
pub(super) fn drawn_computer<'d>(
    from: &'d LayoutSource,
    library: &Library,
    deciders: &'d Deciders,
) -> Result<Computer<'d>, TreeError> {
    on_source(from, library, deciders, &from.lets, &|_| Vec::new())
}

/// The layers of the source, with these steps of it still to run; `others` says where all other layers stand in the library.
fn on_source<'d>(
    from: &'d LayoutSource,
    library: &Library,
    deciders: &'d Deciders,
    steps: &'d [plan::LayerStep],
    others: &(dyn Fn(LayerAt) -> Vec<(u32, u32, u32)> + Sync),
) -> Result<Computer<'d>, TreeError> {
    let also: Vec<LayerAt> = (0..from.layers.len()).map(LayerAt::Source).collect();
    let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
    let setting = Setting {
        steps,
        also: &also,
        number: &|at| match at {
            LayerAt::Source(i) => {
                let wide = |n: &plan::Numbers| (n.layer.into(), n.first.into(), n.last.into());
                from.layers[i].numbers.iter().map(wide).collect()
            }
            at => others(at),
        },
        known_as: &names.iter().map(String::as_str).collect::<Vec<_>>(),
        deciders,
        programs: &from.programs,
        grid: 1,
    };
    let mut computer = Computer::new(library, &setting)?;
    for step in steps {
        computer.run(step)?;
    }
    Ok(computer)
}

/// The layers of the source that comparisons read, scaled.
pub(super) fn compared(checks: &[plan::Verify]) -> Vec<LayerAt> {
    let mut out = Vec::new();
    for check in checks {
        if let VerifyOf::Xor(a, b, _) = &check.of {
            a.each_layer(&mut |at| out.push(at));
            b.each_layer(&mut |at| out.push(at));
        }
    }
    out
}

/// What breaks the rules of a place: for KLayout, and as lines of JSON.
pub(super) type Report = [Vec<u8>; 2];

/// What became of layers that were computed.
#[derive(Default)]
pub(super) struct Computed {
    /// Shapes that their cells could not keep, by step.
    pub(super) raised: Vec<(String, u64)>,
    /// Islands of layers of the source, by name.
    pub(super) found: Vec<(String, Found)>,
    /// Layers of the source that only cut or select, with their islands.
    pub(super) masks: Vec<(String, u64)>,
    /// Islands before and after, where cells were snapped in their own frames.
    pub(super) torn: Vec<Torn>,
    /// What was compared before and after.
    pub(super) verified: Vec<GateCount>,
    /// Rules of the target.
    rules: Vec<RuleCount>,
    /// What breaks rules: those of the source, and those of the target.
    pub(super) reports: [Report; 2],
}

/// The layers of which something can be in a layer of the target.
fn seen(from: &LayoutSource, steps: &[plan::LayerStep]) -> BTreeSet<LayerAt> {
    let mut seen = BTreeSet::new();
    for step in from.lets.iter().chain(steps).rev() {
        if matches!(step.to, LayerAt::Target(_)) || seen.contains(&step.to) {
            step.value.each_drawn(&mut |at| _ = seen.insert(at));
        }
    }
    seen
}

/// Computes the target's layers, and takes out what was on the way.
fn computed(
    map: &LayoutMap<'_>,
    from: &LayoutSource,
    to: &[plan::Layer],
    [drawn, deciders]: &[Deciders; 2],
    (names, library, migration): (&[String], &Library, &Migration),
    outcome: &mut Outcome,
) -> Result<Computed, TreeError> {
    let steps = &map.shapes.steps;
    let TargetFormat::Layout { rules, dbu, joins, devices, .. } = &map.plan.targets[map.to].format else {
        return Ok(Computed::default());
    };
    let checks = &map.shapes.verify;
    if steps.is_empty() && rules.is_empty() && checks.is_empty() && devices.is_empty() {
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
    if !rules.is_empty() || !checks.is_empty() || !devices.is_empty() {
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
        programs: &map.shapes.programs,
        grid: map.shapes.scaling.grid,
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
    let seen = seen(from, steps);
    let moves = moves(steps);
    for (at, outputs) in &outputs {
        let LayerAt::Source(i) = at else { continue };
        // What is carried over shape by shape is accounted for shape by shape.
        if !map.shapes.routes.iter().any(|(s, _)| s == i) {
            let (name, found) =
                (from.layers[*i].name.clone(), computer.found(*at, outputs, moves.get(at).copied().unwrap_or(0))?);
            match seen.contains(at) {
                true => out.found.push((name, found)),
                false => out.masks.push((name, found.islands)),
            }
        }
    }
    if !checks.is_empty() {
        // What the source computes stands in the library already.
        let source = on_source(from, library, drawn, &[], &|at| {
            let (layer, datatype) = number(at, &[]);
            vec![(layer, datatype, datatype)]
        })?;
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
            map,
            origins: &outcome.origins,
            fed: &verify::fed(map.shapes, &outputs),
            scaling: &map.shapes.scaling,
            migration,
            dbus: [from.dbu, *dbu],
        };
        out.verified = comparison.judge(checks, &map.plan.targets[map.to].name)?;
    }
    let place = (map.plan.targets[map.to].name.as_str(), *dbu);
    let rules = (rules.as_slice(), joins.as_slice(), devices.as_slice());
    let checked = violations::check(&computer, place, rules, to, LayerAt::Target)?;
    out.rules = checked.counts(map.place);
    out.reports[1] = checked.reports(computer.top(), map.run, map.place);
    out.raised = computer.raised;
    Ok(out)
}
