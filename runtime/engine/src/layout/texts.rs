//! Texts, written anew: each is a record, and its fields go through programs.

use std::borrow::Cow;
use std::collections::BTreeMap;

use migc_compiler::interp::Interpreter;
use migc_compiler::plan::{LayerAt, TextField, TextOf, Texts};
use migc_functions::Value;
use migc_layout::{Cell, Element, Kind, Name, Outcome, Real, Real8, Strans};

use super::computed::number;
use super::work::LayoutMap;

/// What strings of a layer come to. Texts are few, so the interpreter runs them whatever the engine is.
pub(super) struct Rewriter {
    program: Interpreter,
    known: BTreeMap<String, String>,
}

impl Rewriter {
    /// None where the map leaves strings of the layer as they are.
    pub(super) fn new(map: &LayoutMap<'_>, texts: &Texts) -> Option<Rewriter> {
        let field = texts.fields.iter().find(|f| f.of == TextOf::String)?;
        Some(Rewriter { program: Interpreter::new(&field.program, &map.plan.codes), known: BTreeMap::new() })
    }

    /// What a string comes to.
    pub(super) fn string(&mut self, text: &str) -> String {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let outcome = self.program.run(&[Value::Text(Cow::Borrowed(text))], &[]);
        let new = match outcome.rows.first().and_then(|(_, row)| row.first()) {
            Some(Value::Text(new)) => new.to_string(),
            // The checker lets nothing through that can fail.
            _ => text.to_owned(),
        };
        self.known.insert(text.to_owned(), new.clone());
        new
    }
}

/// Writes the texts of the result anew, where the map says so.
pub(super) fn rewrite(map: &LayoutMap<'_>, outcome: &mut Outcome) -> Result<(), String> {
    let Ok((_, to)) = map.sides() else { return Ok(()) };
    let dbu = map.dbu();
    for texts in &map.shapes.texts {
        let mut rewriter = Rewriter::new(map, texts);
        let others = texts.fields.iter().filter(|f| f.of != TextOf::String);
        let others: Vec<(&TextField, Interpreter)> =
            others.map(|f| (f, Interpreter::new(&f.program, &map.plan.codes))).collect();
        let on = number(LayerAt::Target(texts.to), to);
        let mut changed = 0;
        for cell in &mut outcome.library.cells {
            for at in 0..cell.elements.len() {
                let e = cell.elements[at];
                let Kind::Text(i) = e.kind else { continue };
                if (e.layer, e.datatype) != on {
                    continue;
                }
                let before = (cell.texts.get(i as usize).cloned(), cell.points_of(&e).first().copied());
                write(cell, &e, i as usize, rewriter.as_mut(), &others, dbu)?;
                let after = (cell.texts.get(i as usize).cloned(), cell.points_of(&e).first().copied());
                changed += u64::from(before != after);
            }
        }
        outcome.notes.push(format!("`{}`: {changed} texts are written anew", to[texts.to].name));
    }
    Ok(())
}

/// Writes one text anew. All of its programs see it as it was.
fn write(
    cell: &mut Cell,
    e: &Element,
    i: usize,
    rewriter: Option<&mut Rewriter>,
    others: &[(&TextField, Interpreter)],
    dbu: i64,
) -> Result<(), String> {
    let Some(text) = cell.texts.get(i) else { return Ok(()) };
    let Ok(string) = std::str::from_utf8(text.string.bytes()).map(str::to_owned) else {
        return Err(format!("a text in the cell `{}` is no UTF-8: \"{}\"", cell.name, text.string));
    };
    let [x, y] = cell.points_of(e).first().copied().unwrap_or_default();
    let whole = |n: i64| Value::Num(i128::from(n));
    let inputs = [
        Value::Text(Cow::Borrowed(&string)),
        size(text.strans.and_then(|s| s.mag), dbu).map_or(Value::Null, whole),
        whole(angle(text.strans.and_then(|s| s.angle))),
        whole(x.into()),
        whole(y.into()),
    ];
    let mut results = Vec::new();
    for (field, program) in others {
        let outcome = program.run(&inputs, &[]);
        let row: Vec<i128> = match outcome.rows.first() {
            Some((_, row)) => row.iter().filter_map(Value::num).collect(),
            None => Vec::new(),
        };
        let out_of_range =
            || format!("the {} of the text \"{string}\" in the cell `{}` leaves its range", field.of.name(), cell.name);
        if row.is_empty() {
            return Err(out_of_range());
        }
        let scale = field.program.branches[0].arrows[0].outputs[0].ty.kind.scale();
        results.push((field.of, row, u32::from(scale), out_of_range()));
    }
    let text = &mut cell.texts[i];
    if let Some(rewriter) = rewriter {
        text.string = Name::from(rewriter.string(&string).as_str());
    }
    for (of, row, scale, out_of_range) in results {
        match (of, row.as_slice()) {
            (TextOf::Size, [n]) if *n > 0 => {
                let mag = Real8::ratio(n * i128::from(dbu), i128::from(MICROMETRE)).into();
                text.strans.get_or_insert_default().mag = Some(mag);
            }
            (TextOf::Angle, [n]) => {
                let per = 10i128.pow(scale);
                let angle = Real8::ratio(n.rem_euclid(360 * per), per).into();
                set_angle(&mut text.strans, angle);
            }
            (TextOf::At, [x, y]) => match (i32::try_from(*x), i32::try_from(*y)) {
                (Ok(x), Ok(y)) => cell.points[e.start as usize] = [x, y],
                _ => return Err(out_of_range),
            },
            _ => return Err(out_of_range),
        }
    }
    Ok(())
}

/// A text that is not turned needs no word of it.
fn set_angle(strans: &mut Option<Strans>, angle: Real) {
    match strans {
        Some(strans) => strans.angle = Some(angle),
        None if angle.whole() == Some(0) => {}
        None => *strans = Some(Strans { angle: Some(angle), ..Strans::default() }),
    }
}

/// 1 µm in 10⁻¹⁵ m: the height of a text that is magnified by 1.
const MICROMETRE: i64 = 1_000_000_000;

/// The height of a text in database units, to the nearest one.
fn size(mag: Option<Real>, dbu: i64) -> Option<i64> {
    let exact = mag?.times(i128::from(MICROMETRE), i128::from(dbu))?;
    let near = exact.to_f64().round();
    (near.abs() < (1_i64 << 40) as f64).then_some(near as i64)
}

/// An angle in millionths of a degree, to the nearest one, within a whole turn.
fn angle(angle: Option<Real>) -> i64 {
    let Some(exact) = angle.and_then(|a| a.times(1_000_000, 1)) else { return 0 };
    let turned = exact.to_f64() % 360e6;
    (turned.round() as i64).rem_euclid(360_000_000)
}
