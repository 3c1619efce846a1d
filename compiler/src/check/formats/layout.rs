//! Layouts: libraries of GDSII and OASIS.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{self, Ignored, LayerKind, Member, Name, Role};

use super::super::{Env, quantity, similar, twice};
use crate::plan::{
    Layer, LayoutFile, LayoutSource, Numbers, Plan, Source, SourceFormat, Target, TargetFormat, Template,
};
use crate::rules;

/// The options of a layout. Lengths are in 10⁻¹⁵ m, with their places.
#[derive(Default)]
struct Options {
    dbu: Option<(i64, Span)>,
    grid: Option<(i64, Span)>,
    /// The database unit stands there, and cannot be read.
    wrong: bool,
    /// What the file says that it was scaled by.
    scaled: Option<[(i64, i64); 2]>,
    /// Whether the file carries its scale.
    marked: bool,
}

/// The layers of a layout.
#[derive(Default)]
struct Members {
    layers: Vec<Layer>,
    ignored: Vec<Numbers>,
    ignore_others: bool,
    /// Where it says that every other layer is carried over.
    every: Option<Span>,
}

/// Numbers of shapes, or of texts, and the layer that has them.
type Claim<'t> = (bool, &'t tree::LayerNumbers, &'t Name);

impl<'t> Env<'t> {
    /// A source or a target that is a layout, and its place in the plan.
    pub(in super::super) fn layout_place(
        &mut self,
        place: &'t tree::Place,
        file: LayoutFile,
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
        let options = self.layout_options(place.role, options);
        let parts = path.iter().flat_map(|p| &p.0).any(|p| matches!(p, crate::plan::TemplatePart::Glob(_)));
        if parts {
            let at = place.args.first().map_or(place.name.span, |a| a.value.span);
            let d = Diagnostic::new(&rules::MISPLACED, at, "a layout is one file, and this names several");
            self.error(d.help("name one file, or give its name as a parameter"));
        }
        let mut members = self.layout_members(place);
        self.labels(place, &mut members.layers);
        if let (Some(at), true) = (members.every, members.ignore_others) {
            let label = "every other layer is carried over, and `ignore others` leaves them out";
            self.error(Diagnostic::new(&rules::DEFINED_TWICE, at, label));
        }
        if options.dbu.is_none() && !options.wrong {
            let label = "the database unit is not said";
            self.error(
                Diagnostic::new(&rules::WRONG_QUANTITY, place.format.span, label)
                    .help("write it behind the path: `dbu: 1nm`; the file is checked against it"),
            );
        }
        let (file_dbu, path) = (options.dbu?.0, path?);
        let dbu = self.read_as(place, file_dbu).unwrap_or(file_dbu);
        let grid = self.grid_units(options.grid, dbu);
        let (found, lets) = self.layer_promises(place, &members.layers, (dbu, grid));
        for (at, pitch) in found.pitches {
            members.layers[at].pitch = Some(pitch);
        }
        let name = place.name.text.clone();
        if place.role == Role::Source {
            let format = SourceFormat::Layout(LayoutSource {
                file,
                dbu,
                file_dbu,
                scaled: options.scaled,
                grid: options.grid.map(|g| g.0),
                layers: members.layers,
                lets,
                programs: found.read.programs,
                promises: found.design,
                joins: found.joins,
                devices: found.devices,
                ignored: members.ignored,
                ignore_others: members.ignore_others,
                every: members.every.is_some(),
            });
            out.sources.push(Source { name, path, format, identify: Vec::new() });
            return Some(out.sources.len() - 1);
        }
        let format = TargetFormat::Layout {
            file,
            dbu,
            grid,
            layers: members.layers,
            rules: found.design,
            programs: found.read.programs,
            joins: found.joins,
            devices: found.devices,
            every: members.every.is_some(),
            marked: options.marked,
        };
        out.targets.push(Target { name, path, format });
        Some(out.targets.len() - 1)
    }

    /// What stands behind the path.
    fn layout_options(&mut self, role: Role, options: Vec<(&'t Name, &'t tree::Expr)>) -> Options {
        let mut out = Options { marked: true, ..Options::default() };
        for (name, value) in options {
            let known = match (name.text.as_str(), role) {
                ("dbu", _) => &mut out.dbu,
                ("grid", _) => &mut out.grid,
                ("scaled", Role::Source) => {
                    out.scaled = self.scaled_before(value);
                    continue;
                }
                ("mark", Role::Target) => {
                    match value.kind {
                        tree::ExprKind::Bool(b) => out.marked = b,
                        _ => {
                            let label = "the mark of the scale is written, or it is not";
                            let d = Diagnostic::new(&rules::UNKNOWN_OPTION, value.span, label);
                            self.error(d.help("write `mark: false` where the file must not carry its scale"));
                        }
                    }
                    continue;
                }
                (_, role) => {
                    let own = if role == Role::Source { "scaled" } else { "mark" };
                    self.unknown_option(name, &["dbu", "grid", own]);
                    continue;
                }
            };
            match quantity::length(value) {
                Ok(l) => *known = Some((l, value.span)),
                Err(d) => {
                    out.wrong |= name.text == "dbu";
                    self.error(d);
                }
            }
        }
        out
    }

    /// What stands between the braces.
    fn layout_members(&mut self, place: &'t tree::Place) -> Members {
        let mut out = Members::default();
        let mut names: Vec<&Name> = Vec::new();
        let mut claimed: Vec<(bool, &tree::LayerNumbers, &Name)> = Vec::new();
        for member in &place.members {
            match member {
                Member::Layer(l) => {
                    self.layer_declared(place.role, l, &names, &mut claimed);
                    names.push(&l.name);
                    out.layers.push(layer_of(l));
                }
                Member::Column(c) => {
                    self.error(
                        Diagnostic::new(&rules::MISPLACED, c.span, "a column belongs to records, and this is a layout")
                            .help("declare a layer: `metal1: layer 11/0`"),
                    );
                }
                Member::Ignore(i) => self.ignored_layers(i, &mut out),
                Member::IdentifyBy(_) => {
                    self.error(Diagnostic::new(&rules::MISPLACED, place.name.span, "`identify by` belongs to records"))
                }
                Member::ConsensusBy(_, s) => {
                    self.error(Diagnostic::new(&rules::MISPLACED, *s, "`consensus by` belongs to references"))
                }
                Member::List(tree::ListColumn { span, .. })
                | Member::Key(tree::KeyDef { span, .. })
                | Member::Unique(tree::UniqueDef { span, .. }) => {
                    self.error(Diagnostic::new(&rules::MISPLACED, *span, "a key belongs to records"));
                }
                Member::Every(span) => {
                    if let Some(first) = out.every.replace(*span) {
                        let d = Diagnostic::new(&rules::DEFINED_TWICE, *span, "every other layer is declared already");
                        self.error(d.also(first, "here"));
                    }
                }
                Member::ReadDbu(_, _, span) if place.role == Role::Target => {
                    let d = Diagnostic::new(&rules::MISPLACED, *span, "a target is written in its own unit");
                    self.error(d.help("a source is read as another unit; a target has `dbu: 1nm` behind its path"));
                }
                Member::LayerLet(_) | Member::Device(_) | Member::Later(_) | Member::Broken(_) => {}
                Member::ReadDbu(..) => {}
            }
        }
        out
    }

    /// A layer has a name and numbers of its own, and one number in a target.
    fn layer_declared(&mut self, role: Role, l: &'t tree::Layer, names: &[&Name], claimed: &mut Vec<Claim<'t>>) {
        if let Some(first) = names.iter().find(|n| n.text == l.name.text) {
            let d = twice(&l.name, first);
            self.error(d);
        }
        let texts = l.kind == LayerKind::Text;
        for n in &l.numbers {
            let both = claimed
                .iter()
                .find(|(t, k, _)| *t == texts && k.layer == n.layer && k.first <= n.last && n.first <= k.last);
            if let Some((_, other, name)) = both {
                let d =
                    Diagnostic::new(&rules::LAYER_TWICE, n.span, format!("`{}` has this number already", name.text));
                self.error(
                    d.also(other.span, "here")
                        .help("give each number to one layer; a range ends where the next begins"),
                );
            }
            claimed.push((texts, n, &l.name));
        }
        if let (true, Some(n)) =
            (role == Role::Target, l.numbers.iter().find(|n| n.first != n.last).or(l.numbers.get(1)))
        {
            let label = "a layer of a target has one number";
            self.error(Diagnostic::new(&rules::WRONG_QUANTITY, n.span, label));
        }
    }

    /// `ignore 52/0 "why"`, `ignore others "why"`
    fn ignored_layers(&mut self, i: &tree::Ignore, out: &mut Members) {
        match &i.what {
            Ignored::Layers(_, n) => out.ignored.extend(n.iter().map(numbers)),
            Ignored::Others => out.ignore_others = true,
            Ignored::Places(p) => {
                let label = "characters at places belong to a file of fixed width";
                let d = Diagnostic::new(&rules::MISPLACED, p.span, label);
                let n = self.piece(p.span);
                self.error(match n.bytes().all(|b| b.is_ascii_digit()) {
                    true => {
                        let new = format!("{n}/0");
                        d.fix(format!("a layer has two numbers: `{new}`"), p.span, new)
                    }
                    false => d,
                });
            }
            Ignored::Columns(names) => {
                let span = names.first().map_or(i.span, |n| n.span);
                self.error(Diagnostic::new(
                    &rules::MISPLACED,
                    span,
                    "layers are ignored by number: `ignore 52/0 \"why\"`",
                ));
            }
        }
    }

    /// Which layer each layer of texts labels.
    fn labels(&mut self, place: &tree::Place, layers: &mut [Layer]) {
        for member in &place.members {
            if let Member::Layer(tree::Layer { labels: Some(n), .. }) = member
                && !layers.iter().any(|l| l.name == n.text && !l.texts)
            {
                let known: Vec<&str> = layers.iter().filter(|l| !l.texts).map(|l| l.name.as_str()).collect();
                let d =
                    Diagnostic::new(&rules::UNKNOWN_NAME, n.span, format!("there is no layer `{}` to label", n.text));
                self.error(similar::offer(d, n, "layers", &known));
            }
        }
        for member in &place.members {
            if let Member::Layer(tree::Layer { name, labels: Some(n), .. }) = member
                && let Some(labelled) = layers.iter().position(|l| l.name == n.text)
                && let Some(texts) = layers.iter_mut().find(|l| l.name == name.text)
            {
                texts.labels = Some(labelled);
            }
        }
    }

    /// The grid in database units.
    fn grid_units(&mut self, grid: Option<(i64, Span)>, dbu: i64) -> i64 {
        match grid {
            Some((g, span)) if g % dbu != 0 => {
                self.error(
                    Diagnostic::new(&rules::WRONG_QUANTITY, span, "the grid is not a multiple of the database unit")
                        .help("write a whole number of database units: where `dbu: 1nm`, `grid: 5nm`"),
                );
                1
            }
            Some((g, _)) => g / dbu,
            None => 1,
        }
    }

    /// The unit that a layout is meant in, where it is not the one that the file has.
    fn read_as(&mut self, place: &'t tree::Place, file: i64) -> Option<i64> {
        let mut said: Option<(i64, Span)> = None;
        for member in &place.members {
            let Member::ReadDbu(was, is, span) = member else { continue };
            if let Some((_, first)) = said {
                let d = Diagnostic::new(&rules::DEFINED_TWICE, *span, "the unit is read as another already");
                self.error(d.also(first, "here"));
                continue;
            }
            match (quantity::length(was), quantity::length(is)) {
                (Ok(was), Ok(is)) if was == file => said = Some((is, *span)),
                (Ok(_), Ok(_)) => {
                    let new = quantity::shown_length(file);
                    let label = format!("the file is promised to have a unit of {new}");
                    let d = Diagnostic::new(&rules::WRONG_QUANTITY, was.span, label);
                    self.error(d.fix(format!("write `{new}`, or another `dbu`"), was.span, new));
                }
                (was, is) => [was.err(), is.err()].into_iter().flatten().for_each(|d| self.error(d)),
            }
        }
        said.map(|(is, _)| is)
    }

    /// `scaled: 13/18`, `scaled: 8/11 x 13/18`: what a file says of itself, in lowest terms.
    fn scaled_before(&mut self, e: &tree::Expr) -> Option<[(i64, i64); 2]> {
        let both = match &e.kind {
            tree::ExprKind::Binary(tree::BinOp::By, x, y) => (quantity::ratio(x), quantity::ratio(y)),
            // `x` binds before `/`: what is written as `a/b x c/d` is read as `a / (b x c) / d`.
            tree::ExprKind::Binary(tree::BinOp::Div, first, d) => match &first.kind {
                tree::ExprKind::Binary(tree::BinOp::Div, a, middle) => match &middle.kind {
                    tree::ExprKind::Binary(tree::BinOp::By, b, c) => {
                        (quantity::quotient(a, b), quantity::quotient(c, d))
                    }
                    _ => (quantity::ratio(e), quantity::ratio(e)),
                },
                _ => (quantity::ratio(e), quantity::ratio(e)),
            },
            _ => (quantity::ratio(e), quantity::ratio(e)),
        };
        match both {
            (Ok(x), Ok(y)) => Some([x, y]),
            (Err(d), _) | (_, Err(d)) => {
                self.error(d);
                None
            }
        }
    }
}

fn numbers(n: &tree::LayerNumbers) -> Numbers {
    Numbers { layer: n.layer, first: n.first, last: n.last }
}

/// A layer as declared; what it labels and its pitch come later.
fn layer_of(l: &tree::Layer) -> Layer {
    Layer {
        name: l.name.text.clone(),
        texts: l.kind == LayerKind::Text,
        cuts: l.kind == LayerKind::Cut,
        labels: None,
        pitch: None,
        numbers: l.numbers.iter().map(numbers).collect(),
    }
}
