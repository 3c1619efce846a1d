//! Times one operation on layers of a layout, flat or in the hierarchy.
//!
//!     layers_bench FILE OP A [B]
//!     layers_bench FILE gds|oasis OUT
//!     layers_bench FILE nets CONDUCTOR[:CUT:CONDUCTOR…]
//!     layers_bench FILE layers
//!
//! A, B, conductors and cuts are layers as LAYER/DATATYPE. OP is merge, size (by 10), and, not, xor (with the layer whose
//! shapes of one cell are moved by 5), width (160) or space (180): with `flat-` before it on flattened layers, with `deep-`
//! on the hierarchy. `gds` and `oasis` write the file again, `layers` lists what is on which. Prints one line of JSON: wall and processor seconds of the
//! operation (reading counts for what writes), peak memory of the process in MiB, how many polygons, violations or nets
//! there are seen from the tops, and the area in square database units.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

use std::collections::BTreeSet;
use std::time::Instant;

use migc_geometry::{Between, Metric, Op, OutOfRange, Region, Rule, Shapes};
use migc_layers::{
    Check, Cut, Decided, Drawn, Expr, LayerId, Layers, MeasureKernel, Measures, Nets, Spacing, Tree, check, local, rule,
};
use migc_layout::{Format, Kind, Library, read_path, write};

/// The distances are those of the peers.
const GROWN: i32 = 10;
const WIDTH: i32 = 160;
const SPACE: i32 = 180;
const MOVED: i32 = 5;

/// The layers of an operation.
const A: LayerId = LayerId(0);
const B: LayerId = LayerId(1);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, op, rest @ ..] = args.as_slice() else { panic!("FILE OP A [B]") };
    let clock = Clock::start();
    let library = read_path(file.as_ref()).expect("a layout");
    match (op.as_str(), op.split_once('-')) {
        ("gds" | "oasis", _) => {
            let format = if op == "gds" { Format::Gds } else { Format::Oasis };
            let out = std::fs::File::create(&rest[0]).expect("a file to write");
            write(&library, format, std::io::BufWriter::with_capacity(1 << 20, out)).expect("written");
            clock.stop(op, library.cells.len(), None);
        }
        ("layers", _) => list(&library),
        ("nets", _) => nets(&library, &rest[0]),
        (_, Some((how, what))) => {
            let numbers: Vec<(u32, u32)> = rest.iter().map(|l| layer(l)).collect();
            match how {
                "flat" => flat(&library, op, what, &numbers),
                "deep" => deep(&library, op, what, &numbers),
                _ => panic!("flat-{what} or deep-{what}"),
            }
        }
        _ => panic!("no operation {op}"),
    }
}

/// Prints the layers of shapes and those of texts, and the database unit in femtometres.
fn list(library: &Library) {
    let mut found = [BTreeSet::new(), BTreeSet::new()];
    for e in library.cells.iter().flat_map(|c| &c.elements).filter(|e| e.placement().is_none()) {
        found[usize::from(matches!(e.kind, Kind::Text(_)))].insert((e.layer, e.datatype));
    }
    let [shapes, texts] = found.map(|of| of.iter().map(|(l, d)| format!("[{l},{d}]")).collect::<Vec<_>>().join(","));
    let dbu = library.units.femtometres().unwrap_or_default();
    println!("{{\"shapes\":[{shapes}],\"texts\":[{texts}],\"dbu\":{dbu},\"cells\":{}}}", library.cells.len());
}

/// `LAYER/DATATYPE`
fn layer(of: &str) -> (u32, u32) {
    let (layer, datatype) = of.split_once('/').expect("LAYER/DATATYPE");
    (layer.parse().expect("a layer"), datatype.parse().expect("a datatype"))
}

/// Reads layers, each under its place in a list.
fn layers(library: &Library, numbers: &[(u32, u32)]) -> (Tree, Layers) {
    let tree = Tree::new(library).expect("a tree");
    let at = |l, d| numbers.iter().position(|n| *n == (l, d)).map(|i| LayerId(i as u32));
    let layers = Layers::read(library, &at).expect("layers");
    (tree, layers)
}

fn flat(library: &Library, op: &str, what: &str, numbers: &[(u32, u32)]) {
    let clock = Clock::start();
    let (tree, mut layers) = layers(library, numbers);
    if what == "xor" {
        layers.set(B, moved(&layers));
    }
    let top = tree.tops[0];
    let seen = |id: LayerId| layers.flat_shapes(&tree, id, top).expect("in range");
    let a = seen(A);
    let (n, area) = match what {
        "width" => (Region::merged(&a).width_check(&Rule::new(WIDTH)).len(), None),
        "space" => (Region::merged(&a).space_check(&Rule::new(SPACE), Between::Any).len(), None),
        _ => {
            let region = match what {
                "merge" => Region::merged(&a),
                "size" => Region::sized(&a, GROWN, GROWN).expect("in range"),
                "and" => Region::combined(Op::And, &a, &seen(B)),
                "not" => Region::combined(Op::Not, &a, &seen(B)),
                "xor" => Region::combined(Op::Xor, &a, &seen(B)),
                _ => panic!("no operation {what}"),
            };
            (region.polygons().len(), Some(region.area()))
        }
    };
    clock.stop(op, n, area);
}

/// Nothing here is decided by a program.
struct Never;

impl MeasureKernel for Never {
    fn decide(&self, _: usize, _: Measures) -> Result<Decided, OutOfRange> {
        Err(OutOfRange)
    }
}

fn deep(library: &Library, op: &str, what: &str, numbers: &[(u32, u32)]) {
    let clock = Clock::start();
    let (tree, mut layers) = layers(library, numbers);
    if what == "xor" {
        layers.set(B, moved(&layers));
    }
    let distance = match what {
        "width" => Some(Check::Width(rule(WIDTH, Metric::Euclidean))),
        "space" => Some(Check::Space(Spacing::new(rule(SPACE, Metric::Euclidean)))),
        _ => None,
    };
    if let Some(what) = distance {
        let found = check(&tree, &layers, A, &[], &what, &Never).expect("in range");
        return clock.stop(op, found.flat as usize, None);
    }
    let input = |i| Box::new(Expr::Input(i));
    let joined = |op| Expr::Joined(op, input(0), input(1));
    let (e, inputs): (Expr, &[LayerId]) = match what {
        "merge" => (Expr::Input(0), &[A]),
        "size" => (Expr::Size(input(0), [GROWN; 2]), &[A]),
        "and" => (joined(Op::And), &[A, B]),
        "not" => (joined(Op::Not), &[A, B]),
        "xor" => (joined(Op::Xor), &[A, B]),
        _ => panic!("no operation {what}"),
    };
    let one = |shapes: &[Shapes]| {
        let area = e.area(shapes, &Never)?;
        Ok((area.polygons().len(), area.area()))
    };
    let done = local(&tree, &layers, inputs, 2 * e.reach(), e.turns(), &one).expect("in range");
    let (mut n, mut area) = (0, 0);
    for (came, stands) in done.cells.iter().zip(tree.stands()) {
        let (polygons, of) = came.unwrap_or_default();
        n += polygons * stands as usize;
        area += of * i128::from(stands);
    }
    clock.stop(op, n, Some(area));
}

/// The first layer, its shapes in the first cell that has some moved.
fn moved(layers: &Layers) -> Vec<Drawn> {
    let mut cells: Vec<Drawn> = (0..layers.cells()).map(|c| layers.get(A, c).cloned().unwrap_or_default()).collect();
    if let Some(cell) = cells.iter_mut().find(|c| !c.is_empty()) {
        let mut drawn = Drawn::new();
        cell.each(&mut |corners| {
            drawn.push_polygon(&corners.iter().map(|[x, y]| [x + MOVED, *y]).collect::<Vec<_>>());
        });
        *cell = drawn;
    }
    cells
}

/// Nets of a stack: conductors, with the cuts between neighbours.
fn nets(library: &Library, stack: &str) {
    let clock = Clock::start();
    let numbers: Vec<(u32, u32)> = stack.split(':').map(layer).collect();
    let (tree, layers) = layers(library, &numbers);
    let top = tree.tops[0];
    let area = |id: u32| Region::merged(&layers.flat_shapes(&tree, LayerId(id), top).expect("in range"));
    let every_other = |from: u32| (from..numbers.len() as u32).step_by(2).map(area).collect::<Vec<Region>>();
    let (conductors, cuts) = (every_other(0), every_other(1));
    let cut = |(i, area)| Cut { area, from: vec![i], to: vec![i + 1] };
    let cuts: Vec<Cut<'_>> = cuts.iter().enumerate().map(cut).collect();
    clock.stop("nets", Nets::new(&conductors, &cuts).count, None);
}

/// When an operation began.
struct Clock {
    wall: Instant,
    cpu: f64,
}

impl Clock {
    fn start() -> Clock {
        Clock { wall: Instant::now(), cpu: cpu() }
    }

    fn stop(&self, op: &str, n: usize, area: Option<i128>) {
        let (wall, cpu) = (self.wall.elapsed().as_secs_f64(), cpu() - self.cpu);
        let area = area.map_or("null".to_owned(), |a| a.to_string());
        println!(
            "{{\"op\":\"{op}\",\"wall\":{wall:.4},\"cpu\":{cpu:.4},\"peak\":{},\"n\":{n},\"area\":{area}}}",
            peak()
        );
    }
}

/// Processor seconds of this process, all threads, as Linux's scheduler counts them.
fn cpu() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of = |t: std::fs::DirEntry| -> Option<f64> {
        let told = std::fs::read_to_string(t.path().join("schedstat")).ok()?;
        told.split_whitespace().next()?.parse().ok()
    };
    threads.filter_map(of).sum::<f64>() / 1e9
}

/// Peak memory of this process in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    peak.unwrap_or(0) / 1024
}
