//! `migc functions`: the table of functions.

use clap::Args;
use migc_functions::{FUNCTIONS, find};

use crate::Exit;
use crate::output::{print, tell};

#[derive(Args)]
pub(crate) struct Functions {
    /// A function's name.
    name: Option<String>,
}

impl Functions {
    pub(crate) fn run(self) -> Exit {
        let Some(name) = self.name else {
            let heads: Vec<String> = FUNCTIONS.iter().map(|f| format!("{}({})", f.name, f.params)).collect();
            let width = heads.iter().map(|head| head.chars().count()).max().unwrap_or(0);
            let line = |(head, f): (&String, &&migc_functions::Function)| format!("{head:<width$}  {}\n", f.summary);
            return print(&heads.iter().zip(FUNCTIONS.iter()).map(line).collect::<String>());
        };
        let Some(f) = find(&name) else {
            tell(&format!("there is no function `{name}`; migc functions lists them all"));
            return Exit::Usage;
        };
        let mut text = format!("{}({})\n\n{}\n", f.name, f.params, f.summary);
        if !f.details.is_empty() {
            text.push_str(&format!("\n{}\n", f.details));
        }
        text.push_str("\nExamples:\n\n");
        for example in f.examples {
            text.push_str(&format!("    {}  =>  {}\n", example.0, example.1));
        }
        print(&text)
    }
}
