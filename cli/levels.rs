//! How much findings weigh in this call: `--deny`, `--warn` and `--allow`.

use std::collections::BTreeMap;

use clap::Args;
use migc_compiler::rules;
use migc_grammar::diagnostic::{Diagnostic, Level, Rule};

/// The levels as they were asked for.
#[derive(Args, Default)]
pub(crate) struct Levels {
    /// What counts as an error: a code, `warnings` or `hints`; may be repeated.
    #[arg(long, value_name = "WHAT")]
    deny: Vec<String>,
    /// What counts as a warning.
    #[arg(long, value_name = "WHAT")]
    warn: Vec<String>,
    /// What is not shown; errors cannot be allowed.
    #[arg(long, value_name = "WHAT")]
    allow: Vec<String>,
}

/// What becomes of the findings of each rule that does not stay as it is; nothing, if they are not shown.
pub(crate) struct Weights(BTreeMap<&'static str, Option<&'static Rule>>);

impl Levels {
    /// Looks the codes up, or says which is wrong. A code says more than a group, whatever their order.
    pub(crate) fn weights(&self) -> Result<Weights, String> {
        let asked = [(&self.deny, Some(Level::Error)), (&self.warn, Some(Level::Warning)), (&self.allow, None)];
        let all = rules::all();
        let (mut groups, mut codes) = (BTreeMap::new(), BTreeMap::new());
        for (whats, level) in asked {
            for what in whats {
                let group = match what.as_str() {
                    "warnings" => Some(Level::Warning),
                    "hints" => Some(Level::Hint),
                    _ => None,
                };
                let of: Vec<&'static Rule> = match group {
                    Some(group) => all.iter().copied().filter(|rule| rule.level == group).collect(),
                    None => vec![find(&all, what, level)?],
                };
                let into = if group.is_some() { &mut groups } else { &mut codes };
                for rule in of {
                    let before = into.insert(rule.code, (rule, level));
                    if before.is_some_and(|(_, before)| before != level) {
                        return Err(format!(
                            "{what} is given two levels; name it with one of --deny, --warn and --allow"
                        ));
                    }
                }
            }
        }
        groups.extend(codes);
        let weighed = |(rule, level): (&'static Rule, Option<Level>)| {
            let level = level?;
            // Rules live as long as the program, and there are as many as there are codes.
            Some(if level == rule.level { rule } else { Box::leak(Box::new(Rule { level, ..*rule })) })
        };
        Ok(Weights(groups.into_iter().map(|(code, asked)| (code, weighed(asked))).collect()))
    }
}

fn find(all: &[&'static Rule], code: &str, level: Option<Level>) -> Result<&'static Rule, String> {
    let Some(rule) = all.iter().find(|rule| rule.code.eq_ignore_ascii_case(code)) else {
        return Err(format!("there is no diagnostic {code}; migc explain lists them all"));
    };
    match (rule.level, level) {
        (Level::Error, Some(Level::Error)) | (Level::Warning | Level::Hint, _) => Ok(rule),
        (Level::Error, _) => {
            Err(format!("{} is an error: a spec that has it has no meaning, so it cannot be allowed", rule.code))
        }
    }
}

impl Weights {
    /// The findings as they weigh here.
    pub(crate) fn apply(&self, found: &[Diagnostic]) -> Vec<Diagnostic> {
        let weighed = |d: &Diagnostic| match self.0.get(d.rule.code) {
            None => Some(d.clone()),
            Some(rule) => rule.map(|rule| Diagnostic { rule, ..d.clone() }),
        };
        found.iter().filter_map(weighed).collect()
    }
}
