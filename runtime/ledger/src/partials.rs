//! Partial files of this process, so that an interruption can remove them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

static STATE: Mutex<State> = Mutex::new(State { partials: Vec::new(), directories: Vec::new(), published: false });

/// What there is of outputs.
#[derive(Debug)]
struct State {
    partials: Vec<PathBuf>,
    /// Directories that were made for them.
    directories: Vec<PathBuf>,
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

/// Keeps a directory in mind that was made for partial files.
pub(crate) fn add_directory(path: &Path) {
    lock().directories.push(path.to_owned());
}

/// Forgets a partial file that is gone, or a directory.
pub fn forget(path: &Path) {
    let mut state = lock();
    state.partials.retain(|known| known != path);
    state.directories.retain(|known| known != path);
}

/// Waits until nothing is being put in place, and until dropped keeps it so.
pub(crate) fn hold() -> PartialsGuard {
    PartialsGuard { held: lock() }
}

/// Removes the partial files of every publication of this process, and the directories that were made for them, for a
/// process that is about to end: nothing is published any more while the guard lives. What is being put in its place at
/// this moment is put there first; then there is nothing to be interrupted, and no guard.
pub fn remove_partials() -> Option<PartialsGuard> {
    let mut guard = hold();
    if guard.held.published {
        return None;
    }
    for path in &guard.held.partials {
        // Gone already for what was published.
        let _ = std::fs::remove_file(path);
    }
    guard.held.directories.sort_by_key(|made| std::cmp::Reverse(made.components().count()));
    for path in &guard.held.directories {
        // Those that hold something stay.
        let _ = std::fs::remove_dir(path);
    }
    Some(guard)
}
