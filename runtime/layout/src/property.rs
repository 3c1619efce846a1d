//! Properties: what files say of elements, cells and themselves beyond geometry.

use std::sync::Arc;

use crate::model::Name;
use crate::number::Real;

/// A property as its format has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Property {
    /// A property of GDSII: an attribute number and a text.
    Attribute {
        /// The number.
        number: u16,
        /// The text.
        value: Name,
    },
    /// A property of OASIS: a name and a list of values.
    Named {
        /// The name.
        name: Name,
        /// Whether the name is one that the standard defines.
        standard: bool,
        /// The values; properties of one list share it.
        values: Arc<[Value]>,
    },
}

/// A value of a property of OASIS. Whether a text stands in the record or in a table is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A real, in the form that it has.
    Real(Real),
    /// A whole number of at least 0.
    Unsigned(u64),
    /// A whole number with a sign.
    Signed(i64),
    /// A text of printable characters and blanks.
    A(Name),
    /// Any bytes.
    B(Name),
    /// A text of printable characters without blanks.
    N(Name),
}

/// The standard name by which OASIS carries properties of GDSII.
pub(crate) const GDS_PROPERTY: &[u8] = b"S_GDS_PROPERTY";

impl Property {
    /// Number and text of a property of GDSII, in either format.
    pub fn attribute(&self) -> Option<(u16, &Name)> {
        match self {
            Property::Attribute { number, value } => Some((*number, value)),
            Property::Named { name, standard: true, values } if name.bytes() == GDS_PROPERTY => match &values[..] {
                [Value::Unsigned(n), Value::A(text) | Value::B(text) | Value::N(text)] => {
                    u16::try_from(*n).ok().map(|n| (n, text))
                }
                _ => None,
            },
            Property::Named { .. } => None,
        }
    }
}
