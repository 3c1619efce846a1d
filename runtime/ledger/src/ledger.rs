//! The ledger: what became of every item, and the proof that the sum is right.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// The version of the ledger's form; raised when the meaning of a field changes.
pub const VERSION: u32 = 1;

/// What a run did, counted. The same inputs give the same ledger: what differs from run to run (timings, threads) is
/// kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// The version of this form.
    pub version: u32,
    /// The run's identity: derived from spec, parameters and sources, not from the clock.
    pub run: String,
    /// The migration's name.
    pub migration: String,
    /// The version of the program that ran it.
    pub engine: String,
    /// SHA-256 of the spec's text.
    pub spec: String,
    /// The run's day, where one was given.
    pub as_of: Option<String>,
    /// How the run ended.
    pub outcome: Ending,
    /// Why it ended so, where it did not simply finish.
    pub because: Option<String>,
    /// What was read.
    pub sources: Vec<SourceFacts>,
    /// What became of it: one entry a map and unit.
    pub entries: Vec<Entry>,
    /// Rules of layers, and what breaks them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleCount>,
    /// What had to hold of the targets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateCount>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Everything held; the targets are published.
    Done,
    /// An `abort` of the spec stopped it; no target is published, and counts go up to the item that stopped it.
    Stopped,
    /// It could not go on; no target is published, and counts are of what was seen until then.
    Failed,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceFacts {
    /// The source or reference.
    pub name: String,
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// See [`crate::fingerprint`].
    pub fingerprint: String,
}

/// What became of the items of one unit in one map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The map, as `source -> target`.
    pub map: String,
    /// What is counted: records, shapes, texts, instances, arrays.
    pub unit: String,
    /// The source.
    pub source: String,
    /// The target.
    pub target: String,
    /// Items found in the source that are the map's business.
    pub extracted: u64,
    /// Items that reached the target.
    pub loaded: u64,
    /// Items of the source that are not the map's business, where it says `where`. They are not extracted.
    #[serde(skip_serializing_if = "is_zero")]
    pub apart: u64,
    /// What was written, where the map routes: the rows of each arrow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Rows>,
    /// Items kept with the rejects, by the code of their first failure.
    pub rejected: BTreeMap<String, u64>,
    /// Items that left, by reason.
    pub dropped: BTreeMap<String, u64>,
    /// Items that the spec says are none of its business, by what they are. They are not extracted.
    pub ignored: BTreeMap<String, u64>,
    /// Loaded items that were warned of, by code.
    pub warned: BTreeMap<String, u64>,
    /// Values that cleaning changed, by column.
    pub cleaned: BTreeMap<String, Cleaned>,
    /// The bytes of the source, where it is a file of records; of several files together.
    pub bytes: Option<Bytes>,
    /// The records and bytes of each file, where the source has several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileCount>,
    /// What else should be known.
    pub notes: Vec<String>,
}

/// A file of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCount {
    /// Its path.
    pub file: String,
    /// How many records it has.
    pub records: u64,
    /// Where its bytes went.
    pub bytes: Bytes,
}

/// A gate, and whether it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateCount {
    /// The target.
    pub target: String,
    /// The gate, as it stands in the spec.
    pub gate: String,
    /// Whether it held.
    pub held: bool,
    /// What was found, in words and figures.
    pub found: String,
}

/// A rule of a layer, and how often it is broken. What breaks it is kept and marked: a shape that is left out would be an
/// open circuit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The target that demands it, or the source that promises it.
    pub place: String,
    /// The layer.
    pub layer: String,
    /// The rule, as it stands in the spec.
    pub rule: String,
    /// Where it stands there, as `LINE:COLUMN`.
    pub at: String,
    /// How often it is broken, seen from the tops: what is in a cell counts as often as the cell stands.
    pub violations: u64,
    /// How often it is broken in all cells, each looked at once.
    pub in_cells: u64,
    /// How many cells that is.
    pub cells: u64,
    /// Whether moving edges could mend it.
    pub can_be_mended: bool,
}

/// Rows that an arrow of a map wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rows {
    /// The target.
    pub target: String,
    /// How many.
    pub count: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Values that a cleaning step changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cleaned {
    /// How many.
    pub count: u64,
    /// The first few in the file's order.
    pub samples: Vec<Sample>,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// The file, where the source has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The record's number.
    pub record: u64,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
}

/// Where the bytes of a file of records went: together they are the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Bytes {
    /// The file's size; of a compressed file, that of what it holds.
    pub size: u64,
    /// The header, with a byte order mark and its line end.
    pub header: u64,
    /// The records, with their line ends.
    pub records: u64,
    /// Blank lines and comments.
    pub blank: u64,
}

/// A sum that is off: a mistake of the program, never of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imbalance {
    /// Items vanished or appeared.
    Items {
        /// The map.
        map: String,
        /// What is counted.
        unit: String,
        /// Items found.
        extracted: u64,
        /// Items accounted for.
        accounted: u64,
    },
    /// Bytes of the source were not read, or read twice.
    Bytes {
        /// The map.
        map: String,
        /// Where they went.
        bytes: Bytes,
    },
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Imbalance::Items { map, unit, extracted, accounted } => write!(
                f,
                "the ledger of {map} does not balance: {extracted} {unit} were extracted and {accounted} are accounted \
                 for; nothing is published. This is a mistake in migc, please report it"
            ),
            Imbalance::Bytes { map, bytes } => write!(
                f,
                "the bytes of {map} do not add up: {} of header, {} of records and {} of blank lines in a file of {}; \
                 nothing is published. Did something write to the file? Run again when nothing does",
                bytes.header, bytes.records, bytes.blank, bytes.size
            ),
        }
    }
}

impl std::error::Error for Imbalance {}

impl Entry {
    /// Items that are accounted for.
    pub fn accounted(&self) -> u64 {
        self.loaded + self.rejected.values().sum::<u64>() + self.dropped.values().sum::<u64>()
    }
}

impl Ledger {
    /// Whether every item has exactly one fate. Bytes must add up where the whole source was read.
    pub fn balance(&self) -> Result<(), Imbalance> {
        for entry in &self.entries {
            if entry.extracted != entry.accounted() {
                return Err(Imbalance::Items {
                    map: entry.map.clone(),
                    unit: entry.unit.clone(),
                    extracted: entry.extracted,
                    accounted: entry.accounted(),
                });
            }
            let off = |bytes: &&Bytes| bytes.header + bytes.records + bytes.blank != bytes.size;
            let mut all = entry.files.iter().map(|file| &file.bytes).chain(&entry.bytes);
            if let (Some(bytes), Ending::Done) = (all.find(off), self.outcome) {
                return Err(Imbalance::Bytes { map: entry.map.clone(), bytes: *bytes });
            }
        }
        Ok(())
    }
    /// The ledger as it is published: JSON, fields in a fixed order.
    pub fn to_json(&self) -> Vec<u8> {
        // Strings, numbers and maps by string always serialise.
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default();
        json.push(b'\n');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(entry: Entry) -> Ledger {
        Ledger {
            version: VERSION,
            run: "r".into(),
            migration: "m".into(),
            engine: "0".into(),
            spec: "s".into(),
            as_of: None,
            outcome: Ending::Done,
            because: None,
            sources: Vec::new(),
            entries: vec![entry],
            rules: Vec::new(),
            gates: Vec::new(),
        }
    }

    fn entry(extracted: u64, loaded: u64, rejected: u64, dropped: u64) -> Entry {
        Entry {
            map: "a -> b".into(),
            unit: "records".into(),
            extracted,
            loaded,
            rejected: BTreeMap::from([("bad".into(), rejected)]),
            dropped: BTreeMap::from([("old".into(), dropped)]),
            ..Entry::default()
        }
    }

    #[test]
    fn balances_when_every_record_has_one_fate() {
        assert_eq!(ledger(entry(10, 7, 2, 1)).balance(), Ok(()));
    }

    #[test]
    fn a_record_that_vanished_is_told() {
        let told = ledger(entry(10, 7, 1, 1)).balance().unwrap_err().to_string();
        assert!(told.starts_with("the ledger of a -> b does not balance: 10 records were extracted and 9"), "{told}");
    }

    #[test]
    fn bytes_that_vanished_are_told() {
        let bytes = Bytes { size: 100, header: 10, records: 80, blank: 1 };
        let with = |bytes| Entry { bytes: Some(bytes), ..entry(10, 7, 2, 1) };
        assert!(ledger(with(bytes)).balance().is_err());
        assert_eq!(ledger(with(Bytes { records: 89, ..bytes })).balance(), Ok(()));
    }
}
