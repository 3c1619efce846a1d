//! Which column of a file is which column of the spec.

use std::path::Path;

use migc_compiler::native::{Fields, Place};
use migc_compiler::plan::{ColumnPlace, PathStep, RecordFile, RecordLayout};
use migc_records::{Dialect, Fixed, FixedColumn, Form, JsonLines, Layout, Member, Reader, Step};

use crate::error::RunError;
use crate::{BLOCK, LONGEST_RECORD};

/// How a file is to be read: one line a format.
pub(crate) fn form(file: &RecordFile) -> Form {
    let layout = match &file.layout {
        RecordLayout::Delimited { delimiter, quote, header } => {
            Layout::Delimited(Dialect { delimiter: *delimiter, quote: *quote, header: *header })
        }
        RecordLayout::Fixed { width, record_length } => {
            let column = |place: &ColumnPlace| match place {
                ColumnPlace::Characters { first, end, both } => {
                    Some(FixedColumn { first: *first, end: *end, both: *both })
                }
                _ => None,
            };
            let columns = file.columns.iter().filter_map(|c| column(&c.place)).collect();
            let longer = file.ignore_others;
            Layout::Fixed(Fixed { columns, width: *width, longer, record_length: *record_length })
        }
        RecordLayout::JsonLines | RecordLayout::JsonList => {
            let mut json = JsonLines::default();
            for column in &file.columns {
                if let ColumnPlace::Path(path) = &column.place {
                    let step = |step: &PathStep| match step {
                        PathStep::Member(name) => Some(Step::Member(name.clone())),
                        PathStep::Element(at) => Some(Step::Element(*at)),
                        PathStep::Whole => None,
                    };
                    let steps: Vec<Step> = path.iter().filter_map(step).collect();
                    if path.last() == Some(&PathStep::Whole) {
                        json.add_json(&steps)
                    } else {
                        json.add(&steps)
                    };
                }
            }
            for name in &file.ignored {
                // A member of an object that a path leads through, or one whose name has a point in it.
                let path: Vec<Step> = name.split('.').map(|name| Step::Member(name.to_owned())).collect();
                let inner = json.members.names.iter().any(|(known, _)| name.starts_with(&format!("{known}.")));
                let whole = [Step::Member(name.clone())];
                json.members.add(if inner { &path } else { &whole }, Member::Ignored);
            }
            if file.ignore_others {
                json.allow_others();
            }
            if file.layout == RecordLayout::JsonList { Layout::JsonList(json) } else { Layout::JsonLines(json) }
        }
    };
    let encoding = migc_encodings::find(&file.encoding).unwrap_or(migc_encodings::Encoding::UTF_8);
    Form { layout, encoding, skip: file.skip, comment: file.comment }
}

/// Opens a file and finds the declared columns in it.
pub(crate) fn open(name: &str, path: &Path, shown: &str, file: &RecordFile) -> Result<(Reader, Fields), RunError> {
    let mut reader = Reader::open(path, form(file), BLOCK, LONGEST_RECORD)?;
    let columns = file.columns.len();
    let (fields, physical) = match &file.layout {
        RecordLayout::Delimited { header: true, .. } => {
            (reader.columns(), by_header(name, shown, file, reader.header())?)
        }
        RecordLayout::Delimited { header: false, .. } => {
            let declared = columns + file.ignored.len();
            if file.ignore_others && reader.columns() > declared {
                // More fields than are declared may stand behind those that are.
            } else {
                reader.expect_columns(declared);
            }
            let order = |c: &migc_compiler::plan::SourceColumn| match c.place {
                ColumnPlace::Order(nth) => Place::At(nth),
                _ => Place::Absent,
            };
            (reader.columns(), file.columns.iter().map(order).collect())
        }
        RecordLayout::Fixed { .. } | RecordLayout::JsonLines | RecordLayout::JsonList => {
            (columns, (0..columns).map(Place::At).collect())
        }
    };
    Ok((reader, Fields::of(file, fields, physical)))
}

/// The names in the header of a delimited file.
pub(crate) fn header(path: &Path, file: &RecordFile) -> Result<Vec<String>, RunError> {
    Ok(Reader::open(path, form(file), BLOCK, LONGEST_RECORD)?.header().to_vec())
}

/// Finds the declared columns in a header; every column of it must be declared or ignored. All that differs is told at once.
fn by_header(source: &str, path: &str, file: &RecordFile, header: &[String]) -> Result<Vec<Place>, RunError> {
    let mut physical = Vec::with_capacity(file.columns.len());
    let mut missing: Vec<(String, Vec<String>)> = Vec::new();
    for column in &file.columns {
        let ColumnPlace::Headers(names) = &column.place else { continue };
        let place = names.iter().find_map(|wanted| header.iter().position(|have| have == wanted));
        let Some(place) = place else {
            if !column.absent {
                missing.push((column.name.clone(), names.clone()));
            }
            physical.push(Place::Absent);
            continue;
        };
        if header[place + 1..].contains(&header[place]) {
            return Err(RunError::AmbiguousColumn { path: path.into(), column: header[place].clone() });
        }
        physical.push(Place::At(place));
    }
    let undeclared =
        |(at, name): &(usize, &String)| !physical.contains(&Place::At(*at)) && !file.ignored.contains(name);
    let mut columns: Vec<String> = header.iter().enumerate().filter(undeclared).map(|(_, name)| name.clone()).collect();
    if file.ignore_others {
        columns.clear();
    }
    if !missing.is_empty() {
        return Err(RunError::MissingColumns {
            path: path.into(),
            source: source.to_owned(),
            missing,
            undeclared: columns,
            header: header.to_vec(),
        });
    }
    if !columns.is_empty() {
        return Err(RunError::UndeclaredColumns { path: path.into(), source: source.to_owned(), columns });
    }
    Ok(physical)
}
