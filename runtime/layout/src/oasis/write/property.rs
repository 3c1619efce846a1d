//! Properties on their way out.

use std::io::Write;
use std::sync::Arc;

use super::Writer;
use super::bytes::{real, sint, uint};
use crate::model::Name;
use crate::oasis::records as r;
use crate::property::{GDS_PROPERTY, Property, Value};

/// The standard property that says where a cell stands in the file.
const CELL_OFFSET: &[u8] = b"S_CELL_OFFSET";

impl<W: Write> Writer<W> {
    /// Writes properties of the record before.
    pub(super) fn properties(&mut self, list: &[Property]) {
        for p in list {
            match p {
                Property::Named { name, standard, values } => self.property(name, *standard, values),
                Property::Attribute { number, value } => {
                    let values = [Value::Unsigned(u64::from(*number)), Value::B(value.clone())];
                    self.property(&Name::from(GDS_PROPERTY), true, &Arc::from(values));
                }
            }
        }
    }

    /// Takes the names and texts of properties into their tables.
    pub(super) fn note(&mut self, list: &[Property]) {
        for p in list {
            match p {
                Property::Attribute { value, .. } => {
                    _ = self.property_names.number(&Name::from(GDS_PROPERTY));
                    _ = self.property_texts.number(value);
                }
                Property::Named { name, values, .. } => {
                    _ = self.property_names.number(name);
                    for v in values.iter() {
                        if let Value::A(text) | Value::B(text) | Value::N(text) = v {
                            _ = self.property_texts.number(text);
                        }
                    }
                }
            }
        }
    }

    /// Writes the properties of a cell's name, whose record stands at `place`: that property is told anew.
    pub(super) fn name_properties(&mut self, list: &[Property], place: u64) {
        for p in list {
            match p {
                Property::Named { name, standard: true, .. } if name.bytes() == CELL_OFFSET => {
                    self.property(name, true, &Arc::from([Value::Unsigned(place)]));
                }
                other => self.properties(std::slice::from_ref(other)),
            }
        }
    }

    fn property(&mut self, name: &Name, standard: bool, values: &Arc<[Value]>) {
        let same_name = self.modal.property.as_ref().is_some_and(|(n, s)| n == name && *s == standard);
        let same_values = self.modal.values.as_ref() == Some(values);
        if same_name && same_values {
            return self.bytes.records.push(r::PROPERTY_AGAIN as u8);
        }
        self.bytes.records.push(r::PROPERTY as u8);
        let count = if same_values { 0 } else { values.len().min(15) as u8 };
        let info = count << 4 | u8::from(same_values) << 3 | if same_name { 0 } else { 6 } | u8::from(standard);
        self.bytes.records.push(info);
        if !same_name {
            let number = self.property_names.number(name);
            uint(&mut self.bytes.records, number);
            self.modal.property = Some((name.clone(), standard));
        }
        if same_values {
            return;
        }
        if count == 15 {
            uint(&mut self.bytes.records, values.len() as u64);
        }
        for v in values.iter() {
            let to = &mut self.bytes.records;
            let (kind, text) = match v {
                Value::Real(v) => {
                    if !real(to, *v) {
                        self.losses.add("reals of properties, which are rounded", 1);
                    }
                    continue;
                }
                Value::Unsigned(n) => {
                    to.push(8);
                    uint(to, *n);
                    continue;
                }
                Value::Signed(n) => {
                    to.push(9);
                    sint(to, *n);
                    continue;
                }
                Value::A(text) => (13, text),
                Value::B(text) => (14, text),
                Value::N(text) => (15, text),
            };
            to.push(kind);
            let number = self.property_texts.number(text);
            uint(&mut self.bytes.records, number);
        }
        self.modal.values = Some(values.clone());
    }
}
