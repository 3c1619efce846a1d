//! Paths on their way out. OASIS gives half the width and has no round ends: what it cannot say becomes a polygon.

use std::io::Write;

use super::Writer;
use super::bytes::{sint, uint};
use super::element::wide;
use crate::model::*;
use crate::oasis::{points, records as r};
use crate::outline::{Ends, outline};

impl<W: Write> Writer<W> {
    /// Writes a path; says whether there is a record.
    pub(super) fn path(&mut self, cell: &Cell, e: &Element, p: &PathDetail) -> bool {
        let width = i64::from(p.width.unwrap_or(0));
        self.losses.add("absolute widths of paths, which are written as widths", u64::from(width < 0));
        let width = width.abs();
        let half = width / 2;
        let kind = p.path_type.unwrap_or(0);
        let given = [p.begin, p.end].map(|v| i64::from(v.unwrap_or(0)));
        if matches!(kind, 1 | 2) && given != [0, 0] {
            self.losses.add("extensions of paths whose type has its own", 1);
        }
        let ends = match kind {
            1 | 2 => [half, half],
            0 | 4 => given,
            _ => [0, 0],
        };
        if !matches!(kind, 0 | 1 | 2 | 4) {
            self.losses.add("paths of a type that GDSII does not define, which are written with flush ends", 1);
        }
        let spine: Vec<[i64; 2]> = cell.points_of(e).iter().map(wide).collect();
        let Some((first, rest)) = spine.split_first() else { return false };
        if kind == 1 && rest.is_empty() && width % 2 == 0 {
            // It is a circle.
            self.circle(cell, e, *first, half);
            return true;
        }
        let why = if width % 2 == 1 {
            "paths of an odd width, which are written as polygons"
        } else if kind == 1 && width > 0 {
            "paths with round ends, which are written as polygons"
        } else if rest.is_empty() {
            "paths of one point, which are written as polygons"
        } else {
            self.straight(cell, e, half, ends, *first, rest);
            return true;
        };
        self.losses.add(why, 1);
        let ring = outline(&spine, width, Ends { begin: ends[0], end: ends[1], round: kind == 1 });
        if width == 0 || ring.len() < 3 {
            self.losses.add("paths without area that cannot be written", 1);
            return false;
        }
        self.polygon(cell, e, &ring);
        true
    }

    fn straight(&mut self, cell: &Cell, e: &Element, half: i64, ends: [i64; 2], first: [i64; 2], rest: &[[i64; 2]]) {
        let at = self.open(r::PATH);
        let mut info = self.numbers(e);
        let new_width = self.modal.half_width.replace(half) != Some(half);
        if new_width {
            uint(&mut self.bytes.records, half as u64);
            info |= 0x40;
        }
        // Whether an extension of half the width follows a new width is not said anywhere, so it is said again.
        if self.modal.ends.replace(ends) != Some(ends) || new_width {
            info |= 0x80;
            let scheme = |reach: i64| match reach {
                0 => 1,
                reach if reach == half => 2,
                _ => 3,
            };
            uint(&mut self.bytes.records, scheme(ends[0]) << 2 | scheme(ends[1]));
            ends.iter().filter(|reach| scheme(**reach) == 3).for_each(|reach| sint(&mut self.bytes.records, *reach));
        }
        let list: Vec<[i64; 2]> = rest.iter().map(|p| [p[0] - first[0], p[1] - first[1]]).collect();
        if self.modal.path.as_ref() != Some(&list) {
            points::put(&list, false, &mut |n| uint(&mut self.bytes.records, n));
            self.modal.path = Some(list);
            info |= 0x20;
        }
        self.close(at, info, cell, e, first);
    }
}
