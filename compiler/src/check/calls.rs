//! Calls of functions and code lists, lookups, and columns of looked-up records.

use migc_functions::{FUNCTIONS, Info, Kind, Value, find};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Arg, ExprKind, Name, Role};

use super::exprs::{Body, clash};
use super::foreign::{self, Instead};
use super::similar;
use crate::plan::{Expr, Op};
use crate::rules;

impl<'t> Body<'_, 't> {
    pub(super) fn member(&mut self, base: &tree::Expr, field: &Name, at: Span) -> Option<Expr> {
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
                let d = similar::offer(d, field, "columns", &known);
                return self.fail(d);
            };
            return if n.text == "raw" { Some(self.raw(i, at)) } else { self.column(i, at) };
        }
        if let (ExprKind::Name(n), Some(target)) = (&base.kind, &self.target_names) {
            // What has parts is known by their whole names, as `at.x` of a text.
            let prefix = format!("{}.", n.text);
            let parts: Vec<&str> = target.iter().filter_map(|(name, _)| name.strip_prefix(&prefix)).collect();
            if !parts.is_empty() {
                if let Some((_, value)) =
                    target.iter().find(|(name, _)| name.strip_prefix(&prefix) == Some(&field.text))
                {
                    return Some(Expr { at, ..value.clone() });
                }
                let label = format!("`{}` has no part `{}`", n.text, field.text);
                let d = Diagnostic::new(&rules::UNKNOWN_NAME, field.span, label);
                let d = d.help(similar::in_scope("parts", parts.iter().copied()));
                return self.fail(d);
            }
        }
        if let (ExprKind::Name(n), Some((item, list, number))) = (&base.kind, &self.element)
            && n.text == *item
        {
            if field.text == "position" {
                return Some(Expr::constant(Value::Num(*number as i128), Kind::Int64, at));
            }
            let (list, number) = (list.clone(), *number);
            return self.element_field(&list, number, field, at);
        }
        if let (ExprKind::Name(n), Some(parts)) = (&base.kind, &self.parts)
            && n.text == "file"
            && !self.names.iter().any(|(name, _)| *name == n.text)
            && !self.columns.iter().any(|c| c.tree.name.text == n.text)
        {
            if let Some(part) = parts.iter().position(|p| *p == field.text) {
                return Some(self.of_file(&format!("file.{}", field.text), 1 + part, Info::text(None), at));
            }
            if field.text == "name" {
                return Some(self.of_file("file.name", 0, Info::text(None), at));
            }
            let known: Vec<&str> = parts.iter().map(String::as_str).chain(["name"]).collect();
            let label = format!("the source's path has no part `{}`", field.text);
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, field.span, label);
            let d = similar::offer(d, field, "parts", &known);
            return self.fail(d);
        }
        let record = self.expr(base)?;
        let Kind::Record(reference) = record.info.ty.kind else {
            let d = clash(base.span, format!("this is {}, which has no columns", record.info.ty));
            let piece = self.piece(base.span);
            let simple = piece.chars().all(|c| c.is_alphanumeric() || "_.".contains(c));
            return self.fail(match find(&field.text).is_some_and(|f| f.arity.0 == 1) && simple {
                true => {
                    let new = format!("{}({piece})", field.text);
                    d.fix(format!("a function is called: `{new}`"), at, new)
                }
                false => d.help("what a value has is asked by functions: `length(x)`, `x == \"\"`, `year(day)`"),
            });
        };
        let place = self.env.places.iter().find(|p| p.tree.role == Role::Reference && p.index == Some(reference))?;
        let known: Vec<String> = place.columns.iter().map(|c| c.tree.name.text.clone()).collect();
        let Some(column) = known.iter().position(|c| *c == field.text) else {
            let label = format!("`{}` has no column `{}`", place.tree.name.text, field.text);
            let names: Vec<&str> = known.iter().map(String::as_str).collect();
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, field.span, label);
            let d = similar::offer(d, field, "columns", &names);
            return self.fail(d);
        };
        let ty = place.columns[column].ty.clone();
        let info =
            self.env.info(&ty).nullable(ty.nullable || record.info.ty.nullable || self.env.is_consensus(reference));
        let fails = record.fails;
        Some(Expr { op: Op::Column { record: Box::new(record), reference, column }, info, fails, at })
    }

    pub(super) fn call(&mut self, name: &Name, first: Option<&tree::Expr>, args: &[Arg], at: Span) -> Option<Expr> {
        if name.text == "must_fit" {
            let label = "`must_fit` stands at the end of an assignment, where the column's type is known";
            let d = Diagnostic::new(&rules::MISPLACED, name.span, label);
            return self.fail(d.help("`|>` binds tighter than `??` and operators: write `column = (…) |> must_fit`"));
        }
        if name.text == "today" && first.is_none() && args.is_empty() {
            return Some(self.today(at));
        }
        if let Some(found) = self.reference_called(name, first, args, at) {
            return self.fail(found);
        }
        let (found, mut values) = (self.env.diagnostics.len(), Vec::new());
        let mut broken = false;
        for e in first.into_iter().chain(args.iter().map(|a| &a.value)) {
            match self.expr(e) {
                Some(v) => values.push(v),
                None => broken = true,
            }
        }
        if let Some(arg) = super::definitions::named(args) {
            return self.fail(Diagnostic::new(
                &rules::WRONG_ARGUMENT,
                arg.span,
                "functions take their arguments in order, without names",
            ));
        }
        if let Some(f) = self.own_function(&name.text) {
            return if broken { None } else { self.call_own(f, name, values, at) };
        }
        if let Some(list) = self.env.codes.iter().position(|c| c.name == name.text) {
            return if broken { None } else { self.code(list, values, at) };
        }
        if find(&name.text).is_none() {
            // A type is given to what converts in other languages.
            let of_type = |d: &Diagnostic| super::type_words().any(|word| word == self.env.piece(d.span));
            let kept: Vec<Diagnostic> = self.env.diagnostics[found..].iter().filter(|d| !of_type(d)).cloned().collect();
            self.env.diagnostics.truncate(found);
            self.env.diagnostics.extend(kept);
            let mut known: Vec<&str> = FUNCTIONS.iter().map(|f| f.name).collect();
            known.extend(self.env.codes.iter().map(|c| c.name.as_str()));
            known.extend(self.env.fns.iter().map(|f| f.name.text.as_str()));
            known.extend(["must_fit", "today"]);
            let is_type = self.env.types.iter().any(|t| t.tree.name.text == name.text);
            let d =
                Diagnostic::new(&rules::UNKNOWN_FUNCTION, name.span, format!("there is no function `{}`", name.text));
            let d = match foreign::instead(&name.text) {
                Some(Instead::Name(ours)) => d.fix(format!("it is called `{ours}` here"), name.span, ours),
                Some(Instead::Write(what)) => d.help(what),
                None if is_type => d.help(format!(
                    "`{}` is a type: a value becomes one where it is assigned to a column of it",
                    name.text
                )),
                None => match similar::did_you_mean(&name.text, &known) {
                    Some(close) => similar::suggest(d, name.span, close),
                    None => d.help("`migc functions` lists all functions"),
                },
            };
            return self.fail(d);
        }
        if broken {
            return None;
        }
        if name.text == "join_nonempty" {
            // Null is left out like an empty text; of other functions, it makes null.
            values =
                values.into_iter().enumerate().map(|(i, v)| if i == 0 { v } else { self.null_is_empty(v) }).collect();
        }
        self.apply(&name.text, values, at)
    }

    /// A text, or the empty text where it is null.
    fn null_is_empty(&mut self, value: Expr) -> Expr {
        let at = value.at;
        let empty = Expr::constant(Value::text(""), Kind::Text(Some(0)), at);
        match value.info.ty.kind {
            Kind::Null => empty,
            _ if !value.info.ty.nullable => value,
            _ => {
                let info = Info { set: None, constant: None, ..value.info.clone() }.nullable(false);
                Expr { fails: value.fails, op: Op::Coalesce(Box::new(value), Box::new(empty)), info, at }
            }
        }
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
            let d = Diagnostic::new(&rules::WRONG_ARGUMENT, at, label);
            return self.fail(d.help(format!("`{}({})`: {}", f.name, f.params, f.summary)));
        }
        let infos: Vec<Info> = args.iter().map(|a| a.info.clone()).collect();
        let ret = match (f.infer)(&infos) {
            Ok(ret) => ret,
            Err(m) => {
                let span = m.arg.and_then(|i| args.get(i)).map_or(at, |a| a.at);
                let d = Diagnostic::new(&rules::WRONG_ARGUMENT, span, m.message);
                let d = d.help(format!("`{}({})`: {}", f.name, f.params, f.summary));
                let text =
                    m.arg.and_then(|i| args.get(i)).filter(|a| self.is_written(a)).and_then(|a| a.info.constant_text());
                return self.fail(match text {
                    Some(name) if d.label.starts_with("there is no zone") => zone_mended(d, name, span),
                    Some(pattern) if f.params.contains("pattern") => super::written::pattern_mended(d, pattern, span),
                    _ => d,
                });
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

    pub(super) fn code(&mut self, list: usize, mut args: Vec<Expr>, at: Span) -> Option<Expr> {
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
        let set = super::codes::distinct(&reached);
        let info = Info { set: Some(set), ..Info::required(Kind::Codes(name)) }.nullable(arg.info.ty.nullable);
        let fails = arg.fails || !complete;
        let value = Expr { op: Op::Codes(list, Box::new(arg)), info, fails, at };
        let Some(tree::Tail { kind: tree::TailKind::Value(other), .. }) =
            self.env.codes_else.get(list).copied().flatten()
        else {
            return Some(value);
        };
        if complete {
            return Some(value);
        }
        let other = self.expr(other)?;
        let (mut both, info) = self.unify(vec![value, other])?;
        let (other, value) = (both.pop()?, both.pop()?);
        Some(Expr { fails: other.fails, op: Op::Else(Box::new(value), Box::new(other)), info, at })
    }
}

/// Offers the zone that was probably meant: one of a name like this, or the one of the city.
fn zone_mended(found: Diagnostic, name: &str, at: Span) -> Diagnostic {
    let zones = migc_functions::zone::Zone::names();
    let known: Vec<&str> = zones.iter().map(String::as_str).collect();
    let city = || {
        let of = |zone: &&str| zone.rsplit_once('/').is_some_and(|(_, city)| city.eq_ignore_ascii_case(name));
        known.iter().copied().find(of)
    };
    match similar::nearest(name, &known, name.len() / 4).or_else(city) {
        Some(close) => found.fix(format!("did you mean \"{close}\"?"), at, super::literals::quoted(close)),
        None => found,
    }
}
