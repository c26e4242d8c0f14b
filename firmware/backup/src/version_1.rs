use std::net::SocketAddr;

use ipnet::{Ipv4Net, Ipv6Net};
use model::{Endpoint, GuestHours, Host, HostNumber, PeerName, PublicKey, Role, TunnelRange};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Contents, Name, Peer, Settings, Successor};

/// As JSON. Once released, what stands here does not change any more; another shape is another version.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    private_key: Zeroizing<String>,
    range_v4: Ipv4Net,
    range_v6: Ipv6Net,
    port: u16,
    port_outside: Option<u16>,
    peers: Vec<WrittenPeer>,
    settings: WrittenSettings,
    names: Vec<WrittenName>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPeer {
    name: PeerName,
    role: Role,
    public_key: PublicKey,
    preshared_key: Zeroizing<String>,
    host: u8,
    endpoint: Option<String>,
    created_at: u64,
    successor: Option<WrittenSuccessor>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSuccessor {
    public_key: PublicKey,
    preshared_key: Zeroizing<String>,
    endpoint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSettings {
    endpoint_host: Option<Host>,
    home_assistant: Option<SocketAddr>,
    guest_hours: GuestHours,
    port_mapping: bool,
    address_lookup: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenName {
    provider: String,
    name: String,
    server: Option<String>,
    user: Option<String>,
}

pub(crate) fn write(contents: &Contents) -> Zeroizing<Vec<u8>> {
    // With room for all of it, so that no copy is left behind where it did not fit.
    let mut text = Zeroizing::new(Vec::with_capacity(Contents::MOST_BYTES));
    serde_json::to_writer(&mut *text, &Written::from(contents)).expect("memory takes whatever is written");

    text
}

/// None for what was not written by [`write`], and could not have been.
pub(crate) fn read(text: &[u8]) -> Option<Contents> {
    let written = serde_json::from_slice::<Written>(text).ok()?;

    Some(Contents {
        private_key: written.private_key.parse().ok()?,
        range: TunnelRange::new(written.range_v4, written.range_v6).ok()?,
        port: written.port,
        port_outside: written.port_outside,
        peers: written.peers.into_iter().map(WrittenPeer::read).collect::<Option<_>>()?,
        settings: written.settings.into(),
        names: written.names.into_iter().map(Name::from).collect(),
    })
}

impl From<&Contents> for Written {
    fn from(contents: &Contents) -> Self {
        let Contents { private_key, range, port, port_outside, peers, settings, names } = contents;

        Self {
            private_key: private_key.to_base64(),
            range_v4: range.v4(),
            range_v6: range.v6(),
            port: *port,
            port_outside: *port_outside,
            peers: peers.iter().map(WrittenPeer::from).collect(),
            settings: settings.into(),
            names: names.iter().map(WrittenName::from).collect(),
        }
    }
}

impl From<&Peer> for WrittenPeer {
    fn from(peer: &Peer) -> Self {
        let Peer { name, role, public_key, preshared_key, host, endpoint, created_at, successor } = peer;

        Self {
            name: name.clone(),
            role: *role,
            public_key: *public_key,
            preshared_key: preshared_key.to_base64(),
            host: host.get(),
            endpoint: endpoint.as_ref().map(Endpoint::to_string),
            created_at: *created_at,
            successor: successor.as_ref().map(WrittenSuccessor::from),
        }
    }
}

impl From<&Successor> for WrittenSuccessor {
    fn from(successor: &Successor) -> Self {
        let Successor { public_key, preshared_key, endpoint } = successor;

        Self {
            public_key: *public_key,
            preshared_key: preshared_key.to_base64(),
            endpoint: endpoint.to_string(),
        }
    }
}

impl WrittenPeer {
    fn read(self) -> Option<Peer> {
        let Self { name, role, public_key, preshared_key, host, endpoint, created_at, successor } = self;
        let successor = match successor {
            Some(successor) => Some(successor.read()?),
            None => None,
        };

        Some(Peer {
            name,
            role,
            public_key,
            preshared_key: preshared_key.parse().ok()?,
            host: HostNumber::new(host).ok()?,
            endpoint: endpoint.map(|endpoint| endpoint.parse()).transpose().ok()?,
            created_at,
            successor,
        })
    }
}

impl WrittenSuccessor {
    fn read(self) -> Option<Successor> {
        let Self { public_key, preshared_key, endpoint } = self;

        Some(Successor {
            public_key,
            preshared_key: preshared_key.parse().ok()?,
            endpoint: endpoint.parse().ok()?,
        })
    }
}

impl From<&Settings> for WrittenSettings {
    fn from(settings: &Settings) -> Self {
        let Settings { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup } = settings;

        Self {
            endpoint_host: endpoint_host.clone(),
            home_assistant: *home_assistant,
            guest_hours: *guest_hours,
            port_mapping: *port_mapping,
            address_lookup: *address_lookup,
        }
    }
}

impl From<WrittenSettings> for Settings {
    fn from(written: WrittenSettings) -> Self {
        let WrittenSettings { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup } =
            written;

        Self { endpoint_host, home_assistant, guest_hours, port_mapping, address_lookup }
    }
}

impl From<&Name> for WrittenName {
    fn from(name: &Name) -> Self {
        let Name { provider, name, server, user } = name.clone();

        Self { provider, name, server, user }
    }
}

impl From<WrittenName> for Name {
    fn from(written: WrittenName) -> Self {
        let WrittenName { provider, name, server, user } = written;

        Self { provider, name, server, user }
    }
}
