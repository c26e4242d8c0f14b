use serde::Serialize;

/// Why a provider does not say what it should, for programs and for other languages than ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is not reached from here.
    Unreached,
    /// It has trouble of its own.
    Trouble,
    /// What it answers makes no sense, or leads round in circles.
    Nonsense,
    /// It says yes and does something else.
    Lied,
    /// It asks to be left alone for a while.
    TooOften,
    /// It does not take the token or password.
    WrongSecret,
    /// The token or user has no such name there.
    NotYours,
    /// The token may not change what has to be changed.
    MissingRights,
    /// It does not take an address for this name.
    NoAddressTaken,
    /// An address at which home is not reached can be removed there by hand alone.
    OnlyByHand,
    /// The name goes through a proxy of the provider's, which lets no tunnel through.
    Proxied,
    /// The name is an alias of another one.
    Alias,
    /// It wants to be paid for that.
    Unpaid,
    /// It has blocked the name.
    Blocked,
    /// It does not talk to this kind of device.
    NotThisDevice,
    /// Something is wrong with the box itself.
    Broken,
}
