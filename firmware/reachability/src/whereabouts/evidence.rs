use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Serialize;

use crate::{Network, Seen};

/// What is known about where the box stands. What it means says [`Verdict`](crate::Verdict).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The home network.
    pub network: Network,
    /// The router's own IPv4 address outside, as the router says.
    pub router_outside: Option<Ipv4Addr>,
    /// From which IPv4 address the internet sees us come.
    pub seen_v4: Seen<Ipv4Addr>,
    /// From which IPv6 address the internet sees us come.
    pub seen_v6: Seen<Ipv6Addr>,
    /// The first routers on the way to a server on the internet, nearest first.
    pub way_out: Vec<Hop>,
    /// The first routers on the way to the address that the internet sees, nearest first, if that way was tried. It ends
    /// where somebody has that address: before the first router if that is the home's own.
    pub way_to_ourselves: Option<Vec<Hop>>,
}

/// A router on the way, over IPv4; none where one keeps silent.
pub type Hop = Option<Ipv4Addr>;

/// What [`Lookout`](crate::Lookout) is told by others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// Whether the owner wants nobody on the internet to be asked.
    pub silent: bool,
    /// The home network. When it changes, everybody is asked again.
    pub network: Network,
    /// The router's own IPv4 address outside, as the router says by PCP, NAT-PMP or UPnP.
    pub router_outside: Option<Ipv4Addr>,
}
