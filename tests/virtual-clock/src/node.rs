use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use model::PrivateKey;
use wireguard::{Batch, Config, Counters, Device, Ecn, Endpoint, PeerConfig, PeerStatus};

/// One device with an address; the one place that calls the crate `wireguard`.
pub struct Node {
    device: Device,
    out: Batch,
    /// Where it is.
    pub address: SocketAddr,
}

impl Node {
    /// A device that is nobody yet.
    #[must_use]
    pub fn new(address: SocketAddr) -> Self {
        Self { device: Device::new(MTU), out: Batch::default(), address }
    }

    /// Becomes what the configuration says.
    pub fn set(&mut self, config: Config, now: Instant) {
        self.device.set(config, now);
    }

    /// Reads a datagram from `source`, which was sent to where the node is.
    pub fn handle_datagram(&mut self, source: SocketAddr, datagram: &[u8], now: Instant) -> Output {
        self.handle_marked_datagram(source, Ecn::NOT_CAPABLE, datagram, now)
    }

    /// Reads a datagram that says something of congestion.
    pub fn handle_marked_datagram(
        &mut self,
        source: SocketAddr,
        ecn: Ecn,
        datagram: &[u8],
        now: Instant,
    ) -> Output {
        let source = Endpoint { remote: source, local: Some(self.address.ip()) };
        self.device.handle_datagram(source, ecn, datagram, now, &mut self.out);

        self.output()
    }

    /// Sends an inner packet.
    pub fn handle_packet(&mut self, packet: &[u8], now: Instant) -> Output {
        self.device.handle_packet(packet, now, &mut self.out);

        self.output()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.device.poll_timeout()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) -> Output {
        self.device.handle_timeout(now, &mut self.out);

        self.output()
    }

    /// What it is now.
    #[must_use]
    pub fn config(&self) -> Config {
        self.device.config()
    }

    /// How its peers are.
    pub fn peers(&self) -> impl Iterator<Item = PeerStatus> {
        self.device.peers()
    }

    /// What it dropped.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        self.device.counters()
    }

    fn output(&mut self) -> Output {
        let packets = self.out.packets().map(<[u8]>::to_vec).collect();
        let datagrams = self.out.datagrams().map(|(to, datagram)| (to.remote, datagram.to_vec())).collect();
        self.out.clear();

        Output { packets, datagrams }
    }
}

/// What a device wants done.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Output {
    /// Inner packets that came out.
    pub packets: Vec<Vec<u8>>,
    /// Datagrams and where they go.
    pub datagrams: Vec<(SocketAddr, Vec<u8>)>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Answers, and does not know where the phone is.
    Home,
    /// Begins.
    Phone,
}

impl Side {
    /// Both of them.
    pub const BOTH: [Self; 2] = [Self::Home, Self::Phone];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Home => Self::Phone,
            Self::Phone => Self::Home,
        }
    }

    /// Its address inside the tunnel.
    #[must_use]
    pub fn inner(self) -> Ipv4Addr {
        match self {
            Self::Home => Ipv4Addr::new(10, 0, 0, 1),
            Self::Phone => Ipv4Addr::new(10, 0, 0, 2),
        }
    }

    /// Its secret.
    #[must_use]
    pub fn key(self) -> PrivateKey {
        match self {
            Self::Home => PrivateKey::from_bytes([1; 32]),
            Self::Phone => PrivateKey::from_bytes([2; 32]),
        }
    }

    /// Its configuration, with the other side as its only peer.
    #[must_use]
    pub fn config(self) -> Config {
        let other = PeerConfig {
            endpoint: match self {
                Self::Home => None,
                Self::Phone => Some(HOME),
            },
            allowed_ips: vec![IpAddr::V4(self.other().inner()).into()],
            ..PeerConfig::new(self.other().key().public_key())
        };

        Config { private_key: Some(self.key()), peers: vec![other] }
    }

    /// The same, knowing where the other is.
    #[must_use]
    pub fn config_with_endpoint(self, other: SocketAddr) -> Config {
        let mut config = self.config();
        config.peers[0].endpoint = Some(other);

        config
    }

    /// The same, with a persistent keepalive of this many seconds.
    #[must_use]
    pub fn config_with_keepalive(self, seconds: u16) -> Config {
        let mut config = self.config();
        config.peers[0].persistent_keepalive = Some(seconds);

        config
    }
}

/// Where home is.
pub const HOME: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 51820);
/// Where the phone is at first.
pub const PHONE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 2)), 40000);
/// How late a device may be with what is due.
pub const TICK: Duration = Duration::from_millis(250);

const MTU: u16 = 1280;
