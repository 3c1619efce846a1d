//! Operators: comparisons and what ranges decide of them, arithmetic and its exact ranges.

use migc_functions::types::digits;
use migc_functions::{Info, Kind, Ty, Value, decimal};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, BinOp, ExprKind};

use super::exprs::{Body, clash, type_word};
use crate::plan::{Arith, Cmp, Expr, Op};
use crate::rules;

impl Body<'_, '_> {
    pub(crate) fn not(&mut self, a: Expr, at: Span) -> Expr {
        if let Op::Const(Value::Bool(b)) = a.op {
            return Expr::constant(Value::Bool(!b), Kind::Bool, at);
        }
        let info = Info { constant: None, ..a.info.clone() };
        Expr { fails: a.fails, op: Op::Not(Box::new(a)), info, at }
    }

    /// `a || b`, which is `or` for truth values, and for everything else a text of both.
    fn bars(&mut self, a: &tree::Expr, b: &tree::Expr, at: Span) -> Option<Expr> {
        let mut parts = vec![b];
        let mut left = a;
        while let ExprKind::Binary(BinOp::Bars, x, y) = &left.kind {
            parts.push(y);
            left = x;
        }
        parts.push(left);
        parts.reverse();
        let mut infos = Vec::new();
        for part in &parts {
            infos.push(self.expr(part)?.info);
        }
        if infos.iter().all(|i| i.ty.kind == Kind::Bool) {
            let sign = Span { start: a.span.end, end: b.span.start };
            return self.fail(Diagnostic::new(&migc_grammar::rules::FOREIGN_SIGN, sign, "`||` is written `or`").fix(
                "write `or`",
                sign,
                " or ",
            ));
        }
        if let ([left, _], [.., right]) = (infos.as_slice(), infos.as_slice())
            && left.ty.nullable
            && !left.ty.kind.is_text()
            && !right.ty.kind.is_text()
        {
            return self.instead_of_null(a, b, at, &left.ty.clone());
        }
        let found = clash(at, "texts are put together in a text".to_owned());
        self.put_together(found, &parts, at)
    }

    /// `a ?? b`, where another operator stands.
    fn instead_of_null<T>(&mut self, a: &tree::Expr, b: &tree::Expr, at: Span, ty: &Ty) -> Option<T> {
        let sign = Span { start: a.span.end, end: b.span.start };
        let label = format!("the left side is {ty}, and a truth value is wanted");
        self.fail(clash(at, label).fix("what stands instead of null is written behind `??`", sign, " ?? "))
    }

    /// Offers a text with these parts in it.
    fn put_together<T>(&mut self, found: Diagnostic, parts: &[&tree::Expr], at: Span) -> Option<T> {
        let source = |e: &tree::Expr| self.env.text.get(e.span.range()).map(str::to_owned);
        let piece = |e: &&tree::Expr| match &e.kind {
            ExprKind::Text(_) => Some(source(e)?.strip_prefix('"')?.strip_suffix('"')?.to_owned()),
            ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Call(..) => {
                source(e).filter(|s| !s.contains(['"', '{', '}', '\n'])).map(|s| format!("{{{s}}}"))
            }
            _ => None,
        };
        let text: Option<Vec<String>> = parts.iter().map(piece).collect();
        self.fail(match text {
            Some(pieces) => {
                let text = format!("\"{}\"", pieces.concat());
                found.fix(format!("write `{text}`"), at, text)
            }
            None => found.help("write `\"{a}{b}\"`"),
        })
    }

    pub(super) fn binary(&mut self, op: BinOp, a: &tree::Expr, b: &tree::Expr, at: Span) -> Option<Expr> {
        match op {
            BinOp::And | BinOp::Or => {
                // A long chain leans to the left; it is walked, not recursed into.
                let mut parts = vec![b];
                let mut left = a;
                while let ExprKind::Binary(o, x, y) = &left.kind
                    && *o == op
                {
                    parts.push(y);
                    left = x;
                }
                parts.push(left);
                let two = parts.len() == 2;
                let mut out = Vec::new();
                for p in parts.into_iter().rev() {
                    // What stands to the right runs only where the left did not decide.
                    let value = self.expr(p)?;
                    let ty = &value.info.ty;
                    if two && op == BinOp::Or && ty.nullable && !matches!(ty.kind, Kind::Bool | Kind::Null) {
                        let ty = ty.clone();
                        return self.instead_of_null(a, b, at, &ty);
                    }
                    out.push(self.truth(value)?);
                }
                let nullable = out.iter().any(|p| p.info.ty.nullable);
                let fails = out.iter().any(|p| p.fails);
                let info = Info::required(Kind::Bool).nullable(nullable);
                Some(Expr { op: if op == BinOp::And { Op::And(out) } else { Op::Or(out) }, info, fails, at })
            }
            BinOp::Bars => self.bars(a, b, at),
            BinOp::Eq | BinOp::Ne | BinOp::Lt | BinOp::Le | BinOp::Gt | BinOp::Ge => {
                let (a, b) = (self.expr(a), self.expr(b));
                let cmp = cmp_of(op);
                self.compare(cmp, a?, b?, at)
            }
            BinOp::In => self.inside(a, b, at),
            BinOp::Like | BinOp::Matches => {
                let (a, b) = (self.expr(a), self.expr(b));
                self.apply(if op == BinOp::Like { "like" } else { "matches" }, vec![a?, b?], at)
            }
            BinOp::Coalesce => {
                let (a, b) = (self.expr(a), self.expr(b));
                let (mut both, info) = self.unify(vec![a?, b?])?;
                let (b, a) = (both.pop()?, both.pop()?);
                let info = info.nullable(a.info.ty.nullable && b.info.ty.nullable);
                let fails = a.fails || b.fails;
                Some(Expr { op: Op::Coalesce(Box::new(a), Box::new(b)), info, fails, at })
            }
            BinOp::Add | BinOp::Sub if super::temporal::span(b).is_some() => {
                let a = self.expr(a);
                let span = super::temporal::span(b)?;
                self.shift(a?, span, op == BinOp::Sub, b.span, at)
            }
            BinOp::Add if super::temporal::span(a).is_some() => {
                let b = self.expr(b);
                let span = super::temporal::span(a)?;
                self.shift(b?, span, false, a.span, at)
            }
            BinOp::AtZone => {
                let (a, b) = (self.expr(a), self.expr(b));
                self.apply("at_zone", vec![a?, b?], at)
            }
            BinOp::Add | BinOp::Sub | BinOp::Mul => {
                let (a, b) = (self.expr(a), self.expr(b));
                let op = match op {
                    BinOp::Add => Arith::Add,
                    BinOp::Sub => Arith::Sub,
                    _ => Arith::Mul,
                };
                self.dimensional(op, a?, b?, at)
            }
            BinOp::Div => {
                let (x, y) = (self.expr(a)?, self.expr(b)?);
                if x.info.ty.kind == Kind::Float64 || y.info.ty.kind == Kind::Float64 {
                    return self.apply("float_divide", vec![x, y], at);
                }
                let piece = |e: &tree::Expr| self.env.text.get(e.span.range()).unwrap_or("…").to_owned();
                let help = format!(
                    "say how many digits stand behind the point: `div({}, {}, 2)`; whole numbers without a rest are `quotient(…)`",
                    piece(a),
                    piece(b)
                );
                self.fail(Diagnostic::new(&rules::DIVISION, at, "the scale of this quotient is not said").help(help))
            }
            BinOp::LayerOr | BinOp::LayerXor | BinOp::LayerAnd => self.layers(op, a, b, at),
            BinOp::Inside | BinOp::Outside | BinOp::Touching | BinOp::Covering => {
                self.fail(Diagnostic::new(&rules::MISPLACED, at, "this operator works on layers"))
            }
            BinOp::By => self.fail(Diagnostic::new(&rules::MISPLACED, at, "a size of two lengths belongs to layers")),
        }
    }

    /// Arithmetic on numbers that may have a dimension: lengths are added to lengths, a length times a length is an area.
    pub(super) fn dimensional(&mut self, op: Arith, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (ka, kb) = (a.info.ty.kind.clone(), b.info.ty.kind.clone());
        if !ka.has_dimension() && !kb.has_dimension() {
            return self.arith(op, a, b, at);
        }
        let kind = match (op, &ka, &kb) {
            (Arith::Add | Arith::Sub, x, y) if x == y => ka,
            (Arith::Mul, Kind::Length, Kind::Length) => Kind::Area,
            (Arith::Mul, x, n) if x.has_dimension() && n.is_int() => ka,
            (Arith::Mul, n, x) if x.has_dimension() && n.is_int() => kb,
            (Arith::Mul, ..) => {
                let d = clash(at, format!("{ka} times {kb} is nothing that layouts know"));
                return self.fail(
                    d.help("a length is multiplied with a whole number or a length, an area with a whole number"),
                );
            }
            _ => {
                let word = if op == Arith::Add { "added to" } else { "taken from" };
                let (x, y) = if op == Arith::Add { (&ka, &kb) } else { (&kb, &ka) };
                let d = clash(at, format!("{x} cannot be {word} {y}"));
                return self.fail(d.help("write lengths as `10nm` and areas as `0.5um2`"));
            }
        };
        let value = self.arith(op, a, b, at)?;
        Some(self.fit_into(value, &kind))
    }

    /// `a | b`, `a & b`, `a ^ b`, which work on layers alone.
    fn layers(&mut self, op: BinOp, a: &tree::Expr, b: &tree::Expr, at: Span) -> Option<Expr> {
        let sign = Span { start: a.span.end, end: b.span.start };
        let found = Diagnostic::new(&rules::MISPLACED, at, "this operator works on layers");
        let called = match &b.kind {
            ExprKind::Name(n) | ExprKind::Call(n, _) => Some(n.text.as_str()),
            _ => None,
        };
        let function = |n: &str| n == "must_fit" || migc_functions::find(n).is_some() || self.own_function(n).is_some();
        let is_column = |n: &str| self.columns.iter().any(|c| c.tree.name.text == n);
        if op == BinOp::LayerOr && called.is_some_and(|n| function(n) && !is_column(n)) {
            self.expr(a);
            return self.fail(found.fix("a function stands behind `|>`", sign, " |> "));
        }
        let (x, y) = (self.expr(a)?, self.expr(b)?);
        let both = |is: fn(&Kind) -> bool| is(&x.info.ty.kind) && is(&y.info.ty.kind);
        if both(Kind::is_text) && op != BinOp::LayerXor {
            return self.put_together(found, &[a, b], at);
        }
        let word = if op == BinOp::LayerAnd { "and" } else { "or" };
        self.fail(match both(|k| *k == Kind::Bool) && op != BinOp::LayerXor {
            true => found.fix(format!("on truth values, write `{word}`"), sign, format!(" {word} ")),
            false => {
                found.help("on truth values, write `and` and `or`; texts are put together in a text: `\"{a}{b}\"`")
            }
        })
    }

    pub(super) fn inside(&mut self, a: &tree::Expr, b: &tree::Expr, at: Span) -> Option<Expr> {
        let x = self.expr(a);
        match &b.kind {
            ExprKind::Range(lo, hi) => {
                let x = x?;
                self.between(x, lo, hi, at)
            }
            ExprKind::List(items) => {
                let x = x?;
                let mut values = Vec::new();
                for item in items {
                    let v = self.expr(item)?;
                    match self.constant_like(&v, &x.info.ty.kind) {
                        Some(v) => values.push(v),
                        None => {
                            let label = format!("a written-out {} is wanted here", type_word(&x.info.ty.kind));
                            let d = clash(item.span, label);
                            let d = self.as_literal(d, &v, &x.info.ty.kind).unwrap_or_else(|d| d);
                            return self.fail(d);
                        }
                    }
                }
                let info = Info::required(Kind::Bool).nullable(x.info.ty.nullable);
                Some(Expr { fails: x.fails, op: Op::OneOf(Box::new(x), values), info, at })
            }
            ExprKind::Broken => None,
            _ => {
                let d = clash(b.span, "a range `1 ..= 50` or a list `[\"A\", \"B\"]` stands behind `in`".into());
                let value = self.expr(b)?;
                self.fail(match self.is_written(&value) {
                    true => {
                        let new = format!("[{}]", self.piece(b.span));
                        d.fix(format!("write `{new}`"), b.span, new)
                    }
                    false => d.help("a list has values that are written out; two values are compared with `==`"),
                })
            }
        }
    }

    /// Whether a value lies between two others, ends included.
    pub(super) fn between(&mut self, x: Expr, lo: &tree::Expr, hi: &tree::Expr, at: Span) -> Option<Expr> {
        let (lo, hi) = (self.expr(lo), self.expr(hi));
        let (lo, hi) = (lo?, hi?);
        for end in [&lo, &hi] {
            if !comparable(&x.info.ty.kind, &end.info.ty.kind) {
                let label = format!("this is {}, and what is compared is {}", end.info.ty, x.info.ty);
                let d = clash(end.at, label);
                // Both ends are probably written alike.
                let d = match [&lo, &hi].map(|e| self.as_literal(d.clone(), e, &x.info.ty.kind).ok()?.help?.edit) {
                    [Some((from, a)), Some((to, b))] => {
                        let new = format!("{a} ..= {b}");
                        d.fix(format!("write `{new}`"), from.to(to), new)
                    }
                    _ => self.as_literal(d, end, &x.info.ty.kind).unwrap_or_else(|d| d),
                };
                return self.fail(d);
            }
        }
        self.right_way_round(&lo, &hi)?;
        let (mut parts, _) = self.align(vec![x, lo, hi])?;
        let (hi, lo, x) = (parts.pop()?, parts.pop()?, parts.pop()?);
        let nullable = [&x, &lo, &hi].iter().any(|e| e.info.ty.nullable);
        let fails = [&x, &lo, &hi].iter().any(|e| e.fails);
        let info = Info::required(Kind::Bool).nullable(nullable);
        if !nullable
            && !fails
            && let (Some((a, b)), Some((l, _)), Some((_, h))) = (x.info.range, lo.info.range, hi.info.range)
        {
            let constant = lo.info.constant.is_some() && hi.info.constant.is_some();
            if constant && (b < l || a > h) {
                return Some(Expr::constant(Value::Bool(false), Kind::Bool, at));
            }
            if constant && a >= l && b <= h {
                return Some(Expr::constant(Value::Bool(true), Kind::Bool, at));
            }
        }
        Some(Expr { op: Op::Between(Box::new(x), Box::new(lo), Box::new(hi)), info, fails, at })
    }

    /// A range that ends before it begins holds nothing.
    pub(super) fn right_way_round(&mut self, lo: &Expr, hi: &Expr) -> Option<()> {
        let (Some(a), Some(b)) = (&lo.info.constant, &hi.info.constant) else { return Some(()) };
        if !self.is_written(lo) || !self.is_written(hi) {
            return Some(());
        }
        let scaled = |v: &Value<'_>, e: &Expr| {
            let s = e.info.ty.kind.scale();
            decimal::rescale(v.num()?, s, s.max(lo.info.ty.kind.scale()).max(hi.info.ty.kind.scale()))
        };
        let turned = match (a, b) {
            (Value::Text(a), Value::Text(b)) => a > b,
            _ => scaled(a, lo).zip(scaled(b, hi)).is_some_and(|(a, b)| a > b),
        };
        if !turned {
            return Some(());
        }
        let new = format!("{} ..= {}", self.piece(hi.at), self.piece(lo.at));
        let span = lo.at.to(hi.at);
        let d = Diagnostic::new(&rules::NEVER, span, "this range ends before it begins, so nothing lies in it");
        self.fail(d.fix(format!("the lesser end stands first: `{new}`"), span, new))
    }

    /// A constant as a value of another type, where it means the same there.
    pub(super) fn constant_like(&mut self, v: &Expr, kind: &Kind) -> Option<Value<'static>> {
        let c = v.info.constant.clone()?;
        if !comparable(kind, &v.info.ty.kind) || c == Value::Null {
            return None;
        }
        match c {
            Value::Num(n) if kind.is_number() && v.info.ty.kind.scale() <= kind.scale() => {
                Some(Value::Num(decimal::rescale(n, v.info.ty.kind.scale(), kind.scale())?))
            }
            Value::Num(_) if kind.is_number() => None,
            c => Some(c),
        }
    }

    pub(super) fn compare(&mut self, cmp: Cmp, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        let (ka, kb) = (&a.info.ty.kind, &b.info.ty.kind);
        if *ka == Kind::Null || *kb == Kind::Null {
            let d = clash(at, "a comparison with null is never true".into());
            let side = if *ka == Kind::Null { &b } else { &a };
            let word = match cmp {
                Cmp::Eq => "is null",
                Cmp::Ne => "is not null",
                _ => return self.fail(d.help("write `is null` or `is not null`")),
            };
            let new = format!("{} {word}", self.piece(side.at));
            return self.fail(d.fix(format!("write `{new}`"), at, new));
        }
        if !comparable(ka, kb) {
            let label = format!("{} and {} cannot be compared", a.info.ty, b.info.ty);
            for (word, other) in [(&a, &b), (&b, &a)] {
                if !self.is_written(word) {
                    continue;
                }
                let d = clash(at, label.clone());
                if other.info.ty.kind == Kind::Bool && matches!(cmp, Cmp::Eq | Cmp::Ne) {
                    let d = self.compared_with_word(d, other, word, cmp == Cmp::Eq, at);
                    return self.fail(d);
                }
                if let Ok(d) = self.as_literal(d, word, &other.info.ty.kind) {
                    return self.fail(d);
                }
            }
            let help = match (ka, kb) {
                (a, b) if a.has_dimension() || b.has_dimension() => {
                    "write lengths and areas with their units: `5nm`, `0.1um2`".to_owned()
                }
                (t, k) if t.is_text() => format!("convert the text first: `{}`", conversion(self.piece(a.at), k)),
                (k, t) if t.is_text() => format!("convert the text first: `{}`", conversion(self.piece(b.at), k)),
                _ => "convert one of them to the type of the other".into(),
            };
            return self.fail(clash(at, label).help(help));
        }
        if *ka == Kind::Bool && !matches!(cmp, Cmp::Eq | Cmp::Ne) {
            return self.fail(clash(at, "truth values have no order".into()));
        }
        let (mut both, _) = self.align(vec![a, b])?;
        let (b, a) = (both.pop()?, both.pop()?);
        let nullable = a.info.ty.nullable || b.info.ty.nullable;
        let fails = a.fails || b.fails;
        if !nullable
            && !fails
            && let Some(known) = decided(cmp, &a.info, &b.info)
        {
            return Some(Expr::constant(Value::Bool(known), Kind::Bool, at));
        }
        let info = Info::required(Kind::Bool).nullable(nullable);
        Some(Expr { op: Op::Compare(cmp, Box::new(a), Box::new(b)), info, fails, at })
    }

    /// Numbers brought to one scale; anything else as it is.
    pub(super) fn align(&mut self, values: Vec<Expr>) -> Option<(Vec<Expr>, u8)> {
        let scale = values.iter().map(|v| v.info.ty.kind.scale()).max().unwrap_or(0);
        let mut out = Vec::new();
        for v in values {
            let by = if v.info.ty.kind.is_number() { scale - v.info.ty.kind.scale() } else { 0 };
            out.push(self.scaled(v, by)?);
        }
        Some((out, scale))
    }

    /// A number with more digits behind its point.
    pub(crate) fn scaled(&mut self, v: Expr, by: u8) -> Option<Expr> {
        if by == 0 {
            return Some(v);
        }
        let at = v.at;
        let s = v.info.ty.kind.scale() + by;
        let unit = decimal::pow10(by);
        let (lo, hi) = v.info.bounds();
        let (Some(lo), Some(hi)) = (lo.checked_mul(unit), hi.checked_mul(unit)) else {
            return self.fail(clash(at, format!("with {s} digits behind the point, this has more than 38 digits")));
        };
        let p = digits(lo, hi).max(s);
        if p > 38 {
            return self.fail(clash(at, format!("with {s} digits behind the point, this has more than 38 digits")));
        }
        let kind = Kind::Decimal { p, s };
        if let Some(Value::Num(n)) = v.info.constant {
            return Some(Expr::constant(Value::Num(n * unit), kind, at));
        }
        let info = Info::number(kind, lo, hi).nullable(v.info.ty.nullable);
        Some(Expr { fails: v.fails, op: Op::Scale(Box::new(v), by), info, at })
    }

    pub(crate) fn arith(&mut self, op: Arith, a: Expr, b: Expr, at: Span) -> Option<Expr> {
        if a.info.ty.kind == Kind::Float64 && b.info.ty.kind == Kind::Float64 {
            let function = match op {
                Arith::Add => "float_add",
                Arith::Sub => "float_subtract",
                _ => "float_multiply",
            };
            return self.apply(function, vec![a, b], at);
        }
        let (float, other) = if a.info.ty.kind == Kind::Float64 { (&a, &b) } else { (&b, &a) };
        if float.info.ty.kind == Kind::Float64 && other.info.ty.kind.is_number() {
            let label = format!("this is {}, and the other side is float64", other.info.ty);
            let help = "convert one of them by its name: `float64(…)`, or `decimal(…, 12, 2)` to compute exactly";
            let d = clash(other.at, label).also(float.at, "the other side").help(help);
            return self.fail(d);
        }
        if op == Arith::Sub && a.info.ty.kind == Kind::Date && b.info.ty.kind == Kind::Date {
            return self.apply("days_between", vec![b, a], at);
        }
        for side in [&a, &b] {
            if !side.info.ty.kind.is_number() {
                let d = clash(side.at, format!("this is {}, and a number is wanted", side.info.ty));
                let other = if std::ptr::eq(side, &a) { &b } else { &a };
                let d = match self.as_literal(d, side, &other.info.ty.kind) {
                    Ok(d) => return self.fail(d),
                    Err(d) => d,
                };
                let d = match &side.info.ty.kind {
                    k if k.is_text() && other.info.ty.kind.is_number() => {
                        let (text, plain) = (self.piece(side.at), |c: char| c.is_alphanumeric() || "_.".contains(c));
                        let simple = text.chars().all(plain);
                        match &other.info.ty.kind {
                            Kind::Decimal { s: 1.., .. } => d.help(format!("convert it: `decimal({text}, 12, 2)`")),
                            _ if simple => {
                                let new = format!("int64({text})");
                                let help = format!("convert it: `{new}`, or `decimal({text}, 12, 2)` where it has a fraction");
                                d.fix(help, side.at, new)
                            }
                            _ => d.help(format!("convert it: `int64({text})`")),
                        }
                    }
                    k if k.is_text() && op == Arith::Add => d.help("texts are put together in a text: `\"{a} {b}\"`"),
                    k if k.is_text() => d.help("convert the text first: `int64(…)`, `decimal(…, 12, 2)`"),
                    Kind::Record(_) => d.help(format!("name one of its columns: `{}.column`", self.piece(side.at))),
                    Kind::Date => d.help("write what is added with its unit, `day + 30 days`, `add_days(day, n)`; or subtract two days"),
                    Kind::Timestamp | Kind::TimestampTz => {
                        d.help("write what is added with its unit: `moment + 90 minutes`; a difference is `seconds_between(from, to)`")
                    }
                    _ => d,
                };
                return self.fail(d);
            }
        }
        let (a, b, s) = match op {
            Arith::Add | Arith::Sub => {
                let (mut both, s) = self.align(vec![a, b])?;
                let b = both.pop()?;
                (both.pop()?, b, s)
            }
            _ => {
                let s = a.info.ty.kind.scale() + b.info.ty.kind.scale();
                (a, b, s)
            }
        };
        let ((al, ah), (bl, bh)) = (a.info.bounds(), b.info.bounds());
        let ends: [Option<i128>; 4] = match op {
            Arith::Add => [al.checked_add(bl), ah.checked_add(bh), None, None],
            Arith::Sub => [al.checked_sub(bh), ah.checked_sub(bl), None, None],
            Arith::Mul => [al.checked_mul(bl), al.checked_mul(bh), ah.checked_mul(bl), ah.checked_mul(bh)],
            Arith::FloorDiv => [al.checked_div_euclid(bl), ah.checked_div_euclid(bl), None, None],
        };
        let n = if op == Arith::Mul { 4 } else { 2 };
        let exact: Option<Vec<i128>> = ends[..n].iter().copied().collect();
        let exact = exact.and_then(|e| Some((*e.iter().min()?, *e.iter().max()?)));
        let whole = a.info.ty.kind.scale() == 0 && b.info.ty.kind.scale() == 0;
        let ints = a.info.ty.kind.is_int() && b.info.ty.kind.is_int();
        let kind = if ints {
            Kind::Int64
        } else {
            let p = exact.map_or(38, |(lo, hi)| digits(lo, hi)).max(s).max(1);
            if s > 38 {
                return self
                    .fail(clash(at, format!("this has {s} digits behind the point, and a decimal has 38 at most")));
            }
            Kind::Decimal { p: p.min(38), s }
        };
        debug_assert!(!whole || s == 0);
        let (least, most) = kind.bounds()?;
        let overflows = exact.is_none_or(|(lo, hi)| lo < least || hi > most);
        let (lo, hi) = exact.map_or((least, most), |(lo, hi)| (lo.clamp(least, most), hi.clamp(least, most)));
        if let (Some(Value::Num(x)), Some(Value::Num(y)), false) = (&a.info.constant, &b.info.constant, overflows) {
            let n = match op {
                Arith::Add => x + y,
                Arith::Sub => x - y,
                Arith::Mul => x * y,
                Arith::FloorDiv => x.div_euclid(*y),
            };
            return Some(Expr::constant(Value::Num(n), kind, at));
        }
        let nullable = a.info.ty.nullable || b.info.ty.nullable;
        let fails = a.fails || b.fails || overflows;
        let info = Info::number(kind, lo, hi).nullable(nullable);
        Some(Expr { op: Op::Arith(op, Box::new(a), Box::new(b)), info, fails, at })
    }
}

/// The comparison that an operator is.
pub(super) fn cmp_of(op: BinOp) -> Cmp {
    match op {
        BinOp::Eq => Cmp::Eq,
        BinOp::Ne => Cmp::Ne,
        BinOp::Lt => Cmp::Lt,
        BinOp::Le => Cmp::Le,
        BinOp::Gt => Cmp::Gt,
        _ => Cmp::Ge,
    }
}

/// How a text is converted to a type.
pub(super) fn conversion(text: &str, kind: &Kind) -> String {
    let text = if text.contains('\n') || text.len() > 40 { "…" } else { text };
    match kind {
        Kind::Decimal { p, s } => format!("decimal({text}, {p}, {s})"),
        Kind::Date => format!("date({text}, \"%d.%m.%Y\")"),
        kind => format!("{}({text})", type_word(kind)),
    }
}

/// Whether two kinds can be compared.
pub(super) fn comparable(a: &Kind, b: &Kind) -> bool {
    match (a, b) {
        (a, b) if a.is_text() && b.is_text() => true,
        (a, b) if a.has_dimension() || b.has_dimension() => a == b,
        (a, b) if a.is_number() && b.is_number() => true,
        (Kind::Bytes(_), Kind::Bytes(_)) => true,
        (Kind::Record(_) | Kind::Null | Kind::Json, _) => false,
        (a, b) => a == b,
    }
}

/// What a comparison always gives, where ranges and sets tell.
pub(super) fn decided(cmp: Cmp, a: &Info, b: &Info) -> Option<bool> {
    if let (Some(set), Some(Value::Text(t)), Cmp::Eq | Cmp::Ne) = (&a.set, &b.constant, cmp) {
        let only = set.len() == 1 && set[0] == *t;
        let never = !set.iter().any(|s| s == t);
        return if only || never { Some(only == (cmp == Cmp::Eq)) } else { None };
    }
    let ((al, ah), (bl, bh)) = (a.range?, b.range?);
    let known = |cmp: Cmp| match cmp {
        Cmp::Lt if ah < bl => Some(true),
        Cmp::Lt if al >= bh => Some(false),
        Cmp::Le if ah <= bl => Some(true),
        Cmp::Le if al > bh => Some(false),
        Cmp::Eq if ah < bl || al > bh => Some(false),
        Cmp::Eq if al == ah && bl == bh && al == bl => Some(true),
        _ => None,
    };
    match cmp {
        Cmp::Gt => decided_by(ah, al, bh, bl, false),
        Cmp::Ge => decided_by(ah, al, bh, bl, true),
        Cmp::Ne => known(Cmp::Eq).map(|k| !k),
        cmp => known(cmp),
    }
}

/// `a > b` (or `>=`) from their ends.
pub(super) fn decided_by(ah: i128, al: i128, bh: i128, bl: i128, or_equal: bool) -> Option<bool> {
    let above = if or_equal { al >= bh } else { al > bh };
    let below = if or_equal { ah < bl } else { ah <= bl };
    if above {
        Some(true)
    } else if below {
        Some(false)
    } else {
        None
    }
}
