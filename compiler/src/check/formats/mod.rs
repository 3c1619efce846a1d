//! The formats of records: a file each, and a line in [`FORMATS`].

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Attr, ExprKind, Ignored, Member, Name, Role};

use super::{Column, Env, similar, twice};
use crate::plan::{
    ColumnPlace, LayoutFile, Plan, RecordFile, RecordLayout, RecordTarget, Source, SourceColumn, SourceFormat, Target,
    TargetFormat, TargetLayout, Template,
};
use crate::rules;

mod delimited;
mod fixed;
mod json;
mod layout;
mod writable;

/// A format of records.
pub(super) struct Format {
    /// Its name in a spec.
    name: &'static str,
    /// What can stand behind the path of a source or reference, and of a target.
    options: (&'static [&'static str], &'static [&'static str]),
    /// The attributes of columns that only some formats have.
    attributes: &'static [&'static str],
    /// What a file of it is.
    source: for<'t> fn(&mut Env<'t>, &Given<'_, 't>) -> Option<RecordLayout>,
    /// Where a column stands in a record; `nth` counts columns and ignored ones.
    place: fn(&Column<'_>, nth: Option<usize>) -> Option<ColumnPlace>,
    /// How a file of it is written.
    target: for<'t> fn(&mut Env<'t>, &Given<'_, 't>) -> Option<TargetLayout>,
    /// Whether what is not there, or null, has no text at all, whatever the column's type is.
    knows_null: bool,
}

/// Every format of records.
static FORMATS: [Format; 4] = [delimited::FORMAT, fixed::FORMAT, json::FORMAT, json::LIST];

/// What other tools call an option, and what it is called here.
const FOREIGN: [(&[&str], &str); 8] = [
    (&["sep", "separator", "delim", "field_separator", "fieldsep"], "delimiter"),
    (&["quotechar", "quotes", "enclosed", "enclosure"], "quote"),
    (&["charset", "codepage", "code_page", "enc"], "encoding"),
    (&["header", "headers", "has_header"], "names"),
    (&["decimal_separator", "decimal_mark", "dec"], "decimal"),
    (&["nulls", "na", "na_values", "null_values", "nullstr"], "null"),
    (&["skip_lines", "skiprows", "skip_rows"], "skip"),
    (&["lrecl", "record_size", "reclen"], "record_length"),
];

/// The format of a name.
pub(super) fn find(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name)
}

/// The format that was probably meant by another word.
pub(super) fn meant(written: &str) -> Option<&'static str> {
    const FOREIGN: [(&[&str], &str); 5] = [
        (&["fixedwidth", "fixed_width", "fwf", "flat", "flatfile"], "fixed"),
        (&["json_lines", "jsonlines", "ndjson", "json_seq"], "jsonl"),
        (&["tsv", "psv", "txt", "text", "delimited", "delim"], "csv"),
        (&["gdsii", "gds2"], "gds"),
        (&["oas"], "oasis"),
    ];
    let written = written.to_lowercase();
    let foreign = FOREIGN.iter().find(|(theirs, _)| theirs.contains(&written.as_str())).map(|(_, ours)| *ours);
    let known: Vec<&'static str> =
        FORMATS.iter().map(|f| f.name).chain(LayoutFile::ALL.map(LayoutFile::word)).collect();
    // Of a word of three letters, two in another order are no other word.
    foreign.or_else(|| similar::did_you_mean(&written, &known))
}

/// The words of formats and of their options.
pub(super) fn words() -> Vec<&'static str> {
    let of = |f: &Format| f.options.0.iter().chain(f.options.1).copied().chain([f.name]).collect::<Vec<_>>();
    FORMATS.iter().flat_map(of).collect()
}

/// What is known of a place before its layout is made.
pub(super) struct Given<'a, 't> {
    pub(super) place: &'t tree::Place,
    pub(super) options: &'a Options,
    pub(super) columns: &'a [Column<'t>],
    pub(super) ignore_others: bool,
}

/// The options of a place of records.
pub(super) struct Options {
    delimiter: Option<(u8, Span)>,
    quote: Option<u8>,
    pub(super) encoding: &'static str,
    /// Texts that are null in every column.
    pub(super) nulls: Vec<String>,
    /// A comma stands before the digits of a fraction.
    pub(super) decimal_comma: bool,
    header: bool,
    skip: u32,
    comment: Option<u8>,
    record_length: Option<(u32, Span)>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            delimiter: None,
            quote: Some(b'"'),
            encoding: "utf-8",
            nulls: Vec::new(),
            decimal_comma: false,
            header: true,
            skip: 0,
            comment: None,
            record_length: None,
        }
    }
}

impl Format {
    /// Whether numbered columns of it can be a list.
    pub(super) fn has_lists(&self) -> bool {
        self.name == "csv" || self.knows_null
    }

    /// Whether null has no text in it, whatever a column's type is.
    pub(super) fn knows_null(&self) -> bool {
        self.knows_null
    }
}

impl<'t> Env<'t> {
    /// The options of a place of records.
    pub(super) fn options(
        &mut self,
        format: &Format,
        role: Role,
        given: &[(&'t Name, &'t tree::Expr)],
    ) -> Option<Options> {
        let known = if role == Role::Target { format.options.1 } else { format.options.0 };
        let mut options = Options::default();
        let mut names: Option<Span> = None;
        for (name, value) in given {
            if !known.contains(&name.text.as_str()) {
                self.unknown_option(name, known);
                continue;
            }
            match name.text.as_str() {
                "delimiter" => options.delimiter = Some((self.byte(value, "delimiter")?, value.span)),
                "comment" => options.comment = Some(self.byte(value, "beginning of a comment")?),
                "quote" if matches!(value.kind, ExprKind::Null) => options.quote = None,
                "quote" => options.quote = Some(self.byte(value, "quote")?),
                "encoding" => options.encoding = self.encoding(value)?,
                "decimal" => options.decimal_comma = self.comma(value)?,
                "null" => options.nulls = self.texts(value)?,
                "record_length" => {
                    options.record_length = Some((self.count(value, "a length in bytes")?, value.span));
                }
                "skip" => {
                    options.skip = self.count(value, "a number of lines")?;
                    if let Some(span) = names {
                        self.error(skip_or_names(value.span, span));
                    }
                    names = Some(value.span);
                }
                "names" => {
                    match &value.kind {
                        ExprKind::Null => options.header = false,
                        ExprKind::Quantity(n, unit) if unit == "line" => match n.parse::<u32>() {
                            Ok(line @ 1..) if names.is_none() => options.skip = line - 1,
                            Ok(1..) => self.error(skip_or_names(value.span, names.unwrap_or(value.span))),
                            _ => self.error(Diagnostic::new(
                                &rules::UNKNOWN_OPTION,
                                value.span,
                                "lines are counted from 1",
                            )),
                        },
                        _ => self.error(
                            Diagnostic::new(&rules::UNKNOWN_OPTION, value.span, "this says nothing about the header")
                                .help("`names: line 2` where the header is the second line, `names: null` where there is none"),
                        ),
                    }
                    if options.header {
                        names = Some(value.span);
                    }
                }
                _ => {}
            }
        }
        Some(options)
    }

    /// One ASCII byte between fields, or round them.
    fn byte(&mut self, e: &tree::Expr, what: &str) -> Option<u8> {
        if let ExprKind::Text(lit) = &e.kind
            && let Some(t) = super::plain_text(lit)
            && let [b] = t.as_bytes()
            && b.is_ascii()
            && !matches!(b, b'\n' | b'\r')
        {
            return Some(*b);
        }
        self.error(Diagnostic::new(
            &rules::UNKNOWN_OPTION,
            e.span,
            format!("the {what} is one ASCII character: `\"|\"`, `\"\\t\"`"),
        ));
        None
    }

    fn count(&mut self, e: &tree::Expr, what: &str) -> Option<u32> {
        if let ExprKind::Int(n) = &e.kind
            && let Ok(n @ 1..=1_000_000) = n.parse::<u32>()
        {
            return Some(n);
        }
        let label = format!("this is {what}, from 1 to 1,000,000");
        let d = Diagnostic::new(&rules::UNKNOWN_OPTION, e.span, label);
        let text = if let ExprKind::Text(lit) = &e.kind { super::plain_text(lit) } else { None };
        self.error(match text.filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit())) {
            Some(n) => d.fix(format!("write `{n}`"), e.span, n),
            None => d,
        });
        None
    }

    /// Whether a comma stands before the digits of a fraction.
    fn comma(&mut self, e: &tree::Expr) -> Option<bool> {
        let text = if let ExprKind::Text(lit) = &e.kind { super::plain_text(lit) } else { None };
        match text.as_deref() {
            Some(",") => Some(true),
            Some(".") => Some(false),
            _ => {
                let label = "before the digits of a fraction stands `\",\"` or `\".\"`";
                self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, e.span, label));
                None
            }
        }
    }

    /// A list of written-out texts.
    fn texts(&mut self, e: &tree::Expr) -> Option<Vec<String>> {
        let entries: Vec<&tree::Expr> = match &e.kind {
            ExprKind::List(entries) => entries.iter().collect(),
            _ => vec![e],
        };
        let text = |e: &&tree::Expr| if let ExprKind::Text(lit) = &e.kind { super::plain_text(lit) } else { None };
        let found: Option<Vec<String>> = entries.iter().map(text).collect();
        if found.is_none() {
            let label = "these are the texts that mean null: `null: [\"\", \"N/A\"]`";
            self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, e.span, label));
        }
        found
    }

    fn encoding(&mut self, e: &tree::Expr) -> Option<&'static str> {
        let ExprKind::Text(lit) = &e.kind else {
            let label = "an encoding is named in a text: `encoding: \"windows-1252\"`";
            self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, e.span, label));
            return None;
        };
        let name = self.plain(lit)?;
        if let Some(known) = migc_encodings::find(&name) {
            return Some(known.name());
        }
        let known: Vec<&str> = migc_encodings::names().collect();
        let d = Diagnostic::new(&rules::UNKNOWN_OPTION, e.span, format!("there is no encoding `{name}`"));
        self.error(match similar::did_you_mean(&name, &known) {
            Some(close) => d.fix(format!("did you mean `{close}`?"), e.span, format!("\"{close}\"")),
            None => d.help(migc_encodings::advice(&name)),
        });
        None
    }

    pub(super) fn unknown_option(&mut self, name: &Name, known: &[&str]) {
        let foreign = FOREIGN.iter().find(|(names, ours)| names.contains(&name.text.as_str()) && known.contains(ours));
        if let Some((_, ours)) = foreign {
            let label = format!("the option is called `{ours}` here");
            self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, name.span, label).fix(
                format!("write `{ours}`"),
                name.span,
                *ours,
            ));
            return;
        }
        let drafted = [("layers", "names", "tech.lyp"), ("rules", "rules", "tech.lef")];
        let d = Diagnostic::new(&rules::UNKNOWN_OPTION, name.span, format!("there is no option `{}` here", name.text));
        // Of layouts alone.
        let drafted = drafted.iter().find(|(option, ..)| *option == name.text && known.contains(&"dbu"));
        if let Some((option, what, file)) = drafted {
            return self.error(d.help(format!(
                "a spec says itself what holds: `migc draft LAYOUT --{option} {file}` writes the {what} into one"
            )));
        }
        let d = match similar::did_you_mean(&name.text, known) {
            Some(close) => similar::suggest(d, name.span, close),
            _ if known.is_empty() => d.help("there are no options here"),
            _ => d.help(format!("the options are: {}", known.join(", "))),
        };
        self.error(d);
    }

    /// A source, reference or target of records; gives its place in the plan.
    pub(super) fn records(
        &mut self,
        place: &'t tree::Place,
        format: &'static Format,
        options: &Options,
        columns: Vec<Column<'t>>,
        path: Option<(Template, Vec<String>)>,
        out: &mut Plan,
    ) -> Option<usize> {
        self.belonging(format, place.role, &columns);
        self.key_once(place, &columns);
        self.uniques(place, &columns);
        let (mut ignored, mut ignore_others, mut identify) = (Vec::new(), false, Vec::new());
        let mut order: Vec<Option<usize>> = vec![None; columns.len()];
        let mut nth = 0;
        for member in &place.members {
            match member {
                Member::Column(c) => {
                    if let Some(at) = columns.iter().position(|k| std::ptr::eq(k.tree, c)) {
                        order[at] = Some(nth);
                        nth += 1;
                    }
                }
                Member::List(l) if place.role == Role::Target || !format.has_lists() => {
                    let label = "a list belongs to a delimited source, in numbered columns, or to one of JSON";
                    self.error(Diagnostic::new(&rules::MISPLACED, l.span, label));
                }
                Member::List(l) if format.name == "csv" && !l.headers => {
                    let label = "the headers of its elements are missing";
                    self.error(Diagnostic::new(&migc_grammar::rules::SYNTAX, l.span, label).help(
                        "a list stands in numbered columns: `notes: list<{kind: text, body: text}> from \"Kind {n}\", \"Body {n}\" up to 12`",
                    ));
                }
                Member::List(l) => {
                    for c in l.elements.iter().flatten() {
                        if let Some(at) = columns.iter().position(|k| std::ptr::eq(k.tree, c)) {
                            order[at] = Some(nth);
                            nth += 1;
                        }
                    }
                }
                Member::Unique(u) if place.role != Role::Target => {
                    let label = "`unique` belongs to a target; in a source, say `key`";
                    self.error(Diagnostic::new(&rules::MISPLACED, u.span, label));
                }
                Member::Key(_) | Member::Unique(_) => {}
                Member::ConsensusBy(..) | Member::Later(_) | Member::Broken(_) => {}
                Member::LayerLet(tree::LayerLet { span, .. })
                | Member::Device(tree::Device { span, .. })
                | Member::ReadDbu(_, _, span)
                | Member::Every(span) => {
                    let label = "this belongs to a layout, and this is a file of records";
                    self.error(
                        Diagnostic::new(&rules::MISPLACED, *span, label).help("a `let` of records stands in their map"),
                    );
                }
                Member::Layer(l) => {
                    self.error(Diagnostic::new(
                        &rules::MISPLACED,
                        l.span,
                        "a layer belongs to a layout, and this is a file of records",
                    ));
                }
                Member::Ignore(i) => match &i.what {
                    Ignored::Columns(names) => {
                        for n in names {
                            match columns.iter().find(|c| c.tree.name.text == n.text) {
                                Some(c) => {
                                    let d = twice(n, &c.tree.name);
                                    self.error(d);
                                }
                                None => ignored.push(n.text.clone()),
                            }
                            nth += 1;
                        }
                        if format.name == "fixed" {
                            let d =
                                Diagnostic::new(&rules::MISPLACED, i.span, "characters are ignored by their places");
                            self.error(d.help("write `ignore 20..30 \"filler\"`"));
                        }
                    }
                    Ignored::Others => ignore_others = true,
                    Ignored::Places(_) if format.name == "fixed" => {}
                    Ignored::Places(p) => {
                        let label = "characters at places belong to a file of fixed width";
                        self.error(Diagnostic::new(&rules::MISPLACED, p.span, label));
                    }
                    Ignored::Layers(..) => {
                        self.error(Diagnostic::new(&rules::MISPLACED, i.span, "a layer number belongs to a layout"))
                    }
                },
                Member::IdentifyBy(names) if place.role != Role::Source => {
                    let span = names.first().map_or(place.name.span, |n| n.span);
                    self.error(Diagnostic::new(&rules::MISPLACED, span, "`identify by` names records of a source"));
                }
                Member::IdentifyBy(names) => {
                    for n in names {
                        match columns.iter().position(|c| c.tree.name.text == n.text) {
                            Some(i) => identify.push(i),
                            None => self.unknown_column(n, &columns),
                        }
                    }
                }
            }
        }
        if columns.is_empty() {
            self.error(
                Diagnostic::new(&rules::UNKNOWN_NAME, place.name.span, "no column is declared")
                    .help("declare each column: `{ name: text, born: date? }`"),
            );
            return None;
        }
        let given = Given { place, options, columns: &columns, ignore_others };
        if place.role == Role::Target {
            let said = migc_encodings::find(options.encoding);
            for c in &columns {
                if let Some(letter) = said.and_then(|e| e.unsayable(&c.tree.name.text)) {
                    let label = format!("{} has no {letter:?}, and this name stands in the file", options.encoding);
                    self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, c.tree.name.span, label));
                }
            }
            let layout = (format.target)(self, &given);
            let (path, _) = path?;
            let columns = columns.iter().map(|c| (c.tree.name.text.clone(), c.ty.clone())).collect();
            let format = RecordTarget { layout: layout?, encoding: options.encoding.to_owned(), columns };
            let name = place.name.text.clone();
            out.targets.push(Target { name, path, format: TargetFormat::Records(format) });
            return Some(out.targets.len() - 1);
        }
        let layout = (format.source)(self, &given);
        let (path, parts) = path?;
        let described = |(c, nth): (&Column<'_>, Option<usize>)| {
            let (empty_is_null, null_if) = super::places::null_rules(c);
            let absent = c.tree.attrs.iter().any(|a| matches!(a, Attr::Absent(_) | Attr::Element(_)));
            let place = (format.place)(c, nth.filter(|_| !options.header))?;
            Some(SourceColumn { name: c.tree.name.text.clone(), place, absent, empty_is_null, null_if })
        };
        let described: Option<Vec<SourceColumn>> = columns.iter().zip(order).map(described).collect();
        let file = RecordFile {
            layout: layout?,
            encoding: options.encoding.to_owned(),
            skip: options.skip,
            comment: options.comment,
            columns: described?,
            ignored,
            ignore_others,
            parts,
        };
        let name = place.name.text.clone();
        if place.role == Role::Source {
            out.sources.push(Source { name, path, format: SourceFormat::Records(file), identify });
            return Some(out.sources.len() - 1);
        }
        self.reference(place, columns, file, path, out)
    }

    /// Attributes that other formats have are out of place here.
    fn belonging(&mut self, format: &Format, role: Role, columns: &[Column<'t>]) {
        for attr in columns.iter().flat_map(|c| &c.tree.attrs) {
            let (name, span) = match attr {
                // Told of every target, whatever its format is.
                Attr::From(_) | Attr::Path(_) | Attr::Absent(_) if role == Role::Target => continue,
                Attr::From(l) => ("from", l.first().map(|l| l.span)),
                Attr::At(p) => ("at", Some(p.span)),
                Attr::Path(l) => ("path", Some(l.span)),
                Attr::Absent(s) => ("absent null", Some(*s)),
                Attr::Align(_, s) => ("align", Some(*s)),
                Attr::Fill(l) => ("fill", Some(l.span)),
                _ => continue,
            };
            if let (Attr::From(l), true) = (attr, format.attributes.contains(&"path"))
                && let Some(lit) = l.first()
                && super::plain_text(lit).is_some_and(|t| t.starts_with("$."))
            {
                let before = self.text.get(..lit.span.start as usize).unwrap_or_default().trim_end();
                let word = Span::new(before.len().saturating_sub(4), before.len());
                let d = Diagnostic::new(&rules::MISPLACED, lit.span, "a member of JSON is named by `path`");
                self.error(match self.piece(word) == "from" {
                    true => d.fix("write `path`", word, "path"),
                    false => d.help("write `path \"$.member\"`"),
                });
                continue;
            }
            if let Some(span) = span.filter(|_| !format.attributes.contains(&name)) {
                let owner: Vec<&str> =
                    FORMATS.iter().filter(|f| f.attributes.contains(&name)).map(|f| f.name).collect();
                let label =
                    format!("`{name}` belongs to columns of `{}`, and this is `{}`", owner.join("`, `"), format.name);
                self.error(Diagnostic::new(&rules::MISPLACED, span, label));
            }
        }
    }
}

fn skip_or_names(here: Span, there: Span) -> Diagnostic {
    Diagnostic::new(&rules::UNKNOWN_OPTION, here, "`skip` and `names` both say where the header is")
        .also(there, "here too")
        .help("`skip: 1` is the same as `names: line 2`: write one of them")
}
