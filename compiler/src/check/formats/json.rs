//! `jsonl`: an object of JSON a line; `json`: a list of objects.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::Attr;

use super::super::{Column, Env, plain_text};
use super::{Format, Given};
use crate::plan::{ColumnPlace, PathStep, RecordLayout, TargetLayout};
use crate::rules;

pub(super) const FORMAT: Format = Format {
    name: "jsonl",
    options: (&["encoding", "null", "skip"], &["encoding"]),
    attributes: &["path"],
    source,
    place,
    target,
    knows_null: true,
};

/// `json`: one list of objects.
pub(super) const LIST: Format =
    Format { name: "json", options: (&["null"], &[]), source: list, target: no_list, ..FORMAT };

fn list<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<RecordLayout> {
    source(env, given).map(|_| RecordLayout::JsonList)
}

fn no_list<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<TargetLayout> {
    let label = "a list of objects as a target is not built yet";
    env.error(
        Diagnostic::new(&migc_grammar::rules::NOT_YET, given.place.format.span, label)
            .help("write an object a line: `jsonl(…)`"),
    );
    None
}

fn source<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<RecordLayout> {
    let mut taken: Vec<(Vec<PathStep>, &Column<'t>)> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for c in given.columns {
        let lit = c.tree.attrs.iter().find_map(|a| if let Attr::Path(l) = a { Some(l) } else { None });
        let Some(path) = path(c) else {
            if let Some(lit) = lit {
                let label = "this is no path of members";
                env.error(
                    Diagnostic::new(&rules::UNKNOWN_OPTION, lit.span, label)
                        .help("write the members from the outermost: `path \"$.address.city\"`; a list is `items: list<{sku: text}> up to 20`"),
                );
            }
            continue;
        };
        // Whether a value is taken whole, or read as a text, it is one value.
        let path: Vec<PathStep> = path.into_iter().filter(|step| *step != PathStep::Whole).collect();
        let other = taken.iter().find(|(known, _)| known.starts_with(&path) || path.starts_with(known));
        // A column whose place is said in the words of another format was told of.
        let said = |c: &Column<'_>| c.tree.attrs.iter().any(|a| matches!(a, Attr::From(_)));
        if let Some((_, other)) =
            other.filter(|(_, o)| !said(o) && !said(c) && !told.contains(&o.tree.name.text.as_str()))
        {
            told.push(&other.tree.name.text);
            let label = format!("`{}` stands at the same member, or inside it", other.tree.name.text);
            let span = lit.map_or(c.tree.name.span, |l| l.span);
            env.error(
                Diagnostic::new(&rules::UNKNOWN_OPTION, span, label)
                    .also(other.tree.name.span, "this column")
                    .help("a member is one column; read the whole as text, or its members"),
            );
        }
        taken.push((path, c));
    }
    Some(RecordLayout::JsonLines)
}

/// The path of a column.
fn path(column: &Column<'_>) -> Option<Vec<PathStep>> {
    let attrs = &column.tree.attrs;
    let element = attrs.iter().find_map(|a| if let Attr::Element(of) = a { Some(of) } else { None });
    let mut path = match attrs.iter().find_map(|a| if let Attr::Path(l) = a { Some(l) } else { None }) {
        Some(lit) => {
            let text = plain_text(lit)?;
            let names: Vec<&str> = text.strip_prefix("$.")?.split('.').collect();
            let plain = names.iter().all(|n| !n.is_empty() && !n.contains(['[', ']', '*']));
            plain.then(|| names.into_iter().map(|n| PathStep::Member(n.to_owned())).collect())?
        }
        None => vec![PathStep::Member(element.map_or(&column.tree.name.text, |of| &of.list).clone())],
    };
    if let Some(of) = element {
        path.push(PathStep::Element(of.number - 1));
        path.extend(of.field.clone().map(PathStep::Member));
    }
    if column.ty.kind == migc_functions::Kind::Json {
        path.push(PathStep::Whole);
    }
    Some(path)
}

fn place(column: &Column<'_>, _: Option<usize>) -> Option<ColumnPlace> {
    path(column).map(ColumnPlace::Path)
}

fn target<'t>(_: &mut Env<'t>, _: &Given<'_, 't>) -> Option<TargetLayout> {
    Some(TargetLayout::JsonLines)
}
