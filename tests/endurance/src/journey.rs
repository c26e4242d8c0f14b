use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, Result};
use bench::{Configuration, Implementation, Peer, Tunnel};
use ipnet::IpNet;
use lab::{Namespace, wait_until};
use model::{PresharedKey, PrivateKey};

use crate::{clock::now, tolerance::Moved};

mod rooms;

use rooms::Rooms;

/// A client behind a router, which changes where it is, and a gateway that has to follow.
///
/// The fields are in the order in which they must end: the programs before the rooms.
#[derive(Debug)]
pub(crate) struct Journey {
    pub(crate) gateway: Tunnel,
    pub(crate) client: Tunnel,
    rooms: Rooms,
    gateway_key: PrivateKey,
    client_port: u16,
}

impl Journey {
    /// Builds the rooms and starts both programs.
    pub(crate) fn begin(gateway: &Implementation, client: &Implementation, log: &Path) -> Result<Self> {
        let rooms = Rooms::build()?;
        let (gateway_key, client_key) = (PrivateKey::generate(), PrivateKey::generate());
        let preshared_key = PresharedKey::generate();
        let configuration = |own: &PrivateKey, port, peer| Configuration {
            private_key: own.clone(),
            listen_port: Some(port),
            peers: vec![Peer { preshared_key: Some(preshared_key.clone()), ..peer }],
        };
        let at_home = configuration(&gateway_key, GATEWAY_PORT, peer(&client_key, CLIENT));
        let to_home = peer(&gateway_key, GATEWAY).at((rooms.gateway(), GATEWAY_PORT));
        let on_road = configuration(&client_key, FIRST_CLIENT_PORT, to_home);

        Ok(Self {
            gateway: start(gateway, &rooms.home, "home", GATEWAY, &at_home, log)?,
            client: start(client, &rooms.road, "road", CLIENT, &on_road, log)?,
            rooms,
            gateway_key,
            client_port: FIRST_CLIENT_PORT,
        })
    }

    /// Lets the client, which alone knows where the other is, begin. After this packets pass in both IP versions, which the
    /// kernel makes usable at its leisure.
    pub(crate) fn wait_for_first_packets(&self) -> Result<()> {
        let [home, road] = [(&self.rooms.home, CLIENT), (&self.rooms.road, GATEWAY)]
            .map(|(room, host)| inner(host).map(|address| (room, format!("ping -n -c 1 -W 1 {address}"))));

        road.into_iter().chain(home).try_for_each(|(room, ping)| {
            wait_until("the first packets pass", START_PATIENCE, || room.run(&ping).is_ok())
        })
    }

    /// Moves the client, and waits until the gateway has followed.
    pub(crate) fn go(&mut self, kind: Move) -> Result<Moved> {
        let former = self.endpoint()?;
        let begun = now();
        match kind {
            Move::Port => self.change_port()?,
            Move::Address => self.rooms.move_client()?,
            Move::Router => self.rooms.move_router()?,
            Move::Version => self.rooms.change_version()?,
        }
        let follows = || match kind {
            Move::Port | Move::Address | Move::Router => self.has_left(former),
            // Again and again: a packet that came before, and is read only now, leads the client back.
            Move::Version => self.point_client().and_then(|()| self.has_left(former)),
        };
        wait_until(&format!("the gateway follows: {kind}"), PATIENCE, follows)?;

        Ok(Moved { kind, begun, followed: now() })
    }

    /// Where the client is for the gateway.
    fn endpoint(&self) -> Result<SocketAddr> {
        let said = self.gateway.show("endpoints")?;
        let endpoint = said.split_whitespace().nth(1).context("the gateway has no peer")?;

        endpoint.parse().context("the client is nowhere yet")
    }

    fn has_left(&self, former: SocketAddr) -> Result<bool> {
        Ok(self.endpoint()? != former)
    }

    fn change_port(&mut self) -> Result<()> {
        self.client_port += 1;

        self.rooms.road.run(&format!("wg set road listen-port {}", self.client_port)).map(drop)
    }

    /// Tells the client where the gateway is for it now.
    fn point_client(&self) -> Result<()> {
        let endpoint = SocketAddr::new(self.rooms.gateway(), GATEWAY_PORT);
        let line = format!("wg set road peer {} endpoint {endpoint}", self.gateway_key.public_key());

        self.rooms.road.run(&line).map(drop)
    }
}

/// A way in which a client comes to be elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Move {
    /// Its WireGuard takes another UDP port.
    Port,
    /// It takes another address in its network.
    Address,
    /// Its router loses its public address, with all that it knew of connections, and gets another.
    Router,
    /// It comes to a network that has the other IP version alone.
    Version,
}

impl Move {
    /// One after the other, and again. The router translates only IPv4, so it moves only then.
    pub(crate) const ROUND: [Self; 7] =
        [Self::Port, Self::Address, Self::Router, Self::Version, Self::Port, Self::Address, Self::Version];
}

impl fmt::Display for Move {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Port => "another port",
            Self::Address => "another address",
            Self::Router => "another address of the router",
            Self::Version => "another IP version",
        })
    }
}

/// The gateway inside the tunnel, as the last number of its addresses.
pub(crate) const GATEWAY: u8 = 1;
/// The client inside the tunnel.
pub(crate) const CLIENT: u8 = 2;

/// The addresses of one of them inside the tunnel.
pub(crate) fn inner(host: u8) -> [IpAddr; 2] {
    [Ipv4Addr::new(10, 91, 0, host).into(), Ipv6Addr::new(0xfd91, 0, 0, 0, 0, 0, 0, host.into()).into()]
}

const GATEWAY_PORT: u16 = 51820;
const FIRST_CLIENT_PORT: u16 = 40000;

/// What `wg-quick` takes over Ethernet.
const MTU: u16 = 1420;

/// The client speaks some hundred times a second, so the gateway needs only as long as the client itself does.
const PATIENCE: Duration = Duration::from_secs(2);

/// For the first handshake.
const START_PATIENCE: Duration = Duration::from_secs(15);

fn peer(key: &PrivateKey, host: u8) -> Peer {
    Peer::new(key.public_key(), inner(host).map(IpNet::from))
}

fn start(
    program: &Implementation,
    room: &Namespace,
    interface: &str,
    host: u8,
    configuration: &Configuration,
    log: &Path,
) -> Result<Tunnel> {
    let tunnel = program.start(room, &interface.parse()?, log)?;
    tunnel.configure(configuration)?;
    let [v4, v6] = inner(host);
    tunnel.bring_up(&[&format!("{v4}/24"), &format!("{v6}/64 nodad")], MTU)?;

    Ok(tunnel)
}
