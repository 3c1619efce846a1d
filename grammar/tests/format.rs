//! The formatter on every spec of the repository, and on damaged ones.

// The tests read the specs of the repository; the crate itself reads nothing.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::{Path, PathBuf};

use migc_grammar::format::{Refusal, format};

fn specs() -> Vec<(String, String)> {
    fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                collect(&path, out);
            } else if path.extension().is_some_and(|ext| ext == "mig" || ext == "txt") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["../specs", "../benches", "tests/specs"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    let mut out: Vec<(String, String)> = paths
        .into_iter()
        .filter_map(|path| Some((path.display().to_string(), fs::read_to_string(&path).ok()?)))
        .collect();
    let manual = fs::read_to_string(root.join("../specs/LANGUAGE.md")).unwrap();
    let blocks = manual.split("```mig").skip(1).filter_map(|block| block.split_once('\n')?.1.split("```").next());
    out.extend(blocks.enumerate().map(|(n, text)| (format!("block {n} of the manual"), text.to_owned())));
    for rule in migc_grammar::rules::RULES {
        out.push((format!("{} failing", rule.code), rule.failing.to_owned()));
        out.push((format!("{} mended", rule.code), rule.mended.to_owned()));
    }
    out
}

/// Formats, and holds the result against itself. The formatter itself compares tokens, comments, tree and diagnostics; here
/// the characters are compared once more, by other means.
fn settles(name: &str, text: &str) -> Result<String, Refusal> {
    let formed = format(text)?;
    let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(solid(text), solid(&formed), "{name}");
    assert_eq!(format(&formed).as_ref(), Ok(&formed), "{name}");
    Ok(formed)
}

#[test]
fn every_spec_is_formatted_and_stays_so() {
    let all = specs();
    assert!(all.len() > 40, "{}", all.len());
    for (name, text) in all {
        if name.contains("twelve_mistakes") || name.ends_with("failing") {
            let _ = settles(&name, &text);
        } else {
            settles(&name, &text).unwrap_or_else(|why| panic!("{name}: {why}\n{text}"));
        }
    }
}

#[test]
fn blanks_do_not_matter() {
    for (name, text) in specs().into_iter().filter(|(name, _)| name.ends_with(".mig")) {
        let Ok(formed) = settles(&name, &text) else { continue };
        // What cannot be read keeps its blanks, and so do texts of several lines.
        let unread = |d: &migc_grammar::diagnostic::Diagnostic| d.rule.code != migc_grammar::rules::NOT_YET.code;
        if formed.contains("\"\"\"") || migc_grammar::parse(&text).diagnostics.iter().any(unread) {
            continue;
        }
        let flat: String = formed.lines().map(|line| format!("\t {}  \r\n", line.trim())).collect();
        match format(&flat) {
            // Brackets are paired with the help of indentation, so a flat file can be refused.
            Err(Refusal::Brackets(_)) => {}
            flat => assert_eq!(flat.as_ref(), Ok(&formed), "{name}"),
        }
    }
}

#[test]
fn a_damaged_spec_is_formatted_or_refused_and_loses_nothing() {
    let all: Vec<(String, String)> = specs().into_iter().filter(|(_, text)| text.len() < 6_000).collect();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below.max(1) as u64) as usize
    };
    let pieces = [
        "{",
        "}",
        "(",
        ")",
        ",",
        "\n",
        "\n\n\n",
        " ",
        "\"",
        "//",
        "/// d\n",
        "=",
        ":",
        "-",
        "/*",
        ";",
        "\u{a0}",
        "“",
        "`",
        "<",
        "\r\n",
        "a",
        "1",
        "..",
        "else",
        "<<<<<<< x\n",
        "\"\"\"",
        "\u{feff}",
    ];
    let (mut formed, rounds) = (0, 1_500);
    for _ in 0..rounds {
        let (name, text) = &all[next(all.len())];
        let mut chars: Vec<char> = text.chars().collect();
        for _ in 0..1 + next(3) {
            let at = next(chars.len() + 1);
            match next(4) {
                0 if at < chars.len() => drop(chars.remove(at)),
                1 if at + 9 < chars.len() => {
                    let piece: Vec<char> = chars[at..at + 1 + next(8)].to_vec();
                    let to = next(chars.len());
                    chars.splice(to..to, piece);
                }
                2 if at + 9 < chars.len() => drop(chars.drain(at..at + 1 + next(8))),
                _ => drop(chars.splice(at..at, pieces[next(pieces.len())].chars())),
            }
        }
        let damaged: String = chars.into_iter().collect();
        formed += usize::from(settles(name, &damaged).is_ok());
    }
    assert!(formed > rounds / 2, "only {formed} of {rounds} were formatted");
}
