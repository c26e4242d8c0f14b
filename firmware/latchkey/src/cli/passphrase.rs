//! Asking for a passphrase: at a terminal, without showing it; else the first line of standard input.

use std::io::{self, IsTerminal as _};

use anyhow::{Context as _, bail};
use model::Passphrase;
use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use super::output::warn;

/// One that is to be remembered, so that a terminal is asked twice.
pub(super) fn ask_for_new() -> anyhow::Result<Passphrase> {
    let passphrase = ask()?;
    if io::stdin().is_terminal() {
        warn("the same once more");
        if read_line()?.parse::<Passphrase>().is_ok_and(|again| again.expose() == passphrase.expose()) {
            return Ok(passphrase);
        }
        bail!("the two are not the same");
    }

    Ok(passphrase)
}

/// One that was chosen before. Not an argument, which everybody on the machine could see.
pub(super) fn ask() -> anyhow::Result<Passphrase> {
    if io::stdin().is_terminal() {
        warn("type the passphrase of the backup, then press Enter; it is not shown");
    }

    Ok(read_line()?.parse()?)
}

fn read_line() -> anyhow::Result<Zeroizing<String>> {
    let _silence = Silence::begin()?;
    let mut line = Zeroizing::new(String::with_capacity(ROOM));
    io::stdin().read_line(&mut line).context("read the passphrase")?;

    Ok(line)
}

/// While it lives, the terminal shows nothing that is typed but the line's end.
struct Silence(Option<Termios>);

impl Silence {
    fn begin() -> anyhow::Result<Self> {
        if !io::stdin().is_terminal() {
            return Ok(Self(None));
        }
        let before = tcgetattr(io::stdin()).context("look at the terminal")?;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO);
        silent.local_flags.insert(LocalFlags::ECHONL);
        tcsetattr(io::stdin(), SetArg::TCSAFLUSH, &silent).context("have the terminal show nothing")?;

        Ok(Self(Some(before)))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // A terminal that is gone needs no echo.
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, before);
        }
    }
}

/// In bytes: more than a passphrase has, so that no copy is left behind where it did not fit.
const ROOM: usize = 4096;
