//! A layer of a layout, flattened: what the tests and the bench feed.

use std::collections::HashMap;

use migc_geometry::{Orientation, Point, Rect, Shapes};
use migc_layout::{Cell, Element, Kind, Library, Name, Strans};

/// Calls with the corners of every shape of a layer, as it lies in the top cells.
pub struct Flat<'a> {
    cells: HashMap<&'a Name, &'a Cell>,
    layer: (u32, u32),
    /// Which elements of a cell a layer needs at all, so that a flattening does not look at the others each time.
    wanted: HashMap<&'a Name, Vec<&'a Element>>,
}

/// Where an instance puts what lies in its cell: turned, then moved.
#[derive(Clone, Copy)]
struct Place {
    orientation: Orientation,
    at: Point,
}

impl Place {
    fn of(self, [x, y]: Point) -> Point {
        let y = if self.orientation.mirrored { -y } else { y };
        let [x, y] = match self.orientation.quarters & 3 {
            0 => [x, y],
            1 => [-y, x],
            2 => [-x, -y],
            _ => [y, -x],
        };
        [x + self.at[0], y + self.at[1]]
    }

    fn after(self, inner: Place) -> Place {
        let turned =
            if self.orientation.mirrored { 4 - inner.orientation.quarters } else { inner.orientation.quarters };
        let orientation = Orientation {
            mirrored: self.orientation.mirrored != inner.orientation.mirrored,
            quarters: (self.orientation.quarters + turned) & 3,
        };
        Place { orientation, at: self.of(inner.at) }
    }
}

fn orientation(strans: Option<&Strans>) -> Orientation {
    let Some(s) = strans else { return Orientation::default() };
    let quarters = s.angle.map_or(0.0, |a| a.to_f64()) / 90.0;
    assert!(quarters.fract() == 0.0 && s.mag.is_none_or(|m| m.to_f64() == 1.0), "an instance is turned oddly");
    Orientation { mirrored: s.flags & 0x8000 != 0, quarters: (quarters as i64).rem_euclid(4) as u8 }
}

impl<'a> Flat<'a> {
    pub fn of(lib: &'a Library, layer: (u32, u32)) -> Flat<'a> {
        let cells: HashMap<_, _> = lib.cells.iter().map(|c| (&c.name, c)).collect();
        let mut flat = Flat { cells, layer, wanted: HashMap::new() };
        for cell in &lib.cells {
            flat.want(cell);
        }
        flat
    }

    /// The elements of a cell with shapes of the layer somewhere below them.
    fn want(&mut self, cell: &'a Cell) -> bool {
        if let Some(wanted) = self.wanted.get(&cell.name) {
            return !wanted.is_empty();
        }
        let mut wanted = Vec::new();
        for e in &cell.elements {
            let here = match e.kind {
                Kind::Instance(p) | Kind::Array(p) => {
                    let child = &cell.placements[p as usize].cell;
                    self.cells.get(child).copied().is_some_and(|c| self.want(c))
                }
                Kind::Boundary | Kind::Rectangle | Kind::Box | Kind::Path(_) => (e.layer, e.datatype) == self.layer,
                _ => false,
            };
            if here {
                wanted.push(e);
            }
        }
        let any = !wanted.is_empty();
        self.wanted.insert(&cell.name, wanted);
        any
    }

    pub fn shapes(&self, lib: &'a Library) -> Shapes {
        let mut shapes = Shapes::new();
        let placed: std::collections::HashSet<&Name> =
            lib.cells.iter().flat_map(|c| &c.placements).map(|p| &p.cell).collect();
        for top in lib.cells.iter().filter(|c| !placed.contains(&c.name)) {
            self.cell(top, Place { orientation: Orientation::default(), at: [0, 0] }, &mut shapes);
        }
        shapes
    }

    fn cell(&self, cell: &Cell, place: Place, shapes: &mut Shapes) {
        for e in &self.wanted[&cell.name] {
            let points = cell.points_of(e);
            match e.kind {
                Kind::Instance(p) | Kind::Array(p) => {
                    let p = &cell.placements[p as usize];
                    let (columns, rows) = (p.columns as i32, p.rows as i32);
                    let child = self.cells[&p.cell];
                    let o = points[0];
                    for k in 0..columns * rows {
                        let (column, row) = (k % columns, k / columns);
                        let along = |axis: usize| match points {
                            [_, c, r] => (c[axis] - o[axis]) / columns * column + (r[axis] - o[axis]) / rows * row,
                            _ => 0,
                        };
                        let at = [o[0] + along(0), o[1] + along(1)];
                        let inner = Place { orientation: orientation(p.strans.as_ref()), at };
                        self.cell(child, place.after(inner), shapes);
                    }
                }
                Kind::Path(p) => {
                    let path = &cell.paths[p as usize];
                    let half = path.width.unwrap_or(0).abs() / 2;
                    let (begin, end) = match path.path_type {
                        Some(2) => (half, half),
                        Some(4) => (path.begin.unwrap_or(0), path.end.unwrap_or(0)),
                        _ => (0, 0),
                    };
                    segments(points, half, begin, end, |r| {
                        shapes.push_rect(Rect::new(place.of([r.x0, r.y0]), place.of([r.x1, r.y1])));
                    });
                }
                _ => shapes.push_polygon(&points.iter().map(|p| place.of(*p)).collect::<Vec<_>>()),
            }
        }
    }
}

/// The rectangles of an upright path.
fn segments(points: &[Point], half: i32, begin: i32, end: i32, mut each: impl FnMut(Rect)) {
    let count = points.len().saturating_sub(1);
    for (k, pair) in points.windows(2).enumerate() {
        let before = if k == 0 { begin } else { half };
        let after = if k + 1 == count { end } else { half };
        let [a, b] = [pair[0], pair[1]];
        let toward = [(b[0] - a[0]).signum(), (b[1] - a[1]).signum()];
        assert!(toward[0] == 0 || toward[1] == 0, "a path is not upright");
        let from = [a[0] - toward[0] * before, a[1] - toward[1] * before];
        let to = [b[0] + toward[0] * after, b[1] + toward[1] * after];
        let across = [toward[1].abs() * half, toward[0].abs() * half];
        let round = Rect::new(from, to);
        each(Rect {
            x0: round.x0 - across[0],
            y0: round.y0 - across[1],
            x1: round.x1 + across[0],
            y1: round.y1 + across[1],
        });
    }
}
