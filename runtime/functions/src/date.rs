//! Civil days of the proleptic Gregorian calendar, years 0 to 9999.

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
    /// The day of this [`Day::number`], if it lies within the years 0 to 9999.
    pub fn from_number(number: i64) -> Option<Day> {
        // Eras of 400 years have the same days; within one, years begin in March.
        let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Day::new(u32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
    }
    /// The day of the year, from 1.
    pub fn of_year(self) -> u32 {
        let (year, month, day) = self.parts();
        (1..month).map(|m| days_in(year, m)).sum::<u32>() + day
    }
    /// The day of the week as ISO 8601 counts: 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> u32 {
        // Day 0 (0000-03-01) was a Wednesday.
        ((self.number() + 2).rem_euclid(7) + 1) as u32
    }
    /// This many months later, or earlier; a day that the month does not have becomes its last one.
    pub fn add_months(self, months: i64) -> Option<Day> {
        let (year, month, day) = self.parts();
        let all = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(months)?;
        let (year, month) = (u32::try_from(all.div_euclid(12)).ok()?, all.rem_euclid(12) as u32 + 1);
        if year > 9999 {
            return None;
        }
        Day::new(year, month, day.min(days_in(year, month)))
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

/// Reads `YYYY-MM-DD`, if it names a day that exists.
pub fn parse(text: &[u8]) -> Option<Day> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h] = text else { return None };
    let number =
        |digits: &[u8]| digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')));
    Day::new(number(&[a, b, c, d])?, number(&[e, f])?, number(&[g, h])?)
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
    fn day_numbers_count_days() {
        let n = |y, m, d| Day::new(y, m, d).unwrap().number();
        assert_eq!(n(2000, 3, 1) - n(2000, 2, 28), 2);
        assert_eq!(n(1970, 1, 1) - n(1969, 12, 31), 1);
        assert_eq!(n(9999, 12, 31) - n(1970, 1, 1), 2_932_896);
    }

    #[test]
    fn a_number_is_one_day() {
        let first = Day::new(0, 1, 1).unwrap().number();
        let last = MAX.number();
        let mut before = None;
        for n in first..=last {
            let day = Day::from_number(n).unwrap();
            assert_eq!(day.number(), n);
            assert!(before < Some(day));
            before = Some(day);
        }
        assert_eq!((Day::from_number(first - 1), Day::from_number(last + 1)), (None, None));
    }

    #[test]
    fn weeks_and_months_are_those_of_the_calendar() {
        let day = |y, m, d| Day::new(y, m, d).unwrap();
        assert_eq!(day(2024, 2, 29).weekday(), 4);
        assert_eq!(day(1970, 1, 1).weekday(), 4);
        assert_eq!(day(2024, 12, 31).of_year(), 366);
        assert_eq!(day(2024, 1, 31).add_months(1), Some(day(2024, 2, 29)));
        assert_eq!(day(2024, 1, 31).add_months(-2), Some(day(2023, 11, 30)));
        assert_eq!(day(9999, 12, 1).add_months(1), None);
    }
}
