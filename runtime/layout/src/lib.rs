//! GDSII and OASIS in and out, and exact scaling and snapping of hierarchical layouts.
//!
//! - [`read`], [`read_path`] and [`write()`] keep everything of a file: elements, repetitions, properties, flags, reals in
//!   the form that they have. Writing in the other format says what that one cannot hold.
//! - [`migrate`] maps layers, scales and snaps. Its result, flattened, equals the flattened source scaled and snapped
//!   vertex by vertex; a cell becomes several variants only where its placements snap differently.
//! - The arithmetic of a vertex is not here: a [`VertexKernel`] brings it, and every coordinate goes through it.
#![forbid(unsafe_code)]

mod arrays;
mod cells;
mod copies;
mod counts;
mod error;
mod faults;
mod flat;
mod format;
mod gds;
mod head;
mod hierarchy;
mod library;
mod lost;
mod migration;
mod model;
mod nodes;
mod number;
mod oasis;
mod orientation;
mod outline;
mod polygon;
mod property;
mod recipe;
mod repetition;
mod scale_mark;
mod transform;
mod variant;

pub use cells::{LeftOut, leave_out, rename};
pub use counts::{Counts, Key, LayerCounts, LayoutReject};
pub use error::{FormatError, MigrateError, SnapRefused, Undeclared};
pub use faults::{Fault, faults};
pub use flat::Stood;
pub use format::{read, read_path, write};
pub use gds::real::Real8;
pub use library::{ExtensionName, Format, Interval, LayerName, Library, NameTable, Place, TableProperties, Units};
pub use lost::Lost;
pub use migration::{Migration, Numbers, OutOfRange, Override, Route, Scaling, VertexKernel, gcd};
pub use model::{
    Cell, Element, ExtensionDetail, Extra, Kind, Name, PathDetail, Placement, Point, Raw, Strans, TextDetail,
};
pub use number::Real;
pub use property::{Property, Value};
pub use repetition::Repetition;
pub use scale_mark::ScaleMark;
pub use transform::{Outcome, migrate, migrate_with};
