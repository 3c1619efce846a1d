//! A spec without a name.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::span::Span;
use migc_grammar::tree::Item;

use super::{Input, Lint};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1109",
    level: Level::Warning,
    title: "the spec has no name",
    explanation: "`migration branch_to_crm`, the first line of a spec, is the name under which the ledger keeps its runs. Without it a spec \
                  runs all the same, and its ledger does not say what has run.",
    failing: "source s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n",
    mended: "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let has = |wanted: fn(&Item) -> bool| input.spec.items.iter().any(wanted);
    if has(|i| matches!(i, Item::Migration { .. })) || !has(|i| matches!(i, Item::Map(_))) {
        return Vec::new();
    }
    let start = if input.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let at = Span::new(start, start);
    let label = "the ledger of a run does not say what has run";
    let line = format!("migration {}\n", name_of(input.name));
    vec![Diagnostic::new(&RULE, at, label).fix("give the spec a name in its first line", at, line)]
}

/// The name of a file as a name in a spec.
fn name_of(path: &str) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.strip_suffix(".mig").unwrap_or(file);
    let mut name: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "migration_");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn the_name_of_a_file_becomes_one_of_a_spec() {
        assert_eq!(name_of("specs/branch-to-crm.mig"), "branch_to_crm");
        assert_eq!(name_of("2024.mig"), "migration_2024");
        assert_eq!(name_of(""), "migration_");
    }
}
