//! What a migration of a layout is: routes, numbers, and the kernel that computes vertices.

use std::collections::BTreeMap;

use crate::counts::Key;
use crate::error::{MigrateError, Undeclared};
use crate::library::Library;
use crate::model::Kind;

/// A coordinate whose result leaves its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange;

/// Runs the compiled program of a vertex over coordinates as seen from the top (source units in, target units out).
///
/// The program must be rounding to a grid after scaling: what it gives for `x + period` must be what it gives for `x`,
/// moved by the same whole number of grid steps everywhere.
pub trait VertexKernel: Sync {
    /// Replaces coordinates by their results; both lists are of one length.
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange>;
}

/// A layer number with a range of datatypes (or texttypes), inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// The layer.
    pub layer: u32,
    /// The first datatype.
    pub first: u32,
    /// The last datatype.
    pub last: u32,
}

impl Numbers {
    fn has(&self, layer: u32, datatype: u32) -> bool {
        self.layer == layer && (self.first..=self.last).contains(&datatype)
    }
}

/// Where a layer of the source goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its numbers in the source.
    pub from: Vec<Numbers>,
    /// Whether it holds texts, and not shapes.
    pub texts: bool,
    /// Layer and datatype in the target; a layer can go to several.
    pub to: (u32, u32),
    /// The target layer's name, for messages.
    pub to_name: String,
}

/// How coordinates are scaled and snapped. The default leaves them as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaling {
    /// The factors `(m, d)` from source to target database units along x and y, in lowest terms.
    pub factors: [(i64, i64); 2],
    /// The target's grid in target database units.
    pub grid: i64,
    /// Coordinates that differ by this, in source units, snap alike.
    pub periods: [i64; 2],
    /// Whether each cell is snapped in its own frame, so that it keeps one variant: its placements stand on a pitch that
    /// lands on the grid.
    pub on_pitch: bool,
    /// Whether rounding ties exist for coordinates on the source's grid.
    pub ties: bool,
    /// How many variants of a cell may stand; `None` is as many as it takes.
    pub variants: Option<u32>,
}

impl Default for Scaling {
    fn default() -> Scaling {
        Scaling { factors: [(1, 1); 2], grid: 1, periods: [1, 1], on_pitch: false, ties: false, variants: None }
    }
}

/// Cells that are scaled otherwise than those that place them: each is a frame of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Which cells, by their places in the library.
    pub cells: Vec<bool>,
    /// How they are scaled and snapped, as seen from such a cell.
    pub scaling: Scaling,
}

/// A migration of a layout. The default one carries nothing over, and leaves coordinates as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Where layers go; a number that stands in several routes of its kind goes to all of them.
    pub routes: Vec<Route>,
    /// Numbers that are left out, shapes and texts alike.
    pub ignored: Vec<Numbers>,
    /// Whether numbers that stand nowhere are left out, and not refused.
    pub ignore_others: bool,
    /// Whether numbers that stand nowhere are carried over as they are.
    pub every: bool,
    /// Numbers of the target that something else goes to, with their names: what is carried over as it is cannot go there.
    pub reserved: Vec<(bool, (u32, u32), String)>,
    /// How coordinates are scaled and snapped.
    pub scaling: Scaling,
    /// Cells that are scaled otherwise, with all that they place; of several, the first one holds.
    pub overrides: Vec<Override>,
    /// The grid of the source that `ties` counts on, in source units; 1 where none is promised.
    pub source_grid: i64,
    /// The target's database unit in units of 10⁻¹⁵ m; 0 keeps the units of the source.
    pub dbu: i64,
}

impl Default for Migration {
    fn default() -> Migration {
        Migration {
            routes: Vec::new(),
            ignored: Vec::new(),
            ignore_others: false,
            every: false,
            reserved: Vec::new(),
            scaling: Scaling::default(),
            overrides: Vec::new(),
            source_grid: 1,
            dbu: 0,
        }
    }
}

impl Scaling {
    /// Whether coordinates stay as they are, so that everything is copied.
    pub(crate) fn copies(&self) -> bool {
        self.factors == [(1, 1); 2] && self.grid == 1
    }

    /// Whether ties exist where coordinates are on no grid: `D = d·g / gcd(m, d·g)` is even.
    pub(crate) fn ties_off_grid(&self) -> bool {
        self.factors.iter().any(|(m, d)| {
            let step = i128::from(*d) * i128::from(self.grid);
            (step / gcd(i128::from(*m), step)) % 2 == 0
        })
    }

    /// Refuses numbers that make no sense together.
    fn check(&self) -> Result<(), MigrateError> {
        let say = |what: &str| Err(MigrateError::Numbers(what.into()));
        let axes = || self.factors.into_iter().zip(self.periods);
        let axes_are_small = axes().all(|((m, d), period)| small(m) && small(d) && small(period));
        if !(axes_are_small && small(self.grid)) {
            return say("factor, grid and period must be at least 1 and below 2^40");
        }
        let off = |((m, d), period): ((i64, i64), i64)| {
            (i128::from(period) * i128::from(m)) % (i128::from(d) * i128::from(self.grid)) != 0
        };
        if axes().any(off) {
            return say("the period times the factor is not on the grid");
        }
        Ok(())
    }
}

fn small(n: i64) -> bool {
    (1..1 << 40).contains(&n)
}

impl Migration {
    /// Every scaling: that of the map, and those of the overrides.
    pub fn scalings(&self) -> impl Iterator<Item = &Scaling> {
        [&self.scaling].into_iter().chain(self.overrides.iter().map(|o| &o.scaling))
    }

    /// The scaling of a cell that is placed where `around` holds, by its place among [`Migration::scalings`].
    pub fn zone(&self, cell: usize, around: usize) -> usize {
        let own = self.overrides.iter().position(|o| o.cells.get(cell).copied().unwrap_or(false));
        own.map_or(around, |i| i + 1)
    }

    /// Refuses numbers that make no sense together.
    pub(crate) fn check(&self) -> Result<(), MigrateError> {
        if !small(self.source_grid) {
            return Err(MigrateError::Numbers("the source's grid must be at least 1 and below 2^40".into()));
        }
        if self.dbu < 0 {
            return Err(MigrateError::Numbers("the database unit of the target is negative".into()));
        }
        self.scalings().try_for_each(Scaling::check)
    }
}

/// Where the elements of a number go: layer and datatype in the target; nowhere where they are left out.
pub(crate) type Ways = BTreeMap<Key, Vec<(u32, u32)>>;

/// The ways of all numbers that stand in a library; an error names the numbers without one.
pub(crate) fn ways(lib: &Library, m: &Migration) -> Result<Ways, MigrateError> {
    let mut found: BTreeMap<Key, u64> = BTreeMap::new();
    for cell in &lib.cells {
        // Neighbours in a file mostly share their layer.
        let mut run: Option<(Key, u64)> = None;
        for e in &cell.elements {
            let Some(key) = Key::of(e) else { continue };
            match &mut run {
                Some((k, n)) if *k == key => *n += 1,
                _ => {
                    if let Some((k, n)) = run.replace((key, 1)) {
                        *found.entry(k).or_default() += n;
                    }
                }
            }
        }
        if let Some((k, n)) = run {
            *found.entry(k).or_default() += n;
        }
    }
    let (mut ways, mut undeclared) = (BTreeMap::new(), Vec::new());
    for (key, count) in found {
        let Key { layer, datatype, texts } = key;
        let has = |list: &[Numbers]| list.iter().any(|n| n.has(layer, datatype));
        let routes = m.routes.iter().filter(|r| r.texts == texts && has(&r.from));
        let to: Vec<(u32, u32)> = routes.map(|r| r.to).collect();
        match to.is_empty() {
            false => _ = ways.insert(key, to),
            true if m.ignore_others || has(&m.ignored) => _ = ways.insert(key, to),
            true if m.every => {
                let other = m.reserved.iter().find(|(t, to, _)| *t == texts && *to == (layer, datatype));
                if let Some((_, _, name)) = other {
                    let what = if texts { "texts" } else { "shapes" };
                    return Err(MigrateError::Numbers(format!(
                        "{count} {what} on {layer}/{datatype} are not declared, and under their own number they would \
                         become part of `{name}`; declare or ignore them"
                    )));
                }
                ways.insert(key, vec![(layer, datatype)]);
            }
            true => undeclared.push(Undeclared { layer, datatype, texts, count }),
        }
    }
    if undeclared.is_empty() { Ok(ways) } else { Err(MigrateError::Undeclared(undeclared)) }
}

/// The greatest common divisor; `b` > 0.
pub fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Key {
    /// The number of an element; instances, arrays and what only an extension understands have none.
    pub(crate) fn of(e: &crate::model::Element) -> Option<Key> {
        match e.kind {
            Kind::Instance(_) | Kind::Array(_) | Kind::Extension(_) => None,
            kind => Some(Key { layer: e.layer, datatype: e.datatype, texts: matches!(kind, Kind::Text(_)) }),
        }
    }
}
