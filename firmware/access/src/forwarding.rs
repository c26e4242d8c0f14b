use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use model::InterfaceName;

use self::notes::{Notes, Setting};
use crate::{Families, Lan, Policy};

mod notes;
#[cfg(test)]
mod tests;

/// Whether the kernel passes packets on between interfaces, and what has to be put back afterwards.
///
/// What is changed is as little as can be: packets are passed on that come in on the tunnel and on the networks at home,
/// and the switch for the whole machine (`ip_forward`) stays what it is. So a program that needs that switch still finds
/// it off, and turns it on for itself, and can be told from us. Only over IPv6 and before Linux 6.17 there is no other
/// switch (see [`Forwarding::restore`]).
///
/// What is changed is noted in a file before it is: a daemon that was killed, and started again, must not take its own
/// change for the machine's. The file belongs into `/run`, which forgets when the kernel does.
#[derive(Debug)]
pub struct Forwarding {
    sysctls: PathBuf,
    notes: Notes,
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
        Ok(Self { sysctls: sysctls.to_owned(), notes: Notes::read(notes)? })
    }

    /// In which families this machine is a router without us.
    ///
    /// # Errors
    /// When the kernel's settings cannot be read.
    pub fn was_on(&self) -> Result<Families, ForwardingError> {
        let was_on = |key: &str| {
            let value =
                self.notes.of(key).map_or_else(|| self.read(key), |setting| Ok(Some(setting.old.clone())))?;
            Ok(value.is_some_and(|value| value != "0"))
        };

        Ok(Families { v4: was_on(V4)?, v6: was_on(V6)? })
    }

    /// Has the kernel pass on what `policy` needs, and nothing else any more. Can be repeated.
    ///
    /// # Errors
    /// When a setting cannot be written, or not noted.
    pub fn apply(&mut self, policy: &Policy) -> Result<(), ForwardingError> {
        let wanted = self.wanted(policy)?;
        self.release(|key| wanted.iter().any(|(wanted, _)| wanted == key))?;

        wanted.iter().try_for_each(|(key, value)| self.set(key, value))
    }

    /// Puts back what was changed, last change first, except what somebody else has come to need.
    ///
    /// That cannot be known for certain. A value that is not the one that we wrote is somebody else's. So is everything
    /// as soon as the switch for the whole machine was turned on, which we did not do: turning it off under a container
    /// that was started after us would cut it off, which the owner would not understand; leaving it on is what that
    /// program wanted, and rules of its own come with it. Where we had to turn on IPv6 for the whole machine ourselves,
    /// its default for new interfaces is kept off, which the kernel turns on whenever anybody turns on the whole
    /// machine: still off, nobody else has asked. Without such a sign everything is put back, since a machine that
    /// passes packets on without our rules lays the home open, which nobody would notice.
    ///
    /// # Errors
    /// When a setting cannot be written, or the notes not be removed.
    pub fn restore(&mut self) -> Result<(), ForwardingError> {
        self.release(|_| false)
    }

    /// Settings and values, in the order in which they are to be made.
    fn wanted(&self, policy: &Policy) -> Result<Vec<Wanted>, ForwardingError> {
        let on = |family: &str, name: &str| {
            let interfaces = policy.lan.iter().map(|lan| &lan.interface).chain([&policy.tunnel]);
            let key = |interface: &InterfaceName| (format!("net/{family}/conf/{interface}/{name}"), "1");
            interfaces.map(key).collect::<Vec<_>>()
        };
        let mut wanted = Vec::new();
        if policy.target(SocketAddr::is_ipv4).is_some() {
            wanted.extend(on("ipv4", "forwarding"));
        }
        if policy.target(SocketAddr::is_ipv6).is_some() {
            let is_by_interface = self.read(V6_BY_INTERFACE)?.is_some();
            let v6 =
                if is_by_interface { on("ipv6", "force_forwarding") } else { self.everywhere_v6(policy)? };
            wanted.extend(v6);
        }

        Ok(wanted)
    }

    /// A host that passes IPv6 on stops listening to its router; the interfaces to the home keep listening. That comes
    /// first, or the kernel forgets the routes that it learned.
    fn everywhere_v6(&self, policy: &Policy) -> Result<Vec<Wanted>, ForwardingError> {
        if self.was_on()?.v6 {
            return Ok(Vec::new());
        }
        let noted = self.notes.settings().iter().map(|setting| setting.key.clone());
        let mut listening = noted.filter(|key| key.ends_with("/accept_ra")).collect::<Vec<_>>();
        for Lan { interface, .. } in &policy.lan {
            let key = format!("net/ipv6/conf/{interface}/accept_ra");
            if self.read(&key)?.as_deref() == Some("1") {
                listening.push(key);
            }
        }

        Ok(listening.into_iter().map(|key| (key, "2")).chain([(V6.to_owned(), "1")]).collect())
    }

    fn set(&mut self, key: &str, ours: &str) -> Result<(), ForwardingError> {
        let Some(old) = self.read(key)?.filter(|old| old != ours) else {
            return Ok(());
        };
        if self.notes.of(key).is_none() {
            self.notes.add(Setting { key: key.to_owned(), old, ours: ours.to_owned() })?;
        }
        // See `restore`.
        let new_interfaces = if key == V6 { self.read(V6_DEFAULT)? } else { None };
        self.write(key, ours)?;

        new_interfaces.map_or(Ok(()), |value| self.write(V6_DEFAULT, &value))
    }

    /// Puts back all but what `is_kept`.
    fn release(&mut self, is_kept: impl Fn(&str) -> bool) -> Result<(), ForwardingError> {
        let settings = self.notes.settings();
        let (kept, released) =
            settings.iter().cloned().partition::<Vec<_>, _>(|setting| is_kept(&setting.key));
        if released.is_empty() {
            return Ok(());
        }
        for setting in released.iter().rev() {
            if self.is_ours(setting)? {
                self.write(&setting.key, &setting.old)?;
            }
        }

        self.notes.replace(kept)
    }

    /// Whether a setting is still ours to put back.
    fn is_ours(&self, setting: &Setting) -> Result<bool, ForwardingError> {
        let is_on = |key: &str| Ok(self.read(key)?.is_some_and(|value| value != "0"));
        let is_needed = match setting.key.as_str() {
            V6 => is_on(V6_DEFAULT)?,
            key if key.starts_with("net/ipv4/") => is_on(V4)?,
            key if key.ends_with("/accept_ra") => is_on(V6)?,
            _ => false,
        };

        Ok(!is_needed && self.read(&setting.key)?.as_ref() == Some(&setting.ours))
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

/// A key, and what it is to be.
type Wanted = (String, &'static str);

const V4: &str = "net/ipv4/ip_forward";
const V6: &str = "net/ipv6/conf/all/forwarding";
const V6_DEFAULT: &str = "net/ipv6/conf/default/forwarding";
/// There since Linux 6.17.
const V6_BY_INTERFACE: &str = "net/ipv6/conf/all/force_forwarding";

fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
