//! Compressed files: known by their first bytes when they are read, and by their suffix when they are written.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// A way to compress a file: one line in [`TABLE`].
#[derive(Clone, Copy, Debug)]
pub struct Compression {
    /// Its name.
    pub name: &'static str,
    suffix: &'static str,
    magic: &'static [u8],
    decode: fn(Counted) -> io::Result<Box<dyn Read + Send>>,
    encode: fn(&[u8], &mut Vec<u8>) -> io::Result<()>,
}

/// Every way that is known. What each writes can stand behind one another, so that blocks are compressed apart.
const TABLE: [Compression; 3] = [
    Compression {
        name: "gzip",
        suffix: ".gz",
        magic: b"\x1f\x8b\x08",
        decode: |file| Ok(Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, file)))),
        encode: |bytes, out| {
            // Without a name and a time, so that the same bytes give the same file.
            let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish().map(drop)
        },
    },
    Compression {
        name: "zstd",
        suffix: ".zst",
        magic: b"\x28\xb5\x2f\xfd",
        decode: |file| Ok(Box::new(zstd::stream::read::Decoder::new(file)?)),
        encode: |bytes, out| {
            let mut encoder = zstd::stream::write::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            encoder.write_all(bytes)?;
            encoder.finish().map(drop)
        },
    },
    Compression {
        name: "bzip2",
        suffix: ".bz2",
        magic: b"BZh",
        decode: |file| Ok(Box::new(bzip2::read::MultiBzDecoder::new(file))),
        encode: |bytes, out| {
            let mut encoder = bzip2::write::BzEncoder::new(out, bzip2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish().map(drop)
        },
    },
];

impl Compression {
    /// The one that a file with these first bytes is in.
    pub fn of_bytes(first: &[u8]) -> Option<Compression> {
        TABLE.into_iter().find(|c| first.starts_with(c.magic))
    }

    /// The one that a path asks for.
    pub fn of_path(path: &Path) -> Option<Compression> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        TABLE.into_iter().find(|c| name.ends_with(c.suffix))
    }

    /// What the file's bytes are, read from its start.
    pub(crate) fn open(self, file: Counted) -> io::Result<Box<dyn Read + Send>> {
        (self.decode)(file)
    }

    /// Appends the bytes in compressed form: what was compressed before and what follows may stand round it.
    pub fn compress(self, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        (self.encode)(bytes, out)
    }
}

/// A file that counts what is read of it.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) file: File,
    pub(crate) read: std::sync::Arc<std::sync::atomic::AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.read.fetch_add(n as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_stand_behind_one_another_are_one_file() {
        for compression in TABLE {
            let path = std::env::temp_dir().join(format!("migc-pieces-{}{}", std::process::id(), compression.suffix));
            assert_eq!(Compression::of_path(&path).unwrap().name, compression.name);
            let mut bytes = Vec::new();
            compression.compress(b"one\n", &mut bytes).unwrap();
            compression.compress(b"two\n", &mut bytes).unwrap();
            assert_eq!(Compression::of_bytes(&bytes).unwrap().name, compression.name);
            std::fs::write(&path, bytes).unwrap();
            let mut text = String::new();
            let file = Counted { file: File::open(&path).unwrap(), read: Default::default() };
            compression.open(file).unwrap().read_to_string(&mut text).unwrap();
            let _ = std::fs::remove_file(&path);
            assert_eq!(text, "one\ntwo\n", "{}", compression.name);
        }
    }
}
