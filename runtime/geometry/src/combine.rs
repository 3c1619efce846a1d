//! The boolean operations.

use crate::bands::{Bands, PARALLEL_FROM, Soup, whole};
use crate::sweep::{Piece, sweep};
use crate::wall::Wall;

/// What two areas are made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// What lies in either.
    Or,
    /// What lies in both.
    And,
    /// What lies in the first and not in the second.
    Not,
    /// What lies in exactly one.
    Xor,
}

/// The walls of what an operation makes of two soups, neither of which needs to be merged.
pub(crate) fn combine(op: Op, a: Soup<'_>, b: Soup<'_>) -> Vec<Wall> {
    let operands = [a, b];
    if a.len() + b.len() < PARALLEL_FROM {
        return inside(op, &mut whole(&operands));
    }
    Bands::of(&operands).sweep(&operands, |pieces| inside(op, pieces))
}

/// The sweep of one operation: each has its own loop, so that the innermost question is no branch on the operation.
fn inside(op: Op, pieces: &mut [Piece]) -> Vec<Wall> {
    match op {
        Op::Or => sweep(pieces, |[a, b]| a > 0 || b > 0),
        Op::And => sweep(pieces, |[a, b]| a > 0 && b > 0),
        Op::Not => sweep(pieces, |[a, b]| a > 0 && b <= 0),
        Op::Xor => sweep(pieces, |[a, b]| (a > 0) != (b > 0)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Rect;

    fn rects() -> impl Strategy<Value = Vec<Rect>> {
        let side = || (0..40, 1..20);
        let rect = (side(), side()).prop_map(|((x, w), (y, h))| Rect { x0: x, y0: y, x1: x + w, y1: y + h });
        prop::collection::vec(rect, 0..30)
    }

    proptest! {
        #[test]
        fn cuts_show_in_no_result(
            a in rects(), b in rects(), cuts in prop::collection::btree_set(-5..65, 0..12),
            op in prop::sample::select(vec![Op::Or, Op::And, Op::Not, Op::Xor]),
        ) {
            let operands = [Soup { rects: &a, ..Soup::default() }, Soup { rects: &b, ..Soup::default() }];
            let bands = Bands::at(cuts.into_iter().collect());
            prop_assert_eq!(bands.sweep(&operands, |p| inside(op, p)), inside(op, &mut whole(&operands)));
        }
    }
}
