//! The text of a `.mig` spec: lexer, splitter, pest grammar, syntax tree and diagnostics. No I/O.

#![forbid(unsafe_code)]

pub mod diagnostic;
pub mod span;
pub mod tree;
