//! The long trials from the command line.

use std::{process::ExitCode, thread};

use nix::sys::signal::{SigSet, Signal};

mod cli;

fn main() -> ExitCode {
    listen_for_signals();
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// A first Ctrl-C lets everything be put away in order; a second ends the process, and the kernel does the rest.
fn listen_for_signals() {
    let signals: SigSet = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect();
    signals.thread_block().expect("these signals exist");
    thread::spawn(move || {
        while signals.wait().is_ok() {
            if lab::is_interrupted() {
                std::process::exit(130);
            }
            lab::interrupt();
        }
    });
}
