use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::time::timeout;

use super::{address::is_global, echo, stun, way};
use crate::{Family, Hop, LookoutConfig, Network, Server, Web, Witness};

/// Puts the questions: to witnesses, where we come from; to routers, who they are.
#[derive(Debug)]
pub(crate) struct Inquiry {
    web: Web,
    witnesses: Vec<Witness>,
    /// Whether nobody may be asked.
    silent: bool,
    /// Where the servers were found last. Names that cannot be looked up are no reason to take the internet for dead.
    addresses: Mutex<HashMap<(Server, Family), SocketAddr>>,
}

impl Inquiry {
    pub(crate) fn new(web: Web, config: LookoutConfig) -> Self {
        Self { web, witnesses: config.into_witnesses(), silent: false, addresses: Mutex::default() }
    }

    /// From now on asks nobody, or everybody again; says whether that is new.
    pub(crate) fn set_silent(&mut self, silent: bool) -> bool {
        std::mem::replace(&mut self.silent, silent) != silent
    }

    /// Whom it may ask.
    pub(crate) fn witnesses(&self) -> &[Witness] {
        if self.silent { &[] } else { &self.witnesses }
    }

    /// Asks all witnesses at the same time.
    pub(crate) async fn ask_all(&self, family: Family, network: &Network) -> Vec<(Witness, IpAddr)> {
        let ask =
            async |witness: &Witness| Some((witness.clone(), self.ask(witness, family, network).await?));
        let answers = join_all(self.witnesses().iter().map(ask)).await;

        answers.into_iter().flatten().collect()
    }

    /// Asks one witness.
    pub(crate) async fn ask(&self, witness: &Witness, family: Family, network: &Network) -> Option<IpAddr> {
        let answer = match witness {
            Witness::Stun(server) => self.ask_stun(server, family, network).await,
            Witness::Echo(url) => {
                let answer = timeout(ECHO_PATIENCE, echo::ask(&self.web, url, family)).await;
                answer.map_err(io::Error::from).and_then(|answer| answer)
            }
        };
        tracing::debug!(%witness, ?family, ?answer, "Asked where we come from");

        answer.ok()
    }

    /// The first routers on the way to a server on the internet.
    pub(crate) async fn way_out(&self) -> Option<Vec<Hop>> {
        for witness in self.witnesses() {
            if let Witness::Stun(server) = witness
                && let Ok(SocketAddr::V4(address)) = self.address_of(server, Family::V4).await
            {
                return way::to(*address.ip()).await.ok();
            }
        }

        None
    }

    async fn ask_stun(&self, server: &Server, family: Family, network: &Network) -> io::Result<IpAddr> {
        let address = self.address_of(server, family).await?;

        stun::ask(address, source(family, network)).await
    }

    async fn address_of(&self, server: &Server, family: Family) -> io::Result<SocketAddr> {
        let found = server.address(family).await;
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (server.clone(), family);
        match found {
            Ok(address) => {
                addresses.insert(key, address);
                Ok(address)
            }
            Err(error) => addresses.get(&key).copied().ok_or(error),
        }
    }
}

/// It is a second opinion; the first must not wait for it for long.
const ECHO_PATIENCE: Duration = Duration::from_secs(6);

/// Over IPv6 the address is asked for that lasts longest, since that is the one to publish.
fn source(family: Family, network: &Network) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::UNSPECIFIED.into(),
        Family::V6 => {
            let lasting = network.v6.iter().copied().find(|address| is_global(*address));
            lasting.unwrap_or(Ipv6Addr::UNSPECIFIED).into()
        }
    }
}
