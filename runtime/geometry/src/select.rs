//! Polygons of a region that are picked: by what they measure, or by how they lie to another region.
//!
//! Islands and polygons are the same here: what touches at an edge or at a corner is one (see
//! [`Polygons`](crate::Polygons)). That is what KLayout merges to, and its `interacting` counts corners as well.

use crate::polygons::{Polygon, label};
use crate::slanted::Slanted;
use crate::{Meeting, Region};

impl Polygon<'_> {
    /// The smaller side of its bounding box, in database units.
    pub fn width(&self) -> i64 {
        let all = self.bbox();
        all.width().min(all.height())
    }

    /// The larger side of its bounding box, in database units.
    pub fn length(&self) -> i64 {
        let all = self.bbox();
        all.width().max(all.height())
    }
}

impl Region {
    /// The polygons that are wanted.
    pub fn select(&self, mut wanted: impl FnMut(&Polygon<'_>) -> bool) -> Region {
        let wanted: Vec<bool> = self.polygons().iter().map(|p| wanted(&p)).collect();
        self.keep(|polygon| wanted[polygon])
    }

    /// The polygons that touch another region, at least at a corner.
    pub fn interacting(&self, other: &Region) -> Region {
        self.by_meetings(other, |meetings| !meetings.is_empty())
    }

    /// The polygons that share area with another region.
    pub fn overlapping(&self, other: &Region) -> Region {
        self.by_meetings(other, |meetings| meetings.iter().any(|m| m.twice_shared > 0))
    }

    /// The polygons that share no area with another region; they may touch it.
    pub fn outside(&self, other: &Region) -> Region {
        self.by_meetings(other, |meetings| meetings.iter().all(|m| m.twice_shared == 0))
    }

    /// The polygons that lie all in another region; they may reach up to its edge.
    pub fn inside(&self, other: &Region) -> Region {
        let areas = self.twice_areas();
        self.by_meetings_at(other, |polygon, meetings| {
            meetings.iter().map(|m| m.twice_shared).sum::<i128>() == areas[polygon]
        })
    }

    /// The polygons in which at least one whole polygon of another region lies.
    pub fn covering(&self, other: &Region) -> Region {
        let areas = other.twice_areas();
        self.by_meetings(other, |meetings| meetings.iter().any(|m| m.twice_shared == areas[m.b as usize]))
    }

    /// The area of each polygon in square database units, in canonical order; half a unit is left off.
    pub fn areas(&self) -> Vec<i128> {
        self.twice_areas().into_iter().map(|a| a / 2).collect()
    }

    fn twice_areas(&self) -> Vec<i128> {
        let (labels, count) = label(&self.walls);
        let mut areas = vec![0; count];
        for (w, &polygon) in self.walls.iter().zip(&labels) {
            areas[polygon as usize] -= 2 * i128::from(w.step) * i128::from(w.x) * (i128::from(w.y1) - i128::from(w.y0));
        }
        areas.extend(self.slanted.iter().map(Slanted::twice_area));
        areas
    }

    fn by_meetings(&self, other: &Region, wanted: impl Fn(&[Meeting]) -> bool) -> Region {
        self.by_meetings_at(other, |_, meetings| wanted(meetings))
    }

    /// The polygons that are wanted by their place and by what they meet.
    fn by_meetings_at(&self, other: &Region, wanted: impl Fn(usize, &[Meeting]) -> bool) -> Region {
        let meetings = self.meetings(other);
        self.keep(|polygon| {
            let of = |k: usize| meetings.partition_point(|m| (m.a as usize) < k);
            wanted(polygon, &meetings[of(polygon)..of(polygon + 1)])
        })
    }

    fn keep(&self, wanted: impl Fn(usize) -> bool) -> Region {
        let (labels, upright) = label(&self.walls);
        let wanted: Vec<bool> = (0..upright + self.slanted.len()).map(wanted).collect();
        let walls = self.walls.iter().zip(&labels).filter(|(_, polygon)| wanted[**polygon as usize]);
        // Polygons that are different do not touch, so that the walls of those that stay are as long as they can be.
        let slanted = self.slanted.iter().zip(&wanted[upright..]).filter(|(_, wanted)| **wanted);
        Region { walls: walls.map(|(w, _)| *w).collect(), slanted: slanted.map(|(s, _)| s.clone()).collect() }
    }
}
