//! Records of properties, and what they belong to.

use std::io::Read;
use std::sync::Arc;

use super::modal::modal;
use super::read::Reader;
use super::records as r;
use super::source::{Parsed, fault};
use crate::library::NameTable;
use crate::model::{Cell, Extra};
use crate::property::{Property, Value};

/// The record that was read last, to which properties belong that follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    None,
    Library,
    Name(NameTable, u64),
    LayerName,
    ExtensionName,
    Cell,
    Element,
}

impl<R: Read> Reader<R> {
    /// Reads a record of a property and adds it to what it belongs to.
    pub(crate) fn property(&mut self, record: u64) -> Parsed<()> {
        let (name, standard) = if record == r::PROPERTY { self.described()? } else { self.last_property(None)? };
        let values = modal(&mut self.modal.values, None, "list of values")?;
        let property = Property::Named { name, standard, values };
        match self.list_of_owner() {
            Some(list) => list.push(property),
            None => return fault("no record stands before it that could have a property"),
        }
        Ok(())
    }

    fn last_property(&mut self, here: Option<(crate::model::Name, bool)>) -> Parsed<(crate::model::Name, bool)> {
        modal(&mut self.modal.property, here, "name of the property")
    }

    fn described(&mut self) -> Parsed<(crate::model::Name, bool)> {
        let info = self.s.byte()?;
        let standard = info & 1 != 0;
        let name = match info & 6 {
            0 | 2 => self.last_property(None)?.0,
            4 => self.string()?,
            _ => {
                let number = self.s.uint()?;
                self.names.get(NameTable::PropertyNames, number)
            }
        };
        self.modal.property = Some((name.clone(), standard));
        let count = u64::from(info >> 4);
        if info & 8 != 0 {
            // The values are the last ones, and the number is to be ignored.
            return Ok((name, standard));
        }
        let count = if count == 15 { self.s.uint()? } else { count };
        // Each value has at least one byte in the file; what it says of their number is not believed.
        let mut values = Vec::with_capacity(count.min(64) as usize);
        for _ in 0..count {
            values.push(self.value()?);
        }
        self.modal.values = Some(Arc::from(values));
        Ok((name, standard))
    }

    fn value(&mut self) -> Parsed<Value> {
        let kind = self.s.uint()?;
        Ok(match kind {
            0..=7 => Value::Real(self.s.real_of(kind)?),
            8 => Value::Unsigned(self.s.uint()?),
            9 => Value::Signed(self.s.sint()?),
            10..=15 => {
                let text = if kind < 13 {
                    self.string()?
                } else {
                    let number = self.s.uint()?;
                    self.names.get(NameTable::PropertyTexts, number)
                };
                match kind {
                    10 | 13 => Value::A(text),
                    11 | 14 => Value::B(text),
                    _ => Value::N(text),
                }
            }
            _ => return fault(format!("a value of a property is of type {kind}, and there are types 0 to 15")),
        })
    }

    /// The properties of what was read last.
    fn list_of_owner(&mut self) -> Option<&mut Vec<Property>> {
        let lib = &mut self.lib;
        match self.owner {
            Owner::None => None,
            Owner::Library => Some(&mut lib.properties),
            Owner::Name(table, number) => self.names.entry(table, number).map(|e| &mut e.properties),
            Owner::LayerName => lib.layer_names.last_mut().map(|n| &mut n.properties),
            Owner::ExtensionName => lib.extension_names.last_mut().map(|n| &mut n.properties),
            Owner::Cell => lib.cells.last_mut().map(|c| &mut c.properties),
            Owner::Element => lib.cells.last_mut()?.last_extra().map(|x| &mut x.properties),
        }
    }
}

impl Cell {
    /// The extras of the element that was added last.
    fn last_extra(&mut self) -> Option<&mut Extra> {
        let e = self.elements.last_mut()?;
        if e.extra == 0 {
            self.extras.push(Extra::default());
            e.extra = u32::try_from(self.extras.len()).ok()?;
        }
        self.extras.last_mut()
    }
}
