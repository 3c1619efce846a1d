//! Statements of a map.

use std::ops::Range;

use pest::iterators::Pair;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::span::Span;
use crate::splitter::{self, Block};
use crate::tree::{Arrow, BinOp, Explode, Expr, ExprKind, Name, Stmt, StringLit, Tail};

/// What pest found of a statement, by kind.
#[derive(Default)]
struct Found {
    names: Vec<Name>,
    excepted: Vec<Name>,
    expr: Option<Expr>,
    tail: Option<Tail>,
    text: Option<StringLit>,
    number: Option<(String, Span)>,
    all: bool,
}

impl<'t> Parser<'t> {
    /// The statement that these tokens are; a `where` joins the filter of the map instead.
    pub(super) fn statement(&mut self, range: Range<usize>, filter: &mut Option<Expr>) -> Option<Stmt> {
        let span = self.span_of(range.clone());
        let assigns = self.lexed.is_name(range.start)
            && ["=", "==", "=>", ":="].iter().any(|op| self.lexed.is_op(range.start + 1, op));
        let word = if assigns { "=" } else { self.lexed.word(range.start) };
        if let Some(what) = self.later_statement(word, range.clone()) {
            let later = self.later(what, span);
            return Some(Stmt::Later(later));
        }
        if word == "->" {
            return Some(self.arrow(range, span));
        }
        let entry = match entry_of(word) {
            Some(Rule::scale_stmt) => return Some(self.scale(range, span)),
            Some(Rule::every) => {
                return Some(self.read(Rule::every, range).map_or(Stmt::Broken(span), |_| Stmt::Every(span)));
            }
            Some(Rule::cells_head) => return Some(self.cells(range, span)),
            Some(Rule::explode_stmt) => return Some(self.explode(range, span)),
            Some(entry) => entry,
            None => return self.meant(word, range, span, filter),
        };
        if matches!(entry, Rule::assign_stmt | Rule::let_stmt)
            && let Some(what) = self.later_expression(range.clone())
        {
            self.later(what, span);
            return Some(self.salvage(entry, range, span));
        }
        self.read_as(entry, range, span, filter)
    }

    /// A statement that starts with no word of the language: with what is offered for it, it is read on.
    fn meant(&mut self, word: &str, range: Range<usize>, span: Span, filter: &mut Option<Expr>) -> Option<Stmt> {
        let unknown = self.unknown_statement(range.clone());
        let edit = unknown.as_ref().and_then(|d| d.help.as_ref()?.edit.clone());
        self.found.extend(unknown);
        // `var x = 1` and `set x = 1` have a word too many, or a wrong one.
        let named =
            matches!(word, "var" | "const" | "val" | "set") && splitter::begins_assignment(self.lexed, range.start + 1);
        if named {
            return Some(match self.statement(range.start + 1..range.end, filter) {
                Some(stmt) if word == "set" => stmt,
                Some(Stmt::Assign { column, value, tail, .. }) => Stmt::Let { name: column, value, tail, span },
                _ => Stmt::Broken(span),
            });
        }
        let changed = edit.as_ref().and_then(|edit| self.with_change(span, edit));
        let Some((text, _)) = changed else { return Some(Stmt::Broken(span)) };
        let first = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
        self.pending = edit;
        let stmt = match entry_of(first) {
            _ if text.starts_with("->") => Some(self.arrow(range, span)),
            Some(Rule::explode_stmt) => Some(self.explode(range, span)),
            Some(entry) => self.read_as(entry, range, span, filter),
            None => self.read_as(Rule::assign_stmt, range, span, filter),
        };
        self.pending = None;
        stmt
    }

    /// Reads a statement whose kind is known.
    fn read_as(&mut self, entry: Rule, range: Range<usize>, span: Span, filter: &mut Option<Expr>) -> Option<Stmt> {
        let Some(pairs) = self.read(entry, range.clone()) else {
            return Some(self.salvage(entry, range, span));
        };
        let mut found = Found::default();
        for pair in pairs {
            self.part(pair, &mut found);
        }
        if entry == Rule::where_stmt {
            if let Some(cond) = found.expr {
                *filter = Some(match filter.take() {
                    Some(first) => Expr {
                        span: first.span.to(cond.span),
                        kind: ExprKind::Binary(BinOp::And, Box::new(first), Box::new(cond)),
                    },
                    None => cond,
                });
            }
            return None;
        }
        Some(self.build(entry, found, span).unwrap_or(Stmt::Broken(span)))
    }

    /// `explode list as item [where cond] [else …]`
    fn explode(&mut self, range: Range<usize>, span: Span) -> Stmt {
        let (mut names, mut filter, mut otherwise) = (Vec::new(), None, None);
        for part in self.read_front(Rule::explode_stmt, range, 4).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => names.push(self.name(&part)),
                Rule::expr => filter = Some(self.expr(part)),
                Rule::tail => otherwise = Some(self.tail(part)),
                _ => {}
            }
        }
        let mut names = names.into_iter();
        match (names.next(), names.next()) {
            (Some(list), Some(item)) => Stmt::Explode(Explode { list, item, filter, otherwise, span }),
            _ => Stmt::Broken(span),
        }
    }

    /// `-> target when cond { … }`, with the `else` of the arrows behind the last one.
    fn arrow(&mut self, range: Range<usize>, span: Span) -> Stmt {
        let (open, after) = self.block(&range);
        let Some(open) = open else {
            let here = Span { start: span.end, end: span.end };
            let label = "expected `{` and the assignments of this arrow, found the end of the statement";
            self.found.push(Diagnostic::new(&rules::SYNTAX, here, label));
            return Stmt::Broken(span);
        };
        let head = self.span_of(range.start..open);
        let (mut target, mut when, mut otherwise) = (None, None, None);
        let before = self.found.len();
        for part in self.read_front(Rule::arrow_head, range.start..open, 2).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => target = Some(self.name(&part)),
                Rule::expr => when = Some(self.expr(part)),
                _ => {}
            }
        }
        if self.found.len() > before && when.is_none() && open > range.start + 2 {
            when = Some(Expr { kind: ExprKind::Broken, span: head });
        }
        let end = self.lexed.partners.get(open).map_or(open, |p| p.end).min(range.end);
        let cuts = splitter::cut(self.lexed, open + 1..end, Block::Map, &mut self.found);
        let (mut stmts, mut filter) = (Vec::new(), None);
        for cut in cuts {
            stmts.extend(self.statement(cut, &mut filter));
        }
        if let Some(filter) = filter {
            self.found.push(
                Diagnostic::new(&rules::SYNTAX, filter.span, "a `where` belongs to the head of the map")
                    .help("the condition of an arrow is its `when`"),
            );
        }
        if after < range.end {
            for part in self.read(Rule::arrow_else, after..range.end).into_iter().flatten() {
                if part.as_rule() == Rule::tail {
                    otherwise = Some(self.tail(part));
                }
            }
        }
        match target {
            Some(target) => Stmt::Arrow(Arrow { target, when, stmts, otherwise, head, span }),
            None => Stmt::Broken(span),
        }
    }

    fn part(&mut self, pair: Pair<'t, Rule>, found: &mut Found) {
        let start = self.byte_of(pair.as_span().start());
        match pair.as_rule() {
            Rule::name => found.names.push(self.name(&pair)),
            Rule::names if found.all => found.excepted = self.names(pair),
            Rule::names => found.names = self.names(pair),
            Rule::star => found.all = true,
            Rule::assign => self.assign_sign(&pair),
            Rule::expr => found.expr = Some(self.expr(pair)),
            Rule::selection => found.expr = found.expr.take().map(|of| self.selection(of, pair)),
            Rule::text_record => found.expr = found.expr.take().map(|of| self.text_record(of, pair)),
            Rule::tail => found.tail = Some(self.tail(pair)),
            Rule::string => found.text = Some(self.string(start, pair.as_str())),
            Rule::number => found.number = Some((pair.as_str().replace('_', ""), self.span(&pair))),
            _ => {}
        }
    }

    fn build(&mut self, entry: Rule, found: Found, span: Span) -> Option<Stmt> {
        let Found { names, excepted, expr, tail, text, number, all } = found;
        if entry == Rule::copy_stmt {
            return Some(Stmt::Copy { names, all, except: excepted, span });
        }
        if entry == Rule::snap_stmt {
            let variants = match number {
                Some((text, at)) => match text.parse::<i64>() {
                    Ok(n) => Some((n, at)),
                    Err(_) => {
                        let label = format!("expected a whole number of variants, found `{text}`");
                        self.found.push(Diagnostic::new(&rules::SYNTAX, at, label));
                        return None;
                    }
                },
                None => None,
            };
            return Some(Stmt::Snap { variants, span });
        }
        let value = expr?;
        let mut names = names.into_iter();
        Some(match entry {
            Rule::check_stmt => Stmt::Check { cond: value, tail, span },
            Rule::clean_stmt => match innermost(&value) {
                Some(column) => Stmt::Clean { column, value, tail, span },
                None => {
                    self.no_pipe(&value);
                    Stmt::Broken(span)
                }
            },
            Rule::let_stmt => Stmt::Let { name: names.next()?, value, tail, span },
            Rule::assign_stmt => Stmt::Assign { column: names.next()?, value, tail, span },
            Rule::drop_stmt => Stmt::DropIf { cond: value, reason: names.next()?, why: text, span },
            Rule::reject_stmt => Stmt::RejectIf { cond: value, code: names.next()?, message: text, span },
            _ => Stmt::Broken(span),
        })
    }

    /// A `clean` that is no pipe.
    fn no_pipe(&mut self, value: &Expr) {
        let label = "expected a column's name and a pipe after `clean`";
        let mut found = Diagnostic::new(&rules::SYNTAX, value.span, label).help("write: clean name |> trim |> upper");
        if let ExprKind::Binary(BinOp::Eq, column, to) = &value.kind
            && let ExprKind::Name(column) = &column.kind
        {
            // The `=` of an assignment was taken for a comparison.
            self.found.retain(|d| d.rule.code != rules::FOREIGN_SIGN.code || !value.span.holds(d.span));
            if let ExprKind::Call(function, args) = &to.kind
                && let [first, rest @ ..] = args.as_slice()
                && matches!(&first.value.kind, ExprKind::Name(n) if n.text == column.text)
            {
                let source = |span: Span| self.source.get(span.range()).unwrap_or_default();
                let rest: Vec<&str> = rest.iter().map(|a| source(a.value.span)).collect();
                let rest = if rest.is_empty() { String::new() } else { format!("({})", rest.join(", ")) };
                let piped = format!("{} |> {}{rest}", source(column.span), function.text);
                found = found.fix(format!("write `clean {piped}`"), value.span, piped);
            }
        }
        self.found.push(found);
    }

    /// What was given a name keeps it, so that its uses are not reported as well.
    fn salvage(&mut self, entry: Rule, range: Range<usize>, span: Span) -> Stmt {
        let value = Expr { kind: ExprKind::Broken, span };
        let second = range.start + 1 < range.end;
        match entry {
            Rule::let_stmt if second => match self.token_name(range.start + 1) {
                Some(name) => Stmt::Let { name, value, tail: None, span },
                None => Stmt::Broken(span),
            },
            Rule::assign_stmt => match self.token_name(range.start) {
                Some(column) => Stmt::Assign { column, value, tail: None, span },
                None => Stmt::Broken(span),
            },
            Rule::copy_stmt => {
                let listed = |at: &usize| self.lexed.is_word(at - 1, "copy") || self.lexed.is_op(at - 1, ",");
                let names = (range.start + 1..range.end).filter(listed).filter_map(|at| self.token_name(at)).collect();
                let all = self.lexed.is_op(range.start + 1, "*");
                Stmt::Copy { names, all, except: Vec::new(), span }
            }
            _ => Stmt::Broken(span),
        }
    }

    /// `==` and `=>` where `=` assigns.
    pub(super) fn assign_sign(&mut self, pair: &Pair<'t, Rule>) {
        let text = pair.as_str();
        if text != "=" {
            let span = self.span(pair);
            self.found.push(Diagnostic::new(&rules::FOREIGN_SIGN, span, format!("`{text}` does not assign")).fix(
                "write `=`",
                span,
                "=",
            ));
        }
    }
}

/// The kind of a statement by its first word.
fn entry_of(word: &str) -> Option<Rule> {
    Some(match word {
        "=" => Rule::assign_stmt,
        "where" => Rule::where_stmt,
        "clean" => Rule::clean_stmt,
        "let" => Rule::let_stmt,
        "drop" => Rule::drop_stmt,
        "reject" => Rule::reject_stmt,
        "explode" => Rule::explode_stmt,
        "copy" => Rule::copy_stmt,
        "check" => Rule::check_stmt,
        "scale" => Rule::scale_stmt,
        "cells" => Rule::cells_head,
        "every" => Rule::every,
        "snap" => Rule::snap_stmt,
        _ => return None,
    })
}

/// The column at the start of a pipe.
fn innermost(expr: &Expr) -> Option<Name> {
    match &expr.kind {
        ExprKind::Pipe(left, _) => match &left.kind {
            ExprKind::Name(name) => Some(name.clone()),
            _ => innermost(left),
        },
        _ => None,
    }
}
