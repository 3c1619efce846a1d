//! Checks of polygons one by one: area, exact size, grid.

use crate::outline::is_manhattan;
use crate::polygons::Polygon;
use crate::slanted::{Slanted, twice_area};
use crate::{Point, Rect, Region};

/// What size the polygons of a layer must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Rectangles of exactly this width and height, in database units, lying as they stand.
    Upright(i64, i64),
    /// Rectangles of exactly these two sides, either of which may be the height.
    Exactly(i64, i64),
    /// Rectangles whose smaller side is this, and the other of any length: bars.
    Bar(i64),
}

impl Size {
    fn is_met(self, polygon: &Polygon<'_>) -> bool {
        let (w, h) = (polygon.bbox().width(), polygon.bbox().height());
        let size = match self {
            Size::Upright(x, y) => (w, h) == (x, y),
            Size::Exactly(x, y) => (w, h) == (x, y) || (h, w) == (x, y),
            Size::Bar(side) => w.min(h) == side,
        };
        size && polygon.is_rectangle()
    }
}

/// Which directions edges may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Angles {
    /// Vertical and horizontal.
    Upright,
    /// Those, and the diagonals between them.
    Octagonal,
}

impl Angles {
    fn allow(self, a: Point, b: Point) -> bool {
        let [x, y] = [0, 1].map(|k| a[k].abs_diff(b[k]));
        x == 0 || y == 0 || (self == Angles::Octagonal && x == y)
    }
}

impl Region {
    /// The edges in directions that are not allowed, each with its polygon on the right, in the order of the polygons.
    pub fn angle_check(&self, angles: Angles) -> Vec<[Point; 2]> {
        let edges = self.slanted.iter().flat_map(Slanted::edges);
        edges.filter(|(a, b)| !angles.allow(*a, *b)).map(|(a, b)| [a, b]).collect()
    }

    /// The bounding boxes of the polygons whose size is another one, in canonical order.
    pub fn size_check(&self, size: Size) -> Vec<Rect> {
        self.polygons().iter().filter(|p| !size.is_met(p)).map(|p| p.bbox()).collect()
    }

    /// The bounding boxes of the polygons with an area below this, in square database units; holes do not count.
    pub fn area_check(&self, area: i128) -> Vec<Rect> {
        self.polygons().iter().filter(|p| p.area() < area).map(|p| p.bbox()).collect()
    }

    /// The bounding boxes of the holes with an area below this, in square database units. What lies inside of a hole
    /// does not count against it.
    pub fn hole_area_check(&self, area: i128) -> Vec<Rect> {
        let polygons = self.polygons();
        let holes = polygons.iter().flat_map(|p| p.holes());
        holes.filter(|h| twice_area(h).abs() < 2 * area).filter_map(bbox_of).collect()
    }

    /// The corners that do not lie on multiples of a grid, in the order of the polygons. A grid below 2 has none.
    pub fn grid_check(&self, grid: i32) -> Vec<Point> {
        if grid < 2 {
            return Vec::new();
        }
        let off = |p: &&Point| p.iter().any(|c| c.rem_euclid(grid) != 0);
        self.polygons().points.iter().filter(off).copied().collect()
    }
}

impl Polygon<'_> {
    /// Its area in square database units, holes taken off; half a unit is left off.
    pub fn area(&self) -> i128 {
        self.contours().map(twice_area).sum::<i128>() / 2
    }

    /// The length of its edges in database units, those of holes included; of each slanted edge rounded down.
    pub fn perimeter(&self) -> i64 {
        let length = |c: &[Point]| -> i64 {
            let next = c.iter().cycle().skip(1);
            let edge = |(a, b): (&Point, &Point)| {
                let [x, y] = [0, 1].map(|k| u128::from(a[k].abs_diff(b[k])));
                // A diagonal of what 32 bits span fits into 33.
                (x * x + y * y).isqrt() as i64
            };
            c.iter().zip(next).map(edge).sum()
        };
        self.contours().map(length).sum()
    }

    /// Whether it is an upright rectangle.
    pub fn is_rectangle(&self) -> bool {
        self.holes().len() == 0 && self.hull().len() == 4 && is_manhattan(self.hull())
    }
}

fn bbox_of(contour: &[Point]) -> Option<Rect> {
    contour.iter().map(|p| Rect::new(*p, *p)).reduce(|a, b| a.join(&b))
}
