//! What a reference is once its rows are read: the consensus of those of one key, and the table in which keys are found.

use std::collections::HashMap;

use migc_abi::lookup::{DuplicateKey, LookupTable, encode_key};
use migc_functions::Value;

use crate::plan::Reference;

/// The values of a row, by column.
pub type Row = Vec<Value<'static>>;

/// The table of a reference. Where it takes the consensus of a key's rows, they are `rows` from then on.
pub fn table(reference: &Reference, rows: &mut Vec<Row>) -> Result<LookupTable, DuplicateKey> {
    if reference.consensus {
        *rows = consensus(std::mem::take(rows), &reference.key);
    }
    let columns = reference.format.columns.len();
    match reference.range {
        Some(range) => LookupTable::with_range(rows, columns, &reference.key, range),
        None => LookupTable::new(rows, columns, &reference.key),
    }
}

/// One row a key, keys in the order of their first rows: each column holds its most frequent value that is not null,
/// and of those that are equally frequent the one that stands first.
fn consensus(rows: Vec<Row>, key: &[usize]) -> Vec<Row> {
    let mut places: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let of: Vec<Value<'_>> = key.iter().map(|at| row.get(*at).cloned().unwrap_or(Value::Null)).collect();
        let mut bytes = Vec::new();
        if encode_key(&of, &mut bytes).is_none() {
            // A row with null in its key is never found.
            continue;
        }
        let place = *places.entry(bytes).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups.into_iter().map(|group| agree(&group)).collect()
}

fn agree(group: &[Row]) -> Row {
    let columns = group.first().map_or(0, Vec::len);
    let most = |column: usize| {
        let mut counts: Vec<(&Value<'static>, usize)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for value in group.iter().map(|row| &row[column]).filter(|value| **value != Value::Null) {
            let place = *places.entry(format!("{value:?}")).or_insert(counts.len());
            match counts.get_mut(place) {
                Some(count) => count.1 += 1,
                None => counts.push((value, 1)),
            }
        }
        let top = counts.iter().map(|(_, n)| *n).max();
        let first = counts.iter().find(|(_, n)| Some(*n) == top);
        first.map_or(Value::Null, |(value, _)| (*value).clone())
    };
    (0..columns).map(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_value_stands_and_the_first_of_equals() {
        let row =
            |key: i128, a: Option<&str>| vec![Value::Num(key), a.map_or(Value::Null, |a| Value::owned(a.to_owned()))];
        let rows = vec![
            row(2, Some("x")),
            row(1, None),
            row(2, Some("y")),
            row(1, Some("b")),
            row(2, Some("y")),
            row(1, Some("a")),
            row(3, None),
        ];
        let wanted = vec![row(2, Some("y")), row(1, Some("b")), row(3, None)];
        assert_eq!(consensus(rows, &[0]), wanted);
    }
}
