//! What the headers of a plan's files have and the spec does not say, and the other way round, without running.

use std::collections::{BTreeMap, BTreeSet};

use migc_compiler::plan::{
    ColumnPlace, PathStep, Plan, RecordFile, RecordLayout, SourceColumn, SourceFormat, Template, TemplatePart,
};
use migc_records::{Block, Index, Layout, Member, Members};
use serde_json::{Map, Value};

use crate::error::RunError;
use crate::files::{Input, SourceFile};
use crate::{binding, params};

/// A difference between a file's header, or its members, and what the spec says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The source or reference.
    pub place: String,
    /// The file, as its path is shown.
    pub path: String,
    /// Whether the file has members of objects, of which the first [`SAMPLE`] were read, and not a header.
    pub members: bool,
    /// What differs.
    pub what: Difference,
}

/// Objects of a file of JSON that are looked at.
pub const SAMPLE: usize = 1_000;

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

/// Compares the header of every delimited file of the plan, and the members of the first objects of every file of JSON, with
/// its columns. Nothing is run and nothing written; standard
/// input is not read.
///
/// # Errors
/// If a parameter has no value, or a file cannot be opened.
pub fn compare(plan: &Plan, set: &BTreeMap<String, String>) -> Result<Comparison, RunError> {
    let values = params::resolve(plan, set)?;
    let mut input = Input::default();
    let mut out = Comparison::default();
    // Layouts have no header: they are compared by themselves.
    let sources = plan.sources.iter().filter_map(|source| match &source.format {
        SourceFormat::Records(file) => Some((&source.name, &source.path, Some(file))),
        SourceFormat::Layout(_) => None,
    });
    let references =
        plan.references.iter().map(|reference| (&reference.name, &reference.path, Some(&reference.format)));
    for (name, path, file) in sources.chain(references) {
        let Some(file) = file.filter(|file| is_named(file)).filter(|_| !is_standard_input(path, &values)) else {
            out.without.push(name.clone());
            continue;
        };
        for found in input.files(name, path, &values)? {
            let members = !matches!(file.layout, RecordLayout::Delimited { .. });
            let differences = if members {
                let sample = sample(name, &found, file)?;
                if sample.is_empty() { Vec::new() } else { of_members(file, &sample) }
            } else {
                of_header(file, &binding::header(&found.path, file)?)
            };
            out.read += 1;
            let drift = |what| Drift { place: name.clone(), path: found.shown.clone(), members, what };
            out.drifts.extend(differences.into_iter().map(drift));
        }
    }
    Ok(out)
}

/// Whether what stands in the file has names there.
fn is_named(file: &RecordFile) -> bool {
    match file.layout {
        RecordLayout::Delimited { header, .. } => header,
        RecordLayout::JsonLines | RecordLayout::JsonList => true,
        RecordLayout::Fixed { .. } => false,
    }
}

/// The first objects of a file, broken ones among them as far as they are objects.
fn sample(name: &str, found: &SourceFile, file: &RecordFile) -> Result<Vec<Map<String, Value>>, RunError> {
    let (reader, _) = binding::open(name, &found.path, &found.shown, file)?;
    let (mut block, mut index) = (Block::new(), Index::new());
    let mut out = Vec::new();
    if !reader.next(&mut block)? {
        return Ok(out);
    }
    reader.index(&mut block, &mut index);
    let mut add = |bytes: &[u8]| {
        if let (true, Ok(Value::Object(object))) = (out.len() < SAMPLE, serde_json::from_slice(bytes)) {
            out.push(object);
        }
    };
    for run in &index.runs {
        for item in 0..run.records {
            if let Some((start, end)) = index.extent(&block, run, item) {
                add(block.piece(start, end));
            }
        }
    }
    index.broken.iter().for_each(|broken| add(broken.bytes(&block)));
    Ok(out)
}

/// A member is missing if no object has it, and undeclared if one has it and the spec does not name it.
fn of_members(file: &RecordFile, sample: &[Map<String, Value>]) -> Vec<Difference> {
    let mut undeclared = BTreeSet::new();
    if let Layout::JsonLines(json) | Layout::JsonList(json) = binding::form(file).layout {
        sample.iter().for_each(|object| unknown(&json.members, object, "", &mut undeclared));
    }
    let mut missing = Vec::new();
    for column in &file.columns {
        let ColumnPlace::Path(path) = &column.place else { continue };
        let has = |object: &Map<String, Value>| {
            let [PathStep::Member(first), inner @ ..] = path.as_slice() else { return false };
            let step = |value, step: &PathStep| match step {
                PathStep::Member(name) => Value::get(value, name),
                PathStep::Element(at) => Value::get(value, at),
                PathStep::Whole => Some(value),
            };
            object.get(first).and_then(|value| inner.iter().try_fold(value, step)).is_some()
        };
        // Lists are as long as they are.
        if !column.absent && !sample.iter().any(has) {
            missing.push((
                column,
                vec![PathStep::shown(path)],
                path.iter().filter(|step| **step != PathStep::Whole).count() == 1,
            ));
        }
    }
    paired(missing, undeclared.iter().collect(), file.ignore_others)
}

/// The members of an object that are neither declared nor ignored, by their paths.
fn unknown(members: &Members, object: &Map<String, Value>, path: &str, out: &mut BTreeSet<String>) {
    for (name, value) in object {
        let full = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        match members.names.iter().find(|(known, _)| known == name) {
            Some((_, member)) => unknown_in(member, value, &full, out),
            None if members.others => {}
            None => drop(out.insert(full)),
        }
    }
}

fn unknown_in(member: &Member, value: &Value, path: &str, out: &mut BTreeSet<String>) {
    match (member, value) {
        (Member::Object(members), Value::Object(object)) => unknown(members, object, path, out),
        (Member::List(elements), Value::Array(values)) => {
            elements.iter().zip(values).for_each(|(element, value)| unknown_in(element, value, path, out));
        }
        _ => {}
    }
}

fn is_standard_input(path: &Template, values: &[String]) -> bool {
    !path.0.iter().any(|part| matches!(part, TemplatePart::Glob(_))) && params::path(path, values).as_os_str() == "-"
}

fn of_header(file: &RecordFile, header: &[String]) -> Vec<Difference> {
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
            None => missing.push((column, names.clone(), true)),
        }
    }
    let undeclared = header.iter().filter(|have| !taken.contains(have)).collect();
    out.extend(paired(missing, undeclared, file.ignore_others));
    out
}

/// What is missing, each with the undeclared name that it probably has now, where it can be renamed; and what is left.
fn paired(
    missing: Vec<(&SourceColumn, Vec<String>, bool)>,
    mut undeclared: Vec<&String>,
    ignore_others: bool,
) -> Vec<Difference> {
    let mut out = Vec::new();
    let alone = missing.len() == 1 && undeclared.len() == 1;
    for (column, wanted, renamable) in missing {
        let close = |have: &&String| wanted.iter().any(|name| likeness(name, have));
        let at = undeclared.iter().position(close).or(alone.then_some(0)).filter(|_| renamable);
        let renamed = at.map(|at| undeclared.remove(at).clone());
        out.push(Difference::Missing { column: column.name.clone(), wanted, renamed });
    }
    if !ignore_others {
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
