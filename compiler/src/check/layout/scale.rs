//! How coordinates are scaled: factors from a ratio or from pitches, the grid, ties, and variants.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{BinOp, Expr, ExprKind, Stmt};

use super::super::Env;
use super::super::quantity::{self, gcd, ratio};
use crate::plan::{Layer, LayoutSource, Scaling};
use crate::rules;

/// The two sides of a map, as far as scaling knows them: database units in 10⁻¹⁵ m, the target's grid in units of it.
pub(super) struct Sides<'s> {
    pub(super) from: &'s LayoutSource,
    pub(super) to: &'s [Layer],
    pub(super) dbu: i64,
    pub(super) grid: i64,
}

/// What the statements of a map say of scaling.
#[derive(Default)]
pub(super) struct Said {
    factors: Option<[(i64, i64); 2]>,
    pub(super) scaled: Option<Span>,
    snapped: Option<Span>,
    variants: Option<Option<u32>>,
    on_pitch: bool,
    pitches: Option<[[i64; 2]; 2]>,
}

impl Said {
    /// What holds for cells that are scaled by themselves, as long as they say nothing else: the factors of the map, each
    /// exactly.
    pub(super) fn apart(&self) -> Said {
        Said { factors: self.factors, variants: self.variants, ..Said::default() }
    }

    /// Takes a `scale` or a `snap`.
    pub(super) fn take<'t>(&mut self, env: &mut Env<'t>, stmt: &'t Stmt, sides: &Sides<'_>) {
        match stmt {
            Stmt::Scale { factor, pitch, span } => {
                if let Some(first) = self.scaled.replace(*span) {
                    let d = Diagnostic::new(&rules::DEFINED_TWICE, *span, "the scale is said twice");
                    env.error(d.also(first, "here"));
                }
                let centre = match factor.as_ref().map(ratio) {
                    Some(Ok(r)) => Some(r),
                    Some(Err(d)) => return env.error(d),
                    None => None,
                };
                self.on_pitch = pitch.is_some();
                self.factors = match pitch {
                    Some((from, to)) => self.on_pitch(env, centre, from, to.as_ref(), sides),
                    None => centre.map(|r| [r, r]),
                };
            }
            Stmt::Snap { variants, span } => {
                if let Some(first) = self.snapped.replace(*span) {
                    let d = Diagnostic::new(&rules::DEFINED_TWICE, *span, "`snap` stands twice");
                    env.error(d.also(first, "here"));
                }
                self.variants = Some(match variants {
                    None => None,
                    Some((n @ 1..=1_000_000, _)) => Some(*n as u32),
                    Some((_, at)) => {
                        let label = "a cell has at least one variant";
                        env.error(Diagnostic::new(&rules::WRONG_QUANTITY, *at, label));
                        Some(1)
                    }
                });
            }
            _ => {}
        }
    }

    /// The factors from the pitches of the outlines, or from two pitches that are written.
    fn on_pitch<'t>(
        &mut self,
        env: &mut Env<'t>,
        centre: Option<(i64, i64)>,
        from: &'t Expr,
        to: Option<&'t Expr>,
        sides: &Sides<'_>,
    ) -> Option<[(i64, i64); 2]> {
        let at = from.span;
        let (old, new) = match (&from.kind, to) {
            (ExprKind::Binary(BinOp::By, ..), Some(to)) => (env.pitch(from)?, env.pitch(to)?),
            (ExprKind::Name(n), None) => {
                let Some(layer) = sides.from.layers.iter().find(|l| l.name == n.text) else {
                    let known: Vec<&str> = sides.from.layers.iter().map(|l| l.name.as_str()).collect();
                    env.unknown_layer(n, "source", &known);
                    return None;
                };
                let theirs = sides.to.iter().filter_map(|l| l.pitch).collect::<Vec<_>>();
                match (layer.pitch, theirs.as_slice()) {
                    (Some(old), [new]) => (old, *new),
                    (None, _) => {
                        let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, "this layer of the source has no pitch");
                        env.error(d.help(format!("declare it: `{}: boundary … {{ pitch 460nm x 2720nm }}`", n.text)));
                        return None;
                    }
                    (_, list) => {
                        let label = match list.len() {
                            0 => "no layer of the target has a pitch",
                            _ => "more than one layer of the target has a pitch",
                        };
                        let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, label);
                        env.error(d.help("write both: `scale on pitch 460nm x 2720nm -> 330nm x 1960nm`"));
                        return None;
                    }
                }
            }
            _ => {
                let label = "a layer of outlines is wanted here, or two pitches";
                let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, label);
                env.error(
                    d.help("write `scale on pitch outline`, or `scale on pitch 460nm x 2720nm -> 330nm x 1960nm`"),
                );
                return None;
            }
        };
        let grid = sides.grid * sides.dbu;
        if let Some(off) = new.iter().find(|n| *n % grid != 0) {
            let label = format!("the target's pitch of {} is not on its grid", quantity::shown_length(*off));
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, at, label);
            env.error(
                d.help(format!("cells would stand between grid points; the grid is {}", quantity::shown_length(grid))),
            );
            return None;
        }
        self.pitches = Some([old, new]);
        let lowest = |n: i64, d: i64| (n / gcd(n, d), d / gcd(n, d));
        let factors = [lowest(new[0], old[0]), lowest(new[1], old[1])];
        if let Some((m, d)) = centre {
            // Within a twentieth of what was said.
            let off = |(n, e): (i64, i64)| {
                let (a, b) = (i128::from(n) * i128::from(d), i128::from(m) * i128::from(e));
                (a - b).abs() * 20 > b
            };
            if let Some((n, e)) = factors.iter().find(|f| off(**f)) {
                let label = format!("the pitches give {n}/{e}, which is further than 5% from {m}/{d}");
                env.error(
                    Diagnostic::new(&rules::WRONG_QUANTITY, at, label)
                        .help("one of the pitches is wrong, or the factor is"),
                );
            }
        }
        Some(factors)
    }

    /// The scaling; none where the numbers are too large, which is reported.
    pub(super) fn scaling(&self, env: &mut Env<'_>, sides: &Sides<'_>, head: Span) -> Option<Scaling> {
        let at = self.scaled.unwrap_or(head);
        let too_large = |env: &mut Env<'_>, what: &str| {
            let label = format!("{what} together are too large a ratio");
            env.error(Diagnostic::new(&rules::WRONG_QUANTITY, at, label));
            None
        };
        let from = sides.from.dbu;
        // The source grid narrows where ties can lie; without one, every database unit counts.
        let h = sides.from.grid.map_or(1, |g| g / sides.from.dbu).max(1);
        let (mut factors, mut periods, mut tie_numbers) = ([(1, 1); 2], [1; 2], [1; 2]);
        for (i, said) in self.factors.unwrap_or([(1, 1); 2]).into_iter().enumerate() {
            let Some((m, d)) = factor(said, from, sides.dbu) else {
                return too_large(env, "scale and database units");
            };
            let step = d.checked_mul(sides.grid).filter(|s| *s < 1 << 40 && m < 1 << 40);
            let Some(step) = step else { return too_large(env, "scale and grid") };
            let Some(steps) = m.checked_mul(h) else { return too_large(env, "scale and source grid") };
            factors[i] = (m, d);
            tie_numbers[i] = step / gcd(steps, step);
            periods[i] = step / gcd(m, step);
        }
        let ties = tie_numbers.iter().any(|n| n % 2 == 0);
        let variants = self.variants.unwrap_or(Some(1));
        Some(Scaling {
            factors,
            grid: sides.grid,
            periods,
            on_pitch: self.on_pitch,
            pitches: self.pitches,
            ties,
            tie_numbers,
            variants,
        })
    }
}

impl Env<'_> {
    /// `460nm x 2720nm`, in 10⁻¹⁵ m.
    pub(super) fn pitch(&mut self, e: &Expr) -> Option<[i64; 2]> {
        let ExprKind::Binary(BinOp::By, x, y) = &e.kind else {
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, "a pitch has two lengths");
            self.error(d.help("write `460nm x 2720nm`: from one site to the next, and from one row to the next"));
            return None;
        };
        let mut side = |e: &Expr| quantity::length(e).map_err(|d| self.error(d)).ok();
        let (x, y) = (side(x), side(y));
        Some([x?, y?])
    }
}

/// The factor from source to target units, in lowest terms.
fn factor((m, d): (i64, i64), from: i64, to: i64) -> Option<(i64, i64)> {
    let g = gcd(from, to);
    let (m, d) = (m.checked_mul(from / g)?, d.checked_mul(to / g)?);
    let g = gcd(m, d);
    Some((m / g, d / g))
}
