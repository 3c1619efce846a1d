//! What the tests share: areas as bitmaps, and strategies for shapes.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::disallowed_macros, clippy::disallowed_methods)]

pub mod flat;

use migc_geometry::{Area, Point, Rect, Region, Shapes};
use proptest::prelude::*;

/// How many squares a bitmap has on each side; coordinates are from 0 up to this.
pub const SIDE: i32 = 40;

/// A bit for every unit square.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap(pub Vec<bool>);

impl std::fmt::Debug for Bitmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for row in self.0.chunks(SIDE as usize).rev() {
            writeln!(f, "{}", row.iter().map(|b| if *b { '#' } else { '.' }).collect::<String>())?;
        }
        Ok(())
    }
}

impl Bitmap {
    pub fn by(mut bit: impl FnMut(i32, i32) -> bool) -> Bitmap {
        Bitmap((0..SIDE * SIDE).map(|k| bit(k % SIDE, k / SIDE)).collect())
    }

    pub fn get(&self, x: i32, y: i32) -> bool {
        (0..SIDE).contains(&x) && (0..SIDE).contains(&y) && self.0[(y * SIDE + x) as usize]
    }

    pub fn of_rects(rects: &[Rect]) -> Bitmap {
        Bitmap::by(|x, y| rects.iter().any(|r| (r.x0..r.x1).contains(&x) && (r.y0..r.y1).contains(&y)))
    }

    /// The area that the bits cover, without any operation of the crate but the union of unit squares.
    pub fn region(&self) -> Region {
        let squares = (0..SIDE * SIDE).filter(|&k| self.0[k as usize]).map(|k| {
            let (x, y) = (k % SIDE, k / SIDE);
            Rect { x0: x, y0: y, x1: x + 1, y1: y + 1 }
        });
        squares.collect()
    }

    pub fn of(region: &Region) -> Bitmap {
        Bitmap::of_rects(&region.strips())
    }

    pub fn of_winding(corners: &[Point]) -> Bitmap {
        Bitmap::by(|x, y| {
            let mut winding = 0;
            for (k, a) in corners.iter().enumerate() {
                let b = corners[(k + 1) % corners.len()];
                if a[0] <= x && a[1] <= y && b[1] > y {
                    winding += 1;
                } else if a[0] <= x && b[1] <= y && a[1] > y {
                    winding -= 1;
                }
            }
            winding != 0
        })
    }

    /// The number of each square's island, by squares that touch at a side or at a corner; and how many there are.
    pub fn islands(&self) -> (Vec<usize>, usize) {
        let mut number = vec![usize::MAX; self.0.len()];
        let mut count = 0;
        for start in 0..self.0.len() {
            if !self.0[start] || number[start] != usize::MAX {
                continue;
            }
            let mut todo = vec![start as i32];
            while let Some(k) = todo.pop() {
                if number[k as usize] != usize::MAX {
                    continue;
                }
                number[k as usize] = count;
                let (x, y) = (k % SIDE, k / SIDE);
                for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
                    if self.get(x + dx, y + dy) {
                        todo.push((y + dy) * SIDE + x + dx);
                    }
                }
            }
            count += 1;
        }
        (number, count)
    }
}

pub fn shapes(rects: &[Rect]) -> Shapes {
    rects.iter().copied().collect()
}

pub fn merged(area: &impl Area) -> Region {
    Region::merged(area)
}

/// A few rectangles well inside of the bitmap.
pub fn rects() -> impl Strategy<Value = Vec<Rect>> {
    let side = || (8..28, 1..10);
    let rect = (side(), side()).prop_map(|((x, w), (y, h))| Rect { x0: x, y0: y, x1: x + w, y1: y + h });
    prop::collection::vec(rect, 0..14)
}

/// A Manhattan polygon that crosses itself as it likes: its corners alternate between going along x and along y.
pub fn polygon() -> impl Strategy<Value = Vec<Point>> {
    prop::collection::vec((4..30, 4..30), 1..9).prop_map(|turns| {
        let count = turns.len();
        (0..count).flat_map(|k| [[turns[k].0, turns[k].1], [turns[(k + 1) % count].0, turns[k].1]]).collect()
    })
}

/// Answers of the oracle to cases, a list of lines each; `None` where there is no oracle.
pub fn oracle(name: &str, cases: &str) -> Option<Vec<Vec<String>>> {
    use std::path::{Path, PathBuf};
    use std::process::Command;
    let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../oracle/bin/python");
    let python = match std::env::var_os("MIGC_PYTHON") {
        Some(python) => PathBuf::from(python),
        None if beside.exists() => beside,
        None => PathBuf::from("python3"),
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
    let has = Command::new(&python).args([script, "has"]).output().is_ok_and(|o| o.status.success());
    if !has {
        eprintln!("skipped: no python with klayout");
        return None;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, cases).unwrap();
    let out = Command::new(&python).arg(script).arg(&path).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8(out.stdout).unwrap();
    let lines = said.lines().filter(|l| !l.starts_with("Warning")).map(String::from).collect::<Vec<_>>();
    let mut answers: Vec<Vec<String>> = lines.split(|l| l == "end").map(<[_]>::to_vec).collect();
    answers.pop();
    answers.iter_mut().for_each(|a| a.retain(|l| !l.is_empty()));
    Some(answers)
}

/// A real file, if it is there.
pub fn case(name: &str) -> Option<std::path::PathBuf> {
    let root = std::env::var_os("MIGC_CASES").map(std::path::PathBuf::from);
    let root = root.unwrap_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases"));
    let path = root.join("layout").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// A region as the oracle writes it.
pub fn polygons_as_text(region: &Region) -> Vec<String> {
    let points = |c: &[Point]| c.iter().map(|p| format!("{},{}", p[0], p[1])).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> =
        region.polygons().iter().map(|p| p.contours().map(points).collect::<Vec<_>>().join(" | ")).collect();
    lines.sort();
    lines
}

/// Pairs as the oracle writes them.
pub fn pairs_as_text(pairs: &[migc_geometry::EdgePair]) -> Vec<String> {
    let edge = |e: &[Point; 2]| format!("{},{} {},{}", e[0][0], e[0][1], e[1][0], e[1][1]);
    let pair = |p: &migc_geometry::EdgePair| {
        let mut edges = [edge(&p.a), edge(&p.b)];
        edges.sort();
        edges.join(" | ")
    };
    let mut lines: Vec<String> = pairs.iter().map(pair).collect();
    lines.sort();
    lines
}

/// Numbers that look random and are always the same.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, from: i32, to: i32) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        from + ((self.0 >> 33) % (to - from) as u64) as i32
    }

    /// A few rectangles that overlap and touch often.
    pub fn rects(&mut self, most: i32, side: i32, long: i32) -> Vec<Rect> {
        (0..self.roll(1, most))
            .map(|_| {
                let (x, y) = (self.roll(0, side), self.roll(0, side));
                Rect { x0: x, y0: y, x1: x + self.roll(1, long), y1: y + self.roll(1, long) }
            })
            .collect()
    }
}
