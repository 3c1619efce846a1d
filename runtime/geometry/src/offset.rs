//! Growing and shrinking polygons with slanted edges, by the same distance along both axes.
//!
//! Every edge moves outward at a right angle by the distance, and the strip that it passes over is added to the polygon
//! (or, moving inward, taken away). At a corner that bends by up to 90° the two moved edges are drawn out until they
//! meet, and where it bends more, as far as the distance, and joined there; KLayout's `sized(d, 2)` does the same.
//! *What rounds*: the corners of strips, to the nearest unit each, so that a moved slanted edge can lie half a unit off
//! in x and in y at its ends. Vertical and horizontal edges move exactly. The computation is in floating point, of
//! which only operations are used that round the same way everywhere.

use crate::slanted::{Slanted, twice_area};
use crate::{OutOfRange, Point};

/// What polygons pass over when all their edges move outward (or, of a negative distance, inward).
pub(crate) fn skirts(polygon: &Slanted, distance: i32) -> Result<Vec<Slanted>, OutOfRange> {
    let mut skirts = Vec::new();
    for contour in &polygon.contours {
        let mut corners = contour.clone();
        if distance < 0 {
            // Walked the other way, what is right and grows is what lies round the polygon.
            corners.reverse();
        }
        skirt(&corners, f64::from(distance).abs(), &mut skirts)?;
    }
    Ok(skirts)
}

fn skirt(corners: &[Point], d: f64, skirts: &mut Vec<Slanted>) -> Result<(), OutOfRange> {
    let count = corners.len();
    for k in 0..count {
        let [before, p, q] = [corners[(k + count - 1) % count], corners[k], corners[(k + 1) % count]];
        let (u, v) = (unit(before, p), unit(p, q));
        let [m, n] = [left(u), left(v)];
        push(&[at(p, [0.0; 2])?, at(q, [0.0; 2])?, at(q, scaled(n, d))?, at(p, scaled(n, d))?], skirts);
        // The region is on the right, so that a corner stands out where the way turns right.
        let (cross, dot) = (u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1]);
        if cross >= 0.0 {
            continue;
        }
        let (first, last) = (at(p, scaled(m, d))?, at(p, scaled(n, d))?);
        if dot >= -1e-9 {
            // Where both moved edges meet; well conditioned, since 1 + dot is at least 1.
            let tip = [0, 1].map(|i| (m[i] + n[i]) / (1.0 + dot) * d);
            push(&[at(p, [0.0; 2])?, first, at(p, tip)?, last], skirts);
        } else {
            let ahead = at(p, [0, 1].map(|i| (m[i] + u[i]) * d))?;
            let behind = at(p, [0, 1].map(|i| (n[i] - v[i]) * d))?;
            push(&[at(p, [0.0; 2])?, first, ahead, behind, last], skirts);
        }
    }
    Ok(())
}

fn unit(a: Point, b: Point) -> [f64; 2] {
    let [x, y] = [0, 1].map(|k| f64::from(b[k]) - f64::from(a[k]));
    // Not `hypot`, which is not the same everywhere.
    let length = (x * x + y * y).sqrt();
    [x / length, y / length]
}

fn left([x, y]: [f64; 2]) -> [f64; 2] {
    [-y, x]
}

fn scaled([x, y]: [f64; 2], by: f64) -> [f64; 2] {
    [x * by, y * by]
}

fn at(p: Point, shift: [f64; 2]) -> Result<Point, OutOfRange> {
    let moved = |k: usize| {
        let v = f64::from(p[k]) + shift[k];
        let rounded = (v + 0.5).floor();
        let within = f64::from(i32::MIN) <= rounded && rounded <= f64::from(i32::MAX);
        if within { Ok(rounded as i32) } else { Err(OutOfRange) }
    };
    Ok([moved(0)?, moved(1)?])
}

fn push(corners: &[Point], skirts: &mut Vec<Slanted>) {
    let twice = twice_area(corners);
    let mut corners = corners.to_vec();
    if twice < 0 {
        corners.reverse();
    }
    if twice != 0 {
        skirts.push(Slanted { contours: vec![corners] });
    }
}
