//! Tables of names: numbers stand for names that the file may give before or after their use.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::source::{Parsed, fault};
use crate::library::NameTable;
use crate::model::Name;
use crate::property::Property;

/// The names of a file.
#[derive(Default)]
pub(crate) struct Names {
    tables: [Table; 4],
    /// The names and texts seen, each kept once.
    seen: HashSet<Arc<[u8]>>,
}

#[derive(Default)]
struct Table {
    /// Whether numbers stand in the file, and are not counted.
    explicit: Option<bool>,
    entries: BTreeMap<u64, Entry>,
    /// Names that stand in for numbers without an entry so far. They are told by their place in memory.
    pending: BTreeMap<u64, Name>,
}

/// A name with the properties of its record.
pub(crate) struct Entry {
    pub(crate) name: Name,
    pub(crate) properties: Vec<Property>,
}

impl Names {
    /// The one copy of a name.
    pub(crate) fn intern(&mut self, bytes: Vec<u8>) -> Name {
        if let Some(n) = self.seen.get(&bytes[..]) {
            return Name(n.clone());
        }
        let name: Arc<[u8]> = bytes.into();
        self.seen.insert(name.clone());
        Name(name)
    }

    /// Adds a name, under its own number or the next one; gives the number.
    pub(crate) fn add(&mut self, of: NameTable, bytes: Vec<u8>, number: Option<u64>) -> Parsed<u64> {
        let name = self.intern(bytes);
        let table = &mut self.tables[of as usize];
        if table.explicit.is_some_and(|e| e != number.is_some()) {
            return fault("some names of this table have numbers of their own, and some are counted");
        }
        table.explicit = Some(number.is_some());
        let number = number.unwrap_or(table.entries.len() as u64);
        if let Some(there) = table.entries.get(&number) {
            return fault(format!("the number {number} stands for `{}` already", there.name));
        }
        table.entries.insert(number, Entry { name, properties: Vec::new() });
        Ok(number)
    }

    /// The name of a number, or one that stands in for it.
    pub(crate) fn get(&mut self, of: NameTable, number: u64) -> Name {
        let table = &mut self.tables[of as usize];
        if let Some(entry) = table.entries.get(&number) {
            return entry.name.clone();
        }
        // A memory of its own: equal bytes may stand elsewhere.
        let stands_in = || Name(number.to_string().into_bytes().into());
        table.pending.entry(number).or_insert_with(stands_in).clone()
    }

    /// The entry of a number.
    pub(crate) fn entry(&mut self, of: NameTable, number: u64) -> Option<&mut Entry> {
        self.tables[of as usize].entries.get_mut(&number)
    }

    /// The entries of a table, by number.
    pub(crate) fn entries(&mut self, of: NameTable) -> impl Iterator<Item = (&u64, &mut Entry)> {
        self.tables[of as usize].entries.iter_mut()
    }

    /// What names that stand in are to be replaced by, told by their places in memory.
    pub(crate) fn resolved(&self) -> Parsed<Stands> {
        let mut stands = HashMap::new();
        let said = ["CELLNAME", "TEXTSTRING", "PROPNAME", "PROPSTRING"];
        for (table, record) in self.tables.iter().zip(said) {
            for (number, name) in &table.pending {
                let Some(entry) = table.entries.get(number) else {
                    return fault(format!("the file has no {record} of the number {number}, which it uses"));
                };
                stands.insert(place(name), entry.name.clone());
            }
        }
        Ok(Stands(stands))
    }
}

fn place(name: &Name) -> usize {
    Arc::as_ptr(&name.0).cast::<u8>() as usize
}

/// Names by the places in memory of those that stand in for them.
pub(crate) struct Stands(HashMap<usize, Name>);

impl Stands {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a name stands in for another.
    pub(crate) fn has(&self, name: &Name) -> bool {
        self.0.contains_key(&place(name))
    }

    /// Puts the name in.
    pub(crate) fn put(&self, name: &mut Name) {
        if let Some(right) = self.0.get(&place(name)) {
            *name = right.clone();
        }
    }
}
