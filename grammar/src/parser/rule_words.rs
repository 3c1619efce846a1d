//! What other tools call a rule of a layer, and how it is written here.

use std::ops::Range;

use super::mending::Offer;
use super::{Parser, Rule};
use crate::lexer::Kind;

/// Words at the beginning of a rule.
const FIRST: &[(&[&[&str]], &str)] = &[
    (&[&["min", "width"], &["minimum", "width"], &["min_width"], &["minwidth"], &["minimum_width"], &["min"]], "width"),
    (
        &[
            &["min", "spacing"],
            &["min", "space"],
            &["minimum", "spacing"],
            &["minimum", "space"],
            &["min_spacing"],
            &["min_space"],
            &["minspacing"],
            &["minspace"],
            &["spacing"],
            &["separation"],
            &["distance"],
            &["pitch"],
        ],
        "space",
    ),
    (&[&["min", "area"], &["minimum", "area"], &["min_area"], &["minarea"]], "area"),
    (
        &[&["hole_area"], &["holes", "area"], &["enclosed", "area"], &["enclosed_area"], &["min", "hole", "area"]],
        "hole area",
    ),
    (&[&["exact", "size"], &["exact_size"], &["cut", "size"], &["cut_size"]], "size"),
    (&[&["connects"], &["connect"], &["join"], &["connects", "from"]], "joins"),
    (&[&["on_grid"], &["ongrid"], &["grid"]], "on grid"),
    (
        &[
            &["on", "tracks", "per"],
            &["on_track", "per"],
            &["tracks", "per"],
            &["track", "per"],
            &["on", "tracks"],
            &["on", "track"],
            &["tracks"],
            &["track"],
        ],
        "on track per",
    ),
    (&[&["orthogonal"], &["rectilinear"]], "manhattan"),
];

/// Words at the beginning of a rule of margins, which goes on with a layer and `by`.
const MARGINS: &[(&[&[&str]], &str)] = &[
    (
        &[
            &["min", "enclosure", "of"],
            &["min", "enclosure"],
            &["min_enclosure"],
            &["enclosure", "of"],
            &["enclosure"],
            &["enclosing"],
            &["enclose"],
            &["encloses"],
            &["surrounds"],
            &["surround"],
        ],
        "encloses",
    ),
    (&[&["enclosed", "by"], &["enclosed", "in"], &["within"], &["inside"]], "inside"),
    (
        &[
            &["extension", "beyond"],
            &["extension", "of"],
            &["extension"],
            &["extend"],
            &["overhang"],
            &["extends", "beyond"],
            &["extends"],
        ],
        "extends",
    ),
];

/// Words behind the length of a rule.
const BEHIND: &[(&[&str], &str)] = &[
    (&["at", "end", "of", "line"], "at line end"),
    (&["at", "line", "ends"], "at line end"),
    (&["at", "ends", "of", "lines"], "at line end"),
    (&["end", "of", "line"], "at line end"),
    (&["line", "end"], "at line end"),
    (&["at", "eol"], "at line end"),
    (&["at_line_end"], "at line end"),
    (&["line_end"], "at line end"),
    (&["endofline"], "at line end"),
    (&["eol"], "at line end"),
    (&["on", "different", "nets"], "on other nets"),
    (&["on", "different", "net"], "on other nets"),
    (&["on", "other", "net"], "on other nets"),
    (&["different", "nets"], "on other nets"),
    (&["different", "net"], "on other nets"),
    (&["other", "nets"], "on other nets"),
    (&["on", "same", "nets"], "on same net"),
    (&["on", "the", "same", "net"], "on same net"),
    (&["same", "net"], "on same net"),
    (&["samenet"], "on same net"),
    (&["where", "run"], "run"),
    (&["where", "length"], "run"),
    (&["parallel"], "run"),
    (&["prl"], "run"),
    (&["projecting"], "projection"),
    (&["offset"], "from"),
    (&["at"], "from"),
];

impl Parser<'_> {
    /// The changes that make a rule of a layer readable, if it is one.
    pub(super) fn rule_words(&self, entry: Rule, range: &Range<usize>) -> Vec<Offer> {
        if entry != Rule::layer_rule {
            return Vec::new();
        }
        let says = |at: usize, words: &[&str]| {
            at + words.len() <= range.end
                && words.iter().zip(at..).all(|(word, at)| self.lexed.word(at).eq_ignore_ascii_case(word))
        };
        let mut out = Vec::new();
        let start = range.start;
        // `horizontal on tracks per 480nm`
        let axis = ["horizontal", "vertical"].iter().any(|w| self.lexed.is_word(start, w));
        let first = start + usize::from(axis);
        for (theirs, ours) in FIRST {
            for words in theirs.iter().filter(|w| says(first, w)) {
                out.push(self.replace(self.over(first, first + words.len() - 1), *ours));
            }
        }
        for (theirs, ours) in MARGINS {
            for words in theirs.iter().filter(|w| says(start, w)) {
                let layer = start + words.len();
                let sign = (layer + 1..range.end).find(|at| self.lexed.is_op(*at, ">=") || self.lexed.is_op(*at, ">"));
                match sign {
                    // `enclosure of v >= 40nm`
                    Some(sign) if self.lexed.kind(sign - 1) != Kind::Op => {
                        let name = self.text_of(self.over(layer, sign - 1)).trim().to_owned();
                        out.push(self.replace(self.over(start, sign), format!("{ours} {name} by")));
                    }
                    _ => out.push(self.replace(self.over(start, layer - 1), *ours)),
                }
            }
        }
        for at in start + 1..range.end {
            for (theirs, ours) in BEHIND.iter().filter(|(theirs, _)| says(at, theirs)) {
                out.push(self.replace(self.over(at, at + theirs.len() - 1), *ours));
            }
        }
        out
    }
}
