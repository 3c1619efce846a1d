//! Exact areas of layout layers: booleans, sizing, rule checks, islands.
//!
//! - [`Shapes`] are what is drawn: rectangles and polygons that overlap as they like.
//! - A [`Region`] is the merged area of a layer, in a form that equal areas share. Booleans and sizing take either, and
//!   need not be given merged areas.
//! - Polygons are those that KLayout merges to: what touches at an edge or at a corner is one ([`Polygons`]).
//! - Checks give pairs of edges ([`EdgePair`]), those that KLayout gives for merged regions.
//! - Coordinates are database units in 32 bits. What has vertical and horizontal edges is computed in integers and exact;
//!   what slanted edges round is said where they are ([`Shapes::push_polygon`], [`Region::sized`]). No input breaks
//!   anything: what would leave 32 bits is an error.
//! - Large areas are worked on by the threads of the present `rayon` pool, small ones by the calling thread alone. No
//!   result depends on it.
//!
//! ```
//! use migc_geometry::{Between, Rect, Region, Rule, Shapes};
//!
//! let mut drawn = Shapes::new();
//! drawn.push_rect(Rect { x0: 0, y0: 0, x1: 100, y1: 20 });
//! drawn.push_polygon(&[[0, 10], [0, 80], [20, 80], [20, 10]]);
//! let metal = Region::merged(&drawn);
//! assert_eq!((metal.count(), metal.area()), (1, 3200));
//!
//! let cut = Region::from_iter([Rect { x0: 5, y0: 5, x1: 15, y1: 15 }]);
//! assert_eq!(metal.enclosure_check(&cut, &Rule::new(6)).len(), 2);
//! assert!(metal.space_check(&Rule::new(50), Between::Any).is_empty());
//! assert_eq!(Region::sized(&metal, 5, 5).unwrap().bbox(), Some(Rect { x0: -5, y0: -5, x1: 105, y1: 85 }));
//! ```
#![forbid(unsafe_code)]

mod bands;
mod checks;
mod combine;
mod density;
mod islands;
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

pub use checks::{Angles, Between, EdgePair, Ends, Metric, Rule, Size};
pub use combine::Op;
pub use density::{Density, TooManyWindows};
pub use meet::Meeting;
pub use orientation::Orientation;
pub use polygons::{Polygon, Polygons, Sets};
pub use rect::{OutOfRange, Point, Rect};
pub use region::Region;
pub use shapes::{Area, Shapes};
pub use size::SizeError;
