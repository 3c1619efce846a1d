//! What one cell itself has on one layer, shape by shape.

use migc_geometry::{OutOfRange, Point, Rect, Region, Shapes};

use crate::Transform;

/// More corners than GDSII allows a polygon are cut into several.
const CORNERS: usize = 8000;

/// A shape: its bounding box, and its corners where it is no rectangle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) bbox: Rect,
    start: u32,
    count: u32,
}

/// Shapes of a cell on a layer, as they are drawn: they may overlap.
#[derive(Debug, Clone, Default)]
pub struct Drawn {
    pub(crate) shapes: Vec<Shape>,
    points: Vec<Point>,
}

impl Drawn {
    /// No shapes.
    pub fn new() -> Drawn {
        Drawn::default()
    }

    /// How many shapes there are.
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// Adds a rectangle; one without an area is nothing.
    pub fn push_rect(&mut self, rect: Rect) {
        if !rect.is_empty() {
            self.shapes.push(Shape { bbox: rect, start: 0, count: 0 });
        }
    }

    /// Adds a polygon by its corners; the first may be repeated at the end.
    pub fn push_polygon(&mut self, corners: &[Point]) {
        let corners = match corners {
            [first, rest @ .., last] if first == last && !rest.is_empty() => &corners[..corners.len() - 1],
            _ => corners,
        };
        if let Some(rect) = rectangle(corners) {
            return self.push_rect(rect);
        }
        let Some(bbox) = bounds(corners) else { return };
        self.shapes.push(Shape { bbox, start: self.points.len() as u32, count: corners.len() as u32 });
        self.points.extend_from_slice(corners);
    }

    /// Adds the area of a region, as shapes without holes.
    pub fn push_region(&mut self, region: &Region) {
        region.pieces(CORNERS).iter().for_each(|p| self.push_polygon(p));
    }

    /// The corners of a shape that is no rectangle.
    pub(crate) fn corners(&self, s: &Shape) -> Option<&[Point]> {
        (s.count > 0).then(|| &self.points[s.start as usize..s.start as usize + s.count as usize])
    }

    /// Calls `f` with the corners of each shape.
    pub fn each(&self, f: &mut dyn FnMut(&[Point])) {
        for s in &self.shapes {
            match self.corners(s) {
                Some(corners) => f(corners),
                None => f(&s.bbox.corners()),
            }
        }
    }

    /// Adds one of another list's shapes, as it is seen through a transform.
    pub(crate) fn push_seen(&mut self, from: &Drawn, s: &Shape, seen: &Transform) -> Result<(), OutOfRange> {
        let bbox = seen.rect(&s.bbox)?;
        let start = self.points.len() as u32;
        for p in from.corners(s).unwrap_or_default() {
            self.points.push(seen.point(*p)?);
        }
        self.shapes.push(Shape { bbox, start, count: s.count });
        Ok(())
    }

    /// Adds a shape to others, as it is seen through a transform; `corners` is room to work in.
    pub(crate) fn show(
        &self,
        s: &Shape,
        seen: &Transform,
        corners: &mut Vec<Point>,
        to: &mut Shapes,
    ) -> Result<(), OutOfRange> {
        let Some(own) = self.corners(s) else {
            to.push_rect(seen.rect(&s.bbox)?);
            return Ok(());
        };
        corners.clear();
        for p in own {
            corners.push(seen.point(*p)?);
        }
        to.push_polygon(corners);
        Ok(())
    }

    /// The smallest rectangle round all shapes.
    pub fn bbox(&self) -> Option<Rect> {
        self.shapes.iter().map(|s| s.bbox).reduce(|a, b| a.join(&b))
    }

    /// Rectangles that cover a shape, and nothing far from it: the shape itself where it is upright, else its bounding box.
    pub(crate) fn cover(&self, s: &Shape, f: &mut dyn FnMut(Rect)) {
        match self.corners(s) {
            Some(corners) if is_upright(corners) => {
                let mut one = Shapes::new();
                one.push_polygon(corners);
                Region::merged(&one).strips().into_iter().for_each(f);
            }
            _ => f(s.bbox),
        }
    }

    /// The same area, its upright polygons cut into rectangles.
    pub(crate) fn cut(&self) -> Drawn {
        let mut out = Drawn::new();
        for s in &self.shapes {
            match self.corners(s) {
                Some(corners) if !is_upright(corners) => out.push_polygon(corners),
                _ => self.cover(s, &mut |r| out.push_rect(r)),
            }
        }
        out
    }

    /// All shapes, for the operations on areas.
    pub fn to_shapes(&self) -> Shapes {
        let mut out = Shapes::with_capacity(self.shapes.len());
        for s in &self.shapes {
            match self.corners(s) {
                Some(corners) => out.push_polygon(corners),
                None => out.push_rect(s.bbox),
            }
        }
        out
    }
}

fn bounds(corners: &[Point]) -> Option<Rect> {
    corners.iter().map(|p| Rect::new(*p, *p)).reduce(|a, b| a.join(&b))
}

/// Whether all sides lie along the axes.
pub(crate) fn is_upright(corners: &[Point]) -> bool {
    let last = corners.last().copied().unwrap_or_default();
    let mut before = last;
    corners.iter().all(|p| {
        let along = p[0] == before[0] || p[1] == before[1];
        before = *p;
        along
    })
}

fn rectangle(corners: &[Point]) -> Option<Rect> {
    let [a, b, c, d] = *corners else { return None };
    let one = a[0] == b[0] && b[1] == c[1] && c[0] == d[0] && d[1] == a[1];
    let other = a[1] == b[1] && b[0] == c[0] && c[1] == d[1] && d[0] == a[0];
    (one || other).then(|| Rect::new(a, c))
}
