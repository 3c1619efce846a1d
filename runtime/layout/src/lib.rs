//! GDSII in and out, and exact scaling and snapping of hierarchical layouts.
//!
//! - [`read`], [`read_path`] and [`write`] keep everything of a GDSII file: elements, properties, flags, 8-byte reals.
//! - [`migrate`] maps layers, scales and snaps. Its result, flattened, equals the flattened source scaled and snapped
//!   vertex by vertex; a cell becomes several variants only where its placements snap differently.
//! - The arithmetic of a vertex is not here: a [`VertexKernel`] brings it, and every coordinate goes through it.
#![forbid(unsafe_code)]

mod arrays;
mod counts;
mod error;
mod gds;
mod hierarchy;
mod migration;
mod model;
mod orientation;
mod outline;
mod polygon;
mod recipe;
mod transform;
mod variant;

pub use counts::{Counts, Key, LayerCounts, LayoutReject};
pub use error::{GdsError, MigrateError, SnapRefused, Undeclared};
pub use gds::real::Real8;
pub use gds::{read, read_path, write};
pub use migration::{Migration, Numbers, OutOfRange, Route, VertexKernel};
pub use model::{
    Cell, Element, Extra, Kind, Library, Name, PathDetail, Place, Placement, Point, Raw, Strans, TextDetail, Units,
};
pub use transform::{Outcome, migrate};
