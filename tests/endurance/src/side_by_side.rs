use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use bench::{Implementation, Tunnel};

use crate::{
    Account, Courier, Drops, Kernel, Passage, Stream,
    clock::now,
    handshakes::Handshakes,
    neighbour::Neighbour,
    road::{Road, Side},
    threads::join,
};

/// Ours beside other implementations, all at the same time: traffic both ways, over rekeys, with nothing lost.
#[derive(Debug)]
pub struct SideBySide {
    neighbours: Vec<Neighbour>,
    /// Where everybody's logs are, and gone with this.
    _folder: tempfile::TempDir,
}

impl SideBySide {
    /// Starts them all, each with four tunnels to ours: begun by us and by them, over IPv4 and over IPv6.
    ///
    /// # Errors
    /// When one does not start.
    pub fn build(ours: &Implementation, others: &[Implementation], kernel: Option<&Kernel>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        // Begun first, since it takes longest: the machine starts while the others do.
        let kernel = kernel.map(|kernel| Neighbour::kernel(ours, kernel, folder.path()));
        let programs = others.iter().map(|theirs| Neighbour::program(ours, theirs, folder.path()));
        let neighbours = kernel.into_iter().chain(programs).collect::<Result<_>>()?;

        Ok(Self { neighbours, _folder: folder })
    }

    /// Waits until all tunnels are open, and keeps traffic in each of them for so long.
    ///
    /// # Errors
    /// When a tunnel does not open, a TCP connection breaks, or something other than a packet is lost.
    pub fn run(&self, length: Duration) -> Result<Vec<Passage>> {
        for neighbour in &self.neighbours {
            neighbour.roads.iter().try_for_each(|(road, _)| neighbour.open(road))?;
        }
        let until = now() + length;
        thread::scope(|scope| {
            let travels: Vec<_> = self
                .neighbours
                .iter()
                .flat_map(|neighbour| neighbour.roads.iter().map(move |(road, ours)| (neighbour, road, ours)))
                .map(|(neighbour, road, ours)| {
                    let travel = move || travel(neighbour, road, ours, until);
                    scope.spawn(move || travel().with_context(|| format!("{}, {road}", neighbour.name)))
                })
                .collect();

            travels.into_iter().map(join).collect()
        })
    }
}

/// Traffic on one road until then.
fn travel(neighbour: &Neighbour, road: &Road, ours: &Tunnel, until: Instant) -> Result<Passage> {
    let (home, away) = (&neighbour.home, road.inner(Side::Away));
    let pace = neighbour.pace();
    let begun = now();
    thread::scope(|scope| {
        let mirrors = if neighbour.spoils_udp_over_ipv6() { &away[..1] } else { &away[..] };
        let couriers: Vec<_> = mirrors
            .iter()
            .map(|mirror| scope.spawn(move || Courier::between(home, *mirror)?.run(pace.datagram, until)))
            .collect();
        let stream = scope.spawn(move || Stream::between(home, away[1])?.run(pace.chunk, until));
        let handshakes = watch(ours, until)?;
        let accounts = couriers.into_iter().map(join).collect::<Result<Vec<_>>>()?;

        Ok(Passage {
            name: format!("{}, {road}", neighbour.name),
            length: until.saturating_duration_since(begun),
            datagrams: Account::sum(accounts),
            bytes: join(stream)?,
            rekeys: handshakes.rekeys(),
            drops: Drops::of(home, ours.interface())?,
        })
    })
}

/// Counts the handshakes until then.
fn watch(tunnel: &Tunnel, until: Instant) -> Result<Handshakes> {
    let mut handshakes = Handshakes::default();
    while now() < until && !lab::is_interrupted() {
        handshakes.look(tunnel)?;
        thread::sleep(LOOK.min(until.saturating_duration_since(now())));
    }

    Ok(handshakes)
}

/// Handshakes of one tunnel are many seconds apart.
const LOOK: Duration = Duration::from_secs(1);
