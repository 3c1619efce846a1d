//! Cells that a map leaves out or calls otherwise.

use migc_compiler::plan::CellFate;
use migc_layout::{LeftOut, Library, Outcome};

use super::work::LayoutMap;

/// Leaves out the cells that the map drops; what left, by reason.
pub(super) fn leave_out(map: &LayoutMap<'_>, library: &mut Library) -> Vec<(String, LeftOut)> {
    let cells = &map.shapes.cells;
    let mut reasons: Vec<&String> = Vec::new();
    for rule in cells {
        if let CellFate::Drop(reason) = &rule.fate
            && !reasons.contains(&reason)
        {
            reasons.push(reason);
        }
    }
    let fate = |name: &str| cells.iter().find(|r| r.pattern.fills(name).is_some()).map(|r| &r.fate);
    let leaves = |reason: &String| {
        let which = |name: &migc_layout::Name| fate(&name.to_string()) == Some(&CellFate::Drop(reason.clone()));
        (reason.clone(), migc_layout::leave_out(library, &which))
    };
    reasons.into_iter().map(leaves).collect()
}

/// Gives cells the names that the map says; variants keep their numbers.
pub(super) fn rename(map: &LayoutMap<'_>, names: &[String], outcome: &mut Outcome) -> Result<(), String> {
    let cells = &map.shapes.cells;
    if !cells.iter().any(|r| matches!(r.fate, CellFate::Rename(_))) {
        return Ok(());
    }
    let new = |i: usize, name: &migc_layout::Name| {
        let source = names.get(*outcome.origins.get(i)?)?;
        let rule = cells.iter().find(|r| r.pattern.fills(source).is_some())?;
        let CellFate::Rename(to) = &rule.fate else { return None };
        let filled = to.filled(&rule.pattern, &rule.pattern.fills(source)?);
        let number = name.to_string().strip_prefix(source.as_str()).unwrap_or_default().to_owned();
        // A variant of a cell without a name has none either.
        let number = if filled.is_empty() { "" } else { &number };
        Some(migc_layout::Name::from(format!("{filled}{number}").as_str()))
    };
    let renamed = migc_layout::rename(&mut outcome.library, &new)?;
    outcome.notes.push(match renamed {
        1 => "1 cell has another name".to_owned(),
        n => format!("{n} cells have other names"),
    });
    Ok(())
}
