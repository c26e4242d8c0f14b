use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::{
    protocol::{Protocol, Protocols},
    router::Router,
    why::{Refusal, Why},
};
use crate::{Family, NoV4, Situation, Values, whereabouts::address::Kind};

/// How the door in the router stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Door {
    /// The IPv4 port mapping.
    pub v4: Opening,
    /// The IPv6 pinhole.
    pub v6: Opening,
    /// What the router says about itself by UPnP.
    pub router: Option<Router>,
    /// By which protocols the router has answered at all.
    pub answered: Protocols,
}

impl Door {
    pub(crate) fn of(&mut self, family: Family) -> &mut Opening {
        match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        }
    }

    /// A router that is behind another one refuses with all kinds of numbers; its outside address tells what is the
    /// matter.
    pub(crate) fn explain(&mut self) {
        let (Opening::Shut(shut), Some(router)) = (&mut self.v4, &self.router) else { return };
        let Why::Refused { by, reason } = shut.why else { return };
        match (router.outside.map(|address| (address, Kind::of(address))), reason) {
            (Some((address, Kind::Private | Kind::Shared)), _) => {
                shut.why = Why::RouterHasPrivateAddress(address);
            }
            // A number says nothing; any other reason says more than that the router did not tell its address.
            (None, Refusal::Other(_)) => shut.why = Why::Refused { by, reason: Refusal::NoConnection },
            (Some((_, Kind::Public | Kind::Nowhere)), _)
            | (
                None,
                Refusal::NotAuthorized
                | Refusal::PortTaken
                | Refusal::NoResources
                | Refusal::NoConnection
                | Refusal::WrongAddress
                | Refusal::NoPinholes,
            ) => {}
        }
    }

    /// Most routers that are behind another one refuse without telling their outside address; the way to the internet
    /// shows what is the matter.
    #[must_use]
    pub fn explained_by(mut self, situation: &Situation) -> Self {
        let Opening::Shut(shut) = &mut self.v4 else { return self };
        let (Why::Refused { .. } | Why::RouterHasPrivateAddress(_)) = shut.why else { return self };
        match situation {
            Situation::DoubleNat { .. } | Situation::OnlyV6 { why: NoV4::DoubleNat { .. }, .. } => {
                shut.why = Why::BehindAnotherRouter;
            }
            Situation::Cgnat { .. } | Situation::OnlyV6 { why: NoV4::Cgnat { .. }, .. } => {
                shut.why = Why::BehindCarrier;
            }
            Situation::OnlyV6 { why: NoV4::None | NoV4::Silence, .. }
            | Situation::NotKnownYet
            | Situation::PublicV4 { .. }
            | Situation::NoInternet { .. } => {}
        }

        self
    }
}

/// Whether packets from the internet are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opening {
    /// Nobody wants it, or there is no way to a router.
    #[default]
    NotWanted,
    /// The router is being asked for the first time.
    Asking,
    /// They are, as far as the router says.
    Open(Opened),
    /// They are not.
    Shut(Shut),
}

/// What the router has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// By which protocol.
    pub by: Protocol,
    /// The port outside, which may be another than the one that was wished for.
    pub port: u16,
    /// The address outside, where the router tells.
    pub address: Option<IpAddr>,
    /// For how long after each renewal; without, until it is taken away.
    pub lease: Option<Duration>,
    /// Whether asking again, or reading back, has shown the same.
    pub verified: bool,
}

/// What is not open, and what an owner can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shut {
    /// What went wrong.
    pub why: Why,
    /// Where the port shall lead to: the box's own address and its UDP port.
    pub inside: SocketAddr,
}

impl Shut {
    /// What the owner can do about it, in a sentence.
    #[must_use]
    pub fn to_do(&self) -> String {
        let Self { why, inside } = self;
        let (address, port) = (inside.ip(), inside.port());
        let by_hand = if address.is_ipv4() {
            format!("forward UDP port {port} to {address}, port {port}")
        } else {
            format!("let UDP port {port} through its IPv6 firewall to {address}")
        };
        match why {
            Why::NotAllowed => format!("Allow it, or in the router {by_hand}."),
            Why::NoAnswer => format!("Switch one of them on, or in the router {by_hand}."),
            Why::Garbled(_) | Why::NoTime(_) | Why::Lied(_) => format!("In the router {by_hand} by hand."),
            Why::Refused { .. } => format!("Allow the box there to open ports, or in the router {by_hand}."),
            Why::RouterHasPrivateAddress(_) | Why::BehindAnotherRouter => {
                format!("In this router and in the one before it {by_hand}.")
            }
            Why::BehindCarrier => "Nothing that is typed into the router helps.".to_owned(),
        }
    }

    /// What both sentences name: the box's `address` and `port`, and what belongs to the reason.
    #[must_use]
    pub fn values(&self) -> Values {
        self.why.values().with("address", self.inside.ip()).with("port", self.inside.port())
    }
}

/// What is wrong, in a sentence.
impl fmt::Display for Shut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.why)
    }
}

impl Default for Protocols {
    fn default() -> Self {
        Self::NONE
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use crate::CgnatSign;

    #[test]
    fn what_is_shut_says_why_and_what_to_type_into_the_router() {
        let say = |why| {
            let shut = Shut { why, inside: (Ipv4Addr::new(192, 168, 1, 10), 23456).into() };
            format!("{shut} {}", shut.to_do())
        };

        assert_eq!(
            say(Why::NoAnswer),
            "The router does not answer when the box asks for a port: PCP, NAT-PMP and UPnP are off in it. Switch one of \
             them on, or in the router forward UDP port 23456 to 192.168.1.10, port 23456."
        );
        assert_eq!(
            say(Why::Refused { by: Protocol::Upnp, reason: Refusal::NotAuthorized }),
            "The router refuses to open a port by UPnP: this device is not allowed to. Allow the box there to open ports, \
             or in the router forward UDP port 23456 to 192.168.1.10, port 23456."
        );
        assert_eq!(
            say(Why::RouterHasPrivateAddress(Ipv4Addr::new(100, 64, 0, 2))),
            "The router is behind another router or the provider's, as its outside address 100.64.0.2 is private. In this \
             router and in the one before it forward UDP port 23456 to 192.168.1.10, port 23456."
        );
        assert_eq!(
            say(Why::BehindCarrier),
            "The router opens no port, as your provider lets many homes share one internet address. Nothing that is typed \
             into the router helps."
        );
        let inside = (Ipv6Addr::LOCALHOST, 23456).into();
        let lied = Shut { why: Why::Lied(Protocol::Pcp), inside };
        assert_eq!(
            format!("{lied} {}", lied.to_do()),
            "The router says that it opened a port by PCP, but it did not. In the router let UDP port 23456 through its \
             IPv6 firewall to ::1 by hand."
        );
    }

    #[test]
    fn what_the_sentences_name_stands_beside_them() {
        let inside = (Ipv4Addr::new(192, 168, 1, 10), 23456).into();
        let refused = Why::Refused { by: Protocol::Upnp, reason: Refusal::PortTaken };

        let expected = Values::default()
            .with("by", "UPnP")
            .with("reason", "port_taken")
            .with("address", "192.168.1.10")
            .with("port", 23456);
        assert_eq!(Shut { why: refused, inside }.values(), expected);
    }

    #[test]
    fn a_refusal_is_explained_by_the_way_to_the_internet() {
        let why = Why::Refused { by: Protocol::Pcp, reason: Refusal::NoResources };
        let inside = (Ipv4Addr::LOCALHOST, 1).into();
        let door = Door { v4: Opening::Shut(Shut { why, inside }), ..Door::default() };
        let explained = |situation| door.clone().explained_by(&situation).v4;
        let shut = |why| Opening::Shut(Shut { why, inside });

        let double_nat = Situation::DoubleNat { router_outside: None, hop: None };
        assert_eq!(explained(double_nat), shut(Why::BehindAnotherRouter));
        let sign = CgnatSign::Hop { address: Ipv4Addr::new(100, 64, 0, 1) };
        let only_v6 = Situation::OnlyV6 { address: Ipv6Addr::LOCALHOST, why: NoV4::Cgnat { sign } };
        assert_eq!(explained(only_v6), shut(Why::BehindCarrier));
        assert_eq!(explained(Situation::NotKnownYet), shut(why));
    }

    #[test]
    fn a_refusal_is_explained_by_the_routers_outside_address() {
        let number = Refusal::Other(501);
        let explained = |reason, outside: Option<[u8; 4]>| {
            let why = Why::Refused { by: Protocol::Upnp, reason };
            let shut = Shut { why, inside: (Ipv4Addr::LOCALHOST, 1).into() };
            let outside = outside.map(Ipv4Addr::from);
            let router = Router { name: String::new(), model: String::new(), outside, page: String::new() };
            let mut door = Door { v4: Opening::Shut(shut), router: Some(router), ..Door::default() };
            door.explain();

            match door.v4 {
                Opening::Shut(shut) => shut.why,
                other => panic!("{other:?}"),
            }
        };

        let refused = |reason| Why::Refused { by: Protocol::Upnp, reason };
        for private in [[10, 0, 0, 2], [192, 168, 2, 2], [100, 64, 0, 2], [192, 0, 0, 2]] {
            assert_eq!(explained(number, Some(private)), Why::RouterHasPrivateAddress(private.into()));
        }
        for public in [[1, 2, 3, 4], [100, 63, 0, 1], [100, 128, 0, 1]] {
            assert_eq!(explained(number, Some(public)), refused(number));
        }
        assert_eq!(explained(number, None), refused(Refusal::NoConnection));
        assert_eq!(explained(Refusal::NotAuthorized, None), refused(Refusal::NotAuthorized));
    }
}
