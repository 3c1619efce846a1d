//! Random hierarchies.
#![allow(unreachable_pub)]

use migc_layout::{Cell, Format, Kind, Library, Name, Placement, Real, Strans, Units};

/// Numbers from a seed.
pub struct Dice(pub u64);

impl Dice {
    /// A number from `least` on, below `most`.
    pub fn roll(&mut self, least: i64, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        least + ((self.0 >> 33) as i64).rem_euclid(most - least)
    }
    fn point(&mut self, far: i64) -> [i32; 2] {
        // Everything is even, so that no centre lies between two grid points: which way it goes then depends on the cell.
        [self.roll(-far / 2, far / 2) as i32 * 2, self.roll(-far / 2, far / 2) as i32 * 2]
    }
}

fn draw(cell: &mut Cell, d: &mut Dice, shapes: i64) {
    for _ in 0..shapes {
        let [x, y] = d.point(60);
        let (w, h) = (d.roll(1, 20) as i32 * 2, d.roll(1, 20) as i32 * 2);
        let layer = d.roll(0, 2) as u32;
        let corners: Vec<[i32; 2]> = match d.roll(0, 4) {
            // An L.
            0 => vec![
                [x, y],
                [x, y + h + 8],
                [x + 6, y + h + 8],
                [x + 6, y + 4],
                [x + w + 6, y + 4],
                [x + w + 6, y],
                [x, y],
            ],
            _ => vec![[x, y], [x, y + h], [x + w, y + h], [x + w, y], [x, y]],
        };
        cell.push(Kind::Boundary, layer, 0, &corners, None).unwrap();
    }
}

fn place(cell: &mut Cell, child: &str, d: &mut Dice) {
    let angle = [0, 90, 180, 270][d.roll(0, 4) as usize];
    let flags = if d.roll(0, 2) == 0 { 0x8000 } else { 0 };
    let strans = Some(Strans { flags, mag: None, angle: Some(Real::from(migc_layout::Real8::ratio(angle, 1))) });
    let at = d.point(150);
    let i = cell.placements.len() as u32;
    if d.roll(0, 3) == 0 {
        let (columns, rows) = (d.roll(1, 5) as u32, d.roll(1, 5) as u32);
        let step = d.point(60);
        let far = |n: u32, x: i32, y: i32| [at[0] + x * n as i32, at[1] + y * n as i32];
        let points = [at, far(columns, step[0], 0), far(rows, 0, step[1])];
        cell.placements.push(Placement { cell: Name::from(child), strans, columns, rows });
        cell.push(Kind::Array(i), 0, 0, &points, None).unwrap();
    } else {
        cell.placements.push(Placement { cell: Name::from(child), strans, columns: 1, rows: 1 });
        cell.push(Kind::Instance(i), 0, 0, &[at], None).unwrap();
    }
}

/// Four levels of cells, crowded, so that most of it meets.
pub fn library(seed: u64) -> Library {
    let mut d = Dice(seed);
    let mut library = Library::new(Format::Gds, Name::from("LIB"), Units::of_femtometres(Format::Gds, 1_000_000));
    let names = ["LEAF", "OTHER", "MIDDLE", "TOP"];
    for (level, name) in names.iter().enumerate() {
        let mut cell = Cell::new(Name::from(*name), Vec::new());
        let shapes = d.roll(1, 6);
        draw(&mut cell, &mut d, shapes);
        for _ in 0..if level == 0 { 0 } else { d.roll(1, 5) } {
            let child = names[d.roll(0, level as i64) as usize];
            place(&mut cell, child, &mut d);
        }
        library.cells.push(cell);
    }
    library
}
