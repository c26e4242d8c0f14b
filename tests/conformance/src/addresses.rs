//! Where everybody is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The program's addresses inside the tunnel; those of peers are of the same nets.
pub(crate) const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 9, 0, 1);
/// As [`ADDRESS`].
pub(crate) const ADDRESS_V6: Ipv6Addr = Ipv6Addr::new(0xfd09, 0, 0, 0, 0, 0, 0, 1);
/// Where packets inside come from and go to that nobody answers.
pub(crate) const PORT: u16 = 7000;

/// Where the program listens on the network.
pub(crate) const LISTEN_PORT: u16 = 51820;
/// What the loopback interface is given: it has all of 127.0.0.0/8 already, and of IPv6 but one.
pub(crate) const MORE_LOOPBACK: [Ipv6Addr; 2] =
    [Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 2), Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 3)];

/// Where to send to from here, to reach the program.
pub(crate) fn program_from(outside: IpAddr) -> SocketAddr {
    let address: IpAddr =
        if outside.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() };

    (address, LISTEN_PORT).into()
}
