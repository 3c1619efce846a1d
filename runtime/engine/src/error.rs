//! Why a run did not happen or did not finish.

use std::fmt;
use std::path::PathBuf;

use migc_ledger::{Imbalance, PublishError, SinkError};
use migc_records::{Fault, ReadError};

use crate::report::Report;

/// A run that failed, with what there is to say about it if it got as far as counting.
#[derive(Debug)]
pub struct Failed {
    /// Why.
    pub error: Box<RunError>,
    /// What was seen until then; rejects and ledger are published with it.
    pub report: Option<Box<Report>>,
}

impl<E: Into<RunError>> From<E> for Failed {
    fn from(error: E) -> Failed {
        Failed { error: Box::new(error.into()), report: None }
    }
}

/// Why a run failed. `Display` is a sentence that says what to do.
#[derive(Debug)]
pub enum RunError {
    /// A parameter has no value.
    Unset {
        /// The parameters.
        names: Vec<String>,
    },
    /// `--set` names a parameter that the spec does not have.
    UnknownParam {
        /// What was set.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// `--set` gives a parameter a value that is none of its type.
    WrongParam {
        /// The parameter.
        name: String,
        /// What was given.
        text: String,
        /// Its type.
        ty: String,
    },
    /// The run's day is none.
    BadDay {
        /// What was given.
        text: String,
    },
    /// A source or reference cannot be read.
    Read(ReadError),
    /// An output cannot be made or published.
    Publish(PublishError),
    /// An output cannot be written.
    Sink(SinkError),
    /// An output would replace what the run reads.
    Overwrites {
        /// The output.
        path: PathBuf,
        /// The source or reference.
        source: String,
    },
    /// A declared column is not in the header.
    MissingColumns {
        /// The file.
        path: PathBuf,
        /// The source or reference.
        source: String,
        /// The columns that are declared and not there, each with the headers that it may have.
        missing: Vec<(String, Vec<String>)>,
        /// The columns that are there and not declared.
        undeclared: Vec<String>,
        /// What the header has.
        header: Vec<String>,
    },
    /// The header has columns that are not declared.
    UndeclaredColumns {
        /// The file.
        path: PathBuf,
        /// The source or reference.
        source: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// A header that a column is read from stands twice.
    AmbiguousColumn {
        /// The file.
        path: PathBuf,
        /// The header.
        column: String,
    },
    /// No file has a path that the spec describes.
    NoFiles {
        /// The source.
        source: String,
        /// The pattern of paths.
        pattern: String,
    },
    /// The name of a file that fits a pattern is no text.
    NameNotText {
        /// The file.
        path: PathBuf,
    },
    /// Standard input is read by two.
    InputTwice {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// Rejects and ledger have no place of their own beside standard output.
    NoPlace,
    /// A target and the summary are both written to standard output.
    SummaryAndTarget,
    /// A file is not what it was when the run began.
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A target's encoding has no bytes for a character: a mistake of the program, which asks before.
    Unsayable {
        /// The target's file.
        path: PathBuf,
        /// The encoding.
        encoding: &'static str,
        /// The character.
        c: char,
    },
    /// A row of a reference is broken or fails.
    ReferenceRow {
        /// The reference.
        reference: String,
        /// The file.
        path: PathBuf,
        /// The record's number.
        record: u64,
        /// Its line.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
    /// A key of a reference stands twice.
    DuplicateKey {
        /// The reference.
        reference: String,
        /// The first record's file and number.
        first: (PathBuf, u64),
        /// The second's.
        second: (PathBuf, u64),
        /// The key.
        key: String,
    },
    /// Two ways to run a program disagree: a mistake of the program.
    Disagreement {
        /// The source.
        source: String,
        /// The record's number.
        record: u64,
        /// What native code said of it.
        native: String,
        /// What the interpreter said of it.
        interpreter: String,
    },
    /// Positions or bytes of a block do not fit each other: a mistake of the program.
    Internal {
        /// What was found.
        what: String,
    },
    /// A layout cannot be read, migrated or written.
    Layout {
        /// The file.
        path: PathBuf,
        /// What is wrong, as the rest of a sentence.
        why: String,
    },
    /// A sum is off.
    Imbalance(Imbalance),
    /// Workers cannot be started.
    Threads {
        /// What the system said.
        why: String,
    },
    /// The plan wants what this version cannot run.
    NotBuilt {
        /// What.
        what: String,
    },
}

impl RunError {
    /// Whether the command was used wrongly, rather than the run gone wrong.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            RunError::Unset { .. }
                | RunError::UnknownParam { .. }
                | RunError::WrongParam { .. }
                | RunError::BadDay { .. }
                | RunError::InputTwice { .. }
                | RunError::NoPlace
                | RunError::SummaryAndTarget
        )
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Unset { names } => {
                let set: Vec<String> = names.iter().map(|name| format!("--set {name}=…")).collect();
                let what = if names.len() == 1 { "a parameter has" } else { "parameters have" };
                write!(f, "{what} no value and no default; add {}", set.join(" "))
            }
            RunError::WrongParam { name, text, ty } => {
                write!(
                    f,
                    "{text:?} is no {ty}, and the parameter `{name}` is one; write --set {name}=… with a value of its type"
                )
            }
            RunError::UnknownParam { name, known } if known.is_empty() => {
                write!(f, "there is no parameter `{name}`, the spec has none; leave --set out")
            }
            RunError::UnknownParam { name, known } => {
                write!(f, "there is no parameter `{name}`; the spec has {}", known.join(", "))
            }
            RunError::BadDay { text } => write!(f, "--as-of {text} is not a day; write it as 2026-01-31"),
            RunError::Read(error) => error.fmt(f),
            RunError::Publish(error) => error.fmt(f),
            RunError::Sink(error) => error.fmt(f),
            RunError::Overwrites { path, source } => write!(
                f,
                "{} is what `{source}` is read from; write to another path, or rejects to another folder with --rejects",
                path.display()
            ),
            RunError::MissingColumns { path, source, missing, undeclared, header } => {
                missing_columns(f, &path.display().to_string(), source, missing, undeclared, header)
            }
            RunError::UndeclaredColumns { path, source, columns } => {
                let names: Vec<String> = columns.iter().map(|name| as_name(name)).collect();
                write!(
                    f,
                    "{} has columns that `{source}` does not declare: {}. Declare them, or write in it: ignore {} \"why\"",
                    path.display(),
                    listed(columns, ", "),
                    names.join(", ")
                )
            }
            RunError::AmbiguousColumn { path, column } => write!(
                f,
                "the column {column:?} stands twice in the header of {}; name one of them differently",
                path.display()
            ),
            RunError::NoFiles { source, pattern } => write!(
                f,
                "no file is called {pattern}, from which `{source}` is read; check the path, which is taken from the \
                 working directory"
            ),
            RunError::NameNotText { path } => write!(
                f,
                "{} fits the path of a source, and its name is not UTF-8: rename it, or move it away",
                path.display()
            ),
            RunError::InputTwice { first, second } => write!(
                f,
                "standard input can be read once, and `{first}` and `{second}` are both read from it; save it in a file"
            ),
            RunError::NoPlace => write!(
                f,
                "the target is written to standard output, so rejects and ledger have no folder; name one with --rejects"
            ),
            RunError::SummaryAndTarget => write!(
                f,
                "a target is written to standard output, and so is the summary; write the target to a file, or leave --summary out"
            ),
            RunError::Changed { path } => {
                write!(f, "{} changed while it was read; run again when nothing writes to it", path.display())
            }
            RunError::Unsayable { path, encoding, c } => write!(
                f,
                "{} is {encoding}, which has no {c:?}; this should have been a reject and is a mistake in migc, please \
                 report it",
                path.display()
            ),
            RunError::ReferenceRow { reference, path, record, line, why } => write!(
                f,
                "record {record} of {} (line {line}) cannot be used by the reference `{reference}`: {why}. Mend the row, or \
                 say `else` at its column",
                path.display()
            ),
            RunError::DuplicateKey { reference, first, second, key } if first == second => write!(
                f,
                "the range of record {} of {} ends before it begins (key {key}), in the reference `{reference}`; mend the row",
                first.1,
                first.0.display()
            ),
            RunError::DuplicateKey { reference, first: (path, first), second: (other, second), key } => {
                if path == other {
                    write!(f, "records {first} and {second} of {}", path.display())?;
                } else {
                    write!(f, "record {first} of {} and record {second} of {}", path.display(), other.display())?;
                }
                write!(
                    f,
                    " have the same key {key}, or ranges that overlap, in the reference `{reference}`; remove one, or \
                     declare more columns of the key"
                )
            }
            RunError::Disagreement { source, record, native, interpreter } => write!(
                f,
                "native code and the interpreter disagree about record {record} of `{source}`: {native} and {interpreter}. \
                 This is a mistake in migc, please report it; --engine interp runs without native code"
            ),
            RunError::Internal { what } => write!(f, "{what}. This is a mistake in migc, please report it"),
            RunError::Layout { path, why } => write!(f, "{}: {why}", path.display()),
            RunError::Imbalance(error) => error.fmt(f),
            RunError::Threads { why } => write!(f, "workers cannot be started: {why}; try --threads 1"),
            RunError::NotBuilt { what } => write!(f, "{what} is part of the language, and not built yet"),
        }
    }
}

impl std::error::Error for RunError {}

impl From<ReadError> for RunError {
    fn from(error: ReadError) -> RunError {
        RunError::Read(error)
    }
}

impl From<PublishError> for RunError {
    fn from(error: PublishError) -> RunError {
        RunError::Publish(error)
    }
}

impl From<SinkError> for RunError {
    fn from(error: SinkError) -> RunError {
        RunError::Sink(error)
    }
}

impl From<Imbalance> for RunError {
    fn from(error: Imbalance) -> RunError {
        RunError::Imbalance(error)
    }
}

/// The code under which a record that the file broke is rejected.
pub(crate) fn broken_code(fault: Fault) -> &'static str {
    match fault {
        Fault::Fields { .. } => "bad_fields",
        Fault::StrayQuote { .. } | Fault::UnclosedQuote | Fault::AfterClosingQuote { .. } => "bad_quoting",
        Fault::Utf8 { .. } | Fault::Encoding { .. } => "bad_encoding",
        Fault::Length { .. } => "bad_length",
        Fault::Json { .. } => "bad_json",
        Fault::Member { .. } => "bad_members",
        Fault::TooLong => "too_long",
    }
}

/// What a header lacks, and what it has instead.
fn missing_columns(
    f: &mut fmt::Formatter<'_>,
    path: &str,
    source: &str,
    missing: &[(String, Vec<String>)],
    undeclared: &[String],
    header: &[String],
) -> fmt::Result {
    write!(f, "{path} has no column ")?;
    for (at, (column, wanted)) in missing.iter().take(SHOWN).enumerate() {
        let (comma, wanted) = (if at > 0 { ", " } else { "" }, listed(wanted, " or "));
        write!(f, "{comma}{wanted}, from which `{source}` reads `{column}`")?;
    }
    if missing.len() > SHOWN {
        write!(f, ", and {} more", missing.len() - SHOWN)?;
    }
    f.write_str("; ")?;
    if let [all] = header {
        let shown = all.chars().take(200).collect::<String>();
        return write!(f, "its header is one field, {shown:?}: is the delimiter of the spec that of the file?");
    }
    let close = |(column, wanted): &(String, Vec<String>)| {
        let have = header.iter().find(|have| wanted.iter().any(|w| w.trim().eq_ignore_ascii_case(have.trim())))?;
        Some(format!("`{column}: … from {have:?}`"))
    };
    let renamed: Vec<String> = missing.iter().filter_map(close).take(SHOWN).collect();
    let (first, none) = (missing.first().map_or("", |(column, _)| column), undeclared.is_empty());
    match (renamed.is_empty(), none) {
        (false, _) => write!(f, "did you mean {}?", renamed.join(", ")),
        (true, true) => {
            write!(f, "its header has {}. Say which one it is: `{first}: … from \"…\"`", listed(header, ", "))
        }
        (true, false) => write!(
            f,
            "`{source}` does not declare {}. Say which one it is: `{first}: … from \"…\"`",
            listed(undeclared, ", ")
        ),
    }?;
    if !renamed.is_empty() && undeclared.len() > renamed.len() {
        write!(f, " `{source}` does not declare {}", listed(undeclared, ", "))?;
    }
    Ok(())
}

/// Missing columns that are named.
const SHOWN: usize = 12;

fn listed(names: &[String], between: &str) -> String {
    names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(between)
}

/// A header as a name in a spec.
fn as_name(header: &str) -> String {
    let plain = header.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && header.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { header.to_owned() } else { format!("`{header}`") }
}
