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
                let d = match similar::did_you_mean(&field.text, &known) {
                    Some(close) => similar::suggest(d, field.span, close),
                    None => d.help(similar::in_scope("columns", known.iter().copied())),
                };
                return self.fail(d);
            };
            return if n.text == "raw" { Some(self.raw(i, at)) } else { self.column(i, at) };
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
            let d = match similar::did_you_mean(&field.text, &known) {
                Some(close) => similar::suggest(d, field.span, close),
                None => d.help(similar::in_scope("parts", known.iter().copied())),
            };
            return self.fail(d);
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
                Some(close) => similar::suggest(d, field.span, close),
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

    pub(super) fn lookup(&mut self, base: &tree::Expr, args: &[Arg], at: Span) -> Option<Expr> {
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
                Some(close) => similar::suggest(d, n.span, close),
                None => d.help(similar::in_scope("references", known.iter().copied())),
            };
            return self.fail(d);
        };
        let reference = place.index?;
        let mut key: Vec<(String, Kind)> = super::places::key_of(place)
            .iter()
            .map(|i| (place.columns[*i].tree.name.text.clone(), place.columns[*i].ty.kind.clone()))
            .collect();
        let range = place.tree.members.iter().find_map(|m| match m {
            tree::Member::Key(tree::KeyDef { range: Some((from, _)), .. }) => Some(&from.text),
            _ => None,
        });
        let range = range.and_then(|from| place.columns.iter().find(|c| c.tree.name.text == *from));
        // The value that lies in the range stands last, and may be called `at`.
        key.extend(range.map(|c| ("at".to_owned(), c.ty.kind.clone())));
        let within = range.is_some();
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
                let names: Vec<&str> = key.iter().map(|(k, _)| k.as_str()).collect();
                let label = "this is not a column of the key";
                return self.fail(
                    Diagnostic::new(&rules::NOT_THE_KEY, span, label)
                        .help(similar::in_scope("columns of the key", names.into_iter())),
                );
            };
            if keys[place].is_some() {
                let label = format!("`{}` is given twice", key[place].0);
                return self.fail(Diagnostic::new(&rules::NOT_THE_KEY, arg.value.span, label));
            }
            let value = self.expr(&arg.value)?;
            let kind = &key[place].1;
            let fits = match (kind, &value.info.ty.kind) {
                (a, b) if a.is_text() && b.is_text() => true,
                (Kind::Bytes(_), Kind::Bytes(_)) => true,
                (a, b) if a.is_int() && b.is_int() => true,
                (a, b) => a == b,
            };
            if !fits {
                let label = format!("this is {}, and the key `{}` is {kind}", value.info.ty, key[place].0);
                let source = self.env.text.get(arg.value.span.range()).unwrap_or("…");
                let call = match kind {
                    Kind::Decimal { p, s } => format!("decimal({source}, {p}, {s})"),
                    Kind::Date | Kind::Time | Kind::Timestamp | Kind::TimestampTz => {
                        format!("{kind}({source}, \"…\")")
                    }
                    k if k.is_text() => format!("text({source})"),
                    kind => format!("{kind}({source})"),
                };
                let found = Diagnostic::new(&rules::NOT_THE_KEY, arg.value.span, label);
                return self.fail(match call.contains('…') {
                    true => found.help(format!("convert it first: `{call}`")),
                    false => found.fix(format!("convert it first: `{call}`"), arg.value.span, call),
                });
            }
            keys[place] = Some(value);
        }
        let keys: Vec<Expr> = keys.into_iter().collect::<Option<_>>()?;
        // A lookup with a null key finds nothing, as one whose key is not there.
        let (op, info) = (Op::Lookup { reference, within, keys }, Info::required(Kind::Record(reference)));
        Some(Expr { op, info, fails: true, at })
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
        let mut values = Vec::new();
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
            let mut known: Vec<&str> = FUNCTIONS.iter().map(|f| f.name).collect();
            known.extend(self.env.codes.iter().map(|c| c.name.as_str()));
            let d =
                Diagnostic::new(&rules::UNKNOWN_FUNCTION, name.span, format!("there is no function `{}`", name.text));
            let d = match foreign::instead(&name.text) {
                Some(Instead::Name(ours)) => d.fix(format!("it is called `{ours}` here"), name.span, ours),
                Some(Instead::Write(what)) => d.help(what),
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
        let set = super::distinct(&reached);
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
