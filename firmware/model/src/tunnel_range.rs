use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The addresses inside the tunnel: a /24 in 10/8 and a unique local /64 beside it. Host 1 is the box itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TunnelRange {
    v4: Ipv4Net,
    v6: Ipv6Net,
}

impl TunnelRange {
    /// Picks a random range that clashes with none of `avoid` (the home's own networks) and none of the ranges that
    /// people meet elsewhere: the defaults of OpenVPN, PiVPN and other gateways.
    ///
    /// A home that has nearly all of 10/8 for itself gets a range out of that: it works as long as no neighbour has
    /// one of these few addresses.
    ///
    /// # Panics
    /// When the operating system has no randomness to give.
    #[must_use]
    pub fn pick(avoid: &[IpNet]) -> Self {
        let pick_once = || Self::from_random(random_bytes());
        let free =
            |avoid: &[IpNet]| (0..10_000).map(|_| pick_once()).find(|range| !range.clashes_with(avoid));

        free(avoid).or_else(|| free(&[])).unwrap_or_else(pick_once)
    }

    /// Takes the networks as they were stored.
    ///
    /// # Errors
    /// When `v4` is not a /24 inside 10/8, or `v6` is not a /64 inside fd00::/8 (RFC 4193).
    pub fn new(v4: Ipv4Net, v6: Ipv6Net) -> Result<Self, InvalidTunnelRange> {
        let v4_fits = v4.prefix_len() == 24 && v4.addr().octets()[0] == 10 && v4.trunc() == v4;
        let v6_fits = v6.prefix_len() == 64 && v6.addr().octets()[0] == 0xfd && v6.trunc() == v6;
        if !v4_fits || !v6_fits {
            return Err(InvalidTunnelRange);
        }

        Ok(Self { v4, v6 })
    }

    /// The network of the IPv4 addresses.
    #[must_use]
    pub fn v4(&self) -> Ipv4Net {
        self.v4
    }

    /// The network of the IPv6 addresses.
    #[must_use]
    pub fn v6(&self) -> Ipv6Net {
        self.v6
    }

    /// The IPv4 address of a host.
    #[must_use]
    pub fn v4_of(&self, host: HostNumber) -> Ipv4Addr {
        Ipv4Addr::from_bits(self.v4.network().to_bits() | u32::from(host.0))
    }

    /// The IPv6 address of a host.
    #[must_use]
    pub fn v6_of(&self, host: HostNumber) -> Ipv6Addr {
        Ipv6Addr::from_bits(self.v6.network().to_bits() | u128::from(host.0))
    }

    /// Which host has this address, if it is one of this range's.
    #[must_use]
    pub fn host_of(&self, address: IpAddr) -> Option<HostNumber> {
        let host = match address.to_canonical() {
            IpAddr::V4(v4) => self.v4.contains(&v4).then(|| u128::from(v4.to_bits() & 0xff))?,
            IpAddr::V6(v6) => self.v6.contains(&v6).then(|| v6.to_bits() & u128::from(u64::MAX))?,
        };

        HostNumber::new(u8::try_from(host).ok()?).ok()
    }

    fn from_random([x, y, global_id @ ..]: [u8; 7]) -> Self {
        // RFC 4193, section 3.1: fd, 40 random bits of global ID, subnet 0.
        let [a, b, c, d, e] = global_id;
        let octets = [0xfd, a, b, c, d, e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        Self {
            v4: Ipv4Net::new_assert(Ipv4Addr::new(10, x, y, 0), 24),
            v6: Ipv6Net::new_assert(octets.into(), 64),
        }
    }

    /// Whether one of these networks shares an address with this range.
    #[must_use]
    pub fn clashes_with(&self, networks: &[IpNet]) -> bool {
        let popular =
            POPULAR.map(|(a, b, c, len)| IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, 0), len)));
        let ours = [IpNet::V4(self.v4), IpNet::V6(self.v6)];

        networks
            .iter()
            .chain(&popular)
            .any(|other| ours.iter().any(|our| our.contains(other) || other.contains(our)))
    }
}

impl fmt::Display for TunnelRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.v4, self.v6)
    }
}

/// A network that cannot be the tunnel's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tunnel's range is a /24 inside 10.0.0.0/8 and a /64 inside fd00::/8")]
pub struct InvalidTunnelRange;

/// The place of one host in the range, 1 to 254; 1 is the box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostNumber(u8);

impl HostNumber {
    /// The box itself.
    pub const GATEWAY: Self = Self(1);

    /// All that a peer may have, 2 to 254.
    pub fn peers() -> impl Iterator<Item = Self> {
        (2..=254).map(Self)
    }

    /// Takes a number from 1 to 254.
    ///
    /// # Errors
    /// For 0 and 255, which name the network and everybody in it.
    pub fn new(number: u8) -> Result<Self, InvalidHostNumber> {
        if matches!(number, 0 | 255) {
            return Err(InvalidHostNumber);
        }

        Ok(Self(number))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

/// A number that no host can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a host's number is 1 to 254")]
pub struct InvalidHostNumber;

/// What others use by default: many routers and VPNs, PiVPN, OpenVPN.
const POPULAR: [(u8, u8, u8, u8); 4] = [(10, 0, 0, 24), (10, 0, 1, 24), (10, 6, 0, 24), (10, 8, 0, 24)];

fn random_bytes() -> [u8; 7] {
    let mut bytes = [0; 7];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_picked_range_clashes_with_nothing_at_home() {
        let home = ["10.0.0.0/9", "10.128.0.0/10", "192.168.1.0/24"].map(|net| net.parse::<IpNet>().unwrap());

        let range = TunnelRange::pick(&home);

        assert!(!range.clashes_with(&home));
        assert_eq!(TunnelRange::new(range.v4(), range.v6()), Ok(range));
    }

    #[test]
    fn a_home_that_has_all_of_10_gets_a_range_all_the_same() {
        let range = TunnelRange::pick(&["10.0.0.0/8".parse().unwrap()]);

        assert!(!range.clashes_with(&[]));
    }

    #[test]
    fn the_ranges_that_people_meet_elsewhere_are_avoided() {
        let popular = TunnelRange::from_random([8, 0, 1, 2, 3, 4, 5]);

        assert!(popular.clashes_with(&[]));
    }

    #[test]
    fn a_range_outside_10_or_of_another_size_is_refused() {
        let v6 = "fd00::/64".parse().unwrap();
        for v4 in ["192.168.1.0/24", "10.1.0.0/16", "10.1.2.3/24"] {
            assert_eq!(TunnelRange::new(v4.parse().unwrap(), v6), Err(InvalidTunnelRange), "{v4}");
        }
    }

    proptest! {
        #[test]
        fn an_address_leads_back_to_its_host(bytes: [u8; 7], number in 1..=254_u8) {
            let range = TunnelRange::from_random(bytes);
            let host = HostNumber::new(number).unwrap();

            prop_assert_eq!(range.host_of(range.v4_of(host).into()), Some(host));
            prop_assert_eq!(range.host_of(range.v6_of(host).into()), Some(host));
        }
    }

    #[test]
    fn an_address_elsewhere_has_no_host() {
        let range = TunnelRange::from_random([1, 2, 3, 4, 5, 6, 7]);

        for address in ["10.1.3.4", "10.1.2.0", "10.1.2.255", "fd03:405:607::1:0:2"] {
            assert_eq!(range.host_of(address.parse().unwrap()), None, "{address}");
        }
    }
}
