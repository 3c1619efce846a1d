//! Characters that other tools and word processors write: each is reported with what to write instead, and read as that.

use super::{Kind, Lexer};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::span::Span;

/// Signs with one certain meaning.
const SIGNS: [(char, &str); 10] = [
    ('≤', "<="),
    ('≥', ">="),
    ('≠', "!="),
    ('→', "->"),
    ('⇒', "=>"),
    ('–', "-"),
    ('—', "-"),
    ('−', "-"),
    ('×', "*"),
    ('÷', "/"),
];

const OPENING: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

impl Lexer<'_> {
    /// Reads a foreign character; false if `c` is none.
    pub(super) fn foreign(&mut self, c: char) -> bool {
        let end = self.at + c.len_utf8();
        let here = Span::new(self.at, end);
        if let Some((_, ours)) = SIGNS.iter().find(|(sign, _)| *sign == c) {
            self.report(Diagnostic::new(&rules::FOREIGN_SIGN, here, format!("`{c}` is written `{ours}`")).fix(
                format!("write `{ours}`"),
                here,
                *ours,
            ));
            self.replace(self.at, end, ours);
            self.push(Kind::Op, end);
            return true;
        }
        match c {
            '\'' => self.quoted(c, &['\'']),
            _ if OPENING.contains(&c) => self.quoted(c, &['“', '”', '‟', '‘', '’', '«', '»', '"']),
            '!' if !self.sees("!=") => {
                self.report(Diagnostic::new(&rules::FOREIGN_SIGN, here, "negation is the word `not`").fix(
                    "write `not`",
                    here,
                    "not ",
                ));
                self.blank(self.at, end);
                self.at = end;
            }
            ';' if self.line_of_data() => {}
            ';' => {
                // Statements that share a line are separated by commas.
                let more = self.rest().chars().skip(1).find(|c| !matches!(c, ' ' | '\t' | '\r'));
                let found = Diagnostic::new(&rules::FOREIGN_SIGN, here, "a statement ends with its line, without `;`");
                self.report(match more {
                    None | Some('\n' | '/' | '}') => found.fix("leave it out", here, ""),
                    _ => found.fix("write a comma between statements on a line", here, ","),
                });
                self.push(Kind::Op, end);
                self.blank(end - 1, end);
            }
            '#' if self.fresh || self.at > 0 && self.source.as_bytes().get(self.at - 1) == Some(&b' ') => {
                self.comment_of("#");
            }
            '=' if self.sees("=~") => {
                let span = Span::new(self.at, self.at + 2);
                self.report(Diagnostic::new(&rules::FOREIGN_SIGN, span, "`=~` is written `matches`").fix(
                    "write `matches`",
                    span,
                    "matches",
                ));
                self.blank(self.at, self.at + 2);
                self.push(Kind::Bad, self.at + 2);
            }
            '$' | '%' if self.bare_text() => {}
            '$' if self
                .rest()
                .get(1..)
                .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')) =>
            {
                self.report(Diagnostic::new(&rules::FOREIGN_SIGN, here, "a name has no `$` before it").fix(
                    "leave it out",
                    here,
                    "",
                ));
                self.blank(self.at, end);
                self.at = end;
            }
            '-' if self.fresh && self.sees("--") => self.comment_of("--"),
            '/' if self.sees("/*") && !self.layer_before() => self.block_comment(),
            _ if c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') => {
                let new = if c.is_whitespace() { " " } else { "" };
                self.report(Diagnostic::new(&rules::UNKNOWN_CHARACTER, here, "a blank that is no plain space").fix(
                    "write a plain space",
                    here,
                    new,
                ));
                self.blank(self.at, end);
                self.at = end;
            }
            _ => return false,
        }
        true
    }

    /// `$.a.b` and `%d.%m.%Y` without quotes: one mistake.
    fn bare_text(&mut self) -> bool {
        let rest = self.rest();
        let len = rest.find(|c: char| c.is_whitespace() || ",)\"".contains(c)).unwrap_or(rest.len());
        let text = rest.get(..len).unwrap_or("").to_owned();
        let letter = |at: usize| text.as_bytes().get(at).is_some_and(|b| b.is_ascii_alphabetic() || b"#-".contains(b));
        if !(text.starts_with("$.") || text.starts_with('%') && letter(1)) {
            return false;
        }
        let end = self.at + len;
        let span = Span::new(self.at, end);
        self.report(Diagnostic::new(&rules::SYNTAX, span, "a text stands between quotes").fix(
            "put it between quotes",
            span,
            format!("\"{text}\""),
        ));
        self.blank(self.at, end);
        self.push(Kind::Bad, end);
        true
    }

    /// A line pasted from a spreadsheet: one mistake, whatever its fields look like.
    fn line_of_data(&mut self) -> bool {
        // Far in a line the question is settled; asking at each `;` would be quadratic.
        if self.at - self.line > 200 {
            return false;
        }
        let end = self.line_end();
        let line = self.source.get(self.line..end).unwrap_or("").trim_end();
        if line.matches(';').count() < 2 || line.contains(['=', '{', '}', '(', ')', ':']) {
            return false;
        }
        let end = self.line + line.len();
        let indent = line.len() - line.trim_start().len();
        let span = Span::new(self.line + indent, end);
        let from = self.line;
        self.tokens.retain(|t| (t.span.start as usize) < from);
        self.report(Diagnostic::new(&rules::SYNTAX, span, "this looks like a line of data, not of a spec").help(
            "data stands in a file that a `source` names: source people = csv(\"people.csv\", delimiter: \";\")",
        ));
        self.blank(from, end);
        self.at = from + indent;
        self.fresh = true;
        self.push(Kind::Bad, end);
        true
    }

    /// `7/*` is a layer with all its datatypes, not a comment.
    fn layer_before(&self) -> bool {
        self.at > 0 && self.source.as_bytes().get(self.at - 1).is_some_and(u8::is_ascii_digit)
    }

    fn quoted(&mut self, open: char, close: &[char]) {
        let start = self.at + open.len_utf8();
        let line = self.source.get(start..self.line_end()).unwrap_or("");
        let Some((len, last)) = line.char_indices().find(|(_, c)| close.contains(c)) else {
            let span = Span::new(self.at, start);
            self.report(
                Diagnostic::new(&rules::SMART_QUOTES, span, format!("`{open}` opens no string"))
                    .help("strings stand between straight double quotes: \"text\""),
            );
            let end = start + line.trim_end().len();
            self.blank(self.at, end);
            return self.push(Kind::Bad, end);
        };
        let end = start + len + last.len_utf8();
        let span = Span::new(self.at, end);
        let content = line.get(..len).unwrap_or("").to_string();
        self.report(Diagnostic::new(&rules::SMART_QUOTES, span, "strings stand between straight double quotes").fix(
            "write straight double quotes",
            span,
            format!("\"{}\"", content.replace('"', "\\\"")),
        ));
        if content.contains('"') {
            self.blank(self.at, end);
            return self.push(Kind::Bad, end);
        }
        // The quote next to the text, blanks outside: the content keeps its bytes.
        self.blank(self.at, start);
        self.blank(start + len, end);
        if let Some(byte) = self.out.get_mut(start - 1) {
            *byte = b'"';
        }
        if let Some(byte) = self.out.get_mut(start + len) {
            *byte = b'"';
        }
        self.push(Kind::Str, end);
    }

    fn comment_of(&mut self, mark: &str) {
        let span = Span::new(self.at, self.at + mark.len());
        self.report(Diagnostic::new(&rules::FOREIGN_SIGN, span, "a comment starts with `//`").fix(
            "write `//`",
            span,
            "//",
        ));
        let end = self.line_end();
        self.blank(self.at, end);
        self.at = end;
    }

    fn block_comment(&mut self) {
        let close = if self.endless { None } else { self.rest().find("*/") };
        self.endless |= close.is_none();
        let end = close.map_or(self.line_end(), |i| self.at + i + 2);
        let span = Span::new(self.at, self.at + 2);
        self.report(
            Diagnostic::new(&rules::FOREIGN_SIGN, span, "a comment starts with `//` and ends with its line")
                .help("put `//` before each line of it"),
        );
        self.blank(self.at, end);
        self.at = end;
    }
}
