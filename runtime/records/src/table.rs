//! A small file, whole: reference lists, samples.

use std::path::Path;

use crate::reader::text_of;
use crate::{Block, Dialect, Fault, Index, ReadError, Reader};

/// A small file in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns; empty if the dialect has no header.
    pub header: Vec<String>,
    /// The good records' fields, unquoted.
    pub rows: Vec<Vec<String>>,
    /// The broken records.
    pub broken: Vec<BrokenRow>,
}

/// A broken record of a [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenRow {
    /// Its number, from 1, broken ones counted.
    pub record: u64,
    /// Physical line it starts on, from 1.
    pub line: u64,
    /// How it is broken.
    pub fault: Fault,
}

impl Table {
    /// Reads a whole file.
    pub fn load(path: &Path, dialect: Dialect) -> Result<Table, ReadError> {
        let reader = Reader::open(path, dialect, 1 << 20, 8 << 20)?;
        let mut table = Table { header: reader.header().to_vec(), ..Table::default() };
        let (mut block, mut index) = (Block::new(), Index::new());
        while reader.next(&mut block)? {
            reader.index(&mut block, &mut index);
            for run in &index.runs {
                for record in index.records(run, &block) {
                    let field = |bytes| String::from_utf8_lossy(&text_of(bytes, dialect)).into_owned();
                    table.rows.push(record.fields().map(field).collect());
                }
            }
            for broken in &index.broken {
                let record = block.first_record + u64::from(broken.record);
                table.broken.push(BrokenRow { record, line: block.line_at(broken.start), fault: broken.fault });
            }
        }
        Ok(table)
    }
}
