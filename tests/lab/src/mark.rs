use std::{
    ffi::OsString, fmt, fs, os::unix::ffi::OsStringExt as _, path::Path, str::FromStr, sync::OnceLock,
};

use anyhow::Result;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// Whose a process or a folder is: the process that built the house, by its number and its start, since numbers recur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pid: u32,
    /// Ticks from boot to the start of the process.
    started: u64,
}

impl Mark {
    /// The name under which processes carry it in their environment.
    pub(crate) const VARIABLE: &str = "LATCHKEY_LAB";

    /// This process.
    pub(crate) fn own() -> Self {
        static OWN: OnceLock<Mark> = OnceLock::new();

        *OWN.get_or_init(|| {
            let pid = std::process::id();
            Self { pid, started: start_of(pid).unwrap_or_default() }
        })
    }

    fn is_alive(self) -> bool {
        start_of(self.pid) == Some(self.started)
    }
}

/// Ends what houses have left behind whose owner was killed: the kernel takes their namespaces, but a program that has
/// gone into the background lives on, and so does a folder.
pub(crate) fn sweep() -> Result<()> {
    for process in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if mark_of(&process.path()).is_some_and(|mark| !mark.is_alive()) {
            // One that has ended in the meantime is no trouble.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
    for folder in fs::read_dir(std::env::temp_dir())?.flatten() {
        let name = folder.file_name();
        let mark =
            name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX)?.split('.').next()?.parse().ok());
        if mark.is_some_and(|mark: Mark| !mark.is_alive()) {
            let _ = fs::remove_dir_all(folder.path());
        }
    }

    Ok(())
}

/// What the name of a house's folder begins with, before the mark.
pub(crate) const FOLDER_PREFIX: &str = "lk-";

fn mark_of(process: &Path) -> Option<Mark> {
    let environment = fs::read(process.join("environ")).ok()?;
    let variable = environment
        .split(|byte| *byte == 0)
        .find_map(|variable| variable.strip_prefix(Mark::VARIABLE.as_bytes())?.strip_prefix(b"="))?;

    OsString::from_vec(variable.to_vec()).to_str()?.parse().ok()
}

/// Field 22 of proc(5)'s `stat`; the second is a name that may hold spaces and brackets.
fn start_of(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;

    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.pid, self.started)
    }
}

impl FromStr for Mark {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        let (pid, started) = s.split_once('-').ok_or(())?;

        Ok(Self { pid: pid.parse().map_err(|_| ())?, started: started.parse().map_err(|_| ())? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_a_live_owner_from_one_that_is_gone() {
        let own = Mark::own();

        assert_eq!(own.to_string().parse(), Ok(own));
        assert!(own.is_alive());
        assert!(!Mark { started: own.started + 1, ..own }.is_alive());
    }
}
