//! `like`

use crate::function::{Example, Function, Native, Ret, text, want_constant_text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `like(text, pattern)`, which is also the operator `text like pattern`
pub(super) static LIKE: Function = Function {
    name: "like",
    params: "text, pattern",
    summary: "Whether a text has the form of an SQL pattern.",
    details: "`%` stands for any characters, `_` for exactly one; `\\%`, `\\_` and `\\\\` stand for themselves. \
              The whole text is meant, and capitals differ from small letters.",
    examples: &[
        Example(r##"like("ab#ERRc", "%#ERR%")"##, "true"),
        Example(r#"like("abc", "a_c")"#, "true"),
        Example(r#"like("abc", "b%")"#, "false"),
        Example(r#"like("50%", "%\\%")"#, "true"),
    ],
    arity: (2, 2),
    infer: |args| {
        want_text(args, &[0, 1])?;
        want_constant_text(args, 1, "the pattern")?;
        Ret::total(Info::required(Kind::Bool))
    },
    prepare: |args| {
        let pattern = Pattern::new(args[1].constant_text().unwrap_or_default());
        Box::new(move |args| Ok(Value::Bool(pattern.fits(text(args, 0)))))
    },
    native: |args| {
        // A needle of up to eight bytes travels in a register.
        let needle = args[1].constant_text()?.strip_prefix('%')?.strip_suffix('%')?;
        if needle.is_empty() || needle.len() > 8 || needle.contains(['%', '_', '\\']) {
            return None;
        }
        let mut bytes = [0; 8];
        bytes[..needle.len()].copy_from_slice(needle.as_bytes());
        Native::call("text_contains8", 1, &[i64::from_le_bytes(bytes), needle.len() as i64])
    },
};

/// A pattern cut at its `%`.
struct Pattern {
    /// What must stand between the `%`, in order; a piece holds characters and single wildcards.
    pieces: Vec<Vec<Option<char>>>,
}

impl Pattern {
    fn new(pattern: &str) -> Pattern {
        let mut pieces = vec![Vec::new()];
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let item = match c {
                '%' => {
                    pieces.push(Vec::new());
                    continue;
                }
                '_' => None,
                '\\' => Some(chars.next().unwrap_or('\\')),
                c => Some(c),
            };
            if let Some(last) = pieces.last_mut() {
                last.push(item);
            }
        }
        Pattern { pieces }
    }

    fn fits(&self, t: &str) -> bool {
        let text: Vec<char> = t.chars().collect();
        let here = |piece: &[Option<char>], at: usize| {
            at + piece.len() <= text.len() && piece.iter().zip(&text[at..]).all(|(p, c)| p.is_none_or(|p| p == *c))
        };
        let (Some(first), Some(last)) = (self.pieces.first(), self.pieces.last()) else { return false };
        if self.pieces.len() == 1 {
            return text.len() == first.len() && here(first, 0);
        }
        if !here(first, 0) || text.len() < first.len() + last.len() {
            return false;
        }
        let end = text.len() - last.len();
        let mut at = first.len();
        // The leftmost place of each piece leaves the most room for those after it.
        for piece in &self.pieces[1..self.pieces.len() - 1] {
            match (at..=end).find(|i| i + piece.len() <= end && here(piece, *i)) {
                Some(i) => at = i + piece.len(),
                None => return false,
            }
        }
        here(last, end)
    }
}
