//! Functions that lead back to themselves do not compile, however long the way is.

use std::collections::BTreeMap;

use migc_compiler::compile;

const REST: &str =
    "source p = csv(\"p.csv\") { a: text }\ntarget o = csv(\"o.csv\") { a: text }\nmap p -> o { a = f(a) }\n";

#[test]
fn each_ring_is_told_once() {
    for (functions, rings) in [
        ("fn f(x: text) = f(x)\n", 1),
        ("fn f(x: text) = g(x)\nfn g(x: text) = f(x)\n", 1),
        (
            "fn f(x: text) = \"{trim(g(x))}\"\nfn g(x: text) = match x { \"a\" => h(x), else => x }\nfn h(x: text) = x |> f\n",
            1,
        ),
        ("fn f(x: text) = g(x)\nfn g(x: text) = f(x)\nfn h(x: text) = k(x)\nfn k(x: text) = h(x)\n", 2),
        ("fn f(x: text) = g(g(x))\nfn g(x: text) = trim(x)\n", 0),
    ] {
        let compiled = compile(&format!("migration m\n{functions}{REST}"), &BTreeMap::new());
        let found: Vec<&str> = compiled.diagnostics.iter().map(|d| d.rule.code).collect();
        assert_eq!(found, vec!["MIG0123"; rings], "{functions}");
        assert_eq!(compiled.plan.is_none(), rings > 0);
    }
}
