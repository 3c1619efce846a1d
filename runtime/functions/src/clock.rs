//! Times of day and points in time, both in microseconds, and the one form in which each is written.

use crate::date::{self, Day};

/// Microseconds of a second.
pub const SECOND: i64 = 1_000_000;
/// Microseconds of a day.
pub const DAY: i64 = 86_400 * SECOND;
/// The number ([`Day::number`]) of 1970-01-01, from which points in time are counted.
pub const EPOCH: i64 = 719_468;
/// The first and the last point in time, in microseconds since 1970: all of the years 0 to 9999.
pub const BOUNDS: (i64, i64) = (-62_167_219_200 * SECOND, 253_402_300_800 * SECOND - 1);

/// The point in time of a day and a time of day.
pub fn join(day: Day, time: i64) -> i64 {
    (day.number() - EPOCH) * DAY + time
}

/// The day of a point in time, and the time of that day; a point outside [`BOUNDS`] counts as the nearest one inside.
pub fn split(moment: i64) -> (Day, i64) {
    let moment = moment.clamp(BOUNDS.0, BOUNDS.1);
    (Day::from_number(moment.div_euclid(DAY) + EPOCH).unwrap_or(date::MAX), moment.rem_euclid(DAY))
}

/// Hour, minute, second and microsecond of a time of day.
pub fn parts(time: i64) -> (u32, u32, u32, u32) {
    let (seconds, micros) = (time.rem_euclid(DAY) / SECOND, time.rem_euclid(SECOND));
    ((seconds / 3600) as u32, (seconds / 60 % 60) as u32, (seconds % 60) as u32, micros as u32)
}

/// The time of day of these parts, if they are one.
pub fn time(hour: u32, minute: u32, second: u32, micros: u32) -> Option<i64> {
    let exists = hour < 24 && minute < 60 && second < 60 && micros < 1_000_000;
    exists.then(|| (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * SECOND + i64::from(micros))
}

/// Appends `HH:MM:SS`, and a fraction without zeros at its end where there is one.
pub fn write_time(time: i64, out: &mut Vec<u8>) {
    let (h, m, s, micros) = parts(time);
    let two = |n: u32| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
    for (i, n) in [h, m, s].into_iter().enumerate() {
        if i > 0 {
            out.push(b':');
        }
        out.extend_from_slice(&two(n));
    }
    if micros > 0 {
        out.extend_from_slice(format!(".{micros:06}").trim_end_matches('0').as_bytes());
    }
}

/// Appends `YYYY-MM-DDTHH:MM:SS`, with a fraction as [`write_time`].
pub fn write(moment: i64, out: &mut Vec<u8>) {
    let (day, time) = split(moment);
    day.write(out);
    out.push(b'T');
    write_time(time, out);
}

/// Reads `HH:MM:SS` with an optional fraction of one to six digits.
pub fn parse_time(text: &[u8]) -> Option<i64> {
    let (head, fraction) = text.split_at_checked(8)?;
    let &[a, b, b':', c, d, b':', e, f] = head else { return None };
    let two = |x: u8, y: u8| {
        (x.is_ascii_digit() && y.is_ascii_digit()).then(|| u32::from(x - b'0') * 10 + u32::from(y - b'0'))
    };
    let micros = match fraction {
        [] => 0,
        [b'.', digits @ ..] => micros(digits)?,
        _ => return None,
    };
    time(two(a, b)?, two(c, d)?, two(e, f)?, micros)
}

/// Reads `YYYY-MM-DDTHH:MM:SS` with an optional fraction.
pub fn parse(text: &[u8]) -> Option<i64> {
    let (day, rest) = text.split_at_checked(10)?;
    Some(join(date::parse(day)?, parse_time(rest.strip_prefix(b"T")?)?))
}

/// Reads what [`parse`] reads with a `Z` or an offset (`+02:00`) behind it; gives the point in time of UTC.
pub fn parse_utc(text: &[u8]) -> Option<i64> {
    if let Some(local) = text.strip_suffix(b"Z") {
        return parse(local);
    }
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let &[sign @ (b'+' | b'-'), a, b, b':', c, d] = offset else { return None };
    inside(parse(local)? - self::offset(sign == b'-', &[a, b, c, d])?)
}

/// The microseconds of an offset from UTC, of its four digits.
pub(crate) fn offset(negative: bool, digits: &[u8]) -> Option<i64> {
    let n = digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))?;
    let (hours, minutes) = (n / 100, n % 100);
    let micros = (hours * 60 + minutes) * 60 * SECOND;
    (hours < 24 && minutes < 60).then_some(if negative { -micros } else { micros })
}

/// The point in time, if it lies within the years 0 to 9999.
pub fn inside(moment: i64) -> Option<i64> {
    (moment >= BOUNDS.0 && moment <= BOUNDS.1).then_some(moment)
}

/// The microseconds of a fraction of one to six digits.
fn micros(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 6 {
        return None;
    }
    let n = digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))?;
    Some(n * 10u32.pow(6 - digits.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(moment: i64) -> String {
        let mut out = Vec::new();
        write(moment, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_bounds_are_the_first_and_the_last_microsecond() {
        assert_eq!(shown(BOUNDS.0), "0000-01-01T00:00:00");
        assert_eq!(shown(BOUNDS.1), "9999-12-31T23:59:59.999999");
        assert_eq!(parse(b"1970-01-01T00:00:00"), Some(0));
    }

    #[test]
    fn reads_one_form_and_writes_it() {
        for text in ["1996-02-29T23:59:59", "2024-01-01T00:00:00.5", "0000-02-29T12:00:00.000001"] {
            assert_eq!(shown(parse(text.as_bytes()).unwrap()), text);
        }
        for bad in
            ["1995-02-29T00:00:00", "1996-02-29 00:00:00", "1996-02-29T24:00:00", "1996-02-29T00:00:60", "1996-02-29"]
        {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(parse_time(b"12:30:00.1234567"), None);
    }

    #[test]
    fn an_offset_is_taken_to_utc() {
        assert_eq!(parse_utc(b"2024-07-01T12:00:00+02:00"), parse(b"2024-07-01T10:00:00"));
        assert_eq!(parse_utc(b"2024-07-01T12:00:00Z"), parse(b"2024-07-01T12:00:00"));
        assert_eq!(parse_utc(b"0000-01-01T00:00:00+01:00"), None);
        assert_eq!(parse_utc(b"2024-07-01T12:00:00"), None);
    }
}
