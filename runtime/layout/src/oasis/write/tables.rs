//! Tables of names: each name is written once, and records say its number.

use std::collections::HashMap;

use crate::model::Name;

/// Names with numbers in the order of their first use.
#[derive(Default)]
pub(super) struct Table {
    pub(super) names: Vec<Name>,
    numbers: HashMap<Name, u64>,
    last: Option<(Name, u64)>,
}

impl Table {
    /// The number of a name.
    pub(super) fn number(&mut self, name: &Name) -> u64 {
        if let Some((last, number)) = &self.last
            && last == name
        {
            return *number;
        }
        let next = self.names.len() as u64;
        let number = *self.numbers.entry(name.clone()).or_insert(next);
        if number == next {
            self.names.push(name.clone());
        }
        self.last = Some((name.clone(), number));
        number
    }
}
