use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use serde::Serialize;

use crate::Values;

/// Where the box stands. Its text is one sentence for the owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Situation {
    /// The witnesses have not been asked yet, or contradict each other.
    #[default]
    NotKnownYet,
    /// The home has an IPv4 address of its own, and perhaps IPv6 beside it.
    PublicV4 {
        /// That address.
        address: Ipv4Addr,
    },
    /// The home can be reached over IPv6 and not over IPv4.
    OnlyV6 {
        /// The box's address.
        address: Ipv6Addr,
        /// What is wrong with IPv4.
        why: NoV4,
    },
    /// The home's router is behind another router of the owner's, or of the provider's in the owner's rooms.
    DoubleNat {
        /// The address that the first router has in the network of the second, if it says.
        router_outside: Option<Ipv4Addr>,
        /// The second router, if it answers.
        hop: Option<Ipv4Addr>,
    },
    /// The provider shares one address among many customers.
    Cgnat {
        /// What tells it.
        sign: CgnatSign,
    },
    /// Nothing on the internet answers.
    NoInternet {
        /// How far it goes.
        why: NoInternet,
    },
}

/// Why IPv4 does not lead here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoV4 {
    /// The home network has none.
    None,
    /// Nobody answers over it.
    Silence,
    /// As in [`Situation::DoubleNat`].
    DoubleNat {
        /// The address that the first router has in the network of the second, if it says.
        router_outside: Option<Ipv4Addr>,
        /// The second router, if it answers.
        hop: Option<Ipv4Addr>,
    },
    /// As in [`Situation::Cgnat`].
    Cgnat {
        /// What tells it.
        sign: CgnatSign,
    },
}

/// What tells that the provider shares one address among many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CgnatSign {
    /// The router's own address outside is of those that providers share out (RFC 6598, RFC 6333).
    RouterOutside {
        /// That address.
        address: Ipv4Addr,
    },
    /// The router's own address outside is not the one that the internet sees.
    Differs {
        /// What the router says.
        router_outside: Ipv4Addr,
        /// What the internet says.
        seen: Ipv4Addr,
    },
    /// A router on the way, which is not the home's, translates.
    Hop {
        /// That router.
        address: Ipv4Addr,
    },
    /// There is only IPv6, and the internet sees an address that is not the box's.
    TranslatedV6 {
        /// What the internet says.
        seen: Ipv6Addr,
    },
}

/// How far the way to the internet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoInternet {
    /// No cable, no Wi-Fi.
    NoLink,
    /// The router gave no address.
    NoAddress,
    /// Nobody says where the internet is.
    NoRouter,
    /// The router is there and nothing behind it answers.
    Silence,
}

impl Situation {
    /// What the owner can do about it; nothing where nothing is wrong.
    #[must_use]
    pub fn to_do(&self) -> Option<String> {
        let text = match self {
            Self::PublicV4 { .. } => return None,
            Self::NotKnownYet => {
                "Wait a minute. If it stays like this, look whether something at home blocks the servers that are asked."
                    .to_owned()
            }
            Self::OnlyV6 { .. } => {
                "Where a phone has no IPv6, on some Wi-Fi networks, use mobile data.".to_owned()
            }
            Self::DoubleNat { router_outside, hop } => double_nat_to_do(*router_outside, *hop),
            Self::Cgnat { .. } => {
                "Ask your provider for a public IPv4 address or for IPv6. Some give one for the asking, some for a few \
                 euros a month."
                    .to_owned()
            }
            Self::NoInternet { why } => match why {
                NoInternet::NoLink => "Look at both ends of the network cable.",
                NoInternet::NoAddress => "Look whether the router is on, then take the box off its power once.",
                NoInternet::NoRouter | NoInternet::Silence => {
                    "Look whether other devices at home have internet. If not, restart the router or ask your provider."
                }
            }
            .to_owned(),
        };

        Some(text)
    }

    /// What its sentence names; `why` is a word for what stands after “because”.
    #[must_use]
    pub fn values(&self) -> Values {
        let values = Values::default();
        match self {
            Self::NotKnownYet => values,
            Self::PublicV4 { address } => values.with("address", address),
            Self::OnlyV6 { why, .. } => values.with("why", why.word()),
            Self::DoubleNat { router_outside, hop } => {
                values.with_known("hop", *hop).with_known("router", *router_outside)
            }
            Self::Cgnat { sign } => values.with("why", sign.word()),
            Self::NoInternet { why } => values.with("why", why.word()),
        }
    }
}

impl NoV4 {
    fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Silence => "silence",
            Self::DoubleNat { .. } => "double_nat",
            Self::Cgnat { sign } => sign.word(),
        }
    }
}

impl CgnatSign {
    fn word(&self) -> &'static str {
        match self {
            Self::RouterOutside { .. } | Self::Differs { .. } | Self::Hop { .. } => "shared",
            Self::TranslatedV6 { .. } => "hidden",
        }
    }
}

impl NoInternet {
    fn word(self) -> &'static str {
        match self {
            Self::NoLink => "no_link",
            Self::NoAddress => "no_address",
            Self::NoRouter => "no_router",
            Self::Silence => "silence",
        }
    }
}

fn double_nat_to_do(router_outside: Option<Ipv4Addr>, hop: Option<Ipv4Addr>) -> String {
    let second = hop.map_or_else(String::new, |hop| format!(" (http://{hop})"));
    let target = router_outside.map_or_else(
        || "your own router".to_owned(),
        |address| format!("your own router, which it knows as {address}"),
    );

    format!(
        "In the router nearer to the internet{second}, switch on “bridge mode”, or let it pass everything on to {target} \
         (“exposed host” or “DMZ”)."
    )
}

impl fmt::Display for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotKnownYet => {
                f.write_str("It is not known yet whether your home can be reached from outside.")
            }
            Self::PublicV4 { address } => {
                write!(f, "Your home has an internet address of its own, {address}.")
            }
            Self::OnlyV6 { why, .. } => write!(f, "Your home can be reached over IPv6 only, because {why}."),
            Self::DoubleNat { router_outside, hop } => {
                write_sentence(f, &NoV4::DoubleNat { router_outside: *router_outside, hop: *hop })
            }
            Self::Cgnat { sign } => write_sentence(f, &NoV4::Cgnat { sign: sign.clone() }),
            Self::NoInternet { why } => why.fmt(f),
        }
    }
}

fn write_sentence(f: &mut fmt::Formatter<'_>, why: &NoV4) -> fmt::Result {
    write!(f, "Your home cannot be reached from outside, because {why}.")
}

/// The end of a sentence that begins with “because”.
impl fmt::Display for NoV4 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("your network has no IPv4"),
            Self::Silence => f.write_str("nothing answers over IPv4"),
            Self::DoubleNat { hop: Some(hop), .. } => {
                write!(
                    f,
                    "your router is connected to a second router ({hop}) and not to the internet itself"
                )
            }
            Self::DoubleNat { hop: None, .. } => {
                f.write_str("your router is connected to a second router and not to the internet itself")
            }
            Self::Cgnat { sign: CgnatSign::TranslatedV6 { .. } } => {
                f.write_str("your network hides its devices behind another IPv6 address")
            }
            Self::Cgnat {
                sign: CgnatSign::RouterOutside { .. } | CgnatSign::Differs { .. } | CgnatSign::Hop { .. },
            } => f.write_str("your provider lets many homes share one internet address"),
        }
    }
}

impl fmt::Display for NoInternet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoLink => "The box is not connected to your network.",
            Self::NoAddress => "Your router has not given the box an address.",
            Self::NoRouter => "Your network does not tell the box the way to the internet.",
            Self::Silence => "There is no internet: nothing outside of your home answers.",
        })
    }
}
