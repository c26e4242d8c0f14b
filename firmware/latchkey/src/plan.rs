//! The complete desired state, computed from one snapshot of the registry and what is around the box.

use std::{net::IpAddr, time::Duration};

use access::{Lan, Policy, Posture};
use ipnet::IpNet;
use model::{HostNumber, InterfaceName, Peer, Role, Service};
use registry::{Identity, Snapshot};
use tunnel::{Desired, DesiredPeer};

use crate::lan::HomeNetwork;

/// What every part is handed.
pub(crate) struct Plan {
    /// For the kernel.
    pub policy: Policy,
    /// For the tunnel: who may shake hands.
    pub peers: Vec<Peer>,
}

/// What stays the same for as long as the daemon runs.
#[derive(Debug, Clone)]
pub(crate) struct Fixed {
    /// The name of the tunnel's interface.
    pub interface: InterfaceName,
    /// The TCP port of the page.
    pub page_port: u16,
    /// How much of the machine's firewall is ours.
    pub posture: Posture,
}

impl Plan {
    /// Decides, touches nothing.
    pub(crate) fn new(
        snapshot: &Snapshot,
        identity: &Identity,
        home: &HomeNetwork,
        service: Option<Service>,
        guests_for: Option<Duration>,
        fixed: &Fixed,
    ) -> Self {
        let peers = if snapshot.locked { Vec::new() } else { snapshot.peers.clone() };
        let hosts = |is_wanted: fn(Role) -> bool| {
            peers.iter().filter(|peer| is_wanted(peer.role)).map(|peer| peer.host).collect::<Vec<_>>()
        };
        let policy = Policy {
            tunnel: fixed.interface.clone(),
            range: identity.range,
            wireguard_port: identity.port,
            page_port: fixed.page_port,
            lan: home
                .interfaces
                .iter()
                .map(|lan| Lan { interface: lan.name.clone(), prefixes: lan.prefixes.clone() })
                .collect(),
            owners_and_family: hosts(|role| matches!(role, Role::Owner | Role::Family)),
            guests: hosts(|role| matches!(role, Role::Guest)),
            guests_for,
            home_assistant: service,
            posture: fixed.posture,
        };

        Self { policy, peers }
    }

    /// What the tunnel is handed.
    pub(crate) fn tunnel(peers: &[Peer], identity: &Identity) -> Desired {
        Desired {
            private_key: Some(identity.private_key.clone()),
            listen_port: identity.port,
            fwmark: 0,
            peers: peers.iter().map(|peer| desired_peer(peer, identity)).collect(),
        }
    }
}

/// A phone gets its two addresses and nothing else; it speaks first, so that no endpoint and no keepalive is set.
fn desired_peer(peer: &Peer, identity: &Identity) -> DesiredPeer {
    DesiredPeer {
        public_key: peer.public_key,
        preshared_key: Some(peer.preshared_key.clone()),
        allowed_ips: addresses(peer.host, identity).map(IpNet::from).into(),
        endpoint: None,
        persistent_keepalive: None,
    }
}

fn addresses(host: HostNumber, identity: &Identity) -> [IpAddr; 2] {
    [identity.range.v4_of(host).into(), identity.range.v6_of(host).into()]
}

#[cfg(test)]
mod tests {
    use model::{PeerId, PresharedKey, PrivateKey, TunnelRange};

    use super::*;

    #[test]
    fn each_role_is_ruled_as_such_and_each_peer_may_only_be_itself() {
        let plan = plan(false);

        assert_eq!(plan.policy.owners_and_family, [2, 3].map(host));
        assert_eq!(plan.policy.guests, [host(4)]);
        let desired = Plan::tunnel(&plan.peers, &identity());
        assert_eq!(
            desired.peers[0].allowed_ips,
            ["10.9.9.2/32", "fd00:0:0:9::2/128"].map(|net| net.parse().unwrap())
        );
    }

    #[test]
    fn a_locked_box_lets_nobody_in() {
        let plan = plan(true);

        assert!(plan.peers.is_empty());
        assert!(plan.policy.owners_and_family.is_empty() && plan.policy.guests.is_empty());
    }

    fn plan(locked: bool) -> Plan {
        let peers = [Role::Owner, Role::Family, Role::Guest]
            .into_iter()
            .zip(2..)
            .map(|(role, number)| peer(role, number));
        let snapshot =
            Snapshot { identity: Some(identity()), peers: peers.collect(), locked, ..Snapshot::default() };
        let fixed =
            Fixed { interface: "latchkey0".parse().unwrap(), page_port: 80, posture: Posture::Appliance };

        Plan::new(&snapshot, &identity(), &HomeNetwork::default(), None, None, &fixed)
    }

    fn peer(role: Role, number: u8) -> Peer {
        Peer {
            id: PeerId(number.into()),
            name: "Anna".parse().unwrap(),
            role,
            public_key: PrivateKey::from_bytes([number; 32]).public_key(),
            preshared_key: PresharedKey::from_bytes([number; 32]),
            host: host(number),
            endpoint: None,
            created_at: 0,
        }
    }

    fn identity() -> Identity {
        Identity {
            private_key: PrivateKey::from_bytes([1; 32]),
            range: TunnelRange::new("10.9.9.0/24".parse().unwrap(), "fd00:0:0:9::/64".parse().unwrap())
                .unwrap(),
            port: 20_000,
        }
    }

    fn host(number: u8) -> HostNumber {
        HostNumber::new(number).unwrap()
    }
}
