//! What a file is: its layout of records, its encoding, and what stands before the data.

use migc_encodings::Encoding;

use crate::block::Block;
use crate::fixed::Fixed;
use crate::index::Index;
use crate::json::JsonLines;
use crate::{Dialect, Isa, fixed, index, json};

/// What a file is.
#[derive(Clone, Debug)]
pub struct Form {
    /// How records are laid out.
    pub layout: Layout,
    /// How characters are written.
    pub encoding: Encoding,
    /// Physical lines before the header, or before the data where there is no header.
    pub skip: u32,
    /// Lines that begin with this character are no data; of delimited text alone.
    pub comment: Option<u8>,
}

/// How records are laid out in text: one line a format, here and in each function below.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Fields between delimiters.
    Delimited(Dialect),
    /// Columns at fixed places.
    Fixed(Fixed),
    /// An object of JSON a line.
    JsonLines(JsonLines),
    /// One list of objects of JSON; UTF-8 alone.
    JsonList(JsonLines),
}

impl From<Dialect> for Form {
    fn from(dialect: Dialect) -> Form {
        Layout::Delimited(dialect).into()
    }
}

impl From<Layout> for Form {
    fn from(layout: Layout) -> Form {
        Form { layout, encoding: Encoding::UTF_8, skip: 0, comment: None }
    }
}

/// What lines are to whoever only looks for their ends: no quotes, and a delimiter that decides nothing.
const LINES: Dialect = Dialect { delimiter: 0, quote: None, header: false };

impl Layout {
    /// How blocks are cut into records.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Layout::Delimited(dialect) => *dialect,
            Layout::Fixed(_) | Layout::JsonLines(_) | Layout::JsonList(_) => LINES,
        }
    }

    /// The length of records in bytes, where it and not a line end divides them.
    pub(crate) fn record_length(&self) -> Option<usize> {
        match self {
            Layout::Fixed(fixed) => fixed.record_length.map(|n| n as usize),
            Layout::Delimited(_) | Layout::JsonLines(_) | Layout::JsonList(_) => None,
        }
    }

    /// How many columns its records have, where the file does not say it.
    pub(crate) fn columns(&self) -> Option<usize> {
        match self {
            Layout::Delimited(_) => None,
            Layout::Fixed(fixed) => Some(fixed.columns.len()),
            Layout::JsonLines(json) | Layout::JsonList(json) => Some(json.columns),
        }
    }

    /// Finds the fields of a block's records.
    pub(crate) fn index(&self, block: &mut Block, columns: usize, isa: Isa, out: &mut Index) {
        match self {
            Layout::Delimited(dialect) => index::fill(block, columns, *dialect, isa, out),
            Layout::Fixed(fixed) => fixed::fill(fixed, block, out),
            Layout::JsonLines(json) => json::fill(json, block, out),
            Layout::JsonList(json) => json::fill_list(json, block, out),
        }
    }
}
