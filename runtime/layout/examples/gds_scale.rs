//! Scales and snaps a GDSII file exactly, with the time of each part: `gds_scale IN OUT M D GRID [M D pitch]`. The factors M/D
//! (along x, and along y where it has its own) and the grid count in database units, which stay as they are; every number
//! is kept. With `pitch`, each cell keeps one variant.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use migc_layout::{
    Format, Kind, Library, Migration, Numbers, OutOfRange, Route, Scaling, VertexKernel, migrate, read_path, write,
};

/// `floor((2 m x + d g) / (2 d g)) g`.
struct Plain {
    factors: [(i64, i64); 2],
    grid: i64,
}

impl VertexKernel for Plain {
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange> {
        for (list, (m, d)) in [x, y].into_iter().zip(self.factors) {
            for v in list {
                let step = d * self.grid;
                let scaled = v.checked_mul(2 * m).and_then(|v| v.checked_add(step)).ok_or(OutOfRange)?;
                *v = scaled.div_euclid(2 * step).checked_mul(self.grid).ok_or(OutOfRange)?;
            }
        }
        Ok(())
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn routes(library: &Library) -> Vec<Route> {
    let mut numbers = BTreeSet::new();
    for e in library.cells.iter().flat_map(|c| &c.elements) {
        if !matches!(e.kind, Kind::Instance(_) | Kind::Array(_) | Kind::Extension(_)) {
            numbers.insert((e.layer, e.datatype, matches!(e.kind, Kind::Text(_))));
        }
    }
    let route = |(layer, datatype, texts)| Route {
        from: vec![Numbers { layer, first: datatype, last: datatype }],
        texts,
        to: (layer, datatype),
        to_name: format!("{layer}/{datatype}"),
    };
    numbers.into_iter().map(route).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [source, target, m, d, grid, more @ ..] = &args[..] else {
        return Err("gds_scale IN OUT M D GRID [M D pitch]".into());
    };
    let grid: i64 = grid.parse()?;
    let lowest = |m: &str, d: &str| -> Result<(i64, i64), Box<dyn Error>> {
        let (m, d): (i64, i64) = (m.parse()?, d.parse()?);
        Ok((m / gcd(m, d), d / gcd(m, d)))
    };
    let x = lowest(m, d)?;
    let factors = match more {
        [m, d, ..] => [x, lowest(m, d)?],
        _ => [x, x],
    };
    let start = Instant::now();
    let library = read_path(Path::new(source))?;
    let read = start.elapsed().as_secs_f64();
    let periods = factors.map(|(m, d)| d * grid / gcd(m, d * grid));
    let migration = Migration {
        routes: routes(&library),
        ignored: Vec::new(),
        ignore_others: false,
        every: false,
        reserved: Vec::new(),
        scaling: Scaling {
            factors,
            grid,
            periods,
            on_pitch: more.last().is_some_and(|word| word == "pitch"),
            ties: periods.iter().any(|p| p % 2 == 0),
            variants: None,
        },
        overrides: Vec::new(),
        source_grid: 1,
        dbu: 0,
    };
    let done = migrate(&library, &migration, &Plain { factors, grid })?;
    let migrated = start.elapsed().as_secs_f64();
    write(&done.library, Format::Gds, File::create(target)?)?;
    let wrote = start.elapsed().as_secs_f64();
    println!("read {read:.3} s, scale and snap {:.3} s, write {:.3} s", migrated - read, wrote - migrated);
    println!("{} cells into {}", done.counts.cells_read, done.counts.cells_written);
    for note in &done.notes {
        println!("{note}");
    }
    for r in done.rejects.iter().take(5) {
        println!("rejected: {r:?}");
    }
    println!("{} rejects", done.rejects.len());
    Ok(())
}
