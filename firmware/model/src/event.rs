use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::{GuestHours, GuestTime, Host, Peer, PeerId, PeerName, Role};

mod sentence;

/// Something that an owner may want to read about later: a line of the activity.
///
/// No secret stands in it, and of a device's address only whether it is at home. What was written down once is read for
/// as long as lines are kept, so no code and no field ever changes its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Event {
    /// The box has begun to work.
    Started {
        /// After what.
        after: Pause,
    },
    /// The button was held for the one browser that waited.
    SignedIn,
    /// The button was held, but several browsers waited, or one beside a factory reset, so nothing was done.
    SignInRefused {
        /// How many browsers.
        browsers: u32,
    },
    /// A device was put on the list.
    DeviceAdded {
        /// Which.
        device: Device,
        /// What it may do.
        role: Role,
    },
    /// A device came in with its key for the first time.
    DeviceArrived {
        /// Which.
        device: Device,
        /// From where.
        from: Place,
    },
    /// A device is called something else.
    DeviceRenamed {
        /// Which, by its new name.
        device: Device,
        /// What it was called before.
        was: PeerName,
    },
    /// A device may do something else.
    RoleChanged {
        /// Which.
        device: Device,
        /// What it might do before.
        was: Role,
        /// What it may do now.
        role: Role,
    },
    /// A device got another key.
    KeyRenewed {
        /// Which.
        device: Device,
    },
    /// A device was put out for good.
    DeviceRemoved {
        /// Which.
        device: Device,
    },
    /// A device came in after a while.
    CameIn {
        /// Which.
        device: Device,
        /// From where.
        from: Place,
    },
    /// Guests may come in.
    GuestsLetIn {
        /// By whom.
        by: Hand,
        /// For how long.
        seconds: GuestTime,
    },
    /// Guests were put out before their time was up.
    GuestsPutOut {
        /// By whom.
        by: Hand,
    },
    /// The guests' time is up.
    GuestsTimeUp,
    /// The owner has set something.
    SettingChanged {
        /// What, and to what.
        change: Setting,
    },
    /// A name follows the home's address.
    NameAdded {
        /// Which.
        name: Host,
    },
    /// A name that follows got another secret or another keeper.
    NameChanged {
        /// Which.
        name: Host,
    },
    /// A name follows no more.
    NameRemoved {
        /// Which.
        name: Host,
    },
    /// The home has another address on the internet than before.
    AddressChanged {
        /// The IPv4 address now, if it is the home's own.
        v4: Option<Ipv4Addr>,
        /// The box's IPv6 address now.
        v6: Option<Ipv6Addr>,
    },
    /// The door in the router stands otherwise than before.
    DoorMoved {
        /// For which addresses.
        version: IpVersion,
        /// How.
        to: DoorState,
    },
    /// Remote access was switched off.
    Locked,
    /// Remote access was switched on again.
    Unlocked,
    /// Somebody made a backup of the box.
    BackupMade,
    /// The box became the one of a backup. What is told before this line happened to the one that it was.
    Restored {
        /// How many devices it has since.
        devices: u32,
    },
    /// Somebody asked for a factory reset, which the button did not confirm: nothing would tell of it else.
    ResetAsked,
    /// So often on that day, somebody tried to come in who has no key, or pretended to be somebody else.
    Refused {
        /// How often.
        attempts: u64,
    },
    /// Something that a later version of this program has written down.
    #[serde(other)]
    Unknown,
}

impl Event {
    /// The device that this is about.
    #[must_use]
    pub fn device(&self) -> Option<&Device> {
        match self {
            Self::DeviceAdded { device, .. }
            | Self::DeviceArrived { device, .. }
            | Self::DeviceRenamed { device, .. }
            | Self::RoleChanged { device, .. }
            | Self::KeyRenewed { device }
            | Self::DeviceRemoved { device }
            | Self::CameIn { device, .. } => Some(device),
            Self::Started { .. }
            | Self::SignedIn
            | Self::SignInRefused { .. }
            | Self::GuestsLetIn { .. }
            | Self::GuestsPutOut { .. }
            | Self::GuestsTimeUp
            | Self::SettingChanged { .. }
            | Self::NameAdded { .. }
            | Self::NameChanged { .. }
            | Self::NameRemoved { .. }
            | Self::AddressChanged { .. }
            | Self::DoorMoved { .. }
            | Self::Locked
            | Self::Unlocked
            | Self::BackupMade
            | Self::Restored { .. }
            | Self::ResetAsked
            | Self::Refused { .. }
            | Self::Unknown => None,
        }
    }
}

/// A device, as it was called then.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Device {
    /// Its number, by which it is found when it is called something else.
    pub id: PeerId,
    /// Its name.
    pub name: PeerName,
}

impl From<&Peer> for Device {
    fn from(peer: &Peer) -> Self {
        Self { id: peer.id, name: peer.name.clone() }
    }
}

/// What was before a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// The machine was off, or has booted.
    PowerOff,
    /// Only the program was not running.
    Restart,
}

/// Where a device's packets come from; more is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The home network, or the home's own address.
    Home,
    /// Anywhere else.
    Outside,
    /// One of the two: nobody knew the home's own address by then.
    Unknown,
}

/// By which hand something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// The button on the box.
    Button,
    /// The page, or the command line.
    Page,
}

/// Which kind of internet address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpVersion {
    /// The old, short kind.
    V4,
    /// The new, long kind.
    V6,
}

/// How a door in the router stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorState {
    /// It is open, as far as the router says.
    Open,
    /// The box does not ask for it any more.
    Closed,
    /// The router does not open it.
    Failing,
}

/// What an owner may set, and to what; none where the box finds out by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
pub enum Setting {
    /// The name or address of the home as phones see it from outside.
    EndpointHost(Option<Host>),
    /// Where Home Assistant is.
    HomeAssistant(Option<SocketAddr>),
    /// For how long a press lets guests in.
    GuestHours(GuestHours),
    /// Whether the router is asked for a port.
    PortMapping(bool),
    /// Whether servers on the internet are asked for our address.
    AddressLookup(bool),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_down_can_be_read_again() {
        for (event, text) in [
            (Event::SignedIn, r#"{"code":"signed_in"}"#),
            (
                Event::CameIn { device: anna(), from: Place::Outside },
                r#"{"code":"came_in","device":{"id":3,"name":"Anna"},"from":"outside"}"#,
            ),
            (
                Event::SettingChanged { change: Setting::EndpointHost(None) },
                r#"{"code":"setting_changed","change":{"setting":"endpoint_host","value":null}}"#,
            ),
            (
                Event::SettingChanged { change: Setting::GuestHours(GuestHours::default()) },
                r#"{"code":"setting_changed","change":{"setting":"guest_hours","value":8}}"#,
            ),
            (
                Event::DoorMoved { version: IpVersion::V4, to: DoorState::Failing },
                r#"{"code":"door_moved","version":"v4","to":"failing"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&event).unwrap(), text);
            assert_eq!(serde_json::from_str::<Event>(text).unwrap(), event);
        }
    }

    #[test]
    fn what_a_later_version_wrote_down_is_unknown_and_no_error() {
        let text = r#"{"code":"lamp_replaced","lamp":{"colour":"green"}}"#;

        assert_eq!(serde_json::from_str::<Event>(text).unwrap(), Event::Unknown);
    }

    #[test]
    fn what_cannot_be_is_no_event() {
        for text in [
            r#"{"code":"came_in","device":{"id":3,"name":"\u0000"},"from":"outside"}"#,
            r#"{"code":"came_in","device":{"id":3,"name":"Anna"},"from":"203.0.113.7"}"#,
            r#"{"code":"guests_let_in","by":"page","seconds":0}"#,
            r#"{"code":"name_added","name":"a b"}"#,
        ] {
            assert!(serde_json::from_str::<Event>(text).is_err(), "{text}");
        }
    }

    fn anna() -> Device {
        Device { id: PeerId(3), name: "Anna".parse().unwrap() }
    }
}
