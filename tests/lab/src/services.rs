use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::Path,
};

use anyhow::Result;

use crate::{NameServer, Namespace, Providers, StunServer, address_echo::AddressEcho};

/// What the box asks on the internet, under the names by which it knows them: STUN servers, pages that tell an address,
/// and providers of dynamic DNS, with the name server that leads there.
#[derive(Debug)]
pub struct Services {
    /// The STUN servers, in the order of [`Services::STUN`].
    pub stun: [StunServer; 2],
    /// The name server, which all rooms ask.
    pub name_server: NameServer,
    /// The providers of dynamic DNS.
    pub providers: Providers,
    _echoes: [AddressEcho; 2],
}

impl Services {
    /// The STUN servers.
    pub const STUN: [(&str, u16); 2] =
        [("stun.cloudflare.com", StunServer::PORT), ("stun.l.google.com", 19302)];
    /// The pages that tell an address.
    pub const ECHO: [&str; 2] = ["icanhazip.com", "api64.ipify.org"];

    /// Starts them in the room of the internet; what they have to say goes into the folder.
    pub(crate) fn start(internet: &Namespace, ipv6: bool, folder: &Path) -> Result<Self> {
        let place = |host: u16| Place { host, ipv6 }.settle(internet);
        let [first, second] = Self::ECHO;
        let zones: Vec<_> =
            Self::STUN.iter().map(|(name, _)| *name).chain(Self::ECHO).chain(Providers::ZONES).collect();
        let name_server = NameServer::start(internet, &place(53)?, &zones)?;
        let providers = Providers::start(internet, &name_server, &place(80)?)?;
        let stun = |(name, port), host| {
            let addresses = place(host)?;
            name_server.set_host(name, &addresses)?;
            StunServer::start_on(internet, &addresses, port, folder)
        };
        let echo = |name, host| {
            AddressEcho::start(internet, &place(host)?, name, &name_server, providers.authority())
        };

        Ok(Self {
            stun: [stun(Self::STUN[0], 3)?, stun(Self::STUN[1], 4)?],
            _echoes: [echo(first, 5)?, echo(second, 6)?],
            name_server,
            providers,
        })
    }

    /// Lets a room ask them, and believe them.
    ///
    /// # Errors
    /// When the room's files cannot be replaced.
    pub fn serve(&self, room: &Namespace) -> Result<()> {
        self.name_server.serve(room)?;

        self.providers.trust(room)
    }
}

/// The addresses of one service: this host of `192.0.2.0/24` and of `2001:db8:53::/64`.
struct Place {
    host: u16,
    ipv6: bool,
}

impl Place {
    /// Gives the room these addresses.
    fn settle(&self, room: &Namespace) -> Result<Vec<IpAddr>> {
        let v4 = Ipv4Addr::from_bits(NETWORK.to_bits() | u32::from(self.host));
        let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0x53, 0, 0, 0, 0, self.host);
        room.ip(&[&format!("addr add {v4}/32 dev lo")])?;
        if !self.ipv6 {
            return Ok(vec![v4.into()]);
        }
        room.ip(&[&format!("addr add {v6}/128 dev lo nodad")])?;

        Ok(vec![v4.into(), v6.into()])
    }
}

/// RFC 5737.
const NETWORK: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 0);
