//! The tests that stand in a spec: records as they are extracted, and what must become of them. Each runs on the
//! interpreter and on native code, with nothing read from anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use migc_abi::PAD;
use migc_abi::lookup::LookupTable;
use migc_functions::Value;
use migc_grammar::span::Span;

use crate::interp::{Course, Interpreter, Outcome};
use crate::native::{Fields, Items, Native, Place, Sink};
use crate::plan::{Arm, Expr, FateKind, Input, LayerAt, Op, Pass, Plan, RecordFile, SourceFormat, Work};
use crate::uniques::{Sighting, Uniques};
use crate::{lints, reference, row};

/// A test as the checker has read it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What it shows.
    pub title: String,
    /// Its place in the spec.
    pub at: Span,
    /// The records that it gives.
    pub given: Vec<Record>,
    /// What must become of them.
    pub then: Vec<Expected>,
}

/// A test that gives shapes.
#[derive(Debug, Clone)]
pub struct LayoutTrial {
    /// What it shows.
    pub title: String,
    /// Its place in the spec.
    pub at: Span,
    /// The pass that it goes through, by its place in the plan.
    pub pass: usize,
    /// The shapes that it gives: layers of the source by their places, and corners in its database units.
    pub given: Vec<(usize, Vec<[i32; 2]>)>,
    /// All that layers of the target must have.
    pub then: Vec<LayerExpected>,
    /// The target's database unit in 10⁻¹⁵ m.
    pub dbu: i64,
}

/// All that a layer of a target must have.
#[derive(Debug, Clone)]
pub struct LayerExpected {
    /// The target, by its place in the plan.
    pub target: usize,
    /// The layer, by its place in the target.
    pub layer: usize,
    /// Corners of polygons in the target's database units; together they are the layer.
    pub polygons: Vec<Vec<[i32; 2]>>,
    /// Its place in the spec.
    pub at: Span,
}

impl LayerExpected {
    /// The layer.
    pub fn target_layer<'p>(&self, plan: &'p Plan) -> Option<&'p crate::plan::Layer> {
        match &plan.targets.get(self.target)?.format {
            crate::plan::TargetFormat::Layout { layers, .. } => layers.get(self.layer),
            crate::plan::TargetFormat::Records(_) => None,
        }
    }
}

/// A length in 10⁻¹⁵ m as it is written in a spec.
pub fn shown_length(fm: i64) -> String {
    crate::check::quantity::shown_length(fm)
}

/// A record that a test gives.
#[derive(Debug, Clone)]
pub struct Record {
    /// Where it stands.
    pub of: Origin,
    /// Its fields, by column.
    pub fields: Vec<Field>,
    /// Its place in the spec.
    pub at: Span,
}

/// Where a given record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In a source, by its place in the plan.
    Source(usize),
    /// In a reference, by its place in the plan.
    Reference(usize),
}

/// A field of a given record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// The test does not give it, so nothing may use it.
    Unset,
    /// Nothing stands there.
    Null,
    /// This text stands there.
    Text(String),
}

/// What a test expects.
#[derive(Debug, Clone)]
pub enum Expected {
    /// A row of a target: columns by name, with what is written in them; null is none.
    Row {
        /// The target, by its place in the plan.
        target: usize,
        /// The columns that are looked at.
        columns: Vec<(String, Option<String>)>,
        /// Its place in the spec.
        at: Span,
    },
    /// A fate, and its code or reason if one is said.
    Fate {
        /// `dropped`, `rejected`, `warned` or `apart`.
        word: &'static str,
        /// The code.
        code: Option<String>,
        /// Its place in the spec.
        at: Span,
    },
}

/// What a test came to.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    /// What is not as it should be, each with its place; none if the test holds.
    pub failures: Vec<(Span, String)>,
}

/// What the tests of a spec have gone through.
#[derive(Debug, Default)]
pub struct Coverage {
    fates: BTreeSet<(usize, usize)>,
    arrows: BTreeSet<(usize, usize)>,
    arms: BTreeSet<(u32, u32)>,
    layers: BTreeSet<(usize, usize)>,
}

/// A thing that tests can go through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverable {
    /// What it is, in words.
    pub what: String,
    /// Its place in the spec.
    pub at: Span,
    /// Whether a test went through it.
    pub covered: bool,
}

impl Coverage {
    /// Takes the layers that a test of shapes looks at.
    pub fn look(&mut self, trial: &LayoutTrial) {
        self.layers.extend(trial.then.iter().map(|layer| (layer.target, layer.layer)));
    }

    /// Everything that tests can go through: the rows of each map, its ways out, and the arms of its matches; of layouts, the
    /// layers that are computed.
    pub fn list(&self, plan: &Plan) -> Vec<Coverable> {
        let mut out = Vec::new();
        for (p, pass) in plan.passes.iter().enumerate() {
            if let Work::Shapes(shapes) = &pass.work {
                let target = pass.program.targets().first().copied().unwrap_or_default();
                for step in &shapes.steps {
                    let LayerAt::Target(layer) = step.to else { continue };
                    let covered = self.layers.contains(&(target, layer));
                    out.push(Coverable { what: format!("the layer `{}`", step.name), at: step.at, covered });
                }
                continue;
            }
            for (a, (branch, arrow)) in pass.program.arrows().enumerate() {
                let (title, target) = (&pass.program.branches[branch].title, &plan.targets[arrow.target].name);
                let at = arrow.outputs.first().map_or(Span::default(), |o| o.value.at);
                let covered = self.arrows.contains(&(p, a));
                out.push(Coverable { what: format!("a row of `{target}` by {title}"), at, covered });
            }
            for (f, fate) in pass.program.fates.iter().enumerate() {
                let what = match fate.kind {
                    FateKind::Reject => format!("rejected {}", fate.code),
                    FateKind::Drop => format!("dropped {}", fate.code),
                    FateKind::Warn => format!("warned {}", fate.code),
                    FateKind::Abort => "abort".to_owned(),
                    FateKind::Apart => continue,
                };
                out.push(Coverable { what, at: fate.at, covered: self.fates.contains(&(p, f)) });
            }
            lints::each_expr(pass, &mut |e| arms(e, &self.arms, &mut out));
        }
        out.sort_by_key(|c| (c.at.start, c.at.end));
        out.dedup_by(|a, b| {
            let same = a.at == b.at && a.what == b.what;
            b.covered |= same && a.covered;
            same
        });
        out
    }
}

fn arms(e: &Expr, taken: &BTreeSet<(u32, u32)>, out: &mut Vec<Coverable>) {
    if let Op::Match(_, arms) = &e.op
        && arms.len() > 1
    {
        // An arm that a column's type makes has no text of its own.
        let written = |arm: &&Arm| arm.tests.first().is_none_or(|test| test.at != arm.value.at);
        for arm in arms.iter().filter(written) {
            let at = arm.value.at;
            out.push(Coverable {
                what: "an arm of a match".to_owned(),
                at,
                covered: taken.contains(&(at.start, at.end)),
            });
        }
    }
}

/// Something that became of a given record.
enum Seen {
    Row { target: usize, columns: Vec<(String, Option<String>)>, record: usize },
    Fate { word: &'static str, codes: Vec<String>, told: String, record: usize },
}

/// Runs the tests of a plan, in order.
pub fn run(plan: &Plan, trials: &[Trial], coverage: &mut Coverage) -> Vec<Verdict> {
    let engines: Vec<Option<Engines>> = plan.passes.iter().map(|pass| Engines::new(plan, pass)).collect();
    trials.iter().map(|trial| one(plan, trial, &engines, coverage)).collect()
}

/// Both ways to run a pass.
struct Engines {
    interpreter: Interpreter,
    native: Result<Native, String>,
    sinks: Vec<Sink>,
    columns: usize,
    /// Where a record's number stands, behind its columns.
    number: usize,
}

impl Engines {
    fn new(plan: &Plan, pass: &Pass) -> Option<Engines> {
        let SourceFormat::Records(file) = &plan.sources.get(pass.source)?.format else { return None };
        let columns = file.columns.len();
        // What is known of a file is not there in a test; the given records of a source are counted from 1.
        let number = columns + file.parts.len() + 1;
        let behind = std::iter::repeat_n(Place::Absent, file.parts.len() + 1).chain([Place::Number]);
        let physical = (0..columns).map(Place::At).chain(behind).collect();
        let items = Items::Fields(Fields { stride: columns, spans: false, physical, quote: Some(b'"') });
        let sinks: Vec<Sink> = pass.program.targets().iter().map(|t| Sink::of(&plan.targets[*t].format)).collect();
        let native = Native::compile(&pass.program, &plan.codes, &items, &sinks).map_err(|e| e.to_string());
        let interpreter = Interpreter::new(&pass.program, &plan.codes);
        Some(Engines { interpreter, native, sinks, columns, number })
    }

    /// What native code writes for a record, and the fates that it names.
    fn native(
        &self,
        pass: &Pass,
        fields: &[String],
        number: u64,
        references: &Arc<Vec<LookupTable>>,
    ) -> Option<(Vec<Vec<u8>>, Vec<usize>)> {
        let native = self.native.as_ref().ok()?;
        let (mut bytes, mut positions) = (vec![b'\n'; PAD], Vec::new());
        for (i, field) in fields.iter().enumerate() {
            bytes.extend_from_slice(field.as_bytes());
            positions.push((bytes.len() - PAD) as u32);
            bytes.push(if i + 1 == self.columns { b'\n' } else { b',' });
        }
        bytes.resize(bytes.len() + 2 * PAD, b'\n');
        let mut frame = native.frame(references.clone(), pass.program.slots.len());
        (0..self.sinks.len()).for_each(|t| frame.begin(t, Vec::new()));
        frame.base = bytes.get(PAD..)?.as_ptr();
        frame.positions = positions.as_ptr();
        frame.items = 1;
        frame.number = number;
        native.run(&mut frame);
        let outputs = (0..self.sinks.len()).map(|t| frame.finish(t)).collect();
        let mut fates: Vec<usize> = frame.host.events.iter().map(|e| e.fate as usize).collect();
        fates.sort_unstable();
        Some((outputs, fates))
    }
}

/// A given record of a source, as a pass sees it.
struct Given<'t> {
    /// Its number among the given records, from 0.
    number: usize,
    /// Its number among those of its source, from 1.
    of_source: u64,
    pass: usize,
    inputs: Vec<Value<'t>>,
}

fn one<'t>(plan: &Plan, trial: &'t Trial, engines: &'t [Option<Engines>], coverage: &mut Coverage) -> Verdict {
    let mut verdict = Verdict::default();
    let references = Arc::new(references(plan, trial, &mut verdict));
    // What is looked up in a reference that cannot be read says nothing.
    if !verdict.failures.is_empty() {
        return verdict;
    }
    let given: Vec<Given<'t>> =
        (0..trial.given.len()).filter_map(|number| as_given(plan, engines, &trial.given, number)).collect();
    let mut outcomes = Vec::new();
    for one in &given {
        let (pass, Some(both), record) = (&plan.passes[one.pass], &engines[one.pass], &trial.given[one.number]) else {
            continue;
        };
        let (outcome, trace) = both.interpreter.trace(&one.inputs, &references);
        for (input, read) in pass.program.inputs.iter().zip(&trace.read) {
            if *read && record.fields.get(input.column) == Some(&Field::Unset) {
                let what = format!("`{}` is used, and the test does not give it", input.name);
                verdict.failures.push((record.at, what));
            }
        }
        coverage.arms.extend(trace.arms.iter().map(|at| (at.start, at.end)));
        coverage.arrows.extend(outcome.rows.iter().map(|(arrow, _)| (one.pass, *arrow)));
        let fates = fates_of(pass, &outcome);
        coverage.fates.extend(outcome.failures.iter().map(|f| (one.pass, f.fate)));
        coverage.fates.extend(fates.iter().map(|f| (one.pass, *f)));
        agree(plan, both, one, record, &references, &outcome, &fates, &mut verdict);
        outcomes.push((one, both, outcome));
    }
    // What must stand once is known when every record has been seen.
    let mut uniques = Uniques::new(plan.key_sets);
    let mut banned = BTreeMap::new();
    for (p, pass) in plan.passes.iter().enumerate() {
        let of_pass = outcomes.iter().filter(|(one, ..)| one.pass == p);
        let seen = of_pass.flat_map(|(one, _, outcome)| {
            let sighting = |(key, print): &(usize, u128)| Sighting {
                file: 0,
                seq: 0,
                record: one.number as u32,
                key: *key as u32,
                print: *print,
            };
            outcome.keys.iter().map(sighting)
        });
        let found = uniques.judge(&pass.program, seen.collect(), 1);
        banned.extend(found.into_iter().flatten().map(|((_, record), fate)| (record as usize, fate)));
    }
    let mut seen = Vec::new();
    for (one, both, outcome) in outcomes {
        let outcome = match banned.get(&one.number) {
            Some(fate) => {
                coverage.fates.insert((one.pass, *fate));
                both.interpreter.banned(&one.inputs, &references, *fate)
            }
            None => outcome,
        };
        become_of(plan, &plan.passes[one.pass], &outcome, one.number, &mut seen);
    }
    judge(plan, trial, seen, &mut verdict);
    verdict
}

/// A given record as the pass of its source sees it; none for the record of a reference.
fn as_given<'t>(plan: &Plan, engines: &'t [Option<Engines>], given: &'t [Record], number: usize) -> Option<Given<'t>> {
    let (before, record) = (given.get(..number)?, given.get(number)?);
    let Origin::Source(source) = record.of else { return None };
    let pass = plan.passes.iter().position(|p| p.source == source)?;
    let SourceFormat::Records(file) = &plan.sources.get(source)?.format else { return None };
    let Engines { interpreter, number: behind, .. } = engines.get(pass)?.as_ref()?;
    let of_source = 1 + before.iter().filter(|r| r.of == record.of).count() as u64;
    let input = |(i, input): (usize, &Input)| match record.fields.get(input.column) {
        None if input.column == *behind => Value::Num(of_source.into()),
        _ => {
            let (text, quoted) = as_read(file, record, input.column);
            interpreter.input_value(i, text.into(), quoted)
        }
    };
    let inputs = plan.passes[pass].program.inputs.iter().enumerate().map(input).collect();
    Some(Given { number, of_source, pass, inputs })
}

/// What a reader finds of a given record's field: its text, and whether it stands in quotes.
fn as_read<'t>(file: &RecordFile, record: &'t Record, column: usize) -> (&'t str, bool) {
    match (record.fields.get(column), file.columns.get(column)) {
        (Some(Field::Text(text)), Some(column)) => column.place.read(text),
        _ => ("", false),
    }
}

/// The fields of a record as they stand in a delimited file.
fn quoted(file: &RecordFile, record: &Record) -> Vec<String> {
    let text = |column: usize| match as_read(file, record, column) {
        ("", false) => String::new(),
        (text, _) => format!("\"{}\"", text.replace('"', "\"\"")),
    };
    (0..record.fields.len()).map(text).collect()
}

/// The fates that native code names for what became of an item.
fn fates_of(pass: &Pass, outcome: &Outcome<'_>) -> Vec<usize> {
    let mut fates: Vec<usize> = match outcome.left {
        Some(fate) => vec![fate],
        None => {
            let dropped =
                outcome.courses.iter().filter_map(|c| if let Course::Dropped(f) = c { Some(*f) } else { None });
            dropped.chain(outcome.warnings.iter().map(|w| w.fate)).collect()
        }
    };
    fates.retain(|f| pass.program.fates.get(*f).is_some());
    fates.sort_unstable();
    fates
}

#[expect(clippy::too_many_arguments, reason = "what one record was, and what both engines made of it")]
fn agree(
    plan: &Plan,
    both: &Engines,
    one: &Given<'_>,
    record: &Record,
    references: &Arc<Vec<LookupTable>>,
    outcome: &Outcome<'_>,
    fates: &[usize],
    verdict: &mut Verdict,
) {
    let pass = &plan.passes[one.pass];
    let SourceFormat::Records(file) = &plan.sources[pass.source].format else { return };
    let targets = pass.program.targets();
    let arrows: Vec<_> = pass.program.arrows().map(|(_, arrow)| arrow).collect();
    let mut written = vec![Vec::new(); targets.len()];
    for (arrow, values) in &outcome.rows {
        let Some(arrow) = arrows.get(*arrow) else { continue };
        let Some(t) = targets.iter().position(|t| *t == arrow.target) else { continue };
        row::record(&both.sinks[t], &arrow.outputs, values, &mut written[t]);
    }
    if let Err(why) = &both.native {
        verdict.failures.push((record.at, why.clone()));
    }
    if let Some(native) = both.native(pass, &quoted(file, record), one.of_source, references)
        && (native.0 != written || native.1 != fates)
    {
        let what =
            "native code and the interpreter disagree about this record; this is a mistake in migc, please report it";
        verdict.failures.push((record.at, what.to_owned()));
    }
}

/// What became of a record, as tests can say it.
fn become_of(plan: &Plan, pass: &Pass, outcome: &Outcome<'_>, record: usize, seen: &mut Vec<Seen>) {
    let code = |f: usize| pass.program.fates.get(f).map_or(String::new(), |f| f.code.clone());
    for w in &outcome.warnings {
        let codes = vec![code(w.fate)];
        seen.push(Seen::Fate { word: "warned", codes, told: w.message.clone().unwrap_or_default(), record });
    }
    if outcome.left.is_some() {
        let codes: Vec<String> = outcome.failures.iter().map(|f| code(f.fate)).collect();
        let told = outcome.failures.first().map(|f| {
            let value = f.value.as_ref().map_or(String::new(), |v| format!("{v:?} "));
            f.message.clone().or(f.reason.as_ref().map(|r| format!("{value}{r}"))).unwrap_or_default()
        });
        seen.push(Seen::Fate { word: "rejected", codes, told: told.unwrap_or_default(), record });
        return;
    }
    for course in &outcome.courses {
        match course {
            Course::Dropped(f) => {
                seen.push(Seen::Fate { word: "dropped", codes: vec![code(*f)], told: String::new(), record });
            }
            Course::Apart => seen.push(Seen::Fate { word: "apart", codes: Vec::new(), told: String::new(), record }),
            Course::Through => {}
        }
    }
    let arrows: Vec<_> = pass.program.arrows().map(|(_, arrow)| arrow).collect();
    for (arrow, values) in &outcome.rows {
        let Some(arrow) = arrows.get(*arrow) else { continue };
        let columns = arrow.outputs.iter().zip(values).map(|(o, v)| {
            let shown = (*v != Value::Null).then(|| v.display(&o.value.info.ty.kind));
            (o.name.clone(), shown)
        });
        debug_assert!(plan.targets.get(arrow.target).is_some());
        seen.push(Seen::Row { target: arrow.target, columns: columns.collect(), record });
    }
}

/// Holds what became of the records against what the test says.
fn judge(plan: &Plan, trial: &Trial, mut seen: Vec<Seen>, verdict: &mut Verdict) {
    for expected in &trial.then {
        match expected {
            Expected::Row { target, columns, at } => {
                let of = |s: &Seen| matches!(s, Seen::Row { target: t, .. } if t == target);
                let differs = |s: &Seen| match s {
                    Seen::Row { columns: have, .. } => differences(columns, have),
                    Seen::Fate { .. } => Vec::new(),
                };
                let fits = seen.iter().position(|s| of(s) && differs(s).is_empty());
                match fits.or_else(|| seen.iter().position(of)) {
                    Some(place) => {
                        let differences = differs(&seen[place]);
                        seen.remove(place);
                        if !differences.is_empty() {
                            verdict.failures.push((*at, differences.join("; ")));
                        }
                    }
                    None => {
                        let name = &plan.targets[*target].name;
                        let instead: Vec<String> = seen.iter().map(|s| said(plan, s)).collect();
                        let what = match instead.is_empty() {
                            true => format!("there is no further row of `{name}`"),
                            false => format!("there is no row of `{name}`; instead: {}", instead.join(", ")),
                        };
                        verdict.failures.push((*at, what));
                    }
                }
            }
            Expected::Fate { word, code, at } => {
                let fits = |s: &Seen| match s {
                    Seen::Fate { word: w, codes, .. } => w == word && code.as_ref().is_none_or(|c| codes.contains(c)),
                    Seen::Row { .. } => false,
                };
                match seen.iter().position(fits) {
                    Some(place) => {
                        seen.remove(place);
                    }
                    None => {
                        let instead: Vec<String> = seen.iter().map(|s| said(plan, s)).collect();
                        let wanted = code.as_ref().map_or(String::new(), |c| format!(" {c}"));
                        let what = match instead.is_empty() {
                            true => format!("no record is {word}{wanted}"),
                            false => format!("no record is {word}{wanted}; instead: {}", instead.join(", ")),
                        };
                        verdict.failures.push((*at, what));
                    }
                }
            }
        }
    }
    // Nothing leaves silently, out of a test neither.
    for s in &seen {
        let record = match s {
            Seen::Fate { word: "warned" | "apart", .. } => continue,
            Seen::Fate { record, .. } | Seen::Row { record, .. } => *record,
        };
        if verdict.failures.is_empty() {
            let at = trial.given.get(record).map_or(trial.at, |r| r.at);
            verdict.failures.push((at, format!("this became {}, which the test does not say", said(plan, s))));
        }
    }
}

fn differences(wanted: &[(String, Option<String>)], have: &[(String, Option<String>)]) -> Vec<String> {
    let shown = |v: &Option<String>| v.as_ref().map_or("null".to_owned(), |t| format!("{t:?}"));
    let differs = |(name, want): &(String, Option<String>)| {
        let (_, found) = have.iter().find(|(n, _)| n == name)?;
        (found != want).then(|| format!("`{name}` is {}, and {} is expected", shown(found), shown(want)))
    };
    wanted.iter().filter_map(differs).collect()
}

fn said(plan: &Plan, s: &Seen) -> String {
    match s {
        Seen::Row { target, columns, .. } => {
            let shown = |(n, v): &(String, Option<String>)| {
                format!("{n}: {}", v.as_ref().map_or("null".to_owned(), |t| format!("{t:?}")))
            };
            let all: Vec<String> = columns.iter().take(6).map(shown).collect();
            let more = if columns.len() > 6 { ", …" } else { "" };
            format!("a row of `{}` {{ {}{more} }}", plan.targets[*target].name, all.join(", "))
        }
        Seen::Fate { word, codes, told, .. } => {
            let code = codes.first().map_or(String::new(), |c| format!(" {c}"));
            let told = if told.is_empty() { String::new() } else { format!(" ({told})") };
            format!("{word}{code}{told}")
        }
    }
}

/// The references of a test: the records that it gives, and nothing else.
fn references(plan: &Plan, trial: &Trial, verdict: &mut Verdict) -> Vec<LookupTable> {
    let mut tables = Vec::new();
    for (r, reference) in plan.references.iter().enumerate() {
        let program = Interpreter::new(&reference.program, &plan.codes);
        let columns = reference.format.columns.len();
        let (mut rows, mut last) = (Vec::new(), trial.at);
        for record in trial.given.iter().filter(|g| g.of == Origin::Reference(r)) {
            last = record.at;
            let inputs: Vec<Value<'_>> = reference
                .program
                .inputs
                .iter()
                .enumerate()
                .map(|(i, input)| {
                    let (text, quoted) = as_read(&reference.format, record, input.column);
                    program.input_value(i, text.into(), quoted)
                })
                .collect();
            let outcome = program.run(&inputs, &[]);
            for failure in &outcome.failures {
                let about = failure.about.as_deref().unwrap_or("");
                let column = reference.format.columns.iter().position(|c| c.name == about);
                // What the test does not give is null, and cannot be read.
                if column.and_then(|c| record.fields.get(c)) != Some(&Field::Unset) {
                    let what = format!("`{about}` {}", failure.reason.as_deref().unwrap_or("cannot be read"));
                    verdict.failures.push((record.at, what));
                }
            }
            rows.push(outcome.slots.into_iter().take(columns).map(Value::into_static).collect::<reference::Row>());
        }
        tables.push(reference::table(reference, &mut rows).unwrap_or_else(|_| {
            let what = format!("two records of `{}` have one key, or ranges that overlap", reference.name);
            verdict.failures.push((last, what));
            LookupTable::default()
        }));
    }
    tables
}
