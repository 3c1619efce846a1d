//! What breaks rules, read from a run's report.

use std::path::Path;

use migc_pictures::{Mark, MarkRule};
use serde::Deserialize;

use super::Why;
use crate::Exit;

/// A line of `TARGET.violations.jsonl`.
#[derive(Deserialize)]
struct Line {
    place: String,
    layer: String,
    rule: String,
    cell: String,
    kind: String,
    points: Vec<[i32; 2]>,
}

/// Reads the marks of a place (of every place if none is named), by rule, in the order of the file.
pub(super) fn read(path: &Path, place: Option<&str>, view: usize) -> Result<Vec<MarkRule>, Why> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        (format!("{} cannot be read: {e}; name the TARGET.violations.jsonl of a run", path.display()), Exit::Failed)
    })?;
    let mut rules: Vec<MarkRule> = Vec::new();
    for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line: Line = serde_json::from_str(line).map_err(|e| {
            let shown = path.display();
            (
                format!("{shown}, line {}, is no violation: {e}; name the TARGET.violations.jsonl of a run", n + 1),
                Exit::Failed,
            )
        })?;
        if place.is_some_and(|place| place != line.place) {
            continue;
        }
        let name = format!("{}: {}", line.layer, line.rule);
        let mark = Mark { cell: line.cell, strokes: strokes(&line.kind, &line.points) };
        match rules.iter_mut().find(|r| r.name == name) {
            Some(rule) => rule.marks.push(mark),
            None => rules.push(MarkRule { view, name, marks: vec![mark] }),
        }
    }
    Ok(rules)
}

/// The lines of a mark: its two edges, or the ring of its box.
fn strokes(kind: &str, points: &[[i32; 2]]) -> Vec<Vec<[i32; 2]>> {
    match (kind, points) {
        ("box" | "window", [[x0, y0], [x1, y1]]) => {
            vec![vec![[*x0, *y0], [*x1, *y0], [*x1, *y1], [*x0, *y1], [*x0, *y0]]]
        }
        ("edges" | "edge", points) => points.chunks(2).map(<[_]>::to_vec).collect(),
        (_, points) => points.iter().map(|p| vec![*p]).collect(),
    }
}
