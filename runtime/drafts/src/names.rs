//! Names of layers out of a layer properties file of KLayout (`.lyp`).

use std::collections::BTreeMap;
use std::fmt;

/// The names of layers, by layer and datatype.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<(u32, u32), String>);

/// Why a file has no names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesError(String);

impl fmt::Display for NamesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NamesError {}

impl Names {
    /// Reads the text of a layer properties file.
    ///
    /// # Errors
    /// If it is no XML, or names no layer.
    pub fn read(text: &str) -> Result<Names, NamesError> {
        let document =
            roxmltree::Document::parse(text).map_err(|e| NamesError(format!("it cannot be read as XML: {e}")))?;
        let (mut names, mut known) = (Names::default(), false);
        for node in document.descendants().filter(|n| n.has_tag_name("source")) {
            let beside = |tag: &str| {
                let found = node.parent()?.children().find(|c| c.has_tag_name(tag))?;
                found.text().map(str::trim).filter(|t| !t.is_empty())
            };
            let source = node.text().map(str::trim).unwrap_or_default();
            let Some((before, number)) = numbers(source) else { continue };
            known = true;
            // The name that is shown; behind it may stand the numbers again.
            let shown = beside("name")
                .map(|n| numbers(n).map_or(n, |(before, _)| before).trim_end_matches([' ', '-', '(', ':']));
            let name = shown.filter(|n| !n.is_empty()).or(Some(before).filter(|b| !b.is_empty()));
            if let Some(name) = name {
                names.0.entry(number).or_insert_with(|| name.to_owned());
            }
        }
        match known {
            false => Err(NamesError("it names no layer: it has no `source` with a layer and a datatype".to_owned())),
            true => Ok(names),
        }
    }

    /// Names a layer, unless it has a name.
    pub fn add(&mut self, number: (u32, u32), name: &str) {
        self.0.entry(number).or_insert_with(|| name.to_owned());
    }

    /// The name of a layer.
    pub fn get(&self, number: (u32, u32)) -> Option<&str> {
        self.0.get(&number).map(String::as_str)
    }
}

/// The layer and the datatype in `met1.drawing 68/20@1`, with what stands before them.
fn numbers(text: &str) -> Option<(&str, (u32, u32))> {
    let plain = text.split('@').next().unwrap_or_default().trim_end_matches([' ', ')']);
    let from = plain.rfind([' ', '(', '-', ':']).map_or(0, |i| i + 1);
    let (layer, datatype) = plain.get(from..)?.split_once('/')?;
    Some((plain.get(..from)?.trim_end_matches([' ', '(', '-', ':']), (layer.parse().ok()?, datatype.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_where_programs_write_them() {
        let text = "<?xml version=\"1.0\"?><layer-properties>\
            <properties><name>met1.drawing - 68/20</name><source>68/20@1</source></properties>\
            <properties><name/><source>via 68/44@1</source></properties>\
            <properties><name>group</name><source>*/*@*</source>\
              <group-members><name>poly (66/20)</name><source>66/20</source></group-members></properties>\
            <properties><name>68/5</name><source>68/5@1</source></properties>\
            </layer-properties>";
        let names = Names::read(text).unwrap();
        assert_eq!(names.get((68, 20)), Some("met1.drawing"));
        assert_eq!(names.get((68, 44)), Some("via"));
        assert_eq!(names.get((66, 20)), Some("poly"));
        assert_eq!(names.get((68, 5)), None);
    }

    #[test]
    fn what_has_no_names_says_so() {
        assert!(Names::read("no xml").unwrap_err().to_string().contains("XML"));
        assert!(Names::read("<a/>").unwrap_err().to_string().contains("names no layer"));
    }
}
