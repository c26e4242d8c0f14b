use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::{
    Listener, Namespace,
    addresses::{
        self, GATEWAY, HOME_ASSISTANT, HOME_ROUTER, INTERNET, LAPTOP, PHONE, ROUTER, SECOND_PHONE, STRANGER,
    },
    mark::{self, Mark},
    router::Rules,
    wires::{Identity, Switch},
};

/// A home, the internet, and who is on it. Everything goes when it is dropped, or when this process ends.
///
/// ```text
///   phone  second_phone      stranger        gateway  home_assistant  laptop
///      \     /                  |               \          |          /
///     (mobile)--- internet ---(wan)--- router ---------- (lan)
/// ```
#[derive(Debug)]
pub struct House {
    /// The internet: a router, and a web server on [`addresses::INTERNET`].
    pub internet: Namespace,
    /// A phone on mobile data.
    pub phone: Namespace,
    /// Another.
    pub second_phone: Namespace,
    /// A host on the internet, for trying to get in.
    pub stranger: Namespace,
    /// The home's router: NAT for IPv4, a firewall for both.
    pub router: Namespace,
    /// Where the daemon runs.
    pub gateway: Namespace,
    /// Where Home Assistant runs, with other things on the same host that peers must not reach.
    pub home_assistant: Namespace,
    /// A computer at home, with something that listens.
    pub laptop: Namespace,
    listeners: Vec<Listener>,
    folder: TempDir,
}

/// What kind of house.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether the internet, the phones and the home have IPv6.
    pub ipv6: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { ipv6: true }
    }
}

impl House {
    /// Builds a house, and first clears away what houses have left whose owner was killed.
    ///
    /// # Errors
    /// When the kernel or a tool refuses; the error says which.
    pub fn build(options: Options) -> Result<Self> {
        mark::sweep().context("clear away old houses")?;
        let prefix = format!("{}{}.", mark::FOLDER_PREFIX, Mark::own());
        let room = |name| Namespace::create(name);
        let mut house = Self {
            internet: room("internet")?,
            phone: room("phone")?,
            second_phone: room("phone2")?,
            stranger: room("stranger")?,
            router: room("router")?,
            gateway: room("gateway")?,
            home_assistant: room("homeassistant")?,
            laptop: room("laptop")?,
            listeners: Vec::new(),
            folder: tempfile::Builder::new().prefix(&prefix).tempdir()?,
        };
        house.set_kernel_up(options)?;
        house.wire()?;
        house.name(options)?;
        house.close_port()?;
        house.open_listeners()?;

        Ok(house)
    }

    /// Lets one UDP port in from the internet to the gateway, and no other.
    ///
    /// # Errors
    /// When nftables refuses.
    pub fn forward_port(&self, port: u16) -> Result<()> {
        Rules { forward: Some(port) }.apply(&self.router)
    }

    /// Lets nothing in from the internet, as in the beginning.
    ///
    /// # Errors
    /// When nftables refuses.
    pub fn close_port(&self) -> Result<()> {
        Rules { forward: None }.apply(&self.router)
    }

    /// A folder for what is put down while the house stands; it goes with the house.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All of it.
    #[must_use]
    pub fn rooms(&self) -> [&Namespace; 8] {
        [
            &self.internet,
            &self.phone,
            &self.second_phone,
            &self.stranger,
            &self.router,
            &self.gateway,
            &self.home_assistant,
            &self.laptop,
        ]
    }

    fn set_kernel_up(&self, options: Options) -> Result<()> {
        for room in self.rooms() {
            let disabled = if options.ipv6 { "0" } else { "1" };
            for parameter in ["all.disable_ipv6", "default.disable_ipv6"] {
                room.sysctl(&format!("net.ipv6.conf.{parameter}"), disabled)?;
            }
            // Nobody here takes an address twice, so nobody need wait a second to find out.
            room.sysctl("net.ipv6.conf.default.accept_dad", "0")?;
        }
        for room in [&self.internet, &self.router] {
            room.sysctl("net.ipv4.ip_forward", "1")?;
            room.sysctl("net.ipv6.conf.all.forwarding", "1")?;
        }

        Ok(())
    }

    fn wire(&self) -> Result<()> {
        let mobile = Switch::install(&self.internet, "mobile")?;
        mobile.plug(&self.phone, "eth0")?;
        mobile.plug(&self.second_phone, "eth0")?;

        let wan = Switch::install(&self.internet, "wan")?;
        wan.plug(&self.stranger, "eth0")?;
        wan.plug(&self.router, "wan")?;

        let lan = Switch::install(&self.router, "lan")?;
        lan.plug(&self.gateway, "eth0")?;
        lan.plug(&self.home_assistant, "eth0")?;
        lan.plug(&self.laptop, "eth0")?;
        Switch::install(&self.home_assistant, "hassio")?;

        Ok(())
    }

    fn name(&self, options: Options) -> Result<()> {
        let identity = |v4, prefix, v6, router| Identity { v4: (v4, prefix), v6: (v6, 64), router };
        let assume = |room: &Namespace, interface, (v4, v6): Pair, router| {
            identity(v4, 24, v6, router).assume(room, interface, options.ipv6)
        };
        let internet = (INTERNET, addresses::INTERNET_V6);
        let home = (HOME_ROUTER, addresses::HOME_ROUTER_V6);

        assume(&self.internet, "mobile", MOBILE_ROUTER, None)?;
        assume(&self.internet, "wan", internet, None)?;
        assume(&self.phone, "eth0", (PHONE, addresses::PHONE_V6), Some(MOBILE_ROUTER))?;
        assume(&self.second_phone, "eth0", (SECOND_PHONE, addresses::SECOND_PHONE_V6), Some(MOBILE_ROUTER))?;
        assume(&self.stranger, "eth0", (STRANGER, addresses::STRANGER_V6), Some(internet))?;
        assume(&self.router, "lan", home, None)?;
        assume(&self.router, "wan", (ROUTER, addresses::ROUTER_V6), Some(internet))?;
        assume(&self.gateway, "eth0", (GATEWAY, addresses::GATEWAY_V6), Some(home))?;
        assume(&self.home_assistant, "eth0", (HOME_ASSISTANT, addresses::HOME_ASSISTANT_V6), Some(home))?;
        assume(&self.laptop, "eth0", (LAPTOP, addresses::LAPTOP_V6), Some(home))?;
        if options.ipv6 {
            self.internet.ip(&[&format!("route add 2001:db8:1::/64 via {}", addresses::ROUTER_V6)])?;
        }

        self.home_assistant.ip(&[&format!("addr add {}/23 dev hassio", addresses::SUPERVISOR)])?;
        // So that a refusal is the daemon's doing and not a missing road.
        self.router.ip(&[&format!("route add 172.30.32.0/23 via {HOME_ASSISTANT}")])
    }

    fn open_listeners(&mut self) -> Result<()> {
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
}

impl Drop for House {
    fn drop(&mut self) {
        for room in self.rooms() {
            room.kill_all();
        }
    }
}

type Pair = (Ipv4Addr, Ipv6Addr);

/// The mobile network's router, which is also the internet's.
const MOBILE_ROUTER: Pair = (Ipv4Addr::new(198, 51, 100, 1), Ipv6Addr::new(0x2001, 0xdb8, 2, 0, 0, 0, 0, 1));
