//! Regular arrays: where their elements stand, and which of them snap alike.

use crate::migration::gcd;

/// Part of an array whose elements all snap alike: a regular array, or one instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) origin: [i64; 2],
    pub(crate) column_step: [i64; 2],
    pub(crate) row_step: [i64; 2],
    pub(crate) columns: u32,
    pub(crate) rows: u32,
}

/// More parts than this are refused in one migration: no real layout needs them, and they would fill any memory.
pub(crate) const MOST: u64 = 4_000_000;

/// Cuts an array into parts whose steps are multiples of the periods along x and y, so that each part snaps as a whole. `None` is more
/// parts than [`MOST`]. The points are the origin, the origin after all columns, and after all rows; where these do not
/// divide evenly, elements stand at the nearest whole positions, halves away from the origin (as KLayout reads them).
pub(crate) fn parts(points: [[i64; 2]; 3], columns: u32, rows: u32, periods: [i64; 2]) -> Option<Vec<Part>> {
    let [o, c, r] = points;
    let (across, up) = ([c[0] - o[0], c[1] - o[1]], [r[0] - o[0], r[1] - o[1]]);
    let (nc, nr) = (i64::from(columns), i64::from(rows));
    let even = |v: [i64; 2], n: i64| v[0] % n == 0 && v[1] % n == 0;
    if !(even(across, nc) && even(up, nr)) {
        if u64::from(columns) * u64::from(rows) > MOST {
            return None;
        }
        let at = |i: i64, j: i64, k: usize| {
            let n = i128::from(i) * i128::from(across[k]) * i128::from(nr)
                + i128::from(j) * i128::from(up[k]) * i128::from(nc);
            o[k] + half_away(n, i128::from(nc) * i128::from(nr))
        };
        let one = |i, j| single([at(i, j, 0), at(i, j, 1)]);
        return Some((0..nc).flat_map(|i| (0..nr).map(move |j| (i, j))).map(|(i, j)| one(i, j)).collect());
    }
    let (cs, rs) = ([across[0] / nc, across[1] / nc], [up[0] / nr, up[1] / nr]);
    let (kc, kr) = (cycle(cs, periods).min(nc), cycle(rs, periods).min(nr));
    if kc.checked_mul(kr).is_none_or(|n| n as u64 > MOST) {
        return None;
    }
    let mut parts = Vec::with_capacity((kc * kr) as usize);
    for i in 0..kc {
        for j in 0..kr {
            let origin = [o[0] + i * cs[0] + j * rs[0], o[1] + i * cs[1] + j * rs[1]];
            // Both counts are at least 1 and at most what they were.
            let (columns, rows) = ((nc - i + kc - 1) / kc, (nr - j + kr - 1) / kr);
            parts.push(Part {
                origin,
                column_step: [cs[0] * kc, cs[1] * kc],
                row_step: [rs[0] * kr, rs[1] * kr],
                columns: columns as u32,
                rows: rows as u32,
            });
        }
    }
    Some(parts)
}

fn single(origin: [i64; 2]) -> Part {
    Part { origin, column_step: [0, 0], row_step: [0, 0], columns: 1, rows: 1 }
}

/// After how many steps a residue comes back.
fn cycle(step: [i64; 2], periods: [i64; 2]) -> i64 {
    let n = |i: usize| i128::from(periods[i]) / gcd(i128::from(step[i]), i128::from(periods[i]));
    let (a, b) = (n(0), n(1));
    i64::try_from(a / gcd(a, b) * b).unwrap_or(i64::MAX)
}

/// `n / d` to the nearest whole number, halves away from zero.
fn half_away(n: i128, d: i128) -> i64 {
    let q = (2 * n.abs() + d) / (2 * d);
    (if n < 0 { -q } else { q }) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_on_the_grid_stays_whole_whatever_its_size() {
        let p = parts([[7, 3], [7 + 30_000 * 250, 3], [7, 3 + 30_000 * 125]], 30_000, 30_000, [125; 2]).unwrap();
        assert_eq!(p.len(), 1);
        assert_eq!((p[0].columns, p[0].rows), (30_000, 30_000));
    }

    #[test]
    fn an_array_off_the_grid_becomes_one_array_a_residue() {
        let p = parts([[0, 0], [10 * 50, 0], [0, 7 * 125]], 10, 7, [125; 2]).unwrap();
        assert_eq!(p.len(), 5);
        let n: u32 = p.iter().map(|p| p.columns * p.rows).sum();
        assert_eq!(n, 70);
        assert!(p.iter().all(|p| p.column_step == [250, 0] && p.row_step == [0, 125]));
    }

    #[test]
    fn uneven_arrays_stand_at_the_nearest_positions() {
        let p = parts([[7, 0], [-93, 3], [7, -50]], 6, 4, [1; 2]).unwrap();
        let at: Vec<_> = p[..6].iter().map(|p| p.origin).collect();
        // As KLayout 0.30.12 places them.
        assert_eq!(at, [[7, 0], [7, -13], [7, -25], [7, -38], [-10, 1], [-10, -12]]);
    }

    #[test]
    fn endless_parts_are_refused() {
        assert_eq!(parts([[0, 0], [30_000, 0], [0, 30_000]], 30_000, 30_000, [1 << 39; 2]), None);
    }
}
