//! How much of each pixel shapes cover: edges are added up in whole numbers, row by row, and one sum over each row at the
//! end gives the coverage. A shape costs what its edges do, however large it is, and no order changes a bit.

/// Parts of a pixel along an axis.
pub(crate) const PARTS: i64 = 256;
/// The weight of what covers fully.
pub(crate) const FULL: i64 = 256;

/// Edges, added up.
pub(crate) struct Raster {
    width: usize,
    height: usize,
    /// Of each pixel: the height of the edges in it, and twice the area to their left.
    sums: Vec<[i64; 2]>,
    /// The rows that have anything.
    rows: (usize, usize),
}

impl Raster {
    pub(crate) fn new(width: usize, height: usize) -> Raster {
        Raster { width, height, sums: vec![[0; 2]; width * height], rows: (height, 0) }
    }

    /// Whether nothing was drawn.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.0 >= self.rows.1
    }

    /// Adds a polygon in parts of pixels, y downward. Which way round it goes does not matter.
    pub(crate) fn polygon(&mut self, corners: &[[i32; 2]], weight: i64) {
        let Some(last) = corners.last() else { return };
        let twice = |a: [i32; 2], b: [i32; 2]| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1]);
        let mut before = *last;
        let around: i64 = corners.iter().map(|p| twice(std::mem::replace(&mut before, *p), *p)).sum();
        let weight = if around < 0 { -weight } else { weight };
        let mut a = *last;
        for b in corners {
            self.edge(a.map(i64::from), b.map(i64::from), -weight);
            a = *b;
        }
    }

    /// Adds a rectangle.
    pub(crate) fn rect(&mut self, [x0, y0]: [i64; 2], [x1, y1]: [i64; 2], weight: i64) {
        self.edge([x0, y0], [x0, y1], weight);
        self.edge([x1, y0], [x1, y1], -weight);
    }

    /// Adds to one pixel alone: `amount` in parts of a pixel's area, times its weight.
    pub(crate) fn spot(&mut self, x: i64, y: i64, amount: i64) {
        if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
            && x < self.width
            && y < self.height
        {
            self.sums[y * self.width + x][1] -= 2 * amount;
            self.rows = (self.rows.0.min(y), self.rows.1.max(y + 1));
        }
    }

    fn edge(&mut self, mut a: [i64; 2], mut b: [i64; 2], mut weight: i64) {
        if a[1] > b[1] {
            (a, b, weight) = (b, a, -weight);
        }
        let bottom = self.height as i64 * PARTS;
        let (top, end) = (a[1].max(0), b[1].min(bottom));
        if top >= end {
            return;
        }
        let (dx, dy) = (i128::from(b[0] - a[0]), i128::from(b[1] - a[1]));
        let at = |y: i64| if dx == 0 { a[0] } else { a[0] + (dx * i128::from(y - a[1])).div_euclid(dy) as i64 };
        self.rows = (self.rows.0.min((top / PARTS) as usize), self.rows.1.max(((end + PARTS - 1) / PARTS) as usize));
        let (mut y, mut x) = (top, at(top));
        while y < end {
            let row = y / PARTS;
            let next = ((row + 1) * PARTS).min(end);
            let to = at(next);
            self.piece(row as usize, x, to, (next - y) * weight);
            (y, x) = (next, to);
        }
    }

    /// Adds a piece of an edge within a row, from `x` to `to`.
    fn piece(&mut self, row: usize, x: i64, to: i64, tall: i64) {
        let right = self.width as i64 * PARTS;
        let (low, high) = (x.min(to).max(0), x.max(to).max(0));
        if low >= right {
            return;
        }
        let sums = &mut self.sums[row * self.width..(row + 1) * self.width];
        let (first, last) = (low / PARTS, high / PARTS);
        if first == last {
            let sum = &mut sums[first as usize];
            sum[0] += tall;
            sum[1] += tall * (low + high - 2 * first * PARTS);
            return;
        }
        // What a pixel has of it is as much as its share in width; the last one has the rest.
        let (wide, mut left) = (high - low, tall);
        for column in first..=last {
            let (from, end) = (low.max(column * PARTS), high.min((column + 1) * PARTS));
            let part = if column == last { left } else { tall * (end - from) / wide };
            left -= part;
            if let Some(sum) = sums.get_mut(column as usize) {
                sum[0] += part;
                sum[1] += part * (from + end - 2 * column * PARTS);
            }
        }
    }

    /// The coverage of each pixel, from 0 to 255; what is covered at all has at least 1.
    pub(crate) fn mask(&self) -> Mask {
        let mut out = vec![0; self.width * self.height];
        let full = PARTS * PARTS * FULL;
        for row in self.rows.0..self.rows.1 {
            let mut sum = 0;
            for column in 0..self.width {
                let at = row * self.width + column;
                let [tall, left] = self.sums[at];
                sum += tall;
                let covered = (sum * PARTS - left / 2).clamp(0, full);
                out[at] = ((covered * 255 + full / 2) / full).max(i64::from(covered > full / 4096)) as u8;
            }
        }
        Mask { width: self.width, coverage: out }
    }
}

/// The coverage of each pixel, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mask {
    pub(crate) width: usize,
    pub(crate) coverage: Vec<u8>,
}

impl Mask {
    pub(crate) fn height(&self) -> usize {
        self.coverage.len() / self.width.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(r: &Raster) -> Vec<Vec<u8>> {
        let mask = r.mask();
        mask.coverage.chunks(mask.width).map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn a_rectangle_covers_its_pixels_and_parts_of_those_at_its_sides() {
        let mut r = Raster::new(4, 3);
        r.rect([128, 256], [3 * 256, 512], FULL);
        assert_eq!(rows(&r), [vec![0; 4], vec![128, 255, 255, 0], vec![0; 4]]);
    }

    #[test]
    fn both_ways_round_a_polygon_cover_the_same_and_a_slanted_side_covers_half() {
        let corners = [[0, 0], [1024, 0], [0, 1024]];
        let (mut one, mut other) = (Raster::new(4, 4), Raster::new(4, 4));
        one.polygon(&corners, FULL);
        other.polygon(&corners.iter().rev().copied().collect::<Vec<_>>(), FULL);
        assert_eq!(rows(&one), rows(&other));
        assert_eq!(rows(&one)[0], [255, 255, 255, 128]);
        assert_eq!(rows(&one)[3], [128, 0, 0, 0]);
    }

    #[test]
    fn what_lies_to_the_left_of_the_picture_covers_what_is_in_it() {
        let mut r = Raster::new(2, 1);
        r.rect([-5000, -5000], [256, 5000], FULL);
        r.rect([5000, 0], [9000, 256], FULL);
        assert_eq!(rows(&r), [[255, 0]]);
    }

    #[test]
    fn a_spot_covers_one_pixel() {
        let mut r = Raster::new(3, 1);
        r.spot(1, 0, 256 * 256 * 64);
        assert_eq!(rows(&r), [[0, 64, 0]]);
    }
}
