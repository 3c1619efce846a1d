//! Expressions: pest gives operands and operators in a flat list, precedence is climbed here. Not with pest's own Pratt
//! parser, which has no guard against deep recursion.

use std::iter::Peekable;
use std::vec::IntoIter;

use pest::iterators::Pair;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::span::Span;
use crate::tree::{Arg, Arm, BinOp, Expr, ExprKind, Name, Tail, TailKind, UnOp};

/// An operator of the flat list.
#[derive(Clone, Copy)]
enum Infix {
    Op(BinOp),
    Not(BinOp),
    Range,
    Pipe,
    /// `is null`, with whether it is `is not null`; has no right side.
    Null(bool),
}

enum Flat {
    Prefix(UnOp, Span),
    Operand(Expr),
    Infix(Infix, Span),
}

const COMPARISON: u8 = 4;

impl Infix {
    /// How tightly it binds.
    fn level(self) -> u8 {
        match self {
            Infix::Op(op) | Infix::Not(op) => match op {
                BinOp::Or | BinOp::Bars => 1,
                BinOp::And => 2,
                BinOp::Coalesce => 6,
                BinOp::LayerOr | BinOp::LayerXor => 8,
                BinOp::LayerAnd => 9,
                BinOp::Add | BinOp::Sub => 10,
                BinOp::Mul | BinOp::Div => 11,
                BinOp::AtZone => 13,
                BinOp::By => 13,
                _ => COMPARISON,
            },
            Infix::Null(_) => COMPARISON,
            Infix::Range => 5,
            Infix::Pipe => 7,
        }
    }
}

type Tokens = Peekable<IntoIter<Flat>>;

impl<'t> Parser<'t> {
    /// The expression of a pair of the rule `expr`.
    pub(super) fn expr(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let whole = self.span(&pair);
        let mut flat = Vec::new();
        for part in pair.into_inner() {
            let span = self.span(&part);
            flat.push(match part.as_rule() {
                Rule::prefix if part.as_str() == "-" => Flat::Prefix(UnOp::Neg, span),
                Rule::prefix => Flat::Prefix(UnOp::Not, span),
                Rule::is_null => Flat::Infix(Infix::Null(part.as_str().contains("not")), span),
                Rule::infix => Flat::Infix(self.infix(part.as_str(), span), span),
                _ => Flat::Operand(self.operand(part)),
            });
        }
        self.climb(&mut flat.into_iter().peekable(), 0, whole)
    }

    fn infix(&mut self, text: &str, span: Span) -> Infix {
        let mut foreign = |ours: &str, label: &str| {
            self.found.push(Diagnostic::new(&rules::FOREIGN_SIGN, span, label.to_string()).fix(
                format!("write `{ours}`"),
                span,
                ours,
            ));
        };
        if let Some(word) = text.strip_prefix("not").filter(|t| t.starts_with([' ', '\t', '\r', '\n'])) {
            return match word.trim() {
                "like" => Infix::Not(BinOp::Like),
                "matches" => Infix::Not(BinOp::Matches),
                "in" => Infix::Not(BinOp::In),
                _ => Infix::Op(BinOp::And),
            };
        }
        if text.starts_with("at") {
            return Infix::Op(BinOp::AtZone);
        }
        Infix::Op(match text {
            "or" => BinOp::Or,
            "and" => BinOp::And,
            "in" => BinOp::In,
            "like" => BinOp::Like,
            "matches" => BinOp::Matches,
            "==" => BinOp::Eq,
            "!=" => BinOp::Ne,
            "<" => BinOp::Lt,
            "<=" => BinOp::Le,
            ">" => BinOp::Gt,
            ">=" => BinOp::Ge,
            "??" => BinOp::Coalesce,
            "+" => BinOp::Add,
            "-" => BinOp::Sub,
            "*" => BinOp::Mul,
            "/" => BinOp::Div,
            "|" => BinOp::LayerOr,
            "^" => BinOp::LayerXor,
            "&" => BinOp::LayerAnd,
            "|>" => return Infix::Pipe,
            "..=" => return Infix::Range,
            ".." => {
                foreign("..=", "a range includes its end");
                return Infix::Range;
            }
            "inside" => BinOp::Inside,
            "outside" => BinOp::Outside,
            "touching" => BinOp::Touching,
            "covering" => BinOp::Covering,
            "x" => BinOp::By,
            "<>" => {
                foreign("!=", "`<>` is written `!=`");
                BinOp::Ne
            }
            "&&" => {
                foreign("and", "`&&` is written `and`");
                BinOp::And
            }
            "||" => BinOp::Bars,
            _ => {
                foreign("==", "`=` assigns; two values are compared with `==`");
                BinOp::Eq
            }
        })
    }

    fn climb(&mut self, tokens: &mut Tokens, least: u8, whole: Span) -> Expr {
        let mut left = match tokens.next() {
            Some(Flat::Operand(expr)) => expr,
            Some(Flat::Prefix(op, span)) => {
                let level = if op == UnOp::Not { 3 } else { 12 };
                let inner = self.climb(tokens, level, whole);
                Expr { span: span.to(inner.span), kind: ExprKind::Unary(op, Box::new(inner)) }
            }
            _ => Expr { kind: ExprKind::Broken, span: whole },
        };
        let mut compared: Option<Span> = None;
        while let Some(Flat::Infix(infix, span)) = tokens.peek() {
            let (infix, span) = (*infix, *span);
            let level = infix.level();
            if level < least {
                break;
            }
            tokens.next();
            if level == COMPARISON {
                if let Some(first) = compared {
                    self.found.push(
                        Diagnostic::new(&rules::CHAINED, span, "comparisons do not chain")
                            .also(first, "the first comparison")
                            .help("write `a < b and b < c`, or `b in a ..= c`"),
                    );
                }
                compared = Some(span);
            }
            if let Infix::Null(negated) = infix {
                left = Expr { span: left.span.to(span), kind: ExprKind::IsNull(Box::new(left), negated) };
                continue;
            }
            let right = self.climb(tokens, level + 1, whole);
            left = self.join(infix, left, right, span);
        }
        left
    }

    fn join(&mut self, infix: Infix, left: Expr, right: Expr, sign: Span) -> Expr {
        let span = left.span.to(right.span);
        let (l, r) = (left, right);
        let kind =
            match infix {
                Infix::Pipe => {
                    if !matches!(r.kind, ExprKind::Name(_) | ExprKind::Call(..) | ExprKind::Broken) {
                        self.found.push(Diagnostic::new(&rules::PIPE, r.span, "behind `|>` stands a function").help(
                            "write `x |> trim` or `x |> left(3)`; put the pipe in parentheses to go on computing",
                        ));
                        return Expr { kind: ExprKind::Broken, span };
                    }
                    ExprKind::Pipe(Box::new(l), Box::new(r))
                }
                Infix::Range => ExprKind::Range(Box::new(l), Box::new(r)),
                Infix::Not(op) => {
                    let inner = Expr { kind: ExprKind::Binary(op, Box::new(l), Box::new(r)), span };
                    ExprKind::Unary(UnOp::Not, Box::new(inner))
                }
                Infix::Op(BinOp::Bars) if is_condition(&l) || is_condition(&r) => {
                    self.found.push(Diagnostic::new(&rules::FOREIGN_SIGN, sign, "`||` is written `or`").fix(
                        "write `or`",
                        sign,
                        "or",
                    ));
                    ExprKind::Binary(BinOp::Or, Box::new(l), Box::new(r))
                }
                Infix::Op(op) => {
                    if matches!(op, BinOp::LayerOr | BinOp::LayerXor | BinOp::LayerAnd) {
                        self.unmixed(&l);
                        self.unmixed(&r);
                    }
                    ExprKind::Binary(op, Box::new(l), Box::new(r))
                }
                Infix::Null(negated) => ExprKind::IsNull(Box::new(l), negated),
            };
        Expr { kind, span }
    }

    /// `a & b - c`: half of the readers take it one way, half the other.
    fn unmixed(&mut self, side: &Expr) {
        if matches!(side.kind, ExprKind::Binary(BinOp::Sub, ..)) && !self.parens.contains(&side.span) {
            let text = self.source.get(side.span.range()).unwrap_or("");
            self.found.push(
                Diagnostic::new(&rules::MIXED_LAYERS, side.span, "`-` mixed with `&`, `|` or `^` needs parentheses")
                    .fix("say what is taken first", side.span, format!("({text})")),
            );
        }
    }

    pub(super) fn operand(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(first) = parts.next() else { return Expr { kind: ExprKind::Broken, span } };
        let mut expr = self.primary(first);
        for part in parts {
            let span = expr.span.to(self.span(&part));
            if part.as_rule() == Rule::kw_scaled {
                expr = Expr { kind: ExprKind::Scaled(Box::new(expr)), span };
                continue;
            }
            let indexed = part.as_rule() == Rule::index;
            let mut inner = part.into_inner();
            let kind = if indexed {
                let args = inner.find(|p| p.as_rule() == Rule::args).map_or(Vec::new(), |p| self.args(p));
                ExprKind::Index(Box::new(expr), args)
            } else {
                match inner.find(|p| p.as_rule() == Rule::name) {
                    Some(name) => ExprKind::Member(Box::new(expr), self.name(&name)),
                    None => ExprKind::Broken,
                }
            };
            expr = Expr { kind, span };
        }
        expr
    }

    pub(super) fn primary(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let span = self.span(&pair);
        let start = self.byte_of(pair.as_span().start());
        let kind = match pair.as_rule() {
            Rule::kw_null => ExprKind::Null,
            Rule::kw_true => ExprKind::Bool(true),
            Rule::kw_false => ExprKind::Bool(false),
            Rule::number => self.number(span, pair.as_str()),
            Rule::string => ExprKind::Text(self.string(start, pair.as_str())),
            Rule::name_or_call => {
                let is_call = pair.as_str().trim_end().ends_with(')');
                let (mut name, mut args) = (None, Vec::new());
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::name => name = Some(self.name(&part)),
                        Rule::args => args = self.args(part),
                        _ => {}
                    }
                }
                match name {
                    Some(name) if is_call => ExprKind::Call(name, args),
                    Some(name) => ExprKind::Name(name),
                    None => ExprKind::Broken,
                }
            }
            Rule::list => {
                let items = pair.into_inner().filter(|p| p.as_rule() == Rule::expr).collect::<Vec<_>>();
                ExprKind::List(items.into_iter().map(|p| self.expr(p)).collect())
            }
            Rule::paren => {
                let inner = self.with_tail(pair);
                self.parens.push(span);
                return Expr { kind: inner.kind, span };
            }
            Rule::match_expr => self.match_expr(pair),
            Rule::cells_of | Rule::nothing => {
                let cells = pair.as_rule() == Rule::cells_of;
                match pair.into_inner().find(|p| p.as_rule() == Rule::string) {
                    Some(text) => {
                        let text = self.string(self.byte_of(text.as_span().start()), text.as_str());
                        if cells { ExprKind::Cells(text) } else { ExprKind::Nothing(text) }
                    }
                    None => ExprKind::Broken,
                }
            }
            Rule::grow => {
                let word = Span { start: span.start, end: span.start + 4 };
                let mut args = Vec::new();
                for part in pair.into_inner() {
                    let value = match part.as_rule() {
                        Rule::expr => self.expr(part),
                        Rule::operand => self.operand(part),
                        _ => continue,
                    };
                    args.push(Arg { name: None, value });
                }
                ExprKind::Call(Name { text: "grow to array".to_string(), span: word }, args)
            }
            _ => ExprKind::Broken,
        };
        Expr { kind, span }
    }

    /// An expression that may have an `else` inside its brackets.
    fn with_tail(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let span = self.span(&pair);
        let (mut expr, mut tail) = (Expr { kind: ExprKind::Broken, span }, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => expr = self.expr(part),
                Rule::selection => expr = self.selection(expr, part),
                Rule::line_number => {
                    let number = part.into_inner().find(|p| p.as_rule() == Rule::number);
                    let number = number.map_or(String::new(), |p| p.as_str().replace('_', ""));
                    expr.kind = ExprKind::Quantity(number, "line".to_string());
                }
                Rule::tail => tail = Some(self.tail(part)),
                _ => {}
            }
        }
        match tail {
            Some(tail) => Expr { span: expr.span.to(tail.span), kind: ExprKind::Else(Box::new(expr), tail) },
            None => expr,
        }
    }

    /// Arguments of a call, an index or a format.
    pub(super) fn args(&mut self, pair: Pair<'t, Rule>) -> Vec<Arg> {
        // What these count is a condition.
        let start = self.byte_of(pair.as_span().start());
        let before = self.source.get(..start).unwrap_or("").trim_end();
        let counts = ["count(", "share("].iter().any(|w| before.ends_with(w));
        let mut out = Vec::new();
        for arg in pair.into_inner().filter(|p| p.as_rule() == Rule::arg) {
            let name = arg.clone().into_inner().find(|p| p.as_rule() == Rule::arg_name);
            let name = name.and_then(|p| p.into_inner().next()).map(|p| self.name(&p));
            let mut arg = Arg { name, value: self.with_tail(arg) };
            if !counts {
                self.named_by_assignment(&mut arg);
            }
            out.push(arg);
        }
        out
    }

    /// `delimiter = "|"` between brackets is an argument with its name.
    fn named_by_assignment(&mut self, arg: &mut Arg) {
        let ExprKind::Binary(BinOp::Eq, left, right) = &arg.value.kind else { return };
        let ExprKind::Name(name) = &left.kind else { return };
        let gap = Span { start: left.span.end, end: right.span.start };
        let sign = |d: &Diagnostic| d.rule.code == rules::FOREIGN_SIGN.code && gap.holds(d.span);
        let Some(at) = self.found.iter().rposition(sign).filter(|_| arg.name.is_none()) else { return };
        if self.source.get(gap.range()).is_none_or(|text| text.trim() != "=") {
            return;
        }
        let sign = self.found.remove(at).span;
        let label = "the value of an argument stands behind `:`";
        self.found.push(Diagnostic::new(&rules::FOREIGN_SIGN, sign, label).fix("write `:`", gap, ": "));
        *arg = Arg { name: Some(name.clone()), value: (**right).clone() };
    }

    fn match_expr(&mut self, pair: Pair<'t, Rule>) -> ExprKind {
        let (mut subject, mut arms) = (None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => subject = Some(Box::new(self.expr(part))),
                Rule::if_arms | Rule::of_arms => arms = self.arms(part),
                _ => {}
            }
        }
        ExprKind::Match(subject, arms)
    }

    fn arms(&mut self, pair: Pair<'t, Rule>) -> Vec<Arm> {
        let mut arms: Vec<Arm> = Vec::new();
        let mut separated = true;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::comma => separated = true,
                Rule::if_arm | Rule::of_arm => {
                    let arm = self.arm(part);
                    if let Some(last) = arms.last().filter(|_| !separated) {
                        let between = Span { start: last.span.end, end: arm.span.start };
                        if !self.source.get(between.range()).unwrap_or("").contains('\n') {
                            let here = Span { start: between.start, end: between.start };
                            self.found.push(
                                Diagnostic::new(
                                    &rules::NO_SEPARATOR,
                                    arm.span,
                                    "expected a comma or a new line before this arm",
                                )
                                .fix("put a comma between the two", here, ","),
                            );
                        }
                    }
                    separated = false;
                    arms.push(arm);
                }
                _ => {}
            }
        }
        arms
    }

    fn arm(&mut self, pair: Pair<'t, Rule>) -> Arm {
        let span = self.span(&pair);
        let mut tests = Vec::new();
        let mut value = None;
        let mut past_arrow = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::fat_arrow => past_arrow = true,
                Rule::expr if past_arrow => value = Some(self.expr(part)),
                Rule::expr => tests.push(self.expr(part)),
                Rule::pattern => {
                    for side in part.into_inner().filter(|p| p.as_rule() == Rule::pattern_side) {
                        tests.push(self.pattern(side));
                    }
                }
                _ => {}
            }
        }
        // `_ => …` and `default => …`
        if let [Expr { kind: ExprKind::Name(name), span }] = tests.as_slice()
            && ["_", "default", "otherwise"].contains(&name.text.as_str())
        {
            let label = "what is left over is the `else` of a `match`";
            self.found.push(Diagnostic::new(&rules::SYNTAX, *span, label).fix("write `else`", *span, "else"));
            tests.clear();
        }
        Arm { tests, value: value.unwrap_or(Expr { kind: ExprKind::Broken, span }), span }
    }

    fn pattern(&mut self, pair: Pair<'t, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut sides = Vec::new();
        for side in pair.into_inner().filter(|p| p.as_rule() == Rule::pattern_value) {
            sides.push(self.expr(side));
        }
        let mut sides = sides.into_iter();
        match (sides.next(), sides.next()) {
            (Some(from), Some(to)) => Expr { kind: ExprKind::Range(Box::new(from), Box::new(to)), span },
            (Some(value), None) => value,
            _ => Expr { kind: ExprKind::Broken, span },
        }
    }

    /// The `else …` of a pair of the rule `tail`.
    pub(super) fn tail(&mut self, pair: Pair<'t, Rule>) -> Tail {
        let span = self.span(&pair);
        let (mut kind, mut warn) = (TailKind::Broken, None);
        for part in pair.into_inner() {
            let rule = part.as_rule();
            if rule == Rule::expr {
                kind = TailKind::Value(Box::new(self.expr(part)));
                continue;
            }
            let (mut name, mut text, mut inner_warn) = (None, None, None);
            for inner in part.into_inner() {
                let start = self.byte_of(inner.as_span().start());
                match inner.as_rule() {
                    Rule::name => name = Some(self.name(&inner)),
                    Rule::string => text = Some(self.string(start, inner.as_str())),
                    Rule::tail_warn => {
                        let found = inner.into_inner().find(|p| p.as_rule() == Rule::string);
                        inner_warn = found.map(|p| self.string(self.byte_of(p.as_span().start()), p.as_str()));
                    }
                    _ => {}
                }
            }
            match (rule, name, text) {
                (Rule::tail_reject, Some(code), message) => {
                    (kind, warn) = (TailKind::Reject { code, message }, inner_warn);
                }
                (Rule::tail_drop, Some(reason), why) => (kind, warn) = (TailKind::Drop { reason, why }, inner_warn),
                (Rule::tail_abort, _, text) => kind = TailKind::Abort(text),
                (Rule::tail_warn, _, Some(text)) => match kind {
                    TailKind::Broken => kind = TailKind::Warn(text),
                    _ => warn = Some(text),
                },
                _ => {}
            }
        }
        Tail { kind, warn, span }
    }
}

/// Whether a value is certainly a truth value.
fn is_condition(expr: &Expr) -> bool {
    use BinOp::{And, Eq, Ge, Gt, In, Le, Like, Lt, Matches, Ne, Or};
    match &expr.kind {
        ExprKind::Bool(_) | ExprKind::IsNull(..) | ExprKind::Unary(UnOp::Not, _) => true,
        ExprKind::Binary(op, ..) => matches!(op, And | Or | Eq | Ne | Lt | Le | Gt | Ge | In | Like | Matches),
        _ => false,
    }
}
