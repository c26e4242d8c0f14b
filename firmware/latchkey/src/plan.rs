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
    /// For the tunnel.
    pub admitted: Admitted,
}

/// Who may shake hands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// Those who may come in.
    pub peers: Vec<Peer>,
    /// Some of them once more, as they will be: with keys that they have not come in with yet, and with which they may do
    /// nothing else.
    pub successors: Vec<Peer>,
}

impl Admitted {
    /// Those of the wanted who are admitted now with the same keys and addresses, with no more rights than now.
    pub(crate) fn staying(&self, wanted: &Self) -> Self {
        let session = |peer: &Peer| (peer.public_key, peer.preshared_key.clone(), peer.host);
        let is_among = |peers: &[Peer], one: &Peer| peers.iter().any(|peer| session(peer) == session(one));
        let stays = |peer: &&Peer| is_among(&self.peers, peer);
        let may_wait = |peer: &&Peer| is_among(&wanted.peers, peer) || is_among(&wanted.successors, peer);

        Self {
            peers: wanted.peers.iter().filter(stays).cloned().collect(),
            successors: self.successors.iter().filter(may_wait).cloned().collect(),
        }
    }
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
        let admitted = match snapshot.locked {
            true => Admitted::default(),
            false => Admitted { peers: snapshot.peers.clone(), successors: snapshot.successors.clone() },
        };
        let hosts = |is_wanted: fn(Role) -> bool| {
            admitted
                .peers
                .iter()
                .filter(|peer| is_wanted(peer.role))
                .map(|peer| peer.host)
                .collect::<Vec<_>>()
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

        Self { policy, admitted }
    }

    /// What the tunnel is handed.
    pub(crate) fn tunnel(Admitted { peers, successors }: &Admitted, identity: &Identity) -> Desired {
        let peers = peers.iter().map(|peer| desired_peer(peer, identity));
        let without_rights = |peer| DesiredPeer { allowed_ips: Vec::new(), ..desired_peer(peer, identity) };

        Desired {
            private_key: Some(identity.private_key.clone()),
            listen_port: identity.port,
            fwmark: 0,
            peers: peers.chain(successors.iter().map(without_rights)).collect(),
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
        let desired = Plan::tunnel(&plan.admitted, &identity());
        assert_eq!(
            desired.peers[0].allowed_ips,
            ["10.9.9.2/32", "fd00:0:0:9::2/128"].map(|net| net.parse().unwrap())
        );
    }

    #[test]
    fn with_new_keys_a_peer_may_shake_hands_and_do_nothing_else() {
        let plan = plan(false);

        let desired = Plan::tunnel(&plan.admitted, &identity());

        assert_eq!(desired.peers.len(), 4);
        assert_eq!(desired.peers[3].public_key, PrivateKey::from_bytes([9; 32]).public_key());
        assert_eq!(desired.peers[3].allowed_ips, []);
    }

    #[test]
    fn who_comes_in_with_new_keys_keeps_the_session_and_gets_the_rights_last() {
        let [anna, new_anna, ben] = [2, 3, 4].map(|number| peer(Role::Owner, number));
        let now = Admitted { peers: vec![anna, ben.clone()], successors: vec![new_anna.clone()] };
        let wanted = Admitted { peers: vec![new_anna.clone(), ben.clone()], successors: Vec::new() };

        let staying = now.staying(&wanted);

        assert_eq!(staying, Admitted { peers: vec![ben], successors: vec![new_anna] });
        assert_eq!(staying.staying(&Admitted::default()), Admitted::default());
    }

    #[test]
    fn a_locked_box_lets_nobody_in() {
        let plan = plan(true);

        assert_eq!(plan.admitted, Admitted::default());
        assert!(plan.policy.owners_and_family.is_empty() && plan.policy.guests.is_empty());
    }

    fn plan(locked: bool) -> Plan {
        let peers = [Role::Owner, Role::Family, Role::Guest]
            .into_iter()
            .zip(2..)
            .map(|(role, number)| peer(role, number));
        let successor =
            Peer { public_key: PrivateKey::from_bytes([9; 32]).public_key(), ..peer(Role::Owner, 2) };
        let snapshot = Snapshot {
            identity: Some(identity()),
            peers: peers.collect(),
            successors: vec![successor],
            locked,
            ..Snapshot::default()
        };
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
