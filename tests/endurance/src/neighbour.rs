use std::{net::IpAddr, path::Path, time::Duration};

use anyhow::Result;
use bench::{Implementation, Kind, Tunnel};
use lab::{Namespace, wait_until};

use crate::{
    Kernel, Mirror,
    road::{Road, Side},
    virtual_machine::VirtualMachine,
};

/// Another implementation with roads to ours, one for each way to tunnel.
///
/// The fields are in the order in which they must end: ours before theirs.
#[derive(Debug)]
pub(crate) struct Neighbour {
    pub(crate) name: String,
    /// Each with our end of it.
    pub(crate) roads: Vec<(Road, Tunnel)>,
    pub(crate) home: Namespace,
    away: Away,
}

impl Neighbour {
    /// A program, in a room of its own.
    pub(crate) fn program(ours: &Implementation, theirs: &Implementation, folder: &Path) -> Result<Self> {
        let name = theirs.kind().name();
        let (home, room) = (Namespace::create("home")?, Namespace::create(name)?);
        home.ip(&[&format!("link add cable type veth peer name cable netns {}", room.path())])?;
        plug(&room, Side::Away)?;
        let roads = Road::all();
        let start = |road| start(theirs, &room, road, Side::Away, &folder.join(name));
        let tunnels = roads.iter().map(start).collect::<Result<_>>()?;
        Mirror::start_in(&room)?;

        Self::build(name, ours, home, roads, Away::Room { room, _tunnels: tunnels }, folder)
    }

    /// The Linux kernel's own, in a virtual machine.
    pub(crate) fn kernel(ours: &Implementation, kernel: &Kernel, folder: &Path) -> Result<Self> {
        let (home, roads) = (Namespace::create("home")?, Road::all());
        let machine = VirtualMachine::boot(kernel, &home, &roads, folder)?;

        Self::build("Linux", ours, home, roads, Away::Machine { _machine: machine }, folder)
    }

    fn build(
        name: &str,
        ours: &Implementation,
        home: Namespace,
        roads: Vec<Road>,
        away: Away,
        folder: &Path,
    ) -> Result<Self> {
        plug(&home, Side::Home)?;
        let log = folder.join(format!("latchkey-{name}"));
        let with_ours = |road| Ok((start(ours, &home, &road, Side::Home, &log)?, road));
        let roads = roads.into_iter().map(with_ours).map(|pair| pair.map(|(tunnel, road)| (road, tunnel)));

        Ok(Self { name: name.to_owned(), roads: roads.collect::<Result<_>>()?, home, away })
    }

    /// Waits until packets pass in both IP versions, the first handshake having been begun by whom the road wants.
    pub(crate) fn open(&self, road: &Road) -> Result<()> {
        let [home, away] = [Side::Home, Side::Away].map(|side| road.inner(side));
        let knock = || match (&self.away, road.initiator) {
            (Away::Room { room, .. }, Side::Away) => ping(room, home[0]),
            // The machine knocks by itself; whoever does not know where the other is begins nothing.
            (Away::Room { .. } | Away::Machine { .. }, Side::Home) | (Away::Machine { .. }, Side::Away) => {
                ping(&self.home, away[0])
            }
        };
        let passes = || knock() && away.into_iter().all(|address| ping(&self.home, address));

        wait_until(&format!("packets pass: {}, {road}", self.name), PATIENCE, passes)
    }

    /// What it is asked to carry in each tunnel: little for an emulated machine.
    pub(crate) fn pace(&self) -> Pace {
        match self.away {
            Away::Room { .. } => {
                Pace { datagram: Duration::from_millis(40), chunk: Duration::from_millis(200) }
            }
            Away::Machine { .. } => {
                Pace { datagram: Duration::from_millis(50), chunk: Duration::from_secs(1) }
            }
        }
    }

    /// Whether a datagram in 65,536 would be lost: one whose UDP checksum comes to zero, which wireguard-go writes as zero,
    /// and IPv6 does not allow.
    pub(crate) fn spoils_udp_over_ipv6(&self) -> bool {
        self.name == Kind::WireguardGo.name()
    }
}

/// How often a courier and a stream send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) datagram: Duration,
    pub(crate) chunk: Duration,
}

/// What is at the other end.
#[derive(Debug)]
enum Away {
    Room { room: Namespace, _tunnels: Vec<Tunnel> },
    Machine { _machine: VirtualMachine },
}

/// Gives the cable of a room the addresses of a side.
fn plug(room: &Namespace, side: Side) -> Result<()> {
    let [v4, v6] = side.nets();

    room.ip(&[
        &format!("address add {v4} dev cable"),
        &format!("address add {v6} dev cable nodad"),
        "link set cable up",
    ])
}

fn start(program: &Implementation, room: &Namespace, road: &Road, side: Side, log: &Path) -> Result<Tunnel> {
    let tunnel = program.start(room, &road.interface(side)?, log)?;
    tunnel.configure(&road.configuration(side))?;
    let [v4, v6] = road.inner_nets(side);
    tunnel.bring_up(&[&v4, &format!("{v6} nodad")], MTU)?;

    Ok(tunnel)
}

fn ping(room: &Namespace, address: IpAddr) -> bool {
    room.run(&format!("ping -n -c 1 -W 1 {address}")).is_ok()
}

/// What `wg-quick` takes over Ethernet.
const MTU: u16 = 1420;

/// A machine in QEMU takes a quarter of it to be there.
const PATIENCE: Duration = Duration::from_secs(120);
