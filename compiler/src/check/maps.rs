//! Which source goes to which targets, and what no map names.

use std::collections::HashSet;

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, Item, Name, Role};

use super::{Env, layout, offer, records};
use crate::{plan, rules};

impl<'t> Env<'t> {
    pub(super) fn map(&mut self, map: &'t tree::Map, out: &mut plan::Plan) {
        if let Some(target) = &map.target
            && self.find(&map.source.text, Role::Target).is_some()
            && self.find(&target.text, Role::Source).is_some()
        {
            let span = map.source.span.to(target.span);
            let new = format!("{} -> {}", target.text, map.source.text);
            let d = Diagnostic::new(&rules::WRONG_PLACE, span, "a map goes from a source to a target");
            self.error(d.fix(format!("write `{new}`"), span, new));
            return;
        }
        let source = self.end_of(&map.source, Role::Source);
        let targets: Vec<(&Name, Option<usize>)> =
            map.targets().map(|name| (name, self.end_of(name, Role::Target))).collect();
        let Some(source) = source else { return };
        if targets.iter().any(|(_, index)| index.is_none()) {
            // What the map takes is not known; nothing goes nowhere then.
            let columns = self.find(&map.source.text, Role::Source).map_or(0, |p| p.columns.len());
            self.uses.entry(source).or_default().columns.extend(0..columns);
        }
        let of_layout = matches!(out.sources[source].format, plan::SourceFormat::Layout(_));
        for (name, target) in &targets {
            let Some(target) = target else { continue };
            if matches!(out.targets[*target].format, plan::TargetFormat::Layout { .. }) != of_layout {
                let label = "one side holds records, and the other a layout";
                self.error(Diagnostic::new(&rules::MISPLACED, map.head, label).also(name.span, "this side"));
                return;
            }
        }
        if !of_layout {
            records::map(self, map, source, out);
            return;
        }
        let (Some(name), [(_, Some(target))]) = (&map.target, targets.as_slice()) else {
            if map.target.is_none() {
                let label = "a layout goes to one target: `map a -> b { … }`";
                self.error(Diagnostic::new(&rules::MISPLACED, map.head, label));
            }
            return;
        };
        let taken = out.passes.iter().any(|p| p.source == source || p.program.targets().contains(target));
        if taken {
            let label = "this layout already stands in a map";
            self.error(
                Diagnostic::new(&rules::ONE_MAP, map.head, label)
                    .help("declare the file a second time under another name, as a source or target of its own"),
            );
            return;
        }
        layout::map(self, map, name, source, *target, out);
    }

    fn end_of(&mut self, name: &Name, role: Role) -> Option<usize> {
        if let Some(place) = self.find(&name.text, role) {
            return place.index;
        }
        let what = if role == Role::Source { "source" } else { "target" };
        let known: Vec<&str> =
            self.places.iter().filter(|p| p.tree.role == role).map(|p| p.tree.name.text.as_str()).collect();
        let d = match self.places.iter().find(|p| p.tree.name.text == name.text) {
            Some(other) => Diagnostic::new(&rules::WRONG_PLACE, name.span, format!("this is not a {what}"))
                .also(other.tree.name.span, "it is declared here"),
            None => Diagnostic::new(&rules::UNKNOWN_NAME, name.span, format!("there is no {what} `{}`", name.text)),
        };
        self.error(offer(d, name, &format!("{what}s"), &known));
        None
    }

    /// Sources and targets that no map names.
    pub(super) fn unused_places(&mut self, spec: &tree::Spec) {
        let unread = spec.items.iter().any(|i| matches!(i, Item::Later(_) | Item::Broken(_)));
        let runs = spec.items.iter().any(|i| matches!(i, Item::Migration { .. } | Item::Map(_)));
        // A map that could not be read may use them, and a file of definitions is there for others to use.
        if unread || !runs {
            return;
        }
        let maps = || spec.items.iter().filter_map(|i| if let Item::Map(m) = i { Some(m) } else { None });
        let named: HashSet<&str> =
            maps().flat_map(|m| m.targets().chain([&m.source])).map(|n| n.text.as_str()).collect();
        // A map with an unknown name was meant for one of them.
        let known = |role: Role| -> HashSet<&str> {
            self.places.iter().filter(|p| p.tree.role == role).map(|p| p.tree.name.text.as_str()).collect()
        };
        let (sources, targets) = (known(Role::Source), known(Role::Target));
        let lost = (
            maps().any(|m| !sources.contains(m.source.text.as_str())),
            maps().any(|m| m.targets().any(|t| !targets.contains(t.text.as_str()))),
        );
        for item in &spec.items {
            let Item::Place(p) = item else { continue };
            let (rule, what) = match p.role {
                Role::Source => (&rules::UNUSED, "no map reads this source"),
                Role::Target => (&rules::UNMAPPED, "no map writes this target"),
                Role::Reference => continue,
            };
            let astray = if p.role == Role::Source { lost.0 } else { lost.1 };
            if !astray && !named.contains(p.name.text.as_str()) {
                self.diagnostics
                    .push(Diagnostic::new(rule, p.name.span, what).help("write a map for it, or take it away"));
            }
        }
    }
}
