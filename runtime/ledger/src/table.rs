//! The ledger as people read it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::ledger::{Ending, Entry, Ledger};

/// The ledger as a table: one block an entry, what is zero left out. Why a run did not finish is not in it.
pub fn table(ledger: &Ledger) -> String {
    let mut out = String::new();
    for entry in &ledger.entries {
        block(entry, ledger.outcome, &mut out);
    }
    let broken = ledger.rules.iter().filter(|r| r.violations > 0);
    for rule in broken.clone() {
        let _ = writeln!(
            out,
            "{}.{}: {}  {} violation{}, {} in {} cell{}",
            rule.place,
            rule.layer,
            rule.rule,
            grouped(rule.violations),
            s(rule.violations),
            grouped(rule.in_cells),
            grouped(rule.cells),
            s(rule.cells)
        );
    }
    if !ledger.rules.is_empty() {
        let (held, all) = (ledger.rules.len() - broken.count(), ledger.rules.len());
        let hold = if all == 1 { "rule holds" } else { "rules hold" };
        let _ = writeln!(out, "{held} of {all} {hold}");
    }
    for gate in &ledger.gates {
        let word = if gate.held { "held" } else { "BROKEN" };
        let what = match gate.gate.starts_with("conserve ") {
            true => gate.gate.clone(),
            false => format!("expect {}: {}", gate.target, gate.gate),
        };
        let _ = writeln!(out, "{what}  {word}: {}", gate.found);
    }
    out
}

fn block(entry: &Entry, ending: Ending, out: &mut String) {
    let mut rows: Vec<(String, u64, String)> = vec![(entry.map.clone(), entry.extracted, entry.unit.clone())];
    let passed = if ending == Ending::Done { "loaded" } else { "would have loaded" };
    rows.push((format!("  {passed}"), entry.loaded, share(entry.loaded, entry.extracted)));
    for arrow in &entry.rows {
        rows.push((format!("    -> {}", arrow.target), arrow.count, String::new()));
    }
    for (title, counts) in [("rejected", &entry.rejected), ("dropped", &entry.dropped), ("warned", &entry.warned)] {
        group(title, counts, entry.extracted, &mut rows);
    }
    // What is ignored was not extracted, so it is no share of that.
    group("ignored", &entry.ignored, 0, &mut rows);
    let cleaned: BTreeMap<String, u64> = entry.cleaned.iter().map(|(column, c)| (column.clone(), c.count)).collect();
    group("cleaned", &cleaned, 0, &mut rows);
    let names = rows.iter().map(|row| row.0.chars().count()).max().unwrap_or(0);
    let counts = rows.iter().map(|row| grouped(row.1).len()).max().unwrap_or(0);
    for (name, count, note) in rows {
        let line = format!("{name:<names$}  {:>counts$}  {note}", grouped(count));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if entry.apart > 0 {
        // The unit is a plural.
        let (unit, are) = match entry.apart {
            1 => (entry.unit.trim_end_matches('s'), "is"),
            _ => (entry.unit.as_str(), "are"),
        };
        let _ = writeln!(out, "  {} other {unit} {are} not the business of this map", grouped(entry.apart));
    }
    for note in &entry.notes {
        let _ = writeln!(out, "  {note}");
    }
}

/// The end of a plural.
fn s(n: u64) -> &'static str {
    if n == 1 { "" } else { "s" }
}

fn group(title: &str, counts: &BTreeMap<String, u64>, whole: u64, rows: &mut Vec<(String, u64, String)>) {
    let sum: u64 = counts.values().sum();
    if sum == 0 {
        return;
    }
    let note = if whole == 0 { String::new() } else { share(sum, whole) };
    rows.push((format!("  {title}"), sum, note));
    for (code, count) in counts.iter().filter(|(_, count)| **count > 0) {
        rows.push((format!("    {code}"), *count, String::new()));
    }
}

/// A share in percent, with three digits behind the point.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let thousandths = (u128::from(part) * 100_000 + u128::from(whole) / 2) / u128::from(whole);
    format!("{}.{:03} %", thousandths / 1000, thousandths % 1000)
}

/// A number with a comma every three digits.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(5_969_675), "5,969,675");
    }

    #[test]
    fn shows_what_became_of_the_records() {
        let entry = Entry {
            map: "lines -> ok".into(),
            unit: "records".into(),
            extracted: 6_000,
            loaded: 5_990,
            rejected: BTreeMap::from([("bad_date".into(), 9), ("bad_qty".into(), 1)]),
            ..Entry::default()
        };
        let mut out = String::new();
        block(&entry, Ending::Done, &mut out);
        let wanted = "\
lines -> ok   6,000  records
  loaded      5,990  99.833 %
  rejected       10  0.167 %
    bad_date      9
    bad_qty       1
";
        assert_eq!(out, wanted);
    }
}
