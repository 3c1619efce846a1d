//! From records to a library.

use std::collections::HashSet;
use std::io::Read;

use super::finish;
use super::modal::Modal;
use super::names::Names;
use super::property::Owner;
use super::records as r;
use super::source::{Fault, Parsed, Source, fault};
use crate::error::FormatError;
use crate::library::{ExtensionName, Format, Interval, LayerName, Library, NameTable, Units};
use crate::model::*;
use crate::number::Real;

/// Bytes of the END record, all together.
const END: u64 = 256;

/// What of a file was read so far.
pub(crate) struct Reader<R> {
    pub(crate) s: Source<R>,
    pub(crate) names: Names,
    pub(crate) modal: Modal,
    pub(crate) lib: Library,
    /// The numbers of cells that are known by one.
    pub(crate) numbers: Vec<Option<u64>>,
    /// The same as a set, and the names of the other cells.
    opened: HashSet<u64>,
    named: HashSet<Name>,
    pub(crate) owner: Owner,
    /// Whether a cell is open.
    open: bool,
    /// Points of all lists so far.
    pub(crate) points: u64,
    pub(crate) scratch: Vec<Point>,
    /// Whether offsets of tables stand in START, and not in END.
    offsets_at_start: bool,
}

/// Reads a library. The source starts with the magic bytes.
pub(super) fn library(source: impl Read) -> Result<Library, FormatError> {
    let units = Units::Oasis { per_micrometre: Real::whole_number(1000) };
    let mut reader = Reader {
        s: Source::new(source),
        names: Names::default(),
        modal: Modal::default(),
        lib: Library::new(Format::Oasis, Name::from(""), units),
        numbers: Vec::new(),
        opened: HashSet::new(),
        named: HashSet::new(),
        owner: Owner::None,
        open: false,
        points: 0,
        scratch: Vec::new(),
        offsets_at_start: false,
    };
    let mut at = ((0, None), r::START);
    let read =
        reader.records(&mut at).and_then(|()| finish::resolve(&mut reader.names, &mut reader.lib, &reader.numbers));
    match read {
        Ok(()) => Ok(reader.lib),
        Err(Fault::Io(e)) => Err(FormatError::Io(e)),
        Err(Fault::What(what)) => {
            let ((offset, inside), record) = at;
            let cell = if reader.open { reader.cell_name() } else { None };
            let what = inside.map_or(what.clone(), |n| format!("{what} (byte {n} of the unpacked block there)"));
            Err(FormatError::Bad { offset, record: r::name(record), cell, what })
        }
    }
}

impl<R: Read> Reader<R> {
    /// Reads all records; keeps the place and number of the last one in `at`.
    fn records(&mut self, at: &mut ((u64, Option<u64>), u64)) -> Parsed<()> {
        self.s.array::<{ super::MAGIC.len() }>()?;
        let mut started = false;
        loop {
            self.s.settle()?;
            at.0 = self.s.place();
            let Some(record) = self.s.record()? else {
                at.1 = r::END;
                return fault("the file ends before its END record");
            };
            at.1 = record;
            if record != r::PAD && (record == r::START) == started {
                return fault(if started { "a second START" } else { "the first record must be START" });
            }
            match record {
                r::PAD => {}
                r::START => {
                    started = true;
                    self.start()?;
                }
                r::END => {
                    self.leave_cell();
                    return self.end(at.0.0);
                }
                r::CELLNAME..=r::LAYERNAME_TEXT | r::XNAME | r::XNAME_AT => {
                    self.leave_cell();
                    self.name(record)?;
                }
                r::CELL | r::CELL_AT => self.open_cell(record)?,
                r::XYABSOLUTE | r::XYRELATIVE => {
                    if !self.open {
                        return fault(OUTSIDE);
                    }
                    self.modal.relative = record == r::XYRELATIVE;
                    self.owner = Owner::None;
                }
                r::PROPERTY | r::PROPERTY_AGAIN => self.property(record)?,
                r::CBLOCK => self.s.enter(at.0.0)?,
                r::PLACEMENT..=r::CIRCLE | r::XELEMENT | r::XGEOMETRY => {
                    if !self.open {
                        return fault(OUTSIDE);
                    }
                    self.element(record)?;
                    self.owner = Owner::Element;
                }
                _ => return fault(format!("a record is of type {record}, and there are types 0 to 34")),
            }
        }
    }

    /// The cell that is open.
    #[inline]
    pub(crate) fn cell(&mut self) -> Parsed<&mut Cell> {
        match self.lib.cells.last_mut() {
            Some(cell) if self.open => Ok(cell),
            _ => fault(OUTSIDE),
        }
    }

    /// The name of the cell that is open, as far as it is known.
    fn cell_name(&mut self) -> Option<String> {
        let cell = self.lib.cells.last()?;
        let Some(Some(number)) = self.numbers.last() else { return Some(cell.name.to_string()) };
        let known = self.names.entry(NameTable::Cells, *number).map(|e| e.name.to_string());
        known.or_else(|| Some(format!("number {number}")))
    }

    fn leave_cell(&mut self) {
        self.open = false;
        self.modal = Modal::default();
    }

    fn open_cell(&mut self, record: u64) -> Parsed<()> {
        self.leave_cell();
        let (name, number) = if record == r::CELL_AT {
            let number = self.s.uint()?;
            (self.names.get(NameTable::Cells, number), Some(number))
        } else {
            (self.string()?, None)
        };
        let twin = match number {
            Some(number) => !self.opened.insert(number),
            None => !self.named.insert(name.clone()),
        };
        if twin {
            return fault(format!("a second cell `{name}`"));
        }
        self.lib.cells.push(Cell::new(name, Vec::new()));
        self.numbers.push(number);
        self.open = true;
        self.owner = Owner::Cell;
        Ok(())
    }

    /// A text, each kept once.
    pub(crate) fn string(&mut self) -> Parsed<Name> {
        let text = self.s.text()?;
        Ok(self.names.intern(text))
    }

    fn start(&mut self) -> Parsed<()> {
        let version = self.s.text()?;
        if version != b"1.0" {
            let version = String::from_utf8_lossy(&version);
            return fault(format!("the file is of version `{version}`, and this program reads 1.0"));
        }
        let unit = self.s.real()?;
        if !(unit.to_f64() > 0.0 && unit.to_f64().is_finite()) {
            return fault(format!("the unit is {unit} steps a micrometre"));
        }
        self.lib.units = Units::Oasis { per_micrometre: unit };
        self.offsets_at_start = self.s.uint()? == 0;
        if self.offsets_at_start {
            self.offsets()?;
        }
        self.owner = Owner::Library;
        Ok(())
    }

    /// Where the six tables of names stand. Names are found without, so that nothing depends on it.
    fn offsets(&mut self) -> Parsed<()> {
        for _ in 0..6 {
            let strict = self.s.uint()?;
            if strict > 1 {
                return fault(format!("a flag of the offsets of tables is {strict}, and there are 0 and 1"));
            }
            self.s.uint()?;
        }
        Ok(())
    }

    fn end(&mut self, start: u64) -> Parsed<()> {
        if self.s.in_block() {
            return fault("the file's end stands inside a block");
        }
        if !self.offsets_at_start {
            self.offsets()?;
        }
        self.s.text()?;
        let scheme = self.s.uint()?;
        let (crc, sum) = self.s.checks();
        let (what, found) = match scheme {
            0 => ("", 0),
            1 => ("CRC-32", crc),
            2 => ("checksum", sum),
            _ => return fault(format!("the validation scheme {scheme} is none that there is")),
        };
        if scheme > 0 {
            let said = u32::from_le_bytes(self.s.array()?);
            if said != found {
                return fault(format!("the file's {what} is {found:08x}, and END says {said:08x}: it is damaged"));
            }
        }
        let length = self.s.place().0 - start;
        if length != END {
            return fault(format!("the END record has {length} bytes, and must have {END}"));
        }
        if self.s.byte().is_ok() {
            return fault("bytes follow the END record");
        }
        Ok(())
    }

    /// Reads a record of a name.
    fn name(&mut self, record: u64) -> Parsed<()> {
        let table = match record {
            r::CELLNAME | r::CELLNAME_AT => NameTable::Cells,
            r::TEXTSTRING | r::TEXTSTRING_AT => NameTable::Texts,
            r::PROPNAME | r::PROPNAME_AT => NameTable::PropertyNames,
            r::PROPSTRING | r::PROPSTRING_AT => NameTable::PropertyTexts,
            r::XNAME | r::XNAME_AT => {
                let (attribute, name) = (self.s.uint()?, self.string()?);
                let number = if record == r::XNAME_AT { Some(self.s.uint()?) } else { None };
                let name = ExtensionName { attribute, name, number, properties: Vec::new() };
                self.lib.extension_names.push(name);
                self.owner = Owner::ExtensionName;
                return Ok(());
            }
            _ => {
                let name = self.string()?;
                let (layers, datatypes) = (self.interval()?, self.interval()?);
                let texts = record == r::LAYERNAME_TEXT;
                self.lib.layer_names.push(LayerName { name, texts, layers, datatypes, properties: Vec::new() });
                self.owner = Owner::LayerName;
                return Ok(());
            }
        };
        let name = self.s.text()?;
        let explicit = record & 1 == 0;
        let number = if explicit { Some(self.s.uint()?) } else { None };
        self.owner = Owner::Name(table, self.names.add(table, name, number)?);
        Ok(())
    }

    fn interval(&mut self) -> Parsed<Interval> {
        let (first, last) = match self.s.uint()? {
            0 => (0, u64::MAX),
            1 => (0, self.s.uint()?),
            2 => (self.s.uint()?, u64::MAX),
            3 => {
                let n = self.s.uint()?;
                (n, n)
            }
            4 => (self.s.uint()?, self.s.uint()?),
            kind => return fault(format!("an interval is of type {kind}, and there are types 0 to 4")),
        };
        if first > last {
            return fault(format!("an interval goes from {first} down to {last}"));
        }
        Ok(Interval { first, last })
    }
}

const OUTSIDE: &str = "the record belongs into a cell, and none is open";
