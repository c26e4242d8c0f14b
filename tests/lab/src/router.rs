use std::fmt;

use anyhow::Result;

use crate::{
    Namespace,
    addresses::{GATEWAY, GATEWAY_V6, ROUTER},
};

/// What the home's router lets through: everything outwards, nothing inwards but one UDP port to the gateway.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    /// The UDP port that leads to the gateway, by forward over IPv4 and by permission over IPv6.
    pub(crate) forward: Option<u16>,
}

impl Rules {
    /// Makes these the router's only rules; what is connected already stays so.
    pub(crate) fn apply(self, router: &Namespace) -> Result<()> {
        router.feed("nft -f -", &self.to_string())?;

        Ok(())
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut dnat, mut permission) = (String::new(), String::new());
        if let Some(port) = self.forward {
            dnat = format!("ip daddr {ROUTER} udp dport {port} dnat ip to {GATEWAY}");
            permission = format!("ip6 daddr {GATEWAY_V6} udp dport {port} accept");
        }

        // ICMP and ICMPv6 are 1 and 58: a minimal Debian has no /etc/protocols with their names.
        //
        // A phone at home that calls the router's outer address is turned around, as most routers do it.
        write!(
            f,
            "flush ruleset
table inet router {{
  chain prerouting {{
    type nat hook prerouting priority dstnat;
    {dnat}
  }}
  chain postrouting {{
    type nat hook postrouting priority srcnat;
    oifname wan meta nfproto ipv4 masquerade
    iifname lan oifname lan ct status dnat masquerade
  }}
  chain input {{
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iifname {{ lo, lan }} accept
    meta l4proto {{ 1, 58 }} accept
  }}
  chain forward {{
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname lan accept
    ct status dnat accept
    {permission}
  }}
}}
"
        )
    }
}
