use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use anyhow::Result;

use crate::{
    Namespace,
    miniupnpd::{MAPPINGS, PINHOLES, RETURNS},
};

/// What a router lets through: everything outwards, nothing inwards but one UDP port.
///
/// They hold whatever addresses the router has at the moment. Its interface to the internet is `wan`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// The interface that leads home, and the router's address there.
    pub(crate) inside: (&'a str, Ipv4Addr),
    /// What may come in.
    pub(crate) forward: Option<Forward>,
    /// Whether all that is IPv6 may come in: routers that belong to the internet have no firewall.
    pub(crate) open_to_ipv6: bool,
}

/// A UDP port that leads to one host at home.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forward {
    pub(crate) port: u16,
    /// Where it leads over IPv4.
    pub(crate) v4: Ipv4Addr,
    /// Who may be spoken to over IPv6, whatever the home's prefix is.
    pub(crate) v6: Ipv6Addr,
}

impl Rules<'_> {
    /// Makes these the router's rules; what is connected already stays so, and so does what [`MiniUpnpd`] has opened.
    ///
    /// [`MiniUpnpd`]: crate::MiniUpnpd
    pub(crate) fn apply(self, router: &Namespace) -> Result<()> {
        router.feed("nft -f -", &self.to_string())?;

        Ok(())
    }
}

impl fmt::Display for Rules<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (inside, address) = self.inside;
        let (mut dnat, mut permission) = (String::new(), String::new());
        if let Some(Forward { port, v4, v6 }) = self.forward {
            let host = Ipv6Addr::from_bits(v6.to_bits() & HOST.to_bits());
            dnat = format!("ip daddr != {address} fib daddr type local udp dport {port} dnat ip to {v4}");
            permission = format!("ip6 daddr & {HOST} == {host} udp dport {port} accept");
        }
        let v6 = if self.open_to_ipv6 { "meta nfproto ipv6 accept" } else { "" };

        // ICMP and ICMPv6 are 1 and 58: a minimal Debian has no /etc/protocols with their names.
        //
        // A phone at home that calls the router's outer address is turned around, as most routers do it.
        write!(
            f,
            "table inet router {{
  chain prerouting {{ type nat hook prerouting priority dstnat; }}
  chain postrouting {{ type nat hook postrouting priority srcnat; }}
  chain input {{ type filter hook input priority filter; policy drop; }}
  chain forward {{ type filter hook forward priority filter; policy drop; }}
  chain {MAPPINGS} {{ }}
  chain {RETURNS} {{ }}
  chain {PINHOLES} {{ }}
}}
flush chain inet router prerouting
flush chain inet router postrouting
flush chain inet router input
flush chain inet router forward
table inet router {{
  chain prerouting {{
    jump {MAPPINGS}
    {dnat}
  }}
  chain postrouting {{
    jump {RETURNS}
    oifname wan meta nfproto ipv4 masquerade
    iifname {inside} oifname {inside} ct status dnat masquerade
  }}
  chain input {{
    ct state established,related accept
    iifname {{ lo, {inside} }} accept
    meta l4proto {{ 1, 58 }} accept
  }}
  chain forward {{
    ct state established,related accept
    iifname {inside} accept
    ct status dnat accept
    jump {PINHOLES}
    {permission}
    {v6}
  }}
}}
"
        )
    }
}

/// The half of an IPv6 address that a host keeps when its network's prefix changes.
const HOST: Ipv6Addr = Ipv6Addr::from_bits(u64::MAX as u128);
