//! The layout half of a plan as text.

use std::fmt::Write;

use crate::plan::{
    CellFate, DesignRule, Device, Join, Joined, Layer, LayerAt, LayerExpr, LayoutSource, Picked, Plan, Scaling, Shapes,
    TargetFormat,
};

/// The names of layers, wherever they are.
struct Names<'p> {
    from: Option<&'p LayoutSource>,
    to: &'p [Layer],
    lets: Vec<&'p str>,
}

/// What a layout map does beyond its program of one vertex.
pub(super) fn shapes(plan: &Plan, s: &Shapes, from: &LayoutSource, to: &[Layer], o: &mut String) {
    scaling(&s.scaling, o);
    for apart in &s.overrides {
        let _ = writeln!(o, "  cells \"{}\" by themselves", apart.pattern);
        scaling(&apart.scaling, o);
        super::program(plan, &apart.program, o);
    }
    for (a, b) in &s.routes {
        let _ = writeln!(o, "  layer {} = {}", to[*b].name, from.layers[*a].name);
    }
    if s.every {
        let _ = writeln!(o, "  every other layer under its own numbers");
    }
    let lets = s.steps.iter().filter(|s| matches!(s.to, LayerAt::Let(_))).map(|s| s.name.as_str()).collect();
    let names = Names { from: Some(from), to, lets };
    for step in &s.steps {
        let word = if matches!(step.to, LayerAt::Let(_)) { "let" } else { "layer" };
        let _ = writeln!(o, "  {word} {} = {}", step.name, names.expr(&step.value));
    }
    for texts in &s.texts {
        for field in &texts.fields {
            let _ = writeln!(o, "  {} of texts of {}", field.of.name(), to[texts.to].name);
            super::program(plan, &field.program, o);
        }
    }
    for verify in &s.verify {
        let _ = writeln!(o, "  {}", verify.text);
    }
    for rule in &s.cells {
        let _ = match &rule.fate {
            CellFate::Rename(to) => writeln!(o, "  cells \"{}\" are called \"{to}\"", rule.pattern),
            CellFate::Keep => writeln!(o, "  cells \"{}\" keep their names", rule.pattern),
            CellFate::Drop(reason) => writeln!(o, "  cells \"{}\" are dropped as {reason}", rule.pattern),
        };
    }
    for (i, program) in s.programs.iter().enumerate() {
        let _ = writeln!(o, "  measures {i}");
        super::program(plan, program, o);
    }
}

fn scaling(s: &Scaling, o: &mut String) {
    let budget = s.variants.map_or("any number of variants".to_owned(), |n| format!("at most {n} variants"));
    let axis = |i: usize| {
        let (m, d) = s.factors[i];
        format!("{m}/{d}, grid {}, period {}, tie number {}", s.grid, s.periods[i], s.tie_numbers[i])
    };
    let pitch = if s.on_pitch { ", each cell in its own frame" } else { "" };
    let _ = match s.is_even() {
        true => writeln!(o, "  scale {}, {budget}{pitch}", axis(0)),
        false => writeln!(o, "  scale x {}\n  scale y {}\n  {budget}{pitch}", axis(0), axis(1)),
    };
}

/// What a source computes on drawn sizes, and what it promises.
pub(super) fn promises(plan: &Plan, from: &LayoutSource, o: &mut String) {
    let names = Names { from: Some(from), to: &[], lets: Vec::new() };
    for step in &from.lets {
        let _ = writeln!(o, "  let {} = {}", step.name, names.expr(&step.value));
    }
    for (i, program) in from.programs.iter().enumerate() {
        let _ = writeln!(o, "  measures {i}");
        super::program(plan, program, o);
    }
    names.rules("promises", &from.promises, &from.layers, o);
    names.joins(&from.joins, &from.layers, o);
    names.devices(&from.devices, o);
}

/// What a target demands.
pub(super) fn rules(target: &TargetFormat, o: &mut String) {
    let TargetFormat::Layout { layers, rules, joins, devices, .. } = target else { return };
    let names = Names { from: None, to: layers, lets: Vec::new() };
    names.rules("rule", rules, layers, o);
    names.joins(joins, layers, o);
    names.devices(devices, o);
}

impl Names<'_> {
    fn rules(&self, word: &str, rules: &[DesignRule], layers: &[Layer], o: &mut String) {
        for rule in rules {
            let mended = if rule.check.can_be_mended() { "" } else { ", checked only" };
            let _ = writeln!(o, "  {word} {}: {}{mended}", layers[rule.layer].name, rule.text);
        }
    }

    fn joins(&self, joins: &[Join], layers: &[Layer], o: &mut String) {
        let side = |list: &[LayerExpr]| list.iter().map(|e| self.expr(e)).collect::<Vec<_>>().join(", ");
        for join in joins {
            let _ = writeln!(o, "  {} joins {} to {}", layers[join.cut].name, side(&join.from), side(&join.to));
        }
    }

    fn devices(&self, devices: &[Device], o: &mut String) {
        let ends = |word: &str, [least, most]: [Option<i64>; 2]| match (least, most) {
            (None, None) => String::new(),
            (least, most) => {
                let end = |n: Option<i64>| n.map_or(String::new(), |n| n.to_string());
                format!(", {word} {}..={}", end(least), end(most))
            }
        };
        for d in devices {
            let (gate, active) = (self.expr(&d.gate), self.expr(&d.active));
            let (length, width) = (ends("length", d.length), ends("width", d.width));
            let _ = writeln!(o, "  device {}: {gate} crosses {active}{length}{width}", d.name);
        }
    }

    fn layer(&self, at: LayerAt) -> String {
        let name = match at {
            LayerAt::Source(i) => self.from.and_then(|f| f.layers.get(i)).map(|l| l.name.as_str()),
            LayerAt::Drawn(i) => self.from.and_then(|f| f.lets.get(i)).map(|l| l.name.as_str()),
            LayerAt::Target(i) => self.to.get(i).map(|l| l.name.as_str()),
            LayerAt::Let(i) => self.lets.get(i).copied(),
        };
        let name = name.unwrap_or("?");
        // Only where a source could be meant as well.
        if matches!(at, LayerAt::Target(_)) && self.from.is_some() { format!("new {name}") } else { name.to_owned() }
    }

    fn expr(&self, e: &LayerExpr) -> String {
        match e {
            LayerExpr::Layer(at) => self.layer(*at),
            LayerExpr::Nothing => "none".to_owned(),
            LayerExpr::Joined(op, a, b) => {
                let sign = match op {
                    Joined::Or => "|",
                    Joined::And => "&",
                    Joined::Not => "-",
                    Joined::Xor => "^",
                };
                format!("({} {sign} {})", self.expr(a), self.expr(b))
            }
            LayerExpr::Size(a, [x, y]) if x == y => format!("size({}, {x})", self.expr(a)),
            LayerExpr::Size(a, [x, y]) => format!("size({}, {x} x {y})", self.expr(a)),
            LayerExpr::SizeBy(a, p) => format!("size({}, measures {p})", self.expr(a)),
            LayerExpr::Recut(a, [x, y]) => {
                let side = |n: &Option<i64>| n.map_or("keep".to_owned(), |n| n.to_string());
                format!("recut({}, {} x {})", self.expr(a), side(x), side(y))
            }
            LayerExpr::Grow(a, b, how) => {
                let [x, y] = how.size;
                let dense = how.dense.map(|([a, b], space)| format!(", {space} in arrays of {a} x {b}"));
                let (space, margin) = (how.space, how.margin);
                let (a, b) = (self.expr(a), self.expr(b));
                format!("grow({a} in {b}, {x} x {y}, space {space}{}, margin {margin})", dense.unwrap_or_default())
            }
            LayerExpr::Picked(how, a, b) => {
                let word = match how {
                    Picked::Inside => "inside",
                    Picked::Outside => "outside",
                    Picked::Touching => "touching",
                    Picked::Covering => "covering",
                };
                format!("({} {word} {})", self.expr(a), self.expr(b))
            }
            LayerExpr::Where(a, p) => format!("({} where measures {p})", self.expr(a)),
            LayerExpr::InCells(at, pattern) => format!("({} in cells \"{pattern}\")", self.layer(*at)),
        }
    }
}
