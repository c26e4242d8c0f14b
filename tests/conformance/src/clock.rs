use std::{
    cell::Cell,
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};

/// The clocks that a program goes by: they stand still unless they are moved on by hand, or are the machine's own.
#[derive(Debug)]
pub(crate) enum Clock {
    /// A library stands between the program and all clocks of the kernel.
    Moved(Moved),
    /// For programs that ask the kernel by themselves, such as those in Go.
    Real,
}

impl Clock {
    /// A clock that can be moved on; what it keeps is in this folder.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub(crate) fn moved(folder: &Path) -> Result<Self> {
        let path = folder.join("clock");
        fs::write(&path, 0_i64.to_ne_bytes())?;
        let file = File::options().write(true).open(&path)?;

        Ok(Self::Moved(Moved { path, file, offset: Cell::default() }))
    }

    /// Lets a program that is not yet started go by this clock.
    pub(crate) fn give_to(&self, command: &mut Command) {
        match self {
            Self::Moved(clock) => {
                command.env("LD_PRELOAD", LIBRARY).env("CONFORMANCE_CLOCK", &clock.path);
            }
            Self::Real => {}
        }
    }

    /// Lets time pass for the program, and whatever is due happen.
    ///
    /// # Errors
    /// When the clock's folder has gone.
    pub(crate) fn pass(&self, time: Duration) -> Result<()> {
        match self {
            Self::Moved(clock) => {
                thread::sleep(SETTLE / 5);
                clock.move_on(time)?;
                thread::sleep(SETTLE);
            }
            Self::Real => thread::sleep(time),
        }

        Ok(())
    }
}

/// A clock that is moved on by hand.
#[derive(Debug)]
pub(crate) struct Moved {
    path: PathBuf,
    file: File,
    /// Nanoseconds by which it is ahead.
    offset: Cell<i64>,
}

impl Moved {
    fn move_on(&self, time: Duration) -> Result<()> {
        let offset = self.offset.get() + i64::try_from(time.as_nanos())?;
        self.offset.set(offset);
        // Eight bytes on a page that the program has in its memory: it sees the old time or the new one.
        self.file.write_all_at(&offset.to_ne_bytes(), 0).context("move the clock")
    }
}

/// What `clock.c` is built into.
const LIBRARY: &str = concat!(env!("OUT_DIR"), "/clock.so");

/// The library lets nobody sleep for more than 5 ms past its time; the rest is for what is done then.
const SETTLE: Duration = Duration::from_millis(50);
