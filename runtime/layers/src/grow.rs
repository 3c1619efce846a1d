//! Arrays of cuts: what is legal is filled.
//!
//! The area in which cuts may lie is taken apart into rectangles, along both axes, and each is filled with as many cuts as
//! it holds, about its middle, the fullest rectangle first. A cut that would come too near to one that lies already is left
//! out. An area that holds fewer cuts than lay in it keeps those.

use std::collections::{BTreeMap, HashMap};

use migc_geometry::{Op, Orientation, OutOfRange, Rect, Region, Shapes};

use crate::AreaError;
use crate::expr::{recut, those};
use crate::islands::Islands;

/// How cuts fill an area. Lengths are in database units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Array {
    /// The shorter and the longer side of a cut. Bars lie as those do that lay there.
    pub size: [i32; 2],
    /// The least distance from cut to cut.
    pub space: i32,
    /// How far the area reaches beyond its cuts on all sides.
    pub margin: i32,
    /// In arrays of at least so many cuts one way and so many the other, the least distance is this.
    pub dense: Option<([u32; 2], i32)>,
    /// The grid of their corners.
    pub grid: i32,
}

/// More cuts than this in one place are refused.
const MOST: u64 = 1 << 24;

impl Array {
    /// How far cuts can lie from those that they stand for.
    pub(crate) fn reach(&self) -> i32 {
        let pitch = self.size[1].saturating_add(self.space.max(self.dense.map_or(0, |(_, s)| s)));
        pitch.saturating_add(self.margin).saturating_add(self.grid)
    }

    /// The cuts that come of cuts: every island of `within` that has the middle of one is filled. The others are redrawn
    /// about their middles.
    pub(crate) fn grown(&self, cuts: &Region, within: &Region) -> Result<Region, AreaError> {
        let (all, cuts) = (cuts, cuts.polygons());
        let areas = Islands::new(within);
        let mut held: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let (mut out, mut stay) = (Shapes::new(), vec![false; cuts.len()]);
        let mut alone = |i: usize, out: &mut Shapes| -> Result<(), OutOfRange> {
            let Some(p) = cuts.get(i) else { return Ok(()) };
            match recut(p, self.size.map(Some), self.grid)? {
                Some(r) => out.push_rect(r),
                None => stay[i] = true,
            }
            Ok(())
        };
        for (i, p) in cuts.iter().enumerate() {
            let mut area = None;
            areas.at_point(middle(&p.bbox()), &mut |a| area = area.or(Some(a)));
            match area {
                Some(area) => held.entry(area).or_default().push(i),
                None => alone(i, &mut out)?,
            }
        }
        for (area, before) in held {
            let lies = before.first().and_then(|i| cuts.get(*i)).map(|p| p.bbox());
            let upright = lies.is_none_or(|b| b.width() <= b.height());
            let [short, long] = self.size;
            let size = if upright { [short, long] } else { [long, short] };
            let filled = self.filled(&areas.region(area), size)?;
            match filled.len() < before.len() {
                true => before.into_iter().try_for_each(|i| alone(i, &mut out))?,
                false => filled.into_iter().for_each(|r| out.push_rect(r)),
            }
        }
        Ok(Region::combined(Op::Or, &out, &those(all, |i| stay[i])))
    }

    /// The cuts that an area holds; none where its sides are slanted.
    fn filled(&self, area: &Region, size: [i32; 2]) -> Result<Vec<Rect>, AreaError> {
        if !area.is_manhattan() {
            return Ok(Vec::new());
        }
        let legal = Region::sized(area, -self.margin, -self.margin)?;
        let across = Orientation { mirrored: true, quarters: 1 };
        let mut rects = legal.strips();
        rects.extend(legal.oriented(across)?.strips().into_iter().map(swapped));
        rects.sort_unstable();
        rects.dedup();
        let mut rows: Vec<Rows> = rects.iter().filter_map(|r| self.rows(r, size)).collect();
        rows.sort_by_key(|rows| std::cmp::Reverse(rows.count()));
        let mut placed =
            Placed { cuts: Vec::new(), near: HashMap::new(), side: size[0].max(size[1]), space: self.space };
        for (i, rows) in rows.iter().enumerate() {
            if rows.count() + placed.cuts.len() as u64 > MOST {
                return Err(AreaError::TooManyCuts);
            }
            // Nothing lies in the way of the first rectangle.
            rows.each(&mut |cut| placed.add(cut, i > 0));
        }
        Ok(placed.cuts)
    }

    /// The array that fills a rectangle, about its middle.
    fn rows(&self, r: &Rect, size: [i32; 2]) -> Option<Rows> {
        let fill = |space: i32| {
            let x = self.row([r.x0, r.x1], size[0], space)?;
            Some(Rows { x, y: self.row([r.y0, r.y1], size[1], space)?, size })
        };
        let rows = fill(self.space)?;
        let Some((least, space)) = self.dense else { return Some(rows) };
        let [fewer, more] = [least[0].min(least[1]), least[0].max(least[1])];
        let (a, b) = (rows.x.count.min(rows.y.count), rows.x.count.max(rows.y.count));
        if a < fewer || b < more { Some(rows) } else { fill(space.max(self.space)) }
    }

    /// As many sides in a row as a stretch holds.
    fn row(&self, [from, to]: [i32; 2], side: i32, space: i32) -> Option<Row> {
        let grid = i64::from(self.grid.max(1));
        let up = |n: i64| (n + grid - 1).div_euclid(grid) * grid;
        let (from, to) = (up(from.into()), i64::from(to).div_euclid(grid) * grid);
        let side = i64::from(side);
        let step = up(side + i64::from(space));
        let count = (to - from - side).checked_div(step).filter(|_| to - from >= side)? + 1;
        let spare = to - from - (side + (count - 1) * step);
        Some(Row { from: from + spare / 2 / grid * grid, step, count: u32::try_from(count).ok()? })
    }
}

/// Where the first of several sides begins, and how far each next one is.
struct Row {
    from: i64,
    step: i64,
    count: u32,
}

/// An array of cuts.
struct Rows {
    x: Row,
    y: Row,
    size: [i32; 2],
}

impl Rows {
    fn count(&self) -> u64 {
        u64::from(self.x.count) * u64::from(self.y.count)
    }

    /// Calls `f` with each cut. All of them lie in a rectangle of 32 bits.
    fn each(&self, f: &mut dyn FnMut(Rect)) {
        let at = |row: &Row, i: u32| (row.from + row.step * i64::from(i)) as i32;
        for j in 0..self.y.count {
            for i in 0..self.x.count {
                let (x0, y0) = (at(&self.x, i), at(&self.y, j));
                f(Rect { x0, y0, x1: x0 + self.size[0], y1: y0 + self.size[1] });
            }
        }
    }
}

/// Cuts that lie already, found by where they are.
struct Placed {
    cuts: Vec<Rect>,
    near: HashMap<[i64; 2], Vec<u32>>,
    side: i32,
    space: i32,
}

impl Placed {
    /// Adds a cut, unless it is to be looked at and comes too near to another one.
    fn add(&mut self, cut: Rect, look: bool) {
        let width = i64::from(self.side) + i64::from(self.space) + 1;
        let bucket = [i64::from(cut.x0).div_euclid(width), i64::from(cut.y0).div_euclid(width)];
        let round = (-1..=1).flat_map(|i| (-1..=1).map(move |j| [bucket[0] + i, bucket[1] + j]));
        let mut others = round.filter_map(|b| self.near.get(&b)).flatten();
        if look && others.any(|i| too_near(&self.cuts[*i as usize], &cut, self.space)) {
            return;
        }
        self.near.entry(bucket).or_default().push(self.cuts.len() as u32);
        self.cuts.push(cut);
    }
}

/// Whether two rectangles overlap, or are less than a distance apart.
fn too_near(a: &Rect, b: &Rect, space: i32) -> bool {
    let apart = |a0: i32, a1: i32, b0: i32, b1: i32| (i64::from(b0) - i64::from(a1)).max(i64::from(a0) - i64::from(b1));
    let (x, y) = (apart(a.x0, a.x1, b.x0, b.x1), apart(a.y0, a.y1, b.y0, b.y1));
    if x < 0 && y < 0 {
        return true;
    }
    let (x, y) = (i128::from(x.max(0)), i128::from(y.max(0)));
    x * x + y * y < i128::from(space) * i128::from(space)
}

fn middle(r: &Rect) -> [i32; 2] {
    let half = |a: i32, b: i32| ((i64::from(a) + i64::from(b)).div_euclid(2)) as i32;
    [half(r.x0, r.x1), half(r.y0, r.y1)]
}

/// A rectangle with its axes exchanged.
fn swapped(r: Rect) -> Rect {
    Rect { x0: r.y0, y0: r.x0, x1: r.y1, y1: r.x1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOW: Array = Array { size: [10, 10], space: 10, margin: 5, dense: None, grid: 5 };

    fn region(list: &[[i32; 4]]) -> Region {
        list.iter().map(|[a, b, c, d]| Rect::new([*a, *b], [*c, *d])).collect()
    }

    fn grown(how: &Array, cuts: &[[i32; 4]], within: &[[i32; 4]]) -> Vec<Rect> {
        how.grown(&region(cuts), &region(within)).unwrap().polygons().iter().map(|p| p.bbox()).collect()
    }

    #[test]
    fn a_rectangle_is_filled_about_its_middle() {
        let cuts = grown(&HOW, &[[10, 10, 20, 20]], &[[0, 0, 60, 40]]);
        assert_eq!(cuts.len(), 3 * 2);
        assert_eq!(cuts[0], Rect::new([5, 5], [15, 15]));
        // Half a grid step to the left of the middle, where the middle is on none.
        assert_eq!(grown(&HOW, &[[10, 10, 20, 20]], &[[0, 0, 25, 20]])[0], Rect::new([5, 5], [15, 15]));
    }

    #[test]
    fn an_area_without_a_cut_and_a_cut_without_an_area_stay_as_they_are() {
        let cuts = grown(&HOW, &[[100, 100, 120, 120]], &[[0, 0, 60, 40]]);
        assert_eq!(cuts, [Rect::new([105, 105], [115, 115])]);
    }

    #[test]
    fn there_are_never_fewer_than_before() {
        let three = [[5, 5, 15, 15], [20, 5, 30, 15], [35, 5, 45, 15]];
        let cuts = grown(&HOW, &three, &[[0, 0, 50, 20]]);
        assert_eq!(cuts.len(), 3, "{cuts:?}");
    }

    #[test]
    fn both_legs_of_an_angle_are_filled_and_nothing_is_too_near() {
        let cuts = grown(&HOW, &[[10, 10, 20, 20]], &[[0, 0, 100, 20], [0, 0, 20, 100]]);
        assert_eq!(cuts.len(), 9, "{cuts:?}");
        for (i, a) in cuts.iter().enumerate() {
            assert!(cuts[..i].iter().all(|b| !too_near(a, b, 10)), "{a:?}");
        }
    }

    #[test]
    fn dense_arrays_are_wider_and_bars_lie_as_they_lay() {
        let dense = Array { dense: Some(([2, 3], 20)), ..HOW };
        assert_eq!(grown(&dense, &[[10, 10, 20, 20]], &[[0, 0, 60, 40]]).len(), 2);
        assert_eq!(grown(&dense, &[[10, 10, 20, 20]], &[[0, 0, 40, 40]]).len(), 4);
        let bars = Array { size: [10, 30], ..HOW };
        let lying = grown(&bars, &[[10, 10, 50, 20]], &[[0, 0, 90, 40]]);
        assert!(lying.iter().all(|r| r.width() == 30 && r.height() == 10), "{lying:?}");
        assert_eq!(lying.len(), 4);
    }

    #[test]
    fn what_would_fill_any_memory_is_refused() {
        let endless = Array { size: [1, 1], space: 1, margin: 0, dense: None, grid: 1 };
        let within = region(&[[0, 0, 1_000_000, 1_000_000]]);
        assert_eq!(endless.grown(&region(&[[1, 1, 2, 2]]), &within), Err(AreaError::TooManyCuts));
    }
}
