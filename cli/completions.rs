//! `migc completions` and `migc man`: what shells and `man` want to know, from the command's own definition.

use clap::{Args, Command, ValueEnum};
use clap_complete::Shell;

use crate::Exit;
use crate::output::{print, tell};

#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: ShellName,
}

#[derive(Clone, Copy, ValueEnum)]
enum ShellName {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

impl Completions {
    pub(crate) fn run(self, mut command: Command) -> Exit {
        let shell = match self.shell {
            ShellName::Bash => Shell::Bash,
            ShellName::Zsh => Shell::Zsh,
            ShellName::Fish => Shell::Fish,
            ShellName::Powershell => Shell::PowerShell,
        };
        let mut out = Vec::new();
        clap_complete::generate(shell, &mut command, "migc", &mut out);
        print(&String::from_utf8_lossy(&out))
    }
}

#[derive(Args)]
pub(crate) struct Man {
    /// The subcommand whose page is shown; without one, that of migc.
    subcommand: Option<String>,
}

impl Man {
    pub(crate) fn run(self, mut command: Command) -> Exit {
        command.build();
        let page = match &self.subcommand {
            None => command,
            Some(name) => match command.find_subcommand(name) {
                Some(found) => found.clone(),
                None => {
                    tell(&format!("there is no subcommand {name}; migc --help lists them all"));
                    return Exit::Usage;
                }
            },
        };
        let mut out = Vec::new();
        match clap_mangen::Man::new(page).render(&mut out) {
            Ok(()) => print(&String::from_utf8_lossy(&out)),
            Err(error) => {
                tell(&format!("the page cannot be written: {error}"));
                Exit::Failed
            }
        }
    }
}
