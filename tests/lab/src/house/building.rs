use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::Result;

use super::House;
use crate::{
    Listener, Namespace, Services, WayOut,
    addresses::{
        self, GATEWAY, HOME_ASSISTANT, HOME_ROUTER, INTERNET, LAPTOP, NEXT_HOP, PHONE, ROUTER, SECOND_PHONE,
        STRANGER,
    },
    wires::{Identity, Switch},
};

impl House {
    pub(super) fn set_kernel_up(&self) -> Result<()> {
        for room in self.rooms() {
            let disabled = if self.options.ipv6 { "0" } else { "1" };
            for parameter in ["all.disable_ipv6", "default.disable_ipv6"] {
                room.sysctl(&format!("net.ipv6.conf.{parameter}"), disabled)?;
            }
            // Nobody here takes an address twice, so nobody need wait a second to find out.
            room.sysctl("net.ipv6.conf.default.accept_dad", "0")?;
        }
        for room in [Some(&self.internet), self.provider.as_ref(), Some(&self.router)].into_iter().flatten() {
            room.sysctl("net.ipv4.ip_forward", "1")?;
            room.sysctl("net.ipv6.conf.all.forwarding", "1")?;
        }

        Ok(())
    }

    pub(super) fn wire(&self) -> Result<()> {
        let mobile = Switch::install(&self.internet, "mobile")?;
        mobile.plug(&self.phone, "eth0")?;
        mobile.plug(&self.second_phone, "eth0")?;

        let wan = Switch::install(&self.internet, "wan")?;
        wan.plug(&self.stranger, "eth0")?;
        wan.plug(self.outermost(), "wan")?;
        if let Some(provider) = &self.provider {
            Switch::install(provider, "access")?.plug(&self.router, "wan")?;
        }

        let lan = Switch::install(&self.router, "lan")?;
        lan.plug(&self.gateway, "eth0")?;
        lan.plug(&self.home_assistant, "eth0")?;
        lan.plug(&self.laptop, "eth0")?;
        Switch::install(&self.home_assistant, "hassio")?;

        Ok(())
    }

    pub(super) fn name(&self) -> Result<()> {
        let internet = (INTERNET, addresses::INTERNET_V6);
        self.assume(&self.internet, "mobile", MOBILE_ROUTER, None)?;
        self.assume(&self.internet, "wan", internet, None)?;
        self.assume(&self.phone, "eth0", (PHONE, addresses::PHONE_V6), Some(MOBILE_ROUTER))?;
        self.assume(
            &self.second_phone,
            "eth0",
            (SECOND_PHONE, addresses::SECOND_PHONE_V6),
            Some(MOBILE_ROUTER),
        )?;
        self.assume(&self.stranger, "eth0", (STRANGER, addresses::STRANGER_V6), Some(internet))?;
        self.internet.ip(&[&format!("addr add {NEXT_HOP}/24 dev wan")])?;
        let next_hop = (NEXT_HOP, addresses::INTERNET_V6);
        self.assume(self.outermost(), "wan", (ROUTER, addresses::ROUTER_V6), Some(next_hop))?;
        self.name_provider()?;
        self.name_home()
    }

    pub(super) fn open_listeners(&mut self) -> Result<()> {
        let everywhere = |port| SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        let supervisor = SocketAddr::from((addresses::SUPERVISOR, addresses::SUPERVISOR_PORT));

        self.listeners.push(Listener::http(
            &self.internet,
            everywhere(addresses::INTERNET_PORT),
            "the internet",
        )?);
        self.listeners.push(Listener::http(&self.laptop, everywhere(addresses::LAPTOP_PORT), "the laptop")?);
        self.listeners.push(Listener::http(&self.home_assistant, supervisor, "the supervisor")?);
        for port in addresses::OTHER_PORTS {
            self.listeners.push(Listener::http(&self.home_assistant, everywhere(port), "not for peers")?);
        }

        Ok(())
    }

    pub(super) fn open_services(&mut self) -> Result<()> {
        let services = Services::start(&self.internet, self.options.ipv6, self.folder.path())?;
        for room in self.rooms() {
            services.serve(room)?;
        }
        self.services = Some(services);

        Ok(())
    }

    /// What there is between the home's router and the internet.
    fn name_provider(&self) -> Result<()> {
        let (provider, router) = match self.options.way_out {
            WayOut::Public => return Ok(()),
            WayOut::Ipv6Only => return self.router.ip(&[&format!("addr del {ROUTER}/24 dev wan")]),
            WayOut::CarrierGrade => (addresses::CARRIER, addresses::ROUTER_AT_CARRIER),
            WayOut::DoubleNat => (addresses::PROVIDERS_BOX, addresses::ROUTER_AT_BOX),
        };
        let Some(room) = &self.provider else { return Ok(()) };
        let (provider, router) =
            ((provider, addresses::PROVIDER_V6), (router, addresses::ROUTER_AT_PROVIDER_V6));

        self.assume(room, "access", provider, None)?;
        self.assume(&self.router, "wan", router, Some(provider))?;
        if self.options.ipv6 {
            self.internet.ip(&[&format!("route add 2001:db8:fe::/64 via {}", addresses::ROUTER_V6)])?;
        }

        Ok(())
    }

    fn name_home(&self) -> Result<()> {
        let router = (HOME_ROUTER, addresses::HOME_ROUTER_LINK_LOCAL);
        self.assume(&self.router, "lan", router, None)?;
        self.assume(&self.gateway, "eth0", (GATEWAY, addresses::GATEWAY_V6), Some(router))?;
        let home_assistant = (HOME_ASSISTANT, addresses::HOME_ASSISTANT_V6);
        self.assume(&self.home_assistant, "eth0", home_assistant, Some(router))?;
        self.assume(&self.laptop, "eth0", (LAPTOP, addresses::LAPTOP_V6), Some(router))?;
        if self.options.ipv6 {
            self.router.ip(&[&format!("addr add {}/64 dev lan nodad", addresses::HOME_ROUTER_V6)])?;
            self.lead_to_prefix("add", addresses::PREFIX)?;
        }

        self.home_assistant.ip(&[&format!("addr add {}/23 dev hassio", addresses::SUPERVISOR)])?;
        // So that a refusal is the daemon's doing and not a missing road.
        self.router.ip(&[&format!("route add 172.30.32.0/23 via {HOME_ASSISTANT}")])
    }

    fn assume(&self, room: &Namespace, interface: &str, (v4, v6): Pair, router: Option<Pair>) -> Result<()> {
        let identity = Identity { v4: (v4, 24), v6: (v6, 64), router };

        identity.assume(room, interface, self.options.ipv6)
    }
}

type Pair = (Ipv4Addr, Ipv6Addr);

/// The mobile network's router, which is also the internet's.
const MOBILE_ROUTER: Pair = (Ipv4Addr::new(198, 51, 100, 1), Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1));
