use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::Serialize;

use crate::Verdict;

/// What is known about the way in, from everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Whether the owner has locked the box.
    pub lock: LockFact,
    /// How many devices may come in.
    pub devices: usize,
    /// Whether a cable is plugged in, or Wi-Fi connected.
    pub link: bool,
    /// The box's own addresses at home, without link-local ones.
    pub addresses: Vec<IpAddr>,
    /// Whether the router answers, by whatever it was asked.
    pub router: Answer,
    /// Whether names on the internet can be looked up.
    pub dns: Answer,
    /// Whether the clock is right.
    pub clock: ClockFact,
    /// What [`Verdict::of`] says.
    pub verdict: Verdict,
    /// The UDP port of the box's own.
    pub port: u16,
    /// The way through the router over IPv4.
    pub mapping: MappingFact,
    /// The way through the router's firewall over IPv6.
    pub pinhole: MappingFact,
    /// What the devices call.
    pub name: NameFact,
    /// What has come in on that port.
    pub traffic: Traffic,
    /// Whether Home Assistant answers the box.
    pub home_assistant: HomeAssistantFact,
}

/// Whether something answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It was not tried.
    #[default]
    NotTried,
    /// It answers.
    Yes,
    /// It was tried and does not.
    No,
}

/// Whether remote access is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockFact {
    /// Devices may come in.
    #[default]
    Open,
    /// The owner has switched remote access off.
    Locked,
}

/// Whether the clock is right. Handshakes carry the time, and so do certificates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockFact {
    /// Nobody has told.
    #[default]
    NotKnown,
    /// Something trustworthy has set it.
    Right,
    /// It is off by more than anybody tolerates.
    Wrong,
}

/// What became of the way through the router in one family of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MappingFact {
    /// It is being asked for, or has not been yet.
    #[default]
    NotYet,
    /// There is no router that would have to open, or nothing to open in this family.
    NotNeeded,
    /// The owner opens the router by hand, as the settings say.
    ByHand,
    /// The router says that it is open, and says so again when asked.
    Open {
        /// The port outside.
        port: u16,
    },
    /// The router said that it is open, and when asked again knows nothing of it.
    Lost,
    /// The router refuses.
    Refused,
    /// The router speaks none of the protocols by which it could be asked.
    NoProtocol,
}

/// What the devices call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NameFact {
    /// Nothing has been set up, so that no device knows where home is.
    #[default]
    None,
    /// An address that the owner typed.
    Address {
        /// That address.
        address: IpAddr,
    },
    /// A name.
    Name {
        /// That name.
        name: String,
        /// What it stands for, as others see it.
        resolution: Resolution,
        /// The provider refuses to change it: a wrong token, a name that is not ours.
        refused: bool,
    },
}

/// What a name stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resolution {
    /// It was not looked up.
    #[default]
    NotTried,
    /// There is no such name.
    Nothing,
    /// It stands for these.
    Addresses {
        /// Its A records.
        v4: Vec<Ipv4Addr>,
        /// Its AAAA records.
        v6: Vec<Ipv6Addr>,
    },
}

/// What has come in on the box's port from outside of the home, since the router was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Datagrams of any kind.
    pub datagrams: u64,
    /// Of these, handshakes with a key that the box does not know.
    pub unknown_keys: u64,
    /// Of these, handshakes of devices that the box knows.
    pub handshakes: u64,
    /// Of these, completed by a packet that came through the tunnel.
    pub completed: u64,
    /// Whether a device came in from outside within the last seven days, to the address that home has now.
    pub proven: bool,
}

/// Whether Home Assistant answers the box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HomeAssistantFact {
    /// It was not tried.
    #[default]
    NotTried,
    /// Nobody at home says to be it, and the owner has typed no address.
    NotFound,
    /// Nobody answers where it was.
    Silent {
        /// Where it was.
        address: SocketAddr,
    },
    /// It refuses the box's address, and with it every device outside (403).
    Banned {
        /// Where it is.
        address: SocketAddr,
    },
    /// It answers.
    Answers {
        /// Where it is.
        address: SocketAddr,
    },
}
