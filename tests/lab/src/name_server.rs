use std::{
    fmt, fs,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::{
    Namespace, Process,
    mark::{self, Mark},
    wait_until,
};

/// The name server of the internet: Knot DNS, whose zones are changed by dynamic updates (RFC 2136) while it runs.
///
/// It knows its zones and nothing else; who asks for another name is refused.
#[derive(Debug)]
pub struct NameServer {
    updates: Updates,
    addresses: Vec<IpAddr>,
    process: Process,
    _folder: TempDir,
}

impl NameServer {
    /// The time for which its records may be kept, in seconds, unless another is said.
    pub const TTL: u32 = 60;

    /// Starts it on port 53 of these addresses, which the room must have, with empty zones of these names.
    ///
    /// # Errors
    /// When it does not start; its log is in the error.
    pub fn start(room: &Namespace, addresses: &[IpAddr], zones: &[&str]) -> Result<Self> {
        let address = *addresses.first().context("a name server needs an address")?;
        let prefix = format!("{}{}.", mark::FOLDER_PREFIX, Mark::own());
        let folder = tempfile::Builder::new().prefix(&prefix).tempdir()?;
        let path = folder.path().display().to_string();
        for zone in zones {
            fs::write(folder.path().join(format!("{zone}.zone")), EMPTY_ZONE)?;
        }
        let config = folder.path().join("knot.conf");
        fs::write(&config, Config { folder: &path, addresses, zones }.to_string())?;
        let mut command = room.command("/usr/sbin/knotd");
        command.arg("-c").arg(&config);
        let process = room.spawn(command, &folder.path().join("knot.log"))?;
        let zones = zones.iter().map(|zone| (*zone).to_owned()).collect();
        let updates = Updates { room: room.clone(), address, zones };
        let addresses = addresses.to_vec();
        let server = Self { updates, addresses, process, _folder: folder };
        server.wait_for_answer()?;

        Ok(server)
    }

    /// Lets this room ask here, and nowhere else.
    ///
    /// # Errors
    /// When the room's `/etc/resolv.conf` cannot be written.
    pub fn serve(&self, room: &Namespace) -> Result<()> {
        let servers = self.addresses.iter().map(|address| format!("nameserver {address}\n"));
        let text = servers.collect::<String>() + "options timeout:2 attempts:2\n";

        // What lies over `/etc/resolv.conf` in every room.
        room.in_thread(|| fs::write("/run/resolv.conf", text))?.context("name the name server")
    }

    /// Makes these the addresses of a name, of one family (`A` or `AAAA`); none removes it.
    ///
    /// # Errors
    /// When the name is in none of the zones.
    pub fn set(&self, name: &str, kind: RecordType, addresses: &[IpAddr], ttl: u32) -> Result<()> {
        self.updates.set(name, kind, addresses, ttl)
    }

    /// Gives a host an address of each family that stands here.
    ///
    /// # Errors
    /// When the name is in none of the zones.
    pub fn set_host(&self, name: &str, addresses: &[IpAddr]) -> Result<()> {
        let sets = [RecordType::A, RecordType::Aaaa].map(|kind| {
            let of_kind = addresses.iter().copied().filter(|address| RecordType::of(*address) == kind);
            (kind, of_kind.collect::<Vec<_>>())
        });

        self.updates.send(name, &sets, Self::TTL)
    }

    /// What the world is told: the records of a name, of one family, in a steady order.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn records(&self, name: &str, kind: RecordType) -> Result<Vec<Record>> {
        let line = format!("kdig @{} +noall +answer +timeout=2 {name} {kind}", self.updates.address);
        let mut records: Vec<_> = self.updates.room.run(&line)?.lines().filter_map(Record::read).collect();
        records.sort_unstable();

        Ok(records)
    }

    /// [`records`](Self::records) without what is beside the addresses.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn addresses(&self, name: &str) -> Result<Vec<IpAddr>> {
        let v4 = self.records(name, RecordType::A)?;
        let v6 = self.records(name, RecordType::Aaaa)?;

        Ok(v4.into_iter().chain(v6).map(|record| record.address).collect())
    }

    /// Where it is asked.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        (self.updates.address, 53).into()
    }

    pub(crate) fn updates(&self) -> Updates {
        self.updates.clone()
    }

    /// The process, to stop it or let it hang.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    fn wait_for_answer(&self) -> Result<()> {
        let questions: Vec<_> = self.updates.zones.iter().map(|zone| format!("{zone} SOA")).collect();
        let line =
            format!("kdig @{} +short +timeout=1 +retry=0 {}", self.updates.address, questions.join(" "));
        // Who asks before it listens waits for a second.
        let knows_all = || {
            let started = self.process.log().contains("server started");
            anyhow::Ok(started && self.updates.room.run(&line)?.lines().count() >= questions.len())
        };

        wait_until("the name server knows its zones", PATIENCE, knows_all)
            .with_context(|| format!("the name server's log:\n{}", self.process.log()))
    }
}

/// Changes what a name server knows, from its own room.
#[derive(Debug, Clone)]
pub(crate) struct Updates {
    room: Namespace,
    address: IpAddr,
    zones: Vec<String>,
}

impl Updates {
    /// As [`NameServer::set`].
    pub(crate) fn set(&self, name: &str, kind: RecordType, addresses: &[IpAddr], ttl: u32) -> Result<()> {
        self.send(name, &[(kind, addresses.to_vec())], ttl)
    }

    fn send(&self, name: &str, sets: &[(RecordType, Vec<IpAddr>)], ttl: u32) -> Result<()> {
        let mut update = format!("server {} 53\nzone {}\n", self.address, self.zone_of(name)?);
        for (kind, addresses) in sets {
            let add = |address| format!("update add {name} {ttl} {kind} {address}\n");
            update += &format!("update delete {name} {kind}\n");
            update.extend(addresses.iter().map(add));
        }
        self.room.feed("knsupdate", &(update + "send\n")).with_context(|| format!("update {name}"))?;

        Ok(())
    }

    fn zone_of(&self, name: &str) -> Result<&str> {
        let is_in = |zone: &&String| {
            name.strip_suffix(zone.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        let zone = self.zones.iter().filter(is_in).max_by_key(|zone| zone.len());

        zone.map(String::as_str).with_context(|| format!("{name} is in none of {:?}", self.zones))
    }
}

/// A kind of address record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordType {
    /// IPv4.
    A,
    /// IPv6.
    Aaaa,
}

impl RecordType {
    /// The kind that holds this address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::A,
            IpAddr::V6(_) => Self::Aaaa,
        }
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
        })
    }
}

/// An address record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// The address.
    pub address: IpAddr,
    /// For how long it may be kept, in seconds.
    pub ttl: u32,
}

impl Record {
    /// `home.example.org. 60 IN A 203.0.113.2`
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace().skip(1);
        let ttl = words.next()?.parse().ok()?;
        let address = words.nth(2)?.parse().ok()?;

        Some(Self { address, ttl })
    }
}

/// More than its start takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is not there is not to be remembered for longer than what is.
const EMPTY_ZONE: &str = "@ 60 SOA ns.invalid. owner.invalid. 1 60 60 86400 60\n@ 60 NS ns.invalid.\n";

struct Config<'a> {
    folder: &'a str,
    addresses: &'a [IpAddr],
    zones: &'a [&'a str],
}

impl fmt::Display for Config<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { folder, .. } = self;
        let listen: Vec<_> = self.addresses.iter().map(|address| format!("{address}@53")).collect();
        let own: Vec<_> = self.addresses.iter().map(IpAddr::to_string).collect();
        // Updates come from the server's own room, and from nowhere else.
        write!(
            f,
            "server:
  rundir: {folder}
  user: root:root
  listen: [ {} ]
database:
  storage: {folder}/database
log:
  - target: stderr
    any: info
acl:
  - id: own
    address: [ 127.0.0.0/8, ::1, {} ]
    action: update
template:
  - id: default
    storage: {folder}
    zonefile-sync: -1
    journal-content: none
    acl: own
zone:
",
            listen.join(", "),
            own.join(", ")
        )?;
        self.zones.iter().try_for_each(|zone| writeln!(f, "  - domain: {zone}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_kdig_writes_it() {
        let record = Record::read("home.example.org.   \t60\tIN\tAAAA\t2001:db8::1").unwrap();

        assert_eq!(record, Record { address: "2001:db8::1".parse().unwrap(), ttl: 60 });
        assert_eq!(Record::read("home.example.org. 60 IN CNAME elsewhere.org."), None);
        assert_eq!(Record::read(""), None);
    }
}
