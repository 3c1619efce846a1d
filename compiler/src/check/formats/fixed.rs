//! `fixed`: columns at fixed places.

use migc_functions::Kind;
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::span::Span;
use migc_grammar::tree::{Attr, Ignored, Member, Places};

use super::super::{Column, Env, plain_text};
use super::{Format, Given};
use crate::plan::{ColumnPlace, RecordLayout, Slab, TargetLayout};
use crate::rules;

pub(super) const FORMAT: Format = Format {
    name: "fixed",
    options: (&["encoding", "decimal", "null", "skip", "record_length"], &["encoding", "decimal"]),
    attributes: &["at", "align", "fill"],
    source,
    place,
    target,
    knows_null: false,
};

fn places(column: &Column<'_>) -> Option<Places> {
    column.tree.attrs.iter().find_map(|a| if let Attr::At(p) = a { Some(*p) } else { None })
}

/// Every range of characters with what it is; ranges that overlap are told.
fn ranges<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Vec<(u32, u32, Span)> {
    let mut ranges = Vec::new();
    for c in given.columns {
        match places(c) {
            Some(p) => ranges.push((p.first - 1, p.last, p.span)),
            None if c.broken => {}
            None => env.error(
                Diagnostic::new(&rules::FIXED_PLACES, c.tree.name.span, "the place of this column is not said")
                    .help("write it behind the type: `name: text at 1..10`, or `at 1 for 10`"),
            ),
        }
    }
    for member in &given.place.members {
        if let Member::Ignore(i) = member
            && let Ignored::Places(p) = &i.what
        {
            ranges.push((p.first - 1, p.last, p.span));
        }
    }
    ranges.sort_unstable_by_key(|r| (r.0, r.1));
    for pair in ranges.windows(2) {
        if let [before, after] = pair
            && after.0 < before.1
        {
            let label = format!("character {} belongs to two", after.0 + 1);
            env.error(
                Diagnostic::new(&rules::FIXED_PLACES, after.2, label)
                    .also(before.2, "to this one too")
                    .help("give each character to one column; both ends of a range are included"),
            );
        }
    }
    ranges
}

fn source<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<RecordLayout> {
    let before = env.diagnostics.len();
    let ranges = ranges(env, given);
    let end = ranges.iter().map(|r| r.1).max().unwrap_or(0);
    let single = migc_encodings::find(given.options.encoding).is_some_and(|e| e.is_single());
    let width = match given.options.record_length {
        // A character has at least one byte.
        Some((length, said)) if single || length < end => {
            if length < end {
                let label = format!("the record is said to have {length} bytes, and a column ends at {end}");
                let last = ranges.iter().max_by_key(|r| r.1).map_or(said, |r| r.2);
                env.error(
                    Diagnostic::new(&rules::FIXED_PLACES, said, label)
                        .also(last, "this column ends behind it")
                        .help("one of the two is wrong: the record is as long as its last column reaches, or longer"),
                );
            }
            length.max(end)
        }
        _ => end,
    };
    // A gap beside an overlap, or beside a column that could not be read, is no second mistake.
    let whole = env.diagnostics.len() == before && given.columns.iter().all(|c| !c.broken && places(c).is_some());
    if !given.ignore_others && whole {
        let mut at = 0;
        for (first, last) in ranges.iter().map(|r| (r.0, r.1)).chain([(width, width)]) {
            if first > at {
                let label = format!("nothing is said of the characters {}..{first}", at + 1);
                env.error(
                    Diagnostic::new(&rules::FIXED_PLACES, given.place.name.span, label)
                        .help(format!("declare them, or write `ignore {}..{first} \"why\"`", at + 1)),
                );
            }
            at = at.max(last);
        }
    }
    Some(RecordLayout::Fixed { width, record_length: given.options.record_length.map(|(length, _)| length) })
}

fn place(column: &Column<'_>, _: Option<usize>) -> Option<ColumnPlace> {
    let p = places(column)?;
    let both = !column.ty.kind.is_text();
    Some(ColumnPlace::Characters { first: p.first - 1, end: p.last, both })
}

fn target<'t>(env: &mut Env<'t>, given: &Given<'_, 't>) -> Option<TargetLayout> {
    ranges(env, given);
    let mut slabs = Vec::new();
    for (at, c) in given.columns.iter().enumerate() {
        let p = places(c)?;
        let width = p.last - p.first + 1;
        match widest(env, &c.ty.kind) {
            // What `as` makes of it is measured where it is written.
            _ if c.form.is_some() => {}
            Some(widest) if widest <= width => {}
            Some(widest) => {
                let help = match &c.ty.kind {
                    k if k.is_text() => {
                        format!("declare `text({width})`, and the map says what happens to longer ones")
                    }
                    k if k.is_number() => {
                        "declare a `decimal` of fewer digits; a sign and a point take a character each".to_owned()
                    }
                    _ => "give it more characters".to_owned(),
                };
                let label = format!("{} can take {widest} characters, and here are {width}", c.ty.kind);
                env.error(Diagnostic::new(&rules::MAY_NOT_FIT, p.span, label).help(help));
            }
            None if c.ty.kind.held_as_text() => {
                let label = "a text of any length has no room in a column";
                env.error(
                    Diagnostic::new(&rules::MAY_NOT_FIT, c.tree.ty.span, label)
                        .help(format!("declare `text({width})`, and the map says what happens to longer ones")),
                );
            }
            None => {
                let label = format!("{} in a column of fixed width is not built yet", c.ty.kind);
                env.error(
                    Diagnostic::new(&migc_grammar::rules::NOT_YET, c.tree.ty.span, label)
                        .help("make a text of it: `text(x)`"),
                );
            }
        }
        let right = c.tree.attrs.iter().find_map(|a| if let Attr::Align(right, _) = a { Some(*right) } else { None });
        let fill = c.tree.attrs.iter().find_map(|a| if let Attr::Fill(l) = a { Some(l) } else { None });
        let filled = fill.map(|l| l.span);
        let fill = match fill.map(|l| (plain_text(l), l.span)) {
            None => b' ',
            Some((Some(t), _)) if t.len() == 1 && !t.starts_with(|c: char| c.is_ascii_control()) => t.as_bytes()[0],
            Some((_, span)) => {
                let label = "a column is filled with one ASCII character: `fill \"0\"`";
                env.error(Diagnostic::new(&rules::FIXED_PLACES, span, label));
                b' '
            }
        };
        let number = c.ty.kind.is_number() || c.ty.kind == Kind::Float64;
        let right = right.unwrap_or(number);
        if let (true, true, Some(span)) = (number, fill.is_ascii_digit(), filled) {
            // The digits of a number, and nothing in front of its sign or behind its last digit.
            let bare = c.form.as_deref().is_none_or(|f| {
                !f.starts_with(['(', '-']) && f.starts_with(|d: char| d.is_ascii_digit() || d == 'i' || d == 'z')
            });
            if !right || fill != b'0' || !bare {
                let label = "what this fills up would be read as another number";
                env.error(
                    Diagnostic::new(&rules::FIXED_PLACES, span, label)
                        .help("`fill \"0\"` stands in front of the digits of a number: `align right fill \"0\"`"),
                );
            }
        }
        slabs.push(Slab { column: at, first: p.first - 1, width, right, fill });
    }
    slabs.sort_unstable_by_key(|s| s.first);
    Some(TargetLayout::Fixed(slabs))
}

/// How many characters a value of a type can take, where that is known.
fn widest(env: &Env<'_>, kind: &Kind) -> Option<u32> {
    Some(match kind {
        Kind::Bool => 5,
        Kind::Int16 => 6,
        Kind::Int32 => 11,
        Kind::Int64 => 20,
        Kind::Date => 10,
        Kind::Time => 15,
        Kind::Timestamp => 26,
        Kind::TimestampTz => 27,
        Kind::Float64 => 24,
        Kind::Uuid => 36,
        Kind::Bytes(n) => (*n)?.checked_mul(2)?,
        // A sign, a point, and a zero before the point where there is no other digit.
        Kind::Decimal { p, s } => u32::from(*p).max(u32::from(*s) + 1) + 1 + u32::from(*s > 0),
        Kind::Text(n) => (*n)?,
        Kind::OneOf(texts) => texts.iter().map(|t| t.chars().count() as u32).max()?,
        Kind::Codes(name) => {
            let list = env.codes.iter().find(|c| c.name == *name)?;
            list.rows.iter().map(|(_, to)| to.chars().count() as u32).max()?
        }
        _ => return None,
    })
}
