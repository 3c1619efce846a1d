//! Programs that decide on an island by its measures: `where width < 400nm`, `size(match { … })`.
//!
//! The inputs are the same for all: `width` and `length`, the shorter and the longer side of the island's bounding box,
//! and `area`. Lengths and areas are numbers with a dimension: adding one to the other does not compile.

use migc_functions::{Info, Kind, Ty};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree;

use super::super::Env;
use super::super::exprs::Body;
use crate::plan::{Arrow, Branch, Expr, Fate, FateKind, Input, Op, Otherwise, Output, Program, Step, TextOf};
use crate::rules;

/// What is known of an island, in the order of the inputs.
pub(super) const MEASURES: [(&str, Kind); 3] =
    [("width", Kind::Length), ("length", Kind::Length), ("area", Kind::Area)];

/// The program that keeps an island where the condition is true; others are dropped.
pub(super) fn keeps(env: &mut Env<'_>, cond: &tree::Expr, dbu: i64) -> Option<Program> {
    let mut body = body(env, dbu, cond.span);
    let mut cond = body.condition(cond)?;
    let at = cond.at;
    if cond.fails {
        cond = out_of_range(&mut body, "kept", cond);
    }
    let cond = body.not(cond, at);
    let fate = body.program.fates.len();
    let (kind, about) = (FateKind::Drop, None);
    body.program.fates.push(Fate { kind, code: "not_selected".into(), message: None, about, at });
    body.steps.push(Step::LeaveIf { when: cond, fate });
    let output = Expr { op: Op::Input(0), info: Info::required(Kind::Length), fails: false, at };
    finish(body, output, "selects")
}

/// The program that gives a length for an island.
pub(super) fn gives(env: &mut Env<'_>, value: &tree::Expr, dbu: i64) -> Option<Program> {
    let mut body = body(env, dbu, value.span);
    let value = body.expr(value)?;
    let at = value.at;
    if value.info.ty.kind != Kind::Length {
        let label = format!("this is {}, and a length is wanted", value.info.ty);
        return body.fail(Diagnostic::new(&rules::WRONG_TYPE, at, label).help("write lengths with their unit: `10nm`"));
    }
    let value = out_of_range(&mut body, "size", value);
    finish(body, value, "sizes")
}

/// A value that ends the run where it is none: measures and what is computed of them can leave their range.
fn out_of_range(body: &mut Body<'_, '_>, name: &str, value: Expr) -> Expr {
    let (at, fate) = (value.at, body.program.fates.len());
    let (kind, about) = (FateKind::Abort, None);
    body.program.fates.push(Fate { kind, code: "out_of_range".into(), message: None, about, at });
    let slot = body.bind(name, value.info.clone());
    body.steps.push(Step::Let { slot, value, otherwise: Otherwise::Leave(fate) });
    body.slot(slot, at)
}

/// The program that gives a field of a text.
pub(super) fn text(env: &mut Env<'_>, of: TextOf, value: &tree::Expr, dbu: i64) -> Option<Program> {
    let mut body = Body::new(env, Vec::new());
    body.dbu = Some(dbu);
    let (least, most) = Kind::Length.bounds().unwrap_or((0, 0));
    let length = || Info::number(Kind::Length, least, most);
    let mut inputs = vec![("string", Info::text(None))];
    if of != TextOf::String {
        let angle = Info::number(Kind::Decimal { p: 9, s: 6 }, 0, TURN - 1);
        let size = Info::number(Kind::Length, 0, most).nullable(true);
        inputs.extend([("size", size), ("angle", angle), ("at.x", length()), ("at.y", length())]);
    }
    let mut names = Vec::new();
    for (column, (name, info)) in inputs.into_iter().enumerate() {
        names.push((name.to_owned(), Expr { op: Op::Input(column), info: info.clone(), fails: false, at: value.span }));
        let name = name.to_owned();
        body.program.inputs.push(Input { name, info, column, empty_is_null: false, null_if: Vec::new() });
    }
    body.target_names = Some(names);
    let parts: Vec<&tree::Expr> = match (of, &value.kind) {
        (TextOf::At, tree::ExprKind::Binary(tree::BinOp::By, x, y)) => vec![x, y],
        (TextOf::At, _) => {
            let d = Diagnostic::new(&rules::WRONG_TYPE, value.span, "a place has two lengths");
            return body.fail(d.help("write both: `at = (at.x + 10nm) x at.y`"));
        }
        _ => vec![value],
    };
    let mut outputs = Vec::new();
    for part in parts {
        let value = field(&mut body, of, part)?;
        let ty = value.info.ty.clone();
        outputs.push(Output { name: of.name().into(), ty, value });
    }
    let arrow = Arrow { target: 0, when: None, steps: Vec::new(), outputs, measures: Vec::new(), keys: Vec::new() };
    let steps = std::mem::take(&mut body.steps);
    body.program.branches.push(Branch { title: of.name().into(), steps, arrows: vec![arrow] });
    Some(body.program)
}

/// A whole turn, in millionths of a degree.
const TURN: i128 = 360_000_000;

/// What a field of a text comes to, which is of its type and is never nothing.
fn field(body: &mut Body<'_, '_>, of: TextOf, e: &tree::Expr) -> Option<Expr> {
    let value = body.expr(e)?;
    let (at, kind) = (value.at, &value.info.ty.kind);
    let (fits, wanted) = match of {
        TextOf::String => (kind.is_text(), "a text"),
        TextOf::At | TextOf::Size => (*kind == Kind::Length, "a length"),
        TextOf::Angle => (kind.is_number() && !kind.has_dimension() && kind.scale() <= 6, "a number of degrees"),
    };
    if !fits {
        let label = format!("this is {}, and {wanted} is wanted", value.info.ty);
        let d = Diagnostic::new(&rules::WRONG_TYPE, at, label);
        return body.fail(match of {
            TextOf::At | TextOf::Size => d.help("write lengths with their unit: `200nm`"),
            TextOf::Angle => d.help("write `90`, or `22.5`: degrees counter-clockwise"),
            TextOf::String => d,
        });
    }
    if value.info.ty.nullable || of == TextOf::String && value.fails {
        let label = "this can be null, or fail, and a text of a layout has one";
        let help = match of {
            TextOf::Size => "say what stands where a text has no size: `size ?? 100nm`".to_owned(),
            _ => format!("say what stands instead: `(… else {})`", of.name()),
        };
        return body.fail(Diagnostic::new(&rules::WRONG_TYPE, at, label).help(help));
    }
    let (_, most) = value.info.bounds();
    if of == TextOf::Size && most <= 0 {
        let label = "a text has a size of more than nothing";
        return body.fail(Diagnostic::new(&rules::WRONG_QUANTITY, at, label));
    }
    match value.fails {
        true => Some(out_of_range(body, of.name(), value)),
        false => Some(value),
    }
}

fn body<'e, 't>(env: &'e mut Env<'t>, dbu: i64, at: Span) -> Body<'e, 't> {
    let mut body = Body::new(env, Vec::new());
    body.dbu = Some(dbu);
    let mut names = Vec::new();
    for (i, (name, kind)) in MEASURES.iter().enumerate() {
        let (least, most) = kind.bounds().unwrap_or((0, 0));
        // A measure is never negative.
        let info = Info::number(kind.clone(), 0.max(least), most);
        let input = Input { name: (*name).into(), info, column: i, empty_is_null: false, null_if: Vec::new() };
        let value = Expr { op: Op::Input(i), info: input.info.clone(), fails: false, at };
        body.program.inputs.push(input);
        names.push(((*name).to_owned(), value));
    }
    body.target_names = Some(names);
    body
}

fn finish(mut body: Body<'_, '_>, value: Expr, title: &str) -> Option<Program> {
    let ty = Ty::required(Kind::Length);
    let outputs = vec![Output { name: "by".into(), ty, value }];
    let arrow = Arrow { target: 0, when: None, steps: Vec::new(), outputs, measures: Vec::new(), keys: Vec::new() };
    let steps = std::mem::take(&mut body.steps);
    body.program.branches.push(Branch { title: title.into(), steps, arrows: vec![arrow] });
    Some(body.program)
}
