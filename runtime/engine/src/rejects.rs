//! A block's rejected records: their lines and their bytes.

use std::borrow::Cow;
use std::ops::Range;

use migc_compiler::interp::Outcome;
use migc_compiler::native::Place;
use migc_compiler::plan::Program;
use migc_ledger::rejects::{Failure, Key, Reject};
use migc_records::{Block, Broken, Cursor, Reader};

use crate::CHUNK;
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
    pub(crate) places: Vec<Place>,
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
    /// Where the last one stood.
    cursor: Cursor,
}

impl<'j> Filer<'j> {
    pub(crate) fn new(filing: &'j Filing, program: &'j Program) -> Filer<'j> {
        Filer { filing, program, chunk: String::new(), chunk_number: None, cursor: Cursor::new() }
    }
    /// Turns to the next block.
    pub(crate) fn begin(&mut self, block: &Block) {
        let number = block.seq / CHUNK;
        if self.chunk_number != Some(number) {
            self.chunk_number = Some(number);
            self.chunk = format!("{}/{number}", self.filing.source);
        }
        self.cursor = Cursor::new();
    }
    /// Files a record that failed criteria of the spec.
    /// Gives the place of its bytes in the block.
    pub(crate) fn failed(
        &mut self,
        block: &Block,
        record: &Located<'_>,
        outcome: &Outcome<'_>,
        out: &mut Vec<u8>,
    ) -> Range<usize> {
        let place = self.cursor.place(block, record.start, record.bytes.len() as u64);
        let filing = self.filing;
        let text = |place: &Place| match place {
            Place::At(place) => record.text(*place, filing.quote).0,
            _ => Cow::Borrowed(""),
        };
        let values: Vec<Cow<'_, str>> = filing.places.iter().map(text).collect();

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
            offset: block.offset + place.start,
            length: place.len,
            line: place.line,
            key,
            code: failures.first().map_or("", |f| f.code),
            failures: &failures,
        }
        .write(out);
        place.start as usize..(place.start + place.len) as usize
    }
    /// Files a record that the file itself broke. Gives the place of its bytes in the block; more than the block holds if
    /// it is overlong.
    pub(crate) fn broken(
        &mut self,
        block: &Block,
        broken: &Broken,
        reader: &Reader,
        out: &mut Vec<u8>,
    ) -> Range<usize> {
        let place = self.cursor.place(block, broken.start, broken.len);
        let bytes = place.start as usize..(place.start + place.len) as usize;
        let fault = reader.told(broken.fault, block.raw().get(bytes.clone()).unwrap_or_default());
        let code = broken_code(fault);
        let reason = fault.to_string();
        let column = broken.member(block);
        let failure = Failure { code, column, value: None, reason: Some(&reason), message: None, at: None };
        Reject {
            run: &self.filing.run,
            chunk: &self.chunk,
            file: &self.filing.file,
            record: block.first_record + u64::from(broken.record),
            offset: block.offset + place.start,
            length: place.len,
            line: place.line,
            key: None,
            code,
            failures: &[failure],
        }
        .write(out);
        bytes
    }
}
