//! The layouts of a plan: which file becomes which.

use std::collections::BTreeMap;
use std::path::PathBuf;

use migc_compiler::plan::{Plan, Shapes, Work};

use crate::error::RunError;
use crate::params;

/// A map of layouts, with the files of both sides.
#[derive(Debug)]
pub struct LayoutPair<'p> {
    /// The source, by its place in the plan.
    pub source: usize,
    /// The target, by its place in the plan.
    pub target: usize,
    /// The file of the source.
    pub from: PathBuf,
    /// The file of the target.
    pub to: PathBuf,
    /// What the map does beyond its program of one vertex.
    pub shapes: &'p Shapes,
}

/// The maps of layouts of a plan; `set` gives values of parameters.
///
/// # Errors
/// If a parameter has no value, or one that is not of its type.
pub fn layout_pairs<'p>(plan: &'p Plan, set: &BTreeMap<String, String>) -> Result<Vec<LayoutPair<'p>>, RunError> {
    let values = params::resolve(plan, set)?;
    let pair = |pass: &'p migc_compiler::plan::Pass| {
        let Work::Shapes(shapes) = &pass.work else { return None };
        let target = pass.program.targets().first().copied()?;
        let path = |of: &migc_compiler::plan::Template| params::path(of, &values);
        let (from, to) = (path(&plan.sources.get(pass.source)?.path), path(&plan.targets.get(target)?.path));
        Some(LayoutPair { source: pass.source, target, from, to, shapes })
    };
    Ok(plan.passes.iter().filter_map(pair).collect())
}
