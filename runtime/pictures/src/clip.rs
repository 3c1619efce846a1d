//! The part of a polygon that a window shows, so that no coordinate leaves what a picture can hold.

use crate::affine::Extent;

/// The corners of what lies in the window; the sides along which it was cut lie on the window's own.
pub(crate) fn clipped(corners: &[[f64; 2]], window: &Extent) -> Vec<[f64; 2]> {
    let sides = [(0, window.x0, true), (0, window.x1, false), (1, window.y0, true), (1, window.y1, false)];
    let mut out = corners.to_vec();
    for (axis, at, above) in sides {
        let inside = |p: &[f64; 2]| if above { p[axis] >= at } else { p[axis] <= at };
        if out.iter().all(inside) {
            continue;
        }
        let mut cut = Vec::with_capacity(out.len() + 4);
        let Some(mut a) = out.last().copied() else { return out };
        for b in &out {
            if inside(&a) != inside(b) {
                let other = 1 - axis;
                let mut p = [at; 2];
                p[other] = a[other] + (b[other] - a[other]) * (at - a[axis]) / (b[axis] - a[axis]);
                cut.push(p);
            }
            if inside(b) {
                cut.push(*b);
            }
            a = *b;
        }
        out = cut;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_is_cut_at_the_sides_of_the_window() {
        let window = Extent { x0: 0.0, y0: 0.0, x1: 10.0, y1: 10.0 };
        let cut = clipped(&[[-10.0, 5.0], [5.0, -10.0], [5.0, 5.0]], &window);
        assert_eq!(cut, [[0.0, 5.0], [0.0, 0.0], [5.0, 0.0], [5.0, 5.0]].map(|p: [f64; 2]| p), "{cut:?}");
        assert!(clipped(&[[20.0, 20.0], [30.0, 20.0], [30.0, 30.0]], &window).is_empty());
    }
}
