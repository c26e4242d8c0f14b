use std::{
    net::{Ipv4Addr, Ipv6Addr},
    path::Path,
};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::{
    Listener, MiniUpnpd, Namespace, Options, Router, Services, WayOut, addresses,
    mark::{self, Mark},
};

mod building;
mod changes;

/// A home, the internet, and who is on it. Everything goes when it is dropped, or when this process ends.
///
/// ```text
///   phone  second_phone      stranger        gateway  home_assistant  laptop
///      \     /                  |               \          |          /
///     (mobile)--- internet ---(wan)--- router ---------- (lan)
/// ```
///
/// A provider's router may stand between the internet and the home's: see [`WayOut`].
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
    /// What the provider has put between the home's router and the internet, if anything.
    pub provider: Option<Namespace>,
    /// The home's router: NAT for IPv4, a firewall for both.
    pub router: Namespace,
    /// Where the daemon runs.
    pub gateway: Namespace,
    /// Where Home Assistant runs, with other things on the same host that peers must not reach.
    pub home_assistant: Namespace,
    /// A computer at home, with something that listens.
    pub laptop: Namespace,
    /// What opens ports at the router for whoever asks from home.
    pub miniupnpd: Option<MiniUpnpd>,
    /// What the box asks on the internet.
    pub services: Option<Services>,
    options: Options,
    public_v4: Ipv4Addr,
    prefix: Ipv6Addr,
    listeners: Vec<Listener>,
    folder: TempDir,
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
        let has_provider = matches!(options.way_out, WayOut::CarrierGrade | WayOut::DoubleNat);
        let mut house = Self {
            internet: room("internet")?,
            phone: room("phone")?,
            second_phone: room("phone2")?,
            stranger: room("stranger")?,
            provider: has_provider.then(|| room("provider")).transpose()?,
            router: room("router")?,
            gateway: room("gateway")?,
            home_assistant: room("homeassistant")?,
            laptop: room("laptop")?,
            miniupnpd: None,
            services: None,
            options,
            public_v4: addresses::ROUTER,
            prefix: addresses::PREFIX,
            listeners: Vec::new(),
            folder: tempfile::Builder::new().prefix(&prefix).tempdir()?,
        };
        house.set_kernel_up()?;
        house.wire()?;
        house.name()?;
        house.close_doors()?;
        house.open_listeners()?;
        if options.services {
            house.open_services()?;
        }
        match options.router {
            Router::ByHand => {}
            Router::MiniUpnpd => house.serve_ports(&[])?,
        }

        Ok(house)
    }

    /// A folder for what is put down while the house stands; it goes with the house.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All of it.
    #[must_use]
    pub fn rooms(&self) -> Vec<&Namespace> {
        let outside = [&self.internet, &self.phone, &self.second_phone, &self.stranger];
        let home = [&self.router, &self.gateway, &self.home_assistant, &self.laptop];

        outside.into_iter().chain(&self.provider).chain(home).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        for room in self.rooms() {
            room.kill_all();
        }
    }
}
