//! Layers of a hierarchical layout as areas: computed layers, rules and what breaks them.
//!
//! - A [`Tree`] is who places whom; [`Layers`] hold what each cell itself has on each layer.
//! - Everything that is computed sees its layers merged across cells. What touches nothing from outside its cell, in any
//!   placement, is computed once, in the cell; what does goes up to the first cell in which it is complete ([`local`]).
//! - [`Expr`] says what is computed. What decides on an island by its measures is a [`MeasureKernel`], brought from outside.
#![forbid(unsafe_code)]

mod clusters;
mod context;
mod drawn;
mod expr;
mod found;
mod frames;
mod grow;
mod index;
mod islands;
mod kept;
mod layers;
mod local;
mod nets;
mod quick;
mod rules;
mod texts;
mod tiles;
mod torn;
mod transform;
mod tree;

pub use drawn::Drawn;
pub use expr::{AreaError, Decided, Expr, MeasureKernel, Measures, Picked};
pub use found::{Found, found_again};
pub use frames::{Pieces, Zones, scaled, within};
pub use grow::Array;
pub use index::Index;
pub use kept::{Scale, Side, kept};
pub use layers::{LayerId, Layers};
pub use local::{Local, local};
pub use nets::{Channel, Cut, Matched, Moved, Nets, channels, match_nets};
pub use rules::{Axis, Carrier, Check, Mark, OnNets, Reach, Spacing, Tracks, Violations, check, check_on_nets, rule};
pub use texts::texts;
pub use torn::{Differences, Islands, compare, islands};
pub use transform::Transform;
pub use tree::{Place, Tree, TreeError};
