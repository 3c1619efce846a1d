//! The `migc` command.

fn main() {}
