//! What compiles to what: tree, types and plan of every spec of the project, and native code of small ones.
//!
//! A changed snapshot is looked at with `cargo insta review`, or taken with `INSTA_UPDATE=always cargo test -p
//! migc-compiler --test snapshots`.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests read files, settings and the clock")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use migc_compiler::native::{Items, Sink, clif};
use migc_compiler::plan::SourceFormat;
use migc_compiler::{compile, compile_files, show};
use migc_grammar::files::Files;

fn specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut open, mut found) = (vec![root.join("specs"), root.join("benches")], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "mig") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn tree_types_and_plan_of_every_spec() {
    assert!(specs().len() >= 4);
    for path in specs() {
        let text = std::fs::read_to_string(&path).unwrap();
        // What several specs share has no migration of its own, and is seen in those that use it.
        if !text.lines().any(|line| line.starts_with("migration ")) {
            continue;
        }
        let beside = |written: &str, from: &str| {
            let other = Path::new(from).parent().unwrap_or(Path::new("")).join(written);
            let text = std::fs::read_to_string(&other).map_err(|error| error.to_string())?;
            Ok((other.display().to_string(), text))
        };
        let files = Files::load(&path.display().to_string(), &text, &beside);
        let compiled = compile_files(&files, &BTreeMap::new());
        let found: Vec<String> = compiled.diagnostics.iter().map(|d| format!("{} {}", d.rule.code, d.label)).collect();
        assert!(found.is_empty(), "{}: {found:?}", path.display());
        let plan = compiled.plan.unwrap();
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(
            serde_json::from_str::<migc_compiler::plan::Plan>(&json).unwrap(),
            plan,
            "a plan goes round as JSON"
        );
        let folder = path.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        let name = format!("{folder}__{}", path.file_stem().unwrap().to_string_lossy());
        let all = format!(
            "# tree\n{}\n# types\n{}\n# plan\n{}",
            migc_grammar::show::tree(&compiled.spec),
            show::types(&plan),
            show::plan(&plan)
        );
        insta::assert_snapshot!(name, all);
    }
}

/// One feature each: the spec, and the code that it becomes.
const SMALL: &[(&str, &str)] = &[
    ("copies_a_text", "b = a"),
    ("reads_a_whole_number", "b = text(int64(a) else 0)"),
    ("trims", "b = trim(a)"),
    ("rejects_by_a_comparison", "reject if a == \"x\" as crossed\n  b = a"),
    ("takes_another_value_for_null", "b = (extract(a, r\"[0-9]+\")) ?? \"none\""),
    ("translates_a_code", "b = Flag(a) else reject unknown"),
    ("chooses", "b = match a { \"1\" => \"one\", else => a }"),
];

#[test]
fn native_code_of_one_feature_each() {
    for (name, lines) in SMALL {
        let text = format!(
            "migration m\ncodes Flag : text(8) {{ \"R\" => \"RETURNED\" }}\nsource s = csv(\"s.csv\") {{ a: text }}\ntarget t = csv(\"t.csv\") {{ b: text }}\nmap s -> t {{\n  {lines}\n}}\n"
        );
        let compiled = compile(&text, &BTreeMap::new());
        let plan = compiled.plan.unwrap_or_else(|| panic!("{name}: {:?}", compiled.diagnostics));
        let SourceFormat::Records(_) = &plan.sources[0].format else { panic!() };
        let items = Items::delimited(1, Some(b'"'));
        let code = clif(&plan.passes[0].program, &plan.codes, &items, &[Sink::Delimited { delimiter: b',' }]).unwrap();
        insta::assert_snapshot!(format!("clif__{name}"), format!("{lines}\n\n{code}"));
    }
}

#[test]
fn native_code_of_a_vertex() {
    let text = "migration m\nsource a = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 5nm) { m: layer 1/0 }\nmap a -> b {\n  scale 18/25\n  m = m\n}\n";
    let plan = compile(text, &BTreeMap::new()).plan.unwrap();
    let code = clif(&plan.passes[0].program, &plan.codes, &Items::Numbers, &[Sink::Numbers]).unwrap();
    insta::assert_snapshot!("clif__a_vertex", code);
}
