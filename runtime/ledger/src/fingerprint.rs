//! Identities: of a spec, of a file, of a run.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use sha2::{Digest, Sha256};

/// How many places of a large file are looked at.
const SAMPLES: u64 = 16;
/// How many bytes at each place.
const SAMPLE: u64 = 1 << 16;

/// SHA-256 of parts, each with its length before it, so that no two lists of parts look alike; in hexadecimal.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hex(hasher)
}

/// SHA-256 of one text, as `sha256sum` gives it.
pub fn hash_text(text: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(text);
    hex(hasher)
}

/// The fingerprint of a file: SHA-256 of its size and of its bytes, all of them up to 1 MiB, else those at 16 places of
/// 64 KiB from its start to its end, evenly spread.
///
/// It tells one extract from another at the cost of 1 MiB, where a hash of everything would cost as much as the
/// migration. It does not prove that a large file is unchanged: an edit between the samples that keeps the size passes.
pub fn fingerprint(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut hasher = Sha256::new();
    hasher.update(size.to_le_bytes());
    let mut bytes = vec![0; SAMPLE as usize];
    let mut take = |from: u64, len: u64| -> io::Result<()> {
        let piece = &mut bytes[..len as usize];
        file.read_exact_at(piece, from)?;
        hasher.update(&*piece);
        Ok(())
    };
    if size <= SAMPLES * SAMPLE {
        for from in (0..size).step_by(SAMPLE as usize) {
            take(from, SAMPLE.min(size - from))?;
        }
    } else {
        for sample in 0..SAMPLES {
            take((u128::from(size - SAMPLE) * u128::from(sample) / u128::from(SAMPLES - 1)) as u64, SAMPLE)?;
        }
    }
    Ok(format!("sampled-sha256:{}", hex(hasher)))
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Scratch;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(hash([&b"ab"[..], b"c"]), hash([&b"a"[..], b"bc"]));
    }

    #[test]
    fn a_changed_byte_of_a_small_file_and_the_ends_of_a_large_one_show() {
        let scratch = Scratch::new();
        let path = scratch.path("f");
        let mut seen = Vec::new();
        for size in [0usize, 10, 70_000, 3 << 20] {
            let mut bytes = vec![7u8; size];
            std::fs::write(&path, &bytes).unwrap();
            seen.push(fingerprint(&path).unwrap());
            if let Some(last) = bytes.last_mut() {
                *last = 8;
                std::fs::write(&path, &bytes).unwrap();
                seen.push(fingerprint(&path).unwrap());
            }
        }
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }
}
