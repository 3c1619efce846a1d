//! What must stand once: the keys of sources, and what is unique in targets.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Attr, Member, Name, Role, StringLit, TailKind};

use super::exprs::Body;
use super::{Column, Env};
use crate::plan::{Expr, FateKind, KeyRule, Output, Step};
use crate::rules;

/// What must stand once in a target, or a source's own key.
pub(crate) struct Unique<'t> {
    /// The target's or the source's name.
    place: String,
    role: Role,
    columns: Vec<String>,
    code: String,
    message: Option<&'t StringLit>,
    at: Span,
}

impl<'t> Env<'t> {
    /// Reads what must stand once in a place of records; each has a set of its own.
    pub(super) fn uniques(&mut self, place: &'t tree::Place, columns: &[Column<'t>]) {
        if place.role == Role::Reference {
            return;
        }
        let of = |name: &str, columns: Vec<String>, at: Span| Unique {
            place: place.name.text.clone(),
            role: place.role,
            code: name.to_owned(),
            columns,
            message: None,
            at,
        };
        let keys: Vec<(&str, Span)> = columns
            .iter()
            .filter_map(|c| {
                let key = c.tree.attrs.iter().find_map(|a| if let Attr::Key(s) = a { Some(*s) } else { None })?;
                Some((c.tree.name.text.as_str(), key))
            })
            .collect();
        if let Some((_, at)) = keys.first() {
            self.sets.push(of("duplicate_key", keys.iter().map(|(n, _)| (*n).to_owned()).collect(), *at));
        }
        for c in columns {
            for attr in &c.tree.attrs {
                let Attr::Unique(at) = attr else { continue };
                let name = &c.tree.name.text;
                self.sets.push(of(&format!("{name}.unique"), vec![name.clone()], *at));
            }
        }
        for member in &place.members {
            let (names, at, tail) = match member {
                Member::Key(k) => {
                    if k.range.is_some() {
                        let label = "a range ends the key of a reference only";
                        self.error(Diagnostic::new(&rules::MISPLACED, k.span, label));
                    }
                    (&k.columns, k.span, None)
                }
                Member::Unique(u) => (&u.columns, u.span, u.tail.as_ref()),
                _ => continue,
            };
            let known = |n: &&Name| columns.iter().any(|c| c.tree.name.text == n.text);
            if let Some(unknown) = names.iter().find(|n| !known(n)) {
                self.unknown_column(unknown, columns);
                continue;
            }
            let listed: Vec<String> = names.iter().map(|n| n.text.clone()).collect();
            let code = match member {
                Member::Key(_) => "duplicate_key".to_owned(),
                _ => format!("{}.unique", listed.join("_")),
            };
            let mut unique = of(&code, listed, at);
            match tail.map(|t| &t.kind) {
                Some(TailKind::Reject { code, message }) => {
                    unique.code.clone_from(&code.text);
                    unique.message = message.as_ref();
                }
                Some(TailKind::Broken) | None => {}
                Some(_) => {
                    let at = tail.map_or(at, |t| t.span);
                    let label = "a record whose values stand already is rejected";
                    self.error(
                        Diagnostic::new(&rules::WRONG_TYPE, at, label).help("write `else reject CODE \"message\"`"),
                    );
                }
            }
            self.sets.push(unique);
        }
    }

    /// The sets of a place, by their numbers.
    fn sets_of(&self, place: &str, role: Role) -> Vec<usize> {
        let of = |(_, u): &(usize, &Unique<'t>)| u.role == role && u.place == place;
        self.sets.iter().enumerate().filter(of).map(|(i, _)| i).collect()
    }
}

impl<'t> Body<'_, 't> {
    /// Notes the keys of the source, before any of its maps looks at a record.
    pub(super) fn source_key(&mut self, source: &Name) {
        for set in self.env.sets_of(&source.text, Role::Source) {
            let unique = &self.env.sets[set];
            let (columns, at) = (unique.columns.clone(), unique.at);
            let mut values = Vec::new();
            for name in &columns {
                let i = self.columns.iter().position(|c| c.tree.name.text == *name);
                values.extend(i.and_then(|i| self.column(i, at)));
            }
            if values.len() == columns.len() {
                let key = self.key_rule(set, true);
                self.steps.push(Step::Note { key, values });
            }
        }
        // To be a key is no use of a column: it still has to go somewhere.
        self.used.clear();
    }

    /// The keys of a row.
    pub(super) fn unique_keys(&mut self, target: &Name, outputs: &[Output]) -> Vec<(usize, Vec<Expr>)> {
        let mut keys = Vec::new();
        for set in self.env.sets_of(&target.text, Role::Target) {
            let columns = self.env.sets[set].columns.clone();
            let value = |name: &String| outputs.iter().find(|o| o.name == *name).map(|o| o.value.clone());
            let values: Vec<Expr> = columns.iter().filter_map(value).collect();
            if values.len() == columns.len() {
                keys.push((self.key_rule(set, false), values));
            }
        }
        keys
    }

    /// The rule of a set in this program; the message may name the source's columns as they stood.
    fn key_rule(&mut self, set: usize, all: bool) -> usize {
        let unique = &self.env.sets[set];
        let (code, about, message, at) = (unique.code.clone(), unique.columns.join(", "), unique.message, unique.at);
        if let Some(known) = self.program.keys.iter().position(|k| k.set == set) {
            return known;
        }
        let message = self.message(message);
        let fate = self.fate(FateKind::Reject, &code, message, Some(&about), at);
        self.program.keys.push(KeyRule { set, fate, all });
        self.program.keys.len() - 1
    }
}
