//! Expressions: names resolved, types and ranges followed, constants folded.

use std::collections::BTreeSet;

use migc_functions::types::digits;
use migc_functions::{FUNCTIONS, Info, Kind, Value, decimal, find};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Arg, BinOp, ExprKind, Name, Role, StrPart, StringLit, UnOp};

use super::refine::{Facts, Known};
use super::{Column, Env, param_value, similar};
use crate::plan::{Arith, Arm, Cmp, Expr, Input, Op, Otherwise, Program, Slot, Step};
use crate::rules;

/// The body of a map or of a reference while it is being checked.
pub(crate) struct Body<'e, 't> {
    pub(crate) env: &'e mut Env<'t>,
    pub(crate) program: Program,
    /// Names of slots; the last one of a name counts.
    pub(crate) names: Vec<(String, usize)>,
    /// Names whose `let` has a mistake.
    pub(crate) broken: Vec<String>,
    /// The columns of the source.
    pub(crate) columns: Vec<Column<'t>>,
    /// Which slot holds the typed or cleaned value of a column.
    pub(crate) bound: Vec<Option<usize>>,
    /// Columns that something reads.
    pub(crate) used: BTreeSet<usize>,
    pub(crate) facts: Facts,
    /// Columns of the target by name, as `check` sees them.
    pub(crate) target_names: Option<Vec<(String, Expr)>>,
    /// Inside a message, a column that is not bound yet stands for its text.
    pub(crate) in_message: bool,
}

/// Two things of types that do not go together.
fn clash(at: Span, label: String) -> Diagnostic {
    Diagnostic::new(&rules::WRONG_TYPE, at, label)
}

impl<'e, 't> Body<'e, 't> {
    pub(crate) fn new(env: &'e mut Env<'t>, columns: Vec<Column<'t>>) -> Body<'e, 't> {
        let bound = vec![None; columns.len()];
        Body {
            env,
            program: Program::default(),
            names: Vec::new(),
            broken: Vec::new(),
            columns,
            bound,
            used: BTreeSet::new(),
            facts: Facts::new(),
            target_names: None,
            in_message: false,
        }
    }

    /// An expression; none after an error, which is reported.
    pub(crate) fn expr(&mut self, e: &tree::Expr) -> Option<Expr> {
        let at = e.span;
        match &e.kind {
            ExprKind::Broken => None,
            ExprKind::Null => Some(Expr::constant(Value::Null, Kind::Null, at)),
            ExprKind::Bool(b) => Some(Expr::constant(Value::Bool(*b), Kind::Bool, at)),
            ExprKind::Int(n) => self.number(n, at),
            ExprKind::Decimal(n) => self.number(n, at),
            ExprKind::Date { year, month, day } => {
                let day = migc_functions::date::Day::new(u32::from(*year), u32::from(*month), u32::from(*day))?;
                Some(Expr::constant(Value::Num(i128::from(day.0)), Kind::Date, at))
            }
            ExprKind::Quantity(n, unit) if unit == "%" => {
                let e = self.number(n, at)?;
                let (v, s) = (e.info.constant?.num()?, e.info.ty.kind.scale());
                let s = s + 2;
                let p = digits(v, v).max(s).min(38);
                Some(Expr::constant(Value::Num(v), Kind::Decimal { p, s }, at))
            }
            ExprKind::Quantity(_, unit) => {
                let label = format!("quantities in `{unit}` have no place in an expression on records yet");
                self.fail(Diagnostic::new(&migc_grammar::rules::NOT_YET, at, label))
            }
            ExprKind::Text(lit) => self.text(lit),
            ExprKind::Name(n) => self.name(n),
            ExprKind::Member(base, field) => self.member(base, field, at),
            ExprKind::Index(base, args) => self.lookup(base, args, at),
            ExprKind::Call(name, args) => self.call(name, None, args, at),
            ExprKind::Pipe(left, right) => match &right.kind {
                ExprKind::Call(name, args) => self.call(name, Some(left), args, at),
                ExprKind::Name(name) => self.call(name, Some(left), &[], at),
                ExprKind::Broken => None,
                _ => self.fail(clash(right.span, "a function stands behind `|>`: `name |> trim`".into())),
            },
            ExprKind::Unary(UnOp::Not, a) => {
                let a = self.condition(a)?;
                Some(self.not(a, at))
            }
            ExprKind::Unary(UnOp::Neg, a) => {
                let a = self.expr(a)?;
                let zero = Expr::constant(Value::Num(0), Kind::Int64, at);
                self.arith(Arith::Sub, zero, a, at)
            }
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, at),
            ExprKind::IsNull(a, negated) => {
                let a = self.expr(a)?;
                let info = Info::required(Kind::Bool);
                let is = match (a.info.ty.nullable, a.fails) {
                    (false, false) => Expr::constant(Value::Bool(false), Kind::Bool, at),
                    _ => Expr { fails: a.fails, op: Op::IsNull(Box::new(a)), info, at },
                };
                Some(if *negated { self.not(is, at) } else { is })
            }
            ExprKind::Match(subject, arms) => self.choose(subject.as_deref(), arms, at),
            ExprKind::Else(a, tail) => {
                let a = self.expr(a)?;
                let tree::TailKind::Value(b) = &tail.kind else {
                    let label = "inside an expression, `else` gives another value";
                    return self.fail(clash(tail.span, label.into()));
                };
                let b = self.expr(b)?;
                let (mut both, info) = self.unify(vec![a, b])?;
                let (b, a) = (both.pop()?, both.pop()?);
                if !a.fails {
                    return Some(a);
                }
                let info = info.nullable(a.info.ty.nullable || b.info.ty.nullable);
                Some(Expr { fails: b.fails, op: Op::Else(Box::new(a), Box::new(b)), info, at })
            }
            ExprKind::Range(..) => self.fail(clash(at, "a range stands behind `in`: `x in 1 ..= 50`".into())),
            ExprKind::List(_) => self.fail(clash(at, "a list stands behind `in`: `x in [\"A\", \"B\"]`".into())),
        }
    }

    pub(crate) fn fail<T>(&mut self, d: Diagnostic) -> Option<T> {
        self.env.error(d);
        None
    }

    /// A truth value.
    pub(crate) fn condition(&mut self, e: &tree::Expr) -> Option<Expr> {
        let c = self.expr(e)?;
        match c.info.ty.kind {
            Kind::Bool => Some(c),
            Kind::Null => Some(c),
            _ => self.fail(
                clash(c.at, format!("this is {}, and a truth value is wanted", c.info.ty))
                    .help("compare it with something: `x == …`"),
            ),
        }
    }

    fn number(&mut self, text: &str, at: Span) -> Option<Expr> {
        let scale = text.split_once('.').map_or(0, |(_, f)| f.len());
        let n = u8::try_from(scale).ok().and_then(|s| Some((decimal::parse(text.as_bytes(), s).ok()?, s)));
        match n {
            Some((n, 0)) if i64::try_from(n).is_ok() => Some(Expr::constant(Value::Num(n), Kind::Int64, at)),
            Some((n, s)) => {
                let p = digits(n, n).max(s).max(1);
                Some(Expr::constant(Value::Num(n), Kind::Decimal { p, s }, at))
            }
            None => self.fail(clash(at, "a number has at most 38 digits".into())),
        }
    }

    /// A text with what is interpolated.
    pub(crate) fn text(&mut self, lit: &StringLit) -> Option<Expr> {
        if let Some(t) = super::plain_text(lit) {
            let chars = t.chars().count() as u32;
            return Some(Expr::constant(Value::owned(t), Kind::Text(Some(chars)), lit.span));
        }
        let mut parts = Vec::new();
        for part in &lit.parts {
            parts.push(match part {
                StrPart::Text(t) => {
                    Expr::constant(Value::owned(t.clone()), Kind::Text(Some(t.chars().count() as u32)), lit.span)
                }
                StrPart::Expr(e) => {
                    let value = self.expr(e)?;
                    if value.info.ty.kind.is_text() { value } else { self.apply("text", vec![value], e.span)? }
                }
                StrPart::Glob(name) => return self.fail(clash(name.span, "parts of a glob stand in paths".into())),
            });
        }
        let chars = parts.iter().try_fold(0u32, |n, p| n.checked_add(p.info.chars()?));
        let fails = parts.iter().any(|p| p.fails);
        Some(Expr { op: Op::Concat(parts), info: Info::text(chars), fails, at: lit.span })
    }

    fn name(&mut self, n: &Name) -> Option<Expr> {
        let at = n.span;
        if let Some(target) = &self.target_names
            && let Some((_, value)) = target.iter().find(|(name, _)| *name == n.text)
        {
            return Some(self.known(Expr { at, ..value.clone() }));
        }
        if let Some((_, slot)) = self.names.iter().rev().find(|(name, _)| *name == n.text) {
            return Some(self.slot(*slot, at));
        }
        if self.broken.contains(&n.text) {
            return None;
        }
        if let Some(i) = self.columns.iter().position(|c| c.tree.name.text == n.text) {
            return self.column(i, at);
        }
        if let Some((_, ty, value)) = self.env.params.iter().find(|(p, ..)| p.name.text == n.text) {
            let (ty, value) = (ty.clone(), value.clone());
            // Without a value the spec is only looked at; a run asks for it first.
            return match value.as_deref().map(|v| param_value(&ty, v)) {
                Some(Some(v)) => Some(Expr::constant(v, ty.kind, at)),
                Some(None) => self.fail(clash(at, format!("the value given for `{}` is not {ty}", n.text))),
                None => Some(Expr { op: Op::Const(Value::Null), info: Info::of(ty), fails: false, at }),
            };
        }
        let mut known: Vec<&str> = self.names.iter().map(|(n, _)| n.as_str()).filter(|n| !n.starts_with('$')).collect();
        known.extend(self.columns.iter().map(|c| c.tree.name.text.as_str()));
        known.extend(self.env.params.iter().map(|(p, ..)| p.name.text.as_str()));
        if let Some(target) = &self.target_names {
            known.extend(target.iter().map(|(n, _)| n.as_str()));
        }
        known.sort_unstable();
        known.dedup();
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, at, format!("nothing here is called `{}`", n.text));
        let d = match similar::did_you_mean(&n.text, &known) {
            Some(close) => d.fix(format!("did you mean `{close}`?"), at, close),
            None => d.help(similar::in_scope("names", known.iter().copied())),
        };
        self.fail(d)
    }

    /// A slot with what is known of it by now.
    pub(crate) fn slot(&self, slot: usize, at: Span) -> Expr {
        let info = Info { constant: None, ..self.program.slots[slot].info.clone() };
        self.known(Expr { op: Op::Slot(slot), info, fails: false, at })
    }

    fn known(&self, mut e: Expr) -> Expr {
        if let Some(info) = Known::of(&e).and_then(|k| self.facts.get(&k)) {
            e.info = Info { constant: None, ..info.clone() };
        }
        e
    }

    /// The value of a source's column: bound when it is first used.
    pub(crate) fn column(&mut self, i: usize, at: Span) -> Option<Expr> {
        self.used.insert(i);
        if let Some(slot) = self.bound[i] {
            return Some(self.slot(slot, at));
        }
        let raw = self.raw(i, at);
        if self.in_message {
            return Some(raw);
        }
        let column = self.columns[i].clone();
        let Some((value, code)) = self.typed(raw.clone(), &column) else { return Some(raw) };
        let name = column.tree.name.text.clone();
        let otherwise = self.otherwise(&value, column.tree.tail.as_ref(), &name, &code)?;
        let info = self.info_with(&value, &otherwise);
        let slot = self.bind(&name, info);
        self.program.steps.push(Step::Let { slot, value, otherwise });
        self.bound[i] = Some(slot);
        Some(self.slot(slot, at))
    }

    /// What stood in the file.
    pub(crate) fn raw(&mut self, column: usize, at: Span) -> Expr {
        self.used.insert(column);
        let input = match self.program.inputs.iter().position(|i| i.column == column) {
            Some(i) => i,
            None => {
                let c = &self.columns[column];
                let (empty_is_null, null_if) = super::places::null_rules(c);
                let nullable = empty_is_null || !null_if.is_empty();
                self.program.inputs.push(Input {
                    name: c.tree.name.text.clone(),
                    info: Info::text(None).nullable(nullable),
                    column,
                    empty_is_null,
                    null_if,
                });
                self.program.inputs.len() - 1
            }
        };
        let info = self.program.inputs[input].info.clone();
        self.known(Expr { op: Op::Input(input), info, fails: false, at })
    }

    /// The conversion that a column's type asks for, and the code under which it fails; none for plain text.
    fn typed(&mut self, raw: Expr, column: &Column<'t>) -> Option<(Expr, String)> {
        let at = column.tree.ty.span;
        let int = |n: u8| Expr::constant(Value::Num(i128::from(n)), Kind::Int64, at);
        let pattern = column
            .tree
            .attrs
            .iter()
            .find_map(|a| if let tree::Attr::As(lit) = a { super::plain_text(lit) } else { None });
        let nullable = column.ty.nullable;
        let value = match &column.ty.kind {
            Kind::Text(None) if nullable || !raw.info.ty.nullable => return None,
            Kind::Text(None) => self.required(raw),
            Kind::Text(Some(_)) => self.fit_into(raw, &column.ty.kind),
            Kind::Int16 => self.apply("int16", vec![raw], at)?,
            Kind::Int32 => self.apply("int32", vec![raw], at)?,
            Kind::Int64 => self.apply("int64", vec![raw], at)?,
            Kind::Decimal { p, s } => self.apply("decimal", vec![raw, int(*p), int(*s)], at)?,
            Kind::Date => {
                let mut args = vec![raw];
                if let Some(p) = pattern {
                    let chars = p.chars().count() as u32;
                    args.push(Expr::constant(Value::owned(p), Kind::Text(Some(chars)), at));
                }
                self.apply("date", args, at)?
            }
            Kind::Bool => {
                let (yes, no) = pattern.as_deref().and_then(|p| p.split_once('/')).unwrap_or(("true", "false"));
                let arm = |t: &str, b: bool| {
                    let test =
                        Expr::constant(Value::owned(t.to_owned()), Kind::Text(Some(t.chars().count() as u32)), at);
                    Arm { tests: vec![test], value: Expr::constant(Value::Bool(b), Kind::Bool, at) }
                };
                let info = Info::required(Kind::Bool).nullable(raw.info.ty.nullable);
                Expr { op: Op::Match(Some(Box::new(raw)), vec![arm(yes, true), arm(no, false)]), info, fails: true, at }
            }
            Kind::Codes(name) => {
                let list = self.env.codes.iter().position(|c| c.name == *name)?;
                // A column of a code list's type holds what the list gives: each value stands for itself.
                let set = super::distinct(&self.env.codes[list].rows);
                let arm = |t: &String| {
                    let c = Expr::constant(Value::owned(t.clone()), Kind::Text(Some(t.chars().count() as u32)), at);
                    Arm { tests: vec![c.clone()], value: c }
                };
                let info = Info { set: Some(set.clone()), ..Info::required(column.ty.kind.clone()) }
                    .nullable(raw.info.ty.nullable);
                Expr { op: Op::Match(Some(Box::new(raw)), set.iter().map(arm).collect()), info, fails: true, at }
            }
            _ => return None,
        };
        let value = if nullable { value } else { self.required(value) };
        Some((value, format!("{}.{}", column.tree.name.text, type_word(&column.ty.kind))))
    }

    /// The value, which fails where it is null.
    pub(crate) fn required(&mut self, value: Expr) -> Expr {
        if !value.info.ty.nullable {
            return value;
        }
        let info = value.info.clone().nullable(false);
        Expr { at: value.at, op: Op::Fit(Box::new(value)), info, fails: true }
    }

    /// The value in a type, which fails where it does not fit.
    pub(crate) fn fit_into(&mut self, value: Expr, kind: &Kind) -> Expr {
        let mut info = Info::required(kind.clone());
        if let (Some((lo, hi)), (a, b)) = (info.range, value.info.bounds()) {
            info.range = Some((a.clamp(lo, hi), b.clamp(lo, hi)));
        }
        info.set = value.info.set.clone();
        let info = info.nullable(value.info.ty.nullable);
        Expr { at: value.at, op: Op::Fit(Box::new(value)), info, fails: true }
    }

    /// A new slot with a name.
    pub(crate) fn bind(&mut self, name: &str, info: Info) -> usize {
        self.program.slots.push(Slot { name: name.to_owned(), info: Info { constant: None, ..info } });
        self.program.slots.len() - 1
    }

    /// What is known of a value once its tail has acted.
    pub(crate) fn info_with(&mut self, value: &Expr, otherwise: &Otherwise) -> Info {
        match otherwise {
            Otherwise::Value(b, _) => {
                let both = vec![value.clone(), (**b).clone()];
                self.unify(both).map_or_else(|| value.info.clone(), |(_, info)| info)
            }
            _ => value.info.clone(),
        }
    }

    fn member(&mut self, base: &tree::Expr, field: &Name, at: Span) -> Option<Expr> {
        if let ExprKind::Name(n) = &base.kind
            && !self.names.iter().any(|(name, _)| *name == n.text)
            && (n.text == "source" || n.text == "raw")
        {
            let Some(i) = self.columns.iter().position(|c| c.tree.name.text == field.text) else {
                let known: Vec<&str> = self.columns.iter().map(|c| c.tree.name.text.as_str()).collect();
                let d = Diagnostic::new(
                    &rules::UNKNOWN_NAME,
                    field.span,
                    format!("the source has no column `{}`", field.text),
                );
                let d = match similar::did_you_mean(&field.text, &known) {
                    Some(close) => d.fix(format!("did you mean `{close}`?"), field.span, close),
                    None => d.help(similar::in_scope("columns", known.iter().copied())),
                };
                return self.fail(d);
            };
            return if n.text == "raw" { Some(self.raw(i, at)) } else { self.column(i, at) };
        }
        let record = self.expr(base)?;
        let Kind::Record(reference) = record.info.ty.kind else {
            return self.fail(clash(base.span, format!("this is {}, which has no columns", record.info.ty)));
        };
        let place = self.env.places.iter().find(|p| p.tree.role == Role::Reference && p.index == Some(reference))?;
        let known: Vec<String> = place.columns.iter().map(|c| c.tree.name.text.clone()).collect();
        let Some(column) = known.iter().position(|c| *c == field.text) else {
            let label = format!("`{}` has no column `{}`", place.tree.name.text, field.text);
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, field.span, label);
            let d = match similar::did_you_mean(&field.text, &names) {
                Some(close) => d.fix(format!("did you mean `{close}`?"), field.span, close),
                None => d.help(similar::in_scope("columns", names.iter().copied())),
            };
            return self.fail(d);
        };
        let ty = place.columns[column].ty.clone();
        let info =
            self.env.info(&ty).nullable(ty.nullable || record.info.ty.nullable || self.env.is_consensus(reference));
        let fails = record.fails;
        Some(Expr { op: Op::Column { record: Box::new(record), reference, column }, info, fails, at })
    }

    fn lookup(&mut self, base: &tree::Expr, args: &[Arg], at: Span) -> Option<Expr> {
        let ExprKind::Name(n) = &base.kind else {
            return self.fail(clash(base.span, "only a reference can be looked up".into()));
        };
        let Some(place) = self.env.find(&n.text, Role::Reference) else {
            let known: Vec<&str> = self
                .env
                .places
                .iter()
                .filter(|p| p.tree.role == Role::Reference)
                .map(|p| p.tree.name.text.as_str())
                .collect();
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("there is no reference `{}`", n.text));
            let d = match similar::did_you_mean(&n.text, &known) {
                Some(close) => d.fix(format!("did you mean `{close}`?"), n.span, close),
                None => d.help(similar::in_scope("references", known.iter().copied())),
            };
            return self.fail(d);
        };
        let reference = place.index?;
        let key: Vec<(String, Kind)> = super::places::key_of(place)
            .iter()
            .map(|i| (place.columns[*i].tree.name.text.clone(), place.columns[*i].ty.kind.clone()))
            .collect();
        let declared = place.tree.name.span;
        if args.len() != key.len() {
            let names: Vec<&str> = key.iter().map(|(k, _)| k.as_str()).collect();
            let label = format!("the key of `{}` is {}", n.text, names.join(", "));
            return self.fail(Diagnostic::new(&rules::NOT_THE_KEY, at, label).also(declared, "it is declared here"));
        }
        let mut keys: Vec<Option<Expr>> = vec![None; key.len()];
        for (i, arg) in args.iter().enumerate() {
            let place = match &arg.name {
                None => Some(i),
                Some(name) => key.iter().position(|(k, _)| *k == name.text),
            };
            let Some(place) = place else {
                let span = arg.name.as_ref().map_or(arg.value.span, |n| n.span);
                return self.fail(Diagnostic::new(&rules::NOT_THE_KEY, span, "this is not a column of the key"));
            };
            let value = self.expr(&arg.value)?;
            let kind = &key[place].1;
            let fits = match (kind, &value.info.ty.kind) {
                (a, b) if a.is_text() && b.is_text() => true,
                (a, b) if a.is_int() && b.is_int() => true,
                (a, b) => a == b,
            };
            if !fits {
                let label = format!("this is {}, and the key `{}` is {kind}", value.info.ty, key[place].0);
                return self.fail(
                    Diagnostic::new(&rules::NOT_THE_KEY, arg.value.span, label)
                        .help(format!("convert it first: `{kind}(…)`")),
                );
            }
            keys[place] = Some(value);
        }
        let keys: Vec<Expr> = keys.into_iter().collect::<Option<_>>()?;
        // A lookup with a null key finds nothing, as one whose key is not there.
        Some(Expr { op: Op::Lookup(reference, keys), info: Info::required(Kind::Record(reference)), fails: true, at })
    }

    fn call(&mut self, name: &Name, first: Option<&tree::Expr>, args: &[Arg], at: Span) -> Option<Expr> {
        if name.text == "must_fit" {
            let label = "`must_fit` stands at the end of an assignment, where the column's type is known";
            return self.fail(Diagnostic::new(&rules::MISPLACED, name.span, label));
        }
        let mut values = Vec::new();
        let mut broken = false;
        for e in first.into_iter().chain(args.iter().map(|a| &a.value)) {
            match self.expr(e) {
                Some(v) => values.push(v),
                None => broken = true,
            }
        }
        if let Some(arg) = args.iter().find_map(|a| a.name.as_ref()) {
            return self.fail(Diagnostic::new(
                &rules::WRONG_ARGUMENT,
                arg.span,
                "functions take their arguments in order, without names",
            ));
        }
        if let Some(list) = self.env.codes.iter().position(|c| c.name == name.text) {
            return if broken { None } else { self.code(list, values, at) };
        }
        if find(&name.text).is_none() {
            let mut known: Vec<&str> = FUNCTIONS.iter().map(|f| f.name).collect();
            known.extend(self.env.codes.iter().map(|c| c.name.as_str()));
            let d =
                Diagnostic::new(&rules::UNKNOWN_FUNCTION, name.span, format!("there is no function `{}`", name.text));
            let foreign = [
                ("ltrim", "trim"),
                ("rtrim", "trim"),
                ("strip", "trim"),
                ("ucase", "upper"),
                ("toupper", "upper"),
                ("lcase", "lower"),
                ("tolower", "lower"),
                ("substr", "left"),
                ("substring", "left"),
                ("len", "length"),
                ("to_date", "date"),
                ("strptime", "date"),
                ("to_int", "int64"),
                ("int", "int64"),
                ("cast", "int64"),
                ("to_char", "text"),
                ("str", "text"),
                ("regexp_extract", "extract"),
                ("truncate", "left"),
            ];
            let close = foreign.iter().find(|(theirs, _)| *theirs == name.text.to_lowercase()).map(|f| f.1);
            let d = match close.or_else(|| similar::did_you_mean(&name.text, &known)) {
                Some(close) => d.fix(format!("did you mean `{close}`?"), name.span, close),
                None => d.help("`migc functions` lists all functions"),
            };
            return self.fail(d);
        }
        if broken { None } else { self.apply(&name.text, values, at) }
    }

    /// A call of a function of the table on these values.
    pub(crate) fn apply(&mut self, function: &str, args: Vec<Expr>, at: Span) -> Option<Expr> {
        let f = find(function)?;
        if args.len() < f.arity.0 || args.len() > f.arity.1 {
            let label = format!(
                "`{}({})` has {} argument{} here",
                f.name,
                f.params,
                args.len(),
                if args.len() == 1 { "" } else { "s" }
            );
            return self.fail(Diagnostic::new(&rules::WRONG_ARGUMENT, at, label));
        }
        let infos: Vec<Info> = args.iter().map(|a| a.info.clone()).collect();
        let ret = match (f.infer)(&infos) {
            Ok(ret) => ret,
            Err(m) => {
                let span = m.arg.and_then(|i| args.get(i)).map_or(at, |a| a.at);
                let d = Diagnostic::new(&rules::WRONG_ARGUMENT, span, m.message);
                return self.fail(d.help(format!("`{}({})`: {}", f.name, f.params, f.summary)));
            }
        };
        let constants: Option<Vec<Value<'static>>> = infos.iter().map(|i| i.constant.clone()).collect();
        if let Some(values) = constants.filter(|v| !v.contains(&Value::Null)) {
            return match (f.prepare)(&infos)(&values) {
                Ok(v) => {
                    let v = v.into_static();
                    let kind = match (&ret.info.ty.kind, &v) {
                        (Kind::Text(_), Value::Text(t)) => Kind::Text(Some(t.chars().count() as u32)),
                        (kind, _) => kind.clone(),
                    };
                    Some(Expr {
                        info: Info {
                            ty: migc_functions::Ty { kind: kind.clone(), nullable: v == Value::Null },
                            ..Info::constant(v.clone(), kind)
                        },
                        op: Op::Const(v),
                        fails: false,
                        at,
                    })
                }
                Err(why) => {
                    let shown = values[0].display(&infos[0].ty.kind);
                    self.fail(Diagnostic::new(&rules::ALWAYS_FAILS, at, format!("\"{shown}\" {}", why.0)))
                }
            };
        }
        let nullable = ret.info.ty.nullable || args.iter().any(|a| a.info.ty.nullable);
        let fails = ret.fails || args.iter().any(|a| a.fails);
        Some(Expr { op: Op::Call { function: f.name.to_owned(), args }, info: ret.info.nullable(nullable), fails, at })
    }

    fn code(&mut self, list: usize, mut args: Vec<Expr>, at: Span) -> Option<Expr> {
        let name = self.env.codes[list].name.clone();
        if args.len() != 1 || !args[0].info.ty.kind.is_text() {
            let label = format!("`{name}(…)` takes one text");
            return self.fail(Diagnostic::new(&rules::WRONG_ARGUMENT, at, label));
        }
        let arg = args.pop()?;
        let rows = &self.env.codes[list].rows;
        let complete = arg.info.set.as_ref().is_some_and(|s| s.iter().all(|t| rows.iter().any(|(f, _)| f == t)));
        let reached = match &arg.info.set {
            Some(set) => rows.iter().filter(|(f, _)| set.contains(f)).cloned().collect::<Vec<_>>(),
            None => rows.clone(),
        };
        let set = super::distinct(&reached);
        let info = Info { set: Some(set), ..Info::required(Kind::Codes(name)) }.nullable(arg.info.ty.nullable);
        let fails = arg.fails || !complete;
        Some(Expr { op: Op::Codes(list, Box::new(arg)), info, fails, at })
    }

    pub(crate) fn not(&mut self, a: Expr, at: Span) -> Expr {
        if let Op::Const(Value::Bool(b)) = a.op {
            return Expr::constant(Value::Bool(!b), Kind::Bool, at);
        }
        let info = Info { constant: None, ..a.info.clone() };
        Expr { fails: a.fails, op: Op::Not(Box::new(a)), info, at }
    }

    fn binary(&mut self, op: BinOp, a: &tree::Expr, b: &tree::Expr, at: Span) -> Option<Expr> {
        match op {
            BinOp::And | BinOp::Or => {
                // A long chain leans to the left; it is walked, not recursed into.
                let mut parts = vec![b];
                let mut left = a;
                while let ExprKind::Binary(o, x, y) = &left.kind
                    && *o == op
                {
                    parts.push(y);
                    left = x;
                }
                parts.push(left);
                let mut out = Vec::new();
                for p in parts.into_iter().rev() {
                    // What stands to the right runs only where the left did not decide.
                    out.push(self.condition(p)?);
                }
                let nullable = out.iter().any(|p| p.info.ty.nullable);
                let fails = out.iter().any(|p| p.fails);
                let info = Info::required(Kind::Bool).nullable(nullable);
                Some(Expr { op: if op == BinOp::And { Op::And(out) } else { Op::Or(out) }, info, fails, at })
            }
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => {
                let (a, b) = (self.expr(a), self.expr(b));
                let cmp = match op {
                    BinOp::Eq => Cmp::Eq,
                    BinOp::Ne => Cmp::Ne,
                    BinOp::Lt => Cmp::Lt,
                    BinOp::Le => Cmp::Le,
                    BinOp::Gt => Cmp::Gt,
                    _ => Cmp::Ge,
                };
                self.compare(cmp, a?, b?, at)
            }
            BinOp::In => self.inside(a, b, at),
            BinOp::Like | BinOp::Matches => {
                let (a, b) = (self.expr(a), self.expr(b));
                self.apply(if op == BinOp::Like { "like" } else { "matches" }, vec![a?, b?], at)
            }
            BinOp::Coalesce => {
                let (a, b) = (self.expr(a), self.expr(b));
                let (mut both, info) = self.unify(vec![a?, b?])?;
                let (b, a) = (both.pop()?, both.pop()?);
                let info = info.nullable(a.info.ty.nullable && b.info.ty.nullable);
                let fails = a.fails || b.fails;
                Some(Expr { op: Op::Coalesce(Box::new(a), Box::new(b)), info, fails, at })
            }
            BinOp::Add | BinOp::Sub | BinOp::Mul => {
                let (a, b) = (self.expr(a), self.expr(b));
                let op = match op {
                    BinOp::Add => Arith::Add,
                    BinOp::Sub => Arith::Sub,
                    _ => Arith::Mul,
                };
                self.arith(op, a?, b?, at)
            }
            BinOp::Div => self.fail(
                Diagnostic::new(&rules::DIVISION, at, "the scale of this quotient is not said")
                    .help("exact division with a scale is not built yet; a factor can be written out: `a * 0.5`"),
            ),
            BinOp::LayerOr | BinOp::LayerXor | BinOp::LayerAnd => self.fail(
                Diagnostic::new(&rules::MISPLACED, at, "this operator works on layers")
                    .help("on truth values, write `and` and `or`"),
            ),
        }
    }

    fn inside(&mut self, a: &tree::Expr, b: &tree::Expr, at: Span) -> Option<Expr> {
        let x = self.expr(a);
        match &b.kind {
            ExprKind::Range(lo, hi) => {
                let (lo, hi) = (self.expr(lo), self.expr(hi));
                let (x, lo, hi) = (x?, lo?, hi?);
                for end in [&lo, &hi] {
                    if !comparable(&x.info.ty.kind, &end.info.ty.kind) {
                        let label = format!("this is {}, and what is compared is {}", end.info.ty, x.info.ty);
                        return self.fail(clash(end.at, label));
                    }
                }
                let (mut parts, _) = self.align(vec![x, lo, hi])?;
                let (hi, lo, x) = (parts.pop()?, parts.pop()?, parts.pop()?);
                let nullable = [&x, &lo, &hi].iter().any(|e| e.info.ty.nullable);
                let fails = [&x, &lo, &hi].iter().any(|e| e.fails);
                let info = Info::required(Kind::Bool).nullable(nullable);
                if !nullable
                    && !fails
                    && let (Some((a, b)), Some((l, _)), Some((_, h))) = (x.info.range, lo.info.range, hi.info.range)
                {
                    let constant = lo.info.constant.is_some() && hi.info.constant.is_some();
                    if constant && (b < l || a > h) {
                        return Some(Expr::constant(Value::Bool(false), Kind::Bool, at));
                    }
                    if constant && a >= l && b <= h {
                        return Some(Expr::constant(Value::Bool(true), Kind::Bool, at));
                    }
                }
                Some(Expr { op: Op::Between(Box::new(x), Box::new(lo), Box::new(hi)), info, fails, at })
            }
            ExprKind::List(items) => {
                let x = x?;
                let mut values = Vec::new();
                for item in items {
                    let v = self.expr(item)?;
                    match self.constant_like(&v, &x.info.ty.kind) {
                        Some(v) => values.push(v),
                        None => {
                            let label = format!("a written-out {} is wanted here", type_word(&x.info.ty.kind));
                            return self.fail(clash(item.span, label));
                        }
                    }
                }
                let info = Info::required(Kind::Bool).nullable(x.info.ty.nullable);
                Some(Expr { fails: x.fails, op: Op::OneOf(Box::new(x), values), info, at })
            }
            ExprKind::Broken => None,
            _ => self.fail(clash(b.span, "a range `1 ..= 50` or a list `[\"A\", \"B\"]` stands behind `in`".into())),
        }
    }

    /// A constant as a value of another type, where it means the same there.
    fn constant_like(&mut self, v: &Expr, kind: &Kind) -> Option<Value<'static>> {
        let c = v.info.constant.clone()?;
        if !comparable(kind, &v.info.ty.kind) || c == Value::Null {
            return None;
        }
        match c {
            Value::Num(n) if kind.is_number() && v.info.ty.kind.scale() <= kind.scale() => {
                Some(Value::Num(decimal::rescale(n, v.info.ty.kind.scale(), kind.scale())?))
            }
            Value::Num(_) if kind.is_number() => None,
            c => Some(c),
        }
    }

    fn compare(&mut self, cmp: Cmp, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (ka, kb) = (&a.info.ty.kind, &b.info.ty.kind);
        if *ka == Kind::Null || *kb == Kind::Null {
            let d = clash(at, "a comparison with null is never true".into());
            return self.fail(d.help("write `is null` or `is not null`"));
        }
        if !comparable(ka, kb) {
            let label = format!("{} and {} cannot be compared", a.info.ty, b.info.ty);
            let help = match (ka, kb) {
                (t, k) if t.is_text() => format!("convert the text first: `{}(…)`", type_word(k)),
                (k, t) if t.is_text() => format!("convert the text first: `{}(…)`", type_word(k)),
                _ => "convert one of them to the type of the other".into(),
            };
            return self.fail(clash(at, label).help(help));
        }
        if *ka == Kind::Bool && !matches!(cmp, Cmp::Eq | Cmp::Ne) {
            return self.fail(clash(at, "truth values have no order".into()));
        }
        let (mut both, _) = self.align(vec![a, b])?;
        let (b, a) = (both.pop()?, both.pop()?);
        let nullable = a.info.ty.nullable || b.info.ty.nullable;
        let fails = a.fails || b.fails;
        if !nullable
            && !fails
            && let Some(known) = decided(cmp, &a.info, &b.info)
        {
            return Some(Expr::constant(Value::Bool(known), Kind::Bool, at));
        }
        let info = Info::required(Kind::Bool).nullable(nullable);
        Some(Expr { op: Op::Compare(cmp, Box::new(a), Box::new(b)), info, fails, at })
    }

    /// Numbers brought to one scale; anything else as it is.
    fn align(&mut self, values: Vec<Expr>) -> Option<(Vec<Expr>, u8)> {
        let scale = values.iter().map(|v| v.info.ty.kind.scale()).max().unwrap_or(0);
        let mut out = Vec::new();
        for v in values {
            let by = if v.info.ty.kind.is_number() { scale - v.info.ty.kind.scale() } else { 0 };
            out.push(self.scaled(v, by)?);
        }
        Some((out, scale))
    }

    /// A number with more digits behind its point.
    pub(crate) fn scaled(&mut self, v: Expr, by: u8) -> Option<Expr> {
        if by == 0 {
            return Some(v);
        }
        let at = v.at;
        let s = v.info.ty.kind.scale() + by;
        let unit = decimal::pow10(by);
        let (lo, hi) = v.info.bounds();
        let (Some(lo), Some(hi)) = (lo.checked_mul(unit), hi.checked_mul(unit)) else {
            return self.fail(clash(at, format!("with {s} digits behind the point, this has more than 38 digits")));
        };
        let p = digits(lo, hi).max(s);
        if p > 38 {
            return self.fail(clash(at, format!("with {s} digits behind the point, this has more than 38 digits")));
        }
        let kind = Kind::Decimal { p, s };
        if let Some(Value::Num(n)) = v.info.constant {
            return Some(Expr::constant(Value::Num(n * unit), kind, at));
        }
        let info = Info::number(kind, lo, hi).nullable(v.info.ty.nullable);
        Some(Expr { fails: v.fails, op: Op::Scale(Box::new(v), by), info, at })
    }

    pub(crate) fn arith(&mut self, op: Arith, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        for side in [&a, &b] {
            if !side.info.ty.kind.is_number() {
                let d = clash(side.at, format!("this is {}, and a number is wanted", side.info.ty));
                let d = match &side.info.ty.kind {
                    k if k.is_text() && op == Arith::Add => d.help("texts are put together in a text: `\"{a} {b}\"`"),
                    k if k.is_text() => d.help("convert the text first: `int64(…)`, `decimal(…, 12, 2)`"),
                    Kind::Date => d.help("arithmetic on days is part of the language, and not built yet"),
                    _ => d,
                };
                return self.fail(d);
            }
        }
        let (a, b, s) = match op {
            Arith::Add | Arith::Sub => {
                let (mut both, s) = self.align(vec![a, b])?;
                let b = both.pop()?;
                (both.pop()?, b, s)
            }
            _ => {
                let s = a.info.ty.kind.scale() + b.info.ty.kind.scale();
                (a, b, s)
            }
        };
        let ((al, ah), (bl, bh)) = (a.info.bounds(), b.info.bounds());
        let ends: [Option<i128>; 4] = match op {
            Arith::Add => [al.checked_add(bl), ah.checked_add(bh), None, None],
            Arith::Sub => [al.checked_sub(bh), ah.checked_sub(bl), None, None],
            Arith::Mul => [al.checked_mul(bl), al.checked_mul(bh), ah.checked_mul(bl), ah.checked_mul(bh)],
            Arith::FloorDiv => [al.checked_div_euclid(bl), ah.checked_div_euclid(bl), None, None],
        };
        let n = if op == Arith::Mul { 4 } else { 2 };
        let exact: Option<Vec<i128>> = ends[..n].iter().copied().collect();
        let exact = exact.and_then(|e| Some((*e.iter().min()?, *e.iter().max()?)));
        let whole = a.info.ty.kind.scale() == 0 && b.info.ty.kind.scale() == 0;
        let ints = a.info.ty.kind.is_int() && b.info.ty.kind.is_int();
        let kind = if ints {
            Kind::Int64
        } else {
            let p = exact.map_or(38, |(lo, hi)| digits(lo, hi)).max(s).max(1);
            if s > 38 {
                return self
                    .fail(clash(at, format!("this has {s} digits behind the point, and a decimal has 38 at most")));
            }
            Kind::Decimal { p: p.min(38), s }
        };
        debug_assert!(!whole || s == 0);
        let (least, most) = kind.bounds()?;
        let overflows = exact.is_none_or(|(lo, hi)| lo < least || hi > most);
        let (lo, hi) = exact.map_or((least, most), |(lo, hi)| (lo.clamp(least, most), hi.clamp(least, most)));
        if let (Some(Value::Num(x)), Some(Value::Num(y)), false) = (&a.info.constant, &b.info.constant, overflows) {
            let n = match op {
                Arith::Add => x + y,
                Arith::Sub => x - y,
                Arith::Mul => x * y,
                Arith::FloorDiv => x.div_euclid(*y),
            };
            return Some(Expr::constant(Value::Num(n), kind, at));
        }
        let nullable = a.info.ty.nullable || b.info.ty.nullable;
        let fails = a.fails || b.fails || overflows;
        let info = Info::number(kind, lo, hi).nullable(nullable);
        Some(Expr { op: Op::Arith(op, Box::new(a), Box::new(b)), info, fails, at })
    }

    fn choose(&mut self, subject: Option<&tree::Expr>, arms: &[tree::Arm], at: Span) -> Option<Expr> {
        let subject = match subject {
            Some(s) => Some(self.expr(s)?),
            None => None,
        };
        let (mut tests, mut values) = (Vec::new(), Vec::new());
        let mut covered: Vec<Value<'static>> = Vec::new();
        let mut total = false;
        for arm in arms {
            let mut these = Vec::new();
            for t in &arm.tests {
                match &subject {
                    None => these.push(self.condition(t)?),
                    Some(s) => {
                        if let ExprKind::Range(..) = t.kind {
                            let label = "ranges as patterns are part of the language, and not built yet";
                            let d = Diagnostic::new(&migc_grammar::rules::NOT_YET, t.span, label);
                            return self.fail(d.help("write conditions: `match { x in 1 ..= 5 => …, else => … }`"));
                        }
                        let v = self.expr(t)?;
                        let Some(c) = self.constant_like(&v, &s.info.ty.kind) else {
                            let label = format!("a written-out {} is wanted here", type_word(&s.info.ty.kind));
                            return self.fail(clash(t.span, label));
                        };
                        covered.push(c.clone());
                        these.push(Expr::constant(c, s.info.ty.kind.clone(), t.span));
                    }
                }
            }
            total |= arm.tests.is_empty();
            tests.push(these);
            values.push(self.expr(&arm.value)?);
        }
        if values.is_empty() {
            return self.fail(clash(at, "a `match` has at least one arm".into()));
        }
        let complete = subject
            .as_ref()
            .and_then(|s| s.info.set.as_ref())
            .is_some_and(|set| set.iter().all(|t| covered.iter().any(|c| c.as_text() == Some(t))));
        let (values, info) = self.unify(values)?;
        let null_in = subject.as_ref().is_some_and(|s| s.info.ty.nullable);
        let nullable = info.ty.nullable || null_in;
        let part_fails = values.iter().chain(tests.iter().flatten()).chain(&subject).any(|v| v.fails);
        let fails = part_fails || !(total || complete);
        let arms = tests.into_iter().zip(values).map(|(tests, value)| Arm { tests, value }).collect();
        Some(Expr { op: Op::Match(subject.map(Box::new), arms), info: info.nullable(nullable), fails, at })
    }

    /// Values brought to one type.
    pub(crate) fn unify(&mut self, values: Vec<Expr>) -> Option<(Vec<Expr>, Info)> {
        let nullable = values.iter().any(|v| v.info.ty.nullable);
        let typed: Vec<&Expr> = values.iter().filter(|v| v.info.ty.kind != Kind::Null).collect();
        let Some(first) = typed.first() else {
            let info = values.first()?.info.clone();
            return Some((values, info));
        };
        let kind = first.info.ty.kind.clone();
        if typed.iter().all(|v| v.info.ty.kind.is_text()) {
            let chars = typed.iter().try_fold(0u32, |n, v| Some(n.max(v.info.chars()?)));
            let set = typed.iter().try_fold(Vec::new(), |mut all: Vec<String>, v| {
                all.extend(v.info.set.as_ref()?.iter().filter(|t| !all.contains(t)).cloned().collect::<Vec<_>>());
                (all.len() <= 64).then_some(all)
            });
            let same = typed.iter().all(|v| v.info.ty.kind == kind) && matches!(kind, Kind::Codes(_));
            let info = Info { set, ..Info::required(if same { kind } else { Kind::Text(chars) }) };
            return Some((values, info.nullable(nullable)));
        }
        if typed.iter().all(|v| v.info.ty.kind.is_number() && v.info.ty.kind != Kind::Length) {
            let same = typed.iter().all(|v| v.info.ty.kind == kind);
            let range = |vs: &[Expr]| {
                vs.iter()
                    .filter(|v| v.info.ty.kind != Kind::Null)
                    .map(|v| v.info.bounds())
                    .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
            };
            let (values, s) = self.align(values)?;
            let (lo, hi) = range(&values)?;
            let kind = if same {
                kind
            } else if s == 0 && values.iter().all(|v| v.info.ty.kind.is_int() || v.info.ty.kind == Kind::Null) {
                Kind::Int64
            } else {
                Kind::Decimal { p: digits(lo, hi).max(s).min(38), s }
            };
            return Some((values, Info::number(kind, lo, hi).nullable(nullable)));
        }
        if let Some(other) = typed.iter().find(|v| v.info.ty.kind != kind) {
            let label = format!("this is {}, and the other value is {}", other.info.ty, first.info.ty);
            let (span, also) = (other.at, first.at);
            return self.fail(
                clash(span, label)
                    .also(also, "the other value")
                    .help("values that stand for each other have one type: convert one of them by its name"),
            );
        }
        let info = Info::required(kind).nullable(nullable);
        Some((values, info))
    }
}

/// Whether two kinds can be compared.
fn comparable(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (a, b) if a.is_text() && b.is_text() => true,
        (Kind::Length, Kind::Length) => true,
        (Kind::Length, _) | (_, Kind::Length) => false,
        (a, b) if a.is_number() && b.is_number() => true,
        (Kind::Date, Kind::Date) | (Kind::Bool, Kind::Bool) => true,
        _ => false,
    }
}

/// What a comparison always gives, where ranges and sets tell.
fn decided(cmp: Cmp, a: &Info, b: &Info) -> Option<bool> {
    if let (Some(set), Some(Value::Text(t)), Cmp::Eq | Cmp::Ne) = (&a.set, &b.constant, cmp) {
        let only = set.len() == 1 && set[0] == *t;
        let never = !set.iter().any(|s| s == t);
        return if only || never { Some(only == (cmp == Cmp::Eq)) } else { None };
    }
    let ((al, ah), (bl, bh)) = (a.range?, b.range?);
    let known = |cmp: Cmp| match cmp {
        Cmp::Lt if ah < bl => Some(true),
        Cmp::Lt if al >= bh => Some(false),
        Cmp::Le if ah <= bl => Some(true),
        Cmp::Le if al > bh => Some(false),
        Cmp::Eq if ah < bl || al > bh => Some(false),
        Cmp::Eq if al == ah && bl == bh && al == bl => Some(true),
        _ => None,
    };
    match cmp {
        Cmp::Gt => decided_by(ah, al, bh, bl, false),
        Cmp::Ge => decided_by(ah, al, bh, bl, true),
        Cmp::Ne => known(Cmp::Eq).map(|k| !k),
        cmp => known(cmp),
    }
}

/// `a > b` (or `>=`) from their ends.
fn decided_by(ah: i128, al: i128, bh: i128, bl: i128, or_equal: bool) -> Option<bool> {
    let above = if or_equal { al >= bh } else { al > bh };
    let below = if or_equal { ah < bl } else { ah <= bl };
    if above {
        Some(true)
    } else if below {
        Some(false)
    } else {
        None
    }
}

/// A type's name without its numbers.
pub(crate) fn type_word(kind: &Kind) -> String {
    match kind {
        Kind::Decimal { .. } => "decimal".into(),
        Kind::Text(_) => "text".into(),
        other => other.to_string(),
    }
}

/// The name under which an expression fails: that of its first part that can.
pub(crate) fn failing_part(e: &Expr) -> String {
    let mut found = None;
    e.each_part(&mut |part| {
        if part.fails && found.is_none() {
            found = Some(failing_part(part));
        }
    });
    found.unwrap_or_else(|| match &e.op {
        Op::Call { function, .. } => function.clone(),
        Op::Codes(..) => "codes".into(),
        Op::Lookup(..) => "lookup".into(),
        Op::Fit(_) => "must_fit".into(),
        Op::Arith(..) | Op::Scale(..) => "overflow".into(),
        Op::Match(..) => "match".into(),
        _ => "value".into(),
    })
}

impl Env<'_> {
    /// Whether a reference holds the most frequent values of its keys.
    pub(crate) fn is_consensus(&self, reference: usize) -> bool {
        self.places.iter().any(|p| {
            p.tree.role == Role::Reference
                && p.index == Some(reference)
                && p.tree.members.iter().any(|m| matches!(m, tree::Member::ConsensusBy(..)))
        })
    }
}
