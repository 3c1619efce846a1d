//! Times one operation on one layer of a layout, flat.
//!
//!     geometry_bench FILE OP A [B]      A and B are layers as LAYER/DATATYPE
//!
//! OP is flatten, merge, polygons, size, and, not, xor, width, space or small. Prints one line of JSON: seconds of
//! reading and of the operation (up to the flat shapes, up to the area, and in all), processor seconds and peak memory
//! of the process, how many polygons or violations there are, and the area. Of `small`, nanoseconds per window.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

#[path = "../tests/common/flat.rs"]
#[allow(unreachable_pub, missing_docs)]
mod flat;

use std::time::Instant;

use flat::Flat;
use migc_geometry::{Between, Op, Region, Rule, Shapes};
use migc_layout::{Kind, Library, read_path};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, op, layers @ ..] = args.as_slice() else { panic!("FILE OP A [B]") };
    let layer = |k: usize| {
        let (layer, datatype) = layers[k].split_once('/').expect("LAYER/DATATYPE");
        (layer.parse().expect("a layer"), datatype.parse().expect("a datatype"))
    };
    let start = Instant::now();
    let lib = read_path(file.as_ref()).expect("a layout");
    let t_read = start.elapsed().as_secs_f64();
    // The other version has the shapes of one cell moved by 5 units.
    let other = (op == "xor").then(|| shifted(&lib, layer(0)));

    if op == "small" {
        return small(&Flat::of(&lib, layer(0)).shapes(&lib));
    }
    let start = Instant::now();
    let flat = |lib: &Library, k: usize| -> Shapes { Flat::of(lib, layer(k)).shapes(lib) };
    let a = flat(&lib, 0);
    let t_flat = start.elapsed().as_secs_f64();
    let region = match op.as_str() {
        "flatten" => Region::new(),
        "merge" | "polygons" => Region::merged(&a),
        "size" => Region::sized(&a, 10, 10).expect("in range"),
        "and" => Region::combined(Op::And, &a, &flat(&lib, 1)),
        "not" => Region::combined(Op::Not, &a, &flat(&lib, 1)),
        "xor" => Region::combined(Op::Xor, &a, &flat(other.as_ref().expect("made above"), 0)),
        "width" | "space" => Region::merged(&a),
        other => panic!("no operation {other}"),
    };
    let t_area = start.elapsed().as_secs_f64();
    // The distances are those of the bench of the other tools.
    let n = match op.as_str() {
        "polygons" => region.polygons().len(),
        "width" => region.width_check(&Rule::new(160)).len(),
        "space" => region.space_check(&Rule::new(180), Between::Any).len(),
        _ => region.count(),
    };
    let t_op = start.elapsed().as_secs_f64();
    let (cpu, rss) = usage();
    println!(
        "{{\"op\":\"{op}\",\"t_read\":{t_read:.3},\"t_flat\":{t_flat:.3},\"t_area\":{t_area:.3},\"t_op\":{t_op:.3},\"cpu\":{cpu:.2},\"rss_mib\":{rss},\"n\":{n},\"area\":{}}}",
        region.area()
    );
}

/// What an operation costs where there is next to nothing to do, as in most cells: on windows of about 20 shapes.
fn small(shapes: &Shapes) {
    let strips = Region::merged(shapes).strips();
    let windows: Vec<Shapes> = strips.chunks(20).map(|c| c.iter().copied().collect()).collect();
    let per = |name: &str, each: &dyn Fn(&Shapes)| {
        let start = Instant::now();
        windows.iter().for_each(each);
        let ns = start.elapsed().as_nanos() / windows.len() as u128;
        println!("{{\"op\":\"{name} of 20 shapes\",\"ns\":{ns},\"windows\":{}}}", windows.len());
    };
    per("merge", &|s| drop(Region::merged(s)));
    per("size", &|s| drop(Region::sized(s, 10, 10)));
    per("merge and polygons", &|s| drop(Region::merged(s).polygons()));
    per("merge and space", &|s| drop(Region::merged(s).space_check(&Rule::new(180), Between::Any)));
}

fn shifted(lib: &Library, layer: (u32, u32)) -> Library {
    let mut lib = lib.clone();
    let has = |e: &migc_layout::Element| matches!(e.kind, Kind::Boundary | Kind::Box) && (e.layer, e.datatype) == layer;
    if let Some(cell) = lib.cells.iter_mut().find(|c| c.elements.iter().any(has)) {
        for e in cell.elements.iter().filter(|e| has(e)) {
            cell.points[e.start as usize..][..e.count as usize].iter_mut().for_each(|p| p[0] += 5);
        }
    }
    lib
}

/// Processor seconds (user and system) and peak memory in MiB of this process, as Linux tells them.
fn usage() -> (f64, u64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields after the name in brackets; ticks are a hundredth of a second.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |k: usize| fields.get(k).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    ((ticks(11) + ticks(12)) / 100.0, peak.unwrap_or(0) / 1024)
}
