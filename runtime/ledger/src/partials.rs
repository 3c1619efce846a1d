//! Partial files of this process, so that an interruption can remove them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static STATE: Mutex<State> = Mutex::new(State { partials: Vec::new(), published: false });

/// What there is of outputs.
#[derive(Debug)]
struct State {
    partials: Vec<PathBuf>,
    /// Whether outputs were put in their places.
    published: bool,
}

/// Keeps everybody else from removing, adding or publishing partial files.
#[derive(Debug)]
pub struct PartialsGuard {
    held: MutexGuard<'static, State>,
}

impl PartialsGuard {
    /// Says that outputs are in their places.
    pub(crate) fn published(&mut self) {
        self.held.published = true;
    }
}

fn lock() -> MutexGuard<'static, State> {
    // A list of paths is whole whatever panicked.
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps a partial file in mind.
pub fn add(path: &Path) {
    lock().partials.push(path.to_owned());
}

/// Forgets a partial file that is gone.
pub fn forget(path: &Path) {
    lock().partials.retain(|known| known != path);
}

/// Waits until nothing is being put in place, and until dropped keeps it so.
pub(crate) fn hold() -> PartialsGuard {
    PartialsGuard { held: lock() }
}

/// Removes the partial files of every publication of this process, for a process that is about to end: nothing is
/// published any more while the guard lives. What is being put in its place at this moment is put there first; then there
/// is nothing to be interrupted, and no guard.
pub fn remove_partials() -> Option<PartialsGuard> {
    let guard = hold();
    if guard.held.published {
        return None;
    }
    for path in &guard.held.partials {
        // Gone already for what was published.
        let _ = std::fs::remove_file(path);
    }
    Some(guard)
}
