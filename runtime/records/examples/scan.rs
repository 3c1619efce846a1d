//! Reads and indexes a file: `scan FILE DELIMITER [THREADS] [ROUNDS]`; prints the time and the speed of each round.

use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use migc_records::{Block, Dialect, Index, Isa, Reader};

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(path), Some(delimiter)) = (args.next(), args.next()) else {
        eprintln!("scan FILE DELIMITER [THREADS] [ROUNDS]");
        return;
    };
    let mut number = |default: usize| args.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (threads, rounds) = (number(2), number(5));
    let dialect = Dialect { delimiter: delimiter.as_bytes()[0], quote: Some(b'"'), header: true };
    for isa in Isa::available() {
        for _ in 0..rounds {
            let begun = Instant::now();
            let mut reader = match Reader::open(Path::new(&path), dialect, 1 << 20, 8 << 20) {
                Ok(reader) => reader,
                Err(error) => return eprintln!("{error}"),
            };
            reader.use_isa(isa);
            let sums = Mutex::new((0u64, 0u64, 0u64, 0.0f64));
            std::thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        let (mut block, mut index) = (Block::new(), Index::new());
                        let (mut good, mut broken, mut covered, mut indexing) = (0, 0, 0, 0.0);
                        while reader.next(&mut block).unwrap_or_else(|error| panic!("{error}")) {
                            let begun = Instant::now();
                            reader.index(&mut block, &mut index);
                            indexing += begun.elapsed().as_secs_f64();
                            good += index.runs.iter().map(|run| u64::from(run.records)).sum::<u64>();
                            broken += index.broken.len() as u64;
                            covered += block.covered();
                        }
                        let mut sums = sums.lock().unwrap();
                        *sums = (sums.0 + good, sums.1 + broken, sums.2 + covered, sums.3 + indexing);
                    });
                }
            });
            let (seconds, sums) = (begun.elapsed().as_secs_f64(), sums.into_inner().unwrap());
            assert_eq!(sums.2 + reader.header_bytes().len() as u64, reader.size());
            println!(
                "{isa:?} {threads} threads: {seconds:.3} s, {:.2} GB/s, {} good, {} broken, index {:.3} s CPU",
                reader.size() as f64 / seconds / 1e9,
                sums.0,
                sums.1,
                sums.3
            );
        }
    }
}
