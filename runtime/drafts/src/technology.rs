//! The layers of a technology in LEF: what of them is a rule of shapes.

use std::fmt;

use crate::length::micrometres;

/// A technology: its layers from the lowest up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Technology {
    /// The manufacturing grid in 10⁻¹⁵ m.
    pub grid: Option<i64>,
    /// Its layers, in the order of the file.
    pub layers: Vec<Layer>,
}

/// What a layer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stackup {
    /// Wires.
    Routing,
    /// Cuts between the layers before and after it.
    Cut,
    /// Anything else.
    Other,
}

/// A layer of a technology. Lengths are in 10⁻¹⁵ m.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub stackup: Stackup,
    /// Its rules: words and numbers of each statement.
    pub(crate) statements: Vec<Vec<String>>,
}

/// Why a technology cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TechnologyError {
    line: usize,
    what: String,
}

impl fmt::Display for TechnologyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for TechnologyError {}

/// A word of the file with its line.
struct Word<'t> {
    text: &'t str,
    line: usize,
}

fn words(text: &str) -> Vec<Word<'_>> {
    let mut out = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let line_number = i + 1;
        // A number sign begins a comment where a word could begin.
        let mut rest = line;
        while let Some(from) = rest.find(|c: char| !c.is_whitespace()) {
            rest = &rest[from..];
            if rest.starts_with('#') {
                break;
            }
            let end = match rest.strip_prefix('"') {
                Some(inside) => inside.find('"').map_or(rest.len(), |at| at + 2),
                None if rest.starts_with(';') => 1,
                None => rest.find(|c: char| c.is_whitespace() || c == ';').unwrap_or(rest.len()),
            };
            out.push(Word { text: &rest[..end], line: line_number });
            rest = &rest[end..];
        }
    }
    out
}

impl Technology {
    /// Reads the text of a LEF file; what is not of layers is passed over.
    ///
    /// # Errors
    /// If it has no layer, or one without an end.
    pub fn read(text: &str) -> Result<Technology, TechnologyError> {
        let words = words(text);
        let mut out = Technology::default();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let next = words.get(at + 1);
            let begins = at == 0 || matches!(words[at - 1].text, ";" | "UNITS" | "LIBRARY") || ends(&words, at);
            match (word.text.to_ascii_uppercase().as_str(), next) {
                ("LAYER", Some(name)) if begins && words.get(at + 2).is_some_and(|w| w.text != ";") => {
                    let (layer, end) = layer(&words, at, name)?;
                    out.layers.push(layer);
                    at = end;
                    continue;
                }
                ("MANUFACTURINGGRID", Some(n)) if begins => out.grid = micrometres(n.text),
                // What properties there are says nothing of layers.
                ("PROPERTYDEFINITIONS", _) if begins => {
                    let end = (at + 1..words.len()).find(|i| {
                        words[*i].text.eq_ignore_ascii_case("END")
                            && words.get(i + 1).is_some_and(|w| w.text.eq_ignore_ascii_case("PROPERTYDEFINITIONS"))
                    });
                    at = end.map_or(words.len(), |e| e + 2);
                    continue;
                }
                // What has a block of its own is passed over to its end.
                ("VIA" | "VIARULE" | "SITE" | "MACRO" | "NONDEFAULTRULE" | "ARRAY", Some(name)) if begins => {
                    let end = (at + 2..words.len())
                        .find(|i| words[*i].text.eq_ignore_ascii_case("END") && is(&words, i + 1, name.text));
                    at = end.map_or(words.len(), |e| e + 2);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        match out.layers.is_empty() {
            true => Err(TechnologyError { line: 1, what: "it has no `LAYER`".to_owned() }),
            false => Ok(out),
        }
    }
}

fn is(words: &[Word<'_>], at: usize, text: &str) -> bool {
    words.get(at).is_some_and(|w| w.text == text)
}

/// Whether the word before is what `END` ends.
fn ends(words: &[Word<'_>], at: usize) -> bool {
    at >= 2 && words[at - 2].text.eq_ignore_ascii_case("END")
}

/// `LAYER met1 … END met1`, and where it ends.
fn layer(words: &[Word<'_>], at: usize, name: &Word<'_>) -> Result<(Layer, usize), TechnologyError> {
    let mut layer = Layer { name: name.text.to_owned(), stackup: Stackup::Other, statements: Vec::new() };
    let mut at = at + 2;
    let mut statement: Vec<String> = Vec::new();
    while let Some(word) = words.get(at) {
        if statement.is_empty() && word.text.eq_ignore_ascii_case("END") && is(words, at + 1, name.text) {
            return Ok((layer, at + 2));
        }
        at += 1;
        if word.text != ";" {
            statement.push(word.text.to_owned());
            continue;
        }
        let done = std::mem::take(&mut statement);
        match done.first().map(|w| w.to_ascii_uppercase()).as_deref() {
            Some("TYPE") => {
                layer.stackup = match done.get(1).map(|w| w.to_ascii_uppercase()).as_deref() {
                    Some("ROUTING") => Stackup::Routing,
                    Some("CUT") => Stackup::Cut,
                    _ => Stackup::Other,
                }
            }
            Some(_) => layer.statements.push(done),
            None => {}
        }
    }
    let what = format!("`LAYER {}` has no `END {}`", name.text, name.text);
    Err(TechnologyError { line: name.line, what })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_read_and_other_blocks_passed_over() {
        let text = "VERSION 5.8 ;\nUNITS\n DATABASE MICRONS 1000 ;\nEND UNITS\nMANUFACTURINGGRID 0.005 ;\n\
            PROPERTYDEFINITIONS\n LAYER LEF58_X STRING ;\n LAYER LEF58_Y STRING ;\n LAYER LEF58_Z STRING ;\nEND PROPERTYDEFINITIONS\n\
            LAYER nwell\n TYPE MASTERSLICE ;\nEND nwell\n\
            LAYER met1 # wires\n TYPE ROUTING ;\n PROPERTY LEF58_X \"SPACING 1 ; x\" ;\n SPACING 0.14 ;\nEND met1\n\
            VIA v DEFAULT\n LAYER met1 ;\n RECT 0 0 1 1 ;\nEND v\n\
            LAYER via\n TYPE CUT ;\nEND via\nEND LIBRARY\n";
        let t = Technology::read(text).unwrap();
        assert_eq!(t.grid, Some(5_000_000));
        let found: Vec<_> = t.layers.iter().map(|l| (l.name.as_str(), l.stackup)).collect();
        assert_eq!(found, [("nwell", Stackup::Other), ("met1", Stackup::Routing), ("via", Stackup::Cut)]);
        assert_eq!(t.layers[1].statements[1], ["SPACING", "0.14"]);
    }

    #[test]
    fn what_is_no_technology_says_so() {
        assert!(Technology::read("hello").unwrap_err().to_string().contains("no `LAYER`"));
        let open = Technology::read("LAYER a\n TYPE CUT ;\n").unwrap_err().to_string();
        assert_eq!(open, "line 1: `LAYER a` has no `END a`");
    }
}
