//! Lists of codes.

use std::collections::HashSet;

use migc_functions::Kind;
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree;

use super::Env;
use crate::{plan, rules};

impl<'t> Env<'t> {
    pub(super) fn code_list(&mut self, c: &'t tree::Codes) {
        let ty = self.ty(&c.ty);
        let most = match ty.map(|t| t.kind) {
            Some(Kind::Text(n)) => n,
            Some(other) => {
                let label = format!("the right sides of a list of codes are text, not {other}");
                self.error(Diagnostic::new(&rules::WRONG_TYPE, c.ty.span, label));
                None
            }
            None => None,
        };
        let mut rows: Vec<(String, String)> = Vec::new();
        let mut known = HashSet::new();
        for (from, to) in &c.rows {
            let (Some(f), Some(t)) = (self.plain(from), self.plain(to)) else { continue };
            if let Some(n) = most
                && t.chars().count() > n as usize
            {
                let label = format!("this has {} characters, and the list holds text({n})", t.chars().count());
                let d = Diagnostic::new(&rules::MAY_NOT_FIT, to.span, label).also(c.ty.span, "the list's type");
                self.error(
                    d.help(format!("write a shorter text, or declare the list as `text({})`", t.chars().count())),
                );
            }
            if !known.insert(f.clone()) {
                self.error(
                    Diagnostic::new(&rules::DEFINED_TWICE, from.span, format!("the code \"{f}\" stands twice"))
                        .help("one code has one meaning: take one of the rows away"),
                );
                continue;
            }
            rows.push((f, t));
        }
        self.codes_texts.push(distinct(&rows));
        self.codes.push(plan::Codes { name: c.name.text.clone(), rows });
        self.codes_else.push(c.otherwise.as_ref());
    }
}

/// The distinct right sides of a list of codes, in order.
pub(super) fn distinct(rows: &[(String, String)]) -> Vec<String> {
    let mut known = HashSet::new();
    rows.iter().filter(|(_, to)| known.insert(to.as_str())).map(|(_, to)| to.clone()).collect()
}
