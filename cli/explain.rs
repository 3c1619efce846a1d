//! `migc explain`: the table of diagnostics.

use clap::Args;
use migc_compiler::rules;

use crate::Exit;
use crate::output::{print, tell};
use crate::render::level;

#[derive(Args)]
pub(crate) struct Explain {
    /// A code, such as MIG0103, or its number.
    code: Option<String>,
}

impl Explain {
    pub(crate) fn run(self) -> Exit {
        let Some(code) = self.code else {
            let line =
                |r: &&migc_grammar::diagnostic::Rule| format!("{}  {:<7}  {}\n", r.code, level(r.level), r.title);
            return print(&rules::all().iter().map(line).collect::<String>());
        };
        let wanted = full(&code);
        let Some(rule) = rules::all().into_iter().find(|rule| rule.code.eq_ignore_ascii_case(&wanted)) else {
            tell(&format!("there is no diagnostic {code}; migc explain lists them all"));
            return Exit::Usage;
        };
        let indented = |text: &str| text.trim_end().lines().map(|line| format!("    {line}\n")).collect::<String>();
        let (head, level) = (rule.code, level(rule.level));
        print(&format!(
            "{head}, {level}: {}\n\n{}\n\nThis shows it:\n\n{}\nThis mends it:\n\n{}",
            rule.title,
            wrapped(rule.explanation),
            indented(rule.failing),
            indented(rule.mended)
        ))
    }
}

/// A code as it stands in the table: `103` and `mig103` are MIG0103.
fn full(code: &str) -> String {
    let number = code.get(..3).filter(|word| word.eq_ignore_ascii_case("MIG")).map_or(code, |_| &code[3..]);
    match number.parse::<u16>() {
        Ok(number) if number < 10_000 => format!("MIG{number:04}"),
        _ => code.to_owned(),
    }
}

/// A text in lines of at most 100 characters.
fn wrapped(text: &str) -> String {
    let (mut out, mut width) = (String::new(), 0);
    for word in text.split_whitespace() {
        let more = word.chars().count();
        if width > 0 && width + 1 + more > 100 {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += more;
    }
    out
}
