use std::net::Ipv4Addr;

use model::{
    GuestHours, HostNumber, Lamps, Pattern, PeerId, PeerName, PrivateKey, PublicKey, Role, TunnelRange,
};

use super::way_in;
use crate::wire::{GuestAccess, Peer, Settings, State, Status};

/// A box that was just plugged in.
pub(super) fn new_state(range: &TunnelRange) -> State {
    let tunnel_v4 = range.v4_of(HostNumber::GATEWAY);
    let lamps = Lamps { power: Pattern::Solid, door: Pattern::SlowPulse, people: Pattern::Off };

    State {
        status: Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            faults: Vec::new(),
            lamps,
            locked: false,
            port: 41_620,
            endpoint: None,
            public_key: PrivateKey::from_bytes([9; 32]).public_key(),
            tunnel_v4,
            tunnel_v6: range.v6_of(HostNumber::GATEWAY),
            page_urls: vec!["http://latchkey.local".to_owned(), "http://192.168.1.9".to_owned()],
            home_assistant: Some(way_in::home_assistant(tunnel_v4)),
            counters: [("packet of a stranger".to_owned(), 12)].into(),
        },
        peers: Vec::new(),
        guest_access: GuestAccess { on: false, seconds_left: None },
        settings: Settings {
            endpoint_host: None,
            home_assistant: None,
            guest_hours: GuestHours::default(),
            port_mapping: true,
            address_lookup: true,
        },
        way_in: way_in::new(),
    }
}

/// A device that was never in.
pub(super) fn stranger(
    id: PeerId,
    name: PeerName,
    role: Role,
    public_key: PublicKey,
    address: Ipv4Addr,
) -> Peer {
    Peer {
        id,
        name,
        role,
        public_key,
        address,
        created_at: 1_760_000_000,
        connected: false,
        last_handshake_seconds_ago: None,
        endpoint: None,
        outdated: false,
        new_key_waits: false,
        received_bytes: 0,
        sent_bytes: 0,
    }
}

/// It was in, so many seconds ago.
pub(super) fn connect(peer: &mut Peer, ago: u64, received_bytes: u64, sent_bytes: u64) {
    peer.connected = true;
    peer.last_handshake_seconds_ago = Some(ago);
    peer.endpoint = Some("203.0.113.80:51000".to_owned());
    peer.received_bytes = received_bytes;
    peer.sent_bytes = sent_bytes;
}
