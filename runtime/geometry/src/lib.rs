//! Exact areas of layout layers: booleans, sizing, rule checks, islands.
//!
//! - [`Shapes`] are what is drawn: rectangles and polygons that overlap as they like.
//! - A [`Region`] is the merged area of a layer, in a form that equal areas share.
//! - Coordinates are database units in 32 bits; everything is computed in integers, and nothing depends on threads.
#![forbid(unsafe_code)]

mod bands;
mod checks;
mod combine;
mod density;
mod links;
mod meet;
mod mixed;
mod offset;
mod orientation;
mod outline;
mod pieces;
mod polygons;
mod rect;
mod region;
mod select;
mod shapes;
mod size;
mod slanted;
mod stretches;
mod strips;
mod sweep;
mod wall;

pub use checks::{Angles, Between, EdgePair, Metric, Rule, Size};
pub use combine::Op;
pub use density::{Density, TooManyWindows};
pub use meet::Meeting;
pub use orientation::Orientation;
pub use polygons::{Polygon, Polygons};
pub use rect::{OutOfRange, Point, Rect};
pub use region::Region;
pub use shapes::{Area, Shapes};
pub use size::SizeError;
