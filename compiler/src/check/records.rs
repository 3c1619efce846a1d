//! Maps of records: stages, tails, verdicts of assignments, and what must be used or assigned.

use migc_functions::{Info, Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Attr, ExprKind, Name, Role, Stmt, StringLit, Tail, TailKind};

use super::exprs::{Body, failing_part, type_word};
use super::meant::Assigned;
use super::refine::refine;
use super::{Column, Env, similar};
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
        let mut found = Vec::new();
        for (i, c) in place.columns.iter().enumerate() {
            if of.columns.contains(&i) || source.identify.contains(&i) {
                continue;
            }
            if c.tree.attrs.iter().any(|a| matches!(a, Attr::Element(_))) {
                // The columns of a list are one member.
                let (list, span) = (c.tree.name.text.split('.').next().unwrap_or_default(), c.tree.name.span);
                if !found.iter().any(|d: &Diagnostic| d.span == span) {
                    let label = format!("the list `{list}` of `{}` goes nowhere", source.name);
                    let help = format!("use it in the map to `{}`: `explode {list} as item else …`", of.target);
                    found.push(Diagnostic::new(&rules::UNUSED, span, label).help(help));
                }
                continue;
            }
            let label = format!("`{}` of `{}` goes nowhere", c.tree.name.text, source.name);
            let help = format!(
                "use it in the map to `{}`, or write `ignore {} \"why\"` in place of it",
                of.target, c.tree.name.text
            );
            found.push(Diagnostic::new(&rules::UNUSED, c.tree.name.span, label).help(help));
        }
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

/// The stage of a statement: cleaning, values and ways out, assignments, checks.
fn stage(s: &Stmt, n: u8) -> bool {
    match s {
        Stmt::Clean { .. } => n == 1,
        Stmt::Assign { .. } | Stmt::Copy { .. } => n == 3,
        Stmt::Check { .. } => n == 4,
        Stmt::Arrow(_) | Stmt::Explode(_) => false,
        _ => n == 2,
    }
}

/// A row of a target.
pub(super) struct Row {
    pub(super) outputs: Vec<Output>,
    /// What gates measure of it.
    pub(super) measures: Vec<(usize, Expr)>,
    /// What must stand once.
    pub(super) keys: Vec<(usize, Vec<Expr>)>,
}

/// A value without the `|> must_fit` behind it, and whether that was there.
fn fitted(value: &tree::Expr) -> (&tree::Expr, bool) {
    match &value.kind {
        ExprKind::Pipe(left, right) if matches!(&right.kind, ExprKind::Name(n) if n.text == "must_fit") => (left, true),
        _ => (value, false),
    }
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
        let cleans = map.stmts.iter().filter(|s| stage(s, 1));
        for stmt in cleans.chain(of_record.iter().filter(|s| stage(s, 2))) {
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
        if stmts.iter().any(|s| stage(s, 4)) {
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
        for stmt in stmts.iter().filter(|s| stage(s, 4)) {
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

    /// The columns that statements assign, with where they do.
    fn assignments(&mut self, stmts: &'t [Stmt], wanted: &[Column<'t>]) -> Assigned {
        let mut assigned = Assigned::new();
        for stmt in stmts.iter().filter(|s| stage(s, 3)) {
            match stmt {
                Stmt::Assign { column, value, tail, span } => {
                    if self.cleans(column, value, wanted, *span) {
                        continue;
                    }
                    if self.is_let(column, wanted) {
                        self.mentioned(*span);
                        continue;
                    }
                    let Some(c) = self.assignable(column, false, wanted, &mut assigned) else {
                        self.mentioned(*span);
                        continue;
                    };
                    let value = if c.broken {
                        // Nothing can be said of how it fits; its own mistakes still are.
                        self.expr(fitted(value).0);
                        None
                    } else {
                        self.assignment(column, value, tail.as_ref(), c)
                    };
                    if value.is_none() {
                        self.mentioned(*span);
                        self.broken_outputs.push(column.text.clone());
                    }
                    // After an error the column still counts as assigned, so that one mistake is one diagnostic.
                    assigned.insert(column.text.clone(), (value.unwrap_or_else(|| broken(column.span)), column.span));
                }
                Stmt::Copy { names, all, except, span } => {
                    let mut listed: Vec<Name> = names.clone();
                    let mut but: Vec<&str> = except.iter().map(|e| e.text.as_str()).collect();
                    for name in except {
                        let of = |columns: &[Column<'t>]| columns.iter().any(|c| c.tree.name.text == name.text);
                        if !of(wanted) && !of(&self.columns) {
                            self.env.unknown_column(name, wanted);
                            let known: Vec<&str> = wanted.iter().map(|c| c.tree.name.text.as_str()).collect();
                            but.extend(similar::did_you_mean(&name.text, &known));
                        }
                    }
                    if *all {
                        let free = |n: &str| !but.contains(&n) && !assigned.contains_key(n);
                        let known = |n: &str| {
                            self.names.iter().any(|(k, _)| k == n) || self.columns.iter().any(|c| c.tree.name.text == n)
                        };
                        listed = wanted
                            .iter()
                            .map(|c| &c.tree.name.text)
                            .filter(|n| free(n) && known(n))
                            .map(|n| Name { text: n.clone(), span: *span })
                            .collect();
                    }
                    let unread = self.env.syntax_errors.iter().any(|e| span.holds(*e));
                    for name in &listed {
                        let Some(c) = self.assignable(name, true, wanted, &mut assigned) else {
                            self.mentioned(name.span);
                            continue;
                        };
                        let value = tree::Expr { kind: ExprKind::Name(name.clone()), span: name.span };
                        let before = self.env.diagnostics.len();
                        let value = match c.broken || unread {
                            true => self.expr(&value).and(None),
                            false => self.assignment(name, &value, None, c),
                        };
                        let whole = (names.len() == 1).then_some(*span);
                        self.out_of_copy(before, name, *all, whole);
                        if value.is_none() {
                            self.broken_outputs.push(name.text.clone());
                        }
                        assigned.insert(name.text.clone(), (value.unwrap_or_else(|| broken(name.span)), name.span));
                    }
                }
                _ => {}
            }
        }
        assigned
    }

    /// The column of the target that a name assigns, if it has not been assigned before.
    fn assignable<'w>(
        &mut self,
        name: &Name,
        copied: bool,
        wanted: &'w [Column<'t>],
        assigned: &mut Assigned,
    ) -> Option<&'w Column<'t>> {
        let Some(c) = wanted.iter().find(|c| c.tree.name.text == name.text) else {
            self.no_such_column(name, copied, wanted, assigned);
            return None;
        };
        if let Some((_, first)) = assigned.get(&name.text) {
            let label = format!("`{}` is assigned a second time", name.text);
            let d = Diagnostic::new(&rules::DEFINED_TWICE, name.span, label).also(*first, "the first time");
            return self.fail(d.help("take one of the two away; a `match` chooses between two values"));
        }
        Some(c)
    }

    /// A statement; the columns that it mentions count as used where it has a mistake, so that one mistake is one
    /// diagnostic.
    pub(super) fn watched(&mut self, stmt: &'t Stmt) {
        let (before, unbound) = (self.env.diagnostics.len(), self.broken.len());
        self.statement(stmt);
        let span = match stmt {
            Stmt::Clean { span, .. }
            | Stmt::Let { span, .. }
            | Stmt::DropIf { span, .. }
            | Stmt::RejectIf { span, .. } => *span,
            Stmt::Check { span, .. } | Stmt::Broken(span) => *span,
            Stmt::Later(l) => l.span,
            Stmt::Assign { .. } | Stmt::Copy { .. } | Stmt::Arrow(_) | Stmt::Explode(_) => return,
            _ => return,
        };
        let broken = matches!(stmt, Stmt::Broken(_) | Stmt::Later(_));
        if broken
            || self.env.diagnostics.len() > before
            || self.broken.len() > unbound
            || self.env.syntax_errors.iter().any(|e| e.start >= span.start && e.end <= span.end)
        {
            if broken {
                // The name that it may have given is not unknown.
                let words =
                    self.piece(span).split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
                let all: Vec<&str> = words.collect();
                let named = all.windows(2).filter(|w| w[0] == "as").map(|w| w[1]);
                let words: Vec<String> = all.iter().take(2).copied().chain(named).map(str::to_owned).collect();
                let fresh = |w: &String| !self.columns.iter().any(|c| c.tree.name.text == *w);
                let fresh: Vec<String> = words.into_iter().filter(fresh).collect();
                self.broken.extend(fresh);
            }
            match stmt {
                Stmt::Clean { .. } | Stmt::Let { .. } => self.mentioned(span),
                _ => self.undecided(span),
            }
        }
    }

    fn statement(&mut self, stmt: &'t Stmt) {
        match stmt {
            Stmt::Clean { column, value, tail, .. } => {
                self.clean(column, value, tail.as_ref());
            }
            Stmt::Let { name, value, tail, .. } => {
                self.binding(name, value, tail.as_ref());
            }
            Stmt::DropIf { cond, reason, why, .. } => {
                self.leave_if(cond, FateKind::Drop, reason, why.as_ref());
            }
            Stmt::RejectIf { cond, code, message, .. } => {
                self.leave_if(cond, FateKind::Reject, code, message.as_ref());
            }
            Stmt::Check { cond, tail, span } => {
                self.check(cond, tail.as_ref(), *span, "check", None);
            }
            Stmt::Scale { span, .. }
            | Stmt::Snap { span, .. }
            | Stmt::Cells(_, span)
            | Stmt::Every(span)
            | Stmt::CellsOf { span, .. } => {
                self.env.error(Diagnostic::new(&rules::MISPLACED, *span, "this belongs to a map of a layout"));
            }
            Stmt::Assign { .. }
            | Stmt::Copy { .. }
            | Stmt::Arrow(_)
            | Stmt::Explode(_)
            | Stmt::Later(_)
            | Stmt::Broken(_) => {}
        }
    }

    fn clean(&mut self, column: &Name, value: &tree::Expr, tail: Option<&Tail>) -> Option<()> {
        let Some(i) = self.columns.iter().position(|c| c.tree.name.text == column.text) else {
            let columns = self.columns.clone();
            self.env.unknown_column(column, &columns);
            return None;
        };
        let before = self.column(i, column.span)?;
        let value = self.expr(value)?;
        if type_word(&before.info.ty.kind) != type_word(&value.info.ty.kind)
            && !(before.info.ty.kind.is_text() && value.info.ty.kind.is_text())
        {
            let label = format!("this makes {} of {}, and cleaning keeps the type", value.info.ty, before.info.ty);
            return self
                .fail(Diagnostic::new(&rules::WRONG_TYPE, value.at, label).help("bind the new value with `let`"));
        }
        let code = format!("{}.{}", column.text, failing_part(&value));
        let (value, otherwise, info) = self.otherwise(value, tail, &column.text, &code)?;
        let slot = self.bind(&column.text, info);
        self.steps.push(Step::Clean { slot, before, value, otherwise });
        self.bound[i] = Some(slot);
        Some(())
    }

    fn binding(&mut self, name: &Name, value: &tree::Expr, tail: Option<&Tail>) -> Option<()> {
        let value = self.expr(value);
        if let Some((_, _slot)) = self.names.iter().find(|(n, _)| *n == name.text) {
            let label = format!("`{}` is already bound above", name.text);
            self.env
                .error(Diagnostic::new(&rules::DEFINED_TWICE, name.span, label).help("give one of them another name"));
        }
        let Some(value) = value else {
            // The name is known all the same, so that its uses are no further errors.
            self.broken.push(name.text.clone());
            return None;
        };
        let code = format!("{}.{}", name.text, failing_part(&value));
        let Some((value, otherwise, info)) = self.otherwise(value, tail, &name.text, &code) else {
            self.broken.push(name.text.clone());
            return None;
        };
        let slot = self.bind(&name.text, info);
        self.steps.push(Step::Let { slot, value, otherwise });
        self.names.push((name.text.clone(), slot));
        Some(())
    }

    fn leave_if(&mut self, cond: &tree::Expr, kind: FateKind, code: &Name, message: Option<&StringLit>) -> Option<()> {
        let when = self.condition(cond)?;
        let when = self.settled(when, &code.text)?;
        let message = self.message(message);
        refine(&mut self.facts, &when, false);
        let fate = self.fate(kind, &code.text, message, None, cond.span);
        self.steps.push(Step::LeaveIf { when, fate });
        Some(())
    }

    /// What must hold; `default` is the code where the spec names none.
    pub(super) fn check(
        &mut self,
        cond: &tree::Expr,
        tail: Option<&Tail>,
        at: Span,
        default: &str,
        about: Option<&str>,
    ) -> Option<()> {
        let holds = self.condition(cond)?;
        let holds = self.settled(holds, default)?;
        let fate = match tail {
            None => self.fate(FateKind::Reject, default, None, about, at),
            Some(tail) => {
                let (kind, code, message) = match &tail.kind {
                    TailKind::Reject { code, message } => (FateKind::Reject, code.text.clone(), message.as_ref()),
                    TailKind::Drop { reason, why } => (FateKind::Drop, reason.text.clone(), why.as_ref()),
                    TailKind::Warn(message) => (FateKind::Warn, default.into(), Some(message)),
                    TailKind::Abort(message) => (FateKind::Abort, "abort".into(), message.as_ref()),
                    TailKind::Value(e) => {
                        let label = "a check has no value that another could stand for";
                        return self.fail(
                            Diagnostic::new(&rules::WRONG_TYPE, e.span, label)
                                .help("write `else reject CODE`, `else drop as reason` or `else warn \"…\"`"),
                        );
                    }
                    TailKind::Broken => return None,
                };
                let message = self.message(message);
                self.fate(kind, &code, message, about, at)
            }
        };
        // After a warning the record goes on, whatever the condition was.
        if self.program.fates[fate].kind != FateKind::Warn {
            refine(&mut self.facts, &holds, true);
        }
        self.steps.push(Step::Check { holds, fate });
        Some(())
    }

    /// A condition that cannot fail any more: one that can is bound first, and its failure rejects the record.
    pub(super) fn settled(&mut self, cond: Expr, about: &str) -> Option<Expr> {
        if !cond.fails {
            return Some(cond);
        }
        let code = format!("{about}.{}", failing_part(&cond));
        let at = cond.at;
        let (cond, otherwise, info) = self.otherwise(cond, None, about, &code)?;
        let slot = self.bind(&format!("${about}"), info);
        self.steps.push(Step::Let { slot, value: cond, otherwise });
        Some(self.slot(slot, at))
    }

    /// A message; columns that nothing has bound yet are shown as they stood.
    pub(super) fn message(&mut self, lit: Option<&StringLit>) -> Option<Expr> {
        let lit = lit?;
        self.in_message = true;
        let message = self.text(lit);
        self.in_message = false;
        message
    }

    pub(super) fn fate(
        &mut self,
        kind: FateKind,
        code: &str,
        message: Option<Expr>,
        about: Option<&str>,
        at: Span,
    ) -> usize {
        self.program.fates.push(Fate { kind, code: code.to_owned(), message, about: about.map(str::to_owned), at });
        self.program.fates.len() - 1
    }

    /// What happens when a value fails; `code` is the reject code where the spec names none. Gives the value too, which a
    /// replacement may have brought to another scale, and what is known once the tail has acted.
    pub(super) fn otherwise(
        &mut self,
        value: Expr,
        tail: Option<&Tail>,
        about: &str,
        code: &str,
    ) -> Option<(Expr, Otherwise, Info)> {
        let known = value.info.clone();
        let of_codes = tail.is_none();
        let tail = tail.or_else(|| self.tail_of_codes(&value));
        let Some(tail) = tail else {
            if !value.fails {
                return Some((value, Otherwise::Never, known));
            }
            let fate = self.fate(FateKind::Reject, code, None, Some(about), value.at);
            return Some((value, Otherwise::Leave(fate), known));
        };
        let (kind, code, message) = match &tail.kind {
            TailKind::Broken => return None,
            TailKind::Value(e) => {
                let other = self.expr(e)?;
                let (mut both, info) = self.unify(vec![value, other])?;
                let other = both.pop()?;
                let value = both.pop()?;
                if other.fails {
                    return self.fail(Diagnostic::new(
                        &rules::WRONG_TYPE,
                        e.span,
                        "what stands instead must not fail itself",
                    ));
                }
                if !value.fails {
                    return Some((value, Otherwise::Never, known));
                }
                let message = self.message(tail.warn.as_ref());
                let warn = tail.warn.as_ref().map(|w| self.fate(FateKind::Warn, code, message, Some(about), w.span));
                return Some((value, Otherwise::Value(Box::new(other), warn), info));
            }
            TailKind::Reject { code, message } => (FateKind::Reject, code.text.clone(), message.as_ref()),
            TailKind::Drop { reason, why } => (FateKind::Drop, reason.text.clone(), why.as_ref()),
            TailKind::Abort(message) => (FateKind::Abort, "abort".into(), message.as_ref()),
            TailKind::Warn(message) => {
                let label = "after a warning alone, there is no value to go on with";
                return self.fail(
                    Diagnostic::new(&rules::WRONG_TYPE, message.span, label).help("write `else null warn \"…\"`"),
                );
            }
        };
        let before = self.env.diagnostics.len();
        let message = self.message(message);
        if of_codes {
            for found in self.env.diagnostics.iter_mut().skip(before) {
                found.also.push((value.at, "where the list is used".to_owned()));
            }
        }
        if !value.fails {
            return Some((value, Otherwise::Never, known));
        }
        let fate = self.fate(kind, &code, message, Some(about), tail.span);
        Some((value, Otherwise::Leave(fate), known))
    }

    /// What the list of codes whose conversion fails says of texts that it does not take.
    fn tail_of_codes(&self, value: &Expr) -> Option<&'t Tail> {
        fn failing(e: &Expr) -> Option<usize> {
            let mut found = None;
            let mut inner = false;
            e.each_part(&mut |part| {
                if part.fails && !inner {
                    (inner, found) = (true, failing(part));
                }
            });
            match e.op {
                Op::Codes(list, _) if !inner => Some(list),
                _ => found,
            }
        }
        let list = failing(value).filter(|_| value.fails)?;
        self.env.codes_else.get(list).copied().flatten().filter(|t| !matches!(t.kind, TailKind::Value(_)))
    }

    /// The value of a column of the target, bound by a step where it can fail.
    fn assignment(&mut self, column: &Name, value: &tree::Expr, tail: Option<&Tail>, c: &Column<'t>) -> Option<Expr> {
        let (ty, declared) = (&c.ty, c.tree.name.span);
        let (value, must_fit) = fitted(value);
        let value = self.expr(value)?;
        let value = self.cleaned(value, &c.rules)?;
        let value = self.verdict(value, ty, must_fit, column, declared)?;
        let code = format!("{}.{}", column.text, failing_part(&value));
        let mut made = value;
        if made.fails || tail.is_some() {
            let at = made.at;
            let (value, otherwise, info) = self.otherwise(made, tail, &column.text, &code)?;
            if let Otherwise::Value(other, _) = &otherwise {
                self.verdict((**other).clone(), ty, false, column, declared)?;
            }
            made = value;
            if otherwise != Otherwise::Never {
                let slot = self.bind(&column.text, info);
                self.steps.push(Step::Let { slot, value: made, otherwise });
                made = self.slot(slot, at);
            }
        }
        let checked = c.rules.iter().any(|r| {
            self.env.types.get(*r).is_some_and(|d| d.tree.stmts.iter().any(|s| matches!(s, Stmt::Check { .. })))
        });
        if checked {
            let at = made.at;
            let slot = match made.op {
                Op::Slot(slot) => slot,
                _ => {
                    let slot = self.bind(&column.text, made.info.clone());
                    self.steps.push(Step::Let { slot, value: made, otherwise: Otherwise::Never });
                    slot
                }
            };
            self.hold(&c.rules, slot, &column.text);
            made = self.slot(slot, at);
        }
        Some(made)
    }
}
