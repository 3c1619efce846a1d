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
        if let ExprKind::Index(inner, first) = &base.kind {
            let pieces: Vec<&str> = first.iter().chain(args).map(|a| self.env.piece(a.value.span)).collect();
            let new = format!("{}[{}]", self.piece(inner.span), pieces.join(", "));
            return self.fail(
                Diagnostic::new(&rules::NOT_THE_KEY, at, "all values of a key stand in one pair of brackets").fix(
                    format!("write `{new}`"),
                    at,
                    new,
                ),
            );
        }
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
            let named: Vec<String> = names.iter().map(|k| format!("{k}: …")).collect();
            let help = format!("write `{}[{}]`", n.text, named.join(", "));
            let d = Diagnostic::new(&rules::NOT_THE_KEY, at, label).also(declared, "it is declared here");
            return self.fail(d.help(help));
        }
        self.no_conditions(&key, args)?;
        if args.iter().all(|a| a.name.is_none()) && args.len() > 1 {
            self.in_order(n, &key, args, declared)?;
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
            if !fits_key(kind, &value.info.ty.kind) {
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
                let found = match self.of_literal(found, &value, kind) {
                    Ok(found) => return self.fail(found),
                    Err(found) => found,
                };
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

    /// Tells of conditions where values of a key are wanted: `r[code == c]`.
    fn no_conditions(&mut self, key: &[(String, Kind)], args: &[Arg]) -> Option<()> {
        let equal = |a: &Arg| match &a.value.kind {
            ExprKind::Binary(tree::BinOp::Eq, left, right) => match &left.kind {
                ExprKind::Name(n) | ExprKind::Member(_, n) if key.iter().any(|(k, _)| *k == n.text) => {
                    Some(format!("{}: {}", n.text, self.piece(right.span)))
                }
                _ => None,
            },
            _ => None,
        };
        let named: Option<Vec<String>> = args.iter().map(equal).collect();
        let (Some(named), Some(first), Some(last)) = (named, args.first(), args.last()) else { return Some(()) };
        let (span, new) = (first.value.span.to(last.value.span), named.join(", "));
        let label = "a value is given for each column of the key, and no condition";
        self.mentioned(span);
        self.fail(Diagnostic::new(&rules::NOT_THE_KEY, span, label).fix(format!("write `{new}`"), span, new))
    }

    /// What is said of a literal that is no value of the key: it is not converted, but written otherwise.
    fn of_literal(&self, found: Diagnostic, value: &Expr, kind: &Kind) -> Result<Diagnostic, Diagnostic> {
        if !self.is_written(value) {
            return Err(found);
        }
        let column = value.info.constant_text().filter(|t| {
            self.columns.iter().any(|c| c.tree.name.text == **t) || self.names.iter().any(|(name, _)| name == t)
        });
        if let Some(column) = column {
            let new = similar::written(column).into_owned();
            return Ok(found.fix(format!("a column stands without quotes: `{new}`"), value.at, new));
        }
        let found = self.as_literal(found, value, kind);
        found.or_else(|found| Ok(found.help(format!("write a value of {kind}"))))
    }

    /// Tells of the values of a key that stand in another order than its columns: each is called as another column, or fits
    /// another one alone.
    fn in_order(&mut self, reference: &Name, key: &[(String, Kind)], args: &[Arg], declared: Span) -> Option<()> {
        let last = |e: &tree::Expr| match &e.kind {
            ExprKind::Name(n) | ExprKind::Member(_, n) => Some(n.text.clone()),
            _ => None,
        };
        let named: Vec<Option<String>> = args.iter().map(|a| last(&a.value)).collect();
        let place = |name: &Option<String>| name.as_ref().and_then(|n| key.iter().position(|(k, _)| k == n));
        let mut order: Option<Vec<usize>> = named.iter().map(place).collect();
        if order.is_none() {
            let found = self.env.diagnostics.len();
            let kinds: Vec<Option<Kind>> =
                args.iter().map(|a| self.expr(&a.value).map(|v| v.info.ty.kind.clone())).collect();
            // The same is told again where the values are taken.
            self.env.diagnostics.truncate(found);
            let kinds: Vec<Kind> = kinds.into_iter().collect::<Option<_>>().unwrap_or_default();
            let fits = |i: usize, k: usize| kinds.get(i).is_some_and(|kind| fits_key(&key[k].1, kind));
            if kinds.len() == key.len() && !(0..key.len()).all(|i| fits(i, i)) && key.len() <= 6 {
                order = arrange(key.len(), &fits, &mut Vec::new());
            }
        }
        let Some(order) = order.filter(|o| o.iter().enumerate().any(|(i, k)| i != *k)) else { return Some(()) };
        let mut pieces = vec![""; args.len()];
        for (i, k) in order.iter().enumerate() {
            let piece = self.env.piece(args[i].value.span);
            match pieces.get_mut(*k) {
                Some(slot) if slot.is_empty() => *slot = piece,
                _ => return Some(()),
            }
        }
        let (first, end) = (args.first()?.value.span, args.last()?.value.span);
        let names: Vec<&str> = key.iter().map(|(k, _)| k.as_str()).collect();
        let label = format!("the order of the key of `{}` is {}", reference.text, names.join(", "));
        let new = pieces.join(", ");
        let d = Diagnostic::new(&rules::NOT_THE_KEY, first.to(end), label).also(declared, "it is declared here");
        self.fail(d.fix(format!("write `{new}`"), first.to(end), new))
    }

    /// A reference that is called as a function, or given to one.
    fn reference_called(
        &mut self,
        name: &Name,
        first: Option<&tree::Expr>,
        args: &[Arg],
        at: Span,
    ) -> Option<Diagnostic> {
        let is_reference = |n: &Name| self.env.find(&n.text, Role::Reference).is_some();
        let own = self.own_function(&name.text).is_some() || self.env.codes.iter().any(|c| c.name == name.text);
        if own || find(&name.text).is_some() {
            return None;
        }
        let given = |a: &Arg| matches!(&a.value.kind, ExprKind::Name(n) if is_reference(n));
        let (reference, keys, by_name) = if is_reference(name) {
            (name.text.clone(), args.iter().map(|a| a.value.span).collect::<Vec<_>>(), true)
        } else {
            let which = args.iter().find(|a| given(a))?;
            let keys = args.iter().filter(|a| !std::ptr::eq(*a, which) && a.value.span.start < which.value.span.start);
            let mut keys: Vec<Span> = keys.map(|a| a.value.span).collect();
            // The value stands before the table, or behind it.
            if keys.is_empty() {
                let behind = args.iter().filter(|a| a.value.span.start > which.value.span.start);
                keys = behind.map(|a| a.value.span).collect();
            }
            (self.piece(which.value.span).to_owned(), keys, name.text.eq_ignore_ascii_case("lookup"))
        };
        let keys: Vec<&str> = first.map(|e| e.span).into_iter().chain(keys).map(|s| self.env.piece(s)).collect();
        let new = format!("{reference}[{}]", keys.join(", "));
        let label = format!("`{reference}` is a reference: its records are looked up by their key");
        let found = Diagnostic::new(&rules::UNKNOWN_FUNCTION, name.span, label);
        self.mentioned(at);
        Some(match by_name {
            true => found.fix(format!("write `{new}`"), at, new),
            false => found.help(format!("write `let found = {new} else reject CODE`, and then `found.column`")),
        })
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

/// Whether a value can be compared with a column of a key.
fn fits_key(key: &Kind, value: &Kind) -> bool {
    match (key, value) {
        (a, b) if a.is_text() && b.is_text() => true,
        (Kind::Bytes(_), Kind::Bytes(_)) => true,
        (a, b) if a.is_int() && b.is_int() => true,
        (a, b) => a == b,
    }
}

/// The first order in which each of `n` values fits the column that it is given to.
fn arrange(n: usize, fits: &dyn Fn(usize, usize) -> bool, so_far: &mut Vec<usize>) -> Option<Vec<usize>> {
    if so_far.len() == n {
        return Some(so_far.clone());
    }
    for k in 0..n {
        if !so_far.contains(&k) && fits(so_far.len(), k) {
            so_far.push(k);
            if let Some(found) = arrange(n, fits, so_far) {
                return Some(found);
            }
            so_far.pop();
        }
    }
    None
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
