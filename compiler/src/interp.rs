//! The reference interpreter: what a program means, one item at a time, slow and plain.
//!
//! It says what native code must do, runs rejected records again for their full list of failures, and recomputes what
//! is verified. Its only cleverness is that a program is prepared once: functions take their constants in.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use migc_abi::lookup::{LookupTable, key_print};
use migc_functions::{Eval, Fail, Info, Kind, Value, decimal, find};
use migc_grammar::span::Span;

use crate::plan::{Arith, Cmp, Codes, Expr, Fate, FateKind, Op, Otherwise, Program, Step};

/// A prepared program.
pub struct Interpreter {
    inputs: Vec<(bool, Vec<String>)>,
    branches: Vec<PreparedBranch>,
    fates: Vec<(Fate, Option<Node>)>,
    unclaimed: Option<usize>,
    slots: usize,
    /// The fate of what stands twice, by key.
    keys: Vec<usize>,
}

struct PreparedBranch {
    steps: Vec<Prepared>,
    arrows: Vec<PreparedArrow>,
}

struct PreparedArrow {
    when: Option<Node>,
    steps: Vec<Prepared>,
    outputs: Vec<Node>,
    measures: Vec<(usize, Node)>,
    keys: Vec<(usize, Vec<Node>)>,
}

/// A prepared step.
#[expect(clippy::large_enum_variant, reason = "a program has few steps, and most of them bind")]
enum Prepared {
    Let { slot: usize, value: Node, before: Option<Node>, otherwise: PreparedOtherwise },
    LeaveIf(Node, usize),
    Check(Node, usize),
    Note(usize, Vec<Node>),
}

enum PreparedOtherwise {
    Leave(Option<usize>),
    Value(Node, Option<usize>),
}

/// What became of an item.
#[derive(Debug, Default)]
pub struct Outcome<'a> {
    /// The fate that took it out of all branches: the first criterion that it failed; none if it went through.
    pub left: Option<usize>,
    /// What became of it in each branch.
    pub courses: Vec<Course>,
    /// Every criterion that it failed, in order; after the first, only those that reject.
    pub failures: Vec<Failure>,
    /// What it is warned of.
    pub warnings: Vec<Failure>,
    /// The rows that it became, if nothing took it: the arrow, counted through the program, and its outputs.
    pub rows: Vec<(usize, Vec<Value<'a>>)>,
    /// What was measured of those rows: the measure, and its value.
    pub measured: Vec<(usize, Value<'a>)>,
    /// The keys that were noted: each with what stands for its values.
    pub keys: Vec<(usize, u128)>,
    /// The slots, as far as they were bound.
    pub slots: Vec<Value<'a>>,
    /// The slots of cleaning steps that changed their value.
    pub cleaned: Vec<usize>,
}

/// What a program looked at on its way.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Which inputs it read.
    pub read: Vec<bool>,
    /// The arms of matches that it took, by the places of their values in the spec.
    pub arms: Vec<Span>,
}

/// What became of an item in one branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It is not the branch's business.
    Apart,
    /// The branch dropped it, by this fate.
    Dropped(usize),
    /// It went through, or failed a criterion: then the outcome says that it left.
    Through,
}

impl Outcome<'_> {
    /// The fate that took it, be it out of all branches or out of the only one.
    pub fn taken(&self) -> Option<usize> {
        match (self.left, self.courses.as_slice()) {
            (None, [Course::Dropped(fate)]) => Some(*fate),
            (left, _) => left,
        }
    }
}

/// A criterion that an item failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The fate, by its place in the program.
    pub fate: usize,
    /// The column or name at which it happened.
    pub about: Option<String>,
    /// The text that failed.
    pub value: Option<String>,
    /// Why, as the end of a sentence: `is not a day of the wanted form`.
    pub reason: Option<String>,
    /// What the spec says of it.
    pub message: Option<String>,
}

/// Why an expression has no value.
enum Stop {
    /// It stands on something that failed before.
    Poisoned,
    /// It failed: on this text, for this reason.
    Failed { value: Option<String>, reason: String },
}

struct Node {
    at: Span,
    op: NodeOp,
    kind: Kind,
    nullable: bool,
}

enum NodeOp {
    Const(Value<'static>),
    Input(usize),
    Slot(usize),
    Column(Box<Node>, usize, usize),
    Call(Eval, Vec<Node>),
    Arith(Arith, Box<Node>, Box<Node>),
    Scale(Box<Node>, i128),
    Compare(Cmp, Box<Node>, Box<Node>),
    Between(Box<[Node; 3]>),
    OneOf(Box<Node>, Vec<Value<'static>>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    IsNull(Box<Node>),
    Coalesce(Box<Node>, Box<Node>),
    Codes(Arc<List>, Box<Node>),
    Lookup(usize, Vec<Node>),
    Match(Option<Box<Node>>, Vec<(Vec<Node>, Node)>),
    Fit(Box<Node>),
    Else(Box<Node>, Box<Node>),
    Concat(Vec<Node>),
    Bind(usize, Box<Node>, Box<Node>),
}

/// How a piece of a program ended for an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It goes on, whatever it failed.
    On,
    /// It is out of this branch.
    Out(Course),
    /// Nothing more is to be learnt about it.
    End,
}

impl Interpreter {
    /// Prepares a program; `codes` are those of its plan.
    pub fn new(program: &Program, codes: &[Codes]) -> Interpreter {
        let lists = Lists { codes, made: codes.iter().map(|_| OnceCell::new()).collect() };
        let node = |e: &Expr| prepare(e, &lists);
        let otherwise = |o: &Otherwise| match o {
            Otherwise::Never => PreparedOtherwise::Leave(None),
            Otherwise::Leave(fate) => PreparedOtherwise::Leave(Some(*fate)),
            Otherwise::Value(e, warn) => PreparedOtherwise::Value(node(e), *warn),
        };
        let step = |s: &Step| match s {
            Step::Let { slot, value, otherwise: o } => {
                Prepared::Let { slot: *slot, value: node(value), before: None, otherwise: otherwise(o) }
            }
            Step::Clean { slot, before, value, otherwise: o } => {
                Prepared::Let { slot: *slot, value: node(value), before: Some(node(before)), otherwise: otherwise(o) }
            }
            Step::LeaveIf { when, fate } => Prepared::LeaveIf(node(when), *fate),
            Step::Check { holds, fate } => Prepared::Check(node(holds), *fate),
            Step::Note { key, values } => Prepared::Note(*key, values.iter().map(node).collect()),
        };
        let steps = |of: &[Step]| of.iter().map(step).collect::<Vec<_>>();
        let arrow = |a: &crate::plan::Arrow| PreparedArrow {
            when: a.when.as_ref().map(node),
            steps: steps(&a.steps),
            outputs: a.outputs.iter().map(|o| node(&o.value)).collect(),
            measures: a.measures.iter().map(|(m, e)| (*m, node(e))).collect(),
            keys: a.keys.iter().map(|(k, of)| (*k, of.iter().map(node).collect())).collect(),
        };
        let branch = |b: &crate::plan::Branch| PreparedBranch {
            steps: steps(&b.steps),
            arrows: b.arrows.iter().map(arrow).collect(),
        };
        Interpreter {
            inputs: program.inputs.iter().map(|i| (i.empty_is_null, i.null_if.clone())).collect(),
            branches: program.branches.iter().map(branch).collect(),
            fates: program.fates.iter().map(|f| (f.clone(), f.message.as_ref().map(node))).collect(),
            unclaimed: program.unclaimed,
            slots: program.slots.len(),
            keys: program.keys.iter().map(|k| k.fate).collect(),
        }
    }

    /// The value of a field: `text` without its quotes, `quoted` if it had some.
    pub fn input_value<'a>(&self, input: usize, text: Cow<'a, str>, quoted: bool) -> Value<'a> {
        let (empty_is_null, null_if) = &self.inputs[input];
        let null = text.is_empty() && !quoted && *empty_is_null || null_if.iter().any(|n| *n == text);
        if null { Value::Null } else { Value::Text(text) }
    }

    /// Runs the program on one item: a value for each of its inputs.
    pub fn run<'a>(&'a self, inputs: &[Value<'a>], references: &'a [LookupTable]) -> Outcome<'a> {
        self.follow(Run::new(inputs, references, self.slots)).0
    }

    /// The same for an item whose key stands elsewhere. A key of the source is judged before any branch looks at the item:
    /// its fate comes first, and behind it only what rejects. A key of a target is judged when everything else held.
    pub fn banned<'a>(&'a self, inputs: &[Value<'a>], references: &'a [LookupTable], fate: usize) -> Outcome<'a> {
        let run = Run { banned: Some(fate), ..Run::new(inputs, references, self.slots) };
        let mut outcome = self.follow(run).0;
        if !outcome.failures.iter().any(|f| f.fate == fate) {
            let slots = outcome.slots.iter().cloned().map(Some).collect();
            let mut run = Run { slots, ..Run::new(inputs, references, 0) };
            let twice = self.twice(&mut run, fate, self.key(fate));
            outcome.failures.push(twice);
            outcome.left.get_or_insert(fate);
        }
        outcome.rows.clear();
        outcome
    }

    /// What is said of an item whose key, of these parts, stands elsewhere.
    fn twice<'a>(&'a self, run: &mut Run<'_, 'a>, fate: usize, key: Option<&'a Vec<Node>>) -> Failure {
        let shown = |node: &'a Node| run.eval(node).ok().map(|v| v.display(&node.kind));
        let value = key.and_then(|nodes| nodes.iter().map(shown).collect::<Option<Vec<String>>>());
        let value = value.map(|values| values.join(", "));
        self.failure(run, fate, value, Some("stands more than once".to_owned()))
    }

    /// What makes up the key whose second sight is this fate.
    fn key(&self, fate: usize) -> Option<&Vec<Node>> {
        let wanted = |key: usize| self.keys.get(key) == Some(&fate);
        self.branches.iter().find_map(|branch| {
            let noted = branch.steps.iter().find_map(|step| match step {
                Prepared::Note(key, nodes) if wanted(*key) => Some(nodes),
                _ => None,
            });
            let of_rows = || branch.arrows.iter().flat_map(|a| &a.keys).find(|(key, _)| wanted(*key));
            noted.or_else(|| of_rows().map(|(_, nodes)| nodes))
        })
    }

    /// The same, with what it looked at on its way.
    pub fn trace<'a>(&'a self, inputs: &[Value<'a>], references: &'a [LookupTable]) -> (Outcome<'a>, Trace) {
        let trace = Trace { read: vec![false; inputs.len()], arms: Vec::new() };
        let run = Run { trace: Some(trace), ..Run::new(inputs, references, self.slots) };
        let (outcome, trace) = self.follow(run);
        (outcome, trace.unwrap_or_default())
    }

    fn follow<'a>(&'a self, mut run: Run<'_, 'a>) -> (Outcome<'a>, Option<Trace>) {
        let mut out = Outcome::default();
        let mut written: Vec<(usize, &PreparedArrow)> = Vec::new();
        let mut first = 0;
        for (at, branch) in self.branches.iter().enumerate() {
            let (warnings, cleaned, rows) = (out.warnings.len(), out.cleaned.len(), written.len());
            let way = self.branch(branch, first, &mut run, &mut out, &mut written);
            first += branch.arrows.len();
            let course = match way {
                Way::Out(course) => {
                    out.warnings.truncate(warnings);
                    out.cleaned.truncate(cleaned);
                    written.truncate(rows);
                    course
                }
                _ => Course::Through,
            };
            out.courses.push(course);
            if way == Way::End {
                // Nothing more happens; but whose business the item is, is still asked.
                for rest in &self.branches[at + 1..] {
                    let mut aside = Outcome { left: out.left, ..Outcome::default() };
                    let way = self.branch(rest, first, &mut run, &mut aside, &mut Vec::new());
                    first += rest.arrows.len();
                    out.courses.push(if way == Way::Out(Course::Apart) { Course::Apart } else { Course::Through });
                }
                break;
            }
        }
        if let Some(fate) = self.unclaimed
            && out.left.is_none()
            && out.courses.iter().all(|c| *c == Course::Apart)
        {
            self.leave(&mut run, &mut out, &mut false, fate, None, None);
        }
        if out.left.is_none() {
            for (place, arrow) in written {
                let row = arrow.outputs.iter().map(|o| run.eval(o).unwrap_or(Value::Null)).collect();
                out.rows.push((place, row));
                for (key, values) in &arrow.keys {
                    run.note(*key, values, &mut out.keys);
                }
                for (measure, value) in &arrow.measures {
                    out.measured.push((*measure, run.eval(value).unwrap_or(Value::Null)));
                }
            }
        } else {
            out.warnings.clear();
            out.cleaned.clear();
        }
        out.slots = run.slots.into_iter().map(|s| s.unwrap_or(Value::Null)).collect();
        (out, run.trace)
    }

    /// One branch: its steps, then those of each arrow that has a row; `first` is the place of its first arrow.
    fn branch<'a>(
        &'a self,
        branch: &'a PreparedBranch,
        first: usize,
        run: &mut Run<'_, 'a>,
        out: &mut Outcome<'a>,
        written: &mut Vec<(usize, &'a PreparedArrow)>,
    ) -> Way {
        let mut failed = false;
        let way = self.steps(&branch.steps, run, out, &mut failed);
        if way != Way::On {
            return way;
        }
        for (i, arrow) in branch.arrows.iter().enumerate() {
            let here = match &arrow.when {
                None => true,
                Some(when) => matches!(run.eval(when), Ok(Value::Bool(true))),
            };
            if !here {
                continue;
            }
            let way = self.steps(&arrow.steps, run, out, &mut failed);
            if way != Way::On {
                return way;
            }
            written.push((first + i, arrow));
        }
        Way::On
    }

    /// Steps in order; `failed` says whether the item has failed a criterion of this branch.
    fn steps<'a>(
        &'a self,
        steps: &'a [Prepared],
        run: &mut Run<'_, 'a>,
        out: &mut Outcome<'a>,
        failed: &mut bool,
    ) -> Way {
        for step in steps {
            let mut way = Way::On;
            match step {
                Prepared::Let { slot, value, before, otherwise } => {
                    let result = run.eval(value);
                    let value = match (result, otherwise) {
                        (Ok(v), _) => Some(v),
                        (Err(Stop::Poisoned), _) => None,
                        (Err(Stop::Failed { value, reason }), PreparedOtherwise::Value(other, warn)) => {
                            if let Some(fate) = warn {
                                let warning = self.failure(run, *fate, value, Some(reason));
                                out.warnings.push(warning);
                            }
                            run.eval(other).ok()
                        }
                        (Err(Stop::Failed { value, reason }), PreparedOtherwise::Leave(Some(fate))) => {
                            way = self.leave(run, out, failed, *fate, value, Some(reason));
                            None
                        }
                        (Err(Stop::Failed { .. }), PreparedOtherwise::Leave(None)) => None,
                    };
                    if let (Some(before), Some(after)) = (before, &value)
                        && let Ok(before) = run.eval(before)
                        && before != *after
                    {
                        out.cleaned.push(*slot);
                    }
                    run.slots[*slot] = value;
                }
                // Native code notes nothing of an item that has failed a criterion.
                Prepared::Note(key, values) if out.left.is_none() => {
                    run.note(*key, values, &mut out.keys);
                    if let Some(fate) = run.banned.filter(|fate| self.keys.get(*key) == Some(fate)) {
                        let twice = self.twice(run, fate, Some(values));
                        out.failures.push(twice);
                        out.left = Some(fate);
                    }
                }
                Prepared::Note(..) => {}
                Prepared::LeaveIf(when, fate) => {
                    if let Ok(Value::Bool(true)) = run.eval(when) {
                        way = self.leave(run, out, failed, *fate, None, None);
                    }
                }
                Prepared::Check(holds, fate) => {
                    if let Ok(Value::Bool(false)) = run.eval(holds) {
                        if self.fates[*fate].0.kind == FateKind::Warn {
                            let warning = self.failure(run, *fate, None, None);
                            out.warnings.push(warning);
                        } else {
                            way = self.leave(run, out, failed, *fate, None, None);
                        }
                    }
                }
            }
            if way != Way::On {
                return way;
            }
        }
        Way::On
    }

    /// The item meets a fate; `failed` says whether it has failed a criterion of this branch before.
    fn leave<'a>(
        &'a self,
        run: &mut Run<'_, 'a>,
        out: &mut Outcome<'a>,
        failed: &mut bool,
        fate: usize,
        value: Option<String>,
        reason: Option<String>,
    ) -> Way {
        match self.fates[fate].0.kind {
            // Behind a failure, only further criteria are of interest.
            FateKind::Drop | FateKind::Apart if *failed => Way::On,
            FateKind::Apart => Way::Out(Course::Apart),
            FateKind::Drop => Way::Out(Course::Dropped(fate)),
            FateKind::Abort if out.left.is_some() => Way::On,
            kind => {
                *failed = true;
                out.left.get_or_insert(fate);
                let failure = self.failure(run, fate, value, reason);
                if !out.failures.iter().any(|known| self.same(known, &failure)) {
                    out.failures.push(failure);
                }
                if kind == FateKind::Reject { Way::On } else { Way::End }
            }
        }
    }

    /// Whether two failures say the same: what a type demands is asked in its source, in its target, and in every map,
    /// and a column that cannot be read fails in every map that reads it.
    fn same(&self, a: &Failure, b: &Failure) -> bool {
        let fate = |f: &Failure| self.fates.get(f.fate).map(|(fate, _)| (&fate.code, fate.at));
        let (Some((code, at)), Some((other, there))) = (fate(a), fate(b)) else { return false };
        let told = |f: &Failure| (f.about.clone(), f.value.clone(), f.reason.clone(), f.message.clone());
        code == other && (at == there || a.value.is_some()) && told(a) == told(b)
    }

    fn failure<'a>(
        &'a self,
        run: &mut Run<'_, 'a>,
        fate: usize,
        value: Option<String>,
        reason: Option<String>,
    ) -> Failure {
        let (entry, message) = &self.fates[fate];
        let message = message.as_ref().and_then(|m| match run.eval(m) {
            Ok(Value::Text(t)) => Some(t.into_owned()),
            _ => None,
        });
        Failure { fate, about: entry.about.clone(), value, reason, message }
    }
}

/// A list of codes.
struct List {
    name: String,
    rows: HashMap<String, String>,
}

/// The lists of a plan, each made where it is used first.
struct Lists<'p> {
    codes: &'p [Codes],
    made: Vec<OnceCell<Arc<List>>>,
}

impl Lists<'_> {
    fn get(&self, at: usize) -> Arc<List> {
        let made =
            |codes: &Codes| Arc::new(List { name: codes.name.clone(), rows: codes.rows.iter().cloned().collect() });
        let empty = || Arc::new(List { name: String::new(), rows: HashMap::new() });
        self.codes
            .get(at)
            .zip(self.made.get(at))
            .map_or_else(empty, |(codes, cell)| cell.get_or_init(|| made(codes)).clone())
    }
}

fn prepare(e: &Expr, lists: &Lists<'_>) -> Node {
    let node = |e: &Expr| prepare(e, lists);
    let boxed = |e: &Expr| Box::new(prepare(e, lists));
    let many = |es: &[Expr]| es.iter().map(node).collect::<Vec<_>>();
    let op = match &e.op {
        Op::Const(v) => NodeOp::Const(v.clone()),
        Op::Input(i) => NodeOp::Input(*i),
        Op::Slot(s) => NodeOp::Slot(*s),
        Op::Column { record, reference, column } => NodeOp::Column(boxed(record), *reference, *column),
        Op::Call { function, args } => {
            let infos: Vec<Info> = args.iter().map(|a| a.info.clone()).collect();
            let eval = match find(function) {
                Some(f) => (f.prepare)(&infos),
                None => missing(),
            };
            NodeOp::Call(eval, many(args))
        }
        Op::Arith(op, a, b) => NodeOp::Arith(*op, boxed(a), boxed(b)),
        Op::Scale(a, by) => NodeOp::Scale(boxed(a), decimal::pow10(*by)),
        Op::Compare(c, a, b) => NodeOp::Compare(*c, boxed(a), boxed(b)),
        Op::Between(x, lo, hi) => NodeOp::Between(Box::new([node(x), node(lo), node(hi)])),
        Op::OneOf(a, values) => NodeOp::OneOf(boxed(a), values.clone()),
        Op::And(parts) => NodeOp::And(many(parts)),
        Op::Or(parts) => NodeOp::Or(many(parts)),
        Op::Not(a) => NodeOp::Not(boxed(a)),
        Op::IsNull(a) => NodeOp::IsNull(boxed(a)),
        Op::Coalesce(a, b) => NodeOp::Coalesce(boxed(a), boxed(b)),
        Op::Codes(list, a) => NodeOp::Codes(lists.get(*list), boxed(a)),
        Op::Lookup { reference, keys, .. } => NodeOp::Lookup(*reference, many(keys)),
        Op::Match(subject, arms) => NodeOp::Match(
            subject.as_deref().map(boxed),
            arms.iter().map(|a| (many(&a.tests), node(&a.value))).collect(),
        ),
        Op::Fit(a) => NodeOp::Fit(boxed(a)),
        Op::Else(a, b) => NodeOp::Else(boxed(a), boxed(b)),
        Op::Concat(parts) => NodeOp::Concat(many(parts)),
        Op::Bind(slot, value, body) => NodeOp::Bind(*slot, boxed(value), boxed(body)),
    };
    Node { at: e.at, op, kind: e.info.ty.kind.clone(), nullable: e.info.ty.nullable }
}

/// Stands for a function that the table does not have, which a plan of another version may name.
fn missing() -> Eval {
    Box::new(|_| Err(Fail::because("calls a function that does not exist")))
}

/// One item on its way.
struct Run<'r, 'a> {
    inputs: &'r [Value<'a>],
    references: &'a [LookupTable],
    slots: Vec<Option<Value<'a>>>,
    trace: Option<Trace>,
    /// The fate that it meets because of a key.
    banned: Option<usize>,
}

fn failed<T>(value: Option<String>, reason: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed { value, reason: reason.into() })
}

impl<'r, 'a> Run<'r, 'a> {
    fn new(inputs: &'r [Value<'a>], references: &'a [LookupTable], slots: usize) -> Self {
        Run { inputs, references, slots: vec![None; slots], trace: None, banned: None }
    }

    fn eval(&mut self, node: &'a Node) -> Result<Value<'a>, Stop> {
        Ok(match &node.op {
            NodeOp::Const(v) => borrowed(v),
            NodeOp::Input(i) => {
                if let Some(read) = self.trace.as_mut().and_then(|t| t.read.get_mut(*i)) {
                    *read = true;
                }
                self.inputs[*i].clone()
            }
            NodeOp::Slot(s) => self.slots[*s].clone().ok_or(Stop::Poisoned)?,
            NodeOp::Column(record, reference, column) => match self.eval(record)? {
                Value::Row(row) => {
                    let v = self.references[*reference].value(*column, row);
                    match (&node.kind, v) {
                        (Kind::Bool, Value::Num(n)) => Value::Bool(n != 0),
                        (_, v) => v,
                    }
                }
                _ => Value::Null,
            },
            NodeOp::Call(eval, args) => {
                let mut values = Vec::with_capacity(args.len());
                for a in args {
                    values.push(self.eval(a)?);
                }
                if values.contains(&Value::Null) {
                    return Ok(Value::Null);
                }
                match eval(&values) {
                    Ok(v) => v,
                    Err(why) => return failed(Some(values[0].display(&args[0].kind)), why.0),
                }
            }
            NodeOp::Arith(op, a, b) => {
                let (Value::Num(x), Value::Num(y)) = (self.eval(a)?, self.eval(b)?) else { return Ok(Value::Null) };
                let n = match op {
                    Arith::Add => x.checked_add(y),
                    Arith::Sub => x.checked_sub(y),
                    Arith::Mul => x.checked_mul(y),
                    Arith::FloorDiv => x.checked_div_euclid(y),
                };
                let inside = |n: &i128| node.kind.bounds().is_none_or(|(lo, hi)| *n >= lo && *n <= hi);
                match n.filter(inside) {
                    Some(n) => Value::Num(n),
                    None => return failed(None, format!("is too large for {}", node.kind)),
                }
            }
            NodeOp::Scale(a, unit) => match self.eval(a)? {
                Value::Num(n) => match n.checked_mul(*unit) {
                    Some(n) => Value::Num(n),
                    None => return failed(None, format!("is too large for {}", node.kind)),
                },
                _ => Value::Null,
            },
            NodeOp::Compare(cmp, a, b) => match (self.eval(a)?, self.eval(b)?) {
                (Value::Null, _) | (_, Value::Null) => Value::Null,
                (a, b) => Value::Bool(holds(*cmp, order(&a, &b))),
            },
            NodeOp::Between(parts) => {
                let [x, lo, hi] = &**parts;
                match (self.eval(x)?, self.eval(lo)?, self.eval(hi)?) {
                    (Value::Null, ..) | (_, Value::Null, _) | (.., Value::Null) => Value::Null,
                    (x, lo, hi) => Value::Bool(order(&x, &lo).is_ge() && order(&x, &hi).is_le()),
                }
            }
            NodeOp::OneOf(a, values) => match self.eval(a)? {
                Value::Null => Value::Null,
                v => Value::Bool(values.contains(&v)),
            },
            NodeOp::And(parts) => self.chain(parts, false)?,
            NodeOp::Or(parts) => self.chain(parts, true)?,
            NodeOp::Not(a) => match self.eval(a)? {
                Value::Bool(b) => Value::Bool(!b),
                _ => Value::Null,
            },
            NodeOp::IsNull(a) => Value::Bool(self.eval(a)? == Value::Null),
            NodeOp::Coalesce(a, b) => match self.eval(a)? {
                Value::Null => self.eval(b)?,
                v => v,
            },
            NodeOp::Codes(list, a) => match self.eval(a)? {
                Value::Text(t) => match list.rows.get(&*t) {
                    Some(to) => Value::text(to),
                    None => return failed(Some(t.into_owned()), format!("is not in the list {}", list.name)),
                },
                _ => Value::Null,
            },
            NodeOp::Lookup(reference, keys) => {
                let mut values = Vec::with_capacity(keys.len());
                for k in keys {
                    values.push(self.eval(k)?);
                }
                match self.references[*reference].find(&values) {
                    Some(row) => Value::Row(row),
                    None => {
                        let shown: Vec<String> = values.iter().zip(keys).map(|(v, k)| v.display(&k.kind)).collect();
                        return failed(Some(shown.join(", ")), "is not in the reference");
                    }
                }
            }
            NodeOp::Match(subject, arms) => {
                let of = match subject {
                    Some(s) => Some((self.eval(s)?, &s.kind)),
                    None => None,
                };
                for (tests, value) in arms {
                    let mut fits = tests.is_empty();
                    for t in tests {
                        fits = match (&of, self.eval(t)?) {
                            (Some((v, _)), t) => *v == t,
                            (None, t) => t == Value::Bool(true),
                        };
                        if fits {
                            break;
                        }
                    }
                    if fits {
                        if let Some(trace) = &mut self.trace {
                            trace.arms.push(value.at);
                        }
                        return self.eval(value);
                    }
                }
                let listed: Vec<String> = arms.iter().flat_map(|(tests, _)| tests).filter_map(written_out).collect();
                let reason = match (&of, listed.len()) {
                    (Some(_), 1..=12) => format!("is none of {}", listed.join(", ")),
                    _ => "fits no arm of the match".to_owned(),
                };
                return failed(of.map(|(v, kind)| v.display(kind)), reason);
            }
            NodeOp::Fit(a) => self.fit(node, a)?,
            NodeOp::Else(a, b) => match self.eval(a) {
                Err(Stop::Failed { .. }) => self.eval(b)?,
                other => other?,
            },
            NodeOp::Concat(parts) => {
                let mut text = String::new();
                for p in parts {
                    if let Value::Text(t) = self.eval(p)? {
                        text.push_str(&t);
                    }
                }
                Value::owned(text)
            }
            NodeOp::Bind(slot, value, body) => {
                let value = self.eval(value)?;
                self.slots[*slot] = Some(value);
                self.eval(body)?
            }
        })
    }

    /// Notes the values of a key, unless one is null or failed before.
    fn note(&mut self, key: usize, values: &'a [Node], keys: &mut Vec<(usize, u128)>) {
        let mut of = Vec::with_capacity(values.len());
        for v in values {
            let Ok(v) = self.eval(v) else { return };
            of.push(v);
        }
        keys.extend(key_print(&of).map(|print| (key, print)));
    }

    /// `and` with `stop` false, `or` with `stop` true.
    fn chain(&mut self, parts: &'a [Node], stop: bool) -> Result<Value<'a>, Stop> {
        let mut null = false;
        for p in parts {
            match self.eval(p)? {
                Value::Bool(b) if b == stop => return Ok(Value::Bool(stop)),
                Value::Bool(_) => {}
                _ => null = true,
            }
        }
        Ok(if null { Value::Null } else { Value::Bool(!stop) })
    }

    fn fit(&mut self, node: &Node, inner: &'a Node) -> Result<Value<'a>, Stop> {
        let v = self.eval(inner)?;
        match &v {
            Value::Null if node.nullable => Ok(v),
            Value::Null => failed(None, "is null, and a value is required"),
            Value::Num(n) => {
                let (have, want) = (inner.kind.scale(), node.kind.scale());
                let unit = decimal::pow10(have.saturating_sub(want));
                let inside = |n: &i128| node.kind.bounds().is_none_or(|(lo, hi)| *n >= lo && *n <= hi);
                match Some(n / unit).filter(|q| n % unit == 0 && inside(q)) {
                    Some(q) => Ok(Value::Num(q)),
                    None => failed(Some(v.display(&inner.kind)), format!("does not fit {}", node.kind)),
                }
            }
            Value::Text(t) => match node.kind.most_chars() {
                _ if matches!(&node.kind, Kind::OneOf(texts) if !texts.iter().any(|x| x == t)) => {
                    failed(Some(t.to_string()), format!("is not {}", node.kind))
                }
                Some(most) if t.chars().count() > most as usize => {
                    failed(Some(t.to_string()), format!("does not fit {}", node.kind))
                }
                _ => Ok(v),
            },
            _ => Ok(v),
        }
    }
}

/// A constant as it stands in a spec.
fn written_out(node: &Node) -> Option<String> {
    match &node.op {
        NodeOp::Const(Value::Null) => None,
        NodeOp::Const(Value::Text(t)) => Some(format!("{t:?}")),
        NodeOp::Const(v) => Some(v.display(&node.kind)),
        _ => None,
    }
}

fn borrowed<'a>(v: &'a Value<'static>) -> Value<'a> {
    match v {
        Value::Text(t) => Value::text(t),
        other => other.clone(),
    }
}

/// The order of two values of one type that are not null.
fn order(a: &Value<'_>, b: &Value<'_>) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Num(a), Value::Num(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Row(a), Value::Row(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    }
}

fn holds(cmp: Cmp, order: std::cmp::Ordering) -> bool {
    match cmp {
        Cmp::Eq => order.is_eq(),
        Cmp::Ne => order.is_ne(),
        Cmp::Lt => order.is_lt(),
        Cmp::Le => order.is_le(),
        Cmp::Gt => order.is_gt(),
        Cmp::Ge => order.is_ge(),
    }
}
