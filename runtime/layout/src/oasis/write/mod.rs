//! From a library to records: one pass over the cells, then the tables of names that they used.

mod bytes;
mod element;
mod path;
mod property;
mod tables;

use std::collections::{HashMap, HashSet};
use std::io::Write;

use bytes::{Bytes, real, text, uint};
use element::Modal;
use tables::Table;

use super::records as r;
use crate::error::FormatError;
use crate::library::{Format, Interval, Library, NameTable, Units};
use crate::lost::{Losses, Lost};
use crate::model::{Cell, Name};
use crate::number::Real;

/// Bytes of the END record, all together.
const END: usize = 256;

/// Writes a library.
pub(super) fn library(lib: &Library, out: impl Write) -> Result<Vec<Lost>, FormatError> {
    let mut w = Writer {
        bytes: Bytes::new(out),
        cells: Table::default(),
        texts: Table::default(),
        property_names: Table::default(),
        property_texts: Table::default(),
        modal: Modal::default(),
        losses: Losses::default(),
        from: lib.format,
    };
    w.head(lib)?;
    let mut places = Vec::with_capacity(lib.cells.len());
    let mut seen = HashSet::with_capacity(lib.cells.len());
    for cell in &lib.cells {
        if !seen.insert(&cell.name) {
            return Err(cannot(Some(cell), "two cells have this name"));
        }
        places.push(w.bytes.place());
        w.cell(cell)?;
    }
    let offsets = w.tables(lib, &places)?;
    w.end(offsets)?;
    Ok(w.losses.list())
}

/// The error of what the format has no room for.
fn cannot(cell: Option<&Cell>, what: impl Into<String>) -> FormatError {
    FormatError::CannotHold { format: Format::Oasis, cell: cell.map(|c| c.name.to_string()), what: what.into() }
}

struct Writer<W> {
    bytes: Bytes<W>,
    cells: Table,
    texts: Table,
    property_names: Table,
    property_texts: Table,
    modal: Modal,
    losses: Losses,
    /// The format that the library was read from: polygons of GDSII are rectangles where they can be.
    from: Format,
}

impl<W: Write> Writer<W> {
    fn head(&mut self, lib: &Library) -> Result<(), FormatError> {
        self.bytes.records.extend_from_slice(super::MAGIC);
        self.bytes.records.push(r::START as u8);
        text(&mut self.bytes.records, b"1.0");
        let unit = self.unit(lib)?;
        if !real(&mut self.bytes.records, unit) {
            self.losses.add("database unit, which is rounded", 1);
        }
        // The offsets of the tables stand in END.
        self.bytes.records.push(1);
        self.properties(&lib.properties);
        if lib.format == Format::Gds {
            self.losses.add("head of GDSII: its version, the library's name, dates of library and cells", 1);
            let raw = lib.raw.len() + lib.cells.iter().map(|c| c.raw.len()).sum::<usize>();
            self.losses.add("records of GDSII between its head and its elements", raw as u64);
        }
        self.bytes.plain()
    }

    /// Database units in a micrometre.
    fn unit(&mut self, lib: &Library) -> Result<Real, FormatError> {
        let (user, metres) = match lib.units {
            Units::Oasis { per_micrometre } => return Ok(per_micrometre),
            Units::Gds { user, metres } => (user, metres),
        };
        let micrometres = |dbu: i64| match Units::of_femtometres(Format::Gds, dbu) {
            Units::Gds { user, .. } => user.0,
            Units::Oasis { .. } => 0,
        };
        let dbu = lib.units.femtometres();
        // The last bits of a real are the writing program's.
        if dbu.is_none_or(|dbu| micrometres(dbu).abs_diff(user.0) > 16) {
            self.losses.add("user unit other than the micrometre", 1);
        }
        if let Some(dbu) = dbu
            && let Units::Oasis { per_micrometre } = Units::of_femtometres(Format::Oasis, dbu)
        {
            return Ok(per_micrometre);
        }
        let unit = 1e-6 / metres.to_f64();
        if !(unit.is_finite() && unit > 0.0) {
            return Err(cannot(None, format!("its database unit is {metres} m")));
        }
        self.losses.add("database unit that is no whole number of 10⁻¹⁵ m, and is rounded", 1);
        Ok(Real::Double(unit.to_bits()))
    }

    fn cell(&mut self, cell: &Cell) -> Result<(), FormatError> {
        self.bytes.records.push(r::CELL_AT as u8);
        let number = self.cells.number(&cell.name);
        uint(&mut self.bytes.records, number);
        self.modal = Modal::default();
        self.properties(&cell.properties);
        self.bytes.plain()?;
        if !cell.elements.is_empty() {
            self.bytes.records.push(r::XYRELATIVE as u8);
        }
        for e in &cell.elements {
            if !self.element(cell, e)? {
                continue;
            }
            if let Some(x) = cell.extra_of(e) {
                self.losses.add("flags of elements (ELFLAGS)", u64::from(x.flags.is_some()));
                self.losses.add("numbers of plexes (PLEX)", u64::from(x.plex.is_some()));
                self.properties(&x.properties);
            }
            self.bytes.block_if_full()?;
        }
        self.bytes.block()
    }

    /// Writes the tables; gives their places.
    fn tables(&mut self, lib: &Library, places: &[u64]) -> Result<[u64; 6], FormatError> {
        let mut of_cells: HashMap<Name, (&Cell, u64)> = HashMap::with_capacity(lib.cells.len());
        for (cell, place) in lib.cells.iter().zip(places).rev() {
            of_cells.insert(cell.name.clone(), (cell, *place));
        }
        // Properties of names use names and texts of properties, so these tables come last; and what the properties of
        // those two use must be known before.
        for t in &lib.table_properties {
            _ = self.table(t.table).number(&t.name);
            self.note(&t.properties);
        }
        let mut offsets = [0; 6];
        for (i, record, table) in [
            (0, r::CELLNAME, NameTable::Cells),
            (1, r::TEXTSTRING, NameTable::Texts),
            (4, r::LAYERNAME, NameTable::Cells),
            (5, r::XNAME, NameTable::Cells),
            (3, r::PROPSTRING, NameTable::PropertyTexts),
            (2, r::PROPNAME, NameTable::PropertyNames),
        ] {
            let place = self.bytes.place();
            match record {
                r::LAYERNAME => self.layer_names(lib),
                r::XNAME => self.extension_names(lib),
                _ => self.names(lib, record, table, &of_cells),
            }
            if !self.bytes.records.is_empty() {
                offsets[i] = place;
                self.bytes.block()?;
            }
        }
        Ok(offsets)
    }

    fn table(&mut self, table: NameTable) -> &mut Table {
        match table {
            NameTable::Cells => &mut self.cells,
            NameTable::Texts => &mut self.texts,
            NameTable::PropertyNames => &mut self.property_names,
            NameTable::PropertyTexts => &mut self.property_texts,
        }
    }

    fn names(&mut self, lib: &Library, record: u64, table: NameTable, of_cells: &HashMap<Name, (&Cell, u64)>) {
        // Properties of the names of a table can bring more names into it.
        let mut next = 0;
        while let Some(name) = self.table(table).names.get(next).cloned() {
            next += 1;
            self.bytes.records.push(record as u8);
            text(&mut self.bytes.records, name.bytes());
            self.modal = Modal::default();
            if table == NameTable::Cells
                && let Some((cell, place)) = of_cells.get(&name)
            {
                self.name_properties(&cell.name_properties, *place);
            }
            for t in lib.table_properties.iter().filter(|t| t.table == table && t.name == name) {
                self.properties(&t.properties);
            }
        }
    }

    fn layer_names(&mut self, lib: &Library) {
        for n in &lib.layer_names {
            self.bytes.records.push((if n.texts { r::LAYERNAME_TEXT } else { r::LAYERNAME }) as u8);
            text(&mut self.bytes.records, n.name.bytes());
            for Interval { first, last } in [n.layers, n.datatypes] {
                let to = &mut self.bytes.records;
                match (first, last) {
                    (0, u64::MAX) => to.push(0),
                    (first, last) if first == last => [3, first].into_iter().for_each(|n| uint(to, n)),
                    (0, last) => [1, last].into_iter().for_each(|n| uint(to, n)),
                    (first, u64::MAX) => [2, first].into_iter().for_each(|n| uint(to, n)),
                    (first, last) => [4, first, last].into_iter().for_each(|n| uint(to, n)),
                }
            }
            self.modal = Modal::default();
            self.properties(&n.properties);
        }
    }

    fn extension_names(&mut self, lib: &Library) {
        for n in &lib.extension_names {
            self.bytes.records.push((if n.number.is_some() { r::XNAME_AT } else { r::XNAME }) as u8);
            uint(&mut self.bytes.records, n.attribute);
            text(&mut self.bytes.records, n.name.bytes());
            if let Some(number) = n.number {
                uint(&mut self.bytes.records, number);
            }
            self.modal = Modal::default();
            self.properties(&n.properties);
        }
    }

    fn end(&mut self, offsets: [u64; 6]) -> Result<(), FormatError> {
        let to = &mut self.bytes.records;
        to.push(r::END as u8);
        for offset in offsets {
            // All names of a table stand there, and records use their numbers.
            to.push(1);
            uint(to, offset);
        }
        // Two bytes of length, one of the scheme, four of the check; the offsets leave more than 127 to be filled.
        let fill = END - to.len() - 7;
        uint(to, fill as u64);
        to.resize(to.len() + fill, 0);
        to.push(1);
        self.bytes.seal()
    }
}
