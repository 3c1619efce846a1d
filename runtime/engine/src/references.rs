//! References: read whole, through the same reader and the same programs as sources.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use migc_abi::lookup::LookupTable;
use migc_compiler::interp::Interpreter;
use migc_compiler::native::Fields;
use migc_compiler::plan::{Codes, Reference};
use migc_compiler::reference::{self, Row};
use migc_functions::Value;
use migc_records::{Block, Index, Reader};
use rayon::ThreadPool;

use crate::binding;
use crate::error::RunError;
use crate::files::SourceFile;
use crate::located::Located;

/// The rows of one block, with the number of the first.
type Rows = (u64, Vec<Row>);

/// Reads a reference into memory. A row that is broken or that fails stops the run, and so does a key that stands twice,
/// unless the reference takes the consensus of a key's rows.
pub(crate) fn load(
    reference: &Reference,
    files: &[SourceFile],
    codes: &[Codes],
    pool: &ThreadPool,
) -> Result<LookupTable, RunError> {
    let program = Interpreter::new(&reference.program, codes);
    let mut rows: Vec<Row> = Vec::new();
    // Each file with the number of rows before it.
    let mut before: Vec<(&SourceFile, usize)> = Vec::new();
    for file in files {
        let (reader, binding) = binding::open(&reference.name, &file.path, &file.shown, &reference.format)?;
        let found: Mutex<Vec<Rows>> = Mutex::new(Vec::new());
        let shown = Path::new(&file.shown);
        let results = pool.broadcast(|_| read(reference, shown, &reader, &binding, &program, &found));
        // The first row of the file that is wrong, whichever worker saw it.
        let record = |error: &RunError| if let RunError::ReferenceRow { record, .. } = error { *record } else { 0 };
        if let Some(error) = results.into_iter().filter_map(Result::err).min_by_key(record) {
            return Err(error);
        }
        let mut blocks = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        blocks.sort_unstable_by_key(|(first, _)| *first);
        before.push((file, rows.len()));
        rows.extend(blocks.into_iter().flat_map(|(_, rows)| rows));
    }
    let table = reference::table(reference, &mut rows).map_err(|twice| RunError::DuplicateKey {
        reference: reference.name.clone(),
        first: place(&before, twice.first),
        second: place(&before, twice.second),
        key: shown_key(reference, &rows[twice.second]),
    });
    // To free many small values takes its time, for which nobody needs to wait.
    pool.spawn(move || drop(rows));
    table
}

/// The file of a row, and its number there.
fn place(before: &[(&SourceFile, usize)], row: usize) -> (PathBuf, u64) {
    let file = before.iter().rfind(|(_, rows)| *rows <= row);
    file.map_or_else(Default::default, |(file, rows)| (PathBuf::from(&file.shown), (row - rows) as u64 + 1))
}

fn read(
    reference: &Reference,
    path: &Path,
    reader: &Reader,
    binding: &Fields,
    program: &Interpreter,
    found: &Mutex<Vec<Rows>>,
) -> Result<(), RunError> {
    let (mut block, mut index) = (Block::new(), Index::new());
    let columns = reference.format.columns.len();
    let inputs_of = &reference.program.inputs;
    while reader.next(&mut block)? {
        reader.index(&mut block, &mut index);
        let wrong = |record: u32, at: u32, why: String| RunError::ReferenceRow {
            reference: reference.name.clone(),
            path: path.to_owned(),
            record: block.first_record + u64::from(record),
            line: block.line_at(at),
            why,
        };
        let broken = index.broken.first();
        let mut rows = Vec::new();
        let mut inputs = Vec::new();
        for run in &index.runs {
            for item in 0..run.records {
                let Some(record) = Located::new(&block, &index, run, item) else { break };
                if broken.is_some_and(|b| b.record < record.number) {
                    break;
                }
                record.inputs(inputs_of, binding, &[], program, &mut inputs);
                let outcome = program.run(&inputs, &[]);
                if let Some(fate) = outcome.taken() {
                    let failure = outcome.failures.first();
                    let code = reference.program.fates.get(fate).map_or("failed", |f| f.code.as_str());
                    let why = match failure.map(|f| (&f.about, &f.value, &f.reason, &f.message)) {
                        Some((.., Some(message))) => message.clone(),
                        Some((Some(about), Some(value), Some(reason), _)) => format!("{about} {value:?} {reason}"),
                        Some((about, _, reason, _)) => {
                            let parts = [about, reason].into_iter().flatten();
                            parts.map(String::as_str).collect::<Vec<_>>().join(" ")
                        }
                        None => code.to_owned(),
                    };
                    return Err(wrong(record.number, record.start, why));
                }
                let row: Row = outcome.slots.into_iter().take(columns).map(Value::into_static).collect();
                rows.push(row);
            }
        }
        if let Some(broken) = broken {
            let fault = reader.told(broken.fault, broken.bytes(&block)).to_string();
            let why = broken.member(&block).map_or(fault.clone(), |member| format!("{member:?} is {fault}"));
            return Err(wrong(broken.record, broken.start, why));
        }
        found.lock().unwrap_or_else(PoisonError::into_inner).push((block.first_record, rows));
    }
    Ok(())
}

fn shown_key(reference: &Reference, row: &Row) -> String {
    let shown = |at: &usize| {
        let kind = reference.program.slots.get(*at).map(|slot| &slot.info.ty.kind);
        row.get(*at).zip(kind).map_or(String::new(), |(value, kind)| value.display(kind))
    };
    let range = reference.range.map(|(from, to)| format!("{} ..= {}", shown(&from), shown(&to)));
    format!("({})", reference.key.iter().map(shown).chain(range).collect::<Vec<_>>().join(", "))
}
