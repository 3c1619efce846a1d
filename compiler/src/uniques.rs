//! What must stand once: the keys that a first reading of a source notes, and the records that meet a fate for them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::plan::{KeyRule, Program};

/// A key of a record, and where the record stands: the block of its file, and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// The file, by its number among those of the pass.
    pub file: usize,
    /// The block of the file.
    pub seq: u64,
    /// The record in the block.
    pub record: u32,
    /// The rule of the program, by its number.
    pub key: u32,
    /// What stands for the key's values.
    pub print: u128,
}

/// Records that meet a fate because of a key, by block and number, for each file.
pub type Banned = Vec<BTreeMap<(u64, u32), usize>>;

/// The keys that stand in targets so far, by set.
#[derive(Debug)]
pub struct Uniques(Vec<HashSet<u128>>);

impl Uniques {
    /// Nothing yet.
    pub fn new(sets: usize) -> Uniques {
        Uniques((0..sets).map(|_| HashSet::new()).collect())
    }

    /// Finds the records of a pass whose keys stand elsewhere: all that share a key of the source; of a target's, those
    /// behind the first in the order of the files. What stands in a target from then on is kept.
    pub fn judge(&mut self, program: &Program, mut seen: Vec<Sighting>, files: usize) -> Banned {
        let mut banned: Banned = vec![BTreeMap::new(); files];
        // Workers hand in their blocks in any order; the order of the source is the one that counts.
        seen.sort_unstable();
        let rule = |s: &Sighting| program.keys.get(s.key as usize);
        let mut counts: HashMap<(u32, u128), u32> = HashMap::new();
        for s in seen.iter().filter(|s| rule(s).is_some_and(|r| r.all)) {
            *counts.entry((s.key, s.print)).or_default() += 1;
        }
        for s in &seen {
            if let Some(KeyRule { fate, all: true, .. }) = rule(s)
                && counts.get(&(s.key, s.print)).is_some_and(|n| *n > 1)
            {
                banned[s.file].entry((s.seq, s.record)).or_insert(*fate);
            }
        }
        for of_record in seen.chunk_by(|a, b| (a.file, a.seq, a.record) == (b.file, b.seq, b.record)) {
            let Some(first) = of_record.first() else { continue };
            let place = (first.seq, first.record);
            if banned[first.file].contains_key(&place) {
                continue;
            }
            let mut own: HashSet<(usize, u128)> = HashSet::new();
            let mut fate = None;
            for s in of_record {
                let Some(rule) = rule(s).filter(|r| !r.all) else { continue };
                let stands = self.0.get(rule.set).is_some_and(|set| set.contains(&s.print));
                if stands || !own.insert((rule.set, s.print)) {
                    fate.get_or_insert(rule.fate);
                }
            }
            match fate {
                Some(fate) => {
                    banned[first.file].insert(place, fate);
                }
                None => {
                    for s in of_record {
                        if let Some(rule) = rule(s).filter(|r| !r.all)
                            && let Some(set) = self.0.get_mut(rule.set)
                        {
                            set.insert(s.print);
                        }
                    }
                }
            }
        }
        banned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(file: usize, seq: u64, record: u32, key: u32, print: u128) -> Sighting {
        Sighting { file, seq, record, key, print }
    }

    fn program(rules: &[(usize, bool)]) -> Program {
        let keys = rules.iter().enumerate().map(|(i, (set, all))| KeyRule { set: *set, fate: 10 + i, all: *all });
        Program { keys: keys.collect(), ..Program::default() }
    }

    #[test]
    fn the_first_in_the_order_of_the_source_stands() {
        let mut uniques = Uniques::new(1);
        let all = vec![seen(0, 1, 0, 0, 7), seen(0, 0, 3, 0, 7), seen(0, 0, 2, 0, 8), seen(1, 0, 0, 0, 8)];
        let banned = uniques.judge(&program(&[(0, false)]), all, 2);
        assert_eq!(banned, [BTreeMap::from([((1, 0), 10)]), BTreeMap::from([((0, 0), 10)])]);
        // A later pass into the same target meets what stands there.
        let banned = uniques.judge(&program(&[(0, false)]), vec![seen(0, 0, 0, 0, 7)], 1);
        assert_eq!(banned, [BTreeMap::from([((0, 0), 10)])]);
    }

    #[test]
    fn of_a_source_all_that_share_a_key_go_and_hold_no_place_in_a_target() {
        let mut uniques = Uniques::new(2);
        let all = vec![
            seen(0, 0, 0, 0, 1),
            seen(0, 0, 0, 1, 5),
            seen(0, 0, 1, 0, 1),
            seen(0, 0, 1, 1, 6),
            seen(0, 0, 2, 0, 2),
            seen(0, 0, 2, 1, 5),
        ];
        let banned = uniques.judge(&program(&[(0, true), (1, false)]), all, 1);
        assert_eq!(banned, [BTreeMap::from([((0, 0), 10), ((0, 1), 10)])]);
    }
}
