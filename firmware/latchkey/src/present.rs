//! How things stand: one value from which the page, the lamps and the use-cases all read.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use model::{Endpoint, HostNumber, Lamps, Peer, Place, PublicKey, Role, Service, TunnelRange};
use reachability::check::Traffic;
use registry::Snapshot;
use tunnel::PeerStatus;
use web_api::wire;

use crate::{
    home_assistant::Choice,
    lan::HomeNetwork,
    way_in::{self, Standing},
};

/// The present, complete.
#[derive(Debug, Clone)]
pub(crate) struct Present {
    /// What is written down.
    pub snapshot: Snapshot,
    /// Who the box is.
    pub public_key: PublicKey,
    /// The addresses in the tunnel.
    pub range: TunnelRange,
    /// The UDP port of the tunnel.
    pub port: u16,
    /// The home network.
    pub home: HomeNetwork,
    /// The name that the box claims on it.
    pub host_name: String,
    /// The TCP port of the page.
    pub page_port: u16,
    /// Home Assistant.
    pub home_assistant: Option<Choice>,
    /// How much longer guests may stay; `None` means that they are out.
    pub guests_left: Option<Duration>,
    /// How the way in stands.
    pub standing: Standing,
    /// How long ago somebody came in from outside, if it still counts.
    pub proven: Option<Duration>,
    /// What else at home is open to the internet, as of the last look.
    pub exposed: Vec<wire::Finding>,
    /// What has come from outside to the tunnel's port.
    pub traffic: Traffic,
    /// Whether something trustworthy has set the clock.
    pub clock_is_set: bool,
    /// How the tunnel's peers are.
    pub peers: Vec<PeerStatus>,
    /// What is wrong.
    pub faults: Vec<wire::Fault>,
    /// What was dropped, by reason.
    pub counters: BTreeMap<String, u64>,
    /// What the lamps show.
    pub lamps: Lamps,
}

impl Present {
    /// What the peer at this address may do, if it may come in now.
    pub(crate) fn role_of(&self, source: IpAddr) -> Option<Role> {
        let host = self.range.host_of(source)?;
        let peer = self.snapshot.peers.iter().find(|peer| peer.host == host)?;

        (self.may_come_in(peer) && !self.snapshot.locked).then_some(peer.role)
    }

    /// Whether it is a peer's time. A guest's device may shake hands at any, and reaches nothing while guests are out.
    pub(crate) fn may_come_in(&self, peer: &Peer) -> bool {
        match peer.role {
            Role::Owner | Role::Family => true,
            Role::Guest => self.guests_left.is_some(),
        }
    }

    /// Where phones find the box, and whether that is only a makeshift that works at home.
    pub(crate) fn endpoint(&self) -> Option<(Endpoint, bool)> {
        way_in::endpoint(&self.snapshot, self.port, &self.home, &self.standing)
    }

    /// Whether some device looks for the box where it is no longer to be found.
    pub(crate) fn is_anybody_outdated(&self) -> bool {
        self.snapshot.peers.iter().any(|peer| self.is_outdated(peer))
    }

    /// Whether this peer's packets certainly come from outside.
    pub(crate) fn is_from_outside(&self, peer: &PeerStatus) -> bool {
        place_of(peer, &self.home, &self.standing) == Place::Outside
    }

    fn is_outdated(&self, peer: &Peer) -> bool {
        let (Some(told), Some((now, false))) = (&peer.endpoint, self.endpoint()) else {
            return false;
        };

        way_in::is_outdated(told, &now, &self.snapshot, &self.standing)
    }

    /// A peer as the page sees it.
    pub(crate) fn wire_peer(&self, peer: &Peer) -> wire::Peer {
        let status = self.peers.iter().find(|status| status.public_key == peer.public_key);
        let ago = status.and_then(|status| status.last_handshake);

        wire::Peer {
            id: peer.id,
            name: peer.name.clone(),
            role: peer.role,
            public_key: peer.public_key,
            address: self.range.v4_of(peer.host),
            created_at: peer.created_at,
            connected: ago.is_some_and(is_connected) && self.may_come_in(peer),
            last_handshake_seconds_ago: ago.map(|ago| ago.as_secs()),
            endpoint: status.and_then(|status| status.endpoint).map(readable),
            outdated: self.is_outdated(peer),
            new_key_waits: self.snapshot.successors.iter().any(|successor| successor.id == peer.id),
            received_bytes: status.map_or(0, |status| status.received_bytes),
            sent_bytes: status.map_or(0, |status| status.sent_bytes),
        }
    }

    /// All that the page shows.
    pub(crate) fn state(&self) -> wire::State {
        wire::State {
            status: self.status(),
            peers: self.snapshot.peers.iter().map(|peer| self.wire_peer(peer)).collect(),
            guest_access: self.guest_access(),
            settings: self.settings(),
            way_in: self.way_in(),
        }
    }

    /// The way in, as the page sees it. By the minute, or it would be news each second.
    fn way_in(&self) -> wire::WayIn {
        let proven = self.proven.map(|ago| ago.as_secs() / 60 * 60);

        wire::WayIn {
            proven_seconds_ago: proven,
            address_changed: self.is_anybody_outdated(),
            exposed: self.exposed.clone(),
            ..self.standing.wire(&self.snapshot.names, &self.home, self.port)
        }
    }

    /// Guests, as the page sees them.
    pub(crate) fn guest_access(&self) -> wire::GuestAccess {
        wire::GuestAccess {
            on: self.guests_left.is_some(),
            seconds_left: self.guests_left.map(|left| left.as_secs()),
        }
    }

    /// What an owner may set, as the page sees it.
    pub(crate) fn settings(&self) -> wire::Settings {
        wire::Settings {
            endpoint_host: self.snapshot.settings.endpoint_host.clone(),
            home_assistant: self.snapshot.settings.home_assistant.map(|address| address.to_string()),
            guest_hours: self.snapshot.settings.guest_hours,
            port_mapping: self.snapshot.settings.port_mapping,
            address_lookup: self.snapshot.settings.address_lookup,
        }
    }

    /// Where a phone inside the tunnel finds Home Assistant: over IPv4, unless it has none itself.
    fn home_assistant_url(&self, service: &Service) -> String {
        let gateway = match service.v4 {
            Some(_) => SocketAddr::new(self.range.v4_of(HostNumber::GATEWAY).into(), Service::PORT),
            None => SocketAddr::new(self.range.v6_of(HostNumber::GATEWAY).into(), Service::PORT),
        };

        format!("http://{gateway}")
    }

    fn status(&self) -> wire::Status {
        wire::Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            faults: self.faults.clone(),
            lamps: self.lamps,
            locked: self.snapshot.locked,
            port: self.port,
            endpoint: self.endpoint().map(|(endpoint, _)| endpoint.to_string()),
            public_key: self.public_key,
            tunnel_v4: self.range.v4_of(HostNumber::GATEWAY),
            tunnel_v6: self.range.v6_of(HostNumber::GATEWAY),
            page_urls: self.page_urls(),
            home_assistant: self.home_assistant.as_ref().map(|choice| self.wire_home_assistant(choice)),
            counters: self.counters.clone(),
        }
    }

    fn page_urls(&self) -> Vec<String> {
        let port = if self.page_port == 80 { String::new() } else { format!(":{}", self.page_port) };
        let addresses = self.home.own_addresses().into_iter().map(|address| match address {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => format!("[{v6}]"),
        });

        std::iter::once(self.host_name.clone())
            .chain(addresses)
            .map(|host| format!("http://{host}{port}"))
            .collect()
    }

    fn wire_home_assistant(&self, choice: &Choice) -> wire::HomeAssistant {
        let v4 = choice.service.v4.map(SocketAddr::V4);
        let address = v4.or_else(|| choice.service.v6.map(SocketAddr::V6));

        wire::HomeAssistant {
            name: choice.name.clone(),
            address: address.map(readable).unwrap_or_default(),
            typed: choice.typed,
            url: self.home_assistant_url(&choice.service),
        }
    }
}

/// Whether a session that was begun this long ago is still good (the WireGuard paper, section 6.1: Reject-After-Time).
pub(crate) fn is_connected(ago: Duration) -> bool {
    ago < Duration::from_secs(180)
}

/// Where a peer's packets come from.
pub(crate) fn place_of(peer: &PeerStatus, home: &HomeNetwork, standing: &Standing) -> Place {
    let Some(from) = peer.endpoint.map(|endpoint| endpoint.ip()) else {
        return Place::Unknown;
    };

    if home.is_on_link(from) { Place::Home } else { standing.place_of(from) }
}

/// A socket for both families writes IPv4 as IPv6; people do not.
fn readable(address: SocketAddr) -> String {
    SocketAddr::new(address.ip().to_canonical(), address.port()).to_string()
}
