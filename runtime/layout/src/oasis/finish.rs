//! The end of reading: names are put where their numbers stood, and properties of names go to what has the name.

use std::collections::{HashMap, HashSet};

use super::names::{Names, Stands};
use super::source::{Parsed, fault};
use crate::library::{Library, NameTable, TableProperties};
use crate::model::{Cell, Name};
use crate::property::{Property, Value};

/// Completes a library whose records are all read. `numbers` are those of its cells.
pub(super) fn resolve(names: &mut Names, lib: &mut Library, numbers: &[Option<u64>]) -> Parsed<()> {
    rename_twins(names, lib);
    let stands = names.resolved()?;
    if !stands.is_empty() {
        properties(&stands, &mut lib.properties);
        lib.layer_names.iter_mut().for_each(|n| properties(&stands, &mut n.properties));
        lib.extension_names.iter_mut().for_each(|n| properties(&stands, &mut n.properties));
        lib.cells.iter_mut().for_each(|c| cell(&stands, c));
    }
    let mut seen = HashSet::with_capacity(lib.cells.len());
    if let Some(twin) = lib.cells.iter().find(|c| !seen.insert(&c.name)) {
        return fault(format!("two cells are called `{}`", twin.name));
    }
    let mut places: HashMap<u64, usize> = HashMap::new();
    for (i, number) in numbers.iter().enumerate() {
        if let Some(n) = number {
            places.entry(*n).or_insert(i);
        }
    }
    let mut by_name: Option<HashMap<Name, usize>> = None;
    let tables = [NameTable::Cells, NameTable::Texts, NameTable::PropertyNames, NameTable::PropertyTexts];
    for table in tables {
        for (number, entry) in names.entries(table).filter(|(_, e)| !e.properties.is_empty()) {
            let mut list = std::mem::take(&mut entry.properties);
            properties(&stands, &mut list);
            let named = || lib.cells.iter().enumerate().rev().map(|(i, c)| (c.name.clone(), i)).collect();
            let place = match table {
                NameTable::Cells => places
                    .get(number)
                    .or_else(|| by_name.get_or_insert_with(named).get(&entry.name))
                    .and_then(|i| lib.cells.get_mut(*i)),
                _ => None,
            };
            match place {
                Some(cell) => cell.name_properties.extend(list),
                None => {
                    let name = entry.name.clone();
                    lib.table_properties.push(TableProperties { table, name, properties: list });
                }
            }
        }
    }
    // Numbers of names are the writing program's affair.
    lib.table_properties.sort_by(|a, b| (a.table, &a.name).cmp(&(b.table, &b.name)));
    Ok(())
}

/// Gives cells of one name under several numbers names of their own: what numbers tell apart, names must too.
fn rename_twins(names: &mut Names, lib: &mut Library) {
    let mut taken: HashMap<Name, u64> = HashMap::new();
    let mut renamed = Vec::new();
    for (number, entry) in names.entries(NameTable::Cells) {
        if taken.contains_key(&entry.name) {
            renamed.push(*number);
        } else {
            taken.insert(entry.name.clone(), *number);
        }
    }
    for number in renamed {
        let Some(entry) = names.entry(NameTable::Cells, number) else { continue };
        let old = entry.name.clone();
        let mut bytes = old.bytes().to_vec();
        bytes.extend_from_slice(format!("_id${number}").as_bytes());
        while taken.contains_key(&Name::from(&bytes[..])) {
            bytes.push(b'_');
        }
        entry.name = Name::from(&bytes[..]);
        taken.insert(entry.name.clone(), number);
        lib.remarks.push(format!("a second cell called `{old}` is now called `{}`", entry.name));
    }
}

fn cell(stands: &Stands, cell: &mut Cell) {
    stands.put(&mut cell.name);
    cell.placements.iter_mut().for_each(|p| stands.put(&mut p.cell));
    cell.texts.iter_mut().for_each(|t| stands.put(&mut t.string));
    properties(stands, &mut cell.properties);
    cell.extras.iter_mut().for_each(|x| properties(stands, &mut x.properties));
}

fn properties(stands: &Stands, list: &mut [Property]) {
    for p in list {
        let Property::Named { name, values, .. } = p else { continue };
        stands.put(name);
        let stood_in = |v: &Value| matches!(v, Value::A(t) | Value::B(t) | Value::N(t) if stands.has(t));
        if values.iter().any(stood_in) {
            let mut list = values.to_vec();
            for v in &mut list {
                if let Value::A(text) | Value::B(text) | Value::N(text) = v {
                    stands.put(text);
                }
            }
            *values = list.into();
        }
    }
}
