//! Lists in numbered columns, and maps that make a row of each element.
//!
//! An element is an arrow of its own: its condition is that one of its columns has something in it.

use migc_functions::{Info, Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Explode, Member, Name, Role, Stmt, TailKind};

use super::exprs::Body;
use super::records::Row;
use super::similar;
use crate::plan::{self, Cmp, Expr, FateKind, Op, Step};
use crate::rules;

impl<'t> Body<'_, 't> {
    /// The rows of a map behind its `explode`, which stands at `at` among its statements.
    pub(super) fn exploded(&mut self, map: &'t tree::Map, at: usize) -> Vec<plan::Arrow> {
        let Some(Stmt::Explode(explode)) = map.stmts.get(at) else { return Vec::new() };
        let Some(target) = &map.target else {
            let label = "a map that explodes a list has its target in its head";
            self.env.error(Diagnostic::new(&rules::MISPLACED, explode.span, label));
            return Vec::new();
        };
        if let Some(Stmt::Explode(second)) = map.stmts[at + 1..].iter().find(|s| matches!(s, Stmt::Explode(_))) {
            let label = "one list is exploded in a map";
            self.env.error(Diagnostic::new(&rules::MISPLACED, second.span, label));
        }
        let Some((fields, count)) = self.list(&map.source, &explode.list).filter(|(_, count)| *count > 0) else {
            self.mentioned(map.span);
            return Vec::new();
        };
        // The columns of every element are used, be it to see that there is none.
        let prefix = format!("{}.", explode.list.text);
        let own = self.columns.iter().enumerate().filter(|(_, c)| c.tree.name.text.starts_with(&prefix));
        let own: Vec<usize> = own.map(|(i, _)| i).collect();
        self.used.extend(own);
        // What is wrong for one element is wrong for all.
        let whens: Vec<Expr> = (1..=count).map_while(|n| self.present(explode, &fields, n)).collect();
        if whens.len() < count {
            // The columns of the rows that are not made are not looked for.
            self.mentioned(map.span);
            return Vec::new();
        }
        self.without_elements(explode, &whens);
        let mut arrows = Vec::new();
        for (i, when) in whens.into_iter().enumerate() {
            let found = self.env.diagnostics.len();
            arrows.extend(self.element_row(map, target, &map.stmts[at + 1..], explode, i + 1, when));
            if self.env.diagnostics.len() > found {
                // What is wrong for one element is wrong for all.
                break;
            }
        }
        arrows
    }

    /// The fields of a list of the source, and how many elements it has.
    fn list(&mut self, source: &Name, list: &Name) -> Option<(Vec<String>, usize)> {
        let place = self.env.find(&source.text, Role::Source)?.tree;
        let lists = place.members.iter().filter_map(|m| if let Member::List(l) = m { Some(l) } else { None });
        let known: Vec<&tree::ListColumn> = lists.collect();
        if let Some(found) = known.iter().find(|l| l.name.text == list.text) {
            let fields = found.fields.iter().map(|f| f.text.clone()).collect();
            return Some((fields, found.elements.len()));
        }
        let names: Vec<&str> = known.iter().map(|l| l.name.text.as_str()).collect();
        let label = format!("`{}` is no list of `{}`", list.text, source.text);
        let help = match names.is_empty() {
            true => {
                "declare one: notes: list<{kind: text, body: text}> from \"Kind {n}\", \"Body {n}\" up to 12".to_owned()
            }
            false => similar::in_scope("lists", names.iter().copied()),
        };
        self.fail(Diagnostic::new(&rules::UNKNOWN_NAME, list.span, label).help(help))
    }

    /// A field of an element.
    pub(super) fn element_field(&mut self, list: &str, number: usize, field: &Name, at: Span) -> Option<Expr> {
        let wanted = match field.text.as_str() {
            "value" if !self.columns.iter().any(|c| c.tree.name.text == format!("{list}.{number}.value")) => {
                format!("{list}.{number}")
            }
            name => format!("{list}.{number}.{name}"),
        };
        if let Some(i) = self.columns.iter().position(|c| c.tree.name.text == wanted) {
            return self.column(i, at);
        }
        let prefix = format!("{list}.{number}.");
        let mut known: Vec<&str> = self.columns.iter().filter_map(|c| c.tree.name.text.strip_prefix(&prefix)).collect();
        if known.is_empty() {
            known.push("value");
        }
        known.push("position");
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, field.span, format!("an element has no field `{}`", field.text));
        let d = similar::offer(d, field, "fields", &known);
        self.fail(d)
    }

    /// Whether an element is there: one of its columns has something in it, and the filter takes it.
    fn present(&mut self, explode: &'t Explode, fields: &[String], number: usize) -> Option<Expr> {
        let at = explode.span;
        let names: Vec<String> = match fields.is_empty() {
            true => vec![format!("{}.{number}", explode.list.text)],
            false => fields.iter().map(|f| format!("{}.{number}.{f}", explode.list.text)).collect(),
        };
        let mut some = Vec::new();
        for name in names {
            let i = self.columns.iter().position(|c| c.tree.name.text == name)?;
            let raw = self.raw(i, at);
            if self.columns[i].knows_null {
                // Null is nothing there, and an empty text is something.
                let is = Expr { op: Op::IsNull(Box::new(raw)), info: Info::required(Kind::Bool), fails: false, at };
                some.push(self.not(is, at));
                continue;
            }
            let nothing = Expr::constant(Value::owned(String::new()), Kind::Text(Some(0)), at);
            let filled = self.compare(Cmp::Ne, raw, nothing, at)?;
            some.push(self.surely(filled));
        }
        let info = Info::required(Kind::Bool);
        let any = match some.len() {
            1 => some.pop()?,
            _ => Expr { op: Op::Or(some), info: info.clone(), fails: false, at },
        };
        let Some(filter) = &explode.filter else { return Some(any) };
        // An element that is not there cannot be read: the filter looks at its texts as they stand.
        self.element = Some((explode.item.text.clone(), explode.list.text.clone(), number));
        let in_message = std::mem::replace(&mut self.in_message, true);
        let cond = self.condition(filter);
        (self.in_message, self.element) = (in_message, None);
        let cond = cond?;
        if cond.fails {
            let label = "this can fail, and the filter of an `explode` does not";
            return self.fail(
                Diagnostic::new(&rules::WRONG_TYPE, filter.span, label)
                    .help("compare the texts as they stand, or say what stands instead: `(int64(x) else 0) > 5`"),
            );
        }
        // An element is left out where the condition is false; null leaves nothing out silently.
        let no = Expr::constant(Value::Bool(true), Kind::Bool, at);
        let cond = match cond.info.ty.nullable {
            true => Expr { op: Op::Coalesce(Box::new(cond), Box::new(no)), info: info.clone(), fails: false, at },
            false => cond,
        };
        Some(Expr { op: Op::And(vec![any, cond]), info, fails: false, at })
    }

    /// What happens to a record without elements.
    fn without_elements(&mut self, explode: &'t Explode, whens: &[Expr]) {
        let at = explode.span;
        let Some(tail) = &explode.otherwise else {
            let label = "a record without elements has no fate";
            let help = "say what becomes of it: `explode … as … else drop as no_lines`, or `else reject CODE`";
            self.env.error(Diagnostic::new(&rules::NOT_COVERED, at, label).help(help));
            return;
        };
        let (kind, code, message) = match &tail.kind {
            TailKind::Reject { code, message } => (FateKind::Reject, code.text.clone(), message.as_ref()),
            TailKind::Drop { reason, why } => (FateKind::Drop, reason.text.clone(), why.as_ref()),
            TailKind::Abort(message) => (FateKind::Abort, "abort".to_owned(), message.as_ref()),
            TailKind::Broken => return,
            TailKind::Value(_) | TailKind::Warn(_) => {
                let label = "the record leaves here: `else drop as reason`, `else reject CODE` or `else abort \"…\"`";
                self.env.error(Diagnostic::new(&rules::WRONG_TYPE, tail.span, label));
                return;
            }
        };
        let message = self.message(message);
        let info = Info::required(Kind::Bool);
        let any = Expr { op: Op::Or(whens.to_vec()), info, fails: false, at };
        let when = self.not(any, at);
        let fate = self.fate(kind, &code, message, None, at);
        self.steps.push(Step::LeaveIf { when, fate });
    }

    /// The row of one element. What it binds stays in it.
    fn element_row(
        &mut self,
        map: &'t tree::Map,
        target: &'t Name,
        stmts: &'t [Stmt],
        explode: &'t Explode,
        number: usize,
        when: Expr,
    ) -> Option<plan::Arrow> {
        let steps = std::mem::take(&mut self.steps);
        let (names, bound, facts) = (self.names.len(), self.bound.clone(), self.facts.clone());
        let (broken, outputs) = (self.broken.len(), self.broken_outputs.len());
        self.element = Some((explode.item.text.clone(), explode.list.text.clone(), number));
        for stmt in stmts {
            match stmt {
                Stmt::Clean { .. }
                | Stmt::Assign { .. }
                | Stmt::Copy { .. }
                | Stmt::Check { .. }
                | Stmt::Explode(_) => {}
                Stmt::DropIf { span, .. } => {
                    let label = "a drop behind `explode` would drop the whole record";
                    let help = "leave an element out with `explode … where …`, or write the line above the `explode`";
                    self.env.error(Diagnostic::new(&rules::MISPLACED, *span, label).help(help));
                }
                Stmt::Arrow(arrow) => {
                    let label = "a map that explodes a list has one target";
                    self.env.error(Diagnostic::new(&rules::MISPLACED, arrow.head, label));
                }
                other => self.watched(other),
            }
        }
        let row = self.rows(&map.stmts, target, &map.source.text, map.head);
        let index = self.target_of(target);
        self.element = None;
        self.names.truncate(names);
        self.broken.truncate(broken);
        self.broken_outputs.truncate(outputs);
        (self.bound, self.facts) = (bound, facts);
        let steps = std::mem::replace(&mut self.steps, steps);
        let Row { outputs, measures, keys } = row?;
        Some(plan::Arrow { target: index?, when: Some(when), steps, outputs, measures, keys })
    }
}
