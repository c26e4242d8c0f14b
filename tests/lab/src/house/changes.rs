use std::net::{Ipv4Addr, Ipv6Addr};

use anyhow::{Context as _, Result};

use super::House;
use crate::{
    MiniUpnpd, Namespace, WayOut,
    addresses::{self, GATEWAY, GATEWAY_V6, HOME_ROUTER, NEXT_HOP, NEXT_PREFIX, NEXT_ROUTER, PREFIX, ROUTER},
    conntrack,
    router::{Forward, Rules},
};

/// What happens to a house while it stands.
impl House {
    /// Lets one UDP port in from the internet to the gateway, and no other; the owner does so by hand.
    ///
    /// # Errors
    /// When nftables refuses.
    pub fn forward_port(&self, port: u16) -> Result<()> {
        self.rule_router(Some(Forward { port, v4: GATEWAY, v6: GATEWAY_V6 }))
    }

    /// Lets nothing in from the internet, as in the beginning.
    ///
    /// # Errors
    /// When nftables refuses.
    pub fn close_port(&self) -> Result<()> {
        self.rule_router(None)
    }

    /// Lets the provider's box lead one UDP port to the home's router.
    ///
    /// # Errors
    /// When there is no such box, or nftables refuses.
    pub fn forward_port_at_box(&self, port: u16) -> Result<()> {
        self.rule_provider(Some(Forward { port, v4: addresses::ROUTER_AT_BOX, v6: GATEWAY_V6 }))
    }

    /// Lets [`MiniUpnpd`] open ports for whoever asks, beginning with none, as these settings of it say.
    ///
    /// # Errors
    /// When it does not come up.
    pub fn serve_ports(&mut self, settings: &[&str]) -> Result<()> {
        if let Some(mut former) = self.miniupnpd.take() {
            former.stop()?;
        }
        self.miniupnpd = Some(MiniUpnpd::start(&self.router, self.folder.path(), settings)?);

        Ok(())
    }

    /// The router loses its power for a moment, and with it all connections and all ports that were opened on request;
    /// what its owner has set stays.
    ///
    /// # Errors
    /// When it does not come up again.
    pub fn reboot_router(&mut self) -> Result<()> {
        if let Some(miniupnpd) = &mut self.miniupnpd {
            miniupnpd.restart()?;
        }

        conntrack::forget_all(&self.router)
    }

    /// Pulls the cable between the home's router and the provider.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn cut_cable(&self) -> Result<()> {
        self.upstream().ip(&["link set router down"])
    }

    /// Puts it back.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn mend_cable(&self) -> Result<()> {
        self.upstream().ip(&["link set router up"])
    }

    /// The home gets another public IPv4 address: [`NEXT_ROUTER`], and the former again the next time. Connections over
    /// the one that it had are dead.
    ///
    /// # Errors
    /// When it has none.
    pub fn change_address(&mut self) -> Result<()> {
        let next = if self.public_v4 == ROUTER { NEXT_ROUTER } else { ROUTER };
        let room = self.outermost();
        room.ip(&[
            &format!("addr del {}/24 dev wan", self.public_v4),
            &format!("addr add {next}/24 dev wan"),
            // The way out goes with the last address that led to it.
            &format!("route replace default via {NEXT_HOP}"),
        ])?;
        conntrack::forget_all(room)?;
        // Who looked for it in the meantime looks again at once.
        self.internet.run("ip neigh flush dev wan")?;
        self.public_v4 = next;

        Ok(())
    }

    /// The home gets another IPv6 network: [`NEXT_PREFIX`], and the former again the next time. All in it take up their
    /// new addresses and put down those that they had; connections over these are dead.
    ///
    /// # Errors
    /// When it has none.
    pub fn change_prefix(&mut self) -> Result<()> {
        let (former, next) = (self.prefix, if self.prefix == PREFIX { NEXT_PREFIX } else { PREFIX });
        self.lead_to_prefix("del", former)?;
        for (room, interface, host) in [
            (&self.router, "lan", addresses::HOME_ROUTER_V6),
            (&self.gateway, "eth0", GATEWAY_V6),
            (&self.home_assistant, "eth0", addresses::HOME_ASSISTANT_V6),
            (&self.laptop, "eth0", addresses::LAPTOP_V6),
        ] {
            let at = |prefix| addresses::in_prefix(prefix, host);
            room.ip(&[
                &format!("addr add {}/64 dev {interface} nodad", at(next)),
                &format!("addr del {}/64 dev {interface}", at(former)),
            ])?;
        }
        self.lead_to_prefix("add", next)?;
        self.prefix = next;

        conntrack::forget_all(&self.router)
    }

    /// The home as the internet sees it over IPv4 at the moment.
    #[must_use]
    pub fn public_v4(&self) -> Ipv4Addr {
        self.public_v4
    }

    /// The box as the internet sees it over IPv6 at the moment.
    #[must_use]
    pub fn gateway_v6(&self) -> Ipv6Addr {
        addresses::in_prefix(self.prefix, GATEWAY_V6)
    }

    /// Tells the internet, and the provider if there is one, the way to the home's network, or to forget it.
    pub(super) fn lead_to_prefix(&self, verb: &str, prefix: Ipv6Addr) -> Result<()> {
        let lead = |room: &Namespace, router: Ipv6Addr| {
            room.ip(&[&format!("route {verb} {prefix}/64 via {router}")])
        };
        lead(&self.internet, addresses::ROUTER_V6)?;

        self.provider.as_ref().map_or(Ok(()), |provider| lead(provider, addresses::ROUTER_AT_PROVIDER_V6))
    }

    /// Gives the routers their rules, with nothing let in.
    pub(super) fn close_doors(&self) -> Result<()> {
        if self.provider.is_some() {
            self.rule_provider(None)?;
        }

        self.close_port()
    }

    fn rule_router(&self, forward: Option<Forward>) -> Result<()> {
        Rules { inside: ("lan", HOME_ROUTER), forward, open_to_ipv6: false }.apply(&self.router)
    }

    fn rule_provider(&self, forward: Option<Forward>) -> Result<()> {
        let provider = self.provider.as_ref().context("the house has no provider's box")?;
        let open_to_ipv6 = self.options.way_out == WayOut::CarrierGrade;

        Rules { inside: ("access", self.provider_v4()), forward, open_to_ipv6 }.apply(provider)
    }

    fn provider_v4(&self) -> Ipv4Addr {
        match self.options.way_out {
            WayOut::CarrierGrade => addresses::CARRIER,
            WayOut::Public | WayOut::DoubleNat | WayOut::Ipv6Only => addresses::PROVIDERS_BOX,
        }
    }

    /// Whose address the internet sees as the home's.
    pub(super) fn outermost(&self) -> &Namespace {
        self.provider.as_ref().unwrap_or(&self.router)
    }

    /// The room at the far end of the home's cable.
    fn upstream(&self) -> &Namespace {
        self.provider.as_ref().unwrap_or(&self.internet)
    }
}
