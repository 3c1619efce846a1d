//! The account of a migration: every element read has exactly one fate.

use std::collections::BTreeMap;

/// A number of the source: layer and datatype of shapes, or layer and texttype of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The layer.
    pub layer: u32,
    /// The datatype or texttype.
    pub datatype: u32,
    /// Whether texts are meant.
    pub texts: bool,
}

/// What happened to the elements of one number, counted as they stand in the source, not per variant or placement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LayerCounts {
    /// How many were read.
    pub read: u64,
    /// How many stand in every variant of their cell as what they were.
    pub written: u64,
    /// How many paths stand as polygons in some variant.
    pub polygons: u64,
    /// How many are missing in some variant, because snapping leaves them no area: the rejects.
    pub collapsed: u64,
    /// How many were left out because the spec ignores their number.
    pub ignored: u64,
    /// How many elements the output has from these, all variants counted. Not part of the balance.
    pub out: u64,
}

/// The account of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// By number of the source.
    pub layers: BTreeMap<Key, LayerCounts>,
    /// Cells read.
    pub cells_read: u64,
    /// Cells written, variants included.
    pub cells_written: u64,
    /// Instances read.
    pub instances_read: u64,
    /// Instances of them that were kept: all that were read, or the run is wrong.
    pub instances_kept: u64,
    /// Arrays read, repeated instances among them.
    pub arrays_read: u64,
    /// Arrays of them that stayed arrays.
    pub arrays_kept: u64,
    /// Arrays of them whose elements snap differently, so that they became several arrays and instances.
    pub arrays_split: u64,
    /// Repetitions of shapes and texts that came apart into several, because their copies snap differently.
    pub repetitions_split: u64,
    /// Instances written, all variants counted.
    pub instances_written: u64,
    /// Arrays written, all variants counted.
    pub arrays_written: u64,
    /// Points off the promised grid of the source, outlines of paths included; ties are then reckoned without it.
    pub off_grid: u64,
}

impl Counts {
    /// Whether every element read has exactly one fate; the error is a sentence with the numbers.
    pub fn balance(&self) -> Result<(), String> {
        for (k, c) in &self.layers {
            let fates = c.written + c.polygons + c.collapsed + c.ignored;
            if fates != c.read {
                let what = if k.texts { "texts" } else { "shapes" };
                return Err(format!(
                    "{} {what} were read from {}/{} and {fates} have a fate",
                    c.read, k.layer, k.datatype
                ));
            }
        }
        if self.instances_kept != self.instances_read {
            return Err(format!("{} instances were read and {} kept", self.instances_read, self.instances_kept));
        }
        if self.arrays_kept + self.arrays_split != self.arrays_read {
            let fates = self.arrays_kept + self.arrays_split;
            return Err(format!("{} arrays were read and {fates} have a fate", self.arrays_read));
        }
        Ok(())
    }
}

/// A shape that snapping leaves no area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutReject {
    /// The cell.
    pub cell: String,
    /// The layer in the source.
    pub layer: u32,
    /// The datatype in the source.
    pub datatype: u32,
    /// Left, bottom, right and top in the cell, in source units.
    pub bbox: [i32; 4],
    /// Why, as a sentence without its full stop.
    pub why: &'static str,
    /// In how many variants of the cell it is missing.
    pub missing: usize,
    /// How many variants the cell has.
    pub variants: usize,
}
