//! Trapezoids: the corners of those with free slants, and of the 26 kinds whose slants are multiples of 45°.

/// The corners of a trapezoid with parallel sides along the x axis, in the box from the origin to `(w, h)`. `a` and `b`
/// say how far the upper corner lies to the right of the lower one, on the left and right side.
pub(crate) fn trapezoid(w: i64, h: i64, a: i64, b: i64) -> [[i64; 2]; 4] {
    [[(-a).max(0), 0], [a.max(0), h], [w + b.min(0), h], [w - b.max(0), 0]]
}

/// What the box of a compact trapezoid needs: some kinds have one size only, and the other follows.
pub(crate) enum Needs {
    Both,
    /// The height is so many widths.
    Width(i64),
    /// The width is so many heights.
    Height(i64),
}

pub(crate) fn needs(kind: u64) -> Needs {
    match kind {
        16..=19 | 25 => Needs::Width(1),
        22 | 23 => Needs::Width(2),
        20 | 21 => Needs::Height(2),
        _ => Needs::Both,
    }
}

/// The corners of a compact trapezoid in the box from the origin to `(w, h)`; `None` is no kind that there is.
pub(crate) fn compact(kind: u64, w: i64, h: i64) -> Option<Vec<[i64; 2]>> {
    let four = |p: [[i64; 2]; 4]| Some(p.to_vec());
    match kind {
        0 => four([[0, 0], [0, h], [w - h, h], [w, 0]]),
        1 => four([[0, 0], [0, h], [w, h], [w - h, 0]]),
        2 => four([[0, 0], [h, h], [w, h], [w, 0]]),
        3 => four([[h, 0], [0, h], [w, h], [w, 0]]),
        4 => four([[0, 0], [h, h], [w - h, h], [w, 0]]),
        5 => four([[h, 0], [0, h], [w, h], [w - h, 0]]),
        6 => four([[0, 0], [h, h], [w, h], [w - h, 0]]),
        7 => four([[h, 0], [0, h], [w - h, h], [w, 0]]),
        8 => four([[0, 0], [0, h], [w, h - w], [w, 0]]),
        9 => four([[0, 0], [0, h - w], [w, h], [w, 0]]),
        10 => four([[0, 0], [0, h], [w, h], [w, w]]),
        11 => four([[0, w], [0, h], [w, h], [w, 0]]),
        12 => four([[0, 0], [0, h], [w, h - w], [w, w]]),
        13 => four([[0, w], [0, h - w], [w, h], [w, 0]]),
        14 => four([[0, 0], [0, h - w], [w, h], [w, w]]),
        15 => four([[0, w], [0, h], [w, h - w], [w, 0]]),
        16 => Some(vec![[0, 0], [0, w], [w, 0]]),
        17 => Some(vec![[0, 0], [0, w], [w, w]]),
        18 => Some(vec![[0, 0], [w, w], [w, 0]]),
        19 => Some(vec![[0, w], [w, w], [w, 0]]),
        20 => Some(vec![[0, 0], [h, h], [2 * h, 0]]),
        21 => Some(vec![[0, h], [2 * h, h], [h, 0]]),
        22 => Some(vec![[0, 0], [0, 2 * w], [w, w]]),
        23 => Some(vec![[0, w], [w, 2 * w], [w, 0]]),
        24 | 25 => four([[0, 0], [0, h], [w, h], [w, 0]]),
        _ => None,
    }
}
