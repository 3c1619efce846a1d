//! Shapes as they are drawn: rectangles and polygons that overlap as they like.

use crate::bands::Soup;
use crate::outline;
use crate::slanted::{Slanted, outlined};
use crate::wall::Wall;
use crate::{Point, Rect, Region};

/// Drawn shapes of a layer, not merged: what operations take in besides regions.
///
/// Each shape covers what its outline winds round, in either direction, however it crosses itself (the non-zero rule
/// for each polygon by itself, as KLayout has it); the shapes together cover the union.
#[derive(Debug, Clone, Default)]
pub struct Shapes {
    rects: Vec<Rect>,
    walls: Vec<Wall>,
    slanted: Vec<Slanted>,
}

impl Shapes {
    /// No shapes.
    pub fn new() -> Shapes {
        Shapes::default()
    }

    /// Room for so many rectangles.
    pub fn with_capacity(rects: usize) -> Shapes {
        Shapes { rects: Vec::with_capacity(rects), ..Shapes::default() }
    }

    /// Adds a rectangle; one without an area is nothing.
    pub fn push_rect(&mut self, rect: Rect) {
        if !rect.is_empty() {
            self.rects.push(rect);
        }
    }

    /// Adds a polygon by its corners in order, in either direction; the first may be repeated at the end. What has no
    /// area (fewer than three corners, a line there and back) is nothing. Where edges of a slanted polygon cross each
    /// other, the crossing point is rounded to whole units.
    pub fn push_polygon(&mut self, corners: &[Point]) {
        if let Some(rect) = outline::rectangle(corners) {
            self.push_rect(rect);
        } else if outline::is_manhattan(corners) {
            outline::push_walls(corners, &mut self.walls);
        } else {
            let (upright, mut slanted): (Vec<_>, Vec<_>) =
                outlined(corners).into_iter().partition(Slanted::is_manhattan);
            self.walls.extend(upright.iter().flat_map(Slanted::walls));
            self.slanted.append(&mut slanted);
        }
    }

    /// Adds what a region covers.
    pub fn push_region(&mut self, region: &Region) {
        self.walls.extend_from_slice(&region.walls);
        self.slanted.extend_from_slice(&region.slanted);
    }

    /// Adds all shapes of another list.
    pub fn append(&mut self, other: &mut Shapes) {
        self.rects.append(&mut other.rects);
        self.walls.append(&mut other.walls);
        self.slanted.append(&mut other.slanted);
    }

    /// Its rectangles, the walls of its other upright polygons, and the slanted ones.
    pub(crate) fn parts(&self) -> (&[Rect], &[Wall], &[Slanted]) {
        (&self.rects, &self.walls, &self.slanted)
    }

    /// Adds polygons by their walls.
    pub(crate) fn push_walls(&mut self, walls: &[Wall]) {
        self.walls.extend_from_slice(walls);
    }

    /// Whether nothing was added that has an area.
    pub fn is_empty(&self) -> bool {
        self.rects.is_empty() && self.walls.is_empty() && self.slanted.is_empty()
    }
}

impl FromIterator<Rect> for Shapes {
    fn from_iter<I: IntoIterator<Item = Rect>>(rects: I) -> Shapes {
        let mut shapes = Shapes::new();
        rects.into_iter().for_each(|r| shapes.push_rect(r));
        shapes
    }
}

/// What operations take: drawn [`Shapes`] or a [`Region`]. It cannot be implemented elsewhere.
pub trait Area: private::Soups {}

pub(crate) mod private {
    use super::Soup;

    #[allow(unreachable_pub)]
    pub trait Soups: Sync {
        #[allow(private_interfaces)]
        fn soup(&self) -> Soup<'_>;
    }
}

impl private::Soups for Shapes {
    #[allow(private_interfaces)]
    fn soup(&self) -> Soup<'_> {
        Soup { rects: &self.rects, walls: &self.walls, slanted: &self.slanted }
    }
}

impl Area for Shapes {}
