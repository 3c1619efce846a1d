//! `migc compile`: what a spec becomes.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use migc_compiler::native::{self, Items, Sink};
use migc_compiler::plan::{Plan, SourceFormat, Work};
use migc_compiler::show;

use crate::output::{colours, print, tell, write_people};
use crate::{Exit, render, spec};

#[derive(Args)]
pub(crate) struct Compile {
    /// The spec.
    file: PathBuf,
    /// What is shown.
    #[arg(long, value_enum)]
    emit: Emit,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// The syntax tree, whatever the text.
    Tree,
    /// The types of every name and output, and the verdicts of assignments.
    Types,
    /// The plan: what runs, in order.
    Plan,
    /// The plan, as JSON.
    PlanJson,
    /// The code generator's input, for a file whose columns stand as declared.
    Clif,
}

impl Compile {
    pub(crate) fn run(self) -> Exit {
        let spec = match spec::read(&self.file, &BTreeMap::new()) {
            Ok(spec) => spec,
            Err(exit) => return exit,
        };
        if self.emit == Emit::Tree {
            return print(&migc_grammar::show::tree(&spec.compiled.spec));
        }
        let found = &spec.compiled.diagnostics;
        write_people(&render::pictures(&spec.files, found, colours(&io::stderr())));
        let Some(plan) = &spec.compiled.plan else { return Exit::SpecErrors };
        match self.emit {
            Emit::Types => print(&show::types(plan)),
            Emit::Plan => print(&show::plan(plan)),
            Emit::PlanJson => print(&plan_json(plan)),
            _ => match clif(plan) {
                Ok(text) => print(&text),
                Err(why) => {
                    tell(&why);
                    Exit::Failed
                }
            },
        }
    }
}

/// The plan for machines.
fn plan_json(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(plan).unwrap_or_default();
    text.push('\n');
    text
}

fn clif(plan: &Plan) -> Result<String, String> {
    let mut out = String::new();
    for pass in &plan.passes {
        let source = &plan.sources[pass.source];
        let items = match (&pass.work, &source.format) {
            (Work::Records, SourceFormat::Records(file)) => Items::of(file),
            _ => Items::Numbers,
        };
        let sinks: Vec<Sink> =
            pass.program.targets().iter().map(|target| Sink::of(&plan.targets[*target].format)).collect();
        let code = native::clif(&pass.program, &plan.codes, &items, &sinks).map_err(|error| error.to_string())?;
        let titles: Vec<&str> = pass.program.branches.iter().map(|b| b.title.as_str()).collect();
        let _ = writeln!(out, "; {}\n{code}", titles.join("; "));
        let Work::Shapes(shapes) = &pass.work else { continue };
        // Of cells that are scaled by themselves, and of what decides on islands.
        let apart = shapes.overrides.iter().map(|o| (format!("cells \"{}\"", o.pattern), &o.program));
        let measures = shapes.programs.iter().enumerate().map(|(i, p)| (format!("measures {i}"), p));
        for (title, program) in apart.chain(measures) {
            let code = native::clif(program, &plan.codes, &Items::Numbers, &[Sink::Numbers]);
            let _ = writeln!(out, "; {title}\n{}", code.map_err(|error| error.to_string())?);
        }
    }
    Ok(out)
}
