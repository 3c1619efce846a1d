//! Lengths in database units.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{BinOp, Expr, ExprKind, UnOp};

use super::super::Env;
use super::super::quantity::{self, Unit};
use crate::rules;

impl Env<'_> {
    /// A length of nothing or more, in database units.
    pub(super) fn in_units(&mut self, e: &Expr, dbu: i64) -> Option<i64> {
        match quantity::measure(e, Unit::Length) {
            Ok(n) if n % i128::from(dbu) == 0 => i64::try_from(n / i128::from(dbu)).ok().filter(|n| *n < 1 << 31),
            Ok(_) => {
                let label = format!("this is no whole number of database units of {}", quantity::shown_length(dbu));
                self.error(Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label));
                None
            }
            Err(d) => {
                self.error(d);
                None
            }
        }
        .or_else(|| {
            if self.diagnostics.last().is_none_or(|d| d.span != e.span) {
                self.error(Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "this length is longer than any layout"));
            }
            None
        })
    }

    /// `170nm x 170nm`, `115nm x keep`
    pub(super) fn exact_size(&mut self, e: &Expr, dbu: i64) -> Option<[Option<i64>; 2]> {
        let ExprKind::Binary(BinOp::By, x, y) = &e.kind else {
            let less = |e: &Expr| matches!(e.kind, ExprKind::Unary(UnOp::Neg, _));
            if less(e) {
                self.error(Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "a size is more than nothing"));
                return None;
            }
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "a size has two lengths");
            let text = self.piece(e.span).to_owned();
            let square = matches!(e.kind, ExprKind::Quantity(..));
            self.error(match square {
                true => d.fix("write both", e.span, format!("{text} x {text}")),
                false => d.help("write `170nm x 170nm`, or `115nm x keep` for bars"),
            });
            // What was meant is known.
            return if square { self.in_units(e, dbu).map(|n| [Some(n); 2]) } else { None };
        };
        let mut side = |e: &Expr| match &e.kind {
            ExprKind::Name(n) if n.text == "keep" => Some(None),
            _ => self.in_units(e, dbu).map(Some),
        };
        let (x, y) = (side(x), side(y));
        Some([x?, y?])
    }
}
