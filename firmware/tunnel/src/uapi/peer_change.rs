use std::net::SocketAddr;

use ipnet::IpNet;
use model::{PresharedKey, PublicKey};

use crate::{
    DesiredPeer,
    uapi::{
        InvalidRequest,
        value::{flag, number, secret},
    },
};

/// What is to become different of a peer; what is `None` stays.
#[derive(Debug)]
pub(crate) struct PeerChange {
    /// Which peer.
    pub(crate) public_key: PublicKey,
    /// Whether it goes.
    pub(crate) remove: bool,
    /// Whether it is left alone if it is not there.
    pub(crate) update_only: bool,
    /// The second secret; `Some(None)` for none.
    pub(crate) preshared_key: Option<Option<PresharedKey>>,
    /// Where it is.
    pub(crate) endpoint: Option<SocketAddr>,
    /// Seconds between keepalives; `Some(None)` for none.
    pub(crate) persistent_keepalive: Option<Option<u16>>,
    /// Whether every allowed IP that is not named here goes.
    pub(crate) replace_allowed_ips: bool,
    /// The allowed IPs that are named, in this order.
    pub(crate) allowed_ips: Vec<AllowedIpChange>,
}

/// What is to become of an allowed IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowedIpChange {
    /// It becomes this peer's, and nobody else's.
    Add(IpNet),
    /// It is no longer this peer's.
    Remove(IpNet),
}

impl PeerChange {
    pub(super) fn new(public_key: PublicKey) -> Self {
        Self {
            public_key,
            remove: false,
            update_only: false,
            preshared_key: None,
            endpoint: None,
            persistent_keepalive: None,
            replace_allowed_ips: false,
            allowed_ips: Vec::new(),
        }
    }

    pub(super) fn read(&mut self, key: &str, value: &str) -> Result<(), InvalidRequest> {
        match key {
            "remove" => self.remove = flag(value)?,
            "update_only" => self.update_only = flag(value)?,
            "preshared_key" => self.preshared_key = Some(secret(value)?.map(PresharedKey::from_bytes)),
            "endpoint" => self.endpoint = Some(value.parse().map_err(|_| InvalidRequest)?),
            "persistent_keepalive_interval" => {
                self.persistent_keepalive = Some(Some(number(value)?).filter(|seconds| *seconds != 0));
            }
            "replace_allowed_ips" => self.replace_allowed_ips = flag(value)?,
            "allowed_ip" => self.allowed_ips.push(allowed_ip(value)?),
            "protocol_version" => flag(value).map(drop)?,
            _ => return Err(InvalidRequest),
        }

        Ok(())
    }

    pub(super) fn apply(self, peers: &mut Vec<DesiredPeer>) {
        let known = peers.iter().position(|peer| peer.public_key == self.public_key);
        if self.remove {
            known.into_iter().for_each(|at| drop(peers.remove(at)));
            return;
        }
        let at = match known {
            Some(at) => at,
            None if self.update_only => return,
            None => {
                peers.push(DesiredPeer::new(self.public_key));
                peers.len() - 1
            }
        };
        for net in self.apply_all_but_added(&mut peers[at]) {
            peers.iter_mut().for_each(|peer| peer.allowed_ips.retain(|other| *other != net));
            peers[at].allowed_ips.push(net);
        }
    }

    /// What is added has to be taken from other peers too.
    fn apply_all_but_added(self, peer: &mut DesiredPeer) -> Vec<IpNet> {
        if let Some(preshared_key) = self.preshared_key {
            peer.preshared_key = preshared_key;
        }
        peer.endpoint = self.endpoint.or(peer.endpoint);
        peer.persistent_keepalive = self.persistent_keepalive.unwrap_or(peer.persistent_keepalive);
        if self.replace_allowed_ips {
            peer.allowed_ips.clear();
        }
        let mut added = Vec::new();
        for change in self.allowed_ips {
            match change {
                AllowedIpChange::Add(net) => added.push(net),
                AllowedIpChange::Remove(net) => {
                    added.retain(|other| *other != net);
                    peer.allowed_ips.retain(|other| *other != net);
                }
            }
        }

        added
    }
}

fn allowed_ip(value: &str) -> Result<AllowedIpChange, InvalidRequest> {
    let (make, net): (fn(IpNet) -> _, _) = match value.strip_prefix('-') {
        Some(net) => (AllowedIpChange::Remove, net),
        None => (AllowedIpChange::Add, value.strip_prefix('+').unwrap_or(value)),
    };
    let net = net.parse::<IpNet>().map_err(|_| InvalidRequest)?;

    Ok(make(net.trunc()))
}
