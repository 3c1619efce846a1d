//! Output files that become visible together at the end of a run, or not at all.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cause::Cause;
use crate::names::{beside, directory};
use crate::partials;

/// The path that stands for standard output.
const STANDARD_OUTPUT: &str = "-";
/// Tells apart the temporaries that wait for standard output; they have no final place that would.
static COPIES: AtomicU64 = AtomicU64::new(0);

/// A set of output files. Dropped without [`Publication::publish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Publication {
    force: bool,
    lazy: bool,
    entries: Vec<Entry>,
    /// Directories that were made for the outputs.
    made: Vec<PathBuf>,
}

/// What was made visible.
#[derive(Debug)]
pub struct Published {
    /// Where it is.
    pub paths: Vec<PathBuf>,
    /// Why it may not outlast a loss of power.
    pub unsure: Option<PublishError>,
}

/// One output of a [`Publication`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputId(usize);

/// An open output, cheap to clone and to send to workers.
#[derive(Clone, Debug)]
pub struct Output {
    /// Where it will be visible.
    pub path: Arc<Path>,
    /// The file, until then under another name; write at positions.
    pub file: Arc<File>,
}

#[derive(Debug)]
struct Entry {
    output: Output,
    temporary: PathBuf,
    always: bool,
    /// A link to the file that was there before, while it may have to come back.
    former: Option<PathBuf>,
}

/// Why an output cannot be made or published. `Display` is one sentence that names the file and says what to do.
#[derive(Debug)]
pub enum PublishError {
    /// A file is already there.
    Exists {
        /// The output.
        path: PathBuf,
    },
    /// Two outputs have one path.
    Twice {
        /// The output.
        path: PathBuf,
    },
    /// The path names no file.
    NoName {
        /// The output.
        path: PathBuf,
    },
    /// A directory, a device or a pipe is there, which is never replaced.
    NotReplaceable {
        /// The output.
        path: PathBuf,
    },
    /// The system refused.
    Io {
        /// The output.
        path: PathBuf,
        /// What was tried: "cannot be made", and the like.
        tried: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublishError::Exists { path } => {
                write!(
                    f,
                    "{} already exists; remove it, name another output, or replace it with --force",
                    path.display()
                )
            }
            PublishError::Twice { path } => {
                write!(f, "{} is named by two outputs; give each a path of its own", path.display())
            }
            PublishError::NoName { path } => {
                write!(
                    f,
                    "{:?} names no file; give the output a path that ends in a file's name",
                    path.display().to_string()
                )
            }
            PublishError::NotReplaceable { path } => write!(
                f,
                "{} is a directory, a device or a pipe, which is never replaced; name a file, or - for standard output",
                path.display()
            ),
            PublishError::Io { path, tried, source } => write!(f, "{} {tried}: {}", path.display(), Cause(source)),
        }
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            PublishError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn failed(path: &Path, tried: &'static str) -> impl FnOnce(io::Error) -> PublishError {
    move |source| PublishError::Io { path: path.to_owned(), tried, source }
}

impl Publication {
    /// An empty set. With `force`, outputs replace the files that are there.
    pub fn new(force: bool) -> Publication {
        Publication { force, lazy: false, entries: Vec::new(), made: Vec::new() }
    }

    /// Leaves it to the system when the outputs reach the disk: they are still renamed into place together, but after a
    /// loss of power they may be torn.
    pub fn lazy(mut self, lazy: bool) -> Publication {
        self.lazy = lazy;
        self
    }

    /// Opens an output under a temporary name beside `path`, and makes the directories it needs. An output that is
    /// `always` published is so even when the run failed: rejects and ledger. The path `-` is standard output, which
    /// gets the bytes when the others become visible.
    pub fn create(&mut self, path: &Path, always: bool) -> Result<OutputId, PublishError> {
        let standard = path == Path::new(STANDARD_OUTPUT);
        if path.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
            return Err(PublishError::NoName { path: path.to_owned() });
        }
        // A link stays a link: what it leads to is replaced.
        let path = if path.is_symlink() { fs::canonicalize(path).unwrap_or(path.to_owned()) } else { path.to_owned() };
        // Two spellings of one path are one path; directories that are yet to be made are compared as they are spelt.
        let real = |path: &Path| {
            let inside = fs::canonicalize(directory(path)).ok()?;
            Some(inside.join(path.file_name()?))
        };
        let same = |other: &Path| *other == *path || real(other).is_some_and(|other| real(&path) == Some(other));
        if self.entries.iter().any(|entry| same(&entry.output.path)) {
            return Err(PublishError::Twice { path });
        }
        let temporary = if standard {
            let number = COPIES.fetch_add(1, Ordering::Relaxed);
            beside(&std::env::temp_dir().join(format!("stdout-{number}")), "partial")
        } else {
            self.check_free(&path)?;
            self.make_directories(directory(&path)).map_err(failed(&path, "has no directory and none can be made"))?;
            beside(&path, "partial")
        };
        // Only a process of the same number that was killed can have left one.
        let _ = fs::remove_file(&temporary);
        partials::add(&temporary);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        if standard {
            // Everybody may look into the folder for temporary files.
            options.mode(0o600);
        }
        let file = options.open(&temporary);
        let file = Arc::new(file.map_err(failed(&path, "cannot be made"))?);
        self.entries.push(Entry { output: Output { path: path.into(), file }, temporary, always, former: None });
        Ok(OutputId(self.entries.len() - 1))
    }

    /// An open output.
    pub fn file(&self, id: OutputId) -> Output {
        self.entries[id.0].output.clone()
    }

    /// Makes the outputs visible but for standard output (see [`Publication::copy_out`]), `all` of them or those that `always` are, and removes the others. Files and directories
    /// are on the disk when this returns, or it says which are not.
    ///
    /// No file system renames several files at once; what can fail is done before the first rename, and should one
    /// fail still, those before it are taken back.
    pub fn publish(mut self, all: bool) -> Result<Published, PublishError> {
        let (mut files, mut standard) = (Vec::new(), Vec::new());
        for (at, entry) in self.entries.iter().enumerate().filter(|(_, entry)| all || entry.always) {
            let group = if entry.is_standard() { &mut standard } else { &mut files };
            group.push(at);
        }
        for &at in &files {
            self.check_free(&self.entries[at].output.path)?;
        }
        if !self.lazy {
            sync(&self.entries, &files)?;
        }
        // An interruption comes before all of it or after all of it.
        let mut held = partials::hold();
        for (done, &at) in files.iter().enumerate() {
            if let Err(error) = self.entries[at].rename() {
                for &at in files[..done].iter().rev() {
                    self.entries[at].take_back();
                }
                return Err(error);
            }
        }
        for &at in &files {
            if let Some(former) = self.entries[at].former.take() {
                let _ = fs::remove_file(former);
            }
        }
        if !files.is_empty() {
            held.published();
        }
        drop(held);
        let mut directories: Vec<&Path> = files.iter().map(|&at| directory(&self.entries[at].output.path)).collect();
        directories.extend(self.made.iter().map(|made| directory(made)));
        directories.sort_unstable();
        directories.dedup();
        let unsure = if self.lazy { None } else { sync_directories(&directories).err() };
        let paths: Vec<PathBuf> =
            files.iter().chain(&standard).map(|&at| self.entries[at].output.path.to_path_buf()).collect();
        // What holds something that was published is not ours any more, whoever takes that away.
        self.made.retain(|made| !paths.iter().any(|path| path.starts_with(made)));
        Ok(Published { paths, unsure })
    }

    /// Copies to standard output what goes there; nothing of it can be taken back.
    pub fn copy_out(&self) -> Result<(), PublishError> {
        let (standard, files): (Vec<_>, Vec<_>) = self.entries.iter().partition(|entry| entry.is_standard());
        files.iter().try_for_each(|entry| self.check_free(&entry.output.path))?;
        standard.into_iter().try_for_each(Entry::copy_out)
    }

    /// Whether an output may be put there.
    fn check_free(&self, path: &Path) -> Result<(), PublishError> {
        match fs::metadata(path) {
            Ok(found) if !found.is_file() => Err(PublishError::NotReplaceable { path: path.to_owned() }),
            Ok(_) if !self.force => Err(PublishError::Exists { path: path.to_owned() }),
            _ => Ok(()),
        }
    }

    /// Makes a directory and those above it, and keeps in mind which were made, to put their entries on the disk.
    fn make_directories(&mut self, path: &Path) -> io::Result<()> {
        let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let made: Vec<PathBuf> = path.ancestors().take_while(missing).map(Path::to_owned).collect();
        made.iter().for_each(|made| partials::add_directory(made));
        self.made.extend(made);
        fs::create_dir_all(path).map_err(|error| match error.kind() {
            // Said of a file at the path's end; of one in its middle the system says NotADirectory itself.
            io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
            _ => error,
        })
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        for entry in &self.entries {
            // Gone already for what was published.
            let _ = fs::remove_file(&entry.temporary);
            partials::forget(&entry.temporary);
        }
        // Those that hold something stay.
        self.made.sort_by_key(|made| std::cmp::Reverse(made.components().count()));
        for made in &self.made {
            let _ = fs::remove_dir(made);
            partials::forget(made);
        }
    }
}

impl Entry {
    fn is_standard(&self) -> bool {
        *self.output.path == *Path::new(STANDARD_OUTPUT)
    }

    fn copy_out(&self) -> Result<(), PublishError> {
        let copy = || {
            let mut from = &*self.output.file;
            from.rewind()?;
            let mut to = io::stdout().lock();
            io::copy(&mut from, &mut to)?;
            io::Write::flush(&mut to)
        };
        copy().map_err(failed(Path::new("standard output"), "cannot be written"))
    }

    /// Puts the output in its place, with a link to what was there before.
    fn rename(&mut self) -> Result<(), PublishError> {
        let path = &self.output.path;
        let former = beside(path, "former");
        let _ = fs::remove_file(&former);
        // A file system without links keeps no way back for this file.
        let linked = fs::hard_link(path, &former).is_ok();
        match fs::rename(&self.temporary, path) {
            Ok(()) => {
                self.former = linked.then_some(former);
                Ok(())
            }
            Err(source) => {
                if linked {
                    let _ = fs::remove_file(former);
                }
                Err(failed(path, "cannot be put in its place")(source))
            }
        }
    }

    /// Undoes [`Entry::rename`].
    fn take_back(&mut self) {
        let _ = match self.former.take() {
            Some(former) => fs::rename(former, &self.output.path),
            None => fs::remove_file(&self.output.path),
        };
    }
}

/// Waits until the files' bytes are on the disk, all at once: the disk orders the work better than a loop would.
fn sync(entries: &[Entry], which: &[usize]) -> Result<(), PublishError> {
    let sync_one = |at: usize| {
        let output = &entries[at].output;
        output.file.sync_all().map_err(failed(&output.path, "cannot be put on the disk"))
    };
    std::thread::scope(|scope| {
        let (last, others) = match which.split_last() {
            Some((&last, others)) => (last, others),
            None => return Ok(()),
        };
        let mut waiting = Vec::new();
        let mut result = Ok(());
        for &at in others {
            match std::thread::Builder::new().spawn_scoped(scope, move || sync_one(at)) {
                Ok(handle) => waiting.push(handle),
                // No thread to be had: one after the other, then.
                Err(_) => result = result.and(sync_one(at)),
            }
        }
        result = result.and(sync_one(last));
        for handle in waiting {
            let one = handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result = result.and(one);
        }
        result
    })
}

/// Waits until the entries of directories are on the disk.
fn sync_directories(directories: &[&Path]) -> Result<(), PublishError> {
    directories.iter().try_for_each(|path| {
        File::open(path).and_then(|opened| opened.sync_all()).map_err(failed(path, "cannot be put on the disk"))
    })
}

#[cfg(test)]
mod tests;
