//! A library made ready to be drawn: what each cell has on each layer, how far it reaches, and an index where it has much.

use std::collections::{BTreeMap, HashMap};

use migc_geometry::Rect;
use migc_layers::Index;
use migc_layout::{Cell, Element, Kind, Library};
use rayon::prelude::*;

use crate::affine::{Affine, Extent};
use crate::copies::Copies;

/// A layer and datatype, or texttype.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The layer.
    pub layer: u32,
    /// The datatype.
    pub datatype: u32,
}

/// Why a library cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetError {
    /// Cells that place each other in a ring.
    Ring(String),
    /// Cells stand deeper in one another than this program goes.
    Deep,
}

impl std::fmt::Display for SheetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SheetError::Ring(cell) => {
                write!(
                    f,
                    "the cell `{cell}` stands in itself, so it has no picture; take it out of the ring of its placements"
                )
            }
            SheetError::Deep => {
                write!(f, "its cells stand more than {DEEPEST} deep in one another, and at most that many can be drawn")
            }
        }
    }
}

impl std::error::Error for SheetError {}

/// How deep cells may stand in one another.
const DEEPEST: usize = 1000;
/// From so many shapes on, those of a window are found by an index.
const INDEXED: usize = 64;

/// A library, ready to be drawn.
#[derive(Debug)]
pub struct Sheet {
    pub(crate) cells: Vec<Sketch>,
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    tops: Vec<usize>,
    /// Numbers that have shapes, in order; layers are known by their places here.
    pub(crate) numbers: Vec<Number>,
    /// How many placements stand for a cell that the library lacks.
    pub(crate) missing: u64,
}

/// What one cell has.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    pub(crate) own: BTreeMap<usize, Own>,
    pub(crate) texts: Vec<Label>,
    pub(crate) placed: Vec<Placed>,
    /// How far it reaches on each layer, with all that it places, and the area that is drawn there.
    pub(crate) reach: BTreeMap<usize, (Extent, f64)>,
    /// How far it reaches on all layers, texts included.
    pub(crate) whole: Option<Extent>,
    /// How far texts reach.
    pub(crate) told: Option<Extent>,
}

/// The shapes of a cell on one layer.
#[derive(Debug, Default)]
pub(crate) struct Own {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) points: Vec<[i32; 2]>,
    pub(crate) copies: Vec<Copies>,
    pub(crate) index: Option<Index>,
}

/// A shape: its box, and its corners where it is no rectangle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) one: Rect,
    start: u32,
    count: u32,
    /// One more than the place of its copies; 0 for a single one.
    copies: u32,
}

/// A text.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) number: Number,
    pub(crate) at: [f64; 2],
    pub(crate) copies: Copies,
    pub(crate) text: String,
}

/// A cell that stands in another one.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) cell: usize,
    pub(crate) seen: Affine,
    pub(crate) copies: Copies,
}

impl Own {
    pub(crate) fn corners(&self, s: &Shape) -> Option<&[[i32; 2]]> {
        (s.count > 0).then(|| &self.points[s.start as usize..s.start as usize + s.count as usize])
    }

    pub(crate) fn copies(&self, s: &Shape) -> &Copies {
        (s.copies as usize).checked_sub(1).and_then(|i| self.copies.get(i)).unwrap_or(&Copies::One)
    }

    fn push(&mut self, corners: &[[i32; 2]], copies: Copies) {
        let corners = match corners {
            [first, rest @ .., last] if first == last && !rest.is_empty() => &corners[..corners.len() - 1],
            _ => corners,
        };
        let Some(one) = corners.iter().map(|p| Rect::new(*p, *p)).reduce(|a, b| a.join(&b)) else { return };
        let copies = match copies {
            Copies::One => 0,
            copies => {
                self.copies.push(copies);
                self.copies.len() as u32
            }
        };
        let (start, count) =
            if is_rectangle(corners) { (0, 0) } else { (self.points.len() as u32, corners.len() as u32) };
        if count > 0 {
            self.points.extend_from_slice(corners);
        }
        self.shapes.push(Shape { one, start, count, copies });
    }

    /// The box round everything, and the area that is drawn.
    fn reach(&self) -> Option<(Extent, f64)> {
        let of = |s: &Shape| {
            let one = extent(&s.one);
            let area = self.corners(s).map_or(one.width() * one.height(), |c| area(c).abs());
            let copies = self.copies(s);
            (copies.extent(&one), area * copies.count())
        };
        self.shapes.iter().map(of).reduce(|a, b| (a.0.join(&b.0), a.1 + b.1))
    }

    fn with_index(mut self) -> Own {
        if self.shapes.len() >= INDEXED {
            let all = |s: &Shape| Some(rect(&self.copies(s).extent(&extent(&s.one))));
            self.index = Some(Index::new(self.shapes.iter().map(all)));
        }
        self
    }
}

/// A rectangle as a box.
pub(crate) fn extent(r: &Rect) -> Extent {
    Extent { x0: r.x0.into(), y0: r.y0.into(), x1: r.x1.into(), y1: r.y1.into() }
}

/// A box as a rectangle round it; what leaves 32 bits stays at the last coordinate.
pub(crate) fn rect(e: &Extent) -> Rect {
    Rect { x0: e.x0.floor() as i32, y0: e.y0.floor() as i32, x1: e.x1.ceil() as i32, y1: e.y1.ceil() as i32 }
}

fn area(corners: &[[i32; 2]]) -> f64 {
    let Some(last) = corners.last() else { return 0.0 };
    let (mut sum, mut a) = (0.0, *last);
    for b in corners {
        sum += f64::from(a[0]) * f64::from(b[1]) - f64::from(b[0]) * f64::from(a[1]);
        a = *b;
    }
    sum / 2.0
}

fn is_rectangle(corners: &[[i32; 2]]) -> bool {
    let [a, b, c, d] = *corners else { return false };
    let one = a[0] == b[0] && b[1] == c[1] && c[0] == d[0] && d[1] == a[1];
    let other = a[1] == b[1] && b[0] == c[0] && c[1] == d[1] && d[0] == a[0];
    one || other
}

impl Sheet {
    /// Makes a library ready.
    ///
    /// # Errors
    /// If cells place each other in a ring, or stand too deep in one another. A placement of a cell that is not there is
    /// left out, and counted.
    pub fn new(library: &Library) -> Result<Sheet, SheetError> {
        let names: Vec<String> = library.cells.iter().map(|c| c.name.to_string()).collect();
        let bytes: HashMap<&[u8], usize> = library.cells.iter().enumerate().map(|(i, c)| (c.name.bytes(), i)).collect();
        let mut numbers: Vec<Number> = library.cells.par_iter().flat_map_iter(numbers_of).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let places: HashMap<Number, usize> = numbers.iter().copied().zip(0..).collect();
        let read: Vec<(Sketch, u64)> = library.cells.par_iter().map(|c| sketch(c, &places, &bytes)).collect();
        let missing = read.iter().map(|(_, n)| n).sum();
        let mut cells: Vec<Sketch> = read.into_iter().map(|(cell, _)| cell).collect();
        for cell in order(&cells, &names)? {
            let (reach, whole, told) = reach(&cells, cell);
            let sketch = &mut cells[cell];
            (sketch.reach, sketch.whole, sketch.told) = (reach, whole, told);
        }
        let mut placed = vec![false; cells.len()];
        cells.iter().flat_map(|c| &c.placed).for_each(|p| placed[p.cell] = true);
        let tops = (0..cells.len()).filter(|c| !placed[*c]).collect();
        let by_name = names.iter().cloned().zip(0..).collect();
        Ok(Sheet { cells, names, by_name, tops, numbers, missing })
    }

    /// The numbers that have shapes, in order.
    pub fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// The names of the cells, in the order of the file.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The place of a cell.
    pub fn cell(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Cells that nothing places, the widest first.
    pub fn tops(&self) -> Vec<usize> {
        let mut tops = self.tops.clone();
        let size = |c: &usize| self.cells[*c].whole.map_or(0.0, |e| e.width() * e.height());
        tops.sort_by(|a, b| size(b).total_cmp(&size(a)));
        tops
    }

    /// How far a cell reaches; `None` for an empty one.
    pub fn extent(&self, cell: usize) -> Option<Extent> {
        self.cells.get(cell)?.whole
    }
}

fn numbers_of(cell: &Cell) -> Vec<Number> {
    let mut out: Vec<Number> = Vec::new();
    for e in cell.elements.iter().filter(|e| e.placement().is_none() && !matches!(e.kind, Kind::Text(_))) {
        let number = Number { layer: e.layer, datatype: e.datatype };
        if out.last() != Some(&number) {
            out.push(number);
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn sketch(cell: &Cell, places: &HashMap<Number, usize>, by_name: &HashMap<&[u8], usize>) -> (Sketch, u64) {
    let (mut out, mut missing) = (Sketch::default(), 0);
    let mut own: BTreeMap<usize, Own> = BTreeMap::new();
    for e in &cell.elements {
        let number = Number { layer: e.layer, datatype: e.datatype };
        let points = cell.points_of(e);
        match (e.kind, points) {
            (Kind::Text(i), [at, ..]) => out.texts.push(Label {
                number,
                at: at.map(f64::from),
                copies: Copies::of(cell.repetition_of(e)),
                text: cell.texts[i as usize].string.to_string(),
            }),
            (Kind::Instance(i) | Kind::Array(i), [at, ..]) => {
                let placement = &cell.placements[i as usize];
                match by_name.get(placement.cell.bytes()) {
                    Some(child) => out.placed.push(Placed {
                        cell: *child,
                        seen: Affine::of(placement.strans.as_ref(), at.map(f64::from)),
                        copies: placed_copies(cell, e, placement.columns, placement.rows),
                    }),
                    None => missing += 1,
                }
            }
            _ => {
                let Some(layer) = places.get(&number) else { continue };
                let own = own.entry(*layer).or_default();
                let one = Element { repetition: 0, ..*e };
                let copies = || Copies::of(cell.repetition_of(e));
                // A path that no format defines covers nothing that could be drawn.
                let _ = cell.each_polygon(&one, &mut |corners| own.push(corners, copies()));
            }
        }
    }
    out.own = own.into_iter().map(|(layer, own)| (layer, own.with_index())).collect();
    (out, missing)
}

fn placed_copies(cell: &Cell, e: &Element, columns: u32, rows: u32) -> Copies {
    match (e.kind, cell.points_of(e)) {
        (Kind::Array(_), &[o, c, r]) => {
            let step =
                |to: [i32; 2], n: u32| [0, 1].map(|k| (f64::from(to[k]) - f64::from(o[k])) / f64::from(n.max(1)));
            Copies::Grid { n: [columns, rows], step: [step(c, columns), step(r, rows)] }
        }
        _ => Copies::of(cell.repetition_of(e)),
    }
}

/// Cells in an order in which each stands behind all that it places. Iterative, so that no hierarchy exhausts the stack.
fn order(cells: &[Sketch], names: &[String]) -> Result<Vec<usize>, SheetError> {
    let (mut out, mut height, mut open) = (Vec::new(), vec![None; cells.len()], vec![false; cells.len()]);
    for start in 0..cells.len() {
        let mut stack = vec![(start, 0)];
        while let Some((cell, next)) = stack.last_mut() {
            let cell = *cell;
            if height[cell].is_some() {
                stack.pop();
                continue;
            }
            open[cell] = true;
            if let Some(p) = cells[cell].placed.get(*next) {
                *next += 1;
                if open[p.cell] {
                    return Err(SheetError::Ring(names[p.cell].clone()));
                }
                stack.push((p.cell, 0));
                continue;
            }
            let below = cells[cell].placed.iter().filter_map(|p| height[p.cell]).max();
            let own = below.map_or(0, |h: usize| h + 1);
            if own > DEEPEST {
                return Err(SheetError::Deep);
            }
            (height[cell], open[cell]) = (Some(own), false);
            out.push(cell);
            stack.pop();
        }
    }
    Ok(out)
}

type Reaches = (BTreeMap<usize, (Extent, f64)>, Option<Extent>, Option<Extent>);

/// How far a cell reaches, whose children are known.
fn reach(cells: &[Sketch], cell: usize) -> Reaches {
    let sketch = &cells[cell];
    let mut reach: BTreeMap<usize, (Extent, f64)> =
        sketch.own.iter().filter_map(|(layer, own)| Some((*layer, own.reach()?))).collect();
    let at = |l: &Label| l.copies.extent(&Extent { x0: l.at[0], y0: l.at[1], x1: l.at[0], y1: l.at[1] });
    let mut told = sketch.texts.iter().map(at).reduce(|a, b| a.join(&b));
    for p in &sketch.placed {
        let child = &cells[p.cell];
        let seen = |e: &Extent| p.copies.extent(&p.seen.extent(e));
        for (layer, (extent, area)) in &child.reach {
            let one = p.seen.extent(extent);
            // What is magnified has another area.
            let grown = ratio(one.width() * one.height(), extent.width() * extent.height());
            let (all, area) = (p.copies.extent(&one), area * grown * p.copies.count());
            let entry = reach.entry(*layer).or_insert((all, 0.0));
            *entry = (entry.0.join(&all), entry.1 + area);
        }
        told = told.into_iter().chain(child.told.as_ref().map(seen)).reduce(|a, b| a.join(&b));
    }
    let whole = reach.values().map(|(e, _)| *e).chain(told).reduce(|a, b| a.join(&b));
    (reach, whole, told)
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 1.0 }
}
