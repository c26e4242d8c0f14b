use super::{path::Path, protocol::Protocol, wish::Wish};
use crate::Family;

/// What a wish means for one family of addresses.
#[derive(Debug, Clone)]
pub(crate) struct Errand {
    family: Family,
    pub(crate) path: Path,
    pub(crate) port: u16,
    /// The port outside to ask for first.
    pub(crate) outside: u16,
    pub(crate) nonce: [u8; 12],
    /// The protocols that may be tried, in the order in which to try them.
    pub(crate) order: Vec<Protocol>,
}

impl Errand {
    /// Nothing, where there is no way to a router.
    pub(crate) fn new(wish: &Wish, family: Family) -> Option<Self> {
        let Wish { port, outside, nonce, v4, v6, protocols, knocks: _ } = *wish;
        let (path, outside, all): (Path, u16, &[Protocol]) = match family {
            Family::V4 => (v4?.into(), outside, &[Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp]),
            Family::V6 => (v6?.into(), port, &[Protocol::Pcp, Protocol::Upnp]),
        };
        let order = all.iter().copied().filter(|protocol| protocols.contains(*protocol)).collect();

        (port != 0 && outside != 0).then_some(Self { family, path, port, outside, nonce, order })
    }

    /// Whether a wish still means the same. Which port outside would be the best matters to whoever asks anew.
    pub(crate) fn is_still(&self, wish: Option<&Wish>) -> bool {
        let Some(other) = wish.and_then(|wish| Self::new(wish, self.family)) else { return false };

        (self.path, self.port, self.nonce, &self.order) == (other.path, other.port, other.nonce, &other.order)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::door::{Protocols, RouteV4};

    #[test]
    fn what_is_open_stays_open_when_another_port_outside_would_be_better() {
        let errand = Errand::new(&wish(), Family::V4).unwrap();

        assert!(errand.is_still(Some(&Wish { outside: 24001, ..wish() })));
        assert!(errand.is_still(Some(&Wish { knocks: 1, ..wish() })));
        assert!(!errand.is_still(Some(&Wish { port: 24001, ..wish() })));
        assert!(!errand.is_still(None));
    }

    #[test]
    fn the_port_that_devices_were_told_is_asked_for_over_ipv4() {
        let wish = Wish { outside: 24001, ..wish() };

        assert_eq!(Errand::new(&wish, Family::V4).map(|errand| errand.outside), Some(24001));
    }

    fn wish() -> Wish {
        let [own, router] = [10, 1].map(|host| Ipv4Addr::new(192, 168, 1, host));
        let v4 = Some(RouteV4 { own, router });

        Wish {
            port: 23456,
            outside: 23456,
            nonce: [3; 12],
            v4,
            v6: None,
            protocols: Protocols::ALL,
            knocks: 0,
        }
    }
}
