use std::{net::Ipv4Addr, path::Path, time::Duration};

use anyhow::{Context as _, Result};
use bench::{Configuration, Implementation, Peer, Tunnel};
use ipnet::{IpNet, Ipv4Net};
use lab::Namespace;
use model::PrivateKey;

use crate::vitals::processor_time;

mod client;
mod crowds;
mod figures;
mod packet;
mod parcels;
mod sink;

use client::Client;
pub use crowds::Crowds;
use figures::Cost;
pub use figures::{Figures, Gathering};
use parcels::Parcels;
use sink::Sink;

/// What a packet from a peer costs a gateway that has many of them, in time on processors.
///
/// The packets are encrypted beforehand and come one by one, as from a network card. There are never more of them under
/// way than any implementation's socket holds, so nothing is lost and the same work is done each time.
#[derive(Debug)]
pub struct Crowd {
    /// Ends before its room does.
    gateway: Tunnel,
    clients: Vec<Client>,
    sink: Sink,
    _street: Namespace,
    _folder: tempfile::TempDir,
}

impl Crowd {
    /// Measures each gathering once a round, and gives the figures of all rounds.
    ///
    /// # Errors
    /// When the gateway does not start, a client is not let in, or a packet is lost.
    pub fn measure(implementation: &Implementation, rounds: usize) -> Result<Figures> {
        let mut figures = Figures::default();
        for _ in 0..rounds {
            for gathering in Gathering::ALL {
                let cost =
                    Self::gather(implementation, gathering).and_then(|mut crowd| crowd.cost(gathering));
                figures.note(gathering, cost.with_context(|| gathering.to_string())?);
            }
        }

        Ok(figures)
    }

    /// Starts a gateway, and lets those who will talk shake hands with it.
    fn gather(implementation: &Implementation, gathering: Gathering) -> Result<Self> {
        let (folder, home, street) =
            (tempfile::tempdir()?, Namespace::create("home")?, Namespace::create("street")?);
        lay_cable(&home, &street)?;
        let key = PrivateKey::generate();
        let keys: Vec<_> = (0..gathering.peers()).map(|_| PrivateKey::generate()).collect();
        let gateway = start(implementation, &home, &key, &keys, &folder.path().join("log"))?;
        let sink = Sink::open(&home, GATEWAY_INNER)?;
        let mut clients = Vec::new();
        for (number, own) in (0..gathering.talkers()).zip(&keys) {
            let socket = street.udp_socket((outer(number), PORT))?;
            socket.connect((GATEWAY, PORT))?;
            clients.push(Client::let_in(own, &key.public_key(), number, socket)?);
        }

        Ok(Self { gateway, clients, sink, _street: street, _folder: folder })
    }

    fn cost(&mut self, gathering: Gathering) -> Result<Cost> {
        self.send(gathering, WARM_UP)?;

        Ok(Cost { time: self.send(gathering, PACKETS)?, memory: self.gateway.peak_memory()? })
    }

    /// Sends so many packets through the gateway, in turn from all who talk, and gives the processor time of one.
    fn send(&mut self, gathering: Gathering, packets: u32) -> Result<Duration> {
        let parcels = Parcels::pack(&mut self.clients, gathering.burst(), packets)?;
        let pid = self.gateway.process().id();
        let before = processor_time(pid)?;
        parcels.deliver(&self.clients, &self.sink)?;

        Ok((processor_time(pid)? - before) / packets)
    }
}

/// How many packets are measured: some tenths of a second of work.
const PACKETS: u32 = 200_000;

/// How many go before them, so that every buffer has been used.
const WARM_UP: u32 = 20_000;

/// Where the gateway is outside the tunnel, and the other end of its cable.
const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const STREET: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);

/// Where the gateway is inside.
const GATEWAY_INNER: Ipv4Addr = Ipv4Addr::new(10, 92, 255, 254);

/// Everybody's; they differ by address, as phones in the world do.
const PORT: u16 = 51820;

/// Where a client is outside: in the range of RFC 2544.
fn outer(number: u16) -> Ipv4Addr {
    let [high, low] = (number + 1).to_be_bytes();

    Ipv4Addr::new(198, 18, high, low)
}

/// Where a client is inside.
fn inner(number: u16) -> Ipv4Addr {
    let [high, low] = (number + 1).to_be_bytes();

    Ipv4Addr::new(10, 92, high, low)
}

fn lay_cable(home: &Namespace, street: &Namespace) -> Result<()> {
    home.ip(&[
        &format!("link add cable type veth peer name cable netns {}", street.path()),
        &format!("address add {GATEWAY}/24 dev cable"),
        "link set cable up",
        &format!("route add 198.18.0.0/16 via {STREET}"),
    ])?;

    street.ip(&[
        &format!("address add {STREET}/24 dev cable"),
        "link set cable up",
        // All of them are ours.
        "route add local 198.18.0.0/16 dev lo",
    ])
}

fn start(
    implementation: &Implementation,
    home: &Namespace,
    key: &PrivateKey,
    clients: &[PrivateKey],
    log: &Path,
) -> Result<Tunnel> {
    let gateway = implementation.start(home, &"crowd".parse()?, log)?;
    let peers = (0..)
        .zip(clients)
        .map(|(number, client)| Peer::new(client.public_key(), [IpNet::from(Ipv4Net::from(inner(number)))]));
    let peers = peers.collect();
    gateway.configure(&Configuration { private_key: key.clone(), listen_port: Some(PORT), peers })?;
    gateway.bring_up(&[&format!("{GATEWAY_INNER}/16")], 1420)?;

    Ok(gateway)
}
