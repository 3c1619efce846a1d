//! What elements cover and where placements stand, one by one: for everything that looks at a layout as areas.

use crate::arrays;
use crate::model::*;
use crate::orientation::Orientation;
use crate::outline::{circle, outline};
use crate::recipe::ends;

/// Copies of one element that are looked at one by one; more would take hours out of a file of a few bytes.
const MOST: u64 = 1 << 30;

/// Where a placement stands: mirrored at the x axis or not, then turned by quarters counter-clockwise, then moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stood {
    /// Whether it is mirrored.
    pub mirrored: bool,
    /// Quarter turns, 0 to 3.
    pub quarters: u8,
    /// Where the origin of the placed cell lies.
    pub at: [i64; 2],
}

impl Cell {
    /// Calls `f` with the corners of each polygon that an element covers, its copies one by one: paths and circles as
    /// their outlines. Texts, nodes, placements and what only an extension understands cover nothing. A coordinate beyond
    /// 32 bits, or a path that no format defines, is an error in words.
    pub fn each_polygon(&self, e: &Element, f: &mut dyn FnMut(&[Point])) -> Result<(), String> {
        let points = self.points_of(e);
        let ring: Vec<[i64; 2]> = match e.kind {
            Kind::Boundary | Kind::Rectangle | Kind::Box => {
                if e.repetition == 0 {
                    f(points);
                    return Ok(());
                }
                points.iter().map(|p| p.map(i64::from)).collect()
            }
            Kind::Circle => match circle(points) {
                Some(ring) => ring,
                None => return Ok(()),
            },
            Kind::Path(i) => {
                let (width, ends) = ends(self, e, &self.paths[i as usize]).map_err(|e| e.to_string())?;
                if width == 0 {
                    return Ok(());
                }
                let spine: Vec<[i64; 2]> = points.iter().map(|p| p.map(i64::from)).collect();
                outline(&spine, width, ends)
            }
            _ => return Ok(()),
        };
        let mut copy = Vec::with_capacity(ring.len());
        let mut at = |offset: [i64; 2]| -> Result<(), String> {
            copy.clear();
            for p in &ring {
                copy.push(narrow([p[0] + offset[0], p[1] + offset[1]])?);
            }
            f(&copy);
            Ok(())
        };
        match self.repetition_of(e) {
            Some(r) if r.copies() > MOST => {
                Err(format!("it stands at {} places, and more than {MOST} are refused", r.copies()))
            }
            Some(r) => r.offsets().try_for_each(at),
            None => at([0, 0]),
        }
    }

    /// Calls `f` for each place at which a placement stands, those of arrays and repetitions one by one. One that is
    /// magnified, or turned by no quarter, is an error in words: how it is placed.
    pub fn each_place(&self, e: &Element, f: &mut dyn FnMut(Stood)) -> Result<(), String> {
        let Some(i) = e.placement() else { return Ok(()) };
        let p = &self.placements[i as usize];
        let (mirrored, quarters) = Orientation::of(p.strans.as_ref())?.parts();
        let points: Vec<[i64; 2]> = self.points_of(e).iter().map(|p| p.map(i64::from)).collect();
        if self.places(e) > MOST {
            return Err(format!("in {} places, and more than {MOST} are refused", self.places(e)));
        }
        let mut stand = |at| f(Stood { mirrored, quarters, at });
        match (e.kind, points.as_slice()) {
            (Kind::Array(_), &[a, b, c]) => {
                let parts = arrays::parts([a, b, c], p.columns, p.rows, [1, 1]).ok_or("in too many places")?;
                for part in parts {
                    for column in 0..i64::from(part.columns) {
                        for row in 0..i64::from(part.rows) {
                            let along = |k: usize| column * part.column_step[k] + row * part.row_step[k];
                            stand([part.origin[0] + along(0), part.origin[1] + along(1)]);
                        }
                    }
                }
            }
            (_, &[at, ..]) => match self.repetition_of(e) {
                Some(r) => r.offsets().for_each(|o| stand([at[0] + o[0], at[1] + o[1]])),
                None => stand(at),
            },
            _ => {}
        }
        Ok(())
    }

    /// At how many places a placement stands.
    pub fn places(&self, e: &Element) -> u64 {
        let array = e.placement().map(|i| &self.placements[i as usize]);
        let array = array.map_or(1, |p| u64::from(p.columns) * u64::from(p.rows));
        array.saturating_mul(self.repetition_of(e).map_or(1, |r| r.copies()))
    }
}

fn narrow([x, y]: [i64; 2]) -> Result<Point, String> {
    match (i32::try_from(x), i32::try_from(y)) {
        (Ok(x), Ok(y)) => Ok([x, y]),
        _ => Err(format!("a copy reaches to ({x}, {y}), beyond 32 bits")),
    }
}
