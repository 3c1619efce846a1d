//! One variant of a cell: its content scaled and snapped as one of its placements sees it, in the cell's own frame.

use crate::copies::Copies;
use crate::error::MigrateError;
use crate::head;
use crate::hierarchy::Stand;
use crate::migration::VertexKernel;
use crate::model::*;
use crate::orientation::Orientation;
use crate::outline::{Ends, outline, straight, straighten};
use crate::polygon::clean;
use crate::recipe::{Item, Make, Recipe, Settings};
use crate::repetition::Repetition;

/// What happened to an item in a variant; the order is from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    Written,
    Polygon,
    Collapsed,
}

/// A variant: its cell (still under the source's name), and the fates other than `Written`, by item.
pub(crate) struct Variant {
    pub(crate) cell: Cell,
    pub(crate) fates: Vec<(u32, Fate)>,
}

/// A placement in a cell that stands so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Below {
    pub(crate) stand: Stand,
    pub(crate) at: [i64; 2],
    pub(crate) orientation: Orientation,
}

/// Builds the variant of a cell that stands so; `named` gives the name of a child's variant.
pub(crate) fn variant(
    cell: &Cell,
    recipe: &Recipe,
    stand: Stand,
    s: &Settings,
    kernel: &dyn VertexKernel,
    named: &dyn Fn(usize, Below) -> Name,
) -> Result<Variant, MigrateError> {
    let out_of_range = || MigrateError::OutOfRange { cell: cell.name.to_string() };
    let points = snapped(recipe, stand, kernel).ok_or_else(out_of_range)?;
    let mut out = Cell::new(cell.name.clone(), cell.stamp.clone());
    out.raw.clone_from(&cell.raw);
    out.properties.clone_from(&cell.properties);
    out.name_properties = head::properties(&cell.name_properties);
    out.elements.reserve(recipe.items.len());
    out.points.reserve(cell.points.len());
    let mut b = Builder { cell, out, s, fates: Vec::new(), scratch: Vec::new() };
    for (i, item) in recipe.items.iter().enumerate() {
        let from = item.at..item.at + item.count;
        let child =
            |child: u32, orientation| named(child as usize, Below { stand, at: recipe.points[item.at], orientation });
        let name = match item.make {
            Make::Instance { child: c, orientation } | Make::Array { child: c, orientation, .. } => {
                Some(child(c, orientation))
            }
            Make::Copied { child: c } => Some(child(c, Orientation::NONE)),
            _ => None,
        };
        let (own, copies) = points[from].split_at(item.count - item.copies.points());
        let fate = b.item(item, own, name).ok_or_else(out_of_range)?;
        if fate != Fate::Collapsed && !own.is_empty() {
            b.repeat(item.copies, own[0], copies).ok_or_else(out_of_range)?;
        }
        if fate != Fate::Written {
            b.fates.push((i as u32, fate));
        }
    }
    Ok(Variant { cell: b.out, fates: b.fates })
}

/// The points of a recipe as the kernel snaps them seen from the top, in the cell's own frame again.
fn snapped(recipe: &Recipe, stand: Stand, kernel: &dyn VertexKernel) -> Option<Vec<[i64; 2]>> {
    let Stand { orientation, residue: [ox, oy] } = stand;
    let n = recipe.points.len();
    let (mut x, mut y) = (Vec::with_capacity(n + 1), Vec::with_capacity(n + 1));
    for p in &recipe.points {
        let [px, py] = orientation.apply(*p);
        x.push(px + ox);
        y.push(py + oy);
    }
    // The cell's own origin goes last.
    x.push(ox);
    y.push(oy);
    kernel.run(&mut x, &mut y).ok()?;
    let (kx, ky) = (x.pop()?, y.pop()?);
    let back = orientation.inverse();
    let from = |v: i64, origin: i64| v.checked_sub(origin).filter(|v| v.abs() < FAR);
    x.iter().zip(&y).map(|(x, y)| Some(back.apply([from(*x, kx)?, from(*y, ky)?]))).collect()
}

/// Far beyond the 32 bits of GDSII, and near enough that sums and products of distances stay exact.
const FAR: i64 = 1 << 40;

struct Builder<'a> {
    cell: &'a Cell,
    out: Cell,
    s: &'a Settings,
    fates: Vec<(u32, Fate)>,
    scratch: Vec<Point>,
}

impl Builder<'_> {
    /// Makes an item of its snapped points; `None` is a coordinate out of range.
    fn item(&mut self, item: &Item, points: &[[i64; 2]], name: Option<Name>) -> Option<Fate> {
        let e = &self.cell.elements[item.element as usize];
        match item.make {
            Make::Same => {
                self.narrow(points)?;
                let kind = match e.kind {
                    Kind::Path(i) => {
                        let p = &self.cell.paths[i as usize];
                        let scaled = |n: Option<i32>| n.map_or(Some(None), |n| self.length(n).map(Some));
                        let detail = PathDetail { begin: scaled(p.begin)?, end: scaled(p.end)?, ..p.clone() };
                        self.out.paths.push(detail);
                        Kind::Path(self.out.paths.len() as u32 - 1)
                    }
                    Kind::Text(i) => {
                        self.out.texts.push(self.cell.texts[i as usize].clone());
                        Kind::Text(self.out.texts.len() as u32 - 1)
                    }
                    Kind::ExtensionGeometry(i) | Kind::Extension(i) => {
                        self.out.extensions.push(self.cell.extensions[i as usize].clone());
                        let i = self.out.extensions.len() as u32 - 1;
                        if item.count == 0 { Kind::Extension(i) } else { Kind::ExtensionGeometry(i) }
                    }
                    other => other,
                };
                self.push(kind, item)?;
            }
            Make::Circle { ends } => {
                let (centre, outlined) = points.split_at(1);
                let width = i32::try_from(2 * ends.begin).ok();
                let circle = PathDetail { path_type: Some(1), width, begin: None, end: None };
                let still = still_path(&circle, centre, outlined, ends, self.s.factors).and_then(|p| p.width);
                let Some(width) = still.filter(|w| w % 2 == 0) else {
                    return self.polygon(item, outlined, Kind::Boundary, Fate::Polygon);
                };
                self.narrow(&[centre[0], [centre[0][0] + i64::from(width / 2), centre[0][1]]])?;
                self.push(Kind::Circle, item)?;
            }
            Make::Polygon => return self.polygon(item, points, e.kind, Fate::Written),
            Make::Path { spine, ends } => {
                let Kind::Path(i) = e.kind else { return None };
                let (spine, outlined) = points.split_at(spine as usize);
                let Some(detail) = still_path(&self.cell.paths[i as usize], spine, outlined, ends, self.s.factors)
                else {
                    return self.polygon(item, outlined, Kind::Boundary, Fate::Polygon);
                };
                self.narrow(spine)?;
                self.out.paths.push(detail);
                self.push(Kind::Path(self.out.paths.len() as u32 - 1), item)?;
            }
            Make::Text => {
                let Kind::Text(i) = e.kind else { return None };
                let text = self.text(&self.cell.texts[i as usize])?;
                self.narrow(points)?;
                self.out.texts.push(text);
                self.push(Kind::Text(self.out.texts.len() as u32 - 1), item)?;
            }
            Make::Instance { .. } => {
                self.narrow(points)?;
                self.place(item, e, name?, 1, 1, false)?;
            }
            Make::Array { columns, rows, .. } => {
                let &[o, c, r] = points else { return None };
                let far = |p: [i64; 2], n: u32, k: usize| o[k] + (p[k] - o[k]) * i64::from(n);
                let both = |p, n| [far(p, n, 0), far(p, n, 1)];
                self.narrow(&[o, both(c, columns), both(r, rows)])?;
                self.place(item, e, name?, columns, rows, true)?;
            }
            Make::Copied { .. } => {
                let i = e.placement()?;
                let p = &self.cell.placements[i as usize];
                self.narrow(points)?;
                self.place(item, e, name?, p.columns, p.rows, matches!(e.kind, Kind::Array(_)))?;
            }
        }
        Some(Fate::Written)
    }

    /// Repeats the element that was made last, whose first point came out as `first`.
    fn repeat(&mut self, copies: Copies, first: [i64; 2], to: &[[i64; 2]]) -> Option<()> {
        let narrow = |v: i64| i32::try_from(v).ok();
        let step = |p: &[i64; 2]| Some([narrow(p[0] - first[0])?, narrow(p[1] - first[1])?]);
        match (copies, to) {
            (Copies::Regular { columns, rows }, [c, r]) => {
                let (column_step, row_step) = (step(c)?, step(r)?);
                self.out.repeat_last(Repetition::Regular { columns, rows, column_step, row_step })
            }
            (Copies::Offsets(_), to) => {
                let offsets = to.iter().map(step).collect::<Option<_>>()?;
                self.out.repeat_last(Repetition::Offsets(offsets))
            }
            _ => Some(()),
        }
    }

    /// Takes points into the scratch list.
    fn narrow(&mut self, points: &[[i64; 2]]) -> Option<()> {
        self.scratch.clear();
        for [x, y] in points {
            self.scratch.push([i32::try_from(*x).ok()?, i32::try_from(*y).ok()?]);
        }
        Some(())
    }

    /// Adds an element with the points of the scratch list.
    fn push(&mut self, kind: Kind, item: &Item) -> Option<()> {
        let extra = self.cell.extra_of(&self.cell.elements[item.element as usize]).cloned();
        self.out.push(kind, item.to.0, item.to.1, &self.scratch, extra)
    }

    fn polygon(&mut self, item: &Item, points: &[[i64; 2]], kind: Kind, fate: Fate) -> Option<Fate> {
        self.narrow(points)?;
        if !clean(&mut self.scratch) {
            return Some(Fate::Collapsed);
        }
        self.scratch.push(self.scratch[0]);
        self.push(kind, item)?;
        Some(fate)
    }

    fn place(&mut self, item: &Item, e: &Element, cell: Name, columns: u32, rows: u32, array: bool) -> Option<()> {
        let i = e.placement()?;
        let strans = self.cell.placements[i as usize].strans;
        let at = u32::try_from(self.out.placements.len()).ok()?;
        self.out.placements.push(Placement { cell, strans, columns, rows });
        self.push(if array { Kind::Array(at) } else { Kind::Instance(at) }, item)
    }

    /// A text with its size scaled; a size that stands nowhere is the reader's choice, and stays so.
    fn text(&self, t: &TextDetail) -> Option<TextDetail> {
        let mut t = t.clone();
        if let Some(Strans { mag: Some(mag), .. }) = &mut t.strans {
            *mag = mag.times(self.s.physical.0, self.s.physical.1)?;
        }
        if let Some(width) = &mut t.width {
            *width = self.length(*width)?;
        }
        Some(t)
    }

    /// A length that draws no edge, scaled as heights are to the nearest unit, halves away from zero.
    fn length(&self, n: i32) -> Option<i32> {
        let (m, d) = self.s.factors[1];
        let (m, d) = (i128::from(m), i128::from(d));
        let whole = (2 * i128::from(n).abs() * m + d) / (2 * d);
        i32::try_from(if n < 0 { -whole } else { whole }).ok()
    }
}

/// The path whose outline is the snapped outline, if the snapped spine has one. Only Manhattan paths are tried: the
/// outlines of others are rounded, and hardly ever survive.
fn still_path(
    p: &PathDetail,
    spine: &[[i64; 2]],
    snapped: &[[i64; 2]],
    ends: Ends,
    factors: [(i64, i64); 2],
) -> Option<PathDetail> {
    let (m, d) = factors[0];
    // Round ends stay round only where both axes shrink alike.
    if ends.round && factors[0] != factors[1] {
        return None;
    }
    if spine.windows(2).any(|w| w[0][0] != w[1][0] && w[0][1] != w[1][1]) {
        return None;
    }
    let (first, last) = (*snapped.first()?, *snapped.last()?);
    let source = i64::from(p.width?);
    let width = if ends.round {
        let scaled = i128::from(source).abs() * i128::from(m);
        (scaled % i128::from(d) == 0).then(|| i64::try_from(scaled / i128::from(d)).ok())??
    } else if spine.len() == 1 || first == last {
        return None;
    } else {
        // The start's two corners lie on one side of the outline: the right one first, the left one second.
        let left = snapped[1];
        (first[0] - left[0]).abs() + (first[1] - left[1]).abs()
    };
    let reach = |spine: [i64; 2], corner: [i64; 2], from: [i64; 2]| {
        // How far the corner lies beyond the spine's end, along the last segment.
        let way = [(spine[0] - from[0]).signum(), (spine[1] - from[1]).signum()];
        (corner[0] - spine[0]) * way[0] + (corner[1] - spine[1]) * way[1]
    };
    let (begin, end) = match p.path_type.unwrap_or(0) {
        0 => (0, 0),
        1 | 2 => (width / 2, width / 2),
        _ => {
            let &[a, next, ..] = spine else { return None };
            let &[.., before, z] = spine else { return None };
            // The corner at the end stands after the left side: one point for each bend of the spine.
            let bends = spine.windows(3).filter(|w| !straight(w[0], w[1], w[2])).count();
            (reach(a, first, next), reach(z, *snapped.get(bends + 2)?, before))
        }
    };
    let same = outline(spine, width, Ends { begin, end, round: ends.round }) == straighten(snapped);
    let sign = source.signum();
    let narrow = |n: i64| i32::try_from(n).ok();
    let (begin, end) = match p.path_type {
        Some(4) => (Some(narrow(begin)?), Some(narrow(end)?)),
        _ => (p.begin, p.end),
    };
    same.then_some(PathDetail { path_type: p.path_type, width: Some(narrow(sign * width)?), begin, end })
}
