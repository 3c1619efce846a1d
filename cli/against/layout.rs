//! What a layout has and its spec does not say, as findings at places of the spec.

use std::collections::BTreeMap;
use std::path::PathBuf;

use migc_compiler::plan::{Plan, SourceFormat};
use migc_compiler::rules::{
    BROKEN_HIERARCHY, BROKEN_PROMISE, EMPTY_LAYER, NOT_UPRIGHT, OFF_GRID, OTHER_UNIT, TOO_MANY_VARIANTS,
    UNDECLARED_NUMBER, VARIANTS,
};
use migc_engine::{LayoutDrift, Variants};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{Item, Layer, Map, Member, Place, Stmt};
use migc_layout::Fault;

use super::{Against, place};
use crate::Exit;
use crate::output::tell;
use crate::spec::Spec;

/// Cells that a finding names.
const NAMED: usize = 5;

/// Holds the sources of layouts against their files, or one of them against a file that was named.
pub(super) fn findings(
    spec: &Spec,
    plan: &Plan,
    set: &BTreeMap<String, String>,
    against: &Against<'_>,
) -> Result<Vec<Diagnostic>, Exit> {
    let mut out = Vec::new();
    for (source, path) in files(spec, plan, set, against)? {
        let name = &plan.sources[source].name;
        let Some(place) = place(&spec.compiled.spec, name) else { continue };
        let map = spec.compiled.spec.items.iter().find_map(|item| match item {
            Item::Map(map) if map.source.text == *name => Some(map),
            _ => None,
        });
        let drifts = migc_engine::compare_layout(plan, source, &path).map_err(|error| {
            tell(&format!("{}: {error}", spec.path.display()));
            if error.is_usage() { Exit::Usage } else { Exit::Failed }
        })?;
        let told = Told { path: path.display().to_string(), place, map };
        out.extend(drifts.iter().map(|drift| told.finding(drift)));
    }
    Ok(out)
}

/// The sources that are looked at, each with its file.
fn files(
    spec: &Spec,
    plan: &Plan,
    set: &BTreeMap<String, String>,
    against: &Against<'_>,
) -> Result<Vec<(usize, PathBuf)>, Exit> {
    let shown = spec.path.display();
    let is_layout = |i: &usize| matches!(plan.sources[*i].format, SourceFormat::Layout(_));
    let layouts: Vec<usize> = (0..plan.sources.len()).filter(is_layout).collect();
    let names = || layouts.iter().map(|i| plan.sources[*i].name.as_str()).collect::<Vec<_>>().join(", ");
    let usage = |sentence: String| {
        tell(&sentence);
        Exit::Usage
    };
    let of = match against.source {
        None => layouts.clone(),
        Some(name) => match layouts.iter().find(|i| plan.sources[**i].name == name) {
            Some(source) => vec![*source],
            None if layouts.is_empty() => {
                return Err(usage(format!("{shown} has no source of layouts; leave --source out")));
            }
            None => return Err(usage(format!("{shown} has no source of layouts `{name}`; it has {}", names()))),
        },
    };
    if let Some(file) = against.file {
        return match of.as_slice() {
            [one] => Ok(vec![(*one, file.to_owned())]),
            [] => {
                Err(usage(format!("{shown} has no source of layouts; write --against without a file for its records")))
            }
            _ => {
                Err(usage(format!("{shown} has several sources of layouts; say which one it is: --source {}", names())))
            }
        };
    }
    let pairs = migc_engine::layout_pairs(plan, set).map_err(|error| {
        tell(&format!("{shown}: {error}"));
        if error.is_usage() { Exit::Usage } else { Exit::Failed }
    })?;
    let own = |i: &usize| pairs.iter().find(|p| p.source == *i).map(|p| (*i, p.from.clone()));
    Ok(of.iter().filter_map(own).collect())
}

/// What is needed to tell of a file.
struct Told<'t> {
    path: String,
    place: &'t Place,
    map: Option<&'t Map>,
}

impl Told<'_> {
    fn finding(&self, drift: &LayoutDrift) -> Diagnostic {
        let path = &self.path;
        let at = self.place.name.span;
        match drift {
            LayoutDrift::Promise(what) => Diagnostic::new(&OTHER_UNIT, at, format!("{path}: {what}")),
            LayoutDrift::Number { number, texts, count, cell, other } => {
                self.number(*number, *texts, *count, cell, *other)
            }
            LayoutDrift::Empty(layer) => {
                let (name, at) = self.layer(*layer);
                Diagnostic::new(&EMPTY_LAYER, at, format!("{path} has nothing on `{name}`"))
                    .help("look whether its number is that of this file; `migc view` shows what the file has")
            }
            LayoutDrift::OffGrid { layer, count, places } => {
                let (what, at) = match layer {
                    Some(layer) => {
                        let (name, at) = self.layer(*layer);
                        (format!("{} of `{name}`", many(*count, "point")), at)
                    }
                    None => (many(*count, "instance"), at),
                };
                let is = if *count == 1 { "is" } else { "are" };
                let label = format!("{what} {is} off the promised grid in {path}: {}", listed(places, *count));
                Diagnostic::new(&OFF_GRID, at, label)
                    .help("promise the grid that the file has (`grid: …`), or mend the file")
            }
            LayoutDrift::Broken { at, name, rule, count, places } => {
                let times = if *count == 1 { "once".to_owned() } else { format!("{count} times") };
                let label = format!("`{name}` does not keep `{rule}` in {path}, {times}: {}", listed(places, *count));
                Diagnostic::new(&BROKEN_PROMISE, *at, label).help("promise what the file has, or mend the file")
            }
            LayoutDrift::Fault(fault) => self.fault(fault),
            LayoutDrift::Refused(what) => Diagnostic::new(&NOT_UPRIGHT, self.scale(), format!("{path}: {what}")),
            LayoutDrift::Variants(variants) => self.variants(variants),
        }
    }

    fn number(
        &self,
        (layer, datatype): (u32, u32),
        texts: bool,
        count: u64,
        cell: &str,
        other: Option<usize>,
    ) -> Diagnostic {
        let what = many(count, if texts { "text" } else { "shape" });
        let stand = if count == 1 { "stands" } else { "stand" };
        let label = format!("{what} {stand} on {layer}/{datatype} in {} (in `{cell}`)", self.path);
        match other.map(|i| self.layer(i)) {
            Some((name, at)) => {
                let (held, word) = if texts { ("shapes", "text") } else { ("texts", "layer") };
                Diagnostic::new(&UNDECLARED_NUMBER, at, format!("{label}, and `{name}` holds {held} alone"))
                    .help(format!("declare them beside it, as `NAME : {word} {layer}/{datatype}`, or write `ignore {layer}/{datatype} \"why\"`"))
            }
            None => {
                let word = if texts { "text" } else { "layer" };
                let label = format!("{label}, which is neither declared nor ignored");
                let source = &self.place.name.text;
                Diagnostic::new(&UNDECLARED_NUMBER, self.place.name.span, label).help(format!(
                    "declare it in `{source}`, as `NAME : {word} {layer}/{datatype}`, or write there: ignore {layer}/{datatype} \"why\""
                ))
            }
        }
    }

    fn fault(&self, fault: &Fault) -> Diagnostic {
        let (path, at) = (&self.path, self.place.name.span);
        match fault {
            Fault::SameName { cell, count } => {
                Diagnostic::new(&BROKEN_HIERARCHY, at, format!("{path} has {count} cells that are called `{cell}`"))
                    .help("name them apart where the file was made")
            }
            Fault::MissingCell { missing, cell, at: [x, y], count } => {
                let times = if *count == 1 { String::new() } else { format!(", {count} times in all") };
                let label = format!("{path} has no cell `{missing}`, and `{cell}` places it at ({x}, {y}){times}");
                Diagnostic::new(&BROKEN_HIERARCHY, at, label)
                    .help("add the cell to the file, or take its placements out")
            }
            Fault::Ring(ring) => {
                let shown: Vec<String> = ring.iter().chain(ring.first()).map(|cell| format!("`{cell}`")).collect();
                Diagnostic::new(
                    &BROKEN_HIERARCHY,
                    at,
                    format!("cells of {path} place each other in a ring: {}", shown.join(" → ")),
                )
                .help("take one of these placements out")
            }
            Fault::NotUpright { placed, cell, at: [x, y], how, count } => {
                let times = if *count == 1 { String::new() } else { format!(", {count} times in all") };
                let label = format!("in {path}, `{cell}` places `{placed}` at ({x}, {y}) {how}{times}");
                Diagnostic::new(&NOT_UPRIGHT, self.scale(), label).help("flatten these instances in the file")
            }
        }
    }

    fn variants(&self, v: &Variants) -> Diagnostic {
        let worst = v.cells.first().map_or(0, |c| c.1);
        let named: Vec<String> = v.cells.iter().take(NAMED).map(|(cell, n)| format!("`{cell}` {n}")).collect();
        let more = v.cells.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let need = if v.cells.len() == 1 { "1 cell needs".to_owned() } else { format!("{} cells need", v.cells.len()) };
        let label = format!("{need} several variants for {}: {}{more}", self.path, named.join(", "));
        let price = format!(
            "{} {} {}, and {} shapes and texts {}",
            v.in_all[0],
            if v.in_all[0] == 1 { "cell becomes" } else { "cells become" },
            v.in_all[1],
            v.elements[0],
            v.elements[1]
        );
        match v.refused {
            true => {
                let choices = format!(
                    "the price of `snap exact variants <= {worst}`: {price}; `scale on pitch OUTLINE` keeps one variant of each \
                     cell, and `cells \"…\" {{ drop … }}` leaves cells out"
                );
                Diagnostic::new(&TOO_MANY_VARIANTS, self.snap(), label).help(choices)
            }
            false => Diagnostic::new(&VARIANTS, self.snap(), label).help(format!("their price: {price}")),
        }
    }

    /// The name of a layer, and its place.
    fn layer(&self, at: usize) -> (&str, Span) {
        let layers = self.place.members.iter().filter_map(|m| if let Member::Layer(l) = m { Some(l) } else { None });
        let layer: Option<&Layer> = layers.into_iter().nth(at);
        layer.map_or(("", self.place.name.span), |l| (l.name.text.as_str(), l.name.span))
    }

    /// Where the map says how it snaps, or else how it scales.
    fn snap(&self) -> Span {
        let snap = self.map.iter().flat_map(|m| &m.stmts).find_map(|s| match s {
            Stmt::Snap { span, .. } => Some(*span),
            _ => None,
        });
        snap.unwrap_or_else(|| self.scale())
    }

    /// Where the map says how it scales, or else its head.
    fn scale(&self) -> Span {
        let scale = self.map.iter().flat_map(|m| &m.stmts).find_map(|s| match s {
            Stmt::Scale { span, .. } => Some(*span),
            _ => None,
        });
        scale.or(self.map.map(|m| m.head)).unwrap_or(self.place.name.span)
    }
}

fn many(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Places in cells, and that there are more.
fn listed(places: &[(String, [i32; 2])], count: u64) -> String {
    let named: Vec<String> = places.iter().map(|(cell, [x, y])| format!("`{cell}` ({x}, {y})")).collect();
    let more = if count > places.len() as u64 { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}
