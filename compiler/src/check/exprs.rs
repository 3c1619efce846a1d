//! Expressions: names resolved, types and ranges followed, constants folded.

use std::collections::BTreeSet;

use migc_functions::types::digits;
use migc_functions::{Info, Kind, Value, decimal};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Attr, ExprKind, Name, Role, StrPart, StringLit, UnOp};

use super::quantity::{Unit, measure};
use super::refine::{Facts, Known};
use super::{Column, Env, param_value, similar};
use crate::plan::{Arith, Arm, Expr, Input, Op, Otherwise, Program, Slot, Step};
use crate::rules;

/// The body of a map or of a reference while it is being checked.
pub(crate) struct Body<'e, 't> {
    pub(crate) env: &'e mut Env<'t>,
    pub(crate) program: Program,
    /// The steps of the branch or arrow that is being checked.
    pub(crate) steps: Vec<Step>,
    /// Names of slots; the last one of a name counts.
    pub(crate) names: Vec<(String, usize)>,
    /// Names whose `let` has a mistake.
    pub(crate) broken: Vec<String>,
    /// Columns and names in conditions with a mistake: it is not known what these would have excluded.
    pub(crate) unsure: Vec<String>,
    /// Statements with a mistake, each of which may have been meant to use a column.
    pub(crate) mistakes: usize,
    /// Columns of the target whose assignment has a mistake.
    pub(crate) broken_outputs: Vec<String>,
    /// The columns of the source.
    pub(crate) columns: Vec<Column<'t>>,
    /// Columns whose value is being bound.
    pub(crate) opening: Vec<usize>,
    /// Slots on which the checks of these rules have been made.
    pub(crate) held: Vec<(usize, Vec<usize>)>,
    /// Which slot holds the typed or cleaned value of a column.
    pub(crate) bound: Vec<Option<usize>>,
    /// Columns that something reads.
    pub(crate) used: BTreeSet<usize>,
    pub(crate) facts: Facts,
    /// Columns of the target by name, as `check` sees them.
    pub(crate) target_names: Option<Vec<(String, Expr)>>,
    /// The element of a list that a row is being made for: its name, the list, its number from 1.
    pub(crate) element: Option<(String, String, usize)>,
    /// The parts of the source's path that differ from file to file; none of a reference.
    pub(crate) parts: Option<Vec<String>>,
    /// Inside a message, a column that is not bound yet stands for its text.
    pub(crate) in_message: bool,
    /// The database unit in 10⁻¹⁵ m, where lengths and areas are values.
    pub(crate) dbu: Option<i64>,
}

/// Two things of types that do not go together.
pub(super) fn clash(at: Span, label: String) -> Diagnostic {
    Diagnostic::new(&rules::WRONG_TYPE, at, label)
}

impl<'e, 't> Body<'e, 't> {
    pub(crate) fn new(env: &'e mut Env<'t>, columns: Vec<Column<'t>>) -> Body<'e, 't> {
        Body::resume(env, columns, Program::default())
    }

    /// Another branch of a program.
    pub(crate) fn resume(env: &'e mut Env<'t>, columns: Vec<Column<'t>>, program: Program) -> Body<'e, 't> {
        let bound = vec![None; columns.len()];
        Body {
            env,
            program,
            steps: Vec::new(),
            names: Vec::new(),
            broken: Vec::new(),
            unsure: Vec::new(),
            mistakes: 0,
            broken_outputs: Vec::new(),
            columns,
            opening: Vec::new(),
            held: Vec::new(),
            bound,
            used: BTreeSet::new(),
            facts: Facts::new(),
            target_names: None,
            element: None,
            parts: None,
            in_message: false,
            dbu: None,
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
                if s > 36 {
                    return self.fail(clash(at, "a number has at most 38 digits".into()));
                }
                let s = s + 2;
                let p = digits(v, v).max(s);
                Some(Expr::constant(Value::Num(v), Kind::Decimal { p, s }, at))
            }
            ExprKind::Quantity(..) if self.dbu.is_some() => self.measure(e),
            ExprKind::Quantity(_, unit) => {
                let label = format!("a quantity in `{unit}` is added to a day or a point in time, or taken from one");
                self.fail(clash(at, label).help("write `day + 30 days`, `moment - 90 minutes`"))
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
                // Zero is held the same way in whole numbers and doubles.
                let kind = match &a.info.ty.kind {
                    Kind::Float64 => Kind::Float64,
                    kind if kind.has_dimension() => kind.clone(),
                    _ => Kind::Int64,
                };
                let zero = Expr::constant(Value::Num(0), kind, at);
                self.dimensional(Arith::Sub, zero, a, at)
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
            ExprKind::Where(..)
            | ExprKind::Scaled(_)
            | ExprKind::Cells(_)
            | ExprKind::Nothing(_)
            | ExprKind::Texts(..) => {
                self.fail(Diagnostic::new(&rules::MISPLACED, at, "this belongs to the layers of a layout"))
            }
        }
    }

    pub(crate) fn fail<T>(&mut self, d: Diagnostic) -> Option<T> {
        self.env.error(d);
        None
    }

    /// A truth value.
    pub(crate) fn condition(&mut self, e: &tree::Expr) -> Option<Expr> {
        let c = self.expr(e)?;
        self.truth(c)
    }

    /// The value, if it is true or false.
    pub(super) fn truth(&mut self, c: Expr) -> Option<Expr> {
        match c.info.ty.kind {
            Kind::Bool => Some(c),
            Kind::Null => Some(c),
            _ => self.fail(
                clash(c.at, format!("this is {}, and a truth value is wanted", c.info.ty))
                    .help("compare it with something: `x == …`"),
            ),
        }
    }

    /// A length or an area in database units.
    fn measure(&mut self, e: &tree::Expr) -> Option<Expr> {
        let dbu = i128::from(self.dbu.unwrap_or(1));
        let area = matches!(&e.kind, ExprKind::Quantity(_, unit) if unit.ends_with('2') || unit.ends_with('²'));
        let (unit, kind, per) =
            if area { (Unit::Area, Kind::Area, dbu * dbu) } else { (Unit::Length, Kind::Length, dbu) };
        match measure(e, unit) {
            Ok(n) if n % per == 0 && kind.bounds().is_some_and(|(_, most)| n / per <= most) => {
                Some(Expr::constant(Value::Num(n / per), kind, e.span))
            }
            Ok(n) if n % per == 0 => self.fail(clash(e.span, format!("this {kind} is larger than any layout"))),
            Ok(_) => self.fail(clash(e.span, "this is no whole number of database units".into())),
            Err(d) => self.fail(d),
        }
    }

    fn number(&mut self, text: &str, at: Span) -> Option<Expr> {
        let scale = text.split_once('.').map_or(0, |(_, f)| f.len());
        let n = u8::try_from(scale)
            .ok()
            .filter(|s| *s <= 38)
            .and_then(|s| Some((decimal::parse(text.as_bytes(), s).ok()?, s)));
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
                    if value.info.ty.kind.is_textual() { value } else { self.apply("text", vec![value], e.span)? }
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
        if self.broken.contains(&n.text) || self.target_names.is_some() && self.broken_outputs.contains(&n.text) {
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
                None => {
                    self.env.without_value.insert(n.text.clone());
                    Some(Expr { op: Op::Const(Value::Null), info: Info::of(ty), fails: false, at })
                }
            };
        }
        if let (Some(parts), "record") = (&self.parts, n.text.as_str()) {
            let behind = 1 + parts.len();
            return Some(self.of_file("record", behind, Info::required(Kind::Int64), at));
        }
        let mut known: Vec<&str> = self.names.iter().map(|(n, _)| n.as_str()).filter(|n| !n.starts_with('$')).collect();
        let element = |c: &&Column<'_>| c.tree.attrs.iter().any(|a| matches!(a, Attr::Element(_)));
        known.extend(self.columns.iter().filter(|c| !element(c)).map(|c| c.tree.name.text.as_str()));
        known.extend(self.env.params.iter().map(|(p, ..)| p.name.text.as_str()));
        if let Some(target) = &self.target_names {
            known.extend(target.iter().map(|(n, _)| n.as_str()));
        }
        known.sort_unstable();
        known.dedup();
        if n.text == "today" {
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, at, "`today` is a function");
            return self.fail(d.fix("write `today()`", at, "today()"));
        }
        if let Some(found) = self.env.place_as_value(n) {
            return self.fail(found);
        }
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, at, format!("nothing here is called `{}`", n.text));
        let meant = similar::did_you_mean(&n.text, &known).map(str::to_owned);
        let d = match &meant {
            Some(close) => similar::suggest(d, at, close),
            None => d.help(similar::in_scope("names", known.iter().copied())),
        };
        // A column that was probably meant counts as used, so that a slip of the pen is one diagnostic.
        if let Some(i) = self.columns.iter().position(|c| Some(&c.tree.name.text) == meant.as_ref()) {
            self.used.insert(i);
        }
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
        if self.columns[i].broken {
            return None;
        }
        if let Some(slot) = self.bound[i] {
            return Some(self.slot(slot, at));
        }
        let raw = self.raw(i, at);
        if self.in_message {
            return Some(raw);
        }
        let column = self.columns[i].clone();
        let raw = self.cleaned_text(raw, &column)?;
        let typed = match self.typed(raw.clone(), &column) {
            // A text that is only checked is bound all the same.
            None if !column.rules.is_empty() => Some((raw.clone(), format!("{}.text", column.tree.name.text))),
            typed => typed,
        };
        let Some((value, code)) = typed else { return Some(raw) };
        let value = self.cleaned_value(value, &column)?;
        let name = column.tree.name.text.clone();
        if self.opening.contains(&i) {
            let label = format!("what stands instead of `{name}` needs `{name}` itself");
            return self.fail(clash(at, label));
        }
        self.opening.push(i);
        let tailed = self.otherwise(value, column.tree.tail.as_ref(), &name, &code);
        self.opening.pop();
        let (value, otherwise, info) = tailed?;
        if let Otherwise::Value(other, _) = &otherwise {
            self.keeps_the_type(other, &column)?;
        }
        let slot = self.bind(&name, info);
        self.steps.push(Step::Let { slot, value, otherwise });
        self.bound[i] = Some(slot);
        self.hold(&column.rules, slot, &name);
        Some(self.slot(slot, at))
    }

    /// What stands instead of a column's value is of the column's own type: everything else trusts the declaration.
    fn keeps_the_type(&mut self, other: &Expr, column: &Column<'t>) -> Option<()> {
        let (have, want) = (&other.info.ty, &column.ty);
        let (lo, hi) = other.info.bounds();
        let fits = match &want.kind {
            _ if have.kind == Kind::Null => true,
            Kind::Text(Some(n)) => have.kind.is_textual() && other.info.chars().is_some_and(|c| c <= *n),
            Kind::Bytes(n) => {
                let most = n.and_then(|_| want.kind.most_chars());
                matches!(have.kind, Kind::Bytes(_))
                    && most.is_none_or(|most| other.info.chars().is_some_and(|c| c <= most))
            }
            Kind::Codes(_) | Kind::OneOf(_) => match (&other.info.set, &self.env.info(want).set) {
                (Some(have), Some(want)) => have.iter().all(|t| want.contains(t)),
                _ => false,
            },
            k if k.is_text() => have.kind.is_textual(),
            k if k.is_number() => {
                have.kind.is_number()
                    && have.kind.scale() <= k.scale()
                    && k.bounds().is_some_and(|(least, most)| lo >= least && hi <= most)
            }
            k => have.kind == *k,
        };
        if fits && (want.nullable || !have.nullable) {
            return Some(());
        }
        let label = format!("this is {have}, and `{}` is {want}", column.tree.name.text);
        let d = Diagnostic::new(if fits { &rules::NULL_INTO_REQUIRED } else { &rules::MAY_NOT_FIT }, other.at, label);
        let d = match fits {
            true => d,
            false => match self.as_literal(d, other, &want.kind) {
                Ok(d) => return self.fail(d),
                Err(d) => d,
            },
        };
        self.fail(
            d.also(column.tree.ty.span, "the column's type")
                .help("write a value of the column's type, or allow null with `?`"),
        )
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
                // A column at fixed places has no more characters than places.
                let places = c.tree.attrs.iter().find_map(|a| if let Attr::At(p) = a { Some(p) } else { None });
                let chars = places.map(|p| p.last - p.first + 1);
                self.program.inputs.push(Input {
                    name: c.tree.name.text.clone(),
                    info: Info::text(chars).nullable(nullable),
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

    /// What is known of a record besides its columns; `behind` counts from the first place behind them.
    pub(crate) fn of_file(&mut self, name: &str, behind: usize, info: Info, at: Span) -> Expr {
        let column = self.columns.len() + behind;
        let input = self.program.inputs.iter().position(|i| i.column == column).unwrap_or_else(|| {
            let input =
                Input { name: name.to_owned(), info: info.clone(), column, empty_is_null: false, null_if: Vec::new() };
            self.program.inputs.push(input);
            self.program.inputs.len() - 1
        });
        self.known(Expr { op: Op::Input(input), info, fails: false, at })
    }

    /// The conversion that a column's type asks for, and the code under which it fails; none for plain text.
    fn typed(&mut self, raw: Expr, column: &Column<'t>) -> Option<(Expr, String)> {
        let at = column.tree.ty.span;
        let pattern = column.form.clone();
        let nullable = column.ty.nullable;
        let value = match &column.ty.kind {
            Kind::Text(None) if nullable || !raw.info.ty.nullable => return None,
            Kind::Text(None) => self.required(raw),
            Kind::Text(Some(_)) => self.fit_into(raw, &column.ty.kind),
            Kind::Bool => {
                let (yes, no) = pattern.as_deref().and_then(|p| p.split_once('/')).unwrap_or(("true", "false"));
                let arm = |t: &str, b: bool| {
                    let test =
                        Expr::constant(Value::owned(t.to_owned()), Kind::Text(Some(t.chars().count() as u32)), at);
                    Arm { tests: vec![test], value: Expr::constant(Value::Bool(b), Kind::Bool, at) }
                };
                let info = Info::required(Kind::Bool).nullable(raw.info.ty.nullable);
                let mut arms = vec![arm(yes, true), arm(no, false)];
                arms.extend(null_stays(&raw, &info));
                Expr { op: Op::Match(Some(Box::new(raw)), arms), info, fails: true, at }
            }
            Kind::OneOf(_) => self.fit_into(raw, &column.ty.kind),
            Kind::Codes(_) => {
                // A column of a code list's type holds what the list gives: each value stands for itself.
                let set = self.env.info(&column.ty).set?;
                let arm = |t: &String| {
                    let c = Expr::constant(Value::owned(t.clone()), Kind::Text(Some(t.chars().count() as u32)), at);
                    Arm { tests: vec![c.clone()], value: c }
                };
                let info = Info { set: Some(set.clone()), ..Info::required(column.ty.kind.clone()) }
                    .nullable(raw.info.ty.nullable);
                let mut arms: Vec<Arm> = set.iter().map(arm).collect();
                arms.extend(null_stays(&raw, &info));
                Expr { op: Op::Match(Some(Box::new(raw)), arms), info, fails: true, at }
            }
            kind => {
                let (function, more) = super::written::conversion(kind, pattern.as_deref())?;
                let constants = more.into_iter().map(|(value, kind)| Expr::constant(value, kind, at));
                let value = self.apply(function, std::iter::once(raw).chain(constants).collect(), at)?;
                if let Kind::Bytes(Some(_)) = kind { self.fit_into(value, kind) } else { value }
            }
        };
        let value = if nullable { value } else { self.required(value) };
        Some((value, format!("{}.{}", numberless(&column.tree.name.text), type_word(&column.ty.kind))))
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
        // The range is that of the value, in the type's own scale: what would lose digits fails.
        let unit = decimal::pow10(value.info.ty.kind.scale().saturating_sub(kind.scale()));
        if let (Some((lo, hi)), (a, b)) = (info.range, value.info.bounds()) {
            let (a, b) = (a.div_euclid(unit), b.div_euclid(unit));
            info.range = Some((a.clamp(lo, hi), b.clamp(lo, hi)));
        }
        info.set = match (&value.info.set, kind) {
            (Some(set), Kind::OneOf(texts)) => Some(set.iter().filter(|t| texts.contains(t)).cloned().collect()),
            (None, Kind::OneOf(texts)) => Some(texts.clone()),
            (set, _) => set.clone(),
        };
        let info = info.nullable(value.info.ty.nullable);
        Expr { at: value.at, op: Op::Fit(Box::new(value)), info, fails: true }
    }

    /// A new slot with a name.
    pub(crate) fn bind(&mut self, name: &str, info: Info) -> usize {
        self.program.slots.push(Slot { name: name.to_owned(), info: Info { constant: None, ..info } });
        self.program.slots.len() - 1
    }
}

/// The arm by which null stays null in a match that converts.
fn null_stays(raw: &Expr, info: &Info) -> Option<Arm> {
    let null = |info: &Info| Expr { info: info.clone(), ..Expr::constant(Value::Null, info.ty.kind.clone(), raw.at) };
    raw.info.ty.nullable.then(|| Arm { tests: vec![null(&raw.info)], value: null(info) })
}

/// The name of a column without the number of its element, so that all elements of a list have one code.
fn numberless(name: &str) -> String {
    let parts = name.split('.').filter(|p| p.is_empty() || !p.bytes().all(|b| b.is_ascii_digit()));
    parts.collect::<Vec<_>>().join(".")
}

/// A type's name without its numbers.
pub(crate) fn type_word(kind: &Kind) -> String {
    match kind {
        Kind::Decimal { .. } => "decimal".into(),
        Kind::Text(_) => "text".into(),
        Kind::Bytes(_) => "bytes".into(),
        Kind::OneOf(_) => "one_of".into(),
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
        Op::Lookup { .. } => "lookup".into(),
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
