//! Writes and publishes a file: `write FILE [MEBIBYTES] [SECONDS] [ROUNDS]`, two workers, spread over as many seconds;
//! prints how long the writing and the publishing took.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use migc_ledger::{OrderedSink, Publication};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("write FILE [MEBIBYTES] [SECONDS] [ROUNDS]")?;
    let blocks: u64 = args.next().map_or(Ok(640), |text| text.parse())?;
    let seconds: f64 = args.next().map_or(Ok(0.7), |text| text.parse())?;
    let rounds: u32 = args.next().map_or(Ok(5), |text| text.parse())?;
    for _ in 0..rounds {
        let mut publication = Publication::new(true);
        let output = publication.create(Path::new(&path), false)?;
        let begun = Instant::now();
        let sink = OrderedSink::new(vec![publication.file(output)], 8);
        let next = AtomicU64::new(0);
        let work = || -> Result<(), migc_ledger::SinkError> {
            let mut buffers = vec![Vec::new()];
            loop {
                let seq = next.fetch_add(1, Ordering::Relaxed);
                if seq >= blocks {
                    return Ok(());
                }
                let due = Duration::from_secs_f64(seconds * seq as f64 / blocks as f64);
                std::thread::sleep(due.saturating_sub(begun.elapsed()));
                buffers[0].resize(1 << 20, seq as u8);
                sink.put(seq, &mut buffers)?;
            }
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(work);
            work().and(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })?;
        let fed = begun.elapsed().as_secs_f64();
        sink.finish()?;
        publication.publish(true)?;
        let done = begun.elapsed().as_secs_f64();
        println!("{blocks} MiB: written {fed:.3} s, published {:.3} s later, {done:.3} s in all", done - fed);
    }
    Ok(())
}
