//! Functions as other languages call them, and what is written here instead.

/// What to write in place of a function of another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instead {
    /// A function of ours by another name, with the same arguments.
    Name(&'static str),
    /// A construct, or a function whose arguments stand differently.
    Write(&'static str),
}

use Instead::{Name, Write};

/// What to write for a function of this name, in capitals or not.
pub(super) fn instead(name: &str) -> Option<Instead> {
    let name = name.to_lowercase();
    FOREIGN.iter().find(|(names, _)| names.contains(&name.as_str())).map(|(_, instead)| *instead)
}

/// Names of other languages (SQL dialects, Python, R, spreadsheets), by what they mean.
const FOREIGN: &[(&[&str], Instead)] = &[
    (&["ltrim", "lstrip", "trimstart", "trim_start"], Name("trim_left")),
    (&["rtrim", "rstrip", "trimend", "trim_end"], Name("trim_right")),
    (&["strip", "btrim", "str_trim", "trimws"], Name("trim")),
    (&["ucase", "toupper", "uppercase", "to_upper", "str_to_upper"], Name("upper")),
    (&["lcase", "tolower", "lowercase", "to_lower", "str_to_lower", "casefold"], Name("lower")),
    (&["initcap", "proper", "title", "titlecase", "str_to_title"], Name("title_case")),
    (&["substr", "mid", "slice", "str_sub"], Name("substring")),
    (&["lpad", "rjust", "padleft"], Name("pad_left")),
    (&["rpad", "ljust", "padright"], Name("pad_right")),
    (&["zfill"], Write("put zeros in front: `pad_left(x, n, \"0\")`")),
    (&["len", "char_length", "character_length", "nchar", "str_length", "strlen"], Name("length")),
    (&["octet_length", "lengthb", "datalength"], Name("byte_length")),
    (&["instr", "strpos"], Name("position")),
    (&["charindex", "locate"], Write("the text stands first: `position(text, what)`")),
    (
        &["index", "find", "indexof", "index_of"],
        Write("the first place is 1, and 0 means none: `position(text, what)`"),
    ),
    (&["split", "str_split", "string_split"], Write("name the part: `split_part(text, \";\", 2)`")),
    (&["substring_before", "textbefore"], Name("before")),
    (&["substring_after", "textafter"], Name("after")),
    (&["replicate", "rept", "str_dup"], Name("repeat")),
    (&["strreverse", "str_rev"], Name("reverse")),
    (&["regexp_replace", "re_sub", "gsub", "sub", "regexreplace", "str_replace_all"], Name("replace_all")),
    (&["regexp_extract", "regexp_substr", "re_search", "regexextract", "str_extract"], Name("extract")),
    (&["regexp_like", "regexp_match", "regexp_matches", "rlike", "grepl", "str_detect"], Name("matches")),
    (&["regexp_count", "str_count"], Name("count_matches")),
    (&["str_replace"], Name("replace")),
    (&["includes", "has"], Name("contains")),
    (&["startswith", "str_starts"], Name("starts_with")),
    (&["endswith", "str_ends"], Name("ends_with")),
    (&["ascii", "ord", "unicode"], Name("codepoint")),
    (&["chr", "char"], Write("write the character as an escape: `\"\\u{e9}\"`")),
    (&["unaccent", "remove_accents"], Name("strip_accents")),
    (&["unidecode", "iconv", "to_ascii"], Name("transliterate_ascii")),
    (&["clean"], Name("remove_control")),
    (&["urldecode", "unquote"], Name("url_decode")),
    (&["urlencode", "quote"], Name("url_encode")),
    (&["unescape", "html_decode"], Name("html_unescape")),
    (&["json_value", "json_extract", "json_extract_path_text", "get_json_object", "json_query"], Name("json_text")),
    (&["concat", "paste", "paste0"], Write("texts are put together inside a text: `\"{a}{b}\"`")),
    (
        &["concat_ws", "textjoin", "join", "str_c"],
        Write("`join_nonempty(\" \", a, b)` leaves out what is empty or null; `\"{a} {b}\"` does not"),
    ),
    (&["nvl", "ifnull", "coalesce", "zn", "fillna"], Write("write `a ?? b`, which is `b` where `a` is null")),
    (&["isnull", "is_null", "isna", "isblank"], Write("write `x is null`; a value in its place is `x ?? other`")),
    (&["nvl2"], Write("write `match x { null => b, else => a }`")),
    (&["nullif", "na_if"], Name("null_if")),
    (&["iif", "if", "ifelse", "if_else"], Write("write `match { condition => a, else => b }`")),
    (
        &["decode", "case", "switch", "choose", "case_when", "map_values"],
        Write("write `match x { \"A\" => 1, \"B\" => 2, else => 0 }`, or a list of `codes`"),
    ),
    (
        &["iferror", "try", "try_cast", "safe_cast", "try_convert"],
        Write("write the conversion with what stands instead: `(int64(x) else 0)`"),
    ),
    (
        &["cast", "convert", "as_type"],
        Write("the type's name converts: `int64(x)`, `decimal(x, 12, 2)`, `date(x, \"%d.%m.%Y\")`, `text(x)`"),
    ),
    (
        &["to_char", "format", "to_text", "tochar"],
        Write(
            "a value as text is `text(x)`; with a form, `format_date(d, \"%d.%m.%Y\")` or `format_number(n, \"1.234,56\")`",
        ),
    ),
    (&["str", "tostring", "to_string", "as_character", "string"], Name("text")),
    (
        &["to_number", "parse_number", "val", "numeric", "number", "as_numeric"],
        Write("write `int64(x)` or `decimal(x, 12, 2)`; with a form, `decimal(x, 12, 2, \"1.234,56\")`"),
    ),
    (&["to_int", "int", "integer", "bigint", "as_integer", "parse_int"], Name("int64")),
    (&["float", "double", "real", "to_float"], Name("float64")),
    (
        &["to_date", "strptime", "str_to_date", "parse_date", "as_date", "datevalue"],
        Write("write `date(x, \"%d.%m.%Y\")`; with a time, `timestamp(x, \"%d.%m.%Y %H:%M:%S\")`"),
    ),
    (&["to_timestamp", "datetime", "to_datetime", "parse_timestamp", "as_posixct"], Name("timestamp")),
    (&["strftime", "date_format", "dateformat"], Name("format_date")),
    (
        &["datediff", "date_diff", "timestampdiff", "datedif"],
        Write("days are `to - from`; months are `months_between(from, to)`, seconds `seconds_between(from, to)`"),
    ),
    (
        &["dateadd", "date_add", "adddate", "edate", "date_sub"],
        Write("write `day + 30 days`; months are `add_months(day, 3)`, years `add_years(day, 1)`"),
    ),
    (&["datepart", "date_part"], Write("each part has its name: `year(d)`, `month(d)`, `day_of_month(d)`, `hour(t)`")),
    (&["dayofmonth", "mday"], Name("day_of_month")),
    (&["dayofweek", "dow", "wday"], Name("weekday")),
    (&["dayofyear", "yday", "doy"], Name("day_of_year")),
    (&["week", "weekofyear", "isoweek"], Name("iso_week")),
    (&["eomonth", "end_of_month"], Name("last_day")),
    (
        &["trunc"],
        Write(
            "digits are cut by `truncate(x, n)`; the first of a month is `start_of_month(d)`, the day of a timestamp `day(ts)`",
        ),
    ),
    (
        &["date_trunc", "floor_date"],
        Write("the first of a month is `start_of_month(d)`, the day of a timestamp `day(ts)`"),
    ),
    (
        &["now", "current_date", "getdate", "sysdate", "curdate", "current_timestamp"],
        Write("the day of the run is `today()`, which `--as-of` says; there is no clock"),
    ),
    (&["unix_timestamp"], Name("epoch_seconds")),
    (&["from_unixtime", "fromtimestamp"], Name("from_epoch")),
    (&["age"], Name("age_years")),
    (
        &["convert_tz", "tz_convert", "from_utc_timestamp", "to_utc_timestamp"],
        Write("write `moment at zone \"Europe/Berlin\"`"),
    ),
    (&["mod"], Name("remainder")),
    (&["divide", "safe_divide"], Write("say the scale: `div(a, b, 2)`")),
    (&["intdiv"], Name("quotient")),
    (&["ceil"], Name("ceiling")),
    (&["roundup"], Name("round_up")),
    (&["rounddown"], Name("truncate")),
    (&["round_half_even", "bround"], Name("round_even")),
    (&["sgn"], Name("sign")),
    (&["min", "min_of", "pmin"], Name("least")),
    (&["max", "max_of", "pmax"], Name("greatest")),
    (&["power", "pow"], Write("write the product: `x * x`")),
    (&["sha2", "digest"], Name("sha256")),
    (&["hash", "farm_fingerprint", "xxhash64"], Name("hash64")),
    (
        &["newid", "uuid4", "gen_random_uuid", "rand", "random"],
        Write("nothing is random: `uuid_v5(\"url\", key)` gives the same identifier in every run"),
    ),
    (&["luhn", "is_luhn"], Name("luhn_valid")),
    (&["ean_valid", "ean13", "upc_valid"], Name("gtin_valid")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_is_offered_exists_and_no_foreign_name_is_one_of_ours() {
        for (names, instead) in FOREIGN {
            if let Name(ours) = instead {
                assert!(migc_functions::find(ours).is_some(), "{ours}");
            }
            for name in *names {
                assert!(migc_functions::find(name).is_none(), "{name}");
            }
        }
    }

    #[test]
    fn no_foreign_name_stands_twice() {
        let mut all: Vec<&str> = FOREIGN.iter().flat_map(|(names, _)| names.iter().copied()).collect();
        all.sort_unstable();
        let before = all.len();
        all.dedup();
        assert_eq!(all.len(), before);
    }
}
