use std::{collections::BTreeMap, fmt, fs, path::Path};

use anyhow::{Context as _, Result};
use lab::Namespace;
use model::InterfaceName;

/// Packets that an interface has dropped, and datagrams that found the queue of a UDP socket in its room full.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drops(BTreeMap<&'static str, u64>);

impl Drops {
    /// Since both were made.
    pub(crate) fn of(room: &Namespace, interface: &InterfaceName) -> Result<Self> {
        let mut drops = room.in_thread(|| of_interface(interface))??;
        drops.insert("udp_queue_full", room.in_thread(of_sockets)??);

        Ok(Self(drops))
    }

    /// What has come since an earlier look.
    pub(crate) fn since(self, earlier: &Self) -> Self {
        let since = |(name, count)| (name, count - earlier.0.get(name).copied().unwrap_or_default());

        Self(self.0.into_iter().map(since).collect())
    }
}

/// Only what is not 0.
impl fmt::Display for Drops {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut drops = self.0.iter().filter(|(_, count)| **count > 0).peekable();
        if drops.peek().is_none() {
            return f.write_str("none");
        }

        drops.try_for_each(|(name, count)| write!(f, "{name} {count} "))
    }
}

fn of_interface(interface: &InterfaceName) -> Result<BTreeMap<&'static str, u64>> {
    let folder = Path::new("/sys/class/net").join(interface.as_str()).join("statistics");
    let counters = ["rx_dropped", "rx_errors", "tx_dropped", "tx_errors"].into_iter().map(|name| {
        let count = fs::read_to_string(folder.join(name)).with_context(|| format!("read {name}"))?;

        Ok((name, count.trim().parse()?))
    });

    counters.collect()
}

/// In all sockets of the room, ours among them: the last column of each line but the heading.
fn of_sockets() -> Result<u64> {
    let mut sum = 0;
    for table in ["udp", "udp6"] {
        // Not `/proc/net`, which is the main thread's.
        let table = fs::read_to_string(Path::new("/proc/thread-self/net").join(table))?;
        let counts = table.lines().skip(1).filter_map(|line| line.split_whitespace().last());
        sum += counts.map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    }

    Ok(sum)
}
