//! What is computed: operators on merged layers.

use crate::Array;
use migc_geometry::{Op, OutOfRange, Polygon, Rect, Region, Shapes, SizeError};

/// Which islands of a layer are selected by another layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// Those that lie in it.
    Inside,
    /// Those that have no area in common with it.
    Outside,
    /// Those that overlap or touch it, if only at a corner.
    Touching,
    /// Those that an island of it lies in.
    Covering,
}

/// What is computed of the input layers. Every operator sees its operands merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// An input, by its place.
    Input(usize),
    /// Nothing.
    Nothing,
    /// Two areas, joined.
    Joined(Op, Box<Expr>, Box<Expr>),
    /// Grown, or shrunk, along x and y.
    Size(Box<Expr>, [i32; 2]),
    /// Each island grown or shrunk by what a program says, which is at most so much.
    SizeBy(Box<Expr>, usize, i32),
    /// Each island that is a rectangle drawn anew about its centre, with these sides: first the shorter one; a side without
    /// a number keeps its length. Corners keep to the grid, and where two of its points are as near, the lower one of the
    /// cell's own frame is taken; islands that are no rectangles stay, and squares where the sides differ.
    Recut(Box<Expr>, [Option<i32>; 2], i32),
    /// Cuts that fill the islands of another area in which they lie.
    Grow(Box<Expr>, Box<Expr>, Array),
    /// The islands that another area selects.
    Picked(Picked, Box<Expr>, Box<Expr>),
    /// The islands that a program keeps.
    Where(Box<Expr>, usize),
}

/// Measures of islands, one entry an island: database units and their squares. What exceeds 63 bits counts as the largest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measures {
    /// The shorter side of the bounding box.
    pub width: Vec<i64>,
    /// The longer side.
    pub length: Vec<i64>,
    /// The area.
    pub area: Vec<i64>,
}

/// What a program decides of islands, one entry an island.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decided {
    /// Whether it is kept.
    pub kept: Vec<bool>,
    /// The length that it gives.
    pub by: Vec<i64>,
}

/// Why an area cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AreaError {
    /// It would reach beyond 32 bits.
    OutOfRange,
    /// Slanted sides cannot be sized differently along x and y.
    Unequal,
    /// An area would be filled with more cuts than there is room for.
    TooManyCuts,
}

impl std::fmt::Display for AreaError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AreaError::OutOfRange => OutOfRange.fmt(f),
            AreaError::Unequal => SizeError::Unequal.fmt(f),
            AreaError::TooManyCuts => f.write_str("more than 16 million cuts would fill it"),
        }
    }
}

impl std::error::Error for AreaError {}

impl From<OutOfRange> for AreaError {
    fn from(_: OutOfRange) -> AreaError {
        AreaError::OutOfRange
    }
}

impl From<SizeError> for AreaError {
    fn from(e: SizeError) -> AreaError {
        match e {
            SizeError::OutOfRange => AreaError::OutOfRange,
            SizeError::Unequal => AreaError::Unequal,
        }
    }
}

/// Runs the programs that decide on islands.
pub trait MeasureKernel: Sync {
    /// Runs a program, by its place, over islands.
    fn decide(&self, program: usize, of: Measures) -> Result<Decided, OutOfRange>;
}

impl Expr {
    /// How far its results reach beyond its inputs, in database units: what lies further apart than twice this does not
    /// meet.
    pub fn reach(&self) -> i32 {
        match self {
            Expr::Input(_) | Expr::Nothing => 0,
            Expr::Joined(_, a, b) | Expr::Picked(_, a, b) => a.reach().max(b.reach()),
            Expr::Size(a, [x, y]) => a.reach().saturating_add((*x).max(*y).max(0)),
            Expr::SizeBy(a, _, most) => a.reach().saturating_add((*most).max(0)),
            Expr::Recut(a, sides, grid) => {
                let side = sides.iter().flatten().copied().max().unwrap_or(0);
                a.reach().saturating_add(side.saturating_add(*grid))
            }
            Expr::Grow(a, b, array) => a.reach().saturating_add(array.reach()).max(b.reach()),
            Expr::Where(a, _) => a.reach(),
        }
    }

    /// Whether it treats x and y differently, so that a turned cell comes to something else than an upright one.
    pub fn turns(&self) -> bool {
        match self {
            Expr::Input(_) | Expr::Nothing => false,
            Expr::Joined(_, a, b) | Expr::Picked(_, a, b) | Expr::Grow(a, b, _) => a.turns() || b.turns(),
            Expr::Size(a, [x, y]) => x != y || a.turns(),
            Expr::SizeBy(a, ..) | Expr::Recut(a, ..) | Expr::Where(a, _) => a.turns(),
        }
    }

    /// The area that it comes to.
    pub fn area(&self, inputs: &[Shapes], kernel: &dyn MeasureKernel) -> Result<Region, AreaError> {
        Ok(match self {
            Expr::Input(i) => inputs.get(*i).map(Region::merged).unwrap_or_default(),
            Expr::Nothing => Region::new(),
            Expr::Joined(op, a, b) => match (&**a, &**b) {
                // Drawn shapes need not be merged before they are joined.
                (Expr::Input(i), Expr::Input(j)) if i.max(j) < &inputs.len() => {
                    Region::combined(*op, &inputs[*i], &inputs[*j])
                }
                (Expr::Input(i), b) if *i < inputs.len() => {
                    Region::combined(*op, &inputs[*i], &b.area(inputs, kernel)?)
                }
                (a, Expr::Input(j)) if *j < inputs.len() => {
                    Region::combined(*op, &a.area(inputs, kernel)?, &inputs[*j])
                }
                (a, b) => Region::combined(*op, &a.area(inputs, kernel)?, &b.area(inputs, kernel)?),
            },
            Expr::Size(a, [0, 0]) => a.area(inputs, kernel)?,
            Expr::Size(a, [x, y]) => Region::sized(&a.area(inputs, kernel)?, *x, *y)?,
            Expr::SizeBy(a, program, _) => {
                let area = a.area(inputs, kernel)?;
                let by = kernel.decide(*program, measures(&area))?.by;
                let mut amounts: Vec<i64> = by.clone();
                amounts.sort_unstable();
                amounts.dedup();
                let mut out = Region::new();
                for amount in amounts {
                    let some = those(&area, |i| by.get(i) == Some(&amount));
                    let amount = i32::try_from(amount).map_err(|_| OutOfRange)?;
                    out = out.or(&Region::sized(&some, amount, amount)?);
                }
                out
            }
            Expr::Recut(a, sides, grid) => {
                let area = a.area(inputs, kernel)?;
                let (mut out, mut kept) = (Shapes::new(), Vec::new());
                for p in area.polygons().iter() {
                    let cut = recut(p, *sides, *grid)?;
                    kept.push(cut.is_none());
                    cut.into_iter().for_each(|r| out.push_rect(r));
                }
                Region::combined(Op::Or, &out, &those(&area, |i| kept[i]))
            }
            Expr::Grow(a, b, array) => array.grown(&a.area(inputs, kernel)?, &b.area(inputs, kernel)?)?,
            Expr::Picked(how, a, b) => {
                let (a, b) = (a.area(inputs, kernel)?, b.area(inputs, kernel)?);
                match how {
                    Picked::Inside => a.inside(&b),
                    Picked::Outside => a.outside(&b),
                    Picked::Touching => a.interacting(&b),
                    Picked::Covering => a.covering(&b),
                }
            }
            Expr::Where(a, program) => {
                let area = a.area(inputs, kernel)?;
                let kept = kernel.decide(*program, measures(&area))?.kept;
                those(&area, |i| kept.get(i).copied().unwrap_or(false))
            }
        })
    }
}

/// A rectangle with these sides about the centre of one, its corners on the grid; `None` where it is no rectangle.
pub(crate) fn recut(p: Polygon<'_>, [short, long]: [Option<i32>; 2], grid: i32) -> Result<Option<Rect>, OutOfRange> {
    if !p.is_rectangle() {
        return Ok(None);
    }
    let b = p.bbox();
    // Which side of a square is the shorter one depends on how its cell is turned.
    if b.width() == b.height() && short != long {
        return Ok(None);
    }
    let upright = b.width() <= b.height();
    let (x, y) = if upright { (short, long) } else { (long, short) };
    let side = |from: i32, to: i32, side: Option<i32>| -> Result<(i32, i32), OutOfRange> {
        let Some(side) = side else { return Ok((from, to)) };
        // Of two corners as near to the centre, the lower one.
        let twice = i64::from(from) + i64::from(to) - i64::from(side);
        let grid = i64::from(grid.max(1));
        let low = (twice + grid - 1).div_euclid(2 * grid) * grid;
        let narrow = |v: i64| i32::try_from(v).map_err(|_| OutOfRange);
        Ok((narrow(low)?, narrow(low + i64::from(side))?))
    };
    let ((x0, x1), (y0, y1)) = (side(b.x0, b.x1, x)?, side(b.y0, b.y1, y)?);
    Ok(Some(Rect { x0, y0, x1, y1 }))
}

/// The measures of the islands of a region.
fn measures(of: &Region) -> Measures {
    let mut out = Measures::default();
    for p in of.polygons().iter() {
        out.width.push(p.width());
        out.length.push(p.length());
        out.area.push(i64::try_from(p.area()).unwrap_or(i64::MAX));
    }
    out
}

/// The islands that a condition on their place keeps.
pub(crate) fn those(of: &Region, keep: impl Fn(usize) -> bool) -> Region {
    let mut at = 0;
    of.select(|_| {
        at += 1;
        keep(at - 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Never;
    impl MeasureKernel for Never {
        fn decide(&self, _: usize, _: Measures) -> Result<Decided, OutOfRange> {
            Err(OutOfRange)
        }
    }

    fn rects(list: &[[i32; 4]]) -> Shapes {
        list.iter().map(|[a, b, c, d]| Rect::new([*a, *b], [*c, *d])).collect()
    }

    fn recut_of(list: &[[i32; 4]], sides: [Option<i32>; 2], grid: i32) -> Vec<Rect> {
        let e = Expr::Recut(Box::new(Expr::Input(0)), sides, grid);
        e.area(&[rects(list)], &Never).unwrap().strips()
    }

    #[test]
    fn cuts_are_merged_before_they_are_redrawn_and_move_half_a_grid_at_most() {
        // Two halves of a cut, drawn by two cells.
        let two = recut_of(&[[0, 0, 110, 220], [110, 0, 220, 220]], [Some(170); 2], 5);
        assert_eq!(two, [Rect::new([25, 25], [195, 195])]);
        assert_eq!(recut_of(&[[0, 0, 223, 223]], [Some(170); 2], 5), [Rect::new([25, 25], [195, 195])]);
        assert_eq!(recut_of(&[[0, 0, 225, 225]], [Some(170); 2], 5), [Rect::new([25, 25], [195, 195])]);
    }

    #[test]
    fn bars_keep_their_longer_side_however_they_lie() {
        assert_eq!(recut_of(&[[0, 0, 100, 400]], [Some(120), None], 5), [Rect::new([-10, 0], [110, 400])]);
        assert_eq!(recut_of(&[[0, 0, 400, 100]], [Some(120), None], 5), [Rect::new([0, -10], [400, 110])]);
    }

    #[test]
    fn selections_look_at_whole_islands() {
        let a = rects(&[[0, 0, 10, 10], [10, 0, 20, 5], [30, 0, 40, 10], [50, 0, 60, 10], [70, 0, 80, 10]]);
        let b = rects(&[[-5, -5, 25, 25], [35, 0, 45, 10], [60, 10, 65, 15], [72, 2, 75, 5]]);
        let count = |how| {
            let e = Expr::Picked(how, Box::new(Expr::Input(0)), Box::new(Expr::Input(1)));
            let mut boxes: Vec<i32> =
                e.area(&[a.clone(), b.clone()], &Never).unwrap().polygons().iter().map(|p| p.bbox().x0).collect();
            boxes.sort_unstable();
            boxes
        };
        assert_eq!(count(Picked::Inside), [0]);
        assert_eq!(count(Picked::Outside), [50]);
        assert_eq!(count(Picked::Touching), [0, 30, 50, 70]);
        assert_eq!(count(Picked::Covering), [70]);
    }
}
