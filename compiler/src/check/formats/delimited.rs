//! `csv`: fields between delimiters.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{Attr, Role};

use super::super::{Column, Env, plain_text};
use super::{Format, Given};
use crate::plan::{ColumnPlace, RecordLayout, TargetLayout};
use crate::rules;

pub(super) const FORMAT: Format = Format {
    name: "csv",
    options: (
        &["delimiter", "quote", "encoding", "decimal", "null", "names", "skip", "comment"],
        &["delimiter", "encoding", "decimal"],
    ),
    attributes: &["from", "absent null"],
    source,
    place,
    target,
    knows_null: false,
};

fn delimiter(env: &mut Env<'_>, given: &Given<'_, '_>) -> u8 {
    let delimiter = given.options.delimiter.map_or(b',', |d| d.0);
    if Some(delimiter) == given.options.quote {
        let label = "the delimiter and the quote are the same character";
        env.error(Diagnostic::new(&rules::UNKNOWN_OPTION, given.place.format.span, label));
    }
    delimiter
}

fn source<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<RecordLayout> {
    let delimiter = delimiter(env, given);
    for c in given.columns {
        let absent = c.tree.attrs.iter().find_map(|a| if let Attr::Absent(s) = a { Some(*s) } else { None });
        if let Some(span) = absent.filter(|_| !c.ty.nullable) {
            let label = "a column that a file may lack is null there";
            env.error(
                Diagnostic::new(&rules::NULL_INTO_REQUIRED, span, label)
                    .also(c.tree.ty.span, "this type has no null")
                    .help("allow null with `?` behind the type"),
            );
        }
        let from = c.tree.attrs.iter().find_map(|a| if let Attr::From(l) = a { l.first() } else { None });
        if let Some(lit) = from.filter(|_| !given.options.header) {
            let label = "a file without a header has its columns in the order of their declaration";
            env.error(Diagnostic::new(&rules::MISPLACED, lit.span, label));
        }
    }
    Some(RecordLayout::Delimited { delimiter, quote: given.options.quote, header: given.options.header })
}

fn place(column: &Column<'_>, nth: Option<usize>) -> Option<ColumnPlace> {
    if let Some(nth) = nth {
        return Some(ColumnPlace::Order(nth));
    }
    let headers = column.tree.attrs.iter().find_map(|a| if let Attr::From(h) = a { Some(h) } else { None });
    Some(ColumnPlace::Headers(match headers {
        Some(headers) => headers.iter().filter_map(plain_text).collect(),
        None => vec![column.tree.name.text.clone()],
    }))
}

fn target<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<TargetLayout> {
    let delimiter = delimiter(env, given);
    let in_values = delimiter.is_ascii_alphanumeric() || b"+-._\"".contains(&delimiter);
    if let (Role::Target, true, Some((_, span))) = (given.place.role, in_values, given.options.delimiter) {
        let label = "this character stands inside numbers, days or words, so fields could not be told apart";
        env.error(Diagnostic::new(&rules::UNKNOWN_OPTION, span, label));
    }
    Some(TargetLayout::Delimited { delimiter })
}
