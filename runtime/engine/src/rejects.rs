//! A block's rejected records: their lines and their bytes.

use std::borrow::Cow;

use migc_compiler::plan::Program;
use migc_ledger::rejects::{Failure, Key, Reject};
use migc_records::{Block, Broken};

use crate::CHUNK;
use crate::code::Outcome;
use crate::error::broken_code;
use crate::located::Located;

/// What all rejects of a map share.
#[derive(Debug)]
pub(crate) struct Filing {
    /// The run.
    pub(crate) run: String,
    /// The source's name.
    pub(crate) source: String,
    /// Its path.
    pub(crate) file: String,
    /// The names of the columns that name a record.
    pub(crate) key: Vec<String>,
    /// Their places in the file.
    pub(crate) places: Vec<usize>,
    /// The quote of the file.
    pub(crate) quote: Option<u8>,
    /// Where each fate stands in the spec, as `LINE:COLUMN`.
    pub(crate) at: Vec<String>,
}

/// Writes the rejects of one block after the other.
pub(crate) struct Filer<'j> {
    filing: &'j Filing,
    program: &'j Program,
    chunk: String,
    chunk_number: Option<u64>,
    /// Offset in the block up to which lines are counted.
    counted: u32,
    line: u64,
}

impl<'j> Filer<'j> {
    pub(crate) fn new(filing: &'j Filing, program: &'j Program) -> Filer<'j> {
        Filer { filing, program, chunk: String::new(), chunk_number: None, counted: 0, line: 0 }
    }
    /// Turns to the next block.
    pub(crate) fn begin(&mut self, block: &Block) {
        let number = block.seq / CHUNK;
        if self.chunk_number != Some(number) {
            self.chunk_number = Some(number);
            self.chunk = format!("{}/{number}", self.filing.source);
        }
        (self.counted, self.line) = (0, block.first_line);
    }
    /// The physical line of an offset; offsets come in order.
    fn line(&mut self, block: &Block, at: u32) -> u64 {
        let between = block.data().get(self.counted as usize..at as usize).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', between).count() as u64;
        self.counted = at;
        self.line
    }
    /// Files a record that failed criteria of the spec.
    pub(crate) fn failed(&mut self, block: &Block, record: &Located<'_>, outcome: &Outcome<'_>, out: &mut Vec<u8>) {
        let line = self.line(block, record.start);
        let filing = self.filing;
        let values: Vec<Cow<'_, str>> = filing.places.iter().map(|p| record.text(*p, filing.quote).0).collect();

        let code = |fate: usize| self.program.fates[fate].code.as_str();
        let failures: Vec<Failure<'_>> = outcome
            .failures
            .iter()
            .map(|f| Failure {
                code: code(f.fate),
                column: f.about.as_deref(),
                value: f.value.as_deref(),
                reason: f.reason.as_deref(),
                message: f.message.as_deref(),
                at: filing.at.get(f.fate).map(String::as_str),
            })
            .collect();
        let key = (!filing.key.is_empty()).then_some(Key { names: &filing.key, values: &values });
        Reject {
            run: &filing.run,
            chunk: &self.chunk,
            file: &filing.file,
            record: block.first_record + u64::from(record.number),
            offset: block.offset + u64::from(record.start),
            length: record.bytes.len() as u64,
            line,
            key,
            code: failures.first().map_or("", |f| f.code),
            failures: &failures,
        }
        .write(out);
    }
    /// Files a record that the file itself broke.
    pub(crate) fn broken(&mut self, block: &Block, broken: &Broken, out: &mut Vec<u8>) {
        let line = self.line(block, broken.start);
        let code = broken_code(broken.fault);
        let reason = broken.fault.to_string();
        let failure = Failure { code, column: None, value: None, reason: Some(&reason), message: None, at: None };
        Reject {
            run: &self.filing.run,
            chunk: &self.chunk,
            file: &self.filing.file,
            record: block.first_record + u64::from(broken.record),
            offset: block.offset + u64::from(broken.start),
            length: broken.len,
            line,
            key: None,
            code,
            failures: &[failure],
        }
        .write(out);
    }
}
