//! How far a run is, shown to people: a bar on a terminal, elsewhere a line every few seconds; of short runs nothing.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};
use migc_engine::Progress;

use crate::output::tell;

/// A run that ends before this shows no bar.
const QUICK: Duration = Duration::from_millis(700);
/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);
/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(5);

/// Shows progress until it is finished or dropped.
pub(crate) struct Shown {
    /// To hang up is to say that it is over.
    over: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Shown {
    /// Begins to show it.
    pub(crate) fn start(progress: Arc<Progress>) -> Shown {
        let (over, heard) = channel();
        let terminal = io::stderr().is_terminal();
        let watch = move || {
            let begun = Instant::now();
            let mut bar: Option<ProgressBar> = None;
            let mut lines = 1;
            while let Err(RecvTimeoutError::Timeout) = heard.recv_timeout(TICK) {
                let since = begun.elapsed();
                if terminal {
                    if since >= QUICK {
                        let bar = bar.get_or_insert_with(|| bar_of(progress.total()));
                        bar.set_message(match progress.phase() {
                            "" => pace(progress.done(), progress.total(), since),
                            phase => phase.to_owned(),
                        });
                        bar.set_position(progress.done());
                    }
                } else if since >= lines * LINE {
                    lines += 1;
                    tell(&line(&progress, since));
                }
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        };
        let thread = std::thread::Builder::new().name("progress".to_owned()).spawn(watch).ok();
        Shown { over: Some(over), thread }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.over.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn bar_of(total: u64) -> ProgressBar {
    if total == 0 {
        let style = ProgressStyle::with_template("{spinner} {bytes} read, {msg}");
        return ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    }
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {msg}");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// One line for a log.
fn line(progress: &Progress, since: Duration) -> String {
    let (done, total) = (progress.done(), progress.total());
    if !progress.phase().is_empty() {
        return format!("{}, {} since the beginning", progress.phase(), HumanDuration(since));
    }
    let records = migc_ledger::grouped(progress.records());
    let read = match total {
        0 => format!("{} read", HumanBytes(done)),
        _ => format!("{} of {}", HumanBytes(done), HumanBytes(total)),
    };
    format!("{records} records, {read}, {}", pace(done, total, since))
}

/// How fast it goes on the whole, and how long it will take where that can be known.
fn pace(done: u64, total: u64, since: Duration) -> String {
    let rate = (done as f64 / since.as_secs_f64()) as u64;
    if total == 0 || rate == 0 {
        return format!("{}/s", HumanBytes(rate));
    }
    let left = Duration::from_secs(total.saturating_sub(done) / rate);
    format!("{}/s, {} left", HumanBytes(rate), HumanDuration(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_is_that_of_the_whole_run() {
        let second = Duration::from_secs(2);
        assert_eq!(pace(200 << 20, 800 << 20, second), "100.00 MiB/s, 6 seconds left");
        assert_eq!(pace(1 << 20, 0, second), "512.00 KiB/s");
        assert_eq!(pace(0, 1 << 20, second), "0 B/s");
    }
}
