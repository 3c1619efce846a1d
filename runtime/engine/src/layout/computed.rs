//! Layers that are computed: the steps of a plan, run on a library.

use std::collections::BTreeMap;

use migc_compiler::plan::{self, CellPattern, Joined, Layer, LayerAt, LayerExpr, LayerStep, Program};
use migc_geometry::{Op, Rect, Region, Shapes};
use migc_layers::{
    Carrier, Check, Drawn, Expr, LayerId, Layers, Pieces, Spacing, Tree, TreeError, Violations, Zones, check_on_nets,
    found_again, local,
};
use migc_layout::{Cell, Kind, Library};

use super::kernel::Deciders;

/// Layer numbers from here on are the program's own: what is on the way, and not written.
pub(super) const OWN: u32 = 0xffff_fff0;

/// The number that a layer has in a library on the way.
pub(super) fn number(at: LayerAt, to: &[Layer]) -> (u32, u32) {
    match at {
        LayerAt::Source(i) => (OWN, i as u32),
        LayerAt::Drawn(i) => (OWN + 1, i as u32),
        LayerAt::Let(i) => (OWN + 2, i as u32),
        LayerAt::Target(i) => {
            let number = to.get(i).and_then(|l| l.numbers.first());
            number.map_or((0, 0), |n| (n.layer.into(), n.first.into()))
        }
    }
}

/// A layer, and its first and last datatype.
pub(super) type NumberRange = (u32, u32, u32);

/// What an input of a computation is: a layer, or what of it lies in some cells.
type Key = (LayerAt, Option<CellPattern>);

/// A library, its layers as areas, and what is computed of them.
pub(super) struct Computer<'p> {
    tree: Tree,
    layers: Layers,
    ids: BTreeMap<Key, LayerId>,
    deciders: &'p Deciders,
    programs: &'p [Program],
    grid: i32,
    /// Shapes that their cells could not keep, by step.
    pub(super) raised: Vec<(String, u64)>,
}

/// What a computation works on.
pub(super) struct Setting<'s, 'p> {
    /// The steps, and what else is read.
    pub(super) steps: &'s [LayerStep],
    pub(super) also: &'s [LayerAt],
    /// The number in the library of a layer.
    pub(super) number: &'s (dyn Fn(LayerAt) -> Vec<NumberRange> + Sync),
    /// The name under which the spec knows each cell.
    pub(super) known_as: &'s [&'s str],
    pub(super) deciders: &'p Deciders,
    pub(super) programs: &'p [Program],
    /// The grid in database units.
    pub(super) grid: i64,
}

impl<'p> Computer<'p> {
    /// Reads the layers that the steps need.
    pub(super) fn new(library: &Library, setting: &Setting<'_, 'p>) -> Result<Computer<'p>, TreeError> {
        let mut keys: Vec<Key> = setting.also.iter().map(|at| (*at, None)).collect();
        for step in setting.steps {
            each_key(&step.value, &mut |key| keys.push(key));
            keys.push((step.to, None));
        }
        // A layer stands before what of it lies in some cells.
        keys.extend(keys.clone().into_iter().map(|(at, _)| (at, None)));
        keys.sort();
        keys.dedup();
        let ids: BTreeMap<Key, LayerId> = keys.into_iter().zip((0..).map(LayerId)).collect();
        let plain: Vec<(Vec<NumberRange>, LayerId)> =
            ids.iter().filter(|((_, p), _)| p.is_none()).map(|((at, _), id)| ((setting.number)(*at), *id)).collect();
        let layer = |layer: u32, datatype: u32| {
            let has = |n: &NumberRange| n.0 == layer && (n.1..=n.2).contains(&datatype);
            plain.iter().find(|(numbers, _)| numbers.iter().any(has)).map(|(_, id)| *id)
        };
        let tree = Tree::new(library)?;
        let mut layers = Layers::read(library, &layer)?;
        for ((at, pattern), id) in &ids {
            let (Some(pattern), Some(of)) = (pattern, ids.get(&(*at, None))) else { continue };
            let mut cells = vec![Drawn::new(); library.cells.len()];
            for (cell, name) in setting.known_as.iter().enumerate() {
                if pattern.fills(name).is_some() {
                    cells[cell] = layers.flat(&tree, *of, cell)?;
                }
            }
            layers.set(*id, cells);
        }
        let (deciders, programs) = (setting.deciders, setting.programs);
        let grid = i32::try_from(setting.grid).unwrap_or(1);
        Ok(Computer { tree, layers, ids, deciders, programs, grid, raised: Vec::new() })
    }

    /// Runs one step.
    pub(super) fn run(&mut self, step: &LayerStep) -> Result<(), TreeError> {
        let mut inputs = Vec::new();
        let expr = self.expr(&step.value, &mut inputs);
        let reach = expr.reach().saturating_mul(2);
        let done = local(&self.tree, &self.layers, &inputs, reach, expr.turns(), &|shapes| {
            let area = expr.area(shapes, self.deciders)?;
            let mut drawn = Drawn::new();
            drawn.push_region(&area);
            Ok(drawn)
        })?;
        self.raised.push((step.name.clone(), done.raised));
        if let Some(id) = self.ids.get(&(step.to, None)) {
            self.layers.set(*id, done.cells.into_iter().map(Option::unwrap_or_default).collect());
        }
        Ok(())
    }

    /// Adds what was computed to the cells of the library, under a number.
    pub(super) fn write(
        &self,
        at: LayerAt,
        (layer, datatype): (u32, u32),
        cells: &mut [Cell],
    ) -> Result<(), TreeError> {
        let Some(id) = self.ids.get(&(at, None)) else { return Ok(()) };
        for (i, cell) in cells.iter_mut().enumerate() {
            let Some(drawn) = self.layers.get(*id, i) else { continue };
            let mut fits = true;
            let mut ring = Vec::new();
            drawn.each(&mut |corners| {
                ring.clear();
                ring.extend_from_slice(corners);
                ring.extend(corners.first());
                fits &= cell.push(Kind::Boundary, layer, datatype, &ring, None).is_some();
            });
            if !fits {
                let what = "it has more than 2^32 points".to_owned();
                return Err(TreeError::Area { cell: cell.name.to_string(), what });
            }
        }
        Ok(())
    }

    /// Looks for the islands of a layer in what was computed of it, or so far from it.
    pub(super) fn found(
        &self,
        layer: LayerAt,
        outputs: &[LayerAt],
        near: i64,
    ) -> Result<migc_layers::Found, TreeError> {
        let id = |at: &LayerAt| self.ids.get(&(*at, None)).copied();
        let outputs: Vec<LayerId> = outputs.iter().filter_map(id).collect();
        match id(&layer) {
            Some(layer) => {
                let near = i32::try_from(near).unwrap_or(i32::MAX);
                found_again(&self.tree, &self.layers, layer, &outputs, near)
            }
            None => Ok(migc_layers::Found::default()),
        }
    }

    /// What breaks a rule of a layer; `check` makes it, and adds the layers that it reads to the inputs.
    pub(super) fn check(
        &self,
        layer: LayerAt,
        check: &dyn Fn(&mut Vec<LayerId>) -> Check,
    ) -> Result<Violations, TreeError> {
        let Some(id) = self.ids.get(&(layer, None)) else { return Ok(Violations::default()) };
        let mut others = Vec::new();
        let rule = check(&mut others);
        migc_layers::check(&self.tree, &self.layers, *id, &others, &rule, self.deciders)
    }

    /// The same for a space that looks at nets: for each top, those of the layer and of the one to which it is.
    pub(super) fn check_on_nets(
        &self,
        layer: LayerAt,
        space: &dyn Fn(&mut Vec<LayerId>) -> Spacing,
        carriers: &[[&Carrier<'_>; 2]],
    ) -> Result<Violations, TreeError> {
        let Some(id) = self.ids.get(&(layer, None)) else { return Ok(Violations::default()) };
        let mut others = Vec::new();
        let rule = space(&mut others);
        check_on_nets(&self.tree, &self.layers, *id, &others, &rule, self.deciders, carriers)
    }

    /// Who places whom.
    pub(super) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What an expression comes to, seen from one cell.
    pub(super) fn flat_area(&self, e: &LayerExpr, cell: usize) -> Result<Region, TreeError> {
        let mut inputs = Vec::new();
        let expr = self.expr(e, &mut inputs);
        let flat = |id: &LayerId| self.layers.flat_shapes(&self.tree, *id, cell);
        let shapes: Vec<Shapes> = inputs.iter().map(flat).collect::<Result<_, _>>()?;
        expr.area(&shapes, self.deciders).map_err(|e| {
            let (cell, what) = (self.tree.names[cell].clone(), e.to_string());
            TreeError::Area { cell, what }
        })
    }

    /// The shapes of a layer as they are seen from a top, each with the frame in which it is scaled; none where the layer is
    /// not known.
    pub(super) fn pieces(&self, layer: LayerAt, top: usize, zones: &Zones<'_>) -> Result<Option<Pieces>, TreeError> {
        let id = self.ids.get(&(layer, None));
        id.map(|id| Pieces::new(&self.tree, &self.layers, *id, top, zones)).transpose()
    }

    /// How many polygons an expression comes to, seen from the tops, and where some of them are.
    pub(super) fn differing(&self, e: &LayerExpr) -> Result<(u64, Vec<(String, Rect)>), TreeError> {
        let mut inputs = Vec::new();
        let expr = self.expr(e, &mut inputs);
        let reach = expr.reach().saturating_mul(2);
        let done = local(&self.tree, &self.layers, &inputs, reach, expr.turns(), &|shapes| {
            let area = expr.area(shapes, self.deciders)?;
            Ok(area.polygons().iter().map(|p| p.bbox()).collect::<Vec<_>>())
        })?;
        let (mut count, mut places) = (0, Vec::new());
        for ((cell, boxes), stands) in done.cells.into_iter().enumerate().zip(self.tree.stands()) {
            for r in boxes.into_iter().flatten() {
                count += stands;
                if places.len() < 20 {
                    places.push((self.tree.names[cell].clone(), r));
                }
            }
        }
        Ok((count, places))
    }

    /// The names of the cells.
    pub(super) fn cells(&self) -> &[String] {
        &self.tree.names
    }

    /// The name of the first top cell.
    pub(super) fn top(&self) -> &str {
        self.tree.tops.first().map_or("", |t| self.tree.names[*t].as_str())
    }

    /// The expression, its layers by their places among the inputs.
    pub(super) fn expr(&self, e: &LayerExpr, inputs: &mut Vec<LayerId>) -> Expr {
        let mut input = |key: Key| {
            let Some(id) = self.ids.get(&key) else { return Expr::Nothing };
            let at = inputs.iter().position(|i| i == id).unwrap_or_else(|| {
                inputs.push(*id);
                inputs.len() - 1
            });
            Expr::Input(at)
        };
        let narrow = |n: i64| i32::try_from(n).unwrap_or(i32::MAX);
        match e {
            LayerExpr::Layer(at) => input((*at, None)),
            LayerExpr::InCells(at, pattern) => input((*at, Some(pattern.clone()))),
            LayerExpr::Nothing => Expr::Nothing,
            LayerExpr::Joined(op, a, b) => {
                let op = match op {
                    Joined::Or => Op::Or,
                    Joined::And => Op::And,
                    Joined::Not => Op::Not,
                    Joined::Xor => Op::Xor,
                };
                Expr::Joined(op, Box::new(self.expr(a, inputs)), Box::new(self.expr(b, inputs)))
            }
            LayerExpr::Size(a, by) => Expr::Size(Box::new(self.expr(a, inputs)), by.map(narrow)),
            LayerExpr::SizeBy(a, program) => {
                let output = self.programs.get(*program).and_then(|p| p.of_one()).and_then(|a| a.outputs.first());
                let most = output.map_or(0, |o| o.value.info.bounds().1);
                let most = i32::try_from(most).unwrap_or(i32::MAX / 8);
                Expr::SizeBy(Box::new(self.expr(a, inputs)), *program, most)
            }
            LayerExpr::Recut(a, sides) => {
                Expr::Recut(Box::new(self.expr(a, inputs)), sides.map(|s| s.map(narrow)), self.grid)
            }
            LayerExpr::Grow(a, b, how) => {
                let array = migc_layers::Array {
                    size: how.size.map(narrow),
                    space: narrow(how.space),
                    margin: narrow(how.margin),
                    dense: how.dense.map(|(least, space)| (least, narrow(space))),
                    grid: self.grid,
                };
                Expr::Grow(Box::new(self.expr(a, inputs)), Box::new(self.expr(b, inputs)), array)
            }
            LayerExpr::Picked(how, a, b) => {
                let how = match how {
                    plan::Picked::Inside => migc_layers::Picked::Inside,
                    plan::Picked::Outside => migc_layers::Picked::Outside,
                    plan::Picked::Touching => migc_layers::Picked::Touching,
                    plan::Picked::Covering => migc_layers::Picked::Covering,
                };
                Expr::Picked(how, Box::new(self.expr(a, inputs)), Box::new(self.expr(b, inputs)))
            }
            LayerExpr::Where(a, program) => Expr::Where(Box::new(self.expr(a, inputs)), *program),
        }
    }
}

/// Calls `f` with every input of an expression.
fn each_key(e: &LayerExpr, f: &mut dyn FnMut(Key)) {
    e.each(&mut |e| match e {
        LayerExpr::Layer(at) => f((*at, None)),
        LayerExpr::InCells(at, pattern) => f((*at, Some(pattern.clone()))),
        _ => {}
    });
}

/// For each layer of the source that steps read, the layers of the target that are computed of it, by way of others too.
pub(super) fn outputs(steps: &[LayerStep]) -> BTreeMap<LayerAt, Vec<LayerAt>> {
    // What each computed layer comes from in the end.
    let mut roots: BTreeMap<LayerAt, Vec<LayerAt>> = BTreeMap::new();
    let mut out: BTreeMap<LayerAt, Vec<LayerAt>> = BTreeMap::new();
    for step in steps {
        let mut from = Vec::new();
        step.value.each_layer(&mut |at| match roots.get(&at) {
            Some(known) => from.extend(known.iter().copied()),
            None => from.push(at),
        });
        from.sort_unstable();
        from.dedup();
        if matches!(step.to, LayerAt::Target(_)) {
            for root in from.iter().filter(|r| matches!(r, LayerAt::Source(_) | LayerAt::Drawn(_))) {
                out.entry(*root).or_default().push(step.to);
            }
        }
        roots.insert(step.to, from);
    }
    out
}

/// For each layer that steps read, how far what is computed of it can lie from it, by way of others too.
pub(super) fn moves(steps: &[LayerStep]) -> BTreeMap<LayerAt, i64> {
    let mut from: BTreeMap<LayerAt, BTreeMap<LayerAt, i64>> = BTreeMap::new();
    let mut out: BTreeMap<LayerAt, i64> = BTreeMap::new();
    for step in steps {
        let own = step.value.moves();
        let mut all: BTreeMap<LayerAt, i64> = BTreeMap::new();
        step.value.each_layer(&mut |at| {
            let before = from.get(&at).cloned().unwrap_or_else(|| BTreeMap::from([(at, 0)]));
            for (root, far) in before {
                let far = far.saturating_add(own);
                all.entry(root).and_modify(|f| *f = far.max(*f)).or_insert(far);
            }
        });
        for (root, far) in &all {
            out.entry(*root).and_modify(|f| *f = (*far).max(*f)).or_insert(*far);
        }
        from.insert(step.to, all);
    }
    out
}
