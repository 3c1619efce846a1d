//! Reads a layout and writes it again, as OASIS if the name ends in `oas` and else as GDSII, with the time of each: `layout_copy IN OUT [TIMES]`.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [source, target, times @ ..] = &args[..] else {
        return Err("layout_copy IN OUT [TIMES]".into());
    };
    let times = times.first().map_or(Ok(1), |t| t.parse())?;
    for _ in 0..times {
        let start = Instant::now();
        let library = migc_layout::read_path(Path::new(source))?;
        let read = start.elapsed();
        let lost = migc_layout::write(
            &library,
            if target.ends_with("oas") { migc_layout::Format::Oasis } else { migc_layout::Format::Gds },
            File::create(target)?,
        )?;
        lost.iter().for_each(|l| println!("not in the file: {l}"));
        let elements: usize = library.cells.iter().map(|c| c.elements.len()).sum();
        let (read, both) = (read.as_secs_f64(), start.elapsed().as_secs_f64());
        println!("{} cells, {elements} elements: read {read:.3} s, write {:.3} s", library.cells.len(), both - read);
    }
    Ok(())
}
