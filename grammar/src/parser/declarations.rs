//! Items beside places and maps: other files, types, functions, tests, gates, and how a run is done.

use std::ops::Range;

use pest::iterators::Pair;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;
use crate::splitter::Block;
use crate::tree::{
    BinOp, Conserve, Expect, Expr, ExprKind, FnDef, Given, Item, Name, RunBlock, RunSetting, Stmt, StringLit, Test,
    Then, ThenWhat, TypeDef, Use, VerifyCheck,
};

impl<'t> Parser<'t> {
    /// `use "other.mig"`
    pub(super) fn use_item(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let path = self.read(Rule::use_item, range).and_then(|mut p| p.find(|p| p.as_rule() == Rule::string));
        match path {
            Some(path) => Item::Use(Use { path: self.string_of(&path), span }),
            None => Item::Broken(span),
        }
    }

    fn string_of(&mut self, pair: &Pair<'t, Rule>) -> StringLit {
        self.string(self.byte_of(pair.as_span().start()), pair.as_str())
    }

    /// `type Name = type { … }`
    pub(super) fn type_def(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let (open, after) = self.block(&range);
        let (mut name, mut ty) = (None, None);
        for part in self.read(Rule::type_head, range.start..open.unwrap_or(range.end)).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::assign => self.assign_sign(&part),
                Rule::type_ref => ty = Some(self.type_ref(part)),
                Rule::one_of => ty = Some(self.one_of(part)),
                _ => {}
            }
        }
        let (mut stmts, mut filter) = (Vec::new(), None);
        for cut in self.contents(open, after, &range, Block::Map) {
            let at = self.lexed.span(cut.start);
            match self.statement(cut, &mut filter) {
                Some(stmt @ (Stmt::Clean { .. } | Stmt::Check { .. } | Stmt::Broken(_))) => stmts.push(stmt),
                Some(Stmt::Later(_)) => {}
                _ => self.found.push(
                    Diagnostic::new(&rules::SYNTAX, at, "a type consists of `clean it …` and `check …`")
                        .help("the value is called `it`: clean it |> trim, check it != \"\" else reject empty"),
                ),
            }
        }
        match (name, ty) {
            (Some(name), Some(ty)) => Item::Type(TypeDef { name, ty, stmts, doc, span }),
            _ => Item::Broken(span),
        }
    }

    /// `fn name(a: type) = value`
    pub(super) fn fn_def(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let (mut name, mut params, mut value) = (None, Vec::new(), None);
        for part in self.read(Rule::fn_item, range).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::fn_param => {
                    let (mut of, mut ty) = (None, None);
                    for inner in part.into_inner() {
                        match inner.as_rule() {
                            Rule::name => of = Some(self.name(&inner)),
                            Rule::type_ref => ty = Some(self.type_ref(inner)),
                            _ => {}
                        }
                    }
                    params.extend(of.zip(ty));
                }
                Rule::assign => self.assign_sign(&part),
                Rule::expr => value = Some(self.expr(part)),
                _ => {}
            }
        }
        match (name, value) {
            (Some(name), Some(value)) => Item::Fn(FnDef { name, params, value, doc, span }),
            _ => Item::Broken(span),
        }
    }

    /// `test "…" { given … then … }`
    pub(super) fn test(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let (open, after) = self.block(&range);
        let head = self.read(Rule::test_head, range.start..open.unwrap_or(range.end));
        let title = head.and_then(|mut p| p.find(|p| p.as_rule() == Rule::string)).map(|p| self.string_of(&p));
        if open.is_none() && title.is_some() {
            self.missing_block(span, "`{` and the records of the test");
        }
        let (mut given, mut then) = (Vec::new(), Vec::new());
        for cut in self.contents(open, after, &range, Block::Entries) {
            let span = self.span_of(cut.clone());
            let shapes = self.holds_shapes(cut.clone());
            match self.lexed.word(cut.start) {
                "given" if shapes => given.extend(self.given_shapes(cut, span)),
                "then" if shapes => then.extend(self.then_shapes(cut, span)),
                "given" => given.extend(self.given(cut, span)),
                "then" => then.extend(self.then(cut, span)),
                "expect" | "expected" | "assert" if cut.len() > 1 => {
                    let here = self.lexed.span(cut.start);
                    let label = "what a test expects stands behind `then`";
                    self.found.push(Diagnostic::new(&rules::SYNTAX, here, label).fix("write `then`", here, "then"));
                    self.pending = Some((here, "then".to_owned()));
                    then.extend(self.then(cut, span));
                }
                word => {
                    if self.is_bad(cut.clone()) {
                        continue;
                    }
                    let label = format!("expected `given` or `then`, found `{word}`");
                    let d = Diagnostic::new(&rules::SYNTAX, self.lexed.span(cut.start), label);
                    self.found.push(d.help(
                        "a test is: given SOURCE { column: \"text\" }, then TARGET { column: value } or then dropped REASON",
                    ));
                }
            }
        }
        match title {
            Some(title) => Item::Test(Test { title, given, then, span }),
            None => Item::Broken(span),
        }
    }

    /// Whether a `given` or `then` of a layout stands here: `met1 box(0, 0, 5nm, 5nm)`.
    fn holds_shapes(&self, range: Range<usize>) -> bool {
        let Some(open) = range.clone().find(|at| self.lexed.opens(*at, "{")) else { return false };
        self.lexed.is_name(open + 1) && self.lexed.is_name(open + 2)
    }

    fn given(&mut self, range: Range<usize>, span: Span) -> Option<Given> {
        let (mut place, mut fields) = (None, Vec::new());
        for part in self.read(Rule::given_stmt, range)? {
            match part.as_rule() {
                Rule::name => place = Some(self.name(&part)),
                Rule::fields => fields = self.fields(part, false),
                _ => {}
            }
        }
        Some(Given { place: place?, fields, shapes: Vec::new(), span })
    }

    fn then(&mut self, range: Range<usize>, span: Span) -> Option<Then> {
        let (mut name, mut fields, mut fate) = (None, Vec::new(), None);
        for part in self.read(Rule::then_stmt, range)? {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::fields => fields = self.fields(part, true),
                Rule::then_fate => {
                    let (mut word, mut code) = (None, None);
                    for inner in part.into_inner() {
                        match inner.as_rule() {
                            Rule::fate_word => word = Some(self.name(&inner)),
                            Rule::name => code = Some(self.name(&inner)),
                            _ => {}
                        }
                    }
                    fate = word.map(|w| (w, code));
                }
                _ => {}
            }
        }
        let what = match (fate, name) {
            (Some((word, code)), _) => ThenWhat::Fate(word, code),
            (None, Some(name)) => ThenWhat::Row(name, fields),
            _ => return None,
        };
        Some(Then { what, span })
    }

    /// `{ name: value, … }`; `checked`: each name may stand once.
    fn fields(&mut self, pair: Pair<'t, Rule>, checked: bool) -> Vec<(Name, Expr)> {
        let mut out = Vec::new();
        for field in pair.into_inner().filter(|p| p.as_rule() == Rule::field) {
            let (mut name, mut value) = (None, None);
            for part in field.into_inner() {
                match part.as_rule() {
                    Rule::arg_name => name = part.into_inner().next().map(|p| self.name(&p)),
                    Rule::expr => value = Some(self.expr(part)),
                    _ => {}
                }
            }
            if let Some(name) = &name
                && let Some((first, _)) = out.iter().find(|(n, _): &&(Name, Expr)| n.text == name.text)
                && checked
            {
                let label = format!("`{}` stands twice", name.text);
                self.found.push(Diagnostic::new(&rules::SYNTAX, name.span, label).also(first.span, "the first time"));
            }
            out.extend(name.zip(value));
        }
        out
    }

    /// `expect target { … }`
    pub(super) fn expect(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let (open, after) = self.block(&range);
        let head = self.read(Rule::expect_head, range.start..open.unwrap_or(range.end));
        let target = head.and_then(|mut p| p.find(|p| p.as_rule() == Rule::name)).map(|p| self.name(&p));
        if open.is_none() && target.is_some() {
            self.missing_block(span, "`{` and what is expected");
        }
        let (mut conditions, mut compared) = (Vec::new(), Vec::new());
        for cut in self.contents(open, after, &range, Block::Entries) {
            let word = |at: usize, word: &str| self.lexed.is_word(at, word);
            if word(cut.start, "no") && word(cut.start + 1, "new") || word(cut.start, "total_area") {
                let span = self.span_of(cut.clone());
                compared.extend(self.compared(cut).map(|what| VerifyCheck { what, span }));
                continue;
            }
            if cut.clone().any(|at| word(at, "of")) {
                let span = self.span_of(cut);
                self.later("share of another total".to_string(), span);
                continue;
            }
            let per_file = word(cut.start, "per") && word(cut.start + 1, "file");
            let cut = if per_file { cut.start + 2..cut.end } else { cut };
            let expr = self.read(Rule::expect_entry, cut).and_then(|mut p| p.find(|p| p.as_rule() == Rule::expr));
            conditions.extend(expr.map(|p| (self.expr(p), per_file)));
        }
        match target {
            Some(target) => Item::Expect(Expect { target, conditions, compared, span }),
            None => Item::Broken(span),
        }
    }

    /// `conserve source.a in target.b`
    pub(super) fn conserve(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let expr = self.read(Rule::conserve_item, range).and_then(|mut p| p.find(|p| p.as_rule() == Rule::expr));
        let Some(expr) = expr.map(|p| self.expr(p)) else { return Item::Broken(span) };
        let column = |e: &Expr| match &e.kind {
            ExprKind::Member(base, column) => match &base.kind {
                ExprKind::Name(place) => Some((place.clone(), column.clone())),
                _ => None,
            },
            _ => None,
        };
        let sides = match &expr.kind {
            ExprKind::Binary(BinOp::In, a, b) => column(a).zip(column(b)),
            _ => None,
        };
        match sides {
            Some((from, to)) => Item::Conserve(Conserve { from, to, span }),
            None => {
                let label = "expected a source's column, `in` and a target's column";
                let found = Diagnostic::new(&rules::SYNTAX, expr.span, label);
                let between = match &expr.kind {
                    ExprKind::Binary(BinOp::Eq, a, b) if column(a).is_some() && column(b).is_some() => {
                        Some(Span { start: a.span.end, end: b.span.start })
                    }
                    _ => None,
                };
                self.found.retain(|d| d.rule.code != rules::FOREIGN_SIGN.code || !expr.span.holds(d.span));
                self.found.push(match between {
                    Some(gap) => found.fix("write `in` between the two", gap, " in "),
                    None => found.help("write: conserve accounts.balance in account.balance"),
                });
                Item::Broken(span)
            }
        }
    }

    /// `run { … }`
    pub(super) fn run_block(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let (open, after) = self.block(&range);
        self.read(Rule::run_head, range.start..open.unwrap_or(range.end));
        let mut settings = Vec::new();
        for cut in self.contents(open, after, &range, Block::Entries) {
            let span = self.span_of(cut.clone());
            let words: Vec<&str> = cut.clone().map(|at| self.lexed.word(at)).collect();
            match words.as_slice() {
                ["validate", "before", "load"] => settings.push(RunSetting::ValidateBeforeLoad(span)),
                ["threads", n] if n.parse::<u16>().is_ok_and(|n| (1..=1024).contains(&n)) => {
                    settings.extend(n.parse().ok().map(|n| RunSetting::Threads(n, span)));
                }
                ["rejects", _] if self.lexed.kind(cut.start + 1) == Kind::Str => {
                    let at = self.lexed.span(cut.start + 1);
                    let text = self.source.get(at.range()).unwrap_or("").to_owned();
                    let lit = self.string(at.start as usize, &text);
                    settings.push(RunSetting::Rejects(lit));
                }
                ["checkpoint" | "parallel" | "partition" | "on" | "move", ..] => {
                    let what = words[0].to_string();
                    self.later(what, span);
                }
                _ => {
                    let (d, setting) = self.nearly_setting(cut, span);
                    settings.extend(setting);
                    if d.help.is_some() {
                        self.found.push(d);
                        continue;
                    }
                    self.found.push(d.help("the settings are: validate before load, threads 4, rejects \"folder\""));
                }
            }
        }
        Item::Run(RunBlock { settings, span })
    }

    /// A setting that is nearly right, with what it was meant to be.
    fn nearly_setting(&self, cut: Range<usize>, span: Span) -> (Diagnostic, Option<RunSetting>) {
        let at = cut.start;
        let word = self.lexed.word(at);
        let first = self.lexed.span(at);
        let found = |span: Span, label: &str| Diagnostic::new(&rules::SYNTAX, span, label);
        let label = "this is no setting of a run";
        let rest = if cut.len() > 1 { self.lexed.span(at + 1).to(self.lexed.span(cut.end - 1)) } else { first };
        let text = self.source.get(rest.range()).unwrap_or("");
        let number = text.trim_matches(['"', ':', '=', ' ']).parse::<u16>().ok().filter(|n| (1..=1024).contains(n));
        if let Some(n) = number
            && ["threads", "rejects"]
                .iter()
                .all(|w| word == "threads" || super::foreign::near("threads", word) && *w != word)
        {
            let new = format!("threads {n}");
            let d = found(span, &format!("it is written `{new}`")).fix(format!("write `{new}`"), span, new);
            return (d, Some(RunSetting::Threads(n, span)));
        }
        if word == "rejects" && cut.len() > 1 && !text.contains('"') {
            let new = format!("\"{}\"", text.trim_start_matches([':', '=', ' ']));
            return (found(rest, "a folder is named in a text").fix("put it between quotes", rest, new), None);
        }
        if word == "validate"
            && self.lexed.is_word(at + 1, "before")
            && self.lexed.is_word(at + 2, "load")
            && cut.len() > 3
        {
            let end = self.lexed.span(at + 2).end;
            let gap = Span { start: end, end };
            let d = Diagnostic::new(
                &rules::NO_SEPARATOR,
                self.lexed.span(at + 3),
                "expected a comma or a new line before this",
            );
            return (d.fix("put a comma between the two", gap, ","), None);
        }
        if word == "validate" && cut.len() <= 3 {
            let new = "validate before load";
            return (found(span, label).fix(format!("write `{new}`"), span, new), None);
        }
        let near = ["threads", "rejects", "validate"].iter().find(|w| super::foreign::near(w, word) && **w != word);
        match near {
            Some(ours) => (found(first, label).fix(format!("write `{ours}`"), first, *ours), None),
            None => (found(span, label), None),
        }
    }
}
