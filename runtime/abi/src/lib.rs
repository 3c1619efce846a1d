//! What generated code and its host agree on: the frame that a call works on, the helpers it calls, the tables it looks
//! things up in. No I/O.
//!
//! Every text that generated code sees is valid UTF-8 and lies in memory with [`PAD`] readable bytes before and after
//! it, so that helpers may load whole words: blocks of input are padded, and so are constants, code lists, reference
//! columns and the arena.

pub mod arena;
pub mod codes;
pub mod emit;
pub mod frame;
pub mod generic;
pub mod helpers;
pub mod layouts;
pub mod lookup;
pub mod parse;
pub mod text;
mod words;

pub use frame::{Event, FileTexts, Frame, Noted, Sum, Tables, Total};
pub use helpers::{HELPERS, Helper, Word};

/// Readable bytes before and after every text that generated code sees.
pub const PAD: usize = 64;

/// Two words, returned in two registers: a text (address and length; a null address is "no text"), or a value and
/// whether it is one.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair(pub u64, pub u64);

impl Pair {
    /// No text, or a failure.
    pub const NONE: Pair = Pair(0, 0);
    /// A number, true or false.
    pub fn value(v: i64) -> Pair {
        Pair(v as u64, 1)
    }
    /// A text.
    pub fn text(p: *const u8, n: usize) -> Pair {
        Pair(p as u64, n as u64)
    }
}
