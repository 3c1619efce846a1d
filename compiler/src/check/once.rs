//! One mistake is one finding: what is checked again and again is told of once.

use std::collections::{BTreeMap, HashMap, HashSet};

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Item};

use super::Env;
use crate::rules;

impl<'t> Env<'t> {
    /// What is wrong at one place is said once, however often the place is checked: a type at each of its uses, a gate for
    /// each map, a filter for each element.
    pub(super) fn each_once(&mut self, spec: &'t tree::Spec) {
        let shared = |item: &Item| match item {
            Item::Type(t) => Some(t.span),
            Item::Fn(f) => Some(f.span),
            Item::Expect(e) => Some(e.span),
            Item::Verify(v) => Some(v.span),
            _ => None,
        };
        let shared: Vec<Span> = spec.items.iter().filter_map(shared).collect();
        let mut known = HashSet::new();
        self.diagnostics.retain(|d| {
            let own = !shared.iter().any(|s| s.holds(d.span));
            let said = own.then(|| (d.label.clone(), d.also.clone()));
            known.insert((d.span, d.rule.code, said))
        });
        self.misspelt_once();
    }

    /// Where a name is used several times, and what is like it stands once in the spec, where it is declared, the mistake is
    /// in the declaration.
    fn misspelt_once(&mut self) {
        let text = self.text;
        // A type or a function that is not there at all is told of where it is first used.
        let mut absent = HashSet::new();
        self.diagnostics.retain(|d| {
            let of_items = [rules::UNKNOWN_TYPE.code, rules::UNKNOWN_FUNCTION.code].contains(&d.rule.code);
            let offers = d.help.as_ref().is_some_and(|h| h.edit.is_some());
            !of_items || offers || absent.insert(text.get(d.span.range()))
        });
        let unknown =
            [rules::UNKNOWN_NAME.code, rules::UNKNOWN_TYPE.code, rules::UNKNOWN_FUNCTION.code, rules::UNMAPPED.code];
        let offered = |d: &Diagnostic| {
            let (span, new) = d.help.as_ref()?.edit.as_ref()?;
            let fits = unknown.contains(&d.rule.code) && *span == d.span;
            fits.then(|| (text.get(span.range()).unwrap_or_default(), new.clone()))
        };
        let mut uses: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for key in self.diagnostics.iter().filter_map(offered) {
            *uses.entry(key).or_default() += 1;
        }
        uses.retain(|_, n| *n > 1);
        if uses.is_empty() {
            return;
        }
        let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
        for word in words {
            places.entry(word).or_default().push(word.as_ptr() as usize - text.as_ptr() as usize);
        }
        // A column's name is that of its file.
        let is_column = |name: &str| self.places.iter().flat_map(|p| &p.columns).any(|c| c.tree.name.text == name);
        uses.retain(|(_, name), _| places.get(name.as_str()).is_some_and(|p| p.len() == 1) && !is_column(name));
        let mut told = HashSet::new();
        let found = std::mem::take(&mut self.diagnostics);
        for d in found {
            let Some(key) = offered(&d).filter(|key| uses.contains_key(key)) else {
                self.diagnostics.push(d);
                continue;
            };
            if !told.insert(key.clone()) {
                continue;
            }
            let (written, name) = key;
            let at = places.get(name.as_str()).and_then(|p| p.first()).copied().unwrap_or_default();
            let span = Span::new(at, at + name.len());
            let label = format!("what uses it calls it `{written}`: is it misspelled here?");
            self.diagnostics.push(Diagnostic::new(d.rule, span, label).also(d.span, "here, for one").fix(
                format!("write `{written}` here"),
                span,
                written,
            ));
        }
    }
}
