//! Time zones by name, from the database that is compiled in: no zone is looked up on the machine that runs.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::clock;

/// A zone: `Europe/Berlin`, `UTC`.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

/// Why a local time is not one point in time, said as the end of a sentence.
const SKIPPED: &str = "is skipped in this zone: the clocks went forward over it";
const TWICE: &str = "happened twice in this zone: the clocks went back over it";
const OUTSIDE: &str = "lies outside the years 0 to 9999 there";

impl Zone {
    /// The zone of this name, as the IANA database spells it; capitals do not matter.
    pub fn new(name: &str) -> Option<Zone> {
        TimeZoneDatabase::bundled().get(name).ok().map(Zone)
    }
    /// The names of zones.
    pub fn names() -> Vec<String> {
        TimeZoneDatabase::bundled().available().map(|name| name.as_str().to_owned()).collect()
    }
    /// What the clocks of the zone show at a point in time of UTC.
    pub fn local(&self, utc: i64) -> Result<i64, &'static str> {
        let at = Timestamp::from_microsecond(utc).map_err(|_| OUTSIDE)?;
        let offset = i64::from(self.0.to_offset(at).seconds());
        clock::inside(utc + offset * clock::SECOND).ok_or(OUTSIDE)
    }
    /// The point in time of UTC at which the clocks of the zone show this; a time that they skip or show twice is none.
    pub fn utc(&self, local: i64) -> Result<i64, &'static str> {
        let (day, time) = clock::split(local);
        let ((year, month, day), (hour, minute, second, _)) = (day.parts(), clock::parts(time));
        let date = Date::new(year as i16, month as i8, day as i8).map_err(|_| OUTSIDE)?;
        let shown: DateTime = date.at(hour as i8, minute as i8, second as i8, 0);
        match self.0.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                clock::inside(local - i64::from(offset.seconds()) * clock::SECOND).ok_or(OUTSIDE)
            }
            AmbiguousOffset::Gap { .. } => Err(SKIPPED),
            AmbiguousOffset::Fold { .. } => Err(TWICE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        clock::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn summer_and_winter_have_their_offsets() {
        let berlin = Zone::new("Europe/Berlin").unwrap();
        assert_eq!(berlin.utc(at("2024-07-01T12:00:00")), Ok(at("2024-07-01T10:00:00")));
        assert_eq!(berlin.utc(at("2024-01-01T12:00:00.5")), Ok(at("2024-01-01T11:00:00.5")));
        assert_eq!(berlin.local(at("2024-07-01T10:00:00")), Ok(at("2024-07-01T12:00:00")));
    }

    #[test]
    fn a_time_that_is_skipped_or_shown_twice_is_no_point_in_time() {
        let berlin = Zone::new("Europe/Berlin").unwrap();
        assert_eq!(berlin.utc(at("2024-03-31T02:30:00")), Err(SKIPPED));
        assert_eq!(berlin.utc(at("2024-10-27T02:30:00")), Err(TWICE));
    }

    #[test]
    fn an_unknown_zone_is_none() {
        assert!(Zone::new("Europe/Atlantis").is_none());
    }
}
