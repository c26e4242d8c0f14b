//! Where the page listens: on every interface that leads home, and inside the tunnel, each bound to its own.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use model::InterfaceName;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;
use web_api::WebApi;

use crate::{faults::Faults, lan::HomeNetwork};

/// Keeps a listener on each interface that leads home, for as long as it does.
pub(crate) struct Page {
    api: Arc<WebApi>,
    port: u16,
    home: watch::Receiver<HomeNetwork>,
    faults: Faults,
    open: HashMap<(InterfaceName, u32), CancellationToken>,
    serving: JoinSet<()>,
}

impl Page {
    /// Takes the page and where to show it.
    pub(crate) fn new(
        api: Arc<WebApi>,
        port: u16,
        home: watch::Receiver<HomeNetwork>,
        faults: Faults,
    ) -> Self {
        Self { api, port, home, faults, open: HashMap::new(), serving: JoinSet::new() }
    }

    /// Opens and closes as the home network changes.
    pub(crate) async fn run(mut self, stop: CancellationToken) -> anyhow::Result<()> {
        loop {
            let home = self.home.borrow_and_update().clone();
            self.follow(&home, &stop);
            // A port that another program holds may come free.
            let look_again = tokio::time::sleep(LOOK_AGAIN);
            tokio::select! {
                () = stop.cancelled() => break,
                changed = self.home.changed() => if changed.is_err() { stop.cancelled().await },
                () = look_again => {}
            }
        }
        while self.serving.join_next().await.is_some() {}

        Ok(())
    }

    fn follow(&mut self, home: &HomeNetwork, stop: &CancellationToken) {
        let wanted = home.interfaces.iter().map(|lan| (lan.name.clone(), lan.index)).collect::<Vec<_>>();
        self.open.retain(|interface, serving| {
            let stays = wanted.contains(interface) && !serving.is_cancelled();
            if !stays {
                serving.cancel();
            }
            stays
        });
        while self.serving.try_join_next().is_some() {}
        let mut outcome = Ok(());
        for interface in wanted {
            if self.open.contains_key(&interface) {
                continue;
            }
            match self.open(&interface.0, stop) {
                Ok(serving) => drop(self.open.insert(interface, serving)),
                Err(error) => outcome = Err(error),
            }
        }
        self.faults.note("page", "The page cannot be shown at home", outcome);
    }

    fn open(
        &mut self,
        interface: &InterfaceName,
        stop: &CancellationToken,
    ) -> anyhow::Result<CancellationToken> {
        let serving = stop.child_token();
        let v4 = listen(interface, Ipv4Addr::UNSPECIFIED.into(), self.port)?;
        let v6 = listen(interface, Ipv6Addr::UNSPECIFIED.into(), self.port);
        // A machine with IPv6 switched off shows the page over IPv4.
        let v6 = v6
            .inspect_err(
                |error| tracing::debug!(%interface, error = %format!("{error:#}"), "No page over IPv6"),
            )
            .ok();
        for listener in [Some(v4), v6].into_iter().flatten() {
            let api = Arc::clone(&self.api);
            let serving = serving.clone();
            self.serving.spawn(async move {
                if let Err(error) = api.serve_lan(listener, serving.clone()).await {
                    tracing::error!(%error, "The page stopped being shown");
                }
                // Whatever ended it, the next look opens it again.
                serving.cancel();
            });
        }
        tracing::info!(%interface, port = self.port, "The page is shown");

        Ok(serving)
    }
}

/// A listener that hears this interface alone.
pub(crate) fn listen(interface: &InterfaceName, ip: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    let address = SocketAddr::new(ip, port);
    let socket = Socket::new(Domain::for_address(address), Type::STREAM.nonblocking(), Some(Protocol::TCP))
        .context("make a socket")?;
    if ip.is_ipv6() {
        socket.set_only_v6(true).context("keep IPv4 apart")?;
        // The kernel takes a moment to believe in a new address.
        socket.set_freebind_v6(true).context("listen before the address is ready")?;
    }
    socket.set_reuse_address(true).context("take over the port")?;
    socket
        .bind_device(Some(interface.as_str().as_bytes()))
        .with_context(|| format!("listen on {interface} alone"))?;
    socket.bind(&address.into()).with_context(|| {
        format!(
            "another program uses TCP port {port} on {interface}; stop it, or choose another with --page-port"
        )
    })?;
    socket.listen(BACKLOG).context("listen")?;

    TcpListener::from_std(socket.into()).context("hand the socket over")
}

const BACKLOG: i32 = 128;
const LOOK_AGAIN: Duration = Duration::from_secs(5);
