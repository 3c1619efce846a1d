//! The plan and its types as text, for people and for snapshots.

mod layout;

use std::fmt::Write;

use migc_functions::{Info, Kind, Value};

use crate::plan::{
    Arith, Arm, Cmp, ColumnPlace, Expr, FateKind, Numbers, Op, Otherwise, PathStep, Plan, Program, RecordFile,
    RecordLayout, RecordTarget, SourceFormat, Step, TargetFormat, TargetLayout, Template, TemplatePart, Work,
};

/// The whole plan.
pub fn plan(plan: &Plan) -> String {
    let mut out = String::new();
    let o = &mut out;
    let _ = writeln!(o, "plan {} of {}", plan.version, plan.migration);
    for p in &plan.params {
        let default = p.default.as_ref().map_or(String::new(), |d| format!(" = {d:?}"));
        let _ = writeln!(o, "param {}: {}{default}", p.name, p.ty);
    }
    for c in &plan.codes {
        let _ = writeln!(o, "codes {}", c.name);
        for (from, to) in &c.rows {
            let _ = writeln!(o, "  {from:?} => {to:?}");
        }
    }
    for s in &plan.sources {
        let _ = writeln!(o, "source {} at {}", s.name, template(plan, &s.path));
        match &s.format {
            SourceFormat::Records(file) => record_file(file, &s.identify, o),
            SourceFormat::Layout(g) => {
                let _ = writeln!(o, "  {}, dbu {} fm, grid {} fm", g.file.word(), g.file_dbu, g.grid.unwrap_or(0));
                if g.dbu != g.file_dbu {
                    let _ = writeln!(o, "  read as dbu {} fm", g.dbu);
                }
                if let Some([(a, b), (c, d)]) = g.scaled {
                    let _ = writeln!(o, "  scaled before by {a}/{b} x {c}/{d}");
                }
                layers(o, &g.layers);
                let _ = writeln!(
                    o,
                    "  ignores {}{}",
                    numbers(&g.ignored),
                    if g.ignore_others { " and others" } else { "" }
                );
                layout::promises(plan, g, o);
            }
        }
    }
    for r in &plan.references {
        let _ = writeln!(o, "reference {} at {}", r.name, template(plan, &r.path));
        let key: Vec<&str> = r.key.iter().map(|k| r.format.columns[*k].name.as_str()).collect();
        let name = |c: usize| r.format.columns[c].name.as_str();
        let range = r.range.map(|(a, b)| format!("{} ..= {}", name(a), name(b)));
        let key: Vec<String> = key.into_iter().map(str::to_owned).chain(range).collect();
        let _ = writeln!(o, "  {} {}", if r.consensus { "consensus by" } else { "key" }, key.join(", "));
        program(plan, &r.program, o);
    }
    for t in &plan.targets {
        let _ = writeln!(o, "target {} at {}", t.name, template(plan, &t.path));
        match &t.format {
            TargetFormat::Records(file) => record_target(file, o),
            TargetFormat::Layout { file, dbu, grid, layers: l, .. } => {
                let _ = writeln!(o, "  {}, dbu {dbu} fm, grid {grid}", file.word());
                layers(o, l);
                layout::rules(&t.format, o);
            }
        }
    }
    for pass in &plan.passes {
        let source = &plan.sources[pass.source];
        let _ = writeln!(o, "pass over {}", source.name);
        let target = pass.program.targets().first().and_then(|t| plan.targets.get(*t)).map(|t| &t.format);
        if let (Work::Shapes(s), SourceFormat::Layout(from), Some(TargetFormat::Layout { layers: to, .. })) =
            (&pass.work, &source.format, target)
        {
            layout::shapes(plan, s, from, to, o);
        }
        program(plan, &pass.program, o);
    }
    for gate in &plan.gates {
        let measures: Vec<String> = gate.measures.iter().map(|(p, _)| format!(" measure {p}")).collect();
        let _ = writeln!(o, "gate on {}: {}{}", plan.targets[gate.target].name, gate.text, measures.concat());
    }
    out
}

fn record_file(file: &RecordFile, identify: &[usize], o: &mut String) {
    let _ = match &file.layout {
        RecordLayout::Delimited { delimiter, quote, header } => {
            let quote = quote.map_or("none".to_owned(), |q| format!("{:?}", q as char));
            let header = if *header { "" } else { ", no header" };
            writeln!(o, "  delimited by {:?}, quote {quote}{header}", *delimiter as char)
        }
        RecordLayout::Fixed { width, record_length } => {
            let length = record_length.map_or(String::new(), |n| format!(", records of {n} bytes"));
            writeln!(o, "  fixed, {width} characters{length}")
        }
        RecordLayout::JsonLines => writeln!(o, "  JSON lines"),
        RecordLayout::JsonList => writeln!(o, "  JSON list"),
    };
    if file.encoding != "utf-8" {
        let _ = writeln!(o, "  encoding {}", file.encoding);
    }
    if file.skip > 0 {
        let _ = writeln!(o, "  skips {} lines", file.skip);
    }
    if let Some(comment) = file.comment {
        let _ = writeln!(o, "  comments begin with {:?}", comment as char);
    }
    for (i, c) in file.columns.iter().enumerate() {
        let named = if identify.contains(&i) { ", identifies" } else { "" };
        let absent = if c.absent { ", may be absent" } else { "" };
        let place = match &c.place {
            ColumnPlace::Headers(names) => format!("from {names:?}"),
            ColumnPlace::Order(nth) => format!("at place {}", nth + 1),
            ColumnPlace::Characters { first, end, .. } => format!("at {}..{end}", first + 1),
            ColumnPlace::Path(path) => format!("path {}", PathStep::shown(path)),
        };
        let _ = writeln!(o, "  column {} {place}{}{absent}{named}", c.name, nulls(c.empty_is_null, &c.null_if));
    }
    for i in &file.ignored {
        let _ = writeln!(o, "  ignores {i}");
    }
    if file.ignore_others {
        let _ = writeln!(o, "  ignores others");
    }
}

fn record_target(file: &RecordTarget, o: &mut String) {
    let _ = match &file.layout {
        TargetLayout::Delimited { delimiter } => writeln!(o, "  delimited by {:?}", *delimiter as char),
        TargetLayout::Fixed(_) => writeln!(o, "  fixed"),
        TargetLayout::JsonLines => writeln!(o, "  JSON lines"),
    };
    if file.encoding != "utf-8" {
        let _ = writeln!(o, "  encoding {}", file.encoding);
    }
    for (i, (name, ty)) in file.columns.iter().enumerate() {
        let at = match &file.layout {
            TargetLayout::Fixed(slabs) => slabs.iter().find(|s| s.column == i).map_or(String::new(), |s| {
                let side = if s.right { "right" } else { "left" };
                format!(" at {}..{}, {side}, filled with {:?}", s.first + 1, s.first + s.width, s.fill as char)
            }),
            _ => String::new(),
        };
        let _ = writeln!(o, "  column {name}: {ty}{at}");
    }
}

fn layers(o: &mut String, layers: &[crate::plan::Layer]) {
    for l in layers {
        let _ = writeln!(o, "  {} {}: {}", if l.texts { "texts" } else { "shapes" }, l.name, numbers(&l.numbers));
    }
}

fn numbers(n: &[Numbers]) -> String {
    let one = |n: &Numbers| match (n.first, n.last) {
        (a, b) if a == b => format!("{}/{a}", n.layer),
        (a, b) => format!("{}/{a}..{b}", n.layer),
    };
    n.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn template(plan: &Plan, t: &Template) -> String {
    let part = |p: &TemplatePart| match p {
        TemplatePart::Text(t) => t.clone(),
        TemplatePart::Param(i) => format!("{{{}}}", plan.params[*i].name),
        TemplatePart::Glob(i) => format!("{{*{i}}}"),
    };
    format!("{:?}", t.0.iter().map(part).collect::<String>())
}

fn nulls(empty: bool, listed: &[String]) -> String {
    let empty = if empty { ", empty is null" } else { "" };
    let listed: String = listed.iter().map(|t| format!(", {t:?} is null")).collect();
    format!("{empty}{listed}")
}

fn program(plan: &Plan, p: &Program, o: &mut String) {
    for i in &p.inputs {
        let _ = writeln!(o, "  input {}: {}{}", i.name, i.info.ty, nulls(i.empty_is_null, &i.null_if));
    }
    for branch in &p.branches {
        if !branch.title.is_empty() {
            let _ = writeln!(o, "  map {}", branch.title);
        }
        steps(plan, p, &branch.steps, "  ", o);
        for arrow in &branch.arrows {
            let when = arrow.when.as_ref().map_or(String::new(), |w| format!(" when {}", expr(plan, p, w)));
            if branch.arrows.len() > 1 || !when.is_empty() {
                let _ = writeln!(o, "  -> {}{when}", plan.targets[arrow.target].name);
            }
            steps(plan, p, &arrow.steps, "  ", o);
            for out in &arrow.outputs {
                let _ = writeln!(o, "  out {}: {} = {}", out.name, out.ty, expr(plan, p, &out.value));
            }
            for (key, values) in &arrow.keys {
                let _ = writeln!(o, "  {}", key_line(plan, p, *key, values));
            }
            for (place, value) in &arrow.measures {
                let _ = writeln!(o, "  measure {place} = {}", expr(plan, p, value));
            }
        }
    }
    if let Some(fate) = p.unclaimed {
        let _ = writeln!(o, "  unclaimed: {}", fate_name(p, fate));
    }
}

fn key_line(plan: &Plan, p: &Program, key: usize, values: &[Expr]) -> String {
    let values: Vec<String> = values.iter().map(|v| expr(plan, p, v)).collect();
    let rule = &p.keys[key];
    let keep = if rule.all { "none" } else { "first" };
    format!("key ({}) keep {keep} else {}", values.join(", "), fate_name(p, rule.fate))
}

fn steps(plan: &Plan, p: &Program, steps: &[Step], indent: &str, o: &mut String) {
    for step in steps {
        let line = match step {
            Step::Let { slot, value, otherwise } => {
                let s = &p.slots[*slot];
                format!("let {}: {} = {}{}", s.name, known(&s.info), expr(plan, p, value), tail(plan, p, otherwise))
            }
            Step::Clean { slot, value, otherwise, .. } => {
                let s = &p.slots[*slot];
                format!("clean {}: {} = {}{}", s.name, known(&s.info), expr(plan, p, value), tail(plan, p, otherwise))
            }
            Step::LeaveIf { when, fate } => format!("if {} then {}", expr(plan, p, when), fate_name(p, *fate)),
            Step::Check { holds, fate } => format!("check {} else {}", expr(plan, p, holds), fate_name(p, *fate)),
            Step::Note { key, values } => key_line(plan, p, *key, values),
        };
        let _ = writeln!(o, "{indent}{line}");
    }
}

fn fate_name(p: &Program, fate: usize) -> String {
    let f = &p.fates[fate];
    let kind = match f.kind {
        FateKind::Reject => "reject",
        FateKind::Drop => "drop as",
        FateKind::Abort => "abort",
        FateKind::Warn => "warn",
        FateKind::Apart => return "apart".into(),
    };
    format!("{kind} {}", f.code)
}

fn tail(plan: &Plan, p: &Program, o: &Otherwise) -> String {
    match o {
        Otherwise::Never => String::new(),
        Otherwise::Leave(fate) => format!(" else {}", fate_name(p, *fate)),
        Otherwise::Value(e, warn) => {
            format!(" else {}{}", expr(plan, p, e), warn.map_or(String::new(), |w| format!(" {}", fate_name(p, w))))
        }
    }
}

/// A type with what is known beyond it.
fn known(info: &Info) -> String {
    let mut out = info.ty.to_string();
    if let (Some((lo, hi)), true) = (info.range, info.range != info.ty.kind.bounds()) {
        let show = |n: i128| Value::Num(n).display(&info.ty.kind);
        let _ = write!(out, " in {} ..= {}", show(lo), show(hi));
    }
    if let Some(set) = &info.set {
        let _ = write!(out, " of {set:?}");
    }
    out
}

/// An expression, fully bracketed.
pub fn expr(plan: &Plan, p: &Program, e: &Expr) -> String {
    let show = |e: &Expr| expr(plan, p, e);
    let list = |es: &[Expr], by: &str| es.iter().map(show).collect::<Vec<_>>().join(by);
    match &e.op {
        Op::Const(v) => constant(v, &e.info.ty.kind),
        Op::Input(i) => format!("raw.{}", p.inputs[*i].name),
        Op::Slot(s) => p.slots[*s].name.clone(),
        Op::Column { record, reference, column } => {
            format!("{}.{}", show(record), plan.references[*reference].format.columns[*column].name)
        }
        Op::Call { function, args } => format!("{function}({})", list(args, ", ")),
        Op::Arith(op, a, b) => {
            let op = match op {
                Arith::Add => "+",
                Arith::Sub => "-",
                Arith::Mul => "*",
                Arith::FloorDiv => "div",
            };
            format!("({} {op} {})", show(a), show(b))
        }
        Op::Scale(a, by) => format!("scale({}, {by})", show(a)),
        Op::Compare(c, a, b) => {
            let c = match c {
                Cmp::Eq => "==",
                Cmp::Ne => "!=",
                Cmp::Lt => "<",
                Cmp::Le => "<=",
                Cmp::Gt => ">",
                Cmp::Ge => ">=",
            };
            format!("({} {c} {})", show(a), show(b))
        }
        Op::Between(x, a, b) => format!("({} in {} ..= {})", show(x), show(a), show(b)),
        Op::OneOf(a, values) => {
            let values: Vec<String> = values.iter().map(|v| constant(v, &a.info.ty.kind)).collect();
            format!("({} in [{}])", show(a), values.join(", "))
        }
        Op::And(parts) => format!("({})", list(parts, " and ")),
        Op::Or(parts) => format!("({})", list(parts, " or ")),
        Op::Not(a) => format!("not {}", show(a)),
        Op::IsNull(a) => format!("({} is null)", show(a)),
        Op::Coalesce(a, b) => format!("({} ?? {})", show(a), show(b)),
        Op::Codes(c, a) => format!("{}({})", plan.codes[*c].name, show(a)),
        Op::Lookup { reference, keys, .. } => format!("{}[{}]", plan.references[*reference].name, list(keys, ", ")),
        Op::Match(subject, arms) => {
            let arm = |a: &Arm| {
                format!(
                    "{} => {}",
                    if a.tests.is_empty() { "else".into() } else { list(&a.tests, " | ") },
                    show(&a.value)
                )
            };
            let arms: Vec<String> = arms.iter().map(arm).collect();
            format!(
                "match {}{{ {} }}",
                subject.as_ref().map_or(String::new(), |s| format!("{} ", show(s))),
                arms.join(", ")
            )
        }
        Op::Fit(a) => format!("fit({}, {})", show(a), e.info.ty),
        Op::Else(a, b) => format!("({} else {})", show(a), show(b)),
        Op::Concat(parts) => format!("concat({})", list(parts, ", ")),
        Op::Bind(slot, value, body) => format!("(with {} = {}: {})", p.slots[*slot].name, show(value), show(body)),
    }
}

fn constant(v: &Value<'_>, kind: &Kind) -> String {
    match v {
        Value::Null => "null".into(),
        Value::Text(t) => format!("{t:?}"),
        v => v.display(kind),
    }
}

/// The types of every bound name and output, and the verdict of every assignment.
pub fn types(plan: &Plan) -> String {
    let mut out = String::new();
    for pass in &plan.passes {
        let p = &pass.program;
        for branch in &p.branches {
            let _ = writeln!(out, "map {}", branch.title);
            verdicts(plan, p, &branch.steps, &mut out);
            for arrow in &branch.arrows {
                verdicts(plan, p, &arrow.steps, &mut out);
                let to = if branch.arrows.len() > 1 {
                    format!("{}.", plan.targets[arrow.target].name)
                } else {
                    String::new()
                };
                for o in &arrow.outputs {
                    let _ = writeln!(out, "  -> {to}{}: {}    fits    from {}", o.name, o.ty, known(&o.value.info));
                }
            }
        }
    }
    out
}

fn verdicts(plan: &Plan, p: &Program, steps: &[Step], out: &mut String) {
    for step in steps {
        let (Step::Let { slot, value, otherwise } | Step::Clean { slot, value, otherwise, .. }) = step else {
            continue;
        };
        let s = &p.slots[*slot];
        let verdict = match otherwise {
            Otherwise::Never => "fits".to_owned(),
            Otherwise::Leave(f) => format!("may fail: {}", fate_name(p, *f)),
            Otherwise::Value(e, _) => format!("may fail: {}", expr(plan, p, e)),
        };
        let _ = writeln!(out, "  {}: {}    {verdict}    from {}", s.name, known(&s.info), known(&value.info));
    }
}
