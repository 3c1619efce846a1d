//! Items of the file, and where their blocks stand.

use std::ops::Range;

use pest::iterators::Pair;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::rules;
use crate::span::Span;
use crate::splitter::{self, Block};
use crate::tree::{Arg, Codes, Expr, ExprKind, Item, Map, Name, Param, Place, Role, StrPart, StringLit, TypeRef};

impl<'t> Parser<'t> {
    /// All items of the file.
    pub(super) fn items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        for range in splitter::items(self.lexed, &mut self.found) {
            self.item(range, &mut items);
        }
        items
    }

    fn item(&mut self, range: Range<usize>, items: &mut Vec<Item>) {
        let mut word = self.lexed.word(range.start);
        let known = splitter::starts_item(self.lexed, range.start) || splitter::ITEMS.contains(&word);
        if splitter::begins_assignment(self.lexed, range.start)
            && ["source", "reference", "target", "type"].contains(&word)
        {
            let label = format!("the name is missing: `{word} name = …`");
            let help = "a place and a type have a name, by which maps and columns call them";
            self.found.push(Diagnostic::new(&rules::SYNTAX, self.lexed.span(range.start), label).help(help));
            items.push(Item::Broken(self.span_of(range)));
            return;
        }
        if !known || splitter::begins_assignment(self.lexed, range.start) {
            let broken = self.unknown_item(range.clone());
            let edit = broken.as_ref().and_then(|d| d.help.as_ref()?.edit.clone());
            self.found.extend(broken);
            // With the word that was meant, it is read on.
            let meant = edit.filter(|(at, _)| *at == self.lexed.span(range.start) && range.len() > 1);
            let known = meant.as_ref().and_then(|(_, new)| splitter::ITEMS.iter().find(|w| *w == new));
            match known {
                Some(ours) => (word, self.pending) = (ours, meant),
                None => {
                    items.push(Item::Broken(self.span_of(range)));
                    return;
                }
            }
        }
        if word == "test" && splitter::begins_assignment(self.lexed, range.start + 1) {
            let here = self.lexed.span(range.start);
            let label = "a `test` has a title, and no format";
            let help = "a place is a `source`, a `reference` or a `target`";
            self.found.push(Diagnostic::new(&rules::SYNTAX, here, label).help(help));
            items.push(Item::Broken(self.span_of(range)));
            return;
        }
        let item = match word {
            "migration" => self.migration(range),
            "param" => self.param(range),
            "source" | "reference" | "target" => self.place(word, range),
            "codes" => self.codes(range),
            "map" => self.map(range),
            "use" => self.use_item(range),
            "type" => self.type_def(range),
            "fn" => self.fn_def(range),
            "test" => self.test(range),
            "expect" => self.expect(range),
            "conserve" => self.conserve(range),
            "verify" => self.verify(range),
            "run" => self.run_block(range),
            _ => {
                let what = word.to_string();
                let span = self.span_of(range);
                Item::Later(self.later(what, span))
            }
        };
        self.pending = None;
        items.push(item);
    }

    /// The `{` that opens the block of an item, and the tokens behind its end.
    pub(super) fn block(&self, range: &Range<usize>) -> (Option<usize>, usize) {
        let mut at = range.start;
        let mut in_match = false;
        while at < range.end {
            in_match |= self.lexed.is_word(at, "match");
            if self.lexed.opens(at, "{") {
                if !in_match {
                    return (Some(at), self.lexed.after(at).min(range.end));
                }
                in_match = false;
            }
            at = self.lexed.after(at);
        }
        (None, range.end)
    }

    /// The statements of a block, and what stands behind it reported.
    pub(super) fn contents(
        &mut self,
        open: Option<usize>,
        after: usize,
        range: &Range<usize>,
        block: Block,
    ) -> Vec<Range<usize>> {
        let Some(open) = open else { return Vec::new() };
        if after < range.end {
            let span = self.lexed.span(after);
            if self.lexed.is_word(after, "else") {
                self.later("`else` behind a block".to_string(), span);
            } else {
                let label = format!("expected a new line after `}}`, found `{}`", self.lexed.word(after));
                self.found.push(Diagnostic::new(&rules::SYNTAX, span, label));
            }
        }
        let end = self.lexed.partners.get(open).map_or(open, |p| p.end).min(range.end);
        splitter::cut(self.lexed, open + 1..end, block, &mut self.found)
    }

    fn migration(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let name = self.read(Rule::migration_item, range).and_then(|mut p| p.find(|p| p.as_rule() == Rule::name));
        match name {
            Some(name) => Item::Migration { name: self.name(&name), doc, span },
            None => Item::Broken(span),
        }
    }

    fn param(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let (mut name, mut ty, mut default) = (None, None, None);
        for part in self.read(Rule::param_item, range).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::type_ref => ty = Some(self.type_ref(part)),
                Rule::one_of => ty = Some(self.one_of(part)),
                Rule::assign => self.assign_sign(&part),
                Rule::expr => default = Some(self.expr(part)),
                _ => {}
            }
        }
        match (name, ty) {
            (Some(name), Some(ty)) => Item::Param(Param { name, ty, default, doc, span }),
            _ => Item::Broken(span),
        }
    }

    fn place(&mut self, word: &str, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let role = match word {
            "source" => Role::Source,
            "reference" => Role::Reference,
            _ => Role::Target,
        };
        let (open, after) = self.block(&range);
        let (mut names, mut args) = (Vec::new(), Vec::new());
        for part in self.read(Rule::place_head, range.start..open.unwrap_or(range.end)).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => names.push(self.name(&part)),
                Rule::assign => self.assign_sign(&part),
                Rule::args => args = self.args(part),
                _ => {}
            }
        }
        if let Some(at) = args.first().map(|a| a.value.span)
            && let Some(dollar) = self.source.get(at.range()).and_then(|text| text.find("${"))
        {
            let here = Span { start: at.start + dollar as u32, end: at.start + dollar as u32 + 1 };
            self.found.push(
                Diagnostic::new(&rules::FOREIGN_SIGN, here, "what stands between braces has no `$` before it").fix(
                    "leave it out",
                    here,
                    "",
                ),
            );
        }
        let cuts = self.contents(open, after, &range, Block::Place);
        let members = cuts.into_iter().map(|r| self.member(r)).collect();
        let mut names = names.into_iter();
        let read = names.next().zip(names.next());
        match read.or_else(|| open.and_then(|open| self.likely_place(range.start..open, &mut args))) {
            Some((name, format)) => Item::Place(Place { role, name, format, args, members, doc, span }),
            _ => Item::Broken(span),
        }
    }

    /// The name and format of a place whose head could not be read: with them, its columns and what uses them are still
    /// checked.
    fn likely_place(&self, head: Range<usize>, args: &mut Vec<Arg>) -> Option<(Name, Name)> {
        let name = self.token_name(head.start + 1)?;
        let known = ["csv", "delimited", "fixed", "jsonl", "json", "gds", "oasis"];
        let format = head.clone().map(|at| self.lexed.word(at)).find(|word| known.contains(word)).unwrap_or("csv");
        let format = if format == "delimited" { "csv" } else { format };
        let span = self.span_of(head);
        let path = StringLit { parts: vec![StrPart::Text("unread".to_string())], span };
        args.push(Arg { name: None, value: Expr { kind: ExprKind::Text(path), span } });
        Some((name, Name { text: format.to_string(), span }))
    }

    fn codes(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let (open, after) = self.block(&range);
        let head = self.codes_head(range.start..open.unwrap_or(range.end));
        if open.is_none() && head.is_some() {
            self.missing_block(span, "`{` and the rows of the codes");
        }
        let cuts = self.contents(open, after, &range, Block::Codes);
        let (mut rows, mut otherwise) = (Vec::new(), None);
        for cut in cuts {
            if ["reject", "drop", "abort"].contains(&self.lexed.word(cut.start)) && cut.len() > 1 {
                let here = self.lexed.span(cut.start);
                let gap = Span { start: here.start, end: here.start };
                let label = "what becomes of other codes stands behind `else`";
                self.found.push(Diagnostic::new(&rules::SYNTAX, here, label).fix("write `else`", gap, "else "));
                self.pending = Some((gap, "else ".to_owned()));
            } else if !self.lexed.is_word(cut.start, "else") {
                rows.extend(self.code_row(cut));
                continue;
            }
            let tail = self.read(Rule::codes_else, cut).and_then(|mut p| p.find(|p| p.as_rule() == Rule::tail));
            otherwise = tail.map(|p| self.tail(p)).or(otherwise);
        }
        // Without its head a code list gives texts.
        let text = |name: Name| {
            let ty = TypeRef {
                name: Name { text: "text".to_string(), span: name.span },
                args: Vec::new(),
                one_of: Vec::new(),
                nullable: false,
                span: name.span,
            };
            (name, ty)
        };
        match head.or_else(|| self.token_name(range.start + 1).filter(|_| open.is_some()).map(text)) {
            Some((name, ty)) => Item::Codes(Codes { name, ty, rows, otherwise, doc, span }),
            None => Item::Broken(span),
        }
    }

    fn codes_head(&mut self, range: Range<usize>) -> Option<(Name, TypeRef)> {
        let (mut name, mut ty) = (None, None);
        for part in self.read(Rule::codes_head, range)? {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::type_ref => ty = Some(self.type_ref(part)),
                _ => {}
            }
        }
        name.zip(ty)
    }

    fn code_row(&mut self, range: Range<usize>) -> Option<(StringLit, StringLit)> {
        let mut sides = Vec::new();
        for part in self.read(Rule::code_row, range)? {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::row_arrow if part.as_str() != "=>" => self.found.push(
                    Diagnostic::new(&rules::FOREIGN_SIGN, span, "a row of codes is written with `=>`").fix(
                        "write `=>`",
                        span,
                        "=>",
                    ),
                ),
                Rule::code_side => {
                    let Some(inner) = part.into_inner().next() else { continue };
                    let start = self.byte_of(inner.as_span().start());
                    sides.push(self.code_side(inner, start, span));
                }
                _ => {}
            }
        }
        let mut sides = sides.into_iter();
        sides.next().zip(sides.next())
    }

    fn code_side(&mut self, pair: Pair<'t, Rule>, start: usize, span: Span) -> StringLit {
        if pair.as_rule() == Rule::string {
            return self.string(start, pair.as_str());
        }
        let text = pair.as_str().trim().to_string();
        self.found.push(Diagnostic::new(&rules::CODE_NOT_TEXT, span, "both sides of a row of codes are strings").fix(
            "put it between quotes",
            span,
            format!("\"{text}\""),
        ));
        StringLit { parts: vec![StrPart::Text(text)], span }
    }

    fn map(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let (open, after) = self.block(&range);
        let head_range = range.start..open.unwrap_or(range.end);
        let head = self.span_of(head_range.clone());
        let (mut names, mut filter) = (Vec::new(), None);
        // `map a -> table b` is for later; `map a { -> b when … }` routes.
        if let Some(what) = self.later_map(head_range.clone()) {
            return Item::Later(self.later(what, head));
        }
        let routes = self.routes(head_range.clone(), open);
        let entry = if routes { Rule::route_head } else { Rule::map_head };
        for part in self.read(entry, head_range).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => names.push(self.name(&part)),
                Rule::expr => filter = Some(self.expr(part)),
                _ => {}
            }
        }
        let read = names.len() == 2 - usize::from(routes);
        if open.is_none() && read {
            self.missing_block(span, "`{` and the statements of the map");
        }
        let mut stmts = Vec::new();
        for cut in self.contents(open, after, &range, Block::Map) {
            stmts.extend(self.statement(cut, &mut filter));
        }
        let mut names = names.into_iter();
        match (names.next(), names.next()) {
            (Some(source), target) if target.is_some() || routes => {
                Item::Map(Map { source, target, filter, stmts, doc, head, span })
            }
            _ => Item::Broken(span),
        }
    }

    pub(super) fn missing_block(&mut self, span: Span, what: &str) {
        let here = Span { start: span.end, end: span.end };
        self.found.push(Diagnostic::new(
            &rules::SYNTAX,
            here,
            format!("expected {what}, found the end of the statement"),
        ));
    }
}
