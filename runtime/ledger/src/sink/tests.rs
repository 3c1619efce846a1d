use std::fs::{self, OpenOptions};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{scope, yield_now};

use super::*;
use crate::testing::Scratch;

fn output(path: &Path) -> Output {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).unwrap();
    Output { path: path.into(), file: Arc::new(file) }
}

/// Hands in `blocks` blocks from `threads` threads; each worker waits a little, as its block's number tells it.
fn feed(sink: &OrderedSink, threads: usize, blocks: u64) -> Vec<Result<(), SinkError>> {
    let next = AtomicU64::new(0);
    let work = || {
        let mut buffers = Vec::new();
        loop {
            let seq = next.fetch_add(1, Ordering::Relaxed);
            if seq >= blocks {
                return Ok(());
            }
            for _ in 0..(seq * 7919) % 50 {
                yield_now();
            }
            buffers.resize_with(2, Vec::new);
            assert!(buffers.iter().all(Vec::is_empty), "buffers come back empty");
            buffers[0].extend_from_slice(format!("row {seq}\n").as_bytes());
            if seq.is_multiple_of(3) {
                buffers[1].extend_from_slice(format!("reject {seq}\n").as_bytes());
            }
            sink.put(seq, &mut buffers)?;
        }
    };
    scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    })
}

#[test]
fn streams_are_in_the_blocks_order_on_any_number_of_threads() {
    for (threads, room) in [(1, 4), (2, 1), (4, 0), (8, 3)] {
        let scratch = Scratch::new();
        let (rows, rejects) = (scratch.path("rows"), scratch.path("rejects"));
        let mut sink = OrderedSink::new(vec![output(&rows), output(&rejects)], room);
        sink.head(0, b"head\n").unwrap();
        assert!(feed(&sink, threads, 500).iter().all(Result::is_ok));
        let lengths = sink.finish().unwrap();
        let expected: String = (0..500).map(|seq| format!("row {seq}\n")).collect();
        assert_eq!(fs::read_to_string(&rows).unwrap(), format!("head\n{expected}"));
        let expected: String = (0..500).step_by(3).map(|seq| format!("reject {seq}\n")).collect();
        assert_eq!(fs::read_to_string(&rejects).unwrap(), expected);
        assert_eq!(lengths, [rows, rejects].map(|path| fs::metadata(path).unwrap().len()));
    }
}

#[test]
fn a_full_disk_stops_every_worker_with_the_first_error() {
    let sink = OrderedSink::new(vec![output(Path::new("/dev/full")), output(Path::new("/dev/null"))], 2);
    for result in feed(&sink, 4, 100_000) {
        let message = result.unwrap_err().to_string();
        assert!(message.contains("/dev/full cannot be written: no space is left"), "{message}");
    }
    assert!(matches!(sink.finish(), Err(SinkError::Io { .. })));
}

#[test]
fn a_worker_that_waits_is_woken_when_another_gives_up() {
    let sink = OrderedSink::new(vec![output(Path::new("/dev/null"))], 0);
    scope(|scope| {
        let waiting = scope.spawn(|| sink.put(1, &mut vec![b"1".to_vec()]));
        sink.abandon();
        assert!(matches!(waiting.join().unwrap(), Err(SinkError::Abandoned)));
    });
}

#[test]
fn a_worker_that_panics_does_not_leave_the_others_waiting() {
    let sink = OrderedSink::new(vec![output(Path::new("/dev/null"))], 0);
    scope(|scope| {
        let waiting = scope.spawn(|| sink.put(1, &mut vec![b"1".to_vec()]));
        let panicking = scope.spawn(|| {
            let _guard = sink.guard();
            std::panic::resume_unwind(Box::new("no message"));
        });
        assert!(panicking.join().is_err());
        assert!(matches!(waiting.join().unwrap(), Err(SinkError::Abandoned)));
    });
}

#[test]
fn a_block_that_is_missing_is_found_at_the_end() {
    let sink = OrderedSink::new(vec![output(Path::new("/dev/null"))], 4);
    sink.put(1, &mut vec![b"1".to_vec()]).unwrap();
    assert!(matches!(sink.finish(), Err(SinkError::OutOfSequence { seq: 0 })));
}

#[test]
fn a_block_that_comes_twice_is_refused() {
    let sink = OrderedSink::new(vec![output(Path::new("/dev/null"))], 4);
    sink.put(0, &mut vec![b"0".to_vec()]).unwrap();
    assert!(matches!(sink.put(0, &mut vec![b"0".to_vec()]), Err(SinkError::OutOfSequence { seq: 0 })));
}

#[test]
fn buffers_are_used_again() {
    let scratch = Scratch::new();
    let sink = OrderedSink::new(vec![output(&scratch.path("rows"))], 1);
    let mut second = vec![Vec::with_capacity(1000)];
    second[0].push(b'2');
    sink.put(1, &mut second).unwrap();
    sink.put(0, &mut vec![b"1".to_vec()]).unwrap();
    let mut fourth = vec![b"4".to_vec()];
    sink.put(3, &mut fourth).unwrap();
    assert!(fourth[0].is_empty() && fourth[0].capacity() >= 1000);
    sink.put(2, &mut vec![b"3".to_vec()]).unwrap();
    sink.finish().unwrap();
    assert_eq!(fs::read(scratch.path("rows")).unwrap(), b"1234");
}
