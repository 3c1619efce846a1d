//! What records leave out because it is as it was in the record before.

use std::sync::Arc;

use super::source::{Parsed, fault};
use crate::model::Name;
use crate::property::Value;
use crate::repetition::Repetition;

/// The modal variables.
#[derive(Default)]
pub(crate) struct Modal {
    /// Whether places count from the last one.
    pub(crate) relative: bool,
    pub(crate) placement_at: [i64; 2],
    pub(crate) text_at: [i64; 2],
    pub(crate) geometry_at: [i64; 2],
    pub(crate) cell: Option<Name>,
    pub(crate) layer: Option<u32>,
    pub(crate) datatype: Option<u32>,
    pub(crate) text_layer: Option<u32>,
    pub(crate) text_type: Option<u32>,
    pub(crate) string: Option<Name>,
    pub(crate) width: Option<i64>,
    pub(crate) height: Option<i64>,
    pub(crate) polygon: Option<Vec<[i64; 2]>>,
    pub(crate) path: Option<Vec<[i64; 2]>>,
    pub(crate) half_width: Option<i64>,
    pub(crate) begin: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) ctrapezoid: Option<u64>,
    pub(crate) radius: Option<i64>,
    pub(crate) repetition: Option<Last>,
    /// Name of the last property, and whether it is a standard one.
    pub(crate) property: Option<(Name, bool)>,
    pub(crate) values: Option<Arc<[Value]>>,
}

/// The repetition that was used last.
#[derive(Clone)]
pub(crate) struct Last {
    /// What it is, where it is regular.
    pub(crate) regular: Option<Repetition>,
    /// One more than its place among the cell's repetitions, once it is there.
    pub(crate) place: u32,
}

/// A variable that must have been set: by this record (`here`, which sets it), or before.
#[inline]
pub(crate) fn modal<T: Clone>(variable: &mut Option<T>, here: Option<T>, what: &str) -> Parsed<T> {
    if here.is_some() {
        *variable = here;
    }
    match variable {
        Some(v) => Ok(v.clone()),
        None => fault(format!("the record leaves out its {what}, and none was given before it in this cell")),
    }
}
