use std::net::SocketAddr;

use ipnet::IpNet;
use model::{PresharedKey, PublicKey};

use crate::uapi::{InvalidRequest, draft::Draft, value};

/// What is to become of one peer: steps, in the order in which they are made.
#[derive(Debug)]
pub(crate) struct PeerChange {
    /// None for a point of low order, with which nobody could ever prove to be anybody.
    public_key: Option<PublicKey>,
    steps: Vec<Step>,
}

impl PeerChange {
    /// Of the peer with this key.
    pub(super) fn new(public_key: [u8; 32]) -> Self {
        Self { public_key: PublicKey::from_bytes(public_key).ok(), steps: Vec::new() }
    }

    /// Reads one line that belongs to the peer.
    pub(super) fn read(&mut self, key: &str, value: &str) -> Result<(), InvalidRequest> {
        self.steps.extend(Step::read(key, value)?);

        Ok(())
    }

    /// Which peer, if anybody can be that.
    pub(super) fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }

    /// Whether the peer goes.
    pub(super) fn is_removal(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Remove))
    }

    /// Every endpoint that it is given.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = SocketAddr> {
        self.steps.iter().filter_map(|step| match step {
            Step::Endpoint(endpoint) => Some(*endpoint),
            Step::Remove
            | Step::UpdateOnly
            | Step::PresharedKey(_)
            | Step::PersistentKeepalive(_)
            | Step::ReplaceAllowedIps
            | Step::Allow(_)
            | Step::Disallow(_) => None,
        })
    }

    /// Makes the change. What comes after a removal means nothing.
    pub(super) fn apply(self, draft: &mut Draft) {
        let Some(key) = self.public_key else { return };
        let is_known = draft.contains(&key);
        for step in self.steps {
            match step {
                Step::Remove => return draft.remove(&key),
                Step::UpdateOnly if !is_known => return draft.remove(&key),
                Step::UpdateOnly => {}
                Step::PresharedKey(preshared_key) => draft.peer(key).preshared_key = preshared_key,
                Step::Endpoint(endpoint) => draft.peer(key).endpoint = Some(endpoint),
                Step::PersistentKeepalive(seconds) => draft.peer(key).persistent_keepalive = seconds,
                Step::ReplaceAllowedIps => draft.disallow_all(key),
                Step::Allow(net) => draft.allow(key, net),
                Step::Disallow(net) => draft.disallow(key, net),
            }
        }
        draft.peer(key);
    }
}

/// What one line says of a peer.
#[derive(Debug)]
enum Step {
    /// It goes.
    Remove,
    /// It is left alone if it was not there.
    UpdateOnly,
    /// It has this second secret.
    PresharedKey(Option<PresharedKey>),
    /// It is there.
    Endpoint(SocketAddr),
    /// This many seconds are between keepalives.
    PersistentKeepalive(Option<u16>),
    /// It has no allowed IPs.
    ReplaceAllowedIps,
    /// It has this allowed IP, and nobody else has it.
    Allow(IpNet),
    /// It does not have this allowed IP.
    Disallow(IpNet),
}

impl Step {
    /// Nothing when the line says what is so anyway.
    fn read(key: &str, value: &str) -> Result<Option<Self>, InvalidRequest> {
        let step = match key {
            "remove" => value::truth(value).map(|()| Self::Remove)?,
            "update_only" => value::truth(value).map(|()| Self::UpdateOnly)?,
            "preshared_key" => Self::PresharedKey(value::secret(value)?.map(PresharedKey::from_bytes)),
            "endpoint" => Self::Endpoint(value::endpoint(value)?),
            "persistent_keepalive_interval" => {
                Self::PersistentKeepalive(Some(value::number(value)?).filter(|seconds| *seconds != 0))
            }
            "replace_allowed_ips" => value::truth(value).map(|()| Self::ReplaceAllowedIps)?,
            "allowed_ip" => match value.strip_prefix('-') {
                Some(net) => Self::Disallow(value::net(net)?),
                None => Self::Allow(value::net(value)?),
            },
            "protocol_version" => return value::version(value).map(|()| None),
            _ => return Err(InvalidRequest::Value),
        };

        Ok(Some(step))
    }
}
