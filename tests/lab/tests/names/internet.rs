use anyhow::Result;
use lab::{NameServer, Namespace, Providers};

/// A room with a name server and the providers of dynamic DNS, which are believed in there.
pub(crate) struct Internet {
    pub(crate) providers: Providers,
    pub(crate) dns: NameServer,
    pub(crate) room: Namespace,
}

impl Internet {
    pub(crate) fn build() -> Result<Self> {
        let room = Namespace::create("internet")?;
        room.ip(&["addr add 203.0.113.53/32 dev lo", "addr add 2001:db8:53::1/128 dev lo nodad"])?;
        let addresses = ["203.0.113.53".parse()?, "2001:db8:53::1".parse()?];
        let dns = NameServer::start(&room, &addresses, &Providers::ZONES)?;
        let providers = Providers::start(&room, &dns, &addresses)?;
        dns.serve(&room)?;
        providers.trust(&room)?;

        Ok(Self { providers, dns, room })
    }
}
