//! Names that were probably meant.

/// The known name that is closest to what was written, if one is close.
pub(crate) fn did_you_mean<'n>(written: &str, known: &[&'n str]) -> Option<&'n str> {
    let limit = (written.chars().count() / 3).max(1);
    let best =
        known.iter().map(|k| (distance(&written.to_lowercase(), &k.to_lowercase()), *k)).min_by_key(|(d, _)| *d)?;
    (best.0 <= limit).then_some(best.1)
}

/// What could stand there: `columns in scope: a, b`.
pub(crate) fn in_scope<'n>(what: &str, known: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = known.collect();
    match names.len() {
        0 => format!("there are no {what} here"),
        1..=24 => format!("{what} in scope: {}", names.join(", ")),
        n => format!("{what} in scope: {}, and {} more", names[..24].join(", "), n - 24),
    }
}

/// Edits from one text to the other: insertions, deletions, changes and swaps of neighbours.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                best = best.min(rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_of_the_pen() {
        assert_eq!(did_you_mean("cusotmer", &["customer", "order"]), Some("customer"));
        assert_eq!(did_you_mean("custNo", &["cust_no"]), Some("cust_no"));
        assert_eq!(did_you_mean("balance", &["customer"]), None);
    }
}
