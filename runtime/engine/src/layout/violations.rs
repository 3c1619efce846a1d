//! Rules of layers: checked, counted, and reported with their places.

use std::fmt::Write;

use migc_compiler::plan::{self, DesignRule, Device, Join, Layer, LayerAt, LayerExpr, RuleCheck};
use migc_geometry::{Angles, Ends, Metric, Size};
use migc_grammar::span::Span;
use migc_layers::{
    Axis, Carrier, Channel, Check, Mark, Nets, OnNets, Reach, Spacing, Tracks, TreeError, Violations, channels, rule,
};
use migc_ledger::RuleCount;

use super::computed::Computer;
use super::verify::{conductors, nets_of};

/// The rules of a place, and what breaks them.
pub(super) struct Checked<'p> {
    place: &'p str,
    rules: Vec<Judged<'p>>,
    cells: Vec<String>,
    /// Database units in 10⁻¹⁵ m.
    dbu: i64,
}

/// A rule of a layer or a device, and what breaks it.
pub(super) struct Judged<'p> {
    /// The name of the layer, or of the device.
    pub(super) name: &'p str,
    /// The rule, as it is written or would be.
    pub(super) text: String,
    /// Its place in the spec.
    pub(super) at: Span,
    pub(super) can_be_mended: bool,
    pub(super) violations: Violations,
}

/// A rule that something breaks.
pub(super) struct Broken<'c> {
    pub(super) rule: &'c Judged<'c>,
    /// How often, seen from the tops.
    pub(super) count: u64,
    /// The first places: cells, and points in them.
    pub(super) places: Vec<(String, [i32; 2])>,
}

/// Checks the rules of a place and the sizes of its devices: `layer` says where its layers are, `joins` what its cuts join.
pub(super) fn check<'p>(
    computer: &Computer<'_>,
    (place, dbu): (&'p str, i64),
    (rules, joins, devices): (&'p [DesignRule], &[Join], &'p [Device]),
    layers: &'p [Layer],
    layer: fn(usize) -> LayerAt,
) -> Result<Checked<'p>, TreeError> {
    let mut checked = Vec::new();
    let mut wired: Option<Wired<'_>> = None;
    for of in rules {
        let at = layer(of.layer);
        let violations = match &of.check {
            RuleCheck::Space { to, when: plan::SpaceWhen { nets: Some(_), .. }, .. } => {
                let wired = match &mut wired {
                    Some(wired) => wired,
                    none => none.insert(Wired::new(computer, joins, layer)?),
                };
                let to = if let Some(LayerExpr::Layer(to)) = to { *to } else { at };
                let carriers = [wired.carriers(computer, at)?, wired.carriers(computer, to)?];
                let [own, others] = carriers;
                let carriers: Vec<[&Carrier<'_>; 2]> = own.iter().zip(&others).map(|(a, b)| [a, b]).collect();
                computer.check_on_nets(at, &|inputs| spacing(computer, &of.check, inputs), &carriers)?
            }
            _ => computer.check(at, &|inputs| what(computer, &of.check, inputs))?,
        };
        checked.push(Judged {
            name: &layers[of.layer].name,
            text: of.text.clone(),
            at: of.at,
            can_be_mended: of.check.can_be_mended(),
            violations,
        });
    }
    checked.extend(sizes(computer, devices, dbu)?);
    Ok(Checked { place, rules: checked, cells: computer.cells().to_vec(), dbu })
}

/// The devices of a place whose length or width is not as it says.
fn sizes<'p>(computer: &Computer<'_>, devices: &'p [Device], dbu: i64) -> Result<Vec<Judged<'p>>, TreeError> {
    let mut out = Vec::new();
    for d in devices {
        for (word, ends) in [("length", d.length), ("width", d.width)] {
            if ends == [None, None] {
                continue;
            }
            let mut violations = Violations::default();
            for top in &computer.tree().tops {
                let (gate, active) = (computer.flat_area(&d.gate, *top)?, computer.flat_area(&d.active, *top)?);
                let off = |c: &Channel| {
                    let size = if word == "length" { c.length } else { c.width };
                    ends[0].is_some_and(|least| size < least) || ends[1].is_some_and(|most| size > most)
                };
                let wrong = channels(&gate, &active).into_iter().filter(off).map(|c| Mark::Box(c.bbox));
                violations.add(*top, wrong.collect(), 1);
            }
            let shown = |n: i64| migc_compiler::trial::shown_length(n.saturating_mul(dbu));
            let text = match ends {
                [Some(least), Some(most)] if least == most => format!("{word} == {}", shown(least)),
                [Some(least), Some(most)] => format!("{word} in {} ..= {}", shown(least), shown(most)),
                [Some(least), None] => format!("{word} >= {}", shown(least)),
                [None, most] => format!("{word} <= {}", shown(most.unwrap_or_default())),
            };
            out.push(Judged { name: &d.name, text, at: d.at, can_be_mended: true, violations });
        }
    }
    Ok(out)
}

/// The nets of each top, known once for all rules that look at them.
struct Wired<'s> {
    joins: &'s [Join],
    conductors: Vec<&'s LayerExpr>,
    layer: fn(usize) -> LayerAt,
    nets: Vec<Nets>,
}

impl<'s> Wired<'s> {
    fn new(computer: &Computer<'_>, joins: &'s [Join], layer: fn(usize) -> LayerAt) -> Result<Wired<'s>, TreeError> {
        let conductors = conductors(joins);
        let nets = |top: &usize| nets_of(computer, joins, layer, &conductors, *top);
        let nets = computer.tree().tops.iter().map(nets).collect::<Result<_, _>>()?;
        Ok(Wired { joins, conductors, layer, nets })
    }

    /// A layer in each top, with the nets of its polygons: a conductor as it is, or a cut.
    fn carriers(&self, computer: &Computer<'_>, at: LayerAt) -> Result<Vec<Carrier<'_>>, TreeError> {
        let layer = LayerExpr::Layer(at);
        let place = |e: &LayerExpr| self.conductors.iter().position(|c| *c == e);
        if let Some(conductor) = place(&layer) {
            return Ok(self.nets.iter().map(|nets| Carrier::Conductor(nets, conductor)).collect());
        }
        let cuts = self.joins.iter().filter(|j| (self.layer)(j.cut) == at);
        let joined: Vec<usize> = cuts.flat_map(|j| j.from.iter().chain(&j.to)).filter_map(place).collect();
        let tops = computer.tree().tops.iter().zip(&self.nets);
        tops.map(|(top, nets)| Ok(Carrier::cut(&computer.flat_area(&layer, *top)?, &joined, nets))).collect()
    }
}

/// A rule of distances.
fn least(n: i64, metric: plan::Metric) -> migc_geometry::Rule {
    rule(narrow(n), metric_of(metric))
}

fn metric_of(metric: plan::Metric) -> Metric {
    match metric {
        plan::Metric::Euclidean => Metric::Euclidean,
        plan::Metric::Square => Metric::Square,
        plan::Metric::Projection => Metric::Projection,
    }
}

fn narrow(n: i64) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

fn axis_of(axis: plan::Axis) -> Axis {
    match axis {
        plan::Axis::Horizontal => Axis::Horizontal,
        plan::Axis::Vertical => Axis::Vertical,
    }
}

/// A space of the plan as one of areas; of any other rule nothing that could break.
fn spacing(computer: &Computer<'_>, of: &RuleCheck, inputs: &mut Vec<migc_layers::LayerId>) -> Spacing {
    let RuleCheck::Space { to, least: n, metric, when } = of else {
        return Spacing::new(rule(0, Metric::Euclidean));
    };
    let mut rule = least(*n, *metric);
    if let Some(ends) = when.ends {
        rule = rule.at_ends(Ends { shorter_than: ends.shorter_than.map(narrow) });
    }
    Spacing {
        to: to.as_ref().map(|e| computer.expr(e, inputs)),
        wide: when.wide.map(narrow),
        run: when.run.map(narrow),
        array: when.array.map(|sides| sides.map(|n| n as usize)),
        nets: when.nets.map(|on| match on {
            plan::OnNets::Other => OnNets::Other,
            plan::OnNets::Same => OnNets::Same,
        }),
        ..Spacing::new(rule)
    }
}

/// A rule of the plan as a check of areas; the layers that it reads are added to the inputs.
fn what(computer: &Computer<'_>, of: &RuleCheck, inputs: &mut Vec<migc_layers::LayerId>) -> Check {
    let mut reach = |r: &plan::Reach| Reach {
        layer: computer.expr(&r.layer, inputs),
        by: narrow(r.by),
        opposite: r.opposite.map(narrow),
        metric: metric_of(r.metric),
    };
    match of {
        RuleCheck::Inside(list) => Check::Inside(list.iter().map(reach).collect()),
        RuleCheck::Encloses(r) => Check::Encloses(reach(r)),
        RuleCheck::Extends(r) => Check::Extends(reach(r)),
        RuleCheck::Width { least: n, metric } => Check::Width(least(*n, *metric)),
        RuleCheck::Space { .. } => Check::Space(spacing(computer, of, inputs)),
        RuleCheck::Notch { least: n, metric } => Check::Notch(least(*n, *metric)),
        RuleCheck::Overlap { to, least: n, metric } => Check::Overlap(least(*n, *metric), computer.expr(to, inputs)),
        RuleCheck::Area { least, of } => Check::Area(*least, of.as_ref().map(|e| computer.expr(e, inputs))),
        RuleCheck::HoleArea(n) => Check::HoleArea(*n),
        RuleCheck::Size([Some(x), Some(y)]) => Check::Size(Size::Exactly(*x, *y)),
        RuleCheck::Size([x, y]) => Check::Size(Size::Bar(x.or(*y).unwrap_or(0))),
        RuleCheck::Density { least, most, window, step } => Check::Density(*least, *most, *window, *step),
        RuleCheck::Grid(n) => Check::Grid(narrow(*n)),
        RuleCheck::Lies(axis) => Check::Lies(axis_of(*axis)),
        RuleCheck::Tracks { along, pitch, first } => {
            Check::Tracks(Tracks { along: along.map(axis_of), pitch: narrow(*pitch), first: narrow(*first) })
        }
        RuleCheck::Angles { diagonal: false } => Check::Angles(Angles::Upright),
        RuleCheck::Angles { diagonal: true } => Check::Angles(Angles::Octagonal),
    }
}

impl Checked<'_> {
    /// The counts, for the ledger; `at` says where a place in the spec is, as `LINE:COLUMN`.
    pub(super) fn counts(&self, at: &dyn Fn(u32) -> String) -> Vec<RuleCount> {
        let count = |rule: &Judged<'_>| RuleCount {
            place: self.place.to_owned(),
            layer: rule.name.to_owned(),
            rule: rule.text.clone(),
            at: at(rule.at.start),
            violations: rule.violations.flat,
            in_cells: rule.violations.in_cells,
            cells: rule.violations.cells.len() as u64,
            can_be_mended: rule.can_be_mended,
        };
        self.rules.iter().map(count).collect()
    }

    /// The rules that something breaks.
    pub(super) fn broken<'c>(&'c self) -> Vec<Broken<'c>> {
        let point = |mark: &Mark| match mark {
            Mark::Edges([a, _], _) | Mark::Edge(a) => a[0],
            Mark::Box(r) | Mark::Window(r, _) => [r.x0, r.y0],
            Mark::Point(p) => *p,
        };
        let of = |rule: &'c Judged<'_>| {
            let v = &rule.violations;
            let marks = v.cells.iter().flat_map(|(cell, marks)| marks.iter().map(|m| (*cell, m)));
            let places = marks.take(3).map(|(cell, m)| (self.cells[cell].clone(), point(m))).collect();
            Broken { rule, count: v.flat, places }
        };
        self.rules.iter().filter(|r| r.violations.flat > 0).map(of).collect()
    }

    /// Both reports: for KLayout, and as lines of JSON.
    pub(super) fn reports(&self, top: &str, run: &str, at: &dyn Fn(u32) -> String) -> [Vec<u8>; 2] {
        let mut lines = Vec::new();
        self.lines(run, at, &mut lines);
        [self.lyrdb(top).into_bytes(), lines]
    }

    /// All marks as a report database of KLayout (`.lyrdb`), with coordinates in micrometres, each in its cell.
    fn lyrdb(&self, top: &str) -> String {
        let mut o = String::new();
        let title = escaped(&format!("rules of {}", self.place));
        let _ = write!(
            o,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<report-database>\n <description>{title}</description>\n \
             <generator>migc</generator>\n <top-cell>{}</top-cell>\n <tags/>\n <categories>\n",
            escaped(top)
        );
        for rule in &self.rules {
            let v = &rule.violations;
            let name = escaped(&format!("{}: {}", rule.name, rule.text));
            let _ = writeln!(
                o,
                "  <category><name>{name}</name><description>{} seen from the tops, {} in their cells</description></category>",
                v.flat, v.in_cells
            );
        }
        o.push_str(" </categories>\n <cells>\n");
        let mut cells: Vec<usize> = self.rules.iter().flat_map(|r| r.violations.cells.iter().map(|c| c.0)).collect();
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            let _ = writeln!(o, "  <cell><name>{}</name></cell>", escaped(&self.cells[cell]));
        }
        o.push_str(" </cells>\n <items>\n");
        for rule in &self.rules {
            let category = escaped(&format!("'{}: {}'", rule.name, rule.text.replace('\'', "\\'")));
            for (cell, marks) in &rule.violations.cells {
                for mark in marks {
                    let _ = writeln!(
                        o,
                        "  <item><category>{category}</category><cell>{}</cell><values><value>{}</value></values></item>",
                        escaped(&self.cells[*cell]),
                        self.value(mark)
                    );
                }
            }
        }
        o.push_str(" </items>\n</report-database>\n");
        o
    }

    /// A mark as KLayout writes values.
    fn value(&self, mark: &Mark) -> String {
        let p = |x: i32, y: i32| format!("{},{}", self.micrometres(x), self.micrometres(y));
        let edge = |e: &[[i32; 2]; 2]| format!("({};{})", p(e[0][0], e[0][1]), p(e[1][0], e[1][1]));
        match mark {
            Mark::Edges([a, b], _) => format!("edge-pair: {}|{}", edge(a), edge(b)),
            Mark::Box(r) | Mark::Window(r, _) => format!("box: ({};{})", p(r.x0, r.y0), p(r.x1, r.y1)),
            Mark::Edge(e) => format!("edge: {}", edge(e)),
            Mark::Point([x, y]) => format!("edge: ({};{})", p(*x, *y), p(*x, *y)),
        }
    }

    /// A coordinate in micrometres, exactly.
    fn micrometres(&self, n: i32) -> String {
        let fm = i128::from(n) * i128::from(self.dbu);
        let (sign, fm) = (if fm < 0 { "-" } else { "" }, fm.abs());
        let rest = format!("{:09}", fm % 1_000_000_000);
        let rest = rest.trim_end_matches('0');
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{rest}", fm / 1_000_000_000)
    }

    /// All marks, a line of JSON each: where, what, and how far apart, in database units.
    fn lines(&self, run: &str, at: &dyn Fn(u32) -> String, out: &mut Vec<u8>) {
        for rule in &self.rules {
            for (cell, marks) in &rule.violations.cells {
                for mark in marks {
                    let (kind, points, measured) = match mark {
                        Mark::Edges([a, b], squared) => ("edges", [a.as_slice(), b].concat(), Some(*squared)),
                        Mark::Box(r) => ("box", vec![[r.x0, r.y0], [r.x1, r.y1]], None),
                        Mark::Edge(e) => ("edge", e.to_vec(), None),
                        Mark::Point(p) => ("corner", vec![*p], None),
                        Mark::Window(r, share) => ("window", vec![[r.x0, r.y0], [r.x1, r.y1]], Some(*share)),
                    };
                    let line = migc_ledger::rejects::Violation {
                        run,
                        place: self.place,
                        layer: rule.name,
                        rule: &rule.text,
                        at: &at(rule.at.start),
                        cell: &self.cells[*cell],
                        kind,
                        points: &points,
                        measured,
                    };
                    line.write(out);
                }
            }
        }
    }
}

/// A text as XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
