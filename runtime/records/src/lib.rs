//! Files of records, read in blocks of whole records and indexed field by field: delimited, of fixed width, JSON lines; in
//! any encoding, compressed or not.
//!
//! A [`Reader`] hands out [`Block`]s to any number of workers; a block ends at a record's end, and its offset, line
//! and record number are exact. A worker then calls [`Reader::index`] for the place of every delimiter, with the
//! records that are broken (wrong number of fields, bad quoting, bad encoding) set apart, so that those after them
//! survive. [`Table`] reads a small file at once.
//!
//! # What a record is
//!
//! A field that starts with a quote ends with a quote before a delimiter, a line end or the end of the file; two
//! quotes inside it stand for one. Line ends are `\n`, with one `\r` before it belonging to it; a lone `\r` at the
//! very end of the file is a torn line end and counts as one. A quote anywhere else breaks the record. A record that
//! is broken by its quotes is its first physical line alone, and reading goes on with the next line: one stray quote
//! costs the lines it stands in, never the rest of the file.
//!
//! # Invariants
//!
//! - Every byte of the file is in the header, in one record (its line end included) or in one blank line.
//! - Blocks, records, lines and faults do not depend on the block size, on the number of workers, nor on the
//!   processor's instruction set.
//! - Memory is bounded by the block size, and by `max_record` while a long record passes.
//! - Unsafe code lives in `simd` alone.
#![deny(unsafe_code)]

mod block;
mod compression;
mod cursor;
mod cut;
mod dialect;
mod error;
mod field;
mod fixed;
mod form;
mod index;
mod input;
mod json;
mod machine;
mod reader;
#[allow(unsafe_code)]
mod simd;
mod table;
mod utf8;

pub use block::{Block, FRONT, TAIL};
pub use compression::Compression;
pub use cursor::{Cursor, Place};
pub use dialect::Dialect;
pub use error::{DialectFault, ReadError};
pub use field::{trim_line_end, unquote};
pub use fixed::{Fixed, FixedColumn};
pub use form::{Form, Layout};
pub use index::{Broken, Index, Record, Run, Shape};
pub use json::{JsonLines, Member, Members, Step};
pub use machine::Fault;
pub use reader::Reader;
pub use simd::Isa;
pub use table::{BrokenRow, Table};
