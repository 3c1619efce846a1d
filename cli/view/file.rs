//! A picture of one file.

use std::path::Path;

use migc_layout::{Interval, Kind, Library};
use migc_pictures::{Layer, Number, Panel, Picture, Sheet, Style, View as Seen};

use super::{Form, View, Why, cell, marks, sheet, spoken, whole};
use crate::Exit;
use crate::output::read_layout;
use crate::output::tell;

/// Draws a file.
pub(super) fn draw(args: &View, path: &Path, form: Form) -> Result<(), Why> {
    let library = read_layout(path)?;
    let sheet = sheet(path, &library)?;
    let cell = cell(path, &sheet, args.cell.as_deref())?;
    let unit = library.units.femtometres().map(|fm| fm as f64);
    let window = match (args.window.is_some(), unit) {
        (true, None) => {
            let what = "its database unit is no whole number of femtometres, so a window in lengths has no meaning";
            return Err((format!("{}: {what}; leave --window out", path.display()), Exit::Failed));
        }
        (_, unit) => unit.and_then(|unit| args.window_in(unit)),
    };
    let window = window.unwrap_or_else(|| whole(sheet.extent(cell)));
    let layers = layers(args, path, &library, &sheet)?;
    let rules = args.violations.as_deref().map_or(Ok(Vec::new()), |p| marks::read(p, None, 0))?;
    let view = Seen { at: 0, sheet: &sheet, cell, stretch: [1.0, 1.0], depth: args.depth(), frames: true, window };
    let name = &sheet.names()[cell];
    let others = sheet.tops().len().saturating_sub(1);
    if args.cell.is_none() && others > 0 {
        tell(&format!("this is `{name}`; {others} other cells stand in none either, --cell NAME shows one of them"));
    }
    let panel = Panel { title: String::new(), range: spoken(&window, unit), views: vec![0], unit };
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let heading = format!("{file}: {name}");
    let size = usize::from(args.size);
    let picture = Picture { heading, views: vec![view], panels: vec![panel], layers, rules, size };
    args.write(&picture, form)
}

/// The layers of a file, those that were asked for; looks do not depend on what was asked for.
fn layers(args: &View, path: &Path, library: &Library, sheet: &Sheet) -> Result<Vec<Layer>, Why> {
    let named = |n: &Number, texts: bool| {
        let within = |i: &Interval, n: u32| (i.first..=i.last).contains(&n.into());
        let of = library
            .layer_names
            .iter()
            .find(|l| l.texts == texts && within(&l.layers, n.layer) && within(&l.datatypes, n.datatype));
        of.map(|l| l.name.to_string())
    };
    let layer = |n: &Number, texts: bool, style: Style| {
        let numbers = vec![(n.layer, n.datatype, n.datatype)];
        Layer { view: 0, name: named(n, texts), numbers, texts, style }
    };
    let mut all: Vec<Layer> = sheet.numbers().iter().enumerate().map(|(i, n)| layer(n, false, Style::nth(i))).collect();
    let texts = library.cells.iter().flat_map(|c| &c.elements).filter(|e| matches!(e.kind, Kind::Text(_)));
    let mut texts: Vec<Number> = texts.map(|e| Number { layer: e.layer, datatype: e.datatype }).collect();
    texts.sort_unstable();
    texts.dedup();
    all.extend(texts.iter().map(|n| layer(n, true, Style::nth(0))));
    picked(args, path, all)
}

/// The layers that `--layers` names, by numbers or names; a layer's texts come with its shapes.
pub(super) fn picked(args: &View, path: &Path, all: Vec<Layer>) -> Result<Vec<Layer>, Why> {
    if args.layers.is_empty() {
        return Ok(all);
    }
    let number = |word: &str| {
        let (layer, datatype) = word.split_once('/')?;
        Some((layer.trim().parse::<u32>().ok()?, datatype.trim().parse::<u32>().ok()?))
    };
    let is = |layer: &Layer, word: &str| match number(word) {
        Some((l, d)) => layer.numbers.iter().any(|n| n.0 == l && (layer.texts || (n.1..=n.2).contains(&d))),
        None => layer.name.as_deref() == Some(word.trim()),
    };
    for word in &args.layers {
        if !all.iter().any(|layer| is(layer, word)) {
            let mut known: Vec<String> = all.iter().filter(|l| !l.texts).map(shown).collect();
            let more = known.len().saturating_sub(12);
            known.truncate(12);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let has = format!("it has {}{more}", known.join(", "));
            return Err((format!("{} has no layer {word}; {has}", path.display()), Exit::Usage));
        }
    }
    Ok(all.into_iter().filter(|layer| args.layers.iter().any(|word| is(layer, word))).collect())
}

fn shown(layer: &Layer) -> String {
    let numbers = layer.numbers.first().map_or(String::new(), |(l, d, _)| format!("{l}/{d}"));
    layer.name.as_ref().map_or(numbers.clone(), |name| format!("{name} ({numbers})"))
}
