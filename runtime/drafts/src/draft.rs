//! The text of a first spec.

use std::collections::BTreeSet;
use std::fmt::Write;

use migc_layout::{Format, Library};

use crate::found::{Found, found};
use crate::length::shown;
use crate::names::Names;
use crate::rules::{Rules, Steps, cuts, wires};
use crate::technology::{Stackup, Technology};

/// What a draft is made of.
#[derive(Debug)]
pub struct Draft<'d> {
    /// The layout.
    pub library: &'d Library,
    /// Its path, as the spec names it.
    pub source: &'d str,
    /// The path of the target.
    pub target: &'d str,
    /// The format of the target.
    pub format: Format,
    /// The name of the migration.
    pub name: &'d str,
    /// Names of layers.
    pub names: Names,
    /// The technology whose rules the target has.
    pub technology: Option<&'d Technology>,
}

/// A layer of the draft.
struct Layer {
    name: String,
    number: (u32, u32),
    texts: bool,
    count: u64,
    /// The layer of the technology that it is, by its place.
    of: Option<usize>,
}

/// The text of a spec that carries over all that a layout has. `Err` says what a spec cannot say of it.
pub fn draft(of: &Draft<'_>) -> Result<String, String> {
    let Some(dbu) = of.library.units.femtometres() else {
        return Err("its database unit is no whole number of femtometres, which no spec can say".to_owned());
    };
    let found = found(of.library);
    if let Some((l, d, _)) = found.numbers.keys().find(|(l, d, _)| *l > 65_535 || *d > 65_535) {
        return Err(format!("it has shapes on {l}/{d}, and numbers of layers end at 65535"));
    }
    let layers = layers(of, &found);
    let demanded = of.technology.and_then(|t| t.grid).filter(|g| *g % dbu == 0).map(|g| g / dbu);
    // A grid that the layout is not on would move it: that is for people to say.
    let off = demanded.filter(|g| *g > 0 && found.grid % g != 0);
    let target_grid = demanded.filter(|_| off.is_none()).unwrap_or(found.grid).max(1);
    let steps = Steps { dbu, grid: target_grid.saturating_mul(dbu) };
    let mut o = String::new();
    let kinds = |texts: bool| layers.iter().filter(|l| l.texts == texts).count();
    let cells = of.library.cells.len();
    let _ =
        writeln!(o, "/// {}: {cells} cells, {} layers of shapes, {} of texts.", of.source, kinds(false), kinds(true));
    let _ = writeln!(o, "migration {}\n", identifier(of.name, "draft"));
    let grid =
        |units: i64| if units > 1 { format!(", grid: {}", shown(units.saturating_mul(dbu))) } else { String::new() };
    let word = |f: Format| if f == Format::Gds { "gds" } else { "oasis" };
    let dbu_text = shown(dbu);
    let _ = writeln!(
        o,
        "source old = {}({}, dbu: {dbu_text}{}) {{",
        word(of.library.format),
        quoted(of.source),
        grid(found.grid)
    );
    for l in &layers {
        let joins = rules(l, &layers, of.technology, steps).rules.into_iter().find(|r| r.starts_with("joins "));
        let joins = joins.map_or(String::new(), |j| format!(" {{ {j} }}"));
        let head = head(l, &layers, of.technology);
        let _ = writeln!(o, "{head}{joins} // {}", count(l));
    }
    o.push_str("}\n\n");
    if let Some(g) = off {
        let grid = shown(g.saturating_mul(dbu));
        let _ = writeln!(
            o,
            "// The technology's grid is {grid}, and the layout is not on it: `grid: {grid}` moves points."
        );
    }
    let _ =
        writeln!(o, "target new = {}({}, dbu: {dbu_text}{}) {{", word(of.format), quoted(of.target), grid(target_grid));
    for l in &layers {
        let rules = rules(l, &layers, of.technology, steps);
        for left in &rules.left {
            let _ = writeln!(o, "  // no rule here for: {left}");
        }
        let head = head(l, &layers, of.technology);
        let _ = match rules.rules.as_slice() {
            [] => writeln!(o, "{head}"),
            list => writeln!(o, "{head} {{\n    {}\n  }}", list.join("\n    ")),
        };
    }
    o.push_str("}\n\nmap old -> new {\n  // scale 13/18\n");
    for l in &layers {
        let _ = writeln!(o, "  {} = {}", l.name, l.name);
    }
    o.push_str("}\n");
    if let Some(t) = of.technology {
        let used: BTreeSet<usize> = layers.iter().filter_map(|l| l.of).collect();
        let rest: Vec<&str> = t
            .layers
            .iter()
            .enumerate()
            .filter(|(i, l)| l.stackup != Stackup::Other && !used.contains(i))
            .map(|(_, l)| l.name.as_str())
            .collect();
        if !rest.is_empty() {
            let _ = writeln!(o, "\n// Layers of the technology that no layer here is called like: {}", rest.join(", "));
        }
    }
    Ok(o)
}

/// A layer, as both sides declare it.
fn head(l: &Layer, layers: &[Layer], technology: Option<&Technology>) -> String {
    let (layer, datatype) = l.number;
    format!("  {} : {} {layer}/{datatype}{}", l.name, kind(l, technology), labels(l, layers, technology))
}

/// The layers of a draft, each with a name of its own.
fn layers(of: &Draft<'_>, found: &Found) -> Vec<Layer> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut out = Vec::new();
    for (&(layer, datatype, texts), &count) in &found.numbers {
        let known = of.names.get((layer, datatype));
        // Shapes and texts on one number need two names.
        let both = texts && found.numbers.contains_key(&(layer, datatype, false));
        let plain = match known {
            Some(name) => identifier(name, "layer") + if both { "_text" } else { "" },
            None => format!("{}{layer}_{datatype}", if texts { "t" } else { "l" }),
        };
        let short = plain.strip_suffix("_drawing").filter(|s| !s.is_empty() && !taken.contains(*s)).map(str::to_owned);
        let mut name = short.unwrap_or(plain);
        while !taken.insert(name.clone()) {
            name = format!("{name}_{layer}_{datatype}");
        }
        let of = match (texts, of.technology) {
            (false, Some(t)) => t.layers.iter().position(|l| identifier(&l.name, "layer").eq_ignore_ascii_case(&name)),
            _ => None,
        };
        out.push(Layer { name, number: (layer, datatype), texts, count, of });
    }
    out
}

/// What a layer is, as far as it is known.
fn kind(l: &Layer, technology: Option<&Technology>) -> &'static str {
    let cut = technology.zip(l.of).is_some_and(|(t, i)| t.layers[i].stackup == Stackup::Cut);
    match (l.texts, cut) {
        (true, _) => "text",
        (false, true) => "cut",
        (false, false) => "layer",
    }
}

/// Texts label the layer of shapes after which they are called, or the only one of their layer number that has no cuts.
fn labels(l: &Layer, layers: &[Layer], technology: Option<&Technology>) -> String {
    if !l.texts {
        return String::new();
    }
    let shapes = || layers.iter().filter(|s| !s.texts && kind(s, technology) == "layer");
    let called = shapes().find(|s| l.name.strip_prefix(&s.name).is_some_and(|rest| rest.starts_with('_')));
    let mut same = shapes().filter(|s| s.number.0 == l.number.0);
    let only = match (same.next(), same.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    };
    called.or(only).map_or(String::new(), |s| format!(" labels {}", s.name))
}

fn count(l: &Layer) -> String {
    let what = match (l.texts, l.count) {
        (true, 1) => "text",
        (true, _) => "texts",
        (false, 1) => "shape",
        (false, _) => "shapes",
    };
    format!("{} {what}", l.count)
}

/// The rules of a layer, as its technology has them.
fn rules(l: &Layer, layers: &[Layer], technology: Option<&Technology>, steps: Steps) -> Rules {
    let Some((t, at)) = technology.zip(l.of) else { return Rules::default() };
    let named = |i: usize| layers.iter().find(|l| l.of == Some(i)).map(|l| l.name.as_str());
    let routing = |i: &usize| t.layers[*i].stackup != Stackup::Cut;
    match t.layers[at].stackup {
        Stackup::Routing => wires(&t.layers[at], steps),
        Stackup::Cut => {
            // Cuts join what stands before and after them in the file.
            let below = (0..at).rev().find(routing).and_then(named);
            let above = (at + 1..t.layers.len()).find(routing).and_then(named);
            cuts(&t.layers[at], [below, above], steps)
        }
        Stackup::Other => Rules::default(),
    }
}

/// A text as a spec quotes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.push('\\'),
            '{' | '}' => out.push(c),
            _ => {}
        }
        out.push(c);
    }
    out + "\""
}

/// Words that are no names.
const RESERVED: [&str; 9] = ["and", "or", "not", "else", "true", "false", "null", "match", "none"];

/// A name that a spec takes: letters, digits and underscores, a letter first.
fn identifier(text: &str, other: &str) -> String {
    let mut out: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    out = out.trim_matches('_').to_owned();
    while out.contains("__") {
        out = out.replace("__", "_");
    }
    match out.chars().next() {
        Some(_) if RESERVED.contains(&out.as_str()) => out + "_layer",
        Some(c) if c.is_ascii_alphabetic() => out,
        Some(_) => format!("l{out}"),
        None => other.to_owned(),
    }
}
