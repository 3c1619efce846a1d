//! Which column of a file is which column of the spec.

use std::path::Path;

use migc_compiler::native::{Items, Place};
use migc_compiler::plan::{ColumnPlace, RecordFile, RecordLayout};
use migc_records::{Dialect, Fixed, FixedColumn, Form, JsonLines, Layout, Member, Reader};

use crate::error::RunError;
use crate::{BLOCK, LONGEST_RECORD};

/// The columns of an opened file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Binding {
    /// How many positions a record has.
    pub(crate) stride: usize,
    /// Whether a field has two positions, its start and its end.
    pub(crate) spans: bool,
    /// The place in the file of each declared column, and behind them of what is known of the file.
    pub(crate) physical: Vec<Place>,
    /// The quote.
    pub(crate) quote: Option<u8>,
}

impl Binding {
    /// What native code is told of it.
    pub(crate) fn items(&self) -> Items {
        let Binding { stride, spans, physical, quote } = self.clone();
        Items::Fields { stride, spans, physical, quote }
    }
}

/// How a file is to be read: one line a format.
fn form(file: &RecordFile) -> Form {
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
                    json.add(path);
                }
            }
            for name in &file.ignored {
                json.members.add(std::slice::from_ref(name), Member::Ignored);
            }
            json.members.others = file.ignore_others;
            if file.layout == RecordLayout::JsonList { Layout::JsonList(json) } else { Layout::JsonLines(json) }
        }
    };
    let encoding = migc_encodings::find(&file.encoding).unwrap_or(migc_encodings::Encoding::UTF_8);
    Form { layout, encoding, skip: file.skip, comment: file.comment }
}

/// Opens a file and finds the declared columns in it.
pub(crate) fn open(name: &str, path: &Path, shown: &str, file: &RecordFile) -> Result<(Reader, Binding), RunError> {
    let mut reader = Reader::open(path, form(file), BLOCK, LONGEST_RECORD)?;
    let columns = file.columns.len();
    // Behind the columns: the path, the parts of the path, and the number of the record.
    let behind = (0..=file.parts.len()).map(Place::File).chain([Place::Number]);
    let (stride, spans, physical, quote) = match &file.layout {
        RecordLayout::Delimited { quote, header: true, .. } => {
            let physical = by_header(name, shown, file, reader.header())?;
            (reader.columns(), false, physical, *quote)
        }
        RecordLayout::Delimited { quote, header: false, .. } => {
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
            (reader.columns(), false, file.columns.iter().map(order).collect(), *quote)
        }
        RecordLayout::Fixed { .. } => (2 * columns, true, (0..columns).map(Place::At).collect(), None),
        // An empty text stands in quotes, so that it is not taken for null.
        RecordLayout::JsonLines | RecordLayout::JsonList => {
            (2 * columns, true, (0..columns).map(Place::At).collect(), Some(b'"'))
        }
    };
    let physical = physical.into_iter().chain(behind).collect();
    Ok((reader, Binding { stride, spans, physical, quote }))
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
