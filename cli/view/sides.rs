//! Pictures of what a spec migrates: its source, its target, or both.

use std::io;
use std::path::Path;

use migc_compiler::plan::{self, CellFate, LayerAt, LayoutSource, Plan, SourceFormat, TargetFormat};
use migc_engine::LayoutPair;
use migc_grammar::tree::{Item, LayerKind, Member, Spec as Tree};
use migc_pictures::{Extent, Layer, Panel, Picture, Sheet, Style, View as Seen};

use super::{Form, Show, View, Why, cell, file, marks, sheet, spoken, whole};
use crate::output::{colours, read_layout, write_people};
use crate::run::values;
use crate::{Exit, render, spec};

/// Where before and after stand among the views.
const BEFORE: usize = 1;
const AFTER: usize = 0;

/// Draws a spec's layouts.
pub(super) fn draw(args: &View, path: &Path, form: Form) -> Result<(), Why> {
    let silent = |exit| (String::new(), exit);
    let set = values(&args.set).map_err(silent)?;
    let spec = spec::read(path, &set).map_err(silent)?;
    let Some(plan) = &spec.compiled.plan else {
        write_people(&render::pictures(&spec.files, &spec.compiled.diagnostics, colours(&io::stderr())));
        return Err((format!("{} has errors; nothing is shown", path.display()), Exit::SpecErrors));
    };
    let pairs = migc_engine::layout_pairs(plan, &set)
        .map_err(|e| (e.to_string(), if e.is_usage() { Exit::Usage } else { Exit::Failed }))?;
    let Some(pair) = pairs.first() else {
        let what = "has no map of layouts; name a spec that has one, or a layout without --spec";
        return Err((format!("{} {what}", path.display()), Exit::SpecErrors));
    };
    let show = args.show.unwrap_or(if pair.to.exists() { Show::Both } else { Show::Before });
    if show != Show::Before && !pair.to.exists() {
        let what = "run the migration first, or look at its source with --show before";
        return Err((format!("{} does not exist; {what}", pair.to.display()), Exit::Failed));
    }
    Both { args, plan, pair, path, tree: &spec.compiled.spec }.draw(show, form)
}

struct Both<'a> {
    args: &'a View,
    plan: &'a Plan,
    pair: &'a LayoutPair<'a>,
    path: &'a Path,
    tree: &'a Tree,
}

/// One side: its file, and how it is seen.
struct Side {
    sheet: Sheet,
    cell: usize,
    stretch: [f64; 2],
    /// The unit of stretched coordinates in 10⁻¹⁵ m.
    unit: Option<f64>,
}

impl Side {
    fn extent(&self) -> Option<Extent> {
        let [x, y] = self.stretch;
        self.sheet.extent(self.cell).map(|e| Extent { x0: e.x0 * x, y0: e.y0 * y, x1: e.x1 * x, y1: e.y1 * y })
    }
}

impl Both<'_> {
    fn draw(&self, show: Show, form: Form) -> Result<(), Why> {
        let (source, target) = (&self.plan.sources[self.pair.source], &self.plan.targets[self.pair.target]);
        let (SourceFormat::Layout(from), TargetFormat::Layout { layers: to, .. }) = (&source.format, &target.format)
        else {
            return Err((format!("{} has no map of layouts", self.path.display()), Exit::SpecErrors));
        };
        let before = if show == Show::After { None } else { Some(self.before(show)?) };
        let name = self.args.cell.clone().or_else(|| before.as_ref().map(|s| s.sheet.names()[s.cell].clone()));
        let after = if show == Show::Before { None } else { Some(self.after(name.as_deref())?) };
        let sides = [(AFTER, &after), (BEFORE, &before)];
        let sides: Vec<(usize, &Side)> = sides.into_iter().filter_map(|(at, s)| Some((at, s.as_ref()?))).collect();
        // Both are seen through the target's window.
        let window = match sides.first().and_then(|(_, s)| self.args.window_in(s.unit?)) {
            Some(window) => window,
            None => whole(sides.iter().filter_map(|(_, s)| s.extent()).reduce(|a, b| a.join(&b))),
        };
        let looks = looks(from, to.len(), self.pair);
        let framed = |place: &str, layer: &str, style: Style| {
            if self.is_boundary(place, layer) { Style { filled: false, ..style } } else { style }
        };
        let mut layers = Vec::new();
        if before.is_some() {
            let style = |i: usize| match show {
                Show::Overlay => Style::outline(),
                _ => framed(&source.name, &from.layers[i].name, Style::nth(looks[i])),
            };
            layers.extend(of_spec(&from.layers, BEFORE, &style, show == Show::Overlay));
        }
        if after.is_some() {
            let style = |i: usize| framed(&target.name, &to[i].name, Style::nth(i));
            layers.extend(of_spec(to, AFTER, &style, false));
        }
        let layers = file::picked(self.args, self.path, layers)?;
        let at = if after.is_some() { AFTER } else { BEFORE };
        let place = if after.is_some() { &target.name } else { &source.name };
        let rules = self.args.violations.as_deref().map_or(Ok(Vec::new()), |p| marks::read(p, Some(place), at))?;
        let views: Vec<Seen<'_>> = sides
            .iter()
            .map(|(at, s)| Seen {
                at: *at,
                sheet: &s.sheet,
                cell: s.cell,
                stretch: s.stretch,
                depth: self.args.depth(),
                frames: show != Show::Overlay,
                window,
            })
            .collect();
        let title = |at: usize, s: &Side| {
            let word = if at == BEFORE { "before" } else { "after" };
            format!("{word}: {}", s.sheet.names()[s.cell])
        };
        let panels = match show {
            Show::Overlay => {
                let unit = sides.first().and_then(|(_, s)| s.unit);
                let title = "before in outlines, after filled".to_owned();
                vec![Panel { title, range: spoken(&window, unit), views: (0..views.len()).collect(), unit }]
            }
            // Before stands on the left.
            _ => (sides.iter().enumerate().rev())
                .map(|(i, (at, s))| Panel {
                    title: title(*at, s),
                    range: spoken(&window, s.unit),
                    views: vec![i],
                    unit: s.unit,
                })
                .collect(),
        };
        let heading = format!("{}: {} -> {}", self.plan.migration, source.name, target.name);
        let size = usize::from(self.args.size);
        self.args.write(&Picture { heading, views, panels, layers, rules, size }, form)
    }

    /// Whether a layer holds the outlines of cells, which would hide what is in them.
    fn is_boundary(&self, place: &str, layer: &str) -> bool {
        let of = |item: &Item| match item {
            Item::Place(p) if p.name.text == place => p
                .members
                .iter()
                .any(|m| matches!(m, Member::Layer(l) if l.name.text == layer && l.kind == LayerKind::Boundary)),
            _ => false,
        };
        self.tree.items.iter().any(of)
    }

    fn before(&self, show: Show) -> Result<Side, Why> {
        let library = read_layout(&self.pair.from)?;
        let sheet = sheet(&self.pair.from, &library)?;
        let cell = cell(&self.pair.from, &sheet, self.args.cell.as_deref())?;
        let dbu = library.units.femtometres().map(|fm| fm as f64);
        let factors = self.pair.shapes.scaling.factors;
        let stretch = if show == Show::Before { [1.0, 1.0] } else { factors.map(|(m, d)| m as f64 / d as f64) };
        let unit = dbu.map(|dbu| dbu / stretch[0]);
        Ok(Side { sheet, cell, stretch, unit })
    }

    /// The target, with the cell that the source's cell has become.
    fn after(&self, name: Option<&str>) -> Result<Side, Why> {
        let library = read_layout(&self.pair.to)?;
        let sheet = sheet(&self.pair.to, &library)?;
        let renamed = name.map(|name| {
            let rule = self.pair.shapes.cells.iter().find(|r| r.pattern.fills(name).is_some());
            match rule.map(|r| (&r.fate, r.pattern.fills(name))) {
                Some((CellFate::Rename(to), Some(fills))) => {
                    rule.map_or(name.to_owned(), |r| to.filled(&r.pattern, &fills))
                }
                _ => name.to_owned(),
            }
        });
        let cell = cell(&self.pair.to, &sheet, renamed.as_deref())?;
        let unit = library.units.femtometres().map(|fm| fm as f64);
        Ok(Side { sheet, cell, stretch: [1.0, 1.0], unit })
    }
}

/// The place in the legend of each layer of the source: that of a layer of the target that comes of it, so that both look
/// alike; or one of its own.
fn looks(from: &LayoutSource, targets: usize, pair: &LayoutPair<'_>) -> Vec<usize> {
    let mut looks: Vec<Option<usize>> = vec![None; from.layers.len()];
    for (s, t) in &pair.shapes.routes {
        looks[*s] = looks[*s].or(Some(*t));
    }
    for step in &pair.shapes.steps {
        let LayerAt::Target(t) = step.to else { continue };
        step.value.each_layer(&mut |at| {
            if let LayerAt::Source(s) = at {
                looks[s] = looks[s].or(Some(t));
            }
        });
    }
    let mut next = targets;
    let own = |look: Option<usize>| {
        look.unwrap_or_else(|| {
            next += 1;
            next - 1
        })
    };
    looks.into_iter().map(own).collect()
}

/// The layers of one side of a spec; without shapes' own texts where it is drawn in outlines.
fn of_spec(layers: &[plan::Layer], view: usize, style: &dyn Fn(usize) -> Style, outlines: bool) -> Vec<Layer> {
    let wide = |n: &plan::Numbers| (u32::from(n.layer), u32::from(n.first), u32::from(n.last));
    let layer = |(i, l): (usize, &plan::Layer)| Layer {
        view,
        name: Some(l.name.clone()),
        numbers: l.numbers.iter().map(wide).collect(),
        texts: l.texts,
        style: style(i),
    };
    layers.iter().enumerate().filter(|(_, l)| !(outlines && l.texts)).map(layer).collect()
}
