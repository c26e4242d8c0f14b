//! Asking for a passphrase: at a terminal, without showing it; else the first line of standard input.

use std::io::{self, BufRead, IsTerminal as _};

use anyhow::{Context as _, bail};
use model::Passphrase;
use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
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

    line_of(&mut io::stdin().lock())
}

/// The first line, unless Ctrl-C is in it.
fn line_of(input: &mut impl BufRead) -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(Vec::with_capacity(ROOM));
    loop {
        let typed = input.fill_buf().context("read the passphrase")?;
        let end = typed.iter().position(|byte| [b'\n', CTRL_C].contains(byte));
        if end.is_some_and(|end| typed.get(end) == Some(&CTRL_C)) {
            bail!("interrupted");
        }
        let length = end.unwrap_or(typed.len());
        anyhow::ensure!(line.len() + length <= ROOM, "the passphrase is too long");
        line.extend_from_slice(typed.get(..length).unwrap_or_default());
        let is_over = end.is_some() || typed.is_empty();
        input.consume(length + usize::from(end.is_some()));
        if is_over {
            let line = std::str::from_utf8(&line).context("read the passphrase")?;
            return Ok(Zeroizing::new(line.to_owned()));
        }
    }
}

/// While it lives, the terminal shows nothing that is typed but the line's end. Ctrl-C is a character that ends the line:
/// as a signal it would end the program and leave the terminal as it is then.
struct Silence(Option<Termios>);

impl Silence {
    fn begin() -> anyhow::Result<Self> {
        if !io::stdin().is_terminal() {
            return Ok(Self(None));
        }
        let before = tcgetattr(io::stdin()).context("look at the terminal")?;
        let mut silent = before.clone();
        silent.local_flags.remove(LocalFlags::ECHO | LocalFlags::ISIG);
        if let Some(end_of_line) = silent.control_chars.get_mut(SpecialCharacterIndices::VEOL as usize) {
            *end_of_line = CTRL_C;
        }
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

const CTRL_C: u8 = 3;
/// In bytes: more than a passphrase has, so that no copy is left behind where it did not fit.
const ROOM: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_taken_and_ctrl_c_is_none() {
        for (typed, line) in [
            ("six words\nmore", Some("six words")),
            ("no end", Some("no end")),
            ("", Some("")),
            ("six\u{3}", None),
            ("\u{3}", None),
        ] {
            let read = line_of(&mut typed.as_bytes());
            assert_eq!(read.ok().as_deref().map(String::as_str), line, "{typed:?}");
        }
        assert!(line_of(&mut vec![b'a'; 2 * ROOM].as_slice()).is_err(), "no copy is left behind");
    }
}
