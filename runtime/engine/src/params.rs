//! Parameters: from `--set` and defaults to the paths of a plan.

use std::collections::BTreeMap;
use std::path::PathBuf;

use migc_compiler::plan::{Plan, Template, TemplatePart};

use crate::error::RunError;

/// The value of every parameter, in the plan's order.
pub(crate) fn resolve(plan: &Plan, set: &BTreeMap<String, String>) -> Result<Vec<String>, RunError> {
    if let Some(name) = set.keys().find(|name| plan.params.iter().all(|p| p.name != **name)) {
        let known = plan.params.iter().map(|p| p.name.clone()).collect();
        return Err(RunError::UnknownParam { name: name.clone(), known });
    }
    let wrong =
        |p: &&migc_compiler::plan::Param| set.get(&p.name).is_some_and(|text| !migc_compiler::is_value(p, text));
    if let Some(p) = plan.params.iter().find(wrong) {
        let (name, ty) = (p.name.clone(), p.ty.to_string());
        return Err(RunError::WrongParam { text: set.get(&name).cloned().unwrap_or_default(), name, ty });
    }
    let value = |p: &migc_compiler::plan::Param| set.get(&p.name).or(p.default.as_ref()).cloned();
    let names: Vec<String> = plan.params.iter().filter(|p| value(p).is_none()).map(|p| p.name.clone()).collect();
    if !names.is_empty() {
        return Err(RunError::Unset { names });
    }
    Ok(plan.params.iter().filter_map(value).collect())
}

/// A path with its parameters filled in.
pub(crate) fn path(template: &Template, values: &[String]) -> PathBuf {
    let mut path = String::new();
    for part in &template.0 {
        match part {
            TemplatePart::Text(text) => path.push_str(text),
            // What a path can hold here is for a message alone.
            TemplatePart::Glob(_) => path.push('*'),
            TemplatePart::Param(at) => path.push_str(values.get(*at).map_or("", String::as_str)),
        }
    }
    path.into()
}
