//! Members of sources, references and targets.

use std::ops::Range;

use pest::iterators::Pair;

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;
use crate::splitter;
use crate::tree::{
    Attr, Column, ElementOf, Ignore, Ignored, KeyDef, ListColumn, Member, Name, Places, StringLit, TypeRef, UniqueDef,
};

/// How many elements a list in numbered columns has where it is not said: a file with more names its further columns.
const ELEMENTS: usize = 16;

/// What other tools call a kind of layer, and what it is called here.
const LAYERS: [(&str, &str); 8] = [
    ("border", "boundary"),
    ("outline", "boundary"),
    ("prbndry", "boundary"),
    ("via", "cut"),
    ("label", "text"),
    ("texts", "text"),
    ("layers", "layer"),
    ("polygon", "layer"),
];

impl<'t> Parser<'t> {
    /// The member that these tokens are.
    pub(super) fn member(&mut self, range: Range<usize>) -> Member {
        let span = self.span_of(range.clone());
        if splitter::begins_member(self.lexed, range.start) {
            let kind = self.lexed.word(range.start + 2);
            let numbered = self.lexed.kind(range.start + 3) == Kind::Number;
            let ours = LAYERS.iter().find(|(theirs, _)| kind.eq_ignore_ascii_case(theirs)).map(|(_, ours)| *ours);
            return if numbered && matches!(kind, "layer" | "cut" | "text" | "boundary") {
                self.layer(range)
            } else if let Some(ours) = ours.filter(|_| numbered && self.lexed.is_op(range.start + 4, "/")) {
                let here = self.lexed.span(range.start + 2);
                let found = Diagnostic::new(&rules::UNKNOWN_MEMBER, here, format!("`{kind}` is called `{ours}` here"));
                self.found.push(found.fix(format!("write `{ours}`"), here, ours));
                self.pending = Some((here, ours.to_owned()));
                self.layer(range)
            } else {
                self.column(range)
            };
        }
        let second = self.lexed.word(range.start + 1);
        let member = match self.lexed.word(range.start) {
            "ignore" => self.ignore(range),
            "identify" => self.names_of(Rule::identify, range).map(Member::IdentifyBy),
            "consensus" => self.names_of(Rule::consensus, range).map(|names| Member::ConsensusBy(names, span)),
            "key" if second == "(" => self.key_of(range, span),
            "unique" if second == "(" => self.unique_of(range, span),
            "let" => Some(self.layer_let(range, span)),
            "device" => Some(self.device(range, span)),
            "read" if second == "dbu" => self.read_dbu(range, span),
            "every" => self.read(Rule::every, range).map(|_| Member::Every(span)),
            _ if self.blank_name(range.clone()).is_some() => return self.blank_named(range),
            word => match self.later_member(word, second) {
                Some(what) => Some(Member::Later(self.later(what, span))),
                None => {
                    let unknown = self.unknown_member(range.clone());
                    self.pending = unknown.as_ref().and_then(|d| d.help.as_ref()?.edit.clone());
                    self.found.extend(unknown);
                    let word = self.pending.as_ref().map_or("", |(_, new)| if new == ":" { "" } else { word });
                    let new = self.pending.as_ref().map(|(_, new)| new.clone()).unwrap_or_default();
                    let member = match (word, new.as_str()) {
                        ("key", _) => self.key_of(range, span),
                        ("unique", _) => self.unique_of(range, span),
                        (_, "ignore") => self.ignore(range),
                        (_, ":") => Some(self.column(range)),
                        _ => None,
                    };
                    self.pending = None;
                    member
                }
            },
        };
        member.unwrap_or(Member::Broken(span))
    }

    /// `read dbu 1nm as 0.25nm`
    fn read_dbu(&mut self, range: Range<usize>, span: Span) -> Option<Member> {
        let parts = self.read(Rule::read_dbu, range)?.filter(|p| p.as_rule() == Rule::expr).collect::<Vec<_>>();
        let mut parts = parts.into_iter().map(|p| self.expr(p));
        Some(Member::ReadDbu(parts.next()?, parts.next()?, span))
    }

    /// Where the colon stands behind a name of several words.
    fn blank_name(&self, range: Range<usize>) -> Option<usize> {
        let colon = (range.start + 1..range.end.min(range.start + 6)).find(|at| !self.lexed.is_name(*at))?;
        (colon > range.start + 1 && self.lexed.is_op(colon, ":")).then_some(colon)
    }

    /// `first name: text`
    fn blank_named(&mut self, range: Range<usize>) -> Member {
        let colon = self.blank_name(range.clone()).unwrap_or(range.start + 1);
        let span = self.span_of(range.start..colon);
        let name = self.source.get(span.range()).unwrap_or_default().to_string();
        let help = format!("write `` `{name}` ``, or another name with `from \"{name}\"` behind the type");
        self.found.push(Diagnostic::new(&rules::UNKNOWN_MEMBER, span, "a name with blanks stands in backticks").fix(
            help,
            span,
            format!("`{name}`"),
        ));
        match self.column(colon - 1..range.end) {
            Member::Column(column) => {
                let whole = self.span_of(range);
                Member::Column(Column { name: Name { text: name, span }, span: whole, ..column })
            }
            other => other,
        }
    }

    fn names_of(&mut self, rule: Rule, range: Range<usize>) -> Option<Vec<Name>> {
        let names = self.read(rule, range)?.find(|p| p.as_rule() == Rule::names)?;
        Some(self.names(names))
    }

    fn column(&mut self, range: Range<usize>) -> Member {
        let span = self.span_of(range.clone());
        let doc = self.doc(range.clone());
        let (mut name, mut ty, mut attrs, mut default, mut tail) = (None, None, Vec::new(), None, None);
        if self.lexed.is_word(range.start + 2, "list") && self.lexed.is_op(range.start + 3, "<") {
            return self.list_column(range, span);
        }
        // `array<…>`
        let listed = ["array", "List", "Array", "seq", "vector", "set"].contains(&self.lexed.word(range.start + 2));
        if listed && self.lexed.is_op(range.start + 3, "<") {
            let here = self.lexed.span(range.start + 2);
            let label = format!("`{}` is written `list` here", self.lexed.word(range.start + 2));
            self.found.push(Diagnostic::new(&rules::SYNTAX, here, label).fix("write `list`", here, "list"));
            self.pending = Some((here, "list".to_owned()));
            return self.list_column(range, span);
        }
        if let Some(list) = self.other_list(range.clone(), span) {
            return list;
        }
        let composite = self.composite_type(range.start + 2).map(|what| (what, self.token_name(range.start)));
        if let Some((what, Some(name))) = composite {
            // The column stays in scope as text, so that its uses are not reported as well.
            let later = self.later(what.to_string(), span);
            let ty = TypeRef {
                name: Name { text: "text".to_string(), span: later.span },
                args: Vec::new(),
                one_of: Vec::new(),
                nullable: false,
                span: later.span,
            };
            return Member::Column(Column { name, ty, attrs: vec![Attr::Later(later)], default, tail, doc, span });
        }
        for part in self.read_front(Rule::column, range.clone(), 3).into_iter().flatten() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::type_ref => ty = Some(self.type_ref(part)),
                Rule::one_of => ty = Some(self.one_of(part)),
                Rule::assign => self.assign_sign(&part),
                Rule::expr => default = Some(self.expr(part)),
                Rule::tail => tail = Some(self.tail(part)),
                Rule::EOI => {}
                _ => attrs.extend(self.attribute(part)),
            }
        }
        // A column whose type cannot be read stays in scope, so that its uses are not reported as well.
        let text = || TypeRef {
            name: Name { text: "text".to_string(), span },
            args: Vec::new(),
            one_of: Vec::new(),
            nullable: false,
            span,
        };
        match name.or_else(|| self.token_name(range.start)) {
            Some(name) => Member::Column(Column { name, ty: ty.unwrap_or_else(text), attrs, default, tail, doc, span }),
            None => Member::Broken(span),
        }
    }

    /// `list[…]` and `list of …`, read as `list<…>` after a finding.
    fn other_list(&mut self, range: Range<usize>, span: Span) -> Option<Member> {
        let ty = range.start + 2;
        let to = match () {
            () if !self.lexed.is_word(ty, "list") => None,
            () if self.lexed.opens(ty + 1, "[") => Some((ty + 1, self.lexed.after(ty + 1) - 1, ty + 2)),
            () if self.lexed.is_word(ty + 1, "of") && self.lexed.opens(ty + 3, "(") => {
                Some((ty + 1, self.lexed.after(ty + 3) - 1, ty + 2))
            }
            () if self.lexed.is_word(ty + 1, "of") && self.lexed.opens(ty + 2, "{") => {
                Some((ty + 1, self.lexed.after(ty + 2) - 1, ty + 2))
            }
            () if self.lexed.is_word(ty + 1, "of") => Some((ty + 1, ty + 2, ty + 2)),
            () => None,
        };
        if let Some((from, last, inner)) = to.filter(|(_, last, _)| *last < range.end && !self.is_bad(range.clone())) {
            let end = if self.lexed.opens(from, "[") { last } else { last + 1 };
            let inside = self.lexed.text.get(self.span_of(inner..end).range()).unwrap_or("").trim();
            let new = format!("<{inside}>");
            let gap = Span { start: self.lexed.span(ty).end, end: self.lexed.span(last).end };
            let shown = self.span_of(from..last + 1);
            let label = "what a list holds stands between `<` and `>`";
            self.found.push(Diagnostic::new(&rules::SYNTAX, shown, label).fix(
                format!("write `list{new}`"),
                gap,
                new.clone(),
            ));
            self.pending = Some((gap, new));
            return Some(self.list_column(range, span));
        }
        None
    }

    /// `one of "A", "C"`
    pub(super) fn one_of(&mut self, pair: Pair<'t, Rule>) -> TypeRef {
        let span = self.span(&pair);
        let nullable = pair.as_str().trim_end().ends_with('?');
        let mut one_of = Vec::new();
        for part in pair.into_inner().filter(|p| p.as_rule() == Rule::string) {
            one_of.push(self.string(self.byte_of(part.as_span().start()), part.as_str()));
        }
        TypeRef { name: Name { text: "one of".to_string(), span }, args: Vec::new(), one_of, nullable, span }
    }

    /// `key (a, from ..= to)`
    fn key_of(&mut self, range: Range<usize>, span: Span) -> Option<Member> {
        let (mut columns, mut ends) = (Vec::new(), None);
        for part in self.read(Rule::key_of, range)?.filter(|p| p.as_rule() == Rule::key_part) {
            let at = self.span(&part);
            let names: Vec<Name> =
                part.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect();
            match names.as_slice() {
                [one] => columns.push(one.clone()),
                [from, to] if ends.is_none() => ends = Some((from.clone(), to.clone())),
                _ => {
                    self.found.push(Diagnostic::new(&rules::SYNTAX, at, "a key has one range at most"));
                }
            }
        }
        Some(Member::Key(KeyDef { columns, range: ends, span }))
    }

    /// `unique (a, b) keep first else …`
    fn unique_of(&mut self, range: Range<usize>, span: Span) -> Option<Member> {
        let (mut columns, mut tail) = (Vec::new(), None);
        for part in self.read(Rule::unique, range)? {
            match part.as_rule() {
                Rule::names => columns = self.names(part),
                Rule::tail => tail = Some(self.tail(part)),
                _ => {}
            }
        }
        Some(Member::Unique(UniqueDef { columns, tail, span }))
    }

    /// A type that the tree cannot say.
    fn composite_type(&self, at: usize) -> Option<&'static str> {
        if self.lexed.opens(at, "{") { Some("record type") } else { None }
    }

    /// `name: list<{a: type, b: type}> from "A {n}", "B {n}" up to 12`: columns of its own for each element.
    fn list_column(&mut self, range: Range<usize>, span: Span) -> Member {
        let (mut name, mut fields, mut single) = (None, Vec::new(), None);
        let (mut headers, mut most, mut path) = (Vec::new(), None, None);
        for part in self.read_front(Rule::list_column, range, 4).into_iter().flatten() {
            let at = self.span(&part);
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::type_ref => single = Some(self.type_ref(part)),
                Rule::list_record => {
                    for field in part.into_inner().filter(|p| p.as_rule() == Rule::list_field) {
                        let (mut of, mut ty) = (None, None);
                        for inner in field.into_inner() {
                            match inner.as_rule() {
                                Rule::label => of = Some(self.name(&inner)),
                                Rule::type_ref => ty = Some(self.type_ref(inner)),
                                _ => {}
                            }
                        }
                        fields.extend(of.zip(ty));
                    }
                }
                Rule::string => {
                    headers.push((self.byte_of(part.as_span().start()), part.as_str().trim_end().to_owned()))
                }
                Rule::attr_path => path = self.attribute(part),
                Rule::number => most = part.as_str().parse::<usize>().ok().map(|n| (n, at)),
                _ => {}
            }
        }
        let Some(name) = name else { return Member::Broken(span) };
        // Whatever is wrong with it, the list and its fields stay in scope.
        let (mut most, at) = most.unwrap_or((ELEMENTS, span));
        if !(1..=64).contains(&most) {
            self.found.push(Diagnostic::new(&rules::SYNTAX, at, "a list in numbered columns has 1 to 64 elements"));
            most = most.clamp(1, 64);
        }
        let types: Vec<(Option<Name>, TypeRef)> = match single {
            Some(ty) => vec![(None, ty)],
            None => fields.into_iter().map(|(n, ty)| (Some(n), ty)).collect(),
        };
        if !headers.is_empty() && types.len() != headers.len() {
            let label = format!("the elements have {} fields, and {} headers are named", types.len(), headers.len());
            self.found.push(Diagnostic::new(&rules::SYNTAX, span, label).help(
                "name a header for each field, with `{n}` for the number: from \"Art {n}\", \"Text {n}\" up to 12",
            ));
            headers = (0..types.len()).map(|at| (0, format!("\"unread {at} {{n}}\""))).collect();
        }
        let numberless = |text: &str| !text.contains("{n}");
        if let Some((start, text)) = headers.iter().find(|(_, text)| numberless(text)) {
            let at = self.snap(*start, *start + text.len());
            let label = "the number of the element is missing";
            let found = Diagnostic::new(&rules::SYNTAX, at, label);
            // Another letter between the braces: all headers at once.
            let end = headers.last().map_or(at.end as usize, |(start, text)| start + text.len());
            let all = Span { start: headers.first().map_or(at.start, |(start, _)| *start as u32), end: end as u32 };
            let whole = self.source.get(all.range()).unwrap_or("");
            let letter = ["{i}", "{#}", "{k}", "{}", "{0}", "{N}", "{nr}", "{no}"].iter().find(|l| text.contains(**l));
            self.found.push(match letter {
                Some(letter) => found.fix("write `{n}` where the number stands", all, whole.replace(letter, "{n}")),
                None => found.help("write `{n}` where the number stands"),
            });
            for (at, (_, text)) in headers.iter_mut().enumerate().filter(|(_, (_, text))| numberless(text)) {
                *text = format!("\"unread {at} {{n}}\"");
            }
        }
        let element = |n: usize| -> Vec<Column> {
            let column = |(at, (field, ty)): (usize, &(Option<Name>, TypeRef))| {
                let text = match field {
                    Some(field) => format!("{}.{n}.{}", name.text, field.text),
                    None => format!("{}.{n}", name.text),
                };
                let header = headers.get(at).map(|(_, header)| {
                    let header = header.trim_matches('"').replace("{n}", &n.to_string());
                    StringLit { parts: vec![crate::tree::StrPart::Text(header)], span }
                });
                let of = ElementOf {
                    list: name.text.clone(),
                    number: n,
                    field: field.as_ref().map(|f| f.text.clone()),
                    span,
                };
                let mut attrs = vec![Attr::Element(of)];
                attrs.extend(header.map(|header| Attr::From(vec![header])));
                attrs.extend(path.clone());
                Column {
                    name: Name { text, span: name.span },
                    ty: ty.clone(),
                    attrs,
                    default: None,
                    tail: None,
                    doc: None,
                    span,
                }
            };
            types.iter().enumerate().map(column).collect()
        };
        let elements = (1..=most).map(element).collect();
        let fields = types.iter().filter_map(|(n, _)| n.clone()).collect();
        Member::List(ListColumn { name, fields, elements, headers: !headers.is_empty(), span })
    }

    fn attribute(&mut self, pair: Pair<'t, Rule>) -> Option<Attr> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let listed = rule == Rule::attr_from && pair.clone().into_inner().any(|p| p.as_rule() == Rule::comma);
        let pair_text = pair.as_str().trim_end();
        let mut strings = Vec::new();
        match rule {
            Rule::attr_at => return pair.into_inner().find_map(|p| self.places(p)).map(Attr::At),
            Rule::attr_align => {
                return Some(Attr::Align(pair.into_inner().any(|p| p.as_rule() == Rule::kw_right), span));
            }
            _ => {}
        }
        for part in pair.into_inner().filter(|p| p.as_rule() == Rule::string) {
            strings.push(self.string(self.byte_of(part.as_span().start()), part.as_str()));
        }
        let what = match rule {
            Rule::attr_key => return Some(Attr::Key(span)),
            Rule::attr_as => return strings.pop().map(Attr::As),
            Rule::attr_from if !listed => return Some(Attr::From(strings)),
            Rule::attr_null => return Some(Attr::NullIf(strings)),
            Rule::attr_from if !pair_text.contains("{n}") => {
                let other = pair_text.replace(',', " or");
                let label = "another name of the same column stands behind `or`";
                self.found.push(Diagnostic::new(&rules::SYNTAX, span, label).fix(
                    format!("write `{other}`"),
                    span,
                    other,
                ));
                return Some(Attr::From(strings));
            }
            Rule::attr_from => "numbered headers",
            Rule::attr_unique => return Some(Attr::Unique(span)),
            Rule::attr_path => return strings.pop().map(Attr::Path),
            Rule::attr_fill => return strings.pop().map(Attr::Fill),
            Rule::attr_absent => return Some(Attr::Absent(span)),
            Rule::attr_target => "reference to a target",
            _ => return None,
        };
        Some(Attr::Later(self.later(what.to_string(), span)))
    }

    /// A range of characters.
    fn places(&mut self, pair: Pair<'t, Rule>) -> Option<Places> {
        if pair.as_rule() != Rule::places {
            return None;
        }
        let span = self.span(&pair);
        let (mut numbers, mut counted) = (Vec::new(), false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::number => numbers.push(part.as_str().replace('_', "").parse::<u32>().ok()),
                Rule::kw_for => counted = true,
                _ => {}
            }
        }
        let found = match numbers.as_slice() {
            [Some(first)] => Some((*first, *first)),
            [Some(first), Some(count)] if counted && *count > 0 => {
                first.checked_add(count - 1).map(|last| (*first, last))
            }
            [Some(first), Some(last)] if !counted => Some((*first, *last)),
            _ => None,
        };
        match found {
            Some((first, last)) if first >= 1 && first <= last && last <= 1_000_000 => {
                Some(Places { first, last, span })
            }
            _ => {
                let label = "characters are counted from 1, the first before the last, at most 1,000,000";
                self.found.push(
                    Diagnostic::new(&rules::SYNTAX, span, label)
                        .help("write `at 2..21`, both ends included, or `at 2 for 20`"),
                );
                None
            }
        }
    }

    /// A type with its numbers.
    pub(super) fn type_ref(&mut self, pair: Pair<'t, Rule>) -> TypeRef {
        let span = self.span(&pair);
        let (mut name, mut args, mut nullable) = (Name { text: String::new(), span }, Vec::new(), false);
        for part in pair.into_inner() {
            let at = self.span(&part);
            match part.as_rule() {
                Rule::name => name = self.name(&part),
                Rule::question => nullable = true,
                Rule::number => match part.as_str().replace('_', "").parse::<i64>() {
                    Ok(number) => args.push((number, at)),
                    Err(_) => self.found.push(Diagnostic::new(
                        &rules::SYNTAX,
                        at,
                        format!("expected a whole number of characters or digits, found `{}`", part.as_str()),
                    )),
                },
                _ => {}
            }
        }
        self.native_type(&mut name);
        TypeRef { name, args, one_of: Vec::new(), nullable, span }
    }

    fn ignore(&mut self, range: Range<usize>) -> Option<Member> {
        let span = self.span_of(range.clone());
        let (mut names, mut numbers) = (Vec::new(), Vec::new());
        let mut places = None;
        let mut why: Option<StringLit> = None;
        for part in self.read(Rule::ignore, range)? {
            match part.as_rule() {
                Rule::name => names.push(self.name(&part)),
                Rule::places => places = Some(self.places(part)),
                Rule::numbers_list => {
                    for part in part.into_inner() {
                        numbers.extend(self.layer_numbers(&part));
                    }
                }
                Rule::string => why = Some(self.string(self.byte_of(part.as_span().start()), part.as_str())),
                _ => {}
            }
        }
        if why.is_none() {
            let here = Span { start: span.end, end: span.end };
            self.found.push(
                Diagnostic::new(&rules::NO_REASON, here, "expected a string that says why")
                    .help("every `ignore` tells its reason: ignore fax \"no such channel in the target\", ignore others \"not needed\""),
            );
        }
        let what = match names.as_slice() {
            // A range that is none was told.
            [] if places.is_some() => Ignored::Places(places.flatten()?),
            [one] if one.text == "others" && numbers.is_empty() => Ignored::Others,
            _ if numbers.is_empty() => Ignored::Columns(names),
            _ => Ignored::Layers(names.into_iter().next(), numbers),
        };
        Some(Member::Ignore(Ignore { what, why, span }))
    }
}
