//! A phone, a home, and a wire between them that is only a value.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Instant,
};

use ipnet::IpNet;
use model::PrivateKey;
use wireguard::{Batch, Config, Device, Ecn, Endpoint, PeerConfig};

pub(crate) const HOME: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 51820);
pub(crate) const PHONE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 2)), 40000);
pub(crate) const ELSEWHERE: SocketAddr = SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 40001);
pub(crate) const HOME_V4: &str = "10.0.0.1";
pub(crate) const HOME_V6: &str = "fd00::1";
pub(crate) const PHONE_V4: &str = "10.0.0.2";
pub(crate) const PHONE_V6: &str = "fd00::2";

/// A phone that knows where home is, and a home that does not know where the phone is.
pub(crate) struct Pair {
    pub(crate) home: Device,
    pub(crate) phone: Device,
    pub(crate) now: Instant,
}

/// The packets that came out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) at_home: Vec<Vec<u8>>,
    pub(crate) at_phone: Vec<Vec<u8>>,
}

impl Pair {
    pub(crate) fn new() -> Self {
        Self {
            home: device(&key(1), vec![phone_at_home()]),
            phone: device(&key(2), vec![home_at_phone()]),
            now: Instant::now(),
        }
    }

    pub(crate) fn phone_sends(&mut self, packet: &[u8]) -> Arrived {
        let mut out = Batch::default();
        self.phone.handle_packet(packet, self.now, &mut out);
        self.settle(Batch::default(), out)
    }

    pub(crate) fn home_sends(&mut self, packet: &[u8]) -> Arrived {
        let mut out = Batch::default();
        self.home.handle_packet(packet, self.now, &mut out);
        self.settle(out, Batch::default())
    }

    /// Where home sends what is for the phone.
    pub(crate) fn home_sends_to(&mut self) -> Endpoint {
        let mut out = Batch::default();
        self.home.handle_packet(&packet(HOME_V4, PHONE_V4, 60), self.now, &mut out);
        out.datagrams().next().unwrap().0
    }

    pub(crate) fn initiation(&mut self) -> Vec<u8> {
        sent_for(&mut self.phone, &packet(PHONE_V4, HOME_V4, 60), self.now).remove(0)
    }

    /// What home answers to a datagram.
    pub(crate) fn answers(&mut self, datagram: &[u8]) -> Vec<Vec<u8>> {
        let mut out = Batch::default();
        self.home.handle_datagram(PHONE.into(), Ecn::NOT_CAPABLE, datagram, self.now, &mut out);
        assert_eq!(out.packets().len(), 0);
        out.datagrams().map(|(_, datagram)| datagram.to_vec()).collect()
    }

    pub(crate) fn arrives_at_home(&mut self, from: impl Into<Endpoint>, datagram: &[u8]) -> Vec<Vec<u8>> {
        let mut out = Batch::default();
        self.home.handle_datagram(from.into(), Ecn::NOT_CAPABLE, datagram, self.now, &mut out);
        out.packets().map(<[u8]>::to_vec).collect()
    }

    /// Carries datagrams to and fro until there are none.
    pub(crate) fn settle(&mut self, mut of_home: Batch, mut of_phone: Batch) -> Arrived {
        let mut arrived = Arrived::default();
        while !of_home.is_empty() || !of_phone.is_empty() {
            let (mut next_of_home, mut next_of_phone) = (Batch::default(), Batch::default());
            for (_, datagram) in of_phone.datagrams() {
                self.home.handle_datagram(
                    PHONE.into(),
                    Ecn::NOT_CAPABLE,
                    datagram,
                    self.now,
                    &mut next_of_home,
                );
            }
            for (_, datagram) in of_home.datagrams() {
                self.phone.handle_datagram(
                    HOME.into(),
                    Ecn::NOT_CAPABLE,
                    datagram,
                    self.now,
                    &mut next_of_phone,
                );
            }
            arrived.at_home.extend(next_of_home.packets().map(<[u8]>::to_vec));
            arrived.at_phone.extend(next_of_phone.packets().map(<[u8]>::to_vec));
            (of_home, of_phone) = (next_of_home, next_of_phone);
        }

        arrived
    }
}

pub(crate) fn device(key: &PrivateKey, peers: Vec<PeerConfig>) -> Device {
    let mut device = Device::new(1280);
    device.set(config(key, peers), Instant::now());
    device
}

pub(crate) fn config(key: &PrivateKey, peers: Vec<PeerConfig>) -> Config {
    Config { private_key: Some(key.clone()), peers }
}

pub(crate) fn phone_at_home() -> PeerConfig {
    PeerConfig { allowed_ips: nets(&["10.0.0.2/32", "fd00::2/128"]), ..peer(&key(2), "10.0.0.2/32") }
}

pub(crate) fn home_at_phone() -> PeerConfig {
    PeerConfig {
        endpoint: Some(HOME),
        allowed_ips: nets(&["0.0.0.0/0", "::/0"]),
        ..peer(&key(1), "0.0.0.0/0")
    }
}

pub(crate) fn peer(key: &PrivateKey, net: &str) -> PeerConfig {
    PeerConfig { allowed_ips: nets(&[net]), ..PeerConfig::new(key.public_key()) }
}

pub(crate) fn nets(nets: &[&str]) -> Vec<IpNet> {
    nets.iter().map(|net| net.parse().unwrap()).collect()
}

pub(crate) fn key(n: u8) -> PrivateKey {
    PrivateKey::from_bytes([n; 32])
}

pub(crate) fn sent_for(device: &mut Device, packet: &[u8], now: Instant) -> Vec<Vec<u8>> {
    let mut out = Batch::default();
    device.handle_packet(packet, now, &mut out);
    out.datagrams().map(|(_, datagram)| datagram.to_vec()).collect()
}

/// A packet of this many bytes, headers included.
pub(crate) fn packet(from: &str, to: &str, length: u16) -> Vec<u8> {
    let mut packet = vec![0xab; length.into()];
    match (from.parse().unwrap(), to.parse().unwrap()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            packet[0] = 0x45;
            packet[2..4].copy_from_slice(&length.to_be_bytes());
            packet[12..16].copy_from_slice(&from.octets());
            packet[16..20].copy_from_slice(&to.octets());
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            packet[0] = 0x60;
            packet[4..6].copy_from_slice(&(length - 40).to_be_bytes());
            packet[8..24].copy_from_slice(&from.octets());
            packet[24..40].copy_from_slice(&to.octets());
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => panic!("one version for both"),
    }

    packet
}
