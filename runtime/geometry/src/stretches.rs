//! A list of walls in stretches of height, for passes from the bottom to the top that threads share.
//!
//! Unlike bands ([`crate::bands`]), stretches cut no wall: what begins or ends at a height belongs to the stretch of
//! that height, and a pass that needs what stands at its bottom is given it.

use rayon::prelude::*;

use crate::bands::PARALLEL_FROM;
use crate::wall::{Wall, key};

/// Walls by their beginnings and by their ends.
pub(crate) struct Stretches<'a> {
    pub(crate) walls: &'a [Wall],
    /// Height and x of every upper end, with the place of its wall, in that order.
    highs: Vec<(u64, u32)>,
    /// The heights where stretches begin, all but the lowest.
    cuts: Vec<i32>,
}

/// What begins and ends in one stretch.
pub(crate) struct Stretch<'a> {
    /// Its number, upward.
    pub(crate) number: usize,
    /// The place of the first wall that begins in it, and those walls.
    pub(crate) first: usize,
    pub(crate) begin: &'a [Wall],
    /// The upper ends in it.
    pub(crate) ends: &'a [(u64, u32)],
    /// The height where it begins; the lowest begins where its first wall does.
    pub(crate) bottom: Option<i32>,
}

impl<'a> Stretches<'a> {
    /// As many stretches as keep the threads busy; one for what is little.
    pub(crate) fn of(walls: &'a [Wall]) -> Stretches<'a> {
        let parallel = walls.len() >= PARALLEL_FROM;
        let count = if parallel { 4 * rayon::current_num_threads() } else { 1 };
        let mut cuts: Vec<i32> = (1..count).map(|k| walls[k * walls.len() / count].y0).collect();
        cuts.dedup();
        Stretches::at(walls, cuts)
    }

    /// Stretches that begin at the given heights, which ascend.
    pub(crate) fn at(walls: &'a [Wall], cuts: Vec<i32>) -> Stretches<'a> {
        let high = |(k, w): (usize, &Wall)| (key(w.y1, w.x), k as u32);
        let mut highs: Vec<(u64, u32)> = Vec::with_capacity(walls.len());
        if walls.len() < PARALLEL_FROM {
            highs.extend(walls.iter().enumerate().map(high));
            highs.sort_unstable();
        } else {
            highs.par_extend(walls.par_iter().enumerate().map(high));
            highs.par_sort_unstable();
        }
        Stretches { walls, highs, cuts }
    }

    /// What a pass makes of each stretch, from the bottom up.
    pub(crate) fn map<T: Send>(&self, pass: impl Fn(Stretch<'_>) -> T + Sync) -> Vec<T> {
        if self.cuts.is_empty() {
            return vec![pass(self.stretch(0))];
        }
        (0..=self.cuts.len()).into_par_iter().map(|number| pass(self.stretch(number))).collect()
    }

    fn stretch(&self, number: usize) -> Stretch<'_> {
        let bottom = number.checked_sub(1).map(|k| self.cuts[k]);
        let top = self.cuts.get(number);
        let begun = |y: &i32| self.walls.partition_point(|w| w.y0 < *y);
        let ended = |y: &i32| self.highs.partition_point(|h| h.0 < key(*y, i32::MIN));
        let first = bottom.as_ref().map_or(0, begun);
        Stretch {
            number,
            first,
            begin: &self.walls[first..top.map_or(self.walls.len(), begun)],
            ends: &self.highs[bottom.as_ref().map_or(0, ended)..top.map_or(self.highs.len(), ended)],
            bottom,
        }
    }

    /// The places of the walls that stand at the bottom of each stretch, begun below it and not ended, unordered.
    pub(crate) fn standing(&self) -> Vec<Vec<u32>> {
        let mut standing = vec![Vec::new(); self.cuts.len() + 1];
        let mut number = 0;
        for (k, wall) in self.walls.iter().enumerate() {
            while self.cuts.get(number).is_some_and(|cut| *cut <= wall.y0) {
                number += 1;
            }
            let mut above = number;
            while self.cuts.get(above).is_some_and(|cut| *cut <= wall.y1) {
                above += 1;
                standing[above].push(k as u32);
            }
        }
        standing
    }
}
