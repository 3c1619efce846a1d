//! The functions themselves, one file each, and their table.

use std::sync::LazyLock;

use crate::function::Function;

macro_rules! library {
    ($($file:ident: $($function:ident),+;)*) => {
        $(mod $file;)*
        const ALL: &[&Function] = &[$($(&$file::$function),+),*];
    };
}

// A file, and what it defines: a new function is a file and a line here.
library! {
    abs: ABS;
    add: ADD_DAYS, ADD_HOURS, ADD_MINUTES, ADD_MONTHS, ADD_SECONDS, ADD_YEARS;
    at_zone: AT_ZONE;
    between: AGE_YEARS, DAYS_BETWEEN, MONTHS_BETWEEN, SECONDS_BETWEEN;
    clock_parts: HOUR, MICROSECOND, MINUTE, SECOND;
    contains: CONTAINS;
    date: DATE;
    day: DAY;
    day_parts: DAY_OF_MONTH, DAY_OF_YEAR, ISO_WEEK, ISO_YEAR, LAST_DAY, MONTH, QUARTER, START_OF_MONTH, WEEKDAY, YEAR;
    decimal: DECIMAL;
    ends_with: ENDS_WITH;
    epoch: EPOCH_SECONDS, FROM_EPOCH;
    extract: EXTRACT;
    float64: FLOAT64;
    float_arithmetic: FLOAT_ADD, FLOAT_DIVIDE, FLOAT_MULTIPLY, FLOAT_SUBTRACT;
    format_date: FORMAT_DATE;
    format_number: FORMAT_NUMBER;
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
    time: TIME;
    timestamp: TIMESTAMP;
    timestamptz: TIMESTAMPTZ;
    today: TODAY;
    trim: TRIM;
    upper: UPPER;
    uuid: UUID;
}

pub use upper::simple_upper;

/// Every function of the language, in the order of their names.
pub static FUNCTIONS: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let mut all = ALL.to_vec();
    all.sort_unstable_by_key(|f| f.name);
    all
});

/// The function of this name.
pub fn find(name: &str) -> Option<&'static Function> {
    let at = FUNCTIONS.binary_search_by_key(&name, |f| f.name).ok()?;
    FUNCTIONS.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_stands_once_and_every_function_has_examples() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        for f in FUNCTIONS.iter() {
            assert!(!f.examples.is_empty(), "{}", f.name);
            assert!(f.summary.ends_with('.'), "{}", f.name);
        }
    }
}
