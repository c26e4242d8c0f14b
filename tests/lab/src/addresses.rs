//! Who lives where. Outside are the documentation ranges of RFC 5737 and RFC 3849, inside is what most homes have.
//!
//! The home's public IPv4 address is of a range that looks like everybody's and is nobody's (`1.2.3.0/24`, which APNIC
//! does not assign): routers refuse to open a port on an address of the documentation ranges.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A server on the internet that answers HTTP, and everybody's next router there.
pub const INTERNET: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
/// The same.
pub const INTERNET_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 1);
/// The home as the internet sees it, until [`House::change_address`](crate::House::change_address).
pub const ROUTER: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 4);
/// The same.
pub const ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 2);
/// The home as the internet sees it afterwards, until the next change.
pub const NEXT_ROUTER: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 77);
/// Whom the home asks for the way: the internet, too.
pub const NEXT_HOP: Ipv4Addr = Ipv4Addr::new(1, 2, 3, 1);
/// The provider's own router, as the home's router sees it behind carrier-grade NAT (RFC 6598).
pub const CARRIER: Ipv4Addr = Ipv4Addr::new(100, 64, 7, 1);
/// The home's router as the carrier sees it.
pub const ROUTER_AT_CARRIER: Ipv4Addr = Ipv4Addr::new(100, 64, 7, 2);
/// The provider's box, as the home's own router sees it behind double NAT.
pub const PROVIDERS_BOX: Ipv4Addr = Ipv4Addr::new(192, 168, 0, 1);
/// The home's own router as the provider's box sees it.
pub const ROUTER_AT_BOX: Ipv4Addr = Ipv4Addr::new(192, 168, 0, 2);
/// Either of the two, over IPv6.
pub const PROVIDER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xfe, 0, 0, 0, 0, 1);
/// The home's router as either of the two sees it.
pub const ROUTER_AT_PROVIDER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xfe, 0, 0, 0, 0, 2);
/// Somebody on the internet who has no business here.
pub const STRANGER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 66);
/// The same.
pub const STRANGER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0xff, 0, 0, 0, 0, 0x66);

/// The phone on mobile data.
pub const PHONE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 2);
/// The same.
pub const PHONE_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 2);
/// Another phone on mobile data.
pub const SECOND_PHONE: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 3);
/// The same.
pub const SECOND_PHONE_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 3);

/// The home's IPv6 network, until [`House::change_prefix`](crate::House::change_prefix).
pub const PREFIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0);
/// The home's IPv6 network afterwards, until the next change.
pub const NEXT_PREFIX: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 7, 0, 0, 0, 0, 0);
/// The router as the home sees it.
pub const HOME_ROUTER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 1);
/// The same.
pub const HOME_ROUTER_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1);
/// The router's address that stays, whatever the home's prefix is; everybody at home asks it for the way.
pub const HOME_ROUTER_LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);
/// The box, on its interface `eth0`.
pub const GATEWAY: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 10);
/// The same.
pub const GATEWAY_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x10);
/// Home Assistant's host; Home Assistant is on [`HOME_ASSISTANT_PORT`].
pub const HOME_ASSISTANT: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 20);
/// The same.
pub const HOME_ASSISTANT_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x20);
/// A computer at home: a browser, and something that answers on [`LAPTOP_PORT`].
pub const LAPTOP: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 30);
/// The same.
pub const LAPTOP_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0x30);
/// The inner network of Home Assistant OS, where its add-ons are; the laptop can reach it, a peer must not.
pub const SUPERVISOR: Ipv4Addr = Ipv4Addr::new(172, 30, 32, 1);

/// The same host in another of the home's networks.
#[must_use]
pub const fn in_prefix(prefix: Ipv6Addr, host: Ipv6Addr) -> Ipv6Addr {
    let half = u64::MAX as u128;

    Ipv6Addr::from_bits(prefix.to_bits() & !half | host.to_bits() & half)
}

/// Where Home Assistant listens.
pub const HOME_ASSISTANT_PORT: u16 = 8123;
/// What else listens on Home Assistant's host and must stay out of the peers' reach.
pub const OTHER_PORTS: [u16; 2] = [22, 9000];
/// What listens on the supervisor's address.
pub const SUPERVISOR_PORT: u16 = 80;
/// What listens on the laptop.
pub const LAPTOP_PORT: u16 = 8000;
/// What listens on the internet.
pub const INTERNET_PORT: u16 = 80;
