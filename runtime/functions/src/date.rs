//! Civil days of the proleptic Gregorian calendar, years 0 to 9999, and the patterns in which they are written.

/// A day, packed as `year << 9 | month << 5 | day`: the order of the numbers is the order of the days, and its parts
/// come out with shifts, which is what reading, comparing and writing need most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub u32);

/// The last day.
pub const MAX: Day = Day(9999 << 9 | 12 << 5 | 31);

impl Day {
    /// The day, if it exists.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Day> {
        let exists = year <= 9999 && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        exists.then_some(Day(year << 9 | month << 5 | day))
    }
    /// Year, month (1-based) and day (1-based).
    pub fn parts(self) -> (u32, u32, u32) {
        (self.0 >> 9, self.0 >> 5 & 15, self.0 & 31)
    }
    /// Days since 0000-03-01, the calendar's own zero that makes leap days the last of their year.
    pub fn number(self) -> i64 {
        let (y, m, d) = self.parts();
        let (y, m, d) = (i64::from(y), i64::from(m), i64::from(d));
        let y = if m <= 2 { y - 1 } else { y };
        let month = (m + 9) % 12;
        y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (month * 153 + 2) / 5 + d - 1
    }
    /// Appends `YYYY-MM-DD`.
    pub fn write(self, out: &mut Vec<u8>) {
        let (y, m, d) = self.parts();
        out.extend_from_slice(&[
            b'0' + (y / 1000 % 10) as u8,
            b'0' + (y / 100 % 10) as u8,
            b'0' + (y / 10 % 10) as u8,
            b'0' + (y % 10) as u8,
            b'-',
            b'0' + (m / 10) as u8,
            b'0' + (m % 10) as u8,
            b'-',
            b'0' + (d / 10) as u8,
            b'0' + (d % 10) as u8,
        ]);
    }
}

/// The days of a month, which must be 1 to 12.
pub fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Year,
    Month,
    Day,
    Literal(u8),
}

/// How a day is written: `%Y` four digits, `%m` and `%d` two, anything else stands for itself (`%%` for `%`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

impl Pattern {
    /// Reads a pattern; says what is wrong with it if it does not name a whole day.
    pub fn new(text: &str) -> Result<Pattern, String> {
        let mut pieces = Vec::new();
        let mut bytes = text.bytes();
        while let Some(b) = bytes.next() {
            pieces.push(match b {
                b'%' => match bytes.next() {
                    Some(b'Y') => Piece::Year,
                    Some(b'm') => Piece::Month,
                    Some(b'd') => Piece::Day,
                    Some(b'%') => Piece::Literal(b'%'),
                    Some(other) => {
                        return Err(format!(
                            "`%{}` is not a part of a date pattern; write %Y, %m or %d",
                            other as char
                        ));
                    }
                    None => return Err("the pattern ends in a lone `%`".into()),
                },
                other => Piece::Literal(other),
            });
        }
        for (piece, name) in [(Piece::Year, "%Y"), (Piece::Month, "%m"), (Piece::Day, "%d")] {
            match pieces.iter().filter(|p| **p == piece).count() {
                1 => {}
                0 => return Err(format!("the pattern has no `{name}`")),
                _ => return Err(format!("the pattern has `{name}` twice")),
            }
        }
        Ok(Pattern(pieces))
    }
    /// Reads a text that has exactly this form and names a day that exists.
    pub fn parse(&self, text: &[u8]) -> Option<Day> {
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut rest = text;
        for piece in &self.0 {
            match piece {
                Piece::Year => year = number(&mut rest, 4)?,
                Piece::Month => month = number(&mut rest, 2)?,
                Piece::Day => day = number(&mut rest, 2)?,
                Piece::Literal(b) => rest = rest.strip_prefix(std::slice::from_ref(b))?,
            }
        }
        if rest.is_empty() { Day::new(year, month, day) } else { None }
    }
}

/// Takes `n` digits off the front.
fn number(rest: &mut &[u8], n: usize) -> Option<u32> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    head.iter().try_fold(0, |v, b| b.is_ascii_digit().then(|| v * 10 + u32::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_does_not_exist_is_none() {
        assert!(Day::new(2023, 2, 29).is_none());
        assert!(Day::new(2024, 2, 29).is_some());
        assert!(Day::new(1900, 2, 29).is_none());
        assert!(Day::new(2000, 2, 29).is_some());
        assert!(Day::new(2000, 13, 1).is_none());
        assert!(Day::new(2000, 4, 31).is_none());
    }

    #[test]
    fn a_pattern_is_exact() {
        let p = Pattern::new("%m/%d/%Y").unwrap();
        assert_eq!(p.parse(b"02/28/1996"), Day::new(1996, 2, 28));
        for bad in ["2/28/1996", "02/30/1996", "02/28/1996 ", "02-28-1996", "02/28/96", ""] {
            assert_eq!(p.parse(bad.as_bytes()), None, "{bad}");
        }
        assert!(Pattern::new("%m/%Y").is_err());
        assert!(Pattern::new("%x").is_err());
    }

    #[test]
    fn day_numbers_count_days() {
        let n = |y, m, d| Day::new(y, m, d).unwrap().number();
        assert_eq!(n(2000, 3, 1) - n(2000, 2, 28), 2);
        assert_eq!(n(1970, 1, 1) - n(1969, 12, 31), 1);
        assert_eq!(n(9999, 12, 31) - n(1970, 1, 1), 2_932_896);
    }
}
