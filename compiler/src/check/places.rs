//! Sources, references and targets.

use migc_functions::{Kind, Ty};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Attr, ExprKind, Member, Name, Role, StringLit};

use super::exprs::Body;
use super::formats::{self, Format, Options};
use super::{Column, Declared, Env, similar, twice};
use crate::plan::{self, LayoutFile, Plan, RecordFile, Template};
use crate::rules;

/// The path of a place with the names of its parts, and its options.
type Arguments<'t> = (Option<(Template, Vec<String>)>, Vec<(&'t Name, &'t tree::Expr)>);

impl<'t> Env<'t> {
    pub(super) fn place(&mut self, place: &'t tree::Place, out: &mut Plan) {
        let (path, options) = self.arguments(place);
        let format = formats::find(&place.format.text);
        let known = format.map(|format| self.options(format, place.role, &options));
        // A layout has layers; what else stands there is told of as such.
        let columns = match place.format.text.as_str() {
            "gds" | "oasis" => Vec::new(),
            _ => self.columns(place, format, known.as_ref().and_then(Option::as_ref)),
        };
        let parts = path.as_ref().map(|(_, parts)| parts.clone()).unwrap_or_default();
        let encoding = known.as_ref().and_then(Option::as_ref).map_or("utf-8", |o| o.encoding);
        self.places.push(Declared { tree: place, index: None, columns: columns.clone(), parts, encoding });
        let index = match (format, known) {
            (Some(format), known) => known.flatten().and_then(|o| self.records(place, format, &o, columns, path, out)),
            (None, _) if let Some(file) = LayoutFile::ALL.into_iter().find(|f| f.word() == place.format.text) => {
                self.layout_place(place, file, path.map(|(path, _)| path), options, out)
            }
            _ => {
                let other = place.format.text.as_str();
                let later = ["parquet", "xlsx", "sqlite", "postgres", "mysql", "rows"];
                let d = if later.contains(&other) {
                    Diagnostic::new(
                        &migc_grammar::rules::NOT_YET,
                        place.format.span,
                        format!("`{other}` is part of the language, and not built yet"),
                    )
                } else {
                    Diagnostic::new(&rules::UNKNOWN_OPTION, place.format.span, format!("there is no format `{other}`"))
                };
                const ALL: &str = "this version reads and writes `csv(…)`, `fixed(…)`, `jsonl(…)`, `gds(…)` and `oasis(…)`, and reads `json(…)`";
                self.error(match formats::meant(other) {
                    Some(meant) => similar::suggest(d, place.format.span, meant),
                    None if ["xlsx", "xls", "excel"].contains(&other) => {
                        d.help("save each sheet as CSV, and read that: `csv(\"sheet.csv\", delimiter: \";\")`")
                    }
                    None => d.help(ALL),
                });
                None
            }
        };
        if let Some(last) = self.places.last_mut() {
            last.index = index;
        }
    }

    /// The columns of a place, each once.
    fn columns(
        &mut self,
        place: &'t tree::Place,
        format: Option<&Format>,
        options: Option<&Options>,
    ) -> Vec<Column<'t>> {
        let nulls = options.map(|o| o.nulls.clone()).unwrap_or_default();
        let knows_null = format.is_some_and(Format::knows_null);
        let mut columns: Vec<Column<'t>> = Vec::new();
        // A list where none can be is reported as one; its elements are no columns then.
        let lists = place.role != Role::Target && format.is_none_or(Format::has_lists);
        for c in place.columns().filter(|c| lists || !c.attrs.iter().any(|a| matches!(a, Attr::Element(_)))) {
            if let Some(first) = columns.iter().find(|k| k.tree.name.text == c.name.text) {
                let d = twice(&c.name, &first.tree.name);
                self.error(d);
                continue;
            }
            // A type that does not exist is reported once; the column stays, so that its uses are no further errors.
            let before = self.diagnostics.len();
            let unread = self.syntax_errors.iter().any(|e| e.start >= c.span.start && e.end <= c.span.end);
            let ty = self.ty(&c.ty);
            let is_known = ty.is_some();
            let ty = ty.unwrap_or(Ty { kind: Kind::Text(None), nullable: c.ty.nullable });
            let said = c.attrs.iter().find_map(|a| if let Attr::As(lit) = a { super::plain_text(lit) } else { None });
            let comma = options.is_some_and(|o| o.decimal_comma)
                && (matches!(ty.kind, Kind::Decimal { s: 1.., .. }) || ty.kind == Kind::Float64);
            let form = said.or(comma.then(|| "1234,56".to_owned()));
            let rules = self.rules_of(&c.ty);
            let mut column = Column { tree: c, ty, rules, broken: unread, nulls: nulls.clone(), form, knows_null };
            self.attributes(&column, place.role, is_known);
            column.broken |= self.diagnostics.len() > before;
            columns.push(column);
        }
        columns
    }

    /// What stands behind a column's type.
    fn attributes(&mut self, c: &Column<'t>, role: Role, is_known: bool) {
        for attr in &c.tree.attrs {
            match attr {
                // How a type that does not exist is written is not known.
                Attr::As(_) if !is_known => {}
                Attr::As(lit) => {
                    let Some(form) = self.plain(lit) else { continue };
                    if let Err(why) = super::written::check_form(&c.ty.kind, c.ty.nullable, &form, role) {
                        let d = Diagnostic::new(&rules::WRONG_ARGUMENT, lit.span, why);
                        let before = self.text.get(..lit.span.start as usize).unwrap_or_default().trim_end();
                        let word = Span::new(before.len().saturating_sub(2), before.len());
                        // Of a text, what stands there was meant as its default.
                        let default = role == Role::Target && c.ty.kind.is_text() && self.piece(word) == "as";
                        self.error(match default && c.tree.default.is_none() {
                            true => d.fix("what stands where nothing is assigned is written behind `=`", word, "="),
                            false if c.ty.kind == Kind::Bool => super::written::words_mended(d, &form, lit.span),
                            false if c.ty.kind.is_number() => {
                                super::written::number_mended(d, &c.ty.kind, &form, lit.span)
                            }
                            false => super::written::pattern_mended(d, &form, lit.span),
                        });
                    }
                }
                Attr::Unique(span) if role != Role::Target => {
                    let label = "`unique` belongs to a column of a target; in a source, say `key`";
                    let d = Diagnostic::new(&rules::MISPLACED, *span, label);
                    self.error(match self.piece(*span) == "unique" {
                        true => d.fix("write `key`", *span, "key"),
                        false => d,
                    });
                }
                _ => {}
            }
        }
        if role == Role::Target {
            self.read_only(c);
        }
        if let (Some(e), true) = (&c.tree.default, role != Role::Target) {
            self.error(Diagnostic::new(&rules::MISPLACED, e.span, "a default belongs to a column of a target"));
        }
    }

    /// A target's column is not read: what says how a text is read has no meaning there.
    fn read_only(&mut self, c: &Column<'t>) {
        for attr in &c.tree.attrs {
            let (what, span, help) = match attr {
                Attr::From(l) => {
                    let Some(first) = l.first() else { continue };
                    let help = "a target's column is written under its name; a name with blanks stands in backticks";
                    ("`from`", first.span, help)
                }
                Attr::NullIf(l) => {
                    let Some(first) = l.first() else { continue };
                    ("`null if`", first.span, "make null in the map: `column |> null_if(\"-\")`")
                }
                Attr::Absent(span) => ("`absent null`", *span, "a column that no map assigns needs `?` or a default"),
                Attr::Path(l) => ("`path`", l.span, "a target's objects are flat: each column is a member of its name"),
                _ => continue,
            };
            let label = format!("{what} says how a column is read, and this one is written");
            self.error(Diagnostic::new(&rules::MISPLACED, span, label).help(help));
        }
        if let Some(tail) = &c.tree.tail {
            let label = "`else` says what happens to a text that cannot be read, and this column is written";
            self.error(
                Diagnostic::new(&rules::MISPLACED, tail.span, label)
                    .help("write it behind the assignment in the map: `column = value else …`"),
            );
        }
    }

    /// One statement says what the key of a place is.
    pub(super) fn key_once(&mut self, place: &'t tree::Place, columns: &[Column<'t>]) {
        let mut said: Vec<Span> = columns
            .iter()
            .flat_map(|c| &c.tree.attrs)
            .filter_map(|a| if let Attr::Key(s) = a { Some(*s) } else { None })
            .take(1)
            .collect();
        said.extend(place.members.iter().filter_map(|m| match m {
            tree::Member::Key(k) => Some(k.span),
            tree::Member::ConsensusBy(_, span) if place.role == Role::Reference => Some(*span),
            _ => None,
        }));
        for again in said.iter().skip(1) {
            let label = "this says once more what the key is";
            self.error(
                Diagnostic::new(&rules::DEFINED_TWICE, *again, label)
                    .also(said[0], "here first")
                    .help("write one of them: `key` behind columns, `key (a, b)`, or `consensus by a, b`"),
            );
        }
    }

    /// A source, reference or target where a value is wanted.
    pub(super) fn place_as_value(&self, n: &Name) -> Option<Diagnostic> {
        let place = self.places.iter().find(|p| p.tree.name.text == n.text)?;
        let name = &n.text;
        let (label, help) = match place.tree.role {
            Role::Reference => (
                format!("`{name}` is a reference: its records are looked up by their key"),
                format!("write `let found = {name}[key] else reject CODE`, and then `found.column`"),
            ),
            Role::Source => (
                format!("`{name}` is a source"),
                "its columns stand by their names: `column`, not `source.column`".into(),
            ),
            Role::Target => (format!("`{name}` is a target"), "its columns stand by their names in a `check`".into()),
        };
        Some(Diagnostic::new(&rules::UNKNOWN_NAME, n.span, label).help(help))
    }

    /// The path and the options of a format.
    fn arguments(&mut self, place: &'t tree::Place) -> Arguments<'t> {
        let mut path = None;
        let mut options = Vec::new();
        for arg in &place.args {
            match (&arg.name, &arg.value.kind) {
                (None, ExprKind::Text(lit)) if path.is_none() => path = Some(self.template(lit, place.role)),
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

    pub(super) fn reference(
        &mut self,
        place: &'t tree::Place,
        columns: Vec<Column<'t>>,
        format: RecordFile,
        path: Template,
        out: &mut Plan,
    ) -> Option<usize> {
        let declared =
            Declared { tree: place, index: None, columns: columns.clone(), parts: Vec::new(), encoding: "utf-8" };
        let range = self.range_of(place, &columns);
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
        if key.is_empty() && range.is_none() {
            let label = "no column is marked as the key";
            // `unique` was meant to mark it, and was told of.
            if columns.iter().any(|c| c.tree.attrs.iter().any(|a| matches!(a, Attr::Unique(_)))) {
                return None;
            }
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
            range,
            consensus: consensus.is_some(),
        });
        Some(out.references.len() - 1)
    }

    /// The columns of the range that ends the key of a reference, if one does.
    fn range_of(&mut self, place: &'t tree::Place, columns: &[Column<'t>]) -> Option<(usize, usize)> {
        let key = place.members.iter().find_map(|m| if let Member::Key(k) = m { Some(k) } else { None })?;
        let names = key.columns.iter().chain(key.range.iter().flat_map(|(a, b)| [a, b]));
        for n in names {
            if !columns.iter().any(|c| c.tree.name.text == n.text) {
                self.unknown_column(n, columns);
            }
        }
        let (from, to) = key.range.as_ref()?;
        let at = |n: &Name| columns.iter().position(|c| c.tree.name.text == n.text);
        let (a, b) = (at(from)?, at(to)?);
        let (ka, kb) = (&columns[a].ty.kind, &columns[b].ty.kind);
        if ka != kb || ka.bounds().is_none() {
            let label = format!("these are {ka} and {kb}");
            self.error(
                Diagnostic::new(&rules::WRONG_TYPE, key.span, label)
                    .help("a range lies between two columns of one type of numbers, days or times"),
            );
            return None;
        }
        Some((a, b))
    }

    /// A piece of the spec.
    pub(super) fn piece(&self, at: Span) -> &'t str {
        self.text.get(at.range()).unwrap_or("…")
    }

    pub(super) fn unknown_column(&mut self, n: &Name, columns: &[Column<'t>]) {
        if self.misspelt.contains(&n.text) {
            return;
        }
        let known: Vec<&str> = columns.iter().map(|c| c.tree.name.text.as_str()).collect();
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("there is no column `{}`", n.text));
        self.error(similar::offer(d, n, "columns", &known));
    }
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
    let empty = (c.ty.nullable || !c.ty.kind.is_text()) && !nothing_is_a_word || c.knows_null;
    let mut null_if = null_if.unwrap_or_default();
    null_if.extend(c.nulls.iter().cloned());
    (empty, null_if)
}

/// The columns of a reference's key that must be equal.
pub(crate) fn key_of(place: &Declared<'_>) -> Vec<usize> {
    let consensus =
        place.tree.members.iter().find_map(|m| if let Member::ConsensusBy(n, _) = m { Some(n) } else { None });
    if let Some(names) = consensus {
        return names.iter().filter_map(|n| place.columns.iter().position(|c| c.tree.name.text == n.text)).collect();
    }
    let listed = place.tree.members.iter().find_map(|m| if let Member::Key(k) = m { Some(&k.columns) } else { None });
    if let Some(names) = listed {
        return names.iter().filter_map(|n| place.columns.iter().position(|c| c.tree.name.text == n.text)).collect();
    }
    let is_key = |c: &Column<'_>| c.tree.attrs.iter().any(|a| matches!(a, Attr::Key(_)));
    (0..place.columns.len()).filter(|i| is_key(&place.columns[*i])).collect()
}
