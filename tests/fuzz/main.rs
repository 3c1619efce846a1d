//! Damaged specs and damaged files: whatever the text or the bytes, no panic, and what must hold holds.
//!
//! Each target runs for `MIGC_FUZZ_SECONDS` (2 if not set). A case depends on its seed alone. Cases count up from
//! `MIGC_FUZZ_SEED` (1 if not set); when one fails, its seed is printed, and that seed as `MIGC_FUZZ_SEED` repeats it first.
//! A case that ends the whole process, as an overflow of the stack does, has left its seed in `TARGET.seed` below
//! `CARGO_TARGET_TMPDIR`.

mod layouts;
mod mutator;
#[path = "../../runtime/records/tests/reading/mod.rs"]
mod reading;
#[path = "../../grammar/tests/spans/mod.rs"]
mod spans;
mod targets;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use mutator::Mutator;

/// What takes longer hangs.
const LONGEST: Duration = Duration::from_secs(30);

/// The number that a variable holds.
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// Runs cases of a target until its time is over.
fn fuzz(target: &str, mut case: impl FnMut(&mut Mutator)) {
    let (start, first) = (Instant::now(), setting("MIGC_FUZZ_SEED", 1));
    let time = Duration::from_secs(setting("MIGC_FUZZ_SECONDS", 2));
    let note = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}.seed"));
    let (mut seed, mut slowest) = (first, (Duration::ZERO, first));
    while start.elapsed() < time {
        std::fs::write(&note, seed.to_string()).unwrap();
        let began = Instant::now();
        let done: Result<(), Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(|| case(&mut Mutator::new(seed))));
        if let Err(panic) = done {
            eprintln!("to repeat it: MIGC_FUZZ_SEED={seed} cargo test --test fuzz {target}");
            resume_unwind(panic);
        }
        slowest = slowest.max((began.elapsed(), seed));
        assert!(slowest.0 < LONGEST, "{target}: seed {seed} took {:?}", slowest.0);
        seed += 1;
    }
    let cases = seed - first;
    println!(
        "{target}: seeds {first} to {}; {cases} cases, the slowest {:?} with seed {}",
        seed - 1,
        slowest.0,
        slowest.1
    );
}
