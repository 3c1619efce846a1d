//! The arithmetic of one vertex.

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::span::Span;

use super::super::Env;
use super::super::exprs::Body;
use crate::plan::{self, Arith, Expr, Fate, FateKind, Input, Op, Otherwise, Output, Scaling, Step};

/// The program of one vertex: `floor((2 m x + d g) / (2 d g)) g`, which is rounding to the grid, half up.
pub(super) fn vertex(
    env: &mut Env<'_>,
    scaling: &Scaling,
    at: Span,
    (target, title): (usize, String),
) -> Option<plan::Program> {
    let mut body = Body::new(env, Vec::new());
    let whole = |n: i64| Expr::constant(Value::Num(i128::from(n)), Kind::Int64, at);
    let mut outputs = Vec::new();
    let grid = scaling.grid;
    for (i, axis) in ["x", "y"].into_iter().enumerate() {
        let (m, d) = scaling.factors[i];
        let info = Info::required(Kind::Length);
        body.program.inputs.push(Input {
            name: axis.into(),
            info: info.clone(),
            column: i,
            empty_is_null: false,
            null_if: Vec::new(),
        });
        let x = Expr { op: Op::Input(i), info, fails: false, at };
        let step = d * grid;
        let scaled = body.arith(Arith::Mul, x, whole(2 * m), at)?;
        let half = body.arith(Arith::Add, scaled, whole(step), at)?;
        let units = body.arith(Arith::FloorDiv, half, whole(2 * step), at)?;
        let value = body.arith(Arith::Mul, units, whole(grid), at)?;
        let value = body.fit_into(value, &Kind::Length);
        body.program.fates.push(Fate {
            // A coordinate that leaves its range stops the run: a layout without a vertex is no layout.
            kind: FateKind::Abort,
            code: "out_of_range".into(),
            message: None,
            about: Some(axis.into()),
            at,
        });
        let slot = body.bind(axis, value.info.clone());
        body.steps.push(Step::Let { slot, value, otherwise: Otherwise::Leave(i) });
        let value = body.slot(slot, at);
        outputs.push(Output { name: axis.into(), ty: Ty::required(Kind::Length), value });
    }
    let arrow = plan::Arrow { target, when: None, steps: Vec::new(), outputs, measures: Vec::new(), keys: Vec::new() };
    body.program.branches.push(plan::Branch { title, steps: body.steps, arrows: vec![arrow] });
    Some(body.program)
}
