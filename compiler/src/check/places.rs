//! Sources, references and targets.

use migc_functions::{Kind, Ty};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, Attr, ExprKind, Ignored, LayerKind, Member, Name, Role, StringLit};

use super::exprs::Body;
use super::{Column, Declared, Env, quantity, similar, twice};
use crate::plan::{
    self, Delimited, GdsSource, Layer, Numbers, Plan, Source, SourceColumn, SourceFormat, Target, TargetFormat,
    Template,
};
use crate::rules;

impl<'t> Env<'t> {
    pub(super) fn place(&mut self, place: &'t tree::Place, out: &mut Plan) {
        let columns = self.columns(place);
        self.places.push(Declared { tree: place, index: None, columns: columns.clone() });
        let (path, options) = self.arguments(place);
        let index = match place.format.text.as_str() {
            "csv" => self.delimited(place, path, options, columns, out),
            "gds" => self.gds(place, path, options, out),
            other => {
                let later =
                    ["oasis", "fixed", "jsonl", "json", "parquet", "xlsx", "sqlite", "postgres", "mysql", "rows"];
                let d = if later.contains(&other) {
                    Diagnostic::new(
                        &migc_grammar::rules::NOT_YET,
                        place.format.span,
                        format!("`{other}` is part of the language, and not built yet"),
                    )
                } else {
                    Diagnostic::new(&rules::UNKNOWN_OPTION, place.format.span, format!("there is no format `{other}`"))
                };
                self.error(d.help("this version reads and writes `csv(…)` and `gds(…)`"));
                None
            }
        };
        if let Some(last) = self.places.last_mut() {
            last.index = index;
        }
    }

    /// The columns of a place, each once.
    fn columns(&mut self, place: &'t tree::Place) -> Vec<Column<'t>> {
        let mut columns: Vec<Column<'t>> = Vec::new();
        for member in &place.members {
            let Member::Column(c) = member else { continue };
            if let Some(first) = columns.iter().find(|k| k.tree.name.text == c.name.text) {
                let d = twice(&c.name, &first.tree.name);
                self.error(d);
                continue;
            }
            // A type that does not exist is reported once; the column stays, so that its uses are no further errors.
            let before = self.diagnostics.len();
            let unread = self.syntax_errors.iter().any(|e| e.start >= c.span.start && e.end <= c.span.end);
            let ty = self.ty(&c.ty).unwrap_or(Ty { kind: Kind::Text(None), nullable: c.ty.nullable });
            let mut column = Column { tree: c, ty, broken: unread };
            self.attributes(&column, place.role);
            column.broken |= self.diagnostics.len() > before;
            columns.push(column);
        }
        columns
    }

    /// What stands behind a column's type.
    fn attributes(&mut self, c: &Column<'t>, role: Role) {
        for attr in &c.tree.attrs {
            match attr {
                Attr::As(lit) => {
                    let Some(form) = self.plain(lit) else { continue };
                    if let Err(why) = super::written::check_form(&c.ty.kind, &form, role) {
                        self.error(Diagnostic::new(&rules::WRONG_ARGUMENT, lit.span, why));
                    }
                }
                Attr::Key(span) if role != Role::Reference => {
                    let label = "a `key` of a source or target is checked in a later version, and not built yet";
                    self.error(Diagnostic::new(&migc_grammar::rules::NOT_YET, *span, label));
                }
                Attr::Unique(span) => self.later_key(*span, "`unique`"),
                Attr::Key(_) | Attr::From(_) | Attr::NullIf(_) | Attr::Later(_) => {}
            }
        }
        if let (Some(e), true) = (&c.tree.default, role != Role::Target) {
            self.error(Diagnostic::new(&rules::MISPLACED, e.span, "a default belongs to a column of a target"));
        }
    }

    fn later_key(&mut self, span: migc_grammar::span::Span, what: &str) {
        let label = format!("{what} is part of the language, and not built yet");
        self.error(Diagnostic::new(&migc_grammar::rules::NOT_YET, span, label));
    }

    /// The path and the options of a format.
    fn arguments(&mut self, place: &'t tree::Place) -> (Option<Template>, Vec<(&'t Name, &'t tree::Expr)>) {
        let mut path = None;
        let mut options = Vec::new();
        for arg in &place.args {
            match (&arg.name, &arg.value.kind) {
                (None, ExprKind::Text(lit)) if path.is_none() => path = Some(self.template(lit)),
                (None, _) => {
                    let label = "the first argument is the path, the others have names: `delimiter: \"|\"`";
                    self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, arg.value.span, label));
                }
                (Some(name), _) => options.push((name, &arg.value)),
            }
        }
        if path.is_none() {
            let label = format!("`{}(…)` wants a path first", place.format.text);
            self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, place.format.span, label));
        }
        (path, options)
    }

    fn unknown_option(&mut self, name: &Name, known: &[&str]) {
        let later = ["encoding", "decimal", "null", "names", "skip", "comment", "layers", "rules"];
        let d = if later.contains(&name.text.as_str()) {
            Diagnostic::new(
                &migc_grammar::rules::NOT_YET,
                name.span,
                format!("`{}` is part of the language, and not built yet", name.text),
            )
        } else {
            Diagnostic::new(&rules::UNKNOWN_OPTION, name.span, format!("there is no option `{}` here", name.text))
        };
        let d = match similar::did_you_mean(&name.text, known) {
            _ if later.contains(&name.text.as_str()) => {
                d.help("this version reads UTF-8 with a header, as `migc` writes it")
            }
            Some(close) => d.fix(format!("did you mean `{close}`?"), name.span, close),
            None => d.help(format!("the options are: {}", known.join(", "))),
        };
        self.error(d);
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

    fn delimited(
        &mut self,
        place: &'t tree::Place,
        path: Option<Template>,
        options: Vec<(&'t Name, &'t tree::Expr)>,
        columns: Vec<Column<'t>>,
        out: &mut Plan,
    ) -> Option<usize> {
        let (mut delimiter, mut quote) = (b',', Some(b'"'));
        for (name, value) in options {
            match name.text.as_str() {
                "delimiter" => {
                    delimiter = self.byte(value, "delimiter")?;
                    let in_values = delimiter.is_ascii_alphanumeric() || b"+-._\"".contains(&delimiter);
                    if place.role == Role::Target && in_values {
                        let label =
                            "this character stands inside numbers, days or words, so fields could not be told apart";
                        self.error(Diagnostic::new(&rules::UNKNOWN_OPTION, value.span, label));
                    }
                }
                "quote" if place.role != Role::Target => {
                    quote = if matches!(value.kind, ExprKind::Null) { None } else { Some(self.byte(value, "quote")?) }
                }
                _ => self.unknown_option(
                    name,
                    if place.role == Role::Target { &["delimiter"] } else { &["delimiter", "quote"] },
                ),
            }
        }
        if Some(delimiter) == quote {
            self.error(Diagnostic::new(
                &rules::UNKNOWN_OPTION,
                place.format.span,
                "the delimiter and the quote are the same character",
            ));
        }
        let (mut ignored, mut ignore_others, mut identify) = (Vec::new(), false, Vec::new());
        for member in &place.members {
            match member {
                Member::Column(_) | Member::ConsensusBy(..) | Member::Later(_) | Member::Broken(_) => {}
                Member::Key(k) => self.later_key(k.span, "a key of this form"),
                Member::Unique(u) => self.later_key(u.span, "`unique`"),
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
                        }
                    }
                    Ignored::Others => ignore_others = true,
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
        let path = path?;
        if place.role == Role::Target {
            let columns = columns.iter().map(|c| (c.tree.name.text.clone(), c.ty.clone())).collect();
            out.targets.push(Target {
                name: place.name.text.clone(),
                path,
                format: TargetFormat::Delimited { delimiter, columns },
            });
            return Some(out.targets.len() - 1);
        }
        let described = columns
            .iter()
            .map(|c| {
                let (empty_is_null, null_if) = null_rules(c);
                let headers = c.tree.attrs.iter().find_map(|a| if let Attr::From(h) = a { Some(h) } else { None });
                let headers = match headers {
                    Some(h) => h.iter().filter_map(super::plain_text).collect(),
                    None => vec![c.tree.name.text.clone()],
                };
                SourceColumn { name: c.tree.name.text.clone(), headers, empty_is_null, null_if }
            })
            .collect();
        let format = Delimited { delimiter, quote, columns: described, ignored, ignore_others };
        let name = place.name.text.clone();
        if place.role == Role::Source {
            out.sources.push(Source { name, path, format: SourceFormat::Delimited(format), identify });
            return Some(out.sources.len() - 1);
        }
        self.reference(place, columns, format, path, out)
    }

    fn reference(
        &mut self,
        place: &'t tree::Place,
        columns: Vec<Column<'t>>,
        format: Delimited,
        path: Template,
        out: &mut Plan,
    ) -> Option<usize> {
        let declared = Declared { tree: place, index: None, columns: columns.clone() };
        let key = key_of(&declared);
        let consensus =
            place.members.iter().find_map(|m| if let Member::ConsensusBy(n, s) = m { Some((n, *s)) } else { None });
        if let Some((names, _)) = consensus {
            for n in names {
                if !columns.iter().any(|c| c.tree.name.text == n.text) {
                    self.unknown_column(n, &columns);
                }
            }
        }
        let key_is_later = place.members.iter().any(|m| matches!(m, Member::Later(l) if l.what.contains("key")));
        if key.is_empty() && key_is_later {
            return None;
        }
        if key.is_empty() {
            let label = "no column is marked as the key";
            self.error(
                Diagnostic::new(&rules::WANTS_A_KEY, place.name.span, label)
                    .help("write `key` behind a column's type: `code: text(2) key`"),
            );
            return None;
        }
        let n = columns.len();
        let mut body = Body::new(self, columns);
        for i in 0..n {
            let at = body.columns[i].tree.name.span;
            let value = body.column(i, at)?;
            // Every column has a slot of its own, in order, so that a row is what the slots hold.
            if !matches!(value.op, plan::Op::Slot(_)) {
                let slot = body.bind(&place_name(&body, i), value.info.clone());
                body.steps.push(plan::Step::Let { slot, value, otherwise: plan::Otherwise::Never });
                body.bound[i] = Some(slot);
            }
        }
        if let Some(i) = (0..n).find(|i| body.bound[*i] != Some(*i)) {
            let span = body.columns[i].tree.name.span;
            let label = "a column of a reference whose `else` reads another column is not built yet";
            body.env.error(Diagnostic::new(&migc_grammar::rules::NOT_YET, span, label));
            return None;
        }
        let mut program = body.program;
        program.branches.push(plan::Branch { steps: body.steps, ..plan::Branch::default() });
        let path = path.clone();
        out.references.push(plan::Reference {
            name: place.name.text.clone(),
            path,
            format,
            program,
            key,
            consensus: consensus.is_some(),
        });
        Some(out.references.len() - 1)
    }

    pub(super) fn unknown_column(&mut self, n: &Name, columns: &[Column<'t>]) {
        let known: Vec<&str> = columns.iter().map(|c| c.tree.name.text.as_str()).collect();
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("there is no column `{}`", n.text));
        self.error(match similar::did_you_mean(&n.text, &known) {
            Some(close) => d.fix(format!("did you mean `{close}`?"), n.span, close),
            None => d.help(similar::in_scope("columns", known.iter().copied())),
        });
    }

    fn gds(
        &mut self,
        place: &'t tree::Place,
        path: Option<Template>,
        options: Vec<(&'t Name, &'t tree::Expr)>,
        out: &mut Plan,
    ) -> Option<usize> {
        if place.role == Role::Reference {
            self.error(Diagnostic::new(
                &migc_grammar::rules::NOT_YET,
                place.format.span,
                "a layout as a reference is not built yet",
            ));
            return None;
        }
        let (mut dbu, mut grid) = (None, None);
        for (name, value) in options {
            let known = match name.text.as_str() {
                "dbu" => &mut dbu,
                "grid" => &mut grid,
                _ => {
                    self.unknown_option(name, &["dbu", "grid"]);
                    continue;
                }
            };
            match quantity::length(value) {
                Ok(l) => *known = Some((l, value.span)),
                Err(d) => self.error(d),
            }
        }
        let (mut layers, mut ignored, mut ignore_others) = (Vec::<Layer>::new(), Vec::new(), false);
        let mut names: Vec<&Name> = Vec::new();
        let mut claimed: Vec<(bool, &tree::LayerNumbers, &Name)> = Vec::new();
        for member in &place.members {
            match member {
                Member::Layer(l) => {
                    if let Some(first) = names.iter().find(|n| n.text == l.name.text) {
                        let d = twice(&l.name, first);
                        self.error(d);
                    }
                    names.push(&l.name);
                    let texts = l.kind == LayerKind::Text;
                    for n in &l.numbers {
                        let both = claimed.iter().find(|(t, k, _)| {
                            *t == texts && k.layer == n.layer && k.first <= n.last && n.first <= k.last
                        });
                        if let Some((_, other, name)) = both {
                            let d = Diagnostic::new(
                                &rules::LAYER_TWICE,
                                n.span,
                                format!("`{}` has this number already", name.text),
                            );
                            self.error(
                                d.also(other.span, "here")
                                    .help("give each number to one layer; a range ends where the next begins"),
                            );
                        }
                        claimed.push((texts, n, &l.name));
                    }
                    if let (true, Some(n)) =
                        (place.role == Role::Target, l.numbers.iter().find(|n| n.first != n.last).or(l.numbers.get(1)))
                    {
                        let label = "a layer of a target has one number";
                        self.error(Diagnostic::new(&rules::WRONG_QUANTITY, n.span, label));
                    }
                    layers.push(Layer {
                        name: l.name.text.clone(),
                        texts,
                        numbers: l.numbers.iter().map(numbers).collect(),
                    });
                }
                Member::Column(c) => {
                    self.error(
                        Diagnostic::new(&rules::MISPLACED, c.span, "a column belongs to records, and this is a layout")
                            .help("declare a layer: `metal1: layer 11/0`"),
                    );
                }
                Member::Ignore(i) => match &i.what {
                    Ignored::Layers(_, n) => ignored.extend(n.iter().map(numbers)),
                    Ignored::Others => ignore_others = true,
                    Ignored::Columns(names) => {
                        let span = names.first().map_or(i.span, |n| n.span);
                        self.error(Diagnostic::new(
                            &rules::MISPLACED,
                            span,
                            "layers are ignored by number: `ignore 52/0 \"why\"`",
                        ));
                    }
                },
                Member::IdentifyBy(_) => {
                    self.error(Diagnostic::new(&rules::MISPLACED, place.name.span, "`identify by` belongs to records"))
                }
                Member::ConsensusBy(_, s) => {
                    self.error(Diagnostic::new(&rules::MISPLACED, *s, "`consensus by` belongs to references"))
                }
                Member::Key(tree::KeyDef { span, .. }) | Member::Unique(tree::UniqueDef { span, .. }) => {
                    self.error(Diagnostic::new(&rules::MISPLACED, *span, "a key belongs to records"));
                }
                Member::Later(_) | Member::Broken(_) => {}
            }
        }
        for member in &place.members {
            if let Member::Layer(tree::Layer { labels: Some(n), .. }) = member
                && !layers.iter().any(|l| l.name == n.text && !l.texts)
            {
                let known: Vec<&str> = layers.iter().filter(|l| !l.texts).map(|l| l.name.as_str()).collect();
                let d =
                    Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("there is no layer `{}` to label", n.text));
                self.error(match similar::did_you_mean(&n.text, &known) {
                    Some(close) => d.fix(format!("did you mean `{close}`?"), n.span, close),
                    None => d.help(similar::in_scope("layers", known.iter().copied())),
                });
            }
        }
        if dbu.is_none() {
            let label = "the database unit is not said";
            self.error(
                Diagnostic::new(&rules::WRONG_QUANTITY, place.format.span, label)
                    .help("write it behind the path: `dbu: 1nm`; the file is checked against it"),
            );
        }
        let (dbu, path) = (dbu?.0, path?);
        let grid_units = |env: &mut Self, grid: Option<(i64, migc_grammar::span::Span)>| match grid {
            Some((g, span)) if g % dbu != 0 => {
                env.error(Diagnostic::new(
                    &rules::WRONG_QUANTITY,
                    span,
                    "the grid is not a multiple of the database unit",
                ));
                1
            }
            Some((g, _)) => g / dbu,
            None => 1,
        };
        let grid_units = grid_units(self, grid);
        let name = place.name.text.clone();
        if place.role == Role::Source {
            let format = SourceFormat::Gds(GdsSource {
                dbu: Some(dbu),
                grid: grid.map(|g| g.0),
                layers,
                ignored,
                ignore_others,
            });
            out.sources.push(Source { name, path, format, identify: Vec::new() });
            return Some(out.sources.len() - 1);
        }
        out.targets.push(Target { name, path, format: TargetFormat::Gds { dbu, grid: grid_units, layers } });
        Some(out.targets.len() - 1)
    }
}

fn numbers(n: &tree::LayerNumbers) -> Numbers {
    Numbers { layer: n.layer, first: n.first, last: n.last }
}

fn place_name(body: &Body<'_, '_>, i: usize) -> String {
    body.columns[i].tree.name.text.clone()
}

/// Whether an empty field of a column is null, and which texts are.
pub(crate) fn null_rules(c: &Column<'_>) -> (bool, Vec<String>) {
    let listed = |l: &Vec<StringLit>| l.iter().filter_map(super::plain_text).collect::<Vec<_>>();
    let null_if = c.tree.attrs.iter().find_map(|a| if let Attr::NullIf(l) = a { Some(listed(l)) } else { None });
    // An empty field is null for nullable and for non-text columns; of a required one, it then fails. Only a truth value
    // can be written as nothing, and is no null then.
    let nothing_is_a_word = c.ty.kind == Kind::Bool
        && c.tree.attrs.iter().any(|a| match a {
            Attr::As(lit) => super::plain_text(lit).is_some_and(|f| f.starts_with('/') || f.ends_with('/')),
            _ => false,
        });
    let empty = (c.ty.nullable || !c.ty.kind.is_text()) && !nothing_is_a_word;
    (empty, null_if.unwrap_or_default())
}

/// The columns of a reference's key.
pub(crate) fn key_of(place: &Declared<'_>) -> Vec<usize> {
    let consensus =
        place.tree.members.iter().find_map(|m| if let Member::ConsensusBy(n, _) = m { Some(n) } else { None });
    if let Some(names) = consensus {
        return names.iter().filter_map(|n| place.columns.iter().position(|c| c.tree.name.text == n.text)).collect();
    }
    let is_key = |c: &Column<'_>| c.tree.attrs.iter().any(|a| matches!(a, Attr::Key(_)));
    (0..place.columns.len()).filter(|i| is_key(&place.columns[*i])).collect()
}
