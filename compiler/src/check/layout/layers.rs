//! Layer expressions: names to layers, lengths to database units, and what an operator may stand on.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{Arg, BinOp, Expr, ExprKind, Name, UnOp};

use super::super::quantity;
use super::super::{Env, similar};
use super::cuts::CutRules;
use super::measures;
use crate::plan::{CutArray, Joined, Layer, LayerAt, LayerExpr, Picked, Program};
use crate::rules;

/// Where a layer expression stands, which says what its names are and which lengths it knows.
pub(super) struct Scope<'s> {
    /// The source's name and layers, where they can be named.
    pub(super) from: Option<(&'s str, &'s [Layer])>,
    /// What the source computes on drawn sizes.
    pub(super) drawn: &'s [String],
    /// The target's name and layers, where they can be named, and which of them have a value by now.
    pub(super) to: Option<(&'s str, &'s [Layer], &'s [bool])>,
    /// What the map has named so far.
    pub(super) lets: &'s [String],
    /// Whether a bare name is a layer of the target, as in its rules.
    pub(super) bare_is_target: bool,
    /// The database unit of lengths, in 10⁻¹⁵ m.
    pub(super) dbu: i64,
    /// The grid that sizes must keep to, in database units.
    pub(super) grid: i64,
    /// What the target layer's own rules demand of its cuts.
    pub(super) cuts: Option<&'s CutRules>,
}

/// What came of a layer expression besides its value.
#[derive(Default)]
pub(in super::super) struct Read {
    /// Layers that it names.
    pub(in super::super) layers: Vec<LayerAt>,
    /// Programs that it needs; their places start at the number given.
    pub(in super::super) programs: Vec<Program>,
    /// Programs that were there before.
    pub(in super::super) before: usize,
}

/// What other tools call an operator of layers, and how it is written here.
const FOREIGN: [(&[&str], &str); 7] = [
    (&["sized", "oversize", "bias", "expand"], "size(10nm)"),
    (&["shrink", "undersize"], "size(-10nm)"),
    (&["interacting", "interact", "touch"], "a touching b"),
    (&["merged", "merge"], "nothing: every operator sees its layers merged"),
    (&["with_area", "with_width", "with_length"], "a where area < 1um2"),
    (&["and", "or", "not", "xor"], "a & b`, `a | b`, `a - b`, `a ^ b"),
    (&["covers", "contains"], "a covering b"),
];

impl<'t> Env<'t> {
    /// The layer that an expression computes; none after an error, which is reported.
    pub(super) fn layer(&mut self, e: &'t Expr, scope: &Scope<'_>, read: &mut Read) -> Option<LayerExpr> {
        let pair = |env: &mut Self, a: &'t Expr, b: &'t Expr, read: &mut Read| {
            let (a, b) = (env.layer(a, scope, read), env.layer(b, scope, read));
            Some((Box::new(a?), Box::new(b?)))
        };
        match &e.kind {
            ExprKind::Broken => None,
            ExprKind::Name(n) => {
                let at = self.layer_named(n, scope)?;
                read.layers.push(at);
                Some(LayerExpr::Layer(at))
            }
            ExprKind::Scaled(inner) => match (&inner.kind, scope.from) {
                (ExprKind::Member(of, n), Some((source, _)))
                    if is_name(of, source) && scope.drawn.contains(&n.text) =>
                {
                    let at = LayerAt::Drawn(scope.drawn.iter().position(|d| *d == n.text)?);
                    read.layers.push(at);
                    Some(LayerExpr::Layer(at))
                }
                (ExprKind::Member(of, n), Some((source, layers))) if is_name(of, source) => {
                    self.layer_of(n, "source", layers).map(|at| {
                        read.layers.push(LayerAt::Source(at));
                        LayerExpr::Layer(LayerAt::Source(at))
                    })
                }
                _ => self.no_layer(e.span, "`scaled` stands behind a layer of the source: `old.metal1 scaled`"),
            },
            ExprKind::Member(of, n) => self.layer_member(of, n, e.span, scope, read),
            ExprKind::Nothing(_) => Some(LayerExpr::Nothing),
            ExprKind::Binary(op, a, b) => {
                let joined = match op {
                    BinOp::LayerOr => Some(Joined::Or),
                    BinOp::LayerAnd => Some(Joined::And),
                    BinOp::LayerXor => Some(Joined::Xor),
                    BinOp::Sub => Some(Joined::Not),
                    _ => None,
                };
                let picked = match op {
                    BinOp::Inside => Some(Picked::Inside),
                    BinOp::Outside => Some(Picked::Outside),
                    BinOp::Touching => Some(Picked::Touching),
                    BinOp::Covering => Some(Picked::Covering),
                    _ => None,
                };
                if let (BinOp::In, ExprKind::Cells(pattern)) = (op, &b.kind) {
                    let (a, pattern) = (self.layer(a, scope, read)?, self.cell_pattern(pattern)?);
                    let LayerExpr::Layer(at) = a else {
                        let label = "cells are named behind a layer, and this is computed";
                        return self.no_layer(e.span, label);
                    };
                    return Some(LayerExpr::InCells(at, pattern));
                }
                match (joined, picked) {
                    (Some(j), _) => pair(self, a, b, read).map(|(a, b)| LayerExpr::Joined(j, a, b)),
                    (_, Some(p)) => pair(self, a, b, read).map(|(a, b)| LayerExpr::Picked(p, a, b)),
                    _ => self.foreign_layer_operator(*op, a, b, e.span),
                }
            }
            ExprKind::Where(a, cond) => {
                let a = self.layer(a, scope, read);
                let program = measures::keeps(self, cond, scope.dbu);
                let at = read.before + read.programs.len();
                read.programs.push(program?);
                Some(LayerExpr::Where(Box::new(a?), at))
            }
            ExprKind::Pipe(a, function) => {
                let a = self.layer(a, scope, read);
                let (name, args): (&Name, &[Arg]) = match &function.kind {
                    ExprKind::Call(name, args) => (name, args),
                    ExprKind::Name(name) => (name, &[]),
                    _ => return None,
                };
                self.layer_function(a, name, args, scope, read)
            }
            ExprKind::Call(name, args) if matches!(name.text.as_str(), "size" | "recut") => {
                let [first, rest @ ..] = args.as_slice() else {
                    return self.no_layer(e.span, "a layer stands before it: `metal1 |> size(10nm)`");
                };
                let a = self.layer(&first.value, scope, read);
                self.layer_function(a, name, rest, scope, read)
            }
            ExprKind::Call(name, _) => self.unknown_layer_function(name),
            ExprKind::Texts(..) => self.no_layer(e.span, "shapes have no string: this belongs to a layer of texts"),
            ExprKind::Int(_) | ExprKind::Decimal(_) | ExprKind::Quantity(..) => {
                self.no_layer(e.span, "a layer is wanted here, and this is a number")
            }
            ExprKind::Unary(UnOp::Not, _) => {
                self.no_layer(e.span, "what a layer does not cover is taken from another layer: `diff - poly`")
            }
            _ => self.no_layer(e.span, "a layer is wanted here: a name, or layers joined by `|`, `&`, `-`, `^`"),
        }
    }

    fn no_layer<T>(&mut self, at: Span, label: &str) -> Option<T> {
        self.error(Diagnostic::new(&rules::WRONG_TYPE, at, label));
        None
    }

    /// `+` and `*` and `and` between layers.
    fn foreign_layer_operator<T>(&mut self, op: BinOp, a: &Expr, b: &Expr, at: Span) -> Option<T> {
        let sign = Span { start: a.span.end, end: b.span.start };
        let ours = match op {
            BinOp::Add | BinOp::Or | BinOp::Bars => " | ",
            BinOp::Mul | BinOp::And => " & ",
            _ => return self.no_layer(at, "a layer is wanted here: layers are joined by `|`, `&`, `-`, `^`"),
        };
        let d = Diagnostic::new(&rules::WRONG_TYPE, at, "layers are joined by `|`, `&`, `-`, `^`");
        self.error(d.fix(format!("write `{}`", ours.trim()), sign, ours));
        None
    }

    /// What a bare name is.
    fn layer_named(&mut self, n: &Name, scope: &Scope<'_>) -> Option<LayerAt> {
        let at = |names: &[String]| names.iter().rposition(|known| *known == n.text);
        let of = |layers: &[Layer]| layers.iter().position(|l| l.name == n.text);
        if let Some(i) = at(scope.lets) {
            return Some(LayerAt::Let(i));
        }
        if let (true, Some((_, layers, _))) = (scope.bare_is_target, scope.to) {
            return self.layer_of(n, "target", layers).map(LayerAt::Target);
        }
        if let Some(i) = scope.from.and_then(|(_, layers)| of(layers)) {
            return self.has_shapes(n, scope.from?.1.get(i)?).then_some(LayerAt::Source(i));
        }
        if let Some(i) = at(scope.drawn) {
            return Some(LayerAt::Drawn(i));
        }
        if let Some((target, layers, _)) = scope.to
            && of(layers).is_some()
        {
            let d = Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("`{}` is a layer of the target", n.text));
            let new = format!("{target}.{}", n.text);
            self.error(d.fix(format!("write `{new}`"), n.span, new));
            return None;
        }
        let known = scope.from.iter().flat_map(|(_, layers)| layers.iter().map(|l| l.name.as_str()));
        let known = known.chain(scope.drawn.iter().chain(scope.lets).map(String::as_str));
        let known: Vec<&str> = known.collect();
        self.unknown_layer(n, "source", &known);
        None
    }

    fn layer_of(&mut self, n: &Name, what: &str, layers: &[Layer]) -> Option<usize> {
        match layers.iter().position(|l| l.name == n.text) {
            Some(i) => self.has_shapes(n, &layers[i]).then_some(i),
            None => {
                let known: Vec<&str> = layers.iter().map(|l| l.name.as_str()).collect();
                self.unknown_layer(n, what, &known);
                None
            }
        }
    }

    fn has_shapes(&mut self, n: &Name, layer: &Layer) -> bool {
        if layer.texts {
            let label = format!("`{}` holds texts, and shapes are wanted", n.text);
            self.error(Diagnostic::new(&rules::WRONG_TYPE, n.span, label));
        }
        !layer.texts
    }

    pub(super) fn unknown_layer(&mut self, n: &Name, what: &str, known: &[&str]) {
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("the {what} has no layer `{}`", n.text));
        self.error(similar::offer(d, n, "layers", known));
    }

    /// `new.licon`, `old.metal1`
    fn layer_member(&mut self, of: &Expr, n: &Name, at: Span, scope: &Scope<'_>, read: &mut Read) -> Option<LayerExpr> {
        if let Some((_, layers, done)) = scope.to.filter(|(name, ..)| is_name(of, name)) {
            let i = self.layer_of(n, "target", layers)?;
            if !scope.bare_is_target && !done.get(i).copied().unwrap_or(false) {
                let label = format!("`{}` has no value yet: it is assigned further down, or here", n.text);
                let d = Diagnostic::new(&rules::UNKNOWN_NAME, at, label);
                self.error(d.help(format!("move the line of `{}` above this one", n.text)));
                return None;
            }
            read.layers.push(LayerAt::Target(i));
            return Some(LayerExpr::Layer(LayerAt::Target(i)));
        }
        if let Some((_, layers)) = scope.from.filter(|(name, _)| is_name(of, name)) {
            let i = self.layer_of(n, "source", layers)?;
            read.layers.push(LayerAt::Source(i));
            if scope.to.is_none() {
                return Some(LayerExpr::Layer(LayerAt::Source(i)));
            }
            let label = format!("`{}` is drawn in the lengths of the source", self.piece(at));
            let d = Diagnostic::new(&rules::WRONG_TYPE, at, label);
            // Where bare names are the target's, the source's say that they are scaled.
            let new = match scope.bare_is_target {
                true => format!("{} scaled", self.piece(at)),
                false => n.text.clone(),
            };
            self.error(d.fix(format!("write `{new}`, which is the layer after scaling"), at, new));
            return None;
        }
        let label = "a place is wanted before the point: the source or the target of this map";
        self.error(Diagnostic::new(&rules::UNKNOWN_NAME, of.span, label));
        None
    }

    fn layer_function(
        &mut self,
        a: Option<LayerExpr>,
        name: &Name,
        args: &'t [Arg],
        scope: &Scope<'_>,
        read: &mut Read,
    ) -> Option<LayerExpr> {
        match (name.text.as_str(), args) {
            ("size", [one]) if decides(&one.value) => {
                self.on_grid(&one.value, scope);
                let program = measures::gives(self, &one.value, scope.dbu);
                let at = read.before + read.programs.len();
                read.programs.push(program?);
                Some(LayerExpr::SizeBy(Box::new(a?), at))
            }
            ("size", [one]) => {
                let by = match &one.value.kind {
                    ExprKind::Binary(BinOp::By, x, y) => [self.amount(x, scope)?, self.amount(y, scope)?],
                    _ => [self.amount(&one.value, scope)?; 2],
                };
                Some(LayerExpr::Size(Box::new(a?), by))
            }
            ("size", [x, y]) => {
                let by = [self.amount(&x.value, scope)?, self.amount(&y.value, scope)?];
                Some(LayerExpr::Size(Box::new(a?), by))
            }
            ("size", _) => self.no_layer(name.span, "`size` takes one length, or one for each axis: `size(-10nm)`"),
            ("recut", []) => match scope.cuts {
                Some(cuts) => Some(LayerExpr::Recut(Box::new(a?), cuts.size)),
                None => {
                    let label = "the size of the cuts is not known";
                    let d = Diagnostic::new(&rules::WRONG_QUANTITY, name.span, label);
                    self.error(d.help(
                        "say it in the target, `via: cut 68/44 { size == 150nm x 150nm }`, or here: `recut(150nm x 150nm)`",
                    ));
                    None
                }
            },
            ("recut", [one]) => {
                let size = self.exact_size(&one.value, scope.dbu)?;
                if size == [None, None] || size.iter().flatten().any(|s| *s == 0 || s % scope.grid != 0) {
                    let label = "cuts of this size do not keep to the grid, or have none";
                    let grid = quantity::shown_length(scope.grid * scope.dbu);
                    let d = Diagnostic::new(&rules::WRONG_QUANTITY, one.value.span, label);
                    self.error(d.help(format!("both sides are multiples of {grid}, or one of them and `keep`")));
                    return None;
                }
                Some(LayerExpr::Recut(Box::new(a?), size))
            }
            ("recut", _) => self.no_layer(name.span, "`recut` takes one size: `recut(115nm x keep)`"),
            ("grow to array", [within, rest @ ..]) => {
                let within = self.layer(&within.value, scope, read);
                let array = self.cut_array(name, rest.first().map(|a| &a.value), scope);
                Some(LayerExpr::Grow(Box::new(a?), Box::new(within?), array?))
            }
            _ => self.unknown_layer_function(name),
        }
    }

    /// How an array of the target's cuts is drawn: by its rules, or by the margin that is written.
    fn cut_array(&mut self, name: &Name, by: Option<&Expr>, scope: &Scope<'_>) -> Option<CutArray> {
        let unknown = |env: &mut Self, label: &str, help: &str| {
            env.error(Diagnostic::new(&rules::WRONG_QUANTITY, name.span, label).help(help));
            None
        };
        let Some(&CutRules { size: [Some(x), Some(y)], space, margin, dense }) = scope.cuts else {
            let help = "say it in the target: `via: cut 68/44 { size == 150nm x 150nm, space >= 170nm }`";
            return unknown(self, "the size of the cuts is not known", help);
        };
        let Some(space) = space else {
            let help = "say it in the target, beside the size: `space >= 170nm`";
            return unknown(self, "how far the cuts are from one another is not known", help);
        };
        let margin = match by {
            Some(e) => self.in_units(e, scope.dbu)?,
            None => match margin {
                Some(margin) => margin,
                None => {
                    let help =
                        "the rule `inside` leaves a choice; write the margin: `grow to array in met1 & met2 by 55nm`";
                    return unknown(self, "how far the area reaches beyond its cuts is not known", help);
                }
            },
        };
        Some(CutArray { size: [x.min(y), x.max(y)], space, margin, dense })
    }

    fn unknown_layer_function<T>(&mut self, name: &Name) -> Option<T> {
        let label = format!("`{}` is no operator of layers", name.text);
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, name.span, label);
        let foreign = FOREIGN.iter().find(|(theirs, _)| theirs.contains(&name.text.as_str()));
        self.error(match (foreign, similar::did_you_mean(&name.text, &["size", "recut", "grow"])) {
            (Some((_, ours)), _) => d.help(format!("write `{ours}`")),
            (None, Some(close)) => similar::suggest(d, name.span, close),
            _ => d.help("there are `size(10nm)`, `recut`, `grow to array in …`, and the selections `inside`, `outside`, `touching`, `covering`, `where`"),
        });
        None
    }

    /// Looks at every length that a `match` can give.
    fn on_grid(&mut self, e: &Expr, scope: &Scope<'_>) {
        match &e.kind {
            ExprKind::Match(_, arms) => arms.iter().for_each(|arm| self.on_grid(&arm.value, scope)),
            ExprKind::Quantity(_, unit) if !unit.ends_with('2') => _ = self.amount(e, scope),
            ExprKind::Unary(UnOp::Neg, a) => self.on_grid(a, scope),
            _ => {}
        }
    }

    /// A length by which edges move: it may be negative, and keeps to the grid.
    fn amount(&mut self, e: &Expr, scope: &Scope<'_>) -> Option<i64> {
        let (sign, e) = match &e.kind {
            ExprKind::Unary(UnOp::Neg, inner) => (-1, &**inner),
            _ => (1, e),
        };
        let n = self.in_units(e, scope.dbu)?;
        if n % scope.grid != 0 {
            let label = "edges that move by this leave the grid";
            let d = Diagnostic::new(&rules::WRONG_QUANTITY, e.span, label);
            let near = |n: i64| quantity::shown_length(n * scope.dbu);
            let (low, high) = (n / scope.grid * scope.grid, (n / scope.grid + 1) * scope.grid);
            let help = format!("the grid is {}: write `{}` or `{}`", near(scope.grid), near(low), near(high));
            self.error(d.help(help));
            return None;
        }
        Some(sign * n)
    }
}

/// Whether a size depends on the island.
fn decides(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Quantity(..) => false,
        ExprKind::Unary(UnOp::Neg, a) => decides(a),
        ExprKind::Binary(BinOp::By, ..) => false,
        _ => true,
    }
}

fn is_name(e: &Expr, name: &str) -> bool {
    matches!(&e.kind, ExprKind::Name(n) if n.text == name)
}
