//! Maps of records: the stages of a map, the rows that it makes, and what must be used.

use migc_functions::{Info, Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Attr, Name, Role, Stmt};

use super::exprs::{Body, failing_part};
use super::refine::refine;
use super::{Column, Env};
use crate::plan::{self, Expr, Fate, FateKind, Op, Otherwise, Output, Plan, Step, Work};
use crate::rules;

/// Checks a map of records and adds it to the pass over its source.
pub(super) fn map<'t>(env: &mut Env<'t>, map: &'t tree::Map, source: usize, out: &mut Plan) {
    let Some(from) = env.find(&map.source.text, Role::Source) else { return };
    let (columns, parts) = (from.columns.clone(), from.parts.clone());
    // The maps of a source are branches of one program.
    let at = out.passes.iter().position(|p| p.source == source);
    let program = at.map(|at| std::mem::take(&mut out.passes[at].program)).unwrap_or_default();
    let mut body = Body::resume(env, columns, program);
    body.parts = Some(parts);
    let branch = body.branch(map);
    let (used, mistakes, mut program) = (std::mem::take(&mut body.used), body.mistakes, body.program);
    program.branches.push(branch);
    let of = env.uses.entry(source).or_default();
    of.columns.extend(used);
    of.mistakes += mistakes;
    if let (true, Some(target)) = (of.target.is_empty(), map.targets().next()) {
        of.target.clone_from(&target.text);
    }
    match at {
        Some(at) => out.passes[at].program = program,
        None => out.passes.push(plan::Pass { source, program, work: Work::Records }),
    }
}

/// What can be said once every map of a source is checked: columns that nothing uses, and records that nobody claims.
pub(super) fn settle(env: &mut Env<'_>, out: &mut Plan) {
    for pass in &mut out.passes {
        let Some(of) = env.uses.remove(&pass.source) else { continue };
        let source = &out.sources[pass.source];
        let Some(place) = env.find(&source.name, Role::Source) else { continue };
        let left = |(i, _): &(usize, &Column<'_>)| !of.columns.contains(i) && !source.identify.contains(i);
        let left = place.columns.iter().enumerate().filter(left).map(|(_, c)| c);
        let mut found = nowhere(left, &source.name, &of.target);
        let at = place.tree.name.span;
        // Each statement with a mistake may have been meant to use one of them.
        if found.len() <= of.mistakes {
            found.clear();
        }
        env.diagnostics.extend(found);
        let apart = |b: &plan::Branch| {
            b.steps.iter().any(|s| {
                s.fates().iter().any(|f| pass.program.fates.get(*f).is_some_and(|f| f.kind == FateKind::Apart))
            })
        };
        if pass.program.branches.iter().all(apart) {
            pass.program.fates.push(Fate {
                kind: FateKind::Reject,
                code: "unclaimed".into(),
                message: None,
                about: None,
                at,
            });
            pass.program.unclaimed = Some(pass.program.fates.len() - 1);
        }
    }
}

/// Columns of a source that nothing uses; those of a list are one member.
fn nowhere<'c>(columns: impl Iterator<Item = &'c Column<'c>>, source: &str, target: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for c in columns {
        if c.tree.attrs.iter().any(|a| matches!(a, Attr::Element(_))) {
            let (list, span) = (c.tree.name.text.split('.').next().unwrap_or_default(), c.tree.name.span);
            if !found.iter().any(|d: &Diagnostic| d.span == span) {
                let label = format!("the list `{list}` of `{source}` goes nowhere");
                let help = format!("use it in the map to `{target}`: `explode {list} as item else …`");
                found.push(Diagnostic::new(&rules::UNUSED, span, label).help(help));
            }
            continue;
        }
        let Name { text: name, span } = &c.tree.name;
        let label = format!("`{name}` of `{source}` goes nowhere");
        let help = format!("use it in the map to `{target}`, or write `ignore {name} \"why\"` in place of it");
        found.push(Diagnostic::new(&rules::UNUSED, *span, label).help(help));
    }
    found
}

/// When a statement has its turn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Cleaning,
    /// Names of values, and ways out.
    Values,
    Assignments,
    Checks,
}

/// The statements of a stage, in order.
pub(super) fn of_stage(stmts: &[Stmt], stage: Stage) -> impl Iterator<Item = &Stmt> {
    let of = |s: &Stmt| match s {
        Stmt::Clean { .. } => Some(Stage::Cleaning),
        Stmt::Assign { .. } | Stmt::Copy { .. } => Some(Stage::Assignments),
        Stmt::Check { .. } => Some(Stage::Checks),
        Stmt::Arrow(_) | Stmt::Explode(_) => None,
        _ => Some(Stage::Values),
    };
    stmts.iter().filter(move |s| of(s) == Some(stage))
}

/// A row of a target.
pub(super) struct Row {
    pub(super) outputs: Vec<Output>,
    /// What gates measure of it.
    pub(super) measures: Vec<(usize, Expr)>,
    /// What must stand once.
    pub(super) keys: Vec<(usize, Vec<Expr>)>,
}

/// Stands for a value that could not be read.
pub(super) fn broken(at: Span) -> Expr {
    Expr::constant(Value::Null, Kind::Null, at)
}

impl<'t> Body<'_, 't> {
    /// What a map does with a record.
    fn branch(&mut self, map: &'t tree::Map) -> plan::Branch {
        let targets: Vec<&str> = map.targets().map(|t| t.text.as_str()).collect();
        let title = format!("{} -> {}", map.source.text, targets.join(", "));
        if self.program.branches.is_empty() {
            self.source_key(&map.source);
        }
        if let Some(filter) = &map.filter {
            self.concerns(filter);
        }
        // What stands behind an `explode` is done for each element.
        let exploded = map.stmts.iter().position(|s| matches!(s, Stmt::Explode(_)));
        let of_record = &map.stmts[..exploded.unwrap_or(map.stmts.len())];
        for stmt in of_stage(&map.stmts, Stage::Cleaning).chain(of_stage(of_record, Stage::Values)) {
            self.watched(stmt);
        }
        if let Some(at) = exploded {
            let mut arrows = self.exploded(map, at);
            self.once_a_record(&mut arrows);
            return plan::Branch { title, steps: std::mem::take(&mut self.steps), arrows };
        }
        let mut arrows = match &map.target {
            Some(target) => {
                if let Some(arrow) = map.arrows().next() {
                    // What the arrows would have made of the record is not looked for.
                    self.used.extend(0..self.columns.len());
                    let label = "this map has its target in its head";
                    self.env.error(
                        Diagnostic::new(&rules::MISPLACED, arrow.head, label)
                            .also(target.span, "here")
                            .help("a map that routes has no target in its head: `map a { -> b when … { … } }`"),
                    );
                    return plan::Branch::default();
                }
                let Some(row) = self.rows(&map.stmts, target, &map.source.text, map.head) else {
                    return plan::Branch::default();
                };
                let Some(target) = self.target_of(target) else { return plan::Branch::default() };
                vec![plan::Arrow {
                    target,
                    when: None,
                    steps: Vec::new(),
                    outputs: row.outputs,
                    measures: row.measures,
                    keys: row.keys,
                }]
            }
            None => self.routes(map),
        };
        self.once_a_record(&mut arrows);
        plan::Branch { title, steps: std::mem::take(&mut self.steps), arrows }
    }

    pub(super) fn target_of(&self, name: &Name) -> Option<usize> {
        self.env.find(&name.text, Role::Target).and_then(|p| p.index)
    }

    /// Which records are the business of the map.
    fn concerns(&mut self, filter: &tree::Expr) -> Option<()> {
        let before = self.env.diagnostics.len();
        let cond = self.condition(filter).and_then(|cond| self.settled(cond, "where"));
        if self.env.diagnostics.len() > before || cond.is_none() {
            self.undecided(filter.span);
        }
        let cond = cond?;
        refine(&mut self.facts, &cond, true);
        let at = cond.at;
        let fate = self.fate(FateKind::Apart, "apart", None, None, at);
        let mut holds = cond;
        if holds.info.ty.nullable {
            let no = Expr::constant(Value::Bool(false), Kind::Bool, at);
            let info = Info::required(Kind::Bool);
            holds = Expr { op: Op::Coalesce(Box::new(holds), Box::new(no)), info, fails: false, at };
        }
        let when = self.not(holds, at);
        self.steps.push(Step::LeaveIf { when, fate });
        Some(())
    }

    /// The row that statements make for a target, and the checks on it.
    pub(super) fn rows(&mut self, stmts: &'t [Stmt], target: &Name, source: &str, head: Span) -> Option<Row> {
        let wanted = self.env.find(&target.text, Role::Target)?.columns.clone();
        let mut assigned = self.assignments(stmts, &wanted);
        let (mut outputs, mut missing) = (Vec::new(), Vec::new());
        for c in &wanted {
            let name = &c.tree.name;
            let value = match assigned.remove(&name.text) {
                Some((value, _)) => value,
                None => match (&c.tree.default, c.ty.nullable) {
                    (Some(e), _) => self.assignment(name, e, None, c).unwrap_or_else(|| {
                        self.broken_outputs.push(name.text.clone());
                        broken(name.span)
                    }),
                    (None, true) => Expr {
                        info: migc_functions::Info::of(c.ty.clone()),
                        ..Expr::constant(Value::Null, Kind::Null, name.span)
                    },
                    (None, false) if c.broken => {
                        self.broken_outputs.push(name.text.clone());
                        broken(name.span)
                    }
                    (None, false) => {
                        self.broken_outputs.push(name.text.clone());
                        missing.push(name);
                        continue;
                    }
                },
            };
            outputs.push(Output { name: name.text.clone(), ty: c.ty.clone(), value });
        }
        self.unassigned(&missing, head);
        if of_stage(stmts, Stage::Checks).next().is_some() {
            // A check may name an output many times: what it computes is bound once.
            for o in &mut outputs {
                if !matches!(o.value.op, Op::Slot(_) | Op::Input(_) | Op::Const(_)) {
                    let at = o.value.at;
                    let value = std::mem::replace(&mut o.value, broken(at));
                    let slot = self.bind(&o.name, value.info.clone());
                    self.steps.push(Step::Let { slot, value, otherwise: Otherwise::Never });
                    o.value = self.slot(slot, at);
                }
            }
        }
        let whole = |o: &&Output| !self.broken_outputs.contains(&o.name);
        let names = outputs.iter().filter(whole).map(|o| (o.name.clone(), o.value.clone())).collect();
        self.target_names = Some(names);
        for stmt in of_stage(stmts, Stage::Checks) {
            self.watched(stmt);
        }
        let measures = self.measures(target, source);
        let keys = self.unique_keys(target, &outputs);
        self.target_names = None;
        for (output, column) in outputs.iter_mut().zip(&wanted) {
            if let Some(written) = self.written_as(output.value.clone(), column) {
                output.value = written;
                let code = format!("{}.{}", output.name, failing_part(&output.value));
                self.settle_output(output, &code);
            }
        }
        self.writable(target, &mut outputs);
        Some(Row { outputs, measures, keys })
    }
}
