//! The tests of a spec: what they give and what they expect, read against the plan.

use migc_functions::{Kind, Ty};
use migc_grammar::diagnostic::{Diagnostic, Level};
use migc_grammar::tree::{self, Attr, ExprKind, Item, Name, Role, ThenWhat};

use super::{Column, Env, is_value, literal_text, offer, param_value, similar, twice};
use crate::plan::{FateKind, Plan};
use crate::rules;
use crate::trial::{Expected, Field, Origin, Record, Trial};

impl<'t> Env<'t> {
    /// Every test of the spec, against what its maps have come to.
    pub(super) fn trials(&mut self, spec: &'t tree::Spec, plan: &Plan) -> Vec<Trial> {
        // Where a map has a mistake, its ways out are not known.
        let broken = spec.items.iter().any(|i| matches!(i, Item::Later(_) | Item::Broken(_)));
        let errors = self.diagnostics.iter().any(|d| d.rule.level == Level::Error);
        // Only a test of a spec without other mistakes can be wrong by itself.
        let sound = !broken && !errors && self.syntax_errors.is_empty();
        if sound {
            self.codes_of_tests(spec, plan);
        }
        let mut trials: Vec<Trial> = Vec::new();
        for item in &spec.items {
            let Item::Test(test) = item else { continue };
            if test.is_of_shapes() {
                continue;
            }
            let Some(title) = self.plain(&test.title) else { continue };
            if let Some(first) = trials.iter().find(|t| t.title == title) {
                let d = Diagnostic::new(&rules::DEFINED_TWICE, test.title.span, "another test has this title");
                self.error(d.also(first.at, "here").help("say what this one shows"));
            }
            let unread = self.syntax_errors.iter().any(|e| test.span.holds(*e));
            if !unread && (test.given.is_empty() || test.then.is_empty()) {
                let label = "a test gives a record and says what becomes of it";
                let help = "write: given SOURCE { column: \"text\" } and then TARGET { column: value }, or then dropped REASON";
                self.error(Diagnostic::new(&rules::WRONG_TEST, test.title.span, label).help(help));
            }
            let given = test.given.iter().filter_map(|g| self.given(g)).collect();
            let then = test.then.iter().filter_map(|t| self.then(t, sound)).collect();
            trials.push(Trial { title, at: test.span, given, then });
        }
        trials
    }

    /// A test that waits for a code which no map gives can never pass.
    fn codes_of_tests(&mut self, spec: &'t tree::Spec, plan: &Plan) {
        let fates: Vec<_> = plan.passes.iter().flat_map(|p| &p.program.fates).collect();
        let tests = spec.items.iter().filter_map(|i| if let Item::Test(t) = i { Some(t) } else { None });
        for then in tests.flat_map(|t| &t.then) {
            let ThenWhat::Fate(word, Some(code)) = &then.what else { continue };
            let (kind, does) = match word.text.as_str() {
                "dropped" => (FateKind::Drop, "drops a record as"),
                "rejected" => (FateKind::Reject, "rejects a record as"),
                "warned" => (FateKind::Warn, "warns of a record as"),
                _ => continue,
            };
            let mut known: Vec<&str> = fates.iter().filter(|f| f.kind == kind).map(|f| f.code.as_str()).collect();
            if known.contains(&code.text.as_str()) {
                continue;
            }
            known.sort_unstable();
            known.dedup();
            let label = format!("no map {does} `{}`", code.text);
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, code.span, label);
            // A code that is merely alike is another code: it is the step that gives this one that may be missing.
            self.error(match similar::nearest(&code.text, &known, 1) {
                Some(close) => similar::suggest(d, code.span, close),
                None => match fates.iter().find(|f| f.code == code.text) {
                    Some(other) => d.also(other.at, "it is the name of something else"),
                    None => d.help(format!(
                        "no step of the maps has this code; {}",
                        similar::in_scope("codes", known.iter().copied())
                    )),
                },
            });
        }
    }

    fn given(&mut self, given: &'t tree::Given) -> Option<Record> {
        let place = self.places.iter().find(|p| p.tree.name.text == given.place.text);
        let Some(place) = place.filter(|p| p.tree.role != Role::Target) else {
            let known: Vec<&str> =
                self.places.iter().filter(|p| p.tree.role != Role::Target).map(|p| p.tree.name.text.as_str()).collect();
            let label = format!("`{}` is no source and no reference", given.place.text);
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, given.place.span, label);
            self.error(offer(d, &given.place, "sources and references", &known));
            return None;
        };
        let (role, index, columns) = (place.tree.role, place.index, place.columns.clone());
        // An element of a list that a test does not give is not there.
        let element = |c: &Column<'_>| c.tree.attrs.iter().any(|a| matches!(a, Attr::Element(_)));
        let unset = |c: &Column<'_>| if element(c) { Field::Null } else { Field::Unset };
        let mut fields: Vec<Field> = columns.iter().map(unset).collect();
        let mut named: Vec<&Name> = Vec::new();
        for (name, value) in &given.fields {
            let Some(at) = columns.iter().position(|c| c.tree.name.text == name.text) else {
                self.unknown_column(name, &columns);
                continue;
            };
            if let Some(first) = named.iter().find(|n| n.text == name.text) {
                let d = twice(name, first);
                self.error(d);
            }
            named.push(name);
            let places = columns[at].tree.attrs.iter().find_map(|a| if let Attr::At(p) = a { Some(p) } else { None });
            if let (Some(places), Some(text)) = (places, literal_text(value)) {
                let (room, long) = ((places.last - places.first + 1) as usize, text.chars().count());
                if long > room {
                    let label = format!("this text has {long} characters, and `{}` has {room}", name.text);
                    self.error(
                        Diagnostic::new(&rules::WRONG_TEST, value.span, label).also(places.span, "its characters"),
                    );
                }
            }
            fields[at] = match (&value.kind, literal_text(value)) {
                (ExprKind::Null, _) => Field::Null,
                (_, Some(text)) => Field::Text(text),
                _ => {
                    let label = "a field is given as the text that stands in the file";
                    self.error(
                        Diagnostic::new(&rules::WRONG_TEST, value.span, label)
                            .help("write it out: `born: \"1961-07-03\"`"),
                    );
                    continue;
                }
            };
        }
        let of = match role {
            Role::Reference => Origin::Reference(index?),
            _ => Origin::Source(index?),
        };
        Some(Record { of, fields, at: given.span })
    }

    fn then(&mut self, then: &'t tree::Then, sound: bool) -> Option<Expected> {
        match &then.what {
            ThenWhat::Fate(word, code) => {
                let word = ["dropped", "rejected", "warned", "apart"].into_iter().find(|w| *w == word.text)?;
                Some(Expected::Fate { word, code: code.as_ref().map(|c| c.text.clone()), at: then.span })
            }
            ThenWhat::Shapes(..) => None,
            ThenWhat::Row(target, fields) => {
                let Some(place) = self.find(&target.text, Role::Target) else {
                    let known: Vec<&str> = self
                        .places
                        .iter()
                        .filter(|p| p.tree.role == Role::Target)
                        .map(|p| p.tree.name.text.as_str())
                        .collect();
                    let label = format!("there is no target `{}`", target.text);
                    let d = Diagnostic::new(&rules::UNKNOWN_NAME, target.span, label);
                    self.error(offer(d, target, "targets", &known));
                    return None;
                };
                let (index, columns) = (place.index?, place.columns.clone());
                let mut wanted = Vec::new();
                for (name, value) in fields {
                    let Some(column) = columns.iter().find(|c| c.tree.name.text == name.text) else {
                        self.unknown_column(name, &columns);
                        continue;
                    };
                    if let ExprKind::Null = value.kind {
                        if sound && !column.ty.nullable {
                            let label = format!("`{}` is {}, so it is never null", name.text, column.ty);
                            self.error(
                                Diagnostic::new(&rules::WRONG_TEST, value.span, label)
                                    .also(column.tree.name.span, "the column"),
                            );
                        }
                        wanted.push((name.text.clone(), None));
                        continue;
                    }
                    match literal_text(value) {
                        Some(text) => {
                            if sound {
                                self.can_match(column, value, &text);
                            }
                            wanted.push((name.text.clone(), Some(written(&column.ty, &text))));
                        }
                        None => {
                            let label = "a value is written out here";
                            self.error(Diagnostic::new(&rules::WRONG_TEST, value.span, label));
                        }
                    }
                }
                Some(Expected::Row { target: index, columns: wanted, at: then.span })
            }
        }
    }
}

impl Env<'_> {
    /// A value that its column cannot hold is never found there.
    fn can_match(&mut self, column: &Column<'_>, value: &tree::Expr, text: &str) {
        // What `as` writes is compared as it is written.
        if column.form.is_some() {
            return;
        }
        let ty = &column.ty;
        let set = match &ty.kind {
            Kind::Codes(_) | Kind::OneOf(_) => self.info(ty).set,
            _ => None,
        };
        let can = match &set {
            Some(set) => set.iter().any(|t| t == text),
            None => is_value(ty, text),
        };
        if can {
            return;
        }
        let label = format!("`{}` is {ty}, and this is none", column.tree.name.text);
        let d = Diagnostic::new(&rules::WRONG_TEST, value.span, label).also(column.tree.name.span, "the column");
        let known: Vec<&str> = set.iter().flatten().map(String::as_str).collect();
        self.error(match (similar::did_you_mean(text, &known), super::literals::meant(text, &ty.kind)) {
            (Some(close), _) => {
                let new = super::literals::quoted(close);
                d.fix(format!("did you mean {new}?"), value.span, new)
            }
            (None, Some(new)) => d.fix(format!("write `{new}`"), value.span, new),
            (None, None) if !known.is_empty() => d.help(similar::in_scope("texts", known.iter().copied())),
            (None, None) => match &ty.kind {
                Kind::Text(Some(n)) => d.help(format!("it has {n} characters at most")),
                kind if kind.is_number() => d.help("write the number as the language does: `1250.40`"),
                Kind::Date => d.help("write the day as the language does: `1961-07-03`"),
                _ => d.help("write a value of the column's type"),
            },
        });
    }
}

/// A text as the type writes it, where it is a value of the type: `12.5` in a `decimal(8, 2)` is `12.50`.
fn written(ty: &Ty, text: &str) -> String {
    if matches!(ty.kind, Kind::Text(_)) {
        return text.to_owned();
    }
    param_value(ty, text).map_or_else(|| text.to_owned(), |v| v.display(&ty.kind))
}
