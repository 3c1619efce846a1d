//! What can go wrong, as data.

use std::{fmt, io};

use crate::library::Format;

/// Why a layout file cannot be read or written.
#[derive(Debug)]
pub enum FormatError {
    /// The bytes could not be had or put.
    Io(io::Error),
    /// The file is not as its format says.
    Bad {
        /// The byte, counted from 0 in the unpacked file, where the record starts.
        offset: u64,
        /// The name of the record.
        record: &'static str,
        /// The cell in which it stands.
        cell: Option<String>,
        /// What is wrong, as a sentence without its full stop.
        what: String,
    },
    /// The library holds something that the format has no room for.
    CannotHold {
        /// The format.
        format: Format,
        /// The cell; `None` is the library itself.
        cell: Option<String>,
        /// What does not fit.
        what: String,
    },
}

impl From<io::Error> for FormatError {
    fn from(e: io::Error) -> FormatError {
        FormatError::Io(e)
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Io(e) => write!(f, "{e}"),
            FormatError::Bad { offset, record, cell: Some(cell), what } => {
                write!(f, "byte {offset}, record {record}, in the cell `{cell}`: {what}")
            }
            FormatError::Bad { offset, record, cell: None, what } => {
                write!(f, "byte {offset}, record {record}: {what}")
            }
            FormatError::CannotHold { format, cell: Some(cell), what } => {
                write!(f, "the cell `{cell}` cannot be written as {format}: {what}")
            }
            FormatError::CannotHold { format, cell: None, what } => {
                write!(f, "the library cannot be written as {format}: {what}")
            }
        }
    }
}

impl std::error::Error for FormatError {}

/// Elements on a number that the source does not declare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undeclared {
    /// The layer.
    pub layer: u32,
    /// The datatype, or texttype of texts.
    pub datatype: u32,
    /// Whether they are texts.
    pub texts: bool,
    /// How many there are.
    pub count: u64,
}

/// Why the default snapping does not serve: cells need more variants than allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapRefused {
    /// The cells that need most variants, with how many; the worst first, at most ten.
    pub cells: Vec<(String, usize)>,
    /// How many cells need more than allowed.
    pub over: usize,
    /// How many variants a cell may have.
    pub budget: u32,
    /// How many cells the source has.
    pub before: usize,
    /// How many cells the result would have.
    pub after: usize,
}

impl fmt::Display for SnapRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worst = self.cells.first().map_or(0, |c| c.1);
        writeln!(
            f,
            "{} cell{} differently from placement to placement, beyond {} a cell:",
            self.over,
            if self.over == 1 { " snaps" } else { "s snap" },
            match self.budget {
                1 => "one variant".to_string(),
                n => format!("{n} variants"),
            }
        )?;
        for (cell, n) in &self.cells {
            writeln!(f, "  `{cell}` needs {n} variants")?;
        }
        if self.over > self.cells.len() {
            let more = self.over - self.cells.len();
            writeln!(f, "  and {more} more cell{}", if more == 1 { "" } else { "s" })?;
        }
        let s = if self.before == 1 { "" } else { "s" };
        writeln!(f, "exact snapping makes {} cell{s} into {}; the choices are", self.before, self.after)?;
        writeln!(f, "  `snap exact`: variants wherever they are needed")?;
        write!(f, "  `snap exact variants <= {worst}`: as many as are needed now, and no more")
    }
}

/// Why a layout cannot be migrated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrateError {
    /// Two cells have one name.
    SameName(String),
    /// Cells place each other in a ring; the ring, each cell placing the next and the last the first.
    Ring(Vec<String>),
    /// A cell places one that is not there.
    MissingCell {
        /// The cell.
        cell: String,
        /// The missing one.
        missing: String,
        /// Where, in source units.
        at: [i32; 2],
    },
    /// Elements on numbers that the source does not declare.
    Undeclared(Vec<Undeclared>),
    /// An instance that cannot be scaled or snapped exactly.
    NotManhattan {
        /// The cell in which it stands.
        cell: String,
        /// The cell that it places.
        placed: String,
        /// Where, in source units.
        at: [i32; 2],
        /// How it is placed.
        how: String,
    },
    /// Something in a cell that is refused.
    Unsupported {
        /// The cell.
        cell: String,
        /// Where, in source units.
        at: [i32; 2],
        /// What it is.
        what: String,
    },
    /// A coordinate leaves 32 bits.
    OutOfRange {
        /// The cell.
        cell: String,
    },
    /// Repetitions and arrays come apart into more parts than any memory holds.
    Parts,
    /// The database unit of the source is no whole number of 10⁻¹⁵ m, so that sizes of texts cannot be scaled exactly.
    Units,
    /// Cells need more variants than allowed.
    Snap(SnapRefused),
    /// The migration's own numbers do not fit together.
    Numbers(String),
    /// The counts do not balance: a mistake of this program.
    Unbalanced(String),
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MigrateError::SameName(n) => write!(f, "two cells are called `{n}`"),
            MigrateError::Ring(ring) => {
                write!(f, "cells place each other in a ring: ")?;
                for cell in ring {
                    write!(f, "`{cell}` → ")?;
                }
                write!(f, "`{}`", ring.first().map_or("", String::as_str))
            }
            MigrateError::MissingCell { cell, missing, at } => {
                write!(
                    f,
                    "the cell `{cell}` places `{missing}` at ({}, {}), and the file has no such cell",
                    at[0], at[1]
                )
            }
            MigrateError::Undeclared(list) => {
                let first = list.first().map_or((0, 0), |u| (u.layer, u.datatype));
                for u in list {
                    let (what, stand) = match (u.texts, u.count) {
                        (true, 1) => ("text", "stands"),
                        (true, _) => ("texts", "stand"),
                        (false, 1) => ("shape", "stands"),
                        (false, _) => ("shapes", "stand"),
                    };
                    let (layer, datatype) = (u.layer, u.datatype);
                    writeln!(f, "{} {what} {stand} on {layer}/{datatype}, which the source does not declare", u.count)?;
                }
                write!(f, "declare them, or leave them out in words: `ignore {}/{} \"why\"`", first.0, first.1)?;
                Ok(())
            }
            MigrateError::NotManhattan { cell, placed, at, how } => write!(
                f,
                "the cell `{cell}` places `{placed}` at ({}, {}) {how}; what lies below cannot be scaled and snapped exactly, so it is refused",
                at[0], at[1]
            ),
            MigrateError::Unsupported { cell, at, what } => {
                write!(f, "the cell `{cell}` has {what} at ({}, {}), which is refused", at[0], at[1])
            }
            MigrateError::OutOfRange { cell } => {
                write!(f, "a coordinate of the cell `{cell}` leaves the 32 bits that it has")
            }
            MigrateError::Parts => write!(
                f,
                "repetitions and arrays whose pitch is not on the target's grid come apart into more than {} parts",
                crate::arrays::MOST
            ),
            MigrateError::Units => {
                write!(
                    f,
                    "the database unit of the source is no whole number of 10⁻¹⁵ m, so sizes of texts cannot be scaled exactly"
                )
            }
            MigrateError::Snap(s) => write!(f, "{s}"),
            MigrateError::Numbers(what) => write!(f, "{what}"),
            MigrateError::Unbalanced(what) => write!(f, "the counts do not balance: {what}"),
        }
    }
}

impl std::error::Error for MigrateError {}
