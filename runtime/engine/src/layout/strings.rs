//! Strings of texts, written anew: a text is a record, and what it says goes through a program.

use std::borrow::Cow;
use std::collections::BTreeMap;

use migc_compiler::interp::Interpreter;
use migc_compiler::plan::{LayerAt, Strings};
use migc_functions::Value;
use migc_layout::{Kind, Name, Outcome};

use super::computed::number;
use super::work::LayoutMap;

/// What strings of a layer come to. Texts are few, so the interpreter runs them whatever the engine is.
pub(super) struct Rewriter {
    program: Interpreter,
    known: BTreeMap<String, String>,
}

impl Rewriter {
    pub(super) fn new(map: &LayoutMap<'_>, strings: &Strings) -> Rewriter {
        Rewriter { program: Interpreter::new(&strings.program, &map.plan.codes), known: BTreeMap::new() }
    }

    /// What a string comes to.
    pub(super) fn string(&mut self, text: &str) -> String {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let outcome = self.program.run(&[Value::Text(Cow::Borrowed(text))], &[]);
        let new = match outcome.rows.first().and_then(|(_, row)| row.first()) {
            Some(Value::Text(new)) => new.to_string(),
            // The checker lets nothing through that can fail.
            _ => text.to_owned(),
        };
        self.known.insert(text.to_owned(), new.clone());
        new
    }
}

/// Writes the strings of the result anew, where the map says so.
pub(super) fn rewrite(map: &LayoutMap<'_>, outcome: &mut Outcome) -> Result<(), String> {
    let Ok((_, to)) = map.sides() else { return Ok(()) };
    for strings in &map.shapes.strings {
        let mut rewriter = Rewriter::new(map, strings);
        let on = number(LayerAt::Target(strings.to), to);
        let mut changed = 0;
        for cell in &mut outcome.library.cells {
            for e in &cell.elements {
                let Kind::Text(i) = e.kind else { continue };
                let Some(text) = cell.texts.get_mut(i as usize).filter(|_| (e.layer, e.datatype) == on) else {
                    continue;
                };
                let Ok(string) = std::str::from_utf8(text.string.bytes()) else {
                    return Err(format!("a text in the cell `{}` is no UTF-8: \"{}\"", cell.name, text.string));
                };
                let new = rewriter.string(string);
                if new != string {
                    text.string = Name::from(new.as_str());
                    changed += 1;
                }
            }
        }
        let say = if changed == 1 { "text says" } else { "texts say" };
        outcome.notes.push(format!("`{}`: {changed} {say} something else", to[strings.to].name));
    }
    Ok(())
}
