//! Patterns of days and times: `%d.%m.%Y %H:%M`. They read texts of exactly their form, and write them.

use crate::clock;
use crate::date::{Day, days_in};
use crate::types::Kind;

/// What a pattern is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// A day, and no time of it.
    Day,
    /// A time of day, and no day.
    Time,
    /// A day and a time, as a clock on the wall shows them.
    Moment,
    /// A point in time: a day, a time and an offset, or the seconds since 1970.
    Instant,
}

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Year,
    ShortYear,
    Month { padded: bool },
    MonthName { long: bool },
    Day { padded: bool },
    OfYear,
    Hour { padded: bool },
    Hour12 { padded: bool },
    Minute,
    Second,
    Fraction,
    Half,
    Offset,
    Epoch,
    Literal(u8),
}

/// The letters behind `%`, what they mean, and how it is said in the manual.
const PIECES: &[(&str, Piece)] = &[
    ("Y", Piece::Year),
    ("y", Piece::ShortYear),
    ("m", Piece::Month { padded: true }),
    ("-m", Piece::Month { padded: false }),
    ("b", Piece::MonthName { long: false }),
    ("B", Piece::MonthName { long: true }),
    ("d", Piece::Day { padded: true }),
    ("-d", Piece::Day { padded: false }),
    ("j", Piece::OfYear),
    ("H", Piece::Hour { padded: true }),
    ("-H", Piece::Hour { padded: false }),
    ("I", Piece::Hour12 { padded: true }),
    ("-I", Piece::Hour12 { padded: false }),
    ("M", Piece::Minute),
    ("S", Piece::Second),
    ("f", Piece::Fraction),
    ("p", Piece::Half),
    ("z", Piece::Offset),
    ("s", Piece::Epoch),
    ("%", Piece::Literal(b'%')),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Piece {
    /// Whether it is written with as many digits as it needs.
    fn has_some_digits(self) -> bool {
        matches!(
            self,
            Piece::Month { padded: false }
                | Piece::Day { padded: false }
                | Piece::Hour { padded: false }
                | Piece::Hour12 { padded: false }
                | Piece::Epoch
        )
    }

    /// Whether its first character is a digit.
    fn begins_with_a_digit(self) -> bool {
        !matches!(self, Piece::MonthName { .. } | Piece::Half | Piece::Offset)
            && !matches!(self, Piece::Literal(b) if !b.is_ascii_digit())
    }
}

/// A pattern that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

/// What a text of a pattern's form says.
#[derive(Debug, Default, Clone, Copy)]
struct Read {
    year: u32,
    month: u32,
    day: u32,
    of_year: Option<u32>,
    hour: u32,
    half: Option<bool>,
    minute: u32,
    second: u32,
    micros: u32,
    offset: i64,
    epoch: Option<i64>,
}

impl Pattern {
    /// Reads a pattern for reading: it must say all that is wanted.
    pub fn new(text: &str, want: Want) -> Result<Pattern, String> {
        let pattern = Pattern::pieces(text)?;
        pattern.complete(want)?;
        Ok(pattern)
    }

    /// Reads a pattern for writing: it may leave something out, and must not ask for what is not there.
    pub fn partial(text: &str, want: Want) -> Result<Pattern, String> {
        let pattern = Pattern::pieces(text)?;
        let of_day = |p: &Piece| {
            matches!(
                p,
                Piece::Year
                    | Piece::ShortYear
                    | Piece::Month { .. }
                    | Piece::MonthName { .. }
                    | Piece::Day { .. }
                    | Piece::OfYear
            )
        };
        let of_instant = |p: &Piece| matches!(p, Piece::Offset | Piece::Epoch);
        let literal = |p: &Piece| matches!(p, Piece::Literal(_));
        let has = |is: &dyn Fn(&Piece) -> bool| pattern.0.iter().any(is);
        if want == Want::Day && has(&|p| !of_day(p) && !literal(p)) {
            return Err("a day has no time that could be written".into());
        }
        if want == Want::Time && has(&|p| of_day(p)) {
            return Err("a time has no day that could be written".into());
        }
        if want != Want::Instant && has(&of_instant) {
            return Err(
                "only a timestamptz has an offset or seconds since 1970: `… at zone \"Europe/Berlin\"` makes one"
                    .into(),
            );
        }
        Ok(pattern)
    }

    /// The pieces of a pattern; says what is wrong with one, and what to write.
    fn pieces(text: &str) -> Result<Pattern, String> {
        if let Some(ours) = in_percents(text) {
            return Err(format!("the parts of a pattern start with `%`: this is `{ours}` here"));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let Some(behind) = rest.strip_prefix('%') else {
                let (head, tail) = rest.split_at(c.len_utf8());
                pieces.extend(head.bytes().map(Piece::Literal));
                rest = tail;
                continue;
            };
            let Some((letters, piece)) = PIECES.iter().find(|(l, _)| behind.starts_with(l)) else {
                let name: String = behind.chars().take(if behind.starts_with('-') { 2 } else { 1 }).collect();
                return Err(match name.as_str() {
                    "" => "the pattern ends in a lone `%`; a percent sign is written `%%`".into(),
                    "F" => "`%F` is written `%Y-%m-%d`".into(),
                    "T" => "`%T` is written `%H:%M:%S`".into(),
                    "D" => "`%D` is written `%m/%d/%y`".into(),
                    "e" => "a day without a zero in front is written `%-d`".into(),
                    _ => format!(
                        "`%{name}` is not a part of a pattern; there are %Y %y %m %-m %b %B %d %-d %j, %H %-H %I %-I %p %M %S %f, %z and %s"
                    ),
                });
            };
            pieces.push(*piece);
            rest = behind.strip_prefix(letters).unwrap_or_default();
        }
        for pair in pieces.windows(2) {
            if let [before, after] = pair
                && before.has_some_digits()
                && after.begins_with_a_digit()
            {
                return Err("behind a part of one or two digits stands something that is no digit, \
                            or it cannot be told where the part ends: `%-d.%-m.%Y`, or `%d%m%Y` with all digits"
                    .into());
            }
        }
        Ok(Pattern(pieces))
    }

    /// Whether the pieces say what is wanted, and no more.
    fn complete(&self, want: Want) -> Result<(), String> {
        let count = |is: fn(&Piece) -> bool| self.0.iter().filter(|p| is(p)).count();
        let year = count(|p| matches!(p, Piece::Year | Piece::ShortYear));
        let month = count(|p| matches!(p, Piece::Month { .. } | Piece::MonthName { .. }));
        let day = count(|p| matches!(p, Piece::Day { .. }));
        let of_year = count(|p| *p == Piece::OfYear);
        let hour = count(|p| matches!(p, Piece::Hour { .. }));
        let half_hour = count(|p| matches!(p, Piece::Hour12 { .. }));
        let (half, minute, second) =
            (count(|p| *p == Piece::Half), count(|p| *p == Piece::Minute), count(|p| *p == Piece::Second));
        let (fraction, offset, epoch) =
            (count(|p| *p == Piece::Fraction), count(|p| *p == Piece::Offset), count(|p| *p == Piece::Epoch));
        let named = [
            (year, "the year"),
            (month, "the month"),
            (day, "the day"),
            (of_year, "%j"),
            (hour + half_hour, "the hour"),
            (half, "%p"),
            (minute, "%M"),
            (second, "%S"),
            (fraction, "%f"),
            (offset, "%z"),
            (epoch, "%s"),
        ];
        if let Some((_, name)) = named.iter().find(|(n, _)| *n > 1) {
            return Err(format!("the pattern has {name} twice"));
        }
        let any_day = year + month + day + of_year > 0;
        let any_time = hour + half_hour + half + minute + second > 0;
        if minute > 0 && hour + half_hour + month == 0 && day > 0 {
            return Err("`%M` is the minute; the month is `%m`".into());
        }
        if month > 0 && day + year + minute == 0 && hour + half_hour > 0 {
            return Err("`%m` is the month; the minute is `%M`".into());
        }
        if epoch > 0 {
            return match (want, any_day || any_time || offset > 0) {
                (Want::Instant, false) => Ok(()),
                (Want::Instant, true) => Err("`%s` says a whole point in time, so nothing stands beside it but `%f`".into()),
                _ => Err("`%s` is a point in time: read it with `timestamptz(x, \"%s\")`, and take it to a zone with `at zone`".into()),
            };
        }
        if offset > 0 && want != Want::Instant {
            return Err("`%z` belongs to a point in time: read it with `timestamptz(x, …)`, and take it to a zone with `at zone`".into());
        }
        if want == Want::Day && (any_time || fraction > 0) {
            return Err(
                "this pattern has a time: read it with `timestamp(x, …)`, and take its day with `day(…)`".into()
            );
        }
        if want == Want::Time && any_day {
            return Err(
                "this pattern has a day: read it with `timestamp(x, …)`, and take its time with `time(…)`".into()
            );
        }
        if want != Want::Time {
            if year == 0 {
                return Err("the pattern has no year: `%Y`, or `%y` for two digits".into());
            }
            match (of_year, month, day) {
                (1, 0, 0) | (0, 1, 1) => {}
                (1, ..) => return Err("`%j` stands in place of month and day, not beside them".into()),
                (_, 0, _) => return Err("the pattern has no month: `%m`, or `%b` for its name".into()),
                _ => return Err("the pattern has no day: `%d`".into()),
            }
        }
        if want != Want::Day {
            match (hour, half_hour, half) {
                (1, 0, 0) | (0, 1, 1) => {}
                (0, 0, _) if want == Want::Moment => {
                    return Err("the pattern has no hour: `%H`; a day is read with `date(x, …)`, and `timestamp(…)` of it is its midnight".into());
                }
                (0, 0, _) => return Err("the pattern has no hour: `%H`".into()),
                (1, ..) => return Err("`%H` is an hour of 24, and has no `%p` beside it".into()),
                _ => return Err("`%I` is an hour of 12, and wants `%p` beside it".into()),
            }
            if minute == 0 && second + fraction > 0 || second == 0 && fraction > 0 {
                return Err("the pattern has a part of a time without the part before it".into());
            }
        }
        if want == Want::Instant && offset == 0 {
            return Err("the pattern has no offset: `%z`; for local times, name the zone: `timestamptz(x, …, \"Europe/Berlin\")`".into());
        }
        Ok(())
    }

    fn read(&self, text: &[u8]) -> Option<Read> {
        let mut read = Read::default();
        let mut rest = text;
        for piece in &self.0 {
            let r = &mut rest;
            match *piece {
                Piece::Year => read.year = digits(r, 4, 4)?,
                Piece::ShortYear => {
                    let y = digits(r, 2, 2)?;
                    read.year = if y <= 68 { 2000 + y } else { 1900 + y };
                }
                Piece::Month { padded } => read.month = digits(r, if padded { 2 } else { 1 }, 2)?,
                Piece::MonthName { long } => read.month = month(r, long)?,
                Piece::Day { padded } => read.day = digits(r, if padded { 2 } else { 1 }, 2)?,
                Piece::OfYear => read.of_year = Some(digits(r, 3, 3)?),
                Piece::Hour { padded } => read.hour = digits(r, if padded { 2 } else { 1 }, 2)?,
                Piece::Hour12 { padded } => {
                    read.hour = digits(r, if padded { 2 } else { 1 }, 2)?;
                    if !(1..=12).contains(&read.hour) {
                        return None;
                    }
                }
                Piece::Minute => read.minute = digits(r, 2, 2)?,
                Piece::Second => read.second = digits(r, 2, 2)?,
                Piece::Fraction => read.micros = fraction(r)?,
                Piece::Half => {
                    let (head, tail) = r.split_at_checked(2)?;
                    read.half = Some(match head.to_ascii_uppercase().as_slice() {
                        b"AM" => false,
                        b"PM" => true,
                        _ => return None,
                    });
                    *r = tail;
                }
                Piece::Offset => read.offset = offset(r)?,
                Piece::Epoch => read.epoch = Some(epoch(r)?),
                Piece::Literal(b) => *r = r.strip_prefix(std::slice::from_ref(&b))?,
            }
        }
        rest.is_empty().then_some(read)
    }

    /// Reads a text that has exactly this form and names a day that exists.
    pub fn day(&self, text: &[u8]) -> Option<Day> {
        self.read(text)?.day()
    }
    /// Reads a time of day.
    pub fn time(&self, text: &[u8]) -> Option<i64> {
        self.read(text)?.time()
    }
    /// Reads a day and a time of it.
    pub fn moment(&self, text: &[u8]) -> Option<i64> {
        let read = self.read(text)?;
        Some(clock::join(read.day()?, read.time()?))
    }
    /// Reads a point in time.
    pub fn instant(&self, text: &[u8]) -> Option<i64> {
        let read = self.read(text)?;
        let at = match read.epoch {
            Some(seconds) => seconds.checked_mul(clock::SECOND)?.checked_add(i64::from(read.micros))?,
            None => clock::join(read.day()?, read.time()?) - read.offset,
        };
        clock::inside(at)
    }

    /// Appends a day and a time in this form; a point in time is that of UTC.
    pub fn write(&self, day: Day, time: i64, out: &mut Vec<u8>) {
        let (year, month, of_month) = day.parts();
        let (hour, minute, second, micros) = clock::parts(time);
        let name = MONTHS.get(month.wrapping_sub(1) as usize).copied().unwrap_or_default();
        let twelve = if hour.is_multiple_of(12) { 12 } else { hour % 12 };
        for piece in &self.0 {
            match *piece {
                Piece::Year => number(out, year, 4),
                Piece::ShortYear => number(out, year % 100, 2),
                Piece::Month { padded } => number(out, month, if padded { 2 } else { 1 }),
                Piece::Day { padded } => number(out, of_month, if padded { 2 } else { 1 }),
                Piece::OfYear => number(out, day.of_year(), 3),
                Piece::Hour { padded } => number(out, hour, if padded { 2 } else { 1 }),
                Piece::Hour12 { padded } => number(out, twelve, if padded { 2 } else { 1 }),
                Piece::Minute => number(out, minute, 2),
                Piece::Second => number(out, second, 2),
                Piece::Fraction => number(out, micros, 6),
                Piece::MonthName { long } => {
                    let shown = if long { name } else { name.get(..3).unwrap_or_default() };
                    out.extend_from_slice(shown.as_bytes());
                }
                Piece::Half => out.extend_from_slice(if hour < 12 { b"AM" } else { b"PM" }),
                Piece::Offset => out.extend_from_slice(b"+00:00"),
                Piece::Epoch => {
                    let seconds = clock::join(day, time).div_euclid(clock::SECOND);
                    out.extend_from_slice(seconds.to_string().as_bytes());
                }
                Piece::Literal(b) => out.push(b),
            }
        }
    }

    fn has(&self, is: impl Fn(&Piece) -> bool) -> bool {
        self.0.iter().any(is)
    }

    /// Whether it says of which zone a time is.
    pub fn says_the_offset(&self) -> bool {
        self.has(|p| matches!(p, Piece::Offset | Piece::Epoch))
    }

    /// Whether it says every part of every value of a kind.
    pub fn says_all(&self, kind: &Kind) -> bool {
        let day = self.has(|p| *p == Piece::Year)
            && (self.has(|p| *p == Piece::OfYear)
                || self.has(|p| matches!(p, Piece::Month { .. } | Piece::MonthName { .. }))
                    && self.has(|p| matches!(p, Piece::Day { .. })));
        let hour = self.has(|p| matches!(p, Piece::Hour { .. }))
            || self.has(|p| matches!(p, Piece::Hour12 { .. })) && self.has(|p| *p == Piece::Half);
        let time = hour && [Piece::Minute, Piece::Second, Piece::Fraction].iter().all(|part| self.has(|p| p == part));
        match kind {
            Kind::Date => day,
            Kind::Time => time,
            _ => day && time || self.has(|p| *p == Piece::Epoch) && self.has(|p| *p == Piece::Fraction),
        }
    }

    /// The part of a value of a kind that it would leave out, unless that part is nothing.
    pub fn loses(&self, kind: &Kind, day: Day, time: i64) -> Option<&'static str> {
        let (year, month, of_month) = day.parts();
        let (hour, minute, second, micros) = clock::parts(time);
        let (has_month, has_day) = (
            self.has(|p| matches!(p, Piece::Month { .. } | Piece::MonthName { .. } | Piece::OfYear)),
            self.has(|p| matches!(p, Piece::Day { .. } | Piece::OfYear)),
        );
        let (of_day, of_time) = (*kind != Kind::Time, *kind != Kind::Date);
        let lost = |of: bool, said: bool, nothing: bool| of && !said && !nothing;
        if self.has(|p| *p == Piece::Epoch) {
            return lost(true, self.has(|p| *p == Piece::Fraction), micros == 0).then_some("a fraction of a second");
        }
        // Two digits are read as a year from 1969 to 2068.
        let two_digits = self.has(|p| *p == Piece::ShortYear) && (1969..=2068).contains(&year);
        if lost(of_day, self.has(|p| *p == Piece::Year) || two_digits, false) {
            return Some("a year");
        }
        if lost(of_day, has_month, month == 1) {
            return Some("a month");
        }
        if lost(of_day, has_day, of_month == 1) {
            return Some("a day of the month");
        }
        let half = self.has(|p| matches!(p, Piece::Hour12 { .. })) && (hour < 12 || self.has(|p| *p == Piece::Half));
        if lost(of_time, self.has(|p| matches!(p, Piece::Hour { .. })) || half, hour == 0) {
            return Some("an hour");
        }
        if lost(of_time, self.has(|p| *p == Piece::Minute), minute == 0) {
            return Some("minutes");
        }
        if lost(of_time, self.has(|p| *p == Piece::Second), second == 0) {
            return Some("seconds");
        }
        lost(of_time, self.has(|p| *p == Piece::Fraction), micros == 0).then_some("a fraction of a second")
    }

    /// The most characters that it writes.
    pub fn longest(&self) -> u32 {
        let one = |p: &Piece| match *p {
            Piece::Year => 4,
            Piece::OfYear => 3,
            Piece::MonthName { long: false } => 3,
            Piece::MonthName { long: true } => 9,
            Piece::Fraction | Piece::Offset => 6,
            Piece::Epoch => 12,
            // Bytes that go on with a character are none of their own.
            Piece::Literal(b) => u32::from(b & 0xC0 != 0x80),
            _ => 2,
        };
        self.0.iter().map(one).sum()
    }
}

impl Read {
    fn day(&self) -> Option<Day> {
        let Some(n) = self.of_year else { return Day::new(self.year, self.month, self.day) };
        let mut left = n;
        for month in 1..=12 {
            let days = days_in(self.year, month);
            if left <= days {
                return Day::new(self.year, month, left);
            }
            left -= days;
        }
        None
    }
    fn time(&self) -> Option<i64> {
        let hour = match self.half {
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
            None => self.hour,
        };
        clock::time(hour, self.minute, self.second, self.micros)
    }
}

/// Appends a number with zeros in front.
fn number(out: &mut Vec<u8>, n: u32, width: usize) {
    out.extend_from_slice(format!("{n:0width$}").as_bytes());
}

/// Takes `least` to `most` digits off the front.
fn digits(rest: &mut &[u8], least: usize, most: usize) -> Option<u32> {
    let n = rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    if n < least {
        return None;
    }
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head.iter().fold(0, |v, b| v * 10 + u32::from(b - b'0')))
}

/// Takes a month's English name off the front, in capitals or not; a long name has priority over its first letters.
fn month(rest: &mut &[u8], long: bool) -> Option<u32> {
    let n = MONTHS.iter().position(|name| {
        let name = if long { *name } else { name.get(..3).unwrap_or_default() };
        rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
    })?;
    let taken = if long { MONTHS[n].len() } else { 3 };
    *rest = rest.get(taken..)?;
    Some(n as u32 + 1)
}

/// Takes a fraction of a second off the front: one to nine digits; what is finer than a microsecond must be zeros.
fn fraction(rest: &mut &[u8]) -> Option<u32> {
    let n = rest.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    let value = head.iter().fold(0u32, |v, b| v * 10 + u32::from(b - b'0')) * 10u32.pow(9 - n as u32);
    (n > 0 && value.is_multiple_of(1000)).then_some(value / 1000)
}

/// Takes `Z`, `+02:00`, `+0200` or `+02` off the front.
fn offset(rest: &mut &[u8]) -> Option<i64> {
    if let [b'Z', tail @ ..] = rest {
        *rest = tail;
        return Some(0);
    }
    let (negative, behind) = match rest {
        [b'+', tail @ ..] => (false, tail),
        [b'-', tail @ ..] => (true, tail),
        _ => return None,
    };
    let (hours, behind) = behind.split_at_checked(2)?;
    let after = behind.strip_prefix(b":").unwrap_or(behind);
    let (minutes, tail): (&[u8], &[u8]) = match after.split_at_checked(2) {
        Some((m, tail)) if m.iter().all(u8::is_ascii_digit) => (m, tail),
        _ if after.len() == behind.len() => (b"00", behind),
        _ => return None,
    };
    *rest = tail;
    clock::offset(negative, &[hours, minutes].concat())
}

/// Takes whole seconds with an optional sign off the front.
fn epoch(rest: &mut &[u8]) -> Option<i64> {
    let all: &[u8] = rest;
    let (negative, unsigned) = all.strip_prefix(b"-").map_or((false, all), |behind| (true, behind));
    let n = unsigned.iter().take(12).take_while(|b| b.is_ascii_digit()).count();
    let (head, tail) = unsigned.split_at_checked(n)?;
    *rest = tail;
    let value = head.iter().fold(0i64, |v, b| v * 10 + i64::from(b - b'0'));
    (n > 0).then_some(if negative { -value } else { value })
}

/// A pattern of other tools as it is written here, where that is another text: letters, and shorthands such as `%F`.
pub fn rewritten(text: &str) -> Option<String> {
    if let Some(ours) = in_percents(text) {
        return Some(ours);
    }
    let ours = text.replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S").replace("%D", "%m/%d/%y").replace("%e", "%-d");
    (ours != text && Pattern::pieces(&ours).is_ok()).then_some(ours)
}

/// A pattern of letters, `DD.MM.YYYY HH:mm:ss`, as it is written here; none if it is something else.
fn in_percents(text: &str) -> Option<String> {
    if text.contains('%') || !text.is_ascii() {
        return None;
    }
    let (mut out, mut rest, mut timed, mut parts) = (String::new(), text, false, 0);
    while let Some(first) = rest.chars().next() {
        let run = rest.find(|c| c != first).unwrap_or(rest.len());
        let (letters, behind) = rest.split_at(run);
        // In front of a number of two digits, one letter is none with a zero.
        let part = match (first, run) {
            ('Y' | 'y', 4) => "%Y",
            ('Y' | 'y', 2) => "%y",
            ('M' | 'm', 3) => "%b",
            ('M' | 'm', 4) => "%B",
            ('M' | 'm', 2) if timed => "%M",
            ('M' | 'm', 2) => "%m",
            ('M', 1) => "%-m",
            ('m', 1) if !timed => "%-m",
            ('D' | 'd', 2) => "%d",
            ('D' | 'd', 1) => "%-d",
            ('H', 2) => "%H",
            ('h', 2) if rest.contains(['a', 'A']) => "%I",
            ('h', 2) => "%H",
            ('S' | 's', 2) => "%S",
            ('a' | 'A', 1) if timed => "%p",
            (c, _) if c.is_ascii_alphabetic() && c != 'T' => return None,
            _ => {
                out.push_str(letters);
                rest = behind;
                continue;
            }
        };
        timed |= part == "%H" || part == "%I";
        parts += 1;
        out.push_str(part);
        rest = behind;
    }
    (parts > 1).then_some(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_pattern_of_letters_is_shown_as_it_is_written_here() {
        for (letters, ours) in [
            ("DD.MM.YYYY", "%d.%m.%Y"),
            ("mm/dd/yyyy", "%m/%d/%Y"),
            ("yyyy-MM-dd HH:mm:ss", "%Y-%m-%d %H:%M:%S"),
            ("d-MMM-yy", "%-d-%b-%y"),
            ("d.m.yy", "%-d.%-m.%y"),
            ("hh:mm a", "%I:%M %p"),
        ] {
            assert_eq!(super::in_percents(letters).as_deref(), Some(ours), "{letters}");
        }
        for other in ["%d.%m.%Y", "Monday", "", "-", "DD"] {
            assert_eq!(super::in_percents(other), None, "{other}");
        }
    }

    use super::*;

    fn day(pattern: &str, text: &str) -> Option<Day> {
        Pattern::new(pattern, Want::Day).unwrap().day(text.as_bytes())
    }

    #[test]
    fn a_pattern_is_exact() {
        assert_eq!(day("%m/%d/%Y", "02/28/1996"), Day::new(1996, 2, 28));
        for bad in ["2/28/1996", "02/30/1996", "02/28/1996 ", "02-28-1996", "02/28/96", ""] {
            assert_eq!(day("%m/%d/%Y", bad), None, "{bad}");
        }
        assert_eq!(day("%-d.%-m.%y", "9.3.69"), Day::new(1969, 3, 9));
        assert_eq!(day("%-d.%-m.%y", "09.03.68"), Day::new(2068, 3, 9));
        assert_eq!(day("%d-%b-%Y", "09-MAR-2024"), Day::new(2024, 3, 9));
        assert_eq!(day("%B %-d, %Y", "May 1, 2024"), Day::new(2024, 5, 1));
        assert_eq!(day("%Y%j", "2024366"), Day::new(2024, 12, 31));
        assert_eq!(day("%Y%j", "2023366"), None);
    }

    #[test]
    fn a_pattern_says_what_it_is_for() {
        for (pattern, want) in [
            ("%m/%Y", Want::Day),
            ("%x", Want::Day),
            ("%Y-%m-%d %H:%M", Want::Day),
            ("%Y-%m-%d", Want::Moment),
            ("%I:%M", Want::Time),
            ("%H:%M %p", Want::Time),
            ("%Y-%m-%d %H:%M", Want::Instant),
            ("%s", Want::Moment),
            ("%Y %Y-%m-%d", Want::Day),
            ("%", Want::Day),
        ] {
            assert!(Pattern::new(pattern, want).is_err(), "{pattern}");
        }
    }

    #[test]
    fn times_and_points_in_time_are_read() {
        let time = |p: &str, t: &str| Pattern::new(p, Want::Time).unwrap().time(t.as_bytes());
        assert_eq!(time("%-I:%M %p", "12:05 am"), clock::time(0, 5, 0, 0));
        assert_eq!(time("%H:%M:%S.%f", "23:59:59.25"), clock::time(23, 59, 59, 250_000));
        assert_eq!(time("%H:%M:%S.%f", "23:59:59.1234567"), None);
        assert_eq!(time("%H%M", "2400"), None);
        let instant = |p: &str, t: &str| Pattern::new(p, Want::Instant).unwrap().instant(t.as_bytes());
        assert_eq!(instant("%Y-%m-%d %H:%M%z", "2024-07-01 12:00+0200"), clock::parse(b"2024-07-01T10:00:00"));
        assert_eq!(instant("%Y-%m-%d %H:%M %z", "2024-07-01 12:00 -05"), clock::parse(b"2024-07-01T17:00:00"));
        assert_eq!(instant("%s", "-1"), clock::parse(b"1969-12-31T23:59:59"));
    }

    #[test]
    fn what_is_written_reads_back() {
        let p = Pattern::new("%d %b %Y, %-I:%M:%S.%f %p", Want::Moment).unwrap();
        for text in ["09 Mar 2024, 12:00:00.000000 AM", "31 Dec 1999, 11:59:59.999999 PM"] {
            let (day, time) = clock::split(p.moment(text.as_bytes()).unwrap());
            let mut out = Vec::new();
            p.write(day, time, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), text);
            assert!(text.len() <= p.longest() as usize);
        }
    }
}
