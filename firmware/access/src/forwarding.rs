use std::{
    fs, io,
    path::{Path, PathBuf},
};

use model::InterfaceName;

/// Whether the kernel passes packets on between interfaces, and what has to be put back afterwards.
///
/// What was changed is noted in a file before it is: a daemon that was killed, and started again, must not take its own
/// change for the machine's. The file belongs into `/run`, which forgets when the kernel does.
#[derive(Debug)]
pub struct Forwarding {
    sysctls: PathBuf,
    notes: PathBuf,
    before: Vec<Setting>,
}

impl Forwarding {
    /// Looks at what is, and at what an earlier daemon left in `notes`.
    ///
    /// # Errors
    /// When the notes cannot be read.
    pub fn new(notes: &Path) -> Result<Self, ForwardingError> {
        Self::with_sysctls(Path::new("/proc/sys"), notes)
    }

    fn with_sysctls(sysctls: &Path, notes: &Path) -> Result<Self, ForwardingError> {
        let text = if_there(fs::read_to_string(notes)).map_err(ForwardingError::of("read", notes))?;
        let before = text.unwrap_or_default().lines().filter_map(Setting::parse).collect();

        Ok(Self { sysctls: sysctls.to_owned(), notes: notes.to_owned(), before })
    }

    /// Whether this machine was a router before us.
    ///
    /// # Errors
    /// When the kernel's settings cannot be read.
    pub fn was_on(&self) -> Result<bool, ForwardingError> {
        for key in [V4, V6] {
            let noted =
                self.before.iter().find(|setting| setting.key == key).map(|setting| setting.value.clone());
            if noted
                .map_or_else(|| self.read(key), |value| Ok(Some(value)))?
                .is_some_and(|value| value != "0")
            {
                return Ok(true);
            }
        }

        Ok(false)
    }

    /// Has the kernel pass packets on, over IPv6 only if `v6`. Can be repeated.
    ///
    /// A host that passes IPv6 on stops listening to its router; the interfaces `lan` keep listening.
    ///
    /// # Errors
    /// When a setting cannot be written, or not noted.
    pub fn enable<'a>(
        &mut self,
        v6: bool,
        lan: impl IntoIterator<Item = &'a InterfaceName>,
    ) -> Result<(), ForwardingError> {
        self.set(V4, "1")?;
        if !v6 {
            return Ok(());
        }
        // First this, or the kernel forgets the routes that it learned from its router.
        for interface in lan {
            let key = format!("net/ipv6/conf/{interface}/accept_ra");
            if self.read(&key)?.as_deref() == Some("1") {
                self.set(&key, "2")?;
            }
        }

        self.set(V6, "1")
    }

    /// Puts everything back that was changed, last change first.
    ///
    /// # Errors
    /// When a setting cannot be written, or the notes not be removed.
    pub fn restore(&mut self) -> Result<(), ForwardingError> {
        while let Some(setting) = self.before.last() {
            self.write(&setting.key, &setting.value)?;
            self.before.pop();
        }

        if_there(fs::remove_file(&self.notes)).map(drop).map_err(ForwardingError::of("remove", &self.notes))
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), ForwardingError> {
        let Some(old) = self.read(key)?.filter(|old| old != value) else {
            return Ok(());
        };
        if self.before.iter().all(|setting| setting.key != key) {
            self.before.push(Setting { key: key.to_owned(), value: old });
            let text = self
                .before
                .iter()
                .map(|Setting { key, value }| format!("{key} {value}\n"))
                .collect::<String>();
            fs::write(&self.notes, text).map_err(ForwardingError::of("write", &self.notes))?;
        }

        self.write(key, value)
    }

    /// What the kernel has; nothing where it knows no such setting, as for an interface that is gone.
    fn read(&self, key: &str) -> Result<Option<String>, ForwardingError> {
        let path = self.sysctls.join(key);
        let text = if_there(fs::read_to_string(&path)).map_err(ForwardingError::of("read", &path))?;

        Ok(text.map(|text| text.trim().to_owned()))
    }

    fn write(&self, key: &str, value: &str) -> Result<(), ForwardingError> {
        let path = self.sysctls.join(key);
        if !path.exists() {
            return Ok(());
        }

        fs::write(&path, value).map_err(ForwardingError::of("write", &path))
    }
}

impl Drop for Forwarding {
    fn drop(&mut self) {
        if let Err(error) = self.restore() {
            tracing::warn!(?error, "Left the kernel's forwarding as it is");
        }
    }
}

/// What the operating system would not do with a file.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {}", path.display())]
pub struct ForwardingError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl ForwardingError {
    fn of(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { doing, path: path.to_owned(), source }
    }
}

#[derive(Debug)]
struct Setting {
    key: String,
    value: String,
}

impl Setting {
    fn parse(line: &str) -> Option<Self> {
        let (key, value) = line.split_once(' ')?;
        let is_ours = key.starts_with("net/") && !key.contains("..");

        is_ours.then(|| Self { key: key.to_owned(), value: value.to_owned() })
    }
}

const V4: &str = "net/ipv4/ip_forward";
const V6: &str = "net/ipv6/conf/all/forwarding";

fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const LAN_RA: &str = "net/ipv6/conf/eth0/accept_ra";

    #[test]
    fn what_was_changed_is_put_back() {
        let kernel = kernel();
        let mut forwarding = forwarding(&kernel);

        forwarding.enable(true, &[eth0()]).unwrap();
        assert_eq!(settings(&kernel), ["1", "1", "2"]);
        assert!(!forwarding.was_on().unwrap(), "that was us");
        drop(forwarding);

        assert_eq!(settings(&kernel), ["0", "0", "1"]);
        assert!(!kernel.path().join("notes").exists());
    }

    #[test]
    fn ipv6_stays_as_it_is_unless_it_is_needed() {
        let kernel = kernel();
        let mut forwarding = forwarding(&kernel);

        forwarding.enable(false, &[eth0()]).unwrap();

        assert_eq!(settings(&kernel), ["1", "0", "1"]);
    }

    #[test]
    fn a_machine_that_was_a_router_stays_one() {
        let kernel = kernel();
        fs::write(kernel.path().join(V4), "1\n").unwrap();
        let mut forwarding = forwarding(&kernel);

        forwarding.enable(false, &[eth0()]).unwrap();
        assert!(forwarding.was_on().unwrap());
        drop(forwarding);

        assert_eq!(settings(&kernel), ["1", "0", "1"]);
    }

    #[test]
    fn a_daemon_that_was_killed_leaves_notes_for_the_next() {
        let kernel = kernel();
        let mut killed = forwarding(&kernel);
        killed.enable(true, &[eth0()]).unwrap();
        std::mem::forget(killed);

        let mut next = forwarding(&kernel);
        assert!(!next.was_on().unwrap());
        next.enable(true, &[eth0()]).unwrap();
        drop(next);

        assert_eq!(settings(&kernel), ["0", "0", "1"]);
    }

    #[test]
    fn notes_that_somebody_tampered_with_lead_nowhere_else() {
        let kernel = kernel();
        let victim = kernel.path().join("victim");
        fs::write(&victim, "0").unwrap();
        fs::write(kernel.path().join("notes"), "net/../victim 1\nvictim 1\nkernel/panic 1\n\nnonsense\n")
            .unwrap();

        drop(forwarding(&kernel));

        assert_eq!(fs::read_to_string(victim).unwrap(), "0");
    }

    #[test]
    fn a_kernel_without_ipv6_is_fine() {
        let kernel = kernel();
        fs::remove_dir_all(kernel.path().join("net/ipv6")).unwrap();

        let mut forwarding = forwarding(&kernel);

        forwarding.enable(true, &[eth0()]).unwrap();
        assert!(!forwarding.was_on().unwrap());
    }

    fn kernel() -> TempDir {
        let kernel = tempfile::tempdir().unwrap();
        for (key, value) in [(V4, "0\n"), (V6, "0\n"), (LAN_RA, "1\n")] {
            let path = kernel.path().join(key);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, value).unwrap();
        }
        kernel
    }

    fn forwarding(kernel: &TempDir) -> Forwarding {
        Forwarding::with_sysctls(kernel.path(), &kernel.path().join("notes")).unwrap()
    }

    fn settings(kernel: &TempDir) -> [String; 3] {
        [V4, V6, LAN_RA].map(|key| fs::read_to_string(kernel.path().join(key)).unwrap().trim().to_owned())
    }

    fn eth0() -> InterfaceName {
        "eth0".parse().unwrap()
    }
}
