//! What the headers of a plan's files have and the spec does not say, and the other way round, without running.

use std::collections::BTreeMap;

use migc_compiler::plan::{ColumnPlace, Plan, RecordFile, RecordLayout, SourceFormat, Template, TemplatePart};

use crate::error::RunError;
use crate::files::Input;
use crate::{binding, params};

/// A difference between a file's header and what the spec says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The source or reference.
    pub place: String,
    /// The file, as its path is shown.
    pub path: String,
    /// What differs.
    pub what: Difference,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A declared column is not in the header.
    Missing {
        /// The column, by its name in the spec.
        column: String,
        /// The headers that it is read from.
        wanted: Vec<String>,
        /// The header that it probably has now: one that nothing declares.
        renamed: Option<String>,
    },
    /// The header has a column that is neither declared nor ignored.
    Undeclared {
        /// Its header.
        header: String,
    },
    /// A header that a column is read from stands twice.
    Twice {
        /// The header.
        header: String,
    },
}

/// What was compared.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// The differences, in the order of sources, references and files.
    pub drifts: Vec<Drift>,
    /// Headers that were read.
    pub read: usize,
    /// Sources and references that have no header to compare, by name.
    pub without: Vec<String>,
}

/// Compares the headers of every delimited file of the plan with its columns. Nothing is run and nothing written; standard
/// input is not read.
///
/// # Errors
/// If a parameter has no value, or a file cannot be opened.
pub fn compare(plan: &Plan, set: &BTreeMap<String, String>) -> Result<Comparison, RunError> {
    let values = params::resolve(plan, set)?;
    let mut input = Input::default();
    let mut out = Comparison::default();
    let sources = plan.sources.iter().map(|source| {
        let file = match &source.format {
            SourceFormat::Records(file) => Some(file),
            SourceFormat::Gds(_) => None,
        };
        (&source.name, &source.path, file)
    });
    let references =
        plan.references.iter().map(|reference| (&reference.name, &reference.path, Some(&reference.format)));
    for (name, path, file) in sources.chain(references) {
        let headed = |file: &&RecordFile| matches!(file.layout, RecordLayout::Delimited { header: true, .. });
        let Some(file) = file.filter(headed).filter(|_| !is_standard_input(path, &values)) else {
            out.without.push(name.clone());
            continue;
        };
        for found in input.files(name, path, &values)? {
            let header = binding::header(&found.path, file)?;
            out.read += 1;
            let drift = |what| Drift { place: name.clone(), path: found.shown.clone(), what };
            out.drifts.extend(differences(file, &header).into_iter().map(drift));
        }
    }
    Ok(out)
}

fn is_standard_input(path: &Template, values: &[String]) -> bool {
    !path.0.iter().any(|part| matches!(part, TemplatePart::Glob(_))) && params::path(path, values).as_os_str() == "-"
}

fn differences(file: &RecordFile, header: &[String]) -> Vec<Difference> {
    let mut out = Vec::new();
    let mut taken: Vec<&String> = file.ignored.iter().collect();
    let mut missing = Vec::new();
    for column in &file.columns {
        let ColumnPlace::Headers(names) = &column.place else { continue };
        match names.iter().find(|name| header.contains(name)) {
            Some(name) => {
                if header.iter().filter(|have| have == &name).count() > 1 {
                    out.push(Difference::Twice { header: name.clone() });
                }
                taken.push(name);
            }
            None if column.absent => {}
            None => missing.push((column, names)),
        }
    }
    let mut undeclared: Vec<&String> = header.iter().filter(|have| !taken.contains(have)).collect();
    let alone = missing.len() == 1 && undeclared.len() == 1;
    for (column, names) in missing {
        let close = |have: &&String| names.iter().any(|name| likeness(name, have));
        let at = undeclared.iter().position(|have| close(have)).or(alone.then_some(0));
        let renamed = at.map(|at| undeclared.remove(at).clone());
        out.push(Difference::Missing { column: column.name.clone(), wanted: names.clone(), renamed });
    }
    if !file.ignore_others {
        out.extend(undeclared.into_iter().map(|header| Difference::Undeclared { header: header.clone() }));
    }
    out
}

/// Whether two headers differ in case, blanks and marks alone, or by one letter of at least four.
fn likeness(a: &str, b: &str) -> bool {
    let plain = |text: &str| -> Vec<char> { text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect() };
    let (a, b) = (plain(a), plain(b));
    if a.is_empty() || b.is_empty() || a.len().min(b.len()) < 4 || a.len().abs_diff(b.len()) > 1 {
        return a == b && !a.is_empty();
    }
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    front + back + 1 >= a.len().max(b.len())
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn headers_are_alike_in_all_but_case_marks_and_one_letter() {
        for (a, b) in [("CUST_NO", "Cust No"), ("amount", "amounts"), ("qty", "QTY"), ("segment", "sagment")] {
            assert!(likeness(a, b), "{a} {b}");
        }
        for (a, b) in [("a", "b"), ("no", "note"), ("amount", "account"), ("", "")] {
            assert!(!likeness(a, b), "{a} {b}");
        }
    }
}
