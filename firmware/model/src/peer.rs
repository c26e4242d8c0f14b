use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Endpoint, HostNumber, PeerName, PresharedKey, PublicKey};

/// A device with a key that may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Which peer this is, for as long as it exists; never used again afterwards.
    pub id: PeerId,
    /// What its owner calls it.
    pub name: PeerName,
    /// What it may do.
    pub role: Role,
    /// Who it proves to be.
    pub public_key: PublicKey,
    /// The secret that it shares with the box.
    pub preshared_key: PresharedKey,
    /// Where in the tunnel's range it lives.
    pub host: HostNumber,
    /// Where it was told to find the box; none if that was before such things were written down.
    pub endpoint: Option<Endpoint>,
    /// When it was added, in seconds since 1970 by the box's clock, which may have been wrong.
    pub created_at: u64,
}

/// The number of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerId(pub u32);

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a peer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Home Assistant and the administration of the box.
    Owner,
    /// Home Assistant.
    Family,
    /// Home Assistant, while guest access is on.
    Guest,
}

impl Role {
    /// The word for it, as on the wire and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Family => "family",
            Self::Guest => "guest",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = InvalidRole;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "owner" => Ok(Self::Owner),
            "family" => Ok(Self::Family),
            "guest" => Ok(Self::Guest),
            _ => Err(InvalidRole),
        }
    }
}

/// A word that is no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is owner, family or guest")]
pub struct InvalidRole;
