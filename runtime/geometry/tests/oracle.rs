//! Generated areas, judged by an independent program.

mod common;

use std::fmt::Write;

use common::{Dice, merged, oracle, pairs_as_text, polygons_as_text, shapes};
use migc_geometry::{Between, EdgePair, Metric, Op, Rect, Region, Rule, Shapes};

fn operand(text: &mut String, name: &str, rects: &[Rect]) {
    for r in rects {
        let corners = r.corners().map(|[x, y]| format!("{x} {y}")).join(" ");
        writeln!(text, "{name} {corners}").unwrap();
    }
}

/// Asks about many cases at once: a program that starts is slow.
fn compare(name: &str, cases: Vec<(String, Vec<Rect>, Vec<Rect>, Vec<String>)>) -> (usize, Vec<String>) {
    let mut text = String::new();
    for (what, a, b, _) in &cases {
        writeln!(text, "case {what}").unwrap();
        operand(&mut text, "a", a);
        operand(&mut text, "b", b);
        text.push_str("end\n");
    }
    let Some(answers) = oracle(name, &text) else { return (0, vec![]) };
    assert_eq!(answers.len(), cases.len());
    let mut other = Vec::new();
    for ((what, a, b, mine), mut theirs) in cases.iter().zip(answers) {
        // Some pairs it reports twice.
        theirs.dedup();
        if *mine != theirs {
            let only = |p: &[String], q: &[String]| p.iter().filter(|l| !q.contains(l)).cloned().collect::<Vec<_>>();
            other.push(format!(
                "{what}\n a {a:?}\n b {b:?}\n only here {:?}\n only there {:?}",
                only(mine, &theirs),
                only(&theirs, mine)
            ));
        }
    }
    (cases.len(), other)
}

#[test]
fn polygons_of_booleans_and_sizing() {
    let mut dice = Dice(1);
    let mut cases = Vec::new();
    for round in 0..600 {
        let (a, b) = (dice.rects(9, 60, 30), dice.rects(7, 60, 30));
        let (x, y) = (shapes(&a), shapes(&b));
        let grow = [dice.roll(0, 9), dice.roll(0, 9)];
        let (what, region) = match round % 6 {
            0 => ("merge".into(), merged(&x)),
            1 => ("and".into(), Region::combined(Op::And, &x, &y)),
            2 => ("not".into(), Region::combined(Op::Not, &x, &y)),
            3 => ("xor".into(), Region::combined(Op::Xor, &x, &y)),
            4 => (format!("size {} {}", grow[0], grow[1]), Region::sized(&x, grow[0], grow[1]).unwrap()),
            _ => (format!("size {} {}", -grow[0], -grow[1]), Region::sized(&x, -grow[0], -grow[1]).unwrap()),
        };
        cases.push((what, a, b, polygons_as_text(&region)));
    }
    let (_, other) = compare("oracle_regions", cases);
    assert!(other.is_empty(), "{} differ, such as {}", other.len(), other[0]);
}

#[test]
fn selections_by_another_region() {
    let mut dice = Dice(5);
    let mut cases = Vec::new();
    for round in 0..600 {
        let (a, b) = (dice.rects(9, 40, 12), dice.rects(9, 40, 20));
        let (p, q) = (merged(&shapes(&a)), merged(&shapes(&b)));
        let (what, region) = match round % 4 {
            0 => ("interacting", p.interacting(&q)),
            1 => ("inside", p.inside(&q)),
            2 => ("outside", p.outside(&q)),
            _ => ("covering", p.covering(&q)),
        };
        cases.push((what.into(), a, b, polygons_as_text(&region)));
    }
    let (count, other) = compare("oracle_selections", cases);
    // Of a polygon that covers one polygon up to its own edge and overlaps another, the oracle sometimes denies that it
    // covers the one. It is the only thing that differs, and rare.
    assert!(other.iter().all(|o| o.starts_with("covering") && o.contains("only there []")), "{}", other.join("\n"));
    assert!(other.len() * 100 <= count, "{} of {count} differ, such as {}", other.len(), other[0]);
}

/// A name as the oracle has it, and what it is here.
type Check = (&'static str, fn(&Region, &Region, &Rule) -> Vec<EdgePair>);

const CHECKS: [Check; 7] = [
    ("width", |a, _, r| a.width_check(r)),
    ("space", |a, _, r| a.space_check(r, Between::Any)),
    ("notch", |a, _, r| a.space_check(r, Between::Same)),
    ("isolated", |a, _, r| a.space_check(r, Between::Different)),
    ("separation", |a, b, r| a.separation_check(b, r)),
    ("enclosure", |a, b, r| a.enclosure_check(b, r)),
    ("overlap", |a, b, r| a.overlap_check(b, r)),
];

const METRICS: [(&str, Metric); 3] =
    [("euclidean", Metric::Euclidean), ("square", Metric::Square), ("projection", Metric::Projection)];

fn checked(shielded: bool, seed: u64) -> Vec<(String, Vec<Rect>, Vec<Rect>, Vec<String>)> {
    let mut dice = Dice(seed);
    let mut cases = Vec::new();
    for (name, check) in CHECKS {
        for (metric_name, metric) in METRICS {
            for _ in 0..120 {
                let (a, b) = (dice.rects(8, 60, 30), dice.rects(6, 60, 30));
                let rule = Rule { distance: dice.roll(2, 40), metric, shielded };
                let pairs = check(&merged(&shapes(&a)), &merged(&shapes(&b)), &rule);
                let said = if shielded { "shielded" } else { "open" };
                cases.push((format!("{name} {} {metric_name} {said}", rule.distance), a, b, pairs_as_text(&pairs)));
            }
        }
    }
    cases
}

#[test]
fn pairs_of_checks_without_shielding() {
    let (_, other) = compare("oracle_open", checked(false, 2));
    assert!(other.is_empty(), "{} differ, such as {}", other.len(), other[0]);
}

/// With shielding, a few pairs differ, all askew: the oracle rounds where a third edge touches.
#[test]
fn pairs_of_checks_with_shielding() {
    let (count, other) = compare("oracle_shielded", checked(true, 3));
    assert!(other.iter().all(|o| !o.contains("projection")), "{}", other.join("\n"));
    assert!(other.len() * 100 <= count, "{} of {count} differ, such as {}", other.len(), other[0]);
}

#[test]
fn a_polygon_that_crosses_itself() {
    let mut dice = Dice(4);
    let (mut text, mut mine) = (String::new(), Vec::new());
    for _ in 0..300 {
        let turns: Vec<[i32; 2]> = (0..dice.roll(2, 7)).map(|_| [dice.roll(0, 20), dice.roll(0, 20)]).collect();
        let corners: Vec<[i32; 2]> =
            (0..turns.len()).flat_map(|k| [turns[k], [turns[(k + 1) % turns.len()][0], turns[k][1]]]).collect();
        let said = corners.iter().map(|[x, y]| format!("{x} {y}")).collect::<Vec<_>>().join(" ");
        writeln!(text, "case merge\na {said}\nend").unwrap();
        let mut drawn = Shapes::new();
        drawn.push_polygon(&corners);
        mine.push(polygons_as_text(&merged(&drawn)));
    }
    let Some(answers) = oracle("oracle_crossing", &text) else { return };
    for (mine, theirs) in mine.iter().zip(&answers) {
        // Of a line there and back, the oracle keeps a polygon without area.
        if !(mine.is_empty() && theirs.len() == 1) {
            assert_eq!(mine, theirs);
        }
    }
}
