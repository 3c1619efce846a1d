//! A password that stands in the spec.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::tree::{ExprKind, Item};

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1108",
    level: Level::Warning,
    title: "a secret stands in the spec",
    explanation: "A parameter that is called a password, a secret or a token has its value in the spec, where all who read the spec read it, and the \
                  ledger after each run. Leave the default out, and give the value when it runs (`--set NAME=…`).",
    failing: "migration m\nparam password: text = \"hunter2\"\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n",
    mended: "migration m\nparam password: text\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n",
};

/// Words of names that say that a value is secret.
const WORDS: [&str; 7] = ["password", "passwd", "pwd", "secret", "token", "apikey", "passphrase"];

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for item in &input.spec.items {
        let Item::Param(param) = item else { continue };
        let Some(default) = &param.default else { continue };
        let ExprKind::Text(lit) = &default.kind else { continue };
        let name = param.name.text.to_lowercase();
        let secret = name.split('_').any(|word| WORDS.contains(&word)) || name.contains("api_key");
        if secret && !lit.parts.is_empty() {
            let label = format!("the value of `{}` stands here for all to read", param.name.text);
            let help = format!("leave the default out, and give it when the spec runs: `--set {}=…`", param.name.text);
            found.push(Diagnostic::new(&RULE, default.span, label).help(help));
        }
    }
    found
}
