//! Names that were probably meant.

use std::borrow::Cow;

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::Name;

/// The known name that is closest to what was written, if one is close.
pub(crate) fn did_you_mean<'n>(written: &str, known: &[&'n str]) -> Option<&'n str> {
    nearest(written, known, (written.chars().count() / 3).max(1))
}

/// The known name that is closest to what was written, if no more than this many letters differ.
pub(crate) fn nearest<'n>(written: &str, known: &[&'n str], limit: usize) -> Option<&'n str> {
    let written: Vec<char> = letters(written).collect();
    let mut best: Option<(usize, &str)> = None;
    let mut other = Vec::new();
    for name in known {
        other.clear();
        other.extend(letters(name));
        // Only what is closer than the best so far is of interest.
        let within = best.map_or(limit, |(distance, _)| distance.saturating_sub(1));
        if let Some(distance) = distance(&written, &other, within).filter(|d| best.is_none_or(|(best, _)| *d < best)) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Offers a known name in the place of what was written.
pub(crate) fn suggest(found: Diagnostic, span: Span, close: &str) -> Diagnostic {
    found.fix(format!("did you mean `{close}`?"), span, written(close))
}

/// A name as it stands in a spec.
pub(crate) fn written(name: &str) -> Cow<'_, str> {
    let plain = |(i, c): (usize, char)| c == '_' || c.is_ascii_alphabetic() || i > 0 && c.is_ascii_digit();
    let reserved = ["and", "or", "not", "else", "true", "false", "null", "match"];
    match name.chars().enumerate().all(plain) && !reserved.contains(&name) {
        true => Cow::Borrowed(name),
        false => Cow::Owned(format!("`{name}`")),
    }
}

/// The letters of a name that count.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase).take(MOST)
}

/// How many letters of a name count.
const MOST: usize = 64;

/// What could stand there: `columns in scope: a, b`.
pub(crate) fn in_scope<'n>(what: &str, known: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = known.collect();
    match names.len() {
        0 => format!("there are no {what} here"),
        1..=24 => format!("{what} in scope: {}", list(&names)),
        n => format!("{what} in scope: {}, and {} more", list(&names[..24]), n - 24),
    }
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| written(name)).collect::<Vec<_>>().join(", ")
}

/// Edits from one text to the other, insertions, deletions, changes and swaps of neighbours, if they are no more than this.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    // Rows of the table; the last three are held, small so that they cost little.
    let mut rows = [[0_u8; MOST + 1]; 3];
    let column: [u8; MOST + 1] = std::array::from_fn(|j| j as u8);
    rows[0] = column;
    for i in 1..=a.len() {
        let (higher, above) = (rows[(i + 1) % 3], rows[(i + 2) % 3]);
        let row = &mut rows[i % 3];
        row[0] = column[i];
        for j in 1..=b.len() {
            let mut best = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + u8::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(higher[j - 2] + 1);
            }
            row[j] = best;
        }
        // No way to the end is shorter than the shortest through two rows.
        if row[..=b.len()].iter().chain(&above[..=b.len()]).all(|edits| usize::from(*edits) > limit) {
            return None;
        }
    }
    Some(usize::from(rows[a.len() % 3][b.len()])).filter(|edits| *edits <= limit)
}

/// Offers the known name that is closest, or lists what is known.
pub(crate) fn offer(found: Diagnostic, name: &Name, what: &str, known: &[&str]) -> Diagnostic {
    match did_you_mean(&name.text, known) {
        Some(close) => suggest(found, name.span, close),
        None => found.help(in_scope(what, known.iter().copied())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_of_the_pen() {
        assert_eq!(did_you_mean("cusotmer", &["customer", "order"]), Some("customer"));
        assert_eq!(did_you_mean("custNo", &["cust_no"]), Some("cust_no"));
        assert_eq!(did_you_mean("balance", &["customer"]), None);
        assert_eq!(did_you_mean("amuont", &["amount2", "amout", "amount", "mount"]), Some("amount"));
        assert_eq!(did_you_mean("a", &["bc", "b"]), Some("b"));
        assert_eq!(did_you_mean(&"x".repeat(200), &[&"x".repeat(199)]).map(str::len), Some(199));
        assert_eq!(did_you_mean("", &[]), None);
    }
}
