//! Which column of a file is which column of the spec.

use std::path::Path;

use migc_compiler::plan::Delimited;
use migc_records::Dialect;

use crate::error::RunError;

/// The columns of an opened file.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    /// How many fields a record has.
    pub(crate) stride: usize,
    /// The place in the file of each declared column.
    pub(crate) physical: Vec<usize>,
    /// The quote.
    pub(crate) quote: Option<u8>,
}

/// How the file is to be read.
pub(crate) fn dialect(format: &Delimited) -> Dialect {
    Dialect { delimiter: format.delimiter, quote: format.quote, header: true }
}

/// Finds the declared columns in a header; every column of it must be declared or ignored.
pub(crate) fn bind(source: &str, path: &Path, format: &Delimited, header: &[String]) -> Result<Binding, RunError> {
    let mut physical = Vec::with_capacity(format.columns.len());
    for column in &format.columns {
        let place = column.headers.iter().find_map(|wanted| header.iter().position(|have| have == wanted));
        let Some(place) = place else {
            return Err(RunError::MissingColumn {
                path: path.to_owned(),
                source: source.to_owned(),
                column: column.name.clone(),
                wanted: column.headers.clone(),
                header: header.to_vec(),
            });
        };
        if header[place + 1..].contains(&header[place]) {
            return Err(RunError::AmbiguousColumn { path: path.to_owned(), column: header[place].clone() });
        }
        physical.push(place);
    }
    let undeclared = |(at, name): &(usize, &String)| !physical.contains(at) && !format.ignored.contains(name);
    let columns: Vec<String> = header.iter().enumerate().filter(undeclared).map(|(_, name)| name.clone()).collect();
    if !columns.is_empty() && !format.ignore_others {
        return Err(RunError::UndeclaredColumns { path: path.to_owned(), source: source.to_owned(), columns });
    }
    Ok(Binding { stride: header.len(), physical, quote: format.quote })
}
