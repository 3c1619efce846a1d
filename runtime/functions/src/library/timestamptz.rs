//! `timestamptz`

use super::at_zone::zone;
use super::time::{pattern, read, wants_text};
use crate::clock;
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, text};
use crate::pattern::Want;
use crate::types::{Info, Kind};

/// `timestamptz(text[, pattern[, zone]])`
pub(super) static TIMESTAMPTZ: Function = Function {
    name: "timestamptz",
    params: "text[, pattern[, zone]]",
    summary: "A point in time, from a text of exactly the given form; it is held and written as the time of UTC.",
    details: "Without a pattern, a text is `YYYY-MM-DDTHH:MM:SS` with an optional fraction, and `Z` or an offset such as `+02:00` behind it. A \
              pattern has an offset (`%z`: `Z`, `+02:00`, `+0200` or `+02`), or is `%s`, the seconds since 1970, or the zone of the local \
              times stands behind it. Other values are taken to a zone by `at zone`.",
    examples: &[
        Example(r#"timestamptz("2024-07-01T12:00:00+02:00")"#, "2024-07-01T10:00:00Z"),
        Example(r#"timestamptz("1704067200", "%s")"#, "2024-01-01T00:00:00Z"),
        Example(r#"timestamptz("01.07.2024 12:00", "%d.%m.%Y %H:%M", "Europe/Berlin")"#, "2024-07-01T10:00:00Z"),
        Example(r#"timestamptz("31.03.2024 02:30", "%d.%m.%Y %H:%M", "Europe/Berlin")"#, "fails"),
        Example(r#"timestamptz("2024-07-01T12:00:00")"#, "fails"),
    ],
    arity: (1, 3),
    infer: |args| {
        if matches!(args[0].ty.kind, Kind::Timestamp | Kind::Date) {
            return Mismatch::at(
                0,
                format!(
                    "this is {}, which is a point in time only in a zone: `… at zone \"Europe/Berlin\"`",
                    args[0].ty
                ),
            );
        }
        wants_text(args)?;
        if args.len() > 2 {
            zone(args, 2)?;
        }
        pattern(args, want(args))?;
        Ret::partial(Info::required(Kind::TimestampTz))
    },
    prepare: |args| {
        let pattern = pattern(args, want(args)).ok().flatten();
        let zone = if args.len() > 2 { zone(args, 2).ok() } else { None };
        Box::new(move |args| {
            let t = text(args, 0).as_bytes();
            let at = match (&pattern, &zone) {
                (Some(p), Some(zone)) => match p.moment(t).map(|local| zone.utc(local)) {
                    Some(Err(why)) => return Err(Fail::because(why)),
                    at => at.and_then(Result::ok),
                },
                (Some(p), None) => p.instant(t),
                _ => clock::parse_utc(t),
            };
            read(t, at, "is not a point in time of the wanted form")
        })
    },
    ..PLAIN
};

/// With a zone, a pattern says a local time.
fn want(args: &[Info]) -> Want {
    if args.len() > 2 { Want::Moment } else { Want::Instant }
}
