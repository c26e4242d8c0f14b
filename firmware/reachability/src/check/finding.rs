use serde::Serialize;

use crate::Values;

/// What keeps people out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// For programs; it stays what it is.
    pub code: Code,
    /// What it is.
    pub sentence: String,
    /// One thing to do.
    pub to_do: String,
    /// What both name.
    pub values: Values,
}

/// What a finding is called among programs: `no_link`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The owner has switched remote access off.
    Locked,
    /// No device has been let in yet.
    NoDevices,
    /// No cable, no Wi-Fi.
    NoLink,
    /// The router gave no address.
    NoAddress,
    /// The router does not answer.
    RouterSilent,
    /// Nothing on the internet answers.
    NoInternet,
    /// There is a second router before the internet.
    DoubleNat,
    /// The provider shares one address among many.
    Cgnat,
    /// Names cannot be looked up.
    NoDns,
    /// The clock is wrong.
    ClockWrong,
    /// The router refuses to open.
    RouterRefuses,
    /// The router cannot be asked to open.
    RouterCannotBeAsked,
    /// The router says yes and does nothing, or has forgotten.
    MappingLost,
    /// The devices have neither a name nor an address to call.
    NoName,
    /// The name's provider refuses to change it.
    NameRefused,
    /// The name stands for nothing.
    NameUnknown,
    /// The name, or the address that was typed, is not where home is.
    NameElsewhere,
    /// The name has an address in a family in which home cannot be reached, which phones would prefer.
    NameUnreachable,
    /// Nothing at all arrives.
    NothingArrives,
    /// What arrives is no handshake that could be answered.
    OnlyNoise,
    /// Somebody calls with a key that the box does not know.
    UnknownKey,
    /// Devices shake hands, and then nothing comes.
    NoPackets,
    /// Home Assistant has not been found.
    HomeAssistantNotFound,
    /// Home Assistant does not answer.
    HomeAssistantSilent,
    /// Home Assistant has banned the box's address.
    HomeAssistantBans,
}
