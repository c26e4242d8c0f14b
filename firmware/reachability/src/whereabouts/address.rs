//! What an address says about where it can be reached from.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the internet knows the way to this address, by the looks of it. The ranges for documentation count.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => Kind::of(v4) == Kind::Public,
        IpAddr::V6(v6) => is_global(v6),
    }
}

/// What kind of IPv4 address it is, seen from the internet (IANA's registry of special addresses, RFC 6890).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One that the internet knows. The ranges for documentation (RFC 5737) count, for tests live there.
    Public,
    /// One that a home gives out (RFC 1918).
    Private,
    /// One that a provider shares among its customers: 100.64.0.0/10 (RFC 6598) and 192.0.0.0/24, where DS-Lite has its
    /// ends (RFC 6333).
    Shared,
    /// No place at all: unspecified, loopback, link-local, multicast, reserved.
    Nowhere,
}

impl Kind {
    pub(crate) fn of(address: Ipv4Addr) -> Self {
        match address.octets() {
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Self::Private,
            [100, 64..=127, ..] | [192, 0, 0, _] => Self::Shared,
            [0 | 127, ..] | [169, 254, ..] | [198, 18 | 19, ..] | [224..=255, ..] => Self::Nowhere,
            _ => Self::Public,
        }
    }
}

/// Whether the internet knows the way to this address: 2000::/3 (RFC 4291) without Teredo and 6to4, whose ends are
/// somebody's IPv4.
pub(crate) fn is_global(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0, ..] | [0x2002, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ipv4_address_is_of_one_kind() {
        for (address, kind) in [
            ("192.0.2.1", Kind::Public),
            ("198.51.100.1", Kind::Public),
            ("203.0.113.1", Kind::Public),
            ("100.63.255.255", Kind::Public),
            ("100.64.0.0", Kind::Shared),
            ("100.127.255.255", Kind::Shared),
            ("100.128.0.0", Kind::Public),
            ("192.0.0.2", Kind::Shared),
            ("10.0.0.1", Kind::Private),
            ("172.15.0.1", Kind::Public),
            ("172.31.0.1", Kind::Private),
            ("192.168.1.1", Kind::Private),
            ("0.0.0.0", Kind::Nowhere),
            ("127.0.0.1", Kind::Nowhere),
            ("169.254.1.1", Kind::Nowhere),
            ("224.0.0.1", Kind::Nowhere),
            ("255.255.255.255", Kind::Nowhere),
        ] {
            assert_eq!(Kind::of(address.parse().unwrap()), kind, "{address}");
        }
    }

    #[test]
    fn only_global_ipv6_is_known_outside() {
        for (address, global) in [
            ("2001:db8::1", true),
            ("2a02:8071::1", true),
            ("2001::1", false),
            ("2002:c000:201::1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("::1", false),
            ("::ffff:192.0.2.1", false),
        ] {
            assert_eq!(is_global(address.parse().unwrap()), global, "{address}");
        }
    }
}
