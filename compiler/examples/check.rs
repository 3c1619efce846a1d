//! Prints what a spec compiles to: `cargo run -p migc-compiler --example check -- FILE`.
use std::collections::BTreeMap;
fn main() {
    let text = std::fs::read_to_string(std::env::args().nth(1).unwrap()).unwrap();
    let c = migc_compiler::compile(&text, &BTreeMap::new());
    for d in &c.diagnostics { println!("{} {:?} {} | {:?}", d.rule.code, &text[d.span.range()], d.label, d.help.as_ref().map(|h| &h.text)); }
    if let Some(p) = &c.plan { println!("{}", serde_json::to_string_pretty(&p.maps[0].program.steps.len()).unwrap()); }
}
