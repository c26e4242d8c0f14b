use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use model::InterfaceName;

use self::notes::{Notes, Setting};
use crate::{Families, Lan, Policy};

mod notes;

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

#[cfg(test)]
mod tests {
    use model::{Service, TunnelRange};
    use tempfile::TempDir;

    use super::*;
    use crate::Posture;

    #[test]
    fn only_the_tunnel_and_the_home_pass_packets_on() {
        let kernel = kernel();
        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(true)).unwrap();
        for key in [LAN4, TUNNEL4, LAN6, TUNNEL6] {
            assert_eq!(get(&kernel, key), "1", "{key}");
        }
        for key in [V4, V6, OTHER4] {
            assert_eq!(get(&kernel, key), "0", "{key}");
        }
        assert_eq!(get(&kernel, LAN_RA), "1");
        assert_eq!(forwarding.was_on().unwrap(), Families { v4: false, v6: false }, "that was us");
        drop(forwarding);

        for key in [LAN4, TUNNEL4, LAN6, TUNNEL6] {
            assert_eq!(get(&kernel, key), "0", "{key}");
        }
        assert!(!kernel.path().join("notes").exists());
    }

    #[test]
    fn an_older_kernel_passes_ipv6_on_everywhere_and_still_hears_its_router() {
        let kernel = older_kernel();
        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(true)).unwrap();
        assert_eq!([V6, LAN_RA].map(|key| get(&kernel, key)), ["1", "2"]);
        assert_eq!(forwarding.was_on().unwrap(), Families { v4: false, v6: false }, "that was us");
        forwarding.apply(&policy(true)).unwrap();
        assert_eq!([V6, LAN_RA].map(|key| get(&kernel, key)), ["1", "2"], "again");
        drop(forwarding);

        assert_eq!([V6, LAN_RA].map(|key| get(&kernel, key)), ["0", "1"]);
    }

    #[test]
    fn each_family_has_its_own_answer() {
        for (key, families) in
            [(V4, Families { v4: true, v6: false }), (V6, Families { v4: false, v6: true })]
        {
            let kernel = older_kernel();
            put(&kernel, key, "1");
            let mut forwarding = forwarding(&kernel);

            forwarding.apply(&policy(true)).unwrap();

            assert_eq!(forwarding.was_on().unwrap(), families);
        }
    }

    #[test]
    fn ipv6_stays_as_it_is_unless_it_is_needed() {
        for kernel in [kernel(), older_kernel()] {
            let mut forwarding = forwarding(&kernel);

            forwarding.apply(&policy(false)).unwrap();

            assert_eq!([LAN4, V6, LAN6, LAN_RA].map(|key| get(&kernel, key)), ["1", "0", "0", "1"]);
        }
    }

    #[test]
    fn an_interface_that_leads_home_no_longer_is_put_back() {
        let kernel = kernel();
        let mut forwarding = forwarding(&kernel);
        forwarding.apply(&policy(true)).unwrap();

        forwarding.apply(&Policy { lan: vec![], ..policy(true) }).unwrap();
        assert_eq!([LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["0", "1"]);
        forwarding.apply(&Policy { home_assistant: None, ..policy(true) }).unwrap();

        assert_eq!([LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["0", "0"]);
        assert!(!kernel.path().join("notes").exists());
    }

    #[test]
    fn a_machine_that_was_a_router_stays_one() {
        let kernel = kernel();
        for key in [V4, LAN4, TUNNEL4] {
            put(&kernel, key, "1");
        }
        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(false)).unwrap();
        assert!(forwarding.was_on().unwrap().v4);
        drop(forwarding);

        assert_eq!([V4, LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["1", "1", "1"]);
    }

    #[test]
    fn a_machine_that_became_a_router_after_us_stays_one() {
        let kernel = older_kernel();
        let mut forwarding = forwarding(&kernel);
        forwarding.apply(&policy(true)).unwrap();

        // What the kernel does when somebody turns on the whole machine.
        for key in [V4, LAN4, TUNNEL4, OTHER4, V6, V6_DEFAULT] {
            put(&kernel, key, "1");
        }
        assert!(forwarding.was_on().unwrap().v4);
        drop(forwarding);

        for key in [V4, LAN4, TUNNEL4, OTHER4, V6, V6_DEFAULT] {
            assert_eq!(get(&kernel, key), "1", "{key}");
        }
        assert_eq!(get(&kernel, LAN_RA), "2", "a router that is to hear its own router");
    }

    #[test]
    fn a_router_that_does_not_hear_other_routers_still_does_not() {
        let kernel = older_kernel();
        put(&kernel, V6, "1");
        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(true)).unwrap();

        assert_eq!(get(&kernel, LAN_RA), "1");
    }

    #[test]
    fn what_somebody_else_changed_meanwhile_is_left_alone() {
        let kernel = older_kernel();
        put(&kernel, LAN_RA, "1");
        let mut forwarding = forwarding(&kernel);
        forwarding.apply(&policy(true)).unwrap();

        put(&kernel, LAN_RA, "0");
        drop(forwarding);

        assert_eq!(get(&kernel, LAN_RA), "0");
    }

    #[test]
    fn a_daemon_that_was_killed_leaves_notes_for_the_next() {
        let kernel = older_kernel();
        let mut killed = forwarding(&kernel);
        killed.apply(&policy(true)).unwrap();
        std::mem::forget(killed);

        let mut next = forwarding(&kernel);
        assert_eq!(next.was_on().unwrap(), Families { v4: false, v6: false });
        next.apply(&policy(true)).unwrap();
        drop(next);

        assert_eq!([LAN4, V6, LAN_RA].map(|key| get(&kernel, key)), ["0", "0", "1"]);
    }

    #[test]
    fn what_cannot_be_noted_is_not_done() {
        let kernel = kernel();
        let notes = kernel.path().join("missing/notes");
        let mut forwarding = Forwarding::with_sysctls(kernel.path(), &notes).unwrap();

        assert!(forwarding.apply(&policy(true)).is_err());
        assert_eq!([LAN4, TUNNEL4].map(|key| get(&kernel, key)), ["0", "0"]);
        fs::create_dir(kernel.path().join("missing")).unwrap();
        forwarding.apply(&policy(true)).unwrap();

        assert_eq!(fs::read_to_string(notes).unwrap().lines().count(), 4, "nothing was taken for noted");
    }

    #[test]
    fn notes_that_somebody_tampered_with_lead_nowhere_else() {
        let kernel = kernel();
        let victim = kernel.path().join("victim");
        fs::write(&victim, "0").unwrap();
        fs::write(
            kernel.path().join("notes"),
            "net/../victim 1 0\nvictim 1 0\nkernel/panic 1 0\n\nnet/nonsense\nnonsense\n",
        )
        .unwrap();

        drop(forwarding(&kernel));

        assert_eq!(fs::read_to_string(victim).unwrap(), "0");
    }

    #[test]
    fn a_kernel_without_ipv6_is_fine() {
        let kernel = kernel();
        fs::remove_dir_all(kernel.path().join("net/ipv6")).unwrap();

        let mut forwarding = forwarding(&kernel);

        forwarding.apply(&policy(true)).unwrap();
        assert!(!forwarding.was_on().unwrap().v6);
    }

    fn kernel() -> TempDir {
        let kernel = older_kernel();
        for key in [LAN6, TUNNEL6, V6_BY_INTERFACE] {
            put(&kernel, key, "0");
        }
        kernel
    }

    /// Before Linux 6.17.
    fn older_kernel() -> TempDir {
        let kernel = tempfile::tempdir().unwrap();
        for key in [V4, V6, V6_DEFAULT, LAN4, TUNNEL4, OTHER4] {
            put(&kernel, key, "0");
        }
        put(&kernel, LAN_RA, "1");
        kernel
    }

    fn forwarding(kernel: &TempDir) -> Forwarding {
        Forwarding::with_sysctls(kernel.path(), &kernel.path().join("notes")).unwrap()
    }

    fn put(kernel: &TempDir, key: &str, value: &str) {
        let path = kernel.path().join(key);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{value}\n")).unwrap();
    }

    /// What a setting is; "0" where it is missing.
    fn get(kernel: &TempDir, key: &str) -> String {
        let text = fs::read_to_string(kernel.path().join(key));
        text.map_or_else(|_| "0".to_owned(), |text| text.trim().to_owned())
    }

    fn policy(v6: bool) -> Policy {
        Policy {
            tunnel: "latchkey0".parse().unwrap(),
            range: TunnelRange::new("10.77.7.0/24".parse().unwrap(), "fd77::/64".parse().unwrap()).unwrap(),
            wireguard_port: 41194,
            page_port: 80,
            lan: vec![Lan { interface: "eth0".parse().unwrap(), prefixes: vec![] }],
            owners_and_family: vec![],
            guests: vec![],
            guests_for: None,
            home_assistant: Some(Service {
                v4: Some("192.168.5.10:8123".parse().unwrap()),
                v6: v6.then(|| "[2001:db8:5::10]:8123".parse().unwrap()),
            }),
            posture: Posture::Appliance,
        }
    }

    const LAN4: &str = "net/ipv4/conf/eth0/forwarding";
    const TUNNEL4: &str = "net/ipv4/conf/latchkey0/forwarding";
    const OTHER4: &str = "net/ipv4/conf/other/forwarding";
    const LAN6: &str = "net/ipv6/conf/eth0/force_forwarding";
    const TUNNEL6: &str = "net/ipv6/conf/latchkey0/force_forwarding";
    const LAN_RA: &str = "net/ipv6/conf/eth0/accept_ra";
}
