//! What was probably meant in a map: columns of a like name, lines that were forgotten, and what a mistake leaves unknown.

use std::collections::BTreeMap;

use migc_grammar::diagnostic::{Diagnostic, Help};
use migc_grammar::span::Span;
use migc_grammar::tree::{self, ExprKind, Name};

use super::exprs::Body;
use super::records::broken;
use super::{Column, similar};
use crate::plan::{Expr, Op};
use crate::rules;

/// The columns that statements assign, with where they do.
pub(super) type Assigned = BTreeMap<String, (Expr, Span)>;

impl<'t> Body<'_, 't> {
    /// Tells of an assignment to a column that the target does not have. The column that was probably meant counts as
    /// assigned, so that a slip of the pen is one diagnostic.
    pub(super) fn no_such_column(&mut self, name: &Name, copied: bool, wanted: &[Column<'t>], assigned: &mut Assigned) {
        let free: Vec<&Column<'t>> = wanted.iter().filter(|c| !assigned.contains_key(&c.tree.name.text)).collect();
        let names: Vec<&str> = free.iter().map(|c| c.tree.name.text.as_str()).collect();
        // A copied name that the source has is probably right; the target's own may be misspelt.
        let is_known = self.names.iter().any(|(n, _)| *n == name.text)
            || self.columns.iter().any(|c| c.tree.name.text == name.text);
        if let (true, Some(meant)) = (is_known && copied, similar::did_you_mean(&name.text, &names))
            && let Some(c) = free.iter().find(|c| c.tree.name.text == meant)
        {
            let label = format!("the map calls this `{}`: is it misspelled here?", name.text);
            let new = similar::written(&name.text).into_owned();
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, c.tree.name.span, label).also(name.span, "in the map");
            let help = format!("write `{new}` here; where both names are right, write `{meant} = {new}` in the map");
            if !self.env.misspelt.contains(&name.text) {
                self.env.error(d.fix(help, c.tree.name.span, new));
            }
            assigned.insert(meant.to_owned(), (broken(name.span), name.span));
            self.broken_outputs.push(meant.to_owned());
            self.env.misspelt.push(name.text.clone());
            return;
        }
        let required: Vec<&str> = free
            .iter()
            .filter(|c| c.tree.default.is_none() && !c.ty.nullable)
            .map(|c| c.tree.name.text.as_str())
            .collect();
        // Only what is not assigned otherwise can be meant by a name that is less like it.
        let farther = similar::did_you_mean(&name.text, &names)
            .is_none()
            .then(|| similar::nearest(&name.text, &required, (name.text.chars().count() / 2).max(1)))
            .flatten();
        if let (Some(meant), false) = (farther, is_known) {
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, name.span, format!("there is no column `{}`", name.text));
            self.env.error(similar::suggest(d, name.span, meant));
            assigned.insert(meant.to_owned(), (broken(name.span), name.span));
            self.broken_outputs.push(meant.to_owned());
            if let Some(i) = self.columns.iter().position(|c| c.tree.name.text == meant) {
                self.used.insert(i);
            }
            return;
        }
        self.env.unknown_column(name, wanted);
        // The column that was probably meant is assigned then, so that a slip of the pen is one diagnostic.
        let known: Vec<&str> = wanted.iter().map(|c| c.tree.name.text.as_str()).collect();
        if let Some(meant) = similar::did_you_mean(&name.text, &known) {
            assigned.entry(meant.to_owned()).or_insert((broken(name.span), name.span));
            self.broken_outputs.push(meant.to_owned());
            if let Some(i) = self.columns.iter().position(|c| c.tree.name.text == meant) {
                self.used.insert(i);
            }
        }
    }

    /// Tells of a column of the target that nothing assigns. A column of the source that was probably meant counts as used,
    /// so that a line that was forgotten is one finding.
    fn unassigned_column(&mut self, name: &Name, head: Span) {
        let d = Diagnostic::new(&rules::UNMAPPED, head, format!("`{}` is not assigned", name.text))
            .also(name.span, "this column of the target");
        if self.broken.contains(&name.text) {
            return;
        }
        if self.names.iter().any(|(n, _)| *n == name.text) {
            self.env.error(d.help(format!("add a line `copy {}`, or give the column a default", name.text)));
            return;
        }
        let names: Vec<&str> = self.columns.iter().map(|c| c.tree.name.text.as_str()).collect();
        let unused: Vec<&str> =
            names.iter().enumerate().filter(|(i, _)| !self.used.contains(i)).map(|(_, n)| *n).collect();
        let same = |n: &&&str| **n == name.text;
        let close = names
            .iter()
            .find(same)
            .copied()
            .or_else(|| similar::did_you_mean(&name.text, &unused))
            .or_else(|| similar::did_you_mean(&name.text, &names));
        let Some(i) = close.and_then(|close| names.iter().position(|n| *n == close)) else {
            let help = "assign it a value, or give the column a default: `= value` behind its type";
            self.env.error(d.help(help));
            return;
        };
        let column = &self.columns[i].tree.name;
        let written = similar::written(&column.text);
        let line = match column.text == name.text {
            true => format!("copy {written}"),
            false => format!("{} = {written}", similar::written(&name.text)),
        };
        let d = if self.used.contains(&i) { d } else { d.also(column.span, "this column of the source goes nowhere") };
        self.used.insert(i);
        self.env.error(d.help(format!("add a line `{line}`, or give the column a default")));
    }

    /// Tells of the columns of the target that nothing assigns; those that one `copy` would assign are one finding.
    pub(super) fn unassigned(&mut self, missing: &[&Name], head: Span) {
        let same = |n: &&&Name| {
            !self.broken.contains(&n.text)
                && (self.names.iter().any(|(name, _)| *name == n.text)
                    || self.columns.iter().any(|c| c.tree.name.text == n.text))
        };
        let copied: Vec<&Name> = missing.iter().filter(same).copied().collect();
        if copied.len() < 2 {
            missing.iter().for_each(|name| self.unassigned_column(name, head));
            return;
        }
        let names: Vec<String> = copied.iter().map(|n| similar::written(&n.text).into_owned()).collect();
        let label = format!("`{}` are not assigned", names.join("`, `"));
        let mut d = Diagnostic::new(&rules::UNMAPPED, head, label);
        for name in &copied {
            d = d.also(name.span, "a column of the target");
            let of_source = self.columns.iter().position(|c| c.tree.name.text == name.text);
            self.used.extend(of_source);
        }
        self.env.error(d.help(format!("add a line `copy {}`, or give the columns defaults", names.join(", "))));
        for name in missing.iter().filter(|n| !copied.iter().any(|c| std::ptr::eq(*c, **n))) {
            self.unassigned_column(name, head);
        }
    }

    /// Whether an assignment to no column of the target binds a name that is used elsewhere, so that its `let` is missing.
    pub(super) fn is_let(&mut self, column: &Name, wanted: &[Column<'t>]) -> bool {
        let names: Vec<&str> = wanted.iter().map(|c| c.tree.name.text.as_str()).collect();
        let known = |n: &String| *n == column.text;
        if names.contains(&column.text.as_str())
            || similar::did_you_mean(&column.text, &names).is_some()
            || self.columns.iter().any(|c| known(&c.tree.name.text))
            || self.names.iter().any(|(n, _)| known(n))
        {
            return false;
        }
        let words = self.env.text.split(|c: char| !c.is_alphanumeric() && c != '_');
        if words.filter(|w| *w == column.text).count() < 2 {
            return false;
        }
        let at = Span { start: column.span.start, end: column.span.start };
        let label = format!("the target has no column `{}`, and the map uses it as a name", column.text);
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, column.span, label);
        self.broken.push(column.text.clone());
        self.env.error(d.fix(format!("bind a value of its own with `let {} = …`", column.text), at, "let "));
        true
    }

    /// Whether a column of the source is assigned what is made of it, although the target has none of its name.
    pub(super) fn cleans(&mut self, column: &Name, value: &tree::Expr, wanted: &[Column<'t>], span: Span) -> bool {
        let of = |columns: &[Column<'t>]| columns.iter().any(|c| c.tree.name.text == column.text);
        let words = |at: Span| {
            let text = self.env.text.get(at.range()).unwrap_or_default();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|w| w == column.text)
        };
        let names: Vec<&str> = wanted.iter().map(|c| c.tree.name.text.as_str()).collect();
        let like_another = similar::did_you_mean(&column.text, &names).is_some();
        if of(wanted) || like_another || !of(&self.columns) || !words(value.span) {
            return false;
        }
        let label = format!("the target has no column `{}`, and the source has", column.text);
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, column.span, label);
        let name = similar::written(&column.text);
        let is_it = |e: &tree::Expr| matches!(&e.kind, ExprKind::Name(n) if n.text == column.text);
        let pipe = match &value.kind {
            ExprKind::Call(f, args) => match args.as_slice() {
                [arg] if is_it(&arg.value) => Some(format!("clean {name} |> {}", f.text)),
                _ => None,
            },
            ExprKind::Pipe(left, right) if is_it(left) => Some(format!("clean {name} |> {}", self.piece(right.span))),
            _ => None,
        };
        self.mentioned(span);
        self.env.error(match pipe {
            Some(new) => d.fix(format!("a column of the source is changed by `{new}`"), span, new),
            None => d.help(format!("a column of the source is changed by `clean {name} |> …`")),
        });
        true
    }

    /// What is said of a copied column stands behind an assignment: a `copy` has no place for it.
    pub(super) fn out_of_copy(&mut self, before: usize, name: &Name, all: bool, whole: Option<Span>) {
        let column = &name.text;
        let of_value = [rules::MAY_NOT_FIT.code, rules::NULL_INTO_REQUIRED.code, rules::WRONG_TYPE.code];
        let taken = match all {
            true => format!("write `copy * except {column}`"),
            false => format!("take `{column}` out of the `copy`"),
        };
        for found in self.env.diagnostics.iter_mut().skip(before) {
            // The target has the name, and the source has one like it.
            if let (true, Some(Help { edit: Some((_, close)), .. })) =
                (found.span == name.span && found.rule.code == rules::UNKNOWN_NAME.code, &found.help)
            {
                let line = format!("{} = {close}", similar::written(column));
                found.help = Some(match whole {
                    Some(span) => Help { text: format!("write `{line}`"), edit: Some((span, line)) },
                    None => Help { text: format!("{taken}, and write a line `{line}`"), edit: None },
                });
                continue;
            }
            if found.span != name.span || !of_value.contains(&found.rule.code) {
                continue;
            }
            if let Some(help) = &mut found.help {
                let own = format!("`{column} = {column} …`");
                *help = Help { text: format!("{taken}, and give it a line {own}: {}", help.text), edit: None };
            }
        }
    }

    /// A condition that is not known: nor is what it would have excluded.
    pub(super) fn undecided(&mut self, span: Span) {
        let text = self.env.text.get(span.range()).unwrap_or_default();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
        self.unsure.extend(words.map(str::to_owned));
        self.mentioned(span);
    }

    /// Whether a value is made of something that a condition with a mistake may have excluded from being null.
    pub(super) fn is_unsure(&self, value: &Expr) -> bool {
        let own = match value.op {
            Op::Slot(i) => self.program.slots.get(i).map(|s| &s.name),
            Op::Input(i) => self.program.inputs.get(i).map(|i| &i.name),
            _ => None,
        };
        let mut unsure = own.is_some_and(|n| self.unsure.contains(n));
        value.each_part(&mut |part| unsure |= self.is_unsure(part));
        unsure
    }

    /// Counts every column as used whose name stands in a piece of the text.
    pub(super) fn mentioned(&mut self, span: Span) {
        self.mistakes += 1;
        let text = self.env.text.get(span.range()).unwrap_or_default();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words {
            if let Some(i) = self.columns.iter().position(|c| c.tree.name.text == word) {
                self.used.insert(i);
            }
        }
    }
}
