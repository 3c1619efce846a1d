//! The piece of a text that a diagnostic is drawn on: the lines that matter, and of long lines the part that does. The
//! cost of a picture is that of the piece, however long the text.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;

/// The longest line that is drawn whole, in bytes.
pub(crate) const LONGEST: usize = 240;
/// How many lines a picture may show; a label that lies farther off is told in words.
const MOST: usize = 24;

/// The lines of a text.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

/// A piece of a text with its labels.
#[derive(Debug)]
pub(crate) struct Window {
    name: String,
    text: String,
    first_line: usize,
    /// Start and length in the piece, and what is said there; the first is the diagnostic's own.
    pub(crate) labels: Vec<(usize, usize, String)>,
    /// What is said of places that the piece does not show.
    pub(crate) elsewhere: Vec<String>,
}

impl<'t> Lines<'t> {
    pub(crate) fn new(text: &'t str) -> Lines<'t> {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(i, _)| i + 1));
        Lines { text, starts }
    }
    fn line_of(&self, at: usize) -> usize {
        self.starts.partition_point(|s| *s <= at) - 1
    }
    fn line(&self, n: usize) -> &'t str {
        let end = self.starts.get(n + 1).map_or(self.text.len(), |e| e - 1);
        self.text.get(self.starts[n]..end).unwrap_or_default()
    }
    /// The piece for a diagnostic.
    pub(crate) fn window(&self, d: &Diagnostic, name: &str) -> Window {
        let at = self.line_of(d.span.start as usize);
        let (mut low, mut high) = (at, at);
        let mut shown: Vec<(Span, &str)> = vec![(d.span, &d.label)];
        let mut elsewhere = Vec::new();
        for (span, label) in &d.also {
            let line = self.line_of(span.start as usize);
            if line.max(high) - line.min(low) < MOST {
                (low, high) = (line.min(low), line.max(high));
                shown.push((*span, label));
            } else {
                let column = span.start as usize - self.starts[line] + 1;
                elsewhere.push(format!("{name}:{}:{column}: {label}", line + 1));
            }
        }
        (low, high) = (low.saturating_sub(1), (high + 1).min(self.starts.len() - 1));
        let mut window =
            Window { name: name.to_owned(), text: String::new(), first_line: low, labels: Vec::new(), elsewhere };
        let mut placed: Vec<(usize, (usize, usize, String))> = Vec::new();
        for n in low..=high {
            let (line, start) = (self.line(n), self.starts[n]);
            let here = shown.iter().enumerate().filter(|(_, (s, _))| self.line_of(s.start as usize) == n);
            let focus = here.clone().map(|(_, (s, _))| s.start as usize - start).next().unwrap_or(0);
            let (from, to) = part(line, focus);
            let head = if from > 0 { "…" } else { "" };
            let base = window.text.len() + head.len();
            for (i, (span, label)) in here {
                // A label stays on its line, and within the part that is shown.
                let inside = |at: usize| base + at.clamp(from, to) - from;
                let begin = inside(span.start as usize - start);
                let end = inside((span.end as usize).saturating_sub(start).min(line.len()));
                placed.push((i, (begin, end.saturating_sub(begin), (*label).to_owned())));
            }
            window.text.push_str(head);
            window.text.push_str(&line[from..to]);
            if to < line.len() {
                window.text.push('…');
            }
            window.text.push('\n');
        }
        placed.sort_by_key(|(i, _)| *i);
        window.labels = placed.into_iter().map(|(_, label)| label).collect();
        window
    }
}

/// The part of a line that is drawn: all of it, or what stands round a place.
fn part(line: &str, focus: usize) -> (usize, usize) {
    if line.len() <= LONGEST {
        return (0, line.len());
    }
    let mut from = focus.saturating_sub(LONGEST / 4).min(line.len());
    while !line.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (from + LONGEST).min(line.len());
    while !line.is_char_boundary(to) {
        to -= 1;
    }
    (from, to)
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let piece = self.text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            piece.data(),
            *piece.span(),
            piece.line() + self.first_line,
            piece.column(),
            piece.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: migc_grammar::diagnostic::Rule = migc_grammar::diagnostic::Rule {
        code: "MIG0000",
        level: migc_grammar::diagnostic::Level::Error,
        title: "t",
        explanation: "",
        failing: "",
        mended: "",
    };

    #[test]
    fn a_long_line_is_cut_round_its_label() {
        let text = format!("a\n{}here{}\nb\n", "é".repeat(5000), "x".repeat(100_000));
        let at = text.find("here").unwrap();
        let window = Lines::new(&text).window(&Diagnostic::new(&RULE, Span::new(at, at + 4), "this"), "f");
        let (start, len, _) = window.labels[0];
        assert_eq!(&window.text[start..start + len], "here");
        assert!(window.text.len() < 2 * LONGEST);
    }

    #[test]
    fn a_label_far_off_is_told_in_words() {
        let text = "line\n".repeat(1000);
        let d = Diagnostic::new(&RULE, Span::new(0, 4), "this").also(Span::new(4000, 4004), "that");
        let window = Lines::new(&text).window(&d, "f");
        assert_eq!(window.elsewhere, ["f:801:1: that"]);
        assert_eq!(window.labels.len(), 1);
    }
}
