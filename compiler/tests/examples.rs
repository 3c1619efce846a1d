//! The examples of every function, as they are shown to people: folded by the checker, run by both engines.

use std::collections::BTreeMap;

use migc_compiler::compile;
use migc_compiler::plan::Op;
use migc_functions::{FUNCTIONS, Value};

/// The day of the run.
fn day_of_the_run() -> BTreeMap<String, String> {
    BTreeMap::from([(migc_compiler::TODAY.to_owned(), "2026-01-31".to_owned())])
}

/// How a value is written in a spec.
fn written(value: &Value<'_>, kind: &migc_functions::Kind) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Text(t) if kind.is_text() => {
            format!("\"{}\"", t.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\""))
        }
        v => v.display(kind),
    }
}

fn spec(expr: &str, column: &str) -> String {
    format!(
        "migration m\nsource s = csv(\"s.csv\") {{ a: text }}\ntarget t = csv(\"t.csv\") {{ x: {column}, a: text }}\nmap s -> t {{\n  let r = {expr}\n  x = text(r)\n  a = a\n}}\n"
    )
}

#[test]
fn every_example_gives_what_it_says() {
    for f in FUNCTIONS.iter() {
        for migc_functions::Example(call, gives) in f.examples {
            let text = format!(
                "migration m\nsource s = csv(\"s.csv\") {{ a: text }}\ntarget t = csv(\"t.csv\") {{ a: text }}\nmap s -> t {{\n  let r = {call}\n  reject if r is null as gone\n  a = a\n}}\n"
            );
            let compiled = compile(&text, &day_of_the_run());
            let fails = compiled.diagnostics.iter().any(|d| d.rule.code == "MIG0115");
            if *gives == "fails" {
                assert!(fails, "{call}: {:?}", compiled.diagnostics);
                continue;
            }
            let plan = compiled.plan.unwrap_or_else(|| panic!("{call}: {:?}", compiled.diagnostics));
            let migc_compiler::plan::Step::Let { value, .. } = &plan.passes[0].program.branches[0].steps[0] else {
                panic!("{call}")
            };
            let Op::Const(v) = &value.op else { panic!("{call} is not folded") };
            assert_eq!(written(v, &value.info.ty.kind), *gives, "{call}");
        }
    }
}

mod engines {
    use std::sync::Arc;

    use migc_abi::PAD;
    use migc_compiler::interp::Interpreter;
    use migc_compiler::native::{Items, Native, Sink};
    use migc_compiler::row;

    use super::*;

    /// The first argument of a call, where it is a plain text, and the call with the column `a` in its place.
    fn with_column(call: &str) -> Option<(String, String)> {
        let parsed = migc_grammar::parse(&spec(call, "text"));
        let expr = parsed.spec.items.iter().find_map(|i| match i {
            migc_grammar::tree::Item::Map(m) => m.stmts.iter().find_map(|s| match s {
                migc_grammar::tree::Stmt::Let { value, .. } => Some(value.clone()),
                _ => None,
            }),
            _ => None,
        })?;
        let migc_grammar::tree::ExprKind::Call(_, args) = &expr.kind else { return None };
        let migc_grammar::tree::ExprKind::Text(lit) = &args.first()?.value.kind else { return None };
        let value = lit
            .parts
            .iter()
            .map(|p| if let migc_grammar::tree::StrPart::Text(t) = p { t.clone() } else { String::new() })
            .collect();
        let text = spec(call, "text");
        Some((
            value,
            format!(
                "{}a{}",
                &text[expr.span.start as usize..lit.span.start as usize],
                &text[lit.span.end as usize..expr.span.end as usize]
            ),
        ))
    }

    #[test]
    fn both_engines_give_what_the_examples_say() {
        let mut ran = 0;
        for f in FUNCTIONS.iter() {
            for migc_functions::Example(call, gives) in f.examples {
                let Some((value, call)) = with_column(call) else { continue };
                let compiled = compile(&spec(&call, "text?"), &BTreeMap::new());
                let plan = compiled.plan.unwrap_or_else(|| panic!("{call}: {:?}", compiled.diagnostics));
                let program = &plan.passes[0].program;
                let items = Items::delimited(1, Some(b'"'));
                let native =
                    Native::compile(program, &plan.codes, &items, &[Sink::Delimited { delimiter: b',' }]).unwrap();
                let field = format!("\"{}\"", value.replace('"', "\"\""));
                let mut bytes = vec![0; PAD];
                bytes.extend_from_slice(field.as_bytes());
                bytes.resize(bytes.len() + 2 * PAD, b'\n');
                let positions = [field.len() as u32];
                let mut frame = native.frame(Arc::new(Vec::new()), program.slots.len());
                frame.begin(0, Vec::new());
                (frame.base, frame.positions, frame.items) = (bytes[PAD..].as_ptr(), positions.as_ptr(), 1);
                native.run(&mut frame);
                let by_native = String::from_utf8(frame.finish(0)).unwrap();
                let interpreter = Interpreter::new(program, &plan.codes);
                let outcome = interpreter.run(&[Value::owned(value.clone())], &[]);
                let mut by_interpreter = Vec::new();
                match outcome.rows.first() {
                    Some((_, values)) => {
                        row::write(&program.of_one().unwrap().outputs, values, b',', &mut by_interpreter);
                    }
                    None => assert_eq!(*gives, "fails", "{call}"),
                }
                assert_eq!(by_native, String::from_utf8(by_interpreter).unwrap(), "{call}");
                if *gives == "fails" {
                    assert_eq!(by_native, "", "{call}");
                } else {
                    let plain = gives.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
                    let shown = if *gives == "null" {
                        String::new()
                    } else if plain.is_empty() {
                        "\"\"".into()
                    } else if plain.contains([',', '"', '\n']) {
                        format!("\"{}\"", plain.replace('"', "\"\""))
                    } else {
                        plain
                    };
                    assert!(by_native.starts_with(&shown), "{call} gives {by_native}");
                }
                ran += 1;
            }
        }
        assert!(ran > 120, "only {ran} examples ran");
    }
}
