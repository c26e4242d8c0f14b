use std::net::{IpAddr, SocketAddr};

use model::TunnelRange;

use crate::Policy;

/// Whether packets can be passed on to Home Assistant at this address: not to loopback, link-local, multicast or
/// broadcast, not into the tunnel itself, not to port 0. An IPv4 address inside an IPv6 one (RFC 4291, section
/// 2.5.5.2) is that IPv4 address.
#[must_use]
pub fn can_be_reached(address: SocketAddr, range: &TunnelRange) -> bool {
    let fits = match address.ip().to_canonical() {
        IpAddr::V4(v4) => {
            let is_odd = v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_broadcast();
            // RFC 1122, section 3.2.1.3: 0/8 is "this host on this network".
            !is_odd && v4.octets()[0] != 0 && !range.v4().contains(&v4)
        }
        IpAddr::V6(v6) => {
            let is_odd = v6.is_loopback() || v6.is_unicast_link_local() || v6.is_multicast();
            !is_odd && !v6.is_unspecified() && !range.v6().contains(&v6)
        }
    };

    fits && address.port() != 0
}

impl Policy {
    /// Home Assistant's address of one family ([`SocketAddr::is_ipv4`], [`SocketAddr::is_ipv6`]), if it can be reached.
    pub(crate) fn target(&self, is_wanted: fn(&SocketAddr) -> bool) -> Option<SocketAddr> {
        let service = self.home_assistant?;
        let addresses = [service.v4.map(SocketAddr::from), service.v6.map(SocketAddr::from)];

        addresses
            .into_iter()
            .flatten()
            .filter(|address| can_be_reached(*address, &self.range))
            .map(|address| SocketAddr::new(address.ip().to_canonical(), address.port()))
            .find(is_wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_at_home_can_be_reached() {
        for good in [
            "192.168.5.10:8123",
            "10.77.8.3:1",
            "[2001:db8:5::10]:8123",
            "[fd78::3]:80",
            "[::ffff:10.0.0.1]:80",
        ] {
            assert!(can_be_reached(good.parse().unwrap(), &range()), "{good}");
        }
    }

    #[test]
    fn an_address_that_leads_nowhere_or_back_into_the_tunnel_cannot() {
        for bad in [
            "127.0.0.1:8123",
            "0.0.0.0:8123",
            "0.1.2.3:8123",
            "169.254.1.1:8123",
            "224.0.0.1:8123",
            "255.255.255.255:8123",
            "10.77.7.3:8123",
            "192.168.5.10:0",
            "[::1]:8123",
            "[::]:8123",
            "[fe80::1%2]:8123",
            "[ff02::1]:8123",
            "[fd77::3]:8123",
            "[2001:db8:5::10]:0",
            "[::ffff:127.0.0.1]:8123",
            "[::ffff:10.77.7.3]:8123",
        ] {
            assert!(!can_be_reached(bad.parse().unwrap(), &range()), "{bad}");
        }
    }

    fn range() -> TunnelRange {
        TunnelRange::new("10.77.7.0/24".parse().unwrap(), "fd77::/64".parse().unwrap()).unwrap()
    }
}
