//! A library: what one file holds, and its units.

use std::fmt;

use crate::gds::real::Real8;
use crate::migration::gcd;
use crate::model::{Cell, Name, Raw};
use crate::number::Real;
use crate::property::Property;

/// A format of layout files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// GDSII Stream Format.
    Gds,
    /// OASIS, SEMI P39.
    Oasis,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Gds => "GDSII",
            Format::Oasis => "OASIS",
        })
    }
}

/// A library: what one file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The format it was read from; it says how the format's own details are meant.
    pub format: Format,
    /// The version number of the HEADER record of GDSII.
    pub version: i16,
    /// The bytes of BGNLIB of GDSII: when the library was changed and read last. Kept as they stand.
    pub stamp: Vec<u8>,
    /// Its name in GDSII.
    pub name: Name,
    /// Its units.
    pub units: Units,
    /// Further records of the head of GDSII (fonts, generations, …), kept as they stand.
    pub raw: Vec<(Place, Raw)>,
    /// Properties of the whole library.
    pub properties: Vec<Property>,
    /// Names of layers, in the order of the file.
    pub layer_names: Vec<LayerName>,
    /// Names of OASIS that only extensions understand (XNAME), kept as they stand.
    pub extension_names: Vec<ExtensionName>,
    /// Properties of names in tables of OASIS that belong to nothing else, sorted by table and name.
    pub table_properties: Vec<TableProperties>,
    /// Its cells, in the order of the file.
    pub cells: Vec<Cell>,
    /// What the reader had to change to make a library of the file, as sentences.
    pub remarks: Vec<String>,
}

impl Library {
    /// A library without cells. As GDSII it has no dates.
    pub fn new(format: Format, name: Name, units: Units) -> Library {
        Library {
            format,
            version: 600,
            stamp: vec![0; 24],
            name,
            units,
            raw: Vec::new(),
            properties: Vec::new(),
            layer_names: Vec::new(),
            extension_names: Vec::new(),
            table_properties: Vec::new(),
            cells: Vec::new(),
            remarks: Vec::new(),
        }
    }
}

/// The units of a library, exactly as the file has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// Those of GDSII.
    Gds {
        /// The database unit in user units.
        user: Real8,
        /// The database unit in metres.
        metres: Real8,
    },
    /// That of OASIS.
    Oasis {
        /// Database units in a micrometre.
        per_micrometre: Real,
    },
}

impl Units {
    /// The database unit in units of 10⁻¹⁵ m, where it is a whole number of them to the precision of its real.
    pub fn femtometres(&self) -> Option<i64> {
        // The unit is n / d.
        let (n, d, binary) = match self {
            Units::Gds { metres, .. } => {
                let (mantissa, power) = metres.parts()?;
                // mantissa · 2^power · 10^15; 56 bits times 50 bits fits, and real database units have power < 0.
                if !(-120..0).contains(&power) {
                    return None;
                }
                (mantissa * 1_000_000_000_000_000, 1_i128 << -power, true)
            }
            Units::Oasis { per_micrometre } => {
                let (n, d, power) = per_micrometre.parts()?;
                if n <= 0 || !(-60..=40).contains(&power) {
                    return None;
                }
                let up = i128::from(d).checked_mul(1_000_000_000)?.checked_mul(1 << (-power).max(0))?;
                let down = n.checked_mul(1 << power.max(0))?;
                (up, down, matches!(per_micrometre, Real::Single(_) | Real::Double(_)))
            }
        };
        let whole = n.checked_add(d / 2)?.div_euclid(d);
        let off = (n - whole.checked_mul(d)?).abs();
        // A binary real holds at least 53 bits: further away than 2^-50 of the value is another unit.
        let slack = if binary { (n >> 50).max(1) } else { 0 };
        (whole > 0 && off <= slack).then(|| i64::try_from(whole).ok()).flatten()
    }

    /// Units of a format with a database unit of so many 10⁻¹⁵ m (at least 1), and micrometres as user units.
    pub fn of_femtometres(format: Format, dbu: i64) -> Units {
        let n = i128::from(dbu);
        match format {
            Format::Gds => {
                Units::Gds { user: Real8::ratio(n, 1_000_000_000), metres: Real8::ratio(n, 1_000_000_000_000_000) }
            }
            Format::Oasis => {
                let common = gcd(1_000_000_000, n);
                let part = |n: i128| u64::try_from(n / common).unwrap_or(1).max(1);
                let (n, d) = (part(1_000_000_000), part(n));
                let per_micrometre = match (n, d) {
                    (_, 1) => Real::whole_number(n),
                    (1, _) => Real::Reciprocal { negative: false, d },
                    _ => Real::Ratio { negative: false, n, d },
                };
                Units::Oasis { per_micrometre }
            }
        }
    }
}

/// A table of names of OASIS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameTable {
    /// Names of cells.
    Cells,
    /// Texts.
    Texts,
    /// Names of properties.
    PropertyNames,
    /// Texts of properties.
    PropertyTexts,
}

/// Properties of a name in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProperties {
    /// The table.
    pub table: NameTable,
    /// The name.
    pub name: Name,
    /// Its properties.
    pub properties: Vec<Property>,
}

/// Names of layers (OASIS, LAYERNAME records 11 and 12).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerName {
    /// The name.
    pub name: Name,
    /// Whether it names layers of texts, and not of shapes.
    pub texts: bool,
    /// The layers.
    pub layers: Interval,
    /// The datatypes or texttypes.
    pub datatypes: Interval,
    /// Its properties.
    pub properties: Vec<Property>,
}

/// Numbers from `first` to `last`, inclusive; `u64::MAX` as the last one means no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The first number.
    pub first: u64,
    /// The last number.
    pub last: u64,
}

/// A name that only an extension of OASIS understands (XNAME).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtensionName {
    /// The attribute number that says what it is.
    pub attribute: u64,
    /// The name.
    pub name: Name,
    /// Its reference number, where the file gives one.
    pub number: Option<u64>,
    /// Its properties.
    pub properties: Vec<Property>,
}

/// Where a further record of the head stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the library's name.
    BeforeName,
    /// Between name and units.
    BeforeUnits,
    /// After the units.
    AfterUnits,
}
