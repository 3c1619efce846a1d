//! The functions themselves, one file each, and their table.

use crate::function::Function;

macro_rules! library {
    ($($file:ident: $($function:ident),+;)*) => {
        $(mod $file;)*
        /// Every function of the language, by name.
        pub static FUNCTIONS: &[&Function] = &[$($(&$file::$function),+),*];
    };
}

// A file, and what it defines: a new function is a file and a line here.
library! {
    abs: ABS;
    contains: CONTAINS;
    date: DATE;
    decimal: DECIMAL;
    ends_with: ENDS_WITH;
    extract: EXTRACT;
    integers: INT16, INT32, INT64;
    left: LEFT;
    length: LENGTH;
    like: LIKE;
    lower: LOWER;
    matches: MATCHES;
    plain: PLAIN;
    replace: REPLACE;
    right: RIGHT;
    round: ROUND;
    squeeze: SQUEEZE;
    starts_with: STARTS_WITH;
    text: TEXT;
    trim: TRIM;
    upper: UPPER;
}

pub use upper::simple_upper;

/// The function of this name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_function_has_examples() {
        assert!(FUNCTIONS.is_sorted_by_key(|f| f.name));
        for f in FUNCTIONS {
            assert!(!f.examples.is_empty(), "{}", f.name);
            assert!(f.summary.ends_with('.'), "{}", f.name);
        }
    }
}
