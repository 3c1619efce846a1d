//! What must hold of whole targets, held against what was counted and measured.

use migc_abi::Total;
use migc_compiler::plan::{Cmp, Gate, GateBound, GateOf, Plan};
use migc_functions::{Kind, Value};
use migc_ledger::{Entry, GateCount};

/// What a gate found: a number with its scale, and of how many it is a part, where it counts records or rows.
struct Found {
    value: i128,
    scale: u8,
    of: Option<u64>,
}

/// Holds every gate of a plan against the entries of the ledger and what was measured.
pub(crate) fn judge(plan: &Plan, entries: &[Entry], totals: &[Total], rows: &[u64]) -> Vec<GateCount> {
    plan.gates.iter().map(|gate| one(plan, gate, entries, totals, rows)).collect()
}

fn one(plan: &Plan, gate: &Gate, entries: &[Entry], totals: &[Total], rows: &[u64]) -> GateCount {
    let target = plan.targets.get(gate.target).map_or("", |t| t.name.as_str());
    let (held, found) =
        if gate.of == GateOf::Same { same(gate, totals) } else { compared(gate, target, entries, totals, rows) };
    GateCount { target: target.to_owned(), gate: gate.text.clone(), held, found }
}

/// Whether two sums are one.
fn same(gate: &Gate, totals: &[Total]) -> (bool, String) {
    let sum = |at: usize| {
        let (place, scale) = gate.measures.get(at).copied().unwrap_or_default();
        (totals.get(place).unwrap_or(&Total::NONE).sum, scale)
    };
    let shown = |(n, scale): (Option<i128>, u8)| n.map_or("more than 38 digits".to_owned(), |n| decimal(n, scale));
    let (from, to) = (sum(0), sum(1));
    let most = from.1.max(to.1);
    let lifted = |(n, scale): (Option<i128>, u8)| n?.checked_mul(migc_functions::decimal::pow10(most - scale));
    let held = lifted(from).is_some() && lifted(from) == lifted(to);
    (held, format!("{} went in, {} came out", shown(from), shown(to)))
}

fn compared(gate: &Gate, target: &str, entries: &[Entry], totals: &[Total], rows: &[u64]) -> (bool, String) {
    // A map that routes names its targets one after the other.
    let of_target = entries.iter().filter(|e| e.target.split(", ").any(|t| t == target));
    let records = |f: fn(&Entry) -> u64| -> (u64, u64) {
        of_target.clone().fold((0, 0), |(part, all), e| (part + f(e), all + e.extracted))
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
        GateOf::Sum => total.sum.map(|value| Found { value, scale, of: None }),
        GateOf::Min => total.least.map(|value| Found { value, scale, of: None }),
        GateOf::Max => total.most.map(|value| Found { value, scale, of: None }),
        GateOf::Same => None,
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
    let (mut left, mut right) = (found.value, bound.value);
    let (mut left_scale, right_scale) = (found.scale, bound.kind.scale());
    if bound.share {
        // part / all against bound / 10^s
        right = match right.checked_mul(i128::from(found.of.unwrap_or(0))) {
            Some(n) => n,
            None => return false,
        };
        left_scale = 0;
    }
    let lift = |n: i128, by: u8| n.checked_mul(migc_functions::decimal::pow10(by));
    let most = left_scale.max(right_scale);
    match (lift(left, most - left_scale), lift(right, most - right_scale)) {
        (Some(a), Some(b)) => (left, right) = (a, b),
        // What cannot be brought to one scale differs by far: the one with the larger scale is the smaller.
        _ => return false,
    }
    match bound.cmp {
        Cmp::Eq => left == right,
        Cmp::Ne => left != right,
        Cmp::Lt => left < right,
        Cmp::Le => left <= right,
        Cmp::Gt => left > right,
        Cmp::Ge => left >= right,
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
}
