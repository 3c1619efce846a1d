//! `at_zone`

use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, want_constant_text};
use crate::types::{Info, Kind};
use crate::value::Value;
use crate::zone::Zone;

/// `at_zone(moment, zone)`, which is also the operator `moment at zone "…"`
pub(super) static AT_ZONE: Function = Function {
    name: "at_zone",
    params: "moment, zone",
    summary: "A local time as a point in time, or a point in time as the local time of a zone.",
    details: "Also written `seen at zone \"Europe/Berlin\"`. A `timestamp` becomes a `timestamptz`, and the other way round. A local \
              time that the clocks of the zone skip or show twice fails. Zones are those of the IANA database, which is part of the \
              program.",
    examples: &[
        Example(r#"timestamp("2024-07-01T12:00:00") at zone "Europe/Berlin""#, "2024-07-01T10:00:00Z"),
        Example(r#"timestamptz("2024-01-01T00:00:00Z") at zone "America/New_York""#, "2023-12-31T19:00:00"),
        Example(r#"timestamp("2024-03-31T02:30:00") at zone "Europe/Berlin""#, "fails"),
    ],
    arity: (2, 2),
    infer: |args| {
        zone(args, 1)?;
        match args[0].ty.kind {
            Kind::Timestamp => Ret::partial(Info::required(Kind::TimestampTz)),
            Kind::TimestampTz => Ret::partial(Info::required(Kind::Timestamp)),
            Kind::Date => Mismatch::at(0, "this is a whole day: `timestamp(…)` is its midnight"),
            _ => Mismatch::at(0, format!("this is {}, and a timestamp or a timestamptz is wanted", args[0].ty)),
        }
    },
    prepare: |args| {
        let (zone, local) = (zone(args, 1).ok(), args[0].ty.kind == Kind::Timestamp);
        Box::new(move |args| {
            let Some(zone) = &zone else { return Err(Fail::because("has no zone")) };
            let at = num(args, 0) as i64;
            let at = if local { zone.utc(at) } else { zone.local(at) };
            at.map(|at| Value::Num(i128::from(at))).map_err(Fail::because)
        })
    },
    ..PLAIN
};

/// The zone written out as argument `i`.
pub(super) fn zone(args: &[Info], i: usize) -> Result<Zone, Mismatch> {
    let name = want_constant_text(args, i, "the zone")?;
    Zone::new(name).ok_or_else(|| Mismatch {
        arg: Some(i),
        message: format!("there is no zone \"{name}\"; zones are called as in \"Europe/Berlin\" or \"UTC\""),
    })
}
