//! Validation criteria that others have defined by cases: data, a criterion, whether it holds, and which rows break it.
//! Each becomes a spec and a file, and the rows that the command rejects must be those rows.
//!
//! A share of rows that may break a criterion (`mostly`) is taken from the rejected rows here. What has no meaning in a spec
//! is told with its reason: types that a file of text does not have, dialects of patterns, schemas of JSON, conditions on rows
//! in another language, and whatever judges a column or a table as a whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::cases::cases;
use crate::support::Folder;

/// What a criterion is as a spec: the columns `a`, `b` … in the order of the case's own.
struct Criterion {
    columns: Vec<String>,
    /// Of every column.
    ty: &'static str,
    /// What must hold of a row; rows that are left out hold.
    check: Option<String>,
    /// Values that are not of the type break it.
    typed: bool,
    unique: bool,
    /// Which rows count, by how many of their values are null.
    counts: fn(nulls: usize, columns: usize) -> bool,
}

const NAMES: [&str; 3] = ["a", "b", "c"];

/// The criterion of a case, or why there is none.
fn criterion(kind: &str, case: &Value) -> Result<Criterion, &'static str> {
    let input = &case["in"];
    let only = |backend: &str| {
        case["only_for"].as_array().is_none_or(|all| all.iter().any(|of| text(of).starts_with(backend)))
    };
    if !case["out"]["success"].is_boolean() {
        return Err("it asks for an exception");
    }
    if input.get("row_condition").is_some() {
        return Err("a condition on rows in another language");
    }
    if case["only_for"].as_array().is_some_and(|all| all.len() == 1 && all[0] == "mssql") {
        return Err("patterns of another dialect");
    }
    if case["only_for"].as_array().is_some_and(|all| all.len() == 1 && text(&all[0]).starts_with("bigquery")) {
        return Err("null as a text");
    }
    let of = |check: String| Criterion {
        columns: vec![text(&input["column"])],
        ty: "text",
        check: Some(format!("a is null or {check}")),
        typed: false,
        unique: false,
        counts: |nulls, columns| nulls < columns,
    };
    let like = |pattern: &Value| format!("a like {pattern}");
    let typed = |ty| Criterion { ty, check: None, typed: true, ..of(String::new()) };
    Ok(match kind {
        "expect_column_values_to_be_null" => {
            Criterion { check: Some("a is null".into()), counts: |_, _| true, ..of(String::new()) }
        }
        "expect_column_values_to_be_between" => {
            let mut bounds = Vec::new();
            for (name, operator) in [("min_value", ">="), ("max_value", "<=")] {
                let Some(bound) = input.get(name) else { continue };
                // Now is some moment behind all of the data.
                let moment = match bound["$PARAMETER"].as_str() {
                    Some("now()") => "2026-01-01T00:00:00",
                    Some("now() - timedelta(weeks=52*100)") => "1926-05-01T00:00:00",
                    Some("datetime(2003, 1, 1)") => "2003-01-01T00:00:00",
                    Some("datetime(1969, 1, 1)") => "1969-01-01T00:00:00",
                    _ => return Err("a bound in another language"),
                };
                bounds.push(format!("a {operator} timestamp(\"{moment}\")"));
            }
            Criterion { ty: "timestamp", ..of(format!("({})", bounds.join(" and "))) }
        }
        "expect_column_values_to_match_regex" => of(format!("a matches r{}", input["regex"])),
        "expect_column_values_to_match_like_pattern" => of(like(&input["like_pattern"])),
        "expect_column_values_to_not_match_like_pattern" => of(format!("not {}", like(&input["like_pattern"]))),
        "expect_column_values_to_match_like_pattern_list" => {
            let all: Vec<String> = input["like_pattern_list"].as_array().unwrap().iter().map(like).collect();
            of(format!("({})", all.join(if input["match_on"] == "all" { " and " } else { " or " })))
        }
        "expect_column_values_to_be_json_parseable" if input["column"] == "c" => {
            return Err("a number that is no text");
        }
        "expect_column_values_to_be_json_parseable" => typed("json"),
        "expect_column_values_to_be_of_type" | "expect_column_values_to_be_in_type_list" => {
            if !only("pandas") {
                return Err("types of a database");
            }
            let one = [input["type_"].clone()];
            let types = input["type_list"].as_array().map_or(&one[..], Vec::as_slice);
            let has = |name: &str| types.iter().any(|ty| ty == name);
            match types {
                _ if has("str") => typed("text"),
                [ty] if ty == "int" => typed("int64"),
                [ty] if ty == "float" => typed("float64"),
                [ty] if ty == "bool" => typed("bool"),
                [ty] if ty == "datetime64" => typed("timestamp"),
                [ty] if ty == "Timestamp" => typed("timestamptz"),
                _ => return Err("types that a file of text does not have"),
            }
        }
        "expect_column_pair_values_to_be_equal" => {
            let columns = vec![text(&input["column_A"]), text(&input["column_B"])];
            let either = input["ignore_row_if"] == "either_value_is_missing";
            let check = match either {
                true => "a is null or b is null or a == b",
                false => "(a is null and b is null) or (a is not null and b is not null and a == b)",
            };
            let counts = if either { |nulls, _| nulls == 0 } else { |nulls, columns| nulls < columns };
            Criterion { columns, check: Some(check.into()), counts, ..of(String::new()) }
        }
        "expect_column_values_to_be_unique" => Criterion { check: None, unique: true, ..of(String::new()) },
        "expect_compound_columns_to_be_unique" => {
            let columns = input["column_list"].as_array().unwrap().iter().map(text).collect();
            Criterion { columns, check: None, unique: true, ..of(String::new()) }
        }
        "expect_column_values_to_match_json_schema" => return Err("a schema of JSON"),
        _ => return Err("it judges a column or a table as a whole"),
    })
}

/// A value as a file of text holds it; null is nothing.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // 6 may have become 6.0 beside a null.
        Value::Number(n) => n.as_f64().filter(|n| n.fract() == 0.0).map_or(n.to_string(), |n| format!("{n}")),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

impl Criterion {
    fn spec(&self) -> String {
        let names = &NAMES[..self.columns.len()];
        let mut spec = "migration criterion\nsource rows = csv(\"rows.csv\") {\n  row: int64\n".to_owned();
        for (name, from) in names.iter().zip(&self.columns) {
            let tail = if self.typed && self.ty != "text" { " else reject unexpected" } else { "" };
            // Whatever the case calls its columns, and however often it names one.
            writeln!(spec, "  {name}: {}? from \"{name} {from}\"{tail}", self.ty).unwrap();
        }
        spec.push_str("}\ntarget out = csv(\"out.csv\") {\n  row: int64\n");
        names.iter().for_each(|name| writeln!(spec, "  {name}: {}?", self.ty).unwrap());
        if self.unique {
            writeln!(spec, "  unique ({}) keep first else reject unexpected", names.join(", ")).unwrap();
        }
        writeln!(spec, "}}\nmap rows -> out {{\n  copy row, {}", names.join(", ")).unwrap();
        if let Some(check) = &self.check {
            writeln!(spec, "  check {check} else reject unexpected").unwrap();
        }
        spec + "}\n"
    }

    /// Which rows break it, and how many count.
    fn judge(&self, data: &Value) -> (Vec<usize>, usize, Vec<Vec<String>>) {
        let column = |name: &String| data[name].as_array().unwrap_or_else(|| panic!("no column {name}"));
        let columns: Vec<&Vec<Value>> = self.columns.iter().map(column).collect();
        let rows: Vec<Vec<String>> =
            (0..columns[0].len()).map(|row| columns.iter().map(|column| text(&column[row])).collect()).collect();
        let mut file = "row".to_owned();
        NAMES.iter().zip(&self.columns).for_each(|(name, from)| write!(file, ",{name} {from}").unwrap());
        for (at, row) in rows.iter().enumerate() {
            write!(file, "\n{at}").unwrap();
            row.iter().for_each(|value| write!(file, ",{}", quoted(value)).unwrap());
        }
        let folder = Folder::new();
        folder.write("m.mig", self.spec()).write("rows.csv", file + "\n");
        let said = folder.migc("run m.mig");
        assert_eq!(said.code, 0, "{}\n{}", said.err, self.spec());
        let mut broken = Vec::new();
        for line in folder.text("rejects.jsonl").lines() {
            let reject: Value = serde_json::from_str(line).unwrap();
            assert_eq!(reject["code"], "unexpected", "{line}");
            broken.push(reject["record"].as_u64().unwrap() as usize - 1);
        }
        if self.unique {
            // The first of several equal ones is kept by the command, and breaks the criterion like the others.
            broken = (0..rows.len()).filter(|row| broken.iter().any(|other| rows[*row] == rows[*other])).collect();
        }
        let counted = |row: &&Vec<String>| (self.counts)(row.iter().filter(|v| v.is_empty()).count(), row.len());
        let count = rows.iter().filter(counted).count();
        (broken, count, rows)
    }
}

/// The rows that a case names, by their numbers.
fn indices(out: &Value) -> Option<Vec<usize>> {
    let list = out["unexpected_index_list"].as_array()?;
    let index = |of: &Value| of.as_u64().or(of["pk_index"].as_u64()).unwrap() as usize;
    Some(list.iter().map(index).collect())
}

/// The values of the rows that a case names.
fn values(out: &Value, columns: &[String]) -> Option<Vec<Vec<String>>> {
    let row = |of: &Value| match of {
        Value::Array(all) => all.iter().map(text).collect(),
        Value::Object(all) => columns.iter().map(|column| text(&all[column])).collect(),
        one => vec![text(one)],
    };
    Some(out["unexpected_list"].as_array()?.iter().map(row).collect())
}

#[test]
fn criteria_that_others_define_by_cases_mean_the_same_here() {
    let Some(folder) = cases("expectations") else { return };
    let (mut agreed, mut left_out) = (BTreeMap::<String, usize>::new(), BTreeMap::<&str, usize>::new());
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let Ok(file) = serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()) else {
            *left_out.entry("a file with an infinite number, which is no JSON").or_default() += 1;
            continue;
        };
        let kind = file["expectation_type"].as_str().unwrap();
        for set in file["datasets"].as_array().unwrap() {
            for case in set["tests"].as_array().unwrap() {
                let criterion = match criterion(kind, case) {
                    Ok(criterion) => criterion,
                    Err(why) => {
                        *left_out.entry(why).or_default() += 1;
                        continue;
                    }
                };
                let name = format!("{kind}: {}\n{}", case["title"], criterion.spec());
                let (broken, count, rows) = criterion.judge(&set["data"]);
                let mostly = case["in"]["mostly"].as_f64().unwrap_or(1.0);
                let holds = count == 0 || (count - broken.len()) as f64 / count as f64 >= mostly;
                assert_eq!(Some(holds), case["out"]["success"].as_bool(), "{name}{broken:?} of {count}");
                for out in [&case["out"], &case["out"]["result"]] {
                    if let Some(indices) = indices(out) {
                        assert_eq!(broken, indices, "{name}");
                    }
                    if let (Some(values), false) = (values(out, &criterion.columns), criterion.ty == "timestamp") {
                        let broken: Vec<_> = broken.iter().map(|row| rows[*row].clone()).collect();
                        assert_eq!(broken, values, "{name}");
                    }
                    if let Some(wanted) = out["unexpected_count"].as_u64() {
                        assert_eq!(broken.len() as u64, wanted, "{name}");
                    }
                }
                *agreed.entry(kind.to_owned()).or_default() += 1;
            }
        }
    }
    println!("agreed: {agreed:#?}\nleft out: {left_out:#?}");
    assert!(agreed.values().sum::<usize>() > 100, "{agreed:?}");
}
