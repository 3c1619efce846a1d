//! The vector scanners: the only unsafe code of this crate.
//!
//! The two scans ([`kernels`]) are written once over [`lanes::Lanes`], 64 bytes at a time, and compiled for each
//! instruction set. The technique of finding quoted regions with a prefix exclusive-or is that of G. Langdale and
//! D. Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28 (2019), section 3.1.1.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod kernels;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;

use crate::Dialect;

/// Bytes that a scan may read past its end, or slots it may write past its last position.
pub(crate) const SLACK: usize = 64;

/// An instruction set that the scanners are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// AVX-512 with VBMI2 (byte compression), Ice Lake and Zen 4 onwards.
    Avx512,
    /// AVX2 with carry-less multiplication.
    Avx2,
    /// The vectors of every 64-bit ARM.
    Neon,
    /// Portable, in 64-bit words.
    Scalar,
}

impl Isa {
    /// The instruction sets that this machine has, fastest first.
    pub fn available() -> Vec<Isa> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let common = is_x86_feature_detected!("pclmulqdq")
                && is_x86_feature_detected!("popcnt")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt");
            if common
                && is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vbmi2")
            {
                found.push(Isa::Avx512);
            }
            if common && is_x86_feature_detected!("avx2") {
                found.push(Isa::Avx2);
            }
        }
        #[cfg(target_arch = "aarch64")]
        found.push(Isa::Neon);
        found.push(Isa::Scalar);
        found
    }

    /// Whether this machine has it.
    pub fn is_available(self) -> bool {
        Isa::available().contains(&self)
    }

    /// The fastest instruction set that this machine has.
    pub fn best() -> Isa {
        Isa::available().first().copied().unwrap_or(Isa::Scalar)
    }
}

/// What a count found before its end or before the first misplaced quote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Newlines outside quotes.
    pub(crate) records: u64,
    /// Those of them on blank lines.
    pub(crate) blanks: u64,
    /// Newlines up to `end`, those inside quotes included.
    pub(crate) lines: u64,
    /// Where the last counted record ends, in the buffer.
    pub(crate) end: usize,
    /// A quote is misplaced in the record that starts at `end`.
    pub(crate) trouble: bool,
}

/// What an index pass found beside the positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Newlines outside quotes.
    pub(crate) newlines: usize,
    /// No byte has its high bit set.
    pub(crate) ascii: bool,
}

/// Counts the records of `buffer[from..to]`, where a record starts at `from`, and checks the place of every quote.
pub(crate) fn count(isa: Isa, buffer: &[u8], from: usize, to: usize, dialect: Dialect) -> Count {
    // The checks that make the scans below sound, whatever the caller does; once a block.
    assert!(1 <= from && from <= to && to + SLACK <= buffer.len());
    match isa {
        // SAFETY: the readable range is checked above; a Reader only holds an Isa that this machine has.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512::count(buffer.as_ptr(), from, to, dialect) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2::count(buffer.as_ptr(), from, to, dialect) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => unsafe { neon::count(buffer.as_ptr(), from, to, dialect) },
        // SAFETY: the readable range is checked above; needs no instruction set.
        _ => unsafe { kernels::count::<scalar::Words>(buffer.as_ptr(), from, to, dialect) },
    }
}

/// Appends the offset (from `origin`) of every delimiter and newline outside quotes in `buffer[from..to]`, which are
/// whole records with well-placed quotes.
pub(crate) fn index(
    isa: Isa,
    buffer: &[u8],
    (origin, from, to): (usize, usize, usize),
    dialect: Dialect,
    positions: &mut Vec<u32>,
) -> Found {
    assert!(origin <= from && from <= to && to + SLACK <= buffer.len() && to - origin <= u32::MAX as usize);
    positions.reserve(to - from + SLACK);
    let held = positions.len();
    // SAFETY: reserved above: one slot for each byte of the range and SLACK to overshoot into.
    let out = unsafe { positions.as_mut_ptr().add(held) };
    let at = (origin, from, to);
    let (written, found) = match isa {
        // SAFETY: both ranges are checked above; a Reader only holds an Isa that this machine has.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 => unsafe { avx512::index(buffer.as_ptr(), at, dialect, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 => unsafe { avx2::index(buffer.as_ptr(), at, dialect, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "aarch64")]
        Isa::Neon => unsafe { neon::index(buffer.as_ptr(), at, dialect, out) },
        // SAFETY: both ranges are checked above; needs no instruction set.
        _ => unsafe { kernels::index::<scalar::Words>(buffer.as_ptr(), at, dialect, out) },
    };
    // SAFETY: the scan has initialised `written` slots, at most one for each byte, all within what was reserved.
    unsafe { positions.set_len(held + written) };
    found
}

#[cfg(test)]
mod tests;
