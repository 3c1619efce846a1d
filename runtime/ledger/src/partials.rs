//! Partial files of this process, so that an interruption can remove them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static PARTIALS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Keeps everybody else from removing or adding partial files.
#[derive(Debug)]
pub struct PartialsGuard {
    _held: MutexGuard<'static, Vec<PathBuf>>,
}

fn lock() -> MutexGuard<'static, Vec<PathBuf>> {
    // A list of paths is whole whatever panicked.
    PARTIALS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a partial file in mind.
pub fn add(path: &Path) {
    lock().push(path.to_owned());
}

/// Forgets a partial file that is gone.
pub fn forget(path: &Path) {
    lock().retain(|known| known != path);
}

/// Waits until nothing is being put in place, and until dropped keeps it so.
pub(crate) fn hold() -> PartialsGuard {
    PartialsGuard { _held: lock() }
}

/// Removes the partial files of every publication of this process, for a process that is about to end: nothing is
/// published any more while the guard lives. What is being put in its place at this moment is put there first.
pub fn remove_partials() -> PartialsGuard {
    let guard = hold();
    for path in &*guard._held {
        // Gone already for what was published.
        let _ = std::fs::remove_file(path);
    }
    guard
}
