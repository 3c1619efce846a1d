//! Records of elements: what their bits say is there, and what is taken from the modal variables.

use std::io::Read;

use super::modal::{Last, modal};
use super::read::Reader;
use super::source::{Parsed, fault};
use super::{records as r, repetition};
use crate::library::NameTable;
use crate::model::*;
use crate::number::Real;
use crate::repetition::Repetition;

/// A place in 32 bits.
pub(crate) fn narrow([x, y]: [i64; 2]) -> Parsed<Point> {
    match (i32::try_from(x), i32::try_from(y)) {
        (Ok(x), Ok(y)) => Ok([x, y]),
        _ => fault(format!("the point ({x}, {y}) is beyond 32 bits, which are refused")),
    }
}

impl<R: Read> Reader<R> {
    /// Reads the record of an element.
    pub(crate) fn element(&mut self, record: u64) -> Parsed<()> {
        match record {
            r::RECTANGLE => self.rectangle(),
            r::POLYGON => self.polygon(),
            r::PATH => self.path(),
            r::TRAPEZOID | r::TRAPEZOID_A | r::TRAPEZOID_B => self.trapezoid(record),
            r::CTRAPEZOID => self.ctrapezoid(),
            r::CIRCLE => self.circle(),
            r::TEXT => self.text(),
            r::PLACEMENT | r::PLACEMENT_ANY => self.placement(record),
            r::XELEMENT => {
                let attribute = self.s.uint()?;
                let detail = ExtensionDetail { attribute, bytes: self.string()? };
                let kind = Kind::Extension(detail_at(&mut self.cell()?.extensions, detail)?);
                self.add(kind, (0, 0), &[], 0)
            }
            _ => self.extension_geometry(),
        }
    }

    /// Layer and datatype of a shape, by the lowest bits of its information.
    #[inline]
    pub(crate) fn numbers(&mut self, info: u8) -> Parsed<(u32, u32)> {
        let layer = if info & 1 != 0 { Some(self.s.small("layer")?) } else { None };
        let datatype = if info & 2 != 0 { Some(self.s.small("datatype")?) } else { None };
        Ok((modal(&mut self.modal.layer, layer, "layer")?, modal(&mut self.modal.datatype, datatype, "datatype")?))
    }

    /// A value that stands here if its bit is set.
    #[inline]
    pub(crate) fn given<T>(&mut self, bit: bool, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<Option<T>> {
        if bit { read(self).map(Some) } else { Ok(None) }
    }

    /// The place of a shape.
    #[inline]
    pub(crate) fn geometry_at(&mut self, info: u8) -> Parsed<[i64; 2]> {
        let at = self.place(info, self.modal.geometry_at)?;
        self.modal.geometry_at = at;
        Ok(at)
    }

    /// A place, of which bits 4 and 3 say what is given.
    #[inline]
    fn place(&mut self, info: u8, last: [i64; 2]) -> Parsed<[i64; 2]> {
        let mut at = last;
        for (k, bit) in [(0, 0x10), (1, 0x08)] {
            if info & bit != 0 {
                let v = self.s.one_delta()?;
                at[k] = if self.modal.relative { at[k] + v } else { v };
                // Places beyond 32 bits are refused where elements stand there; sums of many must stay in 64.
                if at[k].abs() >= 1 << 41 {
                    return fault(format!("the coordinate {} is beyond 32 bits, which are refused", at[k]));
                }
            }
        }
        Ok(at)
    }

    /// The repetition of an element, by bit 2: one more than its place among the cell's, or 0.
    #[inline]
    pub(crate) fn repetition(&mut self, info: u8) -> Parsed<u32> {
        if info & 4 == 0 { Ok(0) } else { self.repeated() }
    }

    fn repeated(&mut self) -> Parsed<u32> {
        self.last_repetition()?;
        self.kept_repetition()
    }

    /// The place of the modal repetition among the cell's, where it is put now if it is not there.
    fn kept_repetition(&mut self) -> Parsed<u32> {
        let Some(last) = self.modal.repetition.clone() else { return Ok(0) };
        if last.place > 0 {
            return Ok(last.place);
        }
        let Some(regular) = &last.regular else { return Ok(0) };
        let regular = regular.clone();
        let place = self.keep(regular)?;
        self.modal.repetition = Some(Last { place, ..last });
        Ok(place)
    }

    /// Reads a repetition into the modal variable. One that is not regular is put among the cell's at once.
    fn last_repetition(&mut self) -> Parsed<()> {
        let last = match repetition::read(&mut self.s)? {
            Some(regular @ Repetition::Regular { .. }) => match &self.modal.repetition {
                Some(last) if last.regular.as_ref() == Some(&regular) => last.clone(),
                _ => Last { regular: Some(regular), place: 0 },
            },
            Some(other) => Last { regular: None, place: self.keep(other)? },
            None => modal(&mut self.modal.repetition, None, "repetition")?,
        };
        self.modal.repetition = Some(last);
        Ok(())
    }

    fn keep(&mut self, repetition: Repetition) -> Parsed<u32> {
        let list = &mut self.cell()?.repetitions;
        list.push(repetition);
        u32::try_from(list.len()).or_else(|_| fault(TOO_MANY))
    }

    fn text(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let string = self.given(info & 0x40 != 0, |r| {
            if info & 0x20 == 0 {
                return r.string();
            }
            let number = r.s.uint()?;
            Ok(r.names.get(NameTable::Texts, number))
        })?;
        let string = modal(&mut self.modal.string, string, "text")?;
        let layer = self.given(info & 1 != 0, |r| r.s.small("layer"))?;
        let layer = modal(&mut self.modal.text_layer, layer, "layer of texts")?;
        let kind = self.given(info & 2 != 0, |r| r.s.small("texttype"))?;
        let kind = modal(&mut self.modal.text_type, kind, "texttype")?;
        let at = self.place(info, self.modal.text_at)?;
        self.modal.text_at = at;
        let repetition = self.repetition(info)?;
        let detail = TextDetail { presentation: None, path_type: None, width: None, strans: None, string };
        let element = Kind::Text(detail_at(&mut self.cell()?.texts, detail)?);
        self.add(element, (layer, kind), &[narrow(at)?], repetition)
    }

    fn placement(&mut self, record: u64) -> Parsed<()> {
        let info = self.s.byte()?;
        let cell = self.given(info & 0x80 != 0, |r| {
            if info & 0x40 == 0 {
                return r.string();
            }
            let number = r.s.uint()?;
            Ok(r.names.get(NameTable::Cells, number))
        })?;
        let cell = modal(&mut self.modal.cell, cell, "cell")?;
        let (mag, angle) = if record == r::PLACEMENT {
            let angle = Real::whole_number(90 * u64::from(info >> 1 & 3));
            (None, (info & 6 != 0).then_some(angle))
        } else {
            (self.given(info & 4 != 0, |r| r.s.real())?, self.given(info & 2 != 0, |r| r.s.real())?)
        };
        // The bits of its place stand one higher than a shape's; so does the one of its repetition.
        let at = self.place(info >> 1, self.modal.placement_at)?;
        self.modal.placement_at = at;
        if info & 8 != 0 {
            self.last_repetition()?;
        }
        let flags = if info & 1 != 0 { 0x8000 } else { 0 };
        let strans = (flags != 0 || mag.is_some() || angle.is_some()).then_some(Strans { flags, mag, angle });
        let origin = narrow(at)?;
        if info & 8 != 0
            && let Some(Last { regular: Some(regular), .. }) = &self.modal.repetition
            && let Some(([columns, rows], points)) = as_array(regular, origin)
        {
            let placement = Placement { cell, strans, columns, rows };
            let kind = Kind::Array(detail_at(&mut self.cell()?.placements, placement)?);
            return self.add(kind, (0, 0), &points, 0);
        }
        let repetition = if info & 8 != 0 { self.kept_repetition()? } else { 0 };
        let placement = Placement { cell, strans, columns: 1, rows: 1 };
        let kind = Kind::Instance(detail_at(&mut self.cell()?.placements, placement)?);
        self.add(kind, (0, 0), &[origin], repetition)
    }

    fn extension_geometry(&mut self) -> Parsed<()> {
        let info = self.s.byte()?;
        let attribute = self.s.uint()?;
        let numbers = self.numbers(info)?;
        let detail = ExtensionDetail { attribute, bytes: self.string()? };
        let at = self.geometry_at(info)?;
        let repetition = self.repetition(info)?;
        let kind = Kind::ExtensionGeometry(detail_at(&mut self.cell()?.extensions, detail)?);
        self.add(kind, numbers, &[narrow(at)?], repetition)
    }

    /// Adds an element to the cell.
    #[inline]
    pub(crate) fn add(
        &mut self,
        kind: Kind,
        (layer, datatype): (u32, u32),
        points: &[Point],
        repetition: u32,
    ) -> Parsed<()> {
        let cell = self.cell()?;
        let start = cell.points.len();
        cell.points.extend_from_slice(points);
        let (Ok(start), Ok(_)) = (u32::try_from(start), u32::try_from(cell.points.len())) else {
            return fault(TOO_MANY);
        };
        let count = points.len() as u32;
        cell.elements.push(Element { kind, layer, datatype, start, count, extra: 0, repetition });
        Ok(())
    }
}

const TOO_MANY: &str = "the cell has more than 2^32 points or elements";

/// Adds a detail to its list; gives its place.
#[inline]
pub(crate) fn detail_at<T>(list: &mut Vec<T>, detail: T) -> Parsed<u32> {
    list.push(detail);
    u32::try_from(list.len() - 1).or_else(|_| fault(TOO_MANY))
}

/// A regular repetition of placements as an array: its size, and its three points, where they fit into 32 bits.
fn as_array(r: &Repetition, origin: Point) -> Option<([u32; 2], [Point; 3])> {
    let Repetition::Regular { columns, rows, column_step, row_step } = r else { return None };
    let end = |step: &Point, n: u32| {
        let at = |k: usize| i32::try_from(i64::from(origin[k]) + i64::from(step[k]) * i64::from(n)).ok();
        Some([at(0)?, at(1)?])
    };
    Some(([*columns, *rows], [origin, end(column_step, *columns)?, end(row_step, *rows)?]))
}
