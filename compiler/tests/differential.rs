//! Native code against the interpreter: on generated specs and hostile rows, both do the same.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests read files, settings and the clock")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use migc_abi::PAD;
use migc_abi::lookup::LookupTable;
use migc_compiler::interp::{Course, Interpreter};
use migc_compiler::native::{Items, Native, Sink};
use migc_compiler::plan::{FateKind, Plan, SourceFormat};
use migc_compiler::{compile, row};
use migc_functions::{Info, Value};
use proptest::prelude::*;

mod generator;

use generator::{T, every_template, expr, hostile};

/// What became of the rows.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    /// By target of the program.
    outputs: Vec<String>,
    fates: Vec<(usize, usize)>,
    cleaned: Vec<u64>,
    /// Items that went through each branch, rows of each arrow, items that were apart from each branch; of items that
    /// left, none.
    tally: Vec<u64>,
}

const DELIMITER: u8 = b'|';

/// Rows as a block: bytes with readable bytes round them, and where fields end.
fn block(rows: &[Vec<String>]) -> (Vec<u8>, Vec<u32>) {
    let (mut bytes, mut positions) = (vec![b'\n'; PAD], Vec::new());
    for fields in rows {
        for (i, f) in fields.iter().enumerate() {
            bytes.extend_from_slice(f.as_bytes());
            positions.push((bytes.len() - PAD) as u32);
            bytes.push(if i + 1 == fields.len() { b'\n' } else { DELIMITER });
        }
    }
    bytes.resize(bytes.len() + 2 * PAD, b'x');
    (bytes, positions)
}

fn by_native(plan: &Plan, rows: &[Vec<String>], references: Arc<Vec<LookupTable>>) -> Seen {
    let program = &plan.passes[0].program;
    let SourceFormat::Records(format) = &plan.sources[0].format else { panic!() };
    let stride = format.columns.len();
    let items = Items::delimited(stride, Some(b'"'));
    let targets = program.targets().len();
    let native =
        Native::compile(program, &plan.codes, &items, &vec![Sink::Delimited { delimiter: b',' }; targets]).unwrap();
    let (bytes, positions) = block(rows);
    let mut frame = native.frame(references, program.slots.len());
    (0..targets).for_each(|t| frame.begin(t, Vec::new()));
    frame.base = bytes[PAD..].as_ptr();
    frame.positions = positions.as_ptr();
    frame.items = rows.len() as u64;
    native.run(&mut frame);
    let outputs = (0..targets).map(|t| String::from_utf8(frame.finish(t)).unwrap()).collect();
    let mut fates: Vec<_> = frame.host.events.iter().map(|e| (e.item as usize, e.fate as usize)).collect();
    fates.sort_unstable();
    let mut tally = frame.take_tally();
    if program.of_one().is_some() {
        // A program of one branch and one row counts what went through.
        tally[1] = tally[0];
    }
    Seen { outputs, fates, cleaned: frame.host.cleaned.clone(), tally }
}

/// Whether a value is one of those that the checker has proved it to be.
fn is_known(info: &Info, value: &Value<'_>) -> bool {
    match value {
        Value::Null => info.ty.nullable,
        Value::Num(n) => info.bounds().0 <= *n && *n <= info.bounds().1,
        Value::Text(t) => {
            info.chars().is_none_or(|most| t.chars().count() <= most as usize)
                && info.set.as_ref().is_none_or(|set| set.iter().any(|s| s == t))
        }
        _ => true,
    }
}

fn by_interpreter(plan: &Plan, rows: &[Vec<String>], references: &[LookupTable]) -> Seen {
    let program = &plan.passes[0].program;
    let interpreter = Interpreter::new(program, &plan.codes);
    let (targets, branches) = (program.targets(), program.branches.len());
    let arrows: Vec<_> = program.arrows().map(|(_, arrow)| arrow).collect();
    let mut seen = Seen {
        outputs: Vec::new(),
        fates: Vec::new(),
        cleaned: vec![0; program.slots.len()],
        tally: vec![0; 2 * branches + arrows.len()],
    };
    let mut out = vec![Vec::new(); targets.len()];
    for (i, fields) in rows.iter().enumerate() {
        let last = fields.len() - 1;
        let input = |k: usize| {
            let column = program.inputs[k].column;
            let raw = &fields[column];
            let raw = if column == last { raw.strip_suffix('\r').unwrap_or(raw) } else { raw };
            match raw.strip_prefix('"') {
                Some(inner) => {
                    let inner = inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\"");
                    interpreter.input_value(k, Cow::Owned(inner), true)
                }
                None => interpreter.input_value(k, Cow::Borrowed(raw), false),
            }
        };
        let inputs: Vec<Value<'_>> = (0..program.inputs.len()).map(input).collect();
        let outcome = interpreter.run(&inputs, references);
        for w in &outcome.warnings {
            seen.fates.push((i, w.fate));
        }
        if let Some(fate) = outcome.left {
            assert!(matches!(program.fates[fate].kind, FateKind::Reject | FateKind::Abort));
            seen.fates.push((i, fate));
            continue;
        }
        for (branch, course) in outcome.courses.iter().enumerate() {
            match course {
                Course::Through => seen.tally[branch] += 1,
                Course::Apart => seen.tally[branches + arrows.len() + branch] += 1,
                Course::Dropped(fate) => seen.fates.push((i, *fate)),
            }
        }
        for (slot, value) in program.slots.iter().zip(&outcome.slots) {
            // A slot of a branch that the record did not go is null here.
            assert!(
                *value == Value::Null || is_known(&slot.info, value),
                "{} is {value:?}, and {:?}",
                slot.name,
                slot.info
            );
        }
        for (arrow, values) in &outcome.rows {
            for (output, value) in arrows[*arrow].outputs.iter().zip(values) {
                let info = &output.value.info;
                assert!(is_known(info, value), "{} is {value:?}, and {info:?}", output.name);
            }
            seen.tally[branches + arrow] += 1;
            let target = targets.iter().position(|t| *t == arrows[*arrow].target).unwrap();
            row::write(&arrows[*arrow].outputs, values, b',', &mut out[target]);
        }
        for slot in outcome.cleaned {
            seen.cleaned[slot] += 1;
        }
    }
    seen.fates.sort_unstable();
    seen.outputs = out.into_iter().map(|o| String::from_utf8(o).unwrap()).collect();
    seen
}

/// A reference with a few rows, for lookups.
fn reference() -> Vec<LookupTable> {
    let rows: Vec<Vec<Value<'static>>> = [(1, "one", Some(17)), (2, "zwei, \"2\"", None), (100, "", Some(-5))]
        .iter()
        .map(|(k, t, n)| vec![Value::Num(*k), Value::text(t), n.map_or(Value::Null, Value::Num)])
        .collect();
    let pairs: Vec<Vec<Value<'static>>> =
        [("A", true, "yes"), ("A", false, "no"), ("", true, "empty"), ("17", false, "seventeen")]
            .iter()
            .map(|(t, b, r)| vec![Value::text(t), Value::Bool(*b), Value::text(r)])
            .collect();
    let flags = vec![vec![Value::Bool(true), Value::Num(-1)], vec![Value::Bool(false), Value::Num(1)]];
    let amounts =
        vec![vec![Value::Num(1250), Value::text("twelve fifty")], vec![Value::Num(0), Value::text("nothing")]];
    vec![
        LookupTable::new(&rows, 3, &[0]).unwrap(),
        LookupTable::new(&pairs, 3, &[0, 1]).unwrap(),
        LookupTable::new(&flags, 2, &[0]).unwrap(),
        LookupTable::new(&amounts, 2, &[0]).unwrap(),
    ]
}

fn agree(spec: &str, rows: &[Vec<String>]) -> Result<(), TestCaseError> {
    let compiled = compile(spec, &BTreeMap::new());
    let Some(plan) = compiled.plan else {
        let why: Vec<String> = compiled.diagnostics.iter().map(|d| format!("{} {}", d.rule.code, d.label)).collect();
        // A generator that makes specs which do not compile tests nothing, so it may only rarely.
        return Err(TestCaseError::reject(why.join("; ")));
    };
    let native = by_native(&plan, rows, Arc::new(reference()));
    let interpreter = by_interpreter(&plan, rows, &reference());
    prop_assert_eq!(native, interpreter, "{}", spec);
    Ok(())
}

/// What one row gives, by both engines, or how it leaves.
fn one_row(spec: &str, row: &[&str]) -> String {
    let compiled = compile(spec, &BTreeMap::new());
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let rows = vec![row.iter().map(|f| (*f).to_owned()).collect()];
    let native = by_native(&plan, &rows, Arc::new(Vec::new()));
    assert_eq!(native, by_interpreter(&plan, &rows, &[]));
    match native.fates.first() {
        Some((_, fate)) => plan.passes[0].program.fates[*fate].code.clone(),
        None => native.outputs.concat(),
    }
}

fn small(lines: &str, target: &str) -> String {
    format!(
        "migration m\nsource s = csv(\"s.csv\", delimiter: \"|\") {{ a: text, k: int16? else null }}\ntarget t = csv(\"t.csv\") {{ {target} }}\nmap s -> t {{\n{lines}\n}}\n"
    )
}

#[test]
fn a_replacement_of_another_scale_does_not_move_the_point() {
    let spec = small("let v = decimal(a, 12, 2) else 0.125\n x = v\n n = k ?? 0", "x: decimal(20, 3), n: int16");
    assert_eq!(one_row(&spec, &["12.5", "1"]), "12.500,1\n");
    assert_eq!(one_row(&spec, &["no", "1"]), "0.125,1\n");
    let spec = small("let j = int32(a) else 0.5\n x = j\n n = k ?? 0", "x: decimal(20, 3), n: int16");
    assert_eq!(one_row(&spec, &["7", "1"]), "7.000,1\n");
}

#[test]
fn a_warning_teaches_nothing() {
    let lines = "let u = trim(a)\n x = u\n n = k ?? -2\n check n > 0 else warn \"w\"\n check n > 0 else reject neg";
    let spec = small(lines, "x: text, n: int16");
    assert_eq!(one_row(&spec, &["y", "-2"]), "neg");
}

#[test]
fn null_takes_the_else_of_a_match_or_fails() {
    let spec = small("n = match k { 1 => 10, else => 20 }\n x = a", "x: text, n: int16");
    assert_eq!(one_row(&spec, &["y", ""]), "y,20\n");
    let spec = small("n = match k { 1 => 10, null => 30 } else reject odd\n x = a", "x: text, n: int16");
    assert_eq!(one_row(&spec, &["y", ""]), "y,30\n");
    assert_eq!(one_row(&spec, &["y", "1"]), "y,10\n");
    assert_eq!(one_row(&spec, &["y", "2"]), "odd");
    let spec = small("n = match k { 1 => 10 } else reject odd\n x = a", "x: text, n: int16");
    assert_eq!(one_row(&spec, &["y", ""]), "odd");
}

#[test]
fn a_number_beyond_a_word_is_never_one_of_a_word() {
    let spec = small(
        "drop if a == \"zz\" as d\n n = k ?? 0\n x = match { (k ?? 0) in [18446744073709551617, 2] => \"in\", else => \"out\" }",
        "x: text, n: int16",
    );
    assert_eq!(one_row(&spec, &["y", "1"]), "out,1\n");
    assert_eq!(one_row(&spec, &["y", "2"]), "in,2\n");
}

/// What every generated spec declares.
const DECLARED: &str = r#"codes Code : text(12) { "A" => "alpha", "b" => "be,ta", "" => "nothing" }
codes F : text(8) { "A" => "RETURNED", "b" => "x", "REG AIR" => "y" }
source rows = csv("rows.csv", delimiter: "|") {
  a: text, b: int64? else null, c: text, d: decimal(12, 2) else 0.00, e: decimal(30, 4)? else 1.5, day: date else 2000-01-01
  s: text? null if "N/A", "-", h: text?
  identify by d, day, s
}
reference names = csv("names.csv") { k: int64 key, name: text, v: int64? }
reference pairs = csv("pairs.csv") { p: text key, q: bool key, r: text }
reference flags = csv("flags.csv") { f: bool key, n: int16 }
reference amounts = csv("amounts.csv") { a: decimal(12, 2) key, t: text }
"#;

/// The columns of its target.
const COLUMNS: &str = r#"int: int64, dec: decimal(24, 3)?, text: text, short: text(6)?, bool: bool?, date: date?, src: int32?
  float: float64?, time: time?, stamp: timestamp?, zoned: timestamptz?, uuid: uuid?, bytes: bytes(8)?, json: json?
  form: decimal(24, 3)? as "1.234,56-", born: date? as "%-d.%-m.%y", word: bool? as "ja/nein", hex: uuid? as "hex""#;

/// What every map binds.
const LETS: &str = r#"  let i = b ?? 1
  let j = int32(trim(c)) else 5
  let t = a
  let u = h ?? "x"
  let w = e ?? 2.25
  let day2 = date(c, "%m/%d/%Y") else null
  let n = names[i] else null
  let fl = float64(c) else float64("1.5")
  let ts = timestamp(a) else timestamp("2001-02-03T04:05:06.7")
  let ti = time(c) else time("00:00:01")
  let tz = timestamptz(c) else timestamptz("2001-02-03T04:05:06Z")
  let id = uuid(c) else uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
  let by = bytes(c) else bytes("00ff")
  let js = json(c) else json("[1]")
"#;

/// Further maps from the same source: none for most specs, else one that routes, or one with a `where` into the same
/// target.
fn more_maps((first, second, text, int, which): (String, String, String, String, u8)) -> String {
    let lets = format!("  clean s |> upper\n{LETS}");
    let targets = "target one = csv(\"one.csv\") { text: text, n: int64 }\ntarget two = csv(\"two.csv\") { text: text?, n: int16 }\n";
    let routed = format!(
        "{targets}map rows {{\n{lets}  drop if s == \"A\" as gone\n  -> one when {first} {{\n    let own = {text}\n    text = own\n    n = ({int}) |> must_fit\n    check n != 7 else warn \"seven\"\n  }}\n  -> two when {second} {{\n    reject if j > 3 and {first} as both\n    text = {text}, n = 1\n  }}\n  else drop as neither \"no arrow\"\n}}\n"
    );
    let filtered = format!(
        "map rows where c != \"A\" or b is null -> out {{\n{lets}  drop if {second} and {first} as elsewhere\n  text = {text}\n  int = ({int}) |> must_fit else drop as large\n}}\n"
    );
    match which {
        0..3 | 6 => String::new(),
        3 => routed,
        4 => filtered,
        _ => routed + &filtered,
    }
}

/// A whole spec over the columns a … h.
fn spec() -> impl Strategy<Value = String> {
    let statement = prop_oneof![
        expr(T::Bool, 2).prop_map(|c| format!("  reject if {c} as r1 \"because {{raw.a}}\"\n")),
        expr(T::Bool, 2).prop_map(|c| format!("  drop if {c} and i == 2 as d1\n")),
        expr(T::Int, 2).prop_map(|c| format!("  reject if {c} * 3 > 1_000_000 as big\n")),
    ];
    let second = (expr(T::Bool, 2), expr(T::Bool, 2), expr(T::Text, 2), expr(T::Int, 2), 0..7u8);
    let outputs =
        (expr(T::Int, 3), expr(T::Dec, 3), expr(T::Text, 3), expr(T::Bool, 2), expr(T::Date, 2), expr(T::Text, 2));
    let others = (
        (expr(T::Float, 2), expr(T::Time, 2), expr(T::Stamp, 2), expr(T::Zoned, 2)),
        (expr(T::Uuid, 2), expr(T::Bytes, 2), expr(T::Json, 1), expr(T::Dec, 1), expr(T::Date, 1), expr(T::Bool, 1)),
    );
    let tail = proptest::sample::select(vec!["", " else reject out_of_range", " else 0", " else drop as odd"]);
    let flags = (any::<bool>(), any::<bool>());
    (proptest::collection::vec(statement, 0..3), outputs, others, tail, expr(T::Bool, 2), flags, second).prop_map(
        |(statements, (int, dec, text, boolean, date, short), others, tail, check, (warn, long), second)| {
            let ((float, time, stamp, zoned), (uuid, bytes, json, form, day, word)) = others;
            let second_where = second.4 >= 5;
            let more_maps = more_maps(second);
            // A long program keeps its values in memory, and not in registers.
            let more: String =
                (0..if long { 90 } else { 0 }).map(|i| format!("  let z{i} = i + {i} else 0\n")).collect();
            let check_tail = if warn { "warn \"odd: {t}\"" } else { "reject check_failed" };
            format!(
                r#"migration generated
{DECLARED}target out = csv("out.csv") {{ {COLUMNS} }}
map rows{} -> out {{
  clean a |> trim
  clean h |> upper
{LETS}{}{more}  let v1 = {int} else null
  let v2 = {dec} else null
  let v3 = {text} else null
  let v4 = {day} else null
  int = ({int}) |> must_fit{tail}
  dec = ({dec}) |> must_fit else null
  text = {text}
  short = ({short}) |> must_fit else "longer"
  bool = {boolean}
  date = {date}
  src = j
  float = {float}
  time = {time}
  stamp = {stamp}
  zoned = {zoned}
  uuid = {uuid}
  bytes = {bytes} |> must_fit else null
  json = {json}
  form = ({form}) |> must_fit else null
  born = match {{ {word} => {day}, else => null }}
  word = match {{ i > 3 => {word}, else => null }}
  hex = id
  check {check} else {check_tail}
}}
{more_maps}"#,
                if second_where { " where c != \"A\" and h is not null" } else { "" },
                statements.concat()
            )
        },
    )
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let row = proptest::collection::vec(hostile(), 8);
    (proptest::collection::vec(row, 1..12), any::<bool>()).prop_map(|(mut rows, crlf)| {
        for r in &mut rows {
            if crlf && let Some(last) = r.last_mut() {
                last.push('\r');
            }
        }
        rows
    })
}

/// How many specs: 300, or what `PROPTEST_CASES` says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

#[test]
fn every_template_of_the_generator_compiles() {
    let mut wrong = Vec::new();
    for (t, template) in every_template() {
        let value = if t == T::Text { template.clone() } else { format!("text({template})") };
        let spec = format!(
            "migration m\n{DECLARED}target out = csv(\"out.csv\") {{ text: text? }}\nmap rows -> out {{\n{LETS}  text = {value}\n}}\n"
        );
        let compiled = compile(&spec, &BTreeMap::new());
        // The columns that an expression does not use are no mistake of its own.
        let mine = |d: &&migc_grammar::diagnostic::Diagnostic| {
            d.rule.level == migc_grammar::diagnostic::Level::Error && d.rule.code != "MIG0113"
        };
        wrong.extend(
            compiled.diagnostics.iter().filter(mine).map(|d| format!("{template}: {} {}", d.rule.code, d.label)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_global_rejects: 3 * cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn native_code_does_what_the_interpreter_does(spec in spec(), rows in rows()) {
        agree(&spec, &rows)?;
    }
}
