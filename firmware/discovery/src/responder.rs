use std::time::Duration;

use mdns_sd::{
    DaemonEvent, IfKind, IfPredicate, Metrics, Receiver, ServiceDaemon, ServiceEvent, ServiceInfo,
};
use tokio::{sync::watch, time::timeout};

/// The multicast DNS of `mdns-sd`, which is a thread with two sockets, on the interfaces that lead home.
pub(crate) struct Responder {
    daemon: ServiceDaemon,
    /// Names that had to be changed, and the like.
    pub(crate) events: Receiver<DaemonEvent>,
    /// Home Assistants that come and go.
    pub(crate) services: Receiver<ServiceEvent>,
}

impl Responder {
    /// Starts the thread, claims the name (without its `.local`) and looks for Home Assistants.
    pub(crate) fn start(
        host_name: &str,
        page_port: u16,
        lan_interfaces: watch::Receiver<Vec<String>>,
    ) -> mdns_sd::Result<Self> {
        let daemon = ServiceDaemon::new()?;
        let events = daemon.monitor()?;
        // Before anything is said: by itself it would speak everywhere, the tunnel included.
        daemon.disable_interface(elsewhere(lan_interfaces))?;
        daemon.register(page(host_name, page_port)?)?;
        let services = daemon.browse(HOME_ASSISTANT)?;

        Ok(Self { daemon, events, services })
    }

    /// Looks again at which interfaces lead home. It does so by itself too, every 5 s.
    pub(crate) fn refresh_interfaces(&self) -> mdns_sd::Result<()> {
        // Selecting nothing more applies what is selected.
        self.daemon.enable_interface(Vec::<IfKind>::new())
    }

    /// How many records of others it remembers.
    pub(crate) async fn remembered(&self) -> Option<i64> {
        let answer = self.daemon.get_metrics().ok()?;
        let metrics: Metrics = timeout(PATIENCE, answer.recv_async()).await.ok()?.ok()?;

        Some(metrics.iter().filter(|(name, _)| name.starts_with("cached-")).map(|(_, count)| count).sum())
    }

    /// Says goodbye to the neighbours and ends the thread.
    pub(crate) async fn stop(self) {
        let ended = match self.daemon.shutdown() {
            Ok(status) => timeout(PATIENCE, status.recv_async()).await.is_ok(),
            Err(error) => matches!(error, mdns_sd::Error::DaemonShutdown),
        };
        if !ended {
            tracing::warn!("Multicast DNS did not stop in time");
        }
    }
}

/// The page, as browsers for services on the network list it.
fn page(host_name: &str, port: u16) -> mdns_sd::Result<ServiceInfo> {
    let host = format!("{host_name}.local.");

    Ok(ServiceInfo::new("_http._tcp.local.", "Latchkey", &host, "", port, &[("path", "/")][..])?
        .enable_addr_auto())
}

fn elsewhere(lan_interfaces: watch::Receiver<Vec<String>>) -> IfKind {
    IfKind::Predicate(IfPredicate::new(move |interface| !lan_interfaces.borrow().contains(&interface.name)))
}

/// What Home Assistant announces itself as.
const HOME_ASSISTANT: &str = "_home-assistant._tcp.local.";
/// What the thread may take to do what takes it milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);
