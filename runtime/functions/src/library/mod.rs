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
    around: AFTER, AFTER_LAST, BEFORE, BEFORE_LAST, SPLIT_PART;
    at_zone: AT_ZONE;
    between: AGE_YEARS, DAYS_BETWEEN, MONTHS_BETWEEN, SECONDS_BETWEEN;
    bytes: BASE64, BYTES;
    check_digits: GTIN_VALID, LUHN_DIGIT, LUHN_VALID, MOD11_VALID, MOD97;
    clock_parts: HOUR, MICROSECOND, MINUTE, SECOND;
    contains: CONTAINS;
    date: DATE;
    day: DAY;
    day_parts: DAY_OF_MONTH, DAY_OF_YEAR, ISO_WEEK, ISO_YEAR, LAST_DAY, MONTH, QUARTER, START_OF_MONTH, WEEKDAY, YEAR;
    decimal: DECIMAL;
    div: DIV, QUOTIENT, REMAINDER;
    ends_with: ENDS_WITH;
    epoch: EPOCH_SECONDS, FROM_EPOCH;
    escapes: HTML_UNESCAPE, URL_DECODE, URL_ENCODE;
    extract: EXTRACT;
    extremes: CLAMP, GREATEST, LEAST, SIGN;
    float64: FLOAT64;
    float_arithmetic: FLOAT_ADD, FLOAT_DIVIDE, FLOAT_MULTIPLY, FLOAT_SUBTRACT;
    format_date: FORMAT_DATE, FORMAT_EXACTLY;
    format_number: FORMAT_NUMBER;
    hashes: CRC32, HASH64, MD5, SHA1, SHA256;
    identifiers: IBAN_VALID, ISBN_VALID, ISIN_VALID, ISSN_VALID, LEI_VALID, VIN_VALID;
    integers: INT16, INT32, INT64;
    join_nonempty: JOIN_NONEMPTY;
    json: JSON, JSON_TEXT;
    keep: ONLY_DIGITS, ONLY_LETTERS, REMOVE, REMOVE_CONTROL, TRANSLATE;
    left: LEFT;
    length: LENGTH;
    like: LIKE;
    lower: LOWER;
    matches: MATCHES;
    measures: BYTE_LENGTH, CODEPOINT, IS_ASCII;
    normalize: NORMALIZE, STRIP_ACCENTS;
    null_if: EMPTY_TO_NULL, NULL_IF;
    pad: PAD_LEFT, PAD_RIGHT;
    plain: PLAIN;
    position: COUNT_OF, POSITION;
    repeat: REPEAT, REVERSE;
    replace: REPLACE;
    replace_all: COUNT_MATCHES, REPLACE_ALL;
    right: RIGHT;
    round: CEILING, FLOOR, ROUND, ROUND_EVEN, ROUND_UP, TRUNCATE;
    squeeze: SQUEEZE;
    sayable: ENCODABLE, ONE_LINE;
    starts_with: STARTS_WITH;
    substring: CHAR_AT, SUBSTRING;
    text: TEXT;
    time: TIME;
    timestamp: TIMESTAMP;
    timestamptz: TIMESTAMPTZ;
    title_case: CAPITALIZE, TITLE_CASE;
    today: TODAY;
    transliterate_ascii: TRANSLITERATE_ASCII;
    trim: TRIM;
    trim_sides: TRIM_LEFT, TRIM_RIGHT;
    upper: UPPER;
    uuid: UUID;
    uuid_names: UUID_V3, UUID_V5;
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
