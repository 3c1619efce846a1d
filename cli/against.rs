//! `migc check --against`: the columns of a spec held against the headers of its files, and its layers against layouts.

mod layout;

use std::collections::BTreeMap;
use std::path::Path;

use migc_compiler::rules::{MISSING_IN_FILE, UNDECLARED_IN_FILE};
use migc_engine::drift::{self, Difference, Drift};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{Attr, Column, Item, Place, Spec as Tree};

use crate::Exit;
use crate::output::tell;
use crate::spec::Spec;

/// What a spec is held against: its own files, or one layout in place of that of a source.
#[derive(Default)]
pub(crate) struct Against<'a> {
    /// The layout.
    pub(crate) file: Option<&'a Path>,
    /// The source that it stands for, where there are several.
    pub(crate) source: Option<&'a str>,
}

/// What differs, as findings at columns and layers; or how it ended, if the files cannot be read.
pub(crate) fn findings(
    spec: &Spec,
    set: &BTreeMap<String, String>,
    against: &Against<'_>,
) -> Result<Vec<Diagnostic>, Exit> {
    let Some(plan) = &spec.compiled.plan else { return Ok(Vec::new()) };
    // A parameter of another spec of this call is none of this one's.
    let own = set.iter().filter(|(name, _)| plan.params.iter().any(|p| p.name == **name));
    let own = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    let layouts = layout::findings(spec, plan, &own, against)?;
    if against.file.is_some() {
        return Ok(layouts);
    }
    let compared = drift::compare(plan, &own).map_err(|error| {
        tell(&format!("{}: {error}", spec.path.display()));
        if error.is_usage() { Exit::Usage } else { Exit::Failed }
    })?;
    if !compared.without.is_empty() {
        let names = compared.without.join(", ");
        tell(&format!("{}: no header to compare with: {names}", spec.path.display()));
    }
    let tree = &spec.compiled.spec;
    let of_file = |a: &Drift, b: &Drift| a.place == b.place && a.path == b.path;
    let mut found = layouts;
    for drifts in compared.drifts.chunk_by(of_file) {
        let Some(place) = drifts.first().and_then(|drift| place(tree, &drift.place)) else { continue };
        match one_field(place, drifts) {
            Some(delimiter) => found.push(delimiter),
            None => found.extend(drifts.iter().filter_map(|drift| told(place, drift))),
        }
    }
    Ok(found)
}

/// A header that is one field because its file has another delimiter than the spec says: one finding for all its columns.
fn one_field(place: &Place, drifts: &[Drift]) -> Option<Diagnostic> {
    let path = &drifts.first().filter(|drift| !drift.members)?.path;
    let mut wanted: Vec<&String> = Vec::new();
    let mut header = None;
    for drift in drifts {
        match &drift.what {
            Difference::Missing { wanted: names, renamed, .. } => {
                wanted.extend(names);
                header = header.or(renamed.as_ref());
            }
            Difference::Undeclared { header: only } if header.is_none() => header = Some(only),
            _ => return None,
        }
    }
    let header = header.filter(|_| !wanted.is_empty())?;
    let known = |delimiter: &char| header.split(*delimiter).filter(|name| wanted.iter().any(|w| w == name)).count();
    let delimiter =
        DELIMITERS.into_iter().filter(|d| header.contains(*d)).max_by_key(known).filter(|d| known(d) > 0)?;
    let shown: String = header.chars().take(200).collect();
    let label = format!("the header of {path} is one field, {shown:?}: is the delimiter of the spec that of the file?");
    let written = if delimiter == '\t' { "\\t".to_owned() } else { delimiter.to_string() };
    let said = place.args.iter().find(|arg| arg.name.as_ref().is_some_and(|name| name.text == "delimiter"));
    let (at, text) = match (said, place.args.first()) {
        (Some(arg), _) => (arg.value.span, format!("\"{written}\"")),
        (None, Some(path)) => {
            (Span { start: path.value.span.end, ..path.value.span }, format!(", delimiter: \"{written}\""))
        }
        (None, None) => return None,
    };
    let found = Diagnostic::new(&MISSING_IN_FILE, place.name.span, label);
    Some(found.fix("say the delimiter of the file", at, text))
}

/// What stands between fields, where it is not what the spec says.
const DELIMITERS: [char; 7] = [';', ',', '\t', '|', ':', '^', '~'];

fn place<'t>(tree: &'t Tree, name: &str) -> Option<&'t Place> {
    tree.items.iter().find_map(|item| match item {
        Item::Place(place) if place.name.text == name => Some(place),
        _ => None,
    })
}

/// The finding; nothing for a member that may be null, since an object may then lack it.
fn told(place: &Place, drift: &Drift) -> Option<Diagnostic> {
    let path = &drift.path;
    let thing = if drift.members { "member" } else { "column" };
    Some(match &drift.what {
        Difference::Missing { column, wanted, renamed } => {
            let declared = place.columns().find(|c| c.name.text == *column);
            if drift.members && renamed.is_none() && declared.is_some_and(|c| c.ty.nullable) {
                return None;
            }
            let span = declared.map_or(place.name.span, |c| c.name.span);
            let listed: Vec<String> = wanted.iter().map(|name| format!("{name:?}")).collect();
            let listed = listed.join(" or ");
            match (renamed, declared) {
                (Some(new), Some(declared)) => {
                    let label = format!("{path} has no {thing} {listed}; it has {new:?}, which nothing declares");
                    let (at, text) = renaming(declared, new, drift.members);
                    Diagnostic::new(&MISSING_IN_FILE, span, label).fix(
                        "say the new header, if it is this column",
                        at,
                        text,
                    )
                }
                _ if drift.members => {
                    Diagnostic::new(&MISSING_IN_FILE, span, format!("{path} has no {thing} {listed}")).help(
                        "say where it stands (`path \"$.a.b\"`), or give it a type with `?` where objects may lack it",
                    )
                }
                _ => Diagnostic::new(&MISSING_IN_FILE, span, format!("{path} has no {thing} {listed}")).help(
                    "say under which header it stands (`from \"HEADER\"`), or `absent null` where a file may lack it",
                ),
            }
        }
        Difference::Undeclared { header } => {
            let label = format!("{path} has a {thing} {header:?} that is neither declared nor ignored");
            let name = as_name(header);
            Diagnostic::new(&UNDECLARED_IN_FILE, place.name.span, label)
                .help(format!("declare it, or write in `{}`: ignore {name} \"why\"", place.name.text))
        }
        Difference::Twice { header } => {
            let label = format!("the header {header:?} stands twice in {path}");
            Diagnostic::new(&UNDECLARED_IN_FILE, place.name.span, label)
                .help("name one of the two differently in the file")
        }
    })
}

/// The edit that reads a column from another header: in place of the first it has, or behind its type.
fn renaming(column: &Column, new: &str, members: bool) -> (Span, String) {
    let quoted =
        format!("\"{}\"", new.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "{{").replace('}', "}}"));
    let (word, quoted) = if members { ("path", quoted.replacen('"', "\"$.", 1)) } else { ("from", quoted) };
    let from = column.attrs.iter().find_map(|attr| match attr {
        Attr::From(names) => names.first(),
        Attr::Path(path) => Some(path),
        _ => None,
    });
    let behind = column.ty.span.end;
    match from {
        Some(old) => (old.span, quoted),
        None => (Span { start: behind, end: behind }, format!(" {word} {quoted}")),
    }
}

/// A header as a name in a spec.
fn as_name(header: &str) -> String {
    let plain = header.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && header.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { header.to_owned() } else { format!("`{header}`") }
}
