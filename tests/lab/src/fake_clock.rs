use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

/// A clock on the wall that can be wrong, for one program: `libfaketime` stands between it and the kernel.
///
/// The clocks that count from boot stay true, as they do when somebody sets a machine's time.
#[derive(Debug, Clone)]
pub struct FakeClock {
    library: PathBuf,
    offset: PathBuf,
}

impl FakeClock {
    /// A clock that is right; what it keeps is in this folder.
    ///
    /// # Errors
    /// When `libfaketime` is not installed.
    pub fn new(folder: &Path) -> Result<Self> {
        let library = LIBRARIES.iter().map(PathBuf::from).find(|path| path.is_file());
        let clock = Self {
            library: library.context("libfaketime is missing: apt-get install faketime")?,
            offset: folder.join("clock-offset"),
        };
        clock.set_wrong_by(0)?;

        Ok(clock)
    }

    /// Sets the clock so many seconds forth, or back if negative, from the right time.
    ///
    /// # Errors
    /// When the folder has gone.
    pub fn set_wrong_by(&self, seconds: i64) -> Result<()> {
        // In one step: the program may look at any moment.
        let new = self.offset.with_extension("new");
        fs::write(&new, format!("{seconds:+}\n"))?;
        fs::rename(new, &self.offset).context("set the clock")
    }

    /// Lets a program that is not yet started go by this clock.
    pub fn give_to(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.offset)
            .env("FAKETIME_NO_CACHE", "1")
            // The name changed with version 0.9.11.
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("NO_FAKE_STAT", "1");
    }
}

/// Where Debian puts it.
const LIBRARIES: [&str; 2] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
];
