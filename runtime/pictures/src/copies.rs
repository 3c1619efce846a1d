//! Where the copies of a shape or a placement stand, and which of them a window shows.

use migc_layout::Repetition;

use crate::affine::Extent;

/// Copies of something, by their offsets.
#[derive(Debug, Clone)]
pub(crate) enum Copies {
    One,
    Grid { n: [u32; 2], step: [[f64; 2]; 2] },
    At(Vec<[f64; 2]>),
}

/// From so many copies on that lie less than half a pixel apart, they are drawn as one haze.
const MANY: f64 = 4096.0;

impl Copies {
    pub(crate) fn of(repetition: Option<&Repetition>) -> Copies {
        let wide = |p: [i32; 2]| p.map(f64::from);
        match repetition {
            None => Copies::One,
            Some(Repetition::Regular { columns, rows, column_step, row_step }) => {
                Copies::Grid { n: [*columns, *rows], step: [wide(*column_step), wide(*row_step)] }
            }
            Some(Repetition::Offsets(offsets)) => {
                Copies::At(std::iter::once([0, 0]).chain(offsets.iter().copied()).map(wide).collect())
            }
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> f64 {
        match self {
            Copies::One => 1.0,
            Copies::Grid { n, .. } => f64::from(n[0]) * f64::from(n[1]),
            Copies::At(list) => list.len() as f64,
        }
    }

    /// The box round all copies of a box.
    pub(crate) fn extent(&self, one: &Extent) -> Extent {
        match self {
            Copies::One => *one,
            Copies::Grid { n, step } => {
                let last = |k: usize| step[k].map(|s| s * f64::from(n[k].saturating_sub(1)));
                let (a, b) = (last(0), last(1));
                let ends = [a, b, [a[0] + b[0], a[1] + b[1]]];
                ends.iter().fold(*one, |all, by| all.join(&one.moved(*by)))
            }
            Copies::At(list) => list.iter().map(|by| one.moved(*by)).reduce(|a, b| a.join(&b)).unwrap_or(*one),
        }
    }

    /// Whether they are so many and so near one another that nobody can tell them apart: `near` is half a pixel.
    pub(crate) fn blur(&self, near: f64) -> bool {
        let Copies::Grid { n, step } = self else { return false };
        let close = |k: usize| n[k] < 2 || step[k].iter().all(|s| s.abs() < near);
        self.count() > MANY && close(0) && close(1)
    }

    /// Calls `f` with the offset of each copy of a box that touches the window, until it says that it has enough.
    pub(crate) fn each(&self, one: &Extent, window: &Extent, f: &mut dyn FnMut([f64; 2]) -> bool) {
        let seen = |by: &[f64; 2]| one.moved(*by).touches(window);
        match self {
            Copies::One => {
                if seen(&[0.0, 0.0]) {
                    f([0.0, 0.0]);
                }
            }
            Copies::Grid { n, step } => {
                let [columns, rows] = ranges(*n, *step, one, window);
                for i in columns.0..columns.1 {
                    for j in rows.0..rows.1 {
                        let along = |k: usize| f64::from(i) * step[0][k] + f64::from(j) * step[1][k];
                        let by = [along(0), along(1)];
                        if seen(&by) && !f(by) {
                            return;
                        }
                    }
                }
            }
            Copies::At(list) => {
                for by in list {
                    if seen(by) && !f(*by) {
                        return;
                    }
                }
            }
        }
    }
}

/// The columns and rows of a grid that can touch the window. Grids that stand aslant are looked at whole.
fn ranges(n: [u32; 2], step: [[f64; 2]; 2], one: &Extent, window: &Extent) -> [(u32, u32); 2] {
    let whole = n.map(|n| (0, n));
    let far = |k: usize| step[k].map(|s| s != 0.0);
    let axes = match (far(0), far(1)) {
        ([_, false], [false, _]) => [0, 1],
        ([false, _], [_, false]) => [1, 0],
        ([_, false], _) if n[1] < 2 => [0, 0],
        ([false, _], _) if n[1] < 2 => [1, 1],
        (_, [_, false]) if n[0] < 2 => [0, 0],
        (_, [false, _]) if n[0] < 2 => [1, 1],
        _ => return whole,
    };
    let range = |k: usize| {
        let by = step[k][axes[k]];
        if n[k] < 2 || by == 0.0 {
            return (0, n[k]);
        }
        let (low, high) = match axes[k] {
            0 => (window.x0 - one.x1, window.x1 - one.x0),
            _ => (window.y0 - one.y1, window.y1 - one.y0),
        };
        let (a, b) = (low / by, high / by);
        // Casts of what lies outside stay at the ends.
        let first = a.min(b).floor() as u32;
        let last = (a.max(b).ceil() as u32).saturating_add(1);
        (first.min(n[k]), last.min(n[k]))
    };
    [range(0), range(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_shows_the_copies_that_looking_at_all_shows() {
        let one = Extent { x0: 0.0, y0: 0.0, x1: 6.0, y1: 4.0 };
        let window = Extent { x0: -35.0, y0: 12.0, x1: 41.0, y1: 57.0 };
        for step in [
            [[10.0, 0.0], [0.0, 5.0]],
            [[0.0, -5.0], [10.0, 0.0]],
            [[-10.0, 0.0], [0.0, 9.0]],
            [[3.0, 4.0], [5.0, 0.0]],
        ] {
            let grid = Copies::Grid { n: [30, 20], step };
            let mut found = 0;
            grid.each(&one, &window, &mut |_| {
                found += 1;
                true
            });
            let all = (0..30).flat_map(|i| (0..20).map(move |j| (f64::from(i), f64::from(j))));
            let at = |(i, j): (f64, f64)| [0, 1].map(|k| i * step[0][k] + j * step[1][k]);
            assert_eq!(found, all.filter(|p| one.moved(at(*p)).touches(&window)).count(), "{step:?}");
        }
    }
}
