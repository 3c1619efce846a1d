//! What becomes of rows once a block of them is made: the target's encoding, and its compression.

use std::path::Path;

use migc_compiler::plan::{RecordTarget, TargetLayout};
use migc_compiler::row;
use migc_encodings::Encoding;
use migc_records::Compression;

use crate::error::RunError;

/// How the rows of a target end up in its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finish {
    encoding: Encoding,
    compression: Option<Compression>,
}

impl Finish {
    /// For a target at a path.
    pub(crate) fn new(target: &RecordTarget, path: &Path) -> Finish {
        let encoding = migc_encodings::find(&target.encoding).unwrap_or(Encoding::UTF_8);
        Finish { encoding, compression: Compression::of_path(path) }
    }

    /// Whether rows are written as they are made.
    pub(crate) fn is_nothing(&self) -> bool {
        self.encoding.is_utf8() && self.compression.is_none()
    }

    /// What stands before the rows: a byte order mark where the encoding has one, and the names of the columns.
    pub(crate) fn head(&self, target: &RecordTarget, path: &Path) -> Result<Vec<u8>, RunError> {
        let mut names = Vec::new();
        if let TargetLayout::Delimited { delimiter } = target.layout {
            row::header(target.columns.iter().map(|c| c.0.as_str()), delimiter, &mut names);
        }
        let mut bytes = self.encoding.mark().to_vec();
        self.encode(&names, &mut bytes, path)?;
        self.compress(bytes, path)
    }

    /// Brings the rows of a block into their final form.
    pub(crate) fn apply(&self, rows: &mut Vec<u8>, path: &Path) -> Result<(), RunError> {
        if rows.is_empty() || self.is_nothing() {
            return Ok(());
        }
        if self.encoding.is_utf8() {
            *rows = self.compress(std::mem::take(rows), path)?;
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(rows.len());
        self.encode(rows, &mut bytes, path)?;
        *rows = self.compress(bytes, path)?;
        Ok(())
    }

    fn encode(&self, text: &[u8], out: &mut Vec<u8>, path: &Path) -> Result<(), RunError> {
        let text = std::str::from_utf8(text)
            .map_err(|_| RunError::Internal { what: format!("rows of {} are not UTF-8", path.display()) })?;
        self.encoding.encode(text, out).map_err(|c| RunError::Unsayable {
            path: path.to_owned(),
            encoding: self.encoding.name(),
            c,
        })
    }

    fn compress(&self, bytes: Vec<u8>, path: &Path) -> Result<Vec<u8>, RunError> {
        let Some(compression) = self.compression else { return Ok(bytes) };
        let mut out = Vec::with_capacity(bytes.len() / 4 + 64);
        match compression.compress(&bytes, &mut out) {
            Ok(()) => Ok(out),
            Err(error) => Err(RunError::Internal {
                what: format!("{} could not be compressed as {}: {error}", path.display(), compression.name),
            }),
        }
    }
}
