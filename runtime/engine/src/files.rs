//! The files of a source: by their path, by a pattern of paths, or standard input.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use migc_compiler::plan::{Template, TemplatePart};

use crate::error::RunError;

/// The path that stands for standard input.
const STANDARD_INPUT: &str = "-";

/// A file of a source.
#[derive(Debug, Clone)]
pub(crate) struct SourceFile {
    /// Where it is read.
    pub(crate) path: PathBuf,
    /// Its path as it is shown, and as the spec sees it.
    pub(crate) shown: String,
    /// The parts of its path that differ from file to file.
    pub(crate) parts: Vec<String>,
    /// What was copied from standard input goes when nobody reads it any more.
    _spooled: Option<Arc<Spooled>>,
}

/// A copy of standard input.
#[derive(Debug)]
struct Spooled(PathBuf);

impl Drop for Spooled {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
        migc_ledger::forget_partial(&self.0);
    }
}

/// What was read from standard input, which can be read once.
#[derive(Debug, Default)]
pub(crate) struct Input {
    taken: Option<String>,
}

impl Input {
    /// The files of a template, in the order of the bytes of their paths.
    pub(crate) fn files(
        &mut self,
        name: &str,
        template: &Template,
        values: &[String],
    ) -> Result<Vec<SourceFile>, RunError> {
        let shown = crate::params::path(template, values).display().to_string();
        if shown == STANDARD_INPUT {
            return Ok(vec![self.spool(name)?]);
        }
        let plain = |path: PathBuf, parts| {
            let shown = path.display().to_string();
            SourceFile { path, shown, parts, _spooled: None }
        };
        if !template.0.iter().any(|part| matches!(part, TemplatePart::Glob(_))) {
            return Ok(vec![plain(shown.into(), Vec::new())]);
        }
        let mut found: Vec<SourceFile> =
            matching(&pattern(template, values))?.into_iter().map(|(path, parts)| plain(path, parts)).collect();
        if found.is_empty() {
            return Err(RunError::NoFiles { source: name.to_owned(), pattern: shown });
        }
        found.sort_by(|a, b| a.path.as_os_str().as_encoded_bytes().cmp(b.path.as_os_str().as_encoded_bytes()));
        Ok(found)
    }

    /// Copies standard input to a file, so that it can be read at any place and again.
    fn spool(&mut self, name: &str) -> Result<SourceFile, RunError> {
        if let Some(other) = &self.taken {
            return Err(RunError::InputTwice { first: other.clone(), second: name.to_owned() });
        }
        self.taken = Some(name.to_owned());
        let path = std::env::temp_dir().join(format!("migc-stdin-{}", std::process::id()));
        let failed = |source: io::Error| {
            RunError::Read(migc_records::ReadError::Io { path: "standard input".into(), offset: 0, source })
        };
        let _ = fs::remove_file(&path);
        migc_ledger::add_partial(&path);
        let spooled = Arc::new(Spooled(path.clone()));
        // Everybody may look into the folder for temporary files.
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        io::copy(&mut io::stdin().lock(), &mut file).map_err(failed)?;
        Ok(SourceFile { path, shown: STANDARD_INPUT.to_owned(), parts: Vec::new(), _spooled: Some(spooled) })
    }
}

/// A piece of one component of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Any(usize),
}

/// The components of a pattern; the first is empty where the pattern begins at the root.
fn pattern(template: &Template, values: &[String]) -> Vec<Vec<Piece>> {
    let mut components: Vec<Vec<Piece>> = vec![Vec::new()];
    for part in &template.0 {
        let text = match part {
            TemplatePart::Glob(part) => {
                if let Some(last) = components.last_mut() {
                    last.push(Piece::Any(*part));
                }
                continue;
            }
            TemplatePart::Text(text) => text.as_str(),
            TemplatePart::Param(at) => values.get(*at).map_or("", String::as_str),
        };
        for (i, text) in text.split('/').enumerate() {
            if i > 0 {
                components.push(Vec::new());
            }
            if let (Some(last), false) = (components.last_mut(), text.is_empty()) {
                last.push(Piece::Text(text.to_owned()));
            }
        }
    }
    components
}

/// Files, each with the parts that its path has for a pattern.
type Matching = Vec<(PathBuf, Vec<String>)>;

/// Every file that fits a pattern. A folder that cannot be listed, a name that is no text and a link to nothing are told:
/// a file that is left out would leave silently.
fn matching(components: &[Vec<Piece>]) -> Result<Matching, RunError> {
    let mut found = vec![(PathBuf::new(), Vec::new())];
    for (i, component) in components.iter().enumerate() {
        let last = i + 1 == components.len();
        let mut next = Vec::new();
        for (path, parts) in found {
            match component.as_slice() {
                [] if i == 0 => next.push((PathBuf::from("/"), parts)),
                [] => next.push((path, parts)),
                [Piece::Text(name)] => next.push((path.join(name), parts)),
                pieces => {
                    let here = if path.as_os_str().is_empty() { Path::new(".") } else { path.as_path() };
                    let failed = |source: io::Error| {
                        RunError::Read(migc_records::ReadError::Io { path: here.to_owned(), offset: 0, source })
                    };
                    let entries = match fs::read_dir(here) {
                        Ok(entries) => entries,
                        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                            continue;
                        }
                        Err(e) => return Err(failed(e)),
                    };
                    for entry in entries {
                        let name = entry.map_err(failed)?.file_name();
                        let Some(name) = name.to_str().map(str::to_owned) else {
                            if fits(pieces, &name.to_string_lossy(), &mut parts.clone()) {
                                return Err(RunError::NameNotText { path: path.join(name) });
                            }
                            continue;
                        };
                        // Hidden files are not meant; among them are outputs that are being written.
                        let hidden = name.starts_with('.')
                            && !matches!(pieces.first(), Some(Piece::Text(t)) if t.starts_with('.'));
                        if hidden {
                            continue;
                        }
                        let mut all: Vec<String> = parts.clone();
                        if fits(pieces, &name, &mut all) {
                            next.push((path.join(&name), all));
                        }
                    }
                }
            }
        }
        found = next;
        if last {
            // A link that leads nowhere stays, and cannot be opened.
            found.retain(|(path, _)| match fs::metadata(path) {
                Ok(of) => !of.is_dir(),
                Err(_) => fs::symlink_metadata(path).is_ok(),
            });
        }
    }
    Ok(found)
}

/// Whether a name fits pieces; the parts are added, each as short as can be.
fn fits(pieces: &[Piece], name: &str, parts: &mut Vec<String>) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return name.is_empty() };
    match piece {
        Piece::Text(text) => name.strip_prefix(text.as_str()).is_some_and(|behind| fits(rest, behind, parts)),
        Piece::Any(part) => {
            let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
            for end in ends {
                let held = parts.len();
                if parts.len() <= *part {
                    parts.resize(part + 1, String::new());
                }
                parts[*part] = name[..end].to_owned();
                if fits(rest, &name[end..], parts) {
                    return true;
                }
                parts.truncate(held);
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_name_are_as_short_as_can_be() {
        let pieces = [
            Piece::Text("trips-".into()),
            Piece::Any(0),
            Piece::Text("-".into()),
            Piece::Any(1),
            Piece::Text(".csv".into()),
        ];
        let mut parts = Vec::new();
        assert!(fits(&pieces, "trips-2024-01-b.csv", &mut parts));
        assert_eq!(parts, ["2024", "01-b"]);
        for other in ["trips-2024.csv", "trips--01.csv", "trips-2024-01.csv.gz", "Trips-2024-01.csv"] {
            assert!(!fits(&pieces, other, &mut Vec::new()), "{other}");
        }
    }
}
