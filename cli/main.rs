//! The `migc` command: one file a subcommand. Machine output goes to standard output, everything for people to standard
//! error.
#![forbid(unsafe_code)]

mod against;
mod check;
mod compile;
mod completions;
mod draft;
mod explain;
mod fmt;
mod functions;
mod github;
mod json;
mod levels;
mod output;
mod progress;
mod render;
mod replace;
mod run;
mod sarif;
mod signals;
mod spec;
mod test;
mod view;
mod window;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// A compiler for migrations: one checked text from source to target, with a ledger that balances.
#[derive(Parser)]
#[command(name = "migc", version, disable_help_subcommand = true, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, everything held · 1 the spec has errors, a test fails, or a plan or a style is not as it should be · 2 wrong usage · 3 the run failed, \
nothing was published · 4 an `abort` or a gate of the spec said no, rejects and ledger alone were published · 5 interrupted, nothing was published";

#[derive(Subcommand)]
enum Command {
    /// Says everything that is wrong with specs.
    Check(check::Check),
    /// Writes specs in the one style.
    Fmt(fmt::Fmt),
    /// Runs a migration.
    Run(run::Run),
    /// Runs the tests of specs, and holds what they compile to against what was accepted.
    Test(test::Test),
    /// Shows what a spec becomes.
    Compile(compile::Compile),
    /// Writes a first spec of a layout, with all of its layers.
    Draft(draft::Draft),
    /// Draws layouts: a file, or both sides of a spec.
    View(view::View),
    /// Tells the whole story of a diagnostic; without a code, lists all.
    Explain(explain::Explain),
    /// Shows a function with its examples; without a name, lists all.
    Functions(functions::Functions),
    /// Prints what makes a shell complete this command.
    Completions(completions::Completions),
    /// Prints a page of the manual, for `man -l -`.
    Man(completions::Man),
}

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Everything held.
    Done = 0,
    /// The spec has errors.
    SpecErrors = 1,
    /// It was used wrongly.
    Usage = 2,
    /// Something failed.
    Failed = 3,
    /// The spec said no.
    Gate = 4,
    /// A signal came.
    Interrupted = 5,
}

fn main() -> ExitCode {
    let exit = match Cli::parse().command {
        Command::Check(args) => args.run(),
        Command::Fmt(args) => args.run(),
        Command::Run(args) => args.run(),
        Command::Test(args) => args.run(),
        Command::Compile(args) => args.run(),
        Command::Draft(args) => args.run(),
        Command::View(args) => args.run(),
        Command::Explain(args) => args.run(),
        Command::Functions(args) => args.run(),
        Command::Completions(args) => args.run(Cli::command()),
        Command::Man(args) => args.run(Cli::command()),
    };
    ExitCode::from(exit as u8)
}
