//! The account of a layout: shapes, texts, instances, arrays and islands, each with one fate.

use std::collections::BTreeMap;

use migc_ledger::Entry;

use super::COLLAPSED;
use super::computed::OWN;
use super::work::{LayoutMap, Worked};

/// The code of an island that is not the same after cells were snapped in their own frames.
const NOT_THE_SAME: &str = "torn";

/// The code of an island that nothing computed of it covers.
const WITHOUT_OUTPUT: &str = "without_output";

/// The account of a layout: shapes, texts, instances and arrays, each with one fate.
pub(super) fn entries(map: &LayoutMap<'_>, Worked { outcome, computed, left_out, .. }: &Worked) -> Vec<Entry> {
    let (source, target) = (&map.plan.sources[map.pass.source].name, &map.plan.targets[map.to].name);
    let entry = |unit: &str, extracted, loaded| Entry {
        map: format!("{source} -> {target}"),
        unit: unit.to_owned(),
        source: source.clone(),
        target: target.clone(),
        extracted,
        loaded,
        ..Entry::default()
    };
    let counts = &outcome.counts;
    let (mut shapes, mut texts) = (entry("shapes", 0, 0), entry("texts", 0, 0));
    let mut missing = 0;
    // What was computed on the way is not the source's.
    for (key, c) in counts.layers.iter().filter(|(key, _)| key.layer < OWN) {
        let of = if key.texts { &mut texts } else { &mut shapes };
        of.extracted += c.read - c.ignored;
        of.loaded += c.written + c.polygons;
        missing += c.collapsed;
        if c.collapsed > 0 {
            *of.rejected.entry(COLLAPSED.to_owned()).or_default() += c.collapsed;
        }
        if c.ignored > 0 {
            *of.ignored.entry(format!("{}/{}", key.layer, key.datatype)).or_default() += c.ignored;
        }
    }
    if missing > 0 {
        let have = if missing == 1 { "shape has" } else { "shapes have" };
        shapes.notes.push(format!("{missing} {have} no area after snapping; rejects.jsonl says which and where"));
    }
    if counts.cells_written != counts.cells_read {
        shapes.notes.push(match counts.cells_read {
            1 => format!("1 cell became {}, with its variants", counts.cells_written),
            n => format!("{n} cells became {}, with their variants", counts.cells_written),
        });
    }
    shapes.notes.extend(outcome.notes.iter().cloned());
    let instances = entry("instances", counts.instances_read, counts.instances_kept);
    let arrays = entry("arrays", counts.arrays_read, counts.arrays_kept + counts.arrays_split);
    let (mut instances, mut arrays) = (instances, arrays);
    for (reason, left) in left_out {
        for (of, n) in [
            (&mut shapes, left.shapes),
            (&mut texts, left.texts),
            (&mut instances, left.instances),
            (&mut arrays, left.arrays),
        ] {
            of.extracted += n;
            if n > 0 {
                *of.dropped.entry(reason.clone()).or_default() += n;
            }
        }
        let n = left.cells.len();
        instances.notes.push(format!("{n} cell{} left as {reason}", if n == 1 { "" } else { "s" }));
    }
    let mut islands = entry("islands", 0, 0);
    for (layer, found) in &computed.found {
        islands.extracted += found.islands;
        islands.loaded += found.islands - found.missing;
        if found.missing > 0 {
            *islands.dropped.entry(WITHOUT_OUTPUT.to_owned()).or_default() += found.missing;
            let places: Vec<String> = found
                .places
                .iter()
                .take(3)
                .map(|(cell, r)| format!("`{cell}` ({}, {}; {}, {})", r.x0, r.y0, r.x1, r.y1))
                .collect();
            let note = format!(
                "{} of {} island{} of `{layer}` overlap{} nothing that is computed of them: {}",
                found.missing,
                found.islands,
                if found.islands == 1 { "" } else { "s" },
                if found.missing == 1 { "s" } else { "" },
                places.join(", ")
            );
            islands.notes.push(note);
        }
    }
    for (layer, n) in computed.masks.iter().filter(|(_, n)| *n > 0) {
        *islands.ignored.entry(layer.clone()).or_default() += n;
        let s = if *n == 1 { "" } else { "s" };
        islands.notes.push(format!("`{layer}` only cuts or selects: no layer of the target holds its {n} island{s}"));
    }
    for torn in &computed.torn {
        islands.extracted += torn.before;
        islands.loaded += torn.before - torn.lost.min(torn.before);
        if torn.lost > 0 {
            *islands.dropped.entry(NOT_THE_SAME.to_owned()).or_default() += torn.lost.min(torn.before);
        }
        if torn.lost > 0 || torn.before != torn.after {
            let places: Vec<String> = torn
                .places
                .iter()
                .take(3)
                .map(|(cell, r)| format!("`{cell}` ({}, {}; {}, {})", r.x0, r.y0, r.x1, r.y1))
                .collect();
            islands.notes.push(format!(
                "`{}`: {} island{} before and {} after; {} {} torn or grown together: {}",
                torn.layer,
                torn.before,
                if torn.before == 1 { "" } else { "s" },
                torn.after,
                torn.lost,
                if torn.lost == 1 { "is" } else { "are" },
                places.join(", ")
            ));
        }
    }
    if !computed.torn.is_empty() && computed.torn.iter().all(|t| t.lost == 0 && t.before == t.after) {
        islands
            .notes
            .push("every island is found again within a grid step: none is torn, none grown together".to_owned());
    }
    for (layer, raised) in computed.raised.iter().filter(|(_, n)| *n > 0) {
        islands.notes.push(match raised {
            1 => format!("`{layer}`: 1 shape was computed above its cell, since something from outside comes near"),
            n => format!(
                "`{layer}`: {n} shapes were computed above their cells, since something from outside comes near"
            ),
        });
    }
    let units = BTreeMap::from([(0, shapes), (1, texts), (2, instances), (3, arrays), (4, islands)]);
    units
        .into_values()
        .filter(|e| e.unit == "shapes" || !e.notes.is_empty() || e.extracted > 0 || !e.ignored.is_empty())
        .collect()
}
