//! What the kernel counts as dropped around a tunnel.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use lab::Namespace;
use model::InterfaceName;

/// Packets that an interface has dropped, and datagrams that found the queue of a UDP socket in its room full: by name,
/// and only what is not 0.
pub(crate) fn of(room: &Namespace, interface: &InterfaceName) -> Result<Vec<(String, u64)>> {
    let mut drops = room.in_thread(|| of_interface(interface))??;
    drops.push(("udp_queue_full".to_owned(), room.in_thread(of_sockets)??));
    drops.retain(|(_, count)| *count > 0);

    Ok(drops)
}

fn of_interface(interface: &InterfaceName) -> Result<Vec<(String, u64)>> {
    let folder = Path::new("/sys/class/net").join(interface.as_str()).join("statistics");
    let counters = ["rx_dropped", "rx_errors", "tx_dropped", "tx_errors"].into_iter().map(|name| {
        let count = fs::read_to_string(folder.join(name)).with_context(|| format!("read {name}"))?;

        Ok((name.to_owned(), count.trim().parse()?))
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
