//! What the tests share: the real files, the oracle, and a plain kernel.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use migc_layout::{Kind, Library, Migration, Numbers, OutOfRange, Route, VertexKernel};

/// `floor((2 m x + d g) / (2 d g)) g`.
pub struct Plain {
    pub m: i64,
    pub d: i64,
    pub grid: i64,
}

impl VertexKernel for Plain {
    fn run(&self, x: &mut [i64], y: &mut [i64]) -> Result<(), OutOfRange> {
        let (m, step, grid) = (i128::from(self.m), i128::from(self.d) * i128::from(self.grid), i128::from(self.grid));
        for v in x.iter_mut().chain(y) {
            let snapped = (2 * m * i128::from(*v) + step).div_euclid(2 * step) * grid;
            *v = i64::try_from(snapped).map_err(|_| OutOfRange)?;
        }
        Ok(())
    }
}

pub fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A migration that keeps every number that stands in the library.
pub fn keep_all(lib: &Library, (m, d): (i64, i64), grid: i64, dbu: i64) -> (Migration, Plain) {
    let mut numbers = BTreeSet::new();
    for cell in &lib.cells {
        for e in &cell.elements {
            match e.kind {
                Kind::Instance(_) | Kind::Array(_) => {}
                k => _ = numbers.insert((e.layer, e.datatype, matches!(k, Kind::Text(_)))),
            }
        }
    }
    let route = |&(layer, datatype, texts): &(u16, u16, bool)| Route {
        from: vec![Numbers { layer, first: datatype, last: datatype }],
        texts,
        to: (layer, datatype),
        to_name: format!("l{layer}"),
    };
    let g = gcd(m, d);
    let (m, d) = (m / g, d / g);
    let step = d * grid;
    let migration = Migration {
        routes: numbers.iter().map(route).collect(),
        ignored: vec![],
        ignore_others: false,
        factor: (m, d),
        grid,
        period: step / gcd(m, step),
        ties: (step / gcd(m, step)) % 2 == 0,
        source_grid: 1,
        variants: None,
        dbu,
    };
    (migration, Plain { m, d, grid })
}

/// A real file, if it is there.
pub fn case(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MIGC_CASES").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases"));
    let path = root.join("layout").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// Asks the oracle; `None` is no oracle, otherwise what it objects.
pub fn oracle(args: &[&str]) -> Option<String> {
    let python = std::env::var("MIGC_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle.py");
    let there = Command::new(&python).args([script, "has"]).output().is_ok_and(|o| o.status.success());
    if !there {
        eprintln!("skipped: no python with klayout");
        return None;
    }
    let out = Command::new(&python).arg(script).args(args).output().unwrap();
    let errors = String::from_utf8_lossy(&out.stderr);
    eprint!("{errors}");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    Some(if out.status.success() { said } else { format!("{said}{errors}") })
}

/// A file of its own in the test directory.
pub fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Writes a library to a scratch file.
pub fn save(lib: &Library, name: &str) -> PathBuf {
    let path = scratch(name);
    migc_layout::write(lib, File::create(&path).unwrap()).unwrap();
    path
}
