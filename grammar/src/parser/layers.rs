//! What only layouts have: layers with their rules, computed layers, devices, and what becomes of cells.

use std::ops::Range;

use pest::iterators::Pair;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;
use crate::splitter::{self, Block};
use crate::tree::{
    BinOp, CellFate, CellRule, Device, Expr, ExprKind, Given, Item, Layer, LayerKind, LayerLet, LayerNumbers,
    LayerRule, Margin, Measure, Member, Name, RuleKind, RuleWhen, Shape, Stmt, Then, ThenWhat, Verified, Verify,
    VerifyCheck,
};

impl<'t> Parser<'t> {
    /// `name : layer 66/20 { rules }`
    pub(super) fn layer(&mut self, range: Range<usize>) -> Member {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let open = range.clone().find(|at| self.lexed.opens(*at, "{"));
        let (mut name, mut labels, mut kind, mut numbers) = (None, None, LayerKind::Layer, Vec::new());
        for part in self.read(Rule::layer, range.start..open.unwrap_or(range.end)).into_iter().flatten() {
            match part.as_rule() {
                Rule::name if name.is_none() => name = Some(self.name(&part)),
                Rule::name => labels = Some(self.name(&part)),
                Rule::layer_kind => {
                    kind = match part.as_str() {
                        "cut" => LayerKind::Cut,
                        "text" => LayerKind::Text,
                        "boundary" => LayerKind::Boundary,
                        _ => LayerKind::Layer,
                    };
                }
                Rule::layer_numbers => numbers.extend(self.layer_numbers(&part)),
                _ => {}
            }
        }
        let rules = self.layer_rules(open, &range);
        match name {
            Some(name) => Member::Layer(Layer { name, kind, numbers, labels, rules, doc, span }),
            None => Member::Broken(span),
        }
    }

    pub(super) fn layer_numbers(&mut self, pair: &Pair<'t, Rule>) -> Option<LayerNumbers> {
        let span = self.span(pair);
        let (layer, rest) = pair.as_str().split_once('/')?;
        let number = |text: &str| text.replace('_', "").parse::<u16>().ok();
        let range = match rest.split_once("..") {
            _ if rest == "*" => Some((0, u16::MAX)),
            Some((first, last)) => number(first).zip(number(last)),
            None => number(rest).map(|n| (n, n)),
        };
        match number(layer).zip(range) {
            Some((layer, (first, last))) if first <= last => Some(LayerNumbers { layer, first, last, span }),
            Some((_, (first, last))) => {
                let label = format!("the range `{first}..{last}` is empty");
                self.found.push(Diagnostic::new(&rules::LAYER_NUMBER, span, label));
                None
            }
            None => {
                let label = "layer and datatype numbers end at 65535";
                self.found.push(Diagnostic::new(&rules::LAYER_NUMBER, span, label));
                None
            }
        }
    }

    /// `let gate = poly & active`
    pub(super) fn layer_let(&mut self, range: Range<usize>, span: Span) -> Member {
        match self.computed(Rule::layer_let, range.clone()) {
            Some((name, value)) => Member::LayerLet(LayerLet { name, value, span }),
            // What was given a name keeps it.
            None => match self.token_name(range.start + 1) {
                Some(name) => Member::LayerLet(LayerLet { name, value: Expr { kind: ExprKind::Broken, span }, span }),
                None => Member::Broken(span),
            },
        }
    }

    /// `device nfet = poly & active { length == 180nm }`
    pub(super) fn device(&mut self, range: Range<usize>, span: Span) -> Member {
        let open = range.clone().find(|at| self.lexed.opens(*at, "{"));
        let head = self.computed(Rule::device, range.start..open.unwrap_or(range.end));
        let rules = self.layer_rules(open, &range);
        match head {
            Some((name, value)) => Member::Device(Device { name, value, rules, span }),
            None => Member::Broken(span),
        }
    }

    /// `word name = layer [where …]`
    fn computed(&mut self, rule: Rule, range: Range<usize>) -> Option<(Name, Expr)> {
        let (mut name, mut value) = (None, None);
        for part in self.read(rule, range)? {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::assign => self.assign_sign(&part),
                Rule::expr => value = Some(self.expr(part)),
                Rule::selection => value = value.map(|of| self.selection(of, part)),
                _ => {}
            }
        }
        name.zip(value)
    }

    /// `… where width < 400nm`
    pub(super) fn selection(&mut self, of: Expr, pair: Pair<'t, Rule>) -> Expr {
        let span = of.span.to(self.span(&pair));
        match pair.into_inner().find(|p| p.as_rule() == Rule::expr) {
            Some(cond) => {
                let cond = self.expr(cond);
                Expr { kind: ExprKind::Where(Box::new(of), Box::new(cond)), span }
            }
            None => of,
        }
    }

    /// `… { string = upper(string) }`
    pub(super) fn text_record(&mut self, of: Expr, pair: Pair<'t, Rule>) -> Expr {
        let span = of.span.to(self.span(&pair));
        let mut fields = Vec::new();
        for field in pair.into_inner().filter(|p| p.as_rule() == Rule::text_field) {
            let (mut name, mut value) = (None, None);
            for part in field.into_inner() {
                match part.as_rule() {
                    Rule::name => name = Some(self.name(&part)),
                    Rule::assign => self.assign_sign(&part),
                    Rule::expr => value = Some(self.expr(part)),
                    _ => {}
                }
            }
            fields.extend(name.zip(value));
        }
        Expr { kind: ExprKind::Texts(Box::new(of), fields), span }
    }

    /// The rules between a layer's braces.
    fn layer_rules(&mut self, open: Option<usize>, range: &Range<usize>) -> Vec<LayerRule> {
        let Some(open) = open else { return Vec::new() };
        let after = self.lexed.after(open).min(range.end);
        let mut out = Vec::new();
        let mut cuts: Vec<Range<usize>> = Vec::new();
        for cut in self.contents(Some(open), after, range, Block::Entries) {
            // `by 50nm, 80nm on opposite sides` is one rule.
            let goes_on = self.lexed.kind(cut.start) == Kind::Number && self.lexed.is_word(cut.start + 1, "on");
            match cuts.last_mut().filter(|_| goes_on) {
                Some(last) => last.end = cut.end,
                None => cuts.push(cut),
            }
        }
        for cut in cuts {
            let span = self.span_of(cut.clone());
            let pair = self.read(Rule::layer_rule, cut).and_then(|mut p| p.next());
            let kind = pair.and_then(|p| self.layer_rule(p));
            out.extend(kind.map(|kind| LayerRule { kind, span }));
        }
        out
    }

    fn layer_rule(&mut self, pair: Pair<'t, Rule>) -> Option<RuleKind> {
        let rule = pair.as_rule();
        if rule == Rule::rule_word {
            return Some(RuleKind::Word(words(pair.as_str())));
        }
        let first = |p: &mut Self, pair: Pair<'t, Rule>| {
            pair.into_inner().find(|q| q.as_rule() == Rule::expr).map(|q| p.expr(q))
        };
        Some(match rule {
            Rule::rule_measure => return self.measured(pair),
            Rule::rule_size => {
                let cmp = pair.clone().into_inner().find(|p| p.as_rule() == Rule::rule_cmp)?;
                if cmp.as_str() != "==" {
                    let here = self.span(&cmp);
                    let label = "the size of a cut is one size";
                    self.found.push(Diagnostic::new(&rules::SYNTAX, here, label).fix("write `==`", here, "=="));
                }
                RuleKind::Size(first(self, pair)?)
            }
            Rule::rule_pitch => RuleKind::Pitch(first(self, pair)?),
            Rule::rule_track => {
                let (mut along, mut lengths) = (None, Vec::new());
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::track_axis => along = Some(part.as_str().to_owned()),
                        Rule::operand => lengths.push(self.operand(part)),
                        _ => {}
                    }
                }
                let mut lengths = lengths.into_iter();
                RuleKind::Track { along, pitch: lengths.next()?, from: lengths.next() }
            }
            Rule::rule_inside => {
                let parts = pair.into_inner().filter(|p| p.as_rule() == Rule::rule_in);
                RuleKind::Inside(parts.collect::<Vec<_>>().into_iter().filter_map(|p| self.margin(p)).collect())
            }
            Rule::rule_margin => {
                let extends = pair.as_str().starts_with("extends");
                let margin = self.margin(pair)?;
                if extends { RuleKind::Extends(margin) } else { RuleKind::Encloses(margin) }
            }
            Rule::rule_density => {
                let within = first(self, pair.clone())?;
                let operands = pair.into_inner().filter(|p| p.as_rule() == Rule::operand).collect::<Vec<_>>();
                let mut operands = operands.into_iter().map(|p| self.operand(p));
                RuleKind::Density { within, window: operands.next()?, step: operands.next() }
            }
            Rule::rule_joins => {
                let sides = pair.into_inner().filter(|p| p.as_rule() == Rule::rule_layers).collect::<Vec<_>>();
                let mut sides = sides.into_iter().map(|side| {
                    let layers = side.into_inner().filter(|p| p.as_rule() == Rule::expr).collect::<Vec<_>>();
                    layers.into_iter().map(|p| self.expr(p)).collect()
                });
                RuleKind::Joins { from: sides.next()?, to: sides.next()? }
            }
            _ => return None,
        })
    }

    /// `space to diff >= 75nm where width > 3um run > 1um`
    fn measured(&mut self, pair: Pair<'t, Rule>) -> Option<RuleKind> {
        let (mut what, mut to, mut cmp, mut value, mut when) = (None, None, BinOp::Ge, None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::measure => {
                    what = Some(match words(part.as_str()).as_str() {
                        "width" => Measure::Width,
                        "space" => Measure::Space,
                        "notch" => Measure::Notch,
                        "overlap" => Measure::Overlap,
                        "length" => Measure::Length,
                        "area" => Measure::Area,
                        _ => Measure::HoleArea,
                    })
                }
                Rule::operand => to = Some(self.operand(part)),
                Rule::rule_cmp => cmp = compared(part.as_str()),
                Rule::expr => value = Some(self.expr(part)),
                Rule::rule_when => {
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::expr => when.push(RuleWhen::Where(self.expr(part))),
                            Rule::rule_context => {
                                when.push(RuleWhen::Word(words(part.as_str()), self.span(&part)));
                            }
                            Rule::rule_run => {
                                let (mut cmp, mut value) = (BinOp::Gt, None);
                                for part in part.into_inner() {
                                    match part.as_rule() {
                                        Rule::rule_cmp => cmp = compared(part.as_str()),
                                        Rule::expr => value = Some(self.expr(part)),
                                        _ => {}
                                    }
                                }
                                when.extend(value.map(|v| RuleWhen::Run(cmp, v)));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Some(RuleKind::Measure { what: what?, to, cmp, value: value?, when })
    }

    /// A layer and how far: `poly by 50nm, 80nm on opposite sides`.
    fn margin(&mut self, pair: Pair<'t, Rule>) -> Option<Margin> {
        let (mut layer, mut by, mut opposite, mut metric) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expr => layer = Some(self.expr(part)),
                Rule::operand => layer = Some(self.operand(part)),
                Rule::rule_by => {
                    let mut last = None;
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::operand => {
                                by = by.or(last.take());
                                last = Some(self.operand(part));
                            }
                            Rule::rule_opposite => opposite = last.take(),
                            Rule::rule_metric => metric = Some((part.as_str().to_owned(), self.span(&part))),
                            _ => {}
                        }
                    }
                    by = by.or(last);
                }
                _ => {}
            }
        }
        Some(Margin { layer: layer?, by, opposite, metric })
    }

    /// `scale 13/18 on pitch outline`
    pub(super) fn scale(&mut self, range: Range<usize>, span: Span) -> Stmt {
        let (mut factor, mut pitch) = (None, None);
        let Some(parts) = self.read(Rule::scale_stmt, range) else { return Stmt::Broken(span) };
        for part in parts {
            match part.as_rule() {
                Rule::expr => factor = Some(self.expr(part)),
                Rule::scale_pitch => {
                    let sides = part.into_inner().filter(|p| p.as_rule() == Rule::expr).collect::<Vec<_>>();
                    let mut sides = sides.into_iter().map(|p| self.expr(p));
                    pitch = sides.next().map(|from| (from, sides.next()));
                }
                _ => {}
            }
        }
        Stmt::Scale { factor, pitch, span }
    }

    /// `cells { rename …, keep …, drop … as … }` and `cells "…" { scale …, snap … }`
    pub(super) fn cells(&mut self, range: Range<usize>, span: Span) -> Stmt {
        let (open, after) = self.block(&range);
        let Some(head) = self.read(Rule::cells_head, range.start..open.unwrap_or(range.end)) else {
            return Stmt::Broken(span);
        };
        let pattern = head.into_iter().find(|p| p.as_rule() == Rule::string);
        let pattern = pattern.map(|p| self.string(self.byte_of(p.as_span().start()), p.as_str()));
        if open.is_none() {
            self.missing_block(span, "`{` and what becomes of the cells");
            return Stmt::Broken(span);
        }
        let Some(pattern) = pattern else {
            let cuts = self.contents(open, after, &range, Block::Entries);
            let rules = cuts.into_iter().filter_map(|cut| self.cell_rule(cut)).collect();
            return Stmt::Cells(rules, span);
        };
        let end = open.and_then(|o| self.lexed.partners.get(o)).map_or(range.end, |p| p.end).min(range.end);
        let cuts = splitter::cut(self.lexed, open.unwrap_or(range.start) + 1..end, Block::Map, &mut self.found);
        let (mut stmts, mut filter) = (Vec::new(), None);
        for cut in cuts {
            let at = self.span_of(cut.clone());
            match self.statement(cut, &mut filter) {
                Some(stmt @ (Stmt::Scale { .. } | Stmt::Snap { .. })) => stmts.push(stmt),
                Some(Stmt::Later(_) | Stmt::Broken(_)) => {}
                _ => self.found.push(Diagnostic::new(
                    &rules::SYNTAX,
                    at,
                    "some cells have a `scale` and a `snap` of their own, and nothing else",
                )),
            }
        }
        Stmt::CellsOf { pattern, stmts, span }
    }

    /// `given old { cont box(0, 0, 220nm, 220nm) }`
    pub(super) fn given_shapes(&mut self, range: Range<usize>, span: Span) -> Option<Given> {
        let (place, shapes) = self.shapes(Rule::given_shapes, range)?;
        Some(Given { place, fields: Vec::new(), shapes, span })
    }

    /// `then new { licon box(25nm, 25nm, 195nm, 195nm), via empty }`
    pub(super) fn then_shapes(&mut self, range: Range<usize>, span: Span) -> Option<Then> {
        let (place, shapes) = self.shapes(Rule::then_shapes, range)?;
        Some(Then { what: ThenWhat::Shapes(place, shapes), span })
    }

    fn shapes(&mut self, rule: Rule, range: Range<usize>) -> Option<(Name, Vec<Shape>)> {
        let (mut place, mut shapes) = (None, Vec::new());
        for part in self.read(rule, range)? {
            match part.as_rule() {
                Rule::name => place = Some(self.name(&part)),
                Rule::shapes => {
                    for shape in part.into_inner().filter(|p| p.as_rule() == Rule::shape) {
                        let span = self.span(&shape);
                        let (mut layer, mut drawn) = (None, None);
                        for part in shape.into_inner() {
                            match part.as_rule() {
                                Rule::name => layer = Some(self.name(&part)),
                                Rule::name_or_call => drawn = Some(self.primary(part)),
                                _ => {}
                            }
                        }
                        shapes.extend(layer.map(|layer| Shape { layer, drawn, span }));
                    }
                }
                _ => {}
            }
        }
        Some((place?, shapes))
    }

    /// `verify target { nets, labels, devices, xor(a, b) within 20nm }`
    pub(super) fn verify(&mut self, range: Range<usize>) -> Item {
        let span = self.span_of(range.clone());
        let (open, after) = self.block(&range);
        let head = self.read(Rule::verify_head, range.start..open.unwrap_or(range.end));
        let target = head.and_then(|mut p| p.find(|p| p.as_rule() == Rule::name)).map(|p| self.name(&p));
        if open.is_none() && target.is_some() {
            self.missing_block(span, "`{` and what is compared");
        }
        let mut checks = Vec::new();
        for cut in self.contents(open, after, &range, Block::Entries) {
            let span = self.span_of(cut.clone());
            // What is compared of records.
            if let Some(word) = ["count", "columns", "rows"].iter().find(|w| self.lexed.is_word(cut.start, w)) {
                self.later(format!("verify {word}"), span);
                continue;
            }
            let Some(pair) = self.read(Rule::verify_entry, cut).and_then(|mut p| p.next()) else { continue };
            let what = match pair.as_str().trim() {
                "nets" => Verified::Nets,
                "labels" => Verified::Labels,
                "devices" => Verified::Devices,
                _ => {
                    let (mut sides, mut within) = (Vec::new(), None);
                    for part in pair.into_inner() {
                        match part.as_rule() {
                            Rule::expr => sides.push(self.expr(part)),
                            Rule::operand => within = Some(self.operand(part)),
                            _ => {}
                        }
                    }
                    let mut sides = sides.into_iter();
                    match (sides.next(), sides.next()) {
                        (Some(a), Some(b)) => Verified::Xor(a, b, within),
                        _ => continue,
                    }
                }
            };
            checks.push(VerifyCheck { what, span });
        }
        match target {
            Some(target) => Item::Verify(Verify { target, checks, span }),
            None => Item::Broken(span),
        }
    }

    /// `no new gaps`, `total_area(met1) in 48% ..= 56% of total_area(old.metal1)`
    pub(super) fn compared(&mut self, cut: Range<usize>) -> Option<Verified> {
        if self.lexed.is_word(cut.start, "no") {
            return self.read(Rule::expect_gaps, cut).map(|_| Verified::NoNewGaps);
        }
        let parts = self.read(Rule::expect_area, cut)?.filter(|p| p.as_rule() == Rule::expr).collect::<Vec<_>>();
        let mut parts = parts.into_iter().map(|p| self.expr(p));
        Some(Verified::Area(parts.next()?, parts.next()?, parts.next()?))
    }

    fn cell_rule(&mut self, cut: Range<usize>) -> Option<CellRule> {
        let span = self.span_of(cut.clone());
        let word = self.lexed.word(cut.start);
        let (mut texts, mut reason) = (Vec::new(), None);
        for part in self.read(Rule::cells_entry, cut)? {
            match part.as_rule() {
                Rule::string => texts.push(self.string(self.byte_of(part.as_span().start()), part.as_str())),
                Rule::name => reason = Some(self.name(&part)),
                _ => {}
            }
        }
        let mut texts = texts.into_iter();
        let pattern = texts.next()?;
        let what = match (word, texts.next(), reason) {
            ("rename", Some(to), _) => CellFate::Rename(to),
            ("drop", why, Some(reason)) => CellFate::Drop(reason, why),
            _ => CellFate::Keep,
        };
        Some(CellRule { pattern, what, span })
    }
}

/// The words of a token of several, with one blank between them.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compared(text: &str) -> BinOp {
    match text {
        "==" => BinOp::Eq,
        "<=" => BinOp::Le,
        ">" => BinOp::Gt,
        "<" => BinOp::Lt,
        _ => BinOp::Ge,
    }
}
