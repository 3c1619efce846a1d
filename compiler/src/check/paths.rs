//! Paths of files: texts with parameters, and with parts that differ from file to file.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{Expr, ExprKind, Role, StrPart, StringLit};

use super::{Env, similar};
use crate::plan::{Template, TemplatePart};
use crate::rules;

impl Env<'_> {
    /// A path with parameters in it, and the names of its parts that differ from file to file.
    pub(crate) fn template(&mut self, lit: &StringLit, role: Role) -> (Template, Vec<String>) {
        let mut parts = Vec::new();
        let mut globs: Vec<String> = Vec::new();
        for part in &lit.parts {
            match part {
                StrPart::Text(t) => parts.push(TemplatePart::Text(t.clone())),
                StrPart::Glob(name) => {
                    if role == Role::Target {
                        let label = "a target is one file";
                        self.error(Diagnostic::new(&rules::MISPLACED, name.span, label));
                    } else if globs.contains(&name.text) || name.text == "name" {
                        let label = format!("`file.{}` is something else already", name.text);
                        self.error(
                            Diagnostic::new(&rules::DEFINED_TWICE, name.span, label).help("give the part another name"),
                        );
                    }
                    globs.push(name.text.clone());
                    parts.push(TemplatePart::Glob(globs.len() - 1));
                }
                StrPart::Expr(e) => match self.param_named(e) {
                    Some(at) => parts.push(TemplatePart::Param(at)),
                    None => {
                        // What stands there has a name all the same.
                        globs.extend(if let ExprKind::Name(n) = &e.kind { Some(n.text.clone()) } else { None });
                        self.no_param(e, role);
                    }
                },
            }
        }
        (Template(parts), globs)
    }

    /// The parameter that stands in a path, by its place.
    fn param_named(&self, e: &Expr) -> Option<usize> {
        let ExprKind::Name(n) = &e.kind else { return None };
        self.params.iter().position(|(p, ..)| p.name.text == n.text)
    }

    /// What stands in a path and is no parameter.
    fn no_param(&mut self, e: &Expr, role: Role) {
        let known: Vec<&str> = self.params.iter().map(|(p, ..)| p.name.text.as_str()).collect();
        let help = similar::in_scope("parameters", known.iter().copied());
        let d = Diagnostic::new(&rules::UNKNOWN_NAME, e.span, "only a parameter can stand in a path");
        let ExprKind::Name(n) = &e.kind else { return self.error(d.help(help)) };
        let any = format!("{help}; `{{*{}}}` stands for any text, one file for each", n.text);
        let d = match (similar::did_you_mean(&n.text, &known), role) {
            (Some(close), Role::Target) => similar::suggest(d.help(help), e.span, close),
            (Some(close), _) => similar::suggest(d.help(any), e.span, close),
            (None, Role::Target) => d.help(help),
            (None, _) => d.fix(any, e.span, format!("*{}", n.text)),
        };
        self.error(d);
    }
}
