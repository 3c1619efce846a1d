//! What a condition that did not fire tells about values from then on.

use std::collections::BTreeMap;

use migc_functions::{Info, Value};

use crate::plan::{Cmp, Expr, Op};

/// What can be learnt about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    /// An input.
    Input(usize),
    /// A slot.
    Slot(usize),
}

impl Known {
    /// The input or slot that an expression is.
    pub(crate) fn of(e: &Expr) -> Option<Known> {
        match e.op {
            Op::Input(i) => Some(Known::Input(i)),
            Op::Slot(s) => Some(Known::Slot(s)),
            _ => None,
        }
    }
}

/// Facts by what they are about.
pub(crate) type Facts = BTreeMap<Known, Info>;

/// Takes in that `e` is not the opposite of `truth`: it is `truth`, or null.
pub(crate) fn refine(facts: &mut Facts, e: &Expr, truth: bool) {
    match &e.op {
        Op::Not(a) => refine(facts, a, !truth),
        Op::And(parts) if truth => parts.iter().for_each(|p| refine(facts, p, true)),
        Op::Or(parts) if !truth => parts.iter().for_each(|p| refine(facts, p, false)),
        Op::IsNull(a) if !truth => {
            if let Some(k) = Known::of(a) {
                let info = facts.entry(k).or_insert_with(|| a.info.clone());
                info.ty.nullable = false;
            }
        }
        Op::Between(x, lo, hi) if truth => {
            narrow(
                facts,
                x,
                lo.info.constant.as_ref().and_then(Value::num),
                hi.info.constant.as_ref().and_then(Value::num),
            );
        }
        Op::Compare(cmp, a, b) => {
            let cmp = if truth { *cmp } else { opposite(*cmp) };
            compare(facts, cmp, a, b);
            compare(facts, mirrored(cmp), b, a);
        }
        Op::OneOf(x, values) => one_of(facts, x, values, truth),
        _ => {}
    }
}

/// The parts of `and` (or of `or`) that are comparisons, and whether what stands before each settles it: it is never true
/// then, or always.
pub(crate) fn idle(parts: &[Expr], and: bool) -> Vec<(&Expr, bool)> {
    let (mut facts, mut found) = (Facts::new(), Vec::new());
    for part in parts {
        if let Op::Compare(cmp, a, b) = &part.op {
            let known = |e: &Expr| Known::of(e).and_then(|k| facts.get(&k)).cloned().unwrap_or_else(|| e.info.clone());
            let decided = super::operators::decided(*cmp, &known(a), &known(b));
            // Null is no truth, so it only matters for `or`.
            let told = and || !part.info.ty.nullable;
            found.push((part, told && decided == Some(!and)));
        }
        refine(&mut facts, part, and);
    }
    found
}

fn compare(facts: &mut Facts, cmp: Cmp, x: &Expr, bound: &Expr) {
    match &bound.info.constant {
        Some(Value::Num(n)) => match cmp {
            Cmp::Eq => narrow(facts, x, Some(*n), Some(*n)),
            Cmp::Lt => narrow(facts, x, None, n.checked_sub(1)),
            Cmp::Le => narrow(facts, x, None, Some(*n)),
            Cmp::Gt => narrow(facts, x, n.checked_add(1), None),
            Cmp::Ge => narrow(facts, x, Some(*n), None),
            Cmp::Ne => {}
        },
        Some(v @ Value::Text(_)) if matches!(cmp, Cmp::Eq | Cmp::Ne) => {
            one_of(facts, x, std::slice::from_ref(v), cmp == Cmp::Eq)
        }
        _ => {}
    }
}

fn narrow(facts: &mut Facts, x: &Expr, lo: Option<i128>, hi: Option<i128>) {
    let Some(k) = Known::of(x) else { return };
    let info = facts.entry(k).or_insert_with(|| x.info.clone());
    let (a, b) = info.bounds();
    let (lo, hi) = (lo.map_or(a, |l| l.max(a)), hi.map_or(b, |h| h.min(b)));
    if lo <= hi {
        info.range = Some((lo, hi));
    }
}

fn one_of(facts: &mut Facts, x: &Expr, values: &[Value<'static>], inside: bool) {
    let Some(k) = Known::of(x) else { return };
    let texts: Option<Vec<&str>> = values.iter().map(Value::as_text).collect();
    let Some(texts) = texts else { return };
    let info = facts.entry(k).or_insert_with(|| x.info.clone());
    if let Some(set) = &mut info.set {
        set.retain(|t| texts.contains(&t.as_str()) == inside);
    } else if inside {
        info.set = Some(texts.iter().map(|t| (*t).to_owned()).collect());
    }
}

fn opposite(cmp: Cmp) -> Cmp {
    match cmp {
        Cmp::Eq => Cmp::Ne,
        Cmp::Ne => Cmp::Eq,
        Cmp::Lt => Cmp::Ge,
        Cmp::Le => Cmp::Gt,
        Cmp::Gt => Cmp::Le,
        Cmp::Ge => Cmp::Lt,
    }
}

/// The comparison with its sides swapped.
pub(crate) fn mirrored(cmp: Cmp) -> Cmp {
    match cmp {
        Cmp::Lt => Cmp::Gt,
        Cmp::Le => Cmp::Ge,
        Cmp::Gt => Cmp::Lt,
        Cmp::Ge => Cmp::Le,
        same => same,
    }
}
