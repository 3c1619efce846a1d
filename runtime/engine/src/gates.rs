//! What must hold of whole targets, held against what was counted and measured.

use std::cmp::Ordering;

use migc_abi::Total;
use migc_compiler::plan::{Cmp, Gate, GateBound, GateOf, Plan};
use migc_functions::{Kind, Value};
use migc_ledger::{Entry, GateCount, RuleCount};

/// What a gate found: a number with its scale, and of how many it is a part, where it counts records or rows.
struct Found {
    value: i128,
    scale: u8,
    of: Option<u64>,
}

/// An entry of the ledger, and the targets that it counts for, by their places in the plan.
pub(crate) type Counted<'e> = (&'e Entry, &'e [usize]);

/// What one file of a source gives.
pub(crate) struct OfFile {
    /// The file, as it is shown.
    pub(crate) file: String,
    /// What the ledger would say if there were no other, each with the targets that it counts for.
    pub(crate) entries: Vec<(Entry, Vec<usize>)>,
    /// Rows, by target.
    pub(crate) rows: Vec<u64>,
}

/// Holds every gate of a plan against the entries of the ledger and what was measured.
pub(crate) fn judge(
    plan: &Plan,
    entries: &[Counted<'_>],
    totals: &[Total],
    rows: &[u64],
    files: &[OfFile],
    rules: &[RuleCount],
) -> Vec<GateCount> {
    let one = |gate: &Gate| {
        let target = plan.targets.get(gate.target).map_or("", |t| t.name.as_str());
        let (held, found) = match gate.of {
            _ if gate.per_file => of_each(gate, files),
            GateOf::Same => same(gate, totals),
            GateOf::Violations => {
                let broken = rules.iter().filter(|r| r.place == target);
                let value = broken.map(|r| i128::from(r.violations)).sum();
                let found = Found { value, scale: 0, of: None };
                (gate.bounds.iter().all(|bound| holds(bound, &found)), value.to_string())
            }
            _ => compared(gate, entries, totals, rows),
        };
        GateCount { target: target.to_owned(), gate: gate.text.clone(), held, found }
    };
    plan.gates.iter().map(one).collect()
}

/// Whether a gate holds of every file; the first of which it does not is named.
fn of_each(gate: &Gate, files: &[OfFile]) -> (bool, String) {
    let concerned = |f: &&OfFile| f.entries.iter().any(|(_, targets)| targets.contains(&gate.target));
    let (mut broken, mut all) = (Vec::new(), 0);
    for file in files.iter().filter(concerned) {
        all += 1;
        let entries: Vec<Counted<'_>> = file.entries.iter().map(|(entry, of)| (entry, of.as_slice())).collect();
        let (held, found) = compared(gate, &entries, &[], &file.rows);
        if !held {
            broken.push(format!("{found} in {}", file.file));
        }
    }
    let count = format!("{all} file{}", if all == 1 { "" } else { "s" });
    match broken.as_slice() {
        [] => (true, count),
        [one] => (false, one.clone()),
        [first, rest @ ..] => (false, format!("{first}, and {} more of {count}", rest.len())),
    }
}

/// Whether two sums are one.
fn same(gate: &Gate, totals: &[Total]) -> (bool, String) {
    let sum = |at: usize| {
        let (place, scale) = gate.measures.get(at).copied().unwrap_or_default();
        (totals.get(place).unwrap_or(&Total::NONE).sum.narrow(), scale)
    };
    let shown = |(n, scale): (Option<i128>, u8)| n.map_or("more than 38 digits".to_owned(), |n| decimal(n, scale));
    let (from, to) = (sum(0), sum(1));
    let held = match (from, to) {
        ((Some(a), from), (Some(b), to)) => order((a, from), (b, to)).is_eq(),
        _ => false,
    };
    (held, format!("{} went in, {} came out", shown(from), shown(to)))
}

fn compared(gate: &Gate, entries: &[Counted<'_>], totals: &[Total], rows: &[u64]) -> (bool, String) {
    let of_target = entries.iter().filter(|(_, targets)| targets.contains(&gate.target));
    let records = |f: fn(&Entry) -> u64| -> (u64, u64) {
        of_target.clone().fold((0, 0), |(part, all), (e, _)| (part + f(e), all + e.extracted))
    };
    let counted = |(part, all): (u64, u64)| Some(Found { value: i128::from(part), scale: 0, of: Some(all) });
    let (place, scale) = gate.measures.first().copied().unwrap_or((usize::MAX, 0));
    let total = totals.get(place).copied().unwrap_or(Total::NONE);
    let loaded = rows.get(gate.target).copied().unwrap_or(0);
    let found = match gate.of {
        GateOf::Rejected => counted(records(|e| e.rejected.values().sum())),
        GateOf::Dropped => counted(records(|e| e.dropped.values().sum())),
        GateOf::Warned => counted(records(|e| e.warned.values().sum())),
        GateOf::Loaded => counted((loaded, records(|e| e.loaded).1)),
        GateOf::Share | GateOf::Count => counted((total.count, loaded)),
        GateOf::Sum => total.sum.narrow().map(|value| Found { value, scale, of: None }),
        GateOf::Min => total.least.map(|value| Found { value, scale, of: None }),
        GateOf::Max => total.most.map(|value| Found { value, scale, of: None }),
        GateOf::Same | GateOf::Violations => None,
    };
    match found {
        Some(found) => {
            let held = gate.bounds.iter().all(|bound| holds(bound, &found));
            (held, shown(gate, &found))
        }
        // Of no rows there is no smallest value, and nothing that could be wrong with it.
        None if total.count == 0 => (true, "there are no rows".to_owned()),
        None => (false, "the sum has more than 38 digits".to_owned()),
    }
}

/// Whether a comparison holds, exactly: a share is compared by multiplying, never by dividing.
fn holds(bound: &GateBound, found: &Found) -> bool {
    let wanted = (bound.value, bound.kind.scale());
    let order = match found.of.filter(|_| bound.share).map(i128::from) {
        None => order((found.value, found.scale), wanted),
        // part / all against bound / 10^s
        Some(all) => match bound.value.checked_mul(all) {
            Some(n) => order((found.value, 0), (n, wanted.1)),
            // Far beyond any count.
            None => 0.cmp(&bound.value),
        },
    };
    match bound.cmp {
        Cmp::Eq => order.is_eq(),
        Cmp::Ne => order.is_ne(),
        Cmp::Lt => order.is_lt(),
        Cmp::Le => order.is_le(),
        Cmp::Gt => order.is_gt(),
        Cmp::Ge => order.is_ge(),
    }
}

/// The order of two numbers, each with its scale.
fn order(left: (i128, u8), right: (i128, u8)) -> Ordering {
    let most = left.1.max(right.1);
    let lift = |(n, scale): (i128, u8)| n.checked_mul(migc_functions::decimal::pow10(most - scale));
    match (lift(left), lift(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
        // What leaves 128 bits is beyond what does not, and only the one with the smaller scale can.
        (None, _) => left.0.cmp(&0),
        (_, None) => 0.cmp(&right.0),
    }
}

fn shown(gate: &Gate, found: &Found) -> String {
    let Some(all) = found.of else {
        let kind = gate.bounds.first().map(|b| &b.kind).filter(|k| k.has_day() || **k == Kind::Time);
        return match kind {
            Some(kind) => Value::Num(found.value).display(kind),
            None => decimal(found.value, found.scale),
        };
    };
    let share = gate.bounds.iter().any(|b| b.share);
    if !share || all == 0 {
        return found.value.to_string();
    }
    let thousandths = (found.value * 100_000 + i128::from(all) / 2) / i128::from(all);
    format!("{} of {all}, which is {}.{:03} %", found.value, thousandths / 1000, thousandths % 1000)
}

fn decimal(n: i128, scale: u8) -> String {
    let mut out = Vec::new();
    migc_functions::decimal::write(n, scale, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(cmp: Cmp, value: i128, s: u8, share: bool) -> GateBound {
        GateBound { cmp, value, kind: Kind::Decimal { p: 10, s }, share }
    }

    #[test]
    fn a_share_is_compared_exactly() {
        // 1 of 200 is 0.5 %, written 0.005.
        let found = Found { value: 1, scale: 0, of: Some(200) };
        assert!(holds(&bound(Cmp::Le, 5, 3, true), &found));
        assert!(!holds(&bound(Cmp::Lt, 5, 3, true), &found));
        assert!(holds(&bound(Cmp::Le, 0, 3, true), &Found { value: 0, scale: 0, of: Some(0) }));
    }

    #[test]
    fn scales_do_not_matter() {
        assert!(holds(&bound(Cmp::Eq, 15, 1, false), &Found { value: 1500, scale: 3, of: None }));
        assert!(holds(&bound(Cmp::Ge, 2, 0, false), &Found { value: 2, scale: 0, of: Some(9) }));
    }
    #[test]
    fn what_has_no_common_scale_is_ordered_all_the_same() {
        let large = 10i128.pow(37);
        let orders = [Cmp::Eq, Cmp::Ne, Cmp::Lt, Cmp::Le, Cmp::Gt, Cmp::Ge];
        let held = |value: i128, found: Found| orders.map(|cmp| holds(&bound(cmp, value, 10, false), &found));
        assert_eq!(held(1, Found { value: large, scale: 0, of: None }), [false, true, false, false, true, true]);
        assert_eq!(held(1, Found { value: -large, scale: 0, of: None }), [false, true, true, true, false, false]);
        let held = |value: i128| {
            orders.map(|cmp| holds(&bound(cmp, value, 0, false), &Found { value: 1, scale: 10, of: None }))
        };
        assert_eq!(held(large), [false, true, true, true, false, false]);
        assert_eq!(held(-large), [false, true, false, false, true, true]);
        let share = |cmp| holds(&bound(cmp, large, 0, true), &Found { value: 1, scale: 0, of: Some(1000) });
        assert!(share(Cmp::Ne) && share(Cmp::Le) && !share(Cmp::Ge));
    }
}
