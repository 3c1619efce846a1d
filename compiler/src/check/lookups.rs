//! Lookups in references: the values of a key, and what is written in their place.

use migc_functions::{Info, Kind, find};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Arg, ExprKind, Name, Role};

use super::exprs::{Body, clash};
use super::similar;
use crate::plan::{Expr, Op};
use crate::rules;

impl<'t> Body<'_, 't> {
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
            let d = similar::offer(d, n, "references", &known);
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
    pub(super) fn reference_called(
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
