//! Lists of points, types 0 to 5: as displacements from the element's own point, which is the first one.

use std::io::Read;

use super::delta::{put_g_delta, signed};
use super::source::{Parsed, Source, fault};

/// Reads a list of points into `to`, as places from the first point, which is not in the list. A list of a polygon of
/// types 0 and 1 has one more point than is given.
pub(crate) fn read<R: Read>(s: &mut Source<R>, polygon: bool, to: &mut Vec<[i64; 2]>) -> Parsed<()> {
    to.clear();
    let kind = s.uint()?;
    let n = s.uint()?;
    if kind > 5 {
        return fault(format!("a list of points is of type {kind}, and there are types 0 to 5"));
    }
    let (mut at, mut last) = ([0_i64, 0], [0_i64, 0]);
    // The axis of the next step of types 0 and 1.
    let mut axis = usize::from(kind == 1);
    for _ in 0..n {
        let step = match kind {
            0 | 1 => {
                let d = s.one_delta()?;
                let k = axis;
                axis = 1 - axis;
                if k == 0 { [d, 0] } else { [0, d] }
            }
            2 => s.two_delta()?,
            3 => s.three_delta()?,
            4 => s.g_delta()?,
            _ => {
                let [x, y] = s.g_delta()?;
                last = [add(last[0], x)?, add(last[1], y)?];
                last
            }
        };
        at = [add(at[0], step[0])?, add(at[1], step[1])?];
        to.push(at);
    }
    if polygon && kind < 2 && n > 0 {
        to.push(if axis == 0 { [0, at[1]] } else { [at[0], 0] });
    }
    Ok(())
}

fn add(a: i64, b: i64) -> Parsed<i64> {
    let sum = a + b;
    if sum.abs() >= 1 << 40 { fault("a list of points goes far beyond 32 bits, which are refused") } else { Ok(sum) }
}

/// Gives the integers of a list of points in the shortest of the forms 0, 1, 2, 3 and 4. `list` are the points behind the
/// first one, from it.
pub(crate) fn put(list: &[[i64; 2]], polygon: bool, put: &mut impl FnMut(u64)) {
    let steps = || {
        let before = std::iter::once([0, 0]).chain(list.iter().copied());
        before.zip(list).map(|(a, b)| [b[0] - a[0], b[1] - a[1]])
    };
    let n = list.len();
    // Whether steps follow the axes in turn, from axis k on; none of them may be empty, since the reader counts on it.
    let turns = |k: usize| steps().enumerate().all(|(i, s)| s[(i + k + 1) % 2] == 0 && s[(i + k) % 2] != 0);
    // Whether the way back to the first point goes on so, over the point that the reader adds.
    let closes = |k: usize| {
        let Some([x, y]) = list.last().copied() else { return false };
        // The step back follows the axis after the last one.
        n >= 3 && n % 2 == 1 && if (n + k).is_multiple_of(2) { y == 0 && x != 0 } else { x == 0 && y != 0 }
    };
    for k in 0..2 {
        if n > 0 && turns(k) && (!polygon || closes(k)) {
            let given = if polygon { n - 1 } else { n };
            put(k as u64);
            put(given as u64);
            steps().take(given).enumerate().for_each(|(i, s)| put(signed(s[(i + k) % 2])));
            return;
        }
    }
    let straight = |s: [i64; 2]| s[0] == 0 || s[1] == 0;
    let diagonal = |s: [i64; 2]| s[0].abs() == s[1].abs();
    let direction = |s: [i64; 2]| match (s[0].signum(), s[1].signum()) {
        (1, 0) | (0, 0) => 0,
        (0, 1) => 1,
        (-1, 0) => 2,
        (0, -1) => 3,
        (1, 1) => 4,
        (-1, 1) => 5,
        (-1, -1) => 6,
        _ => 7,
    };
    let size = |s: [i64; 2]| s[0].unsigned_abs().max(s[1].unsigned_abs());
    if steps().all(straight) {
        put(2);
        put(n as u64);
        steps().for_each(|s| put(size(s) << 2 | direction(s)));
    } else if steps().all(|s| straight(s) || diagonal(s)) {
        put(3);
        put(n as u64);
        steps().for_each(|s| put(size(s) << 3 | direction(s)));
    } else {
        put(4);
        put(n as u64);
        steps().for_each(|s| put_g_delta(s, put));
    }
}
