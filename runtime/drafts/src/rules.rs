//! Rules of a layer of a technology, as a spec writes them.

use crate::length::{decimal, micrometres, shown, shown_area};
use crate::technology::Layer;

/// The rules of a layer, and its statements that say something of shapes and have no rule here.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) rules: Vec<String>,
    pub(crate) left: Vec<String>,
    steps: Option<Steps>,
}

/// Statements that say nothing of shapes: wiring plans and electrical values.
const OTHER: [&str; 26] = [
    "DIRECTION",
    "PITCH",
    "DIAGPITCH",
    "OFFSET",
    "RESISTANCE",
    "CAPACITANCE",
    "EDGECAPACITANCE",
    "HEIGHT",
    "THICKNESS",
    "SHRINKAGE",
    "CAPMULTIPLIER",
    "ACCURRENTDENSITY",
    "DCCURRENTDENSITY",
    "ANTENNAMODEL",
    "ANTENNAAREARATIO",
    "ANTENNADIFFAREARATIO",
    "ANTENNACUMAREARATIO",
    "ANTENNACUMDIFFAREARATIO",
    "ANTENNAAREAFACTOR",
    "ANTENNASIDEAREARATIO",
    "ANTENNADIFFSIDEAREARATIO",
    "ANTENNACUMSIDEAREARATIO",
    "ANTENNACUMDIFFSIDEAREARATIO",
    "ANTENNASIDEAREAFACTOR",
    "ANTENNAGATEPLUSDIFF",
    "MASK",
];

/// What lengths of the target keep to, in 10⁻¹⁵ m.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Steps {
    /// The database unit.
    pub(crate) dbu: i64,
    /// The grid.
    pub(crate) grid: i64,
}

impl Steps {
    /// A length of micrometres that a rule can have: more than nothing, and a whole number of database units.
    fn length(self, text: &str) -> Option<i64> {
        micrometres(text).filter(|n| *n > 0 && n % self.dbu == 0)
    }
}

/// The rules of a layer of wires.
pub(crate) fn wires(layer: &Layer, steps: Steps) -> Rules {
    let mut out = Rules { steps: Some(steps), ..Rules::default() };
    let has = |word: &str| layer.statements.iter().any(|s| s[0].eq_ignore_ascii_case(word));
    let (mut least, mut most, mut window, mut step) = (None, None, None, None);
    for s in &layer.statements {
        let words: Vec<&str> = s.iter().map(String::as_str).collect();
        let upper: Vec<String> = words.iter().map(|w| w.to_ascii_uppercase()).collect();
        let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
        match upper.as_slice() {
            // Without a least width, the usual one is the least.
            ["WIDTH", n] if !has("MINWIDTH") => out.length("width >= ", n, &words),
            ["WIDTH", _] => {}
            ["MINWIDTH", n] => out.length("width >= ", n, &words),
            ["SPACING", n] => out.length("space >= ", n, &words),
            ["SPACING", n, "ENDOFLINE", w, "WITHIN", _] => match (steps.length(n), steps.length(w)) {
                (Some(n), Some(w)) => {
                    out.rules.push(format!("space >= {} at line end where width < {}", shown(n), shown(w)));
                }
                _ => out.leave(&words),
            },
            ["SPACINGTABLE", "PARALLELRUNLENGTH", rest @ ..] => match table(rest, steps) {
                Some(rules) => out.rules.extend(rules),
                None => out.leave(&words),
            },
            ["AREA", n] => out.area("area >= ", n, &words),
            ["MINENCLOSEDAREA", n] => out.area("hole area >= ", n, &words),
            ["MINIMUMDENSITY", n] => least = Some((*n).to_owned()),
            ["MAXIMUMDENSITY", n] => most = Some((*n).to_owned()),
            ["DENSITYCHECKWINDOW", x, y] if x == y => window = steps.length(x),
            ["DENSITYCHECKSTEP", n] => step = steps.length(n),
            [word, ..] if OTHER.contains(word) => {}
            _ => out.leave(&words),
        }
    }
    if let (true, Some(window)) = (least.is_some() || most.is_some(), window) {
        let step = step.map_or(String::new(), |s| format!(" step {}", shown(s)));
        let (least, most) =
            (micrometres(least.as_deref().unwrap_or("0")), micrometres(most.as_deref().unwrap_or("100")));
        match (least, most) {
            (Some(least), Some(most))
                if least < most && most <= 100_000_000_000 && (least, most) != (0, 100_000_000_000) =>
            {
                let [least, most] = [least, most].map(|n| decimal(i128::from(n), 9));
                out.rules.push(format!("density in {least}% ..= {most}% per {}{step}", shown(window)));
            }
            _ => out.left.push("density".to_owned()),
        }
    }
    out
}

/// The rules of a layer of cuts between two others.
pub(crate) fn cuts(layer: &Layer, [below, above]: [Option<&str>; 2], steps: Steps) -> Rules {
    let mut out = Rules { steps: Some(steps), ..Rules::default() };
    for s in &layer.statements {
        let words: Vec<&str> = s.iter().map(String::as_str).collect();
        let upper: Vec<String> = words.iter().map(|w| w.to_ascii_uppercase()).collect();
        let upper: Vec<&str> = upper.iter().map(String::as_str).collect();
        match upper.as_slice() {
            ["WIDTH", n] => match steps.length(n).filter(|n| n % steps.grid == 0) {
                Some(n) => out.rules.push(format!("size == {} x {}", shown(n), shown(n))),
                None => out.leave(&words),
            },
            ["SPACING", n] => out.length("space >= ", n, &words),
            ["ENCLOSURE", a, b] => {
                out.enclosed(below, [a, b], &words);
                out.enclosed(above, [a, b], &words);
            }
            ["ENCLOSURE", "BELOW", a, b] => out.enclosed(below, [a, b], &words),
            ["ENCLOSURE", "ABOVE", a, b] => out.enclosed(above, [a, b], &words),
            [word, ..] if OTHER.contains(word) => {}
            _ => out.leave(&words),
        }
    }
    if let (Some(below), Some(above)) = (below, above) {
        out.rules.push(format!("joins {below} to {above}"));
    }
    out
}

impl Rules {
    fn leave(&mut self, words: &[&str]) {
        self.left.push(words.join(" "));
    }

    /// Adds a rule, each once.
    fn rule(&mut self, rule: String) {
        if !self.rules.contains(&rule) {
            self.rules.push(rule);
        }
    }

    fn length(&mut self, rule: &str, n: &str, words: &[&str]) {
        match self.steps.and_then(|steps| steps.length(n)) {
            Some(n) => self.rule(format!("{rule}{}", shown(n))),
            None => self.leave(words),
        }
    }

    fn area(&mut self, rule: &str, n: &str, words: &[&str]) {
        match shown_area(n).filter(|_| micrometres(n) != Some(0)) {
            Some(n) => self.rule(format!("{rule}{n}")),
            None => self.leave(words),
        }
    }

    /// `ENCLOSURE a b`: one overhang on two opposite sides, the other on the other two.
    fn enclosed(&mut self, by: Option<&str>, [a, b]: [&str; 2], words: &[&str]) {
        let length = |n: &str| {
            let n = micrometres(n)?;
            self.steps.is_some_and(|steps| n % steps.dbu == 0).then_some(n)
        };
        let (Some(by), Some(a), Some(b)) = (by, length(a), length(b)) else { return self.leave(words) };
        let (less, more) = (a.min(b), a.max(b));
        self.rule(match less == more {
            true => format!("inside {by} by {}", shown(less)),
            false => format!("inside {by} by {}, {} on opposite sides", shown(less), shown(more)),
        });
    }
}

/// A table of spaces by width and run length: each space that is larger than all that hold already.
fn table(words: &[&str], steps: Steps) -> Option<Vec<String>> {
    let first = words.iter().position(|w| *w == "WIDTH")?;
    let runs = words[..first].iter().map(|w| micrometres(w)).collect::<Option<Vec<i64>>>()?;
    let mut rules: Vec<String> = Vec::new();
    let mut held: Vec<(i64, i64, i64)> = Vec::new();
    for row in words[first..].split(|w| *w == "WIDTH").filter(|r| !r.is_empty()) {
        let numbers = row.iter().map(|w| micrometres(w)).collect::<Option<Vec<i64>>>()?;
        let [width, spaces @ ..] = numbers.as_slice() else { return None };
        if spaces.len() != runs.len() {
            return None;
        }
        for (run, space) in runs.iter().zip(spaces) {
            if [width, run, space].iter().any(|n| *n % steps.dbu != 0) {
                return None;
            }
            let known = *space == 0 || held.iter().any(|(w, r, s)| w <= width && r <= run && s >= space);
            if known {
                continue;
            }
            held.push((*width, *run, *space));
            let wide = if *width > 0 { format!(" where width > {}", shown(*width)) } else { String::new() };
            let long = if *run > 0 { format!(" run > {}", shown(*run)) } else { String::new() };
            rules.push(format!("space >= {}{wide}{long}", shown(*space)));
        }
    }
    Some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Technology;

    const STEPS: Steps = Steps { dbu: 1_000_000, grid: 5_000_000 };

    #[test]
    fn what_no_rule_can_have_is_left() {
        let text = "TYPE ROUTING ; WIDTH 0.0676 ; SPACING 0 ; SPACING 0.14 ; SPACING 0.14 ; AREA 0 ; MINIMUMDENSITY 80 ; MAXIMUMDENSITY 20 ; DENSITYCHECKWINDOW 10 10 ;";
        let found = wires(&layer(text), STEPS);
        assert_eq!(found.rules, ["space >= 140nm"]);
        assert_eq!(found.left, ["WIDTH 0.0676", "SPACING 0", "AREA 0", "density"]);
        assert_eq!(cuts(&layer("TYPE CUT ; WIDTH 0.142 ;"), [None; 2], STEPS).left, ["WIDTH 0.142"]);
    }

    fn layer(statements: &str) -> Layer {
        Technology::read(&format!("LAYER m\n{statements}\nEND m\n")).unwrap().layers.remove(0)
    }

    #[test]
    fn rules_of_wires() {
        let text = "TYPE ROUTING ; DIRECTION HORIZONTAL ; PITCH 0.34 ; WIDTH 0.14 ; AREA 0.083 ; MINENCLOSEDAREA 0.14 ;\
            SPACING 0.15 ENDOFLINE 0.16 WITHIN 0.03 ;\
            SPACINGTABLE PARALLELRUNLENGTH 0.0 1.5 WIDTH 0.0 0.14 0.14 WIDTH 3.0 0.28 0.3 WIDTH 5 0.28 0.3 ;\
            MINIMUMDENSITY 20 ; MAXIMUMDENSITY 70.5 ; DENSITYCHECKWINDOW 700 700 ; DENSITYCHECKSTEP 70 ; MINSTEP 0.1 ;";
        let found = wires(&layer(text), STEPS);
        assert_eq!(
            found.rules,
            [
                "width >= 140nm",
                "area >= 0.083um2",
                "hole area >= 0.14um2",
                "space >= 150nm at line end where width < 160nm",
                "space >= 140nm",
                "space >= 280nm where width > 3000nm",
                "space >= 300nm where width > 3000nm run > 1500nm",
                "density in 20% ..= 70.5% per 700um step 70um",
            ]
        );
        assert_eq!(found.left, ["MINSTEP 0.1"]);
    }

    #[test]
    fn rules_of_cuts() {
        let text = "TYPE CUT ; WIDTH 0.15 ; SPACING 0.17 ; ENCLOSURE BELOW 0.055 0.085 ; ENCLOSURE ABOVE 0.06 0.06 ; SPACING 0.2 ADJACENTCUTS 3 WITHIN 0.3 ;";
        let found = cuts(&layer(text), [Some("m1"), Some("m2")], STEPS);
        assert_eq!(
            found.rules,
            [
                "size == 150nm x 150nm",
                "space >= 170nm",
                "inside m1 by 55nm, 85nm on opposite sides",
                "inside m2 by 60nm",
                "joins m1 to m2",
            ]
        );
        assert_eq!(found.left, ["SPACING 0.2 ADJACENTCUTS 3 WITHIN 0.3"]);
        // Between layers that the layout does not have.
        let alone = cuts(&layer(text), [None, Some("m2")], STEPS);
        assert_eq!(alone.left.len(), 2);
    }
}
