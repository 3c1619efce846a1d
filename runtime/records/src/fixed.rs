//! Columns at fixed places: positions are counted in characters, and blanks at the ends are padding.

use memchr::memchr;

use crate::block::{Block, Mapping};
use crate::index::{Broken, Index, Shape};
use crate::machine::{Fault, is_blank};

/// Columns at fixed places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The columns, in the order of declaration.
    pub columns: Vec<FixedColumn>,
    /// How many characters a record has.
    pub width: u32,
    /// Whether records may be longer, with what is behind ignored.
    pub longer: bool,
    /// The length of a record in bytes, where records have no line ends.
    pub record_length: Option<u32>,
}

/// The place of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedColumn {
    /// Its first character, from 0.
    pub first: u32,
    /// One past its last.
    pub end: u32,
    /// Whether blanks before the value are padding too, as they are before numbers and days.
    pub both: bool,
}

/// Finds the columns of a block's records.
pub(crate) fn fill(fixed: &Fixed, block: &mut Block, out: &mut Index) {
    out.begin(Shape::Spans, fixed.columns.len());
    let data = block.data();
    let ascii = data.is_ascii();
    // Whether what is not ASCII is UTF-8 is asked once a block, and of each record only where the answer is no.
    let sound = ascii || std::str::from_utf8(data).is_ok();
    let (mut at, mut number) = (0, 0);
    let mut pieces = block.pieces.iter().peekable();
    let mut starts = block.starts.iter().skip(1);
    while at < data.len() {
        let start = at;
        if let Some(piece) = pieces.next_if(|piece| piece.start == start) {
            at = (piece.start + piece.len as usize).min(data.len()).max(start + 1);
            if let Some(fault) = piece.fault {
                out.broken.push(Broken { start: start as u32, len: piece.len, record: number, fault });
                number += 1;
            }
            continue;
        }
        let (end, line) = match block.mapping {
            Mapping::Length(length) => {
                let end = (start + length).min(data.len());
                (end, &data[start..end])
            }
            Mapping::Starts(_) => {
                let end = starts.next().map_or(data.len(), |next| *next as usize);
                (end, &data[start..end])
            }
            _ => {
                let end = memchr(b'\n', &data[start..]).map_or(data.len(), |found| start + found + 1);
                let record = &data[start..end];
                if is_blank(record) {
                    out.blank_lines += 1;
                    at = end;
                    continue;
                }
                (end, crate::trim_line_end(record))
            }
        };
        at = end;
        let fault = if sound || std::str::from_utf8(line).is_ok() {
            place(fixed, start, line, ascii || line.is_ascii(), out).err()
        } else {
            let at = std::str::from_utf8(line).err().map_or(0, |error| error.valid_up_to() as u32);
            Some(Fault::Utf8 { at })
        };
        match fault {
            Some(fault) => {
                out.broken.push(Broken { start: start as u32, len: (end - start) as u64, record: number, fault });
            }
            None => out.good(start as u32, end as u32, number),
        }
        number += 1;
    }
    out.ascii = ascii;
}

/// Appends the places of a record's columns.
fn place(fixed: &Fixed, start: usize, line: &[u8], ascii: bool, out: &mut Index) -> Result<(), Fault> {
    let width = fixed.width as usize;
    let chars = if ascii { line.len() } else { line.iter().filter(|b| (**b as i8) >= -0x40).count() };
    if chars < width || chars > width && !fixed.longer {
        return Err(Fault::Length { found: chars as u32, expected: fixed.width });
    }
    if !ascii {
        // Where each character begins, once for all columns.
        out.chars.clear();
        out.chars.extend((0..line.len() as u32).filter(|at| (line[*at as usize] as i8) >= -0x40));
        out.chars.push(line.len() as u32);
    }
    for column in &fixed.columns {
        let (first, end) = if ascii {
            (column.first as usize, column.end as usize)
        } else {
            let byte = |at: u32| out.chars.get(at as usize).map_or(line.len(), |byte| *byte as usize);
            (byte(column.first), byte(column.end))
        };
        let field = line.get(first..end).unwrap_or_default();
        let last = field.iter().rposition(|b| *b != b' ').map_or(0, |at| at + 1);
        let front = if column.both { field[..last].iter().take_while(|b| **b == b' ').count() } else { 0 };
        out.positions.push((start + first + front) as u32);
        out.positions.push((start + first + last) as u32);
    }
    Ok(())
}
