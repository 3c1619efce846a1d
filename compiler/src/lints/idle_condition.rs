//! A condition that is always or never true, and a text that a closed set does not have.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use migc_functions::{Info, Kind, Value};
use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::span::Span;
use migc_grammar::tree::{self, BinOp, ExprKind, Stmt};

use super::{Input, Lint, each_expr};
use crate::check::{self, similar};
use crate::plan::{Cmp, Expr, FateKind, Op, Pass, Step};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1102",
    level: Level::Warning,
    title: "this condition decides nothing",
    explanation: "The types and what earlier lines have excluded already settle it: no record can make it true, or every \
                  record does. A `check` that can never fail checks nothing; a `drop if` that is always true drops everything; a text \
                  that a closed set (`one of`, a list of codes) does not have is never met, in a comparison, behind `in` or in a `match`, nor is \
                  one that is longer than its column; and what stands before it can settle a part of `and` or `or` \
                  (`a < 1 and a > 50`).",
    failing: "migration m\nsource s = csv(\"s.csv\") { a: int16 }\ntarget t = csv(\"t.csv\") { b: int16 }\nmap s -> t {\n  reject if a > 40000 as high\n  b = a\n}\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: int16 }\ntarget t = csv(\"t.csv\") { b: int16 }\nmap s -> t {\n  reject if a > 30000 as high\n  b = a\n}\n",
};

/// What is said of a place: an expression stands in the plan once for each element of a list, so each says what it comes to.
#[derive(PartialEq)]
enum Said {
    Always(bool),
    /// With what stands beside it, it is never true (`and`), or always (`or`).
    Beside(bool),
    /// A text that is longer than the value can be.
    Longer(usize, u32),
    /// A text that is none of these.
    Outside(String, Vec<String>),
    /// Nothing.
    Decides,
}

/// The conditions and patterns that are written out in maps and gates.
#[derive(Default)]
struct Written<'a> {
    /// What can be true or false.
    conditions: BTreeMap<Span, &'a tree::Expr>,
    /// Texts behind `in`, beside `==` and `!=`, and in the arms of a `match`, with the whole that they belong to.
    texts: BTreeMap<Span, Vec<(&'a str, Span)>>,
}

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let written = written(input);
    let mut said: BTreeMap<Span, Said> = BTreeMap::new();
    for pass in &input.plan.passes {
        of_pass(pass, &written, &mut said);
    }
    let mut found = Vec::new();
    for (at, said) in said {
        match said {
            Said::Always(always) => found.push(decided(input, &written, at, always)),
            Said::Beside(always) => {
                let (word, with) = if always {
                    ("always", "where what stands before it is not")
                } else {
                    ("never", "where what stands before it is")
                };
                let d = Diagnostic::new(&RULE, at, format!("this is {word} true {with}"));
                let help = if always { "did you mean `and`?" } else { "did you mean `or`?" };
                found.push(d.help(help));
            }
            Said::Longer(chars, most) => {
                let label = format!("this text has {chars} characters, and what is compared has {most} at most");
                found
                    .push(Diagnostic::new(&RULE, at, label).help("write a text that can occur, or take the line away"));
            }
            Said::Outside(text, set) => found.push(outside(at, &text, &set)),
            Said::Decides => {}
        }
    }
    // What a parameter has narrowed before, another run narrows otherwise: nothing is said of its map, nor of gates then.
    let maps: Vec<Span> = input.maps().map(|m| m.span).collect();
    let varying: Vec<Span> = maps.iter().copied().filter(|span| varies(input, *span)).collect();
    let whole = |d: &Diagnostic| maps.iter().any(|m| m.holds(d.span)) || varying.is_empty();
    found.retain(|d| whole(d) && !varying.iter().any(|m| m.holds(d.span)));
    found
}

/// Whether a piece of the text names a parameter or the day of the run.
fn varies(input: &Input<'_>, span: Span) -> bool {
    let text = input.text.get(span.range()).unwrap_or_default();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == "today" || input.plan.params.iter().any(|p| p.name == word))
}

fn of_pass(pass: &Pass, written: &Written<'_>, said: &mut BTreeMap<Span, Said>) {
    // `where` lets those leave that it does not take.
    let mut turned = HashSet::new();
    for (_, step) in pass.program.steps() {
        if let Step::LeaveIf { when: Expr { op: Op::Const(_), at, .. }, fate } = step
            && pass.program.fates.get(*fate).is_some_and(|f| f.kind == FateKind::Apart)
        {
            turned.insert(*at);
        }
    }
    let mut say = |at: Span, what: Said| match said.get_mut(&at) {
        Some(before) if *before != what => *before = Said::Decides,
        Some(_) => {}
        None => drop(said.insert(at, what)),
    };
    let (mut made, mut beside) = (HashSet::new(), HashSet::new());
    each_expr(pass, &mut |e| {
        // A condition is computed more than once where several maps share it: a gate, or what is done for each element.
        if !matches!(e.op, Op::Const(_)) && written.conditions.contains_key(&e.at) && !beside.contains(&e.at) {
            say(e.at, if takes_all(e) { Said::Always(true) } else { Said::Decides });
        }
        match &e.op {
            // `… ?? false` that the compiler adds where null is no.
            Op::Coalesce(a, b) if a.at == b.at => {
                made.insert(b.at);
            }
            Op::Const(Value::Bool(b)) if written.conditions.contains_key(&e.at) && !made.contains(&e.at) => {
                say(e.at, Said::Always(*b != turned.contains(&e.at)));
            }
            Op::Compare(Cmp::Eq | Cmp::Ne, a, b) => {
                for (x, text) in [(a, b), (b, a)] {
                    if let (Some(set), Some(t)) = (closed(&x.info), text.info.constant_text()) {
                        say(text.at, inside(set, t));
                    } else if let (Some(most), Some(t), true) =
                        (x.info.chars(), text.info.constant_text(), written.conditions.contains_key(&e.at))
                        && x.info.constant.is_none()
                        && t.chars().count() > most as usize
                    {
                        say(text.at, Said::Longer(t.chars().count(), most));
                    }
                }
            }
            Op::And(parts) | Op::Or(parts) => {
                let all = matches!(e.op, Op::And(_));
                for (part, what) in check::refine::idle(parts, all) {
                    if written.conditions.contains_key(&part.at) {
                        beside.insert(part.at);
                        say(part.at, if what { Said::Beside(!all) } else { Said::Decides });
                    }
                }
            }
            Op::OneOf(x, _) | Op::Match(Some(x), _) => {
                let Some(set) = closed(&x.info) else { return };
                for (text, at) in written.texts.get(&e.at).into_iter().flatten() {
                    say(*at, inside(set, text));
                }
            }
            _ => {}
        }
    });
}

/// Whether this is a list behind `in` that has every text that the value can be.
fn takes_all(e: &Expr) -> bool {
    let Op::OneOf(x, values) = &e.op else { return false };
    let listed = |text: &String| values.iter().any(|v| v.as_text() == Some(text.as_str()));
    !x.info.ty.nullable && closed(&x.info).is_some_and(|set| set.iter().all(listed))
}

fn inside(set: &[String], text: &str) -> Said {
    if set.iter().any(|known| known == text) { Said::Decides } else { Said::Outside(text.to_owned(), set.to_vec()) }
}

/// The texts that a value of a closed set can be.
fn closed(info: &Info) -> Option<&Vec<String>> {
    info.set.as_ref().filter(|_| matches!(info.ty.kind, Kind::OneOf(_) | Kind::Codes(_)) && info.constant.is_none())
}

fn decided(input: &Input<'_>, written: &Written<'_>, at: Span, always: bool) -> Diagnostic {
    let label = if always { "this is always true" } else { "this is never true" };
    let found = Diagnostic::new(&RULE, at, label);
    // A comparison with a text that is none of the set says which there are.
    if let Some(ExprKind::Binary(BinOp::Eq | BinOp::Ne, a, b)) = written.conditions.get(&at).map(|e| &e.kind) {
        for (x, text) in [(a, b), (b, a)] {
            let (ExprKind::Name(name), ExprKind::Text(lit)) = (&x.kind, &text.kind) else { continue };
            let slots = input.plan.passes.iter().flat_map(|p| &p.program.slots).filter(|s| s.name == name.text);
            let sets: Vec<&Vec<String>> = slots.filter_map(|s| closed(&s.info)).collect();
            let Some(t) = crate::check::plain_text(lit) else { continue };
            if let Some(set) = sets.first().filter(|_| sets.iter().all(|set| !set.contains(&t))) {
                let Diagnostic { help, .. } = outside(lit.span, &t, set);
                return Diagnostic { help, label: format!("{label}: {}", none_of(&t, set)), ..found };
            }
        }
    }
    found.help("take the line away, or compare with a value that can occur")
}

fn outside(at: Span, text: &str, set: &[String]) -> Diagnostic {
    let known: Vec<&str> = set.iter().map(String::as_str).collect();
    let found = Diagnostic::new(&RULE, at, none_of(text, set));
    match similar::did_you_mean(text, &known) {
        Some(close) if text.chars().count() > 1 => {
            let quoted = close.replace('\\', "\\\\").replace('"', "\\\"").replace('{', "{{").replace('}', "}}");
            found.fix(format!("did you mean \"{close}\"?"), at, format!("\"{quoted}\""))
        }
        _ => found.help("take it away, or write one that can occur"),
    }
}

fn none_of(text: &str, set: &[String]) -> String {
    const SHOWN: usize = 12;
    let listed: Vec<String> = set.iter().take(SHOWN).map(|t| format!("\"{t}\"")).collect();
    let more = if set.len() > SHOWN { format!(", and {} more", set.len() - SHOWN) } else { String::new() };
    format!("\"{text}\" is none of what this can be here: {}{more}", listed.join(", "))
}

/// What depends on a parameter or on the day of the run is left out: another run decides it otherwise.
fn written<'a>(input: &Input<'a>) -> Written<'a> {
    let mut out = Written::default();
    let varies = |span: Span| varies(input, span);
    let tops: BTreeSet<Span> = input
        .maps()
        .flat_map(|m| m.all_stmts())
        .filter_map(|s| match s {
            Stmt::DropIf { cond, .. } | Stmt::RejectIf { cond, .. } | Stmt::Check { cond, .. } => Some(cond.span),
            _ => None,
        })
        .collect();
    let text = |e: &'a tree::Expr| match &e.kind {
        ExprKind::Text(lit) => match lit.parts.as_slice() {
            [tree::StrPart::Text(t)] => Some((t.as_str(), e.span)),
            _ => None,
        },
        _ => None,
    };
    input.each_written(&mut |e| {
        let compares = match &e.kind {
            ExprKind::Binary(op, a, b) => {
                if let (BinOp::In, ExprKind::List(entries)) = (op, &b.kind) {
                    out.texts.insert(e.span, entries.iter().filter_map(text).collect());
                }
                let literal = |e: &tree::Expr| matches!(e.kind, ExprKind::Text(_) | ExprKind::Int(_));
                !(literal(a) && literal(b))
                    && matches!(op, BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge | BinOp::In)
            }
            ExprKind::Match(Some(_), arms) => {
                out.texts.insert(e.span, arms.iter().flat_map(|a| &a.tests).filter_map(text).collect());
                false
            }
            ExprKind::IsNull(..) | ExprKind::Unary(tree::UnOp::Not, _) => true,
            _ => tops.contains(&e.span),
        };
        if compares && !varies(e.span) {
            out.conditions.insert(e.span, e);
        }
    });
    out
}
