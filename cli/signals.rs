//! Interruption: partial files are removed before the command ends.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use signal_hook::iterator::Signals;

use crate::Exit;
use crate::output::tell;

/// Removes what a run has half written when a signal ends it. What is being published is published first.
pub(crate) fn watch() {
    // A limit on the size of files then fails the write, with a message, where it would end the command.
    let _ = signal_hook::flag::register(SIGXFSZ, std::sync::Arc::default());
    // Without a handler the system's own default ends the command; its partial files then stay, under hidden names.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM, SIGHUP]) else { return };
    let waiting = move || {
        let mut again = false;
        for signal in signals.forever() {
            if let Some(_publishing) = migc_ledger::remove_partials() {
                tell("interrupted; nothing was published");
                std::process::exit(Exit::Interrupted as i32);
            }
            // Everything is in its place, and what is left to do is to say so. Who cannot wait for that asks twice.
            if again {
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
            again = true;
        }
    };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(waiting);
}
