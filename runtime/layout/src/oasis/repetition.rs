//! Repetitions as records of OASIS have them, types 0 to 11.

use std::io::Read;

use super::delta::put_g_delta;
use super::source::{Parsed, Source, fault};
use crate::repetition::Repetition;

/// Reads a repetition; `None` is type 0, the one that was used last.
pub(crate) fn read<R: Read>(s: &mut Source<R>) -> Parsed<Option<Repetition>> {
    let kind = s.uint()?;
    let regular = |columns, rows, column_step, row_step| {
        let (column_step, row_step) = (narrow(column_step)?, narrow(row_step)?);
        Ok(Some(Repetition::Regular { columns, rows, column_step, row_step }))
    };
    match kind {
        0 => Ok(None),
        1 => {
            let (columns, rows) = (dimension(s)?, dimension(s)?);
            let (x, y) = (s.distance()?, s.distance()?);
            regular(columns, rows, [x, 0], [0, y])
        }
        2 => {
            let columns = dimension(s)?;
            let x = s.distance()?;
            regular(columns, 1, [x, 0], [0, 0])
        }
        3 => {
            let rows = dimension(s)?;
            let y = s.distance()?;
            regular(1, rows, [0, 0], [0, y])
        }
        4..=7 => {
            let n = dimension(s)?;
            let grid = if kind & 1 == 1 { s.distance()? } else { 1 };
            offsets(s, n, |s| {
                let step = on_grid(s.distance()?, grid)?;
                Ok(if kind < 6 { [step, 0] } else { [0, step] })
            })
        }
        8 => {
            let (columns, rows) = (dimension(s)?, dimension(s)?);
            let (c, r) = (s.g_delta()?, s.g_delta()?);
            regular(columns, rows, c, r)
        }
        9 => {
            let columns = dimension(s)?;
            let step = s.g_delta()?;
            regular(columns, 1, step, [0, 0])
        }
        10 | 11 => {
            let n = dimension(s)?;
            let grid = if kind == 11 { s.distance()? } else { 1 };
            offsets(s, n, |s| {
                let [x, y] = s.g_delta()?;
                Ok([on_grid(x, grid)?, on_grid(y, grid)?])
            })
        }
        _ => fault(format!("a repetition is of type {kind}, and there are types 0 to 11")),
    }
}

/// A number of copies; it is given less 2.
fn dimension<R: Read>(s: &mut Source<R>) -> Parsed<u32> {
    let n = s.uint()?;
    match n.checked_add(2).and_then(|n| u32::try_from(n).ok()) {
        Some(n) => Ok(n),
        None => fault(format!("a repetition of {n} more than 2 copies, and more than 32 bits of them are refused")),
    }
}

fn on_grid(n: i64, grid: i64) -> Parsed<i64> {
    n.checked_mul(grid).map_or_else(|| fault(format!("a step of {n} times {grid} leaves all bounds")), Ok)
}

fn narrow(p: [i64; 2]) -> Parsed<[i32; 2]> {
    match (i32::try_from(p[0]), i32::try_from(p[1])) {
        (Ok(x), Ok(y)) => Ok([x, y]),
        _ => fault(format!("the repetition reaches ({}, {}), and more than 32 bits are refused", p[0], p[1])),
    }
}

/// Offsets of `n` copies, the first at no distance; each is given from the one before.
fn offsets<R: Read>(
    s: &mut Source<R>,
    n: u32,
    step: impl Fn(&mut Source<R>) -> Parsed<[i64; 2]>,
) -> Parsed<Option<Repetition>> {
    // Each copy has at least one byte in the file; what it says of their number is not believed.
    let mut list = Vec::with_capacity(n.min(1 << 12) as usize);
    let mut at = [0_i64, 0];
    for _ in 1..n {
        let [x, y] = step(s)?;
        let (Some(x), Some(y)) = (at[0].checked_add(x), at[1].checked_add(y)) else {
            return fault("a repetition leaves all bounds");
        };
        at = [x, y];
        list.push(narrow(at)?);
    }
    list.shrink_to_fit();
    Ok(Some(Repetition::Offsets(list)))
}

/// Gives the integers of a repetition, in the shortest form. One column that does not go up has none of its own: it is
/// told as one row, which has the same places in the same order.
pub(crate) fn put(r: &Repetition, put: &mut impl FnMut(u64)) {
    match r {
        Repetition::Regular { columns, rows, column_step, row_step } => {
            let (c, r) = (column_step.map(i64::from), row_step.map(i64::from));
            let less = |n: u32| u64::from(n) - 2;
            match ((*columns, *rows), c, r) {
                // One copy: a list of two would be another thing, and nothing else stands for one.
                ((..=1, ..=1), ..) => {}
                ((n, ..=1), [x @ (0..), 0], _) => [2, less(n), x as u64].into_iter().for_each(put),
                ((..=1, n), _, [0, y @ (0..)]) => [3, less(n), y as u64].into_iter().for_each(put),
                ((n, ..=1), step, _) | ((..=1, n), _, step) => {
                    [9, less(n)].into_iter().for_each(&mut *put);
                    put_g_delta(step, put);
                }
                ((n, m), [x @ (0..), 0], [0, y @ (0..)]) => {
                    [1, less(n), less(m), x as u64, y as u64].into_iter().for_each(put);
                }
                ((n, m), c, r) => {
                    [8, less(n), less(m)].into_iter().for_each(&mut *put);
                    put_g_delta(c, put);
                    put_g_delta(r, put);
                }
            }
        }
        Repetition::Offsets(list) => {
            // One copy alone has no form.
            let Some(more) = (list.len() as u64).checked_sub(1) else { return };
            let mut last = [0, 0];
            let mut steps = Vec::with_capacity(list.len());
            for p in list {
                let p = p.map(i64::from);
                steps.push([p[0] - last[0], p[1] - last[1]]);
                last = p;
            }
            let axis = |k: usize| steps.iter().all(|s| s[k] >= 0 && s[1 - k] == 0);
            match (axis(0), axis(1)) {
                (true, _) | (_, true) => {
                    let k = usize::from(!axis(0));
                    [4 + 2 * k as u64, more].into_iter().for_each(&mut *put);
                    steps.iter().for_each(|s| put(s[k] as u64));
                }
                _ => {
                    [10, more].into_iter().for_each(&mut *put);
                    steps.iter().for_each(|s| put_g_delta(*s, put));
                }
            }
        }
    }
}
