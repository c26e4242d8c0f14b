use std::fmt;

use super::{DoorState, Event, Hand, IpVersion, Pause, Place, Setting};
use crate::{GuestTime, PeerName, Role};

/// As one sentence, in English, for people.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { after: Pause::PowerOff } => f.write_str("The box was switched on"),
            Self::Started { after: Pause::Restart } => f.write_str("The program on the box started again"),
            Self::SignedIn => f.write_str("The button was held: a browser at home may administer"),
            Self::SignInRefused { browsers: 1 } => f.write_str(
                "The button was held, but a browser and a factory reset waited for it, so neither was done",
            ),
            Self::SignInRefused { browsers } => {
                write!(f, "The button was held, but {browsers} browsers waited, so none was let in")
            }
            Self::DeviceAdded { device, role } => {
                write!(f, "{} was put on the list as {}", device.name, a(*role))
            }
            Self::DeviceArrived { device, from } => {
                write!(f, "{} came in with its key for the first time", device.name)?;
                match from {
                    Place::Home | Place::Outside => write!(f, ", {from}"),
                    Place::Unknown => Ok(()),
                }
            }
            Self::DeviceRenamed { device, was } => renamed(f, was, &device.name),
            Self::RoleChanged { device, was, role } => {
                write!(f, "{} is {} now, and was {}", device.name, a(*role), a(*was))
            }
            Self::KeyRenewed { device } => {
                write!(f, "{} got a new key; the old one is dead once it has come in", device.name)
            }
            Self::DeviceRemoved { device } => write!(f, "{} was removed", device.name),
            Self::CameIn { device, from: Place::Unknown } => write!(f, "{} came in", device.name),
            Self::CameIn { device, from } => write!(f, "{} came in {from}", device.name),
            Self::GuestsLetIn { by, seconds } => {
                write!(f, "Guests were let in {by} for {}", Span(*seconds))
            }
            Self::GuestsPutOut { by } => write!(f, "Guests were put out {by}"),
            Self::GuestsTimeUp => f.write_str("The guests’ time was up"),
            Self::SettingChanged { change } => change.fmt(f),
            Self::NameAdded { name } => write!(f, "The name {name} follows the home’s address from now on"),
            Self::NameChanged { name } => write!(f, "The name {name} was typed in anew"),
            Self::NameRemoved { name } => write!(f, "The name {name} follows the home’s address no more"),
            Self::AddressChanged { v4: Some(v4), v6: Some(v6) } => {
                write!(f, "The home’s addresses on the internet are {v4} and {v6} now")
            }
            Self::AddressChanged { v4: Some(v4), v6: None } => {
                write!(f, "The home’s address on the internet is {v4} now")
            }
            Self::AddressChanged { v4: None, v6: Some(v6) } => {
                write!(f, "The home’s address on the internet is {v6} now")
            }
            Self::AddressChanged { v4: None, v6: None } => {
                f.write_str("The home has no address on the internet any more")
            }
            Self::DoorMoved { version, to } => write!(f, "{to} ({version})"),
            Self::Locked => f.write_str("Remote access was switched off"),
            Self::Unlocked => f.write_str("Remote access was switched on again"),
            Self::BackupMade => f.write_str("A backup was made"),
            Self::Restored { devices: 1 } => {
                f.write_str("A backup was restored, and one device comes in as before")
            }
            Self::Restored { devices } => {
                write!(f, "A backup was restored, and {devices} devices come in as before")
            }
            Self::ResetAsked => f.write_str("A factory reset was asked for, and waited for the button"),
            Self::Refused { attempts: 1 } => f.write_str("One attempt to come in without a key was refused"),
            Self::Refused { attempts } => {
                write!(f, "{attempts} attempts to come in without a key were refused")
            }
            Self::Unknown => f.write_str("Something that this version of Latchkey does not know"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Home => "at home",
            Self::Outside => "from outside",
            Self::Unknown => "from somewhere",
        })
    }
}

impl fmt::Display for Hand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Button => "with the button",
            Self::Page => "on the page",
        })
    }
}

impl fmt::Display for IpVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

impl fmt::Display for DoorState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "The router has opened the door for the tunnel",
            Self::Closed => "The box does not ask the router for the door any more",
            Self::Failing => "The router does not open the door for the tunnel",
        })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndpointHost(Some(host)) => {
                write!(f, "The address of the home from outside was set to {host}")
            }
            Self::EndpointHost(None) => {
                f.write_str("The box finds out the address of the home from outside by itself again")
            }
            Self::HomeAssistant(Some(address)) => {
                write!(f, "The address of Home Assistant was set to {address}")
            }
            Self::HomeAssistant(None) => f.write_str("The box finds Home Assistant by itself again"),
            Self::GuestHours(hours) => {
                write!(f, "A press of the button lets guests in for {} now", Span((*hours).into()))
            }
            Self::PortMapping(true) => f.write_str("The box asks the router to open the door again"),
            Self::PortMapping(false) => {
                f.write_str("The box does not ask the router to open the door any more")
            }
            Self::AddressLookup(true) => {
                f.write_str("The box asks the internet for the home’s address again")
            }
            Self::AddressLookup(false) => {
                f.write_str("The box does not ask the internet for the home’s address any more")
            }
        }
    }
}

fn renamed(f: &mut fmt::Formatter<'_>, was: &PeerName, name: &PeerName) -> fmt::Result {
    write!(f, "{was} is called {name} now")
}

fn a(role: Role) -> &'static str {
    match role {
        Role::Owner => "an owner",
        Role::Family => "family",
        Role::Guest => "a guest",
    }
}

/// In the largest unit of which it is a whole number.
struct Span(GuestTime);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = u32::from(self.0);
        let units = [(3600, "hour"), (60, "minute"), (1, "second")];
        let (length, unit) =
            units.into_iter().find(|(length, _)| seconds.is_multiple_of(*length)).unwrap_or((1, "second"));
        let count = seconds / length;
        let plural = if count == 1 { "" } else { "s" };

        write!(f, "{count} {unit}{plural}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Device, GuestHours, PeerId};

    #[test]
    fn a_line_says_in_one_sentence_what_happened_to_whom() {
        for (event, sentence) in [
            (
                Event::SignInRefused { browsers: 1 },
                "The button was held, but a browser and a factory reset waited for it, so neither was done",
            ),
            (Event::CameIn { device: anna(), from: Place::Outside }, "Anna came in from outside"),
            (Event::CameIn { device: anna(), from: Place::Home }, "Anna came in at home"),
            (Event::CameIn { device: anna(), from: Place::Unknown }, "Anna came in"),
            (
                Event::DeviceArrived { device: anna(), from: Place::Outside },
                "Anna came in with its key for the first time, from outside",
            ),
            (
                Event::DeviceArrived { device: anna(), from: Place::Unknown },
                "Anna came in with its key for the first time",
            ),
            (
                Event::RoleChanged { device: anna(), was: Role::Guest, role: Role::Owner },
                "Anna is an owner now, and was a guest",
            ),
            (
                Event::DeviceRenamed { device: anna(), was: "Phone".parse().unwrap() },
                "Phone is called Anna now",
            ),
            (
                Event::GuestsLetIn { by: Hand::Button, seconds: GuestHours::default().into() },
                "Guests were let in with the button for 8 hours",
            ),
            (
                Event::GuestsLetIn { by: Hand::Page, seconds: 90.try_into().unwrap() },
                "Guests were let in on the page for 90 seconds",
            ),
            (Event::Refused { attempts: 1 }, "One attempt to come in without a key was refused"),
            (Event::Refused { attempts: 7 }, "7 attempts to come in without a key were refused"),
            (
                Event::DoorMoved { version: IpVersion::V6, to: DoorState::Open },
                "The router has opened the door for the tunnel (IPv6)",
            ),
        ] {
            assert_eq!(event.to_string(), sentence);
        }
    }

    fn anna() -> Device {
        Device { id: PeerId(3), name: "Anna".parse().unwrap() }
    }
}
