//! The word of a layout that it was scaled: the guard against scaling it twice.
//!
//! In OASIS it is a property of the file. GDSII has none of these, so it is a property of the first element of each cell
//! that nothing places: programs that read and write layouts keep it there.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use crate::library::{Format, Library};
use crate::migration::gcd;
use crate::model::{Cell, Extra, Kind, Name};
use crate::property::{Property, Value};

/// How far a layout was scaled in all, along x and y, each in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScaleMark(pub [(i64, i64); 2]);

/// The name of the property of OASIS, and the first word of the one of GDSII.
const NAME: &str = "MIGC_SCALE";

/// The attribute of the property of GDSII.
const ATTRIBUTE: u16 = 120;

impl ScaleMark {
    /// Of a layout that was never scaled.
    pub const NONE: ScaleMark = ScaleMark([(1, 1); 2]);

    /// This scale and another one after it; `None` where the ratio leaves 64 bits.
    pub fn then(self, other: ScaleMark) -> Option<ScaleMark> {
        let mut both = [(1, 1); 2];
        for (axis, both) in both.iter_mut().enumerate() {
            let ((a, b), (c, d)) = (self.0[axis], other.0[axis]);
            *both = lowest(i128::from(a) * i128::from(c), i128::from(b) * i128::from(d))?;
        }
        Some(ScaleMark(both))
    }
}

/// A ratio of positive numbers in lowest terms; `None` where it leaves 64 bits.
fn lowest(n: i128, d: i128) -> Option<(i64, i64)> {
    let g = gcd(n, d);
    Some((i64::try_from(n / g).ok()?, i64::try_from(d / g).ok()?))
}

impl fmt::Display for ScaleMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [(a, b), (c, d)] = self.0;
        match (a, b) == (c, d) {
            true => write!(f, "{a}/{b}"),
            false => write!(f, "{a}/{b} x {c}/{d}"),
        }
    }
}

impl FromStr for ScaleMark {
    type Err = ();

    fn from_str(text: &str) -> Result<ScaleMark, ()> {
        let side = |s: &str| {
            let (n, d) = s.split_once('/')?;
            let (n, d) = (n.parse::<i64>().ok()?, d.parse::<i64>().ok()?);
            (n > 0 && d > 0).then(|| lowest(n.into(), d.into())).flatten()
        };
        let (x, y) = text.split_once(" x ").unwrap_or((text, text));
        Ok(ScaleMark([side(x).ok_or(())?, side(y).ok_or(())?]))
    }
}

impl Library {
    /// What the library says of its scale. Parts of layouts that were put together can say several things.
    pub fn scale_marks(&self) -> Vec<ScaleMark> {
        // A block that was put under a new top says so still.
        let on_elements = self.cells.iter().flat_map(|c| &c.extras).flat_map(|extra| &extra.properties);
        let mut marks: Vec<ScaleMark> = self.properties.iter().chain(on_elements).filter_map(mark_of).collect();
        marks.sort_unstable();
        marks.dedup();
        marks
    }

    /// Says of the library how far it was scaled, as its format can carry it, in place of what it said before; `None` says
    /// nothing. A library whose top cells are empty says nothing in GDSII.
    pub fn set_scale_mark(&mut self, format: Format, mark: Option<ScaleMark>) {
        if mark.is_none() && self.scale_marks().is_empty() {
            return;
        }
        self.properties.retain(|p| mark_of(p).is_none());
        let tops: HashSet<Name> = self.tops().into_iter().map(|c| c.name.clone()).collect();
        for cell in &mut self.cells {
            cell.extras.iter_mut().for_each(|e| e.properties.retain(|p| mark_of(p).is_none()));
            if !tops.contains(&cell.name) {
                continue;
            }
            if let (Some(mark), Format::Gds) = (mark, format) {
                add(cell, Property::Attribute { number: ATTRIBUTE, value: Name::from(&*format!("{NAME} {mark}")) });
            }
        }
        if let (Some(mark), Format::Oasis) = (mark, format) {
            let values = [Value::A(Name::from(&*mark.to_string()))].into();
            self.properties.push(Property::Named { name: Name::from(NAME), standard: false, values });
        }
    }

    /// Cells that no other one places.
    fn tops(&self) -> Vec<&Cell> {
        let mut placed: HashSet<&Name> = HashSet::new();
        for cell in &self.cells {
            // Neighbours mostly place the same.
            let runs = cell.placements.chunk_by(|a, b| a.cell == b.cell);
            placed.extend(runs.filter_map(|run| run.first()).map(|p| &p.cell));
        }
        self.cells.iter().filter(|c| !placed.contains(&c.name)).collect()
    }
}

/// Adds a property to the first element of a cell.
fn add(cell: &mut Cell, property: Property) {
    let Some(e) = cell.elements.iter_mut().find(|e| !matches!(e.kind, Kind::Extension(_))) else { return };
    let mut extra = match e.extra {
        0 => Extra::default(),
        // Elements may share theirs.
        i => cell.extras[i as usize - 1].clone(),
    };
    extra.properties.push(property);
    cell.extras.push(extra);
    e.extra = cell.extras.len() as u32;
}

fn mark_of(p: &Property) -> Option<ScaleMark> {
    if let Some((ATTRIBUTE, value)) = p.attribute() {
        let text = std::str::from_utf8(value.bytes()).ok()?;
        return text.strip_prefix(NAME)?.trim_start().parse().ok();
    }
    match p {
        Property::Named { name, values, .. } if name.bytes() == NAME.as_bytes() => match &values[..] {
            [Value::A(text) | Value::B(text) | Value::N(text)] => std::str::from_utf8(text.bytes()).ok()?.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Units;

    fn library(format: Format) -> Library {
        let mut lib = Library::new(format, Name::from("L"), Units::of_femtometres(format, 1_000_000));
        let mut cell = Cell::new(Name::from("A"), vec![0; 24]);
        let kept = Property::Attribute { number: 1, value: Name::from("mine") };
        let extra = Extra { properties: vec![kept], ..Extra::default() };
        let corners = [[0, 0], [0, 5], [5, 5], [5, 0], [0, 0]];
        cell.push(Kind::Boundary, 1, 0, &corners, Some(extra)).unwrap();
        cell.push(Kind::Boundary, 1, 0, &corners, None).unwrap();
        lib.cells.push(cell);
        lib
    }

    #[test]
    fn a_mark_is_read_again_from_either_format_and_replaced() {
        for format in [Format::Gds, Format::Oasis] {
            let mut lib = library(format);
            assert_eq!(lib.scale_marks(), []);
            for mark in [ScaleMark([(13, 18); 2]), ScaleMark([(8, 11), (13, 18)])] {
                lib.set_scale_mark(format, Some(mark));
                let mut bytes = Vec::new();
                crate::write(&lib, format, &mut bytes).unwrap();
                lib = crate::read(&bytes[..]).unwrap();
                assert_eq!(lib.scale_marks(), [mark], "{format}");
            }
            lib.set_scale_mark(format, None);
            assert_eq!(lib.scale_marks(), []);
            let mine = lib.cells[0].extra_of(&lib.cells[0].elements[0]).unwrap();
            assert_eq!(mine.properties.len(), 1, "what others said stays");
        }
    }

    #[test]
    fn scales_multiply_in_lowest_terms() {
        let a = ScaleMark([(13, 18), (8, 11)]);
        assert_eq!(a.then(ScaleMark([(18, 13), (1, 2)])), Some(ScaleMark([(1, 1), (4, 11)])));
        assert_eq!(ScaleMark([(i64::MAX, 2); 2]).then(ScaleMark([(3, 1); 2])), None);
        assert_eq!("8/11 x 26/36".parse(), Ok(ScaleMark([(8, 11), (13, 18)])));
        assert_eq!("13/0".parse::<ScaleMark>(), Err(()));
    }
}
